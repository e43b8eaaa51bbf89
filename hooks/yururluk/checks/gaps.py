"""Where a text still has a gap that was to be filled in: […], TODO, XX, a row of underscores."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yururluk.checks.reading import reading_of
from yururluk.messages import msg
from yururluk.model import Text
from yururluk.problems import Problem, Severity

_GAP = re.compile(
    r"\[\s*(?:…|\.{2,}|_+|[-–—]{2,}|\?+|●|•)\s*\]|(?<!\w)(?:TODO|TBD|FIXME|TK|XX+|xxx+)(?!\w)|_{4,}|\.{6,}|…{3,}"
    r"|\{\{[^{}\n]{0,80}\}\}|<<[^<>\n]{1,80}>>|\b[Ll]orem ipsum\b|\[(?:[A-ZÇĞİÖŞÜ]{2,}[ /-]?){1,8}\](?![(\[:])"
)
_CENTURY = re.compile(r"\s*\.?\s*(?:yüzyıl|asır|century)", re.IGNORECASE)


def gap_problems(text: Text) -> Iterator[Problem]:
    """The gaps of a text, and of its title."""
    reading = reading_of(text)
    numbers = {clause.line for clause in reading.clauses if clause.number.upper().startswith("XX")}
    for found in _GAP.finditer(reading.plain):
        line, column = reading.place(found.start())
        if found[0] == "XX" and (line in numbers or _CENTURY.match(reading.plain, found.end())):
            continue
        yield _gap(text, line, column, found[0])
    title = _GAP.search(text.front_matter.title)
    if title is not None:
        yield _gap(text, 2, 0, title[0])


def _gap(text: Text, line: int, column: int, words: str) -> Problem:
    message = msg("“{words}” looks like a gap that was to be filled in.", words=words[:60])
    mend = msg("write what belongs here, or delete it.")
    return Problem("placeholder", text.path, line, message, mend, Severity.ERROR, column)
