"""What stands before the words of a block in Markdown: signs, numbers, indents."""

from __future__ import annotations

import re
from typing import Final

from yururluk.word.reading import Unit

#: The line below the heading of a table.
DELIMITER: Final = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_NUMBER: Final = re.compile(r"([0-9]+)([.)])")


def prefix_of(unit: Unit) -> str:
    """What stands before the words of a unit where no neighbour shows how the author does it."""
    quotes = "> " * unit.quoted
    if unit.kind == "heading":
        return f"{quotes}{'#' * unit.level} "
    indent = "    " * unit.level
    if unit.kind == "item":
        return f"{quotes}{indent}{'1. ' if unit.form == 'ol' else '- '}"
    if unit.kind == "definition":
        return f"{quotes}{indent}:   "
    return f"{quotes}{indent}"


def counted_on(lead: str, steps: int) -> str:
    """The lead of an item so many places before, with the number that comes now."""
    found = _NUMBER.search(lead)
    if found is None:
        return lead
    return f"{lead[: found.start()]}{int(found[1]) + steps}{found[2]}{lead[found.end() :]}"
