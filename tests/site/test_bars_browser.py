"""The bars in a real browser: accessibility (WCAG 2.2 AA), bytes, requests, policy, keyboard, zoom and print."""

from __future__ import annotations

import gzip
import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from bench.nodetools import nu_errors, why_no_nu
from playwright.sync_api import Browser, BrowserContext, Page, Response, Route, expect

from yururluk.site.urls import CONTENT_SECURITY_POLICY

# Every kind of page, in each of its shapes.
KINDS = (
    "",
    "en/",
    "surumler/?tarih=2026-12-01",
    "en/surumler/?tarih=2026-02-30",
    "surumler/gizlilik-politikasi/",
    "karsilastir/?belge=gizlilik-politikasi&eski=1.0&yeni=2.0",
    "1.0/gizlilik-politikasi/",
    "1.1/aydinlatma-metni/#yok",
    "2.0/en/gizlilik-politikasi/",
    "2.0/degisiklikler/aydinlatma-metni/",
    "2.0/en/degisiklikler/aydinlatma-metni/",
    "1.1/degisiklikler/aydinlatma-metni/",
    "2.0/",
    "1.1/?q=kisisel",
    "1.0/en/gizlilik-politikasi/",
    "1.0/en/",
    "9.9/gizlilik-politikasi/",
)
WIDTHS = (360, 768, 1920)
SETTINGS = tuple((width, scheme) for width in WIDTHS for scheme in ("light", "dark"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
READY = {"karsilastir": "#compare-text > *", "?q=": ".md-search-result__item", "tarih": "#answer > *"}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all that needs no page of its own."""
    found = browser.new_page(reduced_motion="reduce")
    yield found
    found.close()


def _open(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    for part, selector in READY.items():
        if part in path:
            page.wait_for_selector(selector)


def _look(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")


def _violations(page: Page) -> list[str]:
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", TAGS
    )
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]


def _with_axe(page: Page) -> None:
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("path", "at"), [(path, at) for at, path in enumerate(KINDS)])
def test_no_kind_of_page_has_an_accessibility_fault(page: Page, address: str, path: str, at: int) -> None:
    """In turn each kind meets another width and scheme; the slow test tries them all."""
    width, scheme = SETTINGS[at % len(SETTINGS)]
    _look(page, width, scheme)
    _open(page, address, path)
    _with_axe(page)
    assert _violations(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", KINDS)
def test_no_kind_of_page_has_an_accessibility_fault_in_any_width_and_scheme(
    page: Page, address: str, path: str
) -> None:
    for width, scheme in SETTINGS:
        _look(page, width, scheme)
        _open(page, address, path)
        _with_axe(page)
        assert _violations(page) == [], (width, scheme)


def _size(site: Path, url: str, address: str) -> int:
    name = url.removeprefix(address).split("?")[0]
    file = site / (name + "index.html" if name.endswith("/") or not name else name)
    return len(gzip.compress(file.read_bytes(), 9))


MOVED = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 100)));
})"""


@pytest.mark.parametrize("path", ["karsilastir/", "surumler/", "1.1/", "2.0/aydinlatma-metni/"])
def test_nothing_moves_when_a_script_comes_late(browser: Browser, address: str, path: str) -> None:
    page = browser.new_page(viewport={"width": 412, "height": 823})
    waiting: list[Route] = []
    late = True
    page.route("**/*.js", lambda route: waiting.append(route) if late else route.continue_())
    page.goto(address + path, wait_until="commit")
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    assert waiting
    late = False
    for route in waiting:
        route.continue_()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(MOVED) < 0.01
    page.close()


@pytest.mark.parametrize(
    "path",
    [
        "2.0/aydinlatma-metni/",
        "1.1/en/gizlilik-politikasi/",
        "2.0/degisiklikler/aydinlatma-metni/",
        "",
        "surumler/?tarih=2026-12-01",
        "karsilastir/?belge=gizlilik-politikasi&eski=1.0&yeni=2.0",
        "1.1/",
        "1.1/?q=kisisel",
    ],
)
def test_a_page_is_small(browser: Browser, site: Path, address: str, path: str) -> None:
    """At most 72 KB and 10 requests (gzip), 33 KB without JavaScript; a search and a comparison ask for texts too."""
    requests = 12 if "karsilastir" in path else 11 if "?" in path else 10
    for javascript, most in ((True, 90 if "karsilastir" in path else 78 if "?q=" in path else 72), (False, 33)):
        context = browser.new_context(java_script_enabled=javascript)
        page = context.new_page()
        urls = _asked_for(page)
        if javascript:
            _open(page, address, path)
        else:
            page.goto(address + path)
        assert sum(_size(site, url, address) for url in sorted(urls)) <= most * 1024, urls
        assert len(urls) <= requests, urls
        assert context.cookies() == []
        context.close()


def _asked_for(page: Page) -> set[str]:
    """What the page will have asked for."""
    urls: set[str] = set()

    def note(answer: Response) -> None:
        urls.add(answer.url)

    page.on("response", note)
    return urls


def test_every_page_carries_the_policy_and_nothing_else_inline(site: Path) -> None:
    """The policy forbids inline scripts and styles but Material's, by their hashes; a page would lose any other."""
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 40
    for file in pages:
        html = file.read_text(encoding="utf-8")
        assert html.count(f'http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}"') == 1, file
        assert "<style" not in html, file
        assert ' style="' not in html, file
        for script in re.findall(r"<script>(.*?)</script>", html, re.DOTALL):
            digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in CONTENT_SECURITY_POLICY, file
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")


@pytest.mark.parametrize(
    "path", ["", "surumler/", "1.1/aydinlatma-metni/", "2.0/degisiklikler/aydinlatma-metni/", "9.9/"]
)
def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Page, address: str, path: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address + path)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#content"
    box = skip.bounding_box()
    assert box
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_stop_of_the_keyboard_is_seen(page: Page, address: str, scheme: str) -> None:
    """Focus is drawn, on the screen, and not hidden below something else (WCAG 2.4.7, 2.4.11)."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address + "1.1/aydinlatma-metni/")
    seen = set()
    for _ in range(45):
        page.keyboard.press("Tab")
        where = page.evaluate(
            """() => {
              let one = document.activeElement;
              if (one === document.body) return null;
              if (one.matches(".md-option")) one = one.nextElementSibling; // Material draws its focus on the label
              one.scrollIntoView({ block: 'nearest', behavior: 'instant' });
              const style = getComputedStyle(one);
              const box = one.getBoundingClientRect();
              const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 8));
              return [one.outerHTML.slice(0, 120), style.outlineStyle, parseFloat(style.outlineWidth),
                      box.width > 0 && (one === top || one.contains(top) || top?.contains(one) || false)];
            }"""
        )
        if where is None:
            break
        html, outline, width, visible = where
        assert outline == "solid", html
        assert width >= 2, html
        assert visible, html
        seen.add(html)
    assert len(seen) > 30
    page.emulate_media(color_scheme="light")


def test_the_version_selector_and_the_contents_work_by_keyboard(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + "1.1/gizlilik-politikasi/")
    page.locator(".md-version__current").focus()
    expect(page.locator(".md-version a").filter(has_text="2.0")).to_be_visible()
    expect(page.locator(".md-version__list")).to_have_css("opacity", "1")
    page.keyboard.press("Escape")
    expect(page.locator(".md-version__list")).to_have_css("opacity", "0")
    page.set_viewport_size({"width": 1280, "height": 844})
    page.get_by_role("navigation", name="İçindekiler").get_by_role("link", name="7. IP adresleri").press("Enter")
    expect(page).to_have_url(address + "1.1/gizlilik-politikasi/#ip-adresleri")
    expect(page.locator("#ip-adresleri")).to_be_in_viewport()


SPACED = (
    "() => { for (const one of document.querySelectorAll('body *')) {"
    " one.style.setProperty('line-height', '1.5', 'important');"
    " one.style.setProperty('letter-spacing', '.12em', 'important');"
    " one.style.setProperty('word-spacing', '.16em', 'important'); }"
    " for (const one of document.querySelectorAll('p')) one.style.setProperty('margin-bottom', '2em', 'important'); }"
)
CUT_OFF = """() => [...document.querySelectorAll('main *, header *, footer *')].filter((one) => {
  const style = getComputedStyle(one);
  const cut = '.hidden, svg, .running, thead, .compare-said, .md-header, .md-sidebar';
  if (one.closest(cut) || one.matches('select, input')) return false;
  return ['hidden', 'clip'].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
}).map((one) => one.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize(
    "path", ["", "surumler/?tarih=2026-12-01", "2.0/aydinlatma-metni/", "2.0/degisiklikler/aydinlatma-metni/"]
)
def test_wide_letters_and_large_print_lose_nothing(browser: Browser, address: str, path: str) -> None:
    """Text spacing (WCAG 1.4.12), and 200 % and 400 % zoom as a window of 640 and 320 px (1.4.4, 1.4.10)."""
    page = browser.new_page()
    for width, spaced in ((360, True), (640, False), (320, False)):
        page.set_viewport_size({"width": width, "height": 640})
        _open(page, address, path)
        if spaced:
            page.evaluate(SPACED)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, spaced)
        assert page.evaluate(CUT_OFF) == [], (width, spaced)
    page.close()


@pytest.mark.parametrize("path", ["surumler/", "en/surumler/", "2.0/"])
def test_on_a_phone_the_lists_of_releases_are_read_without_moving_them_sideways(
    browser: Browser, address: str, path: str
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(address + path)
    lists = page.eval_on_selector_all(
        ".scroll:has(.releases, .documents, .periods)",
        "all => all.map(one => [one.ariaLabel, one.scrollWidth - one.clientWidth])",
    )
    assert lists
    assert all(wider == 0 for _, wider in lists), lists
    page.close()


def test_forced_colours_keep_the_marks_and_the_states_apart(browser: Browser, address: str) -> None:
    context: BrowserContext = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(address + "2.0/degisiklikler/gizlilik-politikasi/")
    lines = page.evaluate(
        """() => ['ins', 'del'].map((name) => {
          const all = [...document.querySelectorAll(`.text ${name}[data-redline]`)];
          const one = all.find((each) => !each.querySelector('p, li'));
          return getComputedStyle(one).textDecorationLine;
        })"""
    )
    assert lines == ["underline", "line-through"]
    page.goto(address + "1.1/gizlilik-politikasi/")
    assert page.evaluate("getComputedStyle(document.querySelector('.state')).borderTopStyle") == "solid"
    context.close()


def test_nothing_moves_for_readers_who_asked_for_that(browser: Browser, address: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(address + "1.1/gizlilik-politikasi/")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter((one) => {"
        " const style = getComputedStyle(one);"
        " return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0; }).length"
    )
    assert moving == 0
    context.close()


def test_every_printed_page_carries_version_dates_address_and_its_number(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    """The browser prints the foot of a table below each of its pages; numbers are in the margin (CSS Paged Media)."""
    page = browser.new_page()
    page.goto(address + "2.0/gizlilik-politikasi/")
    page.emulate_media(media="print")
    assert page.locator(".md-content__inner").evaluate("one => getComputedStyle(one).display") == "table"
    foot = page.locator(".running")
    assert foot.evaluate("one => getComputedStyle(one).display") == "table-footer-group"
    assert " ".join(foot.inner_text().split()) == (
        "Gizlilik Politikası · 2.0 sürümü · yayım tarihi 22 Kasım 2026 · yürürlük tarihi 1 Ocak 2027 "
        "https://www.dinamikcrm.com/2.0/gizlilik-politikasi/"
    )
    file = tmp_path / "page.pdf"
    page.pdf(path=file, prefer_css_page_size=True)
    assert file.stat().st_size > 10_000
    expect(page.locator(".md-header")).to_be_hidden()
    expect(page.locator(".anchor").first).to_be_hidden()
    page.close()


def test_the_sites_policies_are_linked_from_other_pages_and_not_from_themselves(page: Page, address: str) -> None:
    """`privacy-policy` (RFC 6903) leads to the lasting address, so that no page need change with a new text."""
    for path, wanted in (
        ("", [address + "gizlilik-politikasi/"]),
        ("en/surumler/", [address + "en/gizlilik-politikasi/"]),
        ("1.1/aydinlatma-metni/", [address + "gizlilik-politikasi/"]),
        ("1.1/gizlilik-politikasi/", []),
    ):
        page.goto(address + path)
        links = page.eval_on_selector_all("link[rel='privacy-policy']", "all => all.map(one => one.href)")
        assert links == wanted, path


@pytest.mark.skipif(bool(why_no_nu()), reason=why_no_nu())
def test_every_page_is_right_by_the_html_standard(site: Path) -> None:
    """The Nu HTML checker (W3C) finds no error; copies under the aliases are left out."""
    pages = [
        file for file in sorted(site.rglob("*.html")) if file.relative_to(site).parts[0] not in {"yururlukte", "son"}
    ]
    assert nu_errors(pages) == []
