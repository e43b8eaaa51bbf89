"""/surumler/ in a real browser: what applied on a day, one document's releases only, and both without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page whose clock says 23 November 2026."""
    found = browser.new_page()
    found.clock.set_fixed_time(NOW)
    yield found
    found.close()


def _asked(page: Page, address: str, day: str, locale: str = "") -> list[str]:
    """The lines of the answer for a day."""
    page.goto(f"{address}{locale}surumler/?tarih={quote(day)}")
    return page.locator("#answer :is(h3, p, dt, dd)").all_text_contents()


AHEAD = "Bu yanıt bugün (23 Kasım 2026) bilinenlere göredir; sonradan yayımlanacak bir sürüm bunu değiştirebilir."


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        (
            "2026-11-22",
            [
                "22 Kasım 2026 günü",
                "Yürürlükteki sürüm: Sürüm 1.0",
                "Aydınlatma Metni",
                "yürürlükte metin yok",
                "Gizlilik Politikası",
                "Sürüm 1.0, Gizlilik Politikası yalnızca 22 Kasım 2026",
            ],
        ),
        (
            "2026-12-31",
            [
                "31 Aralık 2026 günü",
                "Yürürlükteki sürüm: Sürüm 1.1",
                "Aydınlatma Metni",
                "Sürüm 1.1, Aydınlatma Metni 23 Kasım 2026 – 31 Aralık 2026",
                "Gizlilik Politikası",
                "Sürüm 1.1, Gizlilik Politikası 23 Kasım 2026 – 31 Aralık 2026",
                AHEAD,
            ],
        ),
        (
            "2027-01-01",
            [
                "1 Ocak 2027 günü",
                "Yürürlükteki sürüm: Sürüm 2.0",
                "Aydınlatma Metni",
                "Sürüm 2.0, Aydınlatma Metni 1 Ocak 2027 tarihinden beri",
                "Gizlilik Politikası",
                "Sürüm 2.0, Gizlilik Politikası 1 Ocak 2027 tarihinden beri",
                AHEAD,
            ],
        ),
        (
            "1999-01-01",
            [
                "1 Ocak 1999 günü",
                "O gün henüz yürürlükte bir metin yoktu. İlk metin 22 Kasım 2026 tarihinde yürürlüğe girdi.",
            ],
        ),
    ],
)
def test_a_day_is_answered_with_the_release_and_the_texts_of_that_day(
    page: Page, address: str, day: str, wanted: list[str]
) -> None:
    told = _asked(page, address, day)
    cited = f"Bu yanıtın adresi: https://www.dinamikcrm.com/surumler/?tarih={day}"
    assert told == [*wanted, cited]
    expect(page.locator("#ask-date")).to_have_value(day)
    assert page.title().startswith(wanted[0])


def test_the_answer_leads_to_the_text_of_that_day(page: Page, address: str) -> None:
    _asked(page, address, "2026-12-01")
    page.locator("#answer dd a").nth(1).click()
    expect(page).to_have_url(address + "1.1/gizlilik-politikasi/")


def test_the_answer_is_given_in_english_and_kept_when_the_language_is_changed(page: Page, address: str) -> None:
    assert _asked(page, address, "2026-11-22")[0] == "22 Kasım 2026 günü"
    page.locator(".md-select").hover()
    page.locator(".md-select").get_by_role("link", name="English").click()
    expect(page).to_have_url(address + "en/surumler/?tarih=2026-11-22")
    expect(page.locator("#answer h3")).to_have_text("On 22 November 2026")
    expect(page.locator("#answer")).to_contain_text("Release in force: Release 1.0")


@pytest.mark.parametrize(
    ("written", "said", "offered"),
    [
        ("2026-02-30", "Takvimde 2026-02-30 diye bir gün yok.", "?tarih=2026-02-28"),
        ("2028-02-31", "Takvimde 2028-02-31 diye bir gün yok.", "?tarih=2028-02-29"),
        ("2026-13-01", "Takvimde 2026-13-01 diye bir gün yok.", "?tarih=2026-11-23"),
        ("0000-01-01", "Takvimde 0000-01-01 diye bir gün yok.", "?tarih=2026-11-23"),
        ("1.12.2026", "“1.12.2026” bir tarih değil.", "?tarih=2026-12-01"),
        ("01/12/2026", "“01/12/2026” bir tarih değil.", "?tarih=2026-12-01"),
        ("2026-12-1", "“2026-12-1” bir tarih değil.", "?tarih=2026-12-01"),
        ("dün", "“dün” bir tarih değil.", "?tarih=2026-11-23"),
        ("<script>alert(1)</script>", "“<script>alert(1)</script>” bir tarih değil.", "?tarih=2026-11-23"),
        ("9" * 999, f"“{'9' * 40}…” bir tarih değil.", "?tarih=2026-11-23"),
    ],
)
def test_a_date_that_is_none_is_told_and_the_nearest_is_offered(
    page: Page, address: str, written: str, said: str, offered: str
) -> None:
    told = _asked(page, address, written)
    assert told[0].startswith(said)
    assert page.locator("#answer a").get_attribute("href") == offered
    assert len(told) == 2


def test_the_form_leads_to_an_address_that_can_be_cited(page: Page, address: str) -> None:
    page.goto(address + "surumler/")
    expect(page.locator("#answer")).to_be_empty()
    page.get_by_label("Gün", exact=True).fill("2026-12-01")
    page.get_by_role("button", name="Göster").click()
    expect(page).to_have_url(address + "surumler/?tarih=2026-12-01")
    expect(page.locator("#answer h3")).to_have_text("1 Aralık 2026 günü")
    assert page.locator(".drawing line.asked").count() == 3


def test_one_documents_releases_can_be_shown_alone_and_the_choice_has_an_address(page: Page, address: str) -> None:
    page.goto(address + "surumler/")
    rows = page.locator("table.releases tbody tr:visible")
    expect(rows).to_have_count(3)
    page.locator("#filter").get_by_role("link", name="Aydınlatma Metni").press("Enter")
    expect(rows).to_have_count(2)
    expect(page).to_have_url(address + "surumler/?belge=aydinlatma-metni#all")
    expect(page.locator("#filtered")).to_have_text("Gösterilen: Aydınlatma Metni. Sürüm sayısı: 2.")
    expect(page.locator(".lane:visible")).to_have_count(2)
    page.reload()
    expect(rows).to_have_count(2)
    page.go_back()
    expect(rows).to_have_count(3)
    page.goto(address + "surumler/?belge=yok")
    expect(rows).to_have_count(3)
    expect(page.locator("#filtered")).to_have_text("Böyle bir belge yok: yok. Tüm belgeler gösteriliyor.")


def test_without_javascript_the_tables_give_the_answer_and_the_filter_leads_to_them(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address + "surumler/?tarih=2026-12-01")
    expect(page.locator(".without-script")).to_contain_text("JavaScript kapalıysa")
    page.locator("#filter").get_by_role("link", name="Aydınlatma Metni").click()
    expect(page).to_have_url(address + "surumler/?tarih=2026-12-01#aydinlatma-metni")
    rows = page.locator("table[data-periods='aydinlatma-metni'] tbody tr").all_text_contents()
    assert [" ".join(row.split()) for row in rows] == [
        "23 Kasım 2026 31 Aralık 2026 Sürüm 1.1 yürürlükte İlk metinPDF: Aydınlatma Metni, 1.1",
        "1 Ocak 2027 belirlenmemiş Sürüm 2.0 yürürlüğe girecek 1.1 → 2.0PDF: Aydınlatma Metni, 2.0",
    ]
    heads = page.locator("table[data-periods='aydinlatma-metni'] thead th").all_text_contents()
    assert heads[2:4] == ["Geçerli metin: Aydınlatma Metni", "Değişiklikler: Aydınlatma Metni"]
    page.close()


def test_the_drawing_says_nothing_that_the_tables_do_not_and_is_no_stop_for_the_keyboard(
    page: Page, address: str
) -> None:
    page.goto(address + "surumler/")
    assert page.locator(".drawing").get_attribute("aria-hidden") == "true"
    assert page.locator(".drawing a:not([tabindex='-1'])").count() == 0
    drawn = page.eval_on_selector_all(
        ".drawing a", "all => all.map(one => new URL(one.getAttribute('href'), location).pathname)"
    )
    listed = page.eval_on_selector_all("table.periods tbody td:nth-child(3) a", "all => all.map(one => one.pathname)")
    assert drawn == listed
