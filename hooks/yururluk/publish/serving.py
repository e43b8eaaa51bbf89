"""How the published site is shown on this machine, as a static host would show it."""

from __future__ import annotations

import functools
import tempfile
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from yururluk.core.console import Voice
from yururluk.core.messages import msg
from yururluk.core.problems import Problem, Refused
from yururluk.git import Repository
from yururluk.publish.export import export


class SiteHandler(SimpleHTTPRequestHandler):
    """Serves a folder with its own 404 page, and says what is asked for only on errors."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
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


def server_of(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of an exported site on this machine only; port 0 takes a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), functools.partial(SiteHandler, directory=str(folder)))


def serve(repository: Repository, commit: str, port: int, out: Voice) -> None:
    """Serve the published site until Ctrl+C."""
    with tempfile.TemporaryDirectory(prefix="yururluk-serve-") as parent:
        folder = Path(parent) / "site"
        export(repository, commit, folder)
        try:
            server = server_of(folder, port)
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
                server.serve_forever()
            except KeyboardInterrupt:
                out.say(msg("Ended."))
