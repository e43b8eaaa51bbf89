"""What became of each clause of a document from release to release: since when its words are the same, and why not.

Two clauses of neighbouring releases are one by their stable id; else by number and heading; else by likeness.
Whatever can be read off the page is compared: the words (a different kind of quote, dash or space is no other
word), the heading, its number, the form, the order. A new heading over words that the text had already
gives those words no new date. Translations are documents of their own here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import Indel

from yururluk.lineage.clause_text import Clause, Content
from yururluk.redline.word_diff import alike, differ_typographically, letters, rising

#: So few words may be the same by chance: they make no provision inside a paragraph, and no likeness.
LEAST_WORDS: Final = 5
#: Least share of words in common for one clause to be another rewritten: anywhere, and under the same number.
_ALIKE: Final = 0.6
_ALIKE_NUMBER: Final = 0.4
#: Up to so many pairs all are compared; above it only those that share a word which few clauses have.
_ALL_PAIRS: Final = 2_500
_FEW: Final = 4
_CANDIDATES: Final = 5


def match(old: Sequence[Clause], new: Sequence[Clause], *, sure: bool = False) -> dict[int, int]:
    """For places in `new` the place in `old` of what is the same clause. With `sure`, likeness does not count."""
    matcher = _Matcher(old, new)
    matcher.by(lambda clause: clause.id if clause.stable else None)
    matcher.by(lambda clause: (clause.number, _folded(clause.title)) if clause.title else None)
    matcher.by(lambda clause: _folded(clause.title) or None)
    matcher.by(lambda clause: "opening" if not clause.level else None)
    matcher.under_the_same_parent()
    matcher.by(lambda clause: clause.blocks or None)
    if not sure:
        matcher.by_likeness()
        matcher.by(lambda clause: clause.number if clause.number and not clause.title else None)
    return matcher.pairs


def _folded(title: str) -> str:
    return " ".join(alike(title).replace("İ", "i").replace("I", "ı").casefold().split())


class _Matcher:
    def __init__(self, old: Sequence[Clause], new: Sequence[Clause]) -> None:
        self.pairs: dict[int, int] = {}
        self._old = old
        self._new = new
        self._left_old = dict(enumerate(old))
        self._left_new = dict(enumerate(new))

    def _take(self, new: int, old: int) -> None:
        self.pairs[new] = old
        del self._left_new[new], self._left_old[old]

    def by(self, name: Callable[[Clause], object]) -> None:
        """Pair those that alone on their side bear a name, and the same one."""
        self._by_names(
            {at: name(clause) for at, clause in self._left_old.items()},
            {at: name(clause) for at, clause in self._left_new.items()},
        )

    def _by_names(self, old: Mapping[int, object], new: Mapping[int, object]) -> None:
        ours, theirs = _single(old), _single(new)
        for name, at in theirs.items():
            if name in ours:
                self._take(at, ours[name])

    def under_the_same_parent(self) -> None:
        """Pair those of the same heading under parents that are one."""
        if not self._left_new or not self._left_old:
            return
        old_parents, new_parents = _parents(self._old), _parents(self._new)
        while True:
            before = len(self.pairs)
            old: dict[int, object] = {}
            for at, clause in self._left_old.items():
                if clause.title:
                    old[at] = (old_parents[at], _folded(clause.title))
            new: dict[int, object] = {}
            for at, clause in self._left_new.items():
                parent = new_parents[at]
                if clause.title and (parent < 0 or parent in self.pairs):
                    new[at] = (self.pairs[parent] if parent >= 0 else -1, _folded(clause.title))
            self._by_names(old, new)
            if len(self.pairs) == before:
                return

    def by_likeness(self) -> None:
        """Pair the most alike first; of those equally alike, the ones nearest to each other."""
        if not self._left_new or not self._left_old:
            return
        codes: dict[str, str] = defaultdict(lambda: chr(1 + len(codes) % 0x10FFFE))
        old = {at: "".join(codes[word] for word in clause.words) for at, clause in self._left_old.items()}
        new = {at: "".join(codes[word] for word in clause.words) for at, clause in self._left_new.items()}
        scored = []
        for at, to in _worth_comparing(old, new):
            one, other = self._old[at], self._new[to]
            numbered = bool(one.number) and one.number == other.number
            if not numbered and min(len(old[at]), len(new[to])) < LEAST_WORDS:
                continue
            likeness = _likeness(old[at], new[to])
            if likeness >= (_ALIKE_NUMBER if numbered else _ALIKE):
                scored.append((-likeness, abs(at - to), to, at))
        for _, _, to, at in sorted(scored):
            if to in self._left_new and at in self._left_old:
                self._take(to, at)


def _single(names: Mapping[int, object]) -> dict[object, int]:
    counts = Counter(name for name in names.values() if name is not None)
    return {name: at for at, name in names.items() if name is not None and counts[name] == 1}


def _parents(clauses: Sequence[Clause]) -> list[int]:
    """For each clause the place of the one it is under, -1 for none."""
    found: list[int] = []
    above: list[int] = []
    for at, clause in enumerate(clauses):
        while above and clauses[above[-1]].level >= clause.level:
            above.pop()
        found.append(above[-1] if above else -1)
        if clause.level:
            above.append(at)
    return found


def _worth_comparing(old: Mapping[int, str], new: Mapping[int, str]) -> Iterable[tuple[int, int]]:
    if len(old) * len(new) <= _ALL_PAIRS:
        return [(at, to) for at in old for to in new if old[at] and new[to]]
    holders: dict[str, list[int]] = defaultdict(list)
    for at, text in old.items():
        for word in set(text):
            holders[word].append(at)
    found = []
    for to, text in new.items():
        votes = Counter(
            at for word in set(text) if word in holders and len(holders[word]) <= _FEW for at in holders[word]
        )
        found += [(at, to) for at, _ in votes.most_common(_CANDIDATES)]
    return found


def _likeness(old: str, new: str) -> float:
    """The share of words in common, 0 to 1."""
    if not old or not new:
        return 0.0
    return float(Indel.normalized_similarity(old, new, score_cutoff=_ALIKE_NUMBER))


def moves(pairs: Mapping[int, int]) -> set[int]:
    """The fewest of the new places that must have moved for the others to have kept their order.

    `pairs` leads from new places to old ones.
    """
    chain = rising(sorted(pairs.items()))
    return set(pairs) - {new for new, _ in chain}


class Kind(StrEnum):
    """What a release did to a clause."""

    APPEARED = "appeared"  # the clause, heading and words, is new
    STOOD = "stood"  # its words came into the text, not yet under a heading of their own
    HEADED = "headed"  # its words, which the text had already, got a heading of their own
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
#: What a reader of an older text must know of.
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
    its words as they are there."""

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
        return tuple(event for event in self.events if event.version == version)


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
                self._record(standing, version, [Event(version, Kind.APPEARED)])
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

    def _record(self, standing: Standing, version: str, events: list[Event]) -> None:
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
            self._record(standing, version, events)
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
        """Since when the text has the words of a clause, if release `version` has them under whatever heading."""
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
    """Whether `section` has the words of `blocks` word for word: as whole blocks, one after another, or as whole
    sentences of one."""
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
