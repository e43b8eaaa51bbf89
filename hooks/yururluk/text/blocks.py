"""The rendering of a text as typed nodes, in reading order: one walk for all who make something else of it.

PDF, Akoma Ntoso, the answers of the API, plain text and Word are made from these nodes. A node keeps the element it was
read from, for what only one reader needs: an id, a class, a mark of a redline. The notes that a page shows at its end
stay where they are as `Footnotes`; a reference to one is a `NoteMark`, so that a reader can set the note there instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

from lxml import etree
from lxml import html as lxml_html

from yururluk.core.messages import names
from yururluk.core.model import NEWEST_RENDERING
from yururluk.text.block_syntax import LABELS_CLASS, PARENTHESIS_CLASS, numeral
from yururluk.text.clauses import numbered
from yururluk.text.markdown import HEADINGS, INLINE, rendering

Element: TypeAlias = lxml_html.HtmlElement

#: Blocks that hold words only, unless HTML of the text's own puts blocks into them.
_OF_WORDS = names("p dt summary figcaption address")
#: What holds words of its own kind, so that a heading in it begins no clause.
_CLOSED = names("blockquote ul ol dl table figure pre")
#: Of what nests deeper, the words alone are kept: each level takes a few frames of Python's stack.
DEEPEST = 60
_FOOTNOTES = ".//div[@class='footnote'][count(*)=2][hr][ol/li[starts-with(@id, 'fn')]]"


# Inline content


@dataclass(frozen=True, slots=True)
class Words:
    """Words as the HTML has them, white space included."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A forced break of the line; `soft` (wbr) only allows one."""

    soft: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """An image: the words that stand for it, and its address as the text gives it."""

    alt: str
    source: str


@dataclass(frozen=True, slots=True)
class NoteMark:
    """A reference to a footnote: the note's id, its number, and the mark as the line has it."""

    note: str
    number: str
    mark: Span


@dataclass(frozen=True, slots=True)
class Span:
    """Any other inline element, and what is in it."""

    element: Element
    line: Line

    @property
    def tag(self) -> str:
        """The name of the element."""
        return str(self.element.tag)


Inline: TypeAlias = Words | Break | Picture | NoteMark | Span
Line: TypeAlias = tuple[Inline, ...]


# Blocks


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words of one paragraph: p, dt, summary, figcaption, address; or loose words, which have no element."""

    element: Element | None
    line: Line

    @property
    def tag(self) -> str:
        """The name of the element; `p` for loose words."""
        return "p" if self.element is None else str(self.element.tag)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6."""

    element: Element
    line: Line

    @property
    def level(self) -> int:
        """Its level."""
        return int(self.element.tag[1])


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list. `mark` is what a page shows before it: `3.`, `b.`, `iv.`, `2)`, `•`; empty where its words
    begin with a label of their own, and for what HTML of the text's own puts between the items (no element)."""

    element: Element | None
    mark: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, numbered or not."""

    element: Element
    items: tuple[Item, ...]

    @property
    def ordered(self) -> bool:
        """Whether its items are numbered."""
        return bool(self.element.tag == "ol")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; its spans and its alignment are attributes of its element."""

    element: Element
    blocks: tuple[Block, ...]

    @property
    def is_header(self) -> bool:
        """Whether it heads a row or a column."""
        return bool(self.element.tag == "th")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `in_head` where it is in the table's head."""

    element: Element
    cells: tuple[Cell, ...]
    in_head: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table that has rows. `caption` is empty where there is none."""

    element: Element
    caption: Line
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Preformatted lines."""

    element: Element
    line: Line

    @property
    def lines(self) -> list[str]:
        """The lines as they are written, without what is empty at the end."""
        return str(self.element.text_content()).rstrip("\n").split("\n")


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between two parts of a text."""

    element: Element


@dataclass(frozen=True, slots=True)
class Footnotes:
    """The notes, where a page shows them: each an item whose element has the id that references name."""

    element: Element
    listing: Listing


@dataclass(frozen=True, slots=True)
class Box:
    """Any other element that holds blocks: blockquote, details, dl, dd, figure, div, a wrapper of a redline …"""

    element: Element
    blocks: tuple[Block, ...]

    @property
    def tag(self) -> str:
        """The name of the element."""
        return str(self.element.tag)


Block: TypeAlias = Paragraph | Heading | Listing | Table | Code | Rule | Footnotes | Box


@dataclass(frozen=True)
class Section:
    """A heading and its own blocks, up to the next heading; the opening has no heading and level 0.

    `printed` is the number as the heading has it (`Madde 8 –`), `number` the number alone (`8`); `title` the
    words after it.
    """

    id: str
    level: int
    printed: str
    number: str
    title: str
    heading: Heading | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A text: its blocks, and its notes by id, with the number of each. `root` is the tree that they were read from."""

    root: Element = field(repr=False)
    blocks: tuple[Block, ...]
    notes: Mapping[str, tuple[str, Item]]

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The opening and the clauses. A heading in a quotation, a list or a table begins no clause: it belongs to the
        one around it. The notes belong to none."""
        found: list[tuple[Heading | None, list[Block]]] = [(None, [])]
        for block in _unfolded(self.blocks):
            if isinstance(block, Heading):
                found.append((block, []))
            elif not isinstance(block, Footnotes):
                found[-1][1].append(block)
        return tuple(_section(heading, blocks) for heading, blocks in found)


def document_of(markdown: str, rules: int = NEWEST_RENDERING) -> Document:
    """The nodes of a text in Markdown, as the site renders it. Raises `RenderError`."""
    return read_html(rendering(markdown, rules))


def read_html(html: str) -> Document:
    """The nodes of a rendering, or of a redline as the contract describes it (DESIGN, "Redline"): what helps its
    readers and belongs to neither text is left out."""
    root = parsed(html)
    boxes = root.xpath(_FOOTNOTES)
    notes = {
        note.get("id"): note.get("value") or str(number)
        for box in boxes
        for number, note in enumerate(box.xpath("./ol/li[@id]"), start=1)
    }
    walk = _Walk(notes, set(boxes))
    blocks = walk.blocks(root)
    return Document(root, blocks, MappingProxyType({name: (notes[name], item) for name, item in walk.found.items()}))


def parsed(html: str) -> Element:
    """The HTML as a tree that is not too deep to walk; of what nests deeper than `DEEPEST`, the words are kept."""
    parser = lxml_html.HTMLParser(huge_tree=True)  # the plain one drops what nests 256 deep
    root = lxml_html.fragment_fromstring(html, create_parent="div", parser=parser)
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
    for element in level:
        for inner in element.iterdescendants():
            if inner.tag not in INLINE:
                inner.tail = " " + (inner.tail or "")
        etree.strip_tags(element, "*")
    return root


@dataclass
class _Walk:
    """Reads elements into nodes. `notes` are the numbers of the footnotes by id, `boxes` the elements that hold them;
    `found` gets the notes as they are met."""

    notes: Mapping[str, str]
    boxes: set[Element]
    found: dict[str, Item] = field(default_factory=dict)

    def blocks(self, parent: Element) -> tuple[Block, ...]:
        """The blocks in an element, in order; words between them that say something make paragraphs of their own."""
        return tuple(block for block in self._flow(parent) if not isinstance(block, Item))

    def _flow(self, parent: Element, numbers: _Numbers | None = None) -> Iterator[Block | Item]:
        """The blocks in an element; of a list, whose `numbers` are given, the items and what is between them."""
        run: list[Inline] = [Words(parent.text)] if parent.text else []
        for child in parent:
            if isinstance(child.tag, str) and not _is_aid(child):
                if is_block(child):
                    yield from _loose(run)
                    if numbers is not None and child.tag == "li":
                        yield Item(child, numbers.mark(child), self.blocks(child))
                    else:
                        yield from self._block(child)
                    run = []
                else:
                    run += self._inline(child)
            if child.tail:
                run.append(Words(child.tail))
        yield from _loose(run)

    def _block(self, element: Element) -> Iterator[Block]:
        tag = element.tag
        if tag in HEADINGS:
            yield Heading(element, self._line(element))
        elif tag in ("ul", "ol") and element.find("li") is not None:
            listing = self._listing(element)
            yield listing
        elif tag == "table" and (rows := self._rows(element)):
            yield Table(element, self._caption(element), rows)
        elif tag == "pre":
            yield Code(element, self._line(element))
        elif tag == "hr":
            yield Rule(element)
        elif element in self.boxes:
            yield self._footnotes(element)
        elif tag in _OF_WORDS and not any(is_block(child) for child in element.iterchildren(etree.Element)):
            line = self._line(element)
            if _says_something(line):
                yield Paragraph(element, line)
        else:
            yield Box(element, self.blocks(element))

    def _footnotes(self, element: Element) -> Footnotes:
        listing = self._listing(element.find("ol"))
        for item in listing.items:
            name = item.element.get("id") if item.element is not None else None
            if name:
                self.found[name] = item
        return Footnotes(element, listing)

    def _listing(self, element: Element) -> Listing:
        parts = self._flow(element, _Numbers(element))
        return Listing(element, tuple(part if isinstance(part, Item) else Item(None, "", (part,)) for part in parts))

    def _rows(self, table: Element) -> tuple[Row, ...]:
        """The table's own rows, not those of a table in a cell."""
        return tuple(
            Row(row, tuple(Cell(cell, self.blocks(cell)) for cell in row.iterchildren("td", "th")), part.tag == "thead")
            for part in table.iterchildren("tr", "thead", "tbody", "tfoot")
            for row in ([part] if part.tag == "tr" else part.iterchildren("tr"))
        )

    def _caption(self, table: Element) -> Line:
        lines = [self._line(caption) for caption in table.iterchildren("caption")]
        return tuple(part for place, line in enumerate(lines) for part in ((Words(" "), *line) if place else line))

    def _line(self, element: Element) -> Line:
        """The content of an element, as one line."""
        line: list[Inline] = [Words(element.text)] if element.text else []
        for child in element:
            if isinstance(child.tag, str) and not _is_aid(child):
                line += self._inline(child)
            if child.tail:
                line.append(Words(child.tail))
        return tuple(line)

    def _inline(self, element: Element) -> Iterator[Inline]:
        tag = element.tag
        if tag in ("br", "wbr"):
            yield Break(soft=tag == "wbr")
        elif tag == "img":
            yield Picture(element.get("alt", ""), element.get("src", ""))
        elif tag == "a" and "footnote-backref" in element.get("class", "").split():
            return  # a way back, which only a page needs
        else:
            span = Span(element, self._line(element))
            note = _note_of(element) if tag == "sup" else ""
            yield NoteMark(note, self.notes[note], span) if note in self.notes else span


class _Numbers:
    """The marks of a list's items, as HTML numbers them (4.4.5). In a redline, what is deleted keeps its old number and
    takes none from the others."""

    def __init__(self, element: Element) -> None:
        classes = element.get("class", "").split()
        self._kind = element.get("type", "1") if element.tag == "ol" else ""
        self._sign = ")" if PARENTHESIS_CLASS in classes else "."
        self._labels = LABELS_CLASS in classes
        self._step = -1 if element.get("reversed") is not None else 1
        start = _whole(element.get("start"))
        if start is None:
            start = sum(1 for item in element if item.tag == "li" and side_of(item) != "del") if self._step < 0 else 1
        self._new = self._old = start

    def mark(self, item: Element) -> str:
        """What stands before the next item."""
        if self._labels:
            return ""
        if not self._kind:
            return "•"
        side = side_of(item)
        value = _whole(item.get("value"))
        if value is not None:
            self._new, self._old = (self._new, value) if side == "del" else (value, value)
        number = self._old if side == "del" else self._new
        if side != "ins":
            self._old += self._step
        if side != "del":
            self._new += self._step
        return numeral(number, self._kind) + self._sign


def side_of(element: Element) -> str:
    """On which side of a redline an element stands as a whole: `ins`, `del`, or empty for both."""
    own = element.get("data-redline")
    above = (wrapper.get("data-redline") for wrapper in element.iterancestors("ins", "del"))
    return own or next(filter(None, above), "")


def _whole(value: str | None) -> int | None:
    text = (value or "").strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text, re.ASCII) else None


def is_block(element: Element) -> bool:
    """Whether an element is a block, or an element of a line that holds one (HTML lets `a`, `ins` and `del`)."""
    return element.tag not in INLINE or any(
        isinstance(inner.tag, str) and inner.tag not in INLINE for inner in element.iterdescendants()
    )


def _is_aid(element: Element) -> bool:
    """A help for the page's reader that belongs to no text; the notice of a coarse redline is for all readers."""
    return element.get("data-redline-aid") is not None and "redline-notice" not in element.get("class", "")


def _note_of(element: Element) -> str:
    link = element.find("a") if element.get("id", "").startswith("fnref") else None
    return link.get("href", "").removeprefix("#") if link is not None else ""


def _loose(run: Sequence[Inline]) -> list[Block]:
    return [Paragraph(None, tuple(run))] if _says_something(run) else []


def _says_something(line: Sequence[Inline]) -> bool:
    return any(not isinstance(part, Words) or part.text.strip() for part in line)


def _unfolded(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks in order; a box around a heading is opened."""
    for block in blocks:
        if isinstance(block, Box) and block.tag not in _CLOSED and _holds_heading(block):
            yield from _unfolded(block.blocks)
        else:
            yield block


def _holds_heading(box: Box) -> bool:
    return any(
        isinstance(block, Heading) or (isinstance(block, Box) and block.tag not in _CLOSED and _holds_heading(block))
        for block in box.blocks
    )


def _section(heading: Heading | None, blocks: list[Block]) -> Section:
    if heading is None:
        return Section("", 0, "", "", "", None, tuple(blocks))
    words = " ".join(heading.element.text_content().split())
    number, title = numbered(words)
    printed = words[: len(words) - len(title)].strip() if number else ""
    return Section(heading.element.get("id", ""), heading.level, printed, number, title, heading, tuple(blocks))
