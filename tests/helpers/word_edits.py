"""Changes a Word file's XML as Word does when somebody edits in it, tracked (with an author) or not."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import count
from typing import Final

from lxml.etree import _Element as Element

from tests.helpers.word_files import parts_of
from yururluk.word.package import DOCUMENT, W, cut, element, parse, serialise, visible_text, write_package

_DATE: Final = "2026-11-20T09:00:00Z"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


class WordFile:
    """An open Word file. `author`: who edits, tracked; None for edits that nobody tracks."""

    def __init__(self, docx: bytes, author: str | None = None) -> None:
        self.parts = parts_of(docx)
        self.author = author
        self.root = parse(self.parts[DOCUMENT])
        self._numbers = count(500)

    def saved(self) -> bytes:
        """The file as it is now."""
        return write_package(self.parts | {DOCUMENT: serialise(self.root)})

    # -- finding

    def paragraph(self, words: str) -> Element:
        """The one paragraph that holds these words, the title aside."""
        (found,) = [one for one in self.root.iter(W + "p") if words in visible_text(one) and not _is_title(one)]
        return found

    def clause(self, heading: str) -> list[Element]:
        """A heading and all up to the next of its rank or a higher one."""
        found = [self.paragraph(heading)]
        for one in found[0].itersiblings():
            if one.tag == W + "sectPr" or 0 < _rank(one) <= _rank(found[0]):
                break
            found.append(one)
        return found

    # -- words

    def replace(self, old: str, new: str) -> None:
        """Other words for some, in the form of the old ones."""
        paragraph = self.paragraph(old)
        at = visible_text(paragraph).index(old)
        runs = _isolated(paragraph, at, at + len(old))
        fresh = copy.deepcopy(runs[-1])
        for one in fresh.findall(W + "t"):
            cut(one)
        fresh.append(element("t", text=new))
        runs[-1].addnext(fresh)
        if self.author:
            self._wrap("ins", [fresh])
        self._take_out(runs)

    def format(self, words: str, form: str) -> None:
        """Bold, italic …: `form` is the name of a run property; tracked as a change of formatting."""
        paragraph = self.paragraph(words)
        at = visible_text(paragraph).index(words)
        for run in _isolated(paragraph, at, at + len(words)):
            before = copy.deepcopy(_properties(run))
            _properties(run).insert(0, element(form))
            if self.author:
                _properties(run).append(self._mark("rPrChange"))
                _properties(run)[-1].append(before)

    # -- paragraphs

    def split(self, before: str) -> Element:
        """Enter is pressed in front of these words; the space in front of them goes. Gives the second half."""
        paragraph = self.paragraph(before)
        at = visible_text(paragraph).index(before)
        space = _isolated(paragraph, at - 1, at)
        assert all(visible_text(one) == " " for one in space)
        second = copy.deepcopy(paragraph)
        cut = paragraph.index(_child_of(paragraph, space[0]))
        self._take_out(space)
        keep = cut + (1 if self.author else 0)
        for one in list(paragraph)[keep:]:
            if one.tag != W + "pPr":
                paragraph.remove(one)
        for one in list(second)[: cut + 1]:
            if one.tag != W + "pPr":
                second.remove(one)
        paragraph.addnext(second)
        if self.author:
            self._mark_end(paragraph, "ins")
        return second

    def merge(self, words: str) -> None:
        """A space is typed, and Delete pressed, at the end of the paragraph that holds these words."""
        paragraph = self.paragraph(words)
        following = next(paragraph.itersiblings(W + "p"))
        self._type(paragraph, " ")
        if self.author:
            self._mark_end(paragraph, "del")
            return
        paragraph.extend(one for one in list(following) if one.tag != W + "pPr")
        cut(following)

    def add_after(self, place: Element, words: str, *, like: Element | None = None, style: str = "") -> Element:
        """A new paragraph behind an element: in the form of another one, or in a style."""
        made = element("p")
        properties = None if like is None else like.find(W + "pPr")
        if properties is not None:
            made.append(copy.deepcopy(properties))
        if style:
            made.append(element("pPr", element("pStyle", val=style)))
        place.addnext(made)
        self._type(made, words)
        if self.author:
            self._mark_end(made, "ins")
        return made

    def delete(self, elements: Sequence[Element]) -> None:
        """Whole paragraphs and tables go."""
        for one in elements:
            if not self.author:
                cut(one)
                continue
            for row in one.iter(W + "tr"):
                self._mark_row(row, "del")
            for paragraph in one.iter(W + "p"):
                self._take_out([run for run in paragraph.iter(W + "r") if not _is_gone(run)])
                self._mark_end(paragraph, "del")

    def move(self, elements: Sequence[Element], before: Element, *, as_move: bool = True) -> None:
        """Cut, and pasted in front of another element. Word tracks it as a move, or as deleted and inserted."""
        copies = [copy.deepcopy(one) for one in elements]
        for one in copies:
            before.addprevious(one)
        if not self.author:
            self.delete(elements)
            return
        to, gone = ("moveTo", "moveFrom") if as_move else ("ins", "del")
        for moved, name in ((copies, to), (list(elements), gone)):
            for one in moved:
                for row in one.iter(W + "tr"):
                    self._mark_row(row, "ins" if moved is copies else "del")
                for paragraph in one.iter(W + "p"):
                    runs = list(paragraph.iter(W + "r"))
                    self._wrap(name, runs)
                    if name == "del":
                        _struck(runs)
                    self._mark_end(paragraph, name)
        if as_move:
            self._enclose(copies, "moveTo")
            self._enclose(list(elements), "moveFrom")

    # -- tables

    def add_row(self, after: str, cells: Sequence[str]) -> None:
        """A row below the one that holds these words."""
        row = next(self.paragraph(after).iterancestors(W + "tr"))
        made = copy.deepcopy(row)
        for cell, words in zip(made.findall(W + "tc"), cells, strict=True):
            first, *others = cell.findall(W + "p")
            for one in [*others, *(one for one in first if one.tag != W + "pPr")]:
                cut(one)
            self._type(first, words)
        row.addnext(made)
        if self.author:
            self._mark_row(made, "ins")

    def delete_row(self, words: str) -> None:
        """The row that holds these words goes."""
        row = next(self.paragraph(words).iterancestors(W + "tr"))
        if not self.author:
            cut(row)
            return
        self._mark_row(row, "del")
        for paragraph in row.iter(W + "p"):
            self._take_out(list(paragraph.iter(W + "r")))

    # -- marks

    def _mark(self, tag: str, **more: str) -> Element:
        return element(tag, id=str(next(self._numbers)), author=self.author or "", date=_DATE, **more)

    def _type(self, paragraph: Element, words: str) -> None:
        run = element("r", element("t", text=words))
        paragraph.append(run)
        if self.author:
            self._wrap("ins", [run])

    def _wrap(self, name: str, runs: Sequence[Element]) -> None:
        for run in runs:
            mark = self._mark(name)
            run.addprevious(mark)
            mark.append(run)

    def _take_out(self, runs: Sequence[Element]) -> None:
        if not self.author:
            for run in runs:
                cut(run)
            return
        for run in runs:
            above = run.getparent()
            if above is not None and above.tag == W + "ins" and above.get(W + "author") == self.author:
                cut(run)  # who takes back what he put in himself leaves no mark
                continue
            self._wrap("del", [run])
            _struck([run])

    def _mark_end(self, paragraph: Element, name: str) -> None:
        _child(_child(paragraph, "pPr"), "rPr").insert(0, self._mark(name))

    def _mark_row(self, row: Element, name: str) -> None:
        _child(row, "trPr").append(self._mark(name))

    def _enclose(self, elements: Sequence[Element], name: str) -> None:
        start = self._mark(f"{name}RangeStart", name="move777")
        end = element(f"{name}RangeEnd", id=start.get(W + "id") or "")
        elements[0].addprevious(start)
        elements[-1].addnext(end)


def as_word_saves(docx: bytes) -> bytes:
    """The same text in the XML that Word makes of it: other ids of styles, runs cut in pieces, its own marks."""
    file = WordFile(docx)
    names = {"Heading1": "Balk1", "Heading2": "Balk2", "Heading3": "Balk3", "BodyText": "GvdeMetni"}
    names |= {"FirstParagraph": "FirstParagraph", "Hyperlink": "Kpr", "FootnoteText": "DipnotMetni"}
    for part in ("word/document.xml", "word/styles.xml", "word/footnotes.xml"):
        if part not in file.parts:
            continue
        root = file.root if part == DOCUMENT else parse(file.parts[part])
        for one in root.iter():
            for attribute in (W + "val", W + "styleId"):
                if one.get(attribute) in names:
                    one.set(attribute, names[one.get(attribute) or ""])
        if part != DOCUMENT:
            file.parts[part] = serialise(root)
    _in_words_own_lists(file)
    for at, paragraph in enumerate(file.root.iter(W + "p")):
        paragraph.set(W + "rsidR", f"{0x00A10000 + at:08X}")
    for at, run in enumerate(list(file.root.iter(W + "r"))):
        words = run.find(W + "t")
        if words is None or len(words.text or "") < 4 or len(run.findall(W + "t")) > 1:
            continue
        second = copy.deepcopy(run)
        text = words.text or ""
        cut = 1 + at % (len(text) - 1)
        words.text, words.attrib[_SPACE] = text[:cut], "preserve"
        for one in list(second):
            if one.tag not in (W + "rPr", W + "t"):
                second.remove(one)
        for one in second.iter(W + "t"):
            one.text, one.attrib[_SPACE] = text[cut:], "preserve"
        _properties(second).append(element("lang", val="tr-TR"))
        second.set(W + "rsidRPr", f"{0x00B20000 + at:08X}")
        if at % 3 == 0:
            second.insert(1, element("lastRenderedPageBreak"))
        run.addnext(second)
        run.addnext(element("proofErr", type="spellStart"))
        second.addnext(element("proofErr", type="spellEnd"))
    return file.saved()


def _in_words_own_lists(file: WordFile) -> None:
    """Items in the style that Word gives them ("Liste Paragraf"), lists under numbers of its own, and its bookmark."""
    styles = parse(file.parts["word/styles.xml"])
    based = element("name", val="List Paragraph"), element("basedOn", val="Normal")
    styles.append(element("style", *based, type="paragraph", styleId="ListeParagraf"))
    file.parts["word/styles.xml"] = serialise(styles)
    for paragraph in file.root.iter(W + "p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if paragraph.find(f"{W}pPr/{W}numPr") is not None and style is not None and style.get(W + "val") == "Compact":
            style.set(W + "val", "ListeParagraf")
    if "word/numbering.xml" in file.parts:
        numbering = parse(file.parts["word/numbering.xml"])
        for root in (numbering, file.root):
            for one in root.iter(W + "num", W + "numId"):
                name = W + ("numId" if one.tag == W + "num" else "val")
                one.set(name, str(int(one.get(name) or 0) + 40))
        file.parts["word/numbering.xml"] = serialise(numbering)
    *_, last = file.root.iterfind(f"{W}body/{W}p")
    last.extend([element("bookmarkStart", id="9999", name="_GoBack"), element("bookmarkEnd", id="9999")])


def _rank(element: Element) -> int:
    style = element.find(f"{W}pPr/{W}pStyle")
    name = "" if style is None else style.get(W + "val") or ""
    return int(name[-1]) if name.startswith("Heading") else 0


def _is_title(paragraph: Element) -> bool:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return style is not None and style.get(W + "val") == "Title"


def _child(parent: Element, name: str) -> Element:
    """The properties of an element, which are its first child; made where it has none."""
    found = parent.find(W + name)
    if found is None:
        found = element(name)
        parent.insert(0, found)
    return found


def _properties(run: Element) -> Element:
    return _child(run, "rPr")


def _struck(runs: Sequence[Element]) -> None:
    for run in runs:
        for one in run.iter(W + "t"):
            one.tag = W + "delText"


def _is_gone(run: Element) -> bool:
    return any(above.tag == W + "del" for above in run.iterancestors())


def _child_of(paragraph: Element, inner: Element) -> Element:
    while inner.getparent() is not paragraph:
        above = inner.getparent()
        assert above is not None
        inner = above
    return inner


def _isolated(paragraph: Element, start: int, end: int) -> list[Element]:
    """The runs of just these characters; runs that reach beyond are cut."""
    found: list[Element] = []
    at = 0
    for run in list(paragraph.iter(W + "r")):
        length = len(visible_text(run))
        low, high = max(start - at, 0), min(end - at, length)
        at += length
        if low >= high:
            continue
        if high < length:
            run.addnext(_piece(run, high, length))
        if low > 0:
            middle = _piece(run, low, high)
            run.addnext(middle)
            _keep(run, 0, low)
            run = middle
        else:
            _keep(run, 0, high)
        found.append(run)
    return found


def _piece(run: Element, low: int, high: int) -> Element:
    made = copy.deepcopy(run)
    _keep(made, low, high)
    return made


def _keep(run: Element, low: int, high: int) -> None:
    (words,) = run.findall(W + "t")
    words.text = (words.text or "")[low:high]
    words.set(_SPACE, "preserve")
