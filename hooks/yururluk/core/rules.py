"""The rules that `yururluk check` applies: each declared with `@rule` beside its function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, TypeVar

import yaml

from yururluk.core.messages import Message
from yururluk.core.problems import Problem, Severity

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
