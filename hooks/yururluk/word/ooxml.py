"""Names of WordprocessingML (ECMA-376) that the parts of a Word file are read and written by."""

from __future__ import annotations

from typing import Final

from lxml import etree

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATIONSHIPS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
NAMESPACES: Final = {"w": W[1:-1], "r": R[1:-1]}

DOCUMENT: Final = "word/document.xml"
#: The parts that hold running text of ours, where they are there.
BODIES: Final = (DOCUMENT, "word/footnotes.xml", "word/endnotes.xml")


class DamagedError(ValueError):
    """A part is no XML that Word could have written."""


def parse(data: bytes) -> etree._Element:
    """The root of a part. Entities are not resolved and nothing is fetched (XML 1.0, 4.2.2).

    Raises DamagedError. A part with a document type is refused: Word writes none, only attacks do.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DamagedError(str(error.msg)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DamagedError("a document type is declared, which Word never does")
    return root


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def visible_text(element: etree._Element) -> str:
    """The text of a paragraph or a run as a reader sees it, deleted text included."""
    parts: list[str] = []
    for one in element.iter(W + "t", W + "delText", W + "tab", W + "br", W + "noBreakHyphen"):
        if one.tag in (W + "t", W + "delText"):
            parts.append(one.text or "")
        else:
            parts.append("‑" if one.tag == W + "noBreakHyphen" else " ")
    return "".join(parts)
