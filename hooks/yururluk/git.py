"""How the project talks to git: the only module that starts it. It reads a branch without checking it out, writes a
commit without a work tree, and moves refs in one step."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from yururluk.core.messages import Problem, Refused, msg

# Commits need a name; CI machines and new accounts often have none.
#: The rule of problems that git reports.
GIT_RULE = "git"
FALLBACK_NAME = "yururluk"
FALLBACK_EMAIL = "yururluk@localhost"
# What git would take from the environment instead of the folder it is started in (git rev-parse --local-env-vars), and
# what changes the meaning of a path. Its settings (GIT_CONFIG_…) stay: CI passes credentials in them.
_INHERITED = re.compile(
    r"GIT_(DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|"
    r"IMPLICIT_WORK_TREE|GRAFT_FILE|SHALLOW_FILE|REPLACE_REF_BASE|QUARANTINE_PATH|(LITERAL|(NO)?GLOB|ICASE)_PATHSPECS)"
)


class GitFailed(Exception):
    """git answered with an error: `told` is its complaint, `answer` what it printed on standard output."""

    def __init__(self, command: Sequence[str], told: str, answer: str = "") -> None:
        super().__init__(command, told, answer)
        self.command = tuple(command)
        self.told = told
        self.answer = answer

    def __str__(self) -> str:
        return f"git {' '.join(self.command)}: {self.told}"


@dataclass(frozen=True)
class Change:
    """What a commit changes, in this order: `removed` files and folders go; `files` are written, by path."""

    removed: Sequence[str]
    files: Iterable[tuple[str, bytes]]


@dataclass(frozen=True)
class Written:
    """The commit that was made, its tree, and the tree of the one before it (None: it is the first)."""

    commit: str
    tree: str
    tree_before: str | None


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
        env = {**environment(), **(extra_env or {})}
        done = subprocess.run(["git", *command], cwd=self.root, input=data, capture_output=True, env=env, check=False)
        if done.returncode:
            told, answer = (out.decode(errors="replace").strip() for out in (done.stderr, done.stdout))
            raise GitFailed(command, told, answer)
        return done.stdout

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

    def committed_at(self, commit: str) -> datetime:
        """The moment of a commit (its committer's date), in UTC. One that no calendar has counts as the first there
        is."""
        try:
            return datetime.fromtimestamp(int(self.line("log", "-1", "--format=%ct", commit)), UTC)
        except (ValueError, OverflowError, OSError):
            return datetime.fromtimestamp(0, UTC)

    def tree_of(self, commit: str) -> str:
        """The tree of a commit."""
        return self.line("rev-parse", f"{commit}^{{tree}}")

    def read(self, commit: str, path: str) -> bytes | None:
        """A file's bytes as of a commit, or None where it has no such file."""
        return self.read_all(commit, [path])[0]

    def read_all(self, commit: str, paths: Sequence[str]) -> list[bytes | None]:
        """The bytes of several files as of a commit; None for one that it does not have."""
        with self.objects() as objects:
            return [None if "\n" in path else objects.read(f"{commit}:{path}", missing_ok=True) for path in paths]

    @contextlib.contextmanager
    def objects(self) -> Iterator[Objects]:
        """Reads objects, all by one process."""
        pipe = subprocess.PIPE
        command = ["git", "cat-file", "--batch"]
        with subprocess.Popen(command, cwd=self.root, stdin=pipe, stdout=pipe, stderr=pipe, env=environment()) as git:
            yield Objects(git)
            with contextlib.suppress(OSError):  # it may have ended already
                git.communicate()

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

    def first_contents(self, commit: str, folder: str) -> dict[str, str]:
        """What git called the content of each file below a folder in the commit that brought it, by path."""
        asked = ("log", "--reverse", "--format=", "--raw", "--no-abbrev", "--no-renames", "-z", "--diff-filter=A")
        words = os.fsdecode(self.run(*asked, commit, "--", f":(top,literal){folder}/")).split("\0")
        found: dict[str, str] = {}
        for about, path in zip(words[0::2], words[1::2], strict=False):
            found.setdefault(path, about.split(" ")[3])
        return found

    def contents(self, ids: Iterable[str]) -> Iterator[bytes]:
        """The bytes of several files, by what git calls their contents. Raises `GitFailed` for one that is missing."""
        wanted = list(ids)
        if not wanted:
            return
        with self.objects() as objects:
            for name in wanted:
                yield objects.read(name) or b""

    def ids(self, commit: str) -> dict[str, str]:
        """What git calls the content of every file and every folder of a commit, by path."""
        listed = self.run("ls-tree", "-r", "-t", "-z", "--full-tree", commit).decode(errors="surrogateescape")
        return {path: about.split(" ")[2] for about, path in _listed(listed)}

    def not_as_committed(self, folder: str) -> list[str]:
        """The files below a folder of the project that are not as committed: changed, missing, or not in git.

        Every file is read: `git status` alone is silent where .gitignore, assume-unchanged or skip-worktree say so.
        Only where git itself converts line ends (core.autocrlf) may they differ.
        """
        listed = _listed(os.fsdecode(self.run("ls-tree", "-r", "-z", "HEAD", "--", f"{folder}/")))
        committed = {path: about.split(" ") for about, path in listed}
        present = {
            (Path(parent) / name).relative_to(self.root).as_posix()
            for parent, folders, files in os.walk(self.root / folder)
            for name in [*files, *(name for name in folders if Path(parent, name).is_symlink())]
        }
        found = present ^ committed.keys()
        differing = [path for path in present & committed.keys() if not self._is_content(path, *committed[path])]
        if differing:
            prefix = self._places()[0]
            asked = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", folder)
            status = os.fsdecode(self.run(*asked)).split("\0")
            changed = {entry[3:].removeprefix(prefix) for entry in status if entry}
            for path in differing:
                if path in changed or not self._is_content(path, *committed[path], any_line_ends=True):
                    found.add(path)
        return sorted(found)

    def _is_content(self, path: str, mode: str, _kind: str, name: str, *, any_line_ends: bool = False) -> bool:
        """Whether a file has the content that git calls `name`; `any_line_ends` lets CRLF count as LF."""
        file = self.root / path
        link = mode == "120000"
        if file.is_symlink() != link or not (link or file.is_file()):
            return False
        try:
            data = os.fsencode(file.readlink()) if link else file.read_bytes()
        except OSError:
            return False
        return content_id(data.replace(b"\r\n", b"\n") if any_line_ends else data, name) == name

    def common_folder(self) -> Path:
        """The folder git keeps for all work trees of this repository."""
        return (self.root / self._places()[1]).resolve()

    def top_folder(self) -> Path:
        """The folder of the work tree."""
        return Path(self._places()[2])

    def _places(self) -> tuple[str, str, str]:
        """The project's folder inside the work tree (ends with a slash, or is empty), git's own folder, and the work
        tree's."""
        lines = os.fsdecode(self.run("rev-parse", "--show-prefix", "--git-common-dir", "--show-toplevel"))
        prefix, common, top = lines.removesuffix("\n").split("\n")
        return prefix, common, top

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

    def tags(self, folder: str, remote: str | None = None) -> dict[str, str]:
        """The objects of the tags below a folder, here or at a remote, by their names in it."""
        below = f"refs/tags/{folder}/"
        if remote:
            listed = self.run("ls-remote", "--refs", remote, f"{below}*")
        else:
            listed = self.run("for-each-ref", "--format=%(objectname)%09%(refname)", below)
        rows = (line.partition("\t") for line in os.fsdecode(listed).splitlines())
        return {ref.removeprefix(below): name for name, _, ref in rows}

    def fetch_tag(self, remote: str, tag: str) -> None:
        """Fetch a tag and what it names; no ref moves here."""
        self.run("fetch", "--quiet", "--no-tags", "--no-auto-gc", "--no-write-fetch-head", remote, f"refs/tags/{tag}")

    def new_tag(self, tag: str, commit: str, message: str) -> str:
        """An annotated tag of a commit, to which no ref leads yet."""
        tagger = self.run("var", "GIT_COMMITTER_IDENT", extra_env=self.identity()).decode(errors="replace").strip()
        content = f"object {commit}\ntype commit\ntag {tag}\ntagger {tagger}\n\n{message}\n"
        return self.run("mktag", data=content.encode()).decode().strip()

    def push(self, remote: str, commit: str, branch: str, tags: Mapping[str, str]) -> None:
        """Push a commit as a branch of a remote, only if it goes on from what is there, and tags with it: all or
        nothing. Raises `GitFailed`."""
        refs = [f"{commit}:refs/heads/{branch}", *(f"{name}:refs/tags/{tag}" for tag, name in tags.items())]
        self.run("push", "--porcelain", *(["--atomic"] if tags else []), remote, *refs)

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

    def commit(self, ref: str, parent: str | None, message: str, change: Change) -> Written:
        """Put a commit after `parent` on `ref`, which must be there or not exist. Raises `GitFailed`; there is none
        then."""
        # git would unpack what it packed, a file for each page, and spend longer on packing than a publish takes; it
        # packs tightly at its next `git gc`.
        packing = ("-c", "fastimport.unpackLimit=0", "-c", "pack.compression=1", "-c", "pack.depth=0")
        committer = self.run("var", "GIT_COMMITTER_IDENT", extra_env=self.identity()).strip()
        command = ["git", *packing, "fast-import", "--quiet", "--done", "--date-format=raw"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=self.root, stdin=pipe, stdout=pipe, stderr=pipe, env=environment()) as git:
            with contextlib.suppress(BrokenPipeError):  # git then says why
                if git.stdin is not None:
                    git.stdin.writelines(_commands(ref, parent, committer, message, change))
            _, told = git.communicate()
        if git.returncode:
            lines = [line.strip() for line in told.decode(errors="replace").splitlines()]
            complaint = " ".join(line for line in lines if line.startswith(("fatal:", "error:")))
            raise GitFailed(("fast-import",), complaint or " ".join(lines) or "it ended without saying why")
        trees = [f"{made}^{{tree}}" for made in (ref, parent) if made]
        names = self.run("rev-parse", ref, *trees).decode().split()
        return Written(names[0], names[1], names[2] if parent else None)

    def move(
        self, ref: str, new: str, old: str | None, drop: str | None = None, tags: Mapping[str, str] | None = None
    ) -> None:
        """Move a ref in one step, only if it still is at `old` (None: only if it does not exist); remove another and
        set tags with it."""
        lines = [f"update {ref} {new} {old or '0' * len(new)}", *([f"delete {drop}"] if drop else [])]
        lines += [f"update refs/tags/{tag} {name}" for tag, name in (tags or {}).items()]
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
        for key, kind, fallback in (("user.name", "NAME", FALLBACK_NAME), ("user.email", "EMAIL", FALLBACK_EMAIL)):
            for role in ("AUTHOR", "COMMITTER"):
                name = f"GIT_{role}_{kind}"
                env[name] = os.environ.get(name) or known.get(key) or fallback
        return env

    @contextlib.contextmanager
    def as_git_environment(self) -> Iterator[None]:
        """Meanwhile, programs that start git by themselves (mike) work in this repository, under its identity."""
        ident = self.run("var", "GIT_COMMITTER_IDENT", extra_env=self.identity()).decode(errors="replace").split()
        values = {**environment(), **self.identity(), "GIT_COMMITTER_DATE": " ".join(ident[-2:])}
        values |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "fastimport.unpackLimit", "GIT_CONFIG_VALUE_0": "0"}
        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(values)
        try:
            with contextlib.chdir(self.root):
                yield
        finally:
            os.environ.clear()
            os.environ.update(before)


class Objects:
    """Reads objects by their names (gitrevisions), from a running `git cat-file --batch`."""

    def __init__(self, git: subprocess.Popen[bytes]) -> None:
        self._git = git

    def read(self, name: str, *, missing_ok: bool = False) -> bytes | None:
        """The bytes of a file; None where the name is that of something else or, with `missing_ok`, of nothing. Raises
        `GitFailed` where git cannot read it."""
        if self._git.stdin is None or self._git.stdout is None or self._git.stderr is None:
            raise ValueError("git was started without pipes")
        head: list[bytes] = []
        with contextlib.suppress(BrokenPipeError):
            self._git.stdin.write(os.fsencode(name) + b"\n")
            self._git.stdin.flush()
            head = self._git.stdout.readline().split(b" ")
        if head and head[-1] == b"missing\n":
            if missing_ok:
                return None
            raise GitFailed(("cat-file", name), f"{name} is missing")
        size = int(head[2]) if len(head) == 3 else -1
        data = self._git.stdout.read(size + 1)
        if size < 0 or len(data) <= size:
            told = self._git.stderr.read().decode(errors="replace").strip().splitlines()
            raise GitFailed(("cat-file", name), told[-1] if told else "it ended without saying why")
        return data[:-1] if head[1] == b"blob" else None


def environment() -> dict[str, str]:
    """What git is started with: of the caller's environment only what does not lead it to another repository."""
    own = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    return {name: value for name, value in os.environ.items() if not _INHERITED.fullmatch(name)} | own


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


def _commands(ref: str, parent: str | None, committer: bytes, message: str, change: Change) -> Iterator[bytes]:
    """What fast-import is asked for a commit (git-fast-import, "Input format")."""

    def path(name: str) -> bytes:
        return b'"%s"' % os.fsencode(name).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")

    words = message.encode()
    yield b"commit %s\ncommitter %s\ndata %d\n%s\n" % (os.fsencode(ref), committer, len(words), words)
    if parent:
        yield b"from %s\n" % parent.encode()
    for name in change.removed:
        yield b"D %s\n" % path(name)
    for name, data in change.files:
        yield b"M 100644 inline %s\ndata %d\n" % (path(name), len(data))
        yield data
        yield b"\n"
    yield b"\ndone\n"


def with_folder_ids(files: Mapping[str, str], like: str) -> dict[str, str]:
    """The ids of files by their path, and with them those of the folders they are in, as git makes them of plain
    files. An id that is no object's, such as "link", makes the folders above it differ from any of git's."""
    inside: dict[str, dict[str, tuple[bytes, str]]] = {}
    for path, name in files.items():
        above, _, own = path.rpartition("/")
        inside.setdefault(above, {})[own] = (b"100644 ", name)
        while above:
            above = above.rpartition("/")[0]
            inside.setdefault(above, {})
    found = dict(files)
    for path in sorted(filter(None, inside), key=lambda path: -path.count("/")):
        entries = sorted(inside[path].items(), key=lambda item: os.fsencode(item[0] + "/" * (item[1][0] == b"40000 ")))
        data = b"".join(
            mode + os.fsencode(own) + b"\0" + bytes.fromhex(name if name != "link" else "")
            for own, (mode, name) in entries
        )
        found[path] = content_id(data, like, "tree")
        above, _, own = path.rpartition("/")
        inside[above][own] = (b"40000 ", found[path])
    return found


def tree_id(files: Mapping[str, str], like: str) -> str:
    """What git calls a folder with these files, by path, of which it calls the content so."""
    return with_folder_ids({f"tree/{path}": name for path, name in files.items()}, like)["tree"]


def open_repository(root: Path) -> Repository:
    """The repository that `root` lies in. Raises `Refused` where there is none, or none that git will
    open."""
    repository = Repository(root)
    with contextlib.suppress(GitFailed, FileNotFoundError):
        repository.run("rev-parse", "--show-toplevel", "HEAD^{commit}")
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
            [Problem("git", "", 0, msg("git refuses: {told}", told=error.told), msg("do as git says, then try again."))]
        ) from None
    if bare:
        fix = msg("run it in a clone with a work tree.")
        raise Refused([Problem("git", "", 0, msg("this is a bare repository: it has no files."), fix)])
    if repository.commit_of("HEAD") is None:
        fix = msg("commit the project first: git add -A, git commit.")
        raise Refused([Problem("git", "", 0, msg("this repository has no commit yet."), fix)])
    return repository
