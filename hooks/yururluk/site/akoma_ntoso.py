"""A release's text as an Akoma Ntoso 3.0 document (OASIS LegalDocML), for those who work with laws by machine.

It depends on the frozen text and its entry in the register, never on a later day: it is made once. Each fact is given
once, and none that the IRI of the work gives already: the metadata are a fifth of a short text's file.

The body holds every word of the text, in the same order. A heading and what follows it is a `section` (an `article`
where it is called Madde or Article, and so on), the headings below it its parts. What Akoma Ntoso has no element for is
kept as a paragraph or a `span` whose class says what it was. The element's `wId` is the clause's id on the page, which
stays the same from release to release; its `eId` follows the naming convention (AKN-NC 1.0).

Built with lxml alone: Cobalt's documents begin from a skeleton with placeholder dates and its own name as the source,
and it is made for changing documents in place. The tests validate what is built here against the schema.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote, urlsplit

from babel.core import get_global
from lxml import etree

from yururluk.core.history import History
from yururluk.core.model import Text
from yururluk.core.settings import Settings
from yururluk.site.urls import Urls
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
from yururluk.text.markdown import slugify

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
_DOCUMENT_LINK = re.compile(r"^(?P<document>[a-z0-9]+(?:-[a-z0-9]+)*)\.md(?P<anchor>#.*)?$", re.ASCII)
_PREFIXES: dict[str, str] = {None: NAMESPACE}  # type: ignore[dict-item]  # lxml takes None, its stubs do not
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_PUBLISHER = "#publisher"


def akoma_ntoso(history: History, version: str, text: Text, document: Document, settings: Settings) -> bytes:
    """The XML of one text of a release. `document` holds its nodes."""
    return (
        etree.tostring(_Writer(history, version, text, settings).root(document), xml_declaration=True, encoding="UTF-8")
        + b"\n"
    )


def _element(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(f"{{{NAMESPACE}}}{tag}", {name.rstrip("_"): text for name, text in attributes.items()})


def _add(parent: etree._Element, tag: str, words: str | None = None, **attributes: str) -> etree._Element:
    made = _element(tag, **attributes)
    made.text = words
    parent.append(made)
    return made


class _Writer:
    """Writes one document: what it is (Functional Requirements for Bibliographic Records), and its words."""

    def __init__(self, history: History, version: str, text: Text, settings: Settings) -> None:
        self._published = history[version]
        self._facts = history.facts[version, text.document, text.locale]
        self._first = next(p for p in history.releases if text.document in p.release.documents)
        self._text = text
        self._settings = settings
        self._urls = Urls(settings)
        self._is_translation = text.locale != settings.authentic
        self._is_first = self._facts.before is None and not self._is_translation

    def root(self, document: Document) -> etree._Element:
        """The whole document."""
        root = etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap=_PREFIXES)
        contains = "originalVersion" if self._is_first else "singleVersion"
        doc = _add(root, "doc", name=self._text.front_matter.type.value, contains=contains)
        meta = _add(doc, "meta")
        self._identification(_add(meta, "identification", source=_PUBLISHER))
        self._lifecycle(_add(meta, "lifecycle", source=_PUBLISHER))
        self._references(_add(meta, "references", source=_PUBLISHER))
        _add(_add(_add(doc, "preface"), "p"), "docTitle", self._text.front_matter.title)
        body = _BodyWriter(document, self._absolute).body()
        body.set(_LANGUAGE, self._text.locale.replace("_", "-"))
        doc.append(body)
        return root

    def _absolute(self, href: str) -> str:
        """A link between documents leads to the other one in the same release; a picture is at the site's root."""
        if href.startswith("../assets/"):
            return self._urls.absolute(href.removeprefix("../"))
        found = _DOCUMENT_LINK.match(href)
        if not found:
            return href
        address = self._urls.text(self._published.version, found["document"], self._text.locale)
        return self._urls.absolute(address) + (found["anchor"] or "")

    def _work(self) -> str:
        """The document through all its versions: /akn/tr/doc/privacy-policy/…/2026-11-22/gizlilik-politikasi."""
        actor = slugify(self._settings.publisher) or "publisher"
        kind = self._text.front_matter.type.value
        return f"/akn/{self._country()}/doc/{kind}/{actor}/{self._first.published_on}/{self._text.document}"

    def _expression(self, locale: str) -> str:
        """These words: in this language, from this day on, in this version (AKN-NC 1.0, 4.5)."""
        language = language_code(locale, get_global("language_aliases"))
        return f"{self._work()}/{language}@{self._facts.effective},{self._published.version}"

    def _page(self, release: str = "") -> str:
        """Where people read the text: at its lasting address, or in a release."""
        return self._urls.absolute(self._urls.text(release, self._text.document, self._text.locale))

    def _country(self) -> str:
        """The country by whose days the dates count (that of the time zone, CLDR); else the language's own."""
        zone = get_global("zone_territories").get(self._settings.timezone.key)
        likely = str(get_global("likely_subtags").get(re.split("[-_]", self._settings.authentic)[0], ""))
        return str(zone or likely.rpartition("_")[2] or "un").lower()

    def _identification(self, into: etree._Element) -> None:
        aliases = get_global("language_aliases")
        published, own = self._published.published_on, self._expression(self._text.locale)

        work = _add(into, "FRBRWork")
        self._frbr(work, self._work(), "/!main", {"url": self._page()}, self._first.published_on, "generation")
        _add(work, "FRBRcountry", value=self._country())
        _add(work, "FRBRname", value=self._text.document)

        expression = _add(into, "FRBRExpression")
        names = {"sha256": self._text.sha256, "url": self._page(self._published.version)}
        self._frbr(expression, own, "/!main", names, published, "publication")
        _add(expression, "FRBRversionNumber", value=self._published.version)
        _add(expression, "FRBRauthoritative", value="false" if self._is_translation else "true")
        _add(expression, "FRBRlanguage", language=language_code(self._text.locale, aliases))
        if self._is_translation:
            authentic = self._settings.authentic
            _add(
                expression,
                "FRBRtranslation",
                href=valid_address(self._expression(authentic)),
                fromLanguage=language_code(authentic, aliases),
                authoritative="false",
                by=_PUBLISHER,
            )
        self._frbr(_add(into, "FRBRManifestation"), own, "/!main.xml", {}, published, "publication")

    def _frbr(self, into: etree._Element, uri: str, part: str, names: Mapping[str, str], day: date, what: str) -> None:
        _add(into, "FRBRthis", value=uri + part)
        _add(into, "FRBRuri", value=uri + part.removeprefix("/!main"))
        for name, value in names.items():
            _add(into, "FRBRalias", name=name, value=value)
        _add(into, "FRBRdate", date=day.isoformat(), name=what)
        _add(into, "FRBRauthor", href=_PUBLISHER)

    def _lifecycle(self, into: etree._Element) -> None:
        """What is known of the document when this release is published: its beginning, and when these words bind."""
        first = self._first.published_on.isoformat()
        _add(into, "eventRef", eId="e1", date=first, source="#original", type="generation")
        day = self._facts.effective.isoformat()
        binds = _add(into, "eventRef", eId="e2", date=day, source="#this", refersTo="#entryIntoForce")
        if not self._is_first:
            binds.set("type", "amendment")

    def _references(self, into: etree._Element) -> None:
        first, this = self._first.version, self._published.version
        original = self._urls.absolute(self._urls.text(first, self._text.document, self._settings.authentic))
        _add(into, "original", eId="original", href=original, showAs=first)
        _add(into, "passiveRef", eId="this", href=self._page(this), showAs=this)
        publisher = self._settings.publisher
        _add(into, "TLCOrganization", eId="publisher", href=self._settings.site_url, showAs=publisher)
        entry = "/akn/ontology/concept/entry-into-force"
        _add(into, "TLCConcept", eId="entryIntoForce", href=entry, showAs="Entry into force")


@dataclass
class _BodyWriter:
    """Writes the body of one text. `absolute` makes the address of a link an absolute one."""

    document: Document
    absolute: Callable[[str], str]
    _ids: Counter[str] = field(default_factory=Counter)
    _eids: dict[str, str] = field(default_factory=dict)
    _written_notes: dict[str, str] = field(default_factory=dict)

    def body(self) -> etree._Element:
        """The `mainBody`."""
        main = _element("mainBody")
        opening, *sections = self.document.sections
        clauses = _nested(sections)
        self._name(clauses, 0, "")
        self._blocks(opening.blocks, main)
        for clause in clauses:
            main.append(self._hierarchy(clause))
        for name in self.document.notes:
            if name not in self._written_notes:
                # Nothing refers to it, but a page shows it.
                self._note(name, _add(main, "p", class_="note"))
        if not len(main):
            _add(main, "p")  # the schema wants one
        return main

    # Clauses

    def _name(self, clauses: Sequence[_Clause], depth: int, above: str) -> None:
        """Gives clauses their tags and eIds before any is written: a link may lead to a later one."""
        for clause in clauses:
            section = clause.section
            label = _LABEL.match(section.printed.lower().replace("i̇", "i"))
            by_depth = _BY_DEPTH[min(depth, len(_BY_DEPTH) - 1)]
            clause.tag, prefix = _BY_LABEL.get(label[0] if label else "", by_depth)
            start = f"{above}__" if above else ""
            number = section.number.lower() or "nn"
            clause.eid = self._unique(f"{start}{prefix}_{number}", numbered=bool(section.number))
            if section.id:
                self._eids.setdefault(section.id, clause.eid)
            self._name(clause.below, depth + 1, clause.eid)

    def _unique(self, eid: str, *, numbered: bool = True) -> str:
        self._ids[eid] += 1
        if self._ids[eid] == 1 and numbered:
            return eid
        return self._unique(f"{eid}_{self._ids[eid]}")

    def _hierarchy(self, clause: _Clause) -> etree._Element:
        section = clause.section
        made = _element(clause.tag, eId=clause.eid)
        if section.id and not re.search(r"\s", section.id):
            made.set("wId", section.id)
        self._heading(section, made)
        if not clause.below:
            content = _add(made, "content")
            self._blocks(section.blocks, content)
            if not len(content):
                _add(content, "p")
        elif section.blocks:
            self._blocks(section.blocks, _add(made, "intro"))
        for inner in clause.below:
            made.append(self._hierarchy(inner))
        return made

    def _heading(self, section: Section, into: etree._Element) -> None:
        if section.heading is None:
            return
        line = list(section.heading.line)
        lead = line[0].text if line and isinstance(line[0], Words) else ""
        if section.printed and " ".join(lead.split()).startswith(section.printed):
            _add(into, "num", section.printed)
            line[0] = Words(_after(lead, section.printed))
        if any(not isinstance(part, Words) or part.text.strip() for part in line):
            self._line(line, _add(into, "heading"))

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
                paragraph = _element("p") if tag == "p" else _element("p", class_=tag)
                self._line(block.line, paragraph)
                if len(paragraph) or (paragraph.text or "").strip():
                    into.append(paragraph)
            case Rule() | Footnotes():
                pass  # a note is set where it is referred to, or at the end
            case Box() if block.tag in _OF_WORDS:
                self._blocks(block.blocks, into, block.tag)
            case Box() if block.tag in _BOXES or "admonition" in block.element.get("class", ""):
                box = _element("blockContainer", class_="admonition" if block.tag == "div" else block.tag)
                self._blocks(block.blocks, box)
                if len(box):
                    into.append(box)
            case Box():
                self._blocks(block.blocks, into)

    def _list(self, listing: Listing) -> etree._Element:
        made = _element("blockList", class_=str(listing.element.tag))
        for item in listing.items:
            entry = _add(made, "item")
            if listing.ordered and item.mark:
                _add(entry, "num", item.mark)
            before = len(entry)
            self._blocks(item.blocks, entry)
            if len(entry) == before:
                _add(entry, "p")
        return made

    def _table(self, table: Table) -> etree._Element:
        made = _element("table")
        if table.caption:
            self._line(table.caption, _add(made, "caption"))
        for row in table.rows:
            if not row.cells:
                continue
            written = _add(made, "tr")
            for cell in row.cells:
                kept = _add(written, "th" if cell.is_header else "td")
                for name in ("rowspan", "colspan"):
                    if re.fullmatch(r"[0-9]{1,4}", cell.element.get(name, "").strip(), re.ASCII):
                        kept.set(name, cell.element.get(name).strip())
                self._blocks(cell.blocks, kept)
        return made if len(made) > bool(table.caption) else _paragraph_of(made)

    def _lines(self, code: Code) -> etree._Element:
        """Preformatted words, each line ended as it was."""
        made = _element("p", class_="pre")
        for place, line in enumerate(code.lines):
            if place:
                _add(made, "eol")
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
                    _add(into, "eol")
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
            return _element("a", href=address) if address else _element("span")
        if tag == "abbr":
            return _element("abbr", **{name: attributes.get(name) for name in ("title",) if attributes.get(name)})
        if tag in _INLINE:
            return _element(_INLINE[tag])
        return _element("span") if tag == "span" else _element("span", class_=tag)

    def _address(self, href: str) -> str:
        """Where a link leads: a clause of this text by its eId, else absolutely; empty where it is no address."""
        if href.startswith("#"):
            eid = self._eids.get(href[1:])
            return f"#{eid}" if eid else ""
        return valid_address(self.absolute(href)) if href else ""

    def _picture(self, picture: Picture, into: etree._Element) -> None:
        address = valid_address(self.absolute(picture.source)) if picture.source else ""
        if not address:
            _add_text(into, picture.alt)
            return
        made = _add(into, "img", src=address)
        if picture.alt:
            made.set("title", picture.alt)

    def _note(self, name: str, into: etree._Element) -> None:
        number, item = self.document.notes[name]
        if name in self._written_notes:
            _add(into, "noteRef", href=f"#{self._written_notes[name]}", marker=number)
            return
        eid = self._unique(f"authorialNote_{number}")
        self._written_notes[name] = eid
        note = _add(into, "authorialNote", eId=eid, marker=number, placement="bottom")
        self._blocks(item.blocks, note)
        if not len(note):
            _add(note, "p")


@dataclass
class _Clause:
    """A heading with the deeper ones that follow it, and what it becomes."""

    section: Section
    below: list[_Clause] = field(default_factory=list)
    tag: str = ""
    eid: str = ""


def _nested(sections: Sequence[Section]) -> list[_Clause]:
    """The headings as a tree: each holds the deeper ones that follow it."""
    top: list[_Clause] = []
    open_nodes: list[_Clause] = []
    for section in sections:
        node = _Clause(section)
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
    paragraph = _element("p")
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
