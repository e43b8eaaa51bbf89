"""Turns a rendering, or a redline of two texts, into the document tree that pandoc writes a Word file from.

HTML marks a block by what is around it; Word marks each run of words, each end of a paragraph and each row of a
table. So words go into spans of the class `insertion` or `deletion`, which pandoc writes as w:ins and w:del, with the
name of the mark as its author (see `Mark`). Ends of paragraphs and rows are marked by a span whose name begins with
`para-` or `row-`; `exporting` completes both. Pandoc gets bytes and gives bytes, without network, files of this machine
or clock.
"""

from __future__ import annotations

import html as html_of
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote, urljoin

from lxml import html as lxml_html

from yururluk.core.messages import Problem, Refused, missing_extra, msg
from yururluk.text import blocks as nodes
from yururluk.text.blocks import Element

Json = dict[str, Any]
#: `ins`, `del`, `from-ID` and `to-ID` (moved), `both` (shown beside its pair, but in neither text: left out),
#: or "" for what stays.
Mark = str
_NEITHER: Final = "both"
_FROM: Final = "from-"
#: The text of the spans that say something about their paragraph or row; `exporting` removes it.
PLACEHOLDER: Final = "\u2060"

_FORMS: Final = {
    "strong": "Strong", "b": "Strong", "em": "Emph", "i": "Emph", "cite": "Emph", "dfn": "Emph", "var": "Emph",
    "u": "Underline", "ins": "Underline", "del": "Strikeout", "s": "Strikeout", "sup": "Superscript",
    "sub": "Subscript",
}  # fmt: skip
_CODE: Final = ("code", "kbd", "samp")
_NUMERALS: Final = {"a": "LowerAlpha", "A": "UpperAlpha", "i": "LowerRoman", "I": "UpperRoman"}
_SPACES: Final = re.compile("[ \t\n\r\f]+")
#: What XML 1.0 (2.2) leaves out.
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGES: Final = {"tr": "tr-TR", "en": "en-GB"}
_IMAGE: Final = {"tr": "Görsel", "en": "Image"}
_NO_ATTRIBUTES: Final[list[Any]] = ["", [], []]
_ARROW_SPACE: Final = "\u00a0 \t\n\r\f"

_ADDRESS: Final = re.compile(r' (?:href|src)="([^"]*)"')
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")
_PAGE: Final = re.compile(r"(?<=\w)\.md(?=#|$)")


class Links:
    """The links of one text. `site` is the address of the site, ending with a slash.

    An address without a host leads nowhere from a Word file, and editors rewrite it on saving. It gets the site's host
    on the way out, and loses it on the way back.
    """

    def __init__(self, site: str, html: str = "") -> None:
        self._site = site
        self._original: dict[str, str] = {}
        for address in map(html_of.unescape, _ADDRESS.findall(html)):
            self._original.setdefault(_core(self.outward(address)), address)

    def outward(self, address: str) -> str:
        """The address to write into a Word file."""
        if not address or _ABSOLUTE.match(address):
            return address
        try:
            return urljoin(self._site, _PAGE.sub("/", address))
        except ValueError:
            return address

    def inward(self, address: str) -> str:
        """The address as the text writes it; a new one as Word has it."""
        return self._original.get(_core(address), address)


def _core(address: str) -> str:
    """What stays of an address whatever an editor does to it: escapes and a last slash come and go."""
    return unquote(address).rstrip("/")


def docx_of(
    html: str,
    *,
    locale: str,
    title: str,
    links: Links,
    properties: Mapping[str, str] = MappingProxyType({}),
    path: str = "",
    reference: bytes | None = None,
) -> bytes:
    """The Word file of `html`, a rendering or a redline, as pandoc writes it. Raises `Refused` that names `path`.

    Footnotes are where their marks are, images are named, words are marked; `reference`: a Word file with the styles.
    """
    root = nodes.parsed(html)
    for one in root.iter():
        one.text, one.tail = _writable(one.text), _writable(one.tail)
        for name, value in one.attrib.items():
            one.set(name, _writable(value))
    for aid in root.xpath(".//*[@data-redline-aid]"):
        aid.drop_tree()
    for table in root.xpath(".//table[not(ancestor-or-self::*/@data-redline)]"):
        _part_if_columns_changed(table)
    blocks = _Writer(root, locale, links, is_redline="data-redline" in html).document()
    facts = {"title": title, "lang": _LANGUAGES.get(locale, locale), **properties}
    return write_docx(blocks, facts, path, reference)


def _writable(text: Any) -> Any:
    """Text with signs instead of what XML has no room for (`&#11;` in a text); a form feed is white space in HTML."""
    return text and _UNWRITABLE.sub("\ufffd", str(text).replace("\f", " "))


def _part_if_columns_changed(table: Element) -> None:
    """Word cannot track columns in a way that every reader understands: the old table goes, the new one comes."""
    cells = "self::td or self::th or self::caption or self::col or self::colgroup"
    if not table.xpath(f".//*[{cells}][@data-redline][not(parent::*/@data-redline)]"):
        return
    for side, other in (("del", "ins"), ("ins", "del")):
        wrapper = lxml_html.Element(side, {"data-redline": side})
        wrapper.append(lxml_html.fragment_fromstring(_html(table)))
        for one in wrapper.xpath(f"*//*[@data-redline='{other}']"):
            one.drop_tree()
        for one in wrapper.xpath("*//*[@data-redline]"):
            if one.tag in ("ins", "del"):
                one.drop_tag()
            else:
                del one.attrib["data-redline"]
        table.addprevious(wrapper)
    table.drop_tree()


def _html(element: Element) -> str:
    return str(lxml_html.tostring(element, encoding="unicode", with_tail=False))


class _Notes:
    """The notes of a rendering, by id (`fn:1`), cut out of it; an id leads to two where a redline has old and new."""

    def __init__(self, root: Element) -> None:
        self._items: dict[str, list[Element]] = {}
        self._used: list[Element] = []
        for block in root.xpath(".//div[contains(concat(' ', @class, ' '), ' footnote ')]"):
            items = block.xpath("(ol | ins/ol | del/ol)/li")
            for item in items:
                for name in {item.get("id"), item.get("data-redline-id")} - {None}:
                    self._items.setdefault(name, []).append(item)
                for arrow in item.xpath(".//a[contains(@class, 'footnote-backref')]"):
                    before, above = arrow.getprevious(), arrow.getparent()
                    if before is not None:
                        before.tail = (before.tail or "").rstrip(_ARROW_SPACE)
                    else:
                        above.text = (above.text or "").rstrip(_ARROW_SPACE)
                    arrow.drop_tree()
            if items:
                block.drop_tree()

    def named(self, name: str) -> list[Element]:
        """The notes of that id; they count as used from now on."""
        found = self._items.get(name, [])
        self._used += found
        return found

    def left(self) -> list[Element]:
        """Notes that no mark led to."""
        items = dict.fromkeys(item for items in self._items.values() for item in items)
        return [item for item in items if item not in self._used]


class _MovedDeletions:
    """The old sides of moves that were changed on the way, each read once, from its beginning to its end."""

    def __init__(self, root: Element) -> None:
        self._gone: dict[str, Iterator[bool]] = {}
        for new in root.xpath(".//ins[@data-redline-kind='move']"):
            pair = new.get("data-redline-pair", "")
            old = next((one for one in root.iter("del") if one.get("data-redline-pair") == pair), None)
            if old is None or next(old.iter("pre"), None) is not None:
                continue
            arrived = list(_characters(new))
            if [char for char, _ in arrived] == [char for char, _ in _characters(old)]:
                self._gone[pair] = iter([gone for _, gone in arrived])

    def parts(self, pair: str, text: str) -> list[tuple[str, bool]]:
        """The next words of the old side of a move, in pieces: did they stay behind?"""
        flags = self._gone.get(pair, iter(()))
        known: list[bool | None] = [None if char.isspace() else next(flags, False) for char in text]
        # A space goes with the words on both sides of it, or stays.
        before = False
        for at, gone in enumerate(known):
            if gone is None:
                known[at] = before and next((one for one in known[at:] if one is not None), before)
            else:
                before = gone
        pieces = groupby(zip(text, known, strict=True), key=lambda one: bool(one[1]))
        return [("".join(char for char, _ in piece), gone) for gone, piece in pieces]


def _characters(element: Element, gone: bool = False) -> Iterator[tuple[str, bool]]:
    """The characters of the old passage, white space and numbers of notes aside: is each gone?"""
    if "footnote-ref" in element.get("class", ""):
        return
    yield from ((char, gone) for char in element.text or "" if not char.isspace())
    for child in element.iterchildren("*"):
        side = child.get("data-redline")
        if side != "ins":
            yield from _characters(child, gone or side == "del")
        yield from ((char, gone) for char in child.tail or "" if not char.isspace())


class _Writer:
    """Writes nodes of a rendering as pandoc's blocks and inlines, each under the mark of what is around it."""

    def __init__(self, root: Element, locale: str, links: Links, *, is_redline: bool) -> None:
        self._departures = _MovedDeletions(root)
        self._notes = _Notes(root)
        self._root = root
        self._links = links
        self._image = _IMAGE.get(locale, _IMAGE["en"])
        self._is_redline = is_redline
        self._in_note = False

    def document(self) -> list[Json]:
        """All blocks; notes without a mark stay at the end, as a list."""
        blocks = self._read(self._root, "")
        left = [self._read(item, "") for item in self._notes.left()]
        return [*blocks, _node("OrderedList", _numbering(1), left)] if left else blocks

    def _read(self, element: Element, mark: Mark) -> list[Json]:
        return self._blocks(nodes.read_html(_inner(element)).blocks, mark)

    def _blocks(self, blocks: Sequence[nodes.Block], mark: Mark) -> list[Json]:
        return [made for block in blocks for made in self._block(block, mark)]

    def _block(self, block: nodes.Block, mark: Mark) -> list[Json]:
        if block.element is not None:
            mark = _combined(mark, block.element)
            if mark == _NEITHER:
                return []
        match block:
            case nodes.Heading():
                attributes = [_id(block.element, mark), [], []]
                return [_node("Header", block.level, attributes, self._running(block.line, mark))]
            case nodes.Paragraph():
                kind = "Plain" if block.element is None else "Para"
                return [{"t": kind, "c": [*_place(block.element, mark), *self._running(block.line, mark)]}]
            case nodes.Code() if self._is_redline:
                lines = [*self._inlines(block.line, mark, code=True), *_end_mark("para", mark)]
                return [_node("Div", ["", [], [["custom-style", "Source Code"]]], [{"t": "Para", "c": lines}])]
            case nodes.Code():
                return [_node("CodeBlock", _NO_ATTRIBUTES, "\n".join(block.lines))]
            case nodes.Rule() if self._is_redline:
                return [{"t": "Para", "c": [*_marked(_strings("* * *"), mark), *_end_mark("para", mark)]}]
            case nodes.Rule():
                return [{"t": "HorizontalRule"}]
            case nodes.Listing():
                return self._list(block, mark)
            case nodes.Table():
                return [self._table(block, mark)]
            case nodes.Footnotes():
                return self._list(block.listing, mark)
        if block.tag == "dl":
            return self._terms(block, mark)
        inner = self._blocks(block.blocks, mark)
        if block.tag == "blockquote":
            return [{"t": "BlockQuote", "c": inner}]
        return self._in_div(block.element, inner, mark)

    @staticmethod
    def _in_div(element: Element | None, blocks: list[Json], mark: Mark) -> list[Json]:
        name = _id(element, mark)
        return [_node("Div", [name, [], []], blocks)] if name else blocks

    def _list(self, listing: nodes.Listing, mark: Mark) -> list[Json]:
        """A list; where a number is not the next one, a new list begins with it: pandoc knows no other way."""
        element = listing.element
        items = []
        for item in listing.items:
            inner = mark if item.element is None else _combined(mark, item.element)
            if inner != _NEITHER:
                items.append((item, self._in_div(item.element, self._blocks(item.blocks, inner), inner)))
        if not listing.ordered:
            if "labels" in element.get("class", "").split():
                return [block for _, blocks in items for block in blocks]
            return [{"t": "BulletList", "c": [blocks for _, blocks in items]}]
        lists: list[Json] = []
        number = _whole(element, "start", 1)
        for item, blocks in items:
            value = number if item.element is None else _whole(item.element, "value", number)
            if not lists or value != number:
                sign = "OneParen" if "parenthesis" in element.get("class", "").split() else "Period"
                lists.append(_node("OrderedList", _numbering(value, element.get("type", ""), sign), []))
            lists[-1]["c"][1].append(blocks)
            number = value + 1
        return lists

    def _terms(self, box: nodes.Box, mark: Mark) -> list[Json]:
        items: list[list[Any]] = []
        for block in box.blocks:
            inner = mark if block.element is None else _combined(mark, block.element)
            if inner == _NEITHER:
                continue
            if isinstance(block, nodes.Paragraph) and block.tag == "dt":
                items.append([self._running(block.line, inner), []])
            else:
                items = items or [[[], []]]
                items[-1][1].append(self._block(block, mark))
        return [{"t": "DefinitionList", "c": items}]

    def _table(self, table: nodes.Table, mark: Mark) -> Json:
        rows: list[tuple[bool, list[Any]]] = []
        width = 0
        reaching: dict[int, int] = {}  # columns that a cell above reaches into: for how many rows
        for row in table.rows:
            inner = _combined(mark, row.element)
            cells: list[list[Any]] = []
            at = 0
            for cell in row.cells:
                across, down = (max(_whole(cell.element, name, 1), 1) for name in ("colspan", "rowspan"))
                while reaching.get(at, 0) > 0:
                    at += 1
                reaching |= dict.fromkeys(range(at, at + across), down)
                at += across
                side = _combined(inner, cell.element)
                blocks = [] if side == _NEITHER else self._blocks(cell.blocks, side)
                cells.append([_NO_ATTRIBUTES, _alignment(cell), down, across, blocks])
            width = max(width, at, *(column + 1 for column, left in reaching.items() if left > 0))
            reaching = {column: left - 1 for column, left in reaching.items()}
            if inner and inner != _NEITHER and cells:
                _mark_row(cells[0][4], inner)
            if inner != _NEITHER:
                rows.append((row.in_head, [_NO_ATTRIBUTES, cells]))
        head, body = ([row for in_head, row in rows if in_head is side] for side in (True, False))
        caption = [{"t": "Plain", "c": self._running(table.caption, mark)}] if table.caption else []
        return _node(
            "Table", _NO_ATTRIBUTES, [None, caption], [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]] * width,
            [_NO_ATTRIBUTES, head], [[_NO_ATTRIBUTES, 0, [], body]], [_NO_ATTRIBUTES, []],
        )  # fmt: skip

    # Running text

    def _running(self, line: nodes.Line, mark: Mark) -> list[Json]:
        """A line without white space at its ends, and with the mark of its end."""
        return [*_stripped(self._inlines(line, mark)), *_end_mark("para", mark)]

    def _inlines(self, line: nodes.Line, mark: Mark, *, code: bool = False) -> list[Json]:
        out: list[Json] = []
        for part in line:
            match part:
                case nodes.Words() if mark.startswith(_FROM) and not code:
                    for piece, gone in self._departures.parts(mark.removeprefix(_FROM), part.text):
                        out += _marked(_strings(piece), "del" if gone else mark)
                case nodes.Words():
                    out += _marked(_code_lines(part.text) if code else _strings(part.text), mark)
                case nodes.Break() if not part.soft:
                    out += _marked([{"t": "LineBreak"}], mark)
                case nodes.Picture():
                    # An image is named, not drawn: a file that another host serves must never be asked for.
                    words = _strings(f"[{self._image}: {part.alt or part.source or '?'}]")
                    out.append(self._link(_marked(words, mark), part.source))
                case nodes.Span():
                    out += self._span(part, mark, code)
                case nodes.NoteMark():
                    out += self._span(part.mark, mark, code)
        return out

    def _span(self, span: nodes.Span, mark: Mark, code: bool) -> list[Json]:
        element = span.element
        mark = _combined(mark, element)
        if mark == _NEITHER or span.tag == "rp":
            return []
        reference = element.find("a") if span.tag == "sup" else None
        if reference is not None and "footnote-ref" in reference.get("class", ""):
            return self._note(reference.get("href", "").removeprefix("#"), span, mark)
        inner = self._inlines(span.line, mark, code=code or span.tag in _CODE)
        if span.tag in _FORMS and not element.get("data-redline"):
            inner = [{"t": _FORMS[span.tag], "c": inner}]
        elif span.tag == "a" and element.get("href"):
            inner = [self._link(inner, element.get("href"))]
        elif span.tag == "q":
            inner = [_node("Quoted", {"t": "DoubleQuote"}, inner)]
        return [*_place(element, mark), *inner]

    def _note(self, name: str, span: nodes.Span, mark: Mark) -> list[Json]:
        items = self._notes.named(name)
        if not items or self._in_note:  # Word has no notes in notes
            return [{"t": "Superscript", "c": _marked(_strings(str(span.element.text_content())), mark)}]
        self._in_note = True
        content: list[Json] = []
        for item in items:
            carried = item.get("data-redline", "")
            # The words of a note whose mark comes or goes do so with it.
            if not (mark and carried and _side(mark) != carried):
                content += self._read(item, "" if mark else carried)
        self._in_note = False
        return _marked([{"t": "Note", "c": content}], mark)

    def _link(self, inlines: list[Json], address: str) -> Json:
        return _node("Link", _NO_ATTRIBUTES, inlines, [self._links.outward(address), ""])


def _inner(element: Element) -> str:
    return html_of.escape(element.text or "") + "".join(
        lxml_html.tostring(child, encoding="unicode") for child in element
    )


def _id(element: Element | None, mark: Mark) -> str:
    """The id of an element; a deleted one has none, for ids are unique in a file."""
    return "" if element is None or _side(mark) == "del" else element.get("id", "")


def _place(element: Element | None, mark: Mark) -> list[Json]:
    """What links to an element lead to."""
    return [_node("Span", [name, [], []], [])] if (name := _id(element, mark)) else []


def _whole(element: Element, name: str, default: int) -> int:
    value = element.get(name, "").strip()
    return int(value) if re.fullmatch(r"-?[0-9]{1,5}", value, re.ASCII) else default


def _alignment(cell: nodes.Cell) -> Json:
    side = cell.element.get("align", "").lower()
    return {"t": f"Align{side.title()}" if side in ("left", "center", "right") else "AlignDefault"}


def _combined(outer: Mark, element: Element) -> Mark:
    """The mark inside a mark: the new side of a pair shows what left it, which then is in neither text."""
    side = element.get("data-redline")
    if not side:
        return outer
    if outer:
        return _NEITHER if _side(outer) != side else outer if side == "del" else "ins"
    pair = element.get("data-redline-pair")
    # Word tracks moved paragraphs, not moved rows.
    if (
        pair is not None
        and element.get("data-redline-kind") == "move"
        and element.tag not in ("tr", "td", "th")
        and next(element.iterancestors("table"), None) is None
    ):
        return f"{_FROM}{pair}" if side == "del" else f"to-{pair}"
    return str(side)


def _side(mark: Mark) -> str:
    return "del" if mark.startswith(_FROM) else "ins" if mark.startswith("to-") else mark


def _marked(inlines: list[Json], mark: Mark) -> list[Json]:
    if not mark or not inlines:
        return inlines
    kind = "deletion" if _side(mark) == "del" else "insertion"
    return [_node("Span", ["", [kind], [["author", mark]]], inlines)]


def _end_mark(what: str, mark: Mark) -> list[Json]:
    """Says of a paragraph or row that it came or went as a whole."""
    attributes = ["", ["insertion"], [["author", f"{what}-{mark}"]]]
    return [_node("Span", attributes, [{"t": "Str", "c": PLACEHOLDER}])] if mark else []


def _mark_row(blocks: list[Json], mark: Mark) -> None:
    """Puts the mark of a row into the first line of its first cell."""
    if not blocks or blocks[0]["t"] not in ("Plain", "Para"):
        blocks.insert(0, {"t": "Plain", "c": []})
    blocks[0]["c"][:0] = _end_mark("row", _side(mark))


def _node(kind: str, *content: Any) -> Json:
    return {"t": kind, "c": list(content)}


def _strings(text: str) -> list[Json]:
    return [{"t": "Str", "c": _SPACES.sub(" ", text)}] if text else []


def _code_lines(text: str) -> list[Json]:
    lines = ([_node("Code", _NO_ATTRIBUTES, line)] if line else [] for line in text.split("\n"))
    return [one for at, line in enumerate(lines) for one in ([{"t": "LineBreak"}] if at else []) + line]


def _stripped(inlines: list[Json]) -> list[Json]:
    """Inlines without the white space that is around a whole line of HTML."""
    for at, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if inlines and inlines[at]["t"] == "Str":
            inlines[at]["c"] = strip(inlines[at]["c"], " ")
    return inlines


def _numbering(start: int, kind: str = "", sign: str = "Period") -> list[Any]:
    return [start, {"t": _NUMERALS.get(kind, "Decimal")}, {"t": sign}]


#: Far more than any legal text needs; a hostile file is stopped by them, not the machine.
_SECONDS: Final = 120
_MEMORY: Final = "1500m"
#: The version of the tree that `document` writes.
_API: Final = (1, 23, 1)


@cache
def _program() -> str:
    try:
        import pypandoc
    except ModuleNotFoundError:
        raise missing_extra("word") from None
    path: str = pypandoc.get_pandoc_path()
    return path


def _run(arguments: list[str], data: bytes, path: str) -> bytes:
    """What pandoc prints. `--sandbox` keeps it from reading files and addresses that a text names."""
    command = [_program(), "+RTS", f"-M{_MEMORY}", "-RTS", "--sandbox", *arguments]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, env=environment)
    except subprocess.TimeoutExpired:
        raise _failed(path, msg("reading it took longer than {count} seconds", count=_SECONDS)) from None
    if done.returncode:
        complaint = " ".join(done.stderr.decode("utf-8", "replace").split())[-300:]
        raise _failed(path, complaint or msg("pandoc ended with {code}", code=done.returncode))
    return done.stdout


def _failed(path: str, why: str) -> Refused:
    fix = msg("open it in Word, save it as .docx once more (Save As), and try again; nothing was changed.")
    return Refused([Problem("word", path, 0, msg("this could not be converted: {why}.", why=why), fix)])


def write_docx(blocks: list[dict[str, Any]], facts: Mapping[str, str], path: str, reference: bytes | None) -> bytes:
    """A Word file from pandoc's blocks, in the styles of `reference`. Raises `Refused` that names `path`.

    `facts`: title and lang; all others become properties of the file.
    """
    meta = {name: {"t": "MetaString", "c": value} for name, value in facts.items()}
    source = json.dumps({"pandoc-api-version": _API, "meta": meta, "blocks": blocks}).encode()
    with tempfile.TemporaryDirectory() as folder:
        styles = []
        if reference is not None:
            Path(folder, "reference.docx").write_bytes(reference)
            styles = [f"--reference-doc={folder}/reference.docx"]
        return _run(["-f", "json", "-t", "docx", "-o", "-", *styles], source, path)


def ast_of(docx: bytes, *, path: str = "", changes: str = "accept") -> dict[str, Any]:
    """What a Word file says, as pandoc's document tree. `changes`: accept or reject its tracked changes."""
    arguments = ["-f", "docx-auto_identifiers", "-t", "json", f"--track-changes={changes}"]
    tree: dict[str, Any] = json.loads(_run(arguments, docx, path))
    return tree
