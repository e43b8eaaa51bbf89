"""Web servers on loopback that answer as a test needs them to."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@contextmanager
def served(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def answering(answer: Callable[[BaseHTTPRequestHandler], object]) -> type[BaseHTTPRequestHandler]:
    """A server that answers so, whatever it is asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        do_POST = do_GET  # noqa: N815 - the name is the library's

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Say nothing."""

    return Handler


def dripping(first: Callable[[], object] = lambda: None) -> type[BaseHTTPRequestHandler]:
    """A server that sends a byte every tenth of a second, for five seconds: each in time, the answer never."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        first()
        request.send_response(200)
        request.end_headers()
        with contextlib.suppress(OSError):  # the other side hung up
            for _ in range(50):
                request.wfile.write(b"0")
                time.sleep(0.1)

    return answering(answer)
