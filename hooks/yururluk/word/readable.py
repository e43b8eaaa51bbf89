"""Makes a Word file ready for pandoc to read: only text, and only forms that every editor writes alike.

What is taken out here has been told before (see `contents`). The base of an import goes the same way as the file that
came back, so that what an editor rewrites in passing does not look like a change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from yururluk.word.fields import clauses_of, make_plain, unwrap
from yururluk.word.ooxml import BODIES, RELATIONSHIPS, R, W, parse, serialise

_Element = etree._Element
DRAWN: Final = (W + "drawing", W + "pict", W + "object")
COMPATIBLE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
OFFICE: Final = "{urn:schemas-microsoft-com:office:office}"
#: Pandoc leads links to the headings they stand in, by ids of its own making; editors put them elsewhere.
_BOOKMARKS: Final = (W + "bookmarkStart", W + "bookmarkEnd")
#: The sign of such a level; U+F020 is the space of a symbol font, as LibreOffice writes it.
_NO_SIGN: Final = " \u00a0\uf020\u200b"
#: What Word puts around words without saying anything of its own; pandoc drops some of them with their words.
_WRAPPERS: Final = (W + "customXml", W + "smartTag", W + "dir", W + "bdo")
_STYLES: Final = "word/styles.xml"
_TURKISH_HEADING: Final = re.compile(r"ba[sş]l[ıi]k ([1-6])", re.IGNORECASE)
_LINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def readable(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts without drawings, inclusions and ways out of the file, their links and lists made plain."""
    made = {name: _inward(data) if name.endswith(".rels") else data for name, data in parts.items()}
    unmarked = _unmarked_levels(made.get("word/numbering.xml"))
    if _STYLES in made:
        made[_STYLES] = _with_known_names(made[_STYLES])
    for name in BODIES:
        if name not in made:
            continue
        root = parse(made[name])
        for wrapper in list(root.iter(*_WRAPPERS)):
            unwrap(wrapper)
        clauses = clauses_of(root)
        make_plain(root, clauses)
        _lead_to_clauses(root, clauses)
        for found in list(root.iter(COMPATIBLE, *DRAWN, W + "altChunk", W + "subDoc", *_BOOKMARKS)):
            parent = found.getparent()
            if parent is not None and not is_rule(found):
                parent.remove(found)
        _continue_items(root, unmarked)
        folder, _, file = name.rpartition("/")
        relations = f"{folder}/_rels/{file}.rels"
        made[relations] = _link_by_relation(root, made.get(relations))
        made[name] = serialise(root)
    return made


def _with_known_names(styles: bytes) -> bytes:
    """Styles by the names that Word itself writes whatever its language; some editors write "Başlık 1"."""
    root = parse(styles)
    for one in root.iter(W + "name"):
        found = _TURKISH_HEADING.fullmatch(one.get(W + "val") or "")
        if found:
            one.set(W + "val", f"heading {found[1]}")
    return serialise(root)


def _lead_to_clauses(root: _Element, clauses: Mapping[str, str]) -> None:
    """Links within the file lead to ids of the text; one to a bookmark that Word alone knows is words."""
    for link in list(root.iter(W + "hyperlink")):
        anchor = link.get(W + "anchor") or ""
        if anchor.startswith("_") and not link.get(R + "id"):
            if anchor in clauses:
                link.set(W + "anchor", clauses[anchor])
            else:
                unwrap(link)


def is_rule(drawn: _Element) -> bool:
    """The line across a page is a drawing too, and it is text of ours."""
    return any(one.get(OFFICE + "hr") for one in drawn.iter())


def _inward(data: bytes) -> bytes:
    """Relations without those that lead out of the file, links of the text aside: nothing may be fetched."""
    root = parse(data)
    for one in list(root.iter(RELATIONSHIPS + "Relationship")):
        if one.get("TargetMode") == "External" and one.get("Type") != _LINK:
            root.remove(one)
    return serialise(root)


def _link_by_relation(root: _Element, data: bytes | None) -> bytes:
    """Links to clauses of the same text as they were written. Pandoc would lead them to ids that it makes up."""
    relations = etree.Element(RELATIONSHIPS + "Relationships") if data is None else parse(data)
    for number, link in enumerate(root.iter(W + "hyperlink")):
        anchor = link.get(W + "anchor")
        if anchor is None or link.get(R + "id"):
            continue
        name = f"rIdClause{number}"
        attributes = {"Id": name, "Type": _LINK, "Target": f"#{anchor}", "TargetMode": "External"}
        etree.SubElement(relations, RELATIONSHIPS + "Relationship", attributes)
        del link.attrib[W + "anchor"]
        link.set(R + "id", name)
    return serialise(relations)


def _unmarked_levels(numbering: bytes | None) -> set[tuple[str, str]]:
    """List and level of those list paragraphs that have no sign before them: they continue the item above."""
    if numbering is None:
        return set()
    root = parse(numbering)
    blank: dict[str, set[str]] = {}
    for abstract in root.iter(W + "abstractNum"):
        levels = blank.setdefault(abstract.get(W + "abstractNumId") or "", set())
        for level in abstract.iter(W + "lvl"):
            sign = level.find(W + "lvlText")
            if sign is not None and not (sign.get(W + "val") or "").strip(_NO_SIGN):
                levels.add(level.get(W + "ilvl") or "")
    found: set[tuple[str, str]] = set()
    for listed in root.iter(W + "num"):
        abstract_id = listed.find(W + "abstractNumId")
        if abstract_id is not None:
            number = listed.get(W + "numId") or ""
            found |= {(number, level) for level in blank.get(abstract_id.get(W + "val") or "", set())}
    return found


def _continue_items(root: _Element, unmarked: set[tuple[str, str]]) -> None:
    for numbered in list(root.iter(W + "numPr")):
        list_id, level = numbered.find(W + "numId"), numbered.find(W + "ilvl")
        if list_id is None:
            continue
        key = (list_id.get(W + "val") or "", "0" if level is None else level.get(W + "val") or "0")
        parent = numbered.getparent()
        if key in unmarked and parent is not None:
            parent.remove(numbered)
