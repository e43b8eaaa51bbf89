"""Takes the README's pictures from the real site, with the real browser: `make screenshots`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright

from tests.conftest import ROOT, copy_project
from yururluk.publish.export import server_of

DAY = "2026-11-23"  # all three states exist on this day
PAGES = {
    "metin": "1.1/gizlilik-politikasi/",
    "degisiklikler": "2.0/degisiklikler/gizlilik-politikasi/#aktarim",
    "surumler": "surumler/?tarih=2026-12-01",
    "karsilastir": "karsilastir/?belge=gizlilik-politikasi&eski=1.0&yeni=2.0",
}
SCREENS = {"": (1180, 880), "-telefon": (390, 760)}


def main(target: Path) -> None:
    """Publish a copy of this project, and photograph it into `target`."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        sys.exit("Chromium is missing: make tools")
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
            for ending, (width, height) in SCREENS.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                page.clock.set_fixed_time(f"{DAY}T09:00:00Z")
                for name, path in PAGES.items():
                    page.goto(f"http://127.0.0.1:{server.server_port}/{path}", wait_until="networkidle")
                    page.screenshot(path=target / f"{name}{ending}.png")
                page.close()
            browser.close()
            server.shutdown()


if __name__ == "__main__":
    main(ROOT / ".github/images")
