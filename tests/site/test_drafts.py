"""`mkdocs serve` and `mkdocs build` show the drafts with what they would change."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Project
from yururluk.core.releases import read_project
from yururluk.core.settings import read_settings
from yururluk.site.page_models import DraftRedlineView
from yururluk.site.pages import draft_site

MKDOCS = Path(sys.executable).parent / "mkdocs"
_PATIENCE_SECONDS = 60.0


def test_a_build_holds_each_draft_and_its_redline(project: Project) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")
    subprocess.run([MKDOCS, "build", "--strict", "--quiet"], cwd=project.root, check=True, capture_output=True)
    for path in ("", "gizlilik-politikasi/", "aydinlatma-metni/", "en/", "en/gizlilik-politikasi/"):
        assert (project.root / "site" / path / "index.html").is_file(), path
    redline = (project.root / "site/degisiklikler/gizlilik-politikasi/index.html").read_text(encoding="utf-8")
    assert '<del data-redline="del">,</del>' in redline
    unchanged = (project.root / "site/degisiklikler/aydinlatma-metni/index.html").read_text(encoding="utf-8")
    assert 'data-redline="' not in unchanged


def test_a_draft_is_compared_with_the_newest_release_and_with_the_one_in_force(project: Project) -> None:
    settings = read_settings(project.root)
    read = read_project(project.root, settings)
    site = draft_site(read.drafts, read.releases[:0:-1], settings)
    paths = {page.path: page.view.old_version for page in site.pages if isinstance(page.view, DraftRedlineView)}
    changes = "degisiklikler/gizlilik-politikasi"
    assert (paths[changes], paths[f"{changes}.1.1"]) == ("2.0", "1.1")


def test_a_broken_draft_is_told_and_the_others_are_shown(project: Project) -> None:
    project.edit("docs/en/gizlilik-politikasi.md", "type: privacy-policy", "type: privacy-police")
    done = subprocess.run([MKDOCS, "build"], cwd=project.root, check=True, capture_output=True, text=True)
    assert 'docs/en/gizlilik-politikasi.md:3: "type" is wrong: "privacy-police" is not one of' in done.stderr
    assert (project.root / "site/gizlilik-politikasi/index.html").is_file()


@pytest.fixture
def served(project: Project) -> Iterator[tuple[Project, Callable[[str], str]]]:
    """The drafts under `mkdocs serve`, and a way to read a page."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [MKDOCS, "serve", "--quiet", "--dev-addr", f"127.0.0.1:{port}"],
        cwd=project.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )

    def read(path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, OSError):
            return ""

    try:
        yield project, read
    finally:
        server.terminate()
        server.wait(timeout=20)


def _waits_for(read: Callable[[str], str], path: str, words: str) -> bool:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        if words in read(path):
            return True
        time.sleep(0.3)
    return False


@pytest.mark.slow
def test_serving_follows_texts_overrides_and_releases(served: tuple[Project, Callable[[str], str]]) -> None:
    project, read = served
    assert _waits_for(read, "gizlilik-politikasi/", "IP adresleri, ayrıca")
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri bundan başka")
    assert _waits_for(read, "gizlilik-politikasi/", "IP adresleri bundan başka")
    assert "bundan" in read("degisiklikler/gizlilik-politikasi/")
    project.write("overrides/partials/copyright.html", "<p>edited template</p>")
    assert _waits_for(read, "gizlilik-politikasi/", "edited template")
    told = project.run("release", "2.1", "--editorial", "--summary", "tr=Düzeltme.", "--summary", "en=Fix.")
    assert told.code == 0, told.err
    assert _waits_for(read, "gizlilik-politikasi/", "2.1")
