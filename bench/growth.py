"""Shows how the time grows with the length of the text, lightly edited and with everything changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.helpers.redline_documents import Block, markdown, policy
from tests.helpers.redline_edits import EDITS, edited

from bench.measure import OutOfTime, time_limit, timed
from yururluk.redline import compare_html
from yururluk.text.markdown import render

LENGTHS = (1250, 2500, 5000, 10_000, 20_000, 40_000)
WORDS_AN_EDIT = 400
LIMIT = 60.0


def lightly(text: list[Block], length: int) -> str:
    """One edit in 400 words, of every kind in turn."""
    rng, kinds = Random(length), list(EDITS)
    return markdown(edited(text, rng, [kinds[at % len(kinds)] for at in range(length // WORDS_AN_EDIT)]))


def every_word(text: list[Block], _length: int) -> str:
    """The same structure; not a word stays, so that nothing can be aligned."""
    return re.sub(r"(?<=[^\W\d_]{3})(?=[\s.,;])", "x", markdown(text))


def another_text(_text: list[Block], length: int) -> str:
    """Another policy of the same words in another order, so that all can be aligned, and nothing well."""
    return markdown(policy(Random(f"another {length}"), length))


CHANGES: dict[str, Callable[[list[Block], int], str]] = {
    "lightly edited": lightly,
    "every word changed": every_word,
    "another text": another_text,
}


def growth(lengths: tuple[int, ...] = LENGTHS) -> str:
    """A table of milliseconds, and of the multiple of one rendering of the new text in brackets."""
    lines = [f"{'words':>6}  " + "  ".join(f"{name:>22}" for name in CHANGES)]
    for length in lengths:
        text = policy(Random(length), length)
        cells = [f"{_cell(render(markdown(text)), change(text, length)):>22}" for change in CHANGES.values()]
        lines.append(f"{length:6}  " + "  ".join(cells))
    return "\n".join([*lines, ""])


def _cell(old_html: str, new: str) -> str:
    rendered = [timed(lambda: render(new)) for _ in range(3)]
    render_seconds, new_html = min(rendered)
    try:
        with time_limit(LIMIT):
            seconds = min(timed(lambda: compare_html(old_html, new_html).html)[0] for _ in range(3))
    except OutOfTime:
        return f"over {LIMIT:g} s"
    return f"{seconds * 1000:.0f} ms ({seconds / render_seconds:.2f})"
