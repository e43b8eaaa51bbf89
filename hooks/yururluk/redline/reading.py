"""Reads a finished redline into changes of form and pieces of text of one state each, in its order."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from html import unescape
from itertools import zip_longest
from typing import Final, Literal, NamedTuple

from yururluk.core.messages import names
from yururluk.redline.blocks import CARRIERS, TAGS, VOID, tag_name
from yururluk.redline.key_changes import Matter
from yururluk.redline.marks import ORDINAL, end_of, one_side, read_shown

_ATTRIBUTE: Final = re.compile(r' ([a-z][-a-z0-9:_.]*)="([^"]*)"')


@dataclass(slots=True, frozen=True)
class Detail:
    """One difference of markup: what (an attribute's name, "element" or "unicode"), before and after."""

    what: str
    old: str
    new: str


def details(old_html: str, new_html: str) -> tuple[Detail, ...]:
    """The differences between the elements of two pieces of HTML, in order; without repetition."""
    gone, come = _tags(old_html), _tags(new_html)
    left = list((Counter(gone) - Counter(come)).elements())
    right = list((Counter(come) - Counter(gone)).elements())
    found: list[Detail] = []
    for tag in list(left):
        same = next((other for other in right if tag_name(other) == tag_name(tag)), None)
        if same is not None:
            left.remove(tag)
            right.remove(same)
            found += _attributes(tag, same)
    elements = zip_longest(map(tag_name, left), map(tag_name, right), fillvalue="")
    found += [Detail("element", before, after) for before, after in elements]
    return tuple(dict.fromkeys(found))


def _tags(html: str) -> list[str]:
    return [part for part in TAGS.split(html)[1::2] if part[1] != "/" and "data-redline=" not in part]


def _attributes(old: str, new: str) -> list[Detail]:
    before, after = dict(_ATTRIBUTE.findall(old)), dict(_ATTRIBUTE.findall(new))
    return [
        Detail(name, unescape(before.get(name, "")), unescape(after.get(name, "")))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


ChangeKind = Literal[
    "added", "removed", "replaced", "moved", "split", "merged", "format", "link", "typographic", "renumbered"
]


@dataclass(slots=True, frozen=True)
class Clause:
    """A heading of the redline: its id, its text, its level; where the text begins without one, all is empty."""

    id: str = ""
    title: str = ""
    level: int = 0


@dataclass(slots=True, frozen=True)
class Change:
    """One change. `pair` names the two ends in the HTML where the old is whole beside the new.

    `within` is the pair inside whose new side the change is. Words are counted as white space parts
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


_OF_PAIR: Final[dict[str, ChangeKind]] = {
    "move": "moved",
    "split": "split",
    "merge": "merged",
    "format": "format",
    "typographic": "typographic",
}
_PAIR: Final = re.compile(r' data-redline-pair="([^"]*)" data-redline-kind="(\w+)"')
_MARK: Final = re.compile(r' data-redline="(ins|del)"')
_ID: Final = re.compile(r' (?:data-redline-)?id="([^"]*)"')
_HEADING: Final = re.compile("h[1-6]")
_LISTS: Final = names("ol ul menu dir")
_BREAKING: Final = names(
    "p li div h1 h2 h3 h4 h5 h6 tr td th dt dd br ul ol table blockquote pre dl summary details hr figure"
)
_BLOCK_NEXT: Final = re.compile(
    r"\s*<(?:p|h[1-6]|ul|ol|dl|table|blockquote|div|pre|hr|details|figure|section|article|aside)\b"
)
_HEADING_SIDE: Final = re.compile(
    r"<(?:ins|del)[^<>]*>\s*(?:<a data-redline-aid.*?</a>\s*)?(<(h[1-6])\b[^<>]*>)", re.DOTALL
)


_State = Literal["same", "ins", "del"]


class Place(NamedTuple):
    """Where a stretch of text is: its state, the pair that it is in, its block, and whether in a heading."""

    state: _State
    within: str
    element: str
    heading: bool


#: Is in a piece where a block begins or ends; no text has it, for the reader of HTML lets none through.
EDGE: Final = "\0"


@dataclass(slots=True)
class Piece:
    """A stretch of text of one state. `block` says that whole blocks are marked."""

    place: Place
    clause: Clause
    block: bool
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.raw.replace("\n", " ").replace(EDGE, " ").strip()

    @property
    def raw(self) -> str:
        return unescape("".join(self.texts))


@dataclass(slots=True)
class _Below:
    """How many words below a heading, up to the next one of the same text, are in both texts, or in one."""

    both: int = 0
    one: int = 0

    @property
    def stay(self) -> bool:
        return self.both > 0 and self.both >= self.one


@dataclass(slots=True, frozen=True)
class Number:
    """The changed number of a list item that stayed: the item at place `at` of list `of`; `within` a pair, or ""."""

    old: str
    new: str
    clause: Clause
    within: str
    of: int
    at: int


class Reader:
    def __init__(self, html: str, found: list[Change | Piece | Number]) -> None:
        self._html = html
        self._found = found
        self._clause = Clause()
        self._gone: Clause | None = None  # a heading that went, while what follows went too
        self._old_sides: dict[str, str] = {}
        self._waiting: dict[str, int] = {}
        self._kinds: dict[str, str] = {}
        #: What is below each heading that came (True) or went (False), and below the last one of each text.
        self._below: dict[tuple[bool, Clause], _Below] = {}
        self._last: dict[bool, _Below | None] = {True: None, False: None}
        self._lists: list[tuple[int, int]] = []  # for each open list: which one it is, and how many items have begun

    def stay(self, clause: Clause, *, came: bool) -> bool:
        """Are the words below a heading that came or went alone in both texts, most of them?"""
        below = self._below.get((came, clause))
        return below is not None and below.stay

    def read(self) -> None:
        position = skip_to = heading_end = within_depth = lists = 0
        wrapped = 0  # the depth inside the wrapper of the new side of a pair
        stack: list[tuple[str, _State, bool]] = []  # open elements: name, state before, carries a mark
        state: _State = "same"
        within = element = ""
        for at, part in enumerate(TAGS.split(self._html)):
            start, position = position, position + len(part)
            if start < skip_to or not part:
                continue
            if not at % 2:
                self._text(part, Place(state, within, element, start < heading_end))
                continue
            name = tag_name(part)
            if part[1] == "/":
                _, state, _ = stack.pop()
                if within and len(stack) < within_depth:
                    within = ""
                if len(stack) < wrapped:
                    wrapped = 0
                if name in _BREAKING:
                    self._break()
                if name in _LISTS:
                    self._lists.pop()
                continue
            if "data-redline-aid" in part and "data-redline-aid-attr" not in part:
                if part == ORDINAL:
                    of = self._lists[-1] if self._lists else (0, 0)
                    self._found.append(Number(*read_shown(self._html, position), self._clause, within, *of))
                skip_to = end_of(self._html, name, position)
                continue
            mark = _MARK.search(part) if "data-redline" in part else None
            side: _State = "same" if mark is None else "ins" if mark.group(1) == "ins" else "del"
            pair = _PAIR.search(part) if mark else None
            if name in _LISTS:
                lists += 1
                self._lists.append((lists, 0))
            elif name == "li" and self._lists:
                self._lists[-1] = (self._lists[-1][0], self._lists[-1][1] + 1)
            if _HEADING.fullmatch(name):
                heading_end = end_of(self._html, name, position)
                inner = self._html[position:heading_end]
                self._enter(part, name, inner, state, moved=self._is_moved(within))
            if name == "div" and 'class="footnote"' in part:
                self._last = {True: None, False: None}  # the notes are below no heading
            if name in _BREAKING:
                element = name
                self._break()
            if pair and side == "del":
                skip_to = end_of(self._html, name, position)
                self._side(pair.group(1), pair.group(2), self._html[start:skip_to], "del", element)
                continue
            # What is wrapped inside an element that carries a mark is its content, no change of its own.
            # Not so in a pair's wrapper: an item in there that carries a mark is new.
            carried = not wrapped and (name in CARRIERS or (bool(stack) and stack[-1][2]))
            if name not in VOID:
                stack.append((name, state, mark is not None and name in CARRIERS))
            if pair:
                end = end_of(self._html, name, position)
                self._side(pair.group(1), pair.group(2), self._html[start:end], "ins", element)
                within, within_depth, state = pair.group(1), len(stack), "same"
            elif mark and side != state and not (within and carried):
                state = side
                block = name in CARRIERS or _BLOCK_NEXT.match(self._html, position) is not None
                place = Place(state, within, element, start < heading_end)
                self._found.append(Piece(place, self._here(place), block))  # a change, even if it holds no text
            if within and mark and name == "ins" and not wrapped:
                wrapped = len(stack)
            if name in ("img", "hr"):
                self._text(_alt(part) or f"[{name}]", Place(state, within, element, start < heading_end))

    def _enter(self, tag: str, name: str, inner: str, state: _State, *, moved: bool) -> None:
        """A heading begins. One inside a moved passage ends nothing in the old text, which had it elsewhere."""
        removed = state == "del"
        shown = _plain(one_side(inner, "ins" if removed else "del"))
        found = _ID.search(tag)
        clause = Clause(unescape(found.group(1)) if found else "", shown, int(name[1]))
        if removed:
            self._gone = clause
        else:
            self._clause, self._gone = clause, None
        for came, other in ((True, "del"), (False, "ins")):
            if state != other and not (moved and not came):
                self._last[came] = None if state == "same" else self._below.setdefault((came, clause), _Below())

    def _count(self, words: int, state: _State, *, moved: bool) -> None:
        """Counts words below the last headings. Moved ones are no less there for having been elsewhere."""
        for came, other in ((True, "del"), (False, "ins")):
            below = self._last[came]
            if below is None or state == other or (moved and not came):
                continue
            if state == "same":
                below.both += words
            else:
                below.one += words

    def _is_moved(self, pair: str) -> bool:
        return bool(pair) and self._kinds[pair] == "move"

    def _break(self) -> None:
        if self._found and isinstance(self._found[-1], Piece):
            self._found[-1].texts.append(EDGE)

    def _here(self, place: Place) -> Clause:
        return self._gone if self._gone and place.state == "del" else self._clause

    def _text(self, text: str, place: Place) -> None:
        last = self._found[-1] if self._found else None
        if not text.strip():
            if isinstance(last, Piece):
                last.texts.append(" ")
            return
        if place.state == "same":
            self._gone = None
        if not place.heading and (self._last[True] or self._last[False]):
            self._count(len(text.split()), place.state, moved=self._is_moved(place.within))
        clause = self._here(place)
        if isinstance(last, Piece) and last.place.state == place.state and last.place.within == place.within:
            if last.clause is clause:
                last.texts.append(text)
                return
            if not last.text:
                last.place, last.clause = place, clause
                last.texts.append(text)
                return
        self._found.append(Piece(place, clause, isinstance(last, Piece) and last.block, [text]))

    def _side(self, pair: str, kind: str, html: str, side: str, element: str) -> None:
        heading = _HEADING_SIDE.match(html)
        if heading and side == "ins":
            tag, name = heading.groups()
            inner = html[heading.end() : end_of(html, name, heading.end())]
            self._enter(tag, name, inner, "same", moved=kind == "move")
        self._kinds[pair] = kind
        if side == "del" and heading:
            self._last[False] = None
        elif side == "del" and kind == "move" and (below := self._last[False]):
            below.both += len(_plain(one_side(html, "ins")).split())
        old = one_side(html, "ins") if side == "del" else ""
        new = one_side(html, "del") if side == "ins" else ""
        waiting = self._found[self._waiting[pair]] if pair in self._waiting else None
        if not isinstance(waiting, Change):
            self._waiting[pair] = len(self._found)
            self._old_sides[pair] = old
            change = Change(_OF_PAIR[kind], self._clause, _plain(old), _plain(new), pair=pair, element=element)
            self._found.append(replace(change, heading=heading is not None))
            return
        self._old_sides[pair] += old
        if side == "ins":
            waiting = replace(
                waiting,
                clause=waiting.clause if waiting.new else self._clause,
                details=details(self._old_sides[pair], new) if kind in ("format", "move") else (),
            )
        gone, come = f"{waiting.old} {_plain(old)}".strip(), f"{waiting.new} {_plain(new)}".strip()
        self._found[self._waiting[pair]] = replace(waiting, old=gone, new=come)


def _plain(html: str) -> str:
    parts = TAGS.split(html)
    parts[1::2] = [" " if tag_name(tag) in _BREAKING else _alt(tag) for tag in parts[1::2]]
    return " ".join(unescape("".join(parts)).split())


def _alt(tag: str) -> str:
    found = re.search(r'^<img[^<>]* alt="([^"]*)"', tag)
    return f"[{found.group(1)}]" if found else ""
