"""The lists of releases, periods and clauses say everything, in the language of the page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lxml import html as lxml_html

from tests.conftest import ROOT
from tests.helpers.builders import SETTINGS, day, history, moment, release
from yururluk.core.history import Published
from yururluk.core.model import Withdrawal
from yururluk.publish.build import build_site
from yururluk.site.page_facts import Assembler
from yururluk.site.page_models import Happening, Interval, LastingView, Link, Status
from yururluk.site.pages import portal_site, release_site
from yururluk.site.phrases import phrases_in

DAY = date(2026, 11, 22)
FIRST = "## 1. Amaç {#amac}\n\nBir.\n\n## 2. Süre {#sure}\n\nOtuz gün.\n"


@pytest.mark.parametrize(
    ("governed", "by", "words"),
    [
        ((), "", "Hiç yürürlüğe girmemiştir."),
        ((), "2.0", "Yürürlüğe girmeden yerini 2.0 sürümü almıştır."),
        ((Interval(DAY, None),), "2.0", "22 Kasım 2026 tarihinden itibaren yürürlükteydi."),
        ((Interval(DAY, DAY),), "2.0", "Yalnızca 22 Kasım 2026 günü yürürlükteydi."),
        (
            (Interval(DAY, DAY), Interval(date(2026, 12, 1), date(2026, 12, 9)), Interval(date(2027, 1, 1), None)),
            "2.0",
            (
                "Yürürlükte olduğu dönemler: yalnızca 22 Kasım 2026, 1 Aralık 2026 – 9 Aralık 2026 ve 1 Ocak 2027"
                " tarihinden beri."
            ),
        ),
    ],
)
def test_the_days_in_force_are_one_sentence(governed: tuple[Interval, ...], by: str, words: str) -> None:
    status = Status("superseded", DAY, None, Link("2.0/", by) if by else None, governed)
    assert phrases_in("tr").standing(status).striptags() == words


def test_a_clause_says_what_a_release_did_to_it() -> None:
    phrases = phrases_in("en")
    assert phrases.happened(Happening("appeared", "", ""), first=True) == "Part of the text as it was first published."
    assert phrases.happened(Happening("appeared", "", ""), first=False) == "Added."
    assert phrases.happened(Happening("retitled", "<b>", ""), first=False) == "Its heading changed: <b> → –."


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> dict[str, lxml_html.HtmlElement]:
    """The pages of a site with a translation that comes late, a withdrawal, and two releases on one day."""
    english = "## 1. Aim {#amac}\n\nOne.\n"
    withdrawn = Withdrawal(day(30), "Yanlış <b>metin</b>.")
    releases = (
        (0, release("1.0", {"a": FIRST})),
        (9, release("1.1", {"a": FIRST.replace("Otuz", "Kırk"), "a/en": english})),
        (9, release("1.2", {"a": FIRST.replace("Otuz", "Elli"), "a/en": english})),
        (20, release("2.0", {"a": "## 1. Amaç {#amac}\n\nBir.\n", "b": "Yeni."}, withdrawal=withdrawn)),
    )
    found = [
        Published(one, moment(on), day(on), day(on), rank, one.withdrawal.on if one.withdrawal else None)
        for rank, (on, one) in enumerate(releases)
    ]
    known = Assembler(history(*found), day(40), SETTINGS)
    made = build_site(ROOT, portal_site(known), SETTINGS, tmp_path_factory.mktemp("work"), moment=0, with_assets=False)
    return {
        Path(path).parent.as_posix(): lxml_html.fromstring(data)
        for path, data in made.items()
        if path.endswith(".html")
    }


def _words(element: lxml_html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _rows(page: lxml_html.HtmlElement, table: str) -> list[list[str]]:
    return [[_words(cell) for cell in row] for row in page.xpath(f"//table[@class='{table}']/tbody/tr")]


def test_a_release_is_listed_with_its_days_what_became_of_it_and_its_documents(
    portal: dict[str, lxml_html.HtmlElement],
) -> None:
    assert _rows(portal["en/surumler"], "releases") == [
        [
            "Release 2.0withdrawn",
            "21 January 2027",
            "21 January 2027",
            (
                "Summary. Material change · Withdrawn on 31 January 2027. It was in force from 21 January 2027 to"
                " 30 January 2027. Reason: Yanlış <b>metin</b>. Metin (not translated) Changes: 1.2 → 2.0 Metin"
                " (not translated) First version"
            ),
        ],
        [
            "Release 1.2in force",
            "10 January 2027",
            "10 January 2027",
            (
                "Summary. In force since 31 January 2027. Metin Translation unchanged since 1.1 · Changes to the"
                " Turkish text: 1.1 → 1.2, Metin"
            ),
        ],
        [
            "Release 1.1superseded",
            "10 January 2027",
            "10 January 2027",
            "Summary. It never took effect: release 1.2 replaced it first. Metin First version",
        ],
        [
            "Release 1.0superseded",
            "1 January 2027",
            "1 January 2027",
            "Summary. It was in force from 1 January 2027 to 9 January 2027. Metin (not translated) First version",
        ],
    ]


def test_what_replaces_a_missing_translation_and_a_reason_name_their_language(
    portal: dict[str, lxml_html.HtmlElement],
) -> None:
    (listed,) = portal["en/surumler"].xpath("//table[@class='releases']")
    assert [link.get("href") for link in listed.xpath(".//a[@hreflang='tr']")] == [
        "../../2.0/degisiklikler/a/",
        "../../1.2/degisiklikler/a/",
    ]
    assert [one.text_content() for one in listed.xpath(".//*[@lang='tr']")] == ["Yanlış <b>metin</b>."]
    assert [one.get("data-changed") for one in listed.xpath(".//li")] == ["", "", "", "", ""]
    assert portal["surumler"].xpath("//table[@class='releases']//@hreflang") == []


def test_a_period_has_its_days_its_text_and_what_changed(portal: dict[str, lxml_html.HtmlElement]) -> None:
    assert _rows(portal["surumler"], "periods")[4:8] == [
        ["1 Ocak 2027", "9 Ocak 2027", "Sürüm 1.0", "İlk metin"],
        ["10 Ocak 2027", "20 Ocak 2027", "Sürüm 1.2", "1.1 → 1.2"],
        ["21 Ocak 2027", "30 Ocak 2027", "Sürüm 2.0", "1.2 → 2.0"],
        ["31 Ocak 2027", "belirlenmemiş", "Sürüm 1.2 yürürlükte", "1.1 → 1.2"],
    ]


def test_the_history_of_a_clause_begins_with_the_newest_release(portal: dict[str, lxml_html.HtmlElement]) -> None:
    page = portal["surumler/a"]
    assert _rows(page, "clauses")[1:4] == [
        ["Sürüm 2.0, 2. Süre geri çekildi", "21 Ocak 2027", "Kaldırıldı. Değişikliği gör: 2. Süre, 2.0"],
        ["Sürüm 1.2, 2. Süre", "10 Ocak 2027", "Sözleri değişti. Değişikliği gör: 2. Süre, 1.2"],
        ["Sürüm 1.1, 2. Süre", "10 Ocak 2027", "Sözleri değişti. Değişikliği gör: 2. Süre, 1.1"],
    ]
    assert page.xpath("//nav[@aria-labelledby='contents']//a/@href") == ["#amac", "#sure"]


def test_the_home_page_says_since_which_release_a_text_is_unchanged(tmp_path: Path) -> None:
    found = [
        Published(release(version, {"a": FIRST, "b": words}), moment(on), day(on), day(on), on)
        for on, (version, words) in enumerate((("1.0", "Bir."), ("1.1", "İki.")))
    ]
    known = Assembler(history(*found), day(5), SETTINGS)
    made = build_site(ROOT, portal_site(known), SETTINGS, tmp_path, moment=0, with_assets=False)
    rows = lxml_html.fromstring(made["index.html"]).findall(".//dl[@class='standing']/div[1]/dd")
    assert [_words(row) for row in rows] == [
        "Sürüm 1.1 (metni 1.0 sürümünden beri değişmemiştir), 1 Ocak 2027 tarihinden beri yürürlükte",
        "Sürüm 1.1, 2 Ocak 2027 tarihinden beri yürürlükteSon değişiklikler: 1.0 → 1.1, Metin",
    ]


def test_a_lasting_address_leads_from_a_renamed_or_removed_clause_to_where_its_words_went() -> None:
    first = "## 1. Amaç {#amac}\n\nVeriler bu amaçla işlenir.\n\n## 2. Süre {#sure}\n\nVeriler otuz gün saklanır.\n"
    then = "## 1. Amaç {#hedef}\n\nVeriler bu amaçla işlenir.\n"
    found = [
        Published(release(version, {"a": words}), moment(on), day(on), day(on), on)
        for on, (version, words) in enumerate((("1.0", first), ("1.1", then)))
    ]
    page = portal_site(Assembler(history(*found), day(5), SETTINGS)).by_source["tr/a.md"]
    assert isinstance(page.view, LastingView)
    assert dict(page.view.moved) == {"amac": "hedef", "sure": "surumler/a/#sure"}


def test_a_release_that_was_public_elsewhere_says_so_on_its_pages(tmp_path: Path) -> None:
    own = Published(release("1.0", {"a": FIRST}), moment(0), day(0), day(0), 0, recorded=moment(8))
    known = Assembler(history(own), day(9), SETTINGS)
    made = build_site(ROOT, release_site(known, own), SETTINGS, tmp_path, moment=0, with_assets=False)
    for path in ("index.html", "a/index.html"):
        note = lxml_html.fromstring(made[path]).find(".//p[@class='plain-note']/time/..")
        assert (
            _words(note)
            == "Başka bir yerde 1 Ocak 2027 tarihinde yayımlanmış, burada 9 Ocak 2027 tarihinde kaydedilmiştir."
        )
