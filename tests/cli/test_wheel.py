"""The package stands alone: another company installs the wheel, and has a site in a few commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser

from tests.conftest import ROOT
from yururluk.publish.export import server_of


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel is installed, and nothing else of this project."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    python = next(path for path in (ROOT / ".venv/bin/python", Path(sys.executable)) if path.exists())
    build = "import setuptools.build_meta as b, sys; b.build_wheel(sys.argv[1])"
    source = folder / "source"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in tracked.split("\0"):
        if name.startswith("hooks/") or name in ("pyproject.toml", "README.md", "LICENSE", "THIRD-PARTY.md"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([str(python), "-c", build, str(folder)], cwd=source, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", str(folder / "site"), str(wheel)], check=True
    )
    return folder / "site"


def _run(installed: Path, folder: Path, *command: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(installed), "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "yururluk", *command], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_stranger_publishes_their_own_site_under_a_path(installed: Path, tmp_path: Path, browser: Browser) -> None:
    project = tmp_path / "acme"
    asked = ("--publisher", "Acme, Inc.", "--url", "https://acme.example/legal/", "--language", "en")
    _run(installed, tmp_path, "new", "acme", *asked, "--timezone", "America/New_York", "--host", "github")
    for file in (project / "docs/en").glob("*.md"):
        file.write_text(re.sub(r"\[TODO: [^\]]+\]", "as agreed", file.read_text(encoding="utf-8")), encoding="utf-8")
    _run(installed, project, "check")
    _run(installed, project, "release", "1.0", "--material", "--summary", "en=The first texts.")
    for command in (("add", "--all"), ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "1.0")):
        subprocess.run(["git", *command], cwd=project, check=True, capture_output=True)
    _run(installed, project, "publish")
    _run(installed, project, "verify")
    _run(installed, project, "export", "site")
    assert (project / "site/in-force/privacy/index.html").is_file()
    assert "önemli" not in (project / "site/index.html").read_text(encoding="utf-8").lower()
    failed: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: failed.append(message.text) if message.type == "error" else None)
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    (tmp_path / "host").mkdir()
    (project / "site").rename(tmp_path / "host/legal")
    with server_of(tmp_path / "host", 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/legal/"
        seen: set[str] = set()
        left = {base}
        while left:
            address = left.pop()
            seen.add(address)
            page.goto(address)
            links = "all => all.map(a => new URL(a.getAttribute('href'), document.baseURI).href.split(/[#?]/)[0])"
            hrefs = page.eval_on_selector_all("a[href]", links)
            left |= {href for href in hrefs if href.startswith(base) and href.endswith("/")} - seen
        server.shutdown()
    page.close()
    assert failed == []
    assert {address.removeprefix(base) for address in seen} >= {"", "1.0/privacy/", "1.0/terms/", "releases/"}
