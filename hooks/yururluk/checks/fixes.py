"""What `check --fix` changes in a draft by itself: ids, front matter, forms of letters and spaces, but no word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import yaml

from yururluk.checks.characters import SPACE_RUN
from yururluk.core.model import Text, type_named
from yururluk.text.clauses import clauses_of

_TITLE = re.compile(r"\s*#[ \t]+(?P<words>[^\n]*?)[ \t]*#*[ \t]*(?:\{[^}\n]*\}[ \t]*)?(?:\n|\Z)")
_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")
_BULLET = re.compile(r" {0,3}(?:[-+*]|1[.)])[ ]+\S")
_ITEM = re.compile(r" {0,3}(?:[-+*•]|\d{1,3}[.)]|[a-zçğıöşü][.)]|\([a-zçğıöşü\d]{1,3}\))[ ]+\S")
_NO_PARAGRAPH = re.compile(r"[ ]{0,3}(?:#{1,6} |[>|]|---|===|\{)|\s*$|[ ]{2,}")


def with_front_matter(source: str, document: str, *, is_translation: bool) -> str:
    """A new document's source with a front matter: the title of its first heading, the type that its name suggests.

    The heading leaves the text, since the page shows the title above it. A source that begins with a line --- is
    returned as it is.
    """
    if source.startswith("---"):
        return source
    heading = _TITLE.match(source)
    title = heading["words"] if heading else document.replace("-", " ").capitalize()
    values = {"title": title, "type": type_named(document).value} | (
        {"translation": "complete"} if is_translation else {}
    )
    front = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{front}---\n\n{source[heading.end() if heading else 0 :].lstrip()}"


def tidied(text: Text, ids: Sequence[str]) -> str:
    """A draft's source with ids at its headings, composed letters (NFC), single spaces in the place of runs with hard
    ones, and a blank line between a paragraph and the list after it. `ids` are those that its clauses should have."""
    lines = text.source.split("\n")
    for clause, id_ in zip(clauses_of(text), ids, strict=True):
        if clause.level and not clause.id:
            lines[clause.line - 1] = clause.with_id(id_)
    head, body = lines[: text.body_line - 1], lines[text.body_line - 1 :]
    changed = [SPACE_RUN.sub(" ", unicodedata.normalize("NFC", line)) for line in _with_blank_lines(body)]
    return "\n".join([*(unicodedata.normalize("NFC", line) for line in head), *changed])


def _with_blank_lines(lines: Sequence[str]) -> Iterator[str]:
    """The lines, a blank one before each list that begins right after a paragraph.

    Signs that may also begin a line of prose (2. or a) begin a list only after a colon.
    """
    is_code, before = False, ""
    for line in lines:
        is_code ^= _FENCE.match(line) is not None
        ends_paragraph = not (_NO_PARAGRAPH.match(before) or _ITEM.match(before))
        begins_list = _BULLET.match(line) or (_ITEM.match(line) and before.rstrip().endswith(":"))
        if begins_list and ends_paragraph and not is_code:
            yield ""
        yield line
        before = line


def changed_lines(before: str, after: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """Where two sources differ: the line of the second, the old lines and the new ones."""
    old, new = before.split("\n"), after.split("\n")
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield start + 1, old[first:last], new[start:end]
