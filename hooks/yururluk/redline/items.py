"""Tells which items of numbered lists have another number now, though nothing else may have happened to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_START: Final = re.compile(r' start="(-?\d{1,9})"')
_VALUE: Final = re.compile(r' value="(-?\d{1,9})"')
_TYPE: Final = re.compile(r' type="([aAiI1])"')
_ROMAN: Final = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@dataclass(slots=True)
class _List:
    """A list that is open: the number that its next item has in the old and in the new text."""

    counted: bool
    type: str
    old: int
    new: int
    #: First and last item with the same shift, as (old, old, new, new).
    runs: list[tuple[int, int, int, int]] = field(default_factory=list)


class Items:
    """Counts the items of the lists of a redline while it is read."""

    def __init__(self) -> None:
        self._open: list[_List] = []

    def opens(self, tag: str, *, counted: bool) -> None:
        """A list begins; it is `counted` if it is numbered, in both texts, and stands for itself in both."""
        found = _START.search(tag)
        start = int(found.group(1)) if found else 1
        shown = _TYPE.search(tag)
        counted = counted and tag.startswith("<ol") and " reversed" not in tag
        self._open.append(_List(counted, shown.group(1) if shown else "1", start, start))

    def item(self, tag: str, side: str) -> None:
        """An item of the innermost list begins: of the side "ins" or "del", else of both texts."""
        here = self._open[-1] if self._open else None
        if here is None or not here.counted:
            return
        if found := _VALUE.search(tag):
            value = int(found.group(1))
            here.old, here.new = (
                (here.old, value) if side == "ins" else (value, here.new) if side == "del" else (value, value)
            )
        if side not in ("ins", "del") and here.old != here.new:
            last = here.runs[-1] if here.runs else None
            if last and (last[1] + 1, last[3] + 1) == (here.old, here.new):
                here.runs[-1] = (last[0], here.old, last[2], here.new)
            else:
                here.runs.append((here.old, here.old, here.new, here.new))
        here.old += side != "ins"
        here.new += side != "del"

    def closes(self) -> list[tuple[str, str]]:
        """The innermost list ends: its stretches of renumbered items, as old and new numbers: 4–9, 5–10."""
        here = self._open.pop()
        return [(_span(a, a_end, here.type), _span(b, b_end, here.type)) for a, a_end, b, b_end in here.runs]


def _span(first: int, last: int, kind: str) -> str:
    return _number(first, kind) if first == last else f"{_number(first, kind)}–{_number(last, kind)}"


def _number(number: int, kind: str) -> str:
    """A number as a browser writes it before an item of a list of a type."""
    if kind in "aA" and number > 0:
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord(kind) + rest) + letters
        return letters
    if kind in "iI" and 0 < number < 4000:
        roman = ""
        for value, sign in _ROMAN:
            roman += sign * (number // value)
            number %= value
        return roman.upper() if kind == "I" else roman
    return str(number)
