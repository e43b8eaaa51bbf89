"""Takes the footnotes out of a rendering: which mark leads to which note, and what the note says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element as Element
from lxml.html import HtmlElement

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
    for block in list(root.iter("div")):
        if "footnote" not in (block.get("class") or "").split():
            continue
        for item in [
            one for listed in block.iter("ol") if _belongs(listed, block) for one in listed.iterchildren("li")
        ]:
            for name in {item.get("id"), item.get("data-redline-id")} - {None}:
                notes.by_id.setdefault(name or "", []).append(item)
            for arrow in [one for one in item.iter("a") if "footnote-backref" in (one.get("class") or "")]:
                _cut(arrow)
        if notes.by_id:
            drop_tree(block)
    return notes


def is_note_mark(element: Element) -> bool:
    """Is this the number in the text that leads to a note?"""
    return element.tag == "a" and "footnote-ref" in (element.get("class") or "").split()


def holds_note_mark(element: Element) -> bool:
    return element.tag == "sup" and any(is_note_mark(link) for link in element.iter("a"))


def _belongs(listed: Element, block: Element) -> bool:
    """Is it the list of the block itself, not one inside a note?"""
    above = listed.getparent()
    return above is block or (above is not None and above.tag in ("ins", "del") and above.getparent() is block)


def _cut(arrow: Element) -> None:
    """Remove an arrow and the no-break space before it, which is no part of the note either."""
    before = arrow.getprevious()
    parent = arrow.getparent()
    if before is not None and before.tail:
        before.tail = before.tail.rstrip(_SPACE)
    elif parent is not None and before is None and parent.text:
        parent.text = parent.text.rstrip(_SPACE)
    drop_tree(arrow)


def drop_tree(element: Element) -> None:
    """Remove an element with all that is in it, but not the text behind it."""
    if isinstance(element, HtmlElement):
        element.drop_tree()
