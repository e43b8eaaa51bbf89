"""Rules on what belongs together, both ways: a translation and its text, a release and the one before, exceptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.helpers.builders import SETTINGS, day, project, release, text
from yururluk.checks import check_project
from yururluk.checks.figures import figures_of
from yururluk.checks.translations import clause_digests, with_digests
from yururluk.core.messages import Problem, Severity
from yururluk.core.model import Release, Text
from yururluk.core.text_file import parse_text


def pair(tr: str, en: str) -> tuple[Text, Text]:
    head = "## 1. A {#a}\n\n"
    return text(head + tr, type_="terms"), text(head + en, locale="en", type_="terms")


def rules_of(*texts: Text, releases: tuple[Release, ...] = ()) -> list[str]:
    return [problem.rule for problem in check_project(project(*texts, releases=releases), SETTINGS, today=day(0))]


# Figures, links and terms


@pytest.mark.parametrize(
    ("tr", "en"),
    [
        ("otuz gün içinde", "within thirty days"),
        ("30 (otuz) günlük süre", "a period of 30 days"),
        ("beş iş günü", "five business days"),
        ("yüz seksen gün; otuz beş hafta", "one hundred and eighty days; thirty-five weeks"),
        ("10/3/2018 tarihli ve 30356 sayılı", "dated 10 March 2018 and numbered 30356"),
        ("1 Ocak 2027’de", "on January 1, 2027"),
        ("2027-01-01", "01.01.2027"),
        ("1.000,50 TL; ₺25", "1,000.50 TL; 25 lira"),
        ("%20, yüzde 5 ve 1,5 ₺", "20%, 5 percent and 1.5 ₺"),
        ("iki yıl, 24 ay ve 6 saat", "two years, 24 months and 6 hours"),
        ("Kanun m.5/2-c, 10 uncu madde", "Law, Art. 5/2-c, Article 10"),
        ("bir gün, altı ayrı yer, onaylanan, yılbaşı", "some day, separate places"),
        ("1. Birinci\n2. İkinci[^3]\n\n[^3]: Not.\n", "1. First\n1. Second[^1]\n\n[^1]: Note.\n"),
    ],
)
def test_the_same_figures_written_in_the_way_of_each_language_do_not_differ(tr: str, en: str) -> None:
    assert "translation-figures" not in rules_of(*pair(tr, en))


@pytest.mark.parametrize(
    ("tr", "en", "told"),
    [
        ("otuz gün", "twenty days", "missing here: 30 days; only here: 20 days"),
        ("beş iş günü", "1 day", "missing here: 5 business days; only here: 1 day"),
        ("30 gün", "30 hours", "missing here: 30 days; only here: 30 hours"),
        ("10/3/2018", "3 October 2018", "missing here: 2018-03-10; only here: 2018-10-03"),
        ("1.000 TL", "1.000 TL", "missing here: TRY 1000; only here: TRY 1"),
        ("%20", "2%", "missing here: 20%; only here: 2%"),
        ("6698 sayılı Kanun", "Law No. 6689", "missing here: 6698; only here: 6689"),
        ("altmış gün", "later", "missing here: 60 days"),
    ],
)
def test_figures_that_differ_are_told_on_the_clause(tr: str, en: str, told: str) -> None:
    found = check_project(project(*pair(tr, en)), SETTINGS, today=day(0))
    assert [str(problem) for problem in found] == [
        (
            f"docs/en/gizlilik.md:6: the figures differ from docs/tr/gizlilik.md:5: {told}.\n"
            "  Fix: write the same numbers, periods, dates and amounts in both languages."
        )
    ]


def test_a_figure_is_found_in_the_middle_of_a_long_text() -> None:
    filler = "söz " * 500
    assert figures_of(f"{filler}otuz gün {filler}6698 {filler}", "tr") == {"30 day", "6698"}
    assert figures_of("1" + "x" * 10_000 + " 2" * 3, "tr") == {"2"}


@pytest.mark.parametrize(
    ("tr", "en", "differs"),
    [
        ("[x](https://a.example/tr/b)", "[x](https://www.a.example/en/b/)", False),
        ("https://a.example", "[x](http://a.example/)", False),
        ("[x](gizlilik.md#a)", "[x](gizlilik.md#a)", False),
        ("kvkk@a.example", "kvk@a.example", True),
        ("[x](https://a.example/b)", "x", True),
    ],
)
def test_a_clause_has_the_same_links_in_both_languages(tr: str, en: str, differs: bool) -> None:
    assert ("translation-links" in rules_of(*pair(tr, en))) == differs


@pytest.mark.parametrize(
    ("tr", "en", "differs"),
    [
        ('siteye ("Site") üye ("Kullanıcı(lar)")', "members (“User(s)”) of the site (the “Site”)", False),
        ("“Veri sorumlusu” olarak (bkz. aşağı)", "as “controller” (see below)", False),
        ("siteye (“Site”)", "the site", True),
    ],
)
def test_a_clause_defines_as_many_terms_in_both_languages(tr: str, en: str, differs: bool) -> None:
    assert ("translation-terms" in rules_of(*pair(tr, en))) == differs


def test_which_terms_differ_is_said_by_clause_and_not_by_the_sum() -> None:
    """One term more in one clause and one less in another are two differences, though the texts define as many."""
    tr = "## 1. A {#a}\n\nŞirket (“Şirket”) ve site (“Site”).\n\n## 2. B {#b}\n\nÜye.\n"
    en = "## 1. A {#a}\n\nThe company (“Company”) and the site.\n\n## 2. B {#b}\n\nA member (“Member”).\n"
    texts = text(tr, type_="terms"), text(en, locale="en", type_="terms")
    found = check_project(project(*texts), SETTINGS, today=day(0))
    told = [problem for problem in found if problem.rule == "translation-terms"]
    assert [str(problem.message) for problem in told] == [
        "other terms are defined here (“Company”) than in docs/tr/gizlilik.md:5 (“Şirket”, “Site”).",
        "other terms are defined here (“Member”) than in docs/tr/gizlilik.md:9 (none).",
    ]


def test_what_stands_before_the_first_clause_is_compared_too() -> None:
    tr, en = "Süre 30 gündür (“Süre”).\n\n", "> A translation.\n\nThe period is 20 days.\n\n"
    clause = "## 1. A {#a}\n\nX.\n"
    texts = text(tr + clause, type_="terms"), text(en + clause, locale="en", type_="terms")
    assert {"translation-figures", "translation-terms"} <= set(rules_of(*texts))


# Staleness


def with_record(text_: Text, of: Text) -> Text:
    source = with_digests(text_.source, clause_digests(of))
    made, problems = parse_text(source.encode(), text_.path, text_.document, text_.locale)
    assert made is not None, problems
    return made


def test_a_clause_that_is_older_than_the_authentic_one_is_told() -> None:
    tr, en = pair("Metin.", "Text.")
    assert "translation-stale" not in rules_of(tr, with_record(en, tr))
    changed, _ = pair("Yeni metin.", "")
    found = check_project(project(changed, with_record(en, tr)), SETTINGS, today=day(0))
    assert [str(problem) for problem in found] == [
        (
            'docs/en/gizlilik.md:8: warning: clause "a" is older than the authentic text, which changed since.\n'
            "  Fix: translate what changed at docs/tr/gizlilik.md:5; "
            "then run `yururluk check --fix docs/en/gizlilik.md`."
        )
    ]


def test_roles_and_white_space_make_no_translation_old() -> None:
    tr, en = pair("Metin.\nBurada.", "Text.")
    marked = text("## 1. A {#a .kvkk-4a}\n\nMetin.  Burada.\n", type_="terms")
    assert "translation-stale" not in rules_of(marked, with_record(en, tr))


@pytest.mark.parametrize(
    ("now", "is_stale"),
    [("Metin, ve: “ek”.", False), ("Metin ve ek %5", True), ("Metin ve ekler", True), ("METİN ve ek", True)],
)
def test_punctuation_makes_no_translation_old(now: str, is_stale: bool) -> None:
    tr, en = pair("Metin ve ek", "Text and annex")
    assert ("translation-stale" in rules_of(pair(now, "")[0], with_record(en, tr))) == is_stale


def test_the_number_of_a_clause_makes_no_translation_old() -> None:
    tr, en = pair("Metin.", "Text.")
    renumbered = text(tr.body.replace("## 1.", "## 2."), type_="terms")
    assert renumbered.body != tr.body
    assert "translation-stale" not in rules_of(renumbered, with_record(en, tr))


def test_without_a_record_the_newest_release_tells_what_is_old() -> None:
    old = release("1.0", {"gizlilik": "## 1. A {#a}\n\nMetin.\n", "gizlilik/en": "## 1. A {#a}\n\nText.\n"})
    tr, en = pair("Yeni.\n", "Text.\n")
    assert "translation-stale" in rules_of(tr, en, releases=(old,))
    assert "translation-stale" not in rules_of(*pair("Yeni.\n", "New.\n"), releases=(old,))


def test_the_record_is_written_into_the_front_matter_and_renewed() -> None:
    source = "---\ntitle: A\ntype: terms\ntranslation: complete\n---\nText.\n"
    once = with_digests(source, {"a": "0" * 12})
    assert once == source.replace("complete\n", f'complete\ntranslates:\n  a: "{"0" * 12}"\n')
    assert with_digests(once, {"b": "1" * 12}) == source.replace(
        "complete\n", f'complete\ntranslates:\n  b: "{"1" * 12}"\n'
    )
    assert with_digests(once, {}) == source


# Releases

TR = "## 1. A {#a}\n\nSüre otuz gündür ve Şirket öder.\n"


def of_release(rule: str, *releases: Release, notice_days: int = 0) -> list[Problem]:
    settings = replace(SETTINGS, notice_days=notice_days)
    found = check_project(project(releases=releases), settings, today=day(0))
    return [problem for problem in found if problem.rule == rule]


def test_an_editorial_release_that_changes_a_period_is_a_warning() -> None:
    first = release("1.0", {"g": TR}, effective=day(0))
    changed = release("1.1", {"g": TR.replace("otuz", "on")}, effective=day(0), material=False)
    assert [str(problem) for problem in of_release("editorial", first, changed)] == [
        (
            "releases/1.1/release.yml:4: warning: the release is marked editorial, but in releases/1.1/tr/g.md "
            "it changes: otuz gündür → on gündür.\n"
            "  Fix: write material: true, or look at each of them and leave it, if none changes what is meant."
        )
    ]
    assert of_release("editorial", first, replace(changed, material=True)) == []
    wording = release("1.1", {"g": TR.replace("Süre", "Bu süre")}, effective=day(0), material=False)
    assert of_release("editorial", first, wording) == []


def test_an_important_change_is_announced_as_long_before_as_promised() -> None:
    first = release("1.0", {"g": TR}, effective=day(0))
    soon = release("1.1", {"g": TR + "Ek.\n"}, effective=day(29))
    assert [str(problem) for problem in of_release("notice-days", first, soon, notice_days=30)] == [
        (
            "releases/1.1/release.yml:3: an important change takes effect 29 days after it is announced; "
            "30 are promised (notice_days).\n"
            "  Fix: set `effective: 2027-01-31` or later, or mark the release editorial if nothing important changes."
        )
    ]
    at_once = release("1.1", {"g": TR + "Ek.\n"})
    assert len(of_release("notice-days", first, at_once, notice_days=30)) == 1
    in_time = release("1.1", {"g": TR + "Ek.\n"}, effective=day(30))
    for fine in (in_time, replace(soon, material=False)):
        assert of_release("notice-days", first, fine, notice_days=30) == []
    assert of_release("notice-days", first, soon) == [], "nothing was promised"
    assert of_release("notice-days", soon, notice_days=30) == [], "the first release changes nothing"


def test_what_a_frozen_text_lacks_is_a_warning_until_it_is_published_then_a_notice() -> None:
    frozen = release("1.0", {"g": "Adres: […]\n"}, effective=day(0))
    assert [(problem.severity, problem.path) for problem in of_release("placeholder", frozen)] == [
        (Severity.WARNING, "releases/1.0/tr/g.md")
    ]
    online = replace(frozen, published=date(2026, 12, 1))
    assert [problem.severity for problem in of_release("placeholder", online)] == [Severity.NOTICE]


# Exceptions


def excepted(body: str, allow: str) -> Text:
    source = f"---\ntitle: A\ntype: terms\ncheck:\n  allow:\n{allow}---\n{body}"
    made, problems = parse_text(source.encode(), "docs/tr/g.md", "g", "tr")
    assert made is not None, problems
    return made


def told(text_: Text) -> list[str]:
    found = check_project(project(text_), SETTINGS, today=day(0))
    return [str(problem) for problem in found if problem.path == text_.path]


def test_an_accepted_exception_is_a_notice_with_its_reason() -> None:
    assert told(excepted("Adres: […]\n", "    placeholder: Alıntıda öyle.\n")) == [
        (
            "docs/tr/g.md:8:8: notice: “[…]” looks like a gap that was to be filled in.\n"
            "  Fix: write what belongs here, or delete it.\n"
            "  Accepted: Alıntıda öyle."
        )
    ]


@pytest.mark.parametrize(
    ("allow", "expected"),
    [
        (
            "    yok: Neden.\n",
            (
                'docs/tr/g.md:6: there is no rule "yok" to which an exception could be accepted.\n'
                "  Fix: correct the name; `yururluk check --rules` lists them all."
            ),
        ),
        (
            "    frozen: Neden.\n",
            (
                'docs/tr/g.md:6: the rule "frozen" has no exceptions.\n'
                "  Fix: remove the line, and fix what the rule finds."
            ),
        ),
        (
            "    placeholder: Neden.\n",
            (
                'docs/tr/g.md:6: notice: the exception to "placeholder" is not needed: the rule finds nothing here.\n'
                "  Fix: remove the line."
            ),
        ),
    ],
)
def test_an_exception_must_name_a_rule_that_has_some_and_be_needed(allow: str, expected: str) -> None:
    assert told(excepted("Metin.\n", allow)) == [expected]


def test_an_exception_needs_a_reason() -> None:
    source = "---\ntitle: A\ntype: terms\ncheck:\n  allow:\n    placeholder: ''\n---\nMetin.\n"
    made, problems = parse_text(source.encode(), "docs/tr/g.md", "g", "tr")
    assert made is None
    assert [str(problem) for problem in problems] == [
        (
            'docs/tr/g.md:6: "check.allow.placeholder" is wrong: it is empty.\n'
            "  Fix: write it as check: {allow: {rule: reason}}"
        )
    ]
