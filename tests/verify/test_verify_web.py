"""What verify takes from a web server for a file of the site, and what it is about an answer that it does not take."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.conftest import Project, Told
from tests.helpers.web_servers import answering, dripping, served
from yururluk.core import http_client
from yururluk.publish.export import SiteHandler
from yururluk.verify.files import Website

TODAY = ("--today", "2026-11-23")
NETWORK = "  Fix: check the address and the network, then try again.\n"
SERVER = "  Fix: check what the server sends, then try again.\n"


def _sent(headers: dict[str, str], body: bytes = b"", code: int = 200) -> type[BaseHTTPRequestHandler]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answering(answer)


def _told(project: Project, handler: Callable[..., BaseHTTPRequestHandler]) -> tuple[str, str]:
    """What verify says of the first file that it asks such a server for; and the server's address."""
    with served(handler) as address:
        told = project.run("verify", *TODAY, address)
    assert (told.code, told.out) == (1, "")
    assert told.err.startswith(f"{address}/register.json: ")
    return told.err.removeprefix(f"{address}/register.json: "), address


# Where an answer comes from


def test_another_site_is_not_taken_for_the_one_that_was_named(published: Project, site: Path) -> None:
    """A host that was given up, taken over or set up wrongly sends on to a site that is as it should be."""
    with served(partial(SiteHandler, directory=str(site))) as right:

        def send_on(request: BaseHTTPRequestHandler) -> None:
            request.send_response(301)
            request.send_header("Location", f"{right}{request.path}")
            request.end_headers()

        away = answering(send_on)
        told, _ = _told(published, away)
        assert told == (
            f"the server sends on to another site: {right}/register.json.\n"
            f"  Fix: if that is the site you mean, name it: yururluk verify {right}/.\n"
        )


@pytest.mark.parametrize(
    ("location", "other", "named"),
    [
        ("https://example.com/a/b", "https://example.com/a/b", "https://example.com/"),
        ("//example.com:8443/", "http://example.com:8443/", "http://example.com:8443/"),
    ],
)
def test_where_another_site_shows_another_file_its_beginning_is_named(
    published: Project, location: str, other: str, named: str
) -> None:
    told, _ = _told(published, _sent({"Location": location}, code=302))
    assert told == (
        f"the server sends on to another site: {other}.\n"
        f"  Fix: if that is the site you mean, name it: yururluk verify {named}.\n"
    )


@pytest.mark.parametrize("headers", [{"Location": "/register.json"}, {}])
def test_a_server_that_sends_on_in_a_circle_or_nowhere_is_told(published: Project, headers: dict[str, str]) -> None:
    told, _ = _told(published, _sent(headers, code=308))
    assert told == ("the server answers 308.\n  Fix: try again later.\n")


def test_a_server_may_send_on_within_its_site(site: Path) -> None:
    """Many hosts answer /1.1/index.html by sending on to /1.1/."""

    class Handler(SiteHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name is the library's
            if self.path.endswith("/index.html"):
                self.send_response(308)
                self.send_header("Location", self.path.removesuffix("index.html"))
                self.end_headers()
            else:
                super().do_GET()

    with served(partial(Handler, directory=str(site))) as address:
        assert Website(f"{address}/").read("1.1/index.html") == (site / "1.1/index.html").read_bytes()


# How much, and how long


@pytest.mark.parametrize("told_length", [True, False])
def test_an_answer_without_end_is_not_read_to_its_end(
    published: Project, monkeypatch: pytest.MonkeyPatch, told_length: bool
) -> None:
    monkeypatch.setattr(http_client, "LONGEST_MB", 1)
    headers = {"Content-Length": str(10**12)} if told_length else {}

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b" " * 100_000)
        except OSError:
            pass  # hung up on

    told, _ = _told(published, answering(answer))
    assert told == "the answer is longer than 1 MB.\n" + SERVER


def test_an_answer_that_unpacks_without_end_is_not_unpacked_to_its_end(
    published: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "LONGEST_MB", 1)
    bomb = gzip.compress(b" " * 5_000_000)
    told, _ = _told(published, _sent({"Content-Encoding": "gzip"}, bomb))
    assert told == "the answer is longer than 1 MB.\n" + SERVER


def test_a_server_that_sends_a_byte_now_and_then_is_not_waited_for(
    published: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes in time, the file never does."""
    monkeypatch.setattr(http_client, "SECONDS", 0.5)

    began = time.monotonic()
    told, _ = _told(published, dripping())
    assert told == "no complete answer came within 0.5 seconds.\n" + NETWORK
    assert time.monotonic() - began < 4


# What is sent


def test_a_file_packed_with_gzip_is_unpacked() -> None:
    """Some servers pack whatever they are asked for."""
    packed = _sent({"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress("ğ".encode()))
    with served(packed) as address:
        website = Website(f"{address}/")
        assert website.read("index.html") == "ğ".encode()
        assert website.types == {"index.html": "text/html"}


BROKEN = "the answer says that it is compressed with gzip, and is not.\n" + SERVER
PACKED = "the server compresses its answer (br), which it was not asked to do.\n" + SERVER


@pytest.mark.parametrize(
    ("packed", "body", "told"),
    [("gzip", b"no gzip", BROKEN), ("gzip", gzip.compress(b"{}", mtime=0)[:-5], BROKEN), ("br", b"", PACKED)],
    ids=["no gzip", "cut short", "brotli"],
)
def test_what_cannot_be_unpacked_is_told(published: Project, packed: str, body: bytes, told: str) -> None:
    assert _told(published, _sent({"Content-Encoding": packed}, body))[0] == told


@pytest.mark.parametrize("html", ["text/plain", "text/html; charset=iso-8859-9", ""])
def test_pages_that_a_browser_would_not_show_as_they_are_are_told(published: Project, site: Path, html: str) -> None:
    """The server's word on what a file is, and how its letters are written, goes before the page's own."""

    class Handler(SiteHandler):
        def guess_type(self, path: str) -> str:  # type: ignore[override]
            return html if path.endswith(".html") else "application/octet-stream"

    with served(partial(Handler, directory=str(site))) as address:
        told = published.run("verify", *TODAY, address)
    problem, fix = told.out.splitlines()
    page, _, message = problem.removeprefix(f"{address}/").partition(": ")
    count = int(message.split(" more ")[0].rpartition(" ")[2])
    kind = html or "a file of no kind"
    assert (page, fix) == (
        "1.0/degisiklikler/gizlilik-politikasi/index.html",
        "  Fix: have the server send pages as text/html; charset=utf-8.",
    )
    assert message == f"the server sends this page and {count} more as {kind}: browsers do not show them as they are."
    assert count > 9
    assert told == Told(1, told.out, "")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("text/html", True),
        ("Text/HTML; Charset=\"UTF-8\"", True),
        ("text/html;charset=utf8", True),
        ("text/html; charset=", False),
        ("application/xhtml+xml", False),
        ("text/html; charset=utf-16", False),
    ],
)  # fmt: skip
def test_what_browsers_show_as_a_page(sent: str, shown: bool) -> None:
    assert http_client.shows_as_page(sent) is shown
