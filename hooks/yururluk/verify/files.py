"""Where a published site is read (the pages branch, a folder, a web address), and whether its files are, each and all,
those that the last publish wrote.

build.json names them: every file beside the releases' folders, and of each folder of a release or an alias what git
calls the whole of it. It is beside the pages and can be rewritten with them; the texts, the register, the list of
versions and the timestamps are therefore held against each other, too, and do not rest on it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from yururluk.core import http_client
from yururluk.core.messages import Message, Problem, Refused, msg
from yururluk.core.register import REGISTER_FILE
from yururluk.core.settings import Settings
from yururluk.git import GitFailed, content_id, open_repository, with_folder_ids
from yururluk.publish.published_pages import BUILD_FILE, FORMAT, as_listed, sealed
from yururluk.publish.remote import tracking_ref
from yururluk.publish.status import published_commit
from yururluk.site.assets import FOLDER as ASSETS_FOLDER
from yururluk.site.urls import VERSIONS

#: The folder of the timestamps.
TIMESTAMPS = "timestamps"
#: What browsers show as a page: nobody may publish one but by a release.
_SHOWN = (".html", ".htm", ".xhtml", ".xht", ".shtml", ".mhtml", ".svg", ".xml", ".pdf", "/")
_HASHED = re.compile(r"\.(?P<digest>[0-9a-f]{10})\.[^./]+$", re.ASCII)
CHANGED = msg("this file is not as it was published.")
MISSING = msg("this published file is missing.")
EXTRA = msg("this file is no part of what was published.")
#: Only the history of the branch finds anyone who rewrites this file alike with what it names.
UNKNOWN = msg("this is not the list of files of any publish that this clone knows of: any page may have been changed.")

#: Where the pages branch itself is at fault.
REBUILD = msg("publish again: yururluk publish --rebuild.")
RESTORE = msg(
    "restore register.json from git (the pages branch keeps every earlier state) or from any "
    "saved copy: yururluk publish --register FILE."
)
#: Where a copy has a list of files that the pages branch never held.
FETCH = msg(
    "fetch the pages branch (git fetch) and verify again; if this message stays, bring the site from the branch again: "
    "yururluk export DIR."
)
#: What all else is measured by: where one of these is altered, so may be whatever contradicts it.
_MEASURES = (REGISTER_FILE, VERSIONS, BUILD_FILE)

#: Where a fault lies in the site, and what it is, in a sentence.
Fault = tuple[str, Message]


@dataclass(frozen=True)
class Written:
    """What build.json says was written: the ids of the folders and of the files beside them."""

    trees: Mapping[str, str]
    files: Mapping[str, str]

    @property
    def like(self) -> str:
        """An id of the kind that these are: git has two."""
        return "0" * len(next(iter([*self.trees.values(), *self.files.values()]), "0" * 40))


@dataclass(frozen=True)
class HeldFiles:
    """Every file that differs, is missing or is not ours, as far as can be seen where nothing can be listed; and
    whether the pages branch of this clone once held the build.json they were held against: None where there is none to
    ask, or where it is what is looked at."""

    faults: tuple[Fault, ...]
    of_branch: bool | None


def held_files(place: Place) -> HeldFiles:
    """The files of a site, held against its build.json."""
    data = place.read(BUILD_FILE)
    of_branch = place.published(BUILD_FILE, data or b"")
    if data is None:
        return HeldFiles(((BUILD_FILE, MISSING),), of_branch)
    written = _written(data)
    if isinstance(written, Message):
        return HeldFiles(((BUILD_FILE, written),), of_branch)
    unknown = [(BUILD_FILE, UNKNOWN)] if of_branch is False else []
    return HeldFiles((*unknown, *_file_faults(place, written)), of_branch)


def _file_faults(place: Place, written: Written) -> list[Fault]:
    ids = place.ids(written.like) if place.ids else None
    found: list[Fault] = []
    for folder, name in sorted(written.trees.items()):
        if ids is None or ids.get(folder) != name:
            found += _folder_faults(place, folder, name, ids)
    for path, name in sorted(written.files.items()):
        found += _fault_of(path, name, id_of(place, path, ids, written.like))
    if ids is not None:
        known = {*written.files, *written.trees, BUILD_FILE}
        found += [(path, EXTRA) for path in files_of(ids) if not _is_ours(path, ids, known, place)]
    return found


def _written(data: bytes) -> Written | Message:
    """What build.json says; or what is wrong with it."""
    try:
        content = json.loads(data.decode("utf-8"))
        trees = {str(path): str(name) for path, name in content["trees"].items()}
        files = {str(path): str(name) for part in content["parts"].values() for path, name in part["files"].items()}
        if "digest" not in content or content["format"] != FORMAT:
            return msg("this file was written by an earlier program and cannot be relied on.")
        if sealed(content) != data:
            return msg("this file is not as it was written: its own digest does not fit it.")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return msg("this file cannot be read; it is to say what was published.")
    return Written(trees, files)


def _folder_faults(place: Place, folder: str, name: str, ids: Mapping[str, str] | None) -> Iterator[Fault]:
    """What differs in a folder, by its files where the repository still knows them."""
    known = place.folder(name)
    if known is None:
        if ids is not None:
            yield folder, msg("a file in this folder is not as it was published, is missing or was added.")
        return
    folders = set(known) - set(files_of(known))
    for path, wanted in sorted(known.items()):
        if path not in folders:
            yield from _fault_of(f"{folder}/{path}", wanted, id_of(place, f"{folder}/{path}", ids, name))
    for path in files_of(ids or {}):
        if path.startswith(f"{folder}/") and path.removeprefix(f"{folder}/") not in known:
            yield path, EXTRA


def _fault_of(path: str, wanted: str, found: str | None) -> Iterator[Fault]:
    if found is None:
        yield path, MISSING
    elif found != wanted:
        yield path, CHANGED


def id_of(place: Place, path: str, ids: Mapping[str, str] | None, like: str) -> str | None:
    """What git calls a file of a site; None where there is none. `ids` are those of the place, if it has any."""
    if ids is not None:
        return ids.get(path)
    data = place.read(path)
    return None if data is None else content_id(data, like)


def _is_ours(path: str, ids: Mapping[str, str], known: set[str], place: Place) -> bool:
    """Whether a file is there by a publish that listed it, or is one that the company puts beside the pages itself."""
    top, _, rest = path.partition("/")
    if path in known or (top in known and rest) or (top == TIMESTAMPS and rest) or path == "CNAME":
        return True
    if top == ASSETS_FOLDER:
        # Pages kept elsewhere go on asking for shared files under old names, so these stay.
        listed = place.listed(path, ids[path])
        return _is_its_digest(path, place) if listed is None else listed
    return top == ".well-known" and bool(rest) and not path.endswith(_SHOWN) and _of_branch(path, place)


def _of_branch(path: str, place: Place) -> bool:
    """Whether the pages branch ever held this file; true where no branch is known, or it is what is looked at."""
    return place.published(path, place.read(path) or b"") is not False


def _is_its_digest(path: str, place: Place) -> bool:
    hashed = _HASHED.search(path)
    digest = hashlib.sha256(place.read(path) or b"").hexdigest()
    return hashed is not None and digest.startswith(hashed["digest"]) and not path.endswith(_SHOWN)


def fixed(problems: Sequence[Problem], place: Place, held: HeldFiles) -> list[Problem]:
    """The same problems; of a copy (a folder, or what a server shows) that is not as the pages branch was, each tells
    to bring the site from the branch again, for there the fault is not."""
    if held.of_branch is None:
        return list(problems)
    altered = {path for path, _ in held.faults}
    return [replace(problem, fix=_of_copy(problem, place, altered)) for problem in problems]


def _of_copy(problem: Problem, place: Place, altered: set[str]) -> Message:
    if problem.fix not in {REBUILD, RESTORE}:
        return problem.fix
    path = problem.path.removeprefix(f"{place.name}/")
    in_copy = (
        path in altered or any(other.startswith(f"{path}/") for other in altered) or not altered.isdisjoint(_MEASURES)
    )
    if place.ids is None:
        if in_copy:
            return msg("bring the site from the pages branch to the server again: yururluk export DIR.")
        return msg(
            "publish again (yururluk publish --rebuild), then bring the site from the pages branch to the server: "
            "yururluk export DIR."
        )
    if in_copy:
        return msg("bring the site from the pages branch again: yururluk export DIR.")
    if problem.fix == RESTORE:
        return RESTORE
    return msg(
        "publish again (yururluk publish --rebuild), then bring the site from the pages branch again: "
        "yururluk export DIR."
    )


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
