"""Makes a word comparison read as a person would mark it: no lonely "ve" between two changes, sentences
whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yururluk.core.names import names
from yururluk.redline.lcs import Same

#: Words that say nothing alone: kept between two replaced stretches they only break the reading.
_SMALL: Final = names(
    "a an and any as at be by for from in is it its of on or that the this to was with ve veya ya da"
    " de ile için bu bir olan ise ki gibi en her mi mı"
)
_ENDS: Final = frozenset(".;:!?")


def readable(runs: list[Same], old: Sequence[str], new: Sequence[str]) -> list[Same]:
    """The runs of kept words without those that are not worth keeping, and moved so that changes end with
    sentences.
    """
    return _slid(_without_lonely(runs, old, new), old, new)


def _without_lonely(runs: list[Same], old: Sequence[str], new: Sequence[str]) -> list[Same]:
    kept: list[Same] = []
    for at, run in enumerate(runs):
        if run.size <= 2 and _is_lonely(runs, at, kept, old, new):
            continue
        kept.append(run)
    return kept


def _is_lonely(runs: list[Same], at: int, kept: list[Same], old: Sequence[str], new: Sequence[str]) -> bool:
    """A mark or a small word that stands between two stretches, each with words gone and words come."""
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
    runs = list(runs)
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
