"""Which place of the Markdown source each word of a rendering comes from.

Each word of the source gets a mark of two private characters behind it. The text is rendered with them, by the
site's own rules, and goes to Word's format and back: where a mark comes out, there is that word. Nothing of Markdown's
grammar is guessed: marks are only kept where the rendering without them is the rendering of the source.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from yururluk.text.markdown import render
from yururluk.word.reading import ANCHOR, BREAK, NOTE, PRIVATE, WORD, Tokens, Unit, mark_of

#: What shows no words of its own, or is read letter by letter: addresses, attributes, tags, markers of blocks.
_HIDDEN: Final = re.compile(
    r"<!--.*?-->"
    r"|^[ ]{0,3}\[(?!\^)[^\]\n]+\]:[^\n]*(?:\n[ ]+[\"'(][^\n]*)?"  # where a link of that name leads
    r"|^\*\[[^\]\n]+\]:[^\n]*"  # what an abbreviation stands for
    r"|^[ >]*(?:`{3,}|~{3,})[^\n]*"
    r"|^[ ]*(?:!!!|\?\?\?\+?)[ ]*[\w -]+"
    r"|^[ >]*(?:[-*+•][ ]+)*(?:\(?[^\W_]{1,7}[.)]|§§?[ ]?[0-9]+[a-z]?|[0-9]+(?:\.[0-9]+)+[.)]?)(?=[ \t\u00a0])"
    r"|</?[A-Za-z][^<>]*>|<[^<>\s]+[:@][^<>\s]+>"
    r"|\[\^[^\]\n]+\]:?"
    r"|(?<=\])\((?:[^()\n]|\([^()\n]*\))*\)"
    r"|(?<=\])[ ]?\[[^\]\n]*\]"
    r"|\{:?[ ]*[#.\w][^{}\n]*\}"
    r"|&\#?\w+;",
    re.MULTILINE | re.DOTALL,
)
_DEFINED: Final = re.compile(r"^[ ]{0,3}\[(?!\^)([^\]\n]+)\]:", re.MULTILINE)


@dataclass(frozen=True)
class Anchored:
    """A source with its marks: `words` are the spans of its words in the source, by the number of their mark.

    `hidden` are the spans of the source that show no words. `marked` is the source with marks behind its words.
    """

    source: str
    words: tuple[tuple[int, int], ...]
    hidden: tuple[tuple[int, int], ...]
    marked: str

    @property
    def html(self) -> str:
        """The rendering, with marks."""
        return render(self.marked)


def anchored(body: str) -> Anchored:
    """The marks of a text without its front matter. Where marks would change the rendering, there are none."""
    hidden = tuple(_hidden(body))
    # Under rules 2 the sign of an index, H~2~O, needs a letter before it, and a mark is none.
    shown = [found.span() for found in WORD.finditer(body) if body[found.end() : found.end() + 1] not in ("~", "^")]
    words = tuple(_outside(shown, hidden))
    if PRIVATE.search(body):
        words = ()
    plain = _folded(render(body))
    allowed = _allowed(body, words, plain)
    return Anchored(body, words, hidden, _marked(body, words, allowed))


def _hidden(body: str) -> Iterator[tuple[int, int]]:
    names = {" ".join(name.split()).lower() for name in _DEFINED.findall(body)}
    spans = [found.span() for found in _HIDDEN.finditer(body)]
    if names:
        # A link that is named by its own words breaks when a word is marked.
        for found in re.finditer(r"\[([^\[\]]+)\](?![(:])(?:\[\])?", body):
            if " ".join(found[1].split()).lower() in names:
                spans.append(found.span())
    yield from sorted(spans)


def _outside(spans: Iterable[tuple[int, int]], hidden: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in spans:
        while at < len(hidden) and hidden[at][1] <= start:
            at += 1
        if not any(low < end and start < high for low, high in hidden[at : at + 3]):
            yield start, end


def _allowed(body: str, words: tuple[tuple[int, int], ...], plain: str) -> set[int]:
    """The numbers of the words that can be marked without a change of the rendering."""
    everything = set(range(len(words)))
    if _folded(render(_marked(body, words, everything))) == plain:
        return everything
    good: set[int] = set()
    # Line by line, halving: few lines are odd, and the others must not suffer.
    lines: dict[int, list[int]] = {}
    for number, (start, _) in enumerate(words):
        lines.setdefault(body.count("\n", 0, start), []).append(number)
    pending = [sorted(lines)]
    while pending:
        some = pending.pop()
        tried = good | {number for line in some for number in lines[line]}
        if _folded(render(_marked(body, words, tried))) == plain:
            good = tried
        elif len(some) > 1:
            pending += [some[len(some) // 2 :], some[: len(some) // 2]]
    return good


def _folded(html: str) -> str:
    """A rendering without marks; white space, which a reader does not see, counts as one space."""
    return " ".join(without_anchors(html).split())


def _marked(body: str, words: tuple[tuple[int, int], ...], allowed: set[int]) -> str:
    out: list[str] = []
    at = 0
    for number, (_, end) in enumerate(words):
        if number in allowed:
            out += [body[at:end], mark_of(number)]
            at = end
    return "".join([*out, body[at:]])


def without_anchors(text: str) -> str:
    return ANCHOR.sub("", text)


Span = tuple[int, int]

#: The signs before the words of a line: quotation, list and heading markers, a note's name, a meaning's colon.
_PREFIX: Final = re.compile(
    r"[ \t]*(?:>[ \t]?)*[ \t]*(?:\[\^[^\]\n]+\]:[ \t]*)?(?:(?:[-*+•·▪▫◦‣●○■□]|[0-9]+[.)])[ \t]+)*"
    r"(?:#{1,6}[ \t]*)?(?::[ \t]+)?"
)
_SUFFIX: Final = re.compile(r"(?:[ \t]*\{:?[ ]*[#.\w][^{}\n]*\})?[ \t]*(?:#+[ \t]*)?$")
_ATTRIBUTES_ONLY: Final = re.compile(r"[ \t]*\{:?[ ]*[#.\w][^{}\n]*\}[ \t]*|[ ]*[=-]{3,}[ ]*")
_NOTE_MARK: Final = re.compile(r"\[\^[^\]\n]+\]")
_BAR: Final = re.compile(r"(?<!\\)\|")
_SPACES: Final = re.compile(r"[ \t]*\n?[ \t>]*")


@dataclass(frozen=True)
class TextSource:
    """Running text in the source: the span of each token where it is known, and of the whole with its markup."""

    spans: tuple[Span | None, ...]
    lo: int
    hi: int


@dataclass(frozen=True)
class Located:
    """A unit and its place: first and last line (from 0), and its cells; None for a cell without a place."""

    unit: Unit
    first: int
    last: int
    cells: tuple[TextSource | None, ...]


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
        """The line, from 0, of a place of the text."""
        return bisect_right(self.starts, place) - 1

    def line(self, number: int) -> str:
        """A line without its end; empty beyond the text."""
        if not 0 <= number < len(self.starts):
            return ""
        return self.text[self.starts[number] : self.end_of(number)]

    def prefix(self, number: int) -> str:
        """The signs before the words of a line."""
        found = _PREFIX.match(self.line(number))
        return found[0] if found else ""

    def end_of(self, number: int) -> int:
        """Where a line ends, before its line feed."""
        return self.starts[number + 1] - 1 if number + 1 < len(self.starts) else len(self.text)

    def locate(self, unit: Unit) -> Located | None:
        """The place of a unit; None if none of its words has a mark."""
        found: list[TextSource | None] = [self._leaf(leaf, unit.kind == "row") for leaf in unit.cells]
        known = [span for leaf in found if leaf for span in leaf.spans if span]
        if not known:
            return None
        first = self.line_of(min(start for start, _ in known))
        last = self.line_of(max(end for _, end in known) - 1)
        while last + 1 < len(self.starts) and _ATTRIBUTES_ONLY.fullmatch(self.line(last + 1)):
            last += 1
        return Located(unit, first, last, tuple(found))

    def _leaf(self, leaf: Tokens, cell: bool) -> TextSource | None:
        spans: list[Span | None] = [None if token.number is None else self._words[token.number] for token in leaf]
        anchored = [at for at, span in enumerate(spans) if span]
        if not anchored:
            return None
        known = [span for span in spans if span]
        lo, hi = self._bounds(known[0][0], known[-1][1], cell)
        borders = [-1, *anchored, len(leaf)]
        for before, after in pairwise(borders):
            left, right = ((spans[before] if before >= 0 else None), (spans[after] if after < len(leaf) else None))
            start, end = (left[1] if left else lo), (right[0] if right else hi)
            for at in range(before + 1, after):
                span = self._find(leaf[at].text, start, end)
                spans[at] = span
                start = span[1] if span else start
        return TextSource(tuple(spans), lo, hi)

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
        prefix = _PREFIX.match(self.text, lo, start)
        lo = prefix.end() if prefix else lo
        suffix = _SUFFIX.search(self.text, end, hi)
        if suffix:
            hi = suffix.start()
        return lo, max(hi, end)

    def _find(self, text: str, start: int, end: int) -> Span | None:
        """The place of a token without a mark between two places: the first that fits, markup passed over."""
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
