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
from yururluk.publish.export import server_of

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
CLOCK_RUNS = 31  # a shared machine: the median of 15 wanders by a tenth
TRACED_RUNS = 15
LIGHTHOUSE_RUNS = 3
#: The same text in ours and in Material, and a page of one line: the address of each site, and the page's path there.
Compared = tuple[tuple[str, str], tuple[str, str], tuple[str, str]]
# What every page costs, whatever is on it: no page can be painted sooner.
LEAST = """<!doctype html>
<html lang="tr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bir satır</title></head><body><p>Bir satır.</p></body></html>
"""


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
        sys.exit("Chromium is missing: make tools")
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
        least = folder / "least"
        least.mkdir()
        (least / "index.html").write_text(LEAST, encoding="utf-8")
        for other_site in (material, least):
            shutil.copy(site / "robots.txt", other_site)
        with (
            server_of(site, 0) as server,
            server_of(material, 0) as other,
            server_of(least, 0) as third,
            sync_playwright() as playwright,
        ):
            for one in (server, other, third):
                Thread(target=one.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_port}/"
            beside = f"http://127.0.0.1:{other.server_port}/"
            bottom = f"http://127.0.0.1:{third.server_port}/"
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            _print_weights(browser, site, address, material, beside)
            compared = ((address, TEXT), (beside, ""), (bottom, ""))
            _print_paints(browser, compared, folder / "trace.json")
            browser.close()
            without = missing or nodetools.why_no_lighthouse()
            _print_lighthouse_paints(compared, chromium, folder / "report.json", without)
            _print_scores(address, chromium, folder, without)
            for one in (server, other, third):
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


def _print_paints(browser: Browser, compared: Compared, scratch: Path) -> None:
    """All in turn, so that what else the machine does falls on all; the clock first, which tracing would disturb."""
    clock = [[paint.milliseconds(browser, *page) for page in compared] for _ in range(CLOCK_RUNS)]
    spent = [[paint.work(browser, *page, scratch) for page in compared] for _ in range(TRACED_RUNS)]
    _print_paint_head(f"largest paint of the text, {CLOCK_RUNS}/{TRACED_RUNS} runs in turn")
    for what, times in ((f"by the clock, CPU {paint.SLOWDOWN}× slower", clock), ("CPU until then", spent)):
        for name, choose in (("median", statistics.median), ("least", min)):
            _print_paint_row(f"{what}, {name}, ms", [choose(of_one) for of_one in zip(*times, strict=True)])
    print()


def _print_lighthouse_paints(compared: Compared, chromium: str, report: Path, missing: str) -> None:
    """The same paint as Lighthouse reckons it, for a slow network and a CPU 4× slower; runs in turn.

    Its other way, to slow the CPU itself, tells nothing here: Chromium without a screen then paints once a second.
    """
    if missing:
        print(f"Lighthouse: not run, {missing}.\n")
        return
    _print_paint_head(f"largest paint by Lighthouse, median of {LIGHTHOUSE_RUNS}")
    times: list[list[float]] = []
    for _ in range(LIGHTHOUSE_RUNS):
        reports = [
            nodetools.lighthouse(address + path, chromium, report, categories=("performance",))
            for address, path in compared
        ]
        times.append([one["audits"]["largest-contentful-paint"]["numericValue"] for one in reports])
    _print_paint_row("slow 4G, simulated, ms", [statistics.median(of_one) for of_one in zip(*times, strict=True)])
    print()


def _print_paint_head(what: str) -> None:
    print(f"{what:45}  ours  Material  one line  ratio (bar, loopback: 0.50)")


def _print_paint_row(what: str, times: list[float]) -> None:
    ours, theirs, least = times
    print(f"{what:45} {ours:5.0f} {theirs:9.0f} {least:9.0f}  {ours / theirs:5.2f}")


def _print_scores(address: str, chromium: str, folder: Path, missing: str) -> None:
    if missing:
        print(f"Lighthouse: not run, {missing}.\n")
        return
    print(f"{'Lighthouse ' + nodetools.VERSIONS['lighthouse']:22}", *(f"{name:>14}" for name in nodetools.CATEGORIES))
    for name, path in PAGES.items():
        for desktop in (False, True):
            report = nodetools.lighthouse(address + path, chromium, folder / "report.json", desktop=desktop)
            scores = [round(100 * (report["categories"][one]["score"] or 0)) for one in nodetools.CATEGORIES]
            print(f"{name + (', desktop' if desktop else ', mobile'):22}", *(f"{score:14}" for score in scores))
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
