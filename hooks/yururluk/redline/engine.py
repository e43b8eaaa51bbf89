"""Compares two renderings from end to end; where a text defies that, falls back to a coarse redline that is right."""

from __future__ import annotations

from itertools import count

from yururluk.redline.align import Aligner
from yururluk.redline.inline import Tools
from yururluk.redline.labels import Labels
from yururluk.redline.lcs import Budget
from yururluk.redline.marks import DEL, DEL_END, INS, INS_END, without_ids
from yururluk.redline.moves import find_moves
from yururluk.redline.regions import regrouped
from yururluk.redline.tokens import Vocabulary
from yururluk.redline.tree import IrregularError, read, regular
from yururluk.redline.write import Writer


def redline_html(old_html: str, new_html: str, locale: str) -> tuple[str, bool]:
    """The redline of two renderings, and whether it had to be coarse."""
    labels = Labels(locale)
    if old_html == new_html:
        return new_html, False
    try:
        old, new = read(old_html), read(new_html)
    except (IrregularError, RecursionError):
        return _whole(old_html, new_html, labels), True
    numbers = count(1)
    tools = Tools(Vocabulary(), Budget(), lambda: f"redline-{next(numbers)}")
    aligner = Aligner(tools)
    steps = aligner.steps(old.children, new.children)
    steps = regrouped(steps, old, new, aligner, tools)
    moves = find_moves(steps, old.children, new.children, aligner)
    html = Writer(tools, moves, labels).write(old, new, steps)
    if tools.budget.exhausted:
        return labels.notice() + html, True
    return html, False


def _whole(old_html: str, new_html: str, labels: Labels) -> str:
    old, new = without_ids(regular(old_html)), regular(new_html)
    return f"{labels.notice()}{DEL}{old}{DEL_END}{INS}{new}{INS_END}"

