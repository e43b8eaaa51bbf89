"""The search of a release in a real browser: words are found as people write them, in the page's language only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from yururluk.lineage.clause_text import headings


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The search of release 1.1."""
    found = browser.new_page()
    found.goto(address + "1.1/")
    yield found
    found.close()


def _search(page: Page, words: str) -> list[str]:
    """The headings of what is found."""
    page.locator("#search-words").fill(words)
    page.locator("#search-words").press("Enter")
    expect(page.locator("#search-said")).not_to_be_empty()
    page.wait_for_function("() => document.getElementById('search-said').textContent !== ''")
    return page.locator("#search-results .hit a").all_text_contents()


# In each row every way to write a word finds the same clauses, and the wanted one is among the first three.
@pytest.mark.parametrize(
    ("ways", "wanted"),
    [
        (("kullanıcı", "kullanici", "KULLANICI", "Kullanıcı'dan"), "2. Veri sorumlusu ve gizlilik taahhüdü"),
        (("kişisel", "kisisel", "KİŞİSEL", "KISISEL", "Kişisel"), "4. Kişisel verilerin aktarılması"),
        (("yurt dışı", "yurt disi", "YURT DIŞI", "yurt dışında"), "8. Verilerin yurt dışına aktarılması"),
        (("IP", "ip", "İP", "ıp"), "7. IP adresleri"),
        (("anket", "anketler", "anketlere", "ANKETLERDEN"), "5. Anketler ve doğrudan pazarlama"),
        (("gizliliğin", "gizliligin", "GİZLİLİĞİN"), "2. Veri sorumlusu ve gizlilik taahhüdü"),
    ],
)
def test_a_word_is_found_however_it_is_written(page: Page, ways: tuple[str, ...], wanted: str) -> None:
    found = {way: _search(page, way) for way in ways}
    for way, clauses in found.items():
        assert wanted in clauses[:3], (way, clauses)
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
    ],
)
def test_an_inflected_word_finds_the_clauses_with_its_stem(page: Page, words: str, at_least: str) -> None:
    assert at_least in _search(page, words)


@pytest.mark.parametrize("words", ["personal", "users", "zürafa", "🦒", "'", '"><script>', "%00"])
def test_what_no_clause_has_is_told_and_all_clauses_stay_in_reach(page: Page, words: str) -> None:
    """English words are not in the Turkish texts, nor do our own notes at the clauses count."""
    page.locator("#search-words").fill(words)
    page.locator("#search-words").press("Enter")
    expect(page.locator("#search-said")).to_have_text(
        f"Bu sürümün hiçbir maddesinde “{words}” geçmiyor. Daha kısa ya da başka bir sözcük deneyin veya aşağıdaki "
        "maddelere bakın."
    )
    expect(page.locator("#search-results")).to_be_hidden()
    expect(page.locator("#search").get_by_role("link", name="7. IP adresleri")).to_be_visible()


def test_our_notes_at_the_clauses_are_not_searched(page: Page) -> None:
    """Every clause of the page says `Maddenin geçmişi`; no clause of the text does."""
    assert len(_search(page, "geçmişi")) < 3


def test_words_that_no_clause_has_all_of_find_those_with_some(page: Page) -> None:
    found = _search(page, "anketlere zürafalar")
    assert "5. Anketler ve doğrudan pazarlama" in found
    expect(page.locator("#search-said")).to_contain_text("hepsinin geçtiği bir madde yok")


# The script's own rule for two words, beside the pages' few texts.
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
    page: Page, one: str, other: str, related: bool
) -> None:
    rule = "([one, other]) => Search.related(Search.fold(one), Search.fold(other), 'tr')"
    assert page.evaluate(rule, [one, other]) is related
    assert page.evaluate(rule, [other, one]) is related


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
def test_english_has_a_rule_of_its_own(page: Page, one: str, other: str, related: bool) -> None:
    assert page.evaluate("([one, other]) => Search.related(one, other, 'en')", [one, other]) is related


def test_only_the_texts_of_the_release_and_of_the_pages_language_are_searched(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + "1.1/en/?q=users")
    expect(page.locator("#search-results li").first).to_be_visible()
    page.locator("#search-results a").first.click()
    assert page.url.startswith(address + "1.1/en/")
    page.goto(address + "1.0/?q=aydınlatma metni")
    expect(page.locator("#search-results .hit a")).to_have_text(["Metnin başı"])
    page.goto(address + "1.0/en/?q=privacy")
    expect(page.locator(".plain-note")).to_contain_text("Release 1.0 has no text in this language.")
    page.get_by_role("link", name="Search the authentic texts").click()
    expect(page).to_have_url(address + "1.0/#search")
    page.close()


def test_the_texts_are_loaded_only_when_the_reader_searches_and_once(browser: Browser, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.goto(address + "yururlukte/gizlilik-politikasi/")
    assert not [url for url in asked if "search" in url]
    page.get_by_role("link", name="Ara", exact=True).click()
    page.wait_for_url(address + "yururlukte/#search")
    asked.clear()
    for words in ("veri", "kişi", "rıza"):
        _search(page, words)
    texts = ("aydinlatma-metni", "gizlilik-politikasi")
    assert sorted(url for url in asked if "/assets/" not in url) == [f"{address}yururlukte/{name}/" for name in texts]
    page.close()


def test_a_search_has_an_address_and_is_done_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + "1.1/#search")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "search-words":
            break
    page.keyboard.type("kisisel verilerin aktarilmasi")
    expect(page.locator("#search-results li").first).to_be_visible()
    expect(page.locator("#search-said")).to_have_attribute("role", "status")
    page.keyboard.press("Enter")
    expect(page).to_have_url(address + "1.1/?q=kisisel+verilerin+aktarilmasi#search")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(address + "1.1/*/#*")
    page.go_back()
    expect(page.locator("#search-words")).to_have_value("kisisel verilerin aktarilmasi")
    expect(page.locator("#search-results li").first).to_be_visible()
    page.close()


def test_when_the_texts_cannot_be_loaded_it_is_told_and_tried_again(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("**/aydinlatma-metni/", lambda route: route.abort())
    page.goto(address + "1.1/?q=veri")
    expect(page.locator("#search-said")).to_contain_text("Metinler yüklenemedi")
    page.unroute("**/aydinlatma-metni/")
    page.get_by_role("button", name="Ara").click()
    expect(page.locator("#search-results li").first).to_be_visible()
    page.close()


def test_without_javascript_every_clause_stands_there_with_a_link(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address + "2.0/")
    expect(page.locator("#search-form")).to_be_hidden()
    page.get_by_role("link", name="8. Verilerin yurt dışına aktarılması").click()
    expect(page).to_have_url(address + "2.0/gizlilik-politikasi/#aktarim")
    page.close()


def test_what_stands_under_a_heading_is_searched_whatever_it_is(page: Page) -> None:
    """Tables by the cell, lists by the item, footnotes where they are referred to; what the page adds is left out."""
    text = """<div class="text"><p>Önce</p>
    <h2 id="a"><a href="#a" class="number">1.</a> Amaç</h2><p data-lineage="">Not</p>
    <p>Bir<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup> <em>iki</em>,
    üç.</p><div class="scroll"><table><tr><td>dört</td><td>beş</td></tr></table></div>
    <blockquote><h3 id="b">Alt <a href="#b" class="anchor">#</a></h3><ul><li>altı</li><li>yedi</li></ul></blockquote>
    <div class="footnote"><ol><li id="fn:1"><p>Dipnot
    <a class="footnote-backref" href="#fnref:1">↩</a></p></li></ol></div></div>"""
    rule = """(text) => Search.index(new DOMParser().parseFromString(text, "text/html"), "x/", "X")
      .map(({ address, heading, words }) => [address, heading, words])"""
    assert page.evaluate(rule, text) == [
        ["x/", "", "Önce"],
        ["x/#a", "1. Amaç", "Bir\nDipnot\niki, üç.\ndört\nbeş"],
        ["x/#b", "Alt", "altı\nyedi"],
    ]


def test_the_clauses_of_a_text_are_its_headings() -> None:
    assert headings("") == headings("söz") == ()
    assert headings("önce\n\n## 1. Amaç {#amac}\n\nsöz") == (("amac", "1. Amaç"),)
