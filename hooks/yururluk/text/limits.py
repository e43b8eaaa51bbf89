"""Whether a Markdown text can be rendered in reasonable time.

Python-Markdown looks from each opening bracket for its closing one, and from each heading at the rest of its block.
Where thousands are left open in one paragraph it would be at it for hours, in `check` as in `publish`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_PARAGRAPH_ENDS: Final = re.compile(r"\n[ \t]*\n")
_SIGNS: Final = re.compile(r"\]\(|[\[\]<>]|\)|(?:\A|\n)#")
_OPENING: Final = {"[": "]", "<": ">", "](": ")"}
#: What begins a line inside quotations and lists, and how many levels of them a text may have.
_DEPTH: Final = re.compile(r"^[ \t>]{100,}", re.MULTILINE)
_DEEPEST: Final = 60
#: Each reference to a note looks at all others to the same one, each abbreviation is looked for in every word.
_NOTE: Final = re.compile(r"\[\^([^\]\s]+)\]")
_ABBREVIATION: Final = re.compile(r"^\*\[", re.MULTILINE)
#: So many characters may be looked at twice; a second's work or two. A text of links and tables stays far below.
_MOST: Final = 3_000_000


def is_endless(text: str) -> bool:
    """Whether rendering `text` would take time out of all proportion to its length."""
    if any(
        len(found[0].replace(" ", "")) > _DEEPEST or len(found[0]) > 4 * _DEEPEST for found in _DEPTH.finditer(text)
    ):
        return True
    notes = Counter(_NOTE.findall(text))
    repeated = sum(count * count for count in notes.values()) + len(_ABBREVIATION.findall(text)) * len(text) // 10
    return repeated * 2 + sum(_looked_at(part) for part in _PARAGRAPH_ENDS.split(text)) > max(_MOST, 20 * len(text))


def endless_line(text: str) -> int:
    """The line on which the paragraph begins that takes most, counted from 0."""
    at, longest, most = 0, 0, -1
    for part in re.split(r"(\n[ \t]*\n)", text):
        if (effort := _looked_at(part)) > most:
            longest, most = at, effort
        at += part.count("\n")
    return longest


def _looked_at(paragraph: str) -> int:
    """How many characters are looked at in search of an end, each search counted for itself."""
    total, length = 0, len(paragraph)
    left_open: dict[str, list[int]] = {closing: [] for closing in _OPENING.values()}
    for found in _SIGNS.finditer(paragraph):
        sign, at = found[0], found.start()
        if sign.endswith("#"):
            total += length - at
            continue
        if sign.startswith("]") and left_open["]"]:
            total += at - left_open["]"].pop()
        elif left_open.get(sign):
            total += at - left_open[sign].pop()
        if sign in _OPENING:
            left_open[_OPENING[sign]].append(at)
    return total + sum(length - at for places in left_open.values() for at in places)
