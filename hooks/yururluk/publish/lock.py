"""How nothing is left half done: who may move the pages branch, and how files come into place whole.

One process of a clone moves the branch at a time, and again where another clone was faster. A publish changes nothing
but in one step. One that was killed leaves a mark, and git, killed with it, the locks of the refs that it was about to
move; the next one clears both away. Files are made in a folder aside and then moved; what a killed process left of such
a folder goes with the next one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from glob import escape
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from yururluk.core.messages import Problem, Refused, msg
from yururluk.core.settings import Settings
from yururluk.git import GitFailed, Repository
from yururluk.publish.remote import Progress, git_refused, tracking_ref

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # no POSIX: what was left there stays
    flock = None  # type: ignore[assignment]

STAGING_FOLDER = "refs/yururluk"
STAGING = f"{STAGING_FOLDER}/staging"
#: Where the removal of the staging is rehearsed: git does not make a ref and remove it in one transaction.
NEVER_THERE = f"{STAGING_FOLDER}/rehearsed"
LOCK_FILE = "yururluk.lock"
_LOCK_SECONDS = 900
_TRIES = 5
_T = TypeVar("_T")


def in_turn(repository: Repository, settings: Settings, attempt: Callable[[], _T | None], progress: Progress) -> _T:
    """What `attempt` made, under the lock; it is tried again where it gives None: another clone had pushed before.

    Raises `Refused` where another process keeps the lock, where git fails, and where others were faster each time.
    """
    try:
        folder = repository.common_folder()
        moved = (f"refs/heads/{settings.branch}", STAGING, NEVER_THERE, tracking_ref(settings))
        with FileLock(folder / LOCK_FILE, timeout=_LOCK_SECONDS), under_way(folder, moved):
            for number in range(1, _TRIES + 1):
                made = attempt()
                if made is not None:
                    return made
                progress(
                    msg(
                        "Another publish was faster; trying again ({attempt} of {tries}).", attempt=number, tries=_TRIES
                    )
                )
    except Timeout:
        fix = msg("wait until it has ended, then try again.")
        message = msg("another publish is running in this repository.")
        raise Refused([Problem("lock", "", 0, message, fix)]) from None
    except GitFailed as error:
        raise git_refused(error, settings) from error
    message = msg("the remote branch kept moving; gave up after {tries} tries.", tries=_TRIES)
    raise Refused([Problem("push", "", 0, message, msg("try again in a moment."))])


_FOLDER = "yururluk-work"
_LOCKS = "locks"
_SHARED_LOCKS = ("packed-refs.lock", "shallow.lock")
_GIT_HOLDS = 2.0  # seconds; git holds a lock for some thousandths of one


@contextlib.contextmanager
def under_way(common: Path, refs: Sequence[str]) -> Iterator[None]:
    """Mark, in git's own folder, that a publish is under way which may move these refs: from before its first change
    until after its last. Where there is a mark already, that publish was killed: the mark goes, with all that it left.
    To be called under the lock of a publish."""
    folder = common / _FOLDER
    _clear_locks(folder / _LOCKS, common)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(exist_ok=True)
        locks = [*(f"{ref}.lock" for ref in refs), *_SHARED_LOCKS]
        (folder / _LOCKS).write_text("\n".join(locks), encoding="utf-8")
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def work_folder(common: Path) -> Iterator[Path]:
    """A folder for the temporary files of one build of the publish that is under way."""
    work = Path(tempfile.mkdtemp(dir=common / _FOLDER))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _clear_locks(listed: Path, common: Path) -> None:
    """Remove the locks that a killed publish listed, if they were made since and nobody releases them: another git may
    be at work."""
    try:
        begun = listed.stat().st_mtime_ns
        names = listed.read_text(encoding="utf-8").split("\n")
    except OSError:
        return
    found = {file: made for file in (common / name for name in names) if (made := _made(file)) >= begun}
    give_up = time.monotonic() + _GIT_HOLDS
    while found and time.monotonic() < give_up:
        time.sleep(0.05)
        found = {file: made for file, made in found.items() if _made(file) == made}
    for file in found:
        file.unlink(missing_ok=True)


def _made(file: Path) -> int:
    """When a file was written, in nanoseconds; before everything where there is none."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return -1


# Folders aside

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
