"""Opens and writes the package that a .docx is: a zip of XML parts (ECMA-376, part 2), and refuses what is none.

Nothing in it is trusted: sizes are bounded before anything is unpacked, and no address in it is ever asked for.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lxml import etree

from yururluk.core.messages import Message, Problem, Refused, msg

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATIONSHIPS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
NAMESPACES: Final = {"w": W[1:-1], "r": R[1:-1]}

DOCUMENT: Final = "word/document.xml"
#: The parts that hold running text of ours, where they are there.
BODIES: Final = (DOCUMENT, "word/footnotes.xml", "word/endnotes.xml")


def parse(data: bytes, part: str = "") -> etree._Element:
    """The root of a part. Entities are not resolved and nothing is fetched (XML 1.0, 4.2.2).

    Raises ValueError that names `part`. One with a document type is refused: Word writes none, only attacks do.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"{part}: {error.msg}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError(f"{part}: a document type is declared, which Word never does")
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
_SAVE_AS: Final = msg("open it in Word and save it as a Word document (.docx).")
_SAVE_AGAIN: Final = msg("save it in Word once more as a Word document (.docx), or ask for it again.")
_NO_PASSWORD: Final = msg("take the password off, and save it as .docx.")
#: What need not be unpacked: pictures, fonts and other files within the file.
_PASSIVE: Final = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".svg", ".bin", ".odttf", ".ttf", ".tiff", ".bmp")
_BEGINNINGS: Final = (
    (b"%PDF", msg("this is a PDF.")),
    (b"{\\rtf", msg("this is an RTF file.")),
    (b"<", msg("this is an HTML or XML file.")),
)
_OTHER_PACKAGES: Final = (
    ("xl/", msg("an Excel file")),
    ("ppt/", msg("a PowerPoint file")),
    ("content.xml", msg("an OpenDocument file")),
    ("", msg("a zip file without a Word text in it")),
)
#: "Strict Open XML" has namespaces of its own (ISO/IEC 29500-1, annex A, against 29500-4).
_STRICT: Final = re.compile(rb"http://purl\.oclc\.org/ooxml/(officeDocument|wordprocessingml|drawingml)/")
#: Word for the web calls the text `word/document2.xml`.
_NUMBERED: Final = re.compile(
    r"\b(document|comments|endnotes|fontTable|footnotes|numbering|settings|styles)[0-9]+(?=\.xml)"
)


def read_package(path: Path) -> dict[str, bytes]:
    """The parts of the Word file at `path`. Raises `Refused`, saying what the file is instead and how to fix it."""
    name = path.as_posix()
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise _too_large(name, msg("it has {size} MB", size=size // 1_000_000))
        data = path.read_bytes()
    except OSError as error:
        fix = msg("name the .docx file that Word saved.")
        raise _refused(name, msg("this cannot be read: {reason}.", reason=error.strerror), fix) from None
    return open_package(data, name)


def open_package(data: bytes, name: str) -> dict[str, bytes]:
    """The parts of the Word file in `data`, under the names that Word uses; empty for pictures and the like.

    `name` is what the messages call the file. Raises `Refused`.
    """
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _refused(name, msg("this file is encrypted."), _NO_PASSWORD)
        raise _refused(name, msg("this is an old Word file (.doc), or another Office file of that age."), _SAVE_AS)
    if not data.startswith(b"PK"):
        none = msg("this is no Word document.") if data else msg("the file is empty.")
        message = next((kind for start, kind in _BEGINNINGS if data.lstrip()[:16].startswith(start)), none)
        raise _refused(name, message, _SAVE_AS)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _with_usual_names(_unpacked(archive, name))
        _refuse_other_kinds(parts, name)
        for part, content in parts.items():
            if part.endswith((".xml", ".rels")):
                parse(content, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise _refused(name, msg("this Word file is damaged: {error}.", error=error), _SAVE_AGAIN) from None
    return parts


def _unpacked(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > _MAX_PARTS:
        raise _too_large(name, msg("it holds {count} parts", count=len(infos)))
    if any(info.flag_bits & 1 for info in infos):
        raise _refused(name, msg("this file is encrypted."), _NO_PASSWORD)
    parts: dict[str, bytes] = {}
    total = 0
    for info in infos:
        if info.filename in parts:
            message = msg("this Word file is damaged: it holds {filename} twice.", filename=info.filename)
            raise _refused(name, message, _SAVE_AGAIN)
        content = b""
        if not info.filename.lower().endswith(_PASSIVE):
            # The size that an entry claims may be a lie; what comes out of it is counted.
            with archive.open(info) as stream:
                content = stream.read(_MAX_PART + 1)
        total += len(content)
        if len(content) > _MAX_PART or total > _MAX_TOTAL:
            raise _too_large(name, msg("unpacked it is larger than {size} MB", size=_MAX_TOTAL // 1_000_000))
        parts[info.filename] = content
    return parts


def _with_usual_names(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts under the names and with the namespaces that Word itself uses on a desktop."""
    names = {name: usual for name in parts if (usual := _NUMBERED.sub(r"\1", name)) not in parts}
    made = {}
    for name, data in parts.items():
        if name.endswith((".xml", ".rels")):
            data = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", data)
        if name.endswith(".rels") or name == "[Content_Types].xml":
            for old, new in names.items():
                data = data.replace(posixpath.basename(old).encode(), posixpath.basename(new).encode())
        made[names.get(name, name)] = data
    return made


def _refuse_other_kinds(parts: Mapping[str, bytes], name: str) -> None:
    macros = any(one.lower().endswith("vbaproject.bin") for one in parts)
    if macros or b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        fix = msg("open it in Word and save it as a Word document (.docx) without macros; nothing in it was run.")
        raise _refused(name, msg("this file carries macros (.docm); a legal text needs none."), fix)
    if DOCUMENT not in parts:
        what = next(kind for start, kind in _OTHER_PACKAGES if any(one.startswith(start) for one in ("", *parts)))
        raise _refused(name, msg("this is {what}, no Word document.", what=what), _SAVE_AS)


def _too_large(name: str, why: Message) -> Refused:
    fix = msg("take pictures and attachments out of it; a legal text needs less than 1 MB.")
    return _refused(name, msg("this file is too large: {why}.", why=why), fix)


def _refused(name: str, message: Message, fix: Message) -> Refused:
    return Refused([Problem("word", name, 0, message, fix)])


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
            info = zipfile.ZipInfo(name)  # of 1 January 1980
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            archive.writestr(info, parts[name])
    return out.getvalue()
