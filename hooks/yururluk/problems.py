"""How a fault in the user's texts or state is told: where it is, what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a problem stops a release (`error`) or only asks for a second look (`warning`)."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One fault.

    `path` is relative to the project and may be empty for the state as a whole; `line` counts from 1, and 0
    means the file as a whole. `message` says what is wrong in one sentence, `mend` what to do about it.
    """

    rule: str
    path: str
    line: int
    message: str
    mend: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: " if self.line else f"{self.path}: " if self.path else ""
        warning = "warning: " if self.severity is Severity.WARNING else ""
        return f"{place}{warning}{self.message}\n  Mend: {self.mend}"

    def as_json(self) -> dict[str, object]:
        """The problem as plain JSON values, for `--json`."""
        return asdict(self)


class Refused(Exception):
    """The user's texts or state do not allow what was asked; carries every problem found, in order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Only the problems that stop a release."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file, then line, each once."""
    return sorted(set(problems), key=lambda p: (p.path, p.line, p.rule, p.message))


def refuse_if_any(problems: Sequence[Problem]) -> None:
    """Raise `Refused` with all of them when at least one stops a release."""
    if errors(problems):
        raise Refused(in_order(problems))
