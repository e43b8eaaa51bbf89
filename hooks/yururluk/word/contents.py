"""What a Word file that comes back holds: its text made ready for pandoc, and what it holds beside text.

What an import takes is text in the body and in footnotes: tracked changes count as accepted, fields become the words
that they showed last. Everything else is counted, quoted where it has words, and named in a message.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from yururluk.core.messages import Message, msg, quoted
from yururluk.word.package import BODIES, RELATIONSHIPS, W, cut, parse, select, serialise, unwrap, visible_text

_Element = etree._Element
_DRAWN: Final = (W + "drawing", W + "pict", W + "object")
_COMPATIBLE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_OFFICE: Final = "{urn:schemas-microsoft-com:office:office}"
#: The sign of a level without one; U+F020 is the space of a symbol font, as LibreOffice writes it.
_NO_SIGN: Final = " \u00a0\uf020\u200b"
#: What Word puts around words without saying anything of its own; pandoc drops some of them with their words.
_WRAPPERS: Final = (W + "customXml", W + "smartTag", W + "dir", W + "bdo")
_NO_TEXT: Final = (_COMPATIBLE, *_DRAWN, W + "altChunk", W + "subDoc")
_STYLES: Final = "word/styles.xml"
_NUMBERING: Final = "word/numbering.xml"
_TURKISH_HEADING: Final = re.compile(r"ba[sş]l[ıi]k ([1-6])", re.IGNORECASE)
_LINK_TYPE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
#: The number of the page, as the export writes it or as Word does.
_PAGE: Final = re.compile(r"(?:(?:Sayfa|Page) ?)?[0-9]*")
_PAGE_PART: Final = re.compile(r"word/(?P<kind>header|footer)[^/]*\.xml")
_COMMENTS: Final = "word/comments.xml"
_CHANGES: Final = tuple(W + name for name in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel"))
_NO_FORMATTING: Final = ("none", "auto", "0", "false", "off", "000000")
#: Lists that Word gathers from the text itself.
_GATHERED: Final = ("TOC", "INDEX", "TOA")
#: The fields that pandoc reads as links.
_LINKS: Final = ("HYPERLINK", "REF", "PAGEREF")


@dataclass
class Field:
    """What Word computes: its instruction (`REF _Ref1 \\h`), all its runs, and the words that it showed last."""

    instruction: str = ""
    runs: list[_Element] = field(default_factory=list)
    words: str = ""
    is_shown: bool = False

    @property
    def kind(self) -> str:
        """The first word of its instruction, in capitals."""
        return (self.instruction.split() or [""])[0].upper()


def _fields_of(root: _Element) -> list[Field]:
    """The fields below `root`; of two that are nested, the outer one first."""
    found = [
        Field(one.get(W + "instr") or "", list(one.iter(W + "r")), visible_text(one))
        for one in root.iter(W + "fldSimple")
    ]
    open_ones: list[Field] = []
    for run in root.iter(W + "r"):
        marks = [one.get(W + "fldCharType") for one in run.iter(W + "fldChar")]
        if "begin" in marks:
            open_ones.append(Field())
            found.append(open_ones[-1])
        for one in open_ones:
            one.runs.append(run)
            one.words += visible_text(run) if one.is_shown else ""
        if open_ones and not open_ones[-1].is_shown:
            open_ones[-1].instruction += "".join(one.text or "" for one in run.iter(W + "instrText"))
        if open_ones and "separate" in marks:
            open_ones[-1].is_shown = True
        if open_ones and "end" in marks:
            open_ones.pop()
    return found


def bookmarks_of(root: _Element) -> dict[str, str]:
    """The id of the clause that each bookmark is at: Word makes bookmarks of its own to lead somewhere."""
    names: dict[str, str] = {}
    waiting: list[str] = []
    for one in root.iter(W + "bookmarkStart", W + "p"):
        if one.tag == W + "bookmarkStart":
            if next(one.iterancestors(W + "p"), None) is None:
                waiting.append(one.get(W + "name") or "")
            continue
        here = waiting + [mark.get(W + "name") or "" for mark in one.iter(W + "bookmarkStart")]
        waiting = []
        ids = [name for name in here if not name.startswith("_")]
        names.update({name: ids[0] for name in here if ids})
    return names


def accepted(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts without what tracked changes took out; ends of paragraphs are left to pandoc."""
    made = dict(parts)
    for name in BODIES:
        if name not in made:
            continue
        root = parse(made[name])
        for gone in (
            "//w:tr[w:trPr/w:del] | //w:tc[w:tcPr/w:cellDel]",
            "//w:tbl[not(w:tr)] | //*[self::w:del or self::w:moveFrom][not(parent::w:rPr or parent::w:trPr)]",
        ):
            for one in select(root, gone):
                cut(one)
        for one in select(root, "//*[self::w:ins or self::w:moveTo][.//w:r]"):
            unwrap(one)
        made[name] = serialise(root)
    return made


def prepared_for_pandoc(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts without drawings, inclusions and ways out of the file, their fields and lists made plain."""
    made = {name: _inward(data) if name.endswith(".rels") else data for name, data in parts.items()}
    unmarked = _unmarked_levels(parse(made[_NUMBERING])) if _NUMBERING in made else set()
    if _STYLES in made:
        made[_STYLES] = _with_known_names(made[_STYLES])
    for name in BODIES:
        if name not in made:
            continue
        root = parse(made[name])
        for one in _fields_of(root):
            for run in one.runs if one.kind in _GATHERED else ():
                _cut_with_its_paragraph(run)
        for wrapper in list(root.iter(*_WRAPPERS, W + "fldSimple")):
            unwrap(wrapper)
        for found in list(root.iter(*_NO_TEXT, W + "bookmarkStart", W + "bookmarkEnd")):
            if not _is_rule(found):
                cut(found)
        for numbered in list(root.iter(W + "numPr")):
            if (_value(numbered, "numId"), _value(numbered, "ilvl") or "0") in unmarked:
                cut(numbered)  # it continues the item above
        made[name] = serialise(root)
    return made


def _value(parent: _Element, name: str) -> str:
    found = parent.find(W + name)
    return "" if found is None else found.get(W + "val") or ""


def _with_known_names(styles: bytes) -> bytes:
    """Styles by the names that Word itself writes whatever its language; some editors write "Başlık 1"."""
    root = parse(styles)
    for one in root.iter(W + "name"):
        found = _TURKISH_HEADING.fullmatch(one.get(W + "val") or "")
        if found:
            one.set(W + "val", f"heading {found[1]}")
    return serialise(root)


def _is_rule(drawn: _Element) -> bool:
    """The line across a page is a drawing too, and it is text of ours."""
    return any(one.get(_OFFICE + "hr") for one in drawn.iter())


def _inward(data: bytes) -> bytes:
    """Relations without those that lead out of the file, links of the text aside: nothing may be fetched."""
    root = parse(data)
    for one in list(root.iter(RELATIONSHIPS + "Relationship")):
        if one.get("TargetMode") == "External" and one.get("Type") != _LINK_TYPE:
            cut(one)
    return serialise(root)


def _unmarked_levels(numbering: _Element) -> set[tuple[str, str]]:
    """List and level of those list paragraphs that have no sign before them."""
    blank = {
        (abstract.get(W + "abstractNumId"), level.get(W + "ilvl") or "")
        for abstract in numbering.iter(W + "abstractNum")
        for level in abstract.iter(W + "lvl")
        if level.find(W + "lvlText") is not None and not _value(level, "lvlText").strip(_NO_SIGN)
    }
    return {
        (one.get(W + "numId") or "", level)
        for one in numbering.iter(W + "num")
        for abstract, level in blank
        if _value(one, "abstractNumId") == abstract
    }


def _cut_with_its_paragraph(run: _Element) -> None:
    paragraph = next(run.iterancestors(W + "p"), None)
    cut(run)
    if paragraph is not None and next(paragraph.iter(W + "r"), None) is None:
        above = paragraph.getparent()
        if above is not None and not (above.tag == W + "tc" and len(above.findall(W + "p")) == 1):
            above.remove(paragraph)


@dataclass(frozen=True)
class Comment:
    """A comment in the margin: by whom, when (as Word wrote it), on which words, below which heading."""

    author: str
    date: str
    text: str
    on: str
    heading: str


@dataclass(frozen=True)
class Contents:
    """What a file holds beside its text.

    `changes`: tracked changes by author, sorted; `format_changes`: how many of formatting; `formatting`: formatting of
    words that a text has no sign for; `plain_text`: what was taken as the words that it shows; `not_taken`: the rest.
    """

    comments: tuple[Comment, ...]
    changes: tuple[tuple[str, int], ...]
    format_changes: int
    formatting: tuple[Message, ...]
    plain_text: tuple[Message, ...]
    not_taken: tuple[Message, ...]


def contents_of(package: Mapping[str, bytes], ours: Collection[str] = ()) -> Contents:
    """All that a Word file holds beside its running text. `ours`: the lines of headers and footers of an export."""
    changes: Counter[str] = Counter()
    forms = 0
    for root in (parse(package[name]) for name in BODIES if name in package):
        changes.update(mark.get(W + "author") or "?" for mark in root.iter(*_CHANGES))
        forms += sum(1 for one in root.iter("{*}*") if str(one.tag).endswith("Change"))
    parts = accepted(package)
    roots = [parse(parts[name]) for name in BODIES if name in parts]
    document = roots[0]
    return Contents(
        tuple(_comments(package, document)),
        tuple(sorted(changes.items())),
        forms,
        tuple(_formatting(roots)),
        tuple(_as_plain_text(document)),
        (*_drawn(roots), *_apart(package, ours), *_included(document), *_outside(package)),
    )


def _drawn(roots: list[_Element]) -> Iterator[Message]:
    number = 0
    boxes: list[str] = []
    for drawn in (one for root in roots for one in root.iter(_COMPATIBLE, *_DRAWN)):
        if any(above.tag in (_COMPATIBLE, *_DRAWN) for above in drawn.iterancestors()) or _is_rule(drawn):
            continue
        texts = [visible_text(box) for box in drawn.iter(W + "txbxContent")]
        # Word writes a text box twice, for itself and for older readers.
        boxes += dict.fromkeys(texts)
        number += not texts
    if number:
        yield msg("pictures, charts or other drawings: {count}", count=number)
    for text in boxes:
        yield msg("a text box: “{words}”", words=short(text))


def page_lines(parts: Mapping[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """The lines of each header and footer of the pages, with its kind."""
    for name in sorted(parts):
        if found := _PAGE_PART.fullmatch(name):
            root = parse(parts[name])
            lines = [" ".join(visible_text(paragraph).split()) for paragraph in root.iter(W + "p")]
            yield found["kind"], lines + [one.get("string") or "" for one in root.iter("{*}textpath")]


def _apart(package: Mapping[str, bytes], ours: Collection[str]) -> Iterator[Message]:
    for kind, lines in page_lines(package):
        words = short(" ".join(line for line in lines if line not in ours and not _PAGE.fullmatch(line)))
        if words and kind == "header":
            yield msg("a header of the page: “{words}”", words=words)
        elif words:
            yield msg("a footer of the page: “{words}”", words=words)


def _included(document: _Element) -> Iterator[Message]:
    yield from _times(msg("a file that is included in this one"), sum(1 for _ in document.iter(W + "altChunk")))
    yield from _times(msg("a document that is linked into this one"), sum(1 for _ in document.iter(W + "subDoc")))
    if any(one.kind in _GATHERED for one in _fields_of(document)):
        yield msg("a table of contents or an index (the site makes its own)")


def _times(what: Message, number: int) -> Iterator[Message]:
    if number:
        yield what if number == 1 else msg("{what}, {count} times", what=what, count=number)


def _as_plain_text(document: _Element) -> Iterator[Message]:
    yield from _times(msg("a formula"), sum(1 for _ in document.iter("{*}oMath")))
    within = sum(1 for table in document.iter(W + "tbl") if next(table.iterancestors(W + "tbl"), None) is not None)
    yield from _times(msg("a table within a table"), within)
    hidden = "".join(visible_text(run) for run in document.iter(W + "r") if run.find(f"{W}rPr/{W}vanish") is not None)
    if hidden:
        yield msg("text formatted as hidden: “{words}”", words=short(hidden))
    fields = _fields_of(document)
    places = bookmarks_of(document)
    gathered = {run for one in fields if one.kind in _GATHERED for run in one.runs}
    for one in fields:
        is_link = one.kind == "HYPERLINK" or (one.kind in _LINKS and one.instruction.split()[1:2][0] in places)
        if one.words.strip() and not is_link and not gathered.intersection(one.runs):
            yield msg("a field that Word computes ({kind}): “{words}”", kind=one.kind, words=short(one.words))


def _formatting(roots: list[_Element]) -> Iterator[Message]:
    """Formatting that somebody gave to words, for which Markdown has no sign."""
    kinds = {
        "highlight": msg("highlighted"),
        "color": msg("coloured"),
        "caps": msg("capitals"),
        "smallCaps": msg("small capitals"),
        "dstrike": msg("struck through twice"),
    }
    seen: dict[str, str] = {}
    for run in (one for root in roots for one in root.iter(W + "r")):
        for name in kinds:
            found = run.find(f"{W}rPr/{W}{name}")
            if found is not None and (found.get(W + "val") or "on").lower() not in _NO_FORMATTING:
                seen[name] = seen.get(name, "") + visible_text(run)
    for name, text in seen.items():
        if words := short(text):
            yield msg(
                "Formatting left out, for which a text has no sign: {what} “{words}”", what=kinds[name], words=words
            )


def _outside(package: Mapping[str, bytes]) -> Iterator[Message]:
    for name, data in sorted(package.items()):
        for one in parse(data).iter(RELATIONSHIPS + "Relationship") if name.endswith(".rels") else ():
            kind = (one.get("Type") or "").rpartition("/")[2]
            if one.get("TargetMode") == "External" and kind != "hyperlink":
                address = one.get("Target")
                yield msg(
                    "a reference to a file elsewhere ({kind}: {address}); it was not fetched",
                    kind=kind,
                    address=address,
                )


def _comments(package: Mapping[str, bytes], document: _Element) -> Iterator[Comment]:
    places = _commented(document)
    for one in parse(package[_COMMENTS]).iter(W + "comment") if _COMMENTS in package else ():
        text = "\n".join(visible_text(paragraph) for paragraph in one.iter(W + "p")).strip()
        on, heading = places.get(one.get(W + "id") or "", ("", ""))
        yield Comment(one.get(W + "author") or "?", (one.get(W + "date") or "")[:10], text, short(on), heading)


def _commented(document: _Element) -> dict[str, tuple[str, str]]:
    """The words that each comment is on, and the heading above them."""
    places: dict[str, tuple[str, str]] = {}
    open_ones: set[str] = set()
    heading = ""
    for one in document.iter(W + "p", W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference", W + "t"):
        number = one.get(W + "id") or ""
        if one.tag == W + "p":
            style = one.find(f"{W}pPr/{W}pStyle")
            if style is not None and (style.get(W + "val") or "").lower().startswith(("heading", "balk")):
                heading = visible_text(one)
        elif one.tag == W + "t":
            for place in open_ones:
                places[place] = (places[place][0] + (one.text or ""), places[place][1])
        elif one.tag == W + "commentRangeEnd":
            open_ones.discard(number)
        else:
            places.setdefault(number, ("", heading))
            if one.tag == W + "commentRangeStart":
                open_ones.add(number)
    return places


def short(text: str) -> str:
    """Words of the file on one line, as a message quotes them."""
    return quoted(" ".join(text.split()))
