"""Compares redliners on real texts: right on both sides, valid, how much is marked, how long it takes.

Run it as ``make bench``, or ``python -m bench.redline --help``. It prints each figure beside its bar; texts of fewer
than 300 words that are rewritten throughout apart.
"""

from __future__ import annotations

import argparse
import gc
import math
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from types import FrameType
from typing import Any, NamedTuple

from tests.helpers import redline_contract as contract
from tests.helpers.html_tree import difference, normal, tree
from tests.helpers.redline_documents import Block, markdown, policy
from tests.helpers.redline_edits import EDITS, edited

from bench.peers import Redliner, ours, peers
from yururluk.redline import compare_html
from yururluk.text.markdown import render

COLUMNS = (
    *("redliner", "pairs", "failed", "both sides", "valid", "empty"),
    *("words/least", "median", "max", "over 1.5×+10"),
    *("time/render", "p95", "max", "slowest"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    real = corpus_pairs(options.corpora)
    pairs = [pair for pair in real or made_pairs() if options.only in pair.name]
    chosen = sample(pairs, options.sample)
    print(f"Ours on {len(chosen)} of {len(pairs)} pairs of {'real' if real else 'made'} texts:\n")
    mine = run(chosen, [ours()], options.limit)["yururluk"]
    short = run([*short_pairs(options.corpora), *_short(chosen)], [ours()], options.limit)["yururluk"] if real else []
    print(table({"yururluk": mine} | ({"under 300 words": short} if short else {})))
    print(_markup_only(mine))
    print(bars(mine, short))
    if not options.ours:
        chosen = sample(chosen, options.peer_sample)
        print(f"All redliners on the same {len(chosen)} of them, at most {options.limit:g} s each:\n")
        print(table(run(chosen, [ours(), *peers()], options.limit)))
    if not options.no_growth:
        print("Ours as the text grows, milliseconds and multiples of one rendering:\n")
        print(growth())
    if options.failures:
        print(failures(mine))
    if options.worst:
        print(worst(mine, options.worst))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.redline", description=__doc__)
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="folder of <source>/<document>/NNN_DATE.md")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="only N pairs, spread evenly")
    parser.add_argument("--peer-sample", type=int, default=60, metavar="N", help="pairs for the peers, 0: all")
    parser.add_argument("--no-growth", action="store_true", help="leave out how time grows with length")
    parser.add_argument("--only", default="", metavar="TEXT", help="only pairs with TEXT in their name")
    parser.add_argument("--ours", action="store_true", help="leave the peers out")
    parser.add_argument("--limit", type=float, default=10, metavar="S", help="seconds a redliner has for a pair")
    parser.add_argument("--worst", type=int, default=0, metavar="K", help="list our K worst pairs by each figure")
    parser.add_argument("--failures", action="store_true", help="list every promise we break")
    return parser.parse_args(arguments)


def run(pairs: list[Pair], redliners: list[Redliner], limit: float) -> dict[str, list[Score]]:
    """Every redliner on every pair; how far it is goes to the standard error stream."""
    results: dict[str, list[Score]] = {redliner.name: [] for redliner in redliners}
    for at, pair in enumerate(pairs, 1):
        if sys.stderr.isatty():
            print(f"\r{at}/{len(pairs)} {pair.name}\033[K", end="", file=sys.stderr, flush=True)
        for redliner, score in zip(redliners, scores(pair, redliners, limit), strict=True):
            results[redliner.name].append(score)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return results


# --- figures


def _short(pairs: list[Pair]) -> list[Pair]:
    return [pair for pair in pairs if max(len(pair.old.split()), len(pair.new.split())) < 300]


def bars(mine: list[Score], short: list[Score]) -> str:
    """The figures that have a bar, and whether they reach it."""
    timed = sorted(time_ratio(score) for score in mine if score.differ and not score.failure)
    under = sorted(time_ratio(score) for score in short if score.differ and not score.failure)
    figures = [
        ("both sides right", 100 * sum(bool(score.exact) for score in mine) / len(mine), 100, "%"),
        ("median of time / rendering", median(timed), 0.2, ""),
        ("p95 of time / rendering", _p95(timed), 0.8, ""),
        ("pairs over 1.5 x the word LCS plus ten", sum(map(is_wordy, mine)), 0, ""),
        *([("p95 of texts under 300 words, most rewritten throughout", _p95(under), 0.8, "")] if under else []),
    ]
    lines = ["Bars:"]
    for name, figure, bar, unit in figures:
        reached = figure >= bar if unit else figure <= bar
        sign = "=" if unit else "<="
        lines.append(f"{'ok   ' if reached else 'SHORT'} {name}: {figure:.2f}{unit} (bar {sign} {bar:g}{unit})")
    return "\n".join([*lines, ""])


def _p95(ratios: list[float]) -> float:
    return ratios[math.ceil(0.95 * len(ratios)) - 1]


def word_ratio(score: Score) -> float:
    return score.words / score.least_words if score.least_words else math.nan


def time_ratio(score: Score) -> float:
    return score.seconds / score.render_seconds


def is_wordy(score: Score) -> bool:
    """Does it mark more than half as much again as it must, and ten words?"""
    return score.words > 1.5 * score.least_words + 10


def table(results: dict[str, list[Score]]) -> str:
    rows = [COLUMNS, *(_row(name, found) for name, found in results.items())]
    widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines) + "\n"


def _row(name: str, found: list[Score]) -> tuple[str, ...]:
    done = [score for score in found if not score.failure]
    timed = sorted((score for score in done if score.differ), key=time_ratio)
    worded = [score for score in done if score.least_words]
    silent = sum(score.differ and not score.shown for score in done)
    if not timed or not worded:
        return (name, str(len(found)), str(len(found) - len(done)), *["-"] * (len(COLUMNS) - 3))
    slowest = max(done, key=lambda score: score.seconds)
    return (
        name,
        str(len(found)),
        str(len(found) - len(done)),
        _share(found, [score.exact for score in done]),
        _share(found, [score.valid for score in done]),
        str(silent),
        f"{sum(s.words for s in worded) / sum(s.least_words for s in worded):.3f}",
        f"{median(map(word_ratio, worded)):.2f}",
        f"{max(map(word_ratio, worded)):.1f}",
        str(sum(map(is_wordy, worded))),
        f"{median(map(time_ratio, timed)):.2f}",
        f"{_p95([*map(time_ratio, timed)]):.2f}",
        f"{time_ratio(timed[-1]):.1f}",
        f"{slowest.seconds:.2f} s, {slowest.pair}",
    )


def _share(found: list[Score], facts: list[bool | None]) -> str:
    """How many in a hundred of all pairs; one that gave up is not right."""
    if all(fact is None for fact in facts):
        return "n/a"
    return f"{100 * sum(map(bool, facts)) / len(found):.1f} %"


def _markup_only(found: list[Score]) -> str:
    apart = [score for score in found if score.differ and not score.least_words]
    marked = sum(score.words for score in apart)
    return f"{len(apart)} pairs differ in markup only, where we mark {marked} words.\n"


def failures(found: list[Score]) -> str:
    """Every promise broken, by pair."""
    lines = [f"{s.pair}: {problem}" for s in found for problem in (*s.problems, *filter(None, [s.failure]))]
    broken = sum(bool(score.problems or score.failure) for score in found)
    lines += [f"{s.pair}: marks {s.words} words for {s.least_words}" for s in found if is_wordy(s)]
    return "\n".join([f"Broken promises in {broken} of {len(found)} pairs:", *lines, ""])


def worst(found: list[Score], number: int) -> str:
    """Our worst pairs by each figure."""
    figures: list[tuple[str, Callable[[Score], float]]] = [
        ("words / least words", lambda s: s.words / max(s.least_words, 1)),
        ("words too many", lambda s: s.words - s.least_words),
        ("time / rendering", time_ratio),
        ("seconds", lambda s: s.seconds),
    ]
    lines = []
    for title, figure in figures:
        lines.append(f"{title}:")
        done = [score for score in found if not score.failure]
        chosen = sorted(done, key=figure, reverse=True)[:number]
        lines += [
            f"  {figure(s):8.2f}  {s.pair}  ({s.words} for {s.least_words} words, {s.seconds * 1000:.1f} ms)"
            for s in chosen
        ]
    return "\n".join([*lines, ""])


# --- the pairs of texts

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT.parent / "shared" / "corpora"


class Pair(NamedTuple):
    """Two states of one document, as Markdown."""

    name: str
    old: str
    new: str


def corpus_pairs(corpora: Path) -> list[Pair]:
    """All consecutive states of every ``<source>/<document>/NNN_DATE.md``, and the first against the last."""
    return [pair for folder in sorted(corpora.glob("*/*/")) for pair in _folder_pairs(folder)]


def _folder_pairs(folder: Path) -> Iterator[Pair]:
    states = sorted(folder.glob("*.md"))
    texts = [state.read_text(encoding="utf-8") for state in states]
    numbers = [state.stem.split("_")[0] for state in states]
    document = f"{folder.parent.name}/{folder.name}"
    for at in range(1, len(states)):
        yield Pair(f"{document} {numbers[at - 1]}→{numbers[at]}", texts[at - 1], texts[at])
    if len(states) > 2:
        yield Pair(f"{document} {numbers[0]}→{numbers[-1]}", texts[0], texts[-1])


def sample(listed: list[Pair], number: int) -> list[Pair]:
    """``number`` of them, spread evenly and always the same ones; all of them if ``number`` is 0."""
    if not 0 < number < len(listed):
        return listed
    return [listed[at * len(listed) // number] for at in range(number)]


def short_pairs(corpora: Path, words: int = 250) -> list[Pair]:
    """Texts of fewer than 300 words that are rewritten throughout: how the first and the last state of each document
    begin, how the last one begins and goes on, and how two documents begin."""
    states = {f"{folder.parent.name}/{folder.name}": sorted(folder.glob("*.md")) for folder in corpora.glob("*/*/")}
    texts = {
        name: (found[0].read_text(encoding="utf-8"), found[-1].read_text(encoding="utf-8"))
        for name, found in sorted(states.items())
        if found
    }
    names, pairs = list(texts), []
    for at, name in enumerate(names):
        first, last = texts[name]
        other = names[(at + 1) % len(names)]
        pairs += [
            Pair(f"{name} rewritten", _beginning(first, words), _beginning(last, words)),
            Pair(f"{name} shifted", _beginning(last, words), _beginning(last, words, skip=12)),
            Pair(f"{name} and {other}", _beginning(last, words), _beginning(texts[other][1], words)),
        ]
    return [pair for pair in pairs if pair.old != pair.new and pair.old and pair.new]


def _beginning(text: str, words: int, skip: int = 0) -> str:
    """The first blocks of a text, up to so many words."""
    chosen: list[str] = []
    for block in text.split("\n\n")[skip:]:
        words -= len(block.split())
        if words < 0:
            break
        chosen.append(block)
    return "\n\n".join(chosen).strip()


def made_pairs(documents: int = 8, states: int = 5) -> list[Pair]:
    """Policies of 300 to 2,400 words that the project makes itself, each through a few states."""
    found = []
    for at in range(1, documents + 1):
        rng = Random(at)
        text = policy(rng, 300 * at)
        texts = [markdown(text)]
        for _ in range(states - 1):
            text = edited(text, rng, rng.choices(list(EDITS), k=rng.randint(1, 8)))
            texts.append(markdown(text))
        for one in range(1, states):
            found.append(Pair(f"made {at} {one}→{one + 1}", texts[one - 1], texts[one]))
        found.append(Pair(f"made {at} 1→{states}", texts[0], texts[-1]))
    return found


# --- measuring

REPEATS = 7
ENOUGH = 1.5  # seconds; a redliner that has had so many on a pair is not run again
_runs = count()


class Score(NamedTuple):
    """One redliner on one pair. ``seconds`` is nan for one that gave up; its ``failure`` then says why."""

    pair: str
    seconds: float
    render_seconds: float
    least_words: int
    words: int
    differ: bool
    shown: bool
    exact: bool | None
    valid: bool | None
    problems: tuple[str, ...]
    failure: str = ""


class OutOfTime(Exception):
    """The redliner took longer than it may."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises OutOfTime in the block after ``seconds`` of work; needs the main thread and a Unix."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """How many seconds ``call`` takes, without the garbage of others, and what it gives."""
    gc.disable()
    try:
        start = time.perf_counter()
        result = call()
        return time.perf_counter() - start, result
    finally:
        gc.enable()


def scores(pair: Pair, redliners: list[Redliner], limit: float) -> list[Score]:
    """Each redliner on ``pair``. The runs take turns with rendering the new text; the fastest of each counts.

    Every run gets its own last paragraph, so that nothing remembered from an earlier one can help.
    """
    old_html, new_html = render(pair.old), render(pair.new)
    differ = tree(old_html) != tree(new_html)
    least = contract.least_words(old_html, new_html)
    render_times: list[float] = []
    times: dict[str, list[float]] = {redliner.name: [] for redliner in redliners}
    outputs: dict[str, tuple[str, str, Any]] = {}
    failures: dict[str, str] = {}
    for _ in range(REPEATS):
        last = f"{next(_runs)}"
        render_times.append(timed(partial(render, f"{pair.new}\n\n{last}\n"))[0])
        old, new = f"{old_html}\n<p>{last}</p>", f"{new_html}\n<p>{last}</p>"
        for redliner in redliners:
            name = redliner.name
            if name in failures or sum(times[name]) > ENOUGH:
                continue
            one, other = redliner.prepare(old), redliner.prepare(new)
            try:
                with time_limit(limit):
                    seconds, output = timed(partial(redliner.run, one, other))
            except OutOfTime:
                failures[name] = f"more than {limit:g} s"
            except Exception as error:  # a benchmark goes on
                failures[name] = f"{type(error).__name__}: {error}"[:200]
            else:
                times[name].append(seconds)
                outputs.setdefault(name, (old, new, output))
    found = []
    for redliner in redliners:
        if failure := failures.get(redliner.name):
            blank = Score(pair.name, float("nan"), min(render_times), least, 0, differ, False, None, None, ())
            found.append(blank._replace(failure=failure))
            continue
        score = _score(redliner, *outputs[redliner.name], least)
        found.append(
            score._replace(
                pair=pair.name, seconds=min(times[redliner.name]), render_seconds=min(render_times), differ=differ
            )
        )
    return found


def _score(redliner: Redliner, old: str, new: str, output: Any, least: int) -> Score:
    html, new_side, old_side = redliner.read(output)
    words = sum(contract.marked_words(html))
    blank = Score("", 0.0, 0.0, least, words, False, contract.is_marked(html), None, None, ())
    if new_side is None or old_side is None:
        return blank
    if redliner.name == "yururluk":
        wrong = contract.problems(old, new, html)
    else:
        wrong = contract.invalidities(old, new, html)
        for side, target, name in ((new_side, new, "accept"), (old_side, old, "reject")):
            if differs := difference(normal(side), tree(target)):
                wrong.append(f"{name}: {differs}")
    exact = not any(problem.startswith(("accept", "reject")) for problem in wrong)
    valid = not any(problem.startswith(("parse", "misplaced", "duplicate")) for problem in wrong)
    # Even a mark that is no ins or del shows a change.
    shown = blank.shown or difference(tree(html), tree(new)) != ""
    return blank._replace(exact=exact, valid=valid, shown=shown, problems=tuple(wrong))


# --- how time grows with length

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


if __name__ == "__main__":
    sys.exit(main())
