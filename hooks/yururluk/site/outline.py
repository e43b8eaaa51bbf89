"""Reads a text as programs are given it: its headings, and under each the blocks of words exactly as they read.

Unlike `yururluk.lineage.clause_text`, which compares texts and so folds quotes and dashes, nothing is folded here. A
heading inside a quotation, a list or a table is no clause: its words belong to the clause around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from lxml import html as lxml_html

from yururluk.core.names import names
from yururluk.text.clauses import numbered
from yururluk.text.renderings import rendering

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: What holds words of its own kind, so that a heading in it begins no clause.
_CLOSED = names("blockquote ul ol dl table figure pre")
#: Every element that stands in a line; all others are blocks.
INLINE = names(
    "a abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup"
    " time u var wbr"
)


@dataclass(frozen=True)
class Run:
    """Words, and elements of a line, that make up one line or paragraph."""

    parts: Sequence[str | lxml_html.HtmlElement]


@dataclass(frozen=True)
class Section:
    """A heading and its own blocks, up to the next heading; the opening has no heading and level 0.

    `printed` is the number as it stands in the heading (`Madde 8 –`), `number` the number alone (`8`); `title` the
    words after it. A block is an element, or a run of words that stands in none.
    """

    id: str
    level: int
    printed: str
    number: str
    title: str
    heading: lxml_html.HtmlElement | None
    blocks: tuple[lxml_html.HtmlElement | Run, ...]


@dataclass(frozen=True)
class Outline:
    """A text: what stands before its first heading, its clauses in order, and its footnotes by the id referred to."""

    opening: Section
    sections: tuple[Section, ...]
    notes: Mapping[str, tuple[str, lxml_html.HtmlElement]]


def outline_of(source: str) -> Outline:
    """The outline of a text in Markdown, as the site renders it. Raises `RenderError`."""
    root = lxml_html.fragment_fromstring(rendering(source), create_parent="div")
    notes: dict[str, tuple[str, lxml_html.HtmlElement]] = {}
    # HTML of the text's own that is never closed may hold the notes, too.
    for box in root.xpath(".//div[@class='footnote'][count(*)=2][hr][ol/li[starts-with(@id, 'fn')]]"):
        for number, note in enumerate(box.xpath("./ol/li[@id]"), start=1):
            for back in note.xpath(".//a[@class='footnote-backref']"):
                back.drop_tree()
            notes[note.get("id")] = str(number), note
        box.drop_tree()
    found: list[tuple[lxml_html.HtmlElement | None, list[lxml_html.HtmlElement | Run]]] = [(None, [])]
    for piece in _unfolded(root):
        if not isinstance(piece, Run) and piece.tag in HEADINGS:
            found.append((piece, []))
        else:
            found[-1][1].append(piece)
    opening, *sections = (_section(heading, blocks) for heading, blocks in found)
    return Outline(opening, tuple(sections), MappingProxyType(notes))


def _unfolded(parent: lxml_html.HtmlElement) -> Iterator[lxml_html.HtmlElement | Run]:
    """What stands in an element, in order; a box around a heading is opened."""
    for piece in flow(parent):
        closed = isinstance(piece, Run) or piece.tag in (*HEADINGS, *_CLOSED)
        if not closed and _holds_heading(piece):
            yield from _unfolded(piece)
        else:
            yield piece


def _holds_heading(element: lxml_html.HtmlElement) -> bool:
    return any(
        not any(above.tag in _CLOSED for above in heading.iterancestors()) for heading in element.iter(*HEADINGS)
    )


def _section(heading: lxml_html.HtmlElement | None, blocks: list[lxml_html.HtmlElement | Run]) -> Section:
    if heading is None:
        return Section("", 0, "", "", "", None, tuple(blocks))
    words = " ".join(heading.text_content().split())
    number, title = numbered(words)
    printed = words[: len(words) - len(title)].strip() if number else ""
    return Section(heading.get("id", ""), int(heading.tag[1]), printed, number, title, heading, tuple(blocks))


def flow(parent: lxml_html.HtmlElement) -> Iterator[lxml_html.HtmlElement | Run]:
    """The blocks in an element, in order, and each run of words between them that says something."""
    run: list[str | lxml_html.HtmlElement] = [parent.text] if parent.text else []
    for child in parent:
        if isinstance(child.tag, str) and is_block(child):
            if _says_something(run):
                yield Run(tuple(run))
            yield child
            run = []
        elif isinstance(child.tag, str):
            run.append(child)
        if child.tail:
            run.append(child.tail)
    if _says_something(run):
        yield Run(tuple(run))


def is_block(element: lxml_html.HtmlElement) -> bool:
    """Whether an element is a block, or an element of a line that holds one (HTML lets `a`, `ins` and `del`)."""
    return element.tag not in INLINE or any(
        isinstance(inner.tag, str) and inner.tag not in INLINE for inner in element.iterdescendants()
    )


def _says_something(run: Sequence[str | lxml_html.HtmlElement]) -> bool:
    return any(not isinstance(part, str) or part.strip() for part in run)


def inside(element: lxml_html.HtmlElement) -> Run:
    """The words and elements in an element of a line, in order."""
    parts: list[str | lxml_html.HtmlElement] = [element.text] if element.text else []
    for child in element:
        parts.append(child)
        if child.tail:
            parts.append(child.tail)
    return Run(tuple(parts))


def note_of(element: lxml_html.HtmlElement, notes: Mapping[str, tuple[str, lxml_html.HtmlElement]]) -> str | None:
    """The id of the footnote that an element refers to, if it is such a reference."""
    if element.tag != "sup" or not element.get("id", "").startswith("fnref"):
        return None
    link = element.find("a")
    name = link.get("href", "").removeprefix("#") if link is not None else ""
    return name if name in notes else None


def rows_of(table: lxml_html.HtmlElement) -> list[lxml_html.HtmlElement]:
    """The rows of a table, in order; those of a table inside a cell are that table's own."""
    return [
        row
        for part in table
        for row in ([part] if part.tag == "tr" else part if part.tag in ("thead", "tbody", "tfoot") else [])
        if row.tag == "tr"
    ]


def list_marks(element: lxml_html.HtmlElement) -> Iterator[str]:
    """The mark before each item of a list as a page shows it: `1.`, `b.`, `iv.`; `•` where it is not numbered."""
    items = [item for item in element if item.tag == "li"]
    if element.tag != "ol":
        yield from ("•" for _ in items)
        return
    backwards = element.get("reversed") is not None
    number = _whole(element.get("start"), len(items) if backwards else 1)
    for item in items:
        number = _whole(item.get("value"), number)
        yield _numeral(number, element.get("type", "1")) + "."
        number += -1 if backwards else 1


def _whole(value: str | None, otherwise: int) -> int:
    text = (value or "").strip()
    return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 10 else otherwise


def _numeral(number: int, kind: str) -> str:
    """A number as HTML's list types write it; one that a type cannot write, in digits (CSS Counter Styles)."""
    if kind in ("a", "A") and number > 0:
        letters = ""
        rest = number
        while rest:
            rest, place = divmod(rest - 1, 26)
            letters = chr(ord("a") + place) + letters
        return letters.upper() if kind == "A" else letters
    if kind in ("i", "I") and 0 < number < 4000:
        roman = ""
        for value, sign in _ROMAN:
            count, number = divmod(number, value)
            roman += sign * count
        return roman.upper() if kind == "I" else roman
    return str(number)


_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
