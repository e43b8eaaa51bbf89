"""How files come into place whole: they are made in a folder aside and then moved, and what a killed process left of
such a folder goes with the next one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from glob import escape
from pathlib import Path

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # no POSIX: what was left there stays
    flock = None  # type: ignore[assignment]

PREFIX = ".yururluk-"


@contextlib.contextmanager
def aside(parent: Path, purpose: str) -> Iterator[Path]:
    """A new folder in `parent` whose files are to be moved out of it; it goes at the end. Raises OSError where there
    can be none."""
    for left in left_aside(parent, purpose):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_prefix(purpose), dir=parent))
    with held(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def left_aside(parent: Path, purpose: str) -> list[Path]:
    """The folders for a purpose that nobody uses any more: anyone who did so was killed."""
    found = sorted(parent.glob(f"{escape(_prefix(purpose))}*")) if flock is not None else []
    return [folder for folder in found if folder.is_dir() and not folder.is_symlink() and _is_free(folder)]


def _prefix(purpose: str) -> str:
    return f"{PREFIX}{purpose}-"


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """The folder, under whatever name, is in use until then, or until this process ends in whatever way."""
    handle = os.open(folder, os.O_RDONLY) if flock is not None else -1
    try:
        if handle >= 0:
            with contextlib.suppress(OSError):  # a disk that knows no locks
                flock(handle, LOCK_EX | LOCK_NB)
        yield
    finally:
        if handle >= 0:
            os.close(handle)


def _is_free(folder: Path) -> bool:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        flock(handle, LOCK_EX | LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
