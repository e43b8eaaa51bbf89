"""How a rule reads a text: its words without markup, its clauses and their numbers, its tables, in one kind of case."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any

import yaml
from lxml import etree
from lxml import html as lxml_html

from yururluk.core.model import NEWEST_RENDERING, Text
from yururluk.text.clauses import Clause, find_clauses, numbered
from yururluk.text.markdown import RenderError, clean, unclean

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
    """A clause and the place of its words in the body: what is under it, its sub-clauses included."""

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


_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: The number at the beginning of a paragraph that is a clause, or of a heading with the kind of clause before it.
_LABEL = re.compile(
    r"(?:(?:(?P<kind>geçici|ek)\s+)?(?:madde|article|art\.|section|clause|bölüm|kısım|m\.)\s*|§\s*|(?=\d+\.\d|\d+[/a-z]))"
    r"(?P<number>\d+(?:\.\d+)*(?:/[a-zçğıöşü]|[a-z])?)(?![\w/])"
)
_LABEL_ENDS = re.compile(r"\.?\s*(?:$|[):–—-])|\.(?=\s)|(?<=\.\d)\s+(?=[A-ZÇĞİÖŞÜ])|(?<=\.\d\d)\s+(?=[A-ZÇĞİÖŞÜ])")
#: A number without a point is one only where a title follows: not in “30 gün içinde iade”, “2026 değişiklikleri”.
_BARE_NUMBER = re.compile(r"(?P<number>\d+(?:\.\d+)*)\s+(?P<next>\S+)(?P<rest>.*)", re.DOTALL)
_ANNEX = re.compile(r"(?:ek|annex|appendix|schedule|exhibit)\b", re.IGNORECASE)


def _numbered(words: str) -> tuple[str, str]:
    """The number and title of a heading as they are shown. Annex 2 is not clause 2."""
    if _ANNEX.match(words):
        return "", words
    number, title = numbered(words)
    bare = _BARE_NUMBER.fullmatch(words)
    if bare and bare["number"] == number:
        following = lowered(bare["next"], "tr").strip("’'.,:;()")
        if (
            bare["next"][0].islower()
            or _after_a_number().match(following)
            or re.fullmatch(r"(?:19|20)\d\d", number)
            or re.match(r"[%'’&+/]|\d", bare["next"])
        ):
            return "", words
    return number, title


def _numbers_of(headings: Sequence[lxml_html.HtmlElement]) -> list[tuple[str, str]]:
    """The number and title of each heading. Numbers without a point count where most headings of a level have one."""
    words = [" ".join(_words_of(one).split()) for one in headings]
    bare = Counter(str(one.tag) for one, title in zip(headings, words, strict=True) if _is_bare(title))
    levels = Counter(str(one.tag) for one in headings)
    return [
        ("", title)
        if _is_bare(title) and (bare[one.tag] < 2 or 2 * bare[one.tag] < levels[one.tag])
        else _numbered(title)
        for one, title in zip(headings, words, strict=True)
    ]


def _is_bare(words: str) -> bool:
    return re.match(r"\d+\s", words) is not None and _numbered(words)[0] != ""


def _words_of(element: lxml_html.HtmlElement) -> str:
    return str(element.text_content())


def _labels(element: lxml_html.HtmlElement, locale: str) -> Iterator[str]:
    """The number with which a paragraph begins as a clause does: “4.2 Text”, “Madde 5 – …”, “**Madde 5** …”."""
    is_bold = len(element) > 0 and element[0].tag in ("strong", "b") and not (element.text or "").strip()
    for one in (element, element[0]) if is_bold else (element,):
        words = _words_of(one)[:60].lstrip()
        label = _LABEL.match(lowered(words, locale))
        if label and _LABEL_ENDS.match(words, label.end()):
            yield f"{label['kind']} {label['number']}" if label["kind"] else label["number"]


def _items(listed: lxml_html.HtmlElement) -> Iterator[tuple[str, lxml_html.HtmlElement]]:
    """The items of an ordered list with the numbers that are shown before them."""
    number = int(listed.get("start") or 1)
    for item in listed.iterchildren("li"):
        number = int(item.get("value") or number)
        letter = listed.get("type") in ("a", "A") and 1 <= number <= 26
        yield chr(96 + number) if letter else str(number), item
        number += 1


class Reading:
    """One text, read for the rules."""

    def __init__(self, body: str, first_line: int, locale: str, rendering: int) -> None:
        self.body = body
        self._rendering = rendering
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
    def html(self) -> str:
        """The rendering of the body, before anything is dropped. Raises RenderError."""
        return unclean(self.body, self._rendering)

    @cached_property
    def rendered(self) -> lxml_html.HtmlElement:
        """The page's words as a tree, for looking at only; empty where the text cannot be rendered."""
        try:
            return lxml_html.fragment_fromstring(clean(self.html), create_parent="div")
        except (RenderError, etree.LxmlError, ValueError):
            return lxml_html.fragment_fromstring("", create_parent="div")

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The text's clauses, with the numbers and titles of their headings as a reader sees them."""
        found = find_clauses(self.body, self._first_line, self._rendering)
        shown = [one for one in self.rendered.iter(*_HEADINGS) if next(one.iterancestors("blockquote"), None) is None]
        if len(shown) != sum(clause.level > 0 for clause in found):
            return found
        labels = iter(_numbers_of(shown))
        return tuple(
            replace(one, number=label[0], title=label[1]) if one.level and (label := next(labels)) else one
            for one in found
        )

    @cached_property
    def clause_numbers(self) -> frozenset[str]:
        """The numbers of the clauses, in small letters; of articles with a name, with it: `5`, `4.2`, `geçici 1`."""
        labels = [_LABEL.match(lowered(clause.heading, self.locale)) for clause in self.clauses]
        named = {f"{label['kind']} {label['number']}" for label in labels if label and label["kind"]}
        return frozenset({clause.number.lower() for clause in self.clauses if clause.number} | named)

    @cached_property
    def item_numbers(self) -> frozenset[str]:
        """The numbers of list items and paragraphs as they are shown, each also below the number of its clause."""
        found: set[str] = set()
        heads = [number.lower() for number, _ in _numbers_of(list(self.rendered.iter(*_HEADINGS)))]
        head, count = "", 0
        has_numbers = any(heads)
        for element in self.rendered.iter(*_HEADINGS, "ol", "p", "li", "dt", "td"):
            if element.tag in _HEADINGS:
                head, count = heads[count], count + 1
            elif element.tag == "ol":
                outer = element.getparent().get("data-number", "") if element.getparent().tag == "li" else ""
                for number, item in _items(element):
                    parent = outer or head
                    item.set("data-number", f"{parent}.{number}" if parent else number)
                    found |= {
                        f"{parent}{number}" if number.isalpha() else f"{parent}.{number}",
                        item.get("data-number"),
                    }
                    found |= set() if has_numbers else {number}
            else:
                found.update(_labels(element, self.locale))
        return frozenset(found)

    @cached_property
    def ids(self) -> frozenset[str]:
        """What a link on the page can lead to."""
        return frozenset(map(str, self.rendered.xpath(".//@id | .//a/@name")))

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

        What comes before the first heading has the empty id.
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
        """Where a pattern of small letters occurs in the words, as written."""
        for match in pattern.finditer(self.low, start, len(self.low) if end is None else end):
            line, column = self.place(match.start())
            words = " ".join(self.plain[match.start() : match.end()].split())
            yield Found(words, line, column, match.start())

    def says(self, pattern: re.Pattern[str], section: Section | None = None) -> bool:
        """Whether a pattern of small letters occurs in the words, or in those of a section and its heading."""
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
def read(body: str, first_line: int, locale: str, rendering: int = NEWEST_RENDERING) -> Reading:
    """A body, read once for all rules. `first_line` is the line of the file on which it begins."""
    return Reading(body, first_line, locale, rendering)


def reading_of(text: Text) -> Reading:
    """A text, read once for all rules."""
    return read(text.body, text.body_line, text.locale, text.rendering)


def front_matter_line(text: Text, key: str) -> int:
    """The line of the file on which a key of the front matter stands; the first line inside it where it is missing."""
    for number, line in enumerate(text.source.split("\n")[: text.body_line - 1], start=1):
        if line.partition(":")[0].strip().strip("\"'") == key:
            return number
    return 2


_DELIMITER = re.compile(r" {0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*(?:\|[ ]*)?")


@dataclass(frozen=True)
class Row:
    """A row of a table, its cells in small letters, and the line of the file on which it stands."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """A cell's words; empty where the row is too short, or holds only a dash."""
        words = self.cells[column] if column < len(self.cells) else ""
        return words if re.search(r"\w", words) else ""


@dataclass(frozen=True)
class Table:
    """A table of Markdown."""

    header: Row
    rows: tuple[Row, ...]

    def column(self, pattern: re.Pattern[str]) -> int | None:
        """The first column whose header has these words."""
        return next((i for i, words in enumerate(self.header.cells) if pattern.search(words)), None)


def tables_in(reading: Reading, section: Section) -> Iterator[Table]:
    """The tables of a section, in order."""
    lines = reading.plain[section.start : section.end].split("\n")
    first, _ = reading.place(section.start)
    place = 0
    while place + 1 < len(lines):
        below = lines[place + 1]
        if "|" not in lines[place] or "|" not in below or not _DELIMITER.fullmatch(below):
            place += 1
            continue
        end = place + 2
        while end < len(lines) and "|" in lines[end] and lines[end].strip():
            end += 1
        rows = [_row(first + number, lines[number], reading.locale) for number in range(place, end)]
        yield Table(rows[0], tuple(rows[2:]))
        place = end


def _row(line: int, source: str, locale: str) -> Row:
    return Row(line, tuple(cell.strip() for cell in cells_of(lowered(source, locale))))


def cells_of(row: str) -> list[str]:
    """The cells of a table's row, as written."""
    return re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))


# Words that are kept as data

#: The languages in which the rules of law can be looked for.
LAW_LANGUAGES = ("tr", "en")


def teblig(article: str) -> str:
    """An article of the communiqué on the duty to inform, as lawyers cite it."""
    return f"Aydınlatma Tebliği m.{article} (RG 10.03.2018/30356)"


@cache
def word_lists(name: str) -> Mapping[str, Any]:
    """What words/NAME.yml holds."""
    file = files("yururluk.checks").joinpath("words", f"{name}.yml")
    found: Mapping[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


def one_of(patterns: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    """A pattern that matches where one of these does."""
    return re.compile("|".join(patterns), flags)


@cache
def law_words(name: str, key: str) -> re.Pattern[str]:
    """A pattern of words/law.yml, in small letters; `key` is a language, or a letter of the law."""
    return one_of(word_lists("law")[name][key])


@cache
def _after_a_number() -> re.Pattern[str]:
    return one_of(word_lists("numbers")["after-a-number"].split())
