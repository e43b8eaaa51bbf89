"""The exported site is files and nothing else: it works on any host, at its root or below a path, link for link."""

from __future__ import annotations

import functools
import http.client
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import html as lxml_html

from tests.conftest import ROOT
from yururluk.site.urls import CONTENT_SECURITY_POLICY, FOR_EVER, HEADERS, headers_file, nginx_snippet

_NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def python_server(root: Path) -> Iterator[int]:
    """What `python -m http.server` runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=root)) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@contextmanager
def nginx(root: Path) -> Iterator[int]:
    """Debian's nginx, with our snippet in its server block."""
    if _NGINX is None:
        pytest.skip("nginx is not installed: apt-get install nginx")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    work = root.parent / f"nginx-{port}"
    work.mkdir()
    places = "".join(
        f"{kind}_temp_path {work}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (work / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {work}/pid; error_log {work}/error.log; user root;"
        f"events {{ }} http {{ include /etc/nginx/mime.types; access_log off; {places}"
        f"server {{ listen 127.0.0.1:{port}; root {root}; include {ROOT}/deploy/nginx.conf; }} }}"
    )
    command = [_NGINX, "-p", str(work), "-c", str(work / "nginx.conf"), "-e", str(work / "error.log")]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            for _ in range(200):
                with socket.socket() as there:
                    if there.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, process.stderr and process.stderr.read()
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


@pytest.fixture(scope="module", params=[python_server, nginx], ids=["http.server", "nginx"])
def port(site: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[int]:
    """A host that has the site at its root and once more below /legal/."""
    root = tmp_path_factory.mktemp("host") / "htdocs"
    shutil.copytree(site, root)
    shutil.copytree(site, root / "legal")
    with request.param(root) as number:
        yield number


def _links(page: bytes, address: str) -> set[str]:
    found = set()
    whole: lxml_html.HtmlElement = lxml_html.document_fromstring(page)
    for element, _, link, _ in whole.iterlinks():
        kind = element.get("rel", "")
        if element.tag in {"a", "script", "img"} or kind in {"stylesheet", "icon", "latest-version"}:
            found.add(urljoin(address, link))
    return found


@pytest.mark.parametrize("path", ["/", "/legal/"])
def test_every_link_leads_somewhere(port: int, path: str) -> None:
    """From the front page on, every page, file and place that is linked is there, and none beside the path."""
    host = f"127.0.0.1:{port}"
    start = f"http://{host}{path}"
    connection = http.client.HTTPConnection(host)
    pages: dict[str, set[str]] = {}
    waiting, wrong = {start}, []
    anchors: set[tuple[str, str]] = set()
    while waiting:
        address = waiting.pop()
        connection.request("GET", urlsplit(address).path)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            wrong.append(f"{answer.status} {address}")
        pages[address] = set()
        if answer.status != 200 or "text/html" not in answer.getheader("Content-Type", ""):
            continue
        pages[address] = set(re.findall(r' (?:id|name)="([^"]+)"', body.decode()))
        for link in _links(body, address):
            target, _, anchor = link.partition("#")
            if urlsplit(link).netloc != host:
                continue
            if not target.startswith(start):
                wrong.append(f"{address} leads out of {path}: {target}")
            if anchor:
                anchors.add((target, unquote(anchor)))
            if target not in pages:
                waiting.add(target)
    connection.close()
    wrong += [f"{target}#{anchor}" for target, anchor in anchors if anchor not in pages[target]]
    assert wrong == []
    assert len(pages) > 50


def test_nginx_sends_the_headers(site: Path, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "htdocs")
    with nginx(tmp_path / "htdocs") as number:
        for path, status in (("/", 200), ("/none/", 404)):
            answer, body = _answer(number, path)
            assert answer.status == status
            assert {name: answer.getheader(name) for name in HEADERS} == HEADERS
            assert answer.getheader("Cache-Control") is None
        assert body == (site / "404.html").read_bytes()
        asset = next((site / "assets").glob("yururluk.*.css"))
        answer, _ = _answer(number, f"/assets/{asset.name}")
        assert answer.getheader("Cache-Control") == FOR_EVER
        assert answer.getheader("X-Content-Type-Options") == "nosniff"


def _answer(port: int, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(f"127.0.0.1:{port}")
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_the_export_is_plain_files(site: Path) -> None:
    """No link that a static host would not follow, and no file that only runs on some server."""
    everything = list(site.rglob("*"))
    assert not [file for file in everything if file.is_symlink()]
    assert not [file for file in everything if file.is_file() and file.stat().st_mode & 0o111]


def test_the_headers_say_what_the_pages_say(site: Path) -> None:
    """One policy, in the pages and for the hosts; there it also forbids frames, which a page cannot."""
    page = (site / "index.html").read_text(encoding="utf-8")
    policy = lxml_html.document_fromstring(page).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == [CONTENT_SECURITY_POLICY]
    assert HEADERS["Content-Security-Policy"] == f"{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'"
    timemaps = [file.relative_to(site).as_posix() for file in site.rglob("*.link")]
    assert timemaps
    assert (site / "_headers").read_bytes() == headers_file(timemaps)
    assert (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8") == nginx_snippet()
