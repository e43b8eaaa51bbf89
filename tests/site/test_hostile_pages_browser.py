"""Pages of a long history with hostile titles and words: nothing is cut off, breaks out, or takes too much."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from types import MappingProxyType

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import ROOT
from tests.helpers.builders import SETTINGS, day, history, moment, release, write_files
from yururluk.core.history import Published
from yururluk.core.model import Withdrawal
from yururluk.core.text_file import parse_text
from yururluk.publish.build import build_site
from yururluk.publish.export import server_of
from yururluk.site.page_facts import Assembler
from yururluk.site.pages import portal_site, release_site

RELEASES = 100
TITLES = {
    "uzun": "Muvaffakiyetsizleştiricileştiriveremeyebileceklerimizdenmişsinizcesine" * 2 + " Metni",
    "yabanci": "</script><b>שלום</b> {{ 7 * 7 }} 🦒‍🦒 \u202etersi\u202c & “tırnak”",
}
BODY = "\n\n".join(
    (
        "## 1. Amaç {#amac}",
        "İstanbul'dan ışık; " + "çok" * 80 + " https://ornek.example/" + "a" * 200,
        "Adresi `https://ornek.example/" + "b" * 200 + "`:\n\n```\nAd: " + "." * 300 + "\n```",
        "## 2. Çizelge {#cizelge}",
        "| " + " | ".join(f"Sütun {n}" for n in range(12)) + " |\n|" + "---|" * 12 + "\n| "
        + " | ".join("hücre" * 6 for _ in range(12)) + " |",
    )
)  # fmt: skip
MANY = "\n\n".join(f"### 2.{n}. Bent {{#bent-{n}}}\n\nSöz." for n in range(1, 50))


def _releases() -> Iterator[Published]:
    for at in range(RELEASES):
        made = release(
            f"{at // 10 + 1}.{at % 10}",
            {
                "uzun": f"{BODY}\n\nSürüm {at}." + (f"\n\n{MANY}" if at == 50 else ""),
                "yabanci": f"{BODY}\n\nSürüm {at // 3}.",
            },
        )
        texts = []
        for text in made.texts:
            source = text.source.replace("title: Metin", f"title: '{TITLES[text.document]}'")
            found, problems = parse_text(source.encode(), text.path, text.document, text.locale)
            assert found is not None, problems
            texts.append(found)
        summary = {"tr": "Ö" * 300 + " <img src=x onerror=alert(1)>", "en": "Summary."}
        made = replace(made, texts=tuple(texts), summary=summary)
        on = at * 11
        withdrawn = day(344) if at == 30 else None
        if withdrawn:
            made = replace(made, withdrawal=Withdrawal(withdrawn, "Çizelgede <b>hata</b> vardı."))
        yield Published(made, moment(on), day(on), day(on + 3), at, withdrawn, None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The portal of the hundred releases, and the fiftieth of them."""
    names = {"tr": "Örnek Taşımacılık ve Lojistik Hizmetleri Hukuki Metinleri", "en": "Legal Texts"}
    settings = replace(SETTINGS, site_names=MappingProxyType(names))
    known = Assembler(history(*_releases()), day(700), settings)
    target, work = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("work")
    write_files(target, build_site(ROOT, portal_site(known), settings, work, moment=0, with_assets=True))
    one = release_site(known, known.history.releases[50])
    write_files(target / "6.0", build_site(ROOT, one, settings, work, moment=0, with_assets=False))
    return target


@pytest.fixture(scope="module")
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    """A page at the site's address, on which any dialog would be a fault."""
    with server_of(folder, 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        context = browser.new_context(base_url=f"http://127.0.0.1:{server.server_port}")
        found = context.new_page()
        found.on("dialog", lambda dialog: pytest.fail(dialog.message))
        yield found
        context.close()
        server.shutdown()


@pytest.mark.parametrize(
    "path",
    ["/", "/surumler/", "/karsilastir/", "/6.0/uzun/", "/6.0/yabanci/", "/6.0/?q=isik", "/6.0/", "/en/surumler/"],
)
def test_no_page_is_wider_than_a_phone_or_runs_what_a_text_says(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    page.wait_for_timeout(500)  # Material's search grows into its place
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "49" not in page.locator("h1").all_text_contents()
    assert page.locator("h1 b, h2 b, #content img").count() == 0


def test_a_title_is_shown_letter_for_letter(page: Page) -> None:
    page.goto("/6.0/yabanci/")
    expect(page.locator("h1")).to_have_text(TITLES["yabanci"])


def test_a_hundred_releases_are_answered_for_and_their_page_stays_small(page: Page, folder: Path) -> None:
    """Some 20 KB, compressed, for a hundred releases of two documents."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/surumler/?tarih={day(500)}")
    expect(page.locator("#answer dd a").first).to_have_text("Sürüm 5.5, " + TITLES["uzun"])
    assert page.locator(".drawing .lane").count() == 3
    assert page.locator(".drawing .lane").first.locator("a").count() == RELEASES
    assert len(gzip.compress((folder / "surumler/index.html").read_bytes())) < 45 * 1024


def test_the_answer_tells_that_the_release_of_that_day_was_withdrawn_later(page: Page) -> None:
    page.goto(f"/surumler/?tarih={day(340)}")
    expect(page.locator("#answer")).to_contain_text("Yürürlükteki sürüm: Sürüm 4.0")
    expect(page.locator("#answer .standing-line")).to_have_text(
        "11 Aralık 2027 tarihinde geri çekilmiştir. 30 Kasım 2027 – 10 Aralık 2027 tarihleri arasında yürürlükteydi. "
        "Gerekçe: Çizelgede <b>hata</b> vardı."
    )
    page.goto(f"/surumler/?tarih={day(350)}")
    expect(page.locator("#answer")).to_contain_text("Yürürlükteki sürüm: Sürüm 4.1")
    expect(page.locator("#answer .standing-line")).to_have_count(0)


def test_the_search_finds_words_in_a_wide_table_and_in_a_word_without_end(page: Page) -> None:
    found = page.locator(".md-search-result__list :is(h1, h2)")
    page.goto("/6.0/?q=cizelge")
    expect(found.filter(has_text="2. Çizelge").first).to_be_visible()
    page.goto("/6.0/?q=" + "cok" * 80)
    expect(found.filter(has_text="1. Amaç")).to_have_count(2)


def test_the_clauses_of_a_long_text_are_folded_away_and_found_all_the_same(page: Page) -> None:
    page.goto("/6.0/?q=bent")
    expect(page.locator(".md-search-result__list")).to_contain_text("2.49. Bent")
    page.goto("/6.0/")
    folded = page.locator("#search details")
    expect(folded).to_have_count(1)
    expect(folded.locator("summary")).to_have_text(f"51 madde: {TITLES['uzun']}")
    expect(folded.get_by_role("link", name="2.49. Bent")).to_be_hidden()
    folded.locator("summary").click()
    expect(folded.get_by_role("link", name="2.49. Bent")).to_be_visible()


def test_what_does_not_wrap_on_the_screen_makes_no_printed_page_smaller(page: Page) -> None:
    """A browser prints a page that is wider than the paper smaller as a whole."""
    page.set_viewport_size({"width": 643, "height": 900})  # A4 within its margins
    page.goto("/6.0/yabanci/")
    page.emulate_media(media="print")
    page.eval_on_selector_all("table", "all => all.forEach(one => one.remove())")
    assert page.evaluate("document.documentElement.scrollWidth") <= 643
    page.emulate_media(media="screen")
