"""Chooses the pairs of texts: real policies where they lie beside the checkout, else made ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

from tests.helpers.redline_documents import markdown, policy
from tests.helpers.redline_edits import EDITS, edited

ROOT = Path(__file__).resolve().parents[1]
_T = TypeVar("_T")
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


def sample(listed: list[_T], number: int) -> list[_T]:
    """``number`` of them, spread evenly and always the same ones; all of them if ``number`` is 0."""
    if not 0 < number < len(listed):
        return listed
    return [listed[at * len(listed) // number] for at in range(number)]


def own_texts() -> dict[str, str]:
    """The project's own drafts and releases, by their path."""
    files = sorted([*ROOT.glob("docs/*/*.md"), *ROOT.glob("releases/*/*/*.md")])
    return {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}


def own_pairs() -> list[Pair]:
    """The project's own texts from release to release, and from the last one to the draft."""
    states: dict[str, list[tuple[str, str]]] = {}
    for path, source in own_texts().items():
        folder, _, rest = path.removeprefix("releases/").partition("/")
        states.setdefault(rest, []).append((folder, source))
    found = []
    for document, listed in states.items():
        listed.sort(key=lambda state: (state[0] == "docs", state[0]))
        found += [Pair(f"{document} {before}→{after}", old, new) for (before, old), (after, new) in pairwise(listed)]
    return found


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
