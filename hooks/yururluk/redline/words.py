"""Marks, inside the new side of a pair, which words came and went against the old side, whatever the markup."""

from __future__ import annotations

from typing import Final, NamedTuple

from yururluk.redline.lcs import Budget, common
from yururluk.redline.marks import DEL, DEL_END, INS, INS_END
from yururluk.redline.readable import readable
from yururluk.redline.running import TAGS, tag_name
from yururluk.redline.tokens import PIECES, Vocabulary
from yururluk.redline.tree import SPACE

#: Tags between which words stay together as one; any other tag parts them, as it does for the reader.
_JOINING: Final = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike"
    " strong sub sup time tt u var wbr".split()
)


class _Words(NamedTuple):
    raws: list[str]
    apart: list[bool]  # is there white space or the edge of a block before it?
    spaces: list[str]  # the white space that is written before it
    parts: list[int]  # which piece of text, between two tags, it is in
    pieces: list[str]
    codes: str


def _read(html: str, vocabulary: Vocabulary) -> _Words:
    pieces = TAGS.split(html)
    raws: list[str] = []
    apart: list[bool] = []
    spaces: list[str] = []
    parts: list[int] = []
    pending = True
    for at, piece in enumerate(pieces):
        if at % 2:
            pending = pending or tag_name(piece) not in _JOINING
        elif piece:
            for space, raw in PIECES.findall(piece):
                apart.append(pending or bool(space))
                pending = False
                spaces.append(space)
                raws.append(raw)
                parts.append(at)
            pending = pending or piece[-1] in SPACE
    return _Words(raws, apart, spaces, parts, pieces, "".join(map(vocabulary.__getitem__, raws)))


def marked_words(old_html: str, new_html: str, vocabulary: Vocabulary, budget: Budget) -> str:
    """`new_html` with the words it does not share with `old_html` marked inserted, and those it lost put in as deleted."""
    old, new = _read(old_html, vocabulary), _read(new_html, vocabulary)
    runs = readable(common(old.codes, new.codes, budget), old.raws, new.raws)
    kept: dict[int, int] = {}
    for run in runs:
        for step in range(run.size):
            a, b = run.a + step, run.b + step
            if old.raws[a] == new.raws[b] and old.apart[a] == new.apart[b]:
                kept[b] = a
    if len(kept) == len(new.raws) == len(old.raws):
        return new_html
    if not new.raws:
        return new_html
    lost = _lost(old, new, kept)
    return _write(old, new, kept, lost)


def _lost(old: _Words, new: _Words, kept: dict[int, int]) -> dict[int, tuple[int, int]]:
    """For each new word before which old ones were lost (or the end): which."""
    lost: dict[int, tuple[int, int]] = {}
    at, place = 0, 0
    for b in range(len(new.raws) + 1):
        a = kept.get(b) if b < len(new.raws) else len(old.raws)
        if a is None:
            continue
        if a > at:
            lost[place] = (at, a)
        at, place = a + 1, b + 1
    return lost


def _write(old: _Words, new: _Words, kept: dict[int, int], lost: dict[int, tuple[int, int]]) -> str:
    total = len(new.raws)
    pieces = list(new.pieces)
    at = 0
    while at < total:
        part = new.parts[at]
        end = at
        while end < total and new.parts[end] == part:
            end += 1
        out: list[str] = []
        for b in range(at, end):
            space = new.spaces[b]
            if b in lost and not (b == at and b > 0):
                first, last = lost[b]
                gone = _text(old, first, last)
                if space and gone[0] in SPACE:
                    out.append(f"{space}{DEL}{gone.lstrip(SPACE)}")
                    space = "" if b not in kept else space
                else:
                    out.append(f"{DEL}{gone}")
                out.append(f" {DEL_END}" if not space and b in kept and new.apart[b] else DEL_END)
            if b in kept:
                out.append(space + new.raws[b])
            elif b > at and b - 1 not in kept and b not in lost:
                out[-1] = out[-1].removesuffix(INS_END)
                out.append(f"{space}{new.raws[b]}{INS_END}")
            else:
                out.append(f"{space}{INS}{new.raws[b]}{INS_END}")
        if end in lost and (end == total or new.parts[end] != part):
            out.append(f"{DEL}{_text(old, *lost[end])}{DEL_END}")
        text = new.pieces[part]
        pieces[part] = "".join(out) + text[len(text.rstrip(SPACE)) :]
        at = end
    return "".join(pieces)


def _text(old: _Words, first: int, last: int) -> str:
    return "".join((" " if old.apart[a] else "") + old.raws[a] for a in range(first, last))
