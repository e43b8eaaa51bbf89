"""Where a published site can be read: a folder, a web address, or the pages branch."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from yururluk.known import published_commit
from yururluk.problems import Problem, Refused
from yururluk.settings import Settings
from yururluk.vcs import GitFailed, open_repository

_SECONDS = 30

#: The bytes of a published file by its address within the site, or None where there is none. Raises `Refused`.
Reader = Callable[[str], bytes | None]


def reader_of(root: Path, settings: Settings, place: str | None) -> tuple[Reader, str]:
    """What reads the site at `place` (None: the pages branch), each file once, and how to name it in messages."""
    if place is None:
        repository = open_repository(root)
        commit = published_commit(repository, settings)

        def read_branch(path: str) -> bytes | None:
            try:
                return repository.read(commit, path)
            except GitFailed as error:
                why = f"git cannot read this file of the branch: {error.told}."
                raise _refused(f"{settings.branch}/{path}", why, "do as git says, then try again.") from None

        return cache(read_branch), settings.branch
    if place.lower().startswith(("https://", "http://")):
        address = web_address(place)
        return cache(lambda path: _fetch(address + quote(path))), place.rstrip("/")
    folder = Path(place)
    if not _is_folder(folder):
        mend = "name an exported folder, a web address, or nothing for the pages branch."
        raise _refused(place, "there is no such folder.", mend)
    return cache(lambda path: _file(folder / path)), str(folder)


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
        mend = "write it as a browser shows it, such as https://www.example.com/."
        raise _refused(place, "this is not a web address.", mend) from None
    where = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=-._~") + "/"
    return urlunsplit((parts.scheme, where, path, "", ""))


def _refused(place: str, message: str, mend: str) -> Refused:
    return Refused([Problem("verify", place, 0, message, mend)])


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
        raise _refused(str(path), f"this file cannot be read: {why}.", "make it readable.") from None


def _fetch(url: str) -> bytes | None:
    mend = "look at the address and at the network, then try again."
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - http(s) only, see reader_of
            data: bytes = answer.read()
            return data
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in {404, 410}:
            return None
        raise _refused(url, f"the server answers {error.code}.", "try again later.") from None
    except urllib.error.URLError as error:
        why = getattr(error.reason, "strerror", None) or str(error.reason)
        raise _refused(url, f"it cannot be reached: {why}.", mend) from None
    except http.client.IncompleteRead:
        raise _refused(url, "the server broke off before the end of the file.", "try again later.") from None
    except http.client.HTTPException:
        raise _refused(url, "what answers there is no web server.", mend) from None
    except TimeoutError:
        raise _refused(url, f"the server did not answer within {_SECONDS} seconds.", mend) from None
    except (OSError, ValueError) as error:
        raise _refused(
            url, f"it cannot be reached: {getattr(error, 'strerror', None) or error}.", mend
        ) from None
