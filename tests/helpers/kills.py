"""A command that is killed (kill -9) just before it changes the disk for the n-th time: every state between is met."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

_CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def killed_at(step: int, below: Path, command: Callable[[], object]) -> bool:
    """Do something in a child, which is killed before its change number `step` (from 0) below a folder. False where
    it had come to its end before."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pytest's threads are not needed in the child
        child = os.fork()
    if not child:
        sys.addaudithook(_killer(step, os.fspath(below)))
        try:
            command()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _killer(step: int, below: str) -> Callable[[str, tuple[object, ...]], None]:
    changes = itertools.count()

    def hook(event: str, values: tuple[object, ...]) -> None:
        if event not in _CHANGES and not (event == "open" and isinstance(values[2], int) and values[2] & _WRITING):
            return
        path = values[0]
        if not isinstance(path, str | bytes):
            return
        path = os.fsdecode(path)
        if (path.startswith(below) or not path.startswith(os.sep)) and next(changes) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook
