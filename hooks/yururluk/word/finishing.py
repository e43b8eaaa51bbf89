"""Gives a Word file what pandoc does not: a footer, properties that tell its base, borders, tracking switched on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from yururluk.word.ooxml import DOCUMENT, NAMESPACES, RELATIONSHIPS, R, W, parse, serialise
from yururluk.word.package import with_type

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
