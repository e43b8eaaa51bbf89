"""Makes whole histories of a document by a seed: releases one after another, as companies publish them."""

from __future__ import annotations

import copy
from random import Random

from tests.helpers.redline_documents import document, markdown
from tests.helpers.redline_edits import EDITS, edited
from yururluk.lineage.steps import Series


def series(rng: Random, releases: int = 6, blocks: int = 8) -> Series[str]:
    """A history with a few edits a release, and now and then no change, or an earlier text come back."""
    states = [document(rng, blocks)]
    for _ in range(releases - 1):
        chance = rng.random()
        if chance < 0.1:
            states.append(states[-1])
        elif chance < 0.25:
            states.append(rng.choice(states))
        else:
            kinds = [rng.choice(list(EDITS)) for _ in range(rng.randint(1, 3))]
            states.append(edited(copy.deepcopy(states[-1]), rng, kinds))
    texts = tuple((f"1.{at}", markdown(state)) for at, state in enumerate(states))
    return Series("belge", "tr", texts, pages(texts))


def pages(texts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The pairs that have a redline page of their own: each text that changed, against the one before it."""
    found = []
    before = texts[0]
    for version, text in texts[1:]:
        if text != before[1]:
            found.append((before[0], version))
            before = (version, text)
    return tuple(found)
