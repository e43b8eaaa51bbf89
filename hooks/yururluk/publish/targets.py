"""What the pages branch holds on a day, as targets: files that are made together, with a fingerprint of what they show.

A fingerprint digests the code and the whole page models, so no fact that a page shows can be left out of it. A target
whose fingerprint is online already is not made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yururluk
from yururluk.core.history import Published, TextFacts
from yururluk.core.i18n import CATALOGUES
from yururluk.core.model import Text
from yururluk.core.register import REGISTER_FILE, Register
from yururluk.core.settings import CONFIG_FILE, Settings
from yururluk.site.api import answers_of_the_day, description_files, release_answers
from yururluk.site.assets import is_scratch
from yururluk.site.feeds import feed_files, robots_file, sitemap_file, timemap_files, timemap_paths
from yururluk.site.headers import headers_file
from yururluk.site.page_facts import Assembler
from yururluk.site.page_models import Site
from yururluk.site.urls import PDF, VERSIONS

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
