"""Which problems a text accepts with a recorded reason, and whether that is well-formed and still needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from yururluk.checks.documents import front_matter_line
from yururluk.core.messages import msg
from yururluk.core.model import Text
from yururluk.core.problems import Problem, Severity
from yururluk.core.rules import rule, rules


def with_exceptions(problems: Iterable[Problem], texts: Mapping[str, Text]) -> list[Problem]:
    """The problems, those that their text accepts turned into notices; and what is wrong with the exceptions.

    `texts` are by path. Only the text in which a problem stands can accept it.
    """
    used: set[tuple[str, str]] = set()
    found: list[Problem] = []
    for problem in problems:
        text = texts.get(problem.path)
        reason = dict(text.front_matter.allow).get(problem.rule) if text else None
        rule = rules().get(problem.rule)
        if reason is None or rule is None or not rule.may_allow:
            found.append(problem)
            continue
        used.add((problem.path, problem.rule))
        found.append(replace(problem, severity=Severity.NOTICE, allowed=" ".join(reason.split())))
    for text in texts.values():
        for name, _ in text.front_matter.allow:
            found += _exception_problems(text, name, (text.path, name) in used)
    return found


@rule("check-allow", Severity.ERROR, msg("An accepted exception names a rule that there is, and a reason."))
@rule("check-allow-unused", Severity.NOTICE, msg("An accepted exception is still needed."))
def _exception_problems(text: Text, name: str, is_used: bool) -> list[Problem]:
    line = front_matter_line(text, name)
    rule = rules().get(name)
    if rule is None:
        message = msg('there is no rule "{name}" to which an exception could be accepted.', name=name)
        fix = msg("correct the name; `yururluk check --rules` lists them all.")
        return [Problem("check-allow", text.path, line, message, fix)]
    if not rule.may_allow:
        message = msg('the rule "{name}" has no exceptions.', name=name)
        return [Problem("check-allow", text.path, line, message, msg("remove the line, and fix what the rule finds."))]
    if not is_used:
        message = msg('the exception to "{name}" is not needed: the rule finds nothing here.', name=name)
        return [Problem("check-allow-unused", text.path, line, message, msg("remove the line."), Severity.NOTICE)]
    return []
