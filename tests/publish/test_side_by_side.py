"""Rules asked side by side find what they find one after the other."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.helpers.builders import SETTINGS, day
from yururluk.checks import check_project
from yururluk.core.messages import msg
from yururluk.core.problems import Problem
from yururluk.core.releases import read_project
from yururluk.core.settings import read_settings
from yururluk.side_by_side import one_after_the_other, side_by_side

ROOT = Path(__file__).resolve().parents[2]


def _found(name: str) -> list[Problem]:
    return [Problem("summary", name, 1, msg("{count} errors", count=len(name)), msg("remove the line."))]


def test_what_another_process_finds_comes_back_whole() -> None:
    parts = (lambda: _found("a"), lambda: _found("bc"), lambda: _found("def"))
    assert side_by_side(parts) == one_after_the_other(parts)
    assert side_by_side(parts)[1].told("tr") == "bc:1: 2 hata\n  Çözüm: satırı silin."


def test_a_process_that_dies_loses_nothing() -> None:
    mine = os.getpid()

    def dies_elsewhere() -> list[Problem]:
        if os.getpid() != mine:
            os._exit(9)
        return _found("b")

    parts = (lambda: _found("a"), dies_elsewhere)
    assert side_by_side(parts) == one_after_the_other(parts)


def test_an_error_of_another_process_is_raised_in_this_one() -> None:
    def fails() -> list[Problem]:
        raise ZeroDivisionError("here")

    with pytest.raises(ZeroDivisionError, match="here"):
        side_by_side((lambda: _found("a"), fails))


def test_an_error_of_this_process_leaves_no_other_behind() -> None:
    """Neither a process that waits for somebody to read what it found, nor a pipe."""
    if not Path("/proc/self/fd").is_dir() or len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one process does it all, or nobody tells what is open")
    before = _held()

    def fails() -> list[Problem]:
        raise ZeroDivisionError("here")

    def writes_more_than_a_pipe_holds() -> list[Problem]:
        return [Problem("summary", f"{at}", 1, msg("error"), msg("remove the line.")) for at in range(9_000)]

    with pytest.raises(ZeroDivisionError, match="here"):
        side_by_side((fails, writes_more_than_a_pipe_holds, writes_more_than_a_pipe_holds))
    assert _held() == before


def _held() -> tuple[list[Path], str]:
    """What this process has open, and the processes that it began and has not seen end."""
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    return sorted(Path("/proc/self/fd").iterdir()), children.read_text(encoding="utf-8")


def test_check_says_the_same_on_one_core_and_on_two() -> None:
    own = read_project(ROOT, read_settings(ROOT))
    alone = check_project(own, SETTINGS, today=day(0))
    assert check_project(own, SETTINGS, today=day(0), run=side_by_side) == alone
