"""How a plan comes online: mike deploys each release that is due onto a staging ref, one more commit adds the root, and
the branch moves there in one step.

mike commits one version at a time, and two of its deploys at once mix their texts (DESIGN, 7.1). So all of it happens
under a lock, on a ref of our own: nobody sees a page before all of them are right.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from yururluk.core.messages import Problem, Refused, msg, refuse_if_any
from yururluk.core.model import Release, Text
from yururluk.core.register import REGISTER_FILE, Publication, WithdrawalEntry
from yururluk.core.settings import Settings
from yururluk.git import GIT_RULE, Change, GitFailed, Refs, Repository, Written, content_id, tree_id
from yururluk.publish.lock import NEVER_THERE, STAGING, STAGING_FOLDER, in_turn, work_folder
from yururluk.publish.plan import Plan, plan
from yururluk.publish.published_pages import (
    BUILD_FILE,
    PORTAL,
    Online,
    online,
    online_register,
    refuse_altered_register,
)
from yururluk.publish.remote import (
    Progress,
    Step,
    base_for_push,
    base_here,
    bring_online,
    head_tag,
    missing_entries,
    newest_tag,
    refuse_locked_remote,
    refuse_other_addresses,
    refuse_unfit_branch,
    tracking_ref,
)
from yururluk.publish.targets import Builder, Files, Folder, code_digest, jobs_of, package_digest, run_jobs
from yururluk.site.urls import VERSIONS, Urls

_NAMED = 10  # so many releases are named in the commit's message


@dataclass(frozen=True)
class Request:
    """What `publish` is asked for. `saved_register` is used where the pages branch has been lost; `faults` are problems
    of files. No entry of a moment after `latest` is pushed. `pages` are those without versions."""

    moment: datetime
    push: bool = False
    rebuild: bool = False
    saved_register: bytes | None = None
    faults: Sequence[Problem] = ()
    latest: datetime | None = None
    pages: Sequence[Text] = ()


@dataclass(frozen=True)
class Outcome:
    """What a publish did: the folders written, whether the portal was, and the commit now online. `rehearsed` are the
    entries that only this clone had; `future` says whether it entered something as of a day that has not come."""

    plan: Plan
    written: tuple[str, ...]
    portal_written: bool
    commit: str
    pushed: bool
    rehearsed: tuple[Publication | WithdrawalEntry, ...] = ()
    future: bool = False

    @property
    def did_nothing(self) -> bool:
        """Whether everything was online already."""
        return not self.written and not self.portal_written and not self.pushed


def publish(
    repository: Repository, settings: Settings, releases: Sequence[Release], request: Request, progress: Progress
) -> Outcome:
    """Bring online what should be. Raises `Refused`; the branch is then as it was."""
    return in_turn(repository, settings, lambda: _once(repository, settings, releases, request, progress), progress)


def _once(
    repository: Repository, settings: Settings, releases: Sequence[Release], request: Request, progress: Progress
) -> Outcome | None:
    """One try; None where another publish was faster on the remote."""
    ref = f"refs/heads/{settings.branch}"
    refs = repository.refs("refs/heads", tracking_ref(settings), STAGING_FOLDER)
    refuse_unfit_branch(repository, settings, refs)
    if STAGING in refs.commits:
        # A publish that was killed left it, perhaps when the branch had moved already and nothing is left to do.
        repository.drop(STAGING)
    local = refs.commits.get(ref)
    remote: str | None = None
    rehearsed: tuple[Publication | WithdrawalEntry, ...] = ()
    if request.push:
        found_there = base_for_push(repository, settings)
        base, remote, rehearsed = found_there.commit, found_there.remote, found_there.rehearsed
    else:
        base = base_here(repository, settings, progress, refs)
    register_file, build = repository.read_all(base, [REGISTER_FILE, BUILD_FILE]) if base else (None, None)
    found = online(repository, base, build)
    register = online_register(repository, base, settings, request.saved_register, register_file)
    refuse_altered_register(repository, found, register, settings)
    tag = newest_tag(repository, settings.remote) if request.push else (0, "")
    refuse_if_any(missing_entries(register, tag, settings))
    refuse_other_addresses(found.ids, settings)
    code = code_digest(repository.root, settings)
    wanted = plan(releases, register, request.moment, settings, code, request.faults, request.pages)
    if not wanted.folders:
        raise _nothing_public(wanted, releases)
    future = wanted.register != register and request.latest is not None and request.moment > request.latest
    if future and request.push:
        raise _future_entry(wanted)
    due = list(wanted.folders) if request.rebuild else wanted.due(found)
    root_due = request.rebuild or not wanted.has_root_in(found)
    commit = base
    written: tuple[str, ...] = ()
    staged: Written | None = None
    try:
        if due or root_due or commit is None:
            _rehearse(repository, refs, ref, base)
            if request.push:
                refuse_locked_remote(repository, settings)
            staged = _stage(repository, settings, wanted, due, base, found, request.rebuild, progress)
            commit = staged.commit
            written = tuple(folder.version for folder in due)
            if staged.tree == staged.tree_before and base is not None:
                commit, written, root_due = base, (), False
        is_new = request.push and len(wanted.register.raw) > tag[0]
        tags = head_tag(repository, commit, wanted.register) if is_new else {}
        step = Step(commit, local, remote, request.push, STAGING if staged else None, tags)
        pushed = bring_online(repository, settings, step, progress)
        if pushed is None:
            return None
        staged = None if commit != local else staged
    finally:
        if staged:
            with contextlib.suppress(GitFailed):
                repository.drop(STAGING)
    return Outcome(wanted, written, root_due, commit, pushed, rehearsed, future)


def _nothing_public(wanted: Plan, releases: Sequence[Release]) -> Refused:
    first = min((one for one in releases if one.version in wanted.waiting), key=lambda one: one.published or date.max)
    message = msg(
        "on {day} nothing is public: release {version} is to be published on {published}.",
        day=wanted.day,
        version=first.version,
        published=first.published,
    )
    fix = msg("publish from that day on, or remove its line `published:` to publish it now.")
    return Refused([Problem("published-date", first.path, first.lines.get("published", 1), message, fix)])


def _future_entry(wanted: Plan) -> Refused:
    message = msg("the day {day} has not come: what a release says of its publication must be true.", day=wanted.day)
    fix = msg(
        "publish without --today; to rehearse that day, leave out --push and choose another branch: --branch preview. "
        "If today is {day}, look at the clock of this machine.",
        day=wanted.day,
    )
    return Refused([Problem("push", "", 0, message, fix)])


def _rehearse(repository: Repository, refs: Refs, ref: str, base: str | None) -> None:
    """Make sure, before anything is built, that git would let both refs move."""
    if STAGING_FOLDER in refs.commits:
        message = msg(
            'there is a ref named "{staging_folder}", where the pages are to be staged ({staging}).',
            staging_folder=STAGING_FOLDER,
            staging=STAGING,
        )
        fix = msg("if nobody needs it, remove it: git update-ref -d {staging_folder}.", staging_folder=STAGING_FOLDER)
        raise Refused([Problem(GIT_RULE, "", 0, message, fix)])
    some = base or repository.line("rev-parse", "HEAD")
    local = refs.commits.get(ref)
    repository.rehearse([(STAGING, some, None), (ref, local or some, local)], [NEVER_THERE])


def _stage(
    repository: Repository,
    settings: Settings,
    wanted: Plan,
    due: Sequence[Folder],
    base: str | None,
    found: Online,
    rebuild: bool,
    progress: Progress,
) -> Written:
    """Build the folders that are due, and the root, and write them on the staging ref."""
    like = base or repository.line("rev-parse", "HEAD")
    with work_folder(repository.common_folder()) as work:
        made = _made(repository, settings, wanted, due, found, rebuild, progress, work)
    ids = {name: found.ids[name] for name in wanted.folder_names() if name in found.ids}
    for folder in due:
        tree = tree_id(_content_ids(made[folder.version], like), like)
        ids |= dict.fromkeys((folder.version, *folder.aliases), tree)
    part_files = {
        name: dict(found.part_files[name]) if name not in made else _content_ids(made[name], like)
        for name in (PORTAL, *(part.name for part in wanted.parts))
    }
    if rebuild:
        for path in _changed_by_others(wanted, found, ids, part_files):
            progress(
                msg(
                    "Warning: {path} was online otherwise than the same texts and the same program make it; "
                    "see who changed it: git log -p {branch} -- {path}",
                    path=path,
                    branch=settings.branch,
                )
            )
    listed = {BUILD_FILE, *(path for files in part_files.values() for path in files)}
    for path in found.altered:
        progress(
            msg(
                "Warning: {path} was changed on the branch since it was published, and is put right; see who changed "
                "it: git log -p {branch} -- {path}",
                path=path,
                branch=settings.branch,
            )
        )
    for name in wanted.foreign_releases(found):
        progress(msg("Removed: {name} belongs to no release.", name=name))
    start = base or repository.empty_commit("Begin the pages branch")
    repository.move(STAGING, start, None)
    if VERSIONS in found.ids and found.ids[VERSIONS] != found.files.get(VERSIONS):
        # Somebody else wrote it; what mike cannot read, or takes for something else, must not stop the deploys.
        repository.commit(STAGING, start, "Set aside versions.json", Change([VERSIONS], ()))
    for folder in due:
        _deploy(repository, folder, made[folder.version])

    def files() -> Iterator[tuple[str, bytes]]:
        for name, contents in made.items():
            if name not in versions:
                yield from sorted(contents.items())
        yield BUILD_FILE, wanted.build_file(ids, part_files)

    versions = {folder.version for folder in due}
    tip = repository.commit_of(STAGING)
    written = repository.commit(STAGING, tip, _message(wanted, due), Change(wanted.stale(found, listed), files()))
    return replace(written, tree_before=repository.tree_of(base) if base else None)


def _changed_by_others(
    plan: Plan, found: Online, ids: Mapping[str, str], part_files: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """The folders and files online of which build.json says that they were made from just what they are made from now,
    and which are not what is made now: somebody rewrote them, and build.json with them. `ids` and `part_files` name
    what was made now."""
    due = plan.due(found)
    folders = [
        folder.version
        for folder in plan.folders
        if folder not in due and found.ids[folder.version] != ids[folder.version]
    ]
    parts = plan.fingerprints()["parts"]
    files = {
        path
        for name, made_from in parts.items()
        if found.has_part(name, made_from)
        for path, _ in found.part_files[name].items() ^ part_files[name].items()
    }
    return [*folders, *sorted(files)]


def _deploy(repository: Repository, folder: Folder, files: Files) -> None:
    """Have mike deploy a release and its aliases onto the staging ref. Raises `GitFailed`."""
    from mike import commands, git_utils  # and with it a web server, which most runs do not need

    message = f"Deploy {folder.version} ({folder.properties['status']})"
    with tempfile.TemporaryDirectory() as site, repository.as_git_environment():
        for path, data in files.items():
            file = Path(site, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        try:
            with commands.deploy(
                {"site_dir": site, "use_directory_urls": True},
                folder.version,
                title=folder.version,
                aliases=list(folder.aliases),
                update_aliases=True,
                alias_type=commands.AliasType.copy,
                branch=STAGING,
                message=message,
                allow_empty=True,
                set_props=list(folder.properties.items()),
            ):
                pass
        except git_utils.GitError as error:
            raise GitFailed(("fast-import",), " ".join(str(error).split())) from error


def _made(
    repository: Repository,
    settings: Settings,
    wanted: Plan,
    due: Sequence[Folder],
    found: Online,
    rebuild: bool,
    progress: Progress,
    work: Path,
) -> dict[str, Files]:
    """The files of all that is due, by target. Files that are at hand are always written, as is what belongs to a
    release being rebuilt."""
    steps = {} if rebuild else found.steps(repository, Urls(settings).step())
    builder = Builder(repository, settings, work, package_digest(), steps)
    parts = [
        part for part in wanted.parts if part.is_made or rebuild or not found.has_part(part.name, part.fingerprint)
    ]
    portal = None if not rebuild and found.has_part(PORTAL, wanted.portal_fingerprint) else wanted.portal
    compare = rebuild or found.code != wanted.code
    jobs = jobs_of(builder, wanted.history.releases, due, parts, portal, found, compare=compare)
    return run_jobs(jobs, progress) | {part.name: part.make() for part in parts if not part.version}


def _content_ids(files: Files, like: str) -> Mapping[str, str]:
    return {path: content_id(data, like) for path, data in sorted(files.items())}


def _message(wanted: Plan, due: Sequence[Folder]) -> str:
    states = [f"{folder.version} ({folder.properties['status']})" for folder in due]
    named = states if len(states) <= _NAMED else [f"{len(states)} releases"]
    return f"Publish as of {wanted.day}: {', '.join([*named, 'the portal'])}"
