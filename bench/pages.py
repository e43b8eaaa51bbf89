"""Measures the pages of the exported site: bytes, time to the largest paint beside Material's own page of the same
text, Lighthouse's scores, and what the Nu HTML checker says. Run: `make audit`.
"""

from __future__ import annotations

import gzip
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Thread

import yaml
from playwright.sync_api import Browser, Response, sync_playwright
from tests.conftest import ROOT, copy_project

from bench import nodetools, paint
from yururluk.serving import server_of

DAY = "2026-11-23"
TEXT = "2.0/aydinlatma-metni/"
SOURCE = "releases/2.0/tr/aydinlatma-metni.md"
PAGES = {
    "text": TEXT,
    "redline": "2.0/degisiklikler/aydinlatma-metni/",
    "portal": "",
    "timeline": "surumler/",
    "compare": "karsilastir/",
}
RUNS = 15


def material_page(folder: Path) -> Path:
    """The same text as Material shows it by itself, without Google's fonts; returns the site's folder."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    shutil.copy(ROOT / SOURCE, docs / "index.md")
    config = {
        "site_name": "Material",
        "docs_dir": str(docs),
        "theme": {"name": "material", "language": "tr", "font": False},
        "markdown_extensions": ["attr_list", "footnotes", "tables"],
    }
    file = folder / "mkdocs.yml"
    file.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--quiet",
        "--config-file",
        str(file),
        "--site-dir",
        str(folder / "site"),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "site"


def weight(browser: Browser, site: Path, address: str, path: str, *, javascript: bool) -> tuple[int, int]:
    """Bytes (gzip) and requests of a page."""
    context = browser.new_context(java_script_enabled=javascript)
    page = context.new_page()
    urls: set[str] = set()

    def note(answer: Response) -> None:
        urls.add(answer.url)

    page.on("response", note)
    page.goto(address + path, wait_until="networkidle")
    context.close()
    total = 0
    for url in urls:
        name = url.removeprefix(address).split("?")[0]
        file = site / (f"{name}index.html" if name.endswith("/") or not name else name)
        total += len(gzip.compress(file.read_bytes(), 9)) if file.is_file() else 0
    return total, len(urls)


def main() -> None:
    """Publish a copy of this project, measure it, and print what was found."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is missing: make chromium")
    missing = nodetools.install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = copy_project(folder / "project")
        for command in (("publish", "--today", DAY), ("export", "site")):
            told = project.run(*command)
            if told.code:
                sys.exit(told.err)
        site = project.root / "site"
        material = material_page(folder / "material")
        with server_of(site, 0) as server, server_of(material, 0) as other, sync_playwright() as playwright:
            for one in (server, other):
                Thread(target=one.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_port}/"
            beside = f"http://127.0.0.1:{other.server_port}/"
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            _print_weights(browser, site, address, material, beside)
            _print_paints(browser, address, beside, folder / "trace.json")
            browser.close()
            _print_scores(address, chromium, folder, missing or nodetools.why_no_lighthouse())
            for one in (server, other):
                one.shutdown()
        _print_html(site, missing or nodetools.why_no_nu())


def _print_weights(browser: Browser, site: Path, address: str, material: Path, beside: str) -> None:
    print("page          KB gzip  without JS  requests")
    for name, path in PAGES.items():
        whole, requests = weight(browser, site, address, path, javascript=True)
        plain, _ = weight(browser, site, address, path, javascript=False)
        print(f"{name:12}  {whole / 1024:7.1f}  {plain / 1024:10.1f}  {requests:8}")
    whole, requests = weight(browser, material, beside, "", javascript=True)
    plain, _ = weight(browser, material, beside, "", javascript=False)
    print(f"{'Material':12}  {whole / 1024:7.1f}  {plain / 1024:10.1f}  {requests:8}\n")


def _print_paints(browser: Browser, address: str, beside: str, scratch: Path) -> None:
    """Both in turn, so that what else the machine does falls on both."""
    clock: list[tuple[float, float]] = []
    spent: list[tuple[float, float]] = []
    for _ in range(RUNS):
        clock.append((paint.milliseconds(browser, address, TEXT), paint.milliseconds(browser, beside, "")))
        spent.append((paint.work(browser, address, TEXT, scratch), paint.work(browser, beside, "", scratch)))
    print(f"largest paint of the text, {RUNS} runs in turn   ours  Material  ratio (bar: 0.50)")
    for what, pairs in ((f"by the clock, CPU {paint.SLOWDOWN}× slower", clock), ("CPU until then", spent)):
        ours, theirs = zip(*pairs, strict=True)
        for name, choose in (("median", statistics.median), ("least", min)):
            one, other = choose(ours), choose(theirs)
            print(f"{f'{what}, {name}, ms':45} {one:5.0f} {other:9.0f}  {one / other:5.2f}")
    print()


def _print_scores(address: str, chromium: str, folder: Path, missing: str) -> None:
    if missing:
        print(f"Lighthouse: not run, {missing}.\n")
        return
    print(
        f"{'Lighthouse ' + nodetools.VERSIONS['lighthouse']:22}",
        *(f"{name:>14}" for name in nodetools.CATEGORIES),
    )
    for name, path in PAGES.items():
        for desktop in (False, True):
            report = nodetools.lighthouse(address + path, chromium, folder / "report.json", desktop=desktop)
            scores = [round(100 * (report["categories"][one]["score"] or 0)) for one in nodetools.CATEGORIES]
            print(
                f"{name + (', desktop' if desktop else ', mobile'):22}", *(f"{score:14}" for score in scores)
            )
    print()


def _print_html(site: Path, missing: str) -> None:
    if missing:
        print(f"Nu HTML checker: not run, {missing}.")
        return
    pages = sorted(site.rglob("*.html"))
    errors = nodetools.nu_errors(pages)
    print(f"Nu HTML checker {nodetools.VERSIONS['vnu-jar']}: {len(errors)} errors on {len(pages)} pages")
    for error in errors[:20]:
        print(f"  {error}")


if __name__ == "__main__":
    main()
