"""The texts that a document has had, as the first one and the steps from each to the next.

A static host cannot compare on demand, and a page for every pair would grow with the square of the releases. So only
what changed from one text to the next is published: the first text's blocks, and for each step the edits, each with the
piece of the redline that shows it. The browser puts any two texts together from them (`theme/assets/compare.js/`).

A step's file never changes: its name digests both texts and the code that compares them. The next publish reads the
steps from the pages branch and works out the new ones only, in a fresh clone too.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from yururluk.core.model import Text
from yururluk.redline import compare_html
from yururluk.redline.blocks import VOID
from yururluk.redline.marks import one_side
from yururluk.text.markdown import rendering

_VOID: Final = VOID | {"link", "meta"}
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)(?:\"[^\"]*\"|[^\">])*>")
_FORMAT: Final = 2


@dataclass(frozen=True)
class Series:
    """The texts of a document in one language, oldest first, each with its version.

    `pairs` are the (old, new) versions that have a redline page of their own: each must be one step.
    """

    document: str
    locale: str
    texts: tuple[tuple[str, Text], ...]
    pairs: tuple[tuple[str, str], ...] = ()


def woven_files(
    series: Series, code: str = "", known: Mapping[str, bytes] = MappingProxyType({})
) -> tuple[bytes, dict[str, bytes]]:
    """The file of a series from which a browser compares any two of its texts, and the steps' files by name.

    `code` digests the code that compares, `known` holds steps' files made before. Raises RenderError where a text
    cannot be rendered.
    """
    steps = _Steps(series, code, known)
    texts: list[Text] = []  # each rendering once
    numbers: dict[str, int] = {}
    releases: dict[str, int] = {}
    for version, text in series.texts:
        digest = steps.rendering(text)
        if digest not in numbers:
            numbers[digest] = len(texts)
            texts.append(text)
        releases[version] = numbers[digest]
    content = {
        "format": _FORMAT,
        "document": series.document,
        "locale": series.locale,
        "releases": releases,
        "first": blocks_of(_rendered(texts[0])) if texts else [],
        "steps": [
            [source, target, step["edits"], step["words"], step["key_changes"]]
            for source, target in _between(releases, series.pairs)
            for step in [steps.step(texts[source], texts[target])]
        ],
    }
    return _json(content), steps.files


def _between(releases: Mapping[str, int], pairs: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    """The texts between which steps lead: those of the pairs, and the one before a text to which no pair leads."""
    olds: dict[str, list[int]] = defaultdict(list)
    for old, new in pairs:
        olds[new].append(releases[old])
    found: dict[tuple[int, int], None] = {}
    reached = {0}
    previous = 0
    for version, number in releases.items():
        sources = olds[version] or ([] if number in reached else [previous])
        found |= {(source, number): None for source in sources if source != number}
        reached.add(number)
        previous = number
    return list(found)


class _Steps:
    """The steps of a series: those that are known, and those that are worked out here. `files` are all that were asked
    for."""

    def __init__(self, series: Series, code: str, known: Mapping[str, bytes]) -> None:
        self._locale = series.locale
        self._code = code
        self._known: dict[str, dict[str, Any]] = {}
        self._renderings: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        texts = dict(series.texts)
        pairs = [(texts[old], texts[new]) for old, new in series.pairs]
        for old, new in (*pairs, *itertools.pairwise(texts.values())):
            name = self._name(old, new)
            if name not in known or name in self._known:
                continue
            try:
                step = json.loads(known[name])
                digests = {_key(old): str(step["renderings"][0]), _key(new): str(step["renderings"][1])}
                self._known[name] = {part: step[part] for part in ("renderings", "edits", "words", "key_changes")}
            except (ValueError, KeyError, IndexError, TypeError):
                continue  # somebody changed the file: the step is worked out again
            self._renderings |= digests

    def _name(self, old: Text, new: Text) -> str:
        what = "\0".join((self._code, self._locale, _key(old), _key(new)))
        return f"{hashlib.sha256(what.encode()).hexdigest()}.json"

    def rendering(self, text: Text) -> str:
        """The digest of a text's rendering."""
        key = _key(text)
        if key not in self._renderings:
            self._renderings[key] = hashlib.sha256(_rendered(text).encode()).hexdigest()
        return self._renderings[key]

    def step(self, old: Text, new: Text) -> dict[str, Any]:
        """The step from one text to the next, as its file holds it: the edits, the numbers of words added and removed,
        and what matters first, as on the pair's own page."""
        name = self._name(old, new)
        if name not in self._known:
            before, after = _rendered(old), _rendered(new)
            redline = compare_html(before, after, locale=self._locale)
            summary = redline.summary
            matters = [[one.kind, one.old, one.new, clause.id, clause.title] for clause, one in summary.matters]
            self._known[name] = {
                "renderings": [self.rendering(old), self.rendering(new)],
                "edits": [edit.listed() for edit in _edits(redline.html, blocks_of(before), blocks_of(after))],
                "words": [summary.words_added, summary.words_removed],
                "key_changes": matters,
            }
        self.files[name] = _json(self._known[name])
        return self._known[name]


def _key(text: Text) -> str:
    return f"{text.sha256} {text.rendering}"


def _rendered(text: Text) -> str:
    return rendering(text.source, text.rendering)


def _json(value: Any) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def blocks_of(html: str) -> list[str]:
    """The top-level blocks of a rendering; joined by line feeds they are the rendering again.

    What is not parted by just a line feed from its neighbour, such as loose text, is taken as one block with it.
    """
    spans = list(_nodes(html))
    blocks: list[str] = []
    start = 0
    for at, (lo, hi, is_element) in enumerate(spans):
        between = 0 < at < len(spans) - 1 and spans[at - 1][2] and spans[at + 1][2]
        if not is_element and between and html[lo:hi] == "\n":
            blocks.append(html[start:lo])
            start = hi
    if html:
        blocks.append(html[start:])
    return blocks


@dataclass(frozen=True)
class _Edit:
    """One piece of a redline: `old` blocks from `at` on became the blocks `new`; `html` shows it, white space around
    it included. `readable` says whether the new blocks can be read out of `html` one element at a time."""

    at: int
    old: int
    new: Sequence[str]
    html: str
    readable: bool = True

    def listed(self) -> list[Any]:
        """The edit as it is in the file."""
        values = [self.at, self.old, len(self.new), self.html]
        return values if self.readable else [*values, list(self.new)]


def _edits(redline: str, old: Sequence[str], new: Sequence[str]) -> list[_Edit]:
    """The edits that a redline consists of. What is between them is common to both sides.

    Each edit is proved: what it rejects and accepts are blocks of the old and the new text. Where that fails,
    all the rest is one edit, which is as right as the redline itself.
    """
    edits: list[_Edit] = []
    i = j = 0  # blocks of either side that are behind us
    done = 0  # up to here the redline is accounted for
    after_edit = False  # white space after an edit belongs to it

    def grow(html: str) -> None:
        edits[-1] = replace(edits[-1], html=edits[-1].html + html)

    for lo, hi, is_element in _nodes(redline):
        if not is_element and not redline[lo:hi].strip():
            continue
        piece = redline[done:hi]
        bare = piece.lstrip()
        if i < len(old) and j < len(new) and bare == old[i] == new[j]:
            space = piece[: len(piece) - len(bare)]
            if after_edit:
                if space:
                    grow(space)
            elif space != ("\n" if i else ""):
                edits.append(_Edit(i, 0, (), space))
            i, j, done, after_edit = i + 1, j + 1, hi, False
            continue
        accepted = one_side(piece, "del")
        olds = _taken(one_side(piece, "ins"), old, i)
        news = _taken(accepted, new, j)
        if olds is None or news is None:
            continue
        edits.append(_edit(i, olds, new[j : j + news], piece, accepted))
        i, j, done, after_edit = i + olds, j + news, hi, True
    rest = redline[done:]
    if rest.strip() or i < len(old) or j < len(new):
        accepted = one_side(rest, "del")
        edits.append(_edit(i, len(old) - i, new[j:], rest, accepted))
    elif rest and after_edit:
        grow(rest)
    elif rest:
        edits.append(_Edit(i, 0, (), rest))
    return edits


def _edit(at: int, olds: int, news: Sequence[str], html: str, accepted: str) -> _Edit:
    readable = [accepted[lo:hi] for lo, hi, is_element in _nodes(accepted) if is_element]
    loose = any(accepted[lo:hi].strip() for lo, hi, is_element in _nodes(accepted) if not is_element)
    return _Edit(at, olds, news, html, not loose and readable == list(news))


def _taken(side: str, blocks: Sequence[str], at: int) -> int | None:
    """How many blocks from `at` on one side of a piece is, white space aside; None if it ends inside one."""
    wanted = "".join(side.split())
    count = 0
    while wanted:
        if at + count >= len(blocks):
            return None
        block = "".join(blocks[at + count].split())
        if not wanted.startswith(block):
            return None
        wanted = wanted[len(block) :]
        count += 1
    return count


def _nodes(html: str) -> Iterator[tuple[int, int, bool]]:
    """Where each top-level node of well-formed HTML begins and ends, and whether it is an element."""
    depth = start = end = 0
    for tag in _TAG.finditer(html):
        if tag[1]:
            depth -= 1
        else:
            if not depth:
                if tag.start() > end:
                    yield end, tag.start(), False
                start = tag.start()
            if tag[2].lower() not in _VOID:
                depth += 1
        if not depth:
            end = tag.end()
            yield start, end, True
    if end < len(html):
        yield end, len(html), False
