"""The processes that build pages: what they may be begun from."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from yururluk.core.messages import msg
from yururluk.workers import Crew, run_all

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from functools import partial
from pathlib import Path
from tests.helpers.pdf_reading import pdf_of_html
from yururluk.workers import run_all

def job(file):
    file.write_bytes(pdf_of_html("<p>Metin.</p>"))

work = Path(sys.argv[1])
jobs = [(name, partial(job, work / name)) for name in ("a", "b", "c")]
if sys.argv[2] == "after a PDF":
    job(work / "first")
run_all(jobs, work, print, lambda: None)
"""


def made_in(work: Path, when: str) -> list[str]:
    work.mkdir()
    command = [sys.executable, "-c", PROGRAM, str(work), when]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    return sorted(file.name for file in work.iterdir())


def test_a_process_that_has_set_a_pdf_still_builds(tmp_path: Path) -> None:
    """typst's threads stay behind in the process that began them: in one forked from it, typst would wait for ever."""
    assert made_in(tmp_path / "before", "before any PDF") == ["a", "b", "c"]
    assert made_in(tmp_path / "after", "after a PDF") == ["a", "b", "c", "first"]


def _note(file: Path, words: str) -> None:
    file.write_text(f"{words} {os.getpid()}", encoding="utf-8")


def _fail() -> None:
    raise ValueError("light")


@pytest.mark.parametrize("crewed", [True, False])
def test_light_jobs_run_in_the_process_that_waits_whoever_runs_the_others(tmp_path: Path, crewed: bool) -> None:
    crew = Crew.begin(lambda: None) if crewed else None
    heavy = [(msg("Making {name}", name="heavy"), partial(_note, tmp_path / "heavy", "done by"))]
    light = [(msg("Making {name}", name="light"), partial(_note, tmp_path / "light", "done by"))]
    told: list[str] = []
    run_all(heavy, tmp_path, lambda said: told.append(str(said)), lambda: None, crew, light)
    assert sorted(told) == ["Making heavy", "Making light"]
    assert (tmp_path / "light").read_text() == f"done by {os.getpid()}"
    assert (tmp_path / "heavy").read_text().startswith("done by")


def test_a_light_job_that_fails_ends_the_others(tmp_path: Path) -> None:
    crew = Crew.begin(lambda: None)
    heavy = [(msg("Making {name}", name="heavy"), partial(_note, tmp_path / "heavy", "done by"))]
    with pytest.raises(ValueError, match="light"):
        run_all(
            heavy,
            tmp_path,
            lambda _said: None,
            lambda: None,
            crew,
            [(msg("Making {name}", name="light"), _fail)],
        )


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch) -> Crew:
    """A crew whatever this process has done before: none of its jobs sets a PDF."""
    monkeypatch.setattr("yururluk.workers._has_threads_of_libraries", lambda: False)
    monkeypatch.setattr("yururluk.workers.cores", lambda: 2)
    begun = Crew.begin(lambda: None)
    if begun is None:
        pytest.skip("this system forks no processes")
    return begun


class _Large:
    """Something that takes long to hand over; it counts how often."""

    handed_over = 0

    def __init__(self) -> None:
        self.words = "as it was"

    def __getstate__(self) -> dict[str, str]:
        _Large.handed_over += 1
        return {"words": self.words}


def _tell(file: Path, one: _Large, same: _Large) -> None:
    file.write_text(f"{one.words}, {'the same' if one is same else 'another'}", encoding="utf-8")


def test_what_is_shared_is_handed_over_once_as_it_is_then(crew: Crew, tmp_path: Path) -> None:
    large = _Large()
    _Large.handed_over = 0
    crew.share([large])
    large.words = "as it became"
    jobs = [(msg("Making {name}", name=name), partial(_tell, tmp_path / name, large, large)) for name in "abc"]
    run_all(jobs, tmp_path, lambda _said: None, lambda: None, crew)
    assert {(tmp_path / name).read_text() for name in "abc"} == {"as it was, the same"}
    assert _Large.handed_over == 1


def test_a_crew_that_was_told_what_jobs_refer_to_and_has_none_ends(crew: Crew) -> None:
    crew.share([_Large()])
    crew.dismiss()
    crew.dismiss()


def test_what_cannot_be_shared_is_told_and_leaves_no_process(crew: Crew) -> None:
    with pytest.raises((AttributeError, TypeError, pickle.PicklingError)):
        crew.share([lambda: None])
    crew.dismiss()
