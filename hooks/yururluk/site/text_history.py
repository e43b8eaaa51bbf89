"""Through which releases a document's text in one language went, and which of its wordings replaced which.

This is told by dates and digests alone: what became of the clauses, `clause_notes` knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from yururluk.core.history import History


class TextLine:
    """A document in one language. False where no release has it."""

    def __init__(self, history: History, day: date, document: str, locale: str) -> None:
        self.document = document
        self.locale = locale
        self.releases = [p for p in history.releases if (document, locale) in p.release.by_name]
        self._alive = [p.version for p in self.releases if not p.candidate.is_withdrawn(day)]
        self._history = history

    def __bool__(self) -> bool:
        return bool(self.releases)

    @cached_property
    def newest(self) -> str:
        """The newest release with this text that has not been withdrawn; if all have, the newest of all."""
        return self._alive[-1] if self._alive else self.releases[-1].version

    @cached_property
    def line(self) -> tuple[str, ...]:
        """The releases that led to the newest one, oldest first."""
        before = dict(self.befores)
        found = [self.newest]
        while (earlier := before[found[-1]]) is not None:
            found.append(earlier)
        return tuple(reversed(found))

    @cached_property
    def befores(self) -> tuple[tuple[str, str | None], ...]:
        """Every release with this text, in order, and the one whose text it took the place of."""
        found = []
        for published in self.releases:
            before = self._history.release_before(published, self.document, self.locale)
            found.append((published.version, before.version if before else None))
        return tuple(found)

    @cached_property
    def replaced_by(self) -> Mapping[str, str]:
        """For the releases of the line, the next one of it that has other words; those that stand have none."""
        found: dict[str, str] = {}
        following: str | None = None
        for version in reversed(self.line):
            if following is not None:
                found[version] = following
            if self._history.facts[version, self.document, self.locale].changed_by == version:
                following = version
        return found
