"""Tells the changes of a finished redline, in its order: what was marked is what is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Protocol

from yururluk.redline.change import Change, ChangeKind, Clause
from yururluk.redline.formats import Detail
from yururluk.redline.html_reader import EDGE, Piece, Reader
from yururluk.redline.key_changes import matters

_NUMBERING: Final = re.compile(
    r"(?:(?:madde|article|section|clause|bölüm|ek|annex)\s+)?"
    r"(?:\d+(?:\.\d+)*|[ivxlc]+|[a-zçğıöşü])\s*[.):–—-]*",
    re.IGNORECASE,
)


_LEADING: Final = re.compile(rf"^{_NUMBERING.pattern}\s+", re.IGNORECASE)
#: The number of a paragraph, typed before its text: 2.1. or 2.1), no amount or date (they end with no mark).
_PARAGRAPH_NUMBER: Final = re.compile(r"\d{1,2}(?:\.\d{1,2})+[.)]?")
_PARAGRAPH_LEADING: Final = re.compile(r"^\d{1,2}(?:\.\d{1,2})+[.)]\s+")


def read_changes(html: str) -> list[Change]:
    """The changes that a redline shows."""
    found: list[Change | Piece] = []
    reader = Reader(html, found)
    reader.read()
    return list(_told(found, reader.stay))


class _Stay(Protocol):
    """Answers whether the words below a heading that came or went are in both texts."""

    def __call__(self, clause: Clause, *, came: bool) -> bool: ...


def _told(found: list[Change | Piece], stay: _Stay) -> Iterator[Change]:
    """Deletions and insertions side by side as replacements, each with what stands round it."""
    at = 0
    while at < len(found):
        item = found[at]
        if isinstance(item, Change):
            yield _unicode_told(item)
            at += 1
            continue
        if item.place.state == "same":
            at += 1
            continue
        following = found[at + 1] if at + 1 < len(found) else None
        old = item if item.place.state == "del" else None
        new = item if item.place.state == "ins" else None
        end = at + 1
        if (
            old is not None
            and isinstance(following, Piece)
            and following.place.state == "ins"
            and following.place.within == item.place.within
            and not (item.block or following.block)
        ):
            new = following
            end = at + 2
        before, after = _context(found, at - 1, last=True), _context(found, end, last=False)
        told = _one(new or item, old, new, before, after, begins=_begins_block(found, at))
        alone = told.heading and (old is None or new is None)
        yield replace(told, words_stay=True) if alone and stay(told.clause, came=old is None) else told
        at = end


def _context(found: list[Change | Piece], at: int, *, last: bool) -> str:
    """The unchanged words beside a change in the same block: before it the last, after it the first of piece
    `at`.
    """
    if not 0 <= at < len(found):
        return ""
    piece = found[at]
    if isinstance(piece, Change) or piece.place.state != "same":
        return ""
    if last:
        return " ".join(piece.raw.rpartition(EDGE)[2].split()[-3:])
    change = found[at - 1]
    if isinstance(change, Piece) and change.raw.rstrip().endswith(EDGE):
        return ""
    return " ".join(piece.raw.partition(EDGE)[0].split()[:3])


def _begins_block(found: list[Change | Piece], at: int) -> bool:
    """Is the piece at `at` the first of its block?"""
    item = found[at]
    if isinstance(item, Piece) and item.raw.lstrip().startswith(EDGE):
        return True
    previous = found[at - 1] if at else None
    if isinstance(previous, Piece):
        return previous.raw.rstrip().endswith(EDGE)
    return previous is None or (isinstance(item, Piece) and previous.pair == item.place.within)


def _is_renumbered(some: Piece, gone: str, come: str, before: str, after: str, *, begins: bool) -> bool:
    """Has a heading, or a paragraph whose number is typed, only another number?"""
    if not gone or not come or before:
        return False
    if some.place.heading:
        return bool(_NUMBERING.fullmatch(gone) and _NUMBERING.fullmatch(come))
    if not begins or not _PARAGRAPH_NUMBER.fullmatch(gone) or not _PARAGRAPH_NUMBER.fullmatch(come):
        return False
    if after.lstrip(" .)")[:1].islower():  # 5.1. maddede sayılan: a reference
        return False
    return (gone[-1] == come[-1] and come[-1] in ".)") or after[:1] in (".", ")")


def _one(some: Piece, old: Piece | None, new: Piece | None, before: str, after: str, *, begins: bool) -> Change:
    gone, come = old.text if old else "", new.text if new else ""
    kind: ChangeKind = "replaced" if old and new else "added" if new else "removed"
    if _is_renumbered(some, gone, come, before, after, begins=begins):
        kind = "renumbered"
    return Change(
        kind,
        some.clause,
        gone,
        come,
        within=some.place.within,
        element=some.place.element,
        words_removed=len(gone.split()),
        words_added=len(come.split()),
        matters=() if kind == "renumbered" else matters(*_unnumbered(some, gone, come, begins=begins), before, after),
        heading=some.place.heading,
    )


def _unicode_told(change: Change) -> Change:
    """A pair whose sides are the same letters in another Unicode form says so: nobody could see it."""
    if change.kind == "typographic" and change.old != change.new:
        forms = [unicodedata.normalize("NFC", side) for side in (change.old, change.new)]
        if forms[0] == forms[1]:
            return replace(change, details=(Detail("unicode", _form(change.old), _form(change.new)),))
    return change


def _unnumbered(piece: Piece, gone: str, come: str, *, begins: bool) -> tuple[str, str]:
    """The two texts; those of a heading or paragraph that came or went whole without its number."""
    if gone and come:
        return gone, come
    if not piece.place.heading:
        return (_PARAGRAPH_LEADING.sub("", gone), _PARAGRAPH_LEADING.sub("", come)) if begins else (gone, come)
    return _LEADING.sub("", gone), _LEADING.sub("", come)


def _form(text: str) -> str:
    return "NFC" if unicodedata.is_normalized("NFC", text) else "NFD"
