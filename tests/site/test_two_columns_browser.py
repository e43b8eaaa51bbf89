"""A redline in two columns: each reads as its text does, without JavaScript, and the redline keeps its contract."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from lxml import html as lxml_html
from playwright.sync_api import Browser, Page, expect

from tests.helpers.redline_cases import cases, redline_of
from tests.helpers.redline_contract import wrong_sides
from yururluk.text.page_html import OLD_SIDE_CLASS, with_old_sides

PATH = "2.0/degisiklikler/aydinlatma-metni/"


def _read(html: str, *gone: str) -> list[str]:
    """The words of a piece of HTML without the elements that the paths name."""
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for path in gone:
        for element in root.xpath(path):
            element.drop_tree()
    return " ".join(root.itertext()).split()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_left_reads_as_the_old_text_the_right_as_the_new_and_the_contract_holds(case: Path) -> None:
    redline = redline_of(case)
    shown = with_old_sides(redline.html)
    aids = f"//*[@data-redline-aid][not(@class='{OLD_SIDE_CLASS}')]"
    changed = f"/div/*[preceding-sibling::*[1][@class='{OLD_SIDE_CLASS}']]"
    left = _read(shown, aids, changed, "//*[@data-redline='ins']")
    right = _read(shown, aids, f"//*[@class='{OLD_SIDE_CLASS}']", "//*[@data-redline='del']")
    assert "".join(left) == "".join(_read(redline.rejected_html()))
    assert "".join(right) == "".join(_read(redline.accepted_html()))
    assert wrong_sides(redline.rejected_html(), redline.accepted_html(), shown) == []


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Page:
    """A redline page without JavaScript, in two columns."""
    found = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900}).new_page()
    found.goto(address + PATH)
    found.get_by_label("Yan yana").check()
    return found


def test_old_stands_left_new_right_and_what_is_the_same_once(page: Page) -> None:
    expect(page.get_by_text("Eski metin: 1.1 sürümü")).to_be_visible()
    old = page.locator(f".redline > .{OLD_SIDE_CLASS}").first
    new = page.locator(f".redline > .{OLD_SIDE_CLASS} + *").first
    left, right = old.bounding_box(), new.bounding_box()
    assert left
    assert right
    assert left["x"] + left["width"] <= right["x"]
    assert left["y"] == right["y"]
    expect(old.locator("del").first).to_be_visible()
    expect(new.locator("ins").first).to_be_visible()
    expect(new.locator("del").first).to_be_hidden()
    same = page.locator("#haklar")
    expect(same).to_have_count(1)
    expect(same).to_be_visible()


def test_a_narrow_screen_and_paper_get_one_column(page: Page) -> None:
    for media, width in (("screen", 390), ("print", 1280)):
        page.emulate_media(media=media)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator(f".{OLD_SIDE_CLASS}").first).to_be_hidden()
        expect(page.locator(f".{OLD_SIDE_CLASS} + * del").first).to_be_visible()
        expect(page.get_by_label("Yan yana")).to_be_hidden()
        expect(page.get_by_text("Eski metin: 1.1 sürümü")).to_be_hidden()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_two_columns_are_reached_by_keyboard_and_have_no_accessibility_fault(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    page.goto(address + PATH)
    page.get_by_label("Tek sütun").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f".{OLD_SIDE_CLASS}").first).to_be_visible()
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    page.close()
