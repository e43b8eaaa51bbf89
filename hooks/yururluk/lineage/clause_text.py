"""Reads the words under each heading of a text, from the HTML that the site shows.

A clause is a heading and what is under it up to the next heading: a sub-clause's words are its own, and
its parent's end where it begins. What comes before the first heading is the opening. A footnote's words
belong to the clause that refers to it; the note's number, which the page counts, belongs to none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lxml import html as lxml_html

from yururluk.core.model import NEWEST_RENDERING
from yururluk.redline.word_diff import alike
from yururluk.text.clauses import numbered
from yururluk.text.markdown import HEADINGS, INLINE, body, render, slugify

_COUNTED = re.compile(r"_\d+")


@dataclass(frozen=True, slots=True)
class Clause:
    """A heading and its own words; for the opening `level` is 0 and the heading empty.

    `blocks` are the words of each paragraph, list item, cell …, with one kind of quote, dash and space, so that
    equal blocks read the same. `form` is all else that a reader could see or follow: emphasis, links, images,
    the kind of block. `stable` says whether `id` names the clause for good: one that the page made out of a
    heading that is there twice, or out of a number alone, names a place and not a clause.
    """

    id: str
    level: int
    number: str
    title: str
    heading: str
    blocks: tuple[str, ...]
    form: tuple[object, ...] = field(repr=False)
    stable: bool = True

    @property
    def words(self) -> list[str]:
        """The words, in order."""
        return " ".join(self.blocks).split()


@dataclass(frozen=True)
class Content:
    """A text by its clauses, in order."""

    opening: Clause
    clauses: tuple[Clause, ...]

    @property
    def sections(self) -> tuple[Clause, ...]:
        """Everything that can hold words: the opening and the clauses."""
        return self.opening, *self.clauses


def headings(markdown: str, rules: int = NEWEST_RENDERING) -> tuple[tuple[str, str], ...]:
    """The clauses of a text by their ids and headings, in order."""
    return tuple((clause.id, clause.heading) for clause in content_of(markdown, rules).clauses)


@lru_cache(maxsize=4096)
def content_of(markdown: str, rules: int = NEWEST_RENDERING) -> Content:
    """The clauses of a text in Markdown, as `render` shows it by the rules of that number."""
    text = body(markdown)
    sections: list[Clause] = []
    for piece in _pieces(text):
        sections += _sections_of_piece(piece, rules)
    ids = [clause.id for clause in sections if clause.id]
    if len(ids) > len(set(ids)):
        # Two headings of the same words: only the whole page shows which ids they get.
        return content_of_html(render(text, rendering=rules))
    return _content(sections)


def content_of_html(html: str) -> Content:
    """The clauses of a rendering."""
    return _content(list(_sections(html)))


#: A note, an abbreviation, a link's address given elsewhere, a fence, or HTML: one piece may depend on another.
_TIED = re.compile(r"<[a-z/!?]|^ {0,3}(?:\*?\[[^\]\n]+\]:|`{3}|~{3})", re.IGNORECASE | re.MULTILINE)
_BREAK = re.compile(r"\n\n(?=#{1,6}[^#\n])")
_BLANK = re.compile(r"\n[ \t]+(?=\n)")


def _pieces(text: str) -> list[str]:
    """The text cut at its headings, where that renders the same: a release mostly repeats the one before it, and
    a piece that has been read need not be rendered again."""
    if _TIED.search(text):
        return [text]
    return [piece for piece in _BREAK.split(_BLANK.sub("\n", text)) if piece]


@lru_cache(maxsize=16384)
def _sections_of_piece(piece: str, rules: int) -> tuple[Clause, ...]:
    return tuple(_sections(render(piece, rendering=rules)))


def _content(sections: Sequence[Clause]) -> Content:
    opening = Clause("", 0, "", "", "", (), ())
    clauses: list[Clause] = []
    slugs = [slugify(clause.heading) for clause in sections]
    for clause, slug in zip(sections, slugs, strict=True):
        if not clause.level:
            opening = clause if clause.blocks or clause.form else opening
            continue
        made = clause.id.startswith(slug) and _COUNTED.fullmatch(clause.id[len(slug) :] or "_0")
        unstable = made and (not clause.title or slugs.count(slug) > 1)
        clauses.append(clause if not unstable and clause.id else replace(clause, stable=False))
    return Content(opening, tuple(clauses))


def _sections(html: str) -> Iterator[Clause]:
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    notes = {note.get("id"): note for note in root.xpath(".//div[@class='footnote']//li[@id]")}
    for box in root.xpath("./div[@class='footnote']"):
        box.drop_tree()
    headings = [h for h in root.iter(*HEADINGS) if not any(True for _ in h.iterancestors("blockquote"))]
    around = {ancestor for heading in headings for ancestor in heading.iterancestors()}
    reader = _Reader(notes, set(headings), around)
    reader.read_inside(root)
    yield from reader.finished()


class _Reader:
    """Walks a rendering in the order in which it is read, and collects what is under each heading."""

    def __init__(
        self,
        notes: dict[str, lxml_html.HtmlElement],
        headings: set[lxml_html.HtmlElement],
        around: set[lxml_html.HtmlElement],
    ) -> None:
        self._notes = notes
        self._headings = headings
        self._around = around
        self._open_notes: set[str] = set()
        self._done: list[Clause] = []
        self._heading: lxml_html.HtmlElement | None = None
        self._heading_words = ""
        self._blocks: list[str] = []
        self._form: list[object] = []
        self._line: list[str] = []

    def finished(self) -> list[Clause]:
        """The opening and the clauses."""
        self._end_clause()
        return self._done

    def read(self, element: lxml_html.HtmlElement, path: tuple[object, ...] = ()) -> None:
        """Take in an element. `path` says in what it is, as far as that is its clause's own."""
        if not isinstance(element.tag, str):
            return
        if element in self._headings:
            self._end_clause()
            self._heading = element
            self.read_inside(element, ())
            self._heading_words = " ".join("".join(self._line).split())
            # Its words are compared apart; which of them are emphasised is form.
            self._line = []
            self._form = [("heading", tuple(part[0] for part in self._form if isinstance(part, tuple)))]
            return
        if element.tag == "sup" and element.get("id", "").startswith("fnref"):
            self._note(element, path)
            return
        block = element.tag not in INLINE or element.tag == "br"  # which parts words, as white space does
        if block:
            self._end_block()
        if element not in self._around:
            path = (*path, _signature(element))
        if element.tag in {"img", "hr"}:
            self._form.append((path, ""))
        self.read_inside(element, path)
        if block:
            self._end_block()

    def read_inside(self, element: lxml_html.HtmlElement, path: tuple[object, ...] = ()) -> None:
        """Take in what is in an element."""
        self._text(element.text, path)
        for child in element:
            self.read(child, path)
            self._text(child.tail, path)

    def _text(self, text: str | None, path: tuple[object, ...]) -> None:
        if not text:
            return
        self._line.append(text)
        words = " ".join(text.split())
        if words:
            self._form.append((path, len(self._blocks), words))

    def _end_block(self) -> None:
        words = " ".join(alike("".join(self._line)).split())
        self._line = []
        if words:
            self._blocks.append(words)

    def _end_clause(self) -> None:
        self._end_block()
        heading = self._heading
        number, title = numbered(self._heading_words)
        self._done.append(
            Clause(
                id=heading.get("id", "") if heading is not None else "",
                level=int(heading.tag[1]) if heading is not None else 0,
                number=number,
                title=title,
                heading=self._heading_words,
                blocks=tuple(self._blocks),
                form=tuple(self._form),
            )
        )
        self._blocks, self._form, self._heading_words = [], [], ""

    def _note(self, element: lxml_html.HtmlElement, path: tuple[object, ...]) -> None:
        link = element.find("a")
        name = link.get("href", "").removeprefix("#") if link is not None else ""
        note = self._notes.get(name)
        if note is None or name in self._open_notes:
            return
        line, self._line = self._line, []
        self._open_notes.add(name)
        blocks, self._blocks = self._blocks, []
        for part in note:
            for back in part.xpath(".//a[@class='footnote-backref']"):
                back.drop_tree()
            self.read(part, (*path, "note"))
        words, self._blocks = self._blocks, blocks
        self._open_notes.discard(name)
        self._line = [*line, " ", " ".join(words), " "]


def _signature(element: lxml_html.HtmlElement) -> object:
    """The element without its words and without its id, which nobody sees."""
    attributes = sorted((name, value) for name, value in element.attrib.items() if name != "id")
    return (element.tag, tuple(attributes)) if attributes else element.tag
