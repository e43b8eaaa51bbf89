"""How a plan comes online: what is due is built aside, written in one commit, and the branch moves there in one step.

The branch is mike's: a folder for each release and alias, and versions.json. All happens under a lock, and nobody
sees a page before all of them are right.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from yururluk.core.messages import msg
from yururluk.core.model import Release
from yururluk.core.problems import Problem, Refused
from yururluk.core.register import REGISTER_FILE
from yururluk.core.settings import Settings
from yururluk.git import GitFailed, Refs, Repository, content_id
from yururluk.memory import NO_MEMORY, Memory
from yururluk.publish.ahead import make_ready
from yururluk.publish.code_digest import code_digest
from yururluk.publish.jobs import NUMBERED, Builder, jobs_of
from yururluk.publish.lock import in_turn
from yururluk.publish.made import made_files, made_ids
from yururluk.publish.pages_commit import Change, Written, tree_id, write_commit
from yururluk.publish.plan import BUILD_FILE, PORTAL, Folder, Plan, outlook, planned
from yururluk.publish.published_pages import (
    Online,
    build_file,
    folder_names,
    online,
    online_register,
    refuse_altered_register,
)
from yururluk.publish.push import Step, bring_online, refuse_locked_remote
from yururluk.publish.recovery import work_folder
from yururluk.publish.refs import NEVER_THERE, STAGING, STAGING_FOLDER, tracking_ref
from yururluk.publish.remote import (
    Progress,
    base_for_push,
    base_here,
    known_commit,
    refuse_other_addresses,
    refuse_unfit_branch,
)
from yururluk.site.build_targets import Part
from yururluk.text import renderings
from yururluk.workers import Crew, run_all

__all__ = ["Outcome", "Progress", "Request", "known_commit", "online_register", "publish"]


@dataclass(frozen=True)
class Request:
    """What `publish` is asked for. `saved_register` stands in where the pages branch has been lost."""

    moment: datetime
    push: bool = False
    rebuild: bool = False
    saved_register: bytes | None = None


@dataclass(frozen=True)
class Outcome:
    """What a publish did: the folders written, whether the portal was, and the commit now online. `refs` are what it
    left, as far as it knows."""

    plan: Plan
    written: tuple[str, ...]
    portal_written: bool
    commit: str
    pushed: bool
    refs: Refs

    @property
    def did_nothing(self) -> bool:
        """Whether everything was online already."""
        return not self.written and not self.portal_written and not self.pushed


def publish(
    repository: Repository,
    settings: Settings,
    releases: tuple[Release, ...],
    request: Request,
    memory: Memory,
    progress: Progress,
    crew: Crew | None = None,
) -> Outcome:
    """Bring online what should be. Raises `Refused`; the branch is then as it was. `memory` spares work, and `crew` is
    to build the pages, where it has been begun already."""
    crews = iter([crew])  # it does its work once

    def attempt() -> Outcome | None:
        memory.tidy()
        memory.trim(renderings.FAMILY, renderings.MOST)
        return _once(repository, settings, releases, request, memory, progress, next(crews, None))

    return in_turn(repository, settings, attempt, progress)


def _once(
    repository: Repository,
    settings: Settings,
    releases: tuple[Release, ...],
    request: Request,
    memory: Memory,
    progress: Progress,
    crew: Crew | None,
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
    if request.push:
        base, remote = base_for_push(repository, settings)
    else:
        base = base_here(repository, settings, progress, refs)
    register_file, build = repository.read_all(base, [REGISTER_FILE, BUILD_FILE]) if base else (None, None)
    found = online(repository, base, build)
    register = online_register(repository, base, settings, request.saved_register, register_file)
    refuse_altered_register(repository, found, register, settings)
    refuse_other_addresses(found.ids, settings)
    known = outlook(releases, register, request.moment, settings, memory)
    if crew is not None:
        # What every page is made from, and what its job names of it.
        crew.share([known.assembler, settings, memory, *known.assembler.history.releases])
    wished = planned(known, code_digest(repository.root, memory.code))
    due = [folder for folder in wished.folders if request.rebuild or not found.has(folder)]
    root_due = request.rebuild or not found.has_root(wished)
    commit = base
    written: tuple[str, ...] = ()
    staged: Written | None = None
    try:
        if due or root_due or commit is None:
            _rehearse(repository, refs, ref, base)
            if request.push:
                refuse_locked_remote(repository, settings)
            staged = _stage(repository, settings, wished, due, base, found, request.rebuild, memory, progress, crew)
            commit = staged.commit
            written = tuple(folder.version for folder in due)
            if staged.tree == staged.tree_before and base is not None:
                commit, written, root_due = base, (), False
        step = Step(commit, local, remote, request.push, STAGING if staged else None)
        pushed = bring_online(repository, settings, step, progress)
        if pushed is None:
            return None
        staged = None if commit != local else staged
    finally:
        if staged:
            with contextlib.suppress(GitFailed):
                repository.drop(STAGING)
    left = {name: at for name, at in refs.commits.items() if name != STAGING} | {ref: commit}
    if request.push:
        left[tracking_ref(settings)] = commit
    return Outcome(wished, written, root_due, commit, pushed, replace(refs, commits=left))


def _rehearse(repository: Repository, refs: Refs, ref: str, base: str | None) -> None:
    """Make sure, before anything is built, that git would let both refs move."""
    if STAGING_FOLDER in refs.commits:
        message = msg(
            'there is a ref named "{staging_folder}", where the pages are to be staged ({staging}).',
            staging_folder=STAGING_FOLDER,
            staging=STAGING,
        )
        fix = msg(
            "if nobody needs it, remove it: git update-ref -d {staging_folder}.",
            staging_folder=STAGING_FOLDER,
        )
        raise Refused([Problem("git", "", 0, message, fix)])
    some = base or repository.line("rev-parse", "HEAD")
    local = refs.commits.get(ref)
    repository.rehearse([(STAGING, some, None), (ref, local or some, local)], [NEVER_THERE])


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
    crew: Crew | None,
) -> Written:
    """Build the folders that are due, and the root, and write them on the staging ref."""
    with work_folder(repository.common_folder()) as work:
        like = base or repository.line("rev-parse", "HEAD")
        portal_due = rebuild or not found.has_part(PORTAL, wished.portal_fingerprint)
        # A rebuild proves every page; so it renders every text.
        builder = Builder(repository, settings, memory, NO_MEMORY if rebuild else memory, work, like)
        parts = [
            part
            for part in wished.parts
            if not part.cheap and (rebuild or not found.has_part(part.name, part.fingerprint))
        ]
        run_all(
            jobs_of(
                builder,
                wished,
                found,
                due,
                portal_due=portal_due,
                parts=[part for part in parts if not part.light],
                rebuild=rebuild,
            ),
            work / "workers",
            progress,
            partial(make_ready, settings),
            crew,
            meanwhile=[builder.job(part) for part in parts if part.light],
        )

        ids = {name: found.ids[name] for name in folder_names(wished) if name in found.ids}
        for folder in due:
            tree = tree_id(made_ids(builder.folder_file(folder)), like)
            ids |= dict.fromkeys((folder.version, *folder.aliases), tree)
        files, part_files = _root_files(wished, found, builder)
        if rebuild:
            from yururluk.publish.rebuild_guard import changed_by_others

            for path in changed_by_others(wished, found, ids, part_files):
                progress(
                    msg(
                        "Warning: {path} was online otherwise than the same texts and the same program make it; "
                        "see who changed it: git log -p {branch} -- {path}",
                        path=path,
                        branch=settings.branch,
                    )
                )
        files[BUILD_FILE] = build_file(wished, ids, part_files)
        wanted = {BUILD_FILE, *(path for some in part_files.values() for path in some)}
        names = [name for folder in due for name in (folder.version, *folder.aliases)]
        removed = sorted({*found.stale(wished, wanted), *(name for name in names if name in found.ids)})

        def all_files() -> Iterator[tuple[str, bytes]]:
            for folder in due:
                for path, data in made_files(builder.folder_file(folder)).items():
                    yield f"{folder.version}/{path}", data
            for name in part_files:
                if builder.part_file(name).is_file():
                    yield from made_files(builder.part_file(name)).items()
            yield from sorted(files.items())

        copies = [(folder.version, alias) for folder in due for alias in folder.aliases]
        return write_commit(repository, STAGING, base, _message(wished, due), Change(removed, all_files(), copies))


def _root_files(wished: Plan, found: Online, builder: Builder) -> tuple[dict[str, bytes], dict[str, Mapping[str, str]]]:
    """What is at hand of the files beside the releases' folders, by path; and of every part of the root what git calls
    its files. A part that was not made is left as it is online."""
    files: dict[str, bytes] = {}
    part_files: dict[str, Mapping[str, str]] = {}
    for part in (Part(PORTAL, wished.portal_fingerprint, dict), *wished.parts):
        handed_over = builder.part_file(part.name)
        if part.cheap:
            made = part.make()
            part_files[part.name] = {path: content_id(data, builder.like) for path, data in made.items()}
            files.update(made)
        elif handed_over.is_file():
            part_files[part.name] = made_ids(handed_over)
        else:
            part_files[part.name] = found.part_files[part.name]
    return files, part_files


def _message(wished: Plan, due: list[Folder]) -> str:
    states = [f"{folder.version} ({folder.properties['status']})" for folder in due]
    named = states if len(states) <= NUMBERED else [f"{len(states)} releases"]
    return f"Publish as of {wished.day}: {', '.join([*named, 'the portal'])}"
