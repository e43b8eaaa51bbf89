"""What the bytes of a text file say: its front matter, its body, and every fault that keeps it from being read."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from yururluk.core.messages import Problem, Severity, msg, rule
from yururluk.core.model import NEWEST_RENDERING, DocumentType, FrontMatter, Text, type_named
from yururluk.core.schemas import FrontMatterSchema, YamlFault, as_far_as_valid, read_mapping, validated

_FENCE = re.compile(r"\A---[ \t]*\n(?P<head>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# What no XML may hold (XML 1.0, 2.2), so that no page, feed or Word file could either.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@rule("empty-text", Severity.ERROR, msg("A text has words."))
def parse_text(
    data: bytes, path: str, document: str, locale: str, rendering: int = NEWEST_RENDERING
) -> tuple[Text | None, list[Problem]]:
    """Read one text, shown by the rules `rendering`. Returns it, or None with every fault that keeps it from being
    read."""
    source, problem = decode(data, path)
    if source is None:
        return None, [problem] if problem else []
    if not source.strip():
        return None, [
            Problem("empty-text", path, 0, msg("the file is empty."), msg("write the text, or delete the file."))
        ]
    head = _FENCE.match(source)
    if head is None:
        return None, [_without_front_matter(source, path, document)]
    body = source[head.end() :]
    body_line = source.count("\n", 0, head.end()) + 1
    problems: list[Problem] = []
    front_matter = _known_front_matter(head["head"])
    if front_matter is None:
        front_matter, problems = _front_matter(head["head"], path)
    # Behind the last end there is no comment; to look for one from each beginning would take for ever.
    end = body.rfind("-->") + 3
    commented, shown = (body[:end], body[end:]) if end > 2 else ("", body)
    if not (_COMMENT.sub("", commented) + shown).strip():
        message = msg("the document has no text after its front matter.")
        problems.append(Problem("empty-text", path, body_line, message, msg("write the text, or delete the file.")))
    if _FENCE.match(body):
        # Anyone who reads the body alone, as the redline does, would take what follows for front matter and drop it.
        message = msg("the text begins with a line --- and would be taken for more front matter.")
        fix = msg("write the line as ***, or put words before it.")
        problems.append(Problem("schema", path, body_line, message, fix))
    if front_matter is None or problems:
        return None, problems
    return Text.of(document, locale, path, data, front_matter, body_line, rendering), []


@lru_cache(maxsize=256)
def _known_front_matter(head: str) -> FrontMatter | None:
    """What a faultless front matter says, None for any other. Most releases of a text begin with the same one."""
    front_matter, problems = _front_matter(head, "")
    return None if problems else front_matter


def _front_matter(head: str, path: str) -> tuple[FrontMatter | None, list[Problem]]:
    try:
        found = read_mapping(head, first_line=2)
    except YamlFault as fault:
        message = msg("the front matter is {message}.", message=fault.message)
        fix = msg("correct the line; the front matter is what stands between the two `---` at the top of the file.")
        return None, [Problem("schema", path, fault.line, message, fix)]
    schema, problems = validated(FrontMatterSchema, found, path, msg("front matter"))
    return _front_matter_of(schema) if schema else None, problems


def _front_matter_of(schema: FrontMatterSchema) -> FrontMatter:
    return FrontMatter(
        schema.title,
        schema.type,
        schema.translation,
        tuple(schema.translates.items()),
        tuple(schema.check.allow.items()),
    )


def guessed_text(data: bytes, path: str, document: str, locale: str) -> Text | None:
    """A text whose front matter is missing or wrong, with what can be read of it, so that `check` sees its words too.

    None where the file cannot be read at all.
    """
    source, _ = decode(data, path)
    if source is None or not source.strip():
        return None
    head = _FENCE.match(source)
    try:
        values = read_mapping(head["head"], first_line=2).data if head else {}
    except YamlFault:
        values = {}
    schema = as_far_as_valid(FrontMatterSchema, values, {"title": document, "type": type_named(document)})
    body_line = source.count("\n", 0, head.end()) + 1 if head else 1
    return Text.of(document, locale, path, data, _front_matter_of(schema), body_line)


def _without_front_matter(source: str, path: str, document: str) -> Problem:
    if re.match(r"---[ \t]*(?:\n|\Z)", source):
        message = msg("the front matter, which begins here, does not end.")
        return Problem("schema", path, 1, message, msg("add a line --- after its last line."))
    message = msg("the file does not begin with front matter.")
    fix = msg(
        "begin it with four lines: ---, title: …, type: {type}, ---; `yururluk check --fix` does it. "
        "The types: {types}.",
        type=type_named(document),
        types=", ".join(DocumentType),
    )
    return Problem("schema", path, 1, message, fix)


@rule("encoding", Severity.ERROR, msg("A file is UTF-8 text without control characters."), source="RFC 3629")
def decode(data: bytes, path: str) -> tuple[str | None, Problem | None]:
    """The text of the bytes with its line ends folded to `\\n`, or the fault in them (RFC 3629)."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        fix = msg('save the file as UTF-8; in an editor: "Save with encoding", UTF-8.')
        return None, Problem("encoding", path, 1, msg("the file is written in UTF-16, not in UTF-8."), fix)
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = data[error.start]
        return None, Problem(
            "encoding",
            path,
            line,
            msg("the file is not valid UTF-8 (byte 0x{wrong}).", wrong=f"{wrong:02x}"),
            msg('save the file as UTF-8; in an editor: "Save with encoding", UTF-8.'),
        )
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    control = _CONTROL.search(source)
    if control:
        line = source.count("\n", 0, control.start()) + 1
        message = msg(
            "the file holds the control character U+{control}, which is no text.", control=f"{ord(control[0]):04X}"
        )
        return None, Problem(
            "encoding", path, line, message, msg("delete the character, or save the file as plain text.")
        )
    return source, None
