"""The search in Material's own box, in a real browser: words are found as people write them, in the page's language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.conftest import script
from yururluk.lineage.clause_text import headings

NOTHING = "Eşleşen doküman bulunamadı"


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A text of release 1.1, with the box open."""
    found = browser.new_page()
    found.goto(address + "1.1/gizlilik-politikasi/")
    yield found
    found.close()


@pytest.fixture(scope="module")
def rules(browser: Browser) -> Iterator[Page]:
    """The worker's rules on an empty page."""
    found = browser.new_page()
    found.evaluate(script("search.js").replace('"use strict";', "") + "; globalThis.Search = Search;")
    yield found
    found.close()


def _search(page: Page, words: str) -> list[str]:
    """The headings of what is found, best first."""
    box = page.locator(".md-search__input")
    box.fill("")
    box.press("End")
    expect(page.locator(".md-search-result__meta")).to_have_text("Aramaya başlamak için yazın")
    box.fill(words)
    box.press("End")
    expect(page.locator(".md-search-result__meta")).not_to_have_text("Aramaya başlamak için yazın")
    titles = page.locator(".md-search-result__list :is(h1, h2)")
    return titles.all_text_contents()


# In each row every way to write a word finds the same clauses, and the wanted one is among them.
@pytest.mark.parametrize(
    ("ways", "wanted"),
    [
        (("kullanıcı", "kullanici", "KULLANICI", "Kullanıcı'dan"), "2. Veri sorumlusu ve gizlilik taahhüdü"),
        (("kişisel", "kisisel", "KİŞİSEL", "KISISEL", "Kişisel"), "4. Kişisel verilerin aktarılması"),
        (("yurt dışı", "yurt disi", "YURT DIŞI", "yurt dışında"), "8. Verilerin yurt dışına aktarılması"),
        (("yurtdışı", "yurtdisi", "YURTDIŞI", "yurtdışına"), "8. Verilerin yurt dışına aktarılması"),
        (("IP", "ip", "İP", "ıp"), "7. IP adresleri"),
        (("anket", "anketler", "anketlere", "ANKETLERDEN"), "5. Anketler ve doğrudan pazarlama"),
        (("gizliliğin", "gizliligin", "GİZLİLİĞİN"), "2. Veri sorumlusu ve gizlilik taahhüdü"),
    ],
)
def test_a_word_is_found_however_it_is_written(page: Page, ways: tuple[str, ...], wanted: str) -> None:
    found = {way: _search(page, way) for way in ways}
    assert all(wanted in clauses for clauses in found.values()), found
    assert len({tuple(sorted(clauses)) for clauses in found.values()}) == 1, found


@pytest.mark.parametrize(
    ("words", "at_least"),
    [
        ("hizmetlerden", "3. Kişisel bilgilerin kullanım amaçları"),
        ("kullanıcıdan", "2. Veri sorumlusu ve gizlilik taahhüdü"),
        ("sunucudan", "8. Verilerin yurt dışına aktarılması"),
        ("politikasının", "10. Değişiklikler ve yürürlük"),
        ("üçüncü kişi", "6. Üçüncü kişilerle paylaşım"),
        ("veri sorumlusu", "2. Veri sorumlusu ve gizlilik taahhüdü"),
        ("www.dinamikcrm.com", "1. Amaç"),
        ("6698", "2. Veri sorumlusu ve gizlilik taahhüdü"),
        ("Site'de", "1. Amaç"),
        ("anketlere zürafalar", "5. Anketler ve doğrudan pazarlama"),  # where no clause has all, those that have some
    ],
)
def test_an_inflected_word_finds_the_clauses_with_its_stem(page: Page, words: str, at_least: str) -> None:
    assert at_least in _search(page, words)


@pytest.mark.parametrize("words", ["personal", "users", "zürafa", "🦒", "'", '"><script>', "%00"])
def test_what_no_clause_has_is_said(page: Page, words: str) -> None:
    """English words are not in the Turkish texts, nor do our own notes at the clauses count."""
    assert _search(page, words) == []
    expect(page.locator(".md-search-result__meta")).to_have_text(NOTHING)


def test_our_notes_at_the_clauses_are_not_searched(page: Page) -> None:
    """Every clause of the page says `Geçmişi`; no clause of the text does."""
    assert len(_search(page, "geçmişi")) < 5


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("istanbul", "İSTANBULDA", True),
        ("ışık", "ISIĞI", True),
        ("ışık", "isik", True),
        ("hizmet", "hizmetlerimizden", True),
        ("hizmetleri", "hizmetlerden", True),
        ("kullanıcı", "kullanıcılarımızın", True),
        ("kullanıcı", "kullanım", False),
        ("amaç", "amacıyla", True),
        ("kitap", "kitabında", True),
        ("üyelik", "üyeliğin", True),
        ("rıza", "rızası", True),
        ("şikâyet", "sikayetler", True),
        ("veri", "verme", False),
        ("kanun", "kanıt", False),
        ("hak", "hal", False),
        ("açık", "açıklama", False),
    ],
)
def test_two_words_belong_together_when_only_their_endings_differ(
    rules: Page, one: str, other: str, related: bool
) -> None:
    rule = "([one, other]) => Search.related(Search.fold(one), Search.fold(other), 'tr')"
    assert rules.evaluate(rule, [one, other]) is related
    assert rules.evaluate(rule, [other, one]) is related


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("policy", "policies", True),
        ("user", "users", True),
        ("transferred", "transfer", True),
        ("processing", "processes", True),
        ("right", "light", False),
        ("person", "personal", True),
        ("data", "date", False),
    ],
)
def test_english_has_a_rule_of_its_own(rules: Page, one: str, other: str, related: bool) -> None:
    assert rules.evaluate("([one, other]) => Search.related(one, other, 'en')", [one, other]) is related


def test_two_words_side_by_side_are_one_only_where_the_word_goes_on_into_the_second(rules: Page) -> None:
    found = """(asked) => {
      const text = "Veriler yurt dışına gider.";
      const { found } = Search.search([Search.ready({ title: "", text, location: "" })], asked, "tr");
      return found.flatMap((one) => one.hits.map((hit) => text.slice(hit.start, hit.end)));
    }"""
    assert rules.evaluate(found, "yurtdışı") == ["yurt dışına"]
    assert rules.evaluate(found, "yurt") == ["yurt"]


def test_only_the_texts_of_the_release_and_of_the_pages_language_are_searched(browser: Browser, address: str) -> None:
    page = browser.new_page()
    for path, within in (
        ("1.1/en/", "1.1/en/"),
        ("en/", "yururlukte/en/"),
        ("1.0/", "1.0/"),
        ("surumler/", "yururlukte/"),
    ):
        page.goto(address + path + ("?q=privacy" if "en/" in path else "?q=gizlilik"))
        result = page.locator(".md-search-result__link").first
        expect(result).to_be_visible()
        result.click()
        page.wait_for_url(address + within + "**")
    page.goto(address + "1.0/en/?q=privacy")
    expect(page.locator(".md-search-result__meta")).to_have_text("No matching documents")
    page.close()


def test_the_texts_are_loaded_only_when_the_reader_searches_and_once(browser: Browser, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.goto(address + "yururlukte/gizlilik-politikasi/", wait_until="networkidle")
    assert not [url for url in asked if url.endswith("tr.json")]
    for words in ("veri", "kişi", "rıza"):
        assert _search(page, words)
    assert [url for url in asked if url.endswith("tr.json")] == [f"{address}1.1/search/tr.json"]
    page.close()


def test_the_search_is_done_with_the_keyboard_alone_and_its_result_is_marked(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + "1.1/aydinlatma-metni/", wait_until="networkidle")
    page.keyboard.press("/")
    page.keyboard.type("yurtdisi")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(address + "1.1/*/**#*")
    expect(page.locator("mark[data-md-highlight]").first).to_be_visible()
    page.close()


def test_when_the_texts_cannot_be_loaded_the_next_word_tries_again(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("**/tr.json", lambda route: route.abort())
    page.goto(address + "1.1/")
    assert _search(page, "veri") == []
    page.unroute("**/tr.json")
    assert _search(page, "veriler")
    page.close()


def test_without_javascript_every_clause_of_a_release_has_a_link(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address + "2.0/")
    expect(page.locator(".md-search")).to_be_hidden()
    page.locator("#search").get_by_role("link", name="8. Verilerin yurt dışına aktarılması").click()
    expect(page).to_have_url(address + "2.0/gizlilik-politikasi/#aktarim")
    page.close()


def test_the_clauses_of_a_text_are_its_headings() -> None:
    assert headings("") == headings("söz") == ()
    assert headings("önce\n\n## 1. Amaç {#amac}\n\nsöz") == (("amac", "1. Amaç"),)
