"""How the words of a clause read as plain text, line by line, for programs that cannot show HTML.

A paragraph, a list item and a row of a table are a line each. An item keeps its number as the page shows it, a quoted
line begins with `> `, cells stand between ` | `, and a footnote follows its clause under the number that refers to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import html as lxml_html

from yururluk.site.outline import HEADINGS, Outline, Run, flow, inside, list_marks, note_of, rows_of

Notes = Mapping[str, tuple[str, lxml_html.HtmlElement]]


def plain_texts(outline: Outline) -> list[str]:
    """The words of the opening, then those of each clause under its heading, in order.

    A footnote that nothing refers to, which a page shows at its end, follows the last of them.
    """
    told: set[str] = set()
    texts = []
    for section in (outline.opening, *outline.sections):
        writer = _Writer(outline.notes)
        lines = [line for block in section.blocks for line in writer.lines(block)]
        if section.heading is not None:
            writer.line(Run((section.heading,)))  # a footnote may hang on the heading itself
        texts.append("\n".join([*lines, *writer.footnotes()]))
        told |= set(writer.referred)
    rest = _Writer(outline.notes)
    rest.referred += [name for name in outline.notes if name not in told]
    texts[-1] = "\n".join([*filter(None, texts[-1:]), *rest.footnotes()])
    return texts


class _Writer:
    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self.referred: list[str] = []

    def footnotes(self) -> Iterator[str]:
        """The notes that were referred to, in order; a note may refer to others."""
        place = 0
        while place < len(self.referred):
            number, note = self._notes[self.referred[place]]
            words = [line for block in flow(note) for line in self.lines(block)]
            yield f"[{number}] " + "\n".join(words)
            place += 1

    def lines(self, block: lxml_html.HtmlElement | Run) -> Iterator[str]:
        """The lines of a block."""
        if isinstance(block, Run):
            yield from self.line(block).split("\n")
        elif block.tag in ("ul", "ol"):
            yield from self._list(block)
        elif block.tag == "table":
            for caption in block.findall("caption"):
                yield self.line(inside(caption))
            for row in rows_of(block):
                yield " | ".join(self._cell(cell) for cell in row)
        elif block.tag == "blockquote":
            yield from (f"> {line}" for line in self._inside(block))
        elif block.tag == "dd":
            yield from (f"  {line}" for line in self._inside(block))
        elif block.tag == "pre":
            yield from block.text_content().rstrip("\n").split("\n")
        elif block.tag in HEADINGS:
            yield self.line(inside(block))
        else:
            yield from self._inside(block)

    def _inside(self, block: lxml_html.HtmlElement) -> Iterator[str]:
        for piece in flow(block):
            yield from self.lines(piece)

    def _list(self, element: lxml_html.HtmlElement) -> Iterator[str]:
        items = [item for item in element if item.tag == "li"]
        for mark, item in zip(list_marks(element), items, strict=True):
            lines = list(self._inside(item)) or [""]
            yield f"{mark} {lines[0]}".rstrip()
            yield from (f"  {line}" for line in lines[1:])

    def _cell(self, cell: lxml_html.HtmlElement) -> str:
        return " / ".join(line for line in self._inside(cell) if line)

    def line(self, run: Run) -> str:
        """A run of words; a forced break begins a new line."""
        words = "".join(self._words(part) for part in run.parts)
        return "\n".join(" ".join(line.split()) for line in words.split("\x00")).strip("\n")

    def _words(self, part: str | lxml_html.HtmlElement) -> str:
        if isinstance(part, str):
            return part
        if not isinstance(part.tag, str):
            return ""
        if part.tag == "br":
            return "\x00"
        if part.tag == "img":
            return str(part.get("alt", ""))
        note = note_of(part, self._notes)
        if note is not None:
            if note not in self.referred:
                self.referred.append(note)
            return f"[{self._notes[note][0]}]"
        return "".join(self._words(inner) for inner in inside(part).parts)
