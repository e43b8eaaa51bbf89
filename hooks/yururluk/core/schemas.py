"""What front matter, a release file and a withdrawal file may contain, and how a fault in them is reported."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from importlib.resources import files
from typing import Annotated, Any, Literal, TypeVar

import yaml
import yaml.reader
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from yururluk.core.messages import LANGUAGES, Message, Problem, Severity, listed, msg, quoted, rule
from yururluk.core.model import FIRST_RENDERING, NEWEST_RENDERING, DocumentType, Translation, is_version

_FIRST_YEAR = 1990
_WORDED_DAY = re.compile(r"([0-9]{1,2})\.? ([^\W\d]+)\.?,? ([0-9]{4})|([^\W\d]+)\.? ([0-9]{1,2}),? ([0-9]{4})")
ON_PUBLICATION: Literal["on-publication"] = "on-publication"


def read_day(value: object) -> date:
    """The day that is written YYYY-MM-DD. Raises ValueError with a message, which has that form for a day that is
    written as people write it: 01.03.2027, 1 March 2027."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError(msg("{value} is not a day of the calendar", value=value)) from error
    days = [day.isoformat() for day in _days_meant(str(value))]
    if not days:
        raise ValueError(msg('"{value}" is not a date of the form YYYY-MM-DD', value=quoted(value)))
    raise ValueError(
        msg('"{value}" is not a date of the form YYYY-MM-DD: write {days}', value=value, days=listed(days, " / "))
    )


def _days_meant(value: str) -> list[date]:
    """What a day may mean that is written otherwise; two days where 3/1 is March in one country, January in another."""
    from babel.dates import get_month_names  # slow to load, and most dates are right

    found: list[tuple[str, str, int]] = []  # year, day, month
    if parts := re.fullmatch(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})", value):
        day, sign, month, year = parts.groups()
        found += [(year, day, int(month))] + ([(year, month, int(day))] if sign == "/" and day != month else [])
    elif parts := re.fullmatch(r"([0-9]{4})[./]([0-9]{1,2})[./]([0-9]{1,2})", value):
        found.append((parts[1], parts[3], int(parts[2])))
    elif parts := _WORDED_DAY.fullmatch(value):
        day, month, year = parts.group(1, 2, 3) if parts[1] else parts.group(5, 4, 6)
        forms = [get_month_names(form, locale=language) for language in LANGUAGES for form in ("wide", "abbreviated")]
        found += {(year, day, at) for names in forms for at, name in names.items() if name.lower() == month.lower()}
    days = []
    for year, day, at in found:
        with contextlib.suppress(ValueError):
            days.append(date(int(year), at, int(day)))
    return days


def _real_date(value: object) -> object:
    if isinstance(value, date):
        return value
    day = read_day(value)
    if day.year < _FIRST_YEAR:
        raise ValueError(msg("{value} lies before there were web pages", value=value))
    return day


def _effective(value: object) -> object:
    return None if value == ON_PUBLICATION else _real_date(value)


def _true_or_false(value: object) -> object:
    answers = {"true": True, "false": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in answers:
        return answers[value]
    raise ValueError(msg('"{value}" is neither true nor false', value=quoted(value)))


def _weights(value: object) -> object:
    if isinstance(value, Mapping):
        return {document: _true_or_false(one) for document, one in value.items()}
    return _true_or_false(value)


def _known_rendering(value: object) -> object:
    known = range(FIRST_RENDERING, NEWEST_RENDERING + 1)
    if str(value) not in map(str, known):
        rules = ", ".join(map(str, known))
        raise ValueError(msg("this program knows the rules {rules}; a newer one may know more", rules=rules))
    return int(str(value))


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError(msg("it is empty"))
    return value


def _version(value: str) -> str:
    if not is_version(value):
        raise ValueError(
            msg('"{value}" is not a version: one to three numbers with dots, such as 2.1', value=quoted(value))
        )
    return value


Filled = Annotated[str, AfterValidator(_not_blank)]
Day = Annotated[date, BeforeValidator(_real_date)]


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


SomeSchema = TypeVar("SomeSchema", bound=_Schema)


class CheckSchema(_Schema):
    """What a text asks of `check`."""

    allow: Annotated[
        dict[str, Filled], Field(description="Rules to which an exception is accepted, each with the reason.")
    ] = {}


class FrontMatterSchema(_Schema):
    """The lines between `---` at the top of a text."""

    title: Annotated[Filled, Field(description="The document's title, as printed above the text.")]
    type: Annotated[DocumentType, Field(description="What kind of legal text it is.")]
    translation: Annotated[
        Translation | None,
        Field(description="Only in a translation: whether it covers the whole of the authentic text."),
    ] = None
    translates: Annotated[
        dict[str, Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]],
        Field(description="Only in a translation: the state of each clause that it follows; `yururluk check --fix`."),
    ] = {}
    check: Annotated[CheckSchema, Field(description="What the text asks of `yururluk check`.")] = CheckSchema()


class ReleaseSchema(_Schema):
    """releases/<version>/release.yml"""

    version: Annotated[str, AfterValidator(_version), Field(description="The same label as the folder's name.")]
    published: Annotated[
        Day | None, Field(description="Only where the release was already public: the day it became so.")
    ] = None
    effective: Annotated[
        date | None, BeforeValidator(_effective), Field(description="The first day it binds, or on-publication.")
    ] = None
    material: Annotated[
        bool | dict[str, bool],
        BeforeValidator(_weights),
        Field(description="true: önemli değişiklik; false: editorial; or one of them for each document."),
    ]
    rendering: Annotated[
        int,
        BeforeValidator(_known_rendering),
        Field(description="The rules of Markdown by which its texts are shown, for ever; without it 1."),
    ] = FIRST_RENDERING
    imported: Annotated[
        dict[Literal["from"], Filled] | None, Field(description="Only in history made elsewhere: where it comes from.")
    ] = None
    summary: Annotated[dict[str, Filled], Field(description="What changed, for the customer, in each language.")]
    digests: Annotated[
        dict[str, Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]],
        Field(description="sha256 of each frozen file's bytes."),
    ]


class WithdrawalSchema(_Schema):
    """releases/<version>/withdrawal.yml"""

    withdrawn: Annotated[Day, Field(description="The first day on which the release governs no longer.")]
    reason: Annotated[Filled, Field(description="Why, in a sentence for the reader.")]


_FORMS: Mapping[str, str | Message] = {
    "title": "title: Gizlilik Politikası",
    "type": "type: privacy-policy",
    "translation": "translation: complete",
    "translates": msg("translates, as `yururluk check --fix FILE` writes it"),
    "check": "check: {allow: {rule: reason}}",
    "version": 'version: "1.1"',
    "published": "published: 2026-11-22",
    "effective": msg("effective: on-publication, or effective: 2027-01-01"),
    "material": msg("material: true, or material: false"),
    "rendering": "rendering: 2",
    "summary": 'summary: {tr: "…", en: "…"}',
    "imported": msg("imported, as `yururluk import` writes it"),
    "digests": msg("digests, as `yururluk release` writes them"),
    "withdrawn": "withdrawn: 2026-12-01",
    "reason": 'reason: "…"',
}


def _kinds() -> Mapping[str, str]:
    return {
        "string_type": msg("it must be words, not a list or further keys"),
        "dict_type": msg("it must be lines of the form `key: value`"),
        "model_type": msg("it must be lines of the form `key: value`"),
    }


@rule("schema", Severity.ERROR, msg("Front matter and release files have the keys they may have, well formed."))
def validated(
    schema: type[SomeSchema], found: PlacedYaml, path: str, what: str
) -> tuple[SomeSchema | None, list[Problem]]:
    """Hold what was read against a schema. Returns the value, or None with every fault found in it."""
    try:
        return schema.model_validate(dict(found.data)), []
    except ValidationError as error:
        return None, [_told(schema, item, found, path, what) for item in error.errors(include_url=False)]


def as_far_as_valid(
    schema: type[SomeSchema], values: Mapping[str, object], defaults: Mapping[str, object]
) -> SomeSchema:
    """What was read, without the keys that are wrong; `defaults` hold the value of each key that must be there."""
    try:
        return schema.model_validate({**defaults, **values})
    except ValidationError as error:
        wrong = {item["loc"][0] for item in error.errors(include_url=False)}
        return schema.model_validate({**defaults, **{key: values[key] for key in values if key not in wrong}})


def _told(schema: type[_Schema], item: Any, found: PlacedYaml, path: str, what: str) -> Problem:
    place = tuple(str(part) for part in item["loc"])
    key = place[0] if place else ""
    name = ".".join(part for part in place if part != "[key]")
    line = found.line(place)
    kind: str = item["type"]
    form = _FORMS.get(key, "")
    if kind == "missing":
        return Problem(
            "schema",
            path,
            line,
            msg('the {what} lacks "{name}".', what=what, name=name),
            msg("add a line: {form}", form=_FORMS[key]),
        )
    if kind == "extra_forbidden":
        known = ", ".join(schema.model_fields)
        return Problem(
            "schema",
            path,
            line,
            msg('the {what} has an unknown key "{name}".', what=what, name=name),
            msg("remove it; the keys are: {known}.", known=known),
        )
    if kind == "value_error":
        reason = item["ctx"]["error"].args[0]  # one of ours, raised above
    elif kind == "enum":
        reason = msg('"{input}" is not one of {expected}', input=item["input"], expected=item["ctx"]["expected"])
        if near := get_close_matches(str(item["input"]), re.findall("'(.*?)'", item["ctx"]["expected"]), 1):
            form = f"{key}: {near[0]}"
    elif kind == "string_pattern_mismatch":
        digits = "sha256:<64 hexadecimal digits>" if key == "digests" else "<12 hexadecimal digits>"
        reason = msg('"{input}" is not of the form {form}', input=item["input"], form=digits)
    else:
        reason = _kinds().get(kind, str(item["msg"]))
    return Problem(
        "schema",
        path,
        line,
        msg('"{name}" is wrong: {reason}.', name=name, reason=reason),
        msg("write it as {form}", form=form),
    )


#: The names of the schemas, as in `register.schema.json`.
NAMES = ("register", "verify")


def schema(name: str) -> bytes:
    """The bytes of a schema (JSON Schema 2020-12), for /api/v1/schemas/<name>.schema.json."""
    if name not in NAMES:
        raise KeyError(name)
    return files("yururluk").joinpath(f"{name}.schema.json").read_bytes()


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
        "mapping values are not allowed here": msg('a value that holds a colon must be in quotes: key: "one: two"'),
        "found character '\\t' that cannot start any token": msg("a line begins with a tab; use spaces"),
        "could not find expected ':'": msg("a line is not of the form `key: value`"),
        "found unexpected end of stream": msg("a quotation mark or a bracket is not closed"),
        "expected <block end>, but found '<scalar>'": msg(
            "words follow a closing quotation mark, or a line is indented badly"
        ),
        "expected <block end>, but found '<block mapping start>'": msg("a line is indented otherwise than the others"),
        "but found another document": msg("there is a line `---` in the middle"),
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
# PyYAML's time grows with the square of the brackets that are open, and it gives up in the end.
_TOO_DEEP = re.compile(r"(?:[\[{][^\[\]{}]*){60}")


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
    if deep := _TOO_DEEP.search(text):
        line = first_line + text.count("\n", 0, deep.start())
        raise YamlFault(line, msg("not valid YAML: it is nested too deeply"))
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
