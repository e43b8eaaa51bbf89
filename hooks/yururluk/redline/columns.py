"""Decides which column of a table became which, so that cells stay in their columns whatever they say."""

from __future__ import annotations

from typing import NamedTuple

from yururluk.redline.lcs import rising
from yururluk.redline.tree import Block


class Columns(NamedTuple):
    """How many columns a table had and has, and which old one is which new one.

    `pairs` are in rising order; `moved` are those that changed places with them.
    """

    old: int
    new: int
    pairs: list[tuple[int, int]]
    moved: list[tuple[int, int]]


def columns(old: Block, new: Block) -> Columns | None:
    """The columns of two tables, by the words of their first rows; None where cells span or rows are missing.

    Columns without a namesake are the same if they hold the same cells, or if as many of them stand between
    two others on both sides.
    """
    if "span=" in old.html or "span=" in new.html:
        return None
    ours, theirs = _rows(old), _rows(new)
    if not ours or not theirs or not ours[0] or not theirs[0]:
        return None
    names = {name: to for to, name in enumerate(theirs[0]) if name}
    namesakes = [(at, names[name]) for at, name in enumerate(ours[0]) if name in names]
    known = rising(namesakes)
    moved = [
        (at, to)
        for at, to in namesakes
        if (at, to) not in known and ours[0].count(ours[0][at]) == theirs[0].count(ours[0][at]) == 1
    ]
    gone, come = {at for at, _ in moved}, {to for _, to in moved}
    held = [{row[to] for row in theirs[1:] if len(row) > to} - {""} for to in range(len(theirs[0]))]
    pairs: list[tuple[int, int]] = []
    at = to = 0
    for at_next, to_next in [*known, (len(ours[0]), len(theirs[0]))]:
        olds = [a for a in range(at, at_next) if a not in gone]
        news = [b for b in range(to, to_next) if b not in come]
        if len(olds) == len(news):
            pairs += zip(olds, news, strict=True)
        else:
            alike = [
                (a, b)
                for a in olds
                for b in news
                if held[b] and 2 * len(held[b] & {row[a] for row in ours[1:] if len(row) > a}) >= len(held[b])
            ]
            pairs += rising(list({a: (a, b) for a, b in reversed(alike)}.values())[::-1])
        if at_next < len(ours[0]):
            pairs.append((at_next, to_next))
        at, to = at_next + 1, to_next + 1
    return Columns(len(ours[0]), len(theirs[0]), pairs, moved)


def _rows(block: Block) -> list[list[str]]:
    """The cells of each row, as they are written."""
    rows: list[list[str]] = []
    for child in block.children:
        if child.tag == "tr":
            rows.append([cell.inner.strip() for cell in child.children])
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows += _rows(child)
    return rows
