"""What a job made: files by their path, handed in one file from the process that made them to the one that publishes.

A folder for each page would cost more than the page: a disk takes a millisecond to make one and remove it again.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path

from yururluk.git import content_id

Files = Mapping[str, bytes]


def hand_over(files: Files, target: Path, like: str) -> None:
    """Put files into `target`, with what git calls the content of each (`like` is any id of the repository)."""
    ordered = dict(sorted(files.items()))
    ids = {path: content_id(data, like) for path, data in ordered.items()}
    with target.open("wb") as out:
        pickle.dump(ids, out, protocol=5)
        pickle.dump(ordered, out, protocol=5)


def made_ids(source: Path) -> dict[str, str]:
    """What git calls each file in `source`, by path, in order."""
    with source.open("rb") as data:
        ids: dict[str, str] = pickle.load(data)  # noqa: S301 - written by our own child
    return ids


def made_files(source: Path) -> dict[str, bytes]:
    """The files in `source`, by path, in order."""
    with source.open("rb") as data:
        pickle.load(data)  # noqa: S301 - written by our own child
        files: dict[str, bytes] = pickle.load(data)  # noqa: S301
    return files
