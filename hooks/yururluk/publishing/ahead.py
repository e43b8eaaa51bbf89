"""Guesses, before anything is known for certain, whether pages will have to be made, so that what makes them is loaded
at once, on another core. A wrong guess costs a moment; no byte hangs on it.
"""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from yururluk.memory import FOLDER
from yururluk.model import source_of
from yururluk.settings import Settings
from yururluk.vcs import Repository
from yururluk.workers import Crew

_NOTE = "expected"
_LARGEST = 1_000_000  # bytes of a text that is worth a guess


@contextlib.contextmanager
def builders(repository: Repository, settings: Settings, *, rebuild: bool) -> Iterator[Crew | None]:
    """Processes that will probably be needed to build pages, already loading; ended at the end, if not before."""
    crew = None
    if rebuild or _is_news(repository):
        import_module("yururluk.publishing.jobs")  # what both sides need is loaded once, before they part
        crew = Crew.begin(partial(make_ready, settings, new_texts(repository)))
    try:
        yield crew
    finally:
        if crew is not None:
            crew.dismiss()


def note(repository: Repository) -> None:
    """Note the releases that there are, now that they are online: with the same ones, there will be nothing to do."""
    file = repository.common_folder() / FOLDER / _NOTE
    with contextlib.suppress(OSError):
        if _is_news(repository) and file.parent.is_dir():
            file.write_text(_releases(repository), encoding="utf-8")


def _is_news(repository: Repository) -> bool:
    try:
        return _noted(repository) != _releases(repository)
    except (OSError, ValueError):
        return True


def _noted(repository: Repository) -> str:
    return (repository.common_folder() / FOLDER / _NOTE).read_text(encoding="utf-8")


def _releases(repository: Repository) -> str:
    return "\n".join(sorted(folder.name for folder in (repository.root / "releases").iterdir()))


def new_texts(repository: Repository) -> tuple[Path, ...]:
    """The texts of the release that has come since the last publish; none where there are several, or it is the
    first."""
    try:
        new = set(_releases(repository).split("\n")) - set(_noted(repository).split("\n"))
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
    from yururluk.publishing.building import load

    load(settings.locales)
    for text in texts:
        with contextlib.suppress(Exception):  # the next one may be faultless
            content_of_rendering(source_of(text.read_bytes()))
