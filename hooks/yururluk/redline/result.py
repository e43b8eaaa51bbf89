"""What a comparison gives: the redline as HTML, and all that can be read out of it, worked out when asked
for.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cached_property
from typing import Any

from yururluk.core.model import Text
from yururluk.redline.change import Change
from yururluk.redline.changes import read_changes
from yururluk.redline.engine import redline_html
from yururluk.redline.key_changes import is_known
from yururluk.redline.summary import Summary, summarise
from yururluk.redline.views import one_side
from yururluk.text.markdown import render


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
    """The redline of two Markdown texts, rendered by the site's own settings. Front matter is not part of
    them.
    """
    return compare_html(render(old_markdown, locale=locale), render(new_markdown, locale=locale), locale=locale)


def compare_texts(old: Text | None, new: Text | None) -> Redline:
    """The redline of two texts, each rendered by its own rules; None for a text that is not there."""
    some = new or old
    sides = [render(text.source, rendering=text.rendering) if text else "" for text in (old, new)]
    return compare_html(*sides, locale=some.locale if some else "tr")
