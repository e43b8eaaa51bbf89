"""Finds out which word of a rendered text is which word of its Markdown source.

Each word of the source gets a mark of two private characters behind it. The text is rendered with them, by the
site's own rules, and goes on to Word's form and back; where a mark comes out, there stands that word. Nothing of
Markdown's grammar is guessed: marks are only kept where the rendering without them is the rendering of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from yururluk.text.markdown import render

_BASE: Final = 4096
_FIRST: Final = 0xF0000
_PRIVATE: Final = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _BASE - 1)}]")
#: A mark, wherever it comes out.
ANCHOR: Final = re.compile(f"([{chr(_FIRST)}-{chr(_FIRST + _BASE - 1)}])([{chr(_FIRST)}-{chr(_FIRST + _BASE - 1)}])")
WORD: Final = re.compile(r"[^\W_]+")

#: What shows no words of its own, or is read letter by letter: addresses, attributes, tags, markers of blocks.
_HIDDEN: Final = re.compile(
    r"<!--.*?-->"
    r"|^[ ]{0,3}\[(?!\^)[^\]\n]+\]:[^\n]*(?:\n[ ]+[\"'(][^\n]*)?"  # where a link of that name leads
    r"|^\*\[[^\]\n]+\]:[^\n]*"  # what an abbreviation stands for
    r"|^[ >]*(?:`{3,}|~{3,})[^\n]*"
    r"|^[ ]*(?:!!!|\?\?\?\+?)[ ]*[\w -]+"
    r"|^[ >]*(?:[-*+][ ]+)*[0-9]+[.)](?=[ \t])"
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
    shown = [found.span() for found in WORD.finditer(body)]
    words = tuple(_outside(shown, hidden))
    if _PRIVATE.search(body):
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
            out += [body[at:end], _mark(number)]
            at = end
    return "".join([*out, body[at:]])


def _mark(number: int) -> str:
    high, low = divmod(number, _BASE)
    return chr(_FIRST + high) + chr(_FIRST + low)


def number_of(mark: re.Match[str]) -> int:
    """Which word a mark stands behind."""
    return (ord(mark[1]) - _FIRST) * _BASE + ord(mark[2]) - _FIRST


def without_anchors(text: str) -> str:
    return ANCHOR.sub("", text)
