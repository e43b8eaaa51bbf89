"""Makes whole histories of a document by a seed: releases one after another, as companies publish them."""

from __future__ import annotations

import copy
from random import Random

from tests.helpers.redline_documents import document, markdown
from tests.helpers.redline_edits import EDITS, edited
from yururluk.core.model import DocumentType, FrontMatter, Text
from yururluk.lineage.steps import Series


def series(rng: Random, releases: int = 6, blocks: int = 8) -> Series:
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
    return series_of(*map(markdown, states))


def series_of(*bodies: str) -> Series:
    """The texts given, as releases 1.0, 1.1 …; each that changed has a redline page against the one before it."""
    front = FrontMatter("Metin", DocumentType.TERMS)
    texts = tuple(
        (f"1.{at}", Text.of("belge", "tr", "docs/tr/belge.md", body.encode(), front, 1))
        for at, body in enumerate(bodies)
    )
    pairs = []
    before = texts[0]
    for one in texts[1:]:
        if one[1] != before[1]:
            pairs.append((before[0], one[0]))
            before = one
    return Series("belge", "tr", texts, tuple(pairs))
