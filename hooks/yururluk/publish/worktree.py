"""Whether the files below a folder are what is committed, byte for byte, whatever git was told to overlook."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

from yururluk.git import Repository, content_id
from yururluk.memory import Memory

_NAME = "held"

# Within this time a file can be written twice and look the same (FAT keeps times by two seconds).
_SETTLED_NS = 2_000_000_000
_Entry = os.DirEntry[str]


@dataclass(frozen=True)
class Held:
    """How the files below a folder stand to what is committed; paths are relative to the project's folder.

    `changed` lists, sorted, the files that are not as committed: changed, missing, or not in git at all. `trees` are
    the folders in which every file is so byte for byte, and what git calls each (its name digests all of it). `marks`
    tell, of such folders right below the one that was asked for, by what one sees that no file was touched since.
    """

    changed: tuple[str, ...]
    trees: Mapping[str, str]
    marks: Mapping[str, str]


def held_below(repository: Repository, folder: str, marks: Mapping[str, str] = MappingProxyType({})) -> Held:
    """How the files below `folder` stand to what is committed.

    They are read, because `git status` alone is told by .gitignore, by assume-unchanged and by skip-worktree to keep
    silent. Only where git itself converts line ends (core.autocrlf) may they differ. Where the `marks` of an earlier
    time still fit, nobody has written since, and the files are not read again; git's own index relies on as much.
    """
    listed = repository.listing(folder)
    trees = {path: name for path, (_, kind, name) in listed.items() if kind == "tree"}
    committed = {path: (mode, name) for path, (mode, kind, name) in listed.items() if kind != "tree"}
    present = dict(_files_below(os.path.join(repository.root, folder), folder))  # noqa: PTH118 - thousands of them
    now = _marks(present, trees) if os.name == "posix" else {}  # elsewhere, no time tells when a file was changed
    untouched = {path for path, mark in now.items() if marks.get(path) == mark}
    differing = {
        path
        for path in present.keys() & committed.keys()
        if _right_below(path) not in untouched and not _is_content(present[path], *committed[path], any_line_ends=False)
    }
    found = present.keys() ^ committed.keys()
    spoiled = {os.fspath(parent) for path in found | differing for parent in PurePosixPath(path).parents}
    if differing:
        told = repository.told_changed(folder)
        found |= {
            path
            for path in differing
            if path in told or not _is_content(present[path], *committed[path], any_line_ends=True)
        }
    return Held(
        tuple(sorted(found)),
        {path: name for path, name in trees.items() if path not in spoiled},
        {path: mark for path, mark in now.items() if path not in spoiled},
    )


def held_as_remembered(repository: Repository, folder: str, memory: Memory) -> Held:
    """The same, with the marks of the last time, which `memory` keeps."""
    data = memory.recall(_NAME)
    marks: Mapping[str, str] = json.loads(data) if data is not None else {}
    held = held_below(repository, folder, marks)
    if held.marks != marks:
        memory.keep(_NAME, json.dumps(dict(held.marks)).encode())
    return held


def _marks(present: Mapping[str, _Entry], trees: Mapping[str, str]) -> Mapping[str, str]:
    """For each folder right below, a digest of what git calls it and of the size, the times and the place of each file;
    none where a file was written just now."""
    by_folder: dict[str, list[str]] = {}
    settled = time.time_ns() - _SETTLED_NS
    fresh = set()
    for path, entry in present.items():
        folder = _right_below(path)
        seen = entry.stat(follow_symlinks=False)
        if seen.st_ctime_ns > settled:
            fresh.add(folder)
        told = (
            path,
            seen.st_mode,
            seen.st_size,
            seen.st_mtime_ns,
            seen.st_ctime_ns,
            seen.st_ino,
            seen.st_dev,
        )
        by_folder.setdefault(folder, []).append(repr(told))
    return {
        folder: _digest([trees[folder], *sorted(files)])
        for folder, files in by_folder.items()
        if folder in trees and folder not in fresh
    }


def _right_below(path: str) -> str:
    """The folder right below the outermost one in which a path lies."""
    return "/".join(path.split("/", 2)[:2])


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode(errors="surrogateescape")).hexdigest()


def _files_below(folder: str, name: str) -> Iterator[tuple[str, _Entry]]:
    """What is no folder below `folder`, links to folders too; each path begins with `name`."""
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        inside = f"{name}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _files_below(entry.path, inside)
        else:
            yield inside, entry


def _is_content(file: _Entry, mode: str, name: str, *, any_line_ends: bool) -> bool:
    """Whether a file holds what git calls `name`; `any_line_ends` lets CRLF stand for LF."""
    link = mode == "120000"
    if file.is_symlink() != link or not (link or file.is_file()):
        return False
    try:
        if link:
            data = os.fsencode(os.readlink(file.path))  # noqa: PTH115 - see above
        else:
            with open(file.path, "rb", buffering=0) as opened:  # noqa: PTH123 - see above
                data = opened.read()
    except OSError:
        return False
    if content_id(data, name) == name:
        return True
    return any_line_ends and content_id(data.replace(b"\r\n", b"\n"), name) == name
