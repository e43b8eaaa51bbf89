"""The exported site in a real browser: it calls nobody, nothing fails, and the ways between pages work."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Response, expect


def _paths(site: Path) -> list[str]:
    """Every page but the aliases' copies and the lasting addresses, which lead on at once."""
    return sorted(
        file.relative_to(site).as_posix().removesuffix("index.html")
        for file in site.rglob("*.html")
        if not file.relative_to(site).as_posix().startswith(("yururlukte/", "son/"))
        and 'http-equiv="refresh"' not in file.read_text(encoding="utf-8")
    )


class _Watched:
    """A page and everything that went wrong on it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.faults: list[str] = []
        self._host = urlsplit(address).netloc
        page.on("console", lambda said: self._note(said.type in {"error", "warning"}, f"console: {said.text}"))
        page.on("pageerror", lambda error: self._note(True, f"error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("requestfailed", self._failed)

    def _note(self, wrong: bool, what: str) -> None:
        if wrong:
            self.faults.append(what)

    def _request(self, request: Request) -> None:
        other = urlsplit(request.url).netloc != self._host and not request.url.startswith("data:")
        self._note(other, f"another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # The icon is asked for after the page has loaded; going on to the next page calls that off.
        self._note(request.failure != "net::ERR_ABORTED", f"failed: {request.url}")

    def _response(self, response: Response) -> None:
        self._note(response.status >= 400, f"status {response.status}: {response.url}")


def test_no_page_calls_another_host_or_fails_in_anything(browser: Browser, site: Path, address: str) -> None:
    page = browser.new_page()
    watched = _Watched(page, address)
    paths = _paths(site)
    assert len(paths) > 25
    for path in paths:
        watched.faults.clear()
        page.goto(address + path, wait_until="load")
        assert not watched.faults, (path, watched.faults)
    page.close()


def test_every_page_has_its_language_one_heading_and_no_script_of_its_own(
    browser: Browser, site: Path, address: str
) -> None:
    page = browser.new_page(java_script_enabled=True)
    for path in _paths(site):
        page.goto(address + path)
        if path == "404.html":
            continue
        wanted = "en" if "en" in path.split("/")[:2] else "tr"
        assert page.locator("html").get_attribute("lang") == wanted, path
        assert page.locator("h1").count() == 1, path
        assert page.locator("[onclick], [onload], [onerror]").count() == 0, path
    page.close()


def test_every_link_inside_the_site_leads_somewhere(browser: Browser, site: Path, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    for path in _paths(site):
        page.goto(address + path)
        for href in page.eval_on_selector_all(
            "a[href], link[href]", "all => all.map(one => new URL(one.getAttribute('href'), location).href)"
        ):
            if not href.startswith(address):
                continue
            target = urlsplit(href)
            file = site / target.path.lstrip("/")
            file = file / "index.html" if target.path.endswith("/") else file
            assert file.is_file(), (path, href)
            if target.fragment:
                assert f'id="{target.fragment}"' in file.read_text(encoding="utf-8"), (path, href)
    page.close()


def test_the_language_switch_keeps_the_reader_on_the_same_document_and_clause(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + "1.1/gizlilik-politikasi/#aktarim")
    page.locator(".md-select").hover()
    page.locator(".md-select").get_by_role("link", name="English").click()
    expect(page).to_have_url(address + "1.1/en/gizlilik-politikasi/#aktarim")
    expect(page.get_by_role("heading", level=1)).to_have_text("Privacy Policy")
    page.locator(".md-select").hover()
    page.locator(".md-select").get_by_role("link", name="Türkçe").click()
    expect(page).to_have_url(address + "1.1/gizlilik-politikasi/#aktarim")
    page.close()


def test_the_version_selector_keeps_the_reader_on_the_same_document_and_language(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    page.goto(address + "1.1/en/gizlilik-politikasi/")
    page.locator(".md-version").hover()
    links = page.locator(".md-version a")
    expect(links.filter(has_text="2.0")).to_be_visible()
    expect(links).to_have_count(4)
    links.filter(has_text="2.0").click()
    expect(page).to_have_url(address + "2.0/en/gizlilik-politikasi/")
    page.locator(".md-version").hover()
    page.locator(".md-version a").filter(has_text="1.0").click()
    expect(page).to_have_url(address + "1.0/en/gizlilik-politikasi/")
    page.close()


def test_the_version_selector_leads_to_the_release_where_it_lacks_the_document(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + "1.1/aydinlatma-metni/")
    page.locator(".md-version").hover()
    page.locator(".md-version a").filter(has_text="1.0").click()
    expect(page).to_have_url(address + "1.0/")
    page.close()


def test_without_javascript_the_selector_still_leads_to_all_releases(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address + "1.1/gizlilik-politikasi/")
    page.locator(".md-version").hover()
    page.locator(".md-version a").filter(has_text="Tüm sürümler").click()
    assert urlsplit(page.url).path == "/surumler/"
    page.close()


@pytest.mark.parametrize(
    ("path", "state", "announced", "effective"),
    [
        ("1.0/gizlilik-politikasi/", "Yürürlükten kalktı", "2026-11-22", "2026-11-22"),
        ("1.1/gizlilik-politikasi/", "Yürürlükte", "2026-11-22", "2026-11-23"),
        ("1.1/en/aydinlatma-metni/", "In force", "2026-11-22", "2026-11-23"),
        ("2.0/gizlilik-politikasi/", "Yürürlüğe girecek", "2026-11-22", "2027-01-01"),
        ("2.0/en/gizlilik-politikasi/", "Not in force yet", "2026-11-22", "2027-01-01"),
    ],
)
def test_each_text_states_its_state_and_dates_without_javascript(
    browser: Browser, address: str, path: str, state: str, announced: str, effective: str
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address + path)
    expect(page.locator(".state .admonition-title")).to_have_text(state)
    stamped = page.eval_on_selector_all("dl time", "all => all.map(one => one.dateTime)")
    assert stamped[:2] == [announced, effective]
    page.close()


def test_the_lasting_address_leads_to_the_text_in_force_and_keeps_the_clause(browser: Browser, address: str) -> None:
    for javascript in (True, False):
        page = browser.new_page(java_script_enabled=javascript)
        page.goto(address + "gizlilik-politikasi/")
        page.wait_for_url(address + "yururlukte/gizlilik-politikasi/")
        page.goto(address + "en/gizlilik-politikasi/")
        page.wait_for_url(address + "yururlukte/en/gizlilik-politikasi/")
        if javascript:
            page.goto(address + "gizlilik-politikasi/#aktarim")
            page.wait_for_url(address + "yururlukte/gizlilik-politikasi/#aktarim")
        page.close()


def test_no_page_is_wider_than_a_phone(browser: Browser, site: Path, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    for path in _paths(site):
        page.goto(address + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, (path, wide)
    page.close()


def test_only_the_choice_of_colours_is_kept_on_the_readers_machine(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address + "1.1/gizlilik-politikasi/")
    page.locator(".md-version").hover()
    assert context.cookies() == []
    assert page.evaluate("[Object.keys(localStorage), sessionStorage.length]") == [["/.__palette"], 0]
    context.close()
