"""Guesses, before anything is known for certain, whether pages will have to be made and what git will be asked, so that
both are begun at once, on another core. A wrong guess costs a moment; no byte hangs on it.
"""

from __future__ import annotations

import contextlib
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

from yururluk.core.model import NEWEST_RENDERING, source_of
from yururluk.core.settings import Settings
from yururluk.git import Repository, all_of, committed_below
from yururluk.memory import FOLDER
from yururluk.workers import Crew

_NOTE = "expected"
_COMMIT = re.compile(r"[0-9a-f]{40,64}", re.ASCII)
_LARGEST = 1_000_000  # bytes of a text that is worth a guess


@contextlib.contextmanager
def builders(repository: Repository, settings: Settings, *, rebuild: bool) -> Iterator[Crew | None]:
    """Processes that will probably be needed to build pages, already loading; ended at the end, if not before."""
    crew = None
    noted = _noted(repository)
    try:
        _foresee(repository, committed_below("releases"))
        if rebuild or noted is None or noted.releases != _releases(repository):
            if noted:
                _foresee(repository, all_of(noted.commit))
            import_module("yururluk.publish.jobs")  # what both sides need is loaded once, before they part
            crew = Crew.begin(partial(make_ready, settings, new_texts(repository)))
        yield crew
    finally:
        repository.forget()
        if crew is not None:
            crew.dismiss()


def _foresee(repository: Repository, command: tuple[str, ...]) -> None:
    with contextlib.suppress(OSError):
        repository.foresee(*command)


def note(repository: Repository, commit: str) -> None:
    """Note the releases that there are, now that they are online in a commit of the pages branch: with the same ones,
    there will be nothing to do."""
    file = repository.common_folder() / FOLDER / _NOTE
    with contextlib.suppress(OSError):
        now = _Noted(commit, _releases(repository))
        if now != _noted(repository) and file.parent.is_dir():
            file.write_text("\n".join([now.commit, *now.releases]), encoding="utf-8")


@dataclass(frozen=True)
class _Noted:
    """What the last publish left: the pages in a commit, of these releases."""

    commit: str
    releases: tuple[str, ...]


def _noted(repository: Repository) -> _Noted | None:
    try:
        told = (repository.common_folder() / FOLDER / _NOTE).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    commit, *releases = told.split("\n")
    return _Noted(commit, tuple(releases)) if _COMMIT.fullmatch(commit) else None


def _releases(repository: Repository) -> tuple[str, ...]:
    """The names of what lies in releases/; none where there is no such folder."""
    try:
        return tuple(sorted(folder.name for folder in (repository.root / "releases").iterdir()))
    except OSError:
        return ()


def new_texts(repository: Repository) -> tuple[Path, ...]:
    """The texts of the release that has come since the last publish; none where there are several, or it is the
    first."""
    noted = _noted(repository)
    new = set(_releases(repository)) - set(noted.releases) if noted else set()
    try:
        if len(new) != 1:
            return ()
        found = (repository.root / "releases" / new.pop()).glob("*/*.md")
        return tuple(sorted(file for file in found if _is_plain(file)))
    except (OSError, ValueError):
        return ()


def _is_plain(file: Path) -> bool:
    """Whether reading it ends, and soon: what else may lie there is for those to tell who read the releases."""
    found = file.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_size <= _LARGEST


def make_ready(settings: Settings, texts: Sequence[Path] = ()) -> None:
    """Load what builds pages: the modules, the words, the parser of Markdown, and what `texts` say, which every process
    is going to show, compare or describe."""
    from yururluk.lineage.clause_text import content_of_rendering
    from yururluk.publish.build import load

    load(settings.locales)
    for text in texts:
        with contextlib.suppress(Exception):  # the next one may be faultless
            content_of_rendering(source_of(text.read_bytes()), NEWEST_RENDERING)
