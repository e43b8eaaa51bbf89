"""How a publish is written into git: as one commit, by one process, all of it or nothing (git-fast-import)."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from yururluk.vcs import GitFailed, Repository, content_id


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


def write_commit(
    repository: Repository, ref: str, parent: str | None, message: str, change: Change
) -> Written:
    """Put a commit after `parent` on `ref`, wherever that is. Raises `GitFailed`; the ref is then as it was."""
    command = ("fast-import", "--force", "--quiet", "--done", "--date-format=now")
    identity = repository.identity()
    env = {**os.environ, **identity, "LC_ALL": "C"}
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as answered:
        with subprocess.Popen(
            ["git", *command],
            cwd=repository.root,
            stdin=subprocess.PIPE,
            stdout=answered,
            stderr=told,
            env=env,
        ) as process:
            assert process.stdin is not None  # noqa: S101 - it was asked for
            try:
                _write(process.stdin, ref, parent, message, change, identity)
                process.stdin.close()
            except BrokenPipeError:
                pass  # git says why
            except BaseException:
                process.kill()
                raise
            status = process.wait()
        told.seek(0)
        answered.seek(0)
        answers = answered.read().decode().split("\n")
        if status or len(answers) < 2 + bool(parent):
            raise GitFailed(command, _complaint(told.read().decode(errors="replace")))
    trees = [answer.split()[2] for answer in answers[1:] if answer]
    return Written(answers[0], trees[0], trees[1] if parent else None)


def _write(
    out: IO[bytes],
    ref: str,
    parent: str | None,
    message: str,
    change: Change,
    identity: Mapping[str, str],
) -> None:
    name, email = (
        "".join(letter for letter in identity[f"GIT_COMMITTER_{part}"] if letter not in "<>\n")
        for part in ("NAME", "EMAIL")
    )
    out.write(f"commit {ref}\nmark :1\ncommitter {name} <{email}> now\n".encode())
    _write_data(out, message.encode())
    out.write(f"from {parent}\n".encode() if parent else b"deleteall\n")
    for path in change.removed:
        out.write(b"D %s\n" % _quoted(path))
    for path, data in change.files:
        out.write(b"M 100644 inline %s\n" % _quoted(path))
        _write_data(out, data)
    for source, target in change.copies:
        out.write(b"C %s %s\n" % (_quoted(source), _quoted(target)))
    out.write(b'\nget-mark :1\nls :1 ""\n')
    if parent:
        out.write(f'ls {parent} ""\n'.encode())
    out.write(b"done\n")


def _write_data(out: IO[bytes], data: bytes) -> None:
    out.write(b"data %d\n" % len(data))
    out.write(data)
    out.write(b"\n")


def _quoted(path: str) -> bytes:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return b'"%s"' % os.fsencode(escaped)


def _complaint(told: str) -> str:
    """What git complained of, without the report of its own crash."""
    lines = [line for line in told.splitlines() if line.startswith(("fatal:", "error:"))]
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
