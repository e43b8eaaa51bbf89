"""A text on its way into a PDF: headings, paragraphs, lists, tables and running text as plain data for the template.

It reads the nodes of the site's own rendering, and of a redline as the contract describes it (DESIGN, "Redline").
Nothing in the data is ever read as typst's own markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import sqrt
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from yururluk.core.messages import names
from yururluk.text import blocks as nodes
from yururluk.text.blocks import Cell, Element, Table
from yururluk.text.markdown import INLINE

Block = dict[str, Any]
Say = Callable[[str], str]

_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)*[.)]?)\s+(?=\S)", re.ASCII)
_PAIRED = {"move": "moved", "split": "moved", "merge": "moved", "format": "ins-form", "typographic": "ins-form"}
#: Boxes in boxes: deeper ones are set as if their outermost were all. Typst has a bound of its own further down.
_DEEPEST = 7
_LONG_PARAGRAPH = 5000  # characters
_ANCHOR = re.compile(r"[^\W_][\w:.-]{0,119}")
_FLAGS = {
    "strong": "b", "b": "b", "em": "i", "i": "i", "cite": "i", "dfn": "i", "var": "i", "u": "u", "ins": "u",
    "del": "s", "s": "s", "sup": "sup", "sub": "sub", "code": "code", "kbd": "code", "samp": "code",
    "mark": "hi", "small": "small", "th": "b", "dt": "b", "summary": "b",
}  # fmt: skip
_SPACE = re.compile(r"[ \t\n\r\f]+")
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_SAFE_IN_ADDRESS = "!#$%&'()*+,/:;=?@[]~"
_DOCUMENT = re.compile(r"(?P<document>[a-z0-9]+(?:-[a-z0-9]+)*)\.md(?P<anchor>#.*)?", re.ASCII)
#: Characters that no page shows and no font has: controls, private use, lone surrogates, byte order marks.
_UNSEEN = names("Cc Cs Co Cn")


@dataclass(frozen=True)
class Style:
    """How words look: their emphasis, their side in a redline (`ins`, `del`, `ins-form`, `del-form`, `moved`), and the
    web address or the id in this text that they lead to."""

    flags: frozenset[str] = frozenset()
    mark: str = ""
    link: str = ""
    target: str = ""

    def under(self, element: Element) -> Style:
        """The style inside an element."""
        flag = None if element.get("data-redline") else _FLAGS.get(element.tag)
        return self.with_flag(flag) if flag else self

    def with_flag(self, flag: str) -> Style:
        """The same with one more kind of emphasis."""
        return replace(self, flags=self.flags | {flag})


@dataclass(frozen=True)
class _Run:
    """Words of one style. A break of the line has the text "\\n"."""

    text: str
    style: Style


@dataclass(frozen=True)
class _Inside:
    """Where the reading is: the style around, the kind of a pair that an item carries, and how many boxes deep."""

    style: Style = field(default_factory=Style)
    kind: str = ""
    deep: int = 0

    def deeper(self, of: Element | None = None) -> _Inside:
        """One box further in, which `of` may mark as a side of a pair."""
        return replace(self, deep=self.deep + 1, kind=of.get("data-redline-kind", "") if of is not None else "")

    def under(self, element: Element) -> _Inside:
        """Inside an element with a style of its own."""
        style = self.style.under(element)
        is_title = "admonition-title" in element.get("class", "").split()
        return replace(self, style=style.with_flag("b") if is_title else style)

    def marked(self, element: Element) -> _Inside:
        """Inside a side of a redline."""
        mark = _PAIRED.get(element.get("data-redline-kind") or self.kind, "ins")
        if element.get("data-redline") == "del":
            mark = "del-form" if mark == "ins-form" else "del"
        return replace(self, style=replace(self.style, mark=mark), kind="")


class Reader:
    """Reads the HTML of one text.

    `page` is the address against which its links count, `top` the level of its highest headings, and `prefix` is put
    before its ids: several texts can make one document.
    """

    def __init__(self, page: str, say: Say, *, top: int = 1, prefix: str = "") -> None:
        self._page = page
        self._say = say
        self._top = top
        self._prefix = prefix
        self._levels: list[int] = []
        self._ids: set[str] = set()
        self._anchors: set[str] = set()  # the ids that links lead to
        self._printed: set[str] = set()  # the addresses that were printed behind their words
        self._labels = {
            ("move", "del"): say("Moved from here to another place"),
            ("move", "ins"): say("Moved here from another place"),
            **dict.fromkeys([("split", "ins"), ("split", "del")], say("Split")),
            **dict.fromkeys([("merge", "ins"), ("merge", "del")], say("Joined")),
        }

    def read(self, html: str) -> list[Block]:
        """The blocks of a text, in order."""
        document = nodes.read_html(html)
        self._ids = set(document.root.xpath(".//@id"))
        links = document.root.xpath(
            ".//a[@href][not(@data-redline-aid)][not(contains(@class, 'footnote-backref'))]/@href"
        )
        self._anchors = {target for target in (self._leads_to(href)[1] for href in links) if target}
        blocks = self._flow(document.blocks, _Inside())
        placed: set[str] = set()
        for block in _walk(blocks):
            if name := block.get("name"):
                # A name that occurs twice, as no valid HTML has it, is kept once.
                block["name"] = "" if name in placed else self._prefix + name
                placed.add(name)
        for block in _walk(blocks):
            # A way to what has no place on paper (an id in the middle of a sentence) becomes plain words.
            if "to" in block:
                block["to"] = self._prefix + block["to"] if block["to"] in placed else ""
        return blocks

    def _leads_to(self, href: str) -> tuple[str, str]:
        """A link's web address, and the id that it leads to in this text; both empty where it leads nowhere."""
        if href.startswith("#"):
            anchor = unquote(href[1:])
            return "", anchor if anchor in self._ids else ""
        document = _DOCUMENT.fullmatch(href)
        if document:
            href = f"../{document['document']}/{document['anchor'] or ''}"
        try:
            address = urljoin(self._page, href)
            known = urlsplit(address).scheme in _SCHEMES
        except ValueError:
            return "", ""
        return (quote(address, safe=_SAFE_IN_ADDRESS), "") if known else ("", "")

    # Blocks

    def _flow(self, blocks: Sequence[nodes.Block], inside: _Inside) -> list[Block]:
        return [made for block in blocks for made in self._block(block, inside)]

    def _block(self, block: nodes.Block, inside: _Inside) -> list[Block]:
        made = self._of_kind(block, inside)
        if not made or block.element is None or isinstance(block, nodes.Heading):
            return made
        self._name(made, block.element)
        direction = block.element.get("dir", "").lower()
        return [{"t": direction, "body": made}] if direction in ("rtl", "ltr") else made

    def _name(self, made: list[Block], element: Element) -> None:
        """Give what links lead to its name."""
        name = element.get("id")
        if name in self._anchors and made and not made[0].get("name"):
            self._anchors.discard(name)
            made[0]["name"] = name

    def _of_kind(self, block: nodes.Block, inside: _Inside) -> list[Block]:
        match block:
            case nodes.Heading():
                return self._heading(block, inside)
            case nodes.Paragraph():
                runs = self._line(block.line, inside if block.element is None else inside.under(block.element))
                return [par(self._row(runs))] if runs else []
            case nodes.Rule():
                return [{"t": "rule"}]
            case nodes.Code():
                return self._code(block, inside)
            case nodes.Footnotes():
                return [{"t": "rule"}, *self._block(block.listing, inside)]
            case nodes.Box() if block.tag in ("ins", "del") and block.element.get("data-redline"):
                return self._marked(block, inside)
        if inside.deep >= _DEEPEST:
            return self._flow(list(_inner_blocks(block)), inside.under(block.element))
        match block:
            case nodes.Listing():
                return self._list(block, inside)
            case nodes.Table():
                return self._table(block, inside)
            case nodes.Box() if block.tag == "dl":
                return self._terms(block, inside)
        kind = "quote" if block.tag == "blockquote" else "box"
        if kind == "quote" or block.tag == "details" or "admonition" in block.element.get("class", "").split():
            body = self._flow(block.blocks, replace(inside, deep=inside.deep + 1))
            return [{"t": kind, "body": body}] if body else []
        return self._flow(block.blocks, inside.under(block.element))

    def _heading(self, block: nodes.Heading, inside: _Inside) -> list[Block]:
        if inside.deep:
            # In a box or a cell it heads that box alone, and has no place in the document's order.
            runs = self._line(block.line, replace(inside, style=inside.style.with_flag("b")))
            return [par(self._row(runs))] if runs else []
        runs = self._line(block.line, inside)
        if not runs:
            return []
        while self._levels and self._levels[-1] >= block.level:
            self._levels.pop()
        self._levels.append(block.level)
        number = ""
        found = _NUMBER.match(runs[0].text) if not runs[0].style.mark else None
        if found and (found.end() < len(runs[0].text) or len(runs) > 1):
            number = found[1]
            runs[0] = replace(runs[0], text=runs[0].text[found.end() :])
        name = block.element.get("id") or ""
        return [
            {
                "t": "heading",
                "level": len(self._levels) + self._top - 1,
                "number": number,
                "body": self._row([run for run in runs if run.text != "\n"]),
                "name": name if _ANCHOR.fullmatch(name) or name in self._anchors else "",
            }
        ]

    def _marked(self, box: nodes.Box, inside: _Inside) -> list[Block]:
        """A wrapper of the redline around whole blocks."""
        body = self._flow(box.blocks, inside.marked(box.element))
        side = box.element.get("data-redline")
        label = self._labels.get((box.element.get("data-redline-kind") or inside.kind, side), "")
        return [{"t": "marked", "side": side, "pair": bool(label), "label": label, "body": body}] if body else []

    def _code(self, block: nodes.Code, inside: _Inside) -> list[Block]:
        lines: list[list[_Run]] = [[]]
        for run in self._runs(block.line, replace(inside, style=inside.style.with_flag("code"))):
            for number, part in enumerate(run.text.replace("\r\n", "\n").replace("\t", "    ").split("\n")):
                if number:
                    lines.append([])
                if part:
                    lines[-1].append(replace(run, text=part))
        while lines and not any(run.text.strip() for run in lines[-1]):
            lines.pop()
        return [{"t": "code", "lines": [self._row(line) for line in lines]}] if lines else []

    def _list(self, listing: nodes.Listing, inside: _Inside) -> list[Block]:
        items: list[dict[str, Any]] = []
        for item in listing.items:
            body = self._flow(item.blocks, inside.deeper(item.element))
            side = ""
            if item.element is not None:
                self._name(body, item.element)
                side = nodes.side_of(item.element)
            if body:
                items.append({"marker": item.mark if listing.ordered else "", "mark": side, "body": body})
        # Where the items begin with labels of their own, nothing else is printed before them.
        numbered = listing.ordered or not any(item.mark for item in listing.items)
        loose = any(len(item["body"]) > 1 and item["body"][1]["t"] == "par" for item in items)
        return [{"t": "list", "ordered": numbered, "tight": not loose, "items": items}] if items else []

    def _terms(self, box: nodes.Box, inside: _Inside) -> list[Block]:
        items: list[dict[str, Any]] = []
        for block in _leaves(box):
            inner = inside.deeper(block.element)
            if block.element is not None and block.element.tag == "dt":
                if runs := _folded(self._flat([block], inner)):
                    items.append({"term": self._row(runs), "body": []})
                continue
            items = items or [{"term": [], "body": []}]
            items[-1]["body"] += self._flow(block.blocks if isinstance(block, nodes.Box) else [block], inner)
        return [{"t": "terms", "items": items}] if items else []

    def _table(self, table: nodes.Table, inside: _Inside) -> list[Block]:
        inner = replace(inside, deep=inside.deep + 1)

        def content(cell: nodes.Cell) -> list[Block]:
            kind = next((one for one in cell.element.xpath("@data-redline-kind | ../@data-redline-kind")[::-1]), "")
            return self._flow(cell.blocks, replace(inner.under(cell.element), kind=kind))

        caption = self._line(table.caption, inner)
        out = [{"t": "caption", "body": self._row(caption)}] if caption else []
        data = table_data(table, content)
        if data is not None:
            return [*out, data]
        # Too wide for paper: each row a paragraph, its cells apart by a bar.
        for row in table.rows:
            runs: list[_Run] = []
            for cell in row.cells:
                runs += [_Run(" | ", inside.style)] if runs else []
                runs += _folded(self._flat(cell.blocks, inner.under(cell.element)))
            out += [par(self._row(folded))] if (folded := _folded(runs)) else []
        return out

    # Running text

    def _line(self, line: nodes.Line, inside: _Inside) -> list[_Run]:
        return _folded(self._runs(line, inside))

    def _flat(self, blocks: Sequence[nodes.Block], inside: _Inside) -> Iterator[_Run]:
        """The words of blocks in one line."""
        for block in blocks:
            if isinstance(block, nodes.Paragraph | nodes.Heading | nodes.Code):
                yield from self._runs(block.line, inside)
            yield _Run(" ", inside.style)
            yield from self._flat(list(_inner_blocks(block)), inside)

    def _runs(self, line: nodes.Line, inside: _Inside) -> Iterator[_Run]:
        for part in line:
            match part:
                case nodes.Words():
                    yield _Run(visible(part.text), inside.style)
                case nodes.Break() if not part.soft:
                    yield _Run("\n", inside.style)
                case nodes.Picture() if alt := visible(part.alt).strip():
                    # A picture is no part of the frozen text: only its words and its address are printed.
                    words = self._say("[Picture: {alt}]").replace("{alt}", alt)
                    yield _Run(words, replace(inside.style, link=self._leads_to(part.source)[0], target=""))
                case nodes.NoteMark():
                    yield from self._span(part.mark, inside)
                case nodes.Span():
                    yield from self._span(part, inside)

    def _span(self, span: nodes.Span, inside: _Inside) -> Iterator[_Run]:
        around = ("", "")
        if span.element.get("data-redline") and span.tag in ("ins", "del"):
            inside = inside.marked(span.element)
        elif span.tag == "a":
            href = span.element.get("href", "")
            link, target = self._leads_to(href) if href else ("", "")
            inside = replace(inside, style=replace(inside.style, link=link, target=target))
        else:
            around = ("“", "”") if span.tag == "q" else ("", "") if span.tag in INLINE else (" ", " ")
            inside = inside.under(span.element)
        yield _Run(around[0], inside.style)
        yield from self._runs(span.line, inside)
        yield _Run(around[1], inside.style)

    def _row(self, runs: Sequence[_Run]) -> list[Block]:
        """Runs as the template reads them, neighbours of one link together; a link's address follows its words once."""
        out: list[Block] = []
        for (link, target), group in groupby(runs, key=lambda run: (run.style.link, run.style.target)):
            inside = list(group)
            values = [_value(run.text, run.style) for run in inside]
            if target:
                out.append({"to": target, "runs": values})
            elif link:
                out += [{"url": link, "runs": values}, *self._address(inside)]
            else:
                out += values
        return out

    def _address(self, runs: Sequence[_Run]) -> list[Block]:
        """What is printed behind a link whose words do not show where it leads."""
        style = runs[0].style
        scheme, _, rest = style.link.partition(":")
        shown = style.link if scheme in ("http", "https") else rest
        bare = unquote(shown).removeprefix(f"{scheme}://").rstrip("/")
        words = "".join(run.text for run in runs)
        if bare in unquote(words) or style.link in self._printed or style.mark.startswith("del"):
            return []
        self._printed.add(style.link)
        quiet = Style(frozenset({"address"}), style.mark)
        link = {"url": style.link, "runs": [_value(shown, quiet)]}
        return [_value(" (", quiet), link, _value(")", quiet)]


def par(row: list[Block]) -> Block:
    """A paragraph. Typst weighs the lines of a justified one against each other, which takes minutes for a very long
    one."""
    size = sum(len(run.get("s", "")) for one in row for run in one.get("runs", [one]))
    return {"t": "par", "body": row, **({"long": True} if size > _LONG_PARAGRAPH else {})}


def visible(text: str) -> str:
    """The text without characters that have no shape in any font."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t\r\f" or (unicodedata.category(c) not in _UNSEEN and c != "\ufeff"))


def _folded(runs: Iterable[_Run]) -> list[_Run]:
    """The runs with white space folded as a browser does, none at the ends of a line; none where nothing is to read."""
    out: list[_Run] = []
    for run in runs:
        after_space = not out or out[-1].text[-1] in " \n"
        if run.text == "\n":
            if out and out[-1].text.endswith(" "):
                last = out.pop()
                out += [replace(last, text=last.text[:-1])] if last.text != " " else []
            text = run.text if out else ""
        else:
            text = _SPACE.sub(" ", run.text)
            text = text.lstrip(" ") if after_space else text
        if text:
            out.append(replace(run, text=text))
    while out and not out[-1].text.strip(" \n"):
        out.pop()
    if out:
        out[-1] = replace(out[-1], text=out[-1].text.rstrip(" "))
    return out if any(run.text.strip() for run in out) else []


def _value(text: str, style: Style) -> Block:
    if text == "\n":
        return {"br": True}
    flags = {"f": sorted(style.flags)} if style.flags else {}
    return {"s": text, **flags, **({"m": style.mark} if style.mark else {})}


def _inner_blocks(block: nodes.Block) -> Iterator[nodes.Block]:
    """The blocks in a block, in order."""
    match block:
        case nodes.Box():
            yield from block.blocks
        case nodes.Listing():
            for item in block.items:
                yield from item.blocks
        case nodes.Table():
            if block.caption:
                yield nodes.Paragraph(None, block.caption)
            for row in block.rows:
                for cell in row.cells:
                    yield from cell.blocks
        case nodes.Footnotes():
            yield block.listing


def _leaves(box: nodes.Box) -> Iterator[nodes.Block]:
    """The terms and definitions of a list of them, also those in a div."""
    for block in box.blocks:
        if isinstance(block, nodes.Box) and block.tag == "div":
            yield from _leaves(block)
        else:
            yield block


def _walk(blocks: Sequence[Block]) -> Iterator[Block]:
    """Every block, and every row of runs in it."""
    for block in blocks:
        yield block
        for key in ("body", "items", "head", "lines", "term"):
            for inner in block.get(key, ()):
                yield from _walk(inner if isinstance(inner, list) else [inner])


#: Beyond so many columns a page of paper has no room; the rows are then set one below the other.
MOST_COLUMNS = 14
_LONGEST_HEADER = 600  # characters; a longer header is not repeated on each page
_LONG_CELL = 500  # characters
_WIDEST_WORD = 18


# Tables: every cell gets its place in a full grid, and every column its share of the width.


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
