"""Changes a Markdown source so that it says what came back from Word; every line that was not touched stays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from yururluk.word.aligning import Pairing, pair_units
from yururluk.word.leaves import Edit, leaf_edits
from yururluk.word.reading import NOTE, Leaf, Reading, Unit
from yururluk.word.sources import PREFIX, Located, Source
from yururluk.word.writing import at_line_start, written

_NUMBER: Final = re.compile(r"([0-9]+)([.)])")
_DELIMITER: Final = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_LABEL: Final = re.compile(r"\[\^([^\]\n]+)\]")


@dataclass
class Applied:
    """The new source, what was kept though Word had it otherwise, and what found no place in the source."""

    source: str
    kept: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def apply(source: Source, base: Reading, edited: Reading) -> Applied:
    """The source with the changes between two readings; `base` is that of the source and carries its marks."""
    return _Applier(source, base, edited).run()


class _Applier:
    def __init__(self, source: Source, base: Reading, edited: Reading) -> None:
        self._source = source
        self._base, self._edited = base, edited
        self._edits: list[Edit] = []
        self._done = Applied(source.text)
        self._order = 0
        self._note_of: dict[int, int] = {}  # which old note a new one is
        self._labels: dict[int, str] = {}

    def run(self) -> Applied:
        pairing = pair_units(self._base.units, self._edited.units)
        self._pair_notes(pairing)
        self._units(self._base.units, self._edited.units, pairing)
        self._notes()
        self._done.source = self._applied()
        return self._done

    # -- units

    def _units(self, old: Sequence[Unit], new: Sequence[Unit], pairing: Pairing) -> None:
        places = [self._source.locate(unit) for unit in old]
        shared = _on_shared_lines(places)
        tables = self._rebuilt_tables(old, new, pairing)
        previous: int | None = None  # the old unit after which the next one comes
        fresh: list[tuple[int, str]] = []  # new units waiting for their place, and their source
        for at, unit in enumerate(new):
            if unit.kind == "row" and unit.form in tables:
                if tables[unit.form] == at:
                    rows = [one for one in new if one.kind == "row" and one.form == unit.form]
                    self._insert(previous, places, old, unit, self._table(rows), new, at)
                continue
            before = pairing.old_of[at]
            if before is None:
                self._insert(previous, places, old, unit, self._block(unit, previous, places, old, new, at, pairing), new, at)
                continue
            place = places[before]
            if place is None:
                if old[before].same != unit.same:
                    self._done.lost.append(unit.text)
                continue
            if at in pairing.moved:
                self._move(place, unit, previous, places, old, new, at)
                continue
            self._change(place, unit)
            previous = before
        del fresh
        gone = set(pairing.gone(len(old))) | {pairing.old_of[at] for at in pairing.moved}
        for row, unit in enumerate(old):
            if unit.kind == "row" and self._is_rebuilt(row, pairing, new, tables):
                gone.add(row)
        self._delete([at for at in sorted(one for one in gone if one is not None)], places, shared, old)

    def _change(self, place: Located, unit: Unit) -> None:
        if place.unit.text == unit.text and place.unit.same == unit.same:
            return
        self._edits += self._inner(place, unit)
        if place.unit.kind == "heading" and unit.kind == "heading" and place.unit.level != unit.level:
            start = self._source.starts[place.first]
            hashes = re.match(r"#+", self._source.line(place.first))
            if hashes:
                self._edits.append(Edit(start, start + hashes.end(), "#" * unit.level))
        elif (place.unit.kind, place.unit.level) != (unit.kind, unit.level) or (
            unit.kind != "row" and (place.unit.form, place.unit.quoted) != (unit.form, unit.quoted)
        ):
            self._reframe(place, unit)

    def _reframe(self, place: Located, unit: Unit) -> None:
        """A paragraph became a heading or an item, or the other way round: what stands before its words changes."""
        start = self._source.starts[place.first]
        line = self._source.line(place.first)
        prefix = PREFIX.match(line)
        end = start + (prefix.end() if prefix else 0)
        self._edits.append(Edit(start, end, _prefix(unit)))
        if place.first and self._source.line(place.first - 1).strip():
            self._edits.append(Edit(start, start, "\n", -1))
        if self._source.line(place.last + 1).strip() and unit.kind != "item":
            stop = self._source.end_of(place.last)
            self._edits.append(Edit(stop, stop, "\n"))

    def _inner(self, place: Located, unit: Unit) -> list[Edit]:
        edits: list[Edit] = []
        row = unit.kind == "row"
        for old, new, leaf in zip(place.unit.leaves, unit.leaves, place.leaves, strict=False):
            if [(one.text, one.form) for one in old] == [(one.text, one.form) for one in new]:
                continue
            if leaf is None:
                cell = self._empty_cell(place, unit, new) if row and not old else None
                if cell is None:
                    self._done.lost.append("".join(token.text for token in new) or "".join(t.text for t in old))
                else:
                    edits.append(cell)
                continue
            found = leaf_edits(old, new, self._source.text, leaf, self._labels, cell=row)
            edits += found.edits
            self._done.kept += found.kept
        return edits

    def _empty_cell(self, place: Located, unit: Unit, new: Leaf) -> Edit | None:
        """Words put into an empty cell, whose place no word marks: counted by the bars of the row."""
        at = next(number for number, leaf in enumerate(unit.leaves) if leaf is new)
        start = self._source.starts[place.first]
        line = self._source.line(place.first)
        bars = [found.start() for found in re.finditer(r"(?<!\\)\|", line)]
        inner = bars if line.lstrip().startswith("|") else [-1, *bars]
        if place.first != place.last or at >= len(inner):
            return None
        begin = inner[at] + 1
        end = inner[at + 1] if at + 1 < len(inner) else len(line)
        return Edit(start + begin, start + end, f" {self._write(new, cell=True)} ")

    def _move(
        self, place: Located, unit: Unit, previous: int | None, places: list[Located | None],
        old: Sequence[Unit], new: Sequence[Unit], at: int,
    ) -> None:  # fmt: skip
        """A unit that stands elsewhere takes its source along, with its id and its line ends."""
        start, end = self._source.starts[place.first], self._source.end_of(place.last)
        text = _with_edits(self._source.text, self._inner(place, unit), start, end)
        self._insert(previous, places, old, unit, text, new, at)

    def _insert(
        self, previous: int | None, places: list[Located | None], old: Sequence[Unit], unit: Unit, text: str,
        new: Sequence[Unit], at: int,
    ) -> None:  # fmt: skip
        """Put a block behind the unit it follows, parted from it as its neighbours are."""
        self._order += 1
        while previous is not None and places[previous] is None and previous > 0:
            previous -= 1
        place = places[previous] if previous is not None else None
        before = new[at - 1] if at else None
        if place is None:
            first = next((one for one in places if one is not None), None)
            start = self._source.starts[first.first] if first else len(self._source.text)
            self._edits.append(Edit(start, start, f"{text}\n\n", self._order))
            return
        last = place.last
        if old[previous or 0].kind == "row" and _DELIMITER.fullmatch(self._source.line(last + 1)):
            last += 1
        stop = self._source.end_of(last)
        tight = before is not None and unit.kind == before.kind and unit.kind in ("item", "row", "definition")
        if unit.kind == "row" and before is not None:
            tight = before.form == unit.form
        if unit.kind == "item" and tight:
            tight = self._is_tight(place, places)
        if unit.kind == "definition" and before is not None and before.kind == "term":
            tight = True
        blank = "\n" if tight else "\n\n"
        below = "" if tight or not self._source.line(last + 1).strip() else "\n"
        self._edits.append(Edit(stop, stop, f"{blank}{text}{below}", self._order))

    def _is_tight(self, place: Located, places: list[Located | None]) -> bool:
        """Do the items around here follow each other without an empty line?"""
        items = [one for one in places if one is not None and one.unit.kind == "item"]
        for left, right in zip(items, items[1:], strict=False):
            if place in (left, right) and right.first - left.last == 2:
                return False
        return True

    def _block(
        self, unit: Unit, previous: int | None, places: list[Located | None], old: Sequence[Unit],
        new: Sequence[Unit], at: int, pairing: Pairing,
    ) -> str:  # fmt: skip
        """The Markdown of a unit that is new."""
        if unit.kind == "row":
            return f"| {' | '.join(self._write(leaf, cell=True) for leaf in unit.leaves)} |"
        leaf = unit.leaves[0]
        if unit.kind == "code":
            return "```\n" + "".join(token.text for token in leaf) + "\n```"
        text = at_line_start(self._write(leaf))
        return self._lead(unit, previous, places, new, at, pairing) + text

    def _lead(
        self, unit: Unit, previous: int | None, places: list[Located | None], new: Sequence[Unit], at: int,
        pairing: Pairing,
    ) -> str:  # fmt: skip
        """What stands before the words: as before those of the nearest unit of the same kind."""
        same = (unit.kind, unit.level, unit.form, unit.quoted)
        if unit.kind in ("item", "paragraph", "definition"):
            for step in (-1, 1):
                place = at + step
                while 0 <= place < len(new) and new[place].kind not in ("heading", "row"):
                    old = pairing.old_of[place]
                    near = new[place]
                    located = places[old] if old is not None else None
                    if located is not None and (near.kind, near.level, near.form, near.quoted) == same:
                        line = self._source.line(located.first)
                        found = PREFIX.match(line)
                        lead = found.group() if found else ""
                        return _counted_on(lead, place - at) if step < 0 else lead
                    place += step
        return _prefix(unit)

    def _delete(
        self, gone: list[int], places: list[Located | None], shared: set[int], old: Sequence[Unit]
    ) -> None:
        rows_left = {
            unit.form for at, unit in enumerate(old) if unit.kind == "row" and at not in set(gone)
        }
        for at in gone:
            place = places[at]
            if place is None or at in shared:
                self._done.lost.append(f"(deleted) {old[at].text}")
                continue
            first, last = place.first, place.last
            if old[at].kind == "row" and _DELIMITER.fullmatch(self._source.line(last + 1)):
                if old[at].form in rows_left:
                    self._done.lost.append(f"(deleted heading of a table) {old[at].text}")
                    continue
                last += 1
            start = self._source.starts[first]
            above = first == 0 or not self._source.line(first - 1).strip()
            while above and last + 1 < len(self._source.starts) and not self._source.line(last + 1).strip():
                last += 1
            end = self._source.starts[last + 1] if last + 1 < len(self._source.starts) else len(self._source.text)
            self._edits.append(Edit(start, end, "", -2))

    # -- tables

    def _rebuilt_tables(self, old: Sequence[Unit], new: Sequence[Unit], pairing: Pairing) -> dict[str, int]:
        """New tables that are written anew, with the place of their first row: columns came or went."""
        rebuilt: dict[str, int] = {}
        widths: dict[str, set[int]] = {}
        for unit in old:
            if unit.kind == "row":
                widths.setdefault(unit.form, set()).add(len(unit.leaves))
        paired = {
            new[at].form for at, before in enumerate(pairing.old_of) if new[at].kind == "row" and before is not None
        }
        for at, unit in enumerate(new):
            if unit.kind == "row" and unit.form not in paired:
                rebuilt.setdefault(unit.form, at)
        return rebuilt

    def _is_rebuilt(self, row: int, pairing: Pairing, new: Sequence[Unit], tables: dict[str, int]) -> bool:
        return any(
            before == row and new[at].kind == "row" and new[at].form in tables
            for at, before in enumerate(pairing.old_of)
        )

    def _table(self, rows: Sequence[Unit]) -> str:
        width = max(len(row.leaves) for row in rows)
        lines = []
        for at, row in enumerate(rows):
            cells = [self._write(leaf, cell=True) for leaf in row.leaves]
            lines.append(f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |")
            if not at:
                lines.append(f"|{' --- |' * width}")
        return "\n".join(lines)

    # -- footnotes

    def _pair_notes(self, pairing: Pairing) -> None:
        """Which footnote is which, and what each is called in the source."""
        for at, before in enumerate(pairing.old_of):
            if before is None:
                continue
            ours = _notes_in(self._base.units[before])
            theirs = _notes_in(self._edited.units[at])
            for new in theirs:
                like = [old for old in ours if old not in self._note_of.values()]
                if like:
                    text = _text(self._edited.notes[new])
                    exact = [old for old in like if _text(self._base.notes[old]) == text]
                    if exact or len(like) >= len(theirs) - theirs.index(new):
                        self._note_of[new] = (exact or like)[0]
        labels = self._old_labels()
        taken = {found[1] for found in _LABEL.finditer(self._source.text)}
        number = 1
        for new in range(len(self._edited.notes)):
            old = self._note_of.get(new)
            if old is not None and old in labels:
                self._labels[new] = labels[old]
                continue
            while str(number) in taken:
                number += 1
            taken.add(str(number))
            self._labels[new] = str(number)

    def _old_labels(self) -> dict[int, str]:
        labels: dict[int, str] = {}
        for unit in self._base.units:
            place = self._source.locate(unit)
            for leaf, found in zip(unit.leaves, place.leaves if place else (), strict=False):
                for token, span in zip(leaf, found.spans if found else (), strict=False):
                    if token.note is not None and span:
                        label = _LABEL.fullmatch(self._source.text[span[0] : span[1]])
                        if label:
                            labels[token.note] = label[1]
        return labels

    def _notes(self) -> None:
        fresh: list[str] = []
        written_labels: set[str] = set()
        for new, units in enumerate(self._edited.notes):
            old = self._note_of.get(new)
            if old is None:
                paragraphs = [self._write(unit.leaves[0]) for unit in units if unit.leaves]
                fresh.append(f"[^{self._labels[new]}]: " + "\n\n    ".join(paragraphs))
            elif self._labels[new] not in written_labels:
                written_labels.add(self._labels[new])
                before = self._base.notes[old]
                self._units(before, units, pair_units(before, units))
        kept = {self._labels[new] for new in self._note_of}
        labels = self._old_labels()
        for old, units in enumerate(self._base.notes):
            if old in self._note_of.values() or labels.get(old) in kept:
                continue
            places = [self._source.locate(unit) for unit in units]
            self._delete(list(range(len(units))), places, set(), units)
        if fresh:
            end = len(self._source.text.rstrip("\n"))
            self._edits.append(Edit(end, end, "\n\n" + "\n\n".join(fresh), 1_000_000))

    # -- writing

    def _write(self, leaf: Leaf, *, cell: bool = False) -> str:
        return written(leaf, spaces={}, tails={}, notes=self._labels, cell=cell)

    def _applied(self) -> str:
        return _with_edits(self._source.text, self._edits, 0, len(self._source.text))


def _with_edits(source: str, edits: Sequence[Edit], start: int, end: int) -> str:
    """The source from `start` to `end` with its edits. An edit inside a deletion goes with it."""
    out: list[str] = []
    at = start
    for edit in sorted(set(edits), key=lambda one: (one.start, one.order, one.end)):
        if edit.start < at:
            if edit.end > at and not edit.text:
                at = edit.end
            elif edit.text and edit.start == edit.end:
                out.append(edit.text)
            continue
        out += [source[at : edit.start], edit.text]
        at = edit.end
    out.append(source[at:end])
    return "".join(out)


def _on_shared_lines(places: Sequence[Located | None]) -> set[int]:
    """Units that share a line with another: they cannot be taken out by lines."""
    taken: dict[int, int] = {}
    shared: set[int] = set()
    for at, place in enumerate(places):
        if place is None:
            continue
        for line in range(place.first, place.last + 1):
            if line in taken:
                shared |= {at, taken[line]}
            taken[line] = at
    return shared


def _prefix(unit: Unit) -> str:
    quotes = "> " * unit.quoted
    if unit.kind == "heading":
        return f"{quotes}{'#' * unit.level} "
    indent = "    " * unit.level
    if unit.kind == "item":
        return f"{quotes}{indent}{'1. ' if unit.form == 'ol' else '- '}"
    if unit.kind == "definition":
        return f"{quotes}{indent}:   "
    return f"{quotes}{indent}"


def _counted_on(lead: str, step: int) -> str:
    """The number of the item before, one on; where all items are numbered 1, so is this one."""
    found = _NUMBER.search(lead)
    if found is None or found[1] == "1" and step < -1:
        return lead
    return f"{lead[: found.start()]}{int(found[1]) - step}{found[2]}{lead[found.end() :]}"


def _notes_in(unit: Unit) -> list[int]:
    return [token.note for leaf in unit.leaves for token in leaf if token.text == NOTE and token.note is not None]


def _text(units: Sequence[Unit]) -> str:
    return "\n".join(unit.text for unit in units)


_Labels = Mapping[int, str]
