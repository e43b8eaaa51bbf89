"""What pages tell beside a text: what changed the one that prevails, why it was withdrawn, which text was the last."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html as lxml_html

from tests.conftest import ROOT
from tests.helpers.builders import SETTINGS, day, history, published
from yururluk.core.model import Withdrawal
from yururluk.publish.build import build_site
from yururluk.site.page_facts import Assembler
from yururluk.site.pages import portal_site, release_site

FIRST = {"gizlilik": "Süre 7 gündür.", "gizlilik/en": "The period is 7 days."}
SECOND = {"gizlilik": "Süre 10 gündür.", "gizlilik/en": "The period is 7 days."}
THIRD = {"gizlilik": "Süre 12 gündür.", "gizlilik/en": "The period is 7 days."}
#: Of the Turkish text the third release is still to come.
KNOWN = Assembler(
    history(
        published("1", FIRST, 0, 0, rank=0),
        published("2", SECOND, 10, 10, rank=1),
        published("3", THIRD, 20, 90, rank=2),
    ),
    day(30),
    SETTINGS,
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    work = tmp_path_factory.mktemp("work")
    made = dict(build_site(ROOT, portal_site(KNOWN), SETTINGS, work, moment=0, with_assets=False))
    second = build_site(ROOT, release_site(KNOWN, KNOWN.history["2"]), SETTINGS, work, moment=0, with_assets=False)
    return made | {f"2/{path}": data for path, data in second.items()}


def _words(page: bytes, path: str) -> str:
    (found,) = lxml_html.fromstring(page).iterfind(path)
    return " ".join("".join(map(str, found.itertext())).split())


def test_the_translations_page_names_the_release_that_changed_the_authentic_text(files: dict[str, bytes]) -> None:
    said = _words(files["2/en/gizlilik/index.html"], ".//section[@class='change']")
    assert said == (
        "This translation did not change in this release The release that last changed it: 1. "
        "The Turkish text was last changed by release 2. See the changes: 1 → 2"
    )


def test_the_front_page_does_not_call_a_text_unchanged_whose_translation_alone_stayed(files: dict[str, bytes]) -> None:
    said = _words(files["2/en/index.html"], ".//table[@class='documents']/tbody/tr/td[last()]")
    assert said == "Translation unchanged since 1 Changes to the Turkish text: 1 → 2, Metin"


def test_the_portal_tells_what_changed_and_what_will_change_in_the_authentic_text(files: dict[str, bytes]) -> None:
    said = _words(files["en/index.html"], ".//dl[@class='standing']")
    assert "Release 2, in force since 11 January 2027, until the end of 31 March 2027" in said
    assert "Changes to the Turkish text: 1 → 2" in said
    assert "Changes to the Turkish text: 2 → 3" in said


def test_where_both_changed_together_the_translation_says_nothing_of_the_other(files: dict[str, bytes]) -> None:
    assert b"T\xc3\xbcrk\xc3\xa7e metindeki" not in files["index.html"]
    assert KNOWN.authentic_change("1", "gizlilik", "en") is None


def test_the_reason_of_a_withdrawal_is_marked_as_written_in_the_authentic_language(tmp_path: Path) -> None:
    one = published("1", FIRST, 0, 0, rank=0, withdrawn=5)
    one = replace(one, release=replace(one.release, withdrawal=Withdrawal(day(5), "Hata & eksik.")))
    known = Assembler(history(one), day(9), SETTINGS)
    made = build_site(ROOT, release_site(known, one), SETTINGS, tmp_path, moment=0, with_assets=False)
    assert b'<p>Reason: <span lang="tr">Hata &amp; eksik.</span></p>' in made["en/gizlilik/index.html"]
    assert "<p>Gerekçe: Hata &amp; eksik.</p>".encode() in made["gizlilik/index.html"]


def test_a_document_without_a_text_in_force_names_its_last_text(tmp_path: Path) -> None:
    known = Assembler(
        history(
            published("1", {**FIRST, "cerez": "Çerez yoktur."}, 0, 0, rank=0), published("2", SECOND, 10, 10, rank=1)
        ),
        day(30),
        SETTINGS,
    )
    made = build_site(ROOT, portal_site(known), SETTINGS, tmp_path, moment=0, with_assets=False)
    told = "Its last text: release 1. It was in force from 1 January 2027 to 10 January 2027."
    assert told in _words(made["en/cerez/index.html"], ".//main")
    assert told in _words(made["en/index.html"], ".//main")
    assert "Son metni: 1 sürümü." in _words(made["cerez/index.html"], ".//main")


def test_the_summary_of_a_redline_links_to_no_clause_that_went(tmp_path: Path) -> None:
    stays = "# Süre {#sure}\n\nSüre 7 gündür."
    known = Assembler(
        history(
            published("1", {"gizlilik": f"{stays}\n\n# Ek {{#ek}}\n\nEk söz."}, 0, 0, rank=0),
            published("2", {"gizlilik": stays.replace("7", "8")}, 10, 10, rank=1),
        ),
        day(30),
        SETTINGS,
    )
    second = release_site(known, known.history["2"])
    made = build_site(ROOT, second, SETTINGS, tmp_path, moment=0, with_assets=False)
    page = lxml_html.fromstring(made["degisiklikler/gizlilik/index.html"])
    clauses = page.findall(".//ul[@class='happenings']/li")
    assert [[link.get("href") for link in one.findall("a")] for one in clauses] == [["#sure"], []]
