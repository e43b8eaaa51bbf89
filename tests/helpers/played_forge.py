"""A forge on this machine, as far as the workflows speak to it: comments and pull requests over HTTP."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class PlayedForge:
    """What it was reported. `comments` by number; `asked` every request as (method, path, token, content)."""

    address: str = ""
    comments: dict[int, str] = field(default_factory=dict)
    authors: dict[int, str] = field(default_factory=dict)
    proposals: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    refuses: bool = False

    def answer(self, method: str, path: str, content: dict[str, Any]) -> tuple[int, Any]:
        """The status and the JSON that the real one would answer with."""
        parts = urlsplit(path)
        if self.refuses:
            return 403, {"message": "Resource not accessible by integration"}
        if parts.path == "/user":
            return 200, {"login": "bot", "username": "bot"}
        if method == "POST" and re.search(r"/(?:pulls|merge_requests)$", parts.path):
            self.proposals.append(content)
            return 201, {"html_url": f"{self.address}/pull/7", "web_url": f"{self.address}/pull/7"}
        if method in ("PATCH", "PUT"):
            number = int(parts.path.rsplit("/", 1)[1])
            self.comments[number] = content["body"]
            return 200, {"id": number}
        if method == "POST":
            number = max(self.comments, default=0) + 1
            self.comments[number], self.authors[number] = content["body"], "bot"
            return 201, {"id": number}
        asked = parse_qs(parts.query)
        size, page = int(asked["per_page"][0]), int(asked["page"][0])
        author = {number: self.authors.get(number, "somebody") for number in self.comments}
        listed = [
            {"id": number, "body": body, "user": {"login": author[number]}, "author": {"username": author[number]}}
            for number, body in sorted(self.comments.items())
        ]
        return 200, listed[size * (page - 1) : size * page]


@contextlib.contextmanager
def played_forge() -> Iterator[PlayedForge]:
    """A forge that listens on loopback, for a while."""
    forge = PlayedForge()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""
            forge.asked.append((self.command, self.path, token))
            status, content = forge.answer(self.command, self.path, json.loads(data or b"{}"))
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = _answer  # noqa: N815 - the names that http.server calls

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in http.server
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    forge.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
