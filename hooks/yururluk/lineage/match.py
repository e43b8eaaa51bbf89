"""Says which clause of one release is which of the next: by stable id, by number and heading, by likeness."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from rapidfuzz.distance import Indel

from yururluk.lineage.clause_text import Clause
from yururluk.redline.lcs import rising
from yururluk.redline.tokens import alike

#: So few words may be the same by chance: they make no provision that stands inside a paragraph, and no likeness.
LEAST_WORDS: Final = 5
#: Least share of words in common for one clause to be another rewritten: anywhere, and under the same number.
_ALIKE: Final = 0.6
_ALIKE_NUMBER: Final = 0.4
#: Up to so many pairs all are compared; above it only those that share a word which few clauses have.
_ALL_PAIRS: Final = 2_500
_FEW: Final = 4
_CANDIDATES: Final = 5
#: Above so many cells words are counted instead of laid side by side.
_CELLS: Final = 100_000_000


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
    """For each clause the place of the one it stands under, -1 for none."""
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
    if len(old) * len(new) > _CELLS:
        return 2 * sum((Counter(old) & Counter(new)).values()) / (len(old) + len(new))
    return float(Indel.normalized_similarity(old, new, score_cutoff=_ALIKE_NUMBER))


def moves(pairs: Mapping[int, int]) -> set[int]:
    """The fewest of the new places that must have moved for the others to have kept their order.

    `pairs` leads from new places to old ones.
    """
    chain = rising(sorted(pairs.items()))
    return set(pairs) - {new for new, _ in chain}
