"""Sends real texts to Word and back, and counts what comes back right, and why the rest does not.

Run it as ``python -m bench.word``; ``--help`` tells the rest. What each part asks, `bench.word_parts` tells.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import word_parts
from bench.pairs import CORPORA, Pair, corpus_pairs, made_pairs, own_pairs, own_texts, sample
from bench.word_parts import Named, Outcome, text_of
from yururluk.text.markdown import body


@dataclass(frozen=True)
class _Asked:
    """What the questions are put to, each time as many as asked for, spread evenly."""

    texts: list[Named]
    pairs: list[Pair]
    pool: Executor

    def unedited(self, number: int) -> list[Outcome]:
        return list(self.pool.map(word_parts.unedited, sample(self.texts, number)))

    def editor(self, number: int) -> list[Outcome]:
        return word_parts.through_editor(sample(self.texts, number))

    def lawyer(self, number: int) -> list[Outcome]:
        edits = [one for named in sample(self.texts, number) for one in word_parts.edits_of(named)]
        return list(self.pool.map(word_parts.lawyer, edits))

    def edited(self, number: int) -> list[Outcome]:
        return list(self.pool.map(word_parts.edited, sample(self.pairs, number)))

    def redline(self, number: int) -> list[Outcome]:
        return list(self.pool.map(word_parts.redlined, sample(self.pairs, number)))

    def opened(self, number: int) -> list[Outcome]:
        return word_parts.opened(sample(self.pairs, number))


#: What is asked, of how many where nobody says, and whether LibreOffice must be there.
PARTS: Final[dict[str, tuple[Callable[[_Asked, int], list[Outcome]], int, bool]]] = {
    "unedited": (_Asked.unedited, 100, False),
    "editor": (_Asked.editor, 20, True),
    "lawyer": (_Asked.lawyer, 10, False),
    "edited": (_Asked.edited, 60, False),
    "redline": (_Asked.redline, 60, False),
    "opened": (_Asked.opened, 20, True),
}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    real = sorted(options.corpora.glob("*/*/*.md"))
    pairs = corpus_pairs(options.corpora) if real else own_pairs() + made_pairs()
    texts = {str(file.relative_to(options.corpora)): file.read_text(encoding="utf-8") for file in real}
    with ThreadPoolExecutor(options.jobs) as pool:
        asked = _Asked(
            [Named(name, text_of(source)) for name, source in (texts or own_texts()).items()],
            [pair for pair in pairs if body(pair.old) != body(pair.new)],
            pool,
        )
        kind = "real" if real else "the project's own"
        print(f"{len(asked.texts)} texts and {len(asked.pairs)} pairs, {kind}:")
        for name in options.part or PARTS:
            answer, number, with_editor = PARTS[name]
            if with_editor and not shutil.which("soffice"):
                print(f"{name}: LibreOffice is not installed here")
                continue
            start = time.perf_counter()
            outcomes = answer(asked, number if options.number is None else options.number)
            _tell(name, outcomes, time.perf_counter() - start)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.word", description=__doc__)
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="folder of <source>/<document>/NNN_DATE.md")
    parser.add_argument("--part", action="append", choices=list(PARTS), help="only this part (may be given again)")
    parser.add_argument("--number", type=int, metavar="N", help="so many texts or pairs for each part, 0: all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="how many at a time")
    return parser.parse_args(arguments)


def _tell(part: str, outcomes: Sequence[Outcome], seconds: float) -> None:
    wrong = [one for one in outcomes if one.why]
    right = len(outcomes) - len(wrong)
    share = 100 * right / max(1, len(outcomes))
    print(f"{part}: {right} of {len(outcomes)} exact ({share:.1f} %), {seconds:.0f} s", flush=True)
    for why, number in Counter(re.sub(r"[“0-9].*", "…", one.why) for one in wrong).most_common():
        print(f"  {number} × {why}")
    for one in wrong[:10]:
        print(f"    {one.name}: {one.why[:160]}")


if __name__ == "__main__":
    sys.exit(main())
