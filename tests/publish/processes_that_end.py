"""Jobs that are killed, that fail and that succeed, in processes of their own; run by test_faults."""

from __future__ import annotations

from functools import partial

from yururluk.core.messages import Message, Refused, msg
from yururluk.publish.targets import run_jobs

NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight")


def _jobs(code: str) -> list:  # type: ignore[type-arg]
    return [(msg("{name}", name=name), partial(eval, code, {"name": name})) for name in NAMES]


def _quiet(_said: Message) -> None:
    pass


try:
    run_jobs(_jobs("__import__('os').kill(__import__('os').getpid(), 9)"), _quiet)
except Refused as refused:
    print(str(refused).splitlines()[0])
try:
    run_jobs(_jobs("(_ for _ in ()).throw(ValueError('no'))"), _quiet)
except ValueError as error:
    print("ValueError", error)
print(list(run_jobs(_jobs("{name: {}}"), _quiet)))
