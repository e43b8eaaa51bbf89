"""The texts that a document has had, as the first one and the steps from each to the next.

A static host cannot compare on demand, and a page for every pair would grow with the square of the releases. So only
what changed from one text to the next is published: the first text's blocks, and for each step the edits, each with the
piece of the redline that shows it. `composing` puts any two texts together from them, as the browser does
(`theme/assets/compare.js/`).

A step's file never changes: its name digests both texts and the code that compares them. The next publish reads the
steps from the pages branch and works out the new ones only, in a fresh clone too.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from yururluk.core.model import Text
from yururluk.redline import Redline, compare_html
from yururluk.redline.blocks import VOID
from yururluk.text.markdown import render, rendering

_VOID: Final = VOID | {"link", "meta"}
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)(?:\"[^\"]*\"|[^\">])*>")
_PAIR: Final = re.compile(r'data-redline-pair="([^"]*)"')


@dataclass(frozen=True)
class Edit:
    """One piece of a redline: `old` blocks from `at` on became `new` blocks; `html` shows it, white space around
    it included. `blocks` are the new blocks where they cannot be read out of `html` one element at a time."""

    at: int
    old: int
    new: int
    html: str
    blocks: tuple[str, ...] | None = None

    @cached_property
    def pairs(self) -> frozenset[str]:
        """The pairs of which at least one side is in it."""
        return frozenset(_PAIR.findall(self.html))


@dataclass(frozen=True)
class Step:
    """What changed from one text to another. `words` are the numbers of words added and removed, `key_changes` what
    matters first (its kind, the old and the new value, the clause's id and title), as on the pair's own page."""

    source: int
    target: int
    edits: tuple[Edit, ...]
    words: tuple[int, int] = (0, 0)
    key_changes: tuple[tuple[str, str, str, str, str], ...] = ()


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


def edits_of(redline: str, old: Sequence[str], new: Sequence[str], locale: str) -> tuple[Edit, ...]:
    """The edits that a redline consists of. What is between them is common to both sides.

    Each edit is proved: what it rejects and accepts are blocks of the old and the new text. Where that fails,
    all the rest is one edit, which is as right as the redline itself.
    """
    edits: list[Edit] = []
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
                edits.append(Edit(i, 0, 0, space))
            i, j, done, after_edit = i + 1, j + 1, hi, False
            continue
        view = Redline(piece, locale=locale)
        accepted = view.accepted_html()
        olds = _taken(view.rejected_html(), old, i)
        news = _taken(accepted, new, j)
        if olds is None or news is None:
            continue
        edits.append(_edit(i, olds, new[j : j + news], piece, accepted))
        i, j, done, after_edit = i + olds, j + news, hi, True
    rest = redline[done:]
    if rest.strip() or i < len(old) or j < len(new):
        accepted = Redline(rest, locale=locale).accepted_html()
        edits.append(_edit(i, len(old) - i, new[j:], rest, accepted))
    elif rest and after_edit:
        grow(rest)
    elif rest:
        edits.append(Edit(i, 0, 0, rest))
    return tuple(edits)


def _edit(at: int, olds: int, news: Sequence[str], html: str, accepted: str) -> Edit:
    readable = [accepted[lo:hi] for lo, hi, is_element in _nodes(accepted) if is_element]
    loose = any(accepted[lo:hi].strip() for lo, hi, is_element in _nodes(accepted) if not is_element)
    plain = not loose and readable == list(news)
    return Edit(at, olds, len(news), html, None if plain else tuple(news))


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


def listed(edit: Edit) -> list[Any]:
    """An edit as it is in the file."""
    values = [edit.at, edit.old, edit.new, edit.html]
    return values if edit.blocks is None else [*values, list(edit.blocks)]


def new_blocks(edit: Edit) -> tuple[str, ...]:
    """The blocks that an edit brings."""
    if edit.blocks is not None:
        return edit.blocks
    accepted = Redline(edit.html, locale="").accepted_html()
    return tuple(accepted[lo:hi] for lo, hi, is_element in _nodes(accepted) if is_element)


def after(blocks: Sequence[str], edits: Iterable[Edit]) -> Iterator[str]:
    """The blocks of the text that the edits of these blocks make."""
    at = 0
    for edit in edits:
        yield from blocks[at : edit.at]
        yield from new_blocks(edit)
        at = edit.at + edit.old
    yield from blocks[at:]


def renamed(edit: Edit, place: int) -> Edit:
    """The edit with its pairs named after the step, since each step numbers its own from one."""
    html = edit.html
    if edit.pairs:
        names = "|".join(re.escape(name) for name in sorted(edit.pairs, key=len, reverse=True))
        places = re.compile(rf'(<[^<>]*? (?:data-redline-pair|id|href|aria-[a-z]+)="#?)(?=(?:{names})[-"])')
        changed = 1
        while changed:  # an element may carry several
            html, changed = places.subn(rf"\g<1>{place + 1}-", html)
    return replace(edit, html=html)


# --- the texts of a document, and the steps between them

FORMAT: Final = 2


_Text = TypeVar("_Text")


@dataclass(frozen=True)
class Series(Generic[_Text]):
    """The texts of a document in one language, oldest first, as (version, text): its Markdown, or what has it.

    `pairs` are the (old, new) versions that have a redline page of their own: each must be one step.
    """

    document: str
    locale: str
    texts: tuple[tuple[str, _Text], ...]
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Weave:
    """All texts of a document. `releases` gives the text (by number) that each version holds."""

    document: str
    locale: str
    releases: Mapping[str, int]
    first: tuple[str, ...]
    steps: tuple[Step, ...]

    def to_json(self) -> bytes:
        """The file that is published beside the page."""
        content: dict[str, Any] = {
            "format": FORMAT,
            "document": self.document,
            "locale": self.locale,
            "releases": dict(self.releases),
            "first": list(self.first),
            "steps": [
                [step.source, step.target, [listed(edit) for edit in step.edits], step.words, step.key_changes]
                for step in self.steps
            ],
        }
        return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    @cached_property
    def states(self) -> Mapping[int, tuple[str, ...]]:
        """The blocks of every text."""
        found = {0: self.first}
        for step in self.steps:
            if step.target not in found:
                found[step.target] = tuple(after(found[step.source], step.edits))
        return found

    def path(self, old: int, new: int) -> tuple[tuple[Step, bool], ...]:
        """The shortest way between two texts: steps, each with whether it is gone forwards."""
        back: dict[int, tuple[int, Step, bool]] = {}
        queue = deque([old])
        while queue and new not in back:
            here = queue.popleft()
            # Forwards first: a step that leads there is the pair's own redline.
            ways = [(step.source, step.target, step, True) for step in self.steps]
            ways += [(step.target, step.source, step, False) for step in self.steps]
            for source, target, step, forwards in ways:
                if source == here and target != old and target not in back:
                    back[target] = (here, step, forwards)
                    queue.append(target)
        way: list[tuple[Step, bool]] = []
        while new != old:
            new, step, forwards = back[new]
            way.append((step, forwards))
        return tuple(reversed(way))


@dataclass(frozen=True)
class Layout(Generic[_Text]):
    """Which texts a series has, each once, which of them each version holds, and which steps lead between them."""

    texts: tuple[_Text, ...]
    releases: Mapping[str, int]
    steps: tuple[tuple[int, int], ...]


def laid_out(series: Series[_Text], rendering: Callable[[_Text], str]) -> Layout[_Text]:
    """The layout of a series. `rendering` gives a text's HTML, or anything else that is the same for the same HTML."""
    texts: list[_Text] = []
    numbers: dict[str, int] = {}
    releases: dict[str, int] = {}
    for version, text in series.texts:
        html = rendering(text)
        if html not in numbers:
            numbers[html] = len(texts)
            texts.append(text)
        releases[version] = numbers[html]
    steps: dict[tuple[int, int], None] = {}

    def add(source: int, target: int) -> None:
        if source != target:
            steps.setdefault((source, target))

    befores: dict[str, list[str]] = {}
    for old, new in series.pairs:
        befores.setdefault(new, []).append(old)
    reached = {0}
    previous = None
    for version, number in releases.items():
        for old in befores.get(version, []):
            add(releases[old], number)
        if number not in reached and not befores.get(version) and previous is not None:
            add(previous, number)
        reached.add(number)
        previous = number
    return Layout(tuple(texts), releases, tuple(steps))


def weave(series: Series[str]) -> Weave:
    """Weave the texts of a series. Raises RenderError where one of them cannot be rendered."""
    renderings: dict[str, str] = {}

    def rendering(markdown: str) -> str:
        if markdown not in renderings:
            renderings[markdown] = render(markdown, locale=series.locale)
        return renderings[markdown]

    layout = laid_out(series, rendering)
    html = [rendering(text) for text in layout.texts]
    steps = tuple(
        step_between(source, target, html[source], html[target], series.locale) for source, target in layout.steps
    )
    first = tuple(blocks_of(html[0])) if html else ()
    return Weave(series.document, series.locale, layout.releases, first, steps)


def step_between(source: int, target: int, old: str, new: str, locale: str) -> Step:
    """What changed from one rendering to another; `source` and `target` are the numbers of the texts."""
    found = compare_html(old, new, locale=locale)
    edits = edits_of(found.html, blocks_of(old), blocks_of(new), locale)
    summary = found.summary
    key_changes = tuple((one.kind, one.old, one.new, clause.id, clause.title) for clause, one in summary.matters)
    return Step(source, target, edits, (summary.words_added, summary.words_removed), key_changes)


# --- as files


def woven_files(
    series: Series[Text], code: str = "", known: Mapping[str, bytes] | None = None
) -> tuple[bytes, dict[str, bytes]]:
    """The same bytes as `weave(series).to_json()` of their Markdown, and the steps' files by name.

    `code` digests the code that compares, `known` holds steps' files made before. Raises RenderError where a text
    cannot be rendered.
    """
    steps = _Steps(series, code, known or {})
    layout = laid_out(series, steps.rendering)
    joined = []
    for source, target in layout.steps:
        found = steps.step(layout.texts[source], layout.texts[target])
        joined.append(_json([source, target, found["edits"], found["words"], found["key_changes"]]))
    head = {"format": FORMAT, "document": series.document, "locale": series.locale, "releases": layout.releases}
    first = _json(blocks_of(_rendered(layout.texts[0])) if layout.texts else [])
    whole = f'{_json(head)[:-1]},"first":{first},"steps":[{",".join(joined)}]}}\n'
    return whole.encode(), steps.files


class _Steps:
    """The steps of a series: those that are known, and those that are worked out here. `files` are all that were asked
    for."""

    def __init__(self, series: Series[Text], code: str, known: Mapping[str, bytes]) -> None:
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
        """The step from one text to the next, as its file holds it."""
        name = self._name(old, new)
        if name not in self._known:
            made = step_between(0, 1, _rendered(old), _rendered(new), self._locale)
            self._known[name] = {
                "renderings": [self.rendering(old), self.rendering(new)],
                "edits": [listed(edit) for edit in made.edits],
                "words": list(made.words),
                "key_changes": [list(change) for change in made.key_changes],
            }
        step = self._known[name]
        self.files[name] = f"{_json(step)}\n".encode()
        return step


def _key(text: Text) -> str:
    return f"{text.sha256} {text.rendering}"


def _rendered(text: Text) -> str:
    return rendering(text.source, text.rendering)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
