"""How a plan comes online: what is due is built aside, written in one commit, and the branch moves there in one step.

The branch is mike's: a folder for each release and alias, and versions.json. All happens under a lock, and nobody
sees a page before all of them are right.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from yururluk.memory import FOLDER as MEMORY_FOLDER
from yururluk.memory import Memory
from yururluk.model import Release
from yururluk.online import (
    Online,
    build_file,
    code_digest,
    folder_names,
    online,
    online_register,
    package_digest,
    refuse_altered_register,
)
from yururluk.pages_commit import Change, Written, tree_id, write_commit
from yururluk.parts import Part
from yururluk.problems import Problem, Refused
from yururluk.publish import BUILD_FILE, PORTAL, Folder, Plan, plan
from yururluk.register import REGISTER_FILE
from yururluk.remote import (
    Progress,
    base_for_push,
    base_here,
    git_refused,
    known_commit,
    push,
    refuse_unfit_branch,
    tracking_ref,
)
from yururluk.settings import Settings
from yururluk.vcs import GitFailed, Repository, content_id
from yururluk.workers import Job, run_all

__all__ = ["Outcome", "Progress", "Request", "known_commit", "online_register", "publish"]

_STAGING_FOLDER = "refs/yururluk"
STAGING = f"{_STAGING_FOLDER}/staging"
TRIES = 5
LOCK_FILE = "yururluk.lock"
LOCK_SECONDS = 900
_WORK_FOLDER = "yururluk-work"
_NUMBERED = 10  # so many builds are told with their number


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
        folder = repository.common_folder()
        with FileLock(folder / LOCK_FILE, timeout=LOCK_SECONDS):
            # A publish that was killed could not clean up.
            shutil.rmtree(folder / _WORK_FOLDER, ignore_errors=True)
            memory = Memory(folder / MEMORY_FOLDER, package_digest())
            memory.tidy()
            for attempt in range(1, TRIES + 1):
                outcome = _once(repository, settings, releases, request, memory, progress)
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
    mend = "try again in a moment."
    raise Refused(
        [Problem("push", "", 0, f"the remote branch kept moving; gave up after {TRIES} tries.", mend)]
    )


def _once(
    repository: Repository,
    settings: Settings,
    releases: tuple[Release, ...],
    request: Request,
    memory: Memory,
    progress: Progress,
) -> Outcome | None:
    """One try; None where another publish was faster on the remote."""
    ref = f"refs/heads/{settings.branch}"
    refs = repository.refs("refs/heads", tracking_ref(settings), _STAGING_FOLDER)
    refuse_unfit_branch(repository, settings, refs)
    local = refs.get(ref)
    remote: str | None = None
    if request.push:
        base, remote = base_for_push(repository, settings)
    else:
        base = base_here(repository, settings, progress, refs)
    register_file, build = repository.read_all(base, [REGISTER_FILE, BUILD_FILE]) if base else (None, None)
    found = online(repository, base, build)
    register = online_register(repository, base, settings, request.saved_register, register_file)
    refuse_altered_register(repository, found, register, settings)
    wished = plan(
        releases, register, request.moment, settings, code_digest(repository.root, memory.code), memory
    )
    due = [folder for folder in wished.folders if request.rebuild or not found.has(folder)]
    root_due = request.rebuild or not found.has_root(wished)
    commit = base
    written: tuple[str, ...] = ()
    staged: Written | None = None
    try:
        if due or root_due or commit is None:
            _rehearse(repository, refs, ref, base)
            staged = _stage(repository, settings, wished, due, base, found, request.rebuild, memory, progress)
            commit = staged.commit
            written = tuple(folder.version for folder in due)
            if staged.tree == staged.tree_before and base is not None:
                commit, written, root_due = base, (), False
        pushed = False
        if request.push and commit != remote:
            progress(f"Pushing {settings.branch} to {settings.remote} …")
            if not push(repository, settings, commit, remote):
                return None
            pushed = True
        if commit != local:
            repository.move(ref, commit, local, drop=STAGING if staged else None)
            staged = None
    finally:
        if staged:
            with contextlib.suppress(GitFailed):
                repository.drop(STAGING)
    return Outcome(wished, written, root_due, commit, pushed)


def _rehearse(repository: Repository, refs: Mapping[str, str], ref: str, base: str | None) -> None:
    """Make sure, before anything is built, that git would let both refs move."""
    if _STAGING_FOLDER in refs:
        message = f'there is a ref named "{_STAGING_FOLDER}", where the pages are to be staged ({STAGING}).'
        mend = f"if nobody needs it, remove it: git update-ref -d {_STAGING_FOLDER}."
        raise Refused([Problem("git", "", 0, message, mend)])
    some = base or repository.line("rev-parse", "HEAD")
    local = refs.get(ref)
    if STAGING in refs:
        repository.drop(STAGING)  # a publish that was killed left it
    repository.rehearse([(STAGING, some, None), (ref, local or some, local)])


def _stage(
    repository: Repository,
    settings: Settings,
    wished: Plan,
    due: list[Folder],
    base: str | None,
    found: Online,
    rebuild: bool,
    memory: Memory,
    progress: Progress,
) -> Written:
    """Build the folders that are due, and the root, and write them on the staging ref."""
    with _work_folder(repository) as work:
        like = base or repository.line("rev-parse", "HEAD")
        portal_due = rebuild or not found.has_part(PORTAL, wished.portal_fingerprint)
        builder = _Builder(repository, settings, wished, found, rebuild, memory, work)
        parts = [
            part
            for part in wished.parts
            if not part.cheap and (rebuild or not found.has_part(part.name, part.fingerprint))
        ]
        run_all(builder.jobs(due, portal_due, parts), work / "workers", progress)

        ids = {name: found.ids[name] for name in folder_names(wished) if name in found.ids}
        for folder in due:
            made = {path: content_id(data, like) for path, data in _files_of(work / folder.version)}
            ids |= dict.fromkeys((folder.version, *folder.aliases), tree_id(made, like))
        files, part_files = _root_files(wished, found, work, like)
        files[BUILD_FILE] = build_file(wished, ids, part_files)
        wanted = {BUILD_FILE, *(path for some in part_files.values() for path in some)}
        names = [name for folder in due for name in (folder.version, *folder.aliases)]
        removed = sorted({*found.stale(wished, wanted), *(name for name in names if name in found.ids)})

        def all_files() -> Iterator[tuple[str, bytes]]:
            for folder in due:
                for path, data in _files_of(work / folder.version):
                    yield f"{folder.version}/{path}", data
            for path, made in sorted(files.items()):
                yield path, made if isinstance(made, bytes) else made.read_bytes()

        copies = [(folder.version, alias) for folder in due for alias in folder.aliases]
        return write_commit(
            repository, STAGING, base, _message(wished, due), Change(removed, all_files(), copies)
        )


@dataclass(frozen=True)
class _Builder:
    """Makes the jobs of one publish: each builds one folder, or the portal, below `work`."""

    repository: Repository
    settings: Settings
    wished: Plan
    found: Online
    rebuild: bool
    memory: Memory
    work: Path

    def jobs(self, due: list[Folder], portal_due: bool, parts: list[Part]) -> list[Job]:
        """What is to be built, the longest first. The files of a part are written below `_part_folder`."""
        if due or portal_due:
            import yururluk.building  # noqa: F401 - loaded here, MkDocs is there in every worker
        jobs: list[Job] = [("Building the portal", self._portal)] if portal_due else []
        jobs += [(f"Building release {folder.version}", partial(self._release, folder)) for folder in due]
        jobs += [(f"Making {part.name}", partial(_make_part, part, self.work)) for part in parts]
        if len(jobs) < _NUMBERED:
            return [(f"{said} …", job) for said, job in jobs]
        return [(f"{said} ({at} of {len(jobs)}) …", job) for at, (said, job) in enumerate(jobs, start=1)]

    def _release(self, folder: Folder) -> None:
        from yururluk.building import build_site  # MkDocs is loaded where something is to be built

        site, site_dir = folder.site, self.work / folder.version
        moment = int(self.wished.history[folder.version].moment.timestamp())
        build_site(
            self.repository.root,
            site,
            self.settings,
            site_dir,
            self.work,
            moment=moment,
            with_assets=False,
            memory=self.memory,
        )
        if self.rebuild or self.found.code != self.wished.code or folder.version not in self.found.folders:
            from yururluk.rebuilding import refuse_changed_texts

            release = self.wished.history[folder.version].release
            refuse_changed_texts(self.repository, release, site, site_dir, self.found)

    def _portal(self) -> None:
        from yururluk.building import build_site

        site_dir = self.work / PORTAL
        moment = int(max((p.moment.timestamp() for p in self.wished.history.releases), default=0))
        build_site(
            self.repository.root,
            self.wished.portal,
            self.settings,
            site_dir,
            self.work,
            moment=moment,
            with_assets=True,
            memory=self.memory,
        )
        page_404 = site_dir / "404" / "index.html"
        page_404.rename(site_dir / "404.html")
        page_404.parent.rmdir()


@contextlib.contextmanager
def _work_folder(repository: Repository) -> Iterator[Path]:
    work = repository.common_folder() / _WORK_FOLDER
    (work / "workers").mkdir(parents=True)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files below a folder, by path, in order."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix(), file.read_bytes()


def _make_part(part: Part, work: Path) -> None:
    folder = _part_folder(part, work)
    folder.mkdir(parents=True)
    for path, data in part.make().items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def _part_folder(part: Part, work: Path) -> Path:
    return work / "parts" / content_id(part.name.encode(), "0" * 40)


def _root_files(
    wished: Plan, found: Online, work: Path, like: str
) -> tuple[dict[str, Path | bytes], dict[str, Mapping[str, str]]]:
    """What is to be written beside the releases' folders, by path, some of it as files below `work`; and of every
    part what git calls its files. A part that was not made is left as it is online."""
    files: dict[str, Path | bytes] = {}
    part_files: dict[str, Mapping[str, str]] = {}
    for part in (Part(PORTAL, wished.portal_fingerprint, dict), *wished.parts):
        folder = work / PORTAL if part.name == PORTAL else _part_folder(part, work)
        if part.cheap:
            made = part.make()
            files.update(made)
            part_files[part.name] = {path: content_id(data, like) for path, data in made.items()}
        elif folder.is_dir():
            part_files[part.name] = {path: content_id(data, like) for path, data in _files_of(folder)}
            files.update({path: folder / path for path in part_files[part.name]})
        else:
            part_files[part.name] = found.part_files[part.name]
    return files, part_files


def _message(wished: Plan, due: list[Folder]) -> str:
    states = [f"{folder.version} ({folder.properties['status']})" for folder in due]
    named = states if len(states) <= _NUMBERED else [f"{len(states)} releases"]
    return f"Publish as of {wished.day}: {', '.join([*named, 'the portal'])}"
