"""What of a web server's answers is taken for a file of the published site.

An answer counts where it comes from the origin that was asked (RFC 6454: scheme, host and port), whole, within a set
time and length, plain or packed with gzip. Anything else is told and ends the check: nobody is to take another site
for the one that was named, nor a part of a file for the file.
"""

from __future__ import annotations

import gzip
import http.client
import io
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message as Headers
from http import HTTPStatus
from http.client import HTTPMessage
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO
from urllib.parse import quote, urlsplit, urlunsplit

from yururluk.core.messages import Message, msg, quoted
from yururluk.core.problems import Problem, Refused

#: How long one file may take, from the look-up of the host to its last byte.
SECONDS = 60.0
#: The longest answer that is read, packed or not; the files of a site stay far below.
LONGEST_MB = 64
_PORTS = {"http": 80, "https": 443}
_AGAIN = msg("try again later.")
_LOOK = msg("look at the address and at the network, then try again.")


class _Elsewhere(Exception):
    """The server sends on to another origin."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


@dataclass(frozen=True)
class Answer:
    """A file as the server sent it: its bytes, unpacked, and what kind of file the server calls it."""

    data: bytes
    type: str


@dataclass(frozen=True)
class Website:
    """The site below a web address that ends with a slash. `types` holds what the server called each file read so far,
    by its path."""

    address: str
    types: dict[str, str] = field(default_factory=dict)
    _known: dict[str, bytes | None] = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        """A file's bytes, or None where the server has none there; asked for once. Raises `Refused`."""
        if path not in self._known:
            answer = _fetch(self.address, quote(path))
            self._known[path] = answer.data if answer else None
            if answer:
                self.types[path] = answer.type
        return self._known[path]


def _fetch(site: str, path: str) -> Answer | None:
    url = site + path
    try:
        return _within(SECONDS, lambda: _answer(url))
    except _Elsewhere as elsewhere:
        other = elsewhere.address
        message = msg("the server sends on to another site: {other}.", other=quoted(other))
        fix = msg(
            "if that is the site you mean, name it so: yururluk verify {address}.",
            address=other.removesuffix(path) if other.endswith(f"/{path}") else _origin(other),
        )
        raise _refused(url, message, fix) from None
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return None
        if 300 <= error.code < 400:
            message = msg("the server sends on ({code}), but to no file.", code=error.code)
            raise _refused(url, message, msg("fix the server's redirects.")) from None
        raise _refused(url, msg("the server answers {code}.", code=error.code), _AGAIN) from None
    except (TimeoutError, urllib.error.URLError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            message = msg("the whole file had not come after {seconds} seconds.", seconds=f"{SECONDS:g}")
            raise _refused(url, message, _LOOK) from None
        raise _refused(url, _unreachable(reason), _LOOK) from None
    except http.client.IncompleteRead:
        raise _refused(url, msg("the server broke off before the end of the file."), _AGAIN) from None
    except http.client.HTTPException:
        raise _refused(url, msg("what answers there is no web server."), _LOOK) from None
    except (OSError, ValueError) as error:
        raise _refused(url, _unreachable(error), _LOOK) from None


def _within(seconds: float, work: Callable[[], Answer]) -> Answer:
    """What `work` gives, or raises; TimeoutError where it takes longer.

    A socket's own limit is for each read: a server that sends a byte now and then would never be done, and looking up
    a host has no limit at all. What is late is left to itself, and ends with the process.
    """
    ends: SimpleQueue[Answer | BaseException] = SimpleQueue()

    def run() -> None:
        try:
            ends.put(work())
        except BaseException as error:  # raised again where it is waited for
            ends.put(error)

    Thread(target=run, daemon=True).start()
    try:
        end = ends.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(end, BaseException):
        raise end
    return end


class _SameOrigin(urllib.request.HTTPRedirectHandler):
    """Follows the server within its origin only."""

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> IO[bytes] | None:
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except BaseException:
            fp.close()
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if _origin(newurl) != _origin(req.full_url):
            raise _Elsewhere(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER = urllib.request.build_opener(_SameOrigin)


def _answer(url: str) -> Answer:
    longest = LONGEST_MB * 1_000_000
    with _OPENER.open(url, timeout=SECONDS) as answer:
        data: bytes = answer.read(longest + 1)
        packed = answer.headers.get("Content-Encoding", "").strip().lower()
        kind: str = answer.headers.get("Content-Type", "")
        # Where the length is told, a reader of a given length takes a broken connection for the end.
        if len(data) <= longest and answer.length:
            raise http.client.IncompleteRead(data, answer.length)
    if packed in {"gzip", "x-gzip"}:
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                data = file.read(longest + 1)
        except (OSError, EOFError, zlib.error):
            message = msg("what the server sent as packed with gzip cannot be unpacked.")
            raise _refused(url, message, _AGAIN) from None
    elif packed not in {"", "identity"}:
        message = msg("the server sends this file packed ({packed}), though it was asked not to.", packed=packed)
        raise _refused(url, message, msg("have the server send it plain where a client asks for that.")) from None
    if len(data) > longest:
        message = msg("the answer is longer than {limit} MB, which no file of such a site is.", limit=LONGEST_MB)
        raise _refused(url, message, _LOOK)
    return Answer(data, kind)


def shows_as_page(content_type: str) -> bool:
    """Whether a browser shows what is sent so as a page in UTF-8: the server's word on both goes before the page's."""
    headers = Headers()
    headers["Content-Type"] = content_type
    charset = str(headers.get_param("charset", "utf-8")).strip().lower()
    return headers.get_content_type() == "text/html" and bool(content_type) and charset in {"utf-8", "utf8"}


def _origin(url: str) -> str:
    """The origin of an address (RFC 6454), as an address. Raises ValueError for what is none."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = parts.port if parts.port != _PORTS.get(parts.scheme) else None
    where = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    return urlunsplit((parts.scheme, where, "/", "", ""))


def _unreachable(reason: object) -> Message:
    return msg("it cannot be reached: {why}.", why=getattr(reason, "strerror", None) or reason)


def _refused(url: str, message: Message, fix: Message) -> Refused:
    return Refused([Problem("verify", url, 0, message, fix)])
