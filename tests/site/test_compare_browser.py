"""/karsilastir/ in a real browser: every pair is right, and what cannot be shown is said, with a way on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import EXAMPLE, script
from tests.helpers.redline_contract import problems
from tests.helpers.series import series, series_of
from yururluk.lineage.steps import Series, woven_files
from yururluk.redline import compare
from yururluk.text.markdown import render

# Without JavaScript's help the page offers links; with it, a form.
PAIRS = [
    ("", "gizlilik-politikasi", "1.0", "1.1"),
    ("", "gizlilik-politikasi", "1.1", "2.0"),
    ("", "gizlilik-politikasi", "1.0", "2.0"),
    ("", "aydinlatma-metni", "1.1", "2.0"),
    ("en/", "gizlilik-politikasi", "1.1", "2.0"),
    ("en/", "aydinlatma-metni", "1.1", "2.0"),
]
OWN_PAGES = [pair for pair in PAIRS if pair[2:] != ("1.0", "2.0")]

# The bare structure and words of a text, without what pages add to it: anchors, lineage, hanging numbers, table boxes.
BARE = """
(root) => {
  const copy = root.cloneNode(true);
  for (const one of copy.querySelectorAll("a.anchor, [data-lineage]")) one.remove();
  const added = "a.number, div.scroll, .md-typeset__scrollwrap, .md-typeset__table";
  for (const one of copy.querySelectorAll(added)) one.replaceWith(...one.childNodes);
  for (const one of copy.querySelectorAll("*")) {
    for (const name of one.getAttributeNames()) if (name !== "id") one.removeAttribute(name);
  }
  return Weave.folded(copy.innerHTML).replace(/ (?=<\\/h)/g, "");
}
"""
SIDE = f'(drop) => ({BARE})(Weave.side(document.querySelector("#compare-text").cloneNode(true), drop))'
# The redline as it stands, with links as the addresses they lead to, and without the helps of the view in two columns.
SHOWN = """
(selector) => {
  const copy = document.querySelector(selector).cloneNode(true);
  for (const one of copy.querySelectorAll(".old-side")) one.remove();
  // Material puts boxes around tables once a page has loaded.
  for (const one of copy.querySelectorAll("[class^='md-typeset__']")) one.replaceWith(...one.childNodes);
  for (const one of copy.querySelectorAll("a[href]")) one.setAttribute("href", one.href);
  return copy.innerHTML.trim();
}
"""


def _query(document: str, old: str, new: str) -> str:
    return "?" + urlencode({"belge": document, "eski": old, "yeni": new})


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which nothing may go wrong."""
    found = browser.new_page()
    faults: list[str] = []
    found.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
    found.on("pageerror", lambda error: faults.append(str(error)))
    yield found
    found.close()
    assert faults == []


@pytest.mark.parametrize(("language", "document", "old", "new"), PAIRS)
def test_accept_gives_the_new_text_page_and_reject_the_old_one(
    page: Page, address: str, language: str, document: str, old: str, new: str
) -> None:
    page.goto(f"{address}{language}karsilastir/{_query(document, old, new)}")
    expect(page.locator("#compare-text")).to_be_visible()
    expect(page.locator("#compare-title")).to_contain_text(f"{old} → {new}")
    sides = {new: page.evaluate(SIDE, "del"), old: page.evaluate(SIDE, "ins")}
    for version, shown in sides.items():
        page.goto(f"{address}{version}/{language}{document}/")
        text = page.evaluate(
            f"() => {{ {script('compare.js')}; return ({BARE})(document.querySelector('div.text')); }}"
        )
        assert len(text) > 1000
        assert shown == text


def test_a_superseded_text_leads_to_all_that_changed_since(page: Page, address: str) -> None:
    """The question of who agreed to it: what is different now?"""
    page.goto(f"{address}1.0/gizlilik-politikasi/")
    page.get_by_role("link", name="Yürürlükteki metinle karşılaştır").click()
    expect(page.locator("#compare-title")).to_have_text("Gizlilik Politikası: 1.0 → 1.1")
    expect(page.locator("#compare-text")).to_be_visible()


@pytest.mark.parametrize(("language", "document", "old", "new"), OWN_PAGES)
def test_a_pair_with_a_page_of_its_own_is_shown_as_there(
    page: Page, address: str, language: str, document: str, old: str, new: str
) -> None:
    page.goto(f"{address}{language}karsilastir/{_query(document, old, new)}")
    expect(page.locator("#compare-text")).to_be_visible()
    here = page.evaluate(SHOWN, "#compare-text")
    counts = page.locator("#compare-facts [data-count]").all_text_contents()[:2]
    page.locator("#compare-own a").click()
    page.wait_for_url(f"{address}{new}/{language}degisiklikler/{document}/")
    assert page.evaluate(SHOWN, "div.redline") == here
    for count in counts:
        expect(page.locator(".redline-summary > p").first).to_contain_text(count)


def composed(page: Page, made: Series) -> dict[tuple[str, str], str]:
    """The redline of each two releases, as the browser puts it together."""
    pairs = list(permutations(dict(made.texts), 2))
    page.goto("about:blank")
    page.add_script_tag(content=script("compare.js"))
    found: list[str] = page.evaluate(
        """([data, pairs]) => {
          const woven = new Weave.Woven(data);
          return pairs.map(([old, fresh]) => Weave.redline(woven, data.releases[old], data.releases[fresh]));
        }""",
        [json.loads(woven_files(made)[0]), pairs],
    )
    return dict(zip(pairs, found, strict=True))


def assert_contract(made: Series, redlines: dict[tuple[str, str], str]) -> None:
    """Accept gives the new rendering, reject the old one; pairs are whole, ids unique."""
    renderings = {version: render(text.source) for version, text in made.texts}
    for (old, new), html in redlines.items():
        assert problems(renderings[old], renderings[new], html) == []


@pytest.mark.parametrize("seed", range(25))
def test_every_pair_of_a_made_history_keeps_the_contract(page: Page, seed: int) -> None:
    made = series(Random(seed))
    redlines = composed(page, made)
    assert_contract(made, redlines)
    texts = dict(made.texts)
    for old, new in made.pairs:
        assert redlines[old, new] == compare(texts[old].source, texts[new].source).html


def test_every_pair_of_the_examples_releases_keeps_the_contract(page: Page) -> None:
    for path in ("tr/gizlilik-politikasi.md", "tr/aydinlatma-metni.md", "en/gizlilik-politikasi.md"):
        files = [EXAMPLE / "releases" / version / path for version in ("1.0", "1.1", "2.0")]
        made = series_of(*(file.read_text(encoding="utf-8") for file in files if file.is_file()))
        assert_contract(made, composed(page, made))


ONE = "# Başlık\n\nBirinci paragraf üç yıl saklanır.\n\nİkinci paragraf aynen kalır.\n\n- bir\n- iki\n"
TWO = ONE.replace("üç yıl", "beş yıl")
THREE = TWO + "\nYeni bir paragraf eklendi.\n"


def test_an_edit_that_no_later_release_touches_is_shown_as_it_is(page: Page) -> None:
    edited = next(line for line in compare(ONE, TWO).html.splitlines() if "beş" in line)
    assert edited in composed(page, series_of(ONE, TWO, THREE))["1.0", "1.2"]


def test_what_one_release_takes_away_and_the_next_brings_back_is_no_change(page: Page) -> None:
    redlines = composed(page, series_of(ONE, ONE.replace("İkinci paragraf aynen kalır.\n\n", ""), TWO, ONE))
    assert "İkinci paragraf aynen kalır.</p></" not in redlines["1.0", "1.2"]
    assert redlines["1.0", "1.3"] == render(ONE)


def test_a_move_of_which_one_end_was_changed_later_is_not_shown_by_half(page: Page) -> None:
    clauses = [f"Madde {n}. Bu hüküm {word} hakkında ayrıntılı kurallar koyar." for n, word in enumerate("abcdef")]
    moved = [*clauses[1:5], clauses[0], clauses[5]]
    made = series_of(
        *("\n\n".join(state) for state in (clauses, moved, [text for text in moved if text != clauses[0]]))
    )
    redlines = composed(page, made)
    assert "move" in redlines["1.0", "1.1"]
    assert "move" not in redlines["1.0", "1.2"]
    assert_contract(made, redlines)


def test_a_redline_that_skips_a_withdrawn_release_is_one_step(page: Page) -> None:
    """The page of 1.2 compares with 1.0, because 1.1 had been withdrawn: so does this."""
    made = replace(series_of(ONE, "Bambaşka bir metin.\n", TWO), pairs=(("1.0", "1.1"), ("1.0", "1.2")))
    redlines = composed(page, made)
    assert redlines["1.0", "1.2"] == compare(ONE, TWO).html
    assert_contract(made, redlines)


def test_a_key_change_goes_from_its_first_value_to_its_last_and_one_taken_back_is_left_out(page: Page) -> None:
    """What one release changed and the next changed again is one change of the pair."""
    clause = "## 1. Süre {#sure}\n\nVeriler %s saklanır; bedel %s tutarındadır.\n"
    states = [clause % one for one in (("30 gün", "5 TL"), ("45 gün", "6 TL"), ("60 gün", "5 TL"))]
    page.goto("about:blank")
    page.add_script_tag(content=script("compare.js"))
    listed = page.evaluate(
        """(data) => {
          const woven = new Weave.Woven(data);
          return [[0, 1], [0, 2], [2, 0]].map(([old, fresh]) => Weave.keyChanges(woven.path(old, fresh)));
        }""",
        json.loads(woven_files(series_of(*states))[0]),
    )
    pairs = [[(one["kind"], one["old"], one["fresh"], one["id"]) for one in pair] for pair in listed]
    first = compare(states[0], states[1]).summary.matters
    assert pairs[0] == [(one.kind, one.old, one.new, clause.id) for clause, one in first]
    assert {kind for kind, *_ in pairs[0]} == {"duration", "amount"}
    assert pairs[1] == [("duration", "30 gün", "60 gün", "sure")]
    assert pairs[2] == [("duration", "60 gün", "30 gün", "sure")]


@pytest.mark.parametrize(
    ("path", "message", "offers"),
    [
        (
            "karsilastir/?belge=cerez&eski=1.0&yeni=2.0",
            "Böyle bir belge yok: cerez",
            ["Aydınlatma Metni: 1.1 → 2.0", "Gizlilik Politikası: 1.1 → 2.0"],
        ),
        (
            "karsilastir/?belge=gizlilik-politikasi&eski=1.0&yeni=3.0",
            "Böyle bir sürüm yok: 3.0",
            ["Gizlilik Politikası: 1.0 → 2.0"],
        ),
        (
            "karsilastir/?belge=gizlilik-politikasi&eski=x%3Cb%3E&yeni=",
            "Böyle bir sürüm yok: x<b>",
            ["Gizlilik Politikası: 1.0 → 2.0"],
        ),
        (
            "karsilastir/?belge=aydinlatma-metni&eski=1.0&yeni=2.0",
            "1.0 sürümünde bu belge bu dilde yer almamaktadır.",
            ["Aydınlatma Metni: 1.1 → 2.0"],
        ),
        (
            "en/karsilastir/?belge=gizlilik-politikasi&eski=1.0&yeni=1.1",
            "Release 1.0 does not contain this document in this language.",
            ["Privacy Policy: 1.1 → 2.0", "Compare the authentic texts"],
        ),
        (
            "karsilastir/?belge=gizlilik-politikasi&eski=1.1&yeni=1.1",
            "Aynı sürüm iki kez seçildi: 1.1",
            ["Gizlilik Politikası: 1.0 → 1.1", "Gizlilik Politikası: 1.1 → 2.0"],
        ),
    ],
)
def test_what_cannot_be_shown_is_said_with_the_nearest_that_can(
    page: Page, address: str, path: str, message: str, offers: list[str]
) -> None:
    page.goto(address + path)
    expect(page.get_by_role("status")).to_have_text(message)
    expect(page.locator("#compare-offers a")).to_have_text(offers)
    expect(page.locator("#compare-text")).to_be_hidden()
    page.locator("#compare-offers a").first.click()
    expect(page.locator("#compare-text")).to_be_visible()
    expect(page.locator("#compare-offers")).to_be_hidden()


def test_the_authentic_texts_are_offered_where_the_translation_is_missing(page: Page, address: str) -> None:
    page.goto(f"{address}en/karsilastir/{_query('gizlilik-politikasi', '1.0', '2.0')}")
    page.get_by_role("link", name="Compare the authentic texts").click()
    page.wait_for_url(f"{address}karsilastir/{_query('gizlilik-politikasi', '1.0', '2.0')}")
    expect(page.locator("#compare-text")).to_be_visible()


def test_the_older_release_comes_first_and_that_is_said(page: Page, address: str) -> None:
    page.goto(f"{address}karsilastir/{_query('gizlilik-politikasi', '2.0', '1.0')}")
    expect(page.locator("#compare-title")).to_have_text("Gizlilik Politikası: 1.0 → 2.0")
    expect(page.locator("#compare-note")).to_contain_text("eski sürüm her zaman önce gelir")


def test_half_an_address_is_completed(page: Page, address: str) -> None:
    for query, shown in (
        ("?belge=aydinlatma-metni", "Aydınlatma Metni: 1.1 → 2.0"),
        ("?belge=gizlilik-politikasi&eski=1.0", "Gizlilik Politikası: 1.0 → 2.0"),
        ("?belge=gizlilik-politikasi&yeni=1.1", "Gizlilik Politikası: 1.0 → 1.1"),
        ("?eski=1.0&yeni=1.1", "Gizlilik Politikası: 1.0 → 1.1"),
    ):
        page.goto(f"{address}karsilastir/{query}")
        expect(page.locator("#compare-title")).to_have_text(shown)


def test_choosing_shows_at_once_and_the_address_can_be_cited(page: Page, address: str) -> None:
    page.goto(f"{address}karsilastir/")
    expect(page.locator("#compare-text")).to_be_hidden()
    page.get_by_label("Belge", exact=True).select_option("gizlilik-politikasi")
    page.get_by_label("Eski metin").select_option("1.0")
    expect(page.locator("#compare-title")).to_have_text("Gizlilik Politikası: 1.0 → 2.0")
    expect(page).to_have_url(f"{address}karsilastir/{_query('gizlilik-politikasi', '1.0', '2.0')}")
    expect(page.get_by_role("status")).to_contain_text("Eklenen sözcük:")
    page.go_back()
    expect(page.locator("#compare-title")).to_have_text("Gizlilik Politikası: 1.1 → 2.0")
    page.locator(".md-select").hover()
    page.locator(".md-select").get_by_role("link", name="English").click()
    expect(page.locator("#compare-title")).to_have_text("Privacy Policy: 1.1 → 2.0")


def test_the_keyboard_is_enough_and_lands_on_the_result(page: Page, address: str) -> None:
    page.goto(f"{address}karsilastir/?belge=gizlilik-politikasi&eski=1.0&yeni=1.1")
    page.get_by_label("Belge", exact=True).focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Karşılaştır")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#compare-title")).to_be_focused()


def test_texts_that_cannot_be_loaded_are_not_an_empty_redline(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("**/*.json", lambda route: route.abort())
    page.goto(f"{address}karsilastir/{_query('gizlilik-politikasi', '1.0', '2.0')}")
    expect(page.get_by_role("status")).to_contain_text("Metinler yüklenemedi.")
    expect(page.locator("#compare-text")).to_be_hidden()
    expect(page.locator("#compare-offers a")).to_have_text(
        ["Yeniden dene", "Gizlilik Politikası, Sürüm 1.0", "Gizlilik Politikası, Sürüm 2.0"]
    )
    page.unroute("**/*.json")
    page.get_by_role("link", name="Yeniden dene").click()
    expect(page.locator("#compare-text")).to_be_visible()
    page.close()


def test_without_javascript_every_pair_with_a_page_is_a_link(browser: Browser, site: Path, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    for language, count, words in (("", 3, "JavaScript açık olmalıdır"), ("en/", 2, "JavaScript switched on")):
        page.goto(f"{address}{language}karsilastir/")
        expect(page.locator("#compare-form")).to_be_hidden()
        expect(page.locator(".pages")).to_contain_text(words)
        expect(page.locator(".pages code")).to_contain_text("yururluk redline")
        links = page.locator(".pages li a")
        expect(links).to_have_count(count)
        for path in links.evaluate_all("all => all.map(one => new URL(one.href).pathname)"):
            assert (site / path.strip("/") / "index.html").is_file()
    page.close()


def test_the_list_of_releases_and_the_redline_pages_lead_here(page: Page, address: str) -> None:
    page.goto(f"{address}surumler/")
    page.get_by_role("link", name="Herhangi iki sürümü karşılaştır").click()
    page.wait_for_url(f"{address}karsilastir/")
    page.goto(f"{address}1.1/degisiklikler/gizlilik-politikasi/")
    page.get_by_role("link", name="Başka bir sürümle karşılaştır").click()
    page.wait_for_url(f"{address}karsilastir/{_query('gizlilik-politikasi', '1.0', '1.1')}")
    expect(page.locator("#compare-text")).to_be_visible()


def test_a_result_fits_a_phone_and_keeps_ids_unique(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    for language, document, old, new in PAIRS:
        page.goto(f"{address}{language}karsilastir/{_query(document, old, new)}")
        expect(page.locator("#compare-text")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        ids = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
        assert len(ids) == len(set(ids)), (document, old, new)
    page.close()


def test_the_texts_are_asked_for_once(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on(
        "request",
        lambda request: asked.append(request.url) if ".json" in request.url and "search" not in request.url else None,
    )
    page.goto(f"{address}karsilastir/{_query('gizlilik-politikasi', '1.0', '2.0')}")
    for old, new in combinations(["1.0", "1.1", "2.0"], 2):
        page.get_by_label("Eski metin").select_option(old)
        page.get_by_label("Yeni metin").select_option(new)
        expect(page.locator("#compare-title")).to_have_text(f"Gizlilik Politikası: {old} → {new}")
    assert asked == [f"{address}karsilastir/gizlilik-politikasi.json"]
