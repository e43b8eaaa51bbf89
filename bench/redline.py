"""Compares redliners on real texts: right on both sides, valid, how much is marked, how long it takes.

Run it as ``make bench``, or ``python -m bench.redline --help``.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from bench.growth import growth
from bench.measure import Score, scores
from bench.pairs import CORPORA, Pair, corpus_pairs, made_pairs, sample
from bench.peers import Redliner, ours, peers

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
    print(table({"yururluk": mine}))
    print(_markup_only(mine))
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
        f"{time_ratio(timed[math.ceil(0.95 * len(timed)) - 1]):.2f}",
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


if __name__ == "__main__":
    sys.exit(main())
