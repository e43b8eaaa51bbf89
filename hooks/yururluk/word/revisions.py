"""Completes the marks of tracked changes that pandoc wrote (ECMA-376 part 1, 17.13.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Final

from lxml import etree

from yururluk.word.package import W, element

_Element = etree._Element

INS: Final = W + "ins"
DEL: Final = W + "del"
FROM: Final = W + "moveFrom"
TO: Final = W + "moveTo"
#: The first number given to a mark; pandoc's own bookmarks and notes stay far below.
_FIRST_ID: Final = 100_001
#: A day has no time: marks get the first, and the other where only the time makes two of them differ.
_TIMES: Final = ("T00:00:00Z", "T00:10:00Z")


def finish_marks(parts: Iterable[_Element], *, author: str, date: str) -> int:
    """Complete the marks that `document` began. Returns how many marks the parts then hold.

    `date` is a moment as Word writes it (2026-11-22T00:00:00Z). Each mark gets a number of its own, across parts.
    """
    roots = list(parts)
    numbers = count(_FIRST_ID)

    def signed(tag: str, name: str | None = None) -> _Element:
        named = {} if name is None else {"name": name}
        return element(tag.removeprefix(W), id=str(next(numbers)), **named, author=author, date=date)

    moved = _moves(roots)
    made = 0
    for root in roots:
        ends: dict[tuple[str, str], list[_Element]] = {}
        for found in list(root.iter(INS, DEL)):
            name = found.get(W + "author") or ""
            what, _, rest = name.partition("-")
            if what in ("para", "row"):
                _mark_whole(found, what, _tag(rest, moved), signed)
                made += 1
                continue
            tag = _tag(name, moved)
            made += 1
            found.tag = tag
            found.attrib.clear()
            found.attrib.update(signed(tag).attrib)
            if tag in (FROM, TO):
                ends.setdefault((tag, rest), []).append(found)
            if tag == FROM:
                for words in found.iter(W + "delText"):
                    words.tag = W + "t"
        _part_neighbours(root, date)
        for (tag, pair), marks in ends.items():
            _put_range(tag, moved[pair], marks, signed)
    return made


def _part_neighbours(root: _Element, date: str) -> None:
    """Give a mark another time of its day where one like it ends the paragraph before, whose end stays.

    LibreOffice takes two such for one change, and the end between them for a part of it.
    """
    later = date.replace(*_TIMES)
    before: _Element | None = None
    for paragraph in root.iter(W + "p"):
        content = [_mark_of(run) for run in paragraph.iter(W + "r")]
        first = content[0] if content else None
        if first is not None and before is not None and first.tag == before.tag:
            first.set(W + "date", date if before.get(W + "date") == later else later)
        ends = paragraph.find(f"{W}pPr/{W}rPr")
        is_marked = ends is not None and any(one.tag in (INS, DEL, FROM, TO) for one in ends)
        before = content[-1] if content and not is_marked else None


def _mark_of(run: _Element) -> _Element | None:
    return next(run.iterancestors(INS, DEL, FROM, TO), None)


def _moves(roots: list[_Element]) -> dict[str, str]:
    """The pairs both ends of which are there, with the name that Word joins them by."""
    seen: dict[str, set[str]] = {}
    for root in roots[:1]:
        for found in root.iter(INS, DEL):
            what, _, pair = (found.get(W + "author") or "").partition("-")
            if what in ("from", "to"):
                seen.setdefault(pair, set()).add(what)
    both = [pair for pair, ends in seen.items() if len(ends) == 2]
    return {pair: f"move{number}" for number, pair in enumerate(both, 1)}


def _tag(mark: str, moved: dict[str, str]) -> str:
    """What Word calls a mark. An end of a move whose other end is not there came, or went."""
    what, _, pair = mark.partition("-")
    if what == "from":
        return FROM if pair in moved else DEL
    if what == "to":
        return TO if pair in moved else INS
    return DEL if what == "del" else INS


def _mark_whole(found: _Element, what: str, tag: str, signed: Callable[[str], _Element]) -> None:
    """Carry a mark over to the end of its paragraph, or to its row, and take its placeholder away."""
    parent = found.getparent()
    if parent is None:
        return
    parent.remove(found)
    holder = next(parent.iterancestors(W + "tr"), None) if what == "row" else _paragraph(parent)
    if holder is None:
        return
    if what == "row":
        properties = holder.find(W + "trPr")
        if properties is None:
            properties = etree.Element(W + "trPr")
            before = holder.find(W + "tblPrEx")
            holder.insert(0 if before is None else 1, properties)
        properties.append(signed(tag))
        return
    if _is_last_of_cell(holder):
        return  # A cell always keeps one paragraph.
    properties = holder.find(W + "pPr")
    if properties is None:
        properties = etree.Element(W + "pPr")
        holder.insert(0, properties)
    run = properties.find(W + "rPr")
    if run is None:
        run = etree.Element(W + "rPr")
        places = [at for at, one in enumerate(properties) if one.tag in (W + "sectPr", W + "pPrChange")]
        properties.insert(places[0] if places else len(properties), run)
    run.insert(0, signed(tag))


def _paragraph(element: _Element) -> _Element | None:
    return element if element.tag == W + "p" else next(element.iterancestors(W + "p"), None)


def _is_last_of_cell(paragraph: _Element) -> bool:
    parent = paragraph.getparent()
    if parent is None or parent.tag != W + "tc":
        return False
    return next(paragraph.itersiblings(W + "p", W + "tbl"), None) is None


def _put_range(tag: str, name: str, marks: list[_Element], signed: Callable[..., _Element]) -> None:
    """Enclose the marks of one end of a move: without its range, Word takes a move for something unfinished."""
    kind = tag.removeprefix(W)
    start = signed(f"{W}{kind}RangeStart", name)
    end = etree.Element(f"{W}{kind}RangeEnd")
    end.set(W + "id", start.get(W + "id") or "")
    first, last = (_outermost(mark) for mark in (marks[0], marks[-1]))
    # Words that came or went are beside those that moved: the whole paragraph is the range.
    paragraph = first.getparent()
    if paragraph is not None:
        paragraph.insert(1 if paragraph.find(W + "pPr") is not None else 0, start)
    paragraph = last.getparent()
    if paragraph is not None:
        paragraph.append(end)


def _outermost(mark: _Element) -> _Element:
    """The child of the paragraph that the mark is, or is in."""
    above = mark.getparent()
    return mark if above is None or above.tag == W + "p" else _outermost(above)
