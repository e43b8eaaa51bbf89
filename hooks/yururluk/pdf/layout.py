"""A text on its way into a PDF: headings, paragraphs, lists and tables as plain data for the template.

It reads the nodes of the site's own rendering, and of a redline as the contract describes it (DESIGN, "Redline").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from yururluk.pdf.grid import table_data
from yururluk.pdf.runs import Linker, Places, Run, Style, folded, is_blank, visible
from yururluk.text import blocks as nodes
from yururluk.text.blocks import INLINE, Element

Block = dict[str, Any]

_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)*[.)]?)\s+(?=\S)", re.ASCII)
_PAIRED = {"move": "moved", "split": "moved", "merge": "moved", "format": "ins-form", "typographic": "ins-form"}
#: Boxes in boxes: deeper ones are set as if their outermost were all. Typst has a bound of its own further down.
_DEEPEST = 7
_LONG_PARAGRAPH = 5000  # characters
_ANCHOR = re.compile(r"[^\W_][\w:.-]{0,119}")


@dataclass(frozen=True)
class _Inside:
    """Where the reading is: the style around, the kind of a pair that an item carries, how many boxes deep, and how
    many characters a word may have before it has to be broken."""

    style: Style = field(default_factory=Style)
    kind: str = ""
    deep: int = 0
    longest: int = 0

    def deeper(self, of: Element | None = None) -> _Inside:
        """One box further in, which `of` may mark as a side of a pair."""
        return replace(self, deep=self.deep + 1, kind=of.get("data-redline-kind", "") if of is not None else "")

    def under(self, element: Element) -> _Inside:
        """Inside an element with a style of its own."""
        return replace(self, style=self.style.under(element))

    def bold(self) -> _Inside:
        """The same in bold."""
        return replace(self, style=replace(self.style, flags=self.style.flags | {"b"}))


class Reader:
    """Reads the HTML of one text.

    `page` is the address against which its links count. `labels` are the words at a moved, split or joined passage
    (`moved-away`, `moved-here`, `split`, `merge`). `top` is the level of its highest headings, and `prefix` is put
    before its ids: several texts can make one document.
    """

    def __init__(
        self, page: str, say: Callable[[str], str], labels: Mapping[str, str], *, top: int = 1, prefix: str = ""
    ) -> None:
        self._page = page
        self._say = say
        self._labels = labels
        self._top = top
        self._prefix = prefix
        self._levels: list[int] = []
        self._linker = Linker()
        self._anchors: set[str] = set()
        self._places = Places(page, frozenset())

    def read(self, html: str) -> list[Block]:
        """The blocks of a text, in order."""
        document = nodes.read_html(html)
        ids = {element.get("id") for element in document.root.iter() if isinstance(element.tag, str)}
        self._places = Places(self._page, frozenset(filter(None, ids)))
        targets = {
            self._places.of(link.get("href", ""))[1]
            for link in document.root.iter("a")
            if link.get("data-redline-aid") is None and "footnote-backref" not in link.get("class", "")
        }
        self._anchors = {target for target in targets if target}
        blocks = self._flow(document.blocks, _Inside())
        placed = set(_names_in(blocks))
        for block in _walk(blocks):
            # A way to what has no place on paper (an id in the middle of a sentence) becomes plain words.
            if "to" in block:
                block["to"] = self._prefix + block["to"] if block["to"] in placed else ""
            if block.get("name"):
                block["name"] = self._prefix + block["name"]
        return blocks

    # Blocks

    def _flow(self, blocks: Sequence[nodes.Block], inside: _Inside) -> list[Block]:
        out: list[Block] = []
        for block in blocks:
            out += self._block(block, inside)
        return out

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
                return self._paragraph(block, inside)
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
        return self._box(block, inside)

    def _box(self, box: nodes.Box, inside: _Inside) -> list[Block]:
        classes = box.element.get("class", "").split()
        if box.tag == "dl":
            return self._terms(box, inside)
        if box.tag == "blockquote":
            body = self._flow(box.blocks, replace(inside, deep=inside.deep + 1))
            return [{"t": "quote", "body": body}] if body else []
        if "admonition" in classes or box.tag == "details":
            body = self._flow(box.blocks, replace(inside, deep=inside.deep + 1))
            return [{"t": "box", "body": body}] if body else []
        if "admonition-title" in classes:
            inside = inside.bold()
        return self._flow(box.blocks, inside.under(box.element))

    def _paragraph(self, block: nodes.Paragraph, inside: _Inside) -> list[Block]:
        if block.element is not None:
            inside = inside.under(block.element)
            if "admonition-title" in block.element.get("class", "").split():
                inside = inside.bold()
        row = folded(list(self._runs(block.line, inside)))
        if is_blank(row):
            return []
        # Typst weighs the lines of a justified paragraph against each other, which takes minutes for a very long one.
        long = {"long": True} if sum(len(run.text) for run in row) > _LONG_PARAGRAPH else {}
        return [{"t": "par", "body": self._row(row, inside), **long}]

    def _heading(self, block: nodes.Heading, inside: _Inside) -> list[Block]:
        row = folded(list(self._runs(block.line, inside)))
        if is_blank(row):
            return []
        if inside.deep:
            # In a box or a cell it heads that box alone, and has no place in the document's order.
            strong = [replace(run, style=replace(run.style, flags=run.style.flags | {"b"})) for run in row]
            return [{"t": "par", "body": self._row(strong, inside)}]
        while self._levels and self._levels[-1] >= block.level:
            self._levels.pop()
        self._levels.append(block.level)
        number = ""
        found = _NUMBER.match(row[0].text) if not row[0].style.mark else None
        if found and (found.end() < len(row[0].text) or len(row) > 1):
            number = found[1]
            row[0] = replace(row[0], text=row[0].text[found.end() :])
        name = block.element.get("id") or ""
        return [
            {
                "t": "heading",
                "level": len(self._levels) + self._top - 1,
                "number": number,
                "body": self._linker.row([run for run in row if run.text != "\n"]),
                "name": name if _ANCHOR.fullmatch(name) or name in self._anchors else "",
            }
        ]

    def _marked(self, box: nodes.Box, inside: _Inside) -> list[Block]:
        """A wrapper of the redline around whole blocks."""
        body = self._flow(box.blocks, _in_mark(box.element, inside))
        kind = box.element.get("data-redline-kind") or inside.kind
        if not body:
            return []
        side = box.element.get("data-redline")
        pair = kind in ("move", "split", "merge")
        return [{"t": "marked", "side": side, "pair": pair, "label": self._label(kind, side), "body": body}]

    def _label(self, kind: str, side: str) -> str:
        if kind == "move":
            return self._labels["moved-away" if side == "del" else "moved-here"]
        return self._labels.get(kind, "")

    def _code(self, block: nodes.Code, inside: _Inside) -> list[Block]:
        style = replace(inside.style, flags=inside.style.flags | {"code"})
        lines: list[list[Run]] = [[]]
        for run in self._runs(block.line, replace(inside, style=style)):
            parts = run.text.replace("\r\n", "\n").replace("\t", "    ").split("\n")
            for number, part in enumerate(parts):
                if number:
                    lines.append([])
                if part:
                    lines[-1].append(replace(run, text=part))
        while lines and is_blank(lines[-1]):
            lines.pop()
        return [{"t": "code", "lines": [self._row(line, inside) for line in lines]}] if lines else []

    def _list(self, listing: nodes.Listing, inside: _Inside) -> list[Block]:
        items: list[dict[str, Any]] = []
        for item in listing.items:
            body = self._flow(item.blocks, inside.deeper(item.element))
            if not body:
                continue
            side = ""
            if item.element is not None:
                self._name(body, item.element)
                side = nodes.side_of(item.element)
            items.append({"marker": item.mark if listing.ordered else "", "mark": side, "body": body})
        if not items:
            return []
        # Where the items begin with labels of their own, nothing else is printed before them.
        numbered = listing.ordered or not any(item.mark for item in listing.items)
        loose = any(len(item["body"]) > 1 and item["body"][1]["t"] == "par" for item in items)
        return [{"t": "list", "ordered": numbered, "tight": not loose, "items": items}]

    def _terms(self, box: nodes.Box, inside: _Inside) -> list[Block]:
        items: list[dict[str, Any]] = []
        for block in _leaves(box):
            inner = inside.deeper(block.element)
            if block.element is not None and block.element.tag == "dt":
                row = folded(list(self._flat([block], inner)))
                if not is_blank(row):
                    items.append({"term": self._linker.row(row), "body": []})
                continue
            if not items:
                items.append({"term": [], "body": []})
            items[-1]["body"] += self._flow(block.blocks if isinstance(block, nodes.Box) else [block], inner)
        return [{"t": "terms", "items": items}] if items else []

    def _table(self, table: nodes.Table, inside: _Inside) -> list[Block]:
        inner = replace(inside, deep=inside.deep + 1)

        def content(cell: nodes.Cell, longest: int) -> list[Block]:
            row = cell.element.getparent()
            kind = cell.element.get("data-redline-kind") or (row.get("data-redline-kind") if row is not None else "")
            return self._flow(cell.blocks, replace(inner.under(cell.element), kind=kind or "", longest=longest))

        out: list[Block] = []
        caption = folded(list(self._runs(table.caption, inner)))
        if not is_blank(caption):
            out.append({"t": "caption", "body": self._linker.row(caption)})
        data = table_data(table, content)
        if data is not None:
            return [*out, data]
        # Too wide for paper: each row a paragraph, its cells apart by a bar.
        for row in table.rows:
            runs: list[Run] = []
            for cell in row.cells:
                runs += [Run(" | ", inside.style)] if runs else []
                runs += folded(list(self._flat(cell.blocks, inner.under(cell.element))))
            if not is_blank(folded(runs)):
                out.append({"t": "par", "body": self._linker.row(folded(runs))})
        return out

    # Running text

    def _row(self, runs: Sequence[Run], inside: _Inside) -> list[dict[str, Any]]:
        return self._linker.row(runs, inside.longest)

    def _flat(self, blocks: Sequence[nodes.Block], inside: _Inside) -> Iterator[Run]:
        """The words of blocks in one line."""
        for block in blocks:
            if isinstance(block, nodes.Paragraph | nodes.Heading | nodes.Code):
                yield from self._runs(block.line, inside)
            yield Run(" ", inside.style)
            yield from self._flat(list(_inner_blocks(block)), inside)

    def _runs(self, line: nodes.Line, inside: _Inside) -> Iterator[Run]:
        for part in line:
            match part:
                case nodes.Words():
                    yield Run(visible(part.text), inside.style)
                case nodes.Break():
                    yield Run("" if part.soft else "\n", inside.style)
                case nodes.Picture():
                    yield from self._picture(part, inside)
                case nodes.NoteMark():
                    yield from self._span(part.mark, inside)
                case nodes.Span():
                    yield from self._span(part, inside)

    def _span(self, span: nodes.Span, inside: _Inside) -> Iterator[Run]:
        if span.element.get("data-redline") and span.tag in ("ins", "del"):
            yield from self._runs(span.line, _in_mark(span.element, inside))
        elif span.tag == "a":
            href = span.element.get("href", "")
            link, target = self._places.of(href) if href else ("", "")
            yield from self._runs(span.line, replace(inside, style=replace(inside.style, link=link, target=target)))
        elif span.tag == "q":
            yield Run("“", inside.style)
            yield from self._runs(span.line, inside)
            yield Run("”", inside.style)
        else:
            apart = [] if span.tag in INLINE else [Run(" ", inside.style)]
            yield from (*apart, *self._runs(span.line, inside.under(span.element)), *apart)

    def _picture(self, picture: nodes.Picture, inside: _Inside) -> Iterator[Run]:
        """A picture is no part of the frozen text: only its words and its address are printed."""
        alt = visible(picture.alt).strip()
        if alt:
            words = self._say("[Picture: {alt}]").replace("{alt}", alt)
            yield Run(words, replace(inside.style, link=self._places.of(picture.source)[0], target=""))


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


def _in_mark(element: Element, inside: _Inside) -> _Inside:
    kind = element.get("data-redline-kind") or inside.kind
    side = element.get("data-redline")
    mark = _PAIRED.get(kind, "ins") if side == "ins" else "del-form" if _PAIRED.get(kind) == "ins-form" else "del"
    return replace(inside, style=replace(inside.style, mark=mark), kind="")


def _walk(blocks: Sequence[Block]) -> Iterator[Block]:
    """Every block, and every row of runs in it."""
    for block in blocks:
        yield block
        for key in ("body", "items", "head", "lines", "term"):
            for inner in block.get(key, ()):
                yield from _walk(inner if isinstance(inner, list) else [inner])


def _names_in(blocks: Sequence[Block]) -> Iterator[str]:
    """The names in the blocks. One that occurs twice, as no valid HTML has it, is kept once."""
    seen: set[str] = set()
    for block in _walk(blocks):
        name = block.get("name")
        if name and name in seen:
            block["name"] = ""
        elif name:
            seen.add(name)
            yield name
