"""Writes Word files: a draft that can come back, and a redline with tracked changes (ECMA-376 part 1, 17.13.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lxml import etree

from yururluk.core.messages import Message, Problem, Refused, in_order, msg, refuse_if_any
from yururluk.core.model import Text, is_version
from yururluk.core.releases import Project, read_project
from yururluk.core.settings import CONFIG_FILE, Settings
from yururluk.publish.status import known_register
from yururluk.redline import Redline
from yururluk.review.redline_command import DRAFTS, Compared, Wanted, compared_texts, locale_of
from yururluk.text.markdown import render
from yururluk.word.document import Links, docx_of
from yururluk.word.package import (
    BODIES,
    DOCUMENT,
    RELATIONSHIPS,
    TYPES,
    R,
    W,
    cut,
    element,
    parse,
    parts_of,
    read_package,
    select,
    serialise,
    write_package,
)

PROPERTIES: Final = "docProps/custom.xml"
#: A draft has no date, and the same draft gives the same bytes.
_NO_MOMENT: Final = "1980-01-01T00:00:00Z"
_CORE: Final = "docProps/core.xml"
#: Every property of ours begins so.
PREFIX: Final = "yururluk-"
FOOTER: Final = "word/footer-yururluk.xml"
_FOOTER_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_FOOTER_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
_FOOTER_ID: Final = "rIdYururlukFooter"
_PAGE: Final = {"tr": "Sayfa", "en": "Page"}
#: A4 with margins of 2.5 cm, in twentieths of a point.
_A4: Final = {"w": "11906", "h": "16838"}
_MARGINS: Final = dict.fromkeys(("top", "right", "bottom", "left"), "1417") | dict.fromkeys(("header", "footer"), "709")
#: The first number given to a mark; pandoc's own bookmarks and notes stay far below.
_FIRST_ID: Final = 100_001
_MARKS: Final = tuple(W + name for name in ("ins", "del", "moveFrom", "moveTo"))
#: What comes after w:trackRevisions and after w:pgSz in a file of pandoc (ECMA-376 part 1, CT_Settings, CT_SectPr).
_AFTER_TRACKING: Final = "documentProtection defaultTabStop autoHyphenation characterSpacingControl rsids"
_AFTER_SIZE: Final = "pgMar cols titlePg docGrid"


@dataclass(frozen=True)
class Side:
    """One of the two texts of a redline: what it is called, and the SHA-256 of its file in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Signed:
    """Who made the changes, and on which day."""

    author: str
    day: date


def reference_of(root: Path, settings: Settings) -> bytes | None:
    """The Word file whose styles, headers and paper the project wants; None where it names none. Raises `Refused`."""
    if not settings.word_reference:
        return None
    path = root / settings.word_reference
    if not path.is_file():
        message = msg('yururluk.word_reference is "{path}", and there is no such file.', path=settings.word_reference)
        fix = msg("write the path of a .docx in the project's folder, or remove the setting.")
        raise refused("settings", CONFIG_FILE, message, fix)
    read_package(path)
    return path.read_bytes()


def export_docx(text: Text, *, publisher: str, site: str, reference: bytes | None = None) -> bytes:
    """The Word file of a text; what is typed into it is recorded as tracked changes. `site`: the site's address."""
    html = render(text.body, rendering=text.rendering)
    properties = {"kind": "draft", "document": text.document, "locale": text.locale, "sha256": text.sha256}
    docx = plain_docx(html, text, Links(site, html), reference, properties)
    return write_package(_finished(parts_of(docx), text.locale, publisher, _NO_MOMENT, footer_lines(text)))


def footer_lines(text: Text) -> list[str]:
    """What the foot of each page says: which text it is, and its digest."""
    return [f"{text.front_matter.title} ({text.name})", f"sha256:{text.sha256}"]


def plain_docx(
    html: str, text: Text, links: Links, reference: bytes | None, properties: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """A rendering of a text, as pandoc writes it."""
    title, path = text.front_matter.title, text.path
    named = {PREFIX + name: value for name, value in properties.items()}
    return docx_of(html, locale=text.locale, title=title, links=links, properties=named, path=path, reference=reference)


def redline_docx(
    redline: Redline,
    *,
    title: str,
    document: str,
    old: Side,
    new: Side,
    signed: Signed,
    site: str,
    reference: bytes | None = None,
) -> bytes:
    """The Word file of a redline: accept all changes for the new text, reject all for the old one.

    The same redline gives the same bytes.
    """
    properties = {
        "kind": "redline",
        "document": document,
        "locale": redline.locale,
        "old": f"{old.name} sha256:{old.sha256}",
        "new": f"{new.name} sha256:{new.sha256}",
    }
    moment = f"{signed.day.isoformat()}T00:00:00Z"
    docx = docx_of(
        redline.html,
        locale=redline.locale,
        title=title,
        links=Links(site),
        properties={PREFIX + name: value for name, value in properties.items()},
        reference=reference,
    )
    parts = parts_of(docx)
    roots = {name: parse(parts[name]) for name in BODIES if name in parts}
    _finish_marks(list(roots.values()), signed.author, moment)
    parts.update({name: serialise(root) for name, root in roots.items()})
    lines = [f"{title}: {old.name} → {new.name}", *(f"{side.name}: sha256:{side.sha256}" for side in (old, new))]
    return write_package(_finished(parts, redline.locale, signed.author, moment, lines))


def properties_of(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The properties of ours that a Word file carries, without their prefix."""
    named = {one.get("name") or "": one for one in parse(parts[PROPERTIES])} if PROPERTIES in parts else {}
    return {
        name.removeprefix(PREFIX): "".join(str(text) for text in one.itertext()).strip()
        for name, one in named.items()
        if name.startswith(PREFIX)
    }


def refused(rule: str, path: str, message: Message, fix: Message) -> Refused:
    """A refusal for one reason."""
    return Refused([Problem(rule, path, 0, message, fix)])


def write_redline(root: Path, settings: Settings, wanted: Wanted, output: Path | None, today: date | None) -> None:
    """Write the redline of one document as a Word file. Raises `Refused`; nothing is written then."""
    if output is None:
        fix = msg("name the file to write: -o redline.docx.")
        raise refused("redline", "", msg("a Word file cannot be shown in a terminal."), fix)
    locale = locale_of(settings, wanted)
    one, *others = compared_texts(root, settings, wanted, locale)
    if others:
        names = ", ".join(f"--document {found.name}" for found in (one, *others))
        fix = msg("choose one: {documents}.", documents=names)
        raise refused("redline", "", msg("a Word file holds one document."), fix)
    project = read_project(root, settings)
    texts = {DRAFTS: project.drafts} | {release.version: release.texts for release in project.releases}

    def text_of(label: str) -> Text | None:
        return next((t for t in texts.get(label, ()) if (t.document, t.locale) == (one.name, locale)), None)

    def side(label: str, text: Text | None, source: str) -> Side:
        return Side(Path(label).name, text.sha256 if text else hashlib.sha256(source.encode()).hexdigest())

    old, new = text_of(one.old), text_of(one.new)
    named = new or old
    made = redline_docx(
        one.redline,
        title=named.front_matter.title if named else one.name,
        document=one.name,
        old=side(one.old, old, one.old_source),
        new=side(one.new, new, one.new_source),
        signed=Signed(settings.publisher, today or _published_day(root, settings, one)),
        site=settings.site_url,
        reference=reference_of(root, settings),
    )
    output.write_bytes(made)


def _published_day(root: Path, settings: Settings, one: Compared) -> date:
    """The day the new text was published. Raises `Refused` where there is none: a date is never guessed."""
    if is_version(one.new):
        recorded = known_register(root, settings).publication(one.new)
        if recorded:
            return recorded.published.astimezone(settings.timezone).date()
        for release in read_project(root, settings).releases:
            if release.version == one.new and release.published:
                return release.published
    message = msg("the changes need a date, and {new} has not been published.", new=one.new)
    raise refused("redline", "", message, msg("give the date: --today 2026-11-22."))


def write_export(root: Path, settings: Settings, document: str | None, locale: str | None, output: Path) -> Text:
    """Write a draft as a Word file, and return the draft. Raises `Refused`; nothing is written then."""
    text = draft_of(read_project(root, settings), settings, document, locale or settings.authentic)
    reference = reference_of(root, settings)
    output.write_bytes(export_docx(text, publisher=settings.publisher, site=settings.site_url, reference=reference))
    return text


def draft_of(project: Project, settings: Settings, document: str | None, locale: str) -> Text:
    """The draft of a document; where the project has but one, it need not be named."""
    drafts = [text for text in project.drafts if text.locale == locale]
    found = [text for text in drafts if document in (None, text.document)]
    if len(found) == 1:
        return found[0]
    refuse_if_any(in_order(one for one in project.problems if one.path.startswith(f"docs/{locale}/")))
    known = ", ".join(text.document for text in drafts) or msg("none")
    if document is None:
        fix = msg("name it: --document ID; the documents are: {known}.", known=known)
        raise refused("word", "", msg("a Word file holds one document."), fix)
    message = msg('there is no draft "{document}" in the language "{locale}".', document=document, locale=locale)
    languages = ", ".join(settings.locales)
    fix = msg("the documents are: {known}; the languages: {languages}.", known=known, languages=languages)
    raise refused("word", "", message, fix)


def _finished(
    parts: Mapping[str, bytes], locale: str, author: str, moment: str, lines: Sequence[str]
) -> dict[str, bytes]:
    """The parts with what pandoc does not write: footer, author, page size, table borders, tracking of a draft."""
    names = ("[Content_Types].xml", "word/_rels/document.xml.rels", "word/settings.xml", "word/styles.xml")
    types, relations, settings, styles = roots = [parse(parts[name]) for name in names]
    document, core = parse(parts[DOCUMENT]), parse(parts[_CORE])
    etree.SubElement(types, f"{TYPES}Override", {"PartName": f"/{FOOTER}", "ContentType": _FOOTER_TYPE})
    target = {"Id": _FOOTER_ID, "Type": _FOOTER_RELATION, "Target": FOOTER.removeprefix("word/")}
    etree.SubElement(relations, f"{RELATIONSHIPS}Relationship", target)
    _lay_out(document)
    for one in settings.findall(W + "doNotTrackMoves") + settings.findall(W + "trackRevisions"):
        settings.remove(one)
    if moment == _NO_MOMENT:
        _put_before(settings, element("trackRevisions"), _AFTER_TRACKING)
    _clean_styles(styles)
    for one in core.iter("{*}creator", "{*}created", "{*}modified"):
        one.text = author if one.tag.endswith("creator") else moment
    made = dict(zip((*names, DOCUMENT, _CORE), map(serialise, (*roots, document, core)), strict=True))
    return {**parts, **made, FOOTER: _footer(locale, lines)}


def _footer(locale: str, lines: Sequence[str]) -> bytes:
    def run(*content: etree._Element) -> etree._Element:
        return element("r", element("rPr", element("sz", val="14")), *content)

    def paragraph(*runs: etree._Element) -> etree._Element:
        return element("p", element("pPr", element("spacing", before="0", after="0")), *runs)

    page = run(element("t", text=f"{_PAGE.get(locale, _PAGE['en'])} "))
    number = element("fldSimple", run(element("t", text="1")), instr=" PAGE ")
    return serialise(
        element("ftr", *(paragraph(run(element("t", text=line))) for line in lines), paragraph(page, number))
    )


def _lay_out(document: etree._Element) -> None:
    """Our footer on each page, and A4 paper where the reference says nothing else."""
    section = document.find(f"{W}body/{W}sectPr")
    if section is None:
        return
    for other in section.findall(W + "footerReference"):
        if other.get(W + "type") == "default":
            section.remove(other)
    footer = element("footerReference", type="default")
    footer.set(R + "id", _FOOTER_ID)
    section.insert(0, footer)
    if section.find(W + "pgSz") is None:
        if section.find(W + "pgMar") is None:
            _put_before(section, element("pgMar", **_MARGINS, gutter="0"), _AFTER_SIZE)
        _put_before(section, element("pgSz", **_A4), _AFTER_SIZE)


def _put_before(root: etree._Element, made: etree._Element, names: str) -> None:
    """Put an element before the first child that has one of the names, or at the end."""
    following = {W + name for name in names.split()}
    root.insert(next((at for at, one in enumerate(root) if one.tag in following), len(root)), made)


def _clean_styles(root: etree._Element) -> None:
    """Tables with lines, as a lawyer expects them; pandoc's styles each once, and built on none that is not there."""
    known: set[str | None] = set()
    for style in root.findall(W + "style"):
        if style.get(W + "styleId") in known:
            root.remove(style)
        known.add(style.get(W + "styleId"))
    for style in root.findall(W + "style"):
        below = style.find(W + "basedOn")
        if below is not None and below.get(W + "val") not in known:
            style.remove(below)
        properties = style.find(W + "tblPr")
        if style.get(W + "styleId") != "Table" or properties is None or properties.find(W + "tblBorders") is not None:
            continue
        line = {"val": "single", "sz": "4", "space": "0", "color": "808080"}
        sides = ("top", "left", "bottom", "right", "insideH", "insideV")
        borders = element("tblBorders", *(element(side, **line) for side in sides))
        margin = properties.find(W + "tblCellMar")
        properties.insert(len(properties) if margin is None else properties.index(margin), borders)


def _finish_marks(roots: Sequence[etree._Element], author: str, date: str) -> None:
    """Complete the marks that `document` began: kind, author, date, and a number of its own for each, across parts."""
    numbers = count(_FIRST_ID)

    def sign(mark: etree._Element, tag: str, **more: str) -> etree._Element:
        mark.tag = W + tag
        mark.attrib.clear()
        mark.attrib.update({W + name: value for name, value in more.items()})
        mark.attrib.update({W + "id": str(next(numbers)), W + "author": author, W + "date": date})
        return mark

    ends: dict[tuple[str, str], list[etree._Element]] = {}  # the marks of each end of a move, in the body
    for mark in select(roots[0], "//w:ins | //w:del"):
        what, _, pair = (mark.get(W + "author") or "").partition("-")
        if what in ("from", "to"):
            ends.setdefault((what, pair), []).append(mark)
    moved = {pair for what, pair in ends if ("from", pair) in ends and ("to", pair) in ends}
    for root in roots:
        for mark in select(root, "//w:ins | //w:del"):
            name = mark.get(W + "author") or ""
            whole = next((one for one in ("para", "row") if name.startswith(f"{one}-")), "")
            what, _, pair = name.removeprefix(f"{whole}-").partition("-")
            # An end of a move whose other end is not there came, or went.
            kinds = {"from": "moveFrom", "to": "moveTo"} if pair in moved else {"from": "del", "to": "ins"}
            sign(mark, kinds.get(what, what))
            if whole:
                _mark_whole(mark, whole)
            elif mark.tag == W + "moveFrom":
                for words in mark.iter(W + "delText"):
                    words.tag = W + "t"
        _part_neighbours(root, date)
    for (what, pair), marks in ends.items():
        if pair in moved:
            kind, name = {"from": "moveFrom", "to": "moveTo"}[what], f"move{sorted(moved).index(pair) + 1}"
            _put_range(marks, sign(element("x"), f"{kind}RangeStart", name=name), f"{kind}RangeEnd")


def _mark_whole(mark: etree._Element, what: str) -> None:
    """Carry a mark over to the end of its paragraph, or to its row, and take its placeholder away."""
    holder = next(mark.iterancestors(W + ("tr" if what == "row" else "p")))
    cut(mark)
    del mark[:]
    if what == "row":
        _properties(holder, "trPr").append(mark)
    elif select(holder, "self::*[not(parent::w:tc) or following-sibling::w:p or following-sibling::w:tbl]"):
        _properties(_properties(holder, "pPr"), "rPr", last=True).insert(0, mark)
    # The last paragraph of a cell is never marked: a cell always keeps one.


def _properties(parent: etree._Element, name: str, *, last: bool = False) -> etree._Element:
    found = parent.find(W + name)
    if found is None:
        found = element(name)
        parent.insert(len(parent) if last else 0, found)
    return found


def _put_range(marks: Sequence[etree._Element], start: etree._Element, end: str) -> None:
    """Enclose the marks of one end of a move: without its range, Word takes a move for something unfinished."""
    # Words that came or went are beside those that moved: the whole paragraph is the range.
    first, last = (next(mark.iterancestors(W + "p")) for mark in (marks[0], marks[-1]))
    first.insert(1 if first.find(W + "pPr") is not None else 0, start)
    last.append(element(end, id=start.get(W + "id") or ""))


def _part_neighbours(root: etree._Element, date: str) -> None:
    """Give a mark another time of its day where one like it ends the paragraph before, whose end stays.

    LibreOffice takes two such for one change, and the end between them for a part of it.
    """
    later = date.replace("T00:00", "T00:10")
    before: etree._Element | None = None
    for paragraph in root.iter(W + "p"):
        content = [next(run.iterancestors(*_MARKS), None) for run in paragraph.iter(W + "r")]
        first = content[0] if content else None
        if first is not None and before is not None and first.tag == before.tag:
            first.set(W + "date", date if before.get(W + "date") == later else later)
        is_marked = any(one.tag in _MARKS for one in paragraph.iterfind(f"{W}pPr/{W}rPr/*"))
        before = content[-1] if content and not is_marked else None
