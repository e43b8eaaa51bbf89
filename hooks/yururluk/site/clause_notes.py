"""What the pages tell of a document's clauses on a day: what the lineage says, for the releases that still count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from yururluk.core.model import Text
from yururluk.lineage.clause_text import Content, content_of, content_of_rendering
from yururluk.lineage.events import NEW_WORDS, NEWS, ClauseHistory, Event, Kind, Lineage, Revision, lineage
from yururluk.site.text_history import TextLine
from yururluk.text.markdown import RenderError, unrendered

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
        """The release that replaced this one's text, where it is the first that stands under headings."""
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
