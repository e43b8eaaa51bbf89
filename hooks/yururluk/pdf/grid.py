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
_PAGE_WIDTH = 425.0  # points between the margins of template.typ
_TYPE_SIZE = 10.8  # points
_WIDE_LETTER = 0.62  # em: a row of broad letters; most words are narrower


@dataclass(frozen=True)
class Placed:
    """A cell at its place; `cell` is None where the table leaves a hole."""

    x: int
    y: int
    columns: int
    rows: int
    cell: Cell | None


def _sections(table: Table) -> tuple[list[Sequence[Cell]], list[Sequence[Cell]]]:
    """The rows of the header and of the rest. Rows at the top that hold headings only are a header too."""
    rows = [row for row in table.rows if row.cells]
    head = [row.cells for row in rows if row.in_head]
    rest: list[Sequence[Cell]] = [row.cells for row in rows if not row.in_head]
    if not head:
        while rest and all(cell.is_header for cell in rest[0]):
            head.append(tuple(rest.pop(0)))
    return [*head], rest


def placed(rows: Sequence[Sequence[Cell]], first: int) -> tuple[list[Placed], int]:
    """The cells of one section at their places, and the number of its columns (HTML 5, forming a table).

    `first` is the number of the section's first row. A cell that would overlap another is cut short.
    """
    taken: set[tuple[int, int]] = set()
    out: list[Placed] = []
    width = 0
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (x, y) in taken:
                x += 1
            columns, height = _span(cell, "colspan"), min(_span(cell, "rowspan") or len(rows), len(rows) - y)
            columns = max(1, min(columns, MOST_COLUMNS + 1))
            reach = 1
            while reach < columns and (x + reach, y) not in taken:
                reach += 1
            taken.update((x + i, y + j) for i in range(reach) for j in range(height))
            out.append(Placed(x, first + y, reach, height, cell))
            x += reach
            width = max(width, x)
    return out, width


def _span(cell: Cell, name: str) -> int:
    value = cell.element.get(name, "1").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def holes(cells: Sequence[Placed], width: int, first: int, height: int) -> list[Placed]:
    """Empty cells where a section has none, so that every row has all columns (PDF/UA asks for regular tables)."""
    taken = {(c.x + i, c.y + j) for c in cells for i in range(c.columns) for j in range(c.rows)}
    return [Placed(x, y, 1, 1, None) for y in range(first, first + height) for x in range(width) if (x, y) not in taken]


def shares(cells: Sequence[Placed], width: int) -> list[float]:
    """Each column's share of the width: by its longest word, and by how much there is to read in it."""
    words, most, total, count = [1] * width, [1] * width, [0] * width, [1] * width
    for one in cells:
        if one.cell is None or one.columns > 1:
            continue
        text = one.cell.element.text_content().split()
        size = sum(len(word) + 1 for word in text)
        words[one.x] = max([words[one.x], *(min(len(word), _WIDEST_WORD) for word in text)])
        most[one.x] = max(most[one.x], min(size, 400))
        total[one.x] += size
        count[one.x] += 1
    return [round(words[x] + 2 + 1.6 * sqrt(total[x] / count[x]) + 0.8 * sqrt(most[x]), 1) for x in range(width)]


def table_data(table: Table, content: Callable[[Cell, int], list[dict[str, Any]]]) -> dict[str, Any] | None:
    """The table as plain data; None where it has no cells, or more columns than a page has room for.

    `content` makes the blocks of a cell, in which a word of more characters than its second argument is broken.
    """
    head, rest = _sections(table)
    top, top_width = placed(head, 0)
    low, low_width = placed(rest, len(head))
    width = max(top_width, low_width)
    if not 0 < width <= MOST_COLUMNS:
        return None
    top += holes(top, width, 0, len(head))
    low += holes(low, width, len(head), len(rest))
    columns = shares([*top, *low], width)

    def data(one: Placed) -> dict[str, Any]:
        return _cell(one, content, _longest_word(columns, one))

    return {
        "t": "table",
        "columns": columns,
        "head": [data(one) for one in top],
        "body": [data(one) for one in low],
        "repeat": _may_repeat([one.cell for one in top if one.cell is not None]),
    }


def _longest_word(columns: Sequence[float], one: Placed) -> int:
    """How many characters of a word fit into a cell (template.typ: the type of a table by its columns, the inset)."""
    size = _TYPE_SIZE * (0.72 if len(columns) > 7 else 0.82 if len(columns) > 4 else 0.9)
    width = _PAGE_WIDTH * sum(columns[one.x : one.x + one.columns]) / sum(columns) - size  # 0.5 em on each side
    return max(1, int(width / (size * _WIDE_LETTER)))


def _may_repeat(header: Sequence[Cell]) -> bool:
    """Whether the header is set again on each page. The repetition is not tagged, so it may hold no link."""
    return sum(len(cell.element.text_content()) for cell in header) < _LONGEST_HEADER and not any(
        len(cell.element.xpath(".//a[@href] | .//img")) for cell in header
    )


def _cell(one: Placed, content: Callable[[Cell, int], list[dict[str, Any]]], longest: int) -> dict[str, Any]:
    value: dict[str, Any] = {"x": one.x, "y": one.y, "columns": one.columns, "rows": one.rows}
    cell = one.cell
    # A row is kept on one page, unless that would leave half a page empty.
    value["long"] = cell is not None and len(cell.element.text_content()) > _LONG_CELL
    value["body"] = [] if cell is None else content(cell, longest)
    align = cell.element.get("align", "").lower() if cell is not None else ""
    value["align"] = align if align in ("left", "center", "right") else ""
    return value
