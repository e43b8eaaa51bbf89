"""Weaves every text a document has had into one piece of data, out of which any two can be read as a redline.

A static host cannot compare on demand, and a page for every pair would grow with the square of the releases. So
only what changed from one text to the next is kept: the first text's blocks, and for each step the edits, each
with the very piece of the redline that shows it. To show any pair, the edits on the way from the old text to the
new one are put together. An edit that no later one touches is shown as it stands; where several touch each other,
the blocks of both sides are compared anew. The browser does this (`overrides/assets/compare.js/`); here is the same
in its plainest form, which proves the data, and which the browser's answers are tested against.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from yururluk.lineage.weave.edits import Edit, Step, after, blocks_of, edits_of, listed, renamed, without_ids
from yururluk.lineage.weave.regions import regions
from yururluk.redline import compare_html
from yururluk.text.markdown import render

FORMAT: Final = 1


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
                [step.source, step.target, [listed(edit) for edit in step.edits], list(step.words)]
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
    return Step(source, target, edits, (found.summary.words_added, found.summary.words_removed))


def pair(woven: Weave, old: str, new: str) -> str:
    """The redline of two releases: as on its own page where one step leads there, else put together.

    Blocks that have to be compared anew are shown whole here, the old ones deleted and the new ones inserted.
    """
    return redline_of(woven, woven.releases[old], woven.releases[new])


def redline_of(woven: Weave, old: int, new: int) -> str:
    """The redline of two texts by their numbers."""
    way = woven.path(old, new)
    ours, theirs = woven.states[old], woven.states[new]
    found = regions(way)
    if len(way) == 1 and way[0][1]:
        return _as_it_stands(ours, way[0][0].edits)
    parts: list[str] = []
    at = 0
    for region in found:
        parts += ours[at : region.a]
        if region.edit is not None:
            place, number = region.edit
            parts.append(renamed(way[place][0].edits[number], place).html)
        elif ours[region.a : region.a_end] == theirs[region.b : region.b_end]:
            parts += ours[region.a : region.a_end]
        else:
            parts += [_whole("del", without_ids(block)) for block in ours[region.a : region.a_end]]
            parts += [_whole("ins", block) for block in theirs[region.b : region.b_end]]
        at = region.a_end
    parts += ours[at:]
    return "\n".join(parts)


def _as_it_stands(blocks: Sequence[str], edits: Sequence[Edit]) -> str:
    out: list[str] = []
    at = 0
    for edit in edits:
        out += ["\n".join(blocks[at : edit.at]), edit.html]
        at = edit.at + edit.old
    return "".join([*out, "\n".join(blocks[at:])])


def _whole(side: str, block: str) -> str:
    return f'<{side} data-redline="{side}">{block}</{side}>'
