"""How a publish that was killed is told from none, and what it left is cleared away before the next one begins.

Everything stands that it changed, for it changed nothing but in one step; but git, killed with it, leaves the locks of
the refs that it was about to move, and would refuse to move them ever after.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_FOLDER = "yururluk-work"
_LOCKS = "locks"
_SHARED_LOCKS = ("packed-refs.lock", "shallow.lock")
_GIT_HOLDS = 2.0  # seconds; git holds a lock for some thousandths of one


@contextlib.contextmanager
def under_way(common: Path, refs: Sequence[str]) -> Iterator[None]:
    """Mark, in git's own folder, that a publish is under way which may move these refs: from before its first change
    until after its last. A mark that is there already is that of one that was killed, and goes with all that it left.
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


def was_killed(common: Path) -> bool:
    """Whether a publish left its mark in git's own folder: it was killed, or it is under way."""
    return (common / _FOLDER).exists()


@contextlib.contextmanager
def work_folder(common: Path) -> Iterator[Path]:
    """A folder for one build of the publish that is under way: what still builds for one that was killed finds its own
    gone, and cannot write into this."""
    work = Path(tempfile.mkdtemp(dir=common / _FOLDER))
    try:
        (work / "workers").mkdir()
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _clear_locks(listed: Path, common: Path) -> None:
    """Remove the locks that a killed publish listed, those that were made since and that nobody gives back: another git
    may be at work."""
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
