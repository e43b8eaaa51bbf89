"""Chooses the pairs of texts: real policies where they lie beside the checkout, else made ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.redline_documents import markdown, policy
from tests.redline_edits import EDITS, edited

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"


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


def sample(pairs: list[Pair], number: int) -> list[Pair]:
    """``number`` of the pairs, spread evenly and always the same ones; all of them if ``number`` is 0."""
    if not 0 < number < len(pairs):
        return pairs
    return [pairs[at * len(pairs) // number] for at in range(number)]


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
