"""How a publish is written into git: by mike, as one commit, all of it or nothing (git-fast-import).

mike's own `deploy` makes a commit for each version, with seven processes, on a branch that everybody reads, and two
of them at work mix their texts (DESIGN, 7.1). So what mike writes with is used here, and told what it would ask git.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import mike.git_utils

from yururluk.core.environment import environment, git_setting
from yururluk.git import GitFailed, Repository, content_id


@dataclass(frozen=True)
class Change:
    """What a commit changes, in this order: `removed` files and folders go; `files` are written, by path; `copies`
    put a folder in the place of another, as (from, to)."""

    removed: Sequence[str]
    files: Iterable[tuple[str, bytes]]
    copies: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Written:
    """The commit that was made, its tree, and the tree of the one before it (None: it is the first)."""

    commit: str
    tree: str
    tree_before: str | None


class _Commit(mike.git_utils.Commit):  # type: ignore[misc]
    """mike's commit, which it would begin by asking git four things, each in a process: here they are told."""

    def __init__(self, ref: str, parent: str | None, message: str, identity: Mapping[str, str]) -> None:
        self._parent = parent
        self._identity = identity
        super().__init__(ref, message, allow_empty=True)

    def _start_commit(self, branch: str, message: str) -> None:
        self._branch = branch
        name, email = (
            "".join(letter for letter in self._identity[f"GIT_COMMITTER_{part}"] if letter not in "<>\n")
            for part in ("NAME", "EMAIL")
        )
        when = mike.git_utils.make_when(os.environ.get("GIT_COMMITTER_DATE"))
        self._write(f"commit {branch}\ncommitter {name} <{email}> {when}\n")
        self._write_data(message)
        if self._parent:
            self._write(f"from {self._parent}\n")

    def copy_folder(self, source: str, target: str) -> None:
        """Put a folder in the place of another; git keeps its content once."""
        self._write(f"C {source} {target}\n")


def write_commit(repository: Repository, ref: str, parent: str | None, message: str, change: Change) -> Written:
    """Put a commit after `parent` on `ref`, which there must not be yet. Raises `GitFailed`; there is none then."""
    identity = repository.identity()
    try:
        with (
            contextlib.chdir(repository.root),
            # git would unpack what it packed, in a process of its own and a file for each page. `git gc` sees to packs.
            environment(**git_setting("fastimport.unpackLimit", "0")),
            # To pack tightly what a publish writes takes longer than to make it; `git gc` sees to that, too.
            environment(**git_setting("pack.compression", "1")),
            environment(**git_setting("pack.depth", "0")),
            _Commit(ref, parent, message, identity) as commit,
        ):
            commit.delete_files(change.removed)
            for path, data in change.files:
                commit.add_file(mike.git_utils.FileInfo(path, data))
            for source, target in change.copies:
                commit.copy_folder(source, target)
    except (mike.git_utils.GitError, BrokenPipeError) as error:
        raise GitFailed(("fast-import",), _complaint(str(error))) from error
    trees = [f"{made}^{{tree}}" for made in (ref, parent) if made]
    names = repository.run("rev-parse", ref, *trees).decode().split()
    return Written(names[0], names[1], names[2] if parent else None)


def _complaint(told: str) -> str:
    """What git complained of, without the report of its own crash."""
    lines = [line for line in map(str.strip, told.splitlines()) if line.startswith(("fatal:", "error:"))]
    return " ".join(lines) or told.strip() or "it ended without saying why"


def tree_id(files: Mapping[str, str], like: str) -> str:
    """What git calls a folder with these files, by path, of which it calls the content so."""
    entries: list[tuple[str, bytes]] = []
    folders: dict[str, dict[str, str]] = {}
    for path, name in files.items():
        first, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(first, {})[rest] = name
        else:
            entries.append((first, b"100644 %s\0%s" % (os.fsencode(first), bytes.fromhex(name))))
    for folder, inside in folders.items():
        below = bytes.fromhex(tree_id(inside, like))
        entries.append((f"{folder}/", b"40000 %s\0%s" % (os.fsencode(folder), below)))
    entries.sort(key=lambda entry: os.fsencode(entry[0]))
    return content_id(b"".join(entry for _, entry in entries), like, "tree")
