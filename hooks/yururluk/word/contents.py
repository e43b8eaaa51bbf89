"""Tells what else a Word file holds: who changed what, remarks in the margin, and all that is no running text.

What can be taken is text in the body and in footnotes. Everything else is counted, quoted where it has words, and
told, so that nothing is lost in silence. What pandoc would read from such places is taken out before it does.
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
from yururluk.word.pandoc import COMPATIBLE, DRAWN, GATHERED, OFFICE, Field, clauses_of, fields_of, is_rule
from yururluk.word.revisions import DEL, FORMS, FROM, INS, TO

# === contents
_Element = etree._Element
_DIAGRAM: Final = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VML: Final = "{urn:schemas-microsoft-com:vml}"
#: The number of the page, as the export writes it or as Word does.
_PAGE: Final = re.compile(r"(?:(?:Sayfa|Page) ?)?[0-9]*")
_LOOKS: Final = ("highlight", "color", "caps", "smallCaps", "dstrike")
_NO_LOOK: Final = ("none", "auto", "0", "false", "off", "000000")


@dataclass(frozen=True)
class Comment:
    """A remark in the margin: by whom, when (as Word wrote it), on which words, below which heading."""

    author: str
    date: str
    text: str
    on: str
    heading: str


@dataclass(frozen=True)
class Contents:
    """What a file holds beside its text. `changes`: tracked changes by author, sorted; `left`: what was not taken.

    `forms`: how many tracked changes of formatting; `looks`: what was done to words that a text has no sign for;
    `turned`: what was taken as the plain words that it shows.
    """

    comments: tuple[Comment, ...]
    changes: tuple[tuple[str, int], ...]
    forms: int
    looks: tuple[Message, ...]
    turned: tuple[Message, ...]
    left: tuple[Message, ...]


def contents_of(package: Package, ours: Collection[str] = ()) -> Contents:
    """All that a Word file holds beside its running text. `ours`: the lines that the export put into its footer."""
    roots = {name: root for name in BODIES if (root := package.xml(name)) is not None}
    document = roots[DOCUMENT]
    counted: Counter[str] = Counter()
    for root in roots.values():
        for mark in root.iter(INS, DEL, FROM, TO, W + "cellIns", W + "cellDel"):
            counted[mark.get(W + "author") or "?"] += 1
    forms = sum(1 for root in roots.values() for _ in root.iter(*FORMS))
    left = [
        *_drawn(roots),
        *_apart(package, ours),
        *_included(document),
        *_gathered(document),
        *_outside(package),
    ]
    changes = tuple(sorted(counted.items()))
    return Contents(
        tuple(_comments(package, document)),
        changes,
        forms,
        tuple(_looks(roots)),
        tuple(_turned(document)),
        tuple(left),
    )


def _drawn(roots: Mapping[str, _Element]) -> Iterator[Message]:
    kinds: Counter[str] = Counter()
    boxes: list[str] = []
    for root in roots.values():
        for drawn in root.iter(COMPATIBLE, *DRAWN):
            if any(above.tag in (COMPATIBLE, *DRAWN) for above in drawn.iterancestors()) or is_rule(drawn):
                continue
            texts = [visible_text(box) for box in drawn.iter(W + "txbxContent")]
            if texts:
                # Word writes a text box twice, for itself and for older readers.
                boxes += dict.fromkeys(texts)
            elif next(drawn.iter(_DIAGRAM + "relIds"), None) is not None:
                kinds["diagram"] += 1
            elif next(drawn.iter(_CHART + "chart"), None) is not None:
                kinds["chart"] += 1
            elif next(drawn.iter(OFFICE + "OLEObject"), None) is not None:
                kinds["object"] += 1
            else:
                kinds["picture"] += 1
    for kind, number in sorted(kinds.items()):
        yield {
            "chart": msg("charts: {count}", count=number),
            "diagram": msg("SmartArt diagrams: {count}", count=number),
            "object": msg("embedded objects: {count}", count=number),
            "picture": msg("pictures or drawings: {count}", count=number),
        }[kind]
    for text in boxes:
        yield msg("a text box: “{words}”", words=short(text))


def _apart(package: Package, ours: Collection[str]) -> Iterator[Message]:
    """Headers and footers that hold words; what the export put there is ours."""
    for name in sorted(package.parts):
        place = name.removeprefix("word/")
        if not place.startswith(("header", "footer")) or not place.endswith(".xml") or "/" in place:
            continue
        root = parse(package.parts[name])
        lines = [" ".join(visible_text(paragraph).split()) for paragraph in root.iter(W + "p")]
        lines += [one.get("string") or "" for one in root.iter(_VML + "textpath")]
        words = " ".join(line for line in lines if line and line not in ours and not _PAGE.fullmatch(line))
        if not words:
            continue
        if place.startswith("header"):
            yield msg("a header of the page: “{words}”", words=short(words))
        else:
            yield msg("a footer of the page: “{words}”", words=short(words))


def _included(document: _Element) -> Iterator[Message]:
    for tag, what in (
        (W + "altChunk", msg("a file that is included in this one")),
        (W + "subDoc", msg("a document that is linked into this one")),
    ):
        yield from _times(what, sum(1 for _ in document.iter(tag)))


def _times(what: Message, number: int) -> Iterator[Message]:
    if number:
        yield what if number == 1 else msg("{what}, {count} times", what=what, count=number)


def _turned(document: _Element) -> Iterator[Message]:
    yield from _times(msg("a formula"), sum(1 for _ in document.iter(_MATH + "oMath")))
    within = sum(1 for table in document.iter(W + "tbl") if next(table.iterancestors(W + "tbl"), None) is not None)
    yield from _times(msg("a table within a table"), within)
    hidden = "".join(visible_text(run) for run in document.iter(W + "r") if run.find(f"{W}rPr/{W}vanish") is not None)
    if hidden:
        yield msg("text formatted as hidden: “{words}”", words=short(hidden))
    clauses = clauses_of(document)
    for one in _living_fields(document):
        if one.kind not in GATHERED and one.words and one.clause(clauses) is None:
            yield msg("a field that Word computes ({kind}): “{words}”", kind=one.kind, words=short(one.words))


def _gathered(document: _Element) -> Iterator[Message]:
    if any(one.kind in GATHERED for one in _living_fields(document)):
        yield msg("a table of contents or an index (the site makes its own)")


def _living_fields(document: _Element) -> list[Field]:
    """The fields that were not deleted, those within a table of contents aside."""
    living = [one for one in fields_of(document) if not any(_is_gone(run) for run in one.codes)]
    inside = {run for one in living if one.kind in GATHERED for run in one.shown}
    return [one for one in living if one.kind in GATHERED or not inside.intersection(one.codes)]


def _is_gone(run: _Element) -> bool:
    return next(run.iterancestors(DEL, FROM), None) is not None


def _looks(roots: Mapping[str, _Element]) -> Iterator[Message]:
    """Looks that somebody gave to words, for which Markdown has no sign."""
    seen: dict[str, list[str]] = {}
    for root in roots.values():
        for properties in root.iter(W + "rPr"):
            run = properties.getparent()
            if run is None or run.tag != W + "r" or _is_gone(run):
                continue
            for name in _LOOKS:
                look = properties.find(W + name)
                if look is not None and (look.get(W + "val") or "on").lower() not in _NO_LOOK:
                    seen.setdefault(name, []).append(visible_text(run))
    for name, texts in seen.items():
        words = short("".join(texts))
        if not words:
            continue
        yield {
            "highlight": msg("Formatting left out, for which a text has no sign: highlighted “{words}”", words=words),
            "color": msg("Formatting left out, for which a text has no sign: coloured “{words}”", words=words),
            "caps": msg("Formatting left out, for which a text has no sign: capitals in “{words}”", words=words),
            "smallCaps": msg(
                "Formatting left out, for which a text has no sign: small capitals in “{words}”", words=words
            ),
            "dstrike": msg(
                "Formatting left out, for which a text has no sign: struck through twice “{words}”",
                words=words,
            ),
        }[name]


def _outside(package: Package) -> Iterator[Message]:
    for name, data in sorted(package.parts.items()):
        if not name.endswith(".rels"):
            continue
        for one in parse(data).iter(RELATIONSHIPS + "Relationship"):
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
    """The words that each comment is on, and the heading they stand below."""
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
            words, below = running.pop(number)
            places[number] = ("".join(words), below)
        elif one.tag == W + "commentReference" and number not in places:
            places[number] = ("", heading)
    return places


def short(text: str) -> str:
    """Words of the file on one line, as a message quotes them."""
    return quoted(" ".join(text.split()))
