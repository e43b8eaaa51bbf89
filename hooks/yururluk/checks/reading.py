"""How a rule reads a text: its words without markup, in their places, by clause, and in one kind of case."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from yururluk.core.model import Text
from yururluk.text.clauses import Clause, find_clauses

#: What is no text to a reader, each with the sign without which it cannot be there: comments, tags, attribute
#: lists, link targets, addresses and fences.
_MARKUP = tuple(
    (sign, re.compile(pattern, re.DOTALL | re.MULTILINE))
    for sign, pattern in (
        ("<!--", r"<!--(?:.*?-->|.*\Z)"),
        ("<", r"</?[a-zA-Z][^<>]*>"),
        ("{", r"\{:?[ ]*[#.][^{}\n]*\}"),
        ("](", r"(?<=\])\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"),
        ("][", r"(?<=\])\[[^\[\]\n]*\]"),
        ("]:", r"^ {0,3}\[(?!\^)[^\]\n]+\]:[^\n]*"),
        ("http", r"<?https?://[^\s<>\"”’)\]]+>?"),
        ("www.", r"www\.[^\s<>\"”’)\]]+"),
        ("@", r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}"),
        ("```", r"^ {0,3}`{3,}[^\n]*"),
        ("~~~", r"^ {0,3}~{3,}[^\n]*"),
    )
)
_NOT_LINE_END = re.compile(r"[^\n]")
_SIGNS = "*_`|\\"


def without_markup(body: str) -> str:
    """The body with markup blanked out, character for character, so that places stay what they are."""
    for sign, pattern in _MARKUP:
        if sign in body:
            body = pattern.sub(_blank, body)
    return body


def _blank(found: re.Match[str]) -> str:
    return _NOT_LINE_END.sub(" ", found[0])


def lowered(words: str, locale: str) -> str:
    """The words in small letters as the language writes them, character for character (I is ı in Turkish)."""
    found = words.replace("İ", "i")
    if locale == "tr":
        found = found.replace("I", "ı")
    low = found.lower()
    return low if len(low) == len(words) else "".join(c.lower() if len(c.lower()) == 1 else c for c in found)


@dataclass(frozen=True)
class Section:
    """A clause and where its words stand in the body: what is under it, its sub-clauses included."""

    clause: Clause
    start: int
    end: int


@dataclass(frozen=True)
class Found:
    """Words that a rule looked for, with the line of the file and the column, both from 1."""

    words: str
    line: int
    column: int
    start: int


class Reading:
    """One text, read for the rules."""

    def __init__(self, body: str, first_line: int, locale: str) -> None:
        self.body = body
        self.locale = locale
        self._first_line = first_line
        self._starts = [0, *(found.end() for found in re.finditer("\n", body))]

    @cached_property
    def plain(self) -> str:
        """The body with markup blanked out."""
        return without_markup(self.body)

    @cached_property
    def low(self) -> str:
        """The same in small letters, without the signs of emphasis and tables."""
        low = lowered(self.plain, self.locale)
        for sign in _SIGNS:
            low = low.replace(sign, " ")
        return low

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The text's clauses."""
        return find_clauses(self.body, self._first_line)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Each clause with the place of its words."""
        ends = [len(self.body)] * len(self.clauses)
        open_: list[int] = []  # the clauses that have not ended yet, each of a deeper level than the one before
        for place, clause in enumerate(self.clauses):
            while open_ and 0 < clause.level <= self.clauses[open_[-1]].level:
                ends[open_.pop()] = self._offset(clause.line)
            if clause.level:
                open_.append(place)
        found = []
        for place, (clause, end) in enumerate(zip(self.clauses, ends, strict=True)):
            start = self._offset(clause.line + 1) if clause.level else self._offset(clause.line)
            if not clause.level:
                following = self.clauses[place + 1 : place + 2]
                end = self._offset(following[0].line) if following else end
                blank = self.body.find("\n\n", start, end)
                end = blank if blank >= 0 else end
            found.append(Section(clause, min(start, end), end))
        return tuple(found)

    @cached_property
    def own_parts(self) -> tuple[tuple[str, int, int], ...]:
        """The clause ids with the place of their own words, heading included, up to the next heading.

        What stands before the first heading has the empty id.
        """
        heads = [clause for clause in self.clauses if clause.level]
        cuts = [0, *(self._offset(clause.line) for clause in heads), len(self.body)]
        ids = ["", *(clause.id for clause in heads)]
        return tuple((id_, start, end) for id_, start, end in zip(ids, cuts, cuts[1:], strict=False))

    def roles(self) -> dict[str, list[Section]]:
        """The sections by the roles that they declare."""
        found: dict[str, list[Section]] = {}
        for section in self.sections:
            for role in section.clause.roles:
                found.setdefault(role, []).append(section)
        return found

    def place(self, start: int) -> tuple[int, int]:
        """The line of the file and the column of a place in the body."""
        row = bisect_right(self._starts, start) - 1
        return self._first_line + row, start - self._starts[row] + 1

    def find(self, pattern: re.Pattern[str], start: int = 0, end: int | None = None) -> Iterator[Found]:
        """Where a pattern of small letters stands in the words, as written."""
        for match in pattern.finditer(self.low, start, len(self.low) if end is None else end):
            line, column = self.place(match.start())
            words = " ".join(self.plain[match.start() : match.end()].split())
            yield Found(words, line, column, match.start())

    def says(self, pattern: re.Pattern[str], section: Section | None = None) -> bool:
        """Whether a pattern of small letters stands in the words, or in those of a section and its heading."""
        if section is None:
            return pattern.search(self.low) is not None
        start = self._offset(section.clause.line)
        return pattern.search(self.low, start, section.end) is not None

    def words_of(self, section: Section) -> str:
        """A section's words, in small letters, without its heading."""
        return self.low[section.start : section.end]

    def _offset(self, line: int) -> int:
        row = line - self._first_line
        return self._starts[row] if 0 <= row < len(self._starts) else len(self.body)


@lru_cache(maxsize=2048)
def read(body: str, first_line: int, locale: str) -> Reading:
    """A body, read once for all rules. `first_line` is the line of the file on which it begins."""
    return Reading(body, first_line, locale)


def reading_of(text: Text) -> Reading:
    """A text, read once for all rules."""
    return read(text.body, text.body_line, text.locale)
