"""Measures redliners on one pair: is each right and valid, how much does it mark, how long does it take."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from types import FrameType
from typing import Any, NamedTuple

from tests.helpers import redline_contract as contract
from tests.helpers.html_tree import difference, normal, tree

from bench.pairs import Pair
from bench.peers import Redliner
from yururluk.text.markdown import render

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
                pair=pair.name,
                seconds=min(times[redliner.name]),
                render_seconds=min(render_times),
                differ=differ,
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
