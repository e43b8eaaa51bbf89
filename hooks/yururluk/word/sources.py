"""Says where in the Markdown source each piece of a unit stands: its lines, its running text, its every token."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from yururluk.word.anchors import Anchored
from yururluk.word.reading import BREAK, NOTE, Leaf, Unit

Span = tuple[int, int]

#: What stands on a line before its words: quotation, list and heading markers, a note's name, a meaning's colon.
PREFIX: Final = re.compile(
    r"[ \t]*(?:>[ \t]?)*[ \t]*(?:\[\^[^\]\n]+\]:[ \t]*)?(?:(?:[-*+]|[0-9]+[.)])[ \t]+)*"
    r"(?:#{1,6}[ \t]*)?(?::[ \t]+)?"
)
_SUFFIX: Final = re.compile(r"(?:[ \t]*\{:?[ ]*[#.\w][^{}\n]*\})?[ \t]*(?:#+[ \t]*)?$")
_ATTRIBUTES_ONLY: Final = re.compile(r"[ \t]*\{:?[ ]*[#.\w][^{}\n]*\}[ \t]*|[ ]*[=-]{3,}[ ]*")
_NOTE_MARK: Final = re.compile(r"\[\^[^\]\n]+\]")
_BAR: Final = re.compile(r"(?<!\\)\|")
_SPACES: Final = re.compile(r"[ \t]*\n?[ \t>]*")


@dataclass(frozen=True)
class LeafSource:
    """Running text in the source: the span of each token where it is known, and of the whole with its markup."""

    spans: tuple[Span | None, ...]
    lo: int
    hi: int


@dataclass(frozen=True)
class Located:
    """A unit and its place: first and last line (from 0), and its leaves; None for a leaf that has no place."""

    unit: Unit
    first: int
    last: int
    leaves: tuple[LeafSource | None, ...]


class Source:
    """A Markdown text without front matter, by lines."""

    def __init__(self, anchors: Anchored) -> None:
        self.text = anchors.source
        self._words = anchors.words
        self._hidden = anchors.hidden
        self.starts = [0]
        for found in re.finditer("\n", self.text):
            self.starts.append(found.end())

    def line_of(self, place: int) -> int:
        """The line, from 0, on which a place of the text stands."""
        return bisect_right(self.starts, place) - 1

    def line(self, number: int) -> str:
        """A line without its end; empty beyond the text."""
        if not 0 <= number < len(self.starts):
            return ""
        return self.text[self.starts[number] : self.end_of(number)]

    def end_of(self, number: int) -> int:
        """Where a line ends, before its line feed."""
        return self.starts[number + 1] - 1 if number + 1 < len(self.starts) else len(self.text)

    def locate(self, unit: Unit) -> Located | None:
        """The place of a unit; None if none of its words has a mark."""
        found: list[LeafSource | None] = [self._leaf(leaf, unit.kind == "row") for leaf in unit.leaves]
        known = [span for leaf in found if leaf for span in leaf.spans if span]
        if not known:
            return None
        first = self.line_of(min(start for start, _ in known))
        last = self.line_of(max(end for _, end in known) - 1)
        while last + 1 < len(self.starts) and _ATTRIBUTES_ONLY.fullmatch(self.line(last + 1)):
            last += 1
        return Located(unit, first, last, tuple(found))

    def _leaf(self, leaf: Leaf, cell: bool) -> LeafSource | None:
        spans: list[Span | None] = [None if token.number is None else self._words[token.number] for token in leaf]
        anchored = [at for at, span in enumerate(spans) if span]
        if not anchored:
            return None
        known = [span for span in spans if span]
        lo, hi = self._bounds(known[0][0], known[-1][1], cell)
        borders = [-1, *anchored, len(leaf)]
        for before, after in pairwise(borders):
            left, right = (
                (spans[before] if before >= 0 else None),
                (spans[after] if after < len(leaf) else None),
            )
            start, end = (left[1] if left else lo), (right[0] if right else hi)
            for at in range(before + 1, after):
                span = self._find(leaf[at].text, start, end)
                spans[at] = span
                start = span[1] if span else start
        return LeafSource(tuple(spans), lo, hi)

    def _bounds(self, start: int, end: int, cell: bool) -> Span:
        first, last = self.line_of(start), self.line_of(end - 1)
        lo, hi = self.starts[first], self.end_of(last)
        if cell and _BAR.search(self.line(first)):
            for bar in _BAR.finditer(self.text, lo, start):
                lo = bar.end()
            right = _BAR.search(self.text, end, hi)
            hi = right.start() if right else hi
            inner = self.text[lo:hi]
            return lo + len(inner) - len(inner.lstrip()), lo + len(inner.rstrip())
        prefix = PREFIX.match(self.text, lo, start)
        lo = prefix.end() if prefix else lo
        suffix = _SUFFIX.search(self.text, end, hi)
        if suffix:
            hi = suffix.start()
        return lo, max(hi, end)

    def _find(self, text: str, start: int, end: int) -> Span | None:
        """Where a token without a mark stands between two places: the first that fits, markup passed over."""
        if text == NOTE:
            mark = _NOTE_MARK.search(self.text, start, end)
            return mark.span() if mark else None
        if text == BREAK:
            return None
        at = start
        while at < end:
            hidden = next((span for span in self._hidden if span[0] <= at < span[1]), None)
            if hidden:
                if html.unescape(self.text[hidden[0] : hidden[1]]) == text:
                    return hidden
                at = hidden[1]
            elif text == " " and self.text[at].isspace():
                found = _SPACES.match(self.text, at, end)
                return found.span() if found else None
            elif self.text[at] == "\\" and self.text.startswith(text, at + 1):
                return at, at + 1 + len(text)
            elif self.text.startswith(text, at) and at + len(text) <= end:
                return at, at + len(text)
            else:
                at += 1
        return None
