"""The numbers before the items of lists, as a browser shows them, and the help that shows a change of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from yururluk.redline.inline_parser import tag_name

_START: Final = re.compile(r' start="\s*([-+]?\d{1,9})')
_VALUE: Final = re.compile(r' value="\s*([-+]?\d{1,9})')
_TYPE: Final = re.compile(r' type="([aAiI1])"')
_REVERSED: Final = re.compile(r" reversed(?=[ =>])")
_LISTS: Final = frozenset(("ol", "ul", "menu", "dir"))
_ROMAN: Final = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)

#: How a help begins that shows a changed number; the old one is in a del, the new one in an ins.
ORDINAL: Final = '<span data-redline-aid class="redline-ordinal">'
_SHOWN: Final = re.compile("(?:<del>([^<>]*)</del> )?(?:<ins>([^<>]*)</ins> )?</span>")


class _List:
    """A list while its items are counted; one that is no `ol` has no numbers."""

    def __init__(self, opening: str, size: int = 0) -> None:
        self.numbered = tag_name(opening) == "ol"
        self.step = -1 if _REVERSED.search(opening) else 1
        start, kind = _START.search(opening), _TYPE.search(opening)
        self.next = int(start.group(1)) if start else size if self.step < 0 else 1
        self.kind = kind.group(1) if kind else "1"

    def label(self, item: str) -> str:
        """The number of the next item, of which `item` is the start tag, with its full stop."""
        if not self.numbered:
            return ""
        if value := _VALUE.search(item):
            self.next = int(value.group(1))
        number = self.next
        self.next += self.step
        return f"{_number(number, self.kind)}."


def labels(opening: str, items: Sequence[str]) -> list[str]:
    """The numbers before the items of a list, each with its full stop, by the start tags; "" where there are none."""
    counted = _List(opening, len(items))
    return [counted.label(item) for item in items]


@dataclass(slots=True)
class Item:
    """A list item in a piece of HTML: at which part its start tag is, the number before it, and its own words:
    from the one at `first` to before `end`."""

    at: int
    label: str
    first: int = 0
    end: int = 0


def items_of(parts: Sequence[str], label: str) -> Iterator[Item]:
    """The items in HTML that is split at its tags (text and tags take turns). `label` is the number of items whose
    list is outside."""
    stack: list[_List] = []
    for at in range(1, len(parts), 2):
        tag = parts[at]
        name = tag_name(tag)
        if name in _LISTS:
            if tag[1] == "/":
                stack.pop()
            else:
                stack.append(_List(tag, _size(parts, at) if " reversed" in tag else 0))
        elif name == "li" and tag[1] != "/":
            yield Item(at, stack[-1].label(tag) if stack else label)


def _size(parts: Sequence[str], at: int) -> int:
    """How many items the list has that begins at a part."""
    depth = size = 0
    for part in parts[at::2]:
        name = tag_name(part)
        if name in _LISTS:
            depth += -1 if part[1] == "/" else 1
            if not depth:
                break
        elif name == "li" and part[1] != "/" and depth == 1:
            size += 1
    return size


def shown(old: str, new: str) -> str:
    """The help that shows the change of a number."""
    gone = f"<del>{escape(old)}</del> " if old else ""
    come = f"<ins>{escape(new)}</ins> " if new else ""
    return f"{ORDINAL}{gone}{come}</span>"


def read_shown(html: str, at: int) -> tuple[str, str]:
    """The old and the new number of a help whose start tag ends at `at`."""
    found = _SHOWN.match(html, at)
    return (found.group(1) or "", found.group(2) or "") if found else ("", "")


_PARAGRAPH: Final = re.compile(r"\s*<p(?: [^<>]*)?>")


def with_shown(html: str, opening: str, old: str, new: str) -> str:
    """An item, which begins with `opening`, with the help at the head of its text."""
    inside = _PARAGRAPH.match(html, len(opening))
    at = inside.end() if inside else len(opening)
    return html[:at] + shown(old, new) + html[at:]


def span(first: str, last: str) -> str:
    """The numbers of neighbouring items in one: 4.–9."""
    return first if first == last else f"{first}–{last}"


def _number(number: int, kind: str) -> str:
    """A number as a browser writes it before an item of a list of a type."""
    if kind in "aA" and number > 0:
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord(kind) + rest) + letters
        return letters
    if kind in "iI" and 0 < number < 4000:
        roman = ""
        for value, sign in _ROMAN:
            roman += sign * (number // value)
            number %= value
        return roman.upper() if kind == "I" else roman
    return str(number)
