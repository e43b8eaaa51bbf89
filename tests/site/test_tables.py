"""The rows of the long tables say everything, in the language of the page, and whatever a text says is words there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from lxml import html as lxml_html

from yururluk.site.page_models import (
    AuthenticChange,
    ClauseRow,
    ComparedPair,
    DocumentPeriod,
    Happening,
    Interval,
    Link,
    ListedDocument,
    ListedRelease,
    Status,
)
from yururluk.site.tables import Rows

ODD = "A & <b onclick=x>\"B\"</b> 'c' {d}"
DAY = date(2026, 11, 22)
GONE = Status("withdrawn", date(2027, 2, 3), None, Link("2.0/", "2.0"), (Interval(DAY, date(2027, 2, 2)),))
DOCUMENT = ListedDocument(
    "belge", ODD, "1.1/belge/", True, "1.1", False, "1.0", "1.1/degisiklikler/belge/", "pdf/a.pdf", "pdf/b.pdf"
)
RELEASE = ListedRelease("1.1", "1.1/", DAY, DAY, GONE, True, ODD, (DOCUMENT,), ODD)


def _table(rows: str) -> lxml_html.HtmlElement:
    """The rows as a browser reads them; whatever a text says has made no element."""
    found = lxml_html.fragment_fromstring(f"<table>{rows}</table>")
    assert found.findall(".//b") == []
    return found


def _words(rows: str) -> list[str]:
    return [" ".join(cell.text_content().split()) for cell in _table(rows).xpath(".//th | .//td")]


def test_a_release_is_listed_with_its_days_what_became_of_it_and_its_documents() -> None:
    assert _words(Rows("en", "../../", "tr").releases([RELEASE])) == [
        "Release 1.1withdrawn",
        "22 November 2026",
        "22 November 2026",
        (
            f"{ODD} Material change · Withdrawn on 3 February 2027. It was in force from 22 November 2026 to"
            f" 2 February 2027. Reason: {ODD} {ODD} (not translated) PDF: {ODD}, 1.1"
            f" Changes: 1.0 → 1.1 PDF: {ODD}, 1.0 → 1.1"
        ),
    ]


def test_what_stands_in_for_a_missing_translation_and_a_reason_name_their_language() -> None:
    found = _table(Rows("en", "../../", "tr").releases([RELEASE]))
    assert [link.get("href") for link in found.xpath(".//a[@hreflang='tr']")] == [
        "../../pdf/a.pdf",
        "../../1.1/degisiklikler/belge/",
        "../../pdf/b.pdf",
    ]
    assert [one.text_content() for one in found.xpath(".//*[@lang='tr']")] == [ODD]
    own = replace(RELEASE, documents=(replace(DOCUMENT, translated=True),))
    assert _table(Rows("tr", "../", "tr").releases([own])).xpath(".//@hreflang | .//@lang") == []


def test_a_document_that_did_not_change_says_since_when_and_a_first_one_that_it_is_the_first() -> None:
    same = replace(DOCUMENT, changed=False, pdf_path="", translated=True)
    first = replace(DOCUMENT, before="", pdf_path="", translated=True, changed_by="1.1")
    row = replace(RELEASE, documents=(same, first), summary="", withdrawal_reason="")
    items = _table(Rows("tr", "../", "tr").releases([row])).xpath(".//li")
    assert [item.text_content() for item in items] == [f"{ODD} 1.1 sürümünden beri aynı", f"{ODD} İlk metin"]
    assert [item.get("data-changed") for item in items] == [None, ""]


@pytest.mark.parametrize(
    ("governed", "said"),
    [
        ((), "Hiç yürürlüğe girmemiştir."),
        ((Interval(DAY, None),), "22 Kasım 2026 tarihinden itibaren yürürlükteydi."),
        ((Interval(DAY, DAY),), "Yalnızca 22 Kasım 2026 günü yürürlükteydi."),
        (
            (Interval(DAY, DAY), Interval(date(2026, 12, 1), date(2026, 12, 9)), Interval(date(2027, 1, 1), None)),
            (
                "Yürürlükte olduğu dönemler: yalnızca 22 Kasım 2026, 1 Aralık 2026 – 9 Aralık 2026 ve 1 Ocak 2027"
                " tarihinden beri."
            ),
        ),
    ],
)
def test_the_days_in_force_are_one_sentence(governed: tuple[Interval, ...], said: str) -> None:
    row = replace(RELEASE, status=Status("superseded", DAY, None, None, governed), documents=(), summary="")
    assert _words(Rows("tr", "../", "tr").releases([replace(row, withdrawal_reason="")]))[3] == said


def test_a_period_has_its_days_its_text_what_changed_and_its_file() -> None:
    open_ = DocumentPeriod(
        Interval(DAY, None), "1.1", "1.1/belge/", "in-force", "1.0", "1.1/degisiklikler/belge/", "p.pdf"
    )
    past = DocumentPeriod(Interval(DAY, DAY), "1.0", "1.0/belge/", "superseded")
    rows = Rows("tr", "../", "tr")
    assert _words(rows.text_periods([past, open_], ODD, pdf=True)) == [
        *("22 Kasım 2026", "22 Kasım 2026", "Sürüm 1.0", "İlk metin", ""),
        *("22 Kasım 2026", "belirlenmemiş", "Sürüm 1.1 yürürlükte", "1.0 → 1.1", f"PDF: {ODD}, 1.1"),
    ]
    assert _words(rows.periods([past])) == ["22 Kasım 2026", "22 Kasım 2026", "Sürüm 1.0"]


def test_a_clause_says_what_each_release_did_to_it() -> None:
    happenings = (Happening("retitled", ODD, ""), Happening("moved", "", ""))
    row = ClauseRow("1.1", "1.1/belge/#a", "1.1/degisiklikler/belge/#a", DAY, GONE, happenings)
    first = ClauseRow(
        "1.0", "1.0/belge/#a", "", DAY, Status("superseded", DAY, None, None, ()), (Happening("appeared", "", ""),)
    )
    assert _words(Rows("en", "../", "tr").clauses([first, row], ODD)) == [
        f"Release 1.0, {ODD}",
        "22 November 2026",
        "Part of the text as it was first published.",
        f"Release 1.1, {ODD} withdrawn",
        "22 November 2026",
        f"Its heading changed: {ODD} → –. It moved to another place. See the change: {ODD}, 1.1",
    ]


def test_releases_can_be_chosen_and_pairs_of_them_opened() -> None:
    rows = Rows("tr", "../", "tr")
    (option,) = lxml_html.fragments_fromstring(f"<select>{rows.choices([('1.1', DAY)])}</select>")[0]
    assert (option.get("value"), option.text) == ("1.1", "1.1 · 22 Kasım 2026")
    found = lxml_html.fragment_fromstring(f"<ul>{rows.pairs([ComparedPair('1.0', '1.1', '1.1/x/')], ODD)}</ul>")
    assert found.text_content().strip() == f"{ODD}: 1.0 → 1.1"
    assert found.xpath(".//a/@*") == ["../1.1/x/", "1.0", "1.1"]


def test_a_translation_that_stayed_tells_of_the_change_to_the_authentic_text() -> None:
    stayed = replace(DOCUMENT, changed=False, changed_by="0.9", pdf_path="", translated=True)
    here = replace(stayed, authentic_change=AuthenticChange("1.0", "1.1", "1.1/tr/"))
    before = replace(stayed, authentic_change=AuthenticChange("0.9", "1.0", "1.0/tr/"))
    found = _table(Rows("en", "../../", "tr").releases([replace(RELEASE, documents=(here, before))]))
    told = [" ".join(one.text_content().split()) for one in found.xpath(".//li")]
    assert told == [
        f"{ODD} Translation unchanged since 0.9 · Changes to the Turkish text: 1.0 → 1.1",
        f"{ODD} Translation unchanged since 0.9",
    ]
    assert [one.get("data-changed") for one in found.xpath(".//li")] == ["", None]
