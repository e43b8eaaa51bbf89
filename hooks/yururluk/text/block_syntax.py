"""The block syntax of rules 2: lists that keep the numbers and labels written, tables, headings, code and footnotes.

Python-Markdown numbers a list from its first item, asks for four spaces before a sub-item, and joins to a paragraph
what follows it without a blank line. Here the lines are read as CommonMark 0.31 reads them, with these differences:
two spaces are enough for a sub-item, indented text is never code, and `a)`, `(1)`, `§ 3a`, `1.1.`, `•` or `–` at the
beginning of lines one after the other make a list, each with its label as text.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Iterable
from itertools import count, islice
from typing import Any

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor, ReferenceProcessor
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrBlockprocessor
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.extensions.footnotes import FootnoteBlockProcessor, FootnoteExtension, FootnoteInlineProcessor
from markdown.extensions.md_in_html import HTMLExtractorExtra
from markdown.inlinepatterns import SimpleTextInlineProcessor, SubstituteTagInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.util import HTML_PLACEHOLDER_RE

from yururluk.core.messages import names

#: The class of a list whose items begin with a label of their own, as words.
LABELS_CLASS = "labels"
#: The class of a list whose numbers are written with a parenthesis: `1)`.
PARENTHESIS_CLASS = "parenthesis"

_ATTRIBUTE = r"""(?:[#.][^\s{}"']+|[^\s{}"'#.=]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s{}"'=]+))"""
#: What is inside the braces of a list of attributes.
ATTRIBUTES = rf"{_ATTRIBUTE}(?:[ ]+{_ATTRIBUTE})*"

#: The elements whose content is Markdown, also without `markdown="1"`.
MARKDOWN_BOXES = names(
    "address article aside blockquote center details div figcaption figure footer header main p section summary"
)

_NUMBERED = re.compile(r"(?P<indent> *)(?P<marker>(?P<number>0|[1-9]\d{0,8})(?P<end>[.)]))(?P<gap> +|$)", re.ASCII)
_BULLET = re.compile(r"(?P<indent> *)(?P<marker>[-+*])(?P<gap> +|$)")
_SIGN = re.compile(r"(?P<indent> *)(?P<marker>[•·▪▫◦‣●○■□\uf0b7\uf0a7])(?P<gap>[ \u00a0]*)(?=\S)")
_LABEL = re.compile(
    r"(?P<indent> *)(?P<marker>"
    r"\((?:[^\W\d_]|[ivxlcdm]{2,7}|[IVXLCDM]{2,7}|\d{1,3}[a-z]?)\)"  # (a) (iv) (12)
    r"|(?:[^\W\d_]|[ivxlcdm]{2,7}|[IVXLCDM]{2,7}|\d{1,3}[a-z])\)"  # a) iv) 3a)
    r"|(?:[^\W\d_]|[ivxlcdm]{2,7}|[IVXLCDM]{2,7}|\d{1,3}[a-z])\."  # a. IV. 3a.
    r"|(?:[^\W\d_]|[ivxlcdm]{2,7}|[IVXLCDM]{2,7}|\d{1,3}[a-z]?)(?:[-–]\)?|\.\))"  # a- 1- I- 1-) 1.)
    r"|\d{1,4}(?:\.\d{1,4})+[.)]?"  # 1.1 1.1. 1.1)
    r"|(?:0\d+|\d{10,})[.)]"  # what a numbered list cannot show as written: 01. 2026120100000.
    r"|§§? ?\d+[a-z]?"
    r"|[–—]"
    r"|(?:\d{1,9}[.)]|[-+*])(?=\u00a0)"  # pasted with a no-break space, which CommonMark takes for text
    r")(?P<gap>[ \u00a0]+)(?=\S)"
)
#: A label that may begin a list in the middle of a paragraph.
_FIRST_LABEL = re.compile(r"\(?[aAiI1]\)|[aAi]\.|[aA1]-\)|1\.[1)][.)]?")
_RULE = re.compile(r" {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})")
_HEADING = re.compile(r" {0,3}(?P<level>#{1,6})(?: +(?P<words>.*?))??(?: +#+)? *")
_UNDERLINE = re.compile(r" {0,3}(?P<sign>=+|-+) *")
_QUOTE = re.compile(r" {0,3}> ?")
_DELIMITER_ROW = re.compile(r" *\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *")
_FOOTNOTE = re.compile(r" {0,3}\[\^(?P<name>[^\]\n]+)\]:")
_BOX = re.compile(r"(?:!!!|\?\?\?\+?) ?[\w\-]+(?: +[\w\-]+)*(?P<title> +\".*?\")? *|\?\?\?\+? ?\".*?\" *")
_DEFINITION = re.compile(r" {0,3}: {1,3}\S")
_FENCE = re.compile(
    r"(?P<before>[ >]*(?:(?:[-+*]|\d{1,9}[.)]) +)*)"
    r"(?P<fence>`{3,}(?=[^`]*$)|~{3,}) *(?P<name>[\w+-]*).*"
)
_PIPE = re.compile(r"(?<!\\)\|")
#: A definition of a link leads to an address: `[Not]: önemli` is text.
REFERENCE = re.compile(r" {0,3}\[[^\[\]]*\]:\s*(?:<[^<>\n]*>|[^\s<]*[/#@:][^\s]*|[\w-]+(?:\.[\w-]+)+)(?=\s|$)")
#: Signs that mark nothing: (*), the blanks of a date (__/__/____), “about” before a number (~30), addresses of the web.
_LITERAL = (
    r"((?<=\()\*{1,3}(?=\))"
    r"|(?<![\w_])_+(?: ?[./–-] ?(?:\d*_+|\d{2,4}))+(?!\w)"
    r"|(?<![\w)\]~^])[~^](?![~^])"
    r"|https?://[^\s<>*]*[^\s<>*_~^.,;:!?)\]\"'])"
)


_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


class _Whole(str):
    """A block that has been read already: its lines belong together, for the other block processors."""


class BlockReader(BlockProcessor):
    """Reads lines into blocks, and hands what has a syntax of its own (tables, notes, HTML) to its processor."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md.parser)
        self._references = ReferenceProcessor(md.parser)

    def test(self, parent: etree.Element, block: str) -> bool:
        return not isinstance(block, _Whole)

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        whole = next((place for place, block in enumerate(blocks) if isinstance(block, _Whole)), len(blocks))
        lines = "\n\n".join(blocks[:whole]).split("\n")
        del blocks[:whole]
        self.read(parent, lines)
        if self.parser.state.isstate("list"):  # a definition without blank lines
            _without_paragraphs(parent)

    def read(self, parent: etree.Element, lines: list[str], in_label: bool = False) -> bool:
        """Append the blocks of `lines` to `parent`. Returns whether a blank line lies between two of them.

        `in_label`: the first line begins with the label of the item that it belongs to.
        """
        at, parts, blank, apart = 0, 0, False, False
        while at < len(lines):
            if not lines[at].strip():
                blank, at = True, at + 1
                continue
            apart, blank = apart or (blank and parts > 0), False
            at = self._block(parent, lines, at, is_label=in_label and parts == 0)
            parts += 1
        return apart

    def _block(self, parent: etree.Element, lines: list[str], at: int, is_label: bool) -> int:
        """Read the block that begins at line `at`. Returns where the next one begins."""
        line = lines[at]
        if heading := _HEADING.fullmatch(line):
            etree.SubElement(parent, f"h{len(heading['level'])}").text = heading["words"] or ""
            return at + 1
        if _RULE.fullmatch(line):
            etree.SubElement(parent, "hr")
            return at + 1
        if _QUOTE.match(line):
            return self._quote(parent, lines, at)
        if not is_label and (item := _item(line)) and (item.is_common or _makes_list(parent, lines, at, item)):
            return self._list(parent, lines, at, item)
        if HTML_PLACEHOLDER_RE.match(line.lstrip()):
            self.parser.parseBlocks(parent, [_Whole(line.strip())])
            return at + 1
        if _begins_table(lines, at):
            return _table(parent, lines, at)
        if self._is_note(line) or is_box(lines, at):
            return self._with_body(parent, lines, at)
        if _ABBREVIATION.match(line):
            self.parser.parseBlocks(parent, [_Whole(line)])
            return at + 1
        return self._paragraph(parent, lines, at)

    def _is_note(self, line: str) -> bool:
        """Whether a footnote is defined here. A second one of the same name stays text: no word may vanish."""
        found = _FOOTNOTE.match(line)
        notes: Any = self.parser.blockprocessors["footnote"]
        return found is not None and found["name"] not in notes.footnotes.footnotes

    def _with_body(self, parent: etree.Element, lines: list[str], at: int) -> int:
        """What carries a body indented by four spaces: a footnote, an admonition, a definition."""
        end = _end(lines, at + 1)
        while end < len(lines):
            following = next((place for place in range(end, len(lines)) if lines[place].strip()), None)
            if following is None or not lines[following].startswith("    "):
                break
            end = next((place for place in range(following, len(lines)) if not lines[place].strip()), len(lines))
        self.parser.parseBlocks(parent, [_Whole(block) for block in "\n".join(lines[at:end]).split("\n\n")])
        return end

    def _paragraph(self, parent: etree.Element, lines: list[str], at: int) -> int:
        end = at + 1
        while end < len(lines) and not _interrupts(lines, end):
            underline = _UNDERLINE.fullmatch(lines[end])
            if underline:
                tag = "h1" if underline["sign"].startswith("=") else "h2"
                etree.SubElement(parent, tag).text = "\n".join(line.strip() for line in lines[at:end])
                return end + 1
            end += 1
        first = at if len(parent) else at + 1
        if any(_DEFINITION.match(line) for line in lines[first:end]):
            return self._with_body(parent, lines, at)
        text = "\n".join(line.lstrip(" ") for line in lines[at:end])
        while not text.startswith("[^") and REFERENCE.match(text) and (reference := self._references.RE.match(text)):
            self._references.run(parent, [reference[0]])
            text = text[reference.end() :].lstrip("\n")
        if text:
            etree.SubElement(parent, "p").text = text.rstrip(" ")
        return end

    def _quote(self, parent: etree.Element, lines: list[str], at: int) -> int:
        end = at + 1
        while end < len(lines) and (_QUOTE.match(lines[end]) or _is_lazy(lines, end)):
            end += 1
        inside = [_QUOTE.sub("", line, count=1) for line in lines[at:end]]
        self.read(etree.SubElement(parent, "blockquote"), inside)
        return end

    def _list(self, parent: etree.Element, lines: list[str], at: int, first: _Item) -> int:
        last = self.lastChild(parent)
        if first.is_label and last is not None and last.get("class") == LABELS_CLASS:
            found = last
        else:
            found = etree.SubElement(parent, "ol" if first.number is not None else "ul")
            if first.is_label:
                found.set("class", LABELS_CLASS)
        if first.delimiter == ")":
            found.set("class", PARENTHESIS_CLASS)
        expected, loose, item, contents = 1, False, first, []
        while True:
            own, end = _lines_of(lines, at, item)
            element = etree.SubElement(found, "li")
            contents.append(element)
            if item.number is not None:
                if item.number != expected:
                    found.set("start", str(item.number)) if len(found) == 1 else element.set("value", str(item.number))
                expected = item.number + 1
            loose |= self.read(element, own, in_label=item.is_label)
            following = next((place for place in range(end, len(lines)) if lines[place].strip()), len(lines))
            another = _item(lines[following]) if following < len(lines) else None
            if another is None or another.kind != item.kind or _RULE.fullmatch(lines[following]):
                break
            loose |= following > end
            at, item = following, another
        if not loose:
            for element in contents:
                _without_paragraphs(element)
        return end


class _Item:
    """The beginning of a line that begins an item of a list.

    `kind` is what the items of one list have in common. `number` is None where the list is not numbered. A label is
    text of its item; `is_common`: CommonMark knows such a list. `content` is the column at which the item's text
    begins.
    """

    def __init__(self, found: re.Match[str], line: str) -> None:
        marker, gap = found["marker"], len(found["gap"])
        self.indent = len(found["indent"])
        self.number = int(found["number"]) if found.re is _NUMBERED else None
        self.delimiter = found["end"] if found.re is _NUMBERED else ""
        self.is_label = found.re is _LABEL
        self.is_common = found.re is _NUMBERED or found.re is _BULLET
        self.marker = marker
        self.kind = (found.re.pattern, self.delimiter or re.sub(r"[^\W_]+", "x", marker))
        self.content = self.indent + len(marker) + (gap if gap < 5 else 1)
        self.text = line[self.indent :] if self.is_label else line[found.end() :]
        self.is_empty = not self.text.strip()


def _item(line: str) -> _Item | None:
    for pattern in (_NUMBERED, _BULLET, _LABEL, _SIGN):
        found = pattern.match(line)
        if found:
            return None if _RULE.fullmatch(line) else _Item(found, line)
    return None


def _makes_list(parent: etree.Element, lines: list[str], at: int, item: _Item) -> bool:
    """Whether an item that CommonMark does not know makes a list: alone, between blank lines, it is a paragraph."""
    last = parent[-1] if len(parent) else None
    if last is not None and last.tag == "p" and lines[at - 1].strip():  # it ended the paragraph
        return True
    return _goes_on(lines, at, item) or (item.is_label and last is not None and last.get("class") == LABELS_CLASS)


def _has_sibling(lines: Iterable[str], item: _Item, step: int) -> bool:
    """Whether the next (`step` 1) or the last item (-1) of the same list is in the same paragraph, of which these are
    the lines on that side; sub-items without an indent may lie between."""
    for line in lines:
        if not line.strip() or _HEADING.fullmatch(line):
            return False
        another = _item(line)
        if another and another.kind == item.kind and another.indent < item.indent + 2:
            return item.number is None or another.number == item.number + step
    return False


def _goes_on(lines: list[str], at: int, item: _Item) -> bool:
    return _has_sibling(lines[at + 1 : at + 30], item, 1)


def _lines_of(lines: list[str], at: int, item: _Item) -> tuple[list[str], int]:
    """The lines of the item that begins at line `at`, without their indent, and where they end.

    A line belongs to it that is indented by two spaces or more, or goes on with its paragraph.
    """
    own, content, end = [item.text], item.content, at + 1
    for place in range(at + 1, len(lines)):
        line = lines[place]
        if not line.strip():
            own.append("")
            continue
        indent = len(line) - len(line.lstrip(" "))
        after_blank = not lines[place - 1].strip()
        if indent < item.indent + 2:
            if after_blank or _item_of_list(line, item) or not _is_lazy(lines, place) or _closed(own):
                break
            own.append(line.strip(" "))
        else:
            content = min(content, indent)
            own.append(line[content:])
        end = place + 1
    return own[: end - at], end


def _item_of_list(line: str, item: _Item) -> bool:
    another = _item(line)
    return another is not None and another.kind == item.kind


def _closed(own: list[str]) -> bool:
    """Whether the last line is no paragraph that the next one could go on with."""
    return not own[-1].strip() or bool(_HEADING.fullmatch(own[-1]) or HTML_PLACEHOLDER_RE.match(own[-1].lstrip()))


def _is_lazy(lines: list[str], at: int) -> bool:
    """Whether line `at` goes on with the last paragraph of the quotation or item above it."""
    return not _interrupts(lines, at) and not _UNDERLINE.fullmatch(lines[at])


def _begins_table(lines: list[str], at: int) -> bool:
    return (
        at + 1 < len(lines)
        and "|" in lines[at]
        and bool(_DELIMITER_ROW.fullmatch(lines[at + 1]))
        and len(cells_of_row(lines[at])) == len(cells_of_row(lines[at + 1]))
    )


def cells_of_row(row: str) -> list[str]:
    """The cells of a row: as GitHub reads it, only `\\|` is no border, even in code."""
    row = row.strip(" ").removeprefix("|")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    return [cell.strip(" ").replace("\\|", "|") for cell in _PIPE.split(row)]


def _table(parent: etree.Element, lines: list[str], at: int) -> int:
    """Every cell that is written is shown, also one without a header. Alignment is for the style sheet."""
    end = at + 2
    while end < len(lines) and (not _interrupts(lines, end) or ("|" in lines[end] and _begins_table(lines, end))):
        end += 1
    table = etree.SubElement(parent, "table")
    header = cells_of_row(lines[at])
    head = etree.SubElement(etree.SubElement(table, "thead"), "tr")
    for cell in header:
        etree.SubElement(head, "th").text = cell
    body = etree.SubElement(table, "tbody")
    for line in lines[at + 2 : end]:
        row = etree.SubElement(body, "tr")
        cells = cells_of_row(line)
        for cell in [*cells, *[""] * (len(header) - len(cells))]:
            etree.SubElement(row, "td").text = cell
    return end


def is_box(lines: list[str], at: int) -> bool:
    """Whether an admonition begins at line `at`: it has a title, or a body that is indented."""
    box = _BOX.fullmatch(lines[at])
    if box is None:
        return False
    return '"' in lines[at] or next((line for line in lines[at + 1 :] if line.strip()), "").startswith("    ")


def _end(lines: list[str], at: int) -> int:
    """Where the block ends that goes on at line `at`: at a blank line, or where another block begins."""
    while at < len(lines) and not _interrupts(lines, at):
        at += 1
    return at


def _interrupts(lines: list[str], at: int) -> bool:
    """Whether line `at` ends the paragraph that the line before it belongs to."""
    line = lines[at]
    if not line.strip():
        return True
    if _HEADING.fullmatch(line) or _QUOTE.match(line) or HTML_PLACEHOLDER_RE.match(line.lstrip()):
        return True
    if _UNDERLINE.fullmatch(line):
        return False
    if _RULE.fullmatch(line) or _begins_table(lines, at) or _FOOTNOTE.match(line):
        return True
    if _ABBREVIATION.match(line) or is_box(lines, at):
        return True
    item = _item(line)
    if item is None or item.is_empty:
        return False
    if lines[at - 1].rstrip().endswith(":") or item.number == 1 or (item.number is None and not item.is_label):
        return True
    if _FIRST_LABEL.fullmatch(item.marker):
        return True
    return _goes_on(lines, at, item) or _has_sibling(reversed(lines[max(0, at - 30) : at]), item, -1)


def numeral(number: int, kind: str) -> str:
    """A number as HTML's list types write it; one that a type cannot write, in digits (CSS Counter Styles)."""
    if kind in ("a", "A") and number > 0:
        letters = ""
        while number:
            number, place = divmod(number - 1, 26)
            letters = chr(ord(kind) + place) + letters
        return letters
    if kind in ("i", "I") and 0 < number < 4000:
        roman = ""
        for value, sign in _ROMAN:
            count, number = divmod(number, value)
            roman += sign * count
        return roman.upper() if kind == "I" else roman
    return str(number)


def _without_paragraphs(item: etree.Element) -> None:
    """The item of a list without blank lines, whose text is in no paragraph."""
    last = None
    for child in list(item):
        if child.tag != "p":
            last = child
            continue
        if last is None:
            item.text = (item.text + "\n" if item.text else "") + (child.text or "")
        else:
            last.tail = (last.tail or "") + "\n" + (child.text or "")
        item.remove(child)


class _Fences(Preprocessor):
    """Takes fenced code out of the text, wherever it is nested, before anything in it could be read as HTML."""

    def run(self, lines: list[str]) -> list[str]:
        kept: list[str] = []
        at = 0
        while at < len(lines):
            opening = _FENCE.fullmatch(lines[at])
            end = self._end_of(lines, at + 1, opening["fence"]) if opening else None
            if opening is None or end is None:
                kept.append(lines[at])
                at += 1
                continue
            inside = re.compile(rf"[ >]{{0,{len(opening['before'])}}}")
            code = "".join(inside.sub("", line, count=1) + "\n" for line in lines[at + 1 : end])
            name = f' class="language-{opening["name"]}"' if opening["name"] else ""
            stored = self.md.htmlStash.store(f"<pre><code{name}>{html.escape(code, quote=False)}</code></pre>")
            kept.append(opening["before"] + stored)
            at = end + 1
        return kept

    def _end_of(self, lines: list[str], at: int, fence: str) -> int | None:
        closing = re.compile(rf"[ >]*{re.escape(fence)}{fence[0]}* *")
        return next((place for place in range(at, len(lines)) if closing.fullmatch(lines[place])), None)


class _HtmlExtractor(HTMLExtractorExtra):
    """Reads the content of boxes and paragraphs in HTML as Markdown, also without `markdown="1"`."""

    def get_state(self, tag: str, attrs: Any) -> Any:
        if tag in MARKDOWN_BOXES and "markdown" not in attrs:
            attrs = {**attrs, "markdown": "1"}
        return super().get_state(tag, attrs)


class _HtmlBlocks(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        parser = _HtmlExtractor(self.md)
        parser.feed("\n".join(lines))
        parser.close()
        return "".join(parser.cleandoc).split("\n")


class Footnotes(FootnoteExtension):
    """Footnotes that are shown under the number that is written; a footnote may define another."""

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        md.inlinePatterns.register(_FootnoteReference(r"\[\^([^\]]*)\]", self), "footnote", 175)

    def makeFootnotesDiv(self, root: etree.Element) -> etree.Element | None:
        seen: set[str] = set()
        while new := [name for name in self.footnotes if name not in seen]:
            seen.update(new)
            for name in new:
                if FootnoteBlockProcessor.RE.search(self.footnotes[name]):
                    self.parser.parseChunk(etree.Element("div"), self.footnotes[name])
        found: etree.Element | None = super().makeFootnotesDiv(root)
        if found is not None:
            for place, (name, item) in enumerate(zip(self.footnotes, found[1], strict=True), start=1):
                if self.number(name) != str(place):
                    item.set("value", self.number(name))
                    for back in item.iter("a"):
                        if back.get("class") == "footnote-backref":
                            back.set("title", self.getConfig("BACKLINK_TITLE").format(self.number(name)))
        return found

    def number(self, name: str) -> str:
        """The number of a footnote: as it is written; a name gets the next number that is not written."""
        if _FOOTNOTE_NUMBER.fullmatch(name):
            return name
        named = [other for other in self.footnotes if not _FOOTNOTE_NUMBER.fullmatch(other)]
        free = (number for number in count(1) if str(number) not in self.footnotes)
        return str(next(islice(free, named.index(name), None)))


class _FootnoteReference(FootnoteInlineProcessor):
    footnotes: Footnotes

    def handleMatch(self, m: re.Match[str], data: str) -> Any:  # type: ignore[override]
        element, start, end = super().handleMatch(m, data)
        if element is not None:
            link: Any = element[0]
            link.text = self.footnotes.number(m[1])
        return element, start, end


class _Attributes(AttrListTreeprocessor):
    """Only what names an id, a class or a value is a list of attributes: `{ad}` is text."""

    BASE_RE = rf"\{{:?[ ]*({ATTRIBUTES}[ ]*)\}}"  # type: ignore[misc]
    HEADER_RE = re.compile(rf"[ ]+{BASE_RE}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{BASE_RE}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(rf"^{BASE_RE}")  # type: ignore[misc]


_FOOTNOTE_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_ABBREVIATION = re.compile(AbbrBlockprocessor.RE.pattern.replace(r"\n?", ""))


#: The block processors of Python-Markdown that `BlockReader` does without.
_REPLACED = ("code", "hashheader", "hr", "indent", "olist", "quote", "reference", "setextheader", "table", "ulist")


class LegalBlocks(Extension):
    """The extension of Python-Markdown that reads by the block syntax of rules 2."""

    def extendMarkdown(self, md: Markdown) -> None:
        for name in _REPLACED:
            md.parser.blockprocessors.deregister(name)
        md.parser.blockprocessors.register(BlockReader(md), "blocks", 200)
        md.preprocessors.register(_Fences(md), "fenced_code", 25)
        md.preprocessors.register(_HtmlBlocks(md), "html_block", 20)
        md.treeprocessors.register(_Attributes(md), "attr_list", 8)
        md.inlinePatterns.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash_break", 185)
        md.inlinePatterns.register(SimpleTextInlineProcessor(_LITERAL), "literal", 85)
        md.ESCAPED_CHARS = list("""!"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~""")
        for name in ("reference", "image_reference"):  # with a space between, `[a] [b]` is text
            pattern: Any = md.inlinePatterns[name]
            pattern.RE_LINK = re.compile(r"\[([^\]]*)\]")
        # A star inside a word may end emphasis, but begins none: `5*3 ve 4*2`.
        emphasis: Any = md.delimiters
        star = emphasis.delimiters["*"]
        opening = r"(?:(?<![^\W_])|(?<!\d)(?=\*\*))"
        star.boundary = re.compile(
            re.sub(r"\(\?P<(start|ambiguous)>", lambda found: found[0] + opening, star.boundary.pattern), re.UNICODE
        )
