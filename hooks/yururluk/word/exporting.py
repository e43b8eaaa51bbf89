"""Gives a Word file what pandoc does not: a footer, properties that tell its base, borders, tracking switched on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from yururluk.core.model import Text
from yururluk.redline import Redline
from yururluk.text.markdown import render
from yururluk.word.html_for_pandoc import Links, for_pandoc
from yururluk.word.package import (
    BODIES,
    DOCUMENT,
    NAMESPACES,
    RELATIONSHIPS,
    R,
    W,
    parse,
    serialise,
    with_type,
    write_package,
)
from yururluk.word.pandoc import docx_of
from yururluk.word.revisions import finish

# === finishing
PROPERTIES: Final = "docProps/custom.xml"
#: Every property of ours begins so.
PREFIX: Final = "yururluk-"
_FOOTER: Final = "word/footer1.xml"
_FOOTER_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_FOOTER_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
_PAGE: Final = {"tr": "Sayfa", "en": "Page"}


@dataclass(frozen=True)
class Dress:
    """What is put on: `lines` of the footer, `properties` by name, author and moment (2026-11-22T00:00:00Z).

    `tracking`: what is typed from now on is recorded as a change.
    """

    locale: str
    author: str
    moment: str
    lines: Sequence[str]
    properties: Mapping[str, str]
    tracking: bool


def dressed(parts: Mapping[str, bytes], dress: Dress) -> dict[str, bytes]:
    """The parts of a Word file, dressed."""
    made = dict(parts)
    made[_FOOTER] = _footer(dress)
    made["[Content_Types].xml"] = with_type(made["[Content_Types].xml"], _FOOTER, _FOOTER_TYPE)
    made["word/_rels/document.xml.rels"] = _with_relation(made["word/_rels/document.xml.rels"])
    made[DOCUMENT] = _with_footer(made[DOCUMENT])
    made["word/settings.xml"] = _settings(made["word/settings.xml"], dress)
    made["word/styles.xml"] = _styles(made["word/styles.xml"])
    made["docProps/core.xml"] = _core(made["docProps/core.xml"], dress)
    made[PROPERTIES] = _custom(dress.properties)
    return made


def properties_of(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The properties of ours that a Word file carries, without their prefix."""
    data = parts.get(PROPERTIES)
    if data is None:
        return {}
    found: dict[str, str] = {}
    for one in parse(data):
        name = one.get("name") or ""
        if name.startswith(PREFIX):
            found[name.removeprefix(PREFIX)] = "".join(str(text) for text in one.itertext()).strip()
    return found


def _footer(dress: Dress) -> bytes:
    field = '<w:r><w:rPr><w:sz w:val="14"/></w:rPr><w:fldChar w:fldCharType="{}"/></w:r>'
    number = (
        field.format("begin")
        + '<w:r><w:rPr><w:sz w:val="14"/></w:rPr><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        + field.format("separate")
        + '<w:r><w:rPr><w:sz w:val="14"/></w:rPr><w:t>1</w:t></w:r>'
        + field.format("end")
    )
    lines = [*dress.lines, f"{_PAGE.get(dress.locale, _PAGE['en'])} "]
    paragraphs = []
    for at, line in enumerate(lines, 1):
        run = f'<w:r><w:rPr><w:sz w:val="14"/></w:rPr><w:t xml:space="preserve">{escape(line)}</w:t></w:r>'
        spacing = '<w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr>'
        paragraphs.append(f"<w:p>{spacing}{run}{number if at == len(lines) else ''}</w:p>")
    body = "".join(paragraphs)
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:ftr xmlns:w="{NAMESPACES["w"]}">{body}</w:ftr>'
    ).encode()


def _with_relation(data: bytes) -> bytes:
    root = parse(data)
    attributes = {"Id": "rIdFooter1", "Type": _FOOTER_RELATION, "Target": "footer1.xml"}
    etree.SubElement(root, f"{RELATIONSHIPS}Relationship", attributes)
    return serialise(root)


def _with_footer(data: bytes) -> bytes:
    root = parse(data)
    section = root.find(f"{W}body/{W}sectPr")
    if section is not None:
        reference = etree.Element(W + "footerReference")
        reference.set(W + "type", "default")
        reference.set(R + "id", "rIdFooter1")
        section.insert(0, reference)
    return serialise(root)


def _settings(data: bytes, dress: Dress) -> bytes:
    root = parse(data)
    for one in root.findall(W + "doNotTrackMoves"):
        root.remove(one)
    if dress.tracking:
        # CT_Settings is a sequence; trackRevisions stands before defaultTabStop.
        place = root.find(W + "defaultTabStop")
        root.insert(len(root) if place is None else root.index(place), etree.Element(W + "trackRevisions"))
    return serialise(root)


def _styles(data: bytes) -> bytes:
    """Tables with lines, as a lawyer expects them; pandoc's styles each once, and built on none that is not there."""
    root = parse(data)
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
        if style.get(W + "styleId") != "Table" or properties is None:
            continue
        borders = etree.Element(W + "tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            line = etree.SubElement(borders, W + side)
            for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "808080")):
                line.set(W + name, value)
        margin = properties.find(W + "tblCellMar")
        properties.insert(len(properties) if margin is None else properties.index(margin), borders)
    return serialise(root)


def _core(data: bytes, dress: Dress) -> bytes:
    root = parse(data)
    for one in root:
        name = etree.QName(one).localname
        if name == "creator":
            one.text = dress.author
        elif name in ("created", "modified"):
            one.text = dress.moment
    return serialise(root)


def _custom(properties: Mapping[str, str]) -> bytes:
    rows = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" name={quoteattr(PREFIX + name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for pid, (name, value) in enumerate(sorted(properties.items()), 2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
        ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{rows}</Properties>"
    ).encode()


# === exporting
#: No clock is asked: a draft has no date, and the same draft must give the same bytes.
_NO_DAY = date(1980, 1, 1)


def export_docx(text: Text, *, publisher: str, site: str) -> bytes:
    """The Word file of a text; what is typed into it is recorded as tracked changes. `site`: the site's address."""
    html = render(text.body)
    parts = unzipped(bare_docx(html, text, Links(site, html)))
    lines = footer_lines(text)
    properties = {"kind": "draft", "document": text.document, "locale": text.locale, "sha256": text.sha256}
    dress = Dress(text.locale, publisher, f"{_NO_DAY}T00:00:00Z", lines, properties, tracking=True)
    return write_package(dressed(parts, dress))


def footer_lines(text: Text) -> list[str]:
    """What stands at the foot of each page: which text it is, and its digest."""
    return [f"{text.front_matter.title} ({text.name})", f"sha256:{text.sha256}"]


def bare_docx(html: str, text: Text, links: Links) -> bytes:
    """A rendering of a text, as pandoc writes it."""
    outward = for_pandoc(html, locale=text.locale, links=links)
    return docx_of(outward, locale=text.locale, title=text.front_matter.title, path=text.path)


# === redline_docx
@dataclass(frozen=True)
class Side:
    """One of the two texts: what it is called, and the SHA-256 of its file in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Signed:
    """Who made the changes, and on which day."""

    author: str
    day: date


def redline_docx(
    redline: Redline, *, title: str, document: str, old: Side, new: Side, signed: Signed, site: str
) -> bytes:
    """The Word file of a redline. The same redline gives the same bytes."""
    moment = f"{signed.day.isoformat()}T00:00:00Z"
    html = for_pandoc(redline.html, locale=redline.locale, links=Links(site))
    parts = unzipped(docx_of(html, locale=redline.locale, title=title))
    roots = {name: parse(parts[name]) for name in BODIES if name in parts}
    finish(
        [roots[name] for name in sorted(roots, key=lambda name: name != DOCUMENT)],
        author=signed.author,
        date=moment,
    )
    parts.update({name: serialise(root) for name, root in roots.items()})
    lines = [
        f"{title}: {old.name} → {new.name}",
        f"{old.name}: sha256:{old.sha256}",
        f"{new.name}: sha256:{new.sha256}",
    ]
    properties = {
        "kind": "redline",
        "document": document,
        "locale": redline.locale,
        "old": f"{old.name} sha256:{old.sha256}",
        "new": f"{new.name} sha256:{new.sha256}",
    }
    dress = Dress(redline.locale, signed.author, moment, lines, properties, tracking=False)
    return write_package(dressed(parts, dress))


def unzipped(docx: bytes) -> dict[str, bytes]:
    """The parts of a file that pandoc wrote."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
