"""How a plan comes online: mike writes one folder a release on a staging ref, and the branch moves there in one step.

mike commits to the branch it is given at once, folder by folder, and two of them at work mix their texts; so it
is given a ref of its own under a lock, and nobody sees a page before all of them are right.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import mike.commands
import mike.git_utils
from filelock import FileLock, Timeout
from mkdocs.config import load_config

import yururluk
from yururluk.assets import FOLDER as ASSETS_FOLDER
from yururluk.building import build_site
from yururluk.model import IN_FORCE_ALIAS, NEWEST_ALIAS, Release
from yururluk.problems import Problem, Refused
from yururluk.publish import BUILD_FILE, Folder, Plan, plan
from yururluk.register import REGISTER_FILE, Register, loads
from yururluk.settings import CONFIG_FILE, Settings
from yururluk.site.machine import robots_file, sitemap_file
from yururluk.vcs import GitFailed, Repository

STAGING = "refs/yururluk/staging"
_ALIASES = (IN_FORCE_ALIAS, NEWEST_ALIAS)
_TRIES = 5
_LOCK_SECONDS = 900

Progress = Callable[[str], None]


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
    lock = FileLock(repository.common_folder() / "yururluk.lock", timeout=_LOCK_SECONDS)
    try:
        with lock:
            for attempt in range(1, _TRIES + 1):
                outcome = _once(repository, settings, releases, request, progress)
                if outcome is not None:
                    return outcome
                progress(f"Another publish was faster; trying again ({attempt} of {_TRIES}).")
    except Timeout:
        mend = "wait until it has ended, then try again."
        raise Refused(
            [Problem("lock", "", 0, "another publish is running in this repository.", mend)]
        ) from None
    mend = "try again in a moment."
    raise Refused(
        [Problem("push", "", 0, f"the remote branch kept moving; gave up after {_TRIES} tries.", mend)]
    )


def _once(
    repository: Repository,
    settings: Settings,
    releases: tuple[Release, ...],
    request: Request,
    progress: Progress,
) -> Outcome | None:
    local = repository.commit_of(f"refs/heads/{settings.branch}")
    base, remote = _base(repository, settings, local, request)
    register = online_register(repository, base, settings, request.saved_register)
    code = code_digest(repository.root)
    wished = plan(releases, register, request.moment, settings, code)
    online = _fingerprints(repository, base)
    due = [
        folder
        for folder in wished.folders
        if request.rebuild or online.get(folder.version) != folder.fingerprint
    ]
    portal_due = request.rebuild or online.get("") != wished.portal_fingerprint
    commit = base
    if due or portal_due or commit is None:
        commit = _stage(repository, settings, wished, due, base, progress)
    written = tuple(folder.version for folder in due)
    if base is not None and repository.tree_of(commit) == repository.tree_of(base):
        commit, written, portal_due = base, (), False
    pushed = False
    if request.push and commit != remote:
        progress(f"Pushing {settings.branch} to {settings.remote} …")
        try:
            repository.run("push", "--quiet", settings.remote, f"{commit}:refs/heads/{settings.branch}")
        except GitFailed as error:
            if "rejected" in error.told or "fetch first" in error.told or "cannot lock ref" in error.told:
                return None
            raise _git_refused(error) from error
        pushed = True
    if commit != local:
        try:
            repository.move(f"refs/heads/{settings.branch}", commit, local)
        except GitFailed as error:
            raise _git_refused(error) from error
    with contextlib.suppress(GitFailed):
        repository.drop(STAGING)
    return Outcome(wished, written, portal_due, commit, pushed)


def _base(
    repository: Repository, settings: Settings, local: str | None, request: Request
) -> tuple[str | None, str | None]:
    """The commit to build on, and the remote's where it is known.

    With `push` the remote is asked; without it, what was last fetched counts, so that a fresh clone goes on
    from the company's own pages and does not begin a register of its own.
    """
    tracking = f"refs/remotes/{settings.remote}/{settings.branch}"
    if request.push:
        if not repository.has_remote(settings.remote):
            mend = f"add it (git remote add {settings.remote} …), or publish without --push."
            raise Refused([Problem("push", "", 0, f'there is no remote "{settings.remote}".', mend)])
        try:
            remote = repository.remote_commit(settings.remote, settings.branch)
        except GitFailed as error:
            raise _git_refused(error) from error
    else:
        remote = repository.commit_of(tracking)
    if local is None or remote is None or local == remote:
        return local or remote, remote
    if repository.contains(local, remote):
        return local, remote
    if repository.contains(remote, local):
        return remote, remote
    if request.push:
        # What is online elsewhere is the truth; local commits on the branch are pages, made anew from main.
        return _with_every_entry(repository, settings, remote, local), remote
    mend = (
        "run `yururluk publish --push`, or make the branch what is online: "
        f"git branch -f {settings.branch} {tracking}."
    )
    message = (
        f"the local branch {settings.branch} and {settings.remote}/{settings.branch} went separate ways."
    )
    raise Refused([Problem("branch", "", 0, message, mend)])


def _with_every_entry(repository: Repository, settings: Settings, remote: str, local: str) -> str:
    """The remote commit, once it is sure that no entry of the local register would be lost by going on from it."""
    there = online_register(repository, remote, settings, None)
    here = online_register(repository, local, settings, None)
    lost = [entry.version for entry in here.publications if there.publication(entry.version) is None]
    if lost:
        message = (
            f"the local branch {settings.branch} records the publication of {', '.join(lost)}, which "
            f"{settings.remote} does not know; both have gone on separately."
        )
        mend = f"if the local branch was only a trial, delete it (git branch -D {settings.branch}) and publish again."
        raise Refused([Problem("branch", "", 0, message, mend)])
    return remote


def online_register(
    repository: Repository, commit: str | None, settings: Settings, saved: bytes | None
) -> Register:
    """The register of the pages branch, or the saved one where the branch has been lost."""
    data = repository.read(commit, REGISTER_FILE) if commit else None
    if data is not None:
        register = loads(data, f"{settings.branch}:{REGISTER_FILE}")
        if saved is not None:
            rescued = loads(saved, "the saved register")
            if rescued.raw[: len(register.raw)] != register.raw:
                mend = "publish without --register: the branch has its own."
                message = f"the saved register does not continue the one on {settings.branch}."
                raise Refused([Problem("register", "", 0, message, mend)])
            return rescued
        return register
    if saved is not None:
        return loads(saved, "the saved register")
    if commit is not None and repository.paths(commit):
        message = (
            f"the branch {settings.branch} holds files but no {REGISTER_FILE}: "
            "it is not known what was published."
        )
        mend = (
            "give a saved copy: yururluk publish --register FILE; or, if the branch never held published texts, "
            f"delete it (git branch -D {settings.branch}) or choose another: --branch NAME."
        )
        raise Refused([Problem("register", f"{settings.branch}:{REGISTER_FILE}", 0, message, mend)])
    return Register()


def _fingerprints(repository: Repository, commit: str | None) -> Mapping[str, str]:
    """The fingerprint of each folder online, by version; of the portal under the empty name."""
    data = repository.read(commit, BUILD_FILE) if commit else None
    try:
        content = json.loads(data or b"{}")
        return {
            "": str(content.get("portal")),
            **{str(k): str(v) for k, v in content.get("folders", {}).items()},
        }
    except (ValueError, AttributeError):
        return {}  # everything is then built anew, which loses nothing


def _stage(
    repository: Repository,
    settings: Settings,
    wished: Plan,
    due: list[Folder],
    base: str | None,
    progress: Progress,
) -> str:
    """Write the folders that are due, then the root, on the staging ref. Returns its last commit."""
    begin = base or repository.empty_commit("Begin the pages")
    repository.run("update-ref", STAGING, begin)
    work = Path(tempfile.mkdtemp(prefix="yururluk-site-"))
    environment = {**repository.identity()}
    try:
        with _environ(environment), contextlib.chdir(repository.root):
            for folder in due:
                progress(f"Building release {folder.version} …")
                _deploy(repository, settings, wished, folder, work / folder.version)
            progress("Building the portal …")
            _deploy_root(repository, settings, wished, work / "portal")
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


def _deploy_root(repository: Repository, settings: Settings, wished: Plan, site_dir: Path) -> None:
    """Write what stands beside the releases' folders, and drop what no longer belongs there."""
    moment = int(max((p.moment.timestamp() for p in wished.history.releases), default=0))
    build_site(repository.root, wished.portal, settings, site_dir, moment=moment, with_assets=True)
    page_404 = site_dir / "404" / "index.html"
    page_404.rename(site_dir / "404.html")
    page_404.parent.rmdir()
    files = {
        file.relative_to(site_dir).as_posix(): file.read_bytes()
        for file in sorted(site_dir.rglob("*"))
        if file.is_file()
    }
    files[REGISTER_FILE] = wished.register.dumps()
    files["versions.json"] = wished.versions_file()
    files[BUILD_FILE] = wished.build_file()
    files["sitemap.xml"] = sitemap_file(wished, settings)
    files["robots.txt"] = robots_file(settings)
    files[".nojekyll"] = b""

    kept = {folder.version for folder in wished.folders} | {ASSETS_FOLDER, "CNAME"}
    kept |= {alias for folder in wished.folders for alias in folder.aliases}
    stale = sorted(
        path for path in repository.paths(STAGING) if path.split("/")[0] not in kept and path not in files
    )
    with mike.git_utils.Commit(STAGING, f"Publish the portal ({wished.day})", allow_empty=True) as commit:
        commit.delete_files(stale)
        for name, data in sorted(files.items()):
            commit.add_file(mike.git_utils.FileInfo(name, data))


def code_digest(root: Path) -> str:
    """Digest of all that turns texts into pages: the package, the templates and the settings."""
    package = Path(yururluk.__file__).parent
    files = [
        *((f"package/{file.relative_to(package).as_posix()}", file) for file in package.rglob("*")),
        *((file.relative_to(root).as_posix(), file) for file in (root / "overrides").rglob("*")),
        (CONFIG_FILE, root / CONFIG_FILE),
    ]
    digest = hashlib.sha256()
    for name, file in sorted(files):
        if file.is_file() and "__pycache__" not in file.parts:
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()


@contextlib.contextmanager
def _environ(values: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _git_refused(error: GitFailed) -> Refused:
    mend = "do as git says, then publish again; nothing has been lost."
    return Refused([Problem("git", "", 0, f"git {error.command[0]} failed: {error.told}", mend)])
