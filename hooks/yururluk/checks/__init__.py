"""What is wrong with the drafts and the releases, all at once and in order: the rules a legal editor is held to.

Nothing here reads a file or a clock. A draft can be fixed, so a fault in it is an error. A release is frozen:
what can no longer be fixed is told as a warning, and as a notice once it has been published.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from yururluk.checks.allowed import with_exceptions
from yururluk.checks.clause_ids import clause_id_problems
from yururluk.checks.documents import document_problems, page_problems
from yururluk.checks.hostile import hostile_problems
from yururluk.checks.releases import overtaking_problems, release_problems
from yururluk.checks.text_rules import draft_text_problems, page_text_problems, release_text_problems
from yururluk.checks.translation_match import faithful_problems
from yururluk.checks.translations import translation_problems
from yururluk.core.problems import Problem, in_order
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
    pages = Project(project.pages, (), ())
    problems = [
        *project.problems,
        *page_problems(project, settings),
        *hostile_problems(pages, frozenset()),
        *document_problems(project, settings),
        *hostile_problems(project, published.keys()),
        *clause_id_problems(project, settings),
        *translation_problems(project, settings),
        *faithful_problems(project, settings),
        *release_problems(project.releases, settings, today, published.keys()),
        *overtaking_problems(project.releases, settings, today, published),
        *draft_text_problems(project, settings),
        *page_text_problems(project),
        *release_text_problems(project, settings, published),
    ]
    texts = [*project.drafts, *project.pages, *(text for release in project.releases for text in release.texts)]
    return in_order(with_exceptions(problems, {text.path: text for text in texts}))
