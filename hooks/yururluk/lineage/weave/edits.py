"""Cuts a redline into edits: which blocks of the old text became which of the new one, and the HTML that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from yururluk.redline import Redline

_VOID: Final = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)(?:\"[^\"]*\"|[^\">])*>")
_ID: Final = re.compile(r'(<[a-z][^<>]*?) id="')
_PAIR: Final = re.compile(r'data-redline-pair="([^"]*)"')


@dataclass(frozen=True)
class Edit:
    """One piece of a redline: `old` blocks from `at` on became `new` blocks; `html` shows it, white space around
    it included. `blocks` are the new blocks where they cannot be read out of `html` one element at a time."""

    at: int
    old: int
    new: int
    html: str
    blocks: tuple[str, ...] | None = None

    @cached_property
    def pairs(self) -> frozenset[str]:
        """The pairs of which at least one side stands in it."""
        return frozenset(_PAIR.findall(self.html))


@dataclass(frozen=True)
class Step:
    """What changed from one text to another. `words` are the numbers of words added and removed, as told on the
    pair's own page."""

    source: int
    target: int
    edits: tuple[Edit, ...]
    words: tuple[int, int] = (0, 0)


def blocks_of(html: str) -> list[str]:
    """The top-level blocks of a rendering; joined by line feeds they are the rendering again.

    What is not parted by just a line feed from its neighbour, such as loose text, is taken as one block with it.
    """
    spans = list(_nodes(html))
    blocks: list[str] = []
    start = 0
    for at, (lo, hi, is_element) in enumerate(spans):
        between = 0 < at < len(spans) - 1 and spans[at - 1][2] and spans[at + 1][2]
        if not is_element and between and html[lo:hi] == "\n":
            blocks.append(html[start:lo])
            start = hi
    if html:
        blocks.append(html[start:])
    return blocks


def edits_of(redline: str, old: Sequence[str], new: Sequence[str], locale: str) -> tuple[Edit, ...]:
    """The edits that a redline consists of. What stands between them is common to both sides.

    Each edit is proved: what it rejects and accepts are blocks of the old and the new text. Where that fails,
    all the rest is one edit, which is as right as the redline itself.
    """
    edits: list[Edit] = []
    i = j = 0  # blocks of either side that are behind us
    done = 0  # up to here the redline is accounted for
    after_edit = False  # white space after an edit belongs to it

    def grow(html: str) -> None:
        edits[-1] = replace(edits[-1], html=edits[-1].html + html)

    for lo, hi, is_element in _nodes(redline):
        if not is_element and not redline[lo:hi].strip():
            continue
        piece = redline[done:hi]
        bare = piece.lstrip()
        if i < len(old) and j < len(new) and bare == old[i] == new[j]:
            space = piece[: len(piece) - len(bare)]
            if after_edit:
                if space:
                    grow(space)
            elif space != ("\n" if i else ""):
                edits.append(Edit(i, 0, 0, space))
            i, j, done, after_edit = i + 1, j + 1, hi, False
            continue
        view = Redline(piece, locale=locale)
        accepted = view.accepted_html()
        olds = _taken(view.rejected_html(), old, i)
        news = _taken(accepted, new, j)
        if olds is None or news is None:
            continue
        edits.append(_edit(i, olds, new[j : j + news], piece, accepted))
        i, j, done, after_edit = i + olds, j + news, hi, True
    rest = redline[done:]
    if rest.strip() or i < len(old) or j < len(new):
        accepted = Redline(rest, locale=locale).accepted_html()
        edits.append(_edit(i, len(old) - i, new[j:], rest, accepted))
    elif rest and after_edit:
        grow(rest)
    elif rest:
        edits.append(Edit(i, 0, 0, rest))
    return tuple(edits)


def _edit(at: int, olds: int, news: Sequence[str], html: str, accepted: str) -> Edit:
    readable = [accepted[lo:hi] for lo, hi, is_element in _nodes(accepted) if is_element]
    loose = any(accepted[lo:hi].strip() for lo, hi, is_element in _nodes(accepted) if not is_element)
    plain = not loose and readable == list(news)
    return Edit(at, olds, len(news), html, None if plain else tuple(news))


def _taken(side: str, blocks: Sequence[str], at: int) -> int | None:
    """How many blocks from `at` on one side of a piece is, white space aside; None if it ends inside one."""
    wanted = "".join(side.split())
    count = 0
    while wanted:
        if at + count >= len(blocks):
            return None
        block = "".join(blocks[at + count].split())
        if not wanted.startswith(block):
            return None
        wanted = wanted[len(block) :]
        count += 1
    return count


def _nodes(html: str) -> Iterator[tuple[int, int, bool]]:
    """Where each top-level node of well-formed HTML begins and ends, and whether it is an element."""
    depth = start = end = 0
    for tag in _TAG.finditer(html):
        if tag[1]:
            depth -= 1
        else:
            if not depth:
                if tag.start() > end:
                    yield end, tag.start(), False
                start = tag.start()
            if tag[2].lower() not in _VOID:
                depth += 1
        if not depth:
            end = tag.end()
            yield start, end, True
    if end < len(html):
        yield end, len(html), False


def listed(edit: Edit) -> list[Any]:
    """An edit as it stands in the file."""
    told = [edit.at, edit.old, edit.new, edit.html]
    return told if edit.blocks is None else [*told, list(edit.blocks)]


def new_blocks(edit: Edit) -> tuple[str, ...]:
    """The blocks that an edit brings."""
    if edit.blocks is not None:
        return edit.blocks
    accepted = Redline(edit.html, locale="").accepted_html()
    return tuple(accepted[lo:hi] for lo, hi, is_element in _nodes(accepted) if is_element)


def after(blocks: Sequence[str], edits: Iterable[Edit]) -> Iterator[str]:
    """The blocks of the text that the edits of these blocks make."""
    at = 0
    for edit in edits:
        yield from blocks[at : edit.at]
        yield from new_blocks(edit)
        at = edit.at + edit.old
    yield from blocks[at:]


def renamed(edit: Edit, place: int) -> Edit:
    """The edit with its pairs named after the step, since each step numbers its own from one."""
    html = edit.html
    if edit.pairs:
        names = "|".join(re.escape(name) for name in sorted(edit.pairs, key=len, reverse=True))
        places = re.compile(
            rf'(<[^<>]*? (?:data-redline-pair|id|href|aria-[a-z]+)="#?)(?=(?:{names})[-"])',
        )
        changed = 1
        while changed:  # an element may carry several
            html, changed = places.subn(rf"\g<1>{place + 1}-", html)
    return replace(edit, html=html)


def without_ids(html: str) -> str:
    """`html` for the deleted side, its ids carried under another name so that ids stay unique on the page."""
    return _ID.sub(r'\1 data-redline-id="', html) if ' id="' in html else html
