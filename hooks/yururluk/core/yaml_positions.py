"""Where in a YAML file each value stands, so that a fault can name its line.

Every scalar is read as the text that was written (the failsafe schema of YAML 1.2.2, 10.1): YAML would
otherwise turn the version `1.10` into the number 1.1 and refuse the date 2026-02-30 without a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import yaml
import yaml.reader
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from yururluk.core.messages import msg

Value = str | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True)
class PlacedYaml:
    """A mapping read from YAML and the line (from 1) of each of its keys, by path (`("summary", "tr")`)."""

    data: Mapping[str, Value]
    lines: Mapping[tuple[str, ...], int]

    def line(self, path: tuple[str, ...]) -> int:
        """The line of the key at `path`, or of its nearest parent that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


_REFERENCE = "an alias"


class YamlFault(Exception):
    """The text is no YAML mapping of plain values; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message
        super().__init__(f"line {line}: {message}")


# What the parser says, and what a person can do about it.
def _plainly() -> Mapping[str, str]:
    return {
        "mapping values are not allowed here": msg('a value that holds a colon must stand in quotes: key: "one: two"'),
        "found character '\\t' that cannot start any token": msg("a line begins with a tab; use spaces"),
        "could not find expected ':'": msg("a line is not of the form `key: value`"),
        "found unexpected end of stream": msg("a quotation mark or a bracket is not closed"),
        "expected <block end>, but found '<scalar>'": msg(
            "words follow a closing quotation mark, or a line is indented badly"
        ),
        "expected <block end>, but found '<block mapping start>'": msg("a line is indented otherwise than the others"),
        "but found another document": msg("a line `---` stands in the middle"),
        _REFERENCE: msg("write a value, not a reference (*)"),
    }


class _Loader(yaml.BaseLoader):
    """Reads plain values only. An alias would let a few lines unfold into millions, and is nothing that we write."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem=_REFERENCE, problem_mark=mark)
        return super().compose_node(parent, index)


# What libyaml is left alone with: lines of the form `key: value`, as we write them. On the rest the two may differ.
_OTHER = r"&*!%@`\\{}\[\]?|>,#\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff"
_PLAIN = re.compile(
    rf"""(?:(?:[ ]{{2}})?[A-Za-z0-9][A-Za-z0-9_./-]*:
    (?:[ ](?:[^\W_](?:[^:{_OTHER}]|[,](?=[ ])|:(?=[\w/]))*|"[^"\\\n]*"|'(?:[^'\n]|'')*'))?\n)*""",
    re.VERBOSE,
)
_FastLoader = getattr(yaml, "CBaseLoader", None)


def _composed(text: str) -> Node | None:
    """The nodes of a YAML text. libyaml is ten times as fast; what it does not like, PyYAML is to complain of, in
    its own words."""
    if _FastLoader is not None and _PLAIN.fullmatch(text):
        try:
            return yaml.compose(text, Loader=_FastLoader)
        except (yaml.YAMLError, ValueError):
            pass
    return yaml.compose(text, Loader=_Loader)


def read_mapping(text: str, first_line: int = 1) -> PlacedYaml:
    """Read one YAML mapping. `first_line` is the line of the file on which `text` begins.

    Raises `YamlFault` for anything that is not a mapping of plain values with each key once.
    """
    try:
        root = _composed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = _plainly().get(error.problem or "") or msg(
            "what stands here does not fit ({words})", words=error.problem
        )
        raise YamlFault(first_line + (mark.line if mark else 0), msg("not valid YAML: {told}", told=told)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position)
        message = msg(
            "not valid YAML: it holds the control character U+{character}", character=f"{int(error.character):04X}"
        )
        raise YamlFault(first_line + line, message) from error
    except (ValueError, OverflowError) as error:
        raise YamlFault(first_line, msg("not valid YAML: an escape stands for no character")) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlFault(first_line, msg("not valid YAML: it is nested too deeply")) from error
    lines: dict[tuple[str, ...], int] = {(): first_line}
    if root is None:
        return PlacedYaml({}, lines)
    if not isinstance(root, MappingNode):
        raise YamlFault(first_line + root.start_mark.line, msg("not of the form `key: value`, line by line"))
    try:
        data = _mapping(root, (), first_line, lines)
    except RecursionError as error:
        raise YamlFault(first_line, msg("not valid YAML: it is nested too deeply")) from error
    return PlacedYaml(data, lines)


def _value(node: Node, path: tuple[str, ...], first_line: int, lines: dict[tuple[str, ...], int]) -> Value:
    if isinstance(node, ScalarNode):
        return _plain(node, first_line)
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, str(i)), first_line, lines) for i, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)  # noqa: S101 - yaml knows three kinds of node
    return _mapping(node, path, first_line, lines)


def _mapping(
    node: MappingNode, path: tuple[str, ...], first_line: int, lines: dict[tuple[str, ...], int]
) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for key_node, value_node in node.value:
        line = first_line + key_node.start_mark.line
        if not isinstance(key_node, ScalarNode):
            raise YamlFault(line, msg("wrong: a key must be a plain word"))
        key = _plain(key_node, first_line)
        if key in result:
            raise YamlFault(line, msg('wrong: the key "{key}" stands twice', key=key))
        lines[(*path, key)] = line
        result[key] = _value(value_node, (*path, key), first_line, lines)
    return result


def _plain(node: ScalarNode, first_line: int) -> str:
    """A scalar's text. Escapes can name what no file may hold."""
    value = str(node.value)
    code = no_text_in(value)
    if code:
        line = first_line + node.start_mark.line
        raise YamlFault(line, msg("wrong: an escape stands for {code}, which is no text", code=code))
    return value


def no_text_in(value: str) -> str:
    """The code of the first control character or half of a character (surrogate) in a value; empty if it is text."""
    if value.isprintable():
        return ""
    for character in value:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t":
            return f"U+{ord(character):04X}"
    return ""
