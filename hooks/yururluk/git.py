"""How the project talks to git: reading a branch without checking it out, and moving it in one step."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from yururluk.core.messages import msg
from yururluk.core.problems import Problem, Refused

# Commits need a name; CI machines and new accounts often have none.
FALLBACK_NAME = "yururluk"
FALLBACK_EMAIL = "yururluk@localhost"


class GitFailed(Exception):
    """git answered with an error; `told` is what it complained of, `answer` what it printed beside that."""

    def __init__(self, command: Sequence[str], told: str, answer: str = "") -> None:
        self.command = tuple(command)
        self.told = told
        self.answer = answer
        super().__init__(f"git {' '.join(command)}: {told}")


@dataclass(frozen=True)
class Refs:
    """What refs point at, by their full names, and the work tree in which a branch is checked out."""

    commits: Mapping[str, str]
    checked_out: Mapping[str, Path]


@dataclass(frozen=True)
class Repository:
    """A git repository; `root` is the project's folder inside it."""

    root: Path

    def run(self, *command: str, data: bytes | None = None, extra_env: Mapping[str, str] | None = None) -> bytes:
        """Run git and return what it printed. Raises `GitFailed`."""
        if (self, command) in _FORESEEN and (foreseen := _FORESEEN.pop((self, command)).answer()) is not None:
            return foreseen
        env = {**_environment(), **(extra_env or {})}
        done = subprocess.run(["git", *command], cwd=self.root, input=data, capture_output=True, env=env, check=False)
        if done.returncode:
            told, answer = (out.decode(errors="replace").strip() for out in (done.stderr, done.stdout))
            raise GitFailed(command, told, answer)
        return done.stdout

    def foresee(self, *command: str) -> None:
        """Begin what git will probably be asked by `run`, while there is something else to do. To be followed by
        `forget`."""
        out = tempfile.TemporaryFile()  # noqa: SIM115 - closed with its answer; a pipe would be full too soon
        try:
            process = subprocess.Popen(
                ["git", *command],
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        except BaseException:
            out.close()
            raise
        _FORESEEN[self, command] = _Begun(process, out)

    def forget(self) -> None:
        """End what was begun and not asked for."""
        for begun in [_FORESEEN.pop(key) for key in list(_FORESEEN) if key[0] == self]:
            begun.process.kill()
            begun.answer()

    def line(self, *command: str) -> str:
        """Run git and return its single line of output."""
        return self.run(*command).decode().strip()

    def commit_of(self, ref: str) -> str | None:
        """The commit a ref names, or None where there is no such ref."""
        try:
            return self.line("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        except GitFailed:
            return None

    def refs(self, *names: str) -> Refs:
        """The refs of these names, and those below them. A work tree whose folder is gone does not count."""
        form = "--format=%(refname)%00%(objectname)%00%(worktreepath)%00"
        told = os.fsdecode(self.run("for-each-ref", form, *names)).split("\0")
        rows = [
            (name.removeprefix("\n"), commit, Path(tree))
            for name, commit, tree in zip(told[0::3], told[1::3], told[2::3], strict=False)
        ]
        return Refs(
            {name: commit for name, commit, _ in rows},
            {name: tree for name, _, tree in rows if tree != Path() and tree.is_dir()},
        )

    def tree_of(self, commit: str) -> str:
        """The tree of a commit."""
        return self.line("rev-parse", f"{commit}^{{tree}}")

    def read(self, commit: str, path: str) -> bytes | None:
        """A file's bytes as of a commit, or None where it has no such file."""
        return self.read_all(commit, [path])[0]

    def read_all(self, commit: str, paths: Sequence[str]) -> list[bytes | None]:
        """The bytes of several files as of a commit; None for one that it does not have."""
        asked = [path for path in paths if "\n" not in path]
        told = self.run("cat-file", "--batch", data=os.fsencode("".join(f"{commit}:{path}\n" for path in asked)))
        found: dict[str, bytes | None] = {}
        place = 0
        for path in asked:
            end = told.index(b"\n", place)
            head = told[place:end]
            place = end + 1
            if re.fullmatch(rb"[0-9a-f]+ [a-z]+ [0-9]+", head):
                size = int(head.split()[2])
                found[path] = told[place : place + size] if head.split()[1] == b"blob" else None
                place += size + 1
        return [found.get(path) for path in paths]

    def paths(self, commit: str) -> list[str]:
        """Every file of a commit, sorted."""
        listed = self.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
        return sorted(name for name in listed.decode().split("\0") if name)

    def ever_held(self, commit: str, path: str, data: bytes) -> bool:
        """Whether a file had just these bytes in a commit or in one before it, as far as this clone has
        them."""
        name = content_id(data, commit)
        return bool(
            self.line("log", "-1", "--format=%H", f"--find-object={name}", commit, "--", f":(top,literal){path}")
        )

    def contents(self, ids: Sequence[str]) -> list[bytes]:
        """The bytes of several files, by what git calls their contents."""
        if not ids:
            return []
        told = self.run("cat-file", "--batch", data="".join(f"{name}\n" for name in ids).encode())
        found, place = [], 0
        for name in ids:
            end = told.index(b"\n", place)
            head = told[place:end].decode(errors="replace").split()
            if head[:2] != [name, "blob"]:
                raise GitFailed(("cat-file", name), f"the content {name} is missing")
            place = end + 1 + int(head[2]) + 1
            found.append(told[end + 1 : place - 1])
        return found

    def ids(self, commit: str) -> dict[str, str]:
        """What git calls the content of every file and every folder of a commit, by path."""
        listed = self.run(*all_of(commit)).decode(errors="surrogateescape")
        return {path: about.split(" ")[2] for about, path in _listed(listed)}

    def listing(self, folder: str) -> dict[str, tuple[str, str, str]]:
        """Mode, kind and name of every file and folder that HEAD has below `folder`, and of that folder, by path from
        the project's folder."""
        listed = os.fsdecode(self.run(*committed_below(folder)))
        return {path: (mode, kind, name) for about, path in _listed(listed) for mode, kind, name in [about.split(" ")]}

    def told_changed(self, folder: str) -> set[str]:
        """The files below `folder` that `git status` tells of, by path from the project's folder."""
        prefix = self._places()[0]
        asked = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", folder)
        status = os.fsdecode(self.run(*asked))
        return {entry[3:].removeprefix(prefix) for entry in status.split("\0") if entry}

    def common_folder(self) -> Path:
        """The folder git keeps for all work trees of this repository."""
        return (self.root / self._places()[1]).resolve()

    def top_folder(self) -> Path:
        """The folder of the work tree."""
        return Path(self._places()[2])

    def _places(self) -> tuple[str, str, str]:
        """The project's folder inside the work tree (ends with a slash, or is empty), git's own folder, and the work
        tree's. They stay as long as the process."""
        if self not in _PLACES:
            self.settle(self.run("rev-parse", "--show-prefix", "--git-common-dir", "--show-toplevel"))
        return _PLACES[self]

    def settle(self, told: bytes) -> None:
        """Take note of the places as git told them, line by line."""
        prefix, common, top = os.fsdecode(told).removesuffix("\n").split("\n")[:3]
        _PLACES[self] = prefix, common, top

    def has_remote(self, remote: str) -> bool:
        """Whether a remote of that name is set up."""
        return remote in self.run("remote").decode().split()

    def remote_commit(self, remote: str, branch: str) -> str | None:
        """Fetch a branch and return its commit, or None where the remote has no such branch."""
        if self.remote_head(remote, branch) is None:
            return None
        tracking = f"refs/remotes/{remote}/{branch}"
        # git would clean up now and then, in the midst of a publish, and keep others from it for ever if it was killed.
        self.run("fetch", "--quiet", "--no-tags", "--no-auto-gc", remote, f"+refs/heads/{branch}:{tracking}")
        return self.commit_of(tracking)

    def remote_head(self, remote: str, branch: str) -> str | None:
        """The commit at which the remote says that a branch is; it need not be here. None where there
        is no such."""
        return next(iter(self.line("ls-remote", "--heads", remote, f"refs/heads/{branch}").split()), None)

    def remote_branches(self, remote: str) -> list[str]:
        """The names of all branches of a remote."""
        listed = os.fsdecode(self.run("ls-remote", "--heads", remote))
        return [line.partition("\trefs/heads/")[2] for line in listed.splitlines()]

    def push_addresses(self, remote: str) -> list[str]:
        """Where a push to a remote goes."""
        return os.fsdecode(self.run("remote", "get-url", "--push", "--all", remote)).splitlines()

    def push(self, remote: str, commit: str, branch: str) -> None:
        """Push a commit as a branch of a remote, only if it goes on from what is there. Raises
        `GitFailed`."""
        self.run("push", "--porcelain", remote, f"{commit}:refs/heads/{branch}")

    def contains(self, commit: str, ancestor: str) -> bool:
        """Whether `ancestor` is `commit` or lies in its past."""
        try:
            self.run("merge-base", "--is-ancestor", ancestor, commit)
        except GitFailed:
            return False
        return True

    def empty_commit(self, message: str) -> str:
        """A commit without files and without a past, for a branch to begin with."""
        tree = self.run("mktree", data=b"").decode().strip()
        return self.run("commit-tree", tree, "-m", message, extra_env=self.identity()).decode().strip()

    def move(self, ref: str, new: str, old: str | None, drop: str | None = None) -> None:
        """Move a ref in one step, only if it still is at `old` (None: only if it does not exist), and remove another
        with it."""
        lines = [f"update {ref} {new} {old or '0' * len(new)}", *([f"delete {drop}"] if drop else [])]
        self.run("update-ref", "--stdin", data="\n".join([*lines, ""]).encode())

    def rehearse(self, changes: Sequence[tuple[str, str, str | None]], gone: Sequence[str] = ()) -> None:
        """Ask git, and its reference-transaction hook, whether refs could be moved, and move none.

        Each change is a ref, its new commit and its old one (None: there is no such ref). Refs that are `gone` need
        not be there: git needs other locks to remove one. Raises `GitFailed`.
        """
        lines = [f"update {ref} {new} {old or '0' * len(new)}" for ref, new, old in changes]
        lines += [f"delete {ref}" for ref in gone]
        self.run("update-ref", "--stdin", data="\n".join(["start", *lines, "prepare", "abort", ""]).encode())

    def is_branch_name(self, name: str) -> bool:
        """Whether git lets a branch be called so (git-check-ref-format)."""
        if not name.isprintable() or name in ("HEAD", "@") or name.startswith(("-", "refs/")):
            return False
        if re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", name, re.ASCII):
            return True  # as nearly all are called; git need not be asked
        try:
            # It also expands @{-1}: what comes out must be what went in.
            return self.line("check-ref-format", "--branch", name) == name
        except GitFailed:
            return False

    def drop(self, ref: str) -> None:
        """Remove a ref, if it is there."""
        self.run("update-ref", "-d", ref)

    def identity(self) -> dict[str, str]:
        """The environment that gives commits a name where neither git nor the environment has one."""
        try:
            told = self.run("config", "--null", "--get-regexp", r"^user\.(name|email)$").decode(errors="replace")
        except GitFailed:
            told = ""
        known = dict(entry.partition("\n")[::2] for entry in told.split("\0") if entry)
        env: dict[str, str] = {}
        for key, kind, fallback in (
            ("user.name", "NAME", FALLBACK_NAME),
            ("user.email", "EMAIL", FALLBACK_EMAIL),
        ):
            for role in ("AUTHOR", "COMMITTER"):
                name = f"GIT_{role}_{kind}"
                env[name] = os.environ.get(name) or known.get(key) or fallback
        return env


@dataclass(frozen=True)
class _Begun:
    """A question that git is at."""

    process: subprocess.Popen[bytes]
    out: IO[bytes]

    def answer(self) -> bytes | None:
        """What it printed; None where it failed."""
        with self.out:
            if self.process.wait():
                return None
            self.out.seek(0)
            return self.out.read()


_PLACES: dict[Repository, tuple[str, str, str]] = {}
_FORESEEN: dict[tuple[Repository, tuple[str, ...]], _Begun] = {}


def _environment() -> dict[str, str]:
    return {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


def all_of(commit: str) -> tuple[str, ...]:
    """What git is asked for everything that a commit holds."""
    return "ls-tree", "-r", "-t", "-z", "--full-tree", commit


def committed_below(folder: str) -> tuple[str, ...]:
    """What git is asked for everything that HEAD has below a folder of the project."""
    return "ls-tree", "-r", "-t", "-z", "HEAD", "--", f"{folder}/"


def content_id(data: bytes, like: str, kind: str = "blob") -> str:
    """What git calls a file of these bytes, in the kind of id (SHA-1 or SHA-256) that `like` is.

    With another `kind`, such as "tree", what it calls an object of that kind.
    """
    algorithm = "sha1" if len(like) == 40 else "sha256"
    head = b"%s %d\0" % (kind.encode(), len(data))
    return hashlib.new(algorithm, head + data, usedforsecurity=False).hexdigest()


def _listed(listing: str) -> list[tuple[str, str]]:
    """The lines of `ls-tree -z`: mode, kind and id; and the path."""
    found = [line.partition("\t")[::2] for line in listing.split("\0") if line]
    return [(about, path) for about, path in found]


def open_repository(root: Path) -> Repository:
    """The repository that `root` lies in. Raises `Refused` where there is none, or none that git will
    open."""
    repository = Repository(root)
    asked = ("--show-prefix", "--git-common-dir", "--show-toplevel", "HEAD^{commit}")
    with contextlib.suppress(GitFailed, FileNotFoundError):
        repository.settle(repository.run("rev-parse", *asked))
        return repository
    try:
        bare = repository.line("rev-parse", "--is-bare-repository") == "true"
    except FileNotFoundError:
        raise Refused(
            [Problem("git", "", 0, msg("git is not installed."), msg("install git (https://git-scm.com)."))]
        ) from None
    except GitFailed as error:
        if "not a git repository" in error.told:
            fix = msg("run it in a clone of the project, or begin one: git init, git add, git commit.")
            raise Refused([Problem("git", "", 0, msg("this folder is not in a git repository."), fix)]) from None
        raise Refused(
            [
                Problem(
                    "git",
                    "",
                    0,
                    msg("git refuses: {told}", told=error.told),
                    msg("do as git says, then try again."),
                )
            ]
        ) from None
    if bare:
        fix = msg("run it in a clone with a work tree.")
        raise Refused([Problem("git", "", 0, msg("this is a bare repository: it has no files."), fix)])
    if repository.commit_of("HEAD") is None:
        fix = msg("commit the project first: git add -A, git commit.")
        raise Refused([Problem("git", "", 0, msg("this repository has no commit yet."), fix)])
    return repository
