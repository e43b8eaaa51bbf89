"""When rules are worth a second process, and how what it finds comes back."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable, Sequence

from yururluk.core.problems import Problem
from yururluk.workers import cores

Rules = Callable[[], list[Problem]]


def one_after_the_other(parts: Sequence[Rules]) -> list[Problem]:
    """What all of them find."""
    return [problem for part in parts for problem in part()]


def side_by_side(parts: Sequence[Rules]) -> list[Problem]:
    """The same, the first in this process and each other one in a process of its own, where the system lets us.

    What a process could not bring to an end is done again here, so that its error is seen here.
    """
    if not hasattr(os, "fork") or sys.platform == "darwin" or cores() < 2:
        return one_after_the_other(parts)
    waiting = [(_started(part), part) for part in parts[1:]]
    try:
        found = one_after_the_other(parts[:1])
        while waiting:
            (child, pipe), part = waiting.pop(0)
            with os.fdopen(pipe, "rb") as answer:
                told = answer.read()
            _, status = os.waitpid(child, 0)
            found += pickle.loads(told) if status == 0 else part()  # noqa: S301 - written by our own child
    finally:
        # Where one of ours fails, nobody will ask the others any more.
        for (child, pipe), _ in waiting:
            os.close(pipe)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return found


def _started(part: Rules) -> tuple[int, int]:
    """The child's number, and the pipe on which it tells what it found."""
    answer, telling = os.pipe()
    with warnings.catch_warnings():
        # Another thread's locks do not matter to a child that only computes.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        os.close(telling)
        return child, answer
    status = 1
    try:
        with os.fdopen(telling, "wb") as pipe:
            pipe.write(pickle.dumps(part()))
        status = 0
    finally:
        os._exit(status)
