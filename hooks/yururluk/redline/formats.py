"""Tells what differs in the markup of two pieces of HTML: a link's target, a heading's level, emphasis, a
list's start.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape
from typing import Final

from yururluk.redline.inline_parser import TAGS, tag_name

_ATTRIBUTE: Final = re.compile(r' ([a-z][-a-z0-9:_.]*)="([^"]*)"')


@dataclass(slots=True, frozen=True)
class Detail:
    """One difference of markup: what (an attribute's name, "element" or "unicode"), before and after."""

    what: str
    old: str
    new: str


def details(old_html: str, new_html: str) -> tuple[Detail, ...]:
    """The differences between the elements of two pieces of HTML, in order; without repetition."""
    gone, come = _tags(old_html), _tags(new_html)
    left = list((Counter(gone) - Counter(come)).elements())
    right = list((Counter(come) - Counter(gone)).elements())
    found: list[Detail] = []
    for tag in list(left):
        same = next((other for other in right if tag_name(other) == tag_name(tag)), None)
        if same is not None:
            left.remove(tag)
            right.remove(same)
            found += _attributes(tag, same)
    for at in range(max(len(left), len(right))):
        before = tag_name(left[at]) if at < len(left) else ""
        after = tag_name(right[at]) if at < len(right) else ""
        found.append(Detail("element", before, after))
    return tuple(dict.fromkeys(found))


def _tags(html: str) -> list[str]:
    return [part for part in TAGS.split(html)[1::2] if part[1] != "/" and "data-redline=" not in part]


def _attributes(old: str, new: str) -> list[Detail]:
    before, after = dict(_ATTRIBUTE.findall(old)), dict(_ATTRIBUTE.findall(new))
    return [
        Detail(name, unescape(before.get(name, "")), unescape(after.get(name, "")))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
