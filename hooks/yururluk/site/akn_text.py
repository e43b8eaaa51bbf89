"""How the HTML of a text becomes the body of an Akoma Ntoso document: every word of it, in the same order.

A heading and what stands under it is a `section` (an `article` where it is called Madde or Article, and so on), the
headings below it its parts. What Akoma Ntoso has no element for is kept as a paragraph or a `span` whose class tells
what it was. The element's `wId` is the clause's id on the page, which stays the same from release to release; its
`eId` follows the naming convention (AKN-NC 1.0).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote, urlsplit

from lxml import etree
from lxml import html as lxml_html

from yururluk.site.outline import (
    HEADINGS,
    Outline,
    Run,
    Section,
    flow,
    inside,
    list_marks,
    note_of,
    rows_of,
)

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
#: What a heading makes by the depth at which it stands, with the prefix of its eId.
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
_LOOSE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LABEL = re.compile(r"\w+")


def element(tag: str, **attributes: str) -> etree._Element:
    """An element of Akoma Ntoso."""
    return etree.Element(f"{{{NAMESPACE}}}{tag}", {name.rstrip("_"): text for name, text in attributes.items()})


@dataclass
class BodyWriter:
    """Writes the body of one text. `way` turns the address of a link, as the text gives it, into an absolute one."""

    outline: Outline
    way: Callable[[str], str]
    _ids: Counter[str] = field(default_factory=Counter)
    _eids: dict[str, str] = field(default_factory=dict)
    _written_notes: dict[str, str] = field(default_factory=dict)

    def body(self) -> etree._Element:
        """The `mainBody`."""
        main = element("mainBody")
        tree = _nested(self.outline.sections)
        planned = [self._planned(node, 0, "") for node in tree]
        self._blocks(self.outline.opening.blocks, main)
        for node in planned:
            main.append(self._hierarchy(node))
        for name in self.outline.notes:
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
        heading = cast(lxml_html.HtmlElement, section.heading)
        parts = list(inside(heading).parts)
        lead = parts[0] if parts and isinstance(parts[0], str) else ""
        if section.printed and " ".join(lead.split()).startswith(section.printed):
            num = element("num")
            num.text = section.printed
            into.append(num)
            parts[0] = _after(lead, section.printed)
        if any(not isinstance(part, str) or part.strip() for part in parts):
            words = element("heading")
            self._run(Run(parts), words)
            into.append(words)

    # Blocks

    def _blocks(self, pieces: Sequence[lxml_html.HtmlElement | Run], into: etree._Element) -> None:
        for piece in pieces:
            if isinstance(piece, Run):
                paragraph = element("p")
                self._run(piece, paragraph)
                into.append(paragraph)
            else:
                self._block(piece, into)

    def _block(self, block: lxml_html.HtmlElement, into: etree._Element) -> None:
        tag = block.tag
        if tag in ("ul", "ol") and block.find("li") is not None:
            into.append(self._list(block))
        elif tag == "table" and rows_of(block):
            into.append(self._table(block))
        elif tag == "pre":
            into.append(self._lines(block))
        elif tag == "hr":
            return
        elif tag in HEADINGS or tag in ("p", "dt", "summary", "figcaption", "caption", "address"):
            for piece in flow(block):
                if isinstance(piece, Run):
                    paragraph = element("p") if tag == "p" else element("p", class_=tag)
                    self._run(piece, paragraph)
                    into.append(paragraph)
                else:
                    self._block(piece, into)
        elif tag in ("blockquote", "dd", "aside", "details", "figure") or "admonition" in block.get("class", ""):
            box = element("blockContainer", class_="admonition" if tag == "div" else tag)
            self._blocks(list(flow(block)), box)
            if len(box):
                into.append(box)
        else:
            self._blocks(list(flow(block)), into)

    def _list(self, block: lxml_html.HtmlElement) -> etree._Element:
        made = element("blockList", class_=block.tag)
        items = [item for item in block if item.tag == "li"]
        for mark, item in zip(list_marks(block), items, strict=True):
            entry = etree.SubElement(made, f"{{{NAMESPACE}}}item")
            if block.tag == "ol":
                etree.SubElement(entry, f"{{{NAMESPACE}}}num").text = mark
            self._blocks(list(flow(item)), entry)
            if entry.find("{*}p") is None and len(entry) == (1 if block.tag == "ol" else 0):
                entry.append(element("p"))
        return made

    def _table(self, table: lxml_html.HtmlElement) -> etree._Element:
        made = element("table")
        caption = table.find("caption")
        if caption is not None:
            self._run(inside(caption), etree.SubElement(made, f"{{{NAMESPACE}}}caption"))
        for row in rows_of(table):
            written = etree.SubElement(made, f"{{{NAMESPACE}}}tr")
            for cell in row:
                kept = etree.SubElement(written, f"{{{NAMESPACE}}}{'th' if cell.tag == 'th' else 'td'}")
                for name in ("rowspan", "colspan"):
                    if re.fullmatch(r"[0-9]{1,4}", cell.get(name, "").strip(), re.ASCII):
                        kept.set(name, cell.get(name).strip())
                self._blocks(list(flow(cell)), kept)
            if not len(written):
                made.remove(written)
        return made if len(made) > (caption is not None) else _paragraph_of(made)

    def _lines(self, block: lxml_html.HtmlElement) -> etree._Element:
        """Preformatted words, each line ended as it was."""
        made = element("p", class_="pre")
        for place, line in enumerate(block.text_content().rstrip("\n").split("\n")):
            if place:
                made.append(element("eol"))
            _add_text(made, line)
        return made

    # Words

    def _run(self, run: Run, into: etree._Element) -> None:
        for part in run.parts:
            if isinstance(part, str):
                _add_text(into, part)
            elif isinstance(part.tag, str):
                self._inline(part, into)

    def _inline(self, part: lxml_html.HtmlElement, into: etree._Element) -> None:
        note = note_of(part, self.outline.notes)
        if note is not None:
            self._note(note, into)
        elif part.tag == "br":
            into.append(element("eol"))
        elif part.tag == "img":
            self._image(part, into)
        elif part.tag != "wbr":
            made = self._inline_element(part)
            self._run(inside(part), made)
            into.append(made)

    def _inline_element(self, part: lxml_html.HtmlElement) -> etree._Element:
        if part.tag == "a":
            address = self._address(part.get("href", ""))
            return element("a", href=address) if address else element("span")
        if part.tag == "abbr":
            made = element("abbr")
            if part.get("title"):
                made.set("title", part.get("title"))
            return made
        if part.tag in _INLINE:
            return element(_INLINE[part.tag])
        return element("span") if part.tag == "span" else element("span", class_=part.tag)

    def _address(self, href: str) -> str:
        """Where a link leads: a clause of this text by its eId, else absolutely; empty where it is no address."""
        if href.startswith("#"):
            eid = self._eids.get(href[1:])
            return f"#{eid}" if eid else ""
        return valid_address(self.way(href)) if href else ""

    def _image(self, part: lxml_html.HtmlElement, into: etree._Element) -> None:
        address = valid_address(self.way(part.get("src", ""))) if part.get("src") else ""
        if not address:
            _add_text(into, part.get("alt", ""))
            return
        made = element("img", src=address)
        if part.get("alt"):
            made.set("title", part.get("alt"))
        into.append(made)

    def _note(self, name: str, into: etree._Element) -> None:
        number, words = self.outline.notes[name]
        if name in self._written_notes:
            into.append(element("noteRef", href=f"#{self._written_notes[name]}", marker=number))
            return
        eid = self._unique(f"authorialNote_{number}")
        self._written_notes[name] = eid
        note = element("authorialNote", eId=eid, marker=number, placement="bottom")
        into.append(note)
        self._blocks(list(flow(words)), note)
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
