"""Where in a YAML file each value stands, so that a fault can name its line.

Every scalar is read as the text that was written (the failsafe schema of YAML 1.2.2, 10.1): YAML would
otherwise turn the version `1.10` into the number 1.1 and refuse the date 2026-02-30 without a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

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


class YamlFault(Exception):
    """The text is no YAML mapping of plain values; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message
        super().__init__(f"line {line}: {message}")


def read_mapping(text: str, first_line: int = 1) -> PlacedYaml:
    """Read one YAML mapping. `first_line` is the line of the file on which `text` begins.

    Raises `YamlFault` for anything that is not a mapping with each key once.
    """
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFault(
            first_line + (mark.line if mark else 0), f"not valid YAML: {error.problem}"
        ) from error
    except yaml.YAMLError as error:
        raise YamlFault(first_line, f"not valid YAML: {error}") from error
    lines: dict[tuple[str, ...], int] = {(): first_line}
    if root is None:
        return PlacedYaml({}, lines)
    if not isinstance(root, MappingNode):
        raise YamlFault(first_line, "expected lines of the form `key: value`")
    data = _mapping(root, (), first_line, lines)
    return PlacedYaml(data, lines)


def _value(node: Node, path: tuple[str, ...], first_line: int, lines: dict[tuple[str, ...], int]) -> Value:
    if isinstance(node, ScalarNode):
        return str(node.value)
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
            raise YamlFault(line, "a key must be a plain word")
        key = str(key_node.value)
        if key in result:
            raise YamlFault(line, f'the key "{key}" stands twice')
        lines[(*path, key)] = line
        result[key] = _value(value_node, (*path, key), first_line, lines)
    return result
