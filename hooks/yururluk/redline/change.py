"""What a change is: of which kind, in which clause, from which words to which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from yururluk.redline.formats import Detail
from yururluk.redline.key_changes import Matter

ChangeKind = Literal[
    "added", "removed", "replaced", "moved", "split", "merged", "format", "link", "typographic", "renumbered"
]


@dataclass(slots=True, frozen=True)
class Clause:
    """A heading of the redline: its id, its text, its level; where the text begins without one, all is
    empty.
    """

    id: str = ""
    title: str = ""
    level: int = 0


@dataclass(slots=True, frozen=True)
class Change:
    """One change. `pair` names the two ends in the HTML where the old stands whole beside the new.

    `within` is the pair inside whose new side the change stands. Words are counted as white space parts
    them; those of a pair by the changes inside it, which are changes of their own. `words_stay` says of a heading
    that came or went alone that most of the words below it were there before, or are there still.
    """

    kind: ChangeKind
    clause: Clause
    old: str
    new: str
    pair: str = ""
    within: str = ""
    element: str = ""
    words_removed: int = 0
    words_added: int = 0
    matters: tuple[Matter, ...] = ()
    details: tuple[Detail, ...] = ()
    heading: bool = False
    words_stay: bool = False
