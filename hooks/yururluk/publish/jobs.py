"""What is to be built for a publish, as jobs that any process can take: a release, or the pages at the root."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

from yururluk.core.history import Published
from yururluk.core.messages import Message, msg
from yururluk.core.model import Release
from yururluk.core.problems import Problem, Refused
from yururluk.core.settings import Settings
from yururluk.git import Repository
from yururluk.publish.build import build_site
from yururluk.publish.published_pages import PORTAL, Online
from yururluk.publish.targets import Files, Folder, Part
from yururluk.site.page_models import Site, TextView
from yururluk.verify import page as page_check

#: From so many jobs on, starting other processes takes less time than they save.
_MANY = 8

_NUMBERED = 10  # from so many jobs on, each is announced with its number

#: A job's message, and what makes the files of its targets, by the target's name.
Job = tuple[Message, Callable[[], dict[str, Files]]]


@dataclass(frozen=True)
class Builder:
    """Makes the files of a project's targets, with temporary files below `work`. `steps` and `code` are as in
    `yururluk.publish.build`."""

    repository: Repository
    settings: Settings
    work: Path
    code: str = ""
    steps: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def release(
        self, folder: Folder | None, moment: datetime, release: Release, parts: Sequence[Part], online: Online | None
    ) -> dict[str, Files]:
        """The files of a release's folder, where it is due, and of parts of the root. Where `online` is given, the
        folder's texts must read as they do there."""
        made: dict[str, Files] = {}
        if folder is not None:
            made[folder.version] = self._site(folder.site, moment, with_assets=False)
            if online is not None:
                refuse_changed_texts(self.repository, release, folder.site, made[folder.version], online)
        return made | {part.name: part.make() for part in parts}

    def portal(self, site: Site, moment: datetime) -> dict[str, Files]:
        """The files of the pages at the root."""
        made = self._site(site, moment, with_assets=True)
        made["404.html"] = made.pop("404/index.html")
        return {PORTAL: made}

    def _site(self, site: Site, moment: datetime, *, with_assets: bool) -> dict[str, bytes]:
        return build_site(
            self.repository.root,
            site,
            self.settings,
            self.work,
            moment=int(moment.timestamp()),
            with_assets=with_assets,
            steps=self.steps,
            code=self.code,
        )


def jobs_of(
    builder: Builder,
    releases: Sequence[Published],
    due: Sequence[Folder],
    parts: Sequence[Part],
    portal: Site | None,
    online: Online,
    *,
    compare: bool,
) -> list[Job]:
    """The jobs that make the folders that are `due`, `parts` of the root and the `portal`. Texts must read as they do
    in `online` where a folder is new there and, where `compare` says so, everywhere."""
    jobs: list[Job] = []
    if portal is not None:
        moment = max(published.moment for published in releases)
        jobs.append((msg("Building the portal"), partial(builder.portal, portal, moment)))
    folders = {folder.version: folder for folder in due}
    for published in releases:
        folder = folders.get(published.version)
        own = [part for part in parts if part.version == published.version]
        proof = compare or published.version not in online.folders
        job = partial(
            builder.release, folder, published.moment, published.release, own, online if folder and proof else None
        )
        if folder:
            jobs.append((msg("Building release {version}", version=published.version), job))
        elif own:
            jobs.append((msg("Making {name}", name=own[0].name), job))
    if len(jobs) < _NUMBERED:
        return [(msg("{said} …", said=said), job) for said, job in jobs]
    return [
        (msg("{said} ({at} of {count}) …", said=said, at=at, count=len(jobs)), job)
        for at, (said, job) in enumerate(jobs, start=1)
    ]


def run_jobs(jobs: Sequence[Job], progress: Callable[[Message], None]) -> dict[str, Files]:
    """The files that the jobs make, by target. Many jobs are shared between a process for each core.

    Raises the error of the first job that fails.
    """
    made: dict[str, Files] = {}
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores == 1 or len(jobs) < _MANY:
        for message, job in jobs:
            progress(message)
            made |= job()
        return made
    # Not by fork: typst's threads do not survive it (DESIGN, 7.10).
    with ProcessPoolExecutor(cores, get_context("spawn"), _begin, (jobs,)) as pool:
        try:
            running = [pool.submit(_run, at) for at in range(len(jobs))]
            for (message, _), result in zip(jobs, running, strict=True):
                progress(message)
                made |= result.result()
        except BrokenProcessPool:
            message = msg("building the pages was cut short: a process was ended from outside.")
            fix = msg("make sure that the machine has enough memory, then publish again; nothing has been published.")
            raise Refused([Problem("build", "", 0, message, fix)]) from None
        finally:
            pool.shutdown(cancel_futures=True)
    return made


_jobs: list[Job] = []


def _begin(jobs: Sequence[Job]) -> None:
    """Take the jobs over in a new process, which ends where the one that started it is killed."""
    _jobs.extend(jobs)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(at: int) -> dict[str, Files]:
    return _jobs[at][1]()


_FIX = msg("undo what changed in overrides/, mkdocs.yml or the installed packages; nothing was published.")


def refuse_changed_texts(
    repository: Repository, release: Release, site: Site, made: Mapping[str, bytes], found: Online
) -> None:
    """Raise `Refused`, naming the page, where a page of a frozen text among those `made` does not show the text, its
    title, dates and digest, or not the text that the same page shows online."""
    pages = {
        f"{dict(page.alternates)[page.locale]}index.html": page.view.stamp
        for page in site.pages
        if isinstance(page.view, TextView)
    }
    known = [path for path in pages if path in found.ids and _is_as_we_left_it(path, found)]
    before = dict(zip(known, repository.contents([found.ids[path] for path in known]), strict=True))
    problems: list[Problem] = []
    for path, stamp in sorted(pages.items()):
        page = made[path.removeprefix(site.prefix)]
        locale = path.removeprefix(site.prefix).partition("/")[0]
        text = release.by_name.get((stamp.document, locale)) or next(
            text for text in release.texts if text.document == stamp.document and text.sha256 == stamp.sha256
        )
        faults = page_check.faults(
            page,
            sha256=text.sha256,
            published=stamp.published,
            effective=stamp.effective,
            locale=text.locale,
            text=text,
        )
        if not faults and path in before and page_check.legal_content(page) != page_check.legal_content(before[path]):
            faults = [msg("the text on this page reads otherwise than it does online.")]
        problems += [
            Problem(
                "rebuild",
                path.removesuffix("index.html"),
                0,
                msg("with today's templates and settings: {fault}", fault=fault),
                _FIX,
            )
            for fault in faults
        ]
    if problems:
        raise Refused(problems)


def _is_as_we_left_it(path: str, found: Online) -> bool:
    """A page that someone edited on the branch is no witness of what was published."""
    folder = path.partition("/")[0]
    return folder in found.trees and found.trees[folder] == found.ids.get(folder)
