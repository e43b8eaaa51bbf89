"""Takes the footnotes out of a rendering: which mark leads to which note, and what the note says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml import html as lxml_html
from lxml.etree import _Element as Element

_SPACE: Final = "\u00a0 \t\n\r\f"


@dataclass
class Notes:
    """The notes of a rendering, by id (`fn:1`); an id leads to two where a redline shows an old and a new one."""

    by_id: dict[str, list[Element]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)

    def named(self, name: str) -> list[Element]:
        """The notes of that id; they count as used from now on."""
        found = self.by_id.get(name, [])
        self.used.update(id(item) for item in found)
        return found

    def left(self) -> list[Element]:
        """Notes that no mark led to."""
        listed = [item for items in self.by_id.values() for item in items]
        return [item for at, item in enumerate(listed) if id(item) not in self.used and item not in listed[:at]]


def take_notes(root: Element) -> Notes:
    """Cut the block of footnotes out of `root`, and the arrows that lead back from them."""
    notes = Notes()
    for block in root.xpath("//div[contains(concat(' ', @class, ' '), ' footnote ')]"):
        for item in block.xpath("./ol/li|./*/ol/li"):
            for name in {item.get("id"), item.get("data-redline-id")} - {None}:
                notes.by_id.setdefault(name or "", []).append(item)
            for arrow in item.xpath(".//a[contains(@class, 'footnote-backref')]"):
                _cut(arrow)
        if notes.by_id:
            block.drop_tree()
    return notes


def is_note_mark(element: Element) -> bool:
    """Is this the number in the text that leads to a note?"""
    return element.tag == "a" and "footnote-ref" in (element.get("class") or "").split()


def holds_note_mark(element: Element) -> bool:
    return element.tag == "sup" and any(is_note_mark(link) for link in element.iter("a"))


def _cut(arrow: Element) -> None:
    """Remove an arrow and the no-break space before it, which is no part of the note either."""
    before = arrow.getprevious()
    parent = arrow.getparent()
    if before is not None and before.tail:
        before.tail = before.tail.rstrip(_SPACE)
    elif parent is not None and before is None and parent.text:
        parent.text = parent.text.rstrip(_SPACE)
    assert isinstance(arrow, lxml_html.HtmlElement)
    arrow.drop_tree()
