"""Reads what pandoc found in a Word file into units: headings, paragraphs, items, rows, each with its words.

Both the file as it was given out and the file as it came back are read so; what both read the same is unchanged,
whatever Word made of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from yururluk.redline.word_diff import alike
from yururluk.word.document import Links
from yururluk.word.package import DOCUMENT, W, parse, visible_text

_BASE: Final = 4096
_FIRST: Final = 0xF0000
PRIVATE: Final = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _BASE - 1)}]")
#: A mark, wherever it comes out.
ANCHOR: Final = re.compile(f"([{chr(_FIRST)}-{chr(_FIRST + _BASE - 1)}])([{chr(_FIRST)}-{chr(_FIRST + _BASE - 1)}])")
WORD: Final = re.compile(r"[^\W_]+")

#: The mark of a footnote among the words.
NOTE: Final = "\ufffc"
BREAK: Final = "\n"
#: Stands between the words of two paragraphs that are looked at as one.
PARAGRAPH: Final = "\u2029"
Form = frozenset[str]
PLAIN: Final[Form] = frozenset()
_FORMS: Final = {
    "Strong": "strong",
    "Emph": "emph",
    "Strikeout": "strike",
    "Subscript": "sub",
    "Superscript": "sup",
    "Underline": "under",
}
_PIECES: Final = re.compile(rf"{WORD.pattern}|[ \t\n\r\f]+|.", re.DOTALL)


@dataclass(frozen=True)
class Token:
    """A word, one other character, or white space, with its form (`strong`, `link:address` …).

    `number` is that of its mark, where the file carries marks. `note` is the place of a footnote in `Reading.notes`.
    """

    text: str
    form: Form
    number: int | None = None
    note: int | None = None

    @property
    def same(self) -> tuple[str, Form]:
        """What makes two tokens equal: quotes, dashes and spaces of other shapes are, for Word changes them unasked."""
        return (self.text if self.text in (BREAK, PARAGRAPH) else folded(self.text), self.form)


Tokens = tuple[Token, ...]


def folded(text: str) -> str:
    """Text as a reader takes it: one kind of quote, of dash and of space."""
    return " " if text.isspace() else alike(text)


@dataclass(frozen=True)
class Unit:
    """A piece of text that begins on a line of its own.

    `kind` is heading, paragraph, item, row, term, definition or code; `level` that of a heading, or how deep an
    item is in lists (from 0); `form` tells a numbered item (`ol`) from a bullet, and a row by its table's
    place; `quoted` how deep in quotations. `cells`: the running text, for a row one of each cell.
    """

    kind: str
    level: int
    form: str
    quoted: int
    cells: tuple[Tokens, ...]

    @property
    def text(self) -> str:
        """The words, cells parted by tabs."""
        return "\t".join("".join(token.text for token in leaf) for leaf in self.cells)

    @property
    def frame(self) -> tuple[str, int, str, int]:
        """What decides how a unit is laid out, whatever its words."""
        return (self.kind, self.level, self.form, self.quoted)

    @property
    def same(self) -> tuple[object, ...]:
        """What makes two units equal."""
        form = "" if self.kind == "row" else self.form
        cells = tuple(tuple(token.same for token in leaf) for leaf in self.cells)
        return (self.kind, self.level, form, self.quoted, cells)


@dataclass
class Reading:
    """All units of a file, those of each footnote, and what was met that is no text."""

    units: list[Unit] = field(default_factory=list)
    notes: list[list[Unit]] = field(default_factory=list)
    rules: int = 0
    spans: int = 0  # cells that reach over several columns or rows
    title: str = ""
    aside: list[str] = field(default_factory=list)  # paragraphs in styles such as Subtitle, taken for metadata


def read(tree: dict[str, Any], links: Links, places: Mapping[str, str]) -> Reading:
    """The units of pandoc's document tree, its links as the text `links` is of writes them.

    `places`: the id of the clause at each bookmark. A link to a bookmark that Word alone knows is words.
    """
    reading = Reading()
    reader = _Reader(reading, links, places)
    for name, value in sorted(tree.get("meta", {}).items()):
        text = plain(value)
        if name == "title":
            reading.title = text
        elif text.strip():
            reading.aside.append(text)
    reader.blocks(tree["blocks"], reading.units, _Place())
    return reading


def plain(value: Any) -> str:
    """The words below any node of the tree."""
    if isinstance(value, list):
        return "".join(plain(one) for one in value)
    if not isinstance(value, dict):
        return ""
    kind = value.get("t")
    content: Any = value.get("c")
    if kind == "Str" or kind == "MetaString":
        return str(content)
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind in ("Para", "Plain", "Header"):
        return plain(content) + " "
    if kind in ("Code", "CodeBlock"):
        return f"{content[1]} " if kind == "CodeBlock" else str(content[1])
    if kind == "DefinitionList":
        return "".join(f"{plain(term)} {plain(meanings)} " for term, meanings in content)
    return plain(content)


@dataclass(frozen=True)
class _Place:
    kind: str = "paragraph"
    level: int = 0
    form: str = ""
    quoted: int = 0
    depth: int = 0  # how many lists are around


class _Reader:
    def __init__(self, reading: Reading, links: Links, places: Mapping[str, str]) -> None:
        self._reading = reading
        self._links = links
        self._places = places
        self._tables = 0

    def blocks(self, blocks: Sequence[Any], units: list[Unit], place: _Place) -> None:
        """Adds the units of blocks; `place` says what the first paragraph is, the others are paragraphs."""
        for at, block in enumerate(blocks):
            self._block(block, units, place if not at else _after(place))

    def _block(self, block: Any, units: list[Unit], place: _Place) -> None:
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind in ("Para", "Plain"):
            self._leaf(units, place.kind, place.level, place.form, place, content)
        elif kind == "Header":
            self._leaf(units, "heading", content[0], "", place, content[2])
        elif kind == "CodeBlock":
            units.append(Unit("code", place.depth, "", place.quoted, (_tokens([(content[1], PLAIN, None)]),)))
        elif kind in ("BulletList", "OrderedList"):
            form = "ol" if kind == "OrderedList" else "ul"
            inside = _Place("item", place.depth, form, place.quoted, place.depth + 1)
            for item in content if form == "ul" else content[1]:
                self.blocks(item, units, inside)
        elif kind == "BlockQuote":
            inside = _Place(place.kind, place.level, place.form, place.quoted + 1, place.depth)
            self.blocks(content, units, inside)
        elif kind == "DefinitionList":
            for term, meanings in content:
                self._leaf(units, "term", place.depth, "", place, term)
                for meaning in meanings:
                    for one in meaning:
                        self._block(one, units, _Place("definition", place.depth, "", place.quoted, place.depth))
        elif kind == "Table":
            self._table(content, units, place)
        elif kind == "LineBlock":
            for line in content:
                self._leaf(units, "paragraph", place.depth, "", place, line)
        elif kind == "HorizontalRule":
            self._reading.rules += 1
        elif kind == "Div":
            self.blocks(content[1], units, place)
        elif kind == "Figure":
            self.blocks(content[2], units, place)

    def _leaf(self, units: list[Unit], kind: str, level: int, form: str, place: _Place, inlines: Any) -> None:
        tokens = self._tokens(inlines)
        if tokens:
            units.append(Unit(kind, level, form, place.quoted, (tokens,)))

    def _table(self, content: Any, units: list[Unit], place: _Place) -> None:
        self._tables += 1
        _, caption, _, head, bodies, foot = content
        self.blocks(caption[1], units, _Place(quoted=place.quoted, depth=place.depth))
        rows = [*((row, "head") for row in head[1])]
        for body in bodies:
            rows += [(row, "head") for row in body[2]] + [(row, "body") for row in body[3]]
        rows += [(row, "body") for row in foot[1]]
        reaching: dict[int, int] = {}  # columns that a cell above reaches into: for how many rows
        for row, _ in rows:
            cells: list[Tokens] = []
            for cell in row[1]:
                _, _, down, across, blocks = cell
                self._reading.spans += down > 1 or across > 1
                self._skip(cells, reaching)
                for column in range(len(cells), len(cells) + across):
                    reaching[column] = down - 1
                cells += [self._cell(blocks), *[()] * (across - 1)]
            self._skip(cells, reaching)
            units.append(Unit("row", place.depth, str(self._tables), place.quoted, tuple(cells)))

    @staticmethod
    def _skip(cells: list[Tokens], reaching: dict[int, int]) -> None:
        """Leave the cells empty into which one above reaches."""
        while reaching.get(len(cells), 0) > 0:
            reaching[len(cells)] -= 1
            cells.append(())

    def _cell(self, blocks: Sequence[Any]) -> Tokens:
        parts: list[Unit] = []
        self.blocks(blocks, parts, _Place())
        leaf: list[Token] = []
        for tokens in (tokens for part in parts for tokens in part.cells):
            if leaf and tokens:
                leaf.append(Token(BREAK, PLAIN))
            leaf += tokens
        return tuple(leaf)

    def _tokens(self, inlines: Any) -> Tokens:
        pieces: list[tuple[str, Form, int | None]] = []
        self._inlines(inlines, PLAIN, pieces)
        return _tokens(pieces)

    def _inlines(self, inlines: Any, form: Form, pieces: list[tuple[str, Form, int | None]]) -> None:
        for inline in inlines:
            kind, content = inline["t"], inline.get("c")
            if kind == "Str":
                pieces.append((content, form, None))
            elif kind in ("Space", "SoftBreak"):
                pieces.append((" ", form, None))
            elif kind == "LineBreak":
                pieces.append((BREAK, form, None))
            elif kind == "Code":
                pieces.append((content[1], form | {"code"}, None))
            elif kind in _FORMS:
                self._inlines(content, form | {_FORMS[kind]}, pieces)
            elif kind == "Link":
                address = content[2][0]
                if address.startswith("#_"):
                    address = f"#{self._places[address[1:]]}" if address[1:] in self._places else ""
                link = {f"link:{self._links.inward(address)}"} if address else PLAIN
                self._inlines(content[1], form | link, pieces)
            elif kind == "Note":
                units: list[Unit] = []
                place = len(self._reading.notes)
                self._reading.notes.append(units)
                self.blocks(content, units, _Place())
                pieces.append((NOTE, PLAIN, place))
            elif kind == "Math":
                pieces.append((content[1], form, None))
            elif kind in ("Span", "Quoted", "Cite", "SmallCaps"):
                self._inlines(content if kind == "SmallCaps" else content[1], form, pieces)


def _after(place: _Place) -> _Place:
    """The place of a block that is not the first of its item: it continues it."""
    if place.kind == "item":
        return _Place("paragraph", place.level + 1, "", place.quoted, place.depth)
    return place


def _tokens(pieces: list[tuple[str, Form, int | None]]) -> Tokens:
    """The tokens of running text. White space at its ends is none; between two forms it has what both share."""
    chars: list[str] = []
    forms: list[Form] = []
    notes: dict[int, int] = {}
    numbers: dict[int, int] = {}
    for text, form, note in pieces:
        at = 0
        for found in [*ANCHOR.finditer(text), None]:
            plain_text = text[at : found.start() if found else len(text)]
            chars += plain_text
            forms += [form] * len(plain_text)
            if note is not None and plain_text == NOTE:
                notes[len(chars) - 1] = note
            if found:
                numbers[len(chars)] = number_of(found)
                at = found.end()
    return tuple(_spaced(_cut_to_tokens("".join(chars), forms, numbers, notes)))


def _cut_to_tokens(text: str, forms: list[Form], numbers: dict[int, int], notes: dict[int, int]) -> list[Token]:
    tokens: list[Token] = []
    for found in _PIECES.finditer(text):
        start, end = found.span()
        if found[0].isspace() and found[0].strip(" \t\n\r\f") == "":
            tokens.append(Token(BREAK if BREAK in found[0] else " ", forms[start]))
            continue
        # A word is one token only while its form is one and no mark parts it.
        at = start
        for place in range(start + 1, end + 1):
            if place == end or forms[place] != forms[at] or place in numbers:
                note = notes.get(at) if text[at:place] == NOTE else None
                tokens.append(Token(text[at:place], forms[at], numbers.get(place), note))
                at = place
    return tokens


def _spaced(tokens: list[Token]) -> list[Token]:
    while tokens and tokens[0].text.isspace():
        tokens.pop(0)
    while tokens and tokens[-1].text.isspace():
        tokens.pop()
    for at in range(1, len(tokens) - 1):
        if tokens[at].text in (" ", BREAK):
            shared = tokens[at - 1].form & tokens[at + 1].form
            tokens[at] = Token(tokens[at].text, shared)
    return tokens


_WORD: Final = re.compile(r"[^\W_]+")
_SOFT_HYPHEN: Final = "\u00ad"
_NOTES: Final = (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote"))


def words_not_read(parts: Mapping[str, bytes], reading: Reading) -> list[str]:
    """Paragraphs some of whose words are in the file more often than in what was read of it; in their order.

    `parts` are those that pandoc was given.
    """
    paragraphs = list(_paragraphs(parts))
    units = [*reading.units, *(unit for note in reading.notes for unit in note)]
    read = _counted([*(unit.text for unit in units), *reading.aside, reading.title])
    missing = _counted(paragraphs) - read
    found: list[str] = []
    for paragraph in reversed(paragraphs):
        lacking = _counted([paragraph]) & missing
        if lacking:
            missing -= lacking
            found.insert(0, paragraph)
    return found


def _counted(texts: list[str]) -> Counter[str]:
    return Counter(word for text in texts for word in _WORD.findall(text.replace(_SOFT_HYPHEN, "")))


def _paragraphs(parts: Mapping[str, bytes]) -> Iterator[str]:
    document = parse(parts[DOCUMENT])
    yield from _of(document)
    for part, kind in _NOTES:
        if part not in parts:
            continue
        marked = {one.get(W + "id") for one in document.iter(f"{W}{kind}Reference")}
        for note in parse(parts[part]).iter(W + kind):
            if note.get(W + "id") in marked:
                yield from _of(note)


def _of(root: etree._Element) -> Iterator[str]:
    for paragraph in root.iter(W + "p"):
        # A paragraph within another is listed by itself.
        if next(paragraph.iterdescendants(W + "p"), None) is None:
            yield visible_text(paragraph)


def mark_of(number: int) -> str:
    high, low = divmod(number, _BASE)
    return chr(_FIRST + high) + chr(_FIRST + low)


def number_of(mark: re.Match[str]) -> int:
    """The number of the word that a mark is behind."""
    return (ord(mark[1]) - _FIRST) * _BASE + ord(mark[2]) - _FIRST
