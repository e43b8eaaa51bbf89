"""What the pages tell of a document's clauses on a day: what the lineage says, for the releases that still count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from yururluk.clause_text import content_of
from yururluk.history import History
from yururluk.lineage import NEW_WORDS, NEWS, ClauseHistory, Event, Kind, Lineage, Revision, lineage
from yururluk.markdown import RenderError
from yururluk.problems import Problem, Refused

_WORDS = {Kind.CHANGED: "changed", Kind.APPEARED: "added", Kind.CAME_BACK: "back"}


@dataclass(frozen=True)
class Note:
    """What to say at a clause of one release: `words` of it are as the release `since` made them.

    `words` is `same` (as in the document's first release, or under another heading), `changed`, `added`, `back`,
    or empty in the first release itself. `clause` is its id there, `anchor` its place in the history. `later` is
    what befell it in the release that replaced this one's text.
    """

    clause: str
    anchor: str
    words: str
    since: str
    retitled: Event | None
    later: Event | None


class ClauseHistories:
    """A document in one language, by its clauses. False where no release has it."""

    def __init__(self, history: History, day: date, document: str, locale: str) -> None:
        self._document = document
        self._locale = locale
        self._releases = [p for p in history.releases if (document, locale) in p.release.by_name]
        self._alive = [p.version for p in self._releases if not p.candidate.is_withdrawn(day)]
        self._history = history

    def __bool__(self) -> bool:
        return bool(self._releases)

    @cached_property
    def lineage(self) -> Lineage:
        """All that became of the clauses."""
        return lineage(self._revisions())

    def _revisions(self) -> Iterator[Revision]:
        for published, (version, before) in zip(self._releases, self.befores, strict=True):
            text = published.release.by_name[self._document, self._locale]
            try:
                content = content_of(text.source)
            except RenderError as error:
                mend = "simplify the Markdown around the place that the message names."
                raise Refused([Problem("render", text.path, 0, f"{error}.", mend)]) from None
            yield Revision(version, content, before)

    @cached_property
    def newest(self) -> str:
        """The newest release with this text that has not been withdrawn; if all have, the newest of all."""
        return self._alive[-1] if self._alive else self._releases[-1].version

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
        for published in self._releases:
            before = self._history.release_before(published, self._document, self._locale)
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
            if self._history.facts[version, self._document, self._locale].changed_by == version:
                following = version
        return found

    @property
    def whole(self) -> bool:
        """Whether the document has never been put under headings."""
        return all(history.clause.level == 0 for history in self.lineage.histories)

    @cached_property
    def present(self) -> tuple[ClauseHistory, ...]:
        """The clauses of the newest text, in its order."""
        return tuple(
            self.lineage.histories[standing.history] for standing in self.lineage.standings[self.newest]
        )

    @cached_property
    def gone(self) -> tuple[ClauseHistory, ...]:
        """The clauses that the newest text has no longer."""
        here = {standing.history for standing in self.lineage.standings[self.newest]}
        return tuple(history for at, history in enumerate(self.lineage.histories) if at not in here)

    @cached_property
    def _ids(self) -> dict[tuple[str, str], str]:
        return {
            (version, self.lineage.histories[standing.history].anchor): standing.clause.id
            for version, standings in self.lineage.standings.items()
            for standing in standings
        }

    def id_in(self, version: str, anchor: str) -> str:
        """The id that a clause has in a release; empty where it is not there or has none."""
        return self._ids.get((version, anchor), "")

    def divided_by(self, version: str) -> str | None:
        """The release that replaced this one's text, where it is the first that stands under headings."""
        following = self.replaced_by.get(version)
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
        retitled = [
            event for event in history.events if event.kind is Kind.RETITLED and event.version in after
        ]
        following = self.replaced_by.get(version, "")
        news = [event for event in history.in_release(following) if event.kind in NEWS]
        return Note(
            clause=clause,
            anchor=history.anchor,
            words=words,
            since=since,
            retitled=retitled[-1] if retitled else None,
            later=news[0] if news else None,
        )
