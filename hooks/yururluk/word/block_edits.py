"""Edits of whole blocks in the Markdown source: paragraphs, items, rows and notes that changed, came, went or moved.

The units of the file that was given out are paired with those of the file that came back: kept, changed, moved. All
other lines stay as the author wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import count, pairwise
from typing import Final

from rapidfuzz import fuzz

from yururluk.word.inline_edits import Edit, at_line_start, text_edits, to_markdown, tokens_that_stayed, with_edits
from yururluk.word.reading import Reading, Tokens, Unit
from yururluk.word.source_map import Located, Source

#: From here on two units count as one that was changed; a paragraph can lose half its words and stay itself.
_ALIKE: Final = 45.0
#: One for one in one place: a rewritten sentence is still that clause.
_ALIKE_IN_PLACE: Final = 20.0
#: A unit elsewhere must be nearly the same to count as moved there.
_MOVED: Final = 80.0
_MOST_PAIRS: Final = 250_000


@dataclass(frozen=True)
class Pairing:
    """For each new unit the place of its old one, or None; `moved` are those new units that are elsewhere."""

    old_of: tuple[int | None, ...]
    moved: frozenset[int]


def pair_units(old: Sequence[Unit], new: Sequence[Unit]) -> Pairing:
    """The pairing: equal units first, in order; then like ones between them; then what moved."""
    old_of: list[int | None] = [None] * len(new)
    for tag, a, a_end, b, b_end in unit_matcher(old, new).get_opcodes():
        if tag == "equal":
            old_of[b:b_end] = range(a, a_end)
        elif tag == "replace" and (a_end - a) * (b_end - b) <= _MOST_PAIRS:
            is_one = a_end - a == b_end - b == 1 and (old[a].kind, old[a].level) == (new[b].kind, new[b].level)
            floor = _ALIKE_IN_PLACE if is_one else _ALIKE
            like = {
                (i, j): value
                for i in range(a, a_end)
                for j in range(b, b_end)
                if (value := _likeness(old[i], new[j])) >= floor
            }
            for i, j in _rising(like):
                old_of[j] = i
    left = [at for at in range(len(old)) if at not in old_of]
    moved: set[int] = set()
    for place, unit in enumerate(new):
        if old_of[place] is None and left and unit.kind != "row":
            at = max(left, key=lambda one: _likeness(old[one], unit))
            same = (old[at].kind, old[at].level) == (unit.kind, unit.level)
            if same and _likeness(old[at], unit) >= _MOVED:
                old_of[place] = at
                moved.add(place)
                left.remove(at)
    return Pairing(tuple(old_of), frozenset(moved))


def unit_matcher(old: Sequence[Unit], new: Sequence[Unit]) -> SequenceMatcher[object]:
    """What compares two rows of units."""
    return SequenceMatcher(None, [unit.same for unit in old], [unit.same for unit in new], autojunk=False)


def _likeness(old: Unit, new: Unit) -> float:
    """0 to 100: how much one unit is the other, changed."""
    if (old.kind == "row") != (new.kind == "row") or (old.kind == "code") != (new.kind == "code"):
        return 0.0
    if old.kind == "row" and len(old.cells) != len(new.cells):
        return 0.0
    ratio: float = fuzz.ratio(old.text, new.text)
    return ratio if old.kind == "row" or old.frame == new.frame else ratio - 20


def _rising(like: Mapping[tuple[int, int], float]) -> Iterator[tuple[int, int]]:
    """Pairs that rise on both sides, the most alike first."""
    if like:
        best = max(like, key=lambda pair: (like[pair], -pair[0], -pair[1]))
        yield from _rising({pair: value for pair, value in like.items() if pair[0] < best[0] and pair[1] < best[1]})
        yield best
        yield from _rising({pair: value for pair, value in like.items() if pair[0] > best[0] and pair[1] > best[1]})


#: The line below the heading of a table.
DELIMITER: Final = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_NUMBER: Final = re.compile(r"([0-9]+)([.)])")


def prefix_of(unit: Unit) -> str:
    """The signs before the words of a unit, where no neighbour shows how the author writes them."""
    quotes = "> " * unit.quoted
    if unit.kind == "heading":
        return f"{quotes}{'#' * unit.level} "
    indent = "    " * unit.level
    if unit.kind == "item":
        return f"{quotes}{indent}{'1. ' if unit.form == 'ol' else '- '}"
    if unit.kind == "definition":
        return f"{quotes}{indent}:   "
    return f"{quotes}{indent}"


def counted_on(lead: str, steps: int) -> str:
    """The signs of an item that is `steps` places before, with the number that follows."""
    found = _NUMBER.search(lead)
    if found is None:
        return lead
    return f"{lead[: found.start()]}{int(found[1]) + steps}{found[2]}{lead[found.end() :]}"


_BAR: Final = re.compile(r"(?<!\\)\|")
#: The order of several edits at one place: what goes, then what comes before a line, then the rest.
_GOING: Final = -2
_BEFORE: Final = -1
#: A new first item of a list comes ahead of all else there.
_FIRST: Final = 1_000_000


class BlockEdits:
    """The edits that make the units `old` of a source say what `new` says.

    `kept`: words whose signs have another shape in Word, left as they are. `labels`: what each new footnote is
    called in the source. What finds no place in the source is left out; reading the result again shows it.
    """

    def __init__(self, source: Source, old: Sequence[Unit], new: Sequence[Unit], labels: Mapping[int, str]) -> None:
        self.edits: list[Edit] = []
        self.kept: list[str] = []
        self._source = source
        self._old, self._new = old, new
        self._labels = labels
        self._pairing = pair_units(old, new)
        self._places = [source.locate(unit) for unit in old]
        self._rebuilt = self._rebuilt_tables()

    def run(self) -> None:
        """Fill `edits` and `kept`."""
        previous: int | None = None  # the old unit that a new one follows
        for at, unit in enumerate(self._new):
            first_row = self._rebuilt.get(unit.form) if unit.kind == "row" else None
            before = self._pairing.old_of[at]
            if first_row is not None:
                if first_row == at:
                    self._insert(at, previous, self._table(unit.form))
                continue
            if before is None:
                self._insert(at, previous, self._block(at, previous))
                continue
            place = self._places[before]
            if place is None:
                continue
            if at in self._pairing.moved:
                self._move(at, place, previous)
                continue
            self._change(place, unit)
            previous = before
        staying = {old for at, old in enumerate(self._pairing.old_of) if at not in self._pairing.moved}
        self._delete([at for at in range(len(self._old)) if at not in staying])

    # -- units that stayed

    def _change(self, place: Located, unit: Unit) -> None:
        old = place.unit
        if old.text == unit.text and old.same == unit.same:
            return
        self.edits += self._inner(place, unit)
        if old.kind == unit.kind == "heading" and old.level != unit.level:
            start = self._source.starts[place.first]
            hashes = re.match(r"#+", self._source.line(place.first))
            if hashes:
                self.edits.append(Edit(start, start + hashes.end(), "#" * unit.level))
        elif unit.kind != "row" and old.frame != unit.frame:
            self._reframe(place, unit)

    def _reframe(self, place: Located, unit: Unit) -> None:
        """A paragraph became a heading or an item, or the other way round: the signs before its words change."""
        start = self._source.starts[place.first]
        self.edits.append(Edit(start, start + len(self._source.prefix(place.first)), prefix_of(unit)))
        if place.first and self._source.line(place.first - 1).strip():
            self.edits.append(Edit(start, start, "\n", _BEFORE))
        if self._source.line(place.last + 1).strip() and unit.kind != "item":
            stop = self._source.end_of(place.last)
            self.edits.append(Edit(stop, stop, "\n"))

    def _inner(self, place: Located, unit: Unit) -> list[Edit]:
        """The edits inside the running text of a unit, cell by cell for a row."""
        edits: list[Edit] = []
        for at, (old, new, leaf) in enumerate(zip(place.unit.cells, unit.cells, place.cells, strict=False)):
            if [(one.text, one.form) for one in old] == [(one.text, one.form) for one in new]:
                continue
            if leaf is not None:
                found = text_edits(old, new, self._source.text, leaf, self._labels, kind=unit.kind)
                edits += found.edits
                self.kept += found.kept
            elif unit.kind == "row" and not old:
                edits += self._empty_cell(place, at, new)
        return edits

    def _empty_cell(self, place: Located, at: int, new: Tokens) -> list[Edit]:
        """Words put into an empty cell, whose place no word marks: counted by the bars of the row."""
        start = self._source.starts[place.first]
        line = self._source.line(place.first)
        bars = [found.start() for found in _BAR.finditer(line)]
        inner = bars if line.lstrip().startswith("|") else [-1, *bars]
        if place.first != place.last or at >= len(inner):
            return []
        begin = inner[at] + 1
        end = inner[at + 1] if at + 1 < len(inner) else len(line)
        return [Edit(start + begin, start + end, f" {self._write(new, cell=True)} ")]

    # -- units that came

    def _move(self, at: int, place: Located, previous: int | None) -> None:
        """A unit that is elsewhere now takes its source along, with its id and its line ends."""
        start, end = self._source.starts[place.first], self._source.end_of(place.last)
        edits = self._inner(place, self._new[at])
        self._insert(at, previous, with_edits(self._source.text, edits, start, end), self._moved_along(at))

    def _moved_along(self, at: int) -> str | None:
        """The lines between a moved unit and the one that moved along before it; None where none did."""
        before, old = self._pairing.old_of[at - 1] if at else None, self._pairing.old_of[at]
        if before is None or old != before + 1 or at - 1 not in self._pairing.moved:
            return None
        one, two = self._places[before], self._places[old]
        if one is None or two is None:
            return None
        parting = self._source.text[self._source.end_of(one.last) : self._source.starts[two.first]]
        return parting if parting and not parting.strip() else None

    def _insert(self, at: int, previous: int | None, text: str, parting: str | None = None) -> None:
        """Put a block behind the unit it follows, with `parting` between, or with what its neighbours have between."""
        heads = self._heads(at)
        if heads is not None:
            start = self._source.starts[heads.first]
            self.edits.append(Edit(start, start, f"{text}\n", at - _FIRST))
            return
        while previous is not None and self._places[previous] is None:
            previous = previous - 1 if previous else None
        place = self._places[previous] if previous is not None else None
        if place is None:
            first = next((one for one in self._places if one is not None), None)
            start = self._source.starts[first.first] if first else len(self._source.text)
            self.edits.append(Edit(start, start, f"{text}\n\n", at))
            return
        last = place.last
        if place.unit.kind == "row" and DELIMITER.fullmatch(self._source.line(last + 1)):
            last += 1
        stop = self._source.end_of(last)
        tight = self._is_tight(at, place)
        below = "" if tight or not self._source.line(last + 1).strip() else "\n"
        self.edits.append(Edit(stop, stop, (parting or ("\n" if tight else "\n\n")) + text + below, at))

    def _heads(self, at: int) -> Located | None:
        """The unit whose list a new item now begins, where it does: no empty line parts the two."""
        if self._new[at].kind != "item":
            return None
        begin = at
        while begin and self._new[begin - 1].kind == "item":
            begin -= 1
            if self._kept(begin):
                return None
        end = at + 1
        while end < len(self._new) and self._new[end].kind == "item" and not self._kept(end):
            end += 1
        place = self._kept(end) if end < len(self._new) else None
        return place if place and place.unit.kind == "item" and self._is_tight(end, place) else None

    def _kept(self, at: int) -> Located | None:
        """The place of a unit that has not moved."""
        old = self._pairing.old_of[at]
        return self._places[old] if old is not None and at not in self._pairing.moved else None

    def _is_tight(self, at: int, place: Located) -> bool:
        """Does the new unit follow the one before it without an empty line?"""
        unit, before = self._new[at], self._new[at - 1] if at else None
        if before is None:
            return False
        if unit.kind == "row":
            return before.kind == "row" and before.form == unit.form
        if unit.kind == "definition":
            return before.kind in ("term", "definition")
        if self._continues_labels(at, place):
            return True
        if unit.kind != "item" or before.kind != "item":
            return False
        items = [one for one in self._places if one is not None and one.unit.kind == "item"]
        pairs = [pair for pair in pairwise(items) if pair[0].unit.frame == pair[1].unit.frame]
        return not any(place in pair and pair[1].first - pair[0].last == 2 for pair in pairs)

    def _continues_labels(self, at: int, place: Located) -> bool:
        """Does the new unit begin with a label as the lines around its place do, which make a list: `a)`, `b)`?"""
        if self._new[at].kind != "paragraph" or at_line_start(self._new[at].text) == self._new[at].text:
            return False
        paragraphs = [one for one in self._places if one is not None and one.unit.kind == "paragraph"]
        return any(place in pair and pair[1].first - pair[0].last == 1 for pair in pairwise(paragraphs))

    def _block(self, at: int, previous: int | None) -> str:
        """The Markdown of a unit that is new."""
        unit = self._new[at]
        if unit.kind == "row":
            return self._row(unit.cells)
        if unit.kind == "code":
            return "```\n" + "".join(token.text for token in unit.cells[0]) + "\n```"
        words = self._write(unit.cells[0])
        above = None if previous is None else self._places[previous]
        # Behind the signs of a heading a number begins no list.
        is_safe = unit.kind == "heading" or (above is not None and self._continues_labels(at, above))
        return self._lead(at) + (words if is_safe else at_line_start(words))

    def _lead(self, at: int) -> str:
        """The signs before the words: those of the nearest unit of the same kind."""
        unit = self._new[at]
        if unit.kind in ("item", "paragraph", "definition"):
            for step in (-1, 1):
                place = at + step
                while 0 <= place < len(self._new) and self._new[place].kind not in ("heading", "row"):
                    old = self._pairing.old_of[place]
                    located = self._places[old] if old is not None else None
                    if located is not None and located.unit.frame == self._new[place].frame == unit.frame:
                        lead = self._source.prefix(located.first)
                        return counted_on(lead, at - place) if step < 0 else lead
                    place += step
        return prefix_of(unit)

    # -- units that went

    def _delete(self, gone: Sequence[int]) -> None:
        shared = self._on_shared_lines()
        staying = {unit.form for at, unit in enumerate(self._old) if unit.kind == "row" and at not in gone}
        cleared = -1  # the line up to which all is gone, down from an empty one
        for at in gone:
            place = self._places[at]
            if place is None or at in shared:
                continue
            last = place.last
            if place.unit.kind == "row" and DELIMITER.fullmatch(self._source.line(last + 1)):
                if place.unit.form in staying:
                    continue  # a table in Markdown cannot be without its heading
                last += 1
            start = self._source.starts[place.first]
            lines = len(self._source.starts)
            if place.first in (0, cleared) or not self._source.line(place.first - 1).strip():
                cleared = last + 1
                while last + 1 < lines and not self._source.line(last + 1).strip():
                    last += 1
            end = self._source.starts[last + 1] if last + 1 < lines else len(self._source.text)
            self.edits.append(Edit(start, end, "", _GOING))

    def _on_shared_lines(self) -> set[int]:
        """Units that share a line with another: they cannot be taken out by lines."""
        taken: dict[int, int] = {}
        shared: set[int] = set()
        for at, place in enumerate(self._places):
            for line in range(place.first, place.last + 1) if place else ():
                if line in taken:
                    shared |= {at, taken[line]}
                taken[line] = at
        return shared

    # -- tables

    def _rebuilt_tables(self) -> dict[str, int]:
        """New tables none of whose rows is an old one, because columns came or went, with their first row."""
        rows = [(at, unit.form) for at, unit in enumerate(self._new) if unit.kind == "row"]
        paired = {form for at, form in rows if self._pairing.old_of[at] is not None}
        return {form: at for at, form in reversed(rows) if form not in paired}

    def _table(self, form: str) -> str:
        rows = [unit for unit in self._new if unit.kind == "row" and unit.form == form]
        width = max(len(row.cells) for row in rows)
        lines = [self._row([*row.cells, *[()] * (width - len(row.cells))]) for row in rows]
        return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])

    def _row(self, cells: Sequence[Tokens]) -> str:
        return f"| {' | '.join(self._write(leaf, cell=True) for leaf in cells)} |"

    def _write(self, leaf: Tokens, *, cell: bool = False) -> str:
        return to_markdown(leaf, notes=self._labels, cell=cell)


_LABEL: Final = re.compile(r"\[\^([^\]\n]+)\]")
#: New footnotes are put at the end, behind all else that is.
_LAST: Final = 1_000_000


@dataclass(frozen=True)
class Applied:
    """The new source, and the words whose signs Word has in another shape and the source keeps."""

    source: str
    kept: tuple[str, ...]


def apply(source: Source, base: Reading, edited: Reading) -> Applied:
    """The source with the changes between two readings; `base` is that of the source and carries its marks."""
    names = _labels(source, base)
    same = _same_notes(base, edited)
    # A new footnote gets the next number that is free.
    free = (str(number) for number in count(1) if f"[^{number}]" not in source.text)
    labels = {new: (names.get(same[new]) if new in same else None) or next(free) for new in range(len(edited.notes))}
    # Several marks may lead to one footnote.
    notes = {labels[new]: (base.notes[old], edited.notes[new]) for new, old in reversed(same.items())}
    staying = {names.get(old) for old in same.values()}
    gone = [note for old, note in enumerate(base.notes) if names.get(old) not in staying]
    edits: list[Edit] = []
    kept: list[str] = []
    for old_units, new_units in [(base.units, edited.units), *notes.values(), *((note, []) for note in gone)]:
        found = BlockEdits(source, old_units, new_units, labels)
        found.run()
        edits += found.edits
        kept += found.kept
    end = len(source.text.rstrip("\n"))
    for new, units in enumerate(edited.notes):
        if new not in same:
            words = "\n\n    ".join(to_markdown(unit.cells[0], notes=labels) for unit in units)
            edits.append(Edit(end, end, f"\n\n[^{labels[new]}]: {words}", _LAST + new))
    made = with_edits(source.text, edits, 0, len(source.text))
    if edits and made.strip():
        # The file ends as it ended, whatever was taken out or put in last.
        made = made.rstrip("\n") + (source.text[end:] or ("" if source.text else "\n"))
    return Applied(made, tuple(kept))


def _labels(source: Source, base: Reading) -> dict[int, str]:
    """What each footnote of the base is called in the source."""
    labels: dict[int, str] = {}
    for unit in base.units:
        place = source.locate(unit)
        for leaf, found in zip(unit.cells, place.cells if place else (), strict=False):
            for token, span in zip(leaf, found.spans if found else (), strict=False):
                label = _LABEL.fullmatch(source.text[slice(*span)]) if token.note is not None and span else None
                if label and token.note is not None:
                    labels[token.note] = label[1]
    return labels


def _same_notes(base: Reading, edited: Reading) -> dict[int, int]:
    """Which footnote of the base each of the edited text is: its mark stayed in its place, or its words did."""
    same: dict[int, int] = {}
    for at, before in enumerate(pair_units(base.units, edited.units).old_of):
        cells = () if before is None else base.units[before].cells
        for ours, theirs in zip(cells, edited.units[at].cells, strict=False):
            for old, new in tokens_that_stayed(ours, theirs):
                if old.note is not None and new.note is not None:
                    same[new.note] = old.note
    words = [[unit.same for unit in note] for note in base.notes]
    for at, note in enumerate(edited.notes):
        if at not in same:
            wanted = [unit.same for unit in note]
            free = (old for old, one in enumerate(words) if one == wanted and old not in same.values())
            if (found := next(free, None)) is not None:
                same[at] = found
    return same
