"""Says which words of a Word file were not read: whatever pandoc passes over in silence is told, not lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from yururluk.word.ooxml import DOCUMENT, W, parse, visible_text
from yururluk.word.reading import Reading

_WORD: Final = re.compile(r"[^\W_]+")
_SOFT_HYPHEN: Final = "\u00ad"
_NOTES: Final = (("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote"))


def unread(parts: Mapping[str, bytes], reading: Reading) -> list[str]:
    """Paragraphs some of whose words are in the file more often than in what was read of it; in their order.

    `parts` are those that pandoc was given.
    """
    paragraphs = list(_paragraphs(parts))
    units = [*reading.units, *(unit for note in reading.notes for unit in note)]
    read = _counted([*(unit.text for unit in units), *reading.aside, reading.title])
    missing = _counted(paragraphs) - read
    told: list[str] = []
    for paragraph in reversed(paragraphs):
        lacking = _counted([paragraph]) & missing
        if lacking:
            missing -= lacking
            told.insert(0, paragraph)
    return told


def _counted(texts: list[str]) -> Counter[str]:
    return Counter(word for text in texts for word in _WORD.findall(text.replace(_SOFT_HYPHEN, "")))


def _paragraphs(parts: Mapping[str, bytes]) -> Iterator[str]:
    document = parse(parts[DOCUMENT])
    yield from _of(document)
    for part, kind in _NOTES:
        if part not in parts:
            continue
        marked = {one.get(W + "id") for one in document.iter(f"{W}{kind}Reference")}
        for note in parse(parts[part]).iter(W + kind):
            if note.get(W + "id") in marked:
                yield from _of(note)


def _of(root: etree._Element) -> Iterator[str]:
    for paragraph in root.iter(W + "p"):
        # A paragraph within another is told by itself.
        if next(paragraph.iterdescendants(W + "p"), None) is None:
            yield visible_text(paragraph)
