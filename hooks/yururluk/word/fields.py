"""Makes the fields of a Word file plain words: what Word computes stands as it showed it last.

Pandoc knows links and little else, and drops some fields with their words. References to a clause stay links where
the clause has an id of ours; a table of contents is left out, because the site makes its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from yururluk.word.ooxml import W, visible_text

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


def make_plain(root: _Element, clauses: Mapping[str, str]) -> None:
    """Leave of every field its words alone. `clauses`: the id of a clause by the bookmarks that stand at it."""
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
    """The id of the clause at which each bookmark stands: Word makes one of its own to lead somewhere."""
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


def unwrap(element: _Element) -> None:
    """Put what is in an element in its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    parent[at : at + 1] = list(element)


def _link(runs: list[_Element], clause: str) -> None:
    """The runs as a link to a clause, where they stand side by side."""
    parent = runs[0].getparent()
    if parent is None or parent.tag == W + "hyperlink" or any(run.getparent() is not parent for run in runs):
        return
    made = etree.Element(W + "hyperlink", {W + "anchor": clause})
    parent.insert(parent.index(runs[0]), made)
    made.extend(runs)


def _cut_with_its_paragraph(run: _Element) -> None:
    parent = run.getparent()
    if parent is None:
        return
    paragraph = next(run.iterancestors(W + "p"), None)
    parent.remove(run)
    if paragraph is not None and next(paragraph.iter(W + "r"), None) is None:
        above = paragraph.getparent()
        if above is not None and not (above.tag == W + "tc" and len(above.findall(W + "p")) == 1):
            above.remove(paragraph)
