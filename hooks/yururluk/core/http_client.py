"""The HTTP client of everything that asks over a network: bounded in time, length and redirects.

A socket's own limit is for each read, so a server that sends a byte now and then would never be done, and looking up a
host has no limit at all. Here the limit is for the whole answer. Redirects are followed for GET only, and only within
the origin that was asked (RFC 6454: scheme, host and port), so that no other site is taken for it and no token leaves.
"""

from __future__ import annotations

import gzip
import http.client
import io
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message as Headers
from http import HTTPStatus
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from yururluk.core.messages import Message, msg

#: How long one answer may take, from looking up the host to its last byte.
SECONDS = 60.0
#: The longest answer that is read, compressed or not.
LONGEST_MB = 64
_PORTS = {"http": 80, "https": 443}


class HttpError(Exception):
    """No answer that counts; `message` says why, in a sentence."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class Unreachable(HttpError):
    """Nothing came, or not in time: a matter of the address or of the network."""


class Elsewhere(HttpError):
    """The server redirects to `address`, which is of another origin."""

    def __init__(self, address: str) -> None:
        super().__init__(msg("the server sends on to another site: {other}.", other=address))
        self.address = address


@dataclass(frozen=True)
class Response:
    """What a server answered: its status code, the body without compression, and what it says of it."""

    status: int
    data: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """The Content-Type; empty where the server sends none."""
        return self.headers.get("content-type", "")


def request(
    url: str, *, method: str = "GET", data: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """What the server at an http(s) address answers, whatever its status. Raises `HttpError`."""
    asked = urllib.request.Request(url, data, dict(headers or {}), method=method)  # noqa: S310 - origin checked
    if urlsplit(url).scheme not in _PORTS:
        raise Unreachable(msg("this is not a web address."))
    answers: SimpleQueue[Response | BaseException] = SimpleQueue()

    def run() -> None:
        try:
            answers.put(_response(asked))
        except BaseException as error:  # raised again in the thread that waits
            answers.put(error)

    Thread(target=run, daemon=True).start()  # one that is late ends with the process
    try:
        answer = answers.get(timeout=SECONDS)
    except Empty:
        answer = TimeoutError()
    if isinstance(answer, Response):
        return answer
    raise _http_error(answer) from None


def origin(url: str) -> str:
    """The origin of an address (RFC 6454), as an address. Raises ValueError where it is not one."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = parts.port if parts.port != _PORTS.get(parts.scheme) else None
    where = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    return urlunsplit((parts.scheme, where, "/", "", ""))


def shows_as_page(content_type: str) -> bool:
    """Whether a browser shows what is sent so as a page in UTF-8; it believes the server before the page."""
    headers = Headers()
    headers["Content-Type"] = content_type
    charset = str(headers.get_param("charset", "utf-8")).strip().lower()
    return headers.get_content_type() == "text/html" and bool(content_type) and charset in {"utf-8", "utf8"}


class _SameOrigin(urllib.request.HTTPRedirectHandler):
    """Follows a GET within its origin, ten times at most."""

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage
    ) -> IO[bytes] | None:
        if req.get_method() != "GET":
            return None  # which makes it an HTTPError
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
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if origin(newurl) != origin(req.full_url):
            raise Elsewhere(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER = urllib.request.build_opener(_SameOrigin)


def _response(asked: urllib.request.Request) -> Response:
    try:
        answer = _OPENER.open(asked, timeout=SECONDS)
    except urllib.error.HTTPError as error:
        if error.code < HTTPStatus.BAD_REQUEST:  # a redirect that is not followed; its body may be closed already
            error.close()
            return Response(error.code, b"")
        answer = error
    longest = LONGEST_MB * 1_000_000
    with answer:
        data: bytes = answer.read(longest + 1)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        # A reader of a given length takes a connection that broke off for the end.
        if len(data) <= longest and getattr(answer, "length", None):
            raise http.client.IncompleteRead(data)
    packed = headers.get("content-encoding", "").strip().lower()
    if packed in {"gzip", "x-gzip"}:
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                data = file.read(longest + 1)
        except (OSError, EOFError, zlib.error):
            raise HttpError(msg("the answer says that it is compressed with gzip, and is not.")) from None
    elif packed not in {"", "identity"}:
        raise HttpError(
            msg("the server compresses its answer ({encoding}), which it was not asked to do.", encoding=packed)
        )
    if len(data) > longest:
        raise HttpError(msg("the answer is longer than {limit} MB.", limit=LONGEST_MB))
    return Response(answer.status or 0, data, headers)


def _http_error(error: BaseException) -> BaseException:
    if isinstance(error, http.client.IncompleteRead):
        return HttpError(msg("the server broke off before the end of its answer."))
    if isinstance(error, http.client.HTTPException):
        return Unreachable(msg("what answers there is not a web server."))
    if not isinstance(error, OSError | ValueError):
        return error
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return Unreachable(msg("no complete answer came within {seconds} seconds.", seconds=f"{SECONDS:g}"))
    why = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return Unreachable(msg("it cannot be reached: {why}.", why=why))
