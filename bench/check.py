"""Measures `check` on two hundred files: the project's own texts, over and over under other names."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from tests.builders import SETTINGS, day

from yururluk.checks import check_project
from yururluk.checks.reading import read
from yururluk.clauses import find_clauses
from yururluk.releases import Project, read_project
from yururluk.settings import read_settings

ROOT = Path(__file__).resolve().parents[1]
FILES = 200
LIMIT = 2.0  # seconds


def drafts(files: int = FILES) -> Project:
    """So many drafts, each a text of its own, so that nothing read once serves for another."""
    own = read_project(ROOT, read_settings(ROOT)).drafts
    texts = []
    for number in range(files // len(own)):
        for text in own:
            document = f"{text.document}-{number}"
            body = f"{text.body}\nNo {number}.\n"
            data = text.data + f"\nNo {number}.\n".encode()
            path = f"docs/{text.locale}/{document}.md"
            texts.append(replace(text, document=document, path=path, body=body, data=data))
    return Project(tuple(texts), (), ())


def check_seconds(of: Project) -> float:
    """The processor's seconds for one check from nothing; the reading of the files is not in them."""
    find_clauses.cache_clear()
    read.cache_clear()
    start = time.process_time()
    check_project(of, SETTINGS, today=day(0))
    return time.process_time() - start


def main() -> None:
    """Print the time beside the limit."""
    of = drafts()
    characters = sum(len(text.body) for text in of.drafts)
    seconds = min(check_seconds(of) for _ in range(3))
    print(
        f"check: {len(of.drafts)} files, {characters / 1e6:.1f} million characters: {seconds:.2f} s (limit {LIMIT} s)"
    )


if __name__ == "__main__":
    main()
