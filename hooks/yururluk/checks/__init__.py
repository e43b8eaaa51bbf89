"""What is wrong with the drafts and the releases, all at once and in order: the rules that a legal editor follows.

Nothing here reads a file or a clock. A draft can be fixed, so a fault in it is an error. A release is frozen:
what can no longer be fixed is a warning, and a notice once the release has been published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from yururluk.checks.documents import clause_id_problems, document_problems, page_problems
from yururluk.checks.markup import hostile_problems
from yururluk.checks.reading import front_matter_line
from yururluk.checks.releases import overtaking_problems, release_problems
from yururluk.checks.text_rules import draft_text_problems, page_text_problems, release_text_problems
from yururluk.checks.translations import translation_problems
from yururluk.core.messages import msg
from yururluk.core.model import Text
from yururluk.core.problems import Problem, Severity, fault, in_order, rule, rules
from yururluk.core.releases import Project
from yururluk.core.settings import Settings

__all__ = ["check_project"]


def check_project(
    project: Project, settings: Settings, *, today: date, published: Mapping[str, date] = MappingProxyType({})
) -> list[Problem]:
    """Every problem in the drafts and the releases, in order, each once.

    `today` is the day in the project's time zone; `published` gives the day of publication of each version that
    the register has, in its order.
    """
    problems = [
        *project.problems,
        *page_problems(project, settings),
        *document_problems(project, settings),
        *hostile_problems(project, published.keys()),
        *clause_id_problems(project, settings),
        *translation_problems(project, settings),
        *release_problems(project.releases, settings, today, published.keys()),
        *overtaking_problems(project.releases, settings, today, published),
        *draft_text_problems(project, settings),
        *page_text_problems(project),
        *release_text_problems(project, settings, published),
    ]
    texts = [*project.drafts, *project.pages, *(text for release in project.releases for text in release.texts)]
    return in_order(_with_exceptions(problems, {text.path: text for text in texts}))


def _with_exceptions(problems: Iterable[Problem], texts: Mapping[str, Text]) -> Iterator[Problem]:
    """The problems, those that their text accepts with a reason turned into notices; and faults of the exceptions.

    `texts` are by path. Only the text that has a problem can accept it.
    """
    used: set[tuple[str, str]] = set()
    for problem in problems:
        text = texts.get(problem.path)
        reason = dict(text.front_matter.allow).get(problem.rule) if text else None
        if reason is not None and problem.rule in rules() and rules()[problem.rule].may_allow:
            used.add((problem.path, problem.rule))
            problem = replace(problem, severity=Severity.NOTICE, allowed=" ".join(reason.split()))
        yield problem
    for text in texts.values():
        for name, _ in text.front_matter.allow:
            yield from _exception_problems(text, name, (text.path, name) in used)


@rule("check-allow", Severity.ERROR, msg("An accepted exception names a rule that there is, and a reason."))
@rule("check-allow-unused", Severity.NOTICE, msg("An accepted exception is still needed."))
def _exception_problems(text: Text, name: str, is_used: bool) -> list[Problem]:
    line = front_matter_line(text, name)
    known = rules().get(name)
    if known is None:
        message = msg('there is no rule "{name}" to which an exception could be accepted.', name=name)
        fix = msg("correct the name; `yururluk check --rules` lists them all.")
        return [fault("check-allow", text.path, line, message, fix)]
    if not known.may_allow:
        message = msg('the rule "{name}" has no exceptions.', name=name)
        return [fault("check-allow", text.path, line, message, msg("remove the line, and fix what the rule finds."))]
    if not is_used:
        message = msg('the exception to "{name}" is not needed: the rule finds nothing here.', name=name)
        return [fault("check-allow-unused", text.path, line, message, msg("remove the line."))]
    return []
