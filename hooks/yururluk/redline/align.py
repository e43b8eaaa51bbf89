"""Decides which old block became which new one: the very same first, then by stable id, then by likeness."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from rapidfuzz.distance import LCSseq

from yururluk.core.messages import names
from yururluk.redline.blocks import (
    CARRIERS,
    CHOOSY,
    HEADING,
    OPAQUE,
    TAGS,
    VOID,
    Block,
    children_of,
    fold,
    heading_name,
    stable_id,
)
from yururluk.redline.word_diff import Same, Tools, common, prefix_size, rising


@dataclass(slots=True, frozen=True)
class Move:
    """The old blocks, side by side, and the new ones they became. Only a `linked` one leads from end to end."""

    olds: tuple[Block, ...]
    news: tuple[Block, ...]
    linked: bool = True


class Columns(NamedTuple):
    """How many columns a table had and has, and which old one is which new one.

    `pairs` are in rising order; `moved` are those that changed places with them.
    """

    old: int
    new: int
    pairs: list[tuple[int, int]]
    moved: list[tuple[int, int]]


def columns(old: Block, new: Block) -> Columns | None:
    """The columns of two tables, by the words of their first rows; None where cells span or rows are missing.

    Columns without a namesake are the same if they hold the same cells, or if as many of them are between two others on
    both sides.
    """
    if "span=" in old.html or "span=" in new.html:
        return None
    ours, theirs = _rows(old), _rows(new)
    if not ours or not theirs or not ours[0] or not theirs[0]:
        return None
    names = {name: to for to, name in enumerate(theirs[0]) if name}
    namesakes = [(at, names[name]) for at, name in enumerate(ours[0]) if name in names]
    known = rising(namesakes)
    moved = [
        (at, to)
        for at, to in namesakes
        if (at, to) not in known and ours[0].count(ours[0][at]) == theirs[0].count(ours[0][at]) == 1
    ]
    gone, come = {at for at, _ in moved}, {to for _, to in moved}
    cells = [{row[to] for row in theirs[1:] if len(row) > to} - {""} for to in range(len(theirs[0]))]
    pairs: list[tuple[int, int]] = []
    at = to = 0
    for at_next, to_next in [*known, (len(ours[0]), len(theirs[0]))]:
        olds = [a for a in range(at, at_next) if a not in gone]
        news = [b for b in range(to, to_next) if b not in come]
        if len(olds) == len(news):
            pairs += zip(olds, news, strict=True)
        else:
            alike = [
                (a, b)
                for a in olds
                for b in news
                if cells[b] and 2 * len(cells[b] & {row[a] for row in ours[1:] if len(row) > a}) >= len(cells[b])
            ]
            pairs += rising(list({a: (a, b) for a, b in reversed(alike)}.values())[::-1])
        if at_next < len(ours[0]):
            pairs.append((at_next, to_next))
        at, to = at_next + 1, to_next + 1
    return Columns(len(ours[0]), len(theirs[0]), pairs, moved)


def _rows(block: Block) -> list[list[str]]:
    """The cells of each row, as they are written."""
    rows: list[list[str]] = []
    for child in block.children:
        if child.tag == "tr":
            rows.append([cell.inner.strip() for cell in child.children])
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows += _rows(child)
    return rows


StepKind = Literal["same", "leaf", "enter", "gap", "format", "split", "merge"]


@dataclass(slots=True, frozen=True)
class Step:
    """What became of the old children `a` to before `a_end`: the new ones `b` to before `b_end`.

    In a gap the old ones went and the new ones came. `steps` says the same about the children of an entered pair.
    """

    kind: StepKind
    a: int
    a_end: int
    b: int
    b_end: int
    steps: list[Step] = field(default_factory=list)


#: Above so many pairs of blocks a gap is first cut at blocks that share rare phrases.
_DIRECT: Final = 64
#: Above so many pairs without any shared rare phrase, a gap is taken as rewritten throughout.
_HOPELESS: Final = 2_500
#: The least likeness for blocks of one start tag, of one element, of different elements.
_LIKE_TWIN: Final = 0.3
_LIKE_TAG: Final = 0.4
_LIKE_OTHER: Final = 0.55
_LIKE_CONTAINER: Final = 0.15
#: So much alike at the two ends makes two blocks of one start tag surely the same one.
_SURE: Final = 0.7
#: So many words, and so much of it, must a block share with what a neighbour leaves over to be a part of the
#: same split paragraph; more if a heading is between.
_LEAST_NEAR: Final = 3
_PART_NEAR: Final = 0.6
_LEAST_FAR: Final = 5
_PART_FAR: Final = 0.75


#: Of these a parent has one: it stays the same one, whatever its words become.
_ONLY: Final = names("caption figcaption summary tfoot thead")


class Aligner:
    """Aligns siblings. A `coarse` one knows only the very same blocks from others, which takes no words."""

    def __init__(self, tools: Tools, *, coarse: bool = False) -> None:
        self.tools = tools
        self._coarse = coarse
        self._columns: Columns | None = None
        #: The new cell for each cell, by identity, in columns that changed places.
        self.moved_cells: dict[int, Block] = {}

    def words(self, block: Block) -> str:
        """The words of a block as codes."""
        if block.words is None:
            block.words = self.tools.vocabulary.encode(block.html)
        return block.words

    def steps(self, ours: list[Block], theirs: list[Block]) -> list[Step]:
        """The steps from one list of siblings to the other, in order, without leaving any out."""
        head = 0
        limit = min(len(ours), len(theirs))
        while head < limit and ours[head].html == theirs[head].html:
            head += 1
        tail = 0
        while tail < limit - head and ours[-1 - tail].html == theirs[-1 - tail].html:
            tail += 1
        a_end, b_end = len(ours) - tail, len(theirs) - tail
        done: list[Step] = [Step("same", 0, head, 0, head)] if head else []
        if head < a_end or head < b_end:
            done += self._middle(ours, theirs, head, a_end, head, b_end)
        if tail:
            done.append(Step("same", a_end, len(ours), b_end, len(theirs)))
        return done

    def _middle(self, ours: list[Block], theirs: list[Block], a: int, a_end: int, b: int, b_end: int) -> list[Step]:
        runs: list[Same] = []
        if a < a_end and b < b_end and (a_end - a > 1 or b_end - b > 1 or self._coarse):
            runs = self._very_same(ours[a:a_end], theirs[b:b_end])
        done: list[Step] = []
        moved = _moved(ours, theirs, a, a_end, b, b_end, runs)
        at, to = a, b
        for run in [*runs, Same(a_end - a, b_end - b, 0)]:
            if a + run.a > at or b + run.b > to:
                done += self._gap(ours, theirs, at, a + run.a, to, b + run.b, moved)
            at, to = a + run.a + run.size, b + run.b + run.size
            if run.size:
                done.append(Step("same", at - run.size, at, to - run.size, to))
        return done

    def _very_same(self, ours: list[Block], theirs: list[Block]) -> list[Same]:
        keys = [block.html for block in ours]
        others = [block.html for block in theirs]
        both = set(keys) & set(others)
        if not both:
            return []
        codes = {key: chr(1 + at) for at, key in enumerate(sorted(both)[:0x10FFF0])}
        left = [at for at, key in enumerate(keys) if key in codes]
        right = [at for at, key in enumerate(others) if key in codes]
        runs = common(
            "".join(codes[keys[at]] for at in left), "".join(codes[others[at]] for at in right), self.tools.budget
        )
        return [Same(left[run.a + k], right[run.b + k], 1) for run in runs for k in range(run.size)]

    # -- gaps: blocks that differ

    def _gap(
        self, ours: list[Block], theirs: list[Block], a: int, a_end: int, b: int, b_end: int, moved: set[int]
    ) -> list[Step]:
        olds = [at for at in range(a, a_end) if id(ours[at]) not in moved]
        news = [at for at in range(b, b_end) if id(theirs[at]) not in moved]
        pairs = self._pairs(ours, theirs, olds, news) if olds and news and not self._coarse else []
        done: list[Step] = []
        for step in self._grown(ours, theirs, pairs, set(olds), set(news)):
            if step.a > a or step.b > b:
                done.append(Step("gap", a, step.a, b, step.b))
            done.append(step)
            a, b = step.a_end, step.b_end
        if a_end > a or b_end > b:
            done.append(Step("gap", a, a_end, b, b_end))
        return done

    def _pairs(self, ours: list[Block], theirs: list[Block], olds: list[int], news: list[int]) -> list[tuple[int, int]]:
        """Which of the old blocks became which of the new ones, in rising order."""
        if len(olds) == len(news) == 1 and _is_surely(ours[olds[0]], theirs[news[0]]):
            return [(olds[0], news[0])]
        if len(olds) * len(news) <= _DIRECT:
            return self._best(ours, theirs, olds, news)
        chain = self._by_phrases(ours, theirs, olds, news)
        if not chain:
            if len(olds) * len(news) <= _HOPELESS:
                return self._best(ours, theirs, olds, news)
            self.tools.budget.exhausted = True
            return []
        found: list[tuple[int, int]] = []
        i = j = 0
        for at, to in [*chain, (len(olds), len(news))]:
            if i < at and j < to:
                found += self._pairs(ours, theirs, olds[i:at], news[j:to])
            if at < len(olds):
                found.append((olds[at], news[to]))
            i, j = at + 1, to + 1
        return found

    def _by_phrases(
        self, ours: list[Block], theirs: list[Block], olds: list[int], news: list[int]
    ) -> list[tuple[int, int]]:
        left = _rare([self.words(ours[at]) for at in olds])
        right = _rare([self.words(theirs[at]) for at in news])
        votes: Counter[tuple[int, int]] = Counter()
        for phrase, at in left.items():
            to = right.get(phrase, -1)
            if at >= 0 and to >= 0:
                votes[at, to] += 1
        ids = {name: to for to, at in enumerate(news) if (name := stable_id(theirs[at]))}
        for at, old in enumerate(olds):
            if (name := stable_id(ours[old])) in ids:
                votes[at, ids[name]] += 1000
        best: dict[int, tuple[int, int]] = {}
        for (at, to), count in votes.items():
            if count > best.get(at, (0, 0))[0]:
                best[at] = (count, to)
        pairs = [(at, to) for at, (_, to) in sorted(best.items())]
        return [(at, to) for at, to in rising(pairs) if self.likeness(ours[olds[at]], theirs[news[to]]) > 0]

    def _best(self, ours: list[Block], theirs: list[Block], olds: list[int], news: list[int]) -> list[tuple[int, int]]:
        """The pairs in rising order with most words in common: the plain table."""
        width = len(news) + 1
        likeness = [[self.likeness(ours[at], theirs[to]) for to in news] for at in olds]
        table = [[0.0] * width for _ in range(len(olds) + 1)]
        for i in range(len(olds) - 1, -1, -1):
            row, below = table[i], table[i + 1]
            for j in range(width - 2, -1, -1):
                best = below[j] if below[j] >= row[j + 1] else row[j + 1]
                if likeness[i][j] > 0 and likeness[i][j] + below[j + 1] > best:
                    best = likeness[i][j] + below[j + 1]
                row[j] = best
        found = []
        i = j = 0
        while i < len(olds) and j < len(news):
            if likeness[i][j] > 0 and table[i][j] == likeness[i][j] + table[i + 1][j + 1]:
                found.append((olds[i], news[j]))
                i, j = i + 1, j + 1
            elif table[i][j] == table[i + 1][j]:
                i += 1
            else:
                j += 1
        return found

    def likeness(self, old: Block, new: Block) -> float:
        """How many words two blocks share if the one can be the other changed; 0 if not."""
        if old.tag != new.tag and (old.tag in CARRIERS or new.tag in CARRIERS):
            return self.likeness_of_words(old, new, _LIKE_OTHER) if {old.tag, new.tag} == {"td", "th"} else 0.0
        if old.tag in OPAQUE or new.tag in OPAQUE:
            return 0.0
        if old.tag in _ONLY and old.opening == new.opening:
            return self.likeness_of_words(old, new, 0.0) + 0.5
        if old.tag in VOID or new.tag in VOID:
            return 0.5 if old.tag == new.tag else 0.0
        if old.tag == new.tag and (name := stable_id(old)) and name == stable_id(new):
            return 1000.0 + self.likeness_of_words(old, new, 0.0)
        if HEADING.fullmatch(old.tag) and HEADING.fullmatch(new.tag):
            return self._likeness_of_names(old, new)
        if old.tag == new.tag:
            if old.opening == new.opening:
                container = old.tag in CHOOSY or (old.children and new.children)
                return self.likeness_of_words(old, new, _LIKE_CONTAINER if container else _LIKE_TWIN)
            return self.likeness_of_words(old, new, _LIKE_TAG)
        return self.likeness_of_words(old, new, _LIKE_OTHER)

    def _likeness_of_names(self, old: Block, new: Block) -> float:
        """Headings are alike by their name; the number before it says nothing, for clauses are renumbered."""
        left, right = heading_name(old), heading_name(new)
        if left == right:
            return 500.0 + len(self.words(old)) + (100.0 if old.tag == new.tag else 0.0)
        encode = self.tools.vocabulary.encode
        ours, theirs = encode(left), encode(right)
        if not ours or not theirs:
            return 0.5 if old.tag == new.tag else 0.0
        share = LCSseq.similarity(ours, theirs)
        least = _LIKE_TAG if old.tag == new.tag else _LIKE_OTHER
        return float(share) if share * 2 >= least * (len(ours) + len(theirs)) else 0.0

    def likeness_of_words(self, old: Block, new: Block, least: float) -> float:
        left, right = self.words(old), self.words(new)
        if not left or not right:
            return 0.5 if left == right and old.tag == new.tag else 0.0
        longest, shortest = max(len(left), len(right)), min(len(left), len(right))
        if shortest * 2 / (longest + shortest) < least and shortest < 4:
            return 0.0
        cells = len(left) * len(right)
        if cells > 4_000_000 or not self.tools.budget.takes(cells // 8):
            share = sum((Counter(left) & Counter(right)).values())
        else:
            enough = int(min(least * (longest + shortest) / 2, max(4, 0.7 * shortest)))
            share = LCSseq.similarity(left, right, score_cutoff=enough)  # far below it counting can stop
        if share * 2 / (len(left) + len(right)) >= least or (share >= 4 and share >= 0.7 * shortest):
            return float(share)
        return 0.0

    # -- what a pair is; splits and merges

    def _grown(
        self, ours: list[Block], theirs: list[Block], pairs: list[tuple[int, int]], olds: set[int], news: set[int]
    ) -> list[Step]:
        """The steps for pairs; a pair takes the free neighbour in that holds the rest of its words."""
        free_old = olds - {at for at, _ in pairs}
        free_new = news - {to for _, to in pairs}
        done: list[Step] = []
        for at, to in pairs:
            old, new = ours[at], theirs[to]
            first, last = self._rest(old, theirs, to, free_new) if free_new else (to, to)
            if first < last:
                done.append(Step("split", at, at + 1, first, last + 1))
                free_new -= set(range(first, last + 1))
                continue
            first, last = self._rest(new, ours, at, free_old) if free_old else (at, at)
            if first < last:
                done.append(Step("merge", first, last + 1, to, to + 1))
                free_old -= set(range(first, last + 1))
                continue
            done += self.pair(ours, theirs, at, to)
        return done

    def _rest(self, whole: Block, others: list[Block], at: int, free: set[int]) -> tuple[int, int]:
        """The range of blocks round `at` that together hold the words of `whole`: `at` alone if it was not
        cut up. Headings that came in between are in the range.
        """
        if whole.tag not in ("p", "li", "") or whole.children or others[at].children or whole.tainted:
            return at, at
        words = self.words(whole)
        first = last = at
        text = self.words(others[at])
        if len(words) < 8 or len(words) * max(len(text), 1) > 4_000_000:
            return at, at
        share = LCSseq.similarity(words, text)
        while True:
            for towards in (1, -1):
                to = last + 1 if towards > 0 else first - 1
                near = True
                while to in free and HEADING.fullmatch(others[to].tag):
                    to += towards
                    near = False
                if (
                    to not in free
                    or others[to].tag != others[at].tag
                    or others[to].children
                    or others[to].tainted
                    or not (near or whole.tag == others[at].tag == "p")
                ):
                    continue
                more = self.words(others[to])
                joined = text + more if towards > 0 else more + text
                gain = LCSseq.similarity(words, joined) - share
                if more in words and more not in text:  # a sentence from the middle, which now comes last or first
                    gain = max(gain, len(more))
                least, part = (_LEAST_NEAR, _PART_NEAR) if near else (_LEAST_FAR, _PART_FAR)
                if len(more) >= least and gain >= least and gain >= part * len(more):
                    share, text = share + gain, joined
                    first, last = min(first, to), max(last, to)
                    break
            else:
                break
        return first, last

    def pair(self, ours: list[Block], theirs: list[Block], at: int, to: int) -> list[Step]:
        """The steps for an old block that is the new one changed."""
        old, new = ours[at], theirs[to]
        if old.html == new.html:
            return [Step("same", at, at + 1, to, to + 1)]
        if old.opening != new.opening or old.tag != new.tag or old.tag in VOID:
            kind: StepKind = "gap" if old.tainted or new.tainted else "format"
            return [Step(kind, at, at + 1, to, to + 1)]
        if old.tag in OPAQUE or old.odd or new.odd:
            if "<pre" not in old.html and _folded(old.html) == _folded(new.html):
                return [Step("same", at, at + 1, to, to + 1)]
            return [Step("gap", at, at + 1, to, to + 1)]
        if not old.children and not new.children:
            return [Step("leaf", at, at + 1, to, to + 1)]
        outer = self._columns
        if old.tag == "table":
            self._columns = columns(old, new)
        steps = self._cells(old, new) if old.tag == "tr" else self.steps(children_of(old), children_of(new))
        self._columns = outer
        return [Step("enter", at, at + 1, to, to + 1, steps)]

    def _cells(self, old: Block, new: Block) -> list[Step]:
        """The steps of a row: by the table's columns where it has all of them."""
        found = self._columns
        if found is None or (found.old, found.new) != (len(old.children), len(new.children)):
            return self.steps(old.children, new.children)
        done: list[Step] = []
        a = b = 0
        for at, to in [*found.pairs, (found.old, found.new)]:
            if at > a or to > b:
                done.append(Step("gap", a, at, b, to))
            if at < found.old:
                done += self.pair(old.children, new.children, at, to)
            a, b = at + 1, to + 1
        for at, to in found.moved:
            self.moved_cells[id(old.children[at])] = new.children[to]
        return done


def _is_surely(old: Block, new: Block) -> bool:
    """Is the one so plainly the other changed that no word need be counted?"""
    if old.opening != new.opening or old.tag in OPAQUE or old.tag in VOID or HEADING.fullmatch(old.tag):
        return False
    ours, theirs = old.html, new.html
    shortest, longest = sorted((len(ours), len(theirs)))
    if shortest < _SURE * longest or shortest < SHORT_HTML:
        return False
    same = prefix_size(ours, theirs)
    return same >= _SURE * longest or same + prefix_size(ours[::-1], theirs[::-1]) >= _SURE * longest


def _folded(html: str) -> list[str]:
    return [piece if at % 2 else fold(piece) for at, piece in enumerate(TAGS.split(html))]


def _rare(texts: list[str]) -> dict[str, int]:
    """Phrases of three words that occur in one text only: in which."""
    where: dict[str, int] = {}
    for at, text in enumerate(texts):
        for start in range(max(1, len(text) - 2)):
            phrase = text[start : start + 3]
            where[phrase] = at if where.get(phrase, at) == at else -1
    return where


#: A block this short may come twice by chance; its coming back elsewhere is no move.
SHORT_HTML: Final = 40


def _moved(
    ours: list[Block], theirs: list[Block], a: int, a_end: int, b: int, b_end: int, runs: list[Same]
) -> set[int]:
    """Blocks that are unchanged elsewhere: they are no candidates for likeness. By identity."""
    kept_old = {a + run.a for run in runs}
    kept_new = {b + run.b for run in runs}
    left: dict[str, int] = {}
    for at in range(a, a_end):
        if at not in kept_old and ours[at].end - ours[at].start >= SHORT_HTML:
            left[ours[at].html] = at
    found: set[int] = set()
    if left:
        for to in range(b, b_end):
            if to not in kept_new and (at := left.pop(theirs[to].html, -1)) >= 0:
                found |= {id(ours[at]), id(theirs[to])}
    return found
