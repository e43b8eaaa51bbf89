"""The processes that build pages: what they may be begun from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = """
import sys
from functools import partial
from pathlib import Path
from tests.pdf_reading import pdf_of_html
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
