"""A wrong address in a real browser: the page says what is wrong, in the reader's language, and offers the nearest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page to open wrong addresses with."""
    found = browser.new_page()
    yield found
    found.close()


@pytest.mark.parametrize(
    ("path", "said", "offered"),
    [
        ("9.9/", "9.9 numaralı bir sürüm yok.", ["2.0/", "1.1/"]),
        (
            "9.9/gizlilik-politikasi/",
            "9.9 numaralı bir sürüm yok.",
            ["2.0/gizlilik-politikasi/", "1.1/gizlilik-politikasi/"],
        ),
        ("v1.1/", "1.1 numaralı bir sürüm yok.", ["1.1/"]),
        ("1.2/en/privacy", "There is no release 1.2.", ["1.1/en/gizlilik-politikasi/"]),
        ("1.0.1/en/", "There is no release 1.0.1.", ["1.0/en/", "1.1/en/"]),
        ("1.0/aydinlatma-metni/", "1.0 sürümünde “Aydınlatma Metni” adlı belge yok.", ["1.1/aydinlatma-metni/"]),
        (
            "1.0/en/degisiklikler/aydinlatma-metni/",
            "Release 1.0 does not contain the document “KVKK Disclosure Notice”.",
            ["1.1/en/aydinlatma-metni/"],
        ),
        ("gizlilik/", "“gizlilik” adresinde bir belge yok.", ["gizlilik-politikasi/"]),
        ("Gizlilik-Politikası", "“Gizlilik-Politikası” adresinde bir belge yok.", ["gizlilik-politikasi/"]),
        ("en/disclosure-notice/", "There is no document at “disclosure-notice”.", ["en/aydinlatma-metni/"]),
        ("2.0/gizlilik-politkasi/", "“gizlilik-politkasi” adresinde bir belge yok.", ["2.0/gizlilik-politikasi/"]),
        ("yururlukte/en/aydinlatma/", "There is no document at “aydinlatma”.", ["1.1/en/aydinlatma-metni/"]),
        ("zzz%F0%9F%A6%92/", "“zzz🦒” adresinde bir belge yok.", []),
        ("2.0/zzz/", "“zzz” adresinde bir belge yok.", ["2.0/"]),
        ("%E0%A4%A/", "“%E0%A4%A” adresinde bir belge yok.", []),
    ],
)
def test_a_wrong_address_is_explained_and_the_nearest_page_offered(
    page: Page, address: str, path: str, said: str, offered: list[str]
) -> None:
    answer = page.goto(address + path)
    assert answer is not None
    assert answer.status == 404
    expect(page.locator(".nearest .lead")).to_have_text(said)
    links = page.eval_on_selector_all(".nearest a", "all => all.map(one => one.href)")
    assert links == [address + way for way in offered]
    for link in links:
        assert page.request.get(link).ok, link
    language = "en" if "en" in path.split("/")[:2] else "tr"
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").all_text_contents() == ["Page not found" if language == "en" else "Sayfa bulunamadı"]


def test_a_page_deep_below_a_wrong_address_is_whole(page: Page, address: str) -> None:
    """The host shows 404.html under any address: its style sheet and its ways must hold there."""
    page.goto(address + "en/a/b/c/d/")
    assert page.evaluate("getComputedStyle(document.querySelector('.md-header')).position") == "sticky"
    page.get_by_role("link", name="All releases").click()
    expect(page).to_have_url(address + "en/surumler/")


def test_without_javascript_both_languages_are_told(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address + "9.9/")
    assert page.locator("#content :is(h1, h2)").all_text_contents() == ["Sayfa bulunamadı", "Page not found"]
    assert page.locator("#content section").last.get_attribute("lang") == "en"
    page.close()


def test_when_the_releases_cannot_be_loaded_the_page_still_helps(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("**/versions.json", lambda route: route.abort())
    page.goto(address + "1.1/gizlilik/")
    expect(page.locator(".ways").last.get_by_role("link", name="Tüm sürümler")).to_be_visible()
    assert page.locator("h1").count() == 1
    page.close()


def test_a_clause_that_a_text_does_not_have_is_told_and_its_history_offered(page: Page, address: str) -> None:
    page.goto(address + "1.0/gizlilik-politikasi/#aktarim")
    note = page.locator("#no-clause")
    expect(note).to_be_visible()
    expect(note).to_contain_text("Açtığınız adresteki madde bu metinde yok: aktarim")
    note.get_by_role("link").click()
    expect(page).to_have_url(address + "surumler/gizlilik-politikasi/#aktarim")
    expect(page.locator("#no-clause")).to_be_hidden()
    expect(page.locator("#aktarim")).to_be_visible()


def test_a_clause_that_no_text_has_is_told_in_its_history_too(page: Page, address: str) -> None:
    page.goto(address + "en/surumler/gizlilik-politikasi/#no-such-clause")
    expect(page.locator("#no-clause")).to_contain_text("No release of this text has a clause")
    page.goto(address + "1.1/gizlilik-politikasi/#amac")
    expect(page.locator("#no-clause")).to_be_hidden()
    page.evaluate("location.hash = '#%E0%A4%A'")
    expect(page.locator("#no-clause code")).to_have_text("%E0%A4%A")
