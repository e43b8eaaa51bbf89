"""What is wrong with the drafts and the releases, all at once and in order: the rules a legal editor is held to.

Nothing here reads a file or a clock. A draft can be mended, so a fault in it is an error. A release is frozen:
what can no longer be mended is told as a warning, or not at all once it has been published.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date

from yururluk.checks.clause_ids import clause_id_problems
from yururluk.checks.documents import document_problems
from yururluk.checks.hostile import hostile_problems
from yururluk.checks.release_rules import release_problems
from yururluk.checks.translations import translation_problems
from yururluk.problems import Problem, in_order
from yururluk.releases import Project
from yururluk.settings import Settings

__all__ = ["check_project"]


def check_project(
    project: Project, settings: Settings, *, today: date, published: Set[str] = frozenset()
) -> list[Problem]:
    """Every problem in the drafts and the releases, in order, each once.

    `today` is the day in the project's time zone; `published` names the versions that the register has.
    """
    problems = list(project.problems)
    problems += document_problems(project, settings)
    problems += hostile_problems(project, published)
    problems += clause_id_problems(project, settings)
    problems += translation_problems(project, settings)
    problems += release_problems(project.releases, settings, today, published)
    return in_order(problems)
