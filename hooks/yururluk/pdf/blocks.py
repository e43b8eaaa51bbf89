"""A text's HTML on its way into a PDF: headings, paragraphs, lists and tables as plain data for the template.

It reads the site's own rendering, and a redline as the contract describes it (DESIGN, "Redline").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree as lxml_etree
from lxml import html as lxml_html

from yururluk.core.names import names
from yururluk.pdf.inlines import Linker, Places, Run, Style, folded, is_blank, visible
from yururluk.pdf.tables import rows_of, table_value

Block = dict[str, Any]

_BLOCKS = names(
    "article aside blockquote center dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li"
    " ol p pre section summary table ul caption colgroup col thead tbody tfoot tr td th"
)
_HEADING = re.compile(r"h[1-6]")
_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)*[.)]?)\s+(?=\S)", re.ASCII)
_PAIRED = {
    "move": "moved",
    "split": "moved",
    "merge": "moved",
    "format": "ins-form",
    "typographic": "ins-form",
}
#: Boxes in boxes: deeper ones are set as if their outermost were all. Typst has a bound of its own further down.
_DEEPEST = 7
_DEEPEST_TREE = 60  # elements in elements; each takes a few frames of Python's stack
_ANCHOR = re.compile(r"[^\W_][\w:.-]{0,119}")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True)
class _Inside:
    """Where the reading is: the style around, the kind of a pair that an item carries, how many boxes deep."""

    style: Style = field(default_factory=Style)
    kind: str = ""
    deep: int = 0

    def deeper(self) -> _Inside:
        return replace(self, deep=self.deep + 1)


class Reader:
    """Reads the HTML of one text.

    `page` is the address against which its links count. `labels` says what stands at a moved, split or joined passage
    (`moved-away`, `moved-here`, `split`, `merge`). `top` is the level of its highest headings, and `prefix` stands
    before its ids: several texts can make one document.
    """

    def __init__(
        self,
        page: str,
        say: Callable[[str], str],
        labels: Mapping[str, str],
        *,
        top: int = 1,
        prefix: str = "",
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
        root = _parsed(html)
        ids = {element.get("id") for element in root.iter() if isinstance(element.tag, str)}
        self._places = Places(self._page, frozenset(filter(None, ids)))
        targets = {
            self._places.of(link.get("href", ""))[1]
            for link in root.iter("a")
            if link.get("data-redline-aid") is None and "footnote-backref" not in link.get("class", "")
        }
        self._anchors = {target for target in targets if target}
        blocks = self._flow(root, _Inside())
        placed = set(_names_in(blocks))
        for block in _walk(blocks):
            # A way to what has no place on paper (an id in the middle of a sentence) becomes plain words.
            if "to" in block:
                block["to"] = self._prefix + block["to"] if block["to"] in placed else ""
            if block.get("name"):
                block["name"] = self._prefix + block["name"]
        return blocks

    # Flow

    def _flow(self, parent: lxml_html.HtmlElement, inside: _Inside) -> list[Block]:
        """What is inside an element, as blocks; words between blocks make paragraphs of their own."""
        out: list[Block] = []
        runs: list[Run] = []

        def close() -> None:
            row = folded(runs)
            if not is_blank(row):
                out.append({"t": "par", "body": self._linker.row(row)})
            runs.clear()

        if parent.text:
            runs.append(Run(visible(parent.text), inside.style))
        for child in parent:
            if isinstance(child.tag, str) and not _is_aid(child):
                if child.tag in _BLOCKS or _holds_blocks(child):
                    close()
                    out += self._block(child, inside)
                else:
                    runs += self._runs(child, inside)
            if child.tail:
                runs.append(Run(visible(child.tail), inside.style))
        close()
        return out

    def _block(self, element: lxml_html.HtmlElement, inside: _Inside) -> list[Block]:
        blocks = self._named_block(element, inside)
        direction = element.get("dir", "").lower()
        return [{"t": direction, "body": blocks}] if blocks and direction in ("rtl", "ltr") else blocks

    def _named_block(self, element: lxml_html.HtmlElement, inside: _Inside) -> list[Block]:
        tag = element.tag
        if _HEADING.fullmatch(tag):
            return self._heading(element, inside)
        blocks = self._of_tag(element, tag, inside)
        name = element.get("id")
        if blocks and name in self._anchors:
            self._anchors.discard(name)
            blocks[0]["name"] = name
        return blocks

    def _of_tag(self, element: lxml_html.HtmlElement, tag: str, inside: _Inside) -> list[Block]:
        if element.get("data-redline") and tag in ("ins", "del"):
            return self._marked(element, inside)
        if tag == "p" and not _holds_blocks(element):
            return self._paragraph(element, inside)
        if tag == "hr":
            return [{"t": "rule"}]
        if tag == "pre":
            return self._code(element, inside)
        if inside.deep >= _DEEPEST:
            return self._flow(element, replace(inside, style=inside.style.under(element)))
        if tag in ("ul", "ol"):
            return self._list(element, inside)
        if tag == "dl":
            return self._terms(element, inside)
        if tag == "table":
            return self._table(element, inside)
        if tag == "blockquote":
            body = self._flow(element, inside.deeper())
            return [{"t": "quote", "body": body}] if body else []
        if "admonition" in element.get("class", "").split() or tag == "details":
            body = self._flow(element, inside.deeper())
            return [{"t": "box", "body": body}] if body else []
        if "admonition-title" in element.get("class", "").split():
            inside = replace(inside, style=replace(inside.style, flags=inside.style.flags | {"b"}))
        return self._flow(element, replace(inside, style=inside.style.under(element)))

    def _paragraph(self, element: lxml_html.HtmlElement, inside: _Inside) -> list[Block]:
        if "admonition-title" in element.get("class", "").split():
            inside = replace(inside, style=replace(inside.style, flags=inside.style.flags | {"b"}))
        row = folded(list(self._inner(element, inside)))
        return [] if is_blank(row) else [{"t": "par", "body": self._linker.row(row)}]

    def _heading(self, element: lxml_html.HtmlElement, inside: _Inside) -> list[Block]:
        row = folded(list(self._inner(element, inside)))
        if is_blank(row):
            return []
        if inside.deep:
            # In a box or a cell it stands for that box alone, and has no place in the document's order.
            strong = [replace(run, style=replace(run.style, flags=run.style.flags | {"b"})) for run in row]
            return [{"t": "par", "body": self._linker.row(strong)}]
        rank = int(element.tag[1])
        while self._levels and self._levels[-1] >= rank:
            self._levels.pop()
        self._levels.append(rank)
        number = ""
        found = _NUMBER.match(row[0].text) if not row[0].style.mark else None
        if found and (found.end() < len(row[0].text) or len(row) > 1):
            number = found[1]
            row[0] = replace(row[0], text=row[0].text[found.end() :])
        name = element.get("id") or ""
        return [
            {
                "t": "heading",
                "level": len(self._levels) + self._top - 1,
                "number": number,
                "body": self._linker.row([run for run in row if run.text != "\n"]),
                "name": name if _ANCHOR.fullmatch(name) or name in self._anchors else "",
            }
        ]

    def _marked(self, element: lxml_html.HtmlElement, inside: _Inside) -> list[Block]:
        """A wrapper of the redline around whole blocks."""
        inner = _in_mark(element, inside)
        body = self._flow(element, inner)
        kind = element.get("data-redline-kind") or inside.kind
        if not body:
            return []
        side = element.get("data-redline")
        pair = kind in ("move", "split", "merge")
        label = self._label(kind, side)
        return [{"t": "marked", "side": side, "pair": pair, "label": label, "body": body}]

    def _label(self, kind: str, side: str) -> str:
        if kind == "move":
            return self._labels["moved-away" if side == "del" else "moved-here"]
        return self._labels.get(kind, "")

    def _code(self, element: lxml_html.HtmlElement, inside: _Inside) -> list[Block]:
        style = replace(inside.style, flags=inside.style.flags | {"code"})
        lines: list[list[Run]] = [[]]
        for run in self._inner(element, replace(inside, style=style)):
            parts = run.text.replace("\r\n", "\n").replace("\t", "    ").split("\n")
            for number, part in enumerate(parts):
                if number:
                    lines.append([])
                if part:
                    lines[-1].append(replace(run, text=part))
        while lines and is_blank(lines[-1]):
            lines.pop()
        return [{"t": "code", "lines": [self._linker.row(line) for line in lines]}] if lines else []

    # Lists and tables

    def _list(self, element: lxml_html.HtmlElement, inside: _Inside) -> list[Block]:
        items: list[dict[str, Any]] = []
        counter = _Counter(element) if element.tag == "ol" else None
        for child in element:
            if not isinstance(child.tag, str) or _is_aid(child):
                continue
            inner = replace(inside.deeper(), kind=child.get("data-redline-kind") or "")
            body = self._flow(child, inner) if child.tag == "li" else self._block(child, inner)
            mark = child.get("data-redline") or _wrapped(child)
            marker = counter.marker(child, mark) if counter and child.tag == "li" else ""
            if body:
                name = child.get("id")
                if name in self._anchors and "name" not in body[0]:
                    self._anchors.discard(name)
                    body[0]["name"] = name
                items.append({"marker": marker, "mark": mark, "body": body})
        if not items:
            return []
        loose = any(len(item["body"]) > 1 and item["body"][1]["t"] == "par" for item in items)
        return [{"t": "list", "ordered": counter is not None, "tight": not loose, "items": items}]

    def _terms(self, element: lxml_html.HtmlElement, inside: _Inside) -> list[Block]:
        items: list[dict[str, Any]] = []
        for child in self._leaves(element):
            inner = replace(inside.deeper(), kind=child.get("data-redline-kind") or "")
            if child.tag == "dt":
                row = folded(list(self._inner(child, inner)))
                if not is_blank(row):
                    items.append({"term": self._linker.row(row), "body": []})
                continue
            body = self._flow(child, inner)
            if not items:
                items.append({"term": [], "body": []})
            items[-1]["body"] += body
        return [{"t": "terms", "items": items}] if items else []

    def _leaves(self, element: lxml_html.HtmlElement) -> Iterator[lxml_html.HtmlElement]:
        """The dt and dd of a list of definitions, also those in a div."""
        for child in element:
            if not isinstance(child.tag, str) or _is_aid(child):
                continue
            if child.tag == "div":
                yield from self._leaves(child)
            else:
                yield child

    def _table(self, element: lxml_html.HtmlElement, inside: _Inside) -> list[Block]:
        inner = inside.deeper()

        def content(cell: lxml_html.HtmlElement) -> list[Block]:
            row = cell.getparent()
            kind = cell.get("data-redline-kind") or (row.get("data-redline-kind") if row is not None else "")
            return self._flow(cell, replace(inner, kind=kind or "", style=inner.style.under(cell)))

        out: list[Block] = []
        for caption in element.iterchildren("caption"):
            for block in self._flow(caption, inner):
                out.append(block | ({"t": "caption"} if block["t"] == "par" else {}))
        value = table_value(element, content)
        if value is not None:
            return [*out, value]
        # Too wide for paper: each row a paragraph, its cells apart by a bar.
        for row in (row for part in rows_of(element) for row in part):
            runs: list[Run] = []
            for cell in row:
                runs += [Run(" | ", inside.style)] if runs else []
                runs += folded(list(self._inner(cell, replace(inner, style=inner.style.under(cell)))))
            if not is_blank(folded(runs)):
                out.append({"t": "par", "body": self._linker.row(folded(runs))})
        return out

    # Running text

    def _inner(self, element: lxml_html.HtmlElement, inside: _Inside) -> Iterator[Run]:
        if element.text:
            yield Run(visible(element.text), inside.style)
        for child in element:
            if isinstance(child.tag, str) and not _is_aid(child):
                yield from self._runs(child, inside)
            if child.tail:
                yield Run(visible(child.tail), inside.style)

    def _runs(self, element: lxml_html.HtmlElement, inside: _Inside) -> Iterator[Run]:
        tag = element.tag
        if tag == "br":
            yield Run("\n", inside.style)
        elif tag == "wbr":
            yield Run("", inside.style)
        elif tag == "img":
            yield from self._picture(element, inside)
        elif element.get("data-redline") and tag in ("ins", "del"):
            yield from self._inner(element, _in_mark(element, inside))
        elif tag == "a":
            yield from self._link(element, inside)
        elif tag == "q":
            yield Run("“", inside.style)
            yield from self._inner(element, inside)
            yield Run("”", inside.style)
        else:
            if tag in _BLOCKS:
                yield Run(" ", inside.style)
            yield from self._inner(element, replace(inside, style=inside.style.under(element)))
            if tag in _BLOCKS:
                yield Run(" ", inside.style)

    def _link(self, element: lxml_html.HtmlElement, inside: _Inside) -> Iterator[Run]:
        classes = element.get("class", "").split()
        if "footnote-backref" in classes:
            return  # a way back for a browser; on paper the number is enough
        link, target = self._places.of(element.get("href", "")) if element.get("href") else ("", "")
        yield from self._inner(element, replace(inside, style=replace(inside.style, link=link, target=target)))

    def _picture(self, element: lxml_html.HtmlElement, inside: _Inside) -> Iterator[Run]:
        """A picture stands outside the frozen text, so that only its words and its address are printed."""
        alt = visible(element.get("alt", "")).strip()
        link = self._places.of(element.get("src", ""))[0]
        if alt:
            say = self._say
            words = say("[Picture: {alt}]").replace("{alt}", alt)
            yield Run(words, replace(inside.style, link=link, target=""))


class _Counter:
    """The numbers of an ordered list. What is deleted keeps its old number, and takes none from the others."""

    def __init__(self, element: lxml_html.HtmlElement) -> None:
        self._kind = element.get("type", "1")
        items = [child for child in element if child.tag == "li"]
        self._step = -1 if element.get("reversed") is not None else 1
        start = _whole(element.get("start"))
        if start is None:
            kept = sum(1 for item in items if (item.get("data-redline") or _wrapped(item)) != "del")
            start = kept if self._step < 0 else 1
        self._new = self._old = start

    def marker(self, item: lxml_html.HtmlElement, mark: str) -> str:
        """What stands before an item."""
        value = _whole(item.get("value"))
        if value is not None:
            self._new, self._old = (self._new, value) if mark == "del" else (value, value)
        number = self._old if mark == "del" else self._new
        if mark != "ins":
            self._old += self._step
        if mark != "del":
            self._new += self._step
        return _numeral(number, self._kind)


def _whole(value: str | None) -> int | None:
    return int(value) if value and re.fullmatch(r"-?\d{1,9}", value, re.ASCII) else None


def _numeral(number: int, kind: str) -> str:
    if kind in ("a", "A") and number > 0:
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord(kind) + rest) + letters
        return f"{letters})"
    if kind in ("i", "I") and 0 < number < 4000:
        roman = ""
        for value, sign in _ROMAN:
            roman += sign * (number // value)
            number %= value
        return f"{roman.upper() if kind == 'I' else roman}."
    return f"{number}."


def _parsed(html: str) -> lxml_html.HtmlElement:
    """The HTML as a tree that is not too deep to walk; of what nests deeper, the words are kept."""
    parser = lxml_html.HTMLParser(huge_tree=True)  # the plain one drops what nests 256 deep
    root = lxml_html.fragment_fromstring(html, create_parent="div", parser=parser)
    level = [root]
    for _ in range(_DEEPEST_TREE):
        level = [child for element in level for child in element]
    for element in level:
        for inner in element.iterdescendants():
            if inner.tag in _BLOCKS:
                inner.tail = " " + (inner.tail or "")
        lxml_etree.strip_tags(element, "*")
    return root


def _in_mark(element: lxml_html.HtmlElement, inside: _Inside) -> _Inside:
    kind = element.get("data-redline-kind") or inside.kind
    side = element.get("data-redline")
    mark = _PAIRED.get(kind, "ins") if side == "ins" else "del-form" if _PAIRED.get(kind) == "ins-form" else "del"
    return replace(inside, style=replace(inside.style, mark=mark), kind="")


def _wrapped(item: lxml_html.HtmlElement) -> str:
    """The side of an item that stands as a whole in a wrapper."""
    above = item.iterancestors("ins", "del")
    return next((wrap.get("data-redline") for wrap in above if wrap.get("data-redline")), "")


def _is_aid(element: lxml_html.HtmlElement) -> bool:
    """A help for the page's reader that belongs to no text; the notice of a coarse redline is for all readers."""
    return element.get("data-redline-aid") is not None and "redline-notice" not in element.get("class", "")


def _holds_blocks(element: lxml_html.HtmlElement) -> bool:
    return any(inner.tag in _BLOCKS for inner in element.iterdescendants() if isinstance(inner.tag, str))


def _walk(blocks: Sequence[Block]) -> Iterator[Block]:
    """Every block, and every row of runs in it."""
    for block in blocks:
        yield block
        for key in ("body", "items", "head", "lines", "term"):
            for inner in block.get(key, ()):
                yield from _walk(inner if isinstance(inner, list) else [inner])


def _names_in(blocks: Sequence[Block]) -> Iterator[str]:
    """The names that stand in the blocks. One that stands twice, as no valid HTML has it, is kept once."""
    seen: set[str] = set()
    for block in _walk(blocks):
        name = block.get("name")
        if name and name in seen:
            block["name"] = ""
        elif name:
            seen.add(name)
            yield name
