"""The redline of any two texts of a document, put together from the steps in between.

An edit that no later one touches is shown as it is; where several touch each other, the blocks of both sides are
compared again. The browser does this; here is the same in its plainest form, which proves the published data, and which
the browser's answers are tested against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from yururluk.lineage.steps import Edit, Step, Weave, renamed
from yururluk.redline.marks import without_ids


@dataclass(frozen=True)
class Region:
    """Blocks `a` to before `a_end` of the old text against `b` to before `b_end` of the new one.

    `edit` is the step's place on the way and the edit's place in the step while the edit can be shown as it
    is; None where several came together, so that both sides have to be compared again.
    """

    a: int
    a_end: int
    b: int
    b_end: int
    edit: tuple[int, int] | None


def regions(way: Sequence[tuple[Step, bool]]) -> tuple[Region, ...]:
    """What differs between the text at the beginning of the way and the one at its end, in order."""
    found = _along(way, 0, len(way)) if way else []
    edits = [step.edits for step, _ in way]
    found = [region for region in found if not _is_nothing(region, edits)]
    return tuple(_settled(found, edits)) if len(way) > 1 else tuple(found)


def _along(way: Sequence[tuple[Step, bool]], start: int, end: int) -> list[Region]:
    """By halves, so that no step is gone through more often than the way can be halved."""
    if end - start == 1:
        return _as_regions(*way[start], start)
    middle = (start + end) // 2
    return _composed(_along(way, start, middle), _along(way, middle, end))


def _as_regions(step: Step, forwards: bool, place: int) -> list[Region]:
    found = []
    shift = 0
    for at, edit in enumerate(step.edits):
        a, b = edit.at, edit.at + shift
        a_end, b_end = a + edit.old, b + edit.new
        shift += edit.new - edit.old
        found.append(Region(a, a_end, b, b_end, (place, at)) if forwards else Region(b, b_end, a, a_end, None))
    return found


def _composed(first: Sequence[Region], then: Sequence[Region]) -> list[Region]:
    """`first` leads from a to b, `then` from b to c: the regions from a to c.

    Regions that have a block of b in common, or that are at the same point between two of its blocks, become
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
    """The regions with all those to be compared again that cannot be shown as they are after all."""
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
        for places in holders.values():
            if any((place, at) not in shown for at in places):
                stale |= {shown[place, at] for at in places if (place, at) in shown}
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


def pair(woven: Weave, old: str, new: str) -> str:
    """The redline of two releases: as on its own page where one step leads there, else put together.

    Blocks that have to be compared again are shown whole here, the old ones deleted and the new ones inserted.
    """
    return redline_of(woven, woven.releases[old], woven.releases[new])


def redline_of(woven: Weave, old: int, new: int) -> str:
    """The redline of two texts by their numbers."""
    way = woven.path(old, new)
    ours, theirs = woven.states[old], woven.states[new]
    found = regions(way)
    if len(way) == 1 and way[0][1]:
        return _as_it_is(ours, way[0][0].edits)
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


def _as_it_is(blocks: Sequence[str], edits: Sequence[Edit]) -> str:
    out: list[str] = []
    at = 0
    for edit in edits:
        out += ["\n".join(blocks[at : edit.at]), edit.html]
        at = edit.at + edit.old
    return "".join([*out, "\n".join(blocks[at:])])


def _whole(side: str, block: str) -> str:
    return f'<{side} data-redline="{side}">{block}</{side}>'
