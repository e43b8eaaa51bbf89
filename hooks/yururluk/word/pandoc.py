"""Runs pandoc, and prepares a Word file for it: only text, and only forms that every editor writes alike.

Pandoc gets bytes and gives bytes, without network, files of this machine or clock. The base of an import goes the same
way as the file that came back: what an editor rewrites in passing does not look like a change. Fields become the words
that they showed last; a reference to a clause with an id stays a link, and a table of contents is left out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from yururluk.core.messages import msg
from yururluk.core.problems import Problem, Refused, missing_extra
from yururluk.word.html_for_pandoc import PARENTHESIS
from yururluk.word.package import BODIES, RELATIONSHIPS, R, W, cut, parse, serialise, unwrap, visible_text

#: Far more than any legal text needs; a hostile file is stopped by them, not the machine.
_SECONDS: Final = 120
_MEMORY: Final = "1500m"
#: Ids are those of the text; ids that pandoc makes up could come twice, as a deleted and as an inserted heading.
_HTML: Final = "html+epub_html_exts-auto_identifiers"


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
        why = msg("reading it took longer than {count} seconds", count=_SECONDS)
        raise Refused([_failed(path, why)]) from None
    if done.returncode:
        complaint = " ".join(done.stderr.decode("utf-8", "replace").split())[-300:]
        raise Refused([_failed(path, complaint or msg("pandoc ended with {code}", code=done.returncode))])
    return done.stdout


def _failed(path: str, why: str) -> Problem:
    fix = msg("open it in Word, save it as .docx once more (Save As), and try again; nothing was changed.")
    return Problem("word", path, 0, msg("this could not be converted: {why}.", why=why), fix)


def docx_of(html: str, *, locale: str, title: str, path: str = "", reference: bytes | None = None) -> bytes:
    """A Word file from HTML, in the styles of `reference`. Raises `Refused` with the name `path` where pandoc fails."""
    language = {"tr": "tr-TR", "en": "en-GB"}.get(locale, locale)
    arguments = ["-f", _HTML, "-t", "docx", "-o", "-", "-M", f"lang={language}", "-M", f"title={title}"]
    source = html.encode()
    if f'<div class="{PARENTHESIS}">' in html:
        tree = json.loads(_run(["-f", _HTML, "-t", "json"], source, path))
        _write_parentheses(tree["blocks"])
        source, arguments[1] = json.dumps(tree).encode(), "json"
    if reference is None:
        return _run(arguments, source, path)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "reference.docx")
        file.write_bytes(reference)
        return _run([*arguments, f"--reference-doc={file}"], source, path)


def _write_parentheses(node: Any) -> None:
    """Give the lists that are marked so numbers with a parenthesis, which HTML has no word for."""
    if isinstance(node, dict):
        if node.get("t") == "Div" and node["c"][0][1] == [PARENTHESIS]:
            for block in node["c"][1]:
                if block["t"] == "OrderedList":
                    block["c"][0][2]["t"] = "OneParen"
        node = list(node.values())
    for one in node if isinstance(node, list) else ():
        _write_parentheses(one)


def ast_of(docx: bytes, *, path: str = "") -> dict[str, Any]:
    """What a Word file says, as pandoc's document tree. Its tracked changes must be resolved already."""
    tree: dict[str, Any] = json.loads(_run(["-f", "docx-auto_identifiers", "-t", "json"], docx, path))
    return tree


_Element = etree._Element
#: Lists that Word gathers from the text itself.
GATHERED: Final = ("TOC", "INDEX", "TOA")
_REFERENCES: Final = ("REF", "PAGEREF")
_LINK: Final = "HYPERLINK"
_MARKS: Final = (W + "fldChar", W + "instrText", W + "delInstrText")


@dataclass
class Field:
    """One field: its instruction (`REF _Ref1 \\h`), the runs that tell it, and those that show what came of it."""

    instruction: str = ""
    codes: list[_Element] = field(default_factory=list)
    shown: list[_Element] = field(default_factory=list)
    is_shown: bool = False

    @property
    def kind(self) -> str:
        """The first word of its instruction, in capitals."""
        return (self.instruction.split() or [""])[0].upper()

    def clause(self, clauses: Mapping[str, str]) -> str | None:
        """The id of the clause it refers to, where it refers to one of ours."""
        name = self.instruction.split()[1:2]
        return clauses.get(name[0]) if self.kind in _REFERENCES and name else None

    @property
    def words(self) -> str:
        """What it showed last."""
        return "".join(visible_text(run) for run in self.shown).strip()


def fields_of(root: _Element) -> list[Field]:
    """The fields below `root` but links, the outer of two that are nested first."""
    return [one for one in (*_simple(root), *_complex(root)) if one.kind != _LINK]


def _simple(root: _Element) -> Iterator[Field]:
    for one in root.iter(W + "fldSimple"):
        yield Field(one.get(W + "instr") or "", [], list(one.iter(W + "r")), True)


def _complex(root: _Element) -> list[Field]:
    found: list[Field] = []
    open_ones: list[Field] = []
    for run in root.iter(W + "r"):
        marks = [one for one in run if one.tag in _MARKS]
        for one in open_ones:
            (one.shown if one.is_shown and not marks else one.codes).append(run)
        for mark in marks:
            if mark.tag != W + "fldChar":
                if open_ones and not open_ones[-1].is_shown:
                    open_ones[-1].instruction += mark.text or ""
                continue
            kind = mark.get(W + "fldCharType")
            if kind == "begin":
                open_ones.append(Field(codes=[run]))
                found.append(open_ones[-1])
            elif open_ones and kind == "separate":
                open_ones[-1].is_shown = True
            elif open_ones and kind == "end":
                open_ones.pop()
    return found


def flatten_fields(root: _Element, clauses: Mapping[str, str]) -> None:
    """Leave of every field its words alone. `clauses`: the id of a clause by its bookmarks."""
    for one in fields_of(root):
        if one.kind in GATHERED:
            for run in (*one.codes, *one.shown):
                _cut_with_its_paragraph(run)
            continue
        clause = one.clause(clauses)
        if clause and one.shown:
            _link(one.shown, clause)
        for run in one.codes:
            for mark in [mark for mark in run if mark.tag in _MARKS]:
                run.remove(mark)
    for simple in list(root.iter(W + "fldSimple")):
        if (simple.get(W + "instr") or "").split()[:1] != [_LINK]:
            unwrap(simple)


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


def _link(runs: list[_Element], clause: str) -> None:
    """The runs as a link to a clause, where they stand side by side."""
    parent = runs[0].getparent()
    if parent is None or parent.tag == W + "hyperlink" or any(run.getparent() is not parent for run in runs):
        return
    made = etree.Element(W + "hyperlink", {W + "anchor": clause})
    parent.insert(parent.index(runs[0]), made)
    made.extend(runs)


def _cut_with_its_paragraph(run: _Element) -> None:
    paragraph = next(run.iterancestors(W + "p"), None)
    cut(run)
    if paragraph is not None and next(paragraph.iter(W + "r"), None) is None:
        above = paragraph.getparent()
        if above is not None and not (above.tag == W + "tc" and len(above.findall(W + "p")) == 1):
            above.remove(paragraph)


DRAWN: Final = (W + "drawing", W + "pict", W + "object")
COMPATIBLE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
OFFICE: Final = "{urn:schemas-microsoft-com:office:office}"
#: Pandoc leads links to the headings around them, by ids of its own making; editors put them elsewhere.
_BOOKMARKS: Final = (W + "bookmarkStart", W + "bookmarkEnd")
#: The sign of such a level; U+F020 is the space of a symbol font, as LibreOffice writes it.
_NO_SIGN: Final = " \u00a0\uf020\u200b"
#: What Word puts around words without saying anything of its own; pandoc drops some of them with their words.
_WRAPPERS: Final = (W + "customXml", W + "smartTag", W + "dir", W + "bdo")
_STYLES: Final = "word/styles.xml"
_TURKISH_HEADING: Final = re.compile(r"ba[sş]l[ıi]k ([1-6])", re.IGNORECASE)
_LINK_TYPE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def prepared_for_pandoc(parts: Mapping[str, bytes]) -> dict[str, bytes]:
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
        flatten_fields(root, clauses)
        _lead_to_clauses(root, clauses)
        for found in list(root.iter(COMPATIBLE, *DRAWN, W + "altChunk", W + "subDoc", *_BOOKMARKS)):
            if not is_rule(found):
                cut(found)
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
        if one.get("TargetMode") == "External" and one.get("Type") != _LINK_TYPE:
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
        attributes = {"Id": name, "Type": _LINK_TYPE, "Target": f"#{anchor}", "TargetMode": "External"}
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
        if key in unmarked:
            cut(numbered)
