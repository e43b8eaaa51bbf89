"""The handbook is built without a warning, and its reference pages come from the code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, expect

from tests.conftest import ROOT
from yururluk.publish.export import server_of


def test_the_handbook_is_built_strictly_names_every_command_and_rule_and_shows_the_notice(
    tmp_path: Path, browser: Browser
) -> None:
    command = ["mkdocs", "build", "--quiet", "--strict", "--config-file", "handbook/mkdocs.yml"]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT / "hooks")}
    done = subprocess.run(
        [sys.executable, "-m", *command, "--site-dir", str(tmp_path)],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    commands = (tmp_path / "commands/index.html").read_text(encoding="utf-8")
    for name in ("new", "import", "check", "release", "publish", "withdraw", "notice", "verify", "evidence"):
        assert f'id="yururluk-{name}"' in commands
    assert "clause-missing" in (tmp_path / "rules/index.html").read_text(encoding="utf-8")
    with server_of(tmp_path, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/notices/")
        element = page.locator("yururluk-notice")
        expect(element).to_have_text("Privacy Policy changes on 1 January 2027. See what will change")
        page.close()
        server.shutdown()
