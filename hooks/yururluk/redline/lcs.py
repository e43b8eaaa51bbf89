"""Finds what two sequences have in common, in bounded time: exactly where that is cheap, by rare anchors
where not.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final, NamedTuple

from rapidfuzz.distance import LCSseq


class Same(NamedTuple):
    """`size` items from `a` on in the old sequence are those from `b` on in the new."""

    a: int
    b: int
    size: int


#: Cells of the table that one comparison may fill; 64 go into one step of the C code. 2·10^7 take about 8 ms.
CELLS: Final = 20_000_000


class Budget:
    """What a whole comparison may spend on exact tables. When it is used up, results are coarse but right."""

    __slots__ = ("cells", "exhausted")

    def __init__(self, cells: int = 150_000_000) -> None:
        self.cells = cells
        self.exhausted = False

    def takes(self, cells: int) -> bool:
        """Is there room for so much work? If so, it is spent."""
        if cells > CELLS or cells > self.cells:
            return False
        self.cells -= cells
        return True


def common(old: str, new: str, budget: Budget) -> list[Same]:
    """The longest common subsequence of two strings of codes, as runs in order; a good one where it is too
    dear.
    """
    if old == new:
        return [Same(0, 0, len(old))] if old else []
    head = prefix_size(old, new)
    tail = prefix_size(old[head:][::-1], new[head:][::-1])
    found = [Same(0, 0, head)] if head else []
    _between(old, new, head, len(old) - tail, head, len(new) - tail, budget, found)
    if tail:
        found.append(Same(len(old) - tail, len(new) - tail, tail))
    return _joined(found)


def prefix_size(old: str, new: str) -> int:
    """How many characters two strings begin with alike."""
    limit = min(len(old), len(new))
    if old[:limit] == new[:limit]:
        return limit
    low, high = 0, limit
    while low < high:  # halving compares slices in C, which beats a loop by far
        middle = (low + high + 1) // 2
        if old.startswith(new[low:middle], low):
            low = middle
        else:
            high = middle - 1
    return low


def _between(old: str, new: str, a: int, a_end: int, b: int, b_end: int, budget: Budget, found: list[Same]) -> None:
    if a == a_end or b == b_end:
        return
    left, right = old[a:a_end], new[b:b_end]
    if len(left) == 1 or len(right) == 1:
        at, to = (right.find(left), 0) if len(left) == 1 else (0, left.find(right))
        if at >= 0 and to >= 0:
            found.append(Same(a + to, b + at, 1))
        return
    if budget.takes(len(left) * len(right)):
        found += [
            Same(a + block.a, b + block.b, block.size)
            for block in LCSseq.editops(left, right).as_matching_blocks()
            if block.size
        ]
        return
    anchors = _anchors(left, right)
    if not anchors:
        budget.exhausted = True
        return
    at, to = a, b
    for one, other in [*anchors, (len(left), len(right))]:
        if a + one < at or b + other < to:
            continue
        _between(old, new, at, a + one, to, b + other, budget, found)
        at, to = a + one, b + other
        size = 0
        while at + size < a_end and to + size < b_end and old[at + size] == new[to + size]:
            size += 1
        if size:
            found.append(Same(at, to, size))
        at, to = at + size, to + size


def _anchors(left: str, right: str) -> list[tuple[int, int]]:
    """Places that are the same on both sides and occur once on each: a chain of them that rises on both."""
    for width in (4, 2, 1):
        ours, theirs = _once(left, width), _once(right, width)
        pairs = sorted((at, theirs[gram]) for gram, at in ours.items() if gram in theirs)
        if pairs:
            return rising(pairs)
    return []


def _once(text: str, width: int) -> dict[str, int]:
    seen: dict[str, int] = {}
    for at in range(len(text) - width + 1):
        gram = text[at : at + width]
        seen[gram] = -1 if gram in seen else at
    return {gram: at for gram, at in seen.items() if at >= 0}


def rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of `pairs`, sorted by the first member, in which the second member rises too."""
    ends: list[int] = []
    last: list[int] = []
    back: list[int] = []
    for at, (_, value) in enumerate(pairs):
        place = bisect_left(ends, value)
        back.append(last[place - 1] if place else -1)
        if place == len(ends):
            ends.append(value)
            last.append(at)
        else:
            ends[place] = value
            last[place] = at
    chain: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(pairs[at])
        at = back[at]
    return chain[::-1]


def _joined(found: list[Same]) -> list[Same]:
    joined: list[Same] = []
    for run in found:
        if joined and joined[-1].a + joined[-1].size == run.a and joined[-1].b + joined[-1].size == run.b:
            joined[-1] = Same(joined[-1].a, joined[-1].b, joined[-1].size + run.size)
        else:
            joined.append(run)
    return joined
