"""Opens and writes the package that a .docx is: a zip of XML parts (ECMA-376, part 2), and refuses what is none.

Nothing in it is trusted: sizes are bounded before anything is unpacked, and no address in it is ever asked for.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lxml import etree

from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem, Refused

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


def element(tag: str, *children: etree._Element, text: str | None = None, **attributes: str) -> etree._Element:
    """An element of WordprocessingML."""
    made = etree.Element(W + tag, {W + name: value for name, value in attributes.items()}, nsmap=NAMESPACES)
    made.extend(children)
    if text is not None:
        made.text = text
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def cut(part: etree._Element) -> None:
    """Remove an element with all that is in it."""
    parent = part.getparent()
    if parent is not None:
        parent.remove(part)


def unwrap(part: etree._Element) -> None:
    """Put what is in an element in its place."""
    parent = part.getparent()
    if parent is not None:
        at = parent.index(part)
        parent[at : at + 1] = list(part)


def select(root: etree._Element, path: str) -> list[etree._Element]:
    """The elements at an XPath with the prefixes `w` and `r`."""
    found: Any = root.xpath(path, namespaces=NAMESPACES)
    return list(found)


def visible_text(root: etree._Element) -> str:
    """The text of a paragraph or a run as a reader sees it, deleted text included."""
    parts: list[str] = []
    for one in root.iter(W + "t", W + "delText", W + "tab", W + "br", W + "noBreakHyphen"):
        if one.tag in (W + "t", W + "delText"):
            parts.append(one.text or "")
        else:
            parts.append("‑" if one.tag == W + "noBreakHyphen" else " ")
    return "".join(parts)


#: The longest of 423 published policies makes 30 kB; a hundred pages of text stay below 1 MB.
MAX_FILE: Final = 50_000_000
_MAX_PART: Final = 20_000_000
_MAX_TOTAL: Final = 60_000_000
_MAX_PARTS: Final = 2_000
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FIXED: Final = (1980, 1, 1, 0, 0, 0)
_SAVE_AS: Final = msg("open it in Word and save it as a Word document (.docx).")
_SAVE_AGAIN: Final = msg("save it in Word once more as a Word document (.docx), or ask for it again.")
#: What need not be unpacked: pictures, fonts and other files within the file.
_PASSIVE: Final = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".svg", ".bin", ".odttf", ".ttf", ".tiff", ".bmp")


@dataclass(frozen=True)
class Package:
    """A Word file: its XML parts by name, and the names of all else that is in it."""

    parts: Mapping[str, bytes]
    others: tuple[str, ...]

    def xml(self, name: str) -> etree._Element | None:
        """The root of a part; None where the file has no such part."""
        data = self.parts.get(name)
        return None if data is None else parse(data)


def read_package(path: Path) -> Package:
    """The Word file at `path`. Raises `Refused`, saying what the file is instead and how to fix it."""
    name = path.as_posix()
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise Refused([_too_large(name, msg("it has {size} MB", size=size // 1_000_000))])
        data = path.read_bytes()
    except OSError as error:
        fix = msg("name the .docx file that Word saved.")
        raise Refused([_fault(name, msg("this cannot be read: {reason}.", reason=error.strerror), fix)]) from None
    return open_package(data, name)


def open_package(data: bytes, name: str) -> Package:
    """The Word file in `data`; `name` is what the messages call it. Raises `Refused`."""
    if data.startswith(_OLE):
        raise Refused([_old_or_encrypted(data, name)])
    if not data.startswith(b"PK"):
        raise Refused([_no_docx(data, name)])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts, others = _unpacked(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        message = msg("this Word file is damaged: {error}.", error=error)
        raise Refused([_fault(name, message, _SAVE_AGAIN)]) from None
    package = Package(with_usual_names(parts), others)
    _refuse_other_kinds(package, name)
    return package


def _unpacked(archive: zipfile.ZipFile, name: str) -> tuple[dict[str, bytes], tuple[str, ...]]:
    infos = archive.infolist()
    if len(infos) > _MAX_PARTS:
        raise Refused([_too_large(name, msg("it holds {count} parts", count=len(infos)))])
    if any(info.flag_bits & 1 for info in infos):
        fix = msg("take the password off, and save it as .docx.")
        raise Refused([_fault(name, msg("this file is encrypted."), fix)])
    parts: dict[str, bytes] = {}
    others: list[str] = []
    total = 0
    for info in infos:
        if info.is_dir():
            continue
        if info.filename.lower().endswith(_PASSIVE):
            others.append(info.filename)
            continue
        if info.filename in parts:
            message = msg("this Word file is damaged: it holds {filename} twice.", filename=info.filename)
            raise Refused([_fault(name, message, _SAVE_AGAIN)])
        # The size that an entry claims may be a lie; what comes out of it is counted.
        with archive.open(info) as stream:
            content = stream.read(_MAX_PART + 1)
        total += len(content)
        if len(content) > _MAX_PART or total > _MAX_TOTAL:
            raise Refused([_too_large(name, msg("unpacked it is larger than {size} MB", size=_MAX_TOTAL // 1_000_000))])
        parts[info.filename] = content
    return parts, tuple(others)


def _refuse_other_kinds(package: Package, name: str) -> None:
    types = package.parts.get("[Content_Types].xml", b"")
    macros = any(one.lower().endswith("vbaproject.bin") for one in (*package.parts, *package.others))
    if b"macroEnabled" in types or macros:
        fix = msg("open it in Word and save it as a Word document (.docx) without macros; nothing in it was run.")
        raise Refused([_fault(name, msg("this file carries macros (.docm); a legal text needs none."), fix)])
    if DOCUMENT not in package.parts:
        kinds = (
            ("xl/", msg("an Excel file")),
            ("ppt/", msg("a PowerPoint file")),
            ("content.xml", msg("an OpenDocument file")),
        )
        what = next(
            (kind for start, kind in kinds if any(one.startswith(start) for one in package.parts)),
            msg("a zip file without a Word text in it"),
        )
        raise Refused([_fault(name, msg("this is {what}, no Word document.", what=what), _SAVE_AS)])
    for part, content in package.parts.items():
        if part.endswith((".xml", ".rels")):
            try:
                parse(content)
            except DamagedError as error:
                message = msg("this Word file is damaged: {part}: {error}.", part=part, error=error)
                raise Refused([_fault(name, message, _SAVE_AGAIN)]) from None


def _old_or_encrypted(data: bytes, name: str) -> Problem:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _fault(name, msg("this file is encrypted."), msg("take the password off, and save it as .docx."))
    return _fault(name, msg("this is an old Word file (.doc), or another Office file of that age."), _SAVE_AS)


def _no_docx(data: bytes, name: str) -> Problem:
    kinds = (
        (b"%PDF", msg("this is a PDF.")),
        (b"{\\rtf", msg("this is an RTF file.")),
        (b"<", msg("this is an HTML or XML file.")),
    )
    none = msg("this is no Word document.") if data else msg("the file is empty.")
    message = next((kind for start, kind in kinds if data.lstrip()[:16].startswith(start)), none)
    return _fault(name, message, _SAVE_AS)


def _too_large(name: str, why: Message) -> Problem:
    fix = msg("take pictures and attachments out of it; a legal text needs less than 1 MB.")
    return _fault(name, msg("this file is too large: {why}.", why=why), fix)


def _fault(name: str, message: Message, fix: Message) -> Problem:
    return Problem("word", name, 0, message, fix)


def parts_of(docx: bytes) -> dict[str, bytes]:
    """The parts of a file that pandoc wrote."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def write_package(parts: Mapping[str, bytes]) -> bytes:
    """The zip of the parts: the same parts give the same bytes, whatever the day."""
    out = io.BytesIO()
    first = ["[Content_Types].xml", "_rels/.rels"]
    ordered = [name for name in first if name in parts] + sorted(set(parts) - set(first))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in ordered:
            info = zipfile.ZipInfo(name, _FIXED)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            archive.writestr(info, parts[name])
    return out.getvalue()


# The names that Word itself uses. Word for the web calls the text `word/document2.xml`; "Strict Open XML" has
# namespaces of its own (ISO/IEC 29500-1, annex A, against 29500-4).
_STRICT: Final = {
    f"http://purl.oclc.org/ooxml/{name}/".encode(): f"http://schemas.openxmlformats.org/{name}/2006/".encode()
    for name in ("officeDocument", "wordprocessingml", "drawingml")
}
_TYPES: Final = "[Content_Types].xml"
_USUAL: Final = ("comments", "endnotes", "fontTable", "footnotes", "numbering", "settings", "styles")


def with_usual_names(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a file under the names that Word uses. What cannot be read is left for others to refuse."""
    made = {name: _transitional(name, data) for name, data in parts.items()}
    try:
        names = _names(made)
        return _renamed(made, names) if names else made
    except DamagedError:
        return made


def _transitional(name: str, data: bytes) -> bytes:
    if name.endswith((".xml", ".rels")) and b"http://purl.oclc.org/ooxml/" in data:
        for strict, usual in _STRICT.items():
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
