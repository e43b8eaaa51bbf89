"""Tells what else a Word file holds: who changed what, remarks in the margin, and all that is no running text.

What can be taken is text in the body and in footnotes. Everything else is counted, quoted where it has words, and
told, so that nothing is lost in silence. What pandoc would read from such places is taken out before it does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from yururluk.word.ooxml import BODIES, DOCUMENT, RELATIONSHIPS, W, parse, visible_text
from yururluk.word.package import Package
from yururluk.word.readable import COMPATIBLE, DRAWN, OFFICE, is_rule
from yururluk.word.revisions import DEL, FORMS, FROM, INS, TO

_Element = etree._Element
_DIAGRAM: Final = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_QUOTE: Final = 120


@dataclass(frozen=True)
class Comment:
    """A remark in the margin: by whom, when (as Word wrote it), on which words, below which heading."""

    author: str
    date: str
    text: str
    on: str
    heading: str


@dataclass(frozen=True)
class Contents:
    """What a file holds beside its text. `changes`: tracked changes by author, sorted; `left`: what was not taken."""

    comments: tuple[Comment, ...]
    changes: tuple[tuple[str, int], ...]
    forms: int
    left: tuple[str, ...]


def contents_of(package: Package) -> Contents:
    """All that a Word file holds beside its running text."""
    roots = {name: root for name in BODIES if (root := package.xml(name)) is not None}
    document = roots[DOCUMENT]
    counted: Counter[str] = Counter()
    for root in roots.values():
        for mark in root.iter(INS, DEL, FROM, TO, W + "cellIns", W + "cellDel"):
            counted[mark.get(W + "author") or "?"] += 1
    forms = sum(1 for root in roots.values() for _ in root.iter(*FORMS))
    left = [*_drawn(roots), *_apart(package), *_odd(document), *_outside(package)]
    changes = tuple(sorted(counted.items()))
    return Contents(tuple(_comments(package, document)), changes, forms, tuple(left))


def _drawn(roots: dict[str, _Element]) -> Iterator[str]:
    kinds: Counter[str] = Counter()
    boxes: list[str] = []
    for root in roots.values():
        for drawn in root.iter(COMPATIBLE, *DRAWN):
            if any(above.tag in (COMPATIBLE, *DRAWN) for above in drawn.iterancestors()) or is_rule(drawn):
                continue
            texts = [visible_text(box) for box in drawn.iter(W + "txbxContent")]
            if texts:
                # Word writes a text box twice, for itself and for older readers.
                boxes += dict.fromkeys(texts)
            elif next(drawn.iter(_DIAGRAM + "relIds"), None) is not None:
                kinds["SmartArt diagram"] += 1
            elif next(drawn.iter(_CHART + "chart"), None) is not None:
                kinds["chart"] += 1
            elif next(drawn.iter(OFFICE + "OLEObject"), None) is not None:
                kinds["embedded object"] += 1
            else:
                kinds["picture or drawing"] += 1
    for kind, number in sorted(kinds.items()):
        yield f"{number} {kind}{'' if number == 1 else 's'}"
    for text in boxes:
        yield f"a text box: “{_short(text)}”"


def _apart(package: Package) -> Iterator[str]:
    """Headers and footers that hold words; the footer that the export put there is ours."""
    for name in sorted(package.parts):
        place = name.removeprefix("word/")
        if not place.startswith(("header", "footer")) or not place.endswith(".xml") or "/" in place:
            continue
        text = visible_text(parse(package.parts[name])).strip()
        if text and "sha256:" not in text and not text.isdecimal():
            yield f"a {place.rstrip('0123456789.xml')} of the page: “{_short(text)}”"


def _odd(document: _Element) -> Iterator[str]:
    for tag, what in (
        (W + "altChunk", "an included file"),
        (W + "subDoc", "a linked document"),
        (_MATH + "oMath", "a formula (its signs are taken as plain words)"),
    ):
        number = sum(1 for _ in document.iter(tag))
        if number:
            yield what if number == 1 else f"{what}, {number} times"
    hidden = [run for run in document.iter(W + "r") if run.find(f"{W}rPr/{W}vanish") is not None]
    if hidden:
        yield f"text formatted as hidden, taken as ordinary words: “{_short(''.join(map(visible_text, hidden)))}”"


def _outside(package: Package) -> Iterator[str]:
    for name, data in sorted(package.parts.items()):
        if not name.endswith(".rels"):
            continue
        for one in parse(data).iter(RELATIONSHIPS + "Relationship"):
            kind = (one.get("Type") or "").rpartition("/")[2]
            if one.get("TargetMode") == "External" and kind != "hyperlink":
                yield f"a reference to a file elsewhere ({kind}: {one.get('Target')}); it was not fetched"


def _comments(package: Package, document: _Element) -> Iterator[Comment]:
    root = package.xml("word/comments.xml")
    if root is None:
        return
    places = _commented(document)
    for one in root.iter(W + "comment"):
        text = "\n".join(visible_text(paragraph) for paragraph in one.iter(W + "p")).strip()
        on, heading = places.get(one.get(W + "id") or "", ("", ""))
        yield Comment(
            one.get(W + "author") or "?", (one.get(W + "date") or "")[:10], text, _short(on), heading
        )


def _commented(document: _Element) -> dict[str, tuple[str, str]]:
    """The words that each comment is on, and the heading they stand below."""
    places: dict[str, tuple[str, str]] = {}
    running: dict[str, tuple[list[str], str]] = {}
    heading = ""
    for one in document.iter(
        W + "p", W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference", W + "t"
    ):
        number = one.get(W + "id") or ""
        if one.tag == W + "p":
            style = one.find(f"{W}pPr/{W}pStyle")
            if style is not None and (style.get(W + "val") or "").lower().startswith(("heading", "balk")):
                heading = visible_text(one)
        elif one.tag == W + "commentRangeStart":
            running[number] = ([], heading)
        elif one.tag == W + "t":
            for words, _ in running.values():
                words.append(one.text or "")
        elif number in running:
            words, below = running.pop(number)
            places[number] = ("".join(words), below)
        elif one.tag == W + "commentReference" and number not in places:
            places[number] = ("", heading)
    return places


def _short(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= _QUOTE else f"{folded[: _QUOTE - 1]}…"
