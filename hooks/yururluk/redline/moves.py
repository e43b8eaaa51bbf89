"""Finds blocks that came back elsewhere (a clause that moved), and words that were put into other blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import LCSseq

from yururluk.redline.align import Aligner, Move, Step, StepKind
from yururluk.redline.blocks import CARRIERS, CHOOSY, HEADING, VOID, Block, children_of, heading_name, stable_id
from yururluk.redline.marks import UNMARKABLE
from yururluk.redline.word_diff import common

#: A move needs so many words; less may come back by chance.
_LEAST_WORDS: Final = 5
#: A move with changes inside needs so many words, and so much of them alike.
_LEAST_CHANGED: Final = 10
_LEAST_LIKE: Final = 0.6
#: With so many blocks gone and come, only those that share rare phrases are compared.
_CANDIDATES: Final = 5_000
#: What moves alone. Cells and sections of tables do not: a column is known by its cells.
_MOVABLE: Final = re.compile("p|h[1-6]|li|tr|ul|ol|dl|table|blockquote|pre|div|details|section|article|figure|")


@dataclass(slots=True)
class _Place:
    block: Block
    after: Block | None  # the next block of the same gap
    before: Block | None


def find_moves(steps: list[Step], ours: list[Block], theirs: list[Block], aligner: Aligner) -> list[Move]:
    """The moves among all blocks that the steps leave in gaps, in the new text's order."""
    finder = _Finder(steps, ours, theirs, aligner)
    if not finder.olds or not finder.news:
        return []
    finder.find_same()
    finder.find_alike()
    finder.take_in_neighbours()
    return [*finder.moves(), *finder.moved_cells()]


class _Finder:
    """The blocks in gaps, by identity; `partner` is the new block that an old one became, `back` the other way."""

    def __init__(self, steps: list[Step], ours: list[Block], theirs: list[Block], aligner: Aligner) -> None:
        self.olds: dict[int, _Place] = {}
        self.news: dict[int, _Place] = {}
        self.partner: dict[int, Block] = {}
        self.back: dict[int, Block] = {}
        self._aligner = aligner
        for left, right in _gaps(steps, ours, theirs):
            for blocks, places in ((left, self.olds), (right, self.news)):
                for at, block in enumerate(blocks):
                    after = blocks[at + 1] if at + 1 < len(blocks) else None
                    places[id(block)] = _Place(block, after, blocks[at - 1] if at else None)

    def _pair(self, old: Block, new: Block) -> None:
        self.partner[id(old)] = new
        self.back[id(new)] = old

    def _is_movable(self, block: Block) -> bool:
        if block.tag in VOID or not _MOVABLE.fullmatch(block.tag) or UNMARKABLE.search(block.html):
            return False
        return len(self._aligner.words(block)) >= _LEAST_WORDS

    def find_same(self) -> None:
        """Blocks that came back as they were, if they did so once."""
        counts = Counter(place.block.html for place in self.olds.values())
        coming: dict[str, Block | None] = {}
        for place in self.news.values():
            html = place.block.html
            coming[html] = None if html in coming else place.block
        for place in self.olds.values():
            new = coming.get(place.block.html)
            if new is not None and counts[place.block.html] == 1 and self._is_movable(place.block):
                self._pair(place.block, new)

    def find_alike(self) -> None:
        """Blocks that came back changed."""
        left = [place.block for key, place in self.olds.items() if key not in self.partner]
        right = [place.block for key, place in self.news.items() if key not in self.back]
        left, right = ([one for one in side if not one.tainted and self._is_movable(one)] for side in (left, right))
        if not left or not right or len(left) > _CANDIDATES or len(right) > _CANDIDATES:
            return
        phrases: dict[str, list[int]] = {}
        for to, block in enumerate(right):
            for phrase in _phrases(self._aligner.words(block)):
                phrases.setdefault(phrase, []).append(to)
        ids = {(block.tag, name): to for to, block in enumerate(right) if (name := stable_id(block))}
        found: list[tuple[float, int, int]] = []
        for at, block in enumerate(left):
            words = self._aligner.words(block)
            places = [phrases[phrase] for phrase in _phrases(words) if phrase in phrases]
            votes = Counter(to for found_in in places if len(found_in) <= 8 for to in found_in)
            same_id = ids.get((block.tag, stable_id(block)), -1)
            if same_id >= 0:
                found.append((2.0, at, same_id))
            for to, _ in votes.most_common(4):
                other = right[to]
                if block.tag != other.tag and (block.tag in CARRIERS or other.tag in CARRIERS):
                    continue
                like = _likeness(words, self._aligner.words(other))
                if like >= _LEAST_LIKE:
                    found.append((like, at, to))
        for _, at, to in sorted(found, key=lambda item: (-item[0], item[1], item[2])):
            if id(left[at]) not in self.partner and id(right[to]) not in self.back:
                self._pair(left[at], right[to])

    def take_in_neighbours(self) -> None:
        """Neighbours of a moved block that are the same on both sides, and a heading above it, however short."""
        for key in list(self.partner):
            if self.olds[key].block.tag not in CARRIERS:
                for forward in (True, False):
                    self._spread(self.olds[key].block, self.partner[key], forward=forward)

    def _spread(self, old: Block, new: Block, *, forward: bool) -> None:
        while True:
            here, there = self.olds[id(old)], self.news[id(new)]
            old_next, new_next = (here.after, there.after) if forward else (here.before, there.before)
            if old_next is None or new_next is None or id(old_next) in self.partner or id(new_next) in self.back:
                return
            if UNMARKABLE.search(old_next.html):
                return
            heading = not forward and bool(HEADING.fullmatch(old_next.tag) and HEADING.fullmatch(new_next.tag))
            if old_next.html != new_next.html and not (heading and heading_name(old_next) == heading_name(new_next)):
                return
            self._pair(old_next, new_next)
            old, new = old_next, new_next

    def moves(self) -> Iterator[Move]:
        """Moves of neighbours that stay neighbours are one."""
        done: set[int] = set()
        for key, place in self.news.items():
            if key in done or key not in self.back:
                continue
            olds, news = [self.back[key]], [place.block]
            while place.block.tag not in CARRIERS:
                following, source = place.after, self.olds[id(olds[-1])].after
                if following is None or source is None or self.back.get(id(following)) is not source:
                    break
                olds.append(source)
                news.append(following)
                done.add(id(following))
                place = self.news[id(following)]
            yield Move(tuple(olds), tuple(news))

    def moved_cells(self) -> Iterator[Move]:
        """The cells of columns that changed places, each a move of its own; the head of a column has the links."""
        for key, new in self._aligner.moved_cells.items():
            if key not in self.olds or id(new) not in self.news:
                continue
            old = self.olds[key].block
            if old.tag != new.tag or old.tainted or new.tainted or UNMARKABLE.search(old.html + new.html):
                continue
            # A cell that was emptied, or filled, has no word beside which the change could be marked.
            if old.html == new.html or (self._aligner.words(old) and self._aligner.words(new)):
                yield Move((old,), (new,), linked=new.tag == "th")


def _gaps(steps: list[Step], ours: list[Block], theirs: list[Block]) -> Iterator[tuple[list[Block], list[Block]]]:
    for step in steps:
        if step.kind == "gap":
            yield ours[step.a : step.a_end], theirs[step.b : step.b_end]
        elif step.kind == "enter" and theirs[step.b].tag != "a":  # where no link between the ends may be
            yield from _gaps(step.steps, children_of(ours[step.a]), children_of(theirs[step.b]))


def _phrases(words: str) -> dict[str, None]:
    """Each three words in a row, once, in their order: a set would have another order in every process."""
    return dict.fromkeys(map("".join, zip(words, words[1:], words[2:], strict=False)))


def _likeness(left: str, right: str) -> float:
    shortest, longest = sorted((len(left), len(right)))
    if shortest < _LEAST_CHANGED or shortest < _LEAST_LIKE * longest * 0.5 or longest > 20_000:
        return 0.0
    return 2 * LCSseq.similarity(left, right) / (shortest + longest)


#: Fewer words than this, gone and come again, are not worth another look.
_LEAST: Final = 5
#: So much of the smaller of two blocks must be common for the two to belong together.
_TIE: Final = 0.4
#: So many common words tie two blocks with half of that.
_MANY: Final = 25
#: So many common words in a row tie two blocks, however long they are: a sentence that moved over a paragraph's edge.
_SENTENCE: Final = 6


def regrouped(steps: list[Step], old: Block, new: Block, aligner: Aligner) -> list[Step]:
    """The steps from the children of `old` to those of `new`, with stretches paired where blocks were recast."""
    ours, theirs = children_of(old), children_of(new)
    choosy = new.tag in CHOOSY
    done: list[Step] = []
    run: list[Step] = []
    for step in [*steps, None]:
        if step is not None and step.kind != "same":
            run.append(step)
            continue
        if run:
            done += _stretch(run, ours, theirs, choosy, aligner)
            run = []
        if step is not None:
            done.append(step)
    return done


def _stretch(run: list[Step], ours: list[Block], theirs: list[Block], choosy: bool, aligner: Aligner) -> list[Step]:
    if not choosy and (len(run) > 1 or run[0].kind in ("gap", "enter")):
        recast = _recast(run, ours, theirs, aligner)
        if recast is not None:
            return recast
    done: list[Step] = []
    for step in run:
        if step.kind == "enter":
            old, new = ours[step.a], theirs[step.b]
            inner = regrouped(step.steps, old, new, aligner)
            if old.tag in CHOOSY and not (old.tainted or new.tainted) and _is_recast(inner, old, new, aligner):
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
    """The old and the new blocks of every step that changes something, and whether they are in a gap."""
    for step in steps:
        if step.kind == "enter":
            yield from _changed(step.steps, children_of(ours[step.a]), children_of(theirs[step.b]))
        elif step.kind != "same":
            yield ours[step.a : step.a_end], theirs[step.b : step.b_end], step.kind == "gap"


def _is_recast(steps: list[Step], old: Block, new: Block, aligner: Aligner) -> bool:
    """Would the container as one pair show far less change than its items do?"""
    gone, come = _loose(steps, children_of(old), children_of(new), aligner)
    again = (gone & come).total()
    if again < _LEAST or again < 0.5 * min(gone.total(), come.total()):
        return False
    left, right = aligner.words(old), aligner.words(new)
    if not aligner.tools.budget.takes(len(left) * len(right)):
        return False
    share = sum(run.size for run in common(left, right, aligner.tools.budget))
    return gone.total() + come.total() > 1.5 * (len(left) + len(right) - 2 * share) + 10


def _recast(run: list[Step], ours: list[Block], theirs: list[Block], aligner: Aligner) -> list[Step] | None:
    gone, come = _loose(run, ours, theirs, aligner)
    again = (gone & come).total()
    if again < _LEAST or again < 0.4 * min(gone.total(), come.total()):
        return None
    a, b = run[0].a, run[0].b
    olds, news = ours[a : run[-1].a_end], theirs[b : run[-1].b_end]
    if any(block.tag in CARRIERS or block.tainted for block in (*olds, *news)):
        return None
    groups = _ties(olds, news, aligner)
    if not any(i_end - i != 1 or j_end - j != 1 for i, i_end, j, j_end in groups):
        return None
    done: list[Step] = []
    at, to = a, b
    for i, i_end, j, j_end in groups:
        if a + i > at or b + j > to:
            done.append(Step("gap", at, a + i, to, b + j))
        at, to = a + i_end, b + j_end
        if i_end - i == j_end - j == 1:
            done += _stretch(aligner.pair(ours, theirs, a + i, b + j), ours, theirs, True, aligner)
        else:
            done.append(Step(_kind(olds[i:i_end], news[j:j_end]), a + i, at, b + j, to))
    if run[-1].a_end > at or run[-1].b_end > to:
        done.append(Step("gap", at, run[-1].a_end, to, run[-1].b_end))
    return done


def _ties(olds: list[Block], news: list[Block], aligner: Aligner) -> list[tuple[int, int, int, int]]:
    """Ranges of old and new blocks that share their words, in order."""
    lefts, rights = [aligner.words(block) for block in olds], [aligner.words(block) for block in news]
    our_owner = [at for at, words in enumerate(lefts) for _ in words]
    their_owner = [at for at, words in enumerate(rights) for _ in words]
    shared: Counter[tuple[int, int]] = Counter()
    longest: Counter[tuple[int, int]] = Counter()  # the most common words in a row
    for run in common("".join(lefts), "".join(rights), aligner.tools.budget):
        found = Counter(zip(our_owner[run.a : run.a + run.size], their_owner[run.b : run.b + run.size], strict=True))
        for tie, count in found.items():
            shared[tie] += count
            longest[tie] = max(longest[tie], count)
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
