"""Reads what pandoc found in a Word file into units: headings, paragraphs, items, rows, each with its words.

Both the file as it was given out and the file as it came back are read so; what both read the same is unchanged,
whatever Word made of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from yururluk.redline.word_diff import alike
from yururluk.word.document import Links
from yururluk.word.package import DOCUMENT, W, parse, select, visible_text

_BASE: Final = 4096
_FIRST: Final = 0xF0000
PRIVATE: Final = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _BASE - 1)}]")
#: A mark, wherever it comes out.
ANCHOR: Final = re.compile(f"([{chr(_FIRST)}-{chr(_FIRST + _BASE - 1)}])([{chr(_FIRST)}-{chr(_FIRST + _BASE - 1)}])")
WORD: Final = re.compile(r"[^\W_]+")

#: The mark of a footnote among the words.
NOTE: Final = "\ufffc"
BREAK: Final = "\n"
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
        if self.text == BREAK:
            return BREAK, self.form
        return " " if self.text.isspace() else alike(self.text), self.form


Tokens = tuple[Token, ...]
#: Words, their form, and the place of the note that they are the mark of.
_Piece = tuple[str, Form, int | None]


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
    for name, value in sorted(tree.get("meta", {}).items()):
        text = plain(value)
        if name == "title":
            reading.title = text
        elif text.strip():
            reading.aside.append(text)
    _Reader(reading, links, places).blocks(tree["blocks"], reading.units, _Place())
    return reading


def plain(value: Any) -> str:
    """The words below any node of the tree."""
    if isinstance(value, list):
        return "".join(plain(one) for one in value)
    if not isinstance(value, dict):
        return ""
    kind: str = value.get("t", "")
    content: Any = value.get("c")
    if kind in ("Str", "MetaString"):
        return str(content)
    if kind in ("Code", "CodeBlock"):
        content = [{"t": "Str", "c": content[1]}]
    elif kind == "DefinitionList":
        content = [[term, {"t": "Space"}, meanings, {"t": "Space"}] for term, meanings in content]
    end = " " if kind in ("Space", "SoftBreak", "LineBreak", "Para", "Plain", "Header", "CodeBlock") else ""
    return plain(content) + end


@dataclass(frozen=True)
class _Place:
    """What the next paragraph is, as `Unit` has it; `depth` is how many lists are around it."""

    kind: str = "paragraph"
    level: int = 0
    form: str = ""
    quoted: int = 0
    depth: int = 0


class _Reader:
    def __init__(self, reading: Reading, links: Links, places: Mapping[str, str]) -> None:
        self._reading = reading
        self._links = links
        self._places = places
        self._tables = 0

    def blocks(self, blocks: Sequence[Any], units: list[Unit], place: _Place) -> None:
        """Adds the units of blocks; `place` says what the first paragraph is, the others continue its item."""
        for block in blocks:
            self._block(block, units, place)
            if place.kind == "item":
                place = replace(place, kind="paragraph", level=place.level + 1, form="")

    def _block(self, block: Any, units: list[Unit], place: _Place) -> None:
        kind, content = block["t"], block.get("c")
        flat = replace(place, level=place.depth, form="")
        match kind:
            case "Para" | "Plain":
                self._leaf(units, place, content)
            case "Header":
                self._leaf(units, replace(place, kind="heading", level=content[0], form=""), content[2])
            case "CodeBlock":
                units.append(Unit("code", place.depth, "", place.quoted, (_tokens([(content[1], PLAIN, None)]),)))
            case "BulletList" | "OrderedList":
                form, items = ("ul", content) if kind == "BulletList" else ("ol", content[1])
                for item in items:
                    self.blocks(item, units, _Place("item", place.depth, form, place.quoted, place.depth + 1))
            case "BlockQuote":
                self.blocks(content, units, replace(place, quoted=place.quoted + 1))
            case "DefinitionList":
                for term, meanings in content:
                    self._leaf(units, replace(flat, kind="term"), term)
                    for one in (one for meaning in meanings for one in meaning):
                        self._block(one, units, replace(flat, kind="definition"))
            case "Table":
                self._table(content, units, place)
            case "LineBlock":
                for line in content:
                    self._leaf(units, replace(flat, kind="paragraph"), line)
            case "HorizontalRule":
                self._reading.rules += 1
            case "Div":
                self.blocks(content[1], units, place)
            case "Figure":
                self.blocks(content[2], units, place)

    def _leaf(self, units: list[Unit], place: _Place, inlines: Any) -> None:
        pieces: list[_Piece] = []
        self._inlines(inlines, PLAIN, pieces)
        if tokens := _tokens(pieces):
            units.append(Unit(place.kind, place.level, place.form, place.quoted, (tokens,)))

    def _table(self, content: Any, units: list[Unit], place: _Place) -> None:
        self._tables += 1
        _, caption, _, head, bodies, foot = content
        self.blocks(caption[1], units, _Place(quoted=place.quoted, depth=place.depth))
        reaching: dict[int, int] = {}  # columns that a cell above reaches into: for how many rows
        for row in (*head[1], *(row for body in bodies for row in (*body[2], *body[3])), *foot[1]):
            cells: list[Tokens] = []
            for _, _, down, across, blocks in row[1]:
                self._reading.spans += down > 1 or across > 1
                _skip(cells, reaching)
                reaching |= dict.fromkeys(range(len(cells), len(cells) + across), down - 1)
                cells += [self._cell(blocks), *[()] * (across - 1)]
            _skip(cells, reaching)
            units.append(Unit("row", place.depth, str(self._tables), place.quoted, tuple(cells)))

    def _cell(self, blocks: Sequence[Any]) -> Tokens:
        parts: list[Unit] = []
        self.blocks(blocks, parts, _Place())
        leaf: list[Token] = []
        for tokens in (tokens for part in parts for tokens in part.cells if tokens):
            leaf += [Token(BREAK, PLAIN), *tokens] if leaf else tokens
        return tuple(leaf)

    def _inlines(self, inlines: Any, form: Form, pieces: list[_Piece]) -> None:
        for inline in inlines:
            kind, content = inline["t"], inline.get("c")
            match kind:
                case "Str":
                    pieces.append((content, form, None))
                case "Space" | "SoftBreak":
                    pieces.append((" ", form, None))
                case "LineBreak":
                    pieces.append((BREAK, form, None))
                case "Code":
                    pieces.append((content[1], form | {"code"}, None))
                case "Math":
                    pieces.append((content[1], form, None))
                case "Link":
                    address = content[2][0]
                    if address.startswith("#_"):
                        address = f"#{self._places[address[1:]]}" if address[1:] in self._places else ""
                    link = {f"link:{self._links.inward(address)}"} if address else PLAIN
                    self._inlines(content[1], form | link, pieces)
                case "Note":
                    pieces.append((NOTE, PLAIN, len(self._reading.notes)))
                    units: list[Unit] = []
                    self._reading.notes.append(units)
                    self.blocks(content, units, _Place())
                case "SmallCaps":
                    self._inlines(content, form, pieces)
                case "Span" | "Quoted" | "Cite":
                    self._inlines(content[1], form, pieces)
                case _ if kind in _FORMS:
                    self._inlines(content, form | {_FORMS[kind]}, pieces)


def _skip(cells: list[Tokens], reaching: dict[int, int]) -> None:
    """Leave the cells empty into which one above reaches."""
    while reaching.get(len(cells), 0) > 0:
        reaching[len(cells)] -= 1
        cells.append(())


def _tokens(pieces: Sequence[_Piece]) -> Tokens:
    """The tokens of running text. White space at its ends is none; between two forms it has what both share."""
    chars: list[str] = []
    forms: list[Form] = []
    notes: dict[int, int] = {}
    numbers: dict[int, int] = {}
    for words, form, note in pieces:
        if note is not None:
            notes[len(chars)] = note
        parts = ANCHOR.split(words)  # words and the two signs of a mark in turn
        for at, part in enumerate(parts):
            if at % 3 == 0:
                chars += part
                forms += [form] * len(part)
            elif at % 3 == 1:
                numbers[len(chars)] = _number_of(part, parts[at + 1])
    text = "".join(chars)
    tokens: list[Token] = []
    for found in _PIECES.finditer(text):
        start, end = found.span()
        if found[0].strip(" \t\n\r\f") == "":
            tokens.append(Token(BREAK if BREAK in found[0] else " ", forms[start]))
            continue
        # A word is one token only while its form is one and no mark parts it.
        for place in range(start + 1, end + 1):
            if place == end or forms[place] != forms[start] or place in numbers:
                tokens.append(Token(text[start:place], forms[start], numbers.get(place), notes.get(start)))
                start = place
    while tokens and tokens[0].text.isspace():
        tokens.pop(0)
    while tokens and tokens[-1].text.isspace():
        tokens.pop()
    for at in range(1, len(tokens) - 1):
        if tokens[at].text in (" ", BREAK):
            tokens[at] = Token(tokens[at].text, tokens[at - 1].form & tokens[at + 1].form)
    return tuple(tokens)


_NOTES: Final = (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote"))


def words_not_read(parts: Mapping[str, bytes], reading: Reading) -> list[str]:
    """Paragraphs some of whose words are in the file more often than in what was read of it; in their order.

    `parts` are those that pandoc was given.
    """
    document = parse(parts[DOCUMENT])
    roots = [document]
    for part, kind in _NOTES:
        marked = {one.get(W + "id") for one in document.iter(f"{W}{kind}Reference")}
        notes = parse(parts[part]).iter(W + kind) if part in parts else ()
        roots += [note for note in notes if note.get(W + "id") in marked]
    # A paragraph within another is listed by itself.
    paragraphs = [visible_text(one) for root in roots for one in select(root, ".//w:p[not(.//w:p)]")]
    units = [*reading.units, *(unit for note in reading.notes for unit in note)]
    read = _counted([*(unit.text for unit in units), *reading.aside, reading.title])
    missing = _counted(paragraphs) - read
    found: list[str] = []
    for paragraph in reversed(paragraphs):
        if lacking := _counted([paragraph]) & missing:
            missing -= lacking
            found.insert(0, paragraph)
    return found


def _counted(texts: list[str]) -> Counter[str]:
    return Counter(word for text in texts for word in WORD.findall(text.replace("\u00ad", "")))


def mark_of(number: int) -> str:
    """The mark that is put behind a word of the source."""
    high, low = divmod(number, _BASE)
    return chr(_FIRST + high) + chr(_FIRST + low)


def _number_of(high: str, low: str) -> int:
    return (ord(high) - _FIRST) * _BASE + ord(low) - _FIRST
