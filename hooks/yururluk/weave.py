"""Weaves every text a document has had into one piece of data, out of which any two can be read as a redline.

A static host cannot compare on demand, and a page for every pair would grow with the square of the releases. So
only what changed from one text to the next is kept: the first text's blocks, and for each step the edits, each
with the very piece of the redline that shows it. To show any pair, the edits on the way from the old text to the
new one are put together. An edit that no later one touches is shown as it stands; where several touch each other,
the blocks of both sides are compared anew. The browser does this (`overrides/assets/weave.js`); here is the same
in its plainest form, which proves the data, and which the browser's answers are tested against.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from yururluk.markdown import render
from yururluk.redline import Redline, compare_html

FORMAT: Final = 1

_VOID: Final = frozenset(
    {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)(?:\"[^\"]*\"|[^\">])*>")
_ID: Final = re.compile(r'(<[a-z][^<>]*?) id="')
_PAIR: Final = re.compile(r'data-redline-pair="([^"]*)"')


@dataclass(frozen=True)
class Series:
    """The texts of a document in one language, oldest first, as (version, Markdown).

    `pairs` are the (old, new) versions that have a redline page of their own: each must be one step.
    """

    document: str
    locale: str
    texts: tuple[tuple[str, str], ...]
    pairs: tuple[tuple[str, str], ...] = ()


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
        """The pairs of which at least one side stands in it."""
        return frozenset(_PAIR.findall(self.html))


@dataclass(frozen=True)
class Step:
    """What changed from one text to another. `words` are the numbers of words added and removed, as told on the
    pair's own page."""

    source: int
    target: int
    edits: tuple[Edit, ...]
    words: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Region:
    """Blocks `a` to before `a_end` of the old text against `b` to before `b_end` of the new one.

    `edit` is the step's place on the way and the edit's place in the step while the edit can be shown as it
    stands; None where several came together, so that both sides have to be compared anew.
    """

    a: int
    a_end: int
    b: int
    b_end: int
    edit: tuple[int, int] | None


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
                found[step.target] = tuple(_after(found[step.source], step.edits))
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
class Layout:
    """Which texts a series has, each once, which of them each version holds, and which steps lead between them."""

    texts: tuple[str, ...]
    releases: Mapping[str, int]
    steps: tuple[tuple[int, int], ...]


def laid_out(series: Series, rendering: Callable[[str], str]) -> Layout:
    """The layout of a series. `rendering` gives a text's HTML, or anything else that is the same for the same HTML."""
    texts: list[str] = []
    numbers: dict[str, int] = {}
    releases: dict[str, int] = {}
    for version, markdown in series.texts:
        html = rendering(markdown)
        if html not in numbers:
            numbers[html] = len(texts)
            texts.append(markdown)
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


def weave(series: Series) -> Weave:
    """Weave the texts of a series. Raises RenderError where one of them cannot be rendered."""
    renderings: dict[str, str] = {}

    def rendering(markdown: str) -> str:
        if markdown not in renderings:
            renderings[markdown] = render(markdown, locale=series.locale)
        return renderings[markdown]

    layout = laid_out(series, rendering)
    html = [rendering(text) for text in layout.texts]
    steps = tuple(
        step_between(source, target, html[source], html[target], series.locale)
        for source, target in layout.steps
    )
    first = tuple(blocks_of(html[0])) if html else ()
    return Weave(series.document, series.locale, layout.releases, first, steps)


def step_between(source: int, target: int, old: str, new: str, locale: str) -> Step:
    """What changed from one rendering to another; `source` and `target` are the numbers of the texts."""
    found = compare_html(old, new, locale=locale)
    edits = edits_of(found.html, blocks_of(old), blocks_of(new), locale)
    return Step(source, target, edits, (found.summary.words_added, found.summary.words_removed))


# Reading blocks and edits out of HTML


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
    """The edits that a redline consists of. What stands between them is common to both sides.

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
    """An edit as it stands in the file."""
    told = [edit.at, edit.old, edit.new, edit.html]
    return told if edit.blocks is None else [*told, list(edit.blocks)]


def new_blocks(edit: Edit) -> tuple[str, ...]:
    """The blocks that an edit brings."""
    if edit.blocks is not None:
        return edit.blocks
    accepted = Redline(edit.html, locale="").accepted_html()
    return tuple(accepted[lo:hi] for lo, hi, is_element in _nodes(accepted) if is_element)


def _after(blocks: Sequence[str], edits: Iterable[Edit]) -> Iterator[str]:
    at = 0
    for edit in edits:
        yield from blocks[at : edit.at]
        yield from new_blocks(edit)
        at = edit.at + edit.old
    yield from blocks[at:]


# Putting edits together


def regions(way: Sequence[tuple[Step, bool]]) -> tuple[Region, ...]:
    """What differs between the text at the beginning of the way and the one at its end, in order."""
    found: list[Region] = []
    for place, (step, forwards) in enumerate(way):
        found = _composed(found, _as_regions(step, forwards, place))
    edits = [step.edits for step, _ in way]
    found = [region for region in found if not _is_nothing(region, edits)]
    return tuple(_settled(found, edits)) if len(way) > 1 else tuple(found)


def _as_regions(step: Step, forwards: bool, place: int) -> list[Region]:
    found = []
    shift = 0
    for at, edit in enumerate(step.edits):
        a, b = edit.at, edit.at + shift
        a_end, b_end = a + edit.old, b + edit.new
        shift += edit.new - edit.old
        found.append(
            Region(a, a_end, b, b_end, (place, at)) if forwards else Region(b, b_end, a, a_end, None)
        )
    return found


def _composed(first: Sequence[Region], then: Sequence[Region]) -> list[Region]:
    """`first` leads from a to b, `then` from b to c: the regions from a to c.

    Regions that have a block of b in common, or that stand at the same point between two of its blocks, become
    one; those that only touch stay apart.
    """
    found: list[Region] = []
    i = j = 0
    to_a = to_c = 0  # what to add to a place in b, outside of all regions, for the one in a and in c
    while i < len(first) or j < len(then):
        ours = [first[i]] if _begins(first, i, then, j) else []
        theirs = [] if ours else [then[j]]
        lo, hi = (ours[0].b, ours[0].b_end) if ours else (theirs[0].a, theirs[0].a_end)
        i, j = i + len(ours), j + len(theirs)
        while True:
            if i < len(first) and _meets(lo, hi, first[i].b, first[i].b_end, bool(theirs)):
                hi = max(hi, first[i].b_end)
                ours.append(first[i])
                i += 1
            elif j < len(then) and _meets(lo, hi, then[j].a, then[j].a_end, bool(ours)):
                hi = max(hi, then[j].a_end)
                theirs.append(then[j])
                j += 1
            else:
                break
        a, c = lo + to_a, lo + to_c
        if ours:
            to_a = ours[-1].a_end - ours[-1].b_end
        if theirs:
            to_c = theirs[-1].b_end - theirs[-1].a_end
        alone = ours if not theirs else theirs if not ours else []
        edit = alone[0].edit if len(alone) == 1 else None
        found.append(Region(a, hi + to_a, c, hi + to_c, edit))
    return found


def _begins(first: Sequence[Region], i: int, then: Sequence[Region], j: int) -> bool:
    if i == len(first) or j == len(then):
        return j == len(then)
    return (first[i].b, first[i].b_end) <= (then[j].a, then[j].a_end)


def _meets(lo: int, hi: int, at: int, end: int, others: bool) -> bool:
    return at < hi or (others and lo == hi == at == end)


def _is_nothing(region: Region, edits: Sequence[Sequence[Edit]]) -> bool:
    """Whether neither side has a block there, nor the redline something to say."""
    if region.a < region.a_end or region.b < region.b_end:
        return False
    return region.edit is None or not edits[region.edit[0]][region.edit[1]].html.strip()


def _settled(found: list[Region], edits: Sequence[Sequence[Edit]]) -> list[Region]:
    """The regions with all those to be compared anew that cannot be shown as they stand after all."""
    while True:
        stale = _half_pairs(found, edits) | _exchanged(found)
        if not stale:
            break
        found = [replace(region, edit=None) if at in stale else region for at, region in enumerate(found)]
    joined: list[Region] = []
    for region in found:
        last = joined[-1] if joined else None
        if last and last.edit is None and region.edit is None and last.a_end == region.a:
            joined[-1] = Region(last.a, region.a_end, last.b, region.b_end, None)
        else:
            joined.append(region)
    return joined


def _half_pairs(found: Sequence[Region], edits: Sequence[Sequence[Edit]]) -> set[int]:
    """Regions that show one side of a pair (the old place of a move) of which the other can no longer be shown."""
    shown = {region.edit: at for at, region in enumerate(found) if region.edit is not None}
    stale = set()
    for place, of_step in enumerate(edits):
        holders: dict[str, list[int]] = {}
        for at, edit in enumerate(of_step):
            for pair in edit.pairs:
                holders.setdefault(pair, []).append(at)
        for held in holders.values():
            if any((place, at) not in shown for at in held):
                stale |= {shown[place, at] for at in held if (place, at) in shown}
    return stale


def _exchanged(found: Sequence[Region]) -> set[int]:
    """Stretches in which one step took blocks away and another brought some: perhaps the same ones again."""
    stale: set[int] = set()
    start = 0
    for at in range(1, len(found) + 1):
        if at < len(found) and found[at].a == found[at - 1].a_end and found[at].b == found[at - 1].b_end:
            continue
        run = found[start:at]
        gone = {r.edit[0] if r.edit else -1 for r in run if r.b == r.b_end}
        come = {r.edit[0] if r.edit else -1 for r in run if r.a == r.a_end}
        if any(one != other for one in gone for other in come):
            stale |= {start + k for k, region in enumerate(run) if region.edit is not None}
        start = at
    return stale


# Showing


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


def renamed(edit: Edit, place: int) -> Edit:
    """The edit with its pairs named after the step, since each step numbers its own from one."""
    html = edit.html
    if edit.pairs:
        names = "|".join(re.escape(name) for name in sorted(edit.pairs, key=len, reverse=True))
        places = re.compile(
            rf'(<[^<>]*? (?:data-redline-pair|id|href|aria-[a-z]+)="#?)(?=(?:{names})[-"])',
        )
        changed = 1
        while changed:  # an element may carry several
            html, changed = places.subn(rf"\g<1>{place + 1}-", html)
    return replace(edit, html=html)


def without_ids(html: str) -> str:
    """`html` for the deleted side, its ids carried under another name so that ids stay unique on the page."""
    return _ID.sub(r'\1 data-redline-id="', html) if ' id="' in html else html


def _whole(side: str, block: str) -> str:
    return f'<{side} data-redline="{side}">{block}</{side}>'
