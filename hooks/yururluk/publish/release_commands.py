"""What each command does: it reads the project, asks the pure parts, and hands back what is to be reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from yururluk.checks import check_project
from yururluk.checks.markup import PLAIN, is_markup
from yururluk.checks.releases import say_the_same
from yururluk.core.messages import msg, quoted
from yururluk.core.model import Release, is_version, version_key
from yururluk.core.problems import Problem, Refused, in_order, refuse_if_any
from yururluk.core.releases import WITHDRAWAL_FILE, Project, read_project, read_releases
from yururluk.core.schemas import ON_PUBLICATION
from yururluk.core.settings import Settings
from yururluk.core.yaml_positions import no_text_in
from yururluk.publish.freezing import freeze, release_file, write_withdrawal
from yururluk.publish.status import known_register


def release(
    root: Path,
    settings: Settings,
    version: str,
    effective: str | None,
    material: bool | None,
    summaries: Mapping[str, str],
    today: date,
    *,
    ended: Sequence[str] = (),
    again: bool = False,
) -> Release:
    """Freeze the drafts as a new release. Raises `Refused`; nothing is then written.

    `ended` names the documents of the newest release that are to end. With `again` the release of this version, which
    must not be published, is frozen once more; what is not given is as it was.
    """
    problems: list[Problem] = []
    if not is_version(version):
        fix = msg("use one to three numbers with dots, such as 2.1.")
        problems.append(Problem("version", "", 0, msg('"{name}" is not a version.', name=quoted(version)), fix))
    project = read_project(root, settings)
    old = f"releases/{version}/" if again else "\0"  # what is wrong with a release that is made again does not matter
    problems += [problem for problem in project.problems if not problem.path.startswith(old)]
    day = _effective(effective, today, problems)
    refuse_if_any(in_order(problems))
    if again:
        before = _unpublished(root, settings, project, version)
        project = replace(project, releases=tuple(one for one in project.releases if one is not before))
        if before is not None:
            summaries = {**before.summary, **summaries}
            material = before.material if material is None else material
            day = before.effective if effective is None else day
    problems += _release_problems(project, settings, version, summaries, material)
    problems += _ending_problems(project, settings, ended)
    refuse_if_any(in_order(problems))
    refuse_if_any(
        [problem for problem in check_project(project, settings, today=date.min) if problem.path.startswith("docs/")]
    )
    content = release_file(
        version, project.drafts, dict(summaries), material=True if material is None else material, effective=day
    )
    freeze(root, version, project.drafts, content, again=again)
    releases, _ = read_releases(root, settings)
    return next(made for made in releases if made.version == version)


def _unpublished(root: Path, settings: Settings, project: Project, version: str) -> Release | None:
    """The release to be made again, as far as it can be read. Raises `Refused` where it is published, or not there."""
    found = next((one for one in project.releases if one.version == version), None)
    if not (root / "releases" / version).is_dir():
        raise Refused([_unknown(version, project.releases)])
    if known_register(root, settings).publication(version) or (found is not None and found.published is not None):
        message = msg("release {version} is published, and stays as it is.", version=version)
        fix = msg("give the change a version of its own.")
        raise Refused([Problem("version", f"releases/{version}", 0, message, fix)])
    return found


def _ending_problems(project: Project, settings: Settings, ended: Sequence[str]) -> Iterator[Problem]:
    """Documents of the newest release that have no draft, though nobody says that they end; and the reverse."""
    newest = project.releases[-1].documents if project.releases else ()
    missing = {document for document in newest if all(text.document != document for text in project.drafts)}
    for document in sorted(missing - set(ended)):
        version, path = project.releases[-1].version, f"docs/{settings.authentic}/{document}.md"
        message = msg("release {version} has this document, and the drafts have it no longer.", version=version)
        fix = msg(
            "copy releases/{version}/{authentic}/{document}.md back here; if it is to end: --end {document}.",
            version=version,
            authentic=settings.authentic,
            document=document,
        )
        yield Problem("dropped-document", path, 0, message, fix)
    for document in sorted(set(ended) - missing):
        message = msg('"{document}" is no document that ends with this release.', document=quoted(document))
        known = ", ".join(sorted(missing)) or msg("none")
        yield Problem("dropped-document", "", 0, message, msg("the documents without a draft: {known}.", known=known))


def _effective(effective: str | None, today: date, problems: list[Problem]) -> date | None:
    if effective is None or effective == ON_PUBLICATION:
        return None
    try:
        if len(effective) != 10:
            raise ValueError
        day = date.fromisoformat(effective)
    except ValueError:
        message = msg('"{effective}" is not a day of the calendar.', effective=effective)
        fix = msg("write it as --effective 2027-01-01, or leave it out for the day of publication.")
        problems.append(Problem("effective-date", "", 0, message, fix))
        return None
    if day < today:
        message = msg("the effective date {day} has passed: a text cannot bind before it is published.", day=day)
        fix = msg("give --effective a day from today on, or leave it out for the day of publication.")
        problems.append(Problem("effective-date", "", 0, message, fix))
    return day


def _release_problems(
    project: Project, settings: Settings, version: str, summaries: Mapping[str, str], material: bool | None
) -> list[Problem]:
    problems: list[Problem] = []
    newest = project.releases[-1] if project.releases else None
    if not project.drafts:
        fix = msg("write the first text as docs/{authentic}/<document>.md.", authentic=settings.authentic)
        problems.append(Problem("empty-release", "docs", 0, msg("there is no draft to release."), fix))
        return problems
    taken = [other for other in project.releases if version_key(other.version) == version_key(version)]
    if taken:
        fix = msg(
            "give it another version; or, if it is not published: `yururluk release --again {version}`.",
            version=taken[0].version,
        )
        problems.append(Problem("version", f"releases/{taken[0].version}", 0, msg("this release exists already."), fix))
    elif newest is not None and version_key(version) < version_key(newest.version):
        fix = msg("give it a version after {version}.", version=newest.version)
        message = msg(
            "{version} would stand before the newest release {version2}.", version=version, version2=newest.version
        )
        problems.append(Problem("version", f"releases/{newest.version}", 0, message, fix))
    # A withdrawn release may be brought back: it counts as if it were not there.
    standing = next((other for other in reversed(project.releases) if other.withdrawal is None), None)
    if standing is not None and say_the_same(standing.texts, project.drafts):
        message = msg(
            "the drafts are the same as release {version}: there is nothing to release.", version=standing.version
        )
        problems.append(Problem("no-change", "docs", 0, message, msg("change a draft first.")))
    for locale in settings.locales:
        if not summaries.get(locale, "").strip() and any(text.locale == locale for text in project.drafts):
            fix = msg('say what changed, for the customer: --summary {locale}="…".', locale=locale)
            message = msg("the summary is missing in {language}.", language=settings.language(locale))
            problems.append(Problem("summary", "", 0, message, fix))
        problems += _no_text(f"--summary {locale}", summaries.get(locale, ""))
        if is_markup(summaries.get(locale, "")):
            option = f"--summary {locale}"
            message = msg("{option} holds HTML: readers would see it as it stands there.", option=option)
            problems.append(Problem("hostile", "", 0, message, PLAIN))
    if material is None:
        fix = msg("add --material for an important change, or --editorial for wording only.")
        problems.append(Problem("material", "", 0, msg("it is not said whether the change is material."), fix))
    return problems


def _no_text(option: str, value: str) -> list[Problem]:
    """What cannot be written to a file, nor be read from one."""
    code = no_text_in(value)
    if not code:
        return []
    message = msg("{option} holds {code}, which is no text.", option=option, code=code)
    return [Problem("encoding", "", 0, message, msg("type it again, in a terminal that writes UTF-8."))]


def _unknown(version: str, releases: Sequence[Release]) -> Problem:
    known = ", ".join(release.version for release in releases) or msg("none")
    message = msg('there is no release "{version}".', version=quoted(version))
    return Problem("version", "", 0, message, msg("the releases are: {known}.", known=known))


def withdraw(root: Path, settings: Settings, version: str, reason: str, today: date) -> str:
    """Write the withdrawal of a release. Returns the file's path in the project."""
    releases, problems = read_releases(root, settings)
    refuse_if_any(in_order(problems))
    found = next((release for release in releases if release.version == version), None)
    if found is None:
        raise Refused([_unknown(version, releases)])
    path = f"releases/{version}/{WITHDRAWAL_FILE}"
    if found.withdrawal is not None:
        message = msg("release {version} is withdrawn already, as of {on}.", version=version, on=found.withdrawal.on)
        raise Refused([Problem("withdrawal", path, 1, message, msg("nothing is left to do."))])
    if not reason.strip():
        raise Refused([Problem("withdrawal", "", 0, msg("the reason is empty."), msg('say why: --reason "…".'))])
    refuse_if_any(_no_text("--reason", reason))
    recorded = known_register(root, settings).publication(version)
    published = recorded.published.astimezone(settings.timezone).date() if recorded else found.published
    if published is not None and today < published:
        message = msg(
            "release {version} was published on {published}; it cannot be withdrawn as of {today}.",
            version=version,
            published=published,
            today=today,
        )
        raise Refused(
            [
                Problem(
                    "withdrawal", path, 0, message, msg("withdraw it as of {published} or later.", published=published)
                )
            ]
        )
    return write_withdrawal(root, version, today, reason.strip())
