"""What the bytes of a text file say: its front matter, its body, and every fault that keeps it from being read."""

from __future__ import annotations

import re

from yururluk.model import FrontMatter, Text
from yururluk.placed_yaml import PlacedYaml, YamlFault, read_mapping
from yururluk.problems import Problem
from yururluk.schemas import FrontMatterSchema, validated

_FENCE = re.compile(r"\A---[ \t]*\n(?P<head>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def parse_text(data: bytes, path: str, document: str, locale: str) -> tuple[Text | None, list[Problem]]:
    """Read one text. Returns it, or None with every fault that keeps it from being read."""
    source, problem = decode(data, path)
    if source is None:
        return None, [problem] if problem else []
    head = _FENCE.match(source)
    body = source[head.end() :] if head else source
    body_line = source.count("\n", 0, head.end()) + 1 if head else 1
    try:
        found = read_mapping(head["head"], first_line=2) if head else PlacedYaml({}, {(): 1})
    except YamlFault as fault:
        mend = "mend the lines between the two `---` at the top of the file."
        return None, [Problem("schema", path, fault.line, f"the front matter is {fault.message}.", mend)]
    schema, problems = validated(FrontMatterSchema, found, path, "front matter")
    if not body.strip():
        problems.append(
            Problem(
                "empty-text",
                path,
                body_line,
                "the document has no text.",
                "write the text, or delete the file.",
            )
        )
    if schema is None or problems:
        return None, problems
    front_matter = FrontMatter(schema.title, schema.type, schema.translation)
    return Text(document, locale, path, data, front_matter, body, body_line), []


def decode(data: bytes, path: str) -> tuple[str | None, Problem | None]:
    """The text of the bytes with its line ends folded to `\\n`, or the fault in them (RFC 3629)."""
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = data[error.start]
        return None, Problem(
            "encoding",
            path,
            line,
            f"the file is not valid UTF-8 (byte 0x{wrong:02x}).",
            'save the file as UTF-8; in an editor: "Save with encoding", UTF-8.',
        )
    if "\0" in source:
        line = source.count("\n", 0, source.index("\0")) + 1
        return None, Problem(
            "encoding",
            path,
            line,
            "the file holds a null character: it is not text.",
            "save it as plain UTF-8 text.",
        )
    return source.replace("\r\n", "\n").replace("\r", "\n"), None
