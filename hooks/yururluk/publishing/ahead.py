"""Guesses, before anything is known for certain, whether pages will have to be made, so that what makes them is loaded
at once, on another core. A wrong guess costs a moment; no byte hangs on it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from importlib import import_module

from yururluk.memory import FOLDER
from yururluk.settings import Settings
from yururluk.vcs import Repository
from yururluk.workers import Crew

_NOTE = "expected"


@contextlib.contextmanager
def builders(repository: Repository, settings: Settings, *, rebuild: bool) -> Iterator[Crew | None]:
    """Processes that will probably be needed to build pages, already loading; ended at the end, if not before."""
    crew = None
    if rebuild or _is_news(repository):
        import_module("yururluk.publishing.jobs")  # what both sides need is loaded once, before they part
        crew = Crew.begin(partial(make_ready, settings))
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
        file = repository.common_folder() / FOLDER / _NOTE
        return file.read_text(encoding="utf-8") != _releases(repository)
    except (OSError, ValueError):
        return True


def _releases(repository: Repository) -> str:
    return "\n".join(sorted(folder.name for folder in (repository.root / "releases").iterdir()))


def make_ready(settings: Settings) -> None:
    """Load what builds pages: the modules, the words, and the parser of Markdown."""
    from yururluk.publishing.building import load

    load(settings.locales)
