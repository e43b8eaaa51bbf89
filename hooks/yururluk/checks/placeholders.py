"""Where a text still has a gap that was to be filled in: […], TODO, XX, a row of underscores."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yururluk.checks.reading import reading_of
from yururluk.core.messages import msg
from yururluk.core.model import Text
from yururluk.core.problems import Problem, Severity
from yururluk.core.rules import rule

#: Each kind of gap, with the signs without which it cannot be there.
_GAPS = tuple(
    (signs, re.compile(pattern))
    for signs, pattern in (
        (("[",), r"\[\s*(?:…|\.{2,}|_+|[-–—]{2,}|\?+|●|•)\s*\]"),
        (("[",), r"\[(?P<caps>[A-ZÇĞİÖŞÜ]{2,}(?:[ /-][A-ZÇĞİÖŞÜ]{2,}){0,7})\]"),
        (("TODO", "TBD", "FIXME", "XX", "xxx"), r"(?<!\w)(?:TODO|TBD|FIXME|XX+|xxx+)(?!\w)"),
        (("____", "......", "………"), r"_{4,}|\.{6,}|…{3,}"),
        (("{{",), r"\{\{[^{}\n]{0,80}\}\}"),
        (("<<",), r"<<[^<>\n]{1,80}>>"),
        (("orem ipsum",), r"\b[Ll]orem ipsum\b"),
    )
)
_CENTURY = re.compile(r"\s*\.?\s*(?:yüzyıl|asır|century)", re.IGNORECASE)


@rule("placeholder", Severity.ERROR, msg("A text has no gap that was to be filled in."), may_allow=True)
def gap_problems(text: Text) -> Iterator[Problem]:
    """The gaps of a text, and of its title."""
    reading = reading_of(text)
    numbers = {clause.line for clause in reading.clauses if clause.number.upper().startswith("XX")}
    for found in _found(reading.plain):
        line, column = reading.place(found.start())
        if found[0] == "XX" and (line in numbers or _CENTURY.match(reading.plain, found.end())):
            continue
        if found.groupdict().get("caps") and _is_link(reading.body, found.end(), found["caps"]):
            continue
        yield _gap(text, line, column, found[0])
    title = next(_found(text.front_matter.title), None)
    if title is not None:
        yield _gap(text, 2, 0, title[0])


def _found(words: str) -> Iterator[re.Match[str]]:
    for signs, pattern in _GAPS:
        if any(sign in words for sign in signs):
            yield from pattern.finditer(words)


def _is_link(body: str, end: int, words: str) -> bool:
    """Whether brackets that end there are a link's: an address or a name follows, or the words are defined below."""
    return body[end : end + 1] in {"(", "[", ":"} or f"[{words}]:" in body


def _gap(text: Text, line: int, column: int, words: str) -> Problem:
    message = msg("“{words}” looks like a gap that was to be filled in.", words=words[:60])
    fix = msg("write what belongs here, or delete it.")
    return Problem("placeholder", text.path, line, message, fix, Severity.ERROR, column)
