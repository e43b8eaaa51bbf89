"""Makes of a Word file with tracked changes one without: all accepted, or all rejected."""

from __future__ import annotations

from collections.abc import Mapping

from yururluk.word.ooxml import BODIES, parse, serialise
from yururluk.word.revisions import settle


def settled(parts: Mapping[str, bytes], *, accept: bool) -> dict[str, bytes]:
    """The parts, with every change in text and notes settled."""
    made = dict(parts)
    for name in BODIES:
        if name in made:
            root = parse(made[name])
            settle(root, accept=accept)
            made[name] = serialise(root)
    return made
