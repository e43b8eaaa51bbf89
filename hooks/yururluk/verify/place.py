"""Where a published site is read: the pages branch, a folder, or a web address."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from yururluk.core import http_client
from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem, Refused
from yururluk.core.settings import Settings
from yururluk.git import GitFailed, content_id, open_repository, with_folder_ids
from yururluk.publish.published_pages import BUILD_FILE, as_listed
from yururluk.publish.remote import tracking_ref
from yururluk.publish.status import published_commit

#: The bytes of a published file by its address within the site, or None where there is none. Raises `Refused`.
Reader = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Place:
    """A published site. `name` names it in messages; `read` gives a file, once read and kept no longer than needed.

    `ids` gives what git calls the content of every file and folder there, in the kind of id (SHA-1 or SHA-256) that
    its argument has the length of; None where nobody can list what is there, as on the web. `folder` gives the files
    of a folder that git calls so, where the project's repository still has it. `published` says whether a file of the
    root once stood so on the pages branch of that repository; None where it knows of no such branch, or is read itself.
    `listed` says whether a build.json that the branch holds or held names a file of that id; None where there is none.
    `types` holds, where a server answers, what kind of file (Content-Type) it called each that was read so far.
    """

    name: str
    read: Reader
    ids: Callable[[str], Mapping[str, str]] | None
    folder: Callable[[str], Mapping[str, str] | None]
    published: Callable[[str, bytes], bool | None] = lambda _path, _data: None
    listed: Callable[[str, str], bool | None] = lambda _path, _id: None
    types: Mapping[str, str] = field(default_factory=dict)


@contextlib.contextmanager
def place_of(root: Path, settings: Settings, place: str | None) -> Iterator[Place]:
    """The site at `place` (None: the pages branch). Raises `Refused` where there is none."""
    if place is None:
        repository = open_repository(root)
        ids = repository.ids(published_commit(repository, settings))
        files = set(files_of(ids))
        with repository.objects() as objects:

            def read_branch(path: str) -> bytes | None:
                try:
                    return objects.read(ids[path]) if path in files else None
                except GitFailed as error:
                    fix = msg("do as git says (git fsck), then try again.")
                    why = msg("git cannot read it: {error}.", error=error.told.rstrip("."))
                    raise _refused(f"{settings.branch}/{path}", why, fix) from None

            yield Place(
                settings.branch, read_branch, lambda _like: ids, _folders_of(root), listed=_listed_in(root, settings)
            )
    elif place.lower().startswith(("https://", "http://")):
        website = Website(web_address(place))
        yield Place(
            place.rstrip("/"), website.read, None, _folders_of(root), _published_in(root, settings), types=website.types
        )
    else:
        folder = Path(place)
        if not _is_folder(folder):
            fix = msg("name an exported folder, a web address, or nothing for the pages branch.")
            raise _refused(place, msg("there is no such folder."), fix)
        yield Place(
            str(folder),
            lambda path: _file(folder / path),
            cache(lambda like: _folder_ids(folder, like)),
            _folders_of(root),
            _published_in(root, settings),
            _listed_in(root, settings),
        )


@dataclass(frozen=True)
class Website:
    """The site below a web address that ends with a slash. `types` holds the Content-Type of each file read so far."""

    address: str
    types: dict[str, str] = field(default_factory=dict)
    _known: dict[str, bytes | None] = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        """A file's bytes, or None where the server has none there; asked for once. Raises `Refused`."""
        if path not in self._known:
            answer = self._answer(quote(path))
            self._known[path] = answer.data if answer else None
            if answer:
                self.types[path] = answer.content_type
        return self._known[path]

    def _answer(self, path: str) -> http_client.Response | None:
        url = self.address + path
        try:
            answer = http_client.request(url)
        except http_client.Elsewhere as elsewhere:
            other = elsewhere.address
            site = other.removesuffix(path) if other.endswith(f"/{path}") else http_client.origin(other)
            fix = msg("if that is the site you mean, name it: yururluk verify {address}.", address=site)
            raise _refused(url, elsewhere.message, fix) from None
        except http_client.Unreachable as error:
            raise _refused(url, error.message, msg("check the address and the network, then try again.")) from None
        except http_client.HttpError as error:
            raise _refused(url, error.message, msg("check what the server sends, then try again.")) from None
        if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return None
        if answer.status != HTTPStatus.OK:
            raise _refused(url, msg("the server answers {code}.", code=answer.status), msg("try again later."))
        return answer


def _folders_of(root: Path) -> Callable[[str], Mapping[str, str] | None]:
    try:
        repository = open_repository(root)
    except Refused:
        return lambda _name: None

    def folder(name: str) -> Mapping[str, str] | None:
        try:
            return repository.ids(name) if re.fullmatch(r"[0-9a-f]{40,64}", name, re.ASCII) else None
        except GitFailed:
            return None  # of another clone, or long dropped

    return folder


def _published_in(root: Path, settings: Settings) -> Callable[[str, bytes], bool | None]:
    def published(path: str, data: bytes) -> bool | None:
        try:
            repository = open_repository(root)
            refs = repository.refs(f"refs/heads/{settings.branch}", tracking_ref(settings))
        except (Refused, GitFailed):
            return None
        commits = sorted(set(refs.commits.values()))
        return any(repository.ever_held(commit, path, data) for commit in commits) if commits else None

    return published


def _listed_in(root: Path, settings: Settings) -> Callable[[str, str], bool | None]:
    """What the build.json files of all publishes list, as far as this clone knows the pages branch; read when asked."""

    @cache
    def known() -> frozenset[tuple[str, str]] | None:
        try:
            repository = open_repository(root)
            refs = repository.refs(f"refs/heads/{settings.branch}", tracking_ref(settings))
            commits = sorted(set(refs.commits.values()))
            log = repository.line("log", "--format=%H", *commits, "--", f":(top){BUILD_FILE}") if commits else ""
        except (Refused, GitFailed):
            return None
        lists = [as_listed(repository.read(commit, BUILD_FILE) or b"{}", {}) for commit in log.split()]
        return frozenset(item for one in lists for item in one.files.items()) if commits else None

    def listed(path: str, name: str) -> bool | None:
        files = known()
        return None if files is None else (path, name) in files

    return listed


def _folder_ids(folder: Path, like: str) -> Mapping[str, str]:
    """What git calls every file and folder below a folder; a link is listed, and is like no file."""
    files: dict[str, str] = {}
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if file.is_symlink():
            files[path] = "link"
        elif file.is_file():
            files[path] = content_id(_file(file) or b"", like)
    return with_folder_ids(files, like)


def files_of(ids: Mapping[str, str]) -> list[str]:
    """The paths of a listing that are files, sorted: nothing is listed below them."""
    folders = {path[:place] for path in ids for place, sign in enumerate(path) if sign == "/"}
    return sorted(set(ids) - folders)


def web_address(place: str) -> str:
    """A web address as it is sent (RFC 3986, IDNA): in ASCII, without query and fragment, with a slash at its end.

    Raises `Refused` for what is none.
    """
    try:
        parts = urlsplit(place.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
        if not host or any(sign in host for sign in " %<>\\^`{|}\"'"):
            raise ValueError("no host")
    except ValueError:  # UnicodeError is one
        fix = msg("write it as a browser shows it, such as https://www.example.com/.")
        raise _refused(place, msg("this is not a web address."), fix) from None
    where = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=-._~") + "/"
    return urlunsplit((parts.scheme, where, path, "", ""))


def _refused(place: str, message: Message, fix: Message) -> Refused:
    return Refused([Problem("verify", place, 0, message, fix)])


def _is_folder(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except (OSError, ValueError):
        return False


def _file(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _refused(str(path), msg("this file cannot be read: {why}.", why=why), msg("make it readable.")) from None
