"""What matters first is the same in the browser, for pairs it puts together, as on the pages of changes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import script
from tests.helpers import key_changes_js as matters_js
from tests.helpers.redline_cases import cases, redline_of
from tests.helpers.series import series
from yururluk.redline import Redline, compare
from yururluk.redline.key_changes import matters

CHANGES = [
    ("30", "45", "", "gün içinde"),
    ("OTUZ GÜN", "KIRK BEŞ GÜN", "", ""),
    ("5.000 TL", "50.000 TL", "bedeli", "tutarında"),
    ("edebilir", "eder", "talep", ""),
    ("may", "shall", "the user", "not"),
    ("geçerlidir", "geçerli değildir", "", ""),
    ("DinamikCRM", "Dinamik360 Yazılım A.Ş.", "ve", "arasında"),
    ("", "uygulamadan", "", "çıkış"),
    ("", "uygulamadan", "kuralları", ""),
    ("işlendiğini", "işlenip işlenmediğini", "", ""),
    ("KULLANICI YÜKÜMLÜDÜR", "KULLANICI YETKİLİDİR", "", ""),
    ("1 Ocak 2024", "15 Şubat 2025", "", "tarihinde"),
    ("%18", "yüzde yirmi", "", ""),
    ("2.1", "2.2", "madde", ""),
    ("iki yıllık", "on yıl", "", ""),
    ("twenty-five days", "one month", "within", "of"),
    ("paylaşmayacaktır", "paylaşabilir", "", ""),
    ("gecikmeksizin", "en geç 5 gün", "ve", "içinde"),
    ("no later than 5 days", "promptly", "", "after"),
]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(content=script("compare.js"))
    yield page
    page.close()


def test_the_patterns_are_those_of_the_pages() -> None:
    """`python -m tests.helpers.key_changes_js` writes them again."""
    assert matters_js.written() == matters_js.SCRIPT.read_text(encoding="utf-8")


def test_a_change_matters_in_the_browser_as_on_the_pages(page: Page) -> None:
    told = page.evaluate("(changes) => changes.map((one) => Matters.matters(...one))", CHANGES)
    for change, found in zip(CHANGES, told, strict=True):
        expected = [[one.kind, one.old, one.new] for one in matters(*change)]
        assert [[one["kind"], one["old"], one["fresh"]] for one in found] == expected, change


def _expected(redline: Redline) -> list[list[str]]:
    return [[clause.id, one.kind, one.old, one.new] for clause, one in redline.summary.matters]


def _told(page: Page, redline: Redline) -> list[list[str]]:
    found: list[dict[str, Any]] = page.evaluate("(html) => Matters.read(Weave.parse(html))", redline.html)
    return [[one["clause"]["id"], one["kind"], one["old"], one["fresh"]] for one in found]


def test_every_case_is_read_as_on_its_page(page: Page) -> None:
    """Moves, pairs, tables and headings that came or went included."""
    for folder in cases():
        redline = redline_of(folder)
        assert _told(page, redline) == _expected(redline), folder.name


def test_made_histories_are_read_as_on_their_pages(page: Page) -> None:
    for seed in range(4):
        texts = [text for _, text in series(Random(seed)).texts]
        for old, new in pairwise(texts):
            redline = compare(old, new)
            assert _told(page, redline) == _expected(redline), seed


def test_a_composed_pair_lists_what_matters(browser: Browser, address: str) -> None:
    """The page of 1.0 against 2.0, which no release leads to in one step, has the list, with links."""
    page = browser.new_page()
    page.goto(f"{address}karsilastir/?belge=gizlilik-politikasi&eski=1.0&yeni=2.0")
    expect(page.locator("#compare-title")).to_be_visible()
    assert page.locator("#compare-weighty li").count() > 0
    assert page.locator("#compare-weighty li .kind").first.text_content()
    page.close()
