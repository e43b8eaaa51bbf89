"""What the tables of a clause hold: the header and the rows, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from yururluk.checks.reading import Reading, Section, lowered
from yururluk.checks.structure import cells_of

_DELIMITER = re.compile(r" {0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*(?:\|[ ]*)?")


@dataclass(frozen=True)
class Row:
    """A row of a table, its cells in small letters, and the line of the file on which it stands."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """A cell's words; empty where the row is too short, or only a dash stands in it."""
        words = self.cells[column] if column < len(self.cells) else ""
        return words if re.search(r"\w", words) else ""


@dataclass(frozen=True)
class Table:
    """A table of Markdown."""

    header: Row
    rows: tuple[Row, ...]

    def column(self, pattern: re.Pattern[str]) -> int | None:
        """The first column whose header has these words."""
        return next((i for i, words in enumerate(self.header.cells) if pattern.search(words)), None)


def tables_in(reading: Reading, section: Section) -> Iterator[Table]:
    """The tables of a section, in order."""
    lines = reading.plain[section.start : section.end].split("\n")
    first, _ = reading.place(section.start)
    place = 0
    while place + 1 < len(lines):
        below = lines[place + 1]
        if "|" not in lines[place] or "|" not in below or not _DELIMITER.fullmatch(below):
            place += 1
            continue
        end = place + 2
        while end < len(lines) and "|" in lines[end] and lines[end].strip():
            end += 1
        rows = [_row(first + number, lines[number], reading.locale) for number in range(place, end)]
        yield Table(rows[0], tuple(rows[2:]))
        place = end


def _row(line: int, source: str, locale: str) -> Row:
    return Row(line, tuple(cell.strip() for cell in cells_of(lowered(source, locale))))
