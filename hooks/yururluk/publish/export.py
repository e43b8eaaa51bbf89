"""How the published branch becomes a folder for a static host.

The folder is replaced whole, or not at all. Where it cannot be replaced (a mount point, or a folder beside which
nothing may be written), its files are replaced one by one. A file that no export wrote is never touched.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Any

from yururluk.core.messages import Message, Problem, Refused, Voice, msg
from yururluk.git import GitFailed, Repository, content_id
from yururluk.publish.lock import PREFIX, aside, held, left_aside

MARK = "register.json"
_NAMED = 3  # so many foreign files are named
_TEMPORARY = f"{PREFIX}export-"
_OLD = "-old"


@dataclass(frozen=True)
class Exported:
    """How many files the folder holds, and whether anything had to be written."""

    files: int
    changed: bool


def export(repository: Repository, commit: str, folder: Path) -> Exported:
    """Write the files of `commit` to `folder` (or, where that is a link, to the folder it leads to), in the place of
    an earlier export.

    Only files are written: a link or a submodule of the branch is left out, and no file is executable. Raises
    `Refused` for a folder that holds something else, which would be lost, and for one that cannot be written.
    """
    try:
        wanted = _files_of(repository, commit)
        real = Path(os.path.realpath(folder))
        if real.exists() and not real.is_dir():
            raise _refused(folder, msg("this is a file, not a folder."), msg("name a folder."))
        _clear_left_over(real)
        present = _files_in(real)
        _refuse_foreign(repository, commit, folder, present, wanted)
        if _is_same(real, present, wanted):
            return Exported(len(wanted), changed=False)
        _refuse_unwritable(real)
        if not _replace_whole(repository, real, wanted):
            _replace_each(repository, real, present, wanted)
        return Exported(len(wanted), changed=True)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        fix = msg("make sure that the folder is writable and that the disk has room, then export again.")
        raise _refused(folder, msg("the site cannot be written here: {why}.", why=why), fix) from error
    except GitFailed as error:
        fix = msg("do as git says, then export again.")
        message = msg("git {command} failed: {told}", command=error.command[0], told=error.told)
        raise _refused(folder, message, fix) from error


def _refused(folder: Path, message: Message, fix: Message) -> Refused:
    return Refused([Problem("export", str(folder), 0, message, fix)])


def _purpose(folder: Path) -> str:
    """What the folders beside it are called in which it is made ready, or that it is moved to."""
    return f"export-{folder.name}"


def _clear_left_over(folder: Path) -> None:
    """Undo what an export that was killed left beside the folder; put back what it had moved away."""
    for left in left_aside(folder.parent, _purpose(folder)):
        if left.name.endswith(_OLD) and not folder.exists():
            left.rename(folder)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _files_of(repository: Repository, commit: str) -> dict[str, str]:
    """The git name of each file's bytes, by path, sorted."""
    listed = os.fsdecode(repository.run("ls-tree", "-r", "-z", "--full-tree", commit)).split("\0")
    found: dict[str, str] = {}
    for line in sorted(filter(None, listed)):
        facts, path = line.split("\t", 1)
        mode, _kind, name = facts.split()
        if not mode.startswith("100"):
            continue
        if not {"", ".", "..", ".git"}.isdisjoint(path.split("/")):
            raise ValueError(f'the branch holds a file at "{path}", which is no address of a site')
        found[path] = name
    return dict(sorted(found.items()))


def _files_in(folder: Path) -> dict[str, os.stat_result]:
    """All that lies below `folder` and is not a folder, by path, sorted; a link counts as a file."""
    found: dict[str, os.stat_result] = {}
    for parent, folders, names in os.walk(folder, onerror=_fail):
        for name in [*names, *(name for name in folders if Path(parent, name).is_symlink())]:
            file = Path(parent, name)
            found[file.relative_to(folder).as_posix()] = file.lstat()
    return dict(sorted(found.items()))


def _fail(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # there need not be a folder yet
        raise error


def _refuse_foreign(
    repository: Repository, commit: str, folder: Path, present: Mapping[str, os.stat_result], wanted: Mapping[str, str]
) -> None:
    """Refuse a folder that holds anything but files that `commit`, or a commit before it, has at that path."""
    ours = [path for path in present if _is_left_over(path)]
    files = {path for path, facts in present.items() if stat.S_ISREG(facts.st_mode)}
    foreign = [path for path in present if path not in ours and not (path in files and path in wanted)]
    if foreign:
        earlier = _earlier_paths(repository, commit)
        foreign = [path for path in foreign if not (path in files and path in earlier)]
    if not foreign and MARK not in present:
        # Another site may well consist of an index.html and a robots.txt only.
        foreign = [path for path in present if path not in ours]
    if foreign:
        names = ", ".join(_shown(path) for path in foreign[:_NAMED])
        fix = msg("move them away; or name a new folder, or an empty one, or that of an earlier export.")
        more = len(foreign) - _NAMED
        message = (
            msg("this folder holds files that no export wrote: {names} and {more} more.", names=names, more=more)
            if more > 0
            else msg("this folder holds files that no export wrote: {names}.", names=names)
        )
        raise _refused(folder, message, fix)


def _earlier_paths(repository: Repository, commit: str) -> set[str]:
    """Every path that `commit`, or a commit before it, has a file at."""
    # Not `rev-list --objects`: it names a file that is in several folders only once.
    commits = repository.run("rev-list", commit)
    how = ("--stdin", "-r", "--root", "-m", "--no-renames", "--no-commit-id", "--name-only", "-z")
    return set(os.fsdecode(repository.run("diff-tree", *how, data=commits)).split("\0"))


def _is_left_over(path: str) -> bool:
    """Whether an export that was cut off left this file behind."""
    return path.startswith(_TEMPORARY) and "/" not in path


def _shown(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _is_same(folder: Path, present: Mapping[str, os.stat_result], wanted: Mapping[str, str]) -> bool:
    return (
        bool(wanted)
        and list(present) == list(wanted)
        and all(content_id((folder / path).read_bytes(), name) == name for path, name in wanted.items())
    )


def _refuse_unwritable(folder: Path) -> None:
    """Look before anything is moved: an old export that cannot be deleted would stay behind."""
    for parent, _, _ in os.walk(folder, onerror=_fail):
        if not os.access(parent, os.W_OK | os.X_OK):
            raise PermissionError(13, f"the folder {parent} may not be written")


def _contents(repository: Repository, wanted: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Each file's path and its bytes as they were committed: no attribute, filter or line end of this machine
    touches them."""
    return zip(wanted, repository.contents(wanted.values()), strict=True)


def _replace_whole(repository: Repository, folder: Path, wanted: Mapping[str, str]) -> bool:
    """Put a new folder in the place of the old one. False, with nothing changed, where it cannot be moved."""
    if os.path.ismount(folder):
        return False
    with contextlib.ExitStack() as stack:
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            work = stack.enter_context(aside(folder.parent, _purpose(folder)))
        except OSError:
            if folder.is_dir():
                return False  # nothing may be written beside it
            raise
        staged = work / "new"
        staged.mkdir()
        staged.chmod(stat.S_IMODE(folder.stat().st_mode) if folder.is_dir() else 0o755)
        for path, data in _contents(repository, wanted):
            file = staged / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return _swap(staged, folder, work.with_name(work.name + _OLD))


def _swap(staged: Path, folder: Path, old: Path) -> bool:
    if not folder.exists():
        staged.rename(folder)
        return True
    with held(folder):
        try:
            folder.rename(old)
        except OSError:
            return False
        try:
            staged.rename(folder)
        except BaseException:
            old.rename(folder)
            raise
    shutil.rmtree(old)
    return True


def _replace_each(
    repository: Repository, folder: Path, present: Mapping[str, os.stat_result], wanted: Mapping[str, str]
) -> None:
    """Replace the files of `folder` one by one, each whole; then drop what no longer belongs there.

    The mark comes first, so that an export which is cut off can be taken up again; the shared files come before the
    pages that need them.
    """
    for path in present:
        if path not in wanted and any(above.as_posix() in wanted for above in PurePosixPath(path).parents):
            (folder / path).unlink()  # it is in a folder where a file must be
            _drop_empty(folder, path)
    order = sorted(wanted, key=lambda path: (path != MARK, not path.startswith("assets/"), path))
    for path, data in _contents(repository, {path: wanted[path] for path in order}):
        file = folder / path
        for above in reversed(file.relative_to(folder).parents):
            if (folder / above).is_file():
                (folder / above).unlink()  # a file is where a folder must be
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_file() and file.read_bytes() == data:
            continue
        handle, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=folder)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            temporary.chmod(0o644)
            temporary.replace(file)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    for path in present:
        if path not in wanted and (folder / path).is_file():
            (folder / path).unlink()
            _drop_empty(folder, path)


def _drop_empty(folder: Path, path: str) -> None:
    """Remove the folders above a path that hold nothing any more, up to `folder` itself."""
    for above in (folder / path).parents:
        if above == folder or not above.is_dir() or any(above.iterdir()):
            return
        above.rmdir()


class SiteHandler(SimpleHTTPRequestHandler):
    """Serves a folder as hosts do: with its own 404 page and the media types that the API names."""

    extensions_map = {  # noqa: RUF012 - the library's own
        **SimpleHTTPRequestHandler.extensions_map,
        ".link": "application/link-format",  # RFC 6690
        ".ics": "text/calendar",
    }

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        """The media type of a file; Akoma Ntoso has two endings."""
        return "application/akn+xml" if os.fspath(path).endswith(".akn.xml") else super().guess_type(path)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's own page for 404, and with 405 for a method that no static host knows."""
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self.send_response(HTTPStatus.METHOD_NOT_ALLOWED)
            self.send_header("Allow", "GET, HEAD")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Say nothing: the reader looks at pages, not at a log."""


class _SiteServer(ThreadingHTTPServer):
    """Serves a folder, and calls `look` once in each round of waiting."""

    def __init__(self, folder: Path, port: int, look: Callable[[], None]) -> None:
        super().__init__(("127.0.0.1", port), functools.partial(SiteHandler, directory=str(folder)))
        self._look = look

    def service_actions(self) -> None:
        self._look()


def server_of(folder: Path, port: int, look: Callable[[], None] = lambda: None) -> ThreadingHTTPServer:
    """A server of an exported site on this machine only; port 0 takes a free one."""
    return _SiteServer(folder, port, look)


def serve(repository: Repository, newest: Callable[[], str], port: int, out: Voice) -> None:
    """Serve the published site until Ctrl+C; `newest` gives the commit to show, which a publish changes."""
    with aside(Path(tempfile.gettempdir()), "serve") as parent:
        folder = parent / "site"
        shown = newest()
        export(repository, shown, folder)

        def follow() -> None:
            nonlocal shown
            if (commit := newest()) != shown:
                shown = commit
                export(repository, commit, folder)
                out.say(msg("The new publish is shown."))

        try:
            server = server_of(folder, port, follow)
        except OSError as error:
            fix = msg("choose another one: yururluk serve --port {port}.", port=port + 1)
            raise Refused(
                [
                    Problem(
                        "serve",
                        "",
                        0,
                        msg("port {port} cannot be used: {reason}.", port=port, reason=error.strerror),
                        fix,
                    )
                ]
            ) from None
        with server:
            out.say(msg("The site is at http://localhost:{port}/ (Ctrl+C ends it).", port=server.server_port))
            try:
                server.serve_forever(poll_interval=1)
            except KeyboardInterrupt:
                out.say(msg("Ended."))
