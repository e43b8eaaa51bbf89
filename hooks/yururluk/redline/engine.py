"""Compares two renderings from end to end; where a text defies that, falls back to a coarse redline that is
right.
"""

from __future__ import annotations

from itertools import count
from typing import Final

from yururluk.redline.align import Aligner
from yururluk.redline.inline import Tools
from yururluk.redline.labels import Labels
from yururluk.redline.lcs import Budget
from yururluk.redline.marks import DEL, DEL_END, INS, INS_END, without_ids
from yururluk.redline.moves import find_moves
from yururluk.redline.regions import regrouped
from yururluk.redline.tokens import Vocabulary
from yururluk.redline.tree import Block, IrregularError, read, regular
from yururluk.redline.write import Writer

#: Above so many characters, or blocks, in both texts together, only whole blocks are compared: ten times the
#: longest contract anyone reads.
_LARGE: Final = 3_000_000
_MANY: Final = 40_000


def redline_html(old_html: str, new_html: str, locale: str) -> tuple[str, bool]:
    """The redline of two renderings, and whether it had to be coarse."""
    if old_html == new_html:
        return _unchanged(new_html), False
    labels = Labels(locale)
    try:
        html, coarse = _by_blocks(read(old_html), read(new_html), labels)
    except (IrregularError, RecursionError):
        old_html, new_html = regular(old_html), regular(new_html)
        if old_html == new_html:
            return new_html, False
        return labels.notice() + _whole(old_html, new_html), True
    return (labels.notice() + html if coarse else html), coarse


def _unchanged(html: str) -> str:
    """The text itself, in a form in which nothing can pass for a mark."""
    try:
        return read(html).source
    except (IrregularError, RecursionError):
        return regular(html)


def _by_blocks(old: Block, new: Block, labels: Labels) -> tuple[str, bool]:
    numbers = count(1)
    tools = Tools(Vocabulary(), Budget(), lambda: f"redline-{next(numbers)}")
    if len(old.source) + len(new.source) > _LARGE or len(old.children) + len(new.children) > _MANY:
        steps = Aligner(tools, coarse=True).steps(old.children, new.children)
        return Writer(tools, [], labels).write(old, new, steps), True
    aligner = Aligner(tools)
    steps = regrouped(aligner.steps(old.children, new.children), old, new, aligner, tools)
    moves = find_moves(steps, old.children, new.children, aligner)
    return Writer(tools, moves, labels).write(old, new, steps), tools.budget.exhausted


def _whole(old_html: str, new_html: str) -> str:
    """All of the old text as deleted, all of the new as inserted."""
    return f"{DEL}{without_ids(old_html)}{DEL_END}{INS}{new_html}{INS_END}"
