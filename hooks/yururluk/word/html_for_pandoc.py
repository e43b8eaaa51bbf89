"""Turns a rendering, or a redline of two, into the HTML that pandoc makes a Word file from, every mark on the words.

HTML marks a block by what is around it; Word marks each run of words, each end of a paragraph and each row of a
table. So words go into `<span class="insertion">` or `"deletion"`, which pandoc writes as w:ins and w:del, with the
name of the mark as its author (see `Mark`). Ends of paragraphs and rows are marked by a span whose name begins with
`para-` or `row-`; `revisions` completes both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final, Literal

from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element as Element

from yururluk.core.names import names
from yururluk.word.rendering import Links, Notes, drop_tree, holds_note_mark, is_note_mark, take_notes


class MovedDeletions:
    """The old sides of moves that were changed on the way, each read once, from its beginning to its end."""

    def __init__(self, root: Element) -> None:
        self._gone: dict[str, Iterator[bool]] = {}
        sides: dict[tuple[str, str], Element] = {}
        for one in root.iter("ins", "del"):
            if one.get("data-redline-kind") == "move":
                sides[one.get("data-redline-pair") or "", str(one.tag)] = one
        for (pair, tag), new in sides.items():
            old = sides.get((pair, "del"))
            if tag != "ins" or old is None or next(old.iter("pre"), None) is not None:
                continue
            arrived = list(_characters(new, gone=False))
            if [char for char, _ in arrived] == [char for char, _ in _characters(old, gone=False)]:
                self._gone[pair] = iter([gone for _, gone in arrived])

    def parts(self, pair: str, text: str) -> list[tuple[str, bool]]:
        """The next words of the old side of a move, in pieces: did they stay behind?"""
        flags = self._gone.get(pair)
        if flags is None:
            return [(text, False)]
        known: list[bool | None] = [None if char.isspace() else next(flags, False) for char in text]
        # A space goes with the words on both sides of it, or stays.
        before = False
        for at, gone in enumerate(known):
            if gone is None:
                after = next((one for one in known[at:] if one is not None), before)
                known[at] = before and after
            else:
                before = gone
        pieces = groupby(zip(text, known, strict=True), key=lambda pair: bool(pair[1]))
        return [("".join(char for char, _ in piece), gone) for gone, piece in pieces]


def _characters(element: Element, *, gone: bool) -> Iterator[tuple[str, bool]]:
    """The characters of the old passage, white space and numbers of notes aside: is each gone?"""
    if is_note_mark(element):
        return
    yield from ((char, gone) for char in element.text or "" if not char.isspace())
    for child in element:
        side = child.get("data-redline")
        if isinstance(child.tag, str) and side != "ins":
            yield from _characters(child, gone=gone or side == "del")
        yield from ((char, gone) for char in child.tail or "" if not char.isspace())


#: `ins`, `del`, `from-ID` and `to-ID` (moved), `both` (shown beside its pair, but in neither text: left out),
#: or "" for what stays.
Mark = str
_NEITHER: Final = "both"
_FROM: Final = "from-"
#: The text of the spans that say something about their paragraph or row; `revisions` removes it.
PLACEHOLDER: Final = "\u2060"

_LEAVES: Final = names("p h1 h2 h3 h4 h5 h6 summary caption")
_HOLDERS: Final = names("li dt dd td th div blockquote section article aside details header footer")
#: Pandoc makes a table of a figure, and no mark would take that away again.
_MADE: Final = {"figure": "div", "figcaption": "div"}
_PHRASING: Final = names(
    "a abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q rp rt ruby s samp small span strong"
    " sub sup time u var wbr"
)
_KEPT: Final = names("id href title start type reversed colspan rowspan")
_SPACE: Final = " \t\n\r\f"
#: What XML 1.0 (2.2) leaves out.
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IMAGE: Final = {"tr": "Görsel", "en": "Image"}
#: The class of what is around a list whose numbers have a parenthesis, `1)`.
PARENTHESIS: Final = "parenthesis"
_CELLS: Final = names("td th caption col colgroup")


def for_pandoc(html: str, *, locale: str, links: Links) -> str:
    """`html`, a rendering or a redline, with footnotes where their marks are, images named and marks on words."""
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    _show_unwritable(root)
    for aid in [one for one in root.iter() if one.get("data-redline-aid") is not None]:
        drop_tree(aid)
    for table in list(root.iter("table")):
        _part_if_columns_changed(table)
    notes = take_notes(root)
    converter = _Converter(notes, MovedDeletions(root), locale, links, redline="data-redline" in html)
    target = lxml_html.Element("div")
    converter.fill(root, target, "")
    converter.write_notes(target)
    out: str = etree.tostring(target, encoding="unicode", method="html")
    return out.replace("data-epub-type=", "epub:type=")


def _show_unwritable(root: Element) -> None:
    """A control character (`&#11;` in a text) has no place in XML: it is shown as what no program could read."""
    for one in root.iter():
        one.text, one.tail = _writable(one.text), _writable(one.tail)
        for name, value in one.attrib.items():
            one.set(name, _writable(str(value)) or "")


def _writable(text: str | None) -> str | None:
    """Text with signs instead of what XML has no room for; a form feed is white space in HTML."""
    return text if text is None else _UNWRITABLE.sub("\ufffd", text.replace("\f", " "))


def _part_if_columns_changed(table: Element) -> None:
    """Word cannot track columns in a way that every reader understands: the old table goes, the new one comes."""
    for cell in table.iter(*_CELLS):
        above = cell.getparent()
        if cell.get("data-redline") and above is not None and not above.get("data-redline"):
            break
    else:
        return
    parent = table.getparent()
    if parent is None or table.get("data-redline") or any(one.get("data-redline") for one in table.iterancestors()):
        return
    at = parent.index(table)
    tail, table.tail = table.tail, None
    sides: tuple[tuple[Literal["ins", "del"], str], ...] = (("del", "ins"), ("ins", "del"))
    for offset, (side, other) in enumerate(sides):
        copy = lxml_html.fragment_fromstring(etree.tostring(table, encoding="unicode", method="html"))
        for one in copy.xpath(f".//*[@data-redline='{other}']"):
            one.drop_tree()
        for one in copy.xpath(".//*[@data-redline]"):
            if one.tag in ("ins", "del"):
                one.drop_tag()
            else:
                del one.attrib["data-redline"]
        wrapper = lxml_html.Element(side, {"data-redline": side})
        wrapper.append(copy)
        parent.insert(at + offset, wrapper)
    parent[at + 1].tail = tail
    parent.remove(table)


class _Converter:
    def __init__(self, notes: Notes, departures: MovedDeletions, locale: str, links: Links, *, redline: bool) -> None:
        self._notes = notes
        self._departures = departures
        self._links = links
        self._image = _IMAGE.get(locale, _IMAGE["en"])
        self._redline = redline
        self._marks: list[tuple[str, Mark]] = []  # the notes to write: their id and mark

    def fill(self, source: Element, target: Element, mark: Mark) -> None:
        """Copies what is inside `source` to the end of `target`, its words marked."""
        self._text(target, source.text, mark, _is_running(source, None, source[0] if len(source) else None))
        for child in source:
            if isinstance(child.tag, str):
                self._child(child, target, mark)
            self._text(target, child.tail, mark, _is_running(source, child, child.getnext()))

    def _child(self, child: Element, target: Element, mark: Mark) -> None:
        tag = str(child.tag)
        side = child.get("data-redline")
        if side:
            mark = self._combined(mark, side, child)
            if mark == _NEITHER:
                return
            if tag in ("ins", "del"):
                self.fill(child, target, mark)
                return
        if tag in ("wbr", "rp"):
            return
        if tag == "br" or tag == "img" or tag == "hr":
            self._single(child, target, mark)
        elif holds_note_mark(child):
            self.fill(child, target, mark)
        elif is_note_mark(child):
            self._note_mark(child, target, mark)
        elif tag == "pre" and self._redline:
            self._code(child, target, mark)
        elif tag == "ol":
            self._numbered(child, target, mark)
        else:
            if tag in ("ul", "li") and _is_labelled(child):
                tag = "div"
            tag = _MADE.get(tag, tag)
            made = lxml_html.Element(tag, self._attributes(child, mark))
            target.append(made)
            self.fill(child, made, mark)
            if mark:
                _mark_paragraphs(made, tag, mark)
            if tag == "tr" and mark:
                _mark_row(made, mark)

    def _numbered(self, source: Element, target: Element, mark: Mark) -> None:
        """A numbered list; where a number is not the next one, a new list begins with it: pandoc reads no other."""
        holder = target
        if "parenthesis" in (source.get("class") or "").split():
            holder = etree.SubElement(target, "div", {"class": PARENTHESIS})
        attributes = self._attributes(source, mark)
        number = int(attributes.get("start", 1))
        listed: Element | None = None
        for item in source:
            value = int(item.get("value") or number)
            if listed is None or value != number:
                listed = etree.SubElement(holder, "ol", {**attributes, "start": str(value)})
            self._child(item, listed, mark)
            number = value + 1

    def _combined(self, outer: Mark, side: str, element: Element) -> Mark:
        """The mark inside a mark: the new side of a pair shows what left it, which then is in neither text."""
        if outer:
            if _side(outer) == side:
                return outer if side == "del" else "ins"
            return _NEITHER
        pair = element.get("data-redline-pair")
        # Word tracks moved paragraphs, not moved rows.
        moved = (
            pair is not None and element.get("data-redline-kind") == "move" and element.tag not in ("tr", "td", "th")
        )
        if moved and not any(one.tag == "table" for one in element.iterancestors()):
            return f"{_FROM}{pair}" if side == "del" else f"to-{pair}"
        return side

    def _attributes(self, element: Element, mark: Mark) -> dict[str, str]:
        kept = {str(name): str(value) for name, value in element.attrib.items() if name in _KEPT}
        if _side(mark) == "del":
            kept.pop("id", None)
        if "href" in kept:
            kept["href"] = self._links.outward(kept["href"])
        return kept

    def _text(self, target: Element, text: str | None, mark: Mark, running: bool) -> None:
        if not text:
            return
        if not mark or not (running or text.strip(_SPACE)):
            _add_text(target, text)
        elif mark.startswith(_FROM):
            for part, is_gone in self._departures.parts(mark.removeprefix(_FROM), text):
                target.append(_span("del" if is_gone else mark, part))
        else:
            target.append(_span(mark, text))

    def _single(self, child: Element, target: Element, mark: Mark) -> None:
        if child.tag == "br":
            made = lxml_html.Element("br")
        elif child.tag == "img":
            # An image is named, not drawn: a file that another host serves must never be asked for.
            words = f"[{self._image}: {child.get('alt') or child.get('src') or '?'}]"
            made = lxml_html.Element("a", {"href": self._links.outward(child.get("src") or "")})
            if mark:
                made.append(_span(mark, words))
            else:
                made.text = words
            target.append(made)
            return
        elif self._redline:
            made = lxml_html.Element("p")
            self._text(made, "* * *", mark, True)
            if mark:
                made.append(_note_of("para", mark))
            target.append(made)
            return
        else:
            made = lxml_html.Element("hr")
        if mark:
            span = _span(mark, "")
            span.append(made)
            made = span
        target.append(made)

    def _code(self, source: Element, target: Element, mark: Mark) -> None:
        """Code as a paragraph of its own style, because pandoc keeps no marks inside a block of code."""
        block = lxml_html.Element("div", {"data-custom-style": "Source Code"})
        paragraph = etree.SubElement(block, "p")
        self._code_lines(source, paragraph, mark)
        if mark:
            paragraph.append(_note_of("para", mark))
        target.append(block)

    def _code_lines(self, source: Element, target: Element, mark: Mark) -> None:
        self._code_text(target, source.text, mark)
        for child in source:
            side = child.get("data-redline")
            inner = self._combined(mark, side, child) if side else mark
            if inner != _NEITHER:
                self._code_lines(child, target, inner)
            self._code_text(target, child.tail, mark)

    def _code_text(self, target: Element, text: str | None, mark: Mark) -> None:
        for at, line in enumerate((text or "").split("\n")):
            if at:
                broken = lxml_html.Element("br")
                target.append(broken if not mark else _around(mark, broken))
            if line:
                code = lxml_html.Element("code")
                if mark:
                    code.append(_span(mark, line))
                else:
                    code.text = line
                target.append(code)

    def _note_mark(self, link: Element, target: Element, mark: Mark) -> None:
        name = (link.get("href") or "").removeprefix("#")
        if not self._notes.named(name):
            self.fill(link, target, mark)
            return
        self._marks.append((name, mark))
        made = lxml_html.Element("a", {"data-epub-type": "noteref", "href": f"#note{len(self._marks)}"})
        made.text = str(len(self._marks))
        target.append(_around(mark, made) if mark else made)

    def write_notes(self, target: Element) -> None:
        """The notes, each for its mark; those without one stay where they were, as a list."""
        at = 0
        while at < len(self._marks):
            name, mark = self._marks[at]
            at += 1
            made = etree.SubElement(target, "aside", {"data-epub-type": "footnote", "id": f"note{at}"})
            for item in self._notes.named(name):
                carried = item.get("data-redline") or ""
                if mark and carried and _side(mark) != carried:
                    continue
                # The words of a note whose mark comes or goes do so with it.
                self.fill(item, made, "" if mark else carried)
        left = self._notes.left()
        if left:
            listed = etree.SubElement(target, "ol")
            for item in left:
                self._child(item, listed, "")


def _is_labelled(element: Element) -> bool:
    """Is this a list, or an item of one, whose items begin with a label as words: `a)`?"""
    listed = element if element.tag == "ul" else element.getparent()
    return listed is not None and "labels" in (listed.get("class") or "").split()


def _side(mark: Mark) -> str:
    return "del" if mark.startswith(_FROM) else "ins" if mark.startswith("to-") else mark


def _is_phrasing(element: Element | None) -> bool:
    if element is None or not isinstance(element.tag, str):
        return False
    return element.tag in _PHRASING and not any(
        isinstance(one.tag, str) and one.tag not in _PHRASING for one in element.iter()
    )


def _is_running(parent: Element, before: Element | None, after: Element | None) -> bool:
    """Does the white space between two children count, as between words?"""
    if parent.tag in _LEAVES or parent.tag == "pre":
        return True
    if parent.tag in _PHRASING and (parent.get("data-redline") is None or len(parent) == 0):
        return True
    if before is None:
        return _is_phrasing(after)
    return _is_phrasing(before) and (after is None or _is_phrasing(after))


def _span(mark: Mark, text: str) -> Element:
    kind = "deletion" if _side(mark) == "del" else "insertion"
    made: Element = lxml_html.Element("span", {"class": kind, "data-author": mark})
    made.text = text
    return made


def _around(mark: Mark, element: Element) -> Element:
    made = _span(mark, "")
    made.append(element)
    return made


def _note_of(what: str, mark: Mark) -> Element:
    made: Element = lxml_html.Element("span", {"class": "insertion", "data-author": f"{what}-{mark}"})
    made.text = PLACEHOLDER
    return made


def _add_text(target: Element, text: str) -> None:
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text


def _mark_paragraphs(element: Element, tag: str, mark: Mark) -> None:
    """Say of the paragraphs that `element` itself makes that they came or went as a whole."""
    if tag in _LEAVES:
        element.append(_note_of("para", mark))
    elif tag in _HOLDERS:
        for at in range(len(element) - 1, -1, -1):
            after = element[at + 1] if at + 1 < len(element) else None
            if _is_phrasing(element[at]) and not _is_phrasing(after):
                if not (element[at].tail or "").strip(_SPACE):
                    element[at].tail = None  # it would stay, unmarked, when the paragraph goes
                element.insert(at + 1, _note_of("para", mark))


def _mark_row(row: Element, mark: Mark) -> None:
    for cell in row:
        inner = cell
        while len(inner) and not (inner.text or "").strip(_SPACE) and inner[0].tag in (*_LEAVES, *_HOLDERS):
            inner = inner[0]
        made = _note_of("row", _side(mark))
        made.tail, inner.text = inner.text, None
        inner.insert(0, made)
        return
