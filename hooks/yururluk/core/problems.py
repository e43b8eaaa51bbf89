"""Faults in the user's texts or state: where each is, what is wrong and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeVar

import yaml

from yururluk.core.messages import ENGLISH, Message, in_language, msg

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
