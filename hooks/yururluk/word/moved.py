"""Says which words of a moved passage did not arrive: Word shows them as deleted where the passage came from.

A redline shows the old passage whole, and all inner changes where it stands now. Word has no deletion within what
came that every reader understands; so what is new is marked at the new place, what is gone at the old one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lxml.etree import _Element as Element

from yururluk.word.notes import is_note_mark


class Departures:
    """The old sides of moves that were changed on the way, each read once, from its beginning to its end."""

    def __init__(self, root: Element) -> None:
        self._gone: dict[str, Iterator[bool]] = {}
        sides: dict[tuple[str, str], Element] = {}
        for one in root.iter("ins", "del"):
            if one.get("data-redline-kind") == "move":
                sides[one.get("data-redline-pair") or "", str(one.tag)] = one
        for (pair, tag), new in sides.items():
            old = sides.get((pair, "del"))
            if tag != "ins" or old is None or next(old.iter("pre"), None) is not None:
                continue
            arrived = list(_characters(new, gone=False))
            if [char for char, _ in arrived] == [char for char, _ in _characters(old, gone=False)]:
                self._gone[pair] = iter([gone for _, gone in arrived])

    def parts(self, pair: str, text: str) -> list[tuple[str, bool]]:
        """The next words of the old side of a move, in pieces: did they stay behind?"""
        flags = self._gone.get(pair)
        if flags is None:
            return [(text, False)]
        known: list[bool | None] = [None if char.isspace() else next(flags, False) for char in text]
        # A space goes with the words on both sides of it, or stays.
        before = False
        for at, gone in enumerate(known):
            if gone is None:
                after = next((one for one in known[at:] if one is not None), before)
                known[at] = before and after
            else:
                before = gone
        pieces = groupby(zip(text, known, strict=True), key=lambda pair: bool(pair[1]))
        return [("".join(char for char, _ in piece), gone) for gone, piece in pieces]


def _characters(element: Element, *, gone: bool) -> Iterator[tuple[str, bool]]:
    """The characters of the old passage, white space and numbers of notes aside: is each gone?"""
    if is_note_mark(element):
        return
    yield from ((char, gone) for char in element.text or "" if not char.isspace())
    for child in element:
        side = child.get("data-redline")
        if isinstance(child.tag, str) and side != "ins":
            yield from _characters(child, gone=gone or side == "del")
        yield from ((char, gone) for char in child.tail or "" if not char.isspace())
