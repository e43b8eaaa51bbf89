"""A document in one language through its releases, and what a page says at each clause of its text on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from yururluk.core.history import History
from yururluk.core.model import Text
from yururluk.lineage.clause_text import Content, content_of, content_of_rendering
from yururluk.lineage.events import NEW_WORDS, NEWS, ClauseHistory, Event, Kind, Lineage, Revision, lineage
from yururluk.text.markdown import RenderError, unrendered

_WORDS = {Kind.CHANGED: "changed", Kind.APPEARED: "added", Kind.CAME_BACK: "back"}


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
        """For the releases of the line, the next one of it that has other words; what is in force has none."""
        found: dict[str, str] = {}
        following: str | None = None
        for version in reversed(self.line):
            if following is not None:
                found[version] = following
            if self._history.facts[version, self.document, self.locale].changed_by == version:
                following = version
        return found


@dataclass(frozen=True)
class Note:
    """What to say at a clause of one release: `words` of it are as the release `since` made them.

    `words` is `same` (as in the document's first release, or under another heading), `changed`, `added`, `back`,
    or empty in the first release itself. `clause` is its id there, `anchor` its place in the history. `later` is
    what happened to it in the release that replaced this one's text.
    """

    clause: str
    anchor: str
    words: str
    since: str
    retitled: Event | None
    later: Event | None


class ClauseHistories:
    """A document in one language, by its clauses."""

    def __init__(self, line: TextLine) -> None:
        self._text = line

    @cached_property
    def lineage(self) -> Lineage:
        """All that became of the clauses."""
        revisions = []
        for published, (version, before) in zip(self._text.releases, self._text.befores, strict=True):
            text = published.release.by_name[self._text.document, self._text.locale]
            # The newest text is rendered whole in any case; of the others, most clauses have been read before.
            read = content_of_rendering if published is self._text.releases[-1] else content_of
            revisions.append(Revision(version, _content(text, read), before))
        return lineage(revisions)

    @property
    def whole(self) -> bool:
        """Whether the document has never been put under headings."""
        return all(history.clause.level == 0 for history in self.lineage.histories)

    @cached_property
    def present(self) -> tuple[ClauseHistory, ...]:
        """The clauses of the newest text, in its order."""
        return tuple(self.lineage.histories[standing.history] for standing in self.lineage.standings[self._text.newest])

    @cached_property
    def gone(self) -> tuple[ClauseHistory, ...]:
        """The clauses that the newest text has no longer."""
        here = {standing.history for standing in self.lineage.standings[self._text.newest]}
        return tuple(history for at, history in enumerate(self.lineage.histories) if at not in here)

    def id_in(self, version: str, anchor: str) -> str:
        """The id that a clause has in a release; empty where it is not there or has none."""
        at = self._places.get(anchor)
        if at is None or version not in self.lineage.before:
            return ""
        return next((s.clause.id for s in self.lineage.standings[version] if s.history == at), "")

    @cached_property
    def _places(self) -> dict[str, int]:
        return {history.anchor: at for at, history in enumerate(self.lineage.histories)}

    def divided_by(self, version: str) -> str | None:
        """The release that replaced this one's text, where it is the first with headings."""
        following = self._text.replaced_by.get(version)
        if following is None or self._has_clauses(version) or not self._has_clauses(following):
            return None
        return following

    def _has_clauses(self, version: str) -> bool:
        return any(standing.clause.level for standing in self.lineage.standings[version])

    def notes(self, version: str) -> tuple[Note, ...]:
        """What to say at each clause of a release."""
        own_line = self.lineage.line(version)
        return tuple(
            self._note(version, standing.clause.id, standing.since, standing.history, own_line)
            for standing in self.lineage.standings[version]
            if standing.clause.level and standing.clause.id
        )

    def _note(self, version: str, clause: str, since: str, at: int, own_line: tuple[str, ...]) -> Note:
        history = self.lineage.histories[at]
        if since == own_line[0]:
            words = "same" if version != since else ""
        else:
            brought = [event.kind for event in history.in_release(since) if event.kind in NEW_WORDS]
            words = _WORDS[brought[0]] if brought else "same"
        after = own_line[own_line.index(since) + 1 :]
        retitled = [event for event in history.events if event.kind is Kind.RETITLED and event.version in after]
        following = self._text.replaced_by.get(version, "")
        news = [event for event in history.in_release(following) if event.kind in NEWS]
        return Note(
            clause=clause,
            anchor=history.anchor,
            words=words,
            since=since,
            retitled=retitled[-1] if retitled else None,
            later=news[0] if news else None,
        )


def _content(text: Text, read: Callable[[str, int], Content]) -> Content:
    try:
        return read(text.source, text.rendering)
    except RenderError as error:
        raise unrendered(text.path, error) from None
