"""Marks, inside the new side of a pair, which words came and went against the old side, whatever the
markup.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from yururluk.core.names import names
from yururluk.redline.inline_parser import TAGS, tag_name
from yururluk.redline.lcs import Budget, Same, common
from yururluk.redline.marks import DEL, DEL_END, INS, INS_END
from yururluk.redline.readable import readable
from yururluk.redline.tokens import Vocabulary
from yururluk.redline.tree import SPACE

#: Tags that part words as white space does; around any other tag words run on.
_PARTING: Final = names(
    "address article aside blockquote br caption center col colgroup dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu"
    " nav ol optgroup option p pre search section summary table tbody td tfoot th thead tr ul"
)


#: What holds text in which no mark may stand: a browser would drop it.
UNMARKABLE: Final = re.compile(r"<(?:datalist|select|textarea)[ >]")


class _Words(NamedTuple):
    raws: list[str]
    apart: list[bool]  # is there white space or the edge of a block before it?
    edges: list[bool]  # is there the edge of a block before it?
    spaces: list[str]  # the white space that is written before it
    parts: list[int]  # which piece of text, between two tags, it is in
    blanks: list[tuple[int, int]]  # pieces of white space only, each with the word after it
    pieces: list[str]
    codes: str


def _read(html: str, vocabulary: Vocabulary) -> _Words:
    pieces = TAGS.split(html)
    raws: list[str] = []
    apart: list[bool] = []
    edges: list[bool] = []
    spaces: list[str] = []
    parts: list[int] = []
    blanks: list[tuple[int, int]] = []
    codes: list[str] = []
    pending = edge = True
    for at, piece in enumerate(pieces):
        if at % 2:
            edge = edge or tag_name(piece) in _PARTING
        elif piece:
            if not piece.strip(SPACE):
                blanks.append((at, len(raws)))
            before, words, found = vocabulary.words(piece)
            if words:
                apart.append(pending or edge or bool(before[0]))
                apart += map(bool, before[1:])
                edges.append(edge)
                edges += [False] * (len(words) - 1)
                pending = edge = False
                spaces += before
                raws += words
                parts += [at] * len(words)
                codes.append(found)
            pending = pending or piece[-1] in SPACE
    return _Words(raws, apart, edges, spaces, parts, blanks, pieces, "".join(codes))


def marked_words(old_html: str, new_html: str, vocabulary: Vocabulary, budget: Budget) -> str | None:
    """`new_html` with the words it does not share with `old_html` marked inserted, and those it lost put in
    as deleted; None if it has no word beside which they could be put, or text in which no mark may stand.
    """
    marked = marked_parts(old_html, [new_html], vocabulary, budget)
    return marked[0] if marked else None


def marked_parts(old_html: str, new_parts: list[str], vocabulary: Vocabulary, budget: Budget) -> list[str] | None:
    """As `marked_words`, for a new side in several parts, each of which begins and ends with a tag if there
    are more than one.
    """
    new_html = new_parts[0] if len(new_parts) == 1 else "".join(new_parts)
    if UNMARKABLE.search(old_html) or UNMARKABLE.search(new_html):
        return new_parts if old_html == new_html else None
    old, new = _read(old_html, vocabulary), _read(new_html, vocabulary)
    runs = readable(common(old.codes, new.codes, budget), old.raws, new.raws)
    kept = _kept(old, new, runs)
    if len(kept) == len(new.raws) == len(old.raws):
        return new_parts
    if not new.raws:
        return None
    lost = _lost(old, new, kept)
    pieces = _write(old, new, kept, lost)
    if len(new_parts) == 1:
        return ["".join(pieces)]
    done: list[str] = []
    at = 0
    for part in new_parts:
        # Text and tags take turns; between two parts there is an empty text, which either may have.
        end = at + len(TAGS.split(part)) - 1
        done.append("".join(pieces[at:end]))
        at = end
    return done


def _kept(old: _Words, new: _Words, runs: list[Same]) -> dict[int, int]:
    """Which new word is which old one, character by character and with what is before it."""
    kept: dict[int, int] = {}
    after = 0
    for run in runs:
        for step in range(run.size):
            a, b = run.a + step, run.b + step
            if old.raws[a] != new.raws[b] or old.apart[a] != new.apart[b]:
                continue
            # A word that continues another must not be parted from it by a block that came in between.
            if old.apart[a] or True not in new.edges[after : b + 1]:
                kept[b] = a
                after = b + 1
    return kept


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


def _write(old: _Words, new: _Words, kept: dict[int, int], lost: dict[int, tuple[int, int]]) -> list[str]:
    total = len(new.raws)
    pieces = list(new.pieces)
    ahead = {b for b in lost if not b or (b < total and _begins_block(old, new, kept, b, lost[b][0]))}
    for at, b in new.blanks:
        if b < total and b not in kept and not new.edges[b]:
            pieces[at] = f"{INS}{pieces[at]}{INS_END}"  # the space belongs to the word after it, which came
    at = 0
    while at < total:
        part = new.parts[at]
        end = at
        while end < total and new.parts[end] == part:
            end += 1
        out: list[str] = []
        for b in range(at, end):
            space = new.spaces[b]
            if b in lost and (b > at or b in ahead):
                first, last = lost[b]
                gone = _text(old, first, last)
                if new.edges[b] and not space:
                    gone = gone.lstrip(SPACE)
                if b in kept:
                    out.append(f"{DEL}{gone}" + (f" {DEL_END}" if new.apart[b] and not space else DEL_END))
                elif space and gone[0] in SPACE:
                    out.append(f"{space}{DEL}{gone.lstrip(SPACE)}{DEL_END}")
                    space = ""
                else:
                    out.append(f"{DEL}{gone}{DEL_END}")
            if b in kept:
                out.append(space + new.raws[b])
            else:
                _insert(out, space + new.raws[b])
        text = new.pieces[part]
        tail = text[len(text.rstrip(SPACE)) :]
        if end in lost and end not in ahead:
            out.append(f"{DEL}{_text(old, *lost[end])}{DEL_END}")
        if tail and end < total and end not in kept and not new.edges[end]:
            _insert(out, tail)
        else:
            out.append(tail)
        pieces[part] = "".join(out)
        at = end
    return pieces


def _begins_block(old: _Words, new: _Words, kept: dict[int, int], b: int, first: int) -> bool:
    """Did the words lost before `b`, of which `first` is the first, begin the block that `b` begins now? Else
    they are put at the end of the block before.
    """
    return old.edges[first] and new.edges[b] and (b not in kept or not old.edges[kept[b]])


def _insert(out: list[str], text: str) -> None:
    """Adds inserted text, in one mark with what was inserted just before."""
    if out and out[-1].endswith(INS_END):
        out[-1] = f"{out[-1].removesuffix(INS_END)}{text}{INS_END}"
    else:
        out.append(f"{INS}{text}{INS_END}")


def _text(old: _Words, first: int, last: int) -> str:
    return "".join((" " if old.apart[a] else "") + old.raws[a] for a in range(first, last))
