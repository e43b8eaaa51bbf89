"""Measures `yururluk check` as a person waits for it: two hundred files on disk, from typing it to the last line.

The files are the project's own texts, over and over under other names, each with words of its own. Once they are
as they stand, and once each holds an HTML comment, so that each has to be rendered to know whether it is hostile.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = 200
LIMIT = 2.0  # seconds


def write_project(root: Path, files: int, ending: str) -> int:
    """A project of so many drafts below `root`. Returns how many characters they hold."""
    characters = 0
    shutil.copy(ROOT / "mkdocs.yml", root)
    shutil.copytree(ROOT / "overrides", root / "overrides")
    own = sorted((ROOT / "docs").glob("*/*.md"))
    for number in range(files // len(own)):
        for path in own:
            text = path.read_text(encoding="utf-8") + f"\nNo {number}.{ending}\n"
            copy = root / "docs" / path.parent.name / f"{path.stem}-{number}.md"
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, encoding="utf-8")
            characters += len(text)
    subprocess.run(["git", "init", "--quiet", root], check=True)
    return characters


def check_seconds(root: Path) -> float:
    """How long `check` takes, from the start of its process to its end."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "yururluk", "check"]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    assert found.returncode == 0, found.stdout + found.stderr
    return seconds


def main() -> None:
    """Print the times beside the limit."""
    for said, ending in (("as they stand", ""), ("each to be rendered", " <!-- not -->")):
        with tempfile.TemporaryDirectory() as folder:
            characters = write_project(Path(folder), FILES, ending)
            seconds = min(check_seconds(Path(folder)) for _ in range(3))
        told = f"{FILES} files, {characters / 1e6:.1f} million characters, {said}"
        print(f"check: {told}: {seconds:.2f} s (limit {LIMIT} s)")


if __name__ == "__main__":
    main()
