"""Finds paragraphs that were split in Word, or joined: one unit on one side whose words are several on the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import LCSseq

from yururluk.word.aligning import Pairing
from yururluk.word.reading import Unit

#: A heading's id stands behind its words, and a row's words in cells: neither can be cut or joined in the source.
_DIVISIBLE: Final = ("paragraph", "item")
#: So many words of a further part must be words of the whole that no other part accounts for.
_SHARE: Final = 0.5


@dataclass(frozen=True)
class Regrouped:
    """Units `old` that became units `new`: one of one side, several of the other, each in order without a gap."""

    old: tuple[int, ...]
    new: tuple[int, ...]


def regrouped(old: Sequence[Unit], new: Sequence[Unit], pairing: Pairing) -> list[Regrouped]:
    """The splits and joins among the pairs; no unit is in two of them."""
    kept = set(pairing.old_of)
    found: list[Regrouped] = []
    for at, before in enumerate(pairing.old_of):
        if before is None or at in pairing.moved or old[before].same == new[at].same:
            continue
        if old[before].kind not in _DIVISIBLE:
            continue
        parts = _parts(old[before], new, at, lambda place: pairing.old_of[place] is None)
        if len(parts) > 1:
            found.append(Regrouped((before,), parts))
            continue
        parts = _parts(new[at], old, before, lambda place: place not in kept)
        if len(parts) > 1:
            found.append(Regrouped(parts, (at,)))
    return _disjoint(found)


def _parts(whole: Unit, side: Sequence[Unit], at: int, is_free: Callable[[int], bool]) -> tuple[int, ...]:
    """The units around place `at` of a side that together are the whole."""
    words = whole.text.split()
    low = high = at
    known = _shared(words, side[at].text.split())
    for step in (1, -1):
        place = at + step
        while 0 <= place < len(side) and is_free(place) and _fits(whole, side[place], first=step < 0):
            first, last = min(low, place), max(high, place)
            shared = _shared(words, [word for unit in side[first : last + 1] for word in unit.text.split()])
            if shared - known < _SHARE * len(side[place].text.split()):
                break
            low, high, known = first, last, shared
            place += step
    return tuple(range(low, high + 1)) if side[low].frame == whole.frame else (at,)


def _fits(whole: Unit, part: Unit, *, first: bool) -> bool:
    """May the part be one of the whole? The first one takes its place in the source, and must look alike."""
    if part.kind not in _DIVISIBLE or part.quoted != whole.quoted:
        return False
    return part.frame == whole.frame or not first


def _shared(whole: Sequence[str], part: Sequence[str]) -> int:
    """How many words both have, in order."""
    return int(LCSseq.similarity(whole, part))


def _disjoint(found: Sequence[Regrouped]) -> list[Regrouped]:
    taken: set[tuple[str, int]] = set()
    chosen: list[Regrouped] = []
    for one in found:
        units = {("old", at) for at in one.old} | {("new", at) for at in one.new}
        if not units & taken:
            chosen.append(one)
            taken |= units
    return chosen
