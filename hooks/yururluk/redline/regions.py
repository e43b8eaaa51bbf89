"""Finds where the same words were put into other blocks (a list made paragraphs, a list cut in two) and
pairs them.

Blocks are aligned one to one first. Where that leaves words gone and come that are largely the same, the
stretch is
compared word by word and the blocks that the common words tie together are shown as one pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from yururluk.redline.align import Aligner, Step, StepKind
from yururluk.redline.inline import Tools
from yururluk.redline.lcs import common
from yururluk.redline.tree import CARRIERS, CHOOSY, Block, children_of

#: Fewer words than this, gone and come again, are not worth another look.
_LEAST: Final = 5
#: So much of the smaller of two blocks must be common for the two to belong together.
_TIE: Final = 0.4
#: So many common words tie two blocks with half of that.
_MANY: Final = 25
#: So many common words in a row tie two blocks, however long they are: a sentence that moved over a paragraph's edge.
_SENTENCE: Final = 6


def regrouped(steps: list[Step], old: Block, new: Block, aligner: Aligner, tools: Tools) -> list[Step]:
    """The steps from the children of `old` to those of `new`, with stretches paired where blocks were
    recast.
    """
    ours, theirs = children_of(old), children_of(new)
    choosy = new.tag in CHOOSY
    done: list[Step] = []
    run: list[Step] = []
    for step in [*steps, None]:
        if step is not None and step.kind != "same":
            run.append(step)
            continue
        if run:
            done += _stretch(run, ours, theirs, choosy, aligner, tools)
            run = []
        if step is not None:
            done.append(step)
    return done


def _stretch(
    run: list[Step], ours: list[Block], theirs: list[Block], choosy: bool, aligner: Aligner, tools: Tools
) -> list[Step]:
    if not choosy and (len(run) > 1 or run[0].kind in ("gap", "enter")):
        recast = _recast(run, ours, theirs, aligner, tools)
        if recast is not None:
            return recast
    done: list[Step] = []
    for step in run:
        if step.kind == "enter":
            old, new = ours[step.a], theirs[step.b]
            inner = regrouped(step.steps, old, new, aligner, tools)
            if old.tag in CHOOSY and not (old.tainted or new.tainted) and _is_recast(inner, old, new, aligner, tools):
                done.append(Step("format", step.a, step.a_end, step.b, step.b_end))
            else:
                done.append(Step("enter", step.a, step.a_end, step.b, step.b_end, inner))
        else:
            done.append(step)
    return done


def _loose(
    steps: list[Step], ours: list[Block], theirs: list[Block], aligner: Aligner
) -> tuple[Counter[str], Counter[str]]:
    """The words that went and came, by block: those of blocks in gaps, but for blocks that came back as they were, and
    those that a changed block has more or less of.
    """
    gone: Counter[str] = Counter()
    come: Counter[str] = Counter()
    left: list[Block] = []
    right: list[Block] = []
    for olds, news, is_gap in _changed(steps, ours, theirs):
        if is_gap:
            left += olds
            right += news
        else:
            before, after = (Counter("".join(map(aligner.words, blocks))) for blocks in (olds, news))
            gone += before - after
            come += after - before
    same = {block.html for block in left} & {block.html for block in right}
    for blocks, words in ((left, gone), (right, come)):
        words.update("".join(aligner.words(block) for block in blocks if block.html not in same))
    return gone, come


def _changed(
    steps: list[Step], ours: list[Block], theirs: list[Block]
) -> Iterator[tuple[list[Block], list[Block], bool]]:
    """The old and the new blocks of every step that changes something, and whether they stand in a gap."""
    for step in steps:
        if step.kind == "enter":
            yield from _changed(step.steps, children_of(ours[step.a]), children_of(theirs[step.b]))
        elif step.kind != "same":
            yield ours[step.a : step.a_end], theirs[step.b : step.b_end], step.kind == "gap"


def _is_recast(steps: list[Step], old: Block, new: Block, aligner: Aligner, tools: Tools) -> bool:
    """Would the container as one pair show far less change than its items do?"""
    gone, come = _loose(steps, children_of(old), children_of(new), aligner)
    again = (gone & come).total()
    if again < _LEAST or again < 0.5 * min(gone.total(), come.total()):
        return False
    left, right = aligner.words(old), aligner.words(new)
    if not tools.budget.takes(len(left) * len(right)):
        return False
    share = sum(run.size for run in common(left, right, tools.budget))
    return gone.total() + come.total() > 1.5 * (len(left) + len(right) - 2 * share) + 10


def _recast(
    run: list[Step], ours: list[Block], theirs: list[Block], aligner: Aligner, tools: Tools
) -> list[Step] | None:
    gone, come = _loose(run, ours, theirs, aligner)
    again = (gone & come).total()
    if again < _LEAST or again < 0.4 * min(gone.total(), come.total()):
        return None
    a, b = run[0].a, run[0].b
    olds, news = ours[a : run[-1].a_end], theirs[b : run[-1].b_end]
    if any(block.tag in CARRIERS or block.tainted for block in (*olds, *news)):
        return None
    groups = _ties(olds, news, aligner, tools)
    if not any(i_end - i != 1 or j_end - j != 1 for i, i_end, j, j_end in groups):
        return None
    done: list[Step] = []
    at, to = a, b
    for i, i_end, j, j_end in groups:
        if a + i > at or b + j > to:
            done.append(Step("gap", at, a + i, to, b + j))
        at, to = a + i_end, b + j_end
        if i_end - i == j_end - j == 1:
            done += _stretch(aligner.pair(ours, theirs, a + i, b + j), ours, theirs, True, aligner, tools)
        else:
            done.append(Step(_kind(olds[i:i_end], news[j:j_end]), a + i, at, b + j, to))
    if run[-1].a_end > at or run[-1].b_end > to:
        done.append(Step("gap", at, run[-1].a_end, to, run[-1].b_end))
    return done


def _ties(olds: list[Block], news: list[Block], aligner: Aligner, tools: Tools) -> list[tuple[int, int, int, int]]:
    """Ranges of old and new blocks that share their words, in order."""
    lefts, rights = [aligner.words(block) for block in olds], [aligner.words(block) for block in news]
    our_owner = [at for at, words in enumerate(lefts) for _ in words]
    their_owner = [at for at, words in enumerate(rights) for _ in words]
    shared: Counter[tuple[int, int]] = Counter()
    longest: Counter[tuple[int, int]] = Counter()  # the most common words in a row
    for run in common("".join(lefts), "".join(rights), tools.budget):
        found = Counter(zip(our_owner[run.a : run.a + run.size], their_owner[run.b : run.b + run.size], strict=True))
        shared += found
        longest |= found
    groups: list[list[int]] = []
    for (i, j), count in sorted(shared.items()):
        least = (_TIE if count < _MANY else _TIE / 2) * min(len(lefts[i]), len(rights[j]))
        if longest[i, j] < _SENTENCE and (count < least or (count < 3 and count < len(lefts[i]))):
            continue
        if groups and (i < groups[-1][1] or j < groups[-1][3]):
            groups[-1][1], groups[-1][3] = max(groups[-1][1], i + 1), max(groups[-1][3], j + 1)
        else:
            groups.append([i, i + 1, j, j + 1])
    return [(i, i_end, j, j_end) for i, i_end, j, j_end in groups]


def _kind(olds: list[Block], news: list[Block]) -> StepKind:
    if all(block.tag == "p" for block in (*olds, *news)):
        if len(olds) < len(news):
            return "split"
        if len(news) < len(olds):
            return "merge"
    return "format"
