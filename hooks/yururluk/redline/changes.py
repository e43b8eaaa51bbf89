"""Lists the changes of a finished redline, in its order, and sums them up by clause."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from yururluk.redline.key_changes import Matter, matters
from yururluk.redline.reading import EDGE, Change, ChangeKind, Clause, Detail, Number, Piece, Reader

_NUMBERING: Final = re.compile(
    r"(?:(?:madde|article|section|clause|bölüm|ek|annex)\s+)?"
    r"(?:\d+(?:\.\d+)*|[ivxlc]+|[a-zçğıöşü])\s*[.):–—-]*",
    re.IGNORECASE,
)


_LEADING: Final = re.compile(rf"^{_NUMBERING.pattern}\s+", re.IGNORECASE)
#: The number of a paragraph, typed before its text: 2.1. or 2.1), no amount or date (they end with no mark).
_PARAGRAPH_NUMBER: Final = re.compile(r"\d{1,2}(?:\.\d{1,2})+[.)]?")
_PARAGRAPH_LEADING: Final = re.compile(r"^\d{1,2}(?:\.\d{1,2})+[.)]\s+")


_Found = Change | Piece | Number
#: What a change of a list's numbers may differ in; the numbers themselves show it.
_OF_NUMBERS: Final = frozenset(("start", "value", "type", "reversed"))
_LISTS: Final = frozenset(("ol", "ul", "menu", "dir"))


def read_changes(html: str) -> list[Change]:
    """The changes that a redline shows."""
    found: list[_Found] = []
    reader = Reader(html, found)
    reader.read()
    return [*_listed(found, reader, _numbers(found))]


def _numbers(found: list[_Found]) -> dict[int, Change]:
    """The changed numbers of list items by their places in `found`: those of neighbours as one change.

    In a list that the source numbers otherwise, or before a unit of time (30. günün sonunda), they are words that
    changed; elsewhere they follow from items that came or went.
    """
    changes: dict[int, Change] = {}
    runs: dict[int, tuple[int, Number]] = {}  # for each list the place of its open run, and the last item of it
    for place, one in enumerate(found):
        if not isinstance(one, Number):
            continue
        mattering = matters(f"{one.old}{_after(found, place, 'ins')}", f"{one.new}{_after(found, place, 'del')}")
        mattering = tuple(matter for matter in mattering if matter.kind in ("duration", "date"))
        first, last = runs.get(one.of, (-1, one))
        if first >= 0 and last.at + 1 == one.at and last.within == one.within and not mattering:
            change = changes[first]
            runs[one.of] = (first, one)
            changes[first] = _of_numbers(one, _joined(change.old, one.old), _joined(change.new, one.new), ())
            continue
        if not mattering:
            runs[one.of] = (place, one)
        else:
            runs.pop(one.of, None)
        changes[place] = _of_numbers(one, one.old, one.new, mattering)
    return changes


def _joined(run: str, label: str) -> str:
    """The numbers of neighbouring items in one: 4.–9."""
    first = run.partition("–")[0]
    return f"{first}–{label}" if run and label and first != label else first if run and label else run or label


def _of_numbers(number: Number, old: str, new: str, mattering: tuple[Matter, ...]) -> Change:
    if not number.within and not mattering:
        old, new = old.replace(".", ""), new.replace(".", "")
        return Change("renumbered", number.clause, old, new, element="li")
    kind: ChangeKind = "replaced" if old and new else "added" if new else "removed"
    return Change(
        kind,
        number.clause,
        old,
        new,
        within=number.within,
        element="li",
        words_removed=bool(old),
        words_added=bool(new),
        matters=mattering or (Matter("number", old, new),),
    )


def _after(found: list[_Found], at: int, drop: str) -> str:
    """The first words after the number at a place, on the side without what is marked `drop`."""
    words = ""
    for piece in found[at + 1 :]:
        if not isinstance(piece, Piece) or len(words.split()) > 2:
            break
        if piece.place.state != drop:
            words += piece.raw.partition(EDGE)[0]
        if EDGE in piece.raw.lstrip(f"{EDGE} \n"):
            break
    return f" {' '.join(words.split()[:3])}" if words else ""


def _in_form(change: Change, numbered: set[str]) -> Change:
    """A pair by its right name: a link's target; and without what the changed numbers inside it say already. One whose
    sides are the same letters in another Unicode form says so: nobody could see it."""
    if change.kind == "typographic" and change.old != change.new:
        composed = [unicodedata.normalize("NFC", side) for side in (change.old, change.new)]
        forms = ["NFC" if unicodedata.is_normalized("NFC", side) else "NFD" for side in (change.old, change.new)]
        if composed[0] == composed[1]:
            return replace(change, details=(Detail("unicode", *forms),))
    if change.kind == "format" and change.details and all(detail.what == "href" for detail in change.details):
        return replace(change, kind="link")
    if change.kind == "format" and change.pair in numbered:
        left = tuple(detail for detail in change.details if not _is_of_numbers(detail))
        return replace(change, details=left or change.details)
    return change


def _instead(number: Change, pair: Change) -> Change:
    """The changed numbers of a list, as the change that its pair shows. That it has none any more is said too."""
    details = tuple(detail for detail in pair.details if detail.what == "element")
    return replace(number, pair=pair.pair, within="", details=details)


def _is_of_numbers(detail: Detail) -> bool:
    return detail.what in _OF_NUMBERS or (detail.what == "element" and {detail.old, detail.new} <= _LISTS)


def _listed(found: list[_Found], reader: Reader, numbers: dict[int, Change]) -> Iterator[Change]:
    """Deletions and insertions side by side as replacements, each with the words around it."""
    numbered = {change.within for change in numbers.values() if change.within}
    plain: dict[str, Change] = {}  # pairs that differ in their numbers only
    at = 0
    while at < len(found):
        item = found[at]
        if isinstance(item, Change):
            change = _in_form(item, numbered)
            if change.kind == "format" and change.pair in numbered and all(map(_is_of_numbers, change.details)):
                plain[change.pair] = change
            else:
                yield change
            at += 1
            continue
        if isinstance(item, Number):
            if at in numbers:
                number = numbers[at]
                yield _instead(number, plain[number.within]) if number.within in plain else number
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
        change = _one(new or item, old, new, before, after, begins=_begins_block(found, at))
        alone = change.heading and (old is None or new is None)
        yield replace(change, words_stay=True) if alone and reader.stay(change.clause, came=old is None) else change
        at = end


def _context(found: list[_Found], at: int, *, last: bool) -> str:
    """The unchanged words beside a change in the same block: before it the last, after it the first of piece `at`."""
    if not 0 <= at < len(found):
        return ""
    piece = found[at]
    if not isinstance(piece, Piece) or piece.place.state != "same":
        return ""
    if last:
        return " ".join(piece.raw.rpartition(EDGE)[2].split()[-3:])
    change = found[at - 1]
    if isinstance(change, Piece) and change.raw.rstrip().endswith(EDGE):
        return ""
    return " ".join(piece.raw.partition(EDGE)[0].split()[:3])


def _begins_block(found: list[_Found], at: int) -> bool:
    """Is the piece at `at` the first of its block?"""
    item = found[at]
    if isinstance(item, Piece) and item.raw.lstrip().startswith(EDGE):
        return True
    previous = found[at - 1] if at else None
    if isinstance(previous, Number):
        return True
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


def _unnumbered(piece: Piece, gone: str, come: str, *, begins: bool) -> tuple[str, str]:
    """The two texts; those of a heading or paragraph that came or went whole without its number."""
    if gone and come:
        return gone, come
    if not piece.place.heading:
        return (_PARAGRAPH_LEADING.sub("", gone), _PARAGRAPH_LEADING.sub("", come)) if begins else (gone, come)
    return _LEADING.sub("", gone), _LEADING.sub("", come)


#: The weightiest first. A clause is "headed" if a heading was put before words that stay, "unheaded" if its heading
#: went and they stay.
Happening = Literal[
    "added", "removed", "headed", "unheaded", "moved", "changed", "renumbered", "link", "formatting", "typographic"
]


@dataclass(slots=True, frozen=True)
class ClauseSummary:
    """What happened to one clause. `what` is in a fixed order, the weightiest first.

    `items` are the stretches of list items that only have another number now, as (old, new): ("4–9", "5–10").
    """

    clause: Clause
    what: tuple[Happening, ...]
    words_added: int
    words_removed: int
    matters: tuple[Matter, ...]
    items: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, frozen=True)
class Summary:
    """What happened, clause by clause in the order of the redline; `matters` of all, in the text's order."""

    words_added: int
    words_removed: int
    clauses: tuple[ClauseSummary, ...]
    matters: tuple[tuple[Clause, Matter], ...]

    @property
    def empty(self) -> bool:
        return not self.clauses


def summarise(changes: tuple[Change, ...]) -> Summary:
    """The summary of changes given in the order of the redline."""
    by_clause: dict[Clause, list[Change]] = {}
    for change in changes:
        by_clause.setdefault(change.clause, []).append(change)
    clauses = tuple(_of_clause(clause, group) for clause, group in by_clause.items())
    found = [(one.clause, matter) for one in clauses for matter in one.matters]
    return Summary(
        sum(change.words_added for change in changes),
        sum(change.words_removed for change in changes),
        clauses,
        tuple(found),
    )


def _of_clause(clause: Clause, changes: list[Change]) -> ClauseSummary:
    what = {_happening(change) for change in changes if not _only_carries_id(change)}
    if what & {"added", "removed"}:
        what.discard("changed")
    return ClauseSummary(
        clause,
        tuple(one for one in get_args(Happening) if one in what),
        sum(change.words_added for change in changes),
        sum(change.words_removed for change in changes),
        tuple(dict.fromkeys(matter for change in changes for matter in change.matters)),
        tuple(
            (one.old.rstrip(".)"), one.new.rstrip(".)"))
            for one in changes
            if one.kind == "renumbered" and not one.heading
        ),
    )


def _only_carries_id(change: Change) -> bool:
    """A heading whose id follows its text or number: the change inside it shows what happened."""
    return (
        change.kind == "format"
        and change.heading
        and change.old != change.new
        and all(detail.what == "id" for detail in change.details)
    )


def _happening(change: Change) -> Happening:
    if change.kind in ("moved", "renumbered", "link", "typographic"):
        return change.kind
    title, is_heading = change.clause.title, change.heading and change.element.startswith("h")
    if change.kind in ("added", "removed") and is_heading and title and (change.new or change.old).startswith(title):
        if change.words_stay:
            return "headed" if change.kind == "added" else "unheaded"
        return change.kind
    has_words = change.words_added or change.words_removed
    if change.kind == "format" or (change.kind in ("split", "merged") and not has_words):
        return "formatting"
    return "changed"
