"""How many builds run at once: each core takes the next job that is waiting, in a process of its own.

The processes can be begun before anybody knows what they are to do. They then load what it will take, on a core that
has nothing else to do.
"""

from __future__ import annotations

import contextlib
import gc
import io
import mmap
import os
import pickle
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem, Refused

Job = tuple[Message, Callable[[], None]]
_INDEX = 4  # bytes
# A pipe holds more than 16,000 indexes; the jobs are a few hundred, the rest is done afterwards.
_AT_ONCE = 10_000


def run_all(
    jobs: Sequence[Job],
    work: Path,
    progress: Callable[[Message], None],
    prepare: Callable[[], None],
    crew: Crew | None = None,
    meanwhile: Sequence[Job] = (),
) -> None:
    """Run jobs, telling of each as it begins. What they make they write below `work`; they must let themselves be
    pickled. `crew` was begun before; without one, a new one is, with `prepare`. The jobs of `meanwhile` are light: this
    process runs them, while it would wait for others.

    Where one fails, the others end and its error is raised here.
    """
    while jobs:
        now, jobs = jobs[:_AT_ONCE], jobs[_AT_ONCE:]
        if crew is None and len(now) > 1:
            crew = Crew.begin(prepare)
        if crew is None:
            _run_here(now, progress)
        else:
            crew.run(now, work, progress, meanwhile)
            crew, meanwhile = None, ()
    _run_here(meanwhile, progress)


def _run_here(jobs: Sequence[Job], progress: Callable[[Message], None]) -> None:
    for said, job in jobs:
        progress(said)
        job()


class Crew:
    """A process for each core, waiting for jobs: a foreman, and the others, which it begins when it is ready.

    It is to be ended by `run` or by `dismiss`. Where the process that began it is killed, it ends by itself.
    """

    def __init__(self, foreman: int, to_do: int, told: int, sharing: int, files: _Files) -> None:
        self._foreman = foreman
        self._to_do = to_do
        self._told = told
        self._sharing = sharing
        self._files = files
        self._shared: Sequence[object] = ()
        self._ended = False

    @classmethod
    def begin(cls, prepare: Callable[[], None]) -> Crew | None:
        """Begin the processes, each as it is after `prepare`. None where one core, or the system, allows no others; nor
        where this process has set a PDF: typst waits in a child for threads that stayed behind in its parent, for ever.

        `prepare` only makes ready: where it fails, so will the jobs, and they tell why.
        """
        if cores() < 2 or not hasattr(os, "fork") or sys.platform == "darwin" or _has_threads_of_libraries():
            return None
        waiting, to_do = os.pipe()
        told, telling = os.pipe()
        ready, sharing = os.pipe()
        files = _Files.empty()
        foreman = _fork()
        if foreman:
            for end in (waiting, telling, ready):
                os.close(end)
            with contextlib.suppress(OSError):  # the foreman does the same: whoever comes first
                os.setpgid(foreman, foreman)
            return cls(foreman, to_do, told, sharing, files)
        status = 1
        try:
            for end in (to_do, told, sharing):
                os.close(end)
            os.setpgid(0, 0)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            with contextlib.suppress(Exception):
                prepare()
            gc.freeze()  # what is loaded stays: looking through it would take time, and copy its memory
            status = _lead(waiting, telling, _shared(ready, files), files)
        except Exception:
            traceback.print_exc()  # a fault of ours, of which the parent only sees that something ended
        finally:
            os._exit(status)

    def share(self, things: Sequence[object]) -> None:
        """Hand over what the jobs will refer to, as soon as it is known: they then need not carry it, and the foreman
        reads it once for all. Each process has it as it is now."""
        _write(things, self._files.shared)
        self._shared = things
        self._end_sharing()

    def _end_sharing(self) -> None:
        if self._sharing >= 0:
            os.close(self._sharing)
        self._sharing = -1

    def run(
        self,
        jobs: Sequence[Job],
        work: Path,
        progress: Callable[[Message], None],
        meanwhile: Sequence[Job] = (),
    ) -> None:
        """Have the jobs done, and end. Those of `meanwhile` are run here."""
        try:
            self._end_sharing()
            _write((jobs, work), self._files.orders, self._shared)
            os.write(self._to_do, b"".join(at.to_bytes(_INDEX, "big") for at in range(len(jobs))))
            os.close(self._to_do)
            self._to_do = -1
            _run_here(meanwhile, progress)
            with os.fdopen(self._told, "rb") as begun:
                self._told = -1
                for line in begun:
                    progress(jobs[int(line)][0])
        except BrokenPipeError:
            pass  # they were ended from outside
        except BaseException:
            self.dismiss()
            raise
        status = self._wait()
        errors = sorted(work.glob("error-*"))
        if errors:
            raise pickle.loads(errors[0].read_bytes())  # noqa: S301 - written by our own child
        if status:
            message = msg("building the pages was cut short: a process was ended from outside.")
            fix = msg("see to it that the machine has memory to spare, then publish again; nothing has been published.")
            raise Refused([Problem("build", "", 0, message, fix)])

    def dismiss(self) -> None:
        """End the processes, whatever they are at."""
        if not self._ended:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._foreman, signal.SIGTERM)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._foreman, signal.SIGTERM)
            self._wait()

    def _wait(self) -> int:
        for end in (self._to_do, self._told):
            if end >= 0:
                os.close(end)
        self._to_do = self._told = -1
        self._end_sharing()
        self._files.close()
        self._ended = True
        return os.waitpid(self._foreman, 0)[1]


@dataclass(frozen=True)
class _Files:
    """What a crew is told, in files that have no name."""

    shared: IO[bytes]
    orders: IO[bytes]

    @classmethod
    def empty(cls) -> _Files:
        """New ones, to be closed with the crew."""
        return cls(tempfile.TemporaryFile(), tempfile.TemporaryFile())

    def close(self) -> None:
        self.shared.close()
        self.orders.close()


def cores() -> int:
    """How many processes this one may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _has_threads_of_libraries() -> bool:
    """Are there threads that Python knows nothing of? A child would not have them, and would not know that either."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) > len(sys._current_frames())
    except OSError:
        return False


def _fork() -> int:
    with warnings.catch_warnings():
        # The spinner's thread is not there in the child, which does not write to the terminal.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _shared(ready: int, files: _Files) -> Sequence[object]:
    """What the jobs will refer to, once it is known."""
    os.read(ready, 1)  # nothing comes: it is closed then, here or by the end of the process that began this one
    if not os.fstat(files.shared.fileno()).st_size:
        return ()
    with contextlib.suppress(Exception):  # it was killed on the way; there will be no jobs
        found: Sequence[object] = _read(files.shared)
        return found
    return ()


def _lead(waiting: int, telling: int, shared: Sequence[object], files: _Files) -> int:
    """Begin the other processes and work beside them. 1 where one of them was ended from outside, else 0."""
    gc.freeze()  # as is what was shared
    others = []
    for _ in range(cores() - 1):
        other = _fork()
        if not other:
            status = 1
            try:
                status = _work(waiting, telling, shared, files)
            except Exception:
                traceback.print_exc()
            finally:
                os._exit(status)
        others.append(other)
    status = _work(waiting, telling, shared, files)
    return max([status, *(1 if os.waitpid(other, 0)[1] else 0 for other in others)])


class _Pickler(pickle.Pickler):
    """Writes what is known on the other side by its place there."""

    def __init__(self, packed: IO[bytes], aside: list[pickle.PickleBuffer], known: Sequence[object]) -> None:
        super().__init__(packed, protocol=5, buffer_callback=aside.append)
        self._places = {id(thing): place for place, thing in enumerate(known)}

    def persistent_id(self, thing: object) -> int | None:
        return self._places.get(id(thing))


class _Unpickler(pickle.Unpickler):
    def __init__(self, packed: IO[bytes], aside: Sequence[memoryview], known: Sequence[object]) -> None:
        super().__init__(packed, buffers=aside)
        self._known = known

    def persistent_load(self, place: int) -> object:
        return self._known[place]


def _write(thing: object, file: IO[bytes], known: Sequence[object] = ()) -> None:
    """Write a thing, and before it what it wants to have lying aside: every process maps it, none copies it."""
    aside: list[pickle.PickleBuffer] = []
    packed = io.BytesIO()
    if known:
        _Pickler(packed, aside, known).dump(thing)
    else:
        pickle.dump(thing, packed, protocol=5, buffer_callback=aside.append)
    views = [buffer.raw() for buffer in aside]
    pickle.dump([view.nbytes for view in views], file)
    file.writelines(views)
    file.write(packed.getbuffer())
    file.flush()


def _read(file: IO[bytes], known: Sequence[object] = ()) -> Any:
    """What was written, with what is known here."""
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    sizes = pickle.load(mapped)  # noqa: S301 - from our parent
    whole, at = memoryview(mapped), mapped.tell()
    aside = []
    for size in sizes:
        aside.append(whole[at : at + size])
        at += size
    if known:
        return _Unpickler(io.BytesIO(whole[at:]), aside, known).load()
    return pickle.loads(whole[at:], buffers=aside)  # noqa: S301 - from our parent


def _work(waiting: int, telling: int, shared: Sequence[object], files: _Files) -> int:
    jobs: Sequence[Job] | None = None
    work = Path()
    while index := os.read(waiting, _INDEX):
        if jobs is None:
            jobs, work = _read(files.orders, shared)
        if any(work.glob("error-*")):
            return 0  # nobody waits for the rest
        at = int.from_bytes(index, "big")
        try:
            os.write(telling, b"%d\n" % at)
        except BrokenPipeError:
            return 1  # nor where the parent was killed
        try:
            jobs[at][1]()
        except BaseException as error:
            _leave(error, work)
            return 0
    return 0


def _leave(error: BaseException, work: Path) -> None:
    """Put an error where the parent finds it; one that cannot be carried over, by its words."""
    try:
        data = pickle.dumps(error)
        pickle.loads(data)  # noqa: S301 - just written
    except Exception:
        data = pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    (work / f"error-{os.getpid()}").write_bytes(data)
