"""The words of a text by its clauses, as plain text: for the search of a release, and for programs.

A paragraph, a list item and a row of a table are a line each. An item keeps its number as the page shows it, a quoted
line begins with `> `, cells are separated by ` | `, and a footnote follows its clause under the number that refers to
it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from yururluk.site import page_models as views
from yururluk.text.blocks import (
    Block,
    Box,
    Break,
    Code,
    Document,
    Heading,
    Inline,
    Line,
    Listing,
    NoteMark,
    Paragraph,
    Picture,
    Table,
    Words,
    document_of,
)

FOLDER: Final = "search"


def search_files(site: views.Site) -> Mapping[str, bytes]:
    """What the search of the site's pages reads, for the worker that Material's search box starts.

    Material's script fetches `search/search_index.json` with each page; ours only says where the texts are, which are
    fetched with the reader's first word.
    """
    texts: dict[str, list[views.Page]] = {}
    for page in site.pages:
        if isinstance(page.view, views.TextView | views.DraftView):
            texts.setdefault(page.locale, []).append(page)
    below = f"{site.searched}/" if not site.prefix and site.searched else ""
    # Material's script takes `separator` for the words that it marks on the page that a result leads to.
    config = {"lang": ["en"], "separator": r"[\s\-]+", "pipeline": [], "at": below or site.prefix, "below": below}
    found = {f"{FOLDER}/search_index.json": _json({"config": config, "docs": []})}
    for locale, pages in texts.items():
        home = "" if locale == site.pages[0].alternates[0][0] else f"{locale}/"
        found[f"{FOLDER}/{locale}.json"] = _json(
            [entry for page in pages for entry in _entries(page, f"{home}{page.path}/")]
        )
    return found


def _entries(page: views.Page, address: str) -> Iterator[dict[str, str]]:
    view = page.view
    if isinstance(view, views.TextView):
        document = document_of(view.frozen, view.rendering)
    else:
        document = document_of(page.markdown)
    opening, *words = plain_texts(document)
    yield {"location": address, "title": page.title, "text": opening}
    for section, own in zip(document.sections[1:], words, strict=True):
        location = f"{address}#{section.id}" if section.id else address
        yield {"location": location, "title": f"{section.printed} {section.title}".strip(), "text": own}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def plain_texts(document: Document) -> list[str]:
    """The words of the opening, then those of each clause under its heading, in order.

    A footnote that nothing refers to, which a page shows at its end, follows the last of them.
    """
    referred: set[str] = set()
    texts = []
    for section in document.sections:
        writer = _Writer(document)
        lines = list(writer.lines(section.blocks))
        if section.heading is not None:
            writer.line(section.heading.line)  # a reference may be in the heading itself
        texts.append("\n".join([*lines, *writer.notes()]))
        referred |= set(writer.referred)
    rest = _Writer(document)
    rest.referred += [name for name in document.notes if name not in referred]
    texts[-1] = "\n".join([*filter(None, texts[-1:]), *rest.notes()])
    return texts


class _Writer:
    def __init__(self, document: Document) -> None:
        self._notes = document.notes
        self.referred: list[str] = []

    def notes(self) -> Iterator[str]:
        """The notes that were referred to, in order; a note may refer to others."""
        place = 0
        while place < len(self.referred):
            number, item = self._notes[self.referred[place]]
            yield f"[{number}] " + "\n".join(self.lines(item.blocks))
            place += 1

    def lines(self, blocks: Iterable[Block]) -> Iterator[str]:
        """The lines of some blocks."""
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph():
                yield from self.line(block.line).split("\n")
            case Heading():
                yield self.line(block.line)
            case Code():
                yield from block.lines
            case Listing():
                yield from self._list(block)
            case Table():
                if block.caption:
                    yield self.line(block.caption)
                for row in block.rows:
                    yield " | ".join(" / ".join(filter(None, self.lines(cell.blocks))) for cell in row.cells)
            case Box():
                before = {"blockquote": "> ", "dd": "  "}.get(block.tag, "")
                yield from (before + line for line in self.lines(block.blocks))

    def _list(self, listing: Listing) -> Iterator[str]:
        for item in listing.items:
            first, *others = list(self.lines(item.blocks)) or [""]
            yield f"{item.mark} {first}".strip() if item.mark else first
            yield from (f"  {line}" for line in others)

    def line(self, line: Line) -> str:
        """The words of a line; a forced break begins a new one."""
        words = "".join(self._words(part) for part in line)
        return "\n".join(" ".join(one.split()) for one in words.split("\x00")).strip("\n")

    def _words(self, part: Inline) -> str:
        match part:
            case Words():
                return part.text
            case Break():
                return "" if part.soft else "\x00"
            case Picture():
                return part.alt
            case NoteMark() if part.note in self._notes:
                if part.note not in self.referred:
                    self.referred.append(part.note)
                return f"[{part.number}]"
            case NoteMark():
                return self._words(part.mark)
        return "".join(self._words(inner) for inner in part.line)
