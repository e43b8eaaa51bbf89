"""What `yururluk check` does: it reads the project, the register and git, and gives every problem, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

from yururluk.checks import check_project
from yururluk.checks.changes import Changed, change_problems
from yururluk.core.history import publish_moment
from yururluk.core.i18n import catalogue_problems
from yururluk.core.messages import msg
from yururluk.core.problems import Problem, Refused, Severity, in_order
from yururluk.core.releases import read_project
from yururluk.core.rules import rule
from yururluk.core.settings import Settings
from yururluk.core.site_settings import site_settings_problems
from yururluk.core.text_file import decode
from yururluk.git import Repository, open_repository
from yururluk.publish.plan import what_publish_would_refuse
from yururluk.publish.status import known_register
from yururluk.review.changes import merge_base

_DRAFTS = "docs/"


def changed_since(root: Path, repository: Repository, base: str) -> list[Changed]:
    """What differs, in the order of the paths. Raises `Refused` where the base is not here."""
    commit = merge_base(repository, base)
    # Whether a frozen text was moved does not matter: it is gone from its place. A draft's new name does.
    found = _listed(repository, commit, "--no-renames", "releases")
    found += _listed(repository, commit, "--find-renames", ".", ":!releases")
    return [_with_contents(root, repository, commit, change) for change in sorted(found, key=lambda one: one.path)]


def _listed(repository: Repository, commit: str, renames: str, *paths: str) -> list[Changed]:
    answer = repository.run("diff", "--name-status", "-z", renames, "--relative", commit, "--", *paths)
    fields = iter(answer.decode("utf-8", "replace").split("\0"))
    found = []
    for kind in fields:
        if kind.startswith(("R", "C")):
            was, path = next(fields), next(fields)
            found.append(Changed(kind[0], path, was if kind[0] == "R" else ""))
        elif kind:
            found.append(Changed(kind[0], next(fields)))
    return found


def _with_contents(root: Path, repository: Repository, commit: str, change: Changed) -> Changed:
    if change.kind not in {"M", "R"} or not change.path.startswith(_DRAFTS) or not change.path.endswith(".md"):
        return change
    file = root / change.path
    if file.is_symlink() or not file.is_file():
        return change
    old = repository.run("cat-file", "blob", f"{commit}:./{change.was or change.path}")
    before, _ = decode(old, change.path)
    after, _ = decode(file.read_bytes(), change.path)
    return Changed(change.kind, change.path, change.was, before or "", after or "")


@dataclass(frozen=True)
class Wanted:
    """What to check: against which commit, and only below which paths of the project (all of it, if none)."""

    base: str | None = None
    paths: Sequence[str] = field(default=())


def check(root: Path, settings: Settings, today: date, wanted: Wanted) -> list[Problem]:
    """Every problem in the drafts and the releases; with a base also what differs from it.

    What published texts lack is gathered into a line for each release, unless their paths are asked for.
    """
    project = read_project(root, settings)
    register = known_register(root, settings)
    published = {entry.version: entry.published.astimezone(settings.timezone).date() for entry in register.publications}
    problems = check_project(project, settings, today=today, published=published)
    problems += site_settings_problems(root) + catalogue_problems(settings.locales)
    if not any(problem.path.startswith("releases/") for problem in project.problems):
        moment = publish_moment(today, settings.timezone)
        refused = what_publish_would_refuse(project.releases, register, moment, settings)
        told = {(problem.path, problem.rule) for problem in problems}
        problems += [problem for problem in refused if (problem.path, problem.rule) not in told]
    if wanted.base is not None:
        changed = changed_since(root, open_repository(root), wanted.base)
        found = change_problems(changed, wanted.base, published.keys())
        deleted = {problem.path for problem in found if problem.rule == "document-deleted"}
        problems = [one for one in problems if one.rule != "dropped-document" or one.path not in deleted] + found
    if wanted.paths:
        return in_order(problem for problem in problems if _is_below(problem.path, wanted.paths))
    return in_order(gathered(problems))


@rule("frozen-text", Severity.NOTICE, msg("What a published text lacks is known."))
def gathered(problems: Sequence[Problem]) -> list[Problem]:
    """The problems, with one notice for each release in the place of those of its published texts."""
    rest: list[Problem] = []
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        parts = PurePosixPath(problem.path).parts
        if problem.severity is Severity.NOTICE and parts[:1] == ("releases",) and problem.path.endswith(".md"):
            found.setdefault(parts[1], []).append(problem)
        else:
            rest.append(problem)
    for version, notices in found.items():
        counted = Counter(notice.rule for notice in notices)
        told = ", ".join(f"{rule} ({count})" for rule, count in sorted(counted.items()))
        message = msg("what the published texts of this release lack: {rules}.", rules=told)
        fix = msg(
            "`yururluk check releases/{version}` lists it; fix it in docs/ for the next release.", version=version
        )
        rest.append(Problem("frozen-text", f"releases/{version}", 0, message, fix, Severity.NOTICE))
    return rest


def asked_paths(root: Path, start: Path, asked: Sequence[str]) -> tuple[str, ...]:
    """The paths that were asked for, as the project names them. Raises `Refused` for one that is not in it."""
    found: list[str] = []
    problems: list[Problem] = []
    for path in asked:
        try:
            inside = (start / path).resolve().relative_to(root.resolve()).as_posix()
        except (ValueError, OSError):
            inside = ""
        if not inside or not (root / inside).exists():
            message = msg("there is no such file or folder in the project.")
            problems.append(Problem("path", path, 0, message, msg("name one below docs/ or releases/.")))
        found.append(inside)
    if problems:
        raise Refused(problems)
    return tuple(found)


def _is_below(path: str, asked: Sequence[str]) -> bool:
    return any(wish == "." or path == wish or path.startswith(f"{wish}/") for wish in asked)
