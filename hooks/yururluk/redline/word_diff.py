"""Splits texts into words, finds what two of them have in common, and makes that read as a person would mark it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from rapidfuzz.distance import LCSseq

from yururluk.core.messages import names

SPACE: Final = r"[ \t\n\r\f]"
#: Combining marks and joiners, which \w leaves out.
_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f\u200c\u200d\u00ad"
)
_LETTER: Final = rf"[\w{_MARKS}]"
_MONTH: Final = (
    "(?:Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık"
    "|January|February|March|April|May|June|July|August|September|October|November|December)"
)
_NUMBER: Final = r"\d+(?:[.,]\d+)*"
_SUFFIX: Final = rf"(?:['’ʼ‘`´]{_LETTER}+)?"
_GAP: Final = r"(?:[ \t\n\r\f]|&nbsp;)"
_CURRENCY: Final = r"(?:TL|TRY|USD|EUR|GBP|₺|\$|€|£)"
DATE: Final = (
    rf"\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}{_SUFFIX}(?!\w)|\d{{4}}-\d\d-\d\d{_SUFFIX}(?!\w)"
    rf"|\d{{1,2}}\.?{_GAP}{_MONTH},?{_GAP}\d{{4}}{_SUFFIX}(?!\w)"
)
AMOUNT: Final = rf"{_NUMBER}{_GAP}?{_CURRENCY}{_SUFFIX}(?!\w)|{_NUMBER}{_GAP}?%|[%₺$€£]{_GAP}?{_NUMBER}{_SUFFIX}"
_WORD: Final = rf"{_LETTER}+(?:(?:['’ʼ‘`´@·.:/_-]|&amp;){_LETTER}+)*"
#: The commonest kind first, for speed; a month name before words, for "January 1, 2024".
_TOKEN: Final = (
    r"[a-zçğıöşü]+(?=[ \t\n,.;])(?![.]\w)"
    rf"|(?=[OŞMNHTAEKJFSD]){_MONTH}{_GAP}\d{{1,2}},?{_GAP}\d{{4}}(?!\w)"
    rf"|(?=[\d%₺$€£])(?:{DATE}|{AMOUNT}|{_NUMBER}(?!{_LETTER}|['’@_/:-]{_LETTER}))"
    rf"|{_WORD}|&\#?\w+;"
    rf"|[^ \t\n\r\f](?:[\ufe0e\ufe0f\u20e3{_MARKS}\U0001f3fb-\U0001f3ff]+[\U0001f000-\U0001ffff]?)*"
)
PIECES: Final = re.compile(rf"({SPACE}*)({_TOKEN})")
_WORDS_ONLY: Final = re.compile(_TOKEN)
#: Is found wherever a word has a space in it, and elsewhere too.
_SPACED: Final = re.compile(rf"\d[.,]?{_GAP}[%₺$€£A-ZŞ\d]|[%₺$€£]{_GAP}\d|&nbsp;\d")
_FIGURE: Final = re.compile(r"[\d%₺$€£]")
_TAGS: Final = re.compile(r"<[^>]*>")

_QUOTES: Final = "'’‘‛ʼ′\"“”„‟«»‹›″"
_DASHES: Final = "-‐‑‒–—―−"
_ALIKE: Final = str.maketrans(dict.fromkeys(_QUOTES, "'") | dict.fromkeys(_DASHES, "-") | {"\u00ad": None, "…": "..."})
_UNSEEN: Final = str.maketrans(
    dict.fromkeys(_QUOTES + _DASHES + "\u00ad\u200b\u2060\ufeff" + " \t\n\r\f\u00a0\u2009\u202f\u2007")
)


def alike(token: str) -> str:
    """The token as a reader takes it: one kind of quote and of dash, ordinary spaces, composed letters."""
    text = token.translate(_ALIKE)
    if "&" in text:
        text = text.replace("&nbsp;", " ").replace("&quot;", "'")
    return unicodedata.normalize("NFC", text)


def letters(text: str) -> str:
    """What is left of raw text without spaces, quotes, dashes: equal for two texts that differ only typographically."""
    return unicodedata.normalize("NFC", text.replace("&nbsp;", "").replace("&quot;", "").translate(_UNSEEN)).replace(
        "…", "..."
    )


_DIGITS: Final = frozenset("0123456789")
_ONE_DASH: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("'’‘`´\"“”„«»" + " \n\t\u00a0\u00ad"))


def differ_typographically(old: str, new: str) -> bool:
    """Are two texts the same but for quotes, dashes, spaces and the form of their letters?

    A dash between numbers is a meaning (5-10), and so is one before a number: in texts with digits no dash may come or
    go.
    """
    return letters(old) == letters(new) and (_DIGITS.isdisjoint(old) or _one_dash(old) == _one_dash(new))


def _one_dash(text: str) -> str:
    return text.replace("&nbsp;", "").translate(_ONE_DASH)


_MARKS_AFTER: Final = frozenset(",.;:)")


class _Codes(dict[str, str]):
    """For a word its character, and for a stretch of text without a space those of its words.

    Words that a reader takes for the same (see `alike`) share one.
    """

    def __missing__(self, stretch: str) -> str:
        if stretch.isalpha() and (stretch.isascii() or unicodedata.is_normalized("NFC", stretch)):
            # Past the last code point words would share a code; callers compare the words themselves too.
            codes = chr(1 + len(self) % 0x10FFFE)
        elif stretch[-1:] in _MARKS_AFTER and stretch[:-1].isalpha():
            codes = self[stretch[:-1]] + self[stretch[-1]]
        else:
            words = _WORDS_ONLY.findall(stretch)
            codes = "".join(map(self.__getitem__, words)) if words != [stretch] else self.word(stretch)
        self[stretch] = codes
        return codes

    def word(self, token: str) -> str:
        """The character of a word, or of anything else that is compared as one."""
        code = self.get(token)
        if code is None:
            form = alike(token)
            code = chr(1 + len(self) % 0x10FFFE) if form == token else self.word(form)
            self[token] = code
        return code if len(code) == 1 else self.word(f"\0{token}")


class Vocabulary:
    """Splits texts into words and gives every word a character of its own, so that the C code of rapidfuzz can compare
    texts as strings."""

    def __init__(self) -> None:
        self._codes = _Codes()

    def code(self, token: str) -> str:
        """The character of a word, or of anything else that is compared as one."""
        return self._codes.word(token)

    def encode(self, html: str) -> str:
        """The words of a piece of HTML, tags left out, as a string of codes.

        A space may be in dates and amounts only. A text without any is split at its spaces, and each stretch
        between them looked at once.
        """
        text = _TAGS.sub(" ", html) if "<" in html else html
        if _FIGURE.search(text) and _SPACED.search(text):
            return "".join(map(self._codes.word, _WORDS_ONLY.findall(text)))
        return "".join(map(self._codes.__getitem__, text.replace("\n", " ").split(" ")))

    def words(self, text: str) -> tuple[Sequence[str], Sequence[str], str]:
        """The words of a piece of text without tags: the white space before each, the words, and their codes."""
        pairs = PIECES.findall(text)
        if not pairs:
            return (), (), ""
        spaces, raws = zip(*pairs, strict=True)
        codes = "".join(map(self._codes.__getitem__, raws))
        if len(codes) > len(raws):  # what is one word here may be several as a stretch of text
            codes = "".join(map(self._codes.word, raws))
        return spaces, raws, codes


class Same(NamedTuple):
    """`size` items from `a` on in the old sequence are those from `b` on in the new."""

    a: int
    b: int
    size: int


#: Cells of the table that one comparison may fill; 64 go into one step of the C code. 2·10^7 take about 8 ms.
CELLS: Final = 20_000_000


class Budget:
    """What a whole comparison may spend on exact tables. When it is used up, results are coarse but right."""

    __slots__ = ("cells", "exhausted")

    def __init__(self, cells: int = 150_000_000) -> None:
        self.cells = cells
        self.exhausted = False

    def takes(self, cells: int) -> bool:
        """Is there room for so much work? If so, it is spent."""
        if cells > CELLS or cells > self.cells:
            return False
        self.cells -= cells
        return True


class Tools(NamedTuple):
    """What one comparison shares: its vocabulary, its bound on work, and the numbering of its pairs."""

    vocabulary: Vocabulary
    budget: Budget
    next_pair: Callable[[], str]


def common(old: str, new: str, budget: Budget) -> list[Same]:
    """The longest common subsequence of two strings of codes, as runs in order; a good one where it is too dear."""
    if old == new:
        return [Same(0, 0, len(old))] if old else []
    head = prefix_size(old, new)
    tail = prefix_size(old[head:][::-1], new[head:][::-1])
    found = [Same(0, 0, head)] if head else []
    _between(old, new, head, len(old) - tail, head, len(new) - tail, budget, found)
    if tail:
        found.append(Same(len(old) - tail, len(new) - tail, tail))
    return _joined(found)


def prefix_size(old: str, new: str) -> int:
    """How many characters two strings begin with alike."""
    limit = min(len(old), len(new))
    if old[:limit] == new[:limit]:
        return limit
    low, high = 0, limit
    while low < high:  # halving compares slices in C, which beats a loop by far
        middle = (low + high + 1) // 2
        if old.startswith(new[low:middle], low):
            low = middle
        else:
            high = middle - 1
    return low


def _between(old: str, new: str, a: int, a_end: int, b: int, b_end: int, budget: Budget, found: list[Same]) -> None:
    if a == a_end or b == b_end:
        return
    left, right = old[a:a_end], new[b:b_end]
    if len(left) == 1 or len(right) == 1:
        at, to = (right.find(left), 0) if len(left) == 1 else (0, left.find(right))
        if at >= 0 and to >= 0:
            found.append(Same(a + to, b + at, 1))
        return
    if budget.takes(len(left) * len(right)):
        found += [
            Same(a + block.a, b + block.b, block.size)
            for block in LCSseq.editops(left, right).as_matching_blocks()
            if block.size
        ]
        return
    anchors = _anchors(left, right)
    if not anchors:
        budget.exhausted = True
        return
    at, to = a, b
    for one, other in [*anchors, (len(left), len(right))]:
        if a + one < at or b + other < to:
            continue
        _between(old, new, at, a + one, to, b + other, budget, found)
        at, to = a + one, b + other
        size = 0
        while at + size < a_end and to + size < b_end and old[at + size] == new[to + size]:
            size += 1
        if size:
            found.append(Same(at, to, size))
        at, to = at + size, to + size


def _anchors(left: str, right: str) -> list[tuple[int, int]]:
    """Places that are the same on both sides and occur once on each: a chain of them that rises on both."""
    for width in (4, 2, 1):
        ours, theirs = _once(left, width), _once(right, width)
        pairs = sorted((at, theirs[gram]) for gram, at in ours.items() if gram in theirs)
        if pairs:
            return rising(pairs)
    return []


def _once(text: str, width: int) -> dict[str, int]:
    seen: dict[str, int] = {}
    for at in range(len(text) - width + 1):
        gram = text[at : at + width]
        seen[gram] = -1 if gram in seen else at
    return {gram: at for gram, at in seen.items() if at >= 0}


def rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of `pairs`, sorted by the first member, in which the second member rises too."""
    ends: list[int] = []
    last: list[int] = []
    back: list[int] = []
    for at, (_, value) in enumerate(pairs):
        place = bisect_left(ends, value)
        back.append(last[place - 1] if place else -1)
        if place == len(ends):
            ends.append(value)
            last.append(at)
        else:
            ends[place] = value
            last[place] = at
    chain: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(pairs[at])
        at = back[at]
    return chain[::-1]


def _joined(found: list[Same]) -> list[Same]:
    joined: list[Same] = []
    for run in found:
        if joined and joined[-1].a + joined[-1].size == run.a and joined[-1].b + joined[-1].size == run.b:
            joined[-1] = Same(joined[-1].a, joined[-1].b, joined[-1].size + run.size)
        else:
            joined.append(run)
    return joined


#: Words that say nothing alone: kept between two replaced stretches they only break the reading.
_SMALL: Final = names(
    "a an and any as at be by for from in is it its of on or that the this to was with ve veya ya da"
    " de ile için bu bir olan ise ki gibi en her mi mı"
)
_ENDS: Final = frozenset(".;:!?")


def readable(runs: list[Same], old: Sequence[str], new: Sequence[str]) -> list[Same]:
    """The runs of kept words without those that are not worth keeping, and moved so that changes end with sentences."""
    kept: list[Same] = []
    for at, run in enumerate(runs):
        if run.size > 2 or not _is_lonely(runs, at, kept, old, new):
            kept.append(run)
    return _slid(kept, old, new)


def _is_lonely(runs: list[Same], at: int, kept: list[Same], old: Sequence[str], new: Sequence[str]) -> bool:
    """A mark or a small word between two stretches, each with words gone and words come."""
    run = runs[at]
    words = [token for token in new[run.b : run.b + run.size] if token[0].isalnum()]
    if len(words) > 1 or (words and words[0].lower() not in _SMALL):
        return False
    a, b = (kept[-1].a + kept[-1].size, kept[-1].b + kept[-1].size) if kept else (0, 0)
    a_next, b_next = (runs[at + 1].a, runs[at + 1].b) if at + 1 < len(runs) else (len(old), len(new))
    sides = (old[a : run.a], new[b : run.b], old[run.a + run.size : a_next], new[run.b + run.size : b_next])
    return all(any(token[0].isalnum() for token in side) for side in sides)


def _slid(runs: list[Same], old: Sequence[str], new: Sequence[str]) -> list[Same]:
    """Each pure insertion or deletion, moved over equal words to where a sentence or a clause begins."""
    for at in range(len(runs) - 1):
        left, right = runs[at], runs[at + 1]
        a, b = left.a + left.size, left.b + left.size
        if (right.a > a) == (right.b > b):
            continue  # a replacement stays where it is
        text, start, end = (new, b, right.b) if right.b > b else (old, a, right.a)
        best, shift = _fit(text, start), 0
        for step in range(1, min(left.size, 40)):
            if text[start - step] != text[end - step]:
                break
            fit = _fit(text, start - step)
            if fit > best:
                best, shift = fit, step
        if shift:
            runs[at] = Same(left.a, left.b, left.size - shift)
            runs[at + 1] = Same(right.a - shift, right.b - shift, right.size + shift)
    return runs


def _fit(text: Sequence[str], start: int) -> int:
    before = text[start - 1] if start else "."
    return 2 if before in _ENDS else 1 if before in (",", "(", "“", '"') else 0
