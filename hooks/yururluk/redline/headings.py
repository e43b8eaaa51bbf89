"""Knows a heading by its id and its name; the number before the name says nothing: clauses are renumbered."""

from __future__ import annotations

import re
from typing import Final

from yururluk.redline.inline_parser import TAGS
from yururluk.redline.tokens import fold
from yururluk.redline.tree import Block

HEADING: Final = re.compile("h[1-6]")
_STABLE_ID: Final = re.compile(' id="([^"]*)"')
_NUMBERING: Final = re.compile(
    r"\s*(?:(?:madde|bölüm|kısım|ek|article|section|clause|part|annex)\s+)?"
    r"(?:\d+(?:\.\d+)*|[ivxlc]+\b|[a-zçğıöşü](?=[.)]))\s*[.):–—-]*\s*",
    re.IGNORECASE,
)


def stable_id(block: Block) -> str:
    """The id that a block carries itself, or ""."""
    found = _STABLE_ID.search(block.opening)
    return found.group(1) if found else ""


def heading_name(block: Block) -> str:
    """The text of a heading without its number."""
    text = _folded_text(block.inner)
    return _NUMBERING.sub("", text, count=1) if (found := _NUMBERING.match(text)) and found.end() < len(text) else text


def _folded_text(html: str) -> str:
    return fold("".join(TAGS.split(html)[::2])).strip()
