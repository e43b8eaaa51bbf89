"""Opens and writes the package that a .docx is: a zip of XML parts (ECMA-376 part 2), and refuses what is none.

Nothing in it is trusted: sizes are bounded before anything is unpacked, no address in it is ever asked for, and
what it holds beside text is told, not dropped in silence.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem, Refused
from yururluk.word.dialects import as_usual
from yururluk.word.ooxml import DOCUMENT, TYPES, DamagedError, parse

#: The longest of 423 published policies makes 30 kB; a hundred pages of text stay below 1 MB.
MAX_FILE: Final = 50_000_000
_MAX_PART: Final = 20_000_000
_MAX_TOTAL: Final = 60_000_000
_MAX_PARTS: Final = 2_000
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FIXED: Final = (1980, 1, 1, 0, 0, 0)
_SAVE_AS: Final = msg("open it in Word and save it as a Word document (.docx).")
_SAVE_ANEW: Final = msg("open it in Word and save it as a Word document (.docx) anew, or ask for it again.")
#: What need not be unpacked: pictures, fonts and other files within the file.
_PASSIVE: Final = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".emf",
    ".wmf",
    ".svg",
    ".bin",
    ".odttf",
    ".ttf",
    ".tiff",
    ".bmp",
)


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
        raise Refused([_fault(name, message, _SAVE_ANEW)]) from None
    package = Package(as_usual(parts), others)
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
            raise Refused([_fault(name, message, _SAVE_ANEW)])
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
                raise Refused([_fault(name, message, _SAVE_ANEW)]) from None


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


def with_type(types: bytes, part: str, content_type: str) -> bytes:
    """[Content_Types].xml with one more part named in it."""
    root = parse(types)
    etree.SubElement(root, f"{TYPES}Override", {"PartName": f"/{part}", "ContentType": content_type})
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
