"""How the HTML of a text becomes the body of an Akoma Ntoso document: every word of it, in the same order.

A heading and what follows it is a `section` (an `article` where it is called Madde or Article, and so on), the
headings below it its parts. What Akoma Ntoso has no element for is kept as a paragraph or a `span` whose class says
what it was. The element's `wId` is the clause's id on the page, which stays the same from release to release; its
`eId` follows the naming convention (AKN-NC 1.0).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from lxml import etree

from yururluk.text.blocks import (
    Block,
    Box,
    Break,
    Code,
    Document,
    Footnotes,
    Heading,
    Inline,
    Line,
    Listing,
    NoteMark,
    Paragraph,
    Picture,
    Rule,
    Section,
    Span,
    Table,
    Words,
)

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
#: What a heading makes by its depth, with the prefix of its eId.
_BY_DEPTH = (
    ("section", "sec"),
    ("subsection", "subsec"),
    ("paragraph", "para"),
    ("subparagraph", "subpara"),
    ("clause", "clause"),
    ("subclause", "subclause"),
)
#: What it makes where its number says so.
_BY_LABEL = {
    "madde": ("article", "art"),
    "article": ("article", "art"),
    "kısım": ("part", "part"),
    "part": ("part", "part"),
    "bölüm": ("section", "sec"),
    "section": ("section", "sec"),
}
_INLINE = {
    **dict.fromkeys(("b", "strong"), "b"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "i"),
    **{tag: tag for tag in ("u", "sub", "sup")},
}
#: What holds words alone, unless HTML of the text's own puts blocks into it; and what is kept as a container.
_OF_WORDS = ("p", "dt", "summary", "figcaption", "address")
_BOXES = ("blockquote", "dd", "aside", "details", "figure")
_LOOSE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LABEL = re.compile(r"\w+")


def element(tag: str, **attributes: str) -> etree._Element:
    """An element of Akoma Ntoso."""
    return etree.Element(f"{{{NAMESPACE}}}{tag}", {name.rstrip("_"): text for name, text in attributes.items()})


@dataclass
class BodyWriter:
    """Writes the body of one text. `way` turns the address of a link, as the text gives it, into an absolute one."""

    document: Document
    way: Callable[[str], str]
    _ids: Counter[str] = field(default_factory=Counter)
    _eids: dict[str, str] = field(default_factory=dict)
    _written_notes: dict[str, str] = field(default_factory=dict)

    def body(self) -> etree._Element:
        """The `mainBody`."""
        main = element("mainBody")
        opening, *sections = self.document.sections
        planned = [self._planned(node, 0, "") for node in _nested(sections)]
        self._blocks(opening.blocks, main)
        for node in planned:
            main.append(self._hierarchy(node))
        for name in self.document.notes:
            if name not in self._written_notes:
                # Nothing refers to it, but a page shows it.
                paragraph = element("p", class_="note")
                self._note(name, paragraph)
                main.append(paragraph)
        if not len(main):
            main.append(element("p"))  # the schema wants one
        return main

    # Clauses

    def _planned(self, node: _Node, depth: int, above: str) -> _Planned:
        """A clause with its place settled: links to a clause that comes later need to know its eId."""
        section = node.section
        label = _LABEL.match(section.printed.lower().replace("i̇", "i"))
        by_depth = _BY_DEPTH[min(depth, len(_BY_DEPTH) - 1)]
        tag, prefix = _BY_LABEL.get(label[0] if label else "", by_depth)
        start = f"{above}__" if above else ""
        eid = self._unique(f"{start}{prefix}_{section.number.lower() or 'nn'}", numbered=bool(section.number))
        if section.id:
            self._eids.setdefault(section.id, eid)
        return _Planned(section, tag, eid, [self._planned(inner, depth + 1, eid) for inner in node.below])

    def _unique(self, eid: str, *, numbered: bool = True) -> str:
        self._ids[eid] += 1
        if self._ids[eid] == 1 and numbered:
            return eid
        return self._unique(f"{eid}_{self._ids[eid]}")

    def _hierarchy(self, planned: _Planned) -> etree._Element:
        section = planned.section
        made = element(planned.tag, eId=planned.eid)
        if section.id and not re.search(r"\s", section.id):
            made.set("wId", section.id)
        self._heading(section, made)
        if not planned.below:
            content = etree.SubElement(made, f"{{{NAMESPACE}}}content")
            self._blocks(section.blocks, content)
            if not len(content):
                content.append(element("p"))
        elif section.blocks:
            intro = etree.SubElement(made, f"{{{NAMESPACE}}}intro")
            self._blocks(section.blocks, intro)
        for inner in planned.below:
            made.append(self._hierarchy(inner))
        return made

    def _heading(self, section: Section, into: etree._Element) -> None:
        if section.heading is None:
            return
        line = list(section.heading.line)
        lead = line[0].text if line and isinstance(line[0], Words) else ""
        if section.printed and " ".join(lead.split()).startswith(section.printed):
            num = element("num")
            num.text = section.printed
            into.append(num)
            line[0] = Words(_after(lead, section.printed))
        if any(not isinstance(part, Words) or part.text.strip() for part in line):
            words = element("heading")
            self._line(line, words)
            into.append(words)

    # Blocks

    def _blocks(self, blocks: Sequence[Block], into: etree._Element, kind: str = "p") -> None:
        """`kind` is the class of loose words; `p` for none."""
        for block in blocks:
            self._block(block, into, kind)

    def _block(self, block: Block, into: etree._Element, kind: str) -> None:
        match block:
            case Listing():
                into.append(self._list(block))
            case Table():
                into.append(self._table(block))
            case Code():
                into.append(self._lines(block))
            case Paragraph() | Heading():
                tag = kind if block.element is None else str(block.element.tag)
                paragraph = element("p") if tag == "p" else element("p", class_=tag)
                self._line(block.line, paragraph)
                if len(paragraph) or (paragraph.text or "").strip():
                    into.append(paragraph)
            case Rule() | Footnotes():
                pass  # a note is set where it is referred to, or at the end
            case Box() if block.tag in _OF_WORDS:
                self._blocks(block.blocks, into, block.tag)
            case Box() if block.tag in _BOXES or "admonition" in block.element.get("class", ""):
                box = element("blockContainer", class_="admonition" if block.tag == "div" else block.tag)
                self._blocks(block.blocks, box)
                if len(box):
                    into.append(box)
            case Box():
                self._blocks(block.blocks, into)

    def _list(self, listing: Listing) -> etree._Element:
        made = element("blockList", class_=str(listing.element.tag))
        for item in listing.items:
            entry = etree.SubElement(made, f"{{{NAMESPACE}}}item")
            if listing.ordered and item.mark:
                etree.SubElement(entry, f"{{{NAMESPACE}}}num").text = item.mark
            before = len(entry)
            self._blocks(item.blocks, entry)
            if len(entry) == before:
                entry.append(element("p"))
        return made

    def _table(self, table: Table) -> etree._Element:
        made = element("table")
        if table.caption:
            self._line(table.caption, etree.SubElement(made, f"{{{NAMESPACE}}}caption"))
        for row in table.rows:
            if not row.cells:
                continue
            written = etree.SubElement(made, f"{{{NAMESPACE}}}tr")
            for cell in row.cells:
                kept = etree.SubElement(written, f"{{{NAMESPACE}}}{'th' if cell.is_header else 'td'}")
                for name in ("rowspan", "colspan"):
                    if re.fullmatch(r"[0-9]{1,4}", cell.element.get(name, "").strip(), re.ASCII):
                        kept.set(name, cell.element.get(name).strip())
                self._blocks(cell.blocks, kept)
        return made if len(made) > bool(table.caption) else _paragraph_of(made)

    def _lines(self, code: Code) -> etree._Element:
        """Preformatted words, each line ended as it was."""
        made = element("p", class_="pre")
        for place, line in enumerate(code.lines):
            if place:
                made.append(element("eol"))
            _add_text(made, line)
        return made

    # Words

    def _line(self, line: Line | list[Inline], into: etree._Element) -> None:
        for part in line:
            self._inline(part, into)

    def _inline(self, part: Inline, into: etree._Element) -> None:
        match part:
            case Words():
                _add_text(into, part.text)
            case Break():
                if not part.soft:
                    into.append(element("eol"))
            case Picture():
                self._picture(part, into)
            case NoteMark() if part.note in self.document.notes:
                self._note(part.note, into)
            case NoteMark():
                self._inline(part.mark, into)
            case Span():
                made = self._inline_element(part)
                self._line(part.line, made)
                into.append(made)

    def _inline_element(self, span: Span) -> etree._Element:
        tag, attributes = span.tag, span.element
        if tag == "a":
            address = self._address(attributes.get("href", ""))
            return element("a", href=address) if address else element("span")
        if tag == "abbr":
            made = element("abbr")
            if attributes.get("title"):
                made.set("title", attributes.get("title"))
            return made
        if tag in _INLINE:
            return element(_INLINE[tag])
        return element("span") if tag == "span" else element("span", class_=tag)

    def _address(self, href: str) -> str:
        """Where a link leads: a clause of this text by its eId, else absolutely; empty where it is no address."""
        if href.startswith("#"):
            eid = self._eids.get(href[1:])
            return f"#{eid}" if eid else ""
        return valid_address(self.way(href)) if href else ""

    def _picture(self, picture: Picture, into: etree._Element) -> None:
        address = valid_address(self.way(picture.source)) if picture.source else ""
        if not address:
            _add_text(into, picture.alt)
            return
        made = element("img", src=address)
        if picture.alt:
            made.set("title", picture.alt)
        into.append(made)

    def _note(self, name: str, into: etree._Element) -> None:
        number, item = self.document.notes[name]
        if name in self._written_notes:
            into.append(element("noteRef", href=f"#{self._written_notes[name]}", marker=number))
            return
        eid = self._unique(f"authorialNote_{number}")
        self._written_notes[name] = eid
        note = element("authorialNote", eId=eid, marker=number, placement="bottom")
        into.append(note)
        self._blocks(item.blocks, note)
        if not len(note):
            note.append(element("p"))


@dataclass(frozen=True)
class _Node:
    section: Section
    below: list[_Node]


@dataclass(frozen=True)
class _Planned:
    section: Section
    tag: str
    eid: str
    below: list[_Planned]


def _nested(sections: Sequence[Section]) -> list[_Node]:
    """The headings as a tree: each holds the deeper ones that follow it."""
    top: list[_Node] = []
    open_nodes: list[_Node] = []
    for section in sections:
        node = _Node(section, [])
        while open_nodes and open_nodes[-1].section.level >= section.level:
            open_nodes.pop()
        (open_nodes[-1].below if open_nodes else top).append(node)
        open_nodes.append(node)
    return top


def _after(words: str, printed: str) -> str:
    """What follows the number in the words of a heading, whose spaces may be other than in `printed`."""
    pattern = r"\s*" + r"\s+".join(re.escape(part) for part in printed.split())
    found = re.match(pattern, words)
    return words[found.end() :].lstrip() if found else words


def _add_text(into: etree._Element, words: str) -> None:
    words = " ".join(re.split(r"[ \t\n\r\f]+", words))
    if len(into):
        into[-1].tail = (into[-1].tail or "") + words
    else:
        into.text = (into.text or "") + words


def _paragraph_of(made: etree._Element) -> etree._Element:
    paragraph = element("p")
    _add_text(paragraph, "".join(str(part) for part in made.itertext()))
    return paragraph


def valid_address(href: str) -> str:
    """The address as a URI (RFC 3986): what it may not hold is percent-encoded; empty where it is none."""
    try:
        urlsplit(href)
    except ValueError:
        return ""
    encoded = quote(_LOOSE_PERCENT.sub("%25", href.strip()), safe="%/?:@!$&'()*+,;=#~-._")
    before, mark, after = encoded.partition("#")
    return before + mark + after.replace("#", "%23")


def language_code(locale: str, alpha_3: Mapping[str, str]) -> str:
    """A locale's language as Akoma Ntoso names it (ISO 639-2, terminological): tur, eng."""
    language = re.split("[-_]", locale)[0]
    codes = sorted(three for three, two in alpha_3.items() if two == language and len(three) == 3)
    alike = [code for code in codes if code.startswith(language)]
    return (alike or codes or [language])[0]
