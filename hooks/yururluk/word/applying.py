"""Changes a Markdown source so that it says what came back from Word, footnotes included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yururluk.word.aligning import pair_units
from yururluk.word.blocks import Blocks
from yururluk.word.inline_edits import Edit, tokens_that_stayed, with_edits
from yururluk.word.reading import Reading
from yururluk.word.sources import Source
from yururluk.word.writing import written

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
    labels = _new_labels(source.text, len(edited.notes), same, names)
    text = Blocks(source, base.units, edited.units, labels)
    text.run()
    edits, kept = [*text.edits], [*text.kept]
    for new, old in _once(same, labels):
        note = Blocks(source, base.notes[old], edited.notes[new], labels)
        note.run()
        edits += note.edits
        kept += note.kept
    for old in _notes_gone(base, same, names):
        note = Blocks(source, base.notes[old], (), labels)
        note.run()
        edits += note.edits
    edits += _notes_come(source.text, edited, same, labels)
    made = with_edits(source.text, edits, 0, len(source.text))
    if edits and made.strip():
        # The file ends as it ended, whatever was taken out or put in last.
        ends = source.text[len(source.text.rstrip("\n")) :] or ("" if source.text else "\n")
        made = made.rstrip("\n") + ends
    return Applied(made, tuple(kept))


def _labels(source: Source, base: Reading) -> dict[int, str]:
    """What each footnote of the base is called in the source."""
    labels: dict[int, str] = {}
    for unit in base.units:
        place = source.locate(unit)
        for leaf, found in zip(unit.leaves, place.leaves if place else (), strict=False):
            for token, span in zip(leaf, found.spans if found else (), strict=False):
                label = _LABEL.fullmatch(source.text[slice(*span)]) if token.note is not None and span else None
                if label and token.note is not None:
                    labels[token.note] = label[1]
    return labels


def _same_notes(base: Reading, edited: Reading) -> dict[int, int]:
    """Which footnote of the base each of the edited text is: the one whose mark stayed in its place."""
    same: dict[int, int] = {}
    for at, before in enumerate(pair_units(base.units, edited.units).old_of):
        leaves = () if before is None else base.units[before].leaves
        for ours, theirs in zip(leaves, edited.units[at].leaves, strict=False):
            for old, new in tokens_that_stayed(ours, theirs):
                if old.note is not None and new.note is not None:
                    same[new.note] = old.note
    return same


def _new_labels(source: str, count: int, same: Mapping[int, int], names: Mapping[int, str]) -> dict[int, str]:
    """What each footnote is called from now on; a new one gets the next number that is free."""
    taken = {found[1] for found in _LABEL.finditer(source)}
    labels: dict[int, str] = {}
    number = 1
    for new in range(count):
        known = names.get(same[new]) if new in same else None
        while known is None and str(number) in taken:
            number += 1
        labels[new] = known or str(number)
        taken.add(labels[new])
    return labels


def _once(same: Mapping[int, int], labels: Mapping[int, str]) -> list[tuple[int, int]]:
    """The footnotes that stayed, each once, though several marks may lead to it."""
    seen: dict[str, tuple[int, int]] = {}
    for new, old in same.items():
        seen.setdefault(labels[new], (new, old))
    return list(seen.values())


def _notes_gone(base: Reading, same: Mapping[int, int], names: Mapping[int, str]) -> list[int]:
    staying = {names.get(old) for old in same.values()}
    return [old for old in range(len(base.notes)) if names.get(old) not in staying]


def _notes_come(source: str, edited: Reading, same: Mapping[int, int], labels: Mapping[int, str]) -> list[Edit]:
    fresh: list[str] = []
    for new, units in enumerate(edited.notes):
        if new in same:
            continue
        paragraphs = [written(unit.leaves[0], spaces={}, tails={}, notes=labels) for unit in units]
        fresh.append(f"[^{labels[new]}]: " + "\n\n    ".join(paragraphs))
    end = len(source.rstrip("\n"))
    return [Edit(end, end, "\n\n" + "\n\n".join(fresh), _LAST)] if fresh else []
