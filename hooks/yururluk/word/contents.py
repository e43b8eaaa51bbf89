"""What else a Word file holds: who changed what, comments, and all that is no running text.

What an import takes is text in the body and in footnotes. Everything else is counted, quoted where it has words, and
named in a message.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from yururluk.core.messages import Message, msg, quoted
from yururluk.word.package import BODIES, DOCUMENT, RELATIONSHIPS, Package, W, parse, visible_text
from yururluk.word.pandoc import COMPATIBLE, DRAWN, GATHERED, LINKS, OFFICE, accepted, clauses_of, fields_of, is_rule

_Element = etree._Element
_DIAGRAM: Final = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VML: Final = "{urn:schemas-microsoft-com:vml}"
#: The number of the page, as the export writes it or as Word does.
_PAGE: Final = re.compile(r"(?:(?:Sayfa|Page) ?)?[0-9]*")
_PAGE_PART: Final = re.compile(r"word/(?P<kind>header|footer)[^/]*\.xml")
_CHANGES: Final = ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel")
_FORMATTING: Final = ("highlight", "color", "caps", "smallCaps", "dstrike")
_NO_FORMATTING: Final = ("none", "auto", "0", "false", "off", "000000")


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


def contents_of(package: Package, ours: Collection[str] = ()) -> Contents:
    """All that a Word file holds beside its running text. `ours`: the lines of headers and footers of an export."""
    changes: Counter[str] = Counter()
    forms = 0
    for root in (parse(package.parts[name]) for name in BODIES if name in package.parts):
        changes.update(mark.get(W + "author") or "?" for mark in root.iter(*(W + name for name in _CHANGES)))
        forms += sum(1 for one in root.iter("{*}*") if str(one.tag).endswith("Change"))
    parts = accepted(package.parts)
    roots: dict[str, _Element] = {name: parse(parts[name]) for name in BODIES if name in parts}
    document = roots[DOCUMENT]
    return Contents(
        tuple(_comments(package, document)),
        tuple(sorted(changes.items())),
        forms,
        tuple(_formatting(roots)),
        tuple(_as_plain_text(document)),
        (*_drawn(roots), *_apart(package, ours), *_included(document), *_outside(package)),
    )


def _drawn(roots: Mapping[str, _Element]) -> Iterator[Message]:
    kinds: Counter[str] = Counter()
    boxes: list[str] = []
    for drawn in (one for root in roots.values() for one in root.iter(COMPATIBLE, *DRAWN)):
        if any(above.tag in (COMPATIBLE, *DRAWN) for above in drawn.iterancestors()) or is_rule(drawn):
            continue
        texts = [visible_text(box) for box in drawn.iter(W + "txbxContent")]
        # Word writes a text box twice, for itself and for older readers.
        boxes += dict.fromkeys(texts)
        if not texts:
            tags = {str(one.tag) for one in drawn.iter()}
            known = {_DIAGRAM + "relIds": "diagram", _CHART + "chart": "chart", OFFICE + "OLEObject": "object"}
            kinds[next((kind for tag, kind in known.items() if tag in tags), "picture")] += 1
    for kind, number in sorted(kinds.items()):
        yield {
            "chart": msg("charts: {count}", count=number),
            "diagram": msg("SmartArt diagrams: {count}", count=number),
            "object": msg("embedded objects: {count}", count=number),
            "picture": msg("pictures or drawings: {count}", count=number),
        }[kind]
    for text in boxes:
        yield msg("a text box: “{words}”", words=short(text))


def page_lines(parts: Mapping[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """The lines of each header and footer of the pages, with its kind."""
    for name in sorted(parts):
        found = _PAGE_PART.fullmatch(name)
        if found:
            root = parse(parts[name])
            lines = [" ".join(visible_text(paragraph).split()) for paragraph in root.iter(W + "p")]
            yield found["kind"], lines + [one.get("string") or "" for one in root.iter(_VML + "textpath")]


def _apart(package: Package, ours: Collection[str]) -> Iterator[Message]:
    for kind, lines in page_lines(package.parts):
        words = " ".join(line for line in lines if line and line not in ours and not _PAGE.fullmatch(line))
        if words and kind == "header":
            yield msg("a header of the page: “{words}”", words=short(words))
        elif words:
            yield msg("a footer of the page: “{words}”", words=short(words))


def _included(document: _Element) -> Iterator[Message]:
    yield from _times(msg("a file that is included in this one"), sum(1 for _ in document.iter(W + "altChunk")))
    yield from _times(msg("a document that is linked into this one"), sum(1 for _ in document.iter(W + "subDoc")))
    if any(one.kind in GATHERED for one in fields_of(document)):
        yield msg("a table of contents or an index (the site makes its own)")


def _times(what: Message, number: int) -> Iterator[Message]:
    if number:
        yield what if number == 1 else msg("{what}, {count} times", what=what, count=number)


def _as_plain_text(document: _Element) -> Iterator[Message]:
    yield from _times(msg("a formula"), sum(1 for _ in document.iter(_MATH + "oMath")))
    within = sum(1 for table in document.iter(W + "tbl") if next(table.iterancestors(W + "tbl"), None) is not None)
    yield from _times(msg("a table within a table"), within)
    hidden = "".join(visible_text(run) for run in document.iter(W + "r") if run.find(f"{W}rPr/{W}vanish") is not None)
    if hidden:
        yield msg("text formatted as hidden: “{words}”", words=short(hidden))
    fields = fields_of(document)
    places = clauses_of(document)
    gathered = {run for one in fields if one.kind in GATHERED for run in one.runs}
    for one in fields:
        is_link = one.kind == "HYPERLINK" or (one.kind in LINKS and one.instruction.split()[1:2][0] in places)
        if one.words.strip() and not is_link and not gathered.intersection(one.runs):
            yield msg("a field that Word computes ({kind}): “{words}”", kind=one.kind, words=short(one.words))


def _formatting(roots: Mapping[str, _Element]) -> Iterator[Message]:
    """Formatting that somebody gave to words, for which Markdown has no sign."""
    seen: dict[str, str] = {}
    for properties in (one for root in roots.values() for one in root.iter(W + "rPr")):
        run = properties.getparent()
        if run is None or run.tag != W + "r":
            continue
        for name in _FORMATTING:
            found = properties.find(W + name)
            if found is not None and (found.get(W + "val") or "on").lower() not in _NO_FORMATTING:
                seen[name] = seen.get(name, "") + visible_text(run)
    for name, text in seen.items():
        words = short(text)
        if words:
            what = {
                "highlight": msg("highlighted “{words}”", words=words),
                "color": msg("coloured “{words}”", words=words),
                "caps": msg("capitals in “{words}”", words=words),
                "smallCaps": msg("small capitals in “{words}”", words=words),
                "dstrike": msg("struck through twice “{words}”", words=words),
            }[name]
            yield msg("Formatting left out, for which a text has no sign: {what}", what=what)


def _outside(package: Package) -> Iterator[Message]:
    for name, data in sorted(package.parts.items()):
        for one in parse(data).iter(RELATIONSHIPS + "Relationship") if name.endswith(".rels") else ():
            kind = (one.get("Type") or "").rpartition("/")[2]
            if one.get("TargetMode") == "External" and kind != "hyperlink":
                yield msg(
                    "a reference to a file elsewhere ({kind}: {address}); it was not fetched",
                    kind=kind,
                    address=one.get("Target"),
                )


def _comments(package: Package, document: _Element) -> Iterator[Comment]:
    root = package.xml("word/comments.xml")
    if root is None:
        return
    places = _commented(document)
    for one in root.iter(W + "comment"):
        text = "\n".join(visible_text(paragraph) for paragraph in one.iter(W + "p")).strip()
        on, heading = places.get(one.get(W + "id") or "", ("", ""))
        yield Comment(one.get(W + "author") or "?", (one.get(W + "date") or "")[:10], text, short(on), heading)


def _commented(document: _Element) -> dict[str, tuple[str, str]]:
    """The words that each comment is on, and the heading above them."""
    places: dict[str, tuple[str, str]] = {}
    running: dict[str, tuple[list[str], str]] = {}
    heading = ""
    for one in document.iter(W + "p", W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference", W + "t"):
        number = one.get(W + "id") or ""
        if one.tag == W + "p":
            style = one.find(f"{W}pPr/{W}pStyle")
            if style is not None and (style.get(W + "val") or "").lower().startswith(("heading", "balk")):
                heading = visible_text(one)
        elif one.tag == W + "commentRangeStart":
            running[number] = ([], heading)
        elif one.tag == W + "t":
            for words, _ in running.values():
                words.append(one.text or "")
        elif number in running:
            words, above = running.pop(number)
            places[number] = ("".join(words), above)
        elif one.tag == W + "commentReference":
            places.setdefault(number, ("", heading))
    return places


def short(text: str) -> str:
    """Words of the file on one line, as a message quotes them."""
    return quoted(" ".join(text.split()))
