"""Who may move the pages branch: one process of a clone at a time, and again where another clone was faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from filelock import FileLock, Timeout

from yururluk.core.messages import msg
from yururluk.core.problems import Problem, Refused
from yururluk.core.settings import Settings
from yururluk.git import GitFailed, Repository
from yururluk.publish.push import git_refused
from yururluk.publish.recovery import under_way
from yururluk.publish.refs import NEVER_THERE, STAGING, tracking_ref
from yururluk.publish.remote import Progress

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
                        "Another publish was faster; trying again ({attempt} of {tries}).",
                        attempt=number,
                        tries=_TRIES,
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
