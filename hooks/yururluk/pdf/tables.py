"""Tables on their way into a PDF: every cell gets its place in a full grid, and every column its share of the width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from yururluk.text.blocks import Cell, Table

#: Beyond so many columns a page of paper has no room; the rows are then set one below the other.
MOST_COLUMNS = 14
_LONGEST_HEADER = 600  # characters; a longer header is not repeated on each page
_LONG_CELL = 500  # characters
_WIDEST_WORD = 18


@dataclass(frozen=True)
class Placed:
    """A cell at its place; `cell` is None where the table leaves a hole."""

    x: int
    y: int
    columns: int
    rows: int
    cell: Cell | None


def table_data(table: Table, content: Callable[[Cell], list[dict[str, Any]]]) -> dict[str, Any] | None:
    """The table as plain data, `content` the blocks of a cell; None where it has no cells, or more columns than a page
    has room for."""
    head, rest = _sections(table)
    sections = [(placed(head, 0), 0, len(head)), (placed(rest, len(head)), len(head), len(rest))]
    width = max((one.x + one.columns for cells, _, _ in sections for one in cells), default=0)
    if not 0 < width <= MOST_COLUMNS:
        return None
    top, low = (cells + holes(cells, width, first, height) for cells, first, height in sections)
    header = [one.cell.element for one in top if one.cell is not None]
    return {
        "t": "table",
        "columns": _shares([*top, *low], width),
        "head": [_cell(one, content) for one in top],
        "body": [_cell(one, content) for one in low],
        # The repetition on each page is not tagged, so it may hold no link.
        "repeat": sum(len(one.text_content()) for one in header) < _LONGEST_HEADER
        and not any(one.xpath(".//a[@href] | .//img") for one in header),
    }


def _sections(table: Table) -> tuple[list[Sequence[Cell]], list[Sequence[Cell]]]:
    """The rows of the header and of the rest. Rows at the top that hold headings only are a header too."""
    rows = [row for row in table.rows if row.cells]
    head: list[Sequence[Cell]] = [row.cells for row in rows if row.in_head]
    rest: list[Sequence[Cell]] = [row.cells for row in rows if not row.in_head]
    while not any(row.in_head for row in rows) and rest and all(cell.is_header for cell in rest[0]):
        head.append(rest.pop(0))
    return head, rest


def placed(rows: Sequence[Sequence[Cell]], first: int) -> list[Placed]:
    """The cells of one section at their places (HTML 5, forming a table).

    `first` is the number of the section's first row. A cell that would overlap another is cut short.
    """
    taken: set[tuple[int, int]] = set()
    out: list[Placed] = []
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (x, y) in taken:
                x += 1
            height = min(_span(cell, "rowspan") or len(rows), len(rows) - y)
            most = max(1, min(_span(cell, "colspan"), MOST_COLUMNS + 1))
            columns = next((reach for reach in range(1, most) if (x + reach, y) in taken), most)
            taken.update((x + i, y + j) for i in range(columns) for j in range(height))
            out.append(Placed(x, first + y, columns, height, cell))
            x += columns
    return out


def _span(cell: Cell, name: str) -> int:
    value = cell.element.get(name, "1").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def holes(cells: Sequence[Placed], width: int, first: int, height: int) -> list[Placed]:
    """Empty cells where a section has none, so that every row has all columns (PDF/UA asks for regular tables)."""
    taken = {(c.x + i, c.y + j) for c in cells for i in range(c.columns) for j in range(c.rows)}
    return [Placed(x, y, 1, 1, None) for y in range(first, first + height) for x in range(width) if (x, y) not in taken]


def _shares(cells: Sequence[Placed], width: int) -> list[float]:
    """Each column's share of the width: by its longest word, and by how much there is to read in it."""
    shares = []
    for x in range(width):
        column = [one.cell for one in cells if one.x == x and one.columns == 1 and one.cell is not None]
        texts = [cell.element.text_content().split() for cell in column]
        word = max([1, *(min(len(word), _WIDEST_WORD) for text in texts for word in text)])
        sizes = [sum(len(word) + 1 for word in text) for text in texts]
        total, most = sum(sizes, 1), min(max([1, *sizes]), 400)
        shares.append(round(word + 2 + 1.6 * sqrt(total / (len(sizes) + 1)) + 0.8 * sqrt(most), 1))
    return shares


def _cell(one: Placed, content: Callable[[Cell], list[dict[str, Any]]]) -> dict[str, Any]:
    place = {"x": one.x, "y": one.y, "columns": one.columns, "rows": one.rows}
    if one.cell is None:
        return {**place, "long": False, "body": [], "align": ""}
    # A row is kept on one page, unless that would leave half a page empty.
    long = len(one.cell.element.text_content()) > _LONG_CELL
    return {**place, "long": long, "body": content(one.cell), "align": one.cell.element.get("align", "").lower()}
