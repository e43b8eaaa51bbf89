"""Links and footnotes of a rendering, on their way into a Word file and back."""

from __future__ import annotations

import html as html_of
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urljoin

from lxml.etree import _Element as Element
from lxml.html import HtmlElement

_ADDRESS: Final = re.compile(r' (?:href|src)="([^"]*)"')
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")
_PAGE: Final = re.compile(r"(?<=\w)\.md(?=#|$)")


class Links:
    """The links of one text. `site` is the address of the site, ending with a slash.

    An address without a host leads nowhere from a Word file, and editors rewrite it on saving. It gets the site's host
    on the way out, and loses it on the way back.
    """

    def __init__(self, site: str, html: str = "") -> None:
        self._site = site
        self._original: dict[str, str] = {}
        for address in _ADDRESS.findall(html):
            plain = html_of.unescape(address)
            self._original.setdefault(_core(self.outward(plain)), plain)

    def outward(self, address: str) -> str:
        """The address to write into a Word file."""
        if not address or _ABSOLUTE.match(address):
            return address
        try:
            return urljoin(self._site, _PAGE.sub("/", address))
        except ValueError:
            return address

    def inward(self, address: str) -> str:
        """The address as the text writes it; a new one as Word has it."""
        return self._original.get(_core(address), address)


def _core(address: str) -> str:
    """What stays of an address whatever an editor does to it: escapes and a last slash come and go."""
    return unquote(address).rstrip("/")


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
