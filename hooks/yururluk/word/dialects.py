"""Brings the Word files of other programs to the names that Word itself uses, so that all else knows but these.

Word for the web calls the text `word/document2.xml`; "Strict Open XML" has namespaces of its own (ISO/IEC 29500-1,
annex A, against 29500-4).
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Final

from lxml import etree

from yururluk.word.ooxml import DOCUMENT, RELATIONSHIPS, TYPES, DamagedError, parse, serialise

_STRICT: Final = (
    (
        b"http://purl.oclc.org/ooxml/officeDocument/",
        b"http://schemas.openxmlformats.org/officeDocument/2006/",
    ),
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)
_TYPES: Final = "[Content_Types].xml"
_USUAL: Final = ("comments", "endnotes", "fontTable", "footnotes", "numbering", "settings", "styles")


def as_usual(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a file under the names that Word uses. What cannot be read is left for others to refuse."""
    made = {name: _transitional(name, data) for name, data in parts.items()}
    try:
        names = _names(made)
        return _renamed(made, names) if names else made
    except DamagedError:
        return made


def _transitional(name: str, data: bytes) -> bytes:
    if name.endswith((".xml", ".rels")) and b"http://purl.oclc.org/ooxml/" in data:
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
    return data


def _names(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The usual name of each part that has another."""
    main = next((target for kind, target in _targets(parts, "_rels/.rels", "") if kind == "officeDocument"), "")
    if main not in parts or not main.startswith("word/"):
        return {}
    folder, _, file = main.rpartition("/")
    found = {main: DOCUMENT, f"{folder}/_rels/{file}.rels": "word/_rels/document.xml.rels"}
    for kind, target in _targets(parts, f"{folder}/_rels/{file}.rels", folder):
        if kind in _USUAL and target in parts:
            place, _, name = target.rpartition("/")
            found[target] = f"word/{kind}.xml"
            found[f"{place}/_rels/{name}.rels"] = f"word/_rels/{kind}.xml.rels"
    return {name: usual for name, usual in found.items() if name != usual and usual not in parts}


def _targets(parts: Mapping[str, bytes], relations: str, folder: str) -> list[tuple[str, str]]:
    """The kind and the part of each relation."""
    if relations not in parts:
        return []
    return [
        ((one.get("Type") or "").rpartition("/")[2], _part(one, folder))
        for one in parse(parts[relations]).iter(RELATIONSHIPS + "Relationship")
        if one.get("TargetMode") != "External"
    ]


def _part(relation: etree._Element, folder: str) -> str:
    target = relation.get("Target") or ""
    return posixpath.normpath(target[1:] if target.startswith("/") else posixpath.join(folder, target))


def _renamed(parts: Mapping[str, bytes], names: Mapping[str, str]) -> dict[str, bytes]:
    made = {names.get(name, name): data for name, data in parts.items()}
    for name, folder in (("_rels/.rels", ""), ("word/_rels/document.xml.rels", "word")):
        if name in made:
            root = parse(made[name])
            for one in root.iter(RELATIONSHIPS + "Relationship"):
                if one.get("TargetMode") != "External" and _part(one, folder) in names:
                    one.set("Target", f"/{names[_part(one, folder)]}")
            made[name] = serialise(root)
    if _TYPES in made:
        root = parse(made[_TYPES])
        for one in root.iter(TYPES + "Override"):
            part = (one.get("PartName") or "").removeprefix("/")
            one.set("PartName", f"/{names.get(part, part)}")
        made[_TYPES] = serialise(root)
    return made
