"""How a plan comes online: mike writes one folder a release on a staging ref, and the branch moves there in one step.

mike commits to the branch it is given at once, folder by folder, and two of them at work mix their texts; so it
is given a ref of its own under a lock, and nobody sees a page before all of them are right.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import mike.commands
import mike.git_utils
from filelock import FileLock, Timeout
from mkdocs.config import load_config

from yururluk.building import build_site
from yururluk.model import Release
from yururluk.online import (
    Online,
    build_file,
    code_digest,
    online,
    online_register,
    refuse_altered_register,
)
from yururluk.parts import Part
from yururluk.problems import Problem, Refused
from yururluk.publish import BUILD_FILE, PORTAL, VERSIONS_FILE, Folder, Plan, plan
from yururluk.remote import (
    Progress,
    base_for_push,
    base_here,
    git_refused,
    known_commit,
    push,
    refuse_unfit_branch,
)
from yururluk.settings import CONFIG_FILE, Settings
from yururluk.vcs import GitFailed, Repository, content_id

__all__ = ["Outcome", "Progress", "Request", "known_commit", "online_register", "publish"]

_STAGING_FOLDER = "refs/yururluk"
STAGING = f"{_STAGING_FOLDER}/staging"
TRIES = 5
LOCK_FILE = "yururluk.lock"
LOCK_SECONDS = 900


@dataclass(frozen=True)
class Request:
    """What `publish` is asked for. `saved_register` stands in where the pages branch has been lost."""

    moment: datetime
    push: bool = False
    rebuild: bool = False
    saved_register: bytes | None = None


@dataclass(frozen=True)
class Outcome:
    """What a publish did: the folders written, whether the portal was, and the commit now online."""

    plan: Plan
    written: tuple[str, ...]
    portal_written: bool
    commit: str
    pushed: bool

    @property
    def did_nothing(self) -> bool:
        """Whether everything was online already."""
        return not self.written and not self.portal_written and not self.pushed


def publish(
    repository: Repository,
    settings: Settings,
    releases: tuple[Release, ...],
    request: Request,
    progress: Progress,
) -> Outcome:
    """Bring online what should be. Raises `Refused`; the branch is then as it was."""
    try:
        refuse_unfit_branch(repository, settings)
        with FileLock(repository.common_folder() / LOCK_FILE, timeout=LOCK_SECONDS):
            for attempt in range(1, TRIES + 1):
                outcome = _once(repository, settings, releases, request, progress)
                if outcome is not None:
                    return outcome
                progress(f"Another publish was faster; trying again ({attempt} of {TRIES}).")
    except Timeout:
        mend = "wait until it has ended, then try again."
        raise Refused(
            [Problem("lock", "", 0, "another publish is running in this repository.", mend)]
        ) from None
    except GitFailed as error:
        raise git_refused(error.command[0], error.told or error.answer) from error
    except mike.git_utils.GitError as error:
        raise git_refused("fast-import", str(error)) from error
    mend = "try again in a moment."
    raise Refused(
        [Problem("push", "", 0, f"the remote branch kept moving; gave up after {TRIES} tries.", mend)]
    )


def _once(
    repository: Repository,
    settings: Settings,
    releases: tuple[Release, ...],
    request: Request,
    progress: Progress,
) -> Outcome | None:
    """One try; None where another publish was faster on the remote."""
    ref = f"refs/heads/{settings.branch}"
    local = repository.commit_of(ref)
    remote: str | None = None
    if request.push:
        base, remote = base_for_push(repository, settings)
    else:
        base = base_here(repository, settings, progress)
    register = online_register(repository, base, settings, request.saved_register)
    found = online(repository, base)
    refuse_altered_register(repository, found, register, settings)
    wished = plan(releases, register, request.moment, settings, code_digest(repository.root))
    due = [folder for folder in wished.folders if request.rebuild or not found.has(folder)]
    root_due = request.rebuild or not found.has_root(wished)
    commit = base
    try:
        if due or root_due or commit is None:
            _rehearse(repository, ref, local, base)
            commit = _stage(repository, settings, wished, due, base, found, request.rebuild, progress)
        written = tuple(folder.version for folder in due)
        if base is not None and repository.tree_of(commit) == repository.tree_of(base):
            commit, written, root_due = base, (), False
        pushed = False
        if request.push and commit != remote:
            progress(f"Pushing {settings.branch} to {settings.remote} …")
            if not push(repository, settings, commit, remote):
                return None
            pushed = True
        if commit != local:
            repository.move(ref, commit, local)
    finally:
        with contextlib.suppress(GitFailed):
            repository.drop(STAGING)
    return Outcome(wished, written, root_due, commit, pushed)


def _rehearse(repository: Repository, ref: str, local: str | None, base: str | None) -> None:
    """Make sure, before anything is built, that git would let both refs move."""
    if _STAGING_FOLDER in repository.refs_below(_STAGING_FOLDER):
        message = f'there is a ref named "{_STAGING_FOLDER}", where the pages are to be staged ({STAGING}).'
        mend = f"if nobody needs it, remove it: git update-ref -d {_STAGING_FOLDER}."
        raise Refused([Problem("git", "", 0, message, mend)])
    some = base or repository.line("rev-parse", "HEAD")
    repository.rehearse([(STAGING, some, repository.commit_of(STAGING)), (ref, local or some, local)])


def _stage(
    repository: Repository,
    settings: Settings,
    wished: Plan,
    due: list[Folder],
    base: str | None,
    found: Online,
    rebuild: bool,
    progress: Progress,
) -> str:
    """Write the folders that are due, then the root, on the staging ref. Returns its last commit."""
    begin = base or repository.empty_commit("Begin the pages")
    repository.run("update-ref", STAGING, begin)
    work = Path(tempfile.mkdtemp(prefix="yururluk-site-"))
    try:
        with _environ(repository.identity()), contextlib.chdir(repository.root):
            if due and not found.versions_file_is_ours:
                _commit(f"Put {VERSIONS_FILE} right", {VERSIONS_FILE: wished.versions_file()})
            for folder in due:
                progress(f"Building release {folder.version} …")
                _deploy(repository, settings, wished, folder, work / folder.version)
            progress("Building the portal …")
            _deploy_root(repository, settings, wished, found, rebuild, work / "portal")
        commit = repository.commit_of(STAGING)
        if commit is None:
            raise RuntimeError("the staging ref has vanished")
        return commit
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _deploy(repository: Repository, settings: Settings, wished: Plan, folder: Folder, site_dir: Path) -> None:
    config = load_config(str(repository.root / CONFIG_FILE), site_dir=str(site_dir))
    moment = int(wished.history[folder.version].moment.timestamp())
    with mike.commands.deploy(
        config,
        folder.version,
        aliases=list(folder.aliases),
        update_aliases=True,
        alias_type=mike.commands.AliasType.copy,
        branch=STAGING,
        message=f"Publish {folder.version} ({folder.properties['status']} on {wished.day})",
        allow_empty=True,
        set_props=sorted(folder.properties.items()),
    ):
        build_site(repository.root, folder.site, settings, site_dir, moment=moment, with_assets=False)


def _deploy_root(
    repository: Repository, settings: Settings, wished: Plan, found: Online, rebuild: bool, site_dir: Path
) -> None:
    """Write what stands beside the releases' folders, and drop what we wrote there before and no longer want.

    A part that is there as it should be is left as it is.
    """
    ids = repository.ids(STAGING)
    like = next(iter(ids.values()))
    portal = Part(
        PORTAL,
        wished.portal_fingerprint,
        lambda: _portal_files(repository, settings, wished, site_dir),
    )
    files: dict[str, bytes] = {}
    part_files: dict[str, Mapping[str, str]] = {}
    for part in (portal, *wished.parts):
        if part.cheap or rebuild or not found.has_part(part.name, part.fingerprint):
            made = part.make()
            files.update(made)
            part_files[part.name] = {path: content_id(data, like) for path, data in made.items()}
        else:
            part_files[part.name] = found.part_files[part.name]
    files[BUILD_FILE] = build_file(wished, ids, part_files)
    wanted = {BUILD_FILE, *(path for some in part_files.values() for path in some)}
    _commit(f"Publish the portal ({wished.day})", files, stale=found.stale(wished, wanted))


def _portal_files(
    repository: Repository, settings: Settings, wished: Plan, site_dir: Path
) -> dict[str, bytes]:
    moment = int(max((p.moment.timestamp() for p in wished.history.releases), default=0))
    build_site(repository.root, wished.portal, settings, site_dir, moment=moment, with_assets=True)
    page_404 = site_dir / "404" / "index.html"
    page_404.rename(site_dir / "404.html")
    page_404.parent.rmdir()
    return {
        file.relative_to(site_dir).as_posix(): file.read_bytes()
        for file in sorted(site_dir.rglob("*"))
        if file.is_file()
    }


def _commit(message: str, files: Mapping[str, bytes], stale: Sequence[str] = ()) -> None:
    """Write files to the staging ref, after deleting others."""
    with mike.git_utils.Commit(STAGING, message, allow_empty=True) as commit:
        commit.delete_files(stale)
        for name, data in sorted(files.items()):
            commit.add_file(mike.git_utils.FileInfo(name, data))


@contextlib.contextmanager
def _environ(values: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
