"""Where the clauses of a text stand: its headings, and the numbered units that carry an id of their own.

The rules are those by which the site renders (Python-Markdown with attr_list): an id counts only at the end of the
heading. By rules 1, `#` at the very beginning of a line is a heading even without a space after it, and an indented
one is not; by rules 2, as CommonMark has it, a space must follow, and three may precede. Headings
inside a quotation are quoted, not clauses of this text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown.extensions.attr_list import get_attrs_and_remainder

from yururluk.core.model import NEWEST_RENDERING, Text
from yururluk.text.block_syntax import MARKDOWN_BOXES

_HASH_HEADING = {
    1: re.compile(r"(?P<level>#{1,6})(?P<words>(?:\\.|[^\\])*?)#*"),
    2: re.compile(r"[ ]{0,3}(?P<level>#{1,6})(?:[ ]+(?P<words>.*?))??(?:[ ]+#+)?[ ]*"),
}
_UNDERLINE = re.compile(r"[=-]+[ ]*")
_RULE = re.compile(r" {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})")
_UNDERLINE_2 = re.compile(r"[ ]{0,3}(?:=+|-+)[ ]*")
_ATTRIBUTES_AFTER = re.compile(r"[ ]+\{:?[ ]*(?P<list>[^}\n ][^\n]*)\}[ ]*$")
_ATTRIBUTES_ALONE = re.compile(r"[ ]*\{:?[ ]*(?P<list>[^}\n ][^\n]*)\}[ ]*")
_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n`]*\n(?:.*?\n)??(?P=fence)[ ]*$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_RAW = re.compile(
    r"^<(?P<tag>pre|script|style|div|section|article|aside|table|details|figure|form|dl|ol|ul)\b(?P<attributes>[^>]*)>",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(r"[ ]{0,3}>")
_ITEM = re.compile(r"[ ]*(?:[*+-]|(?P<number>[0-9]+)\.)[ ]+(?P<words>.*)")
_NUMBER = re.compile(
    r"(?:(?:madde|article|bölüm|section|kısım|part|ek|annex)\s+|§\s*)?"
    r"(?P<number>[0-9]+(?:\.[0-9]+)*(?:/[a-zçğıöşü])?|[ivxlcdm]+(?=[.)])|[a-zçğıöşü](?=[.)]))"
    r"(?:\s*[.):–—-]+(?:\s+|$)|\s+|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Clause:
    """A heading, or another numbered unit with an id.

    `id` is empty where the author gave none. `number` is its number as written (`8`, `4.2`, `a`), empty where
    there is none; `title` its words without number. `level` is the heading's, 1 to 6, and 0 for a unit that
    is no heading. `line` is the line of the file; `source` its content. `roles` are the classes given
    to it, such as `kvkk-4b`, by which a text declares what the clause is for.
    """

    id: str
    number: str
    title: str
    level: int
    line: int
    source: str
    roles: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The heading as one would cite it, with its number."""
        return " ".join(_without_attributes(self.source)[0].strip("# ").split())

    def with_id(self, given: str) -> str:
        """The line as it should be written to carry the id `given`."""
        words, attributes = _without_attributes(self.source)
        kept = [part for part in attributes.split() if not part.startswith(("#", "id="))]
        return f"{words.rstrip()} {{{' '.join(['#' + given, *kept])}}}"


def clauses_of(text: Text) -> tuple[Clause, ...]:
    """The clauses of a text, in order, with the lines of its file."""
    return find_clauses(text.body, text.body_line, text.rendering)


@lru_cache(maxsize=2048)
def find_clauses(body: str, first_line: int = 1, rendering: int = NEWEST_RENDERING) -> tuple[Clause, ...]:
    """The clauses of Markdown without front matter, by the rules `rendering`. `first_line` is the line of the file on
    which it begins."""
    folded = body.replace("\r\n", "\n").replace("\r", "\n")
    return tuple(_clauses(_blanked(folded, rendering).split("\n"), first_line, rendering))


def _clauses(lines: list[str], first_line: int, rendering: int) -> Iterator[Clause]:
    hash_heading = _HASH_HEADING[rendering]
    block_start: int | None = None
    number = 0
    while number < len(lines):
        line = lines[number]
        heading = hash_heading.fullmatch(line)
        place = first_line + number
        number += 1
        if not line.strip():
            block_start = None
        elif heading:
            yield _clause((heading["words"] or "").strip(), len(heading["level"]), place, line)
            block_start = None
        elif block_start is None and rendering > 1 and _RULE.fullmatch(line):
            continue
        elif block_start is None and number < len(lines) and _is_underlined(line, lines[number]):
            yield _clause(line.strip(), 1 if lines[number].startswith("=") else 2, place, line)
            number += 1
        elif block_start is None:
            block_start = number - 1
        elif rendering > 1 and _is_paragraph(lines[block_start : number - 1]) and _UNDERLINE_2.fullmatch(line):
            words = " ".join(part.strip() for part in lines[block_start : number - 1])
            yield _clause(words, 1 if "=" in line else 2, first_line + block_start, lines[number - 2])
            block_start = None
        else:
            alone = _ATTRIBUTES_ALONE.fullmatch(line)
            given, roles = _id_and_roles(alone["list"] if alone else "")
            ends = number == len(lines) or not lines[number].strip()
            code = lines[block_start].startswith("    ")
            if given and ends and not code and not _QUOTED.match(line):
                yield _unit(given, roles, lines[block_start : number - 1], first_line + block_start)


def _is_paragraph(block: list[str]) -> bool:
    return not any(_QUOTED.match(line) or _ITEM.match(line) for line in block)


def _is_underlined(line: str, below: str) -> bool:
    return _UNDERLINE.fullmatch(below) is not None and not line.startswith("    ") and not _QUOTED.match(line)


def _clause(words: str, level: int, line: int, source: str) -> Clause:
    plain, attributes = _without_attributes(" " + words)
    number, title = numbered(plain.strip().rstrip("#").strip() if attributes else plain.strip())
    given, roles = _id_and_roles(attributes)
    return Clause(given, number, title, level, line, source.rstrip(), roles)


def _unit(given: str, roles: tuple[str, ...], block: list[str], line: int) -> Clause:
    """A paragraph or the last item of a list, named by the id on the line below it."""
    for offset in range(len(block) - 1, -1, -1):
        item = _ITEM.fullmatch(block[offset])
        if item:
            return Clause(given, item["number"] or "", item["words"], 0, line + offset, block[offset], roles)
    number, title = numbered(block[0].strip())
    return Clause(given, number, title, 0, line, block[0], roles)


def numbered(words: str) -> tuple[str, str]:
    """A heading's number and the words after it."""
    found = _NUMBER.match(words)
    return (found["number"], words[found.end() :].strip()) if found else ("", words)


def _without_attributes(line: str) -> tuple[str, str]:
    """The line without its attribute list, and what the list holds; as it is where attr_list would not read it."""
    found = _ATTRIBUTES_AFTER.search(line)
    if found is None or get_attrs_and_remainder(found["list"])[1]:
        return line, ""
    return line[: found.start()], found["list"]


def _id_and_roles(attributes: str) -> tuple[str, tuple[str, ...]]:
    listed = get_attrs_and_remainder(attributes)[0]
    ids = [value for key, value in listed if key == "id" and value is not None]
    return (ids[-1] if ids else ""), tuple(value for key, value in listed if key == "." and value)


def _blanked(source: str, rendering: int) -> str:
    """The source with code, comments and raw HTML taken out, line for line."""
    source = _FENCE.sub(lambda found: _only_line_ends(found[0]), source)
    # Behind the last end there is no comment; to look for one from each beginning would take for ever.
    end = source.rfind("-->") + 3
    if end > 2:
        source = _COMMENT.sub(lambda found: _only_line_ends(found[0]), source[:end]) + source[end:]
    place = 0
    while found := _RAW.search(source, place):
        place = found.end()
        if "markdown" not in found["attributes"] and (rendering == 1 or found["tag"].lower() not in MARKDOWN_BOXES):
            end = _end_of_element(source, found["tag"], found.end())
            place = found.start()
            source = source[:place] + _only_line_ends(source[place:end]) + source[end:]
    return source


def _end_of_element(source: str, tag: str, start: int) -> int:
    """Where an element ends whose opening tag ends at `start`; the end of the source where it is never closed."""
    depth = 1
    for found in re.compile(rf"<(?P<closing>/?){tag}\b[^>]*>", re.IGNORECASE).finditer(source, start):
        depth += -1 if found["closing"] else 1
        if depth == 0:
            return found.end()
    return len(source)


def _only_line_ends(source: str) -> str:
    return "\n" * source.count("\n")
