"""Where a lineage keeps the clauses of all releases: each once, under a number, and unpacked when it is looked at.

Most releases repeat the clauses of the one before, so that of each only numbers are kept. A lineage of hundreds of
releases is then read from a disk, and written, in a few milliseconds.
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from yururluk.lineage.clause_text import Clause


class Shelf:
    """Clauses by their numbers."""

    def __init__(self) -> None:
        self._pickled: list[bytes] = []
        self._ids: list[str] = []
        # Those that have been looked at, and their numbers by their identity.
        self._clauses: dict[int, Clause] = {}
        self._places: dict[int, int] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_clauses": {}, "_places": {}}

    def place(self, clause: Clause) -> int:
        """The number of a clause; one that is not there yet is put there."""
        if id(clause) not in self._places:
            self._known(len(self._pickled), clause)
            self._pickled.append(pickle.dumps(clause, protocol=5))
            self._ids.append(clause.id)
        return self._places[id(clause)]

    def clause(self, place: int) -> Clause:
        """The clause of a number."""
        if place not in self._clauses:
            self._known(place, pickle.loads(self._pickled[place]))  # noqa: S301 - see `place`
        return self._clauses[place]

    def id_of(self, place: int) -> str:
        """The id of the clause of a number."""
        return self._ids[place]

    def _known(self, place: int, clause: Clause) -> None:
        self._clauses[place] = clause
        self._places[id(clause)] = place


def packed(numbers: Iterable[int]) -> bytes:
    """Numbers below 2³² as bytes."""
    return array("I", numbers).tobytes()


def in_groups(numbers: bytes, size: int) -> Iterator[tuple[int, ...]]:
    """What was packed, in groups of so many."""
    each = iter(memoryview(numbers).cast("I"))
    return zip(*[each] * size, strict=True)
