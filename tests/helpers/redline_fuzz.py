"""Looks for texts with a wrong redline, and makes them small: ``python -m tests.helpers.redline_fuzz --help``."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from random import Random

from tests.helpers.html_tree import tree
from tests.helpers.redline_contract import is_marked, problems
from tests.helpers.redline_edits import pair
from tests.helpers.redline_shrink import smallest
from yururluk.redline import Redline, compare_html
from yururluk.text.markdown import render


def wrong(old: str, new: str) -> list[str]:
    """All that is wrong with the redline of two texts in Markdown; an exception is wrong too."""
    old_html, new_html = render(old), render(new)
    try:
        redline = compare_html(old_html, new_html)
        return problems(old_html, new_html, redline.html) + wrong_object(old_html, new_html, redline)
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]


def wrong_object(old_html: str, new_html: str, redline: Redline) -> list[str]:
    """Where the parts of a redline contradict each other."""
    found = []
    if tree(redline.accepted_html()) != tree(new_html):
        found.append("accepted_html() is not the new text")
    if tree(redline.rejected_html()) != tree(old_html):
        found.append("rejected_html() is not the old text")
    if bool(redline.changes) != is_marked(redline.html):
        found.append(f"{len(redline.changes)} changes, marked: {is_marked(redline.html)}")
    as_json = redline.to_json()
    if not json.loads(as_json if isinstance(as_json, str) else json.dumps(as_json)):
        found.append("to_json() says nothing")
    return found


def kind_of(problem: str) -> str:
    """What sort of problem it is, whatever the words and numbers in it."""
    return re.sub(r"pair \S+:", "pair:", problem).split(" at ")[0].split("'")[0].split("<")[0][:40]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.helpers.redline_fuzz", description=__doc__)
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--seconds", type=float, default=60, help="how long to look")
    parser.add_argument("--each", type=int, default=1, help="how many pairs to show for each sort of problem")
    options = parser.parse_args(arguments)
    start, seed, shown = time.monotonic(), options.first, dict[str, int]()
    while time.monotonic() - start < options.seconds:
        old, new = pair(Random(seed), blocks=12, edits=6)
        for problem in wrong(old, new):
            kind = kind_of(problem)
            shown[kind] = shown.get(kind, 0) + 1
            if shown[kind] > options.each:
                continue
            small = smallest(old, new, lambda a, b, kind=kind: kind in map(kind_of, wrong(a, b)))  # type: ignore[misc]
            print(f"seed {seed}: {next(w for w in wrong(*small) if kind_of(w) == kind)}")
            print(f"  old = {small[0]!r}\n  new = {small[1]!r}\n", flush=True)
        seed += 1
    for kind, number in sorted(shown.items(), key=lambda item: -item[1]):
        print(f"{number:6} × {kind}")
    print(f"{seed - options.first} pairs tried, from seed {options.first}.")
    return bool(shown)


if __name__ == "__main__":
    sys.exit(main())
