"""Runs pandoc, and prepares a Word file for it: only text, and only forms that every editor writes alike.

Pandoc gets bytes and gives bytes, without network, files of this machine or clock. The base of an import goes the same
way as the file that came back: what an editor rewrites in passing does not look like a change. Tracked changes count as
accepted; fields become the words that they showed last, and a table of contents is left out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from yururluk.core.messages import msg
from yururluk.core.problems import Problem, Refused, missing_extra
from yururluk.word.package import BODIES, RELATIONSHIPS, W, cut, parse, select, serialise, unwrap, visible_text

#: Far more than any legal text needs; a hostile file is stopped by them, not the machine.
_SECONDS: Final = 120
_MEMORY: Final = "1500m"
#: The version of the tree that `document` writes.
_API: Final = (1, 23, 1)


@cache
def _program() -> str:
    try:
        import pypandoc
    except ModuleNotFoundError:
        raise missing_extra("word") from None
    path: str = pypandoc.get_pandoc_path()
    return path


def _run(arguments: list[str], data: bytes, path: str) -> bytes:
    """What pandoc prints. `--sandbox` keeps it from reading files and addresses that a text names."""
    command = [_program(), "+RTS", f"-M{_MEMORY}", "-RTS", "--sandbox", *arguments]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, env=environment)
    except subprocess.TimeoutExpired:
        raise _failed(path, msg("reading it took longer than {count} seconds", count=_SECONDS)) from None
    if done.returncode:
        complaint = " ".join(done.stderr.decode("utf-8", "replace").split())[-300:]
        raise _failed(path, complaint or msg("pandoc ended with {code}", code=done.returncode))
    return done.stdout


def _failed(path: str, why: str) -> Refused:
    fix = msg("open it in Word, save it as .docx once more (Save As), and try again; nothing was changed.")
    return Refused([Problem("word", path, 0, msg("this could not be converted: {why}.", why=why), fix)])


def write_docx(blocks: list[dict[str, Any]], facts: Mapping[str, str], path: str, reference: bytes | None) -> bytes:
    """A Word file from pandoc's blocks, in the styles of `reference`. Raises `Refused` that names `path`.

    `facts`: title and lang; all others become properties of the file.
    """
    meta = {name: {"t": "MetaString", "c": value} for name, value in facts.items()}
    source = json.dumps({"pandoc-api-version": _API, "meta": meta, "blocks": blocks}).encode()
    with tempfile.TemporaryDirectory() as folder:
        styles = []
        if reference is not None:
            Path(folder, "reference.docx").write_bytes(reference)
            styles = [f"--reference-doc={folder}/reference.docx"]
        return _run(["-f", "json", "-t", "docx", "-o", "-", *styles], source, path)


def ast_of(docx: bytes, *, path: str = "", changes: str = "accept") -> dict[str, Any]:
    """What a Word file says, as pandoc's document tree. `changes`: accept or reject its tracked changes."""
    arguments = ["-f", "docx-auto_identifiers", "-t", "json", f"--track-changes={changes}"]
    tree: dict[str, Any] = json.loads(_run(arguments, docx, path))
    return tree


_Element = etree._Element
#: Lists that Word gathers from the text itself.
GATHERED: Final = ("TOC", "INDEX", "TOA")
#: The fields that pandoc reads as links.
LINKS: Final = ("HYPERLINK", "REF", "PAGEREF")


@dataclass
class Field:
    """What Word computes: its instruction (`REF _Ref1 \\h`), all its runs, and the words that it showed last."""

    instruction: str = ""
    runs: list[_Element] = field(default_factory=list)
    words: str = ""
    is_shown: bool = False

    @property
    def kind(self) -> str:
        """The first word of its instruction, in capitals."""
        return (self.instruction.split() or [""])[0].upper()


def fields_of(root: _Element) -> list[Field]:
    """The fields below `root`; of two that are nested, the outer one first."""
    found = [
        Field(one.get(W + "instr") or "", list(one.iter(W + "r")), visible_text(one))
        for one in root.iter(W + "fldSimple")
    ]
    open_ones: list[Field] = []
    for run in root.iter(W + "r"):
        marks = [one.get(W + "fldCharType") for one in run.iter(W + "fldChar")]
        if "begin" in marks:
            open_ones.append(Field())
            found.append(open_ones[-1])
        for one in open_ones:
            one.runs.append(run)
            one.words += visible_text(run) if one.is_shown else ""
        if open_ones and not open_ones[-1].is_shown:
            open_ones[-1].instruction += "".join(one.text or "" for one in run.iter(W + "instrText"))
        if open_ones and "separate" in marks:
            open_ones[-1].is_shown = True
        if open_ones and "end" in marks:
            open_ones.pop()
    return found


def clauses_of(root: _Element) -> dict[str, str]:
    """The id of the clause that each bookmark is at: Word makes bookmarks of its own to lead somewhere."""
    names: dict[str, str] = {}
    waiting: list[str] = []
    for one in root.iter(W + "bookmarkStart", W + "p"):
        if one.tag == W + "bookmarkStart":
            if next(one.iterancestors(W + "p"), None) is None:
                waiting.append(one.get(W + "name") or "")
            continue
        here = waiting + [mark.get(W + "name") or "" for mark in one.iter(W + "bookmarkStart")]
        waiting = []
        ids = [name for name in here if not name.startswith("_")]
        names.update({name: ids[0] for name in here if ids})
    return names


DRAWN: Final = (W + "drawing", W + "pict", W + "object")
COMPATIBLE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
OFFICE: Final = "{urn:schemas-microsoft-com:office:office}"
#: The sign of a level without one; U+F020 is the space of a symbol font, as LibreOffice writes it.
_NO_SIGN: Final = " \u00a0\uf020\u200b"
#: What Word puts around words without saying anything of its own; pandoc drops some of them with their words.
_WRAPPERS: Final = (W + "customXml", W + "smartTag", W + "dir", W + "bdo")
_NO_TEXT: Final = (COMPATIBLE, *DRAWN, W + "altChunk", W + "subDoc")
_STYLES: Final = "word/styles.xml"
_NUMBERING: Final = "word/numbering.xml"
_TURKISH_HEADING: Final = re.compile(r"ba[sş]l[ıi]k ([1-6])", re.IGNORECASE)
_LINK_TYPE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def accepted(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts without what tracked changes took out; ends of paragraphs are left to pandoc."""
    made = dict(parts)
    for name in BODIES:
        if name not in made:
            continue
        root = parse(made[name])
        for gone in (
            "//w:tr[w:trPr/w:del] | //w:tc[w:tcPr/w:cellDel]",
            "//w:tbl[not(w:tr)] | //*[self::w:del or self::w:moveFrom][not(parent::w:rPr or parent::w:trPr)]",
        ):
            for one in select(root, gone):
                cut(one)
        for one in select(root, "//*[self::w:ins or self::w:moveTo][.//w:r]"):
            unwrap(one)
        made[name] = serialise(root)
    return made


def prepared_for_pandoc(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts without drawings, inclusions and ways out of the file, their fields and lists made plain."""
    made = {name: _inward(data) if name.endswith(".rels") else data for name, data in parts.items()}
    unmarked = _unmarked_levels(parse(made[_NUMBERING])) if _NUMBERING in made else set()
    if _STYLES in made:
        made[_STYLES] = _with_known_names(made[_STYLES])
    for name in BODIES:
        if name not in made:
            continue
        root = parse(made[name])
        for one in fields_of(root):
            for run in one.runs if one.kind in GATHERED else ():
                _cut_with_its_paragraph(run)
        for wrapper in list(root.iter(*_WRAPPERS, W + "fldSimple")):
            unwrap(wrapper)
        for found in list(root.iter(*_NO_TEXT, W + "bookmarkStart", W + "bookmarkEnd")):
            if not is_rule(found):
                cut(found)
        for numbered in list(root.iter(W + "numPr")):
            if (_value(numbered, "numId"), _value(numbered, "ilvl") or "0") in unmarked:
                cut(numbered)  # it continues the item above
        made[name] = serialise(root)
    return made


def _value(parent: _Element, name: str) -> str:
    found = parent.find(W + name)
    return "" if found is None else found.get(W + "val") or ""


def _with_known_names(styles: bytes) -> bytes:
    """Styles by the names that Word itself writes whatever its language; some editors write "Başlık 1"."""
    root = parse(styles)
    for one in root.iter(W + "name"):
        found = _TURKISH_HEADING.fullmatch(one.get(W + "val") or "")
        if found:
            one.set(W + "val", f"heading {found[1]}")
    return serialise(root)


def is_rule(drawn: _Element) -> bool:
    """The line across a page is a drawing too, and it is text of ours."""
    return any(one.get(OFFICE + "hr") for one in drawn.iter())


def _inward(data: bytes) -> bytes:
    """Relations without those that lead out of the file, links of the text aside: nothing may be fetched."""
    root = parse(data)
    for one in list(root.iter(RELATIONSHIPS + "Relationship")):
        if one.get("TargetMode") == "External" and one.get("Type") != _LINK_TYPE:
            cut(one)
    return serialise(root)


def _unmarked_levels(numbering: _Element) -> set[tuple[str, str]]:
    """List and level of those list paragraphs that have no sign before them."""
    blank = {
        (abstract.get(W + "abstractNumId"), level.get(W + "ilvl") or "")
        for abstract in numbering.iter(W + "abstractNum")
        for level in abstract.iter(W + "lvl")
        if level.find(W + "lvlText") is not None and not _value(level, "lvlText").strip(_NO_SIGN)
    }
    return {
        (one.get(W + "numId") or "", level)
        for one in numbering.iter(W + "num")
        for abstract, level in blank
        if _value(one, "abstractNumId") == abstract
    }


def _cut_with_its_paragraph(run: _Element) -> None:
    paragraph = next(run.iterancestors(W + "p"), None)
    cut(run)
    if paragraph is not None and next(paragraph.iter(W + "r"), None) is None:
        above = paragraph.getparent()
        if above is not None and not (above.tag == W + "tc" and len(above.findall(W + "p")) == 1):
            above.remove(paragraph)
