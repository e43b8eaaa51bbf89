"""Sums up a redline by clause: what happened to each, how many words, and the changes that matter first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from yururluk.redline.change import Change, Clause
from yururluk.redline.key_changes import Matter

#: A clause is "headed" if a heading was put before words that stay, "unheaded" if its heading went and they stay.
Happening = Literal[
    "added", "removed", "headed", "unheaded", "changed", "moved", "renumbered", "link", "formatting", "typographic"
]

_ORDER: Final[tuple[Happening, ...]] = (
    "added",
    "removed",
    "headed",
    "unheaded",
    "moved",
    "changed",
    "renumbered",
    "link",
    "formatting",
    "typographic",
)


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
    what: set[Happening] = set()
    for change in changes:
        if not _only_carries_id(change):
            what.add(_happening(change))
    whole = {"added", "removed"} & what
    if whole:
        what -= {"changed"}
    return ClauseSummary(
        clause,
        tuple(one for one in _ORDER if one in what),
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
    """A heading whose id follows its text or number: the change inside it tells what happened."""
    return (
        change.kind == "format"
        and change.heading
        and change.old != change.new
        and all(detail.what == "id" for detail in change.details)
    )


def _has_words(change: Change) -> bool:
    return bool(change.words_added or change.words_removed)


def _happening(change: Change) -> Happening:
    if (change.kind == "added" or change.kind == "removed") and change.heading and change.element.startswith("h"):
        whole = change.new or change.old
        if change.clause.title and whole.startswith(change.clause.title):
            if change.words_stay:
                return "headed" if change.kind == "added" else "unheaded"
            return change.kind
    if change.kind == "moved":
        return "moved"
    if change.kind == "renumbered" or change.kind == "link":
        return change.kind
    if change.kind == "format" or (change.kind in {"split", "merged"} and not _has_words(change)):
        return "formatting"
    if change.kind == "typographic":
        return "typographic"
    return "changed"
