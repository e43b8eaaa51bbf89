"""What became of each clause of a document from release to release: since when its words are the same, and why not.

Two clauses of neighbouring releases are one by their stable id; else by number and heading; else by likeness.
Whatever can be read off the page is compared: the words (a different kind of quote, dash or space is no other
word), the heading, its number, the form, the order. A new heading over words that stood in the text already
gives those words no new date. Translations are documents of their own here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from yururluk.lineage.clause_text import Clause, Content
from yururluk.lineage.match import LEAST_WORDS, match, moves
from yururluk.redline.tokens import alike, differ_typographically, letters


class Kind(StrEnum):
    """What a release did to a clause."""

    APPEARED = "appeared"  # the clause, heading and words, is new
    STOOD = "stood"  # its words came into the text, not yet under a heading of their own
    HEADED = "headed"  # its words, which stood in the text already, got a heading of their own
    CAME_BACK = "came-back"
    CHANGED = "changed"  # its words
    RETITLED = "retitled"
    RENUMBERED = "renumbered"
    MOVED = "moved"  # its place among the clauses that were there before
    FORMATTED = "formatted"  # form only: emphasis, links, images, kind of block, quotes, dashes, spaces
    JOINED = "joined"  # its heading went; its words stayed in the text
    WENT = "went"


#: What gives the words of a clause a new date.
NEW_WORDS: Final = frozenset({Kind.APPEARED, Kind.CAME_BACK, Kind.CHANGED})
#: What a reader of an older text must be told of.
NEWS: Final = frozenset({Kind.CHANGED, Kind.RETITLED, Kind.JOINED, Kind.WENT})


@dataclass(frozen=True)
class Revision:
    """A document's text in one release. `before` is the release whose text it took the place of, None for the first."""

    version: str
    content: Content
    before: str | None


@dataclass(frozen=True)
class Event:
    """What release `version` did. `old` and `new` are the numbers or headings, where those changed."""

    version: str
    kind: Kind
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Standing:
    """A clause in one release: `history` is its place in `Lineage.histories`, `since` the release that brought
    its words as they stand there."""

    clause: Clause
    history: int
    since: str


@dataclass(frozen=True)
class ClauseHistory:
    """A clause through all releases. `anchor` is its first id, made unique, so that a link to its history holds for
    good; `newest` is the last release that has it."""

    anchor: str
    clause: Clause
    newest: str
    events: tuple[Event, ...]

    def in_release(self, version: str) -> tuple[Event, ...]:
        """What one release did to it."""
        return self.by_release.get(version, ())

    @cached_property
    def by_release(self) -> Mapping[str, tuple[Event, ...]]:
        """What each release did to it that did anything."""
        found: dict[str, tuple[Event, ...]] = {}
        for event in self.events:
            found[event.version] = (*found.get(event.version, ()), event)
        return found


@dataclass(frozen=True)
class Lineage:
    """All clauses of a document in one language.

    `standings` are each release's clauses in the order of its text (the opening first, where it counts as one);
    `histories` are in the order in which the clauses first came.
    """

    histories: tuple[ClauseHistory, ...]
    standings: Mapping[str, tuple[Standing, ...]]
    before: Mapping[str, str | None]

    def line(self, version: str) -> tuple[str, ...]:
        """The releases that lead to `version`, oldest first, itself included."""
        found = []
        at: str | None = version
        while at is not None:
            found.append(at)
            at = self.before[at]
        return tuple(reversed(found))


def lineage(revisions: Iterable[Revision]) -> Lineage:
    """The lineage of a document from its texts in one language, in order of publication."""
    known = tuple(revisions)
    builder = _Builder(any(revision.content.clauses for revision in known))
    for revision in known:
        builder.add(revision)
    return builder.finished()


@dataclass
class _Thread:
    """A clause's history while it is being written; `clause` is the clause in its newest release."""

    anchor: str
    clause: Clause
    newest: str
    events: list[Event]


class _Builder:
    """A lineage while it is being written, one release after another.

    `headed` says whether any text of the document has headings; `before` is as in `Lineage`.
    """

    def __init__(self, headed: bool) -> None:
        self.headed = headed
        self.before: dict[str, str | None] = {}
        self._threads: list[_Thread] = []
        # For each release: what can hold words, the opening first; its standings; and the clauses that earlier releases
        # had and it lacks, by their history.
        self._sections: dict[str, tuple[Clause, ...]] = {}
        self._standings: dict[str, tuple[Standing, ...]] = {}
        self._gone: dict[str, dict[int, Clause]] = {}

    def add(self, revision: Revision) -> None:
        """Go on with the release that was published next."""
        version, before = revision.version, revision.before
        self.before[version] = before
        units = self._units(revision.content)
        if before is None:
            found = [Standing(clause, self._new(clause), version) for clause in units]
            for standing in found:
                self._tell(standing, version, [Event(version, Kind.APPEARED)])
            gone: dict[int, Clause] = {}
        else:
            found, gone = self._followed(revision, before, units)
        self._sections[version] = revision.content.sections
        self._standings[version] = tuple(found)
        self._gone[version] = gone

    def finished(self) -> Lineage:
        """The lineage so far."""
        taken: set[str] = set()
        histories = []
        for thread in self._threads:
            anchor, count = thread.anchor, 1
            while anchor in taken:
                count += 1
                anchor = f"{thread.anchor}-{count}"
            taken.add(anchor)
            histories.append(ClauseHistory(anchor, thread.clause, thread.newest, tuple(thread.events)))
        return Lineage(tuple(histories), self._standings, self.before)

    def _units(self, content: Content) -> tuple[Clause, ...]:
        """What has a history: the clauses; beside them an opening, unless the text is still without any heading."""
        if content.opening.blocks and (content.clauses or not self.headed):
            return content.sections
        return content.clauses

    def _new(self, clause: Clause) -> int:
        anchor = clause.id or ("madde" if clause.level else "metin")
        self._threads.append(_Thread(anchor, clause, "", []))
        return len(self._threads) - 1

    def _tell(self, standing: Standing, version: str, events: list[Event]) -> None:
        thread = self._threads[standing.history]
        thread.clause, thread.newest = standing.clause, version
        thread.events += events

    def _followed(
        self, revision: Revision, before: str, units: tuple[Clause, ...]
    ) -> tuple[list[Standing], dict[int, Clause]]:
        """The standings of a release that took the place of `before`, and what it lacks of its forerunners."""
        version, earlier = revision.version, self._standings[before]
        pairs = match([standing.clause for standing in earlier], units)
        units = tuple(
            earlier[pairs[at]].clause if at in pairs and earlier[pairs[at]].clause == clause else clause
            for at, clause in enumerate(units)
        )
        moved = moves(pairs)
        gone = dict(self._gone[before])
        returned = {
            new: list(gone)[old]
            for new, old in match(
                list(gone.values()), [unit for at, unit in enumerate(units) if at not in pairs], sure=True
            ).items()
        }
        fresh = [at for at in range(len(units)) if at not in pairs]
        back = {fresh[at]: history for at, history in returned.items()}
        found: list[Standing] = []
        for at, clause in enumerate(units):
            if at in pairs:
                old = earlier[pairs[at]]
                same = (
                    old.clause is clause
                    or old.clause.blocks == clause.blocks
                    or old.clause.words == clause.words
                    or differ_typographically(" ".join(old.clause.blocks), " ".join(clause.blocks))
                )
                events = _differences(version, old.clause, clause, same, at in moved)
                standing = Standing(clause, old.history, old.since if same else version)
            elif at in back:
                events = [Event(version, Kind.CAME_BACK)]
                standing = Standing(clause, back[at], version)
                del gone[back[at]]
            else:
                history = self._elsewhere(clause, earlier, found)
                since = self._words_since(clause, before)
                known = clause.level and since is not None
                events = [Event(version, Kind.HEADED if known else Kind.APPEARED)]
                if known and since and not self._threads[history].events:
                    events.insert(0, Event(since, Kind.STOOD))
                standing = Standing(clause, history, since if known and since else version)
            self._tell(standing, version, events)
            found.append(standing)
        kept = set(pairs.values())
        for at, old in enumerate(earlier):
            if at not in kept:
                stays = old.clause.level and any(
                    stands_in(old.clause.blocks, section.blocks) for section in revision.content.sections
                )
                self._threads[old.history].events.append(Event(version, Kind.JOINED if stays else Kind.WENT))
                gone[old.history] = old.clause
        return found, gone

    def _elsewhere(self, clause: Clause, earlier: Sequence[Standing], found: Sequence[Standing]) -> int:
        """The history of a new clause: its own, or one that a withdrawn release had begun under its id."""
        taken = {standing.history for standing in (*earlier, *found)}
        for at, thread in enumerate(self._threads):
            if at not in taken and clause.id and clause.stable and thread.clause.id == clause.id:
                return at
        return self._new(clause)

    def _words_since(self, clause: Clause, version: str) -> str | None:
        """Since when the words of a clause stand in the text, if release `version` has them under whatever heading."""
        if not clause.blocks:
            return None
        since: str | None = None
        at: str | None = version
        while at is not None and any(stands_in(clause.blocks, section.blocks) for section in self._sections[at]):
            since = at
            at = self.before[at]
        return since


def _differences(version: str, old: Clause, new: Clause, same: bool, moved: bool) -> list[Event]:
    """What a release did to a clause that stayed."""
    if old is new:
        return [Event(version, Kind.MOVED)] if moved else []
    found = []
    if not same:
        found.append(Event(version, Kind.CHANGED))
    retitled = old.heading != new.heading and (
        alike(old.title) != alike(new.title) or _unnumbered(old) != _unnumbered(new)
    )
    if retitled:
        found.append(Event(version, Kind.RETITLED, old.title, new.title))
    if old.number != new.number:
        found.append(Event(version, Kind.RENUMBERED, old.number, new.number))
    if moved:
        found.append(Event(version, Kind.MOVED))
    formed = (old.level, old.form, old.blocks) != (new.level, new.form, new.blocks)
    headed = not retitled and old.number == new.number and old.heading != new.heading
    if headed or (formed and same):
        found.append(Event(version, Kind.FORMATTED))
    return found


def _unnumbered(clause: Clause) -> str:
    """The letters of a heading without its number: the word "Madde" before it is one of its words."""
    return letters(clause.heading.replace(clause.number, "", 1)).strip(".:)")


_SENTENCE_ENDS: Final = ".!?:;"
_CLOSING: Final = "')]»”"


def stands_in(blocks: Sequence[str], section: Sequence[str]) -> bool:
    """Whether the words of `blocks` stand in `section` word for word: as whole blocks, one after another, or as
    whole sentences of one."""
    if not blocks:
        return False
    needle = "\n".join(blocks)
    hay = "\n" + "\n".join(section) + "\n"
    if f"\n{needle}\n" in hay:
        return True
    if len(needle.split()) < LEAST_WORDS:
        return False
    at = hay.find(needle)
    while at >= 0:
        end = at + len(needle)
        if _parts(hay, at - 1) and _parts(hay, end):
            return True
        at = hay.find(needle, at + 1)
    return False


def _parts(text: str, at: int) -> bool:
    """Whether the place parts two sentences: the end of a block, or the space after a full stop."""
    return text[at] == "\n" or (text[at] == " " and text[:at].rstrip(_CLOSING)[-1:] in set(_SENTENCE_ENDS))
