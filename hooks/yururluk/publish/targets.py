"""What the pages branch holds on a day, as targets: files that are made together, with a fingerprint of what they show.

A fingerprint digests the code and the whole page models, so no fact that a page shows can be left out of it. A target
whose fingerprint is online already is not made again; what is due is built as jobs that any process can take.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import yururluk
from yururluk.core.history import Published, TextFacts
from yururluk.core.i18n import CATALOGUES
from yururluk.core.messages import Message, Problem, Refused, msg
from yururluk.core.model import Release, Text
from yururluk.core.register import REGISTER_FILE, Register
from yururluk.core.settings import CONFIG_FILE, Settings
from yururluk.git import Repository
from yururluk.publish.published_pages import PORTAL, Online
from yururluk.site.api import answers_of_the_day, description_files, release_answers
from yururluk.site.assets import is_scratch
from yururluk.site.feeds import feed_files, robots_file, sitemap_file, timemap_files, timemap_paths
from yururluk.site.page_facts import Assembler
from yururluk.site.page_models import Site, TextView
from yururluk.site.urls import PDF, VERSIONS, headers_file
from yururluk.verify import page as page_check

Files = Mapping[str, bytes]

_ENGINE = (
    "babel",
    "jinja2",
    "lxml",
    "markdown",
    "mkdocs",
    "mkdocs-material",
    "mkdocs-static-i18n",
    "nh3",
    "pydantic",
    "pymdown-extensions",
)


@dataclass(frozen=True)
class Folder:
    """One release's folder: its pages, its aliases and what versions.json says of it."""

    version: str
    aliases: tuple[str, ...]
    properties: Mapping[str, Any]
    site: Site = field(repr=False)
    fingerprint: str


@dataclass(frozen=True)
class Part:
    """Files of the root, by path. Parts share no path. `version` names the release that they belong to, if one."""

    name: str
    fingerprint: str
    make: Callable[[], Files] = field(repr=False)
    version: str = ""

    @property
    def is_made(self) -> bool:
        """Whether the files are at hand already, since their bytes are their fingerprint."""
        return isinstance(self.make, _Made)


@dataclass(frozen=True)
class _Made:
    files: Files

    def __call__(self) -> Files:
        return self.files


def made_part(name: str, files: Files) -> Part:
    """A part whose files take no time to make: their bytes are the fingerprint."""
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    return Part(name, fingerprint("", digests), _Made(files))


def root_parts(
    assembler: Assembler, register: Register, versions: bytes, code: str, pages: Sequence[Text]
) -> tuple[Part, ...]:
    """The parts of the root beside the portal's pages. `register` and `versions` (versions.json) are published with
    them; `code` digests the code."""
    history, settings, urls = assembler.history, assembler.settings, assembler.urls
    record = register.dumps()
    hosts = {
        ".nojekyll": b"",
        "_headers": headers_file(timemap_paths(assembler)),
        "robots.txt": robots_file(settings),
        "sitemap.xml": sitemap_file(assembler, pages),
    }
    facts: dict[str, list[TextFacts]] = {}
    for (own, _, _), found in history.facts.items():
        facts.setdefault(own, []).append(found)
    first = {
        document: (published.version, published.published_on)
        for published in reversed(history.releases)
        for document in published.release.documents
    }

    return (
        made_part("machine", hosts),
        made_part("api", answers_of_the_day(assembler)),
        made_part("timemaps", timemap_files(assembler)),
        made_part("feeds", feed_files(assembler, register.withdrawals)),
        Part(
            "api-description",
            fingerprint(code, [history.documents, [published.version for published in history.releases]]),
            partial(description_files, assembler),
        ),
        *(
            Part(
                f"texts/{published.version}",
                fingerprint(
                    code, [published, facts[published.version], [first[d] for d in published.release.documents]]
                ),
                partial(release_answers, assembler, published),
                published.version,
            )
            for published in history.releases
        ),
        *pdf_parts(assembler),
        made_part("record", {REGISTER_FILE: record, urls.answer("register"): record, VERSIONS: versions}),
    )


def pdf_parts(assembler: Assembler) -> Iterator[Part]:
    """A part for each release; none where the project wants no PDFs.

    Their fingerprint names the frozen texts alone, neither the day nor the code: a copy that was given out stays, byte
    for byte, at its address. Only `publish --rebuild` makes it again.
    """
    history, settings = assembler.history, assembler.settings
    for published in history.releases if settings.pdf else ():
        if published.release.texts:
            digests = {"texts": {text.name: text.sha256 for text in published.release.texts}}
            make = partial(_pdf_files, assembler, published)
            yield Part(f"{PDF}/{published.version}", fingerprint("", digests), make, published.version)


def _pdf_files(assembler: Assembler, published: Published) -> Files:
    from yururluk.pdf.copies import release_copies  # typst takes 60 ms to load, and most runs make no PDF

    return release_copies(assembler.history, assembler.settings, published)


# Fingerprints


def fingerprint(code: str, model: object) -> str:
    """The SHA-256 of the code's digest and of a model: plain values and dataclasses, as JSON with its keys in order.

    Raises TypeError for a model that holds anything else, which could not be told from its like.
    """
    plain = json.dumps([code, model], sort_keys=True, ensure_ascii=False, default=_plain)
    return "sha256:" + hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    if is_dataclass(value):
        compared = {one.name: getattr(value, one.name) for one in fields(value) if one.compare}
        return {"": type(value).__name__, **compared}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, ZoneInfo):
        return value.key
    raise TypeError(f"a model holds a {type(value).__name__}, of which no fingerprint can be taken")


def code_digest(root: Path, settings: Settings) -> str:
    """Digest of all that turns texts into pages: the package and what it uses, the templates, the settings.

    The settings count as they were read, too: `!ENV` takes some from the environment.
    """
    files = [(f"overrides/{name}", file) for name, file in _files_below(root / "overrides")]
    files += [(f"docs/{name}", file) for name, file in _files_below(root / "docs") if not name.endswith(".md")]
    files += [(f"{CATALOGUES}/{name}", file) for name, file in _files_below(root / CATALOGUES)]
    files.append((CONFIG_FILE, root / CONFIG_FILE))
    chosen = settings.with_branch("pages", "origin")
    return _digest([package_digest(), fingerprint("", chosen)], files)


def package_digest() -> str:
    """Digest of the part of it that is the same for every project: the package and what it uses."""
    return _digest([f"{name} {_version(name)}" for name in _ENGINE], _files_below(Path(yururluk.__file__).parent))


def _files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    for parent, _, names in os.walk(folder):
        for name in names:
            file = Path(parent, name)
            yield file.relative_to(folder).as_posix(), file


def _digest(lines: Iterable[str], files: Iterable[tuple[str, Path]]) -> str:
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode())
    for name, file in sorted(files):
        if not is_scratch(name) and file.is_file():
            digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"


# Jobs

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
        from yururluk.publish.build import build_site  # with it MkDocs is loaded, which most runs do not need

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
