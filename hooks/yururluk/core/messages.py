"""What the tool says, in the reader's language: messages, the problems that they name, and the rules behind these.

English is the source, the catalogues hold the other languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import yaml

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

ENGLISH: Final = "en"
#: The languages in which the tool speaks.
LANGUAGES: Final = (ENGLISH, "tr")
_LONGEST_QUOTE: Final = 120


class Message(str):
    """A sentence: its value is the English one; it knows how it was made, so that it can be said otherwise."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> Message:
        """`template` names its values in braces; a brace that is meant as such is doubled."""
        made = super().__new__(cls, template.format(**values))
        made.template, made.values = template, values
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.template, self.values

    def within(self, language: str) -> str:
        """The sentence in a language; in English where the catalogue lacks it."""
        if language == ENGLISH:
            return str(self)
        said = _catalogue(language).get(self.template, self.template)
        return said.format(**{name: in_language(value, language) for name, value in self.values.items()})


class Language(Message):
    """The name of a language, in the language in which it is spoken of; its own name where that is not known."""

    __slots__ = ()

    def __new__(cls, tag: str, own: str) -> Language:
        """`tag` is the language's BCP 47 tag, `own` how it calls itself."""
        return super().__new__(cls, _language_name(tag, own, ENGLISH), {"tag": tag, "own": own})  # type: ignore[return-value]

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.values["tag"], self.values["own"]

    def within(self, language: str) -> str:
        """Its name in a language."""
        return _language_name(str(self.values["tag"]), str(self.values["own"]), language)


def msg(template: str, **values: object) -> Message:
    """The sentence that the English `template` makes of these values. tests/core/test_messages.py finds each call."""
    return Message(template, values)


def together(*parts: str) -> Message:
    """Sentences one after the other, a space between them."""
    names = [f"part{place}" for place, part in enumerate(parts) if part]
    values = dict(zip(names, (part for part in parts if part), strict=True))
    return Message(" ".join(f"{{{name}}}" for name in names), values)


def quoted(value: object) -> str:
    """What others wrote, as a message quotes it: not whole where it is long."""
    words = str(value)
    return words if len(words) <= _LONGEST_QUOTE else f"{words[: _LONGEST_QUOTE - 1]}…"


def counted(number: int, one: Message, many: Message) -> Message:
    """What is said of one thing, or of none or several."""
    return one if number == 1 else many


def listed(parts: Sequence[str], between: str = ", ") -> Message:
    """Words in a row, commas between them, or what is given."""
    names = [f"part{place}" for place in range(len(parts))]
    return Message(between.join(f"{{{name}}}" for name in names), dict(zip(names, parts, strict=True)))


def in_language(value: object, language: str) -> object:
    """What a message says in a language; any other value as it is."""
    return value.within(language) if isinstance(value, Message) else value


def language_of(environment: Mapping[str, str]) -> str:
    """The language that a person's environment asks for (POSIX: LC_ALL, then LC_MESSAGES, then LANG)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            language = value.replace("-", "_").partition("_")[0].partition(".")[0].lower()
            return language if language in LANGUAGES else ENGLISH
    return ENGLISH


@cache
def _language_name(tag: str, own: str, language: str) -> str:
    from babel import Locale, UnknownLocaleError  # slow to load, and few runs name a language

    try:
        return Locale.parse(tag.replace("_", "-"), sep="-").get_display_name(language) or own
    except (ValueError, UnknownLocaleError):
        return own


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    file = files("yururluk").joinpath("locale", "tool", f"{language}.po")
    if not file.is_file():
        return {}
    from babel.messages.pofile import read_po  # 0.1 s, and most runs speak English

    with file.open("rb") as stream:
        messages = read_po(stream, locale=language)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


def names(text: str) -> frozenset[str]:
    """The words of `text` as a set."""
    return frozenset(text.split())


@dataclass(frozen=True)
class Voice:
    """A console, and the language in which it is spoken to."""

    console: Console
    language: str

    def say(self, message: Message) -> None:
        """Tell a sentence on a line of its own, however long: what it names is never broken, nor read as markup."""
        self.console.print(message.within(self.language), soft_wrap=True, markup=False)

    def table(self, title: Message, headings: Sequence[Message]) -> Table:
        """A table without rows yet."""
        from rich.table import Table

        made = Table(title=title.within(self.language), title_justify="left")
        for heading in headings:
            made.add_column(heading.within(self.language))
        return made


# Problems

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Severity(StrEnum):
    """Whether a problem stops a release (`error`), asks for a second look (`warning`), or is only to be known.

    A notice is about what can no longer be fixed, or was accepted with a reason.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True)
class Problem:
    """One fault.

    `path` is relative to the project and may be empty for the state as a whole; `line` counts from 1, and 0
    means the file as a whole; so does `column`, in characters. `message` says what is wrong in one sentence,
    `fix` what to do about it. `allowed` is the recorded reason for which it was accepted, if it was.
    """

    rule: str
    path: str
    line: int
    message: Message
    fix: Message
    severity: Severity = Severity.ERROR
    column: int = 0
    allowed: str = ""

    def __str__(self) -> str:
        return self.told(ENGLISH)

    def told(self, language: str) -> str:
        """The problem on two lines, in a language; on three where it was accepted."""
        severity = severity_word(self.severity).within(language)
        before = "" if self.severity is Severity.ERROR else f"{severity}: "
        lines = [f"{self.place}{before}{in_language(self.message, language)}"]
        lines.append("  " + msg("Fix: {fix}", fix=self.fix).within(language))
        if self.allowed:
            lines.append("  " + msg("Accepted: {reason}", reason=self.allowed).within(language))
        return "\n".join(map(on_one_line, lines))

    @property
    def place(self) -> str:
        """Where it stands, as compilers and editors write it, a colon and a space behind; empty for no place."""
        path = on_one_line(self.path)
        column = f":{self.column}" if self.line and self.column else ""
        return f"{path}:{self.line}{column}: " if self.line else f"{path}: " if path else ""

    def as_json(self, language: str = ENGLISH) -> dict[str, object]:
        """The problem as plain JSON values, for `--json`."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "message": str(in_language(self.message, language)),
            "fix": str(in_language(self.fix, language)),
            "allowed": self.allowed,
        }


def on_one_line(told: str) -> str:
    """A message without what would begin another line or make a terminal do something: a file may be named so."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", told)


def severity_word(severity: Severity) -> Message:
    """What a severity is called."""
    return {Severity.ERROR: msg("error"), Severity.WARNING: msg("warning"), Severity.NOTICE: msg("notice")}[severity]


class Refused(Exception):
    """The user's texts or state do not allow what was asked; carries every problem found, in order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def missing_extra(extra: Literal["pdf", "word"]) -> Refused:
    """What to raise where a library of an extra of the package is not installed."""
    message, fix = {
        "pdf": (
            msg("a PDF needs typst, which is not installed."),
            msg('install it: pip install "yururluk[pdf]"; or set `pdf: false` in mkdocs.yml.'),
        ),
        "word": (
            msg("a Word file needs pandoc, which is not installed."),
            msg('install it: pip install "yururluk[word]".'),
        ),
    }[extra]
    return Refused([Problem("extra", "", 0, message, fix)])


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Only the problems that stop a release."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file, then line, each once."""
    return sorted(set(problems), key=lambda p: (p.path, p.line, p.column, p.rule, p.message))


def refuse_if_any(problems: Sequence[Problem]) -> None:
    """Raise `Refused` with all of them when at least one stops a release."""
    if errors(problems):
        raise Refused(in_order(problems))


#: The source of a rule that no law and no standard asks for: the project's own promise (README.md).
OWN: Final = "yururluk"

_Function = TypeVar("_Function", bound=Callable[..., object])
_declared: Final[dict[str, Rule]] = {}


@dataclass(frozen=True)
class Rule:
    """A rule.

    `severity` is the one that it has in a draft; a frozen text gets a milder one. `meaning` is one sentence, true of
    a text that keeps the rule. `source` names the law and its article, or the standard. `may_allow`: a text may accept
    an exception with a reason.
    """

    name: str
    severity: Severity
    meaning: Message
    source: str = OWN
    may_allow: bool = False

    @property
    def quote(self) -> str:
        """The sentence of the law or the standard behind it, where quotes.yml has it; else empty."""
        return _quotes().get(self.name, "")


@cache
def _quotes() -> Mapping[str, str]:
    found: Mapping[str, str] = yaml.safe_load(files("yururluk.core").joinpath("quotes.yml").read_text("utf-8"))
    return found


def rule(
    name: str, severity: Severity, meaning: Message, *, source: str = OWN, may_allow: bool = False
) -> Callable[[_Function], _Function]:
    """Declare a rule beside the function that applies it. The parameters are the fields of `Rule`."""
    _declared[name] = Rule(name, severity, meaning, source, may_allow)
    return lambda function: function


def fault(name: str, path: str, line: int, message: Message, fix: Message, column: int = 0) -> Problem:
    """A problem with the severity that its rule has in a draft."""
    return Problem(name, path, line, message, fix, _declared[name].severity, column)


def rules() -> Mapping[str, Rule]:
    """Every rule of the modules that are imported, by name, in alphabetical order."""
    return dict(sorted(_declared.items()))
