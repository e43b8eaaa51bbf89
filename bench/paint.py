"""Decides how the largest paint of a page is timed: by the clock on a slower CPU, and by the work done until then."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

SLOWDOWN = 4
_REST_MS = 1000
_PHONE: ViewportSize = {"width": 412, "height": 823}

# The largest paint, in ms since the navigation began, as the browser reports it (Largest Contentful Paint). A page may
# be told loaded when only its header is painted; so the answer waits until half a second has brought nothing larger.
_PAINT = """() => new Promise((done) => {
  let quiet;
  new PerformanceObserver((list) => {
    clearTimeout(quiet);
    const { startTime } = list.getEntries().at(-1);
    quiet = setTimeout(() => done(startTime), 500);
  }).observe({ type: "largest-contentful-paint", buffered: true });
})"""


def _at_the_site(browser: Browser, address: str) -> Page:
    """A phone's page that has been at the site, for its robots.txt, has none of a page's files, and is at rest.

    What it costs to start a profile and a process for a site is not the page's, but would be the greater part of
    what is measured; so would be a renderer that is begun then and kept ready for another site. Each site needs that
    file: a 404 page would bring a theme's sheet, script and fonts before the measuring begins.
    """
    page = browser.new_context(viewport=_PHONE).new_page()
    answer = page.goto(address + "robots.txt", wait_until="load")
    assert answer is not None
    assert answer.ok
    page.wait_for_timeout(_REST_MS)
    return page


def milliseconds(browser: Browser, address: str, path: str) -> float:
    """By the clock, from the navigation to the largest paint, on a CPU made slower. Whatever else runs adds to it."""
    page = _at_the_site(browser, address)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto(address + path, wait_until="load")
    found = float(page.evaluate(_PAINT))
    page.context.close()
    return found


def work(browser: Browser, address: str, path: str, scratch: Path) -> float:
    """Milliseconds of CPU that the page's own thread spent until the largest paint; what else runs adds little."""
    page = _at_the_site(browser, address)
    categories = ["devtools.timeline", "loading", "toplevel", "blink.user_timing"]
    browser.start_tracing(page=page, path=scratch, categories=categories)
    page.goto(address + path, wait_until="load")
    page.evaluate(_PAINT)
    browser.stop_tracing()
    page.context.close()
    events = json.loads(scratch.read_text(encoding="utf-8"))["traceEvents"]
    began = [
        one
        for one in events
        if one["name"] == "navigationStart" and one["args"].get("data", {}).get("documentLoaderURL") == address + path
    ][-1]
    ended = [
        one["ts"] for one in events if one["name"] == "largestContentfulPaint::Candidate" and one["pid"] == began["pid"]
    ][-1]
    tasks = [
        one["tdur"]
        for one in events
        if one["name"].endswith("RunTask")
        and "tdur" in one
        and (one["pid"], one["tid"]) == (began["pid"], began["tid"])
        and began["ts"] <= one["ts"] <= ended
    ]
    return float(sum(tasks)) / 1000
