"""Pairs the units of the file that was given out with those of the file that came back: kept, changed, moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from rapidfuzz import fuzz

from yururluk.word.reading import Unit

#: From here on two units count as one that was changed; a paragraph can lose half its words and stay itself.
_ALIKE: Final = 45.0
#: A unit elsewhere must be nearly the same to count as moved there.
_MOVED: Final = 80.0
_MOST_CELLS: Final = 250_000


@dataclass(frozen=True)
class Pairing:
    """For each new unit the place of its old one, or None; `moved` are those new units that stand elsewhere."""

    old_of: tuple[int | None, ...]
    moved: frozenset[int]


def pair_units(old: Sequence[Unit], new: Sequence[Unit]) -> Pairing:
    """The pairing: equal units first, in order; then like ones between them; then what moved."""
    keys: dict[object, int] = {}
    left = [keys.setdefault(unit.same, len(keys)) for unit in old]
    right = [keys.setdefault(unit.same, len(keys)) for unit in new]
    old_of: list[int | None] = [None] * len(new)
    for tag, a, a_end, b, b_end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            for step in range(a_end - a):
                old_of[b + step] = a + step
        elif tag == "replace":
            for i, j in _like_pairs(old[a:a_end], new[b:b_end]):
                old_of[b + j] = a + i
    moved = _moved(old, new, old_of)
    return Pairing(tuple(old_of), frozenset(moved))


def likeness(old: Unit, new: Unit) -> float:
    """0 to 100: how much one unit is the other, changed."""
    rows = old.kind == "row", new.kind == "row"
    if rows[0] != rows[1] or (old.kind == "code") != (new.kind == "code"):
        return 0.0
    same_place = old.frame == new.frame
    ratio: float = fuzz.ratio(old.text, new.text)
    if rows[0]:
        return ratio if len(old.cells) == len(new.cells) else 0.0
    return ratio if same_place else ratio - 20


def _like_pairs(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[int, int]]:
    """Pairs that rise on both sides, with the greatest likeness in all."""
    if len(old) * len(new) > _MOST_CELLS:
        return []
    if len(old) == 1 and len(new) == 1 and (old[0].kind, old[0].level) == (new[0].kind, new[0].level):
        floor = 20.0  # one for one in one place: a rewritten sentence is still that clause
    else:
        floor = _ALIKE
    rows, columns = len(old), len(new)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    like = [[0.0] * columns for _ in range(rows)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            value = likeness(old[i], new[j])
            like[i][j] = value if value >= floor else 0.0
            taken = like[i][j] + best[i + 1][j + 1] if like[i][j] else 0.0
            best[i][j] = max(taken, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < rows and j < columns:
        if like[i][j] and best[i][j] == like[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _moved(old: Sequence[Unit], new: Sequence[Unit], old_of: list[int | None]) -> set[int]:
    used = {at for at in old_of if at is not None}
    left = [at for at in range(len(old)) if at not in used]
    moved: set[int] = set()
    for place, unit in enumerate(new):
        if old_of[place] is not None or not left or unit.kind == "row":
            continue
        value, at = max((likeness(old[at], unit), -at) for at in left)
        if value >= _MOVED and old[-at].kind == unit.kind and old[-at].level == unit.level:
            old_of[place] = -at
            moved.add(place)
            left.remove(-at)
    return moved
