"""How many builds run at once: each core takes the next job that is waiting, in a process of its own."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from yururluk.problems import Problem, Refused

Job = tuple[str, Callable[[], None]]
_INDEX = 4  # bytes


def run_all(jobs: Sequence[Job], work: Path, progress: Callable[[str], None]) -> None:
    """Run jobs, telling of each as it begins. What they make they write below `work`.

    Where one fails, the others end and its error is raised here.
    """
    workers = min(_cores(), len(jobs))
    if workers < 2 or not hasattr(os, "fork") or sys.platform == "darwin":
        for said, job in jobs:
            progress(said)
            job()
        return
    waiting, to_do = os.pipe()
    told, telling = os.pipe()
    # A pipe holds more than 16,000 of these; the jobs are a few hundred, the rest is done afterwards.
    now, later = jobs[:10_000], jobs[10_000:]
    os.write(to_do, b"".join(at.to_bytes(_INDEX, "big") for at in range(len(now))))
    os.close(to_do)
    children = [_child(now, waiting, telling, work) for _ in range(workers)]
    os.close(waiting)
    os.close(telling)
    try:
        with os.fdopen(told, "rb") as begun:
            for line in begun:
                progress(now[int(line)][0])
    except BaseException:
        for child in children:
            os.kill(child, signal.SIGTERM)
        raise
    finally:
        statuses = [os.waitpid(child, 0)[1] for child in children]
    errors = sorted(work.glob("error-*"))
    if errors:
        raise pickle.loads(errors[0].read_bytes())  # noqa: S301 - written by our own child
    if any(statuses):
        message = "building the pages was cut short: a process was ended from outside."
        mend = (
            "see to it that the machine has memory to spare, then publish again; nothing has been published."
        )
        raise Refused([Problem("build", "", 0, message, mend)])
    run_all(later, work, progress)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _child(jobs: Sequence[Job], waiting: int, telling: int, work: Path) -> int:
    parent = os.getpid()
    with warnings.catch_warnings():
        # The spinner's thread is not there in the child, which does not write to the terminal.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # Where the parent was killed, or another job failed, nobody waits for the rest.
        while os.getppid() == parent and not any(work.glob("error-*")):
            index = os.read(waiting, _INDEX)
            if not index:
                break
            at = int.from_bytes(index, "big")
            os.write(telling, b"%d\n" % at)
            jobs[at][1]()
        status = 0
    except BaseException as error:
        _leave(error, work)
    finally:
        os._exit(status)


def _leave(error: BaseException, work: Path) -> None:
    """Put an error where the parent finds it; one that cannot be carried over, by its words."""
    try:
        data = pickle.dumps(error)
        pickle.loads(data)  # noqa: S301 - just written
    except Exception:
        data = pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    (work / f"error-{os.getpid()}").write_bytes(data)
