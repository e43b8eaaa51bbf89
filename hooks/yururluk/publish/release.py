"""The commands release and withdraw: what may be frozen, and writing it, all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import yaml

from yururluk.checks import check_project
from yururluk.checks.markup import PLAIN, is_markup
from yururluk.checks.releases import corrections_due, decides_without_change, next_patch, say_the_same
from yururluk.core.messages import Problem, Refused, in_order, msg, quoted, refuse_if_any
from yururluk.core.model import NEWEST_RENDERING, Release, Text, is_version, version_key
from yururluk.core.releases import (
    ASSETS,
    RELEASE_FILE,
    WITHDRAWAL_FILE,
    Project,
    draft_assets,
    frozen_assets,
    read_project,
    read_releases,
)
from yururluk.core.schemas import ON_PUBLICATION, no_text_in
from yururluk.core.settings import Settings
from yururluk.git import GitFailed, open_repository
from yururluk.publish.lock import aside
from yururluk.publish.status import known_register

PURPOSE = "release"

_Texts = Mapping[tuple[str, str], Text]


def release(
    root: Path,
    settings: Settings,
    version: str,
    effective: str | None,
    material: bool | Mapping[str, bool] | None,
    summaries: Mapping[str, str],
    today: date,
    *,
    ended: Sequence[str] = (),
    again: bool = False,
    base: str | None = None,
) -> Release:
    """Freeze the drafts as a new release. Raises `Refused`; nothing is then written.

    With `base`, the version of an earlier release, its texts are frozen with what the drafts change in the newest one:
    a correction of the text in force while another is upcoming.

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
            material = (before.material_by_document or before.material) if material is None else material
            day = before.effective if effective is None else day
    if base is not None:
        project = _corrected(root, project, version, base)
    problems += _release_problems(project, settings, version, day, summaries, material)
    problems += _ending_problems(project, settings, ended)
    refuse_if_any(in_order(problems))
    refuse_if_any(
        [problem for problem in check_project(project, settings, today=date.min) if problem.path.startswith("docs/")]
    )
    assets = _assets_of(root, project.drafts)
    material = True if material is None else material
    content = release_file(version, project.drafts, dict(summaries), material=material, effective=day, assets=assets)
    freeze(root, version, project.drafts, content, assets=assets, again=again)
    releases, _ = read_releases(root, settings)
    return next(made for made in releases if made.version == version)


def weights(root: Path, settings: Settings, important: Sequence[str]) -> dict[str, bool]:
    """Whether the change of each draft is important. Raises `Refused` for a name of none."""
    documents = sorted({text.document for text in read_project(root, settings).drafts})
    if unknown := [document for document in important if document not in documents]:
        message = msg('there is no draft of a document "{document}".', document=quoted(unknown[0]))
        fix = msg("the documents are: {documents}.", documents=", ".join(documents))
        raise Refused([Problem("material", "", 0, message, fix)])
    return {document: document in important for document in documents}


def _corrected(root: Path, project: Project, version: str, base: str) -> Project:
    """The project as it was at release `base`, its drafts being the texts of that release with the correction.

    Raises `Refused` where `version` does not come right after `base`, or the correction is of a passage that the
    releases in between change.
    """
    at = next((place for place, one in enumerate(project.releases) if one.version == base), None)
    if at is None:
        raise Refused([_unknown(base, project.releases)])
    old, later = project.releases[at], project.releases[at + 1 :]
    if later and version_key(version) >= version_key(later[0].version):
        message = msg(
            "a correction of release {base} comes before release {version}.", base=base, version=later[0].version
        )
        fix = msg("give it the version {next}.", next=next_patch(base, project.releases))
        raise Refused([Problem("version", "", 0, message, fix)])
    drafts = {(text.document, text.locale): text for text in project.drafts}
    texts = _with_the_same_change(root, old.texts, project.releases[-1].by_name, drafts)
    return Project(texts, project.releases[: at + 1], ())


def _with_the_same_change(root: Path, texts: Sequence[Text], before: _Texts, after: _Texts) -> tuple[Text, ...]:
    """Texts with the change that leads from `before` to `after`, as git merges it. Raises `Refused` where it cannot be
    made, since they have other words there."""
    repository = open_repository(root)
    found, problems = [], []
    for text in texts:
        name = text.document, text.locale
        if name not in before or name not in after or before[name].body == after[name].body:
            found.append(text)
            continue
        head = text.source[: len(text.source) - len(text.body)]
        with aside(root, PURPOSE) as work:
            files = [work / kind for kind in ("text", "before", "after")]
            for file, body in zip(files, (text.body, before[name].body, after[name].body), strict=True):
                file.write_text(body, encoding="utf-8", newline="\n")
            try:
                merged = head.encode() + repository.run("merge-file", "-p", "--quiet", *map(str, files))
            except GitFailed:
                message = msg("the correction is of a passage that has other words in {path}.", path=text.path)
                fix = msg(
                    "put {path} with the correction into docs/, freeze it so, and restore docs/ afterwards.",
                    path=text.path,
                )
                problems.append(Problem("no-change", after[name].path, 0, message, fix))
                continue
        path = f"docs/{text.locale}/{text.document}.md"
        front = text.front_matter, text.body_line, text.rendering
        found.append(Text.of(text.document, text.locale, path, merged, *front))
    refuse_if_any(problems)
    return tuple(found)


def unpublished_after(root: Path, settings: Settings, version: str) -> list[str]:
    """The versions after one that are frozen and not published: a correction made before them is not in them."""
    register = known_register(root, settings)
    later = [one for one in read_releases(root, settings)[0] if version_key(one.version) > version_key(version)]
    return [one.version for one in later if one.published is None and register.publication(one.version) is None]


def correct_upcoming(root: Path, settings: Settings, today: date) -> list[Release]:
    """Freeze each upcoming release again, under the next version, with a correction of the text in force that it lacks.

    Returns what was frozen. Raises `Refused` where a correction cannot be made there.
    """
    made: list[Release] = []
    register = known_register(root, settings)
    published = {entry.version: entry.published.astimezone(settings.timezone).date() for entry in register.publications}
    releases, problems = read_releases(root, settings)
    if problems:
        return []  # `check` names them
    for correction, upcoming in corrections_due(releases, settings, today, published):
        place = releases.index(correction)
        before = next(one for one in reversed(releases[:place]) if one.withdrawal is None)
        texts = _with_the_same_change(root, upcoming.texts, before.by_name, correction.by_name)
        version = next_patch(upcoming.version, [*releases, *made])
        # It takes the place of the upcoming release, and so brings what that one was to bring.
        summary = {
            locale: f"{words} {correction.summary.get(locale, '')}" for locale, words in upcoming.summary.items()
        }
        both = (upcoming, correction)
        material: bool | dict[str, bool] = any(one.material for one in both)
        if any(one.material_by_document for one in both):
            material = {name: any(one.is_material(name) for one in both) for name in upcoming.documents}
        assets = _assets_of(root, texts)
        content = release_file(version, texts, summary, material=material, effective=upcoming.effective, assets=assets)
        freeze(root, version, texts, content, assets=assets)
        made += [one for one in read_releases(root, settings)[0] if one.version == version]
    return made


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
    day = date.fromisoformat(effective)
    if day < today:
        message = msg("the effective date {day} has passed: a text cannot bind before it is published.", day=day)
        fix = msg("give --effective a day from today on, or leave it out for the day of publication.")
        problems.append(Problem("effective-date", "", 0, message, fix))
    return day


def _release_problems(
    project: Project,
    settings: Settings,
    version: str,
    day: date | None,
    summaries: Mapping[str, str],
    material: bool | Mapping[str, bool] | None,
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
    matters = decides_without_change(day, standing, project.releases)
    if standing is not None and not matters and say_the_same(standing.texts, project.drafts):
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


def _assets_of(root: Path, texts: Sequence[Text]) -> dict[str, bytes]:
    """The files that texts refer to, by name: those of the drafts, else those that were frozen before."""
    known = frozen_assets(root) | draft_assets(root)
    wanted = frozenset[str]().union(*(text.assets for text in texts))
    return {name: data for name, data in sorted(known.items()) if name in wanted}


def release_file(
    version: str,
    texts: Sequence[Text],
    summary: Mapping[str, str],
    *,
    material: bool | Mapping[str, bool],
    effective: date | None,
    published: date | None = None,
    assets: Mapping[str, bytes] = MappingProxyType({}),
) -> str:
    """The content of a release file for these texts and the files that they refer to, in the order in which people read
    it."""
    lines = [f'version: "{version}"']
    if published is not None:
        lines.append(f"published: {published.isoformat()}")
    lines.append(f"effective: {effective.isoformat() if effective else ON_PUBLICATION}")
    weight = dict(material) if isinstance(material, Mapping) else material
    lines.append(yaml.safe_dump({"material": weight}, sort_keys=False).rstrip())
    lines.append(f"rendering: {max((text.rendering for text in texts), default=NEWEST_RENDERING)}")
    tail = {
        "summary": dict(summary),
        "digests": {text.name: f"sha256:{text.sha256}" for text in sorted(texts, key=lambda t: t.name)}
        | {f"{ASSETS}/{name}": f"sha256:{hashlib.sha256(data).hexdigest()}" for name, data in sorted(assets.items())},
    }
    return "\n".join(lines) + "\n" + yaml.safe_dump(tail, allow_unicode=True, sort_keys=False, width=10_000)


def freeze(
    root: Path,
    version: str,
    texts: Sequence[Text],
    release_yml: str,
    *,
    assets: Mapping[str, bytes] = MappingProxyType({}),
    again: bool = False,
) -> Path:
    """Write a new release folder, all of it or nothing. Raises `Refused` when the version exists; with `again`, the
    new folder takes its place."""
    target = root / "releases" / version
    target.parent.mkdir(exist_ok=True)
    with aside(root, PURPOSE) as work:
        staged = work / version
        staged.mkdir()
        for text in texts:
            file = staged / text.locale / f"{text.document}.md"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(text.data)
        for name, data in assets.items():
            (staged / ASSETS).mkdir(exist_ok=True)
            (staged / ASSETS / name).write_bytes(data)
        (staged / RELEASE_FILE).write_text(release_yml, encoding="utf-8", newline="\n")
        if target.exists() and again:
            target.rename(work / "before")
        elif target.exists():
            fix = msg("give the release another version; a published text is never replaced.")
            raise Refused([Problem("version", f"releases/{version}", 0, msg("this release exists already."), fix)])
        staged.rename(target)
    return target


def write_withdrawal(root: Path, version: str, withdrawn: date, reason: str) -> str:
    """Write the withdrawal of a release, all of it or nothing. Returns the file's path in the project."""
    path = f"releases/{version}/{WITHDRAWAL_FILE}"
    why = yaml.safe_dump({"reason": reason}, allow_unicode=True, width=10_000)
    with aside(root, PURPOSE) as work:
        staged = work / WITHDRAWAL_FILE
        staged.write_text(f"withdrawn: {withdrawn.isoformat()}\n{why}", encoding="utf-8", newline="\n")
        staged.replace(root / path)
    return path
