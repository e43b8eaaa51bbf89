"""Takes the README's pictures from the real site, with the real browser: `make screenshots`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright

from tests.conftest import ROOT, copy_project
from yururluk.serving import server_of

DAY = "2026-11-23"  # all three states exist on this day
SHOTS = (
    ("metin", "1.1/gizlilik-politikasi/", 1280, 860),
    ("degisiklikler", "2.0/degisiklikler/gizlilik-politikasi/", 1280, 860),
    ("surumler", "surumler/", 1280, 860),
    ("telefon", "yururlukte/gizlilik-politikasi/", 390, 844),
)


def main(target: Path) -> None:
    """Publish a copy of this project, and photograph it into `target`."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        sys.exit("Chromium is missing: make chromium")
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder) / "project")
        for command in (("publish", "--today", DAY), ("export", "site")):
            told = project.run(*command)
            if told.code:
                sys.exit(told.err)
        with server_of(project.root / "site", 0) as server, sync_playwright() as playwright:
            Thread(target=server.serve_forever, daemon=True).start()
            browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            for name, path, width, height in SHOTS:
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(f"http://127.0.0.1:{server.server_port}/{path}")
                page.screenshot(path=target / f"{name}.png")
                page.close()
            browser.close()
            server.shutdown()


if __name__ == "__main__":
    main(ROOT / ".github/images")
