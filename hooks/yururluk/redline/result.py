"""Compares two texts: the redline as HTML, and everything else that is read out of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cached_property
from itertools import count
from typing import Any, Final

from yururluk.core.model import Text
from yururluk.redline.align import Aligner
from yururluk.redline.blocks import Block, IrregularError, read, regular
from yururluk.redline.changes import Summary, read_changes, summarise
from yururluk.redline.inline import Tools
from yururluk.redline.key_changes import is_known
from yururluk.redline.marks import DEL, DEL_END, INS, INS_END, Labels, one_side, without_ids
from yururluk.redline.moves import find_moves, regrouped
from yururluk.redline.reading import Change
from yururluk.redline.word_diff import Budget, Vocabulary
from yururluk.redline.write import Writer
from yururluk.text.markdown import render, rendering

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


class Redline:
    """The redline of two texts. `html` is the whole truth; everything else is read out of it.

    `coarse` says that the work had to be bounded: the redline is right, but shows whole passages in places.
    """

    def __init__(self, html: str, *, locale: str, coarse: bool = False) -> None:
        self.html = html
        self.locale = locale
        self.coarse = coarse

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every change, in the order of the redline."""
        return tuple(read_changes(self.html))

    @cached_property
    def summary(self) -> Summary:
        """What happened, clause by clause, and what matters first."""
        return summarise(self.changes)

    @property
    def language_known(self) -> bool:
        """Whether the words that matter are known in this language; else only what figures say is in `matters`."""
        return is_known(self.locale)

    def accepted_html(self) -> str:
        """The rendering of the new text, as read out of the redline."""
        return one_side(self.html, "del")

    def rejected_html(self) -> str:
        """The rendering of the old text, as read out of the redline."""
        return one_side(self.html, "ins")

    def to_dict(self) -> dict[str, Any]:
        """What `to_json` writes, as Python data."""
        summary = self.summary
        return {
            "format": 1,
            "locale": self.locale,
            "coarse": self.coarse,
            "language_known": self.language_known,
            "words": {"added": summary.words_added, "removed": summary.words_removed},
            "clauses": [asdict(clause) for clause in summary.clauses],
            "matters": [{"clause": clause.id} | asdict(matter) for clause, matter in summary.matters],
            "changes": [{"number": at} | asdict(change) for at, change in enumerate(self.changes, 1)],
        }

    def to_json(self) -> str:
        """The changes and their summary as JSON, by the schema beside this module; no markup in it."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)


def compare_html(old_html: str, new_html: str, *, locale: str = "tr") -> Redline:
    """The redline of two renderings."""
    html, coarse = redline_html(old_html, new_html, locale)
    return Redline(html, locale=locale, coarse=coarse)


def compare(old_markdown: str, new_markdown: str, *, locale: str = "tr") -> Redline:
    """The redline of two Markdown texts, rendered by the site's own settings. Front matter is not part of them."""
    return compare_html(render(old_markdown, locale=locale), render(new_markdown, locale=locale), locale=locale)


def compare_texts(old: Text | None, new: Text | None) -> Redline:
    """The redline of two texts, each rendered by its own rules; None for a text that is not there."""
    some = new or old
    sides = [rendering(text.source, text.rendering) if text else "" for text in (old, new)]
    return compare_html(*sides, locale=some.locale if some else "tr")
