"""What `check` says of drafts and releases: each rule with its whole message, as a legal editor reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.helpers.builders import SETTINGS, day, project, release, text
from yururluk.checks import check_project
from yururluk.core.messages import Problem, msg
from yururluk.core.model import Release, Text, Withdrawal
from yururluk.core.releases import Project
from yururluk.core.text_file import parse_text

TODAY = day(0)
# The front matter of a text in Turkish takes four lines, that of a translation five.
TR = "## 1. Amaç {#amac}\n\nMetin.\n\n## 2. Aktarım {#aktarim}\n\nMetin.\n\n## 3. Haklar {#haklar}\n\nMetin.\n"
EN = "## 1. Purpose {#amac}\n\nText.\n\n## 2. Transfer {#aktarim}\n\nText.\n\n## 3. Rights {#haklar}\n\nText.\n"


def _problems(of: Project, *published: str) -> list[Problem]:
    return check_project(of, SETTINGS, today=TODAY, published=dict.fromkeys(published, TODAY))


def _told(*drafts: Text, releases: tuple[Release, ...] = (), published: tuple[str, ...] = ()) -> str:
    found = _problems(project(*drafts, releases=releases), *published)
    return "\n".join(str(problem) for problem in found)


def _pair(
    tr: str = TR, en: str = EN, *, translation: str | None = "complete", type_: str = "privacy-policy"
) -> tuple[Text, Text]:
    return text(tr), text(en, locale="en", translation=translation, type_=type_)


def _first(version: str = "1.0", tr: str = TR, en: str = EN) -> Release:
    return release(version, {"gizlilik": tr, "gizlilik/en": en}, effective=day(0))


def test_a_document_complete_in_both_languages_has_no_problem() -> None:
    assert _told(*_pair()) == ""


def test_a_draft_that_differs_from_the_newest_release_is_no_problem() -> None:
    tr, en = _pair(TR.replace("Metin.", "Yeni metin."), EN.replace("Text.", "New text."))
    assert _told(tr, en, releases=(_first(),), published=("1.0",)) == ""


def test_problems_are_told_by_file_and_line_each_once() -> None:
    found = _problems(project(text("## A\n\n## A\n"), text("## A\n", "b")))
    assert [(p.path, p.line) for p in found] == [
        ("docs/en/b.md", 0),
        ("docs/en/gizlilik.md", 0),
        ("docs/tr/b.md", 5),
        ("docs/tr/gizlilik.md", 5),
        ("docs/tr/gizlilik.md", 7),
    ]
    assert len(set(found)) == len(found)


# Whole documents


def test_a_translation_needs_its_authentic_text() -> None:
    assert _told(text(EN, locale="en")) == (
        "docs/en/gizlilik.md: this translation is alone: there is no authentic text (Turkish) of the document.\n"
        "  Fix: write docs/tr/gizlilik.md, or delete this file."
    )


def test_an_authentic_text_that_cannot_be_read_is_not_told_as_missing_too() -> None:
    fault = Problem("encoding", "docs/tr/gizlilik.md", 7, msg("the file is not valid UTF-8."), msg("save it as UTF-8."))
    found = check_project(
        Project((text(EN, locale="en"),), (_first(),), (fault,)), SETTINGS, today=TODAY, published={"1.0": TODAY}
    )
    assert found == [fault]


def test_a_document_that_was_never_translated_is_a_warning() -> None:
    assert _told(text(TR)) == (
        "docs/en/gizlilik.md: warning: docs/tr/gizlilik.md has no translation (English); "
        "a notice will take its place.\n"
        "  Fix: translate docs/tr/gizlilik.md as docs/en/gizlilik.md."
    )


def test_a_translation_that_the_newest_release_has_must_not_get_lost() -> None:
    assert _told(text(TR), releases=(_first(),), published=("1.0",)) == (
        "docs/en/gizlilik.md: the translation (English) is missing, though release 1.0 has one.\n"
        "  Fix: copy releases/1.0/en/gizlilik.md to docs/en/gizlilik.md and translate what has changed since."
    )


def test_a_document_that_the_drafts_leave_out_is_a_warning() -> None:
    both = release("1.0", {"gizlilik": TR, "gizlilik/en": EN, "cerez": TR}, effective=day(0))
    assert _told(*_pair(), releases=(both,), published=("1.0",)) == (
        "docs/tr/cerez.md: warning: release 1.0 has this document, the drafts have it no longer: "
        "with the next release it would cease to be in force.\n"
        "  Fix: if that is not meant, copy releases/1.0/tr/cerez.md back here."
    )


def test_a_translation_states_how_much_it_covers() -> None:
    assert _told(*_pair(translation=None)) == (
        'docs/en/gizlilik.md:2: the front matter lacks "translation", which every translation must state.\n'
        "  Fix: add a line: translation: complete, or translation: partial where clauses are left out."
    )


def test_the_authentic_text_is_no_translation() -> None:
    source = text(TR).source.replace("\n---\n", "\ntranslation: complete\n---\n", 1)
    tr, _ = parse_text(source.encode(), "docs/tr/gizlilik.md", "gizlilik", "tr")
    assert tr is not None
    assert _told(tr, text(EN, locale="en")) == (
        'docs/tr/gizlilik.md:4: this is the authentic text (Turkish), yet it says "translation: complete".\n'
        "  Fix: remove the line."
    )


def test_the_type_is_the_same_in_all_languages() -> None:
    assert _told(*_pair(type_="terms")) == (
        'docs/en/gizlilik.md:3: the type is "terms" here, but "privacy-policy" in the authentic text.\n'
        "  Fix: write type: privacy-policy, or correct docs/tr/gizlilik.md:3."
    )


# Clause by clause


def test_a_clause_missing_in_the_translation_is_told_where_it_would_stand() -> None:
    en = EN.replace("## 2. Transfer {#aktarim}\n\nText.\n\n", "")
    assert _told(*_pair(en=en)) == (
        'docs/en/gizlilik.md:10: clause "aktarim" is missing in the translation.\n'
        "  Fix: translate docs/tr/gizlilik.md:9, or set `translation: partial`."
    )


def test_a_clause_missing_at_the_end_is_told_on_the_last_line() -> None:
    en = EN.replace("\n## 3. Rights {#haklar}\n\nText.\n", "")
    assert _told(*_pair(en=en)) == (
        'docs/en/gizlilik.md:12: clause "haklar" is missing in the translation.\n'
        "  Fix: translate docs/tr/gizlilik.md:13, or set `translation: partial`."
    )


def test_a_partial_translation_may_leave_clauses_out() -> None:
    en = EN.replace("## 2. Transfer {#aktarim}\n\nText.\n\n", "")
    assert _told(*_pair(en=en, translation="partial")) == ""


def test_a_translation_has_no_clause_of_its_own_not_even_a_partial_one() -> None:
    en = EN + "\n## Note {#not}\n\nText.\n"
    assert _told(*_pair(en=en, translation="partial")) == (
        'docs/en/gizlilik.md:18: clause "not" does not exist in the authentic text docs/tr/gizlilik.md.\n'
        "  Fix: give it the id of the clause that it translates, or remove it."
    )


def test_a_clause_with_another_id_in_the_translation_is_told_once_with_the_right_one() -> None:
    assert _told(*_pair(en=EN.replace("{#aktarim}", "{#transfer}"))) == (
        'docs/en/gizlilik.md:10: this clause has the id "transfer", but "aktarim" in the authentic text '
        "(docs/tr/gizlilik.md:9).\n"
        "  Fix: write {#aktarim}: a clause has one id in all languages."
    )


def test_clauses_stand_in_the_order_of_the_authentic_text() -> None:
    first, second, third = EN.split("\n## ")
    assert _told(*_pair(en=f"## {second}\n{first}\n## {third}")) == (
        'docs/en/gizlilik.md:10: clause "amac" is not where the authentic text has it '
        "(docs/tr/gizlilik.md:5).\n"
        "  Fix: move it before every other clause."
    )
    assert _told(*_pair(en=f"{first}\n## {third}\n## {second}")) == (
        'docs/en/gizlilik.md:14: clause "aktarim" is not where the authentic text has it '
        "(docs/tr/gizlilik.md:9).\n"
        '  Fix: move it after clause "amac".'
    )


def test_a_clause_has_one_number_in_all_languages() -> None:
    assert _told(*_pair(en=EN.replace("## 2. Transfer", "## 3. Transfer"))) == (
        'docs/en/gizlilik.md:10: warning: clause "aktarim" has number 3 here and number 2 in the authentic text '
        "(docs/tr/gizlilik.md:9).\n"
        "  Fix: number it alike, so that a citation leads to the same clause in every language."
    )


# Ids


def test_a_heading_needs_an_id_and_the_mend_is_the_whole_line() -> None:
    tr = "## 1. Kişisel verilerin işlenmesi\n\nMetin.\n"
    en = "## 1. Processing of personal data {#kisisel-verilerin-islenmesi}\n\nText.\n"
    assert _told(text(tr, type_="terms"), text(en, locale="en", type_="terms")) == (
        'docs/tr/gizlilik.md:5: the heading "1. Kişisel verilerin işlenmesi" has no id: '
        "links to it would break when its words change.\n"
        "  Fix: write the line as: ## 1. Kişisel verilerin işlenmesi {#kisisel-verilerin-islenmesi}"
    )


def test_a_heading_of_a_translation_gets_the_id_of_the_clause_that_it_translates() -> None:
    assert _told(*_pair(en=EN.replace(" {#aktarim}", ""))) == (
        'docs/en/gizlilik.md:10: the heading "2. Transfer" has no id: links to it would break when its words change.\n'
        "  Fix: write the line as: ## 2. Transfer {#aktarim}"
    )


def test_headings_without_ids_in_both_languages_get_the_same_one() -> None:
    tr, en = (words.replace(" {#aktarim}", "") for words in (TR, EN))
    assert [problem.fix for problem in _problems(project(*_pair(tr, en)))] == [
        "write the line as: ## 2. Transfer {#aktarim}",
        "write the line as: ## 2. Aktarım {#aktarim}",
    ]


def test_a_heading_that_lost_its_id_gets_the_published_one_back() -> None:
    before = _first(tr=TR.replace("{#aktarim}", "{#yurt-disi}"), en=EN.replace("{#aktarim}", "{#yurt-disi}"))
    tr, en = TR.replace(" {#aktarim}", ""), EN.replace("{#aktarim}", "{#yurt-disi}")
    assert _told(*_pair(tr, en), releases=(before,), published=("1.0",)) == (
        'docs/tr/gizlilik.md:9: the heading "2. Aktarım" has no id: links to it would break when its words change.\n'
        "  Fix: write the line as: ## 2. Aktarım {#yurt-disi}"
    )


def test_two_headings_of_the_same_words_get_two_ids() -> None:
    found = _problems(project(text("## Genel\n\n## Genel\n\n## Genel {#genel-2}\n")))
    assert [problem.fix for problem in found if problem.rule == "clause-id"] == [
        "write the line as: ## Genel {#genel}",
        "write the line as: ## Genel {#genel-3}",
    ]


def test_a_text_without_headings_needs_no_ids() -> None:
    assert _told(*_pair("Metin.\n", "Text.\n")) == ""


def test_an_id_stands_once_in_a_text() -> None:
    tr, en = (words.replace("{#haklar}", "{#amac}") for words in (TR, EN))
    assert _told(*_pair(tr, en)) == (
        'docs/en/gizlilik.md:14: the id "amac" is already on line 6: a link to it would be ambiguous.\n'
        "  Fix: give one of the two another id; let the clause that was published first keep its own.\n"
        'docs/tr/gizlilik.md:13: the id "amac" is already on line 5: a link to it would be ambiguous.\n'
        "  Fix: give one of the two another id; let the clause that was published first keep its own."
    )


def test_a_published_clause_keeps_its_id_and_the_translation_is_not_blamed() -> None:
    assert _told(*_pair(TR.replace("{#aktarim}", "{#transfer}")), releases=(_first(),), published=("1.0",)) == (
        'docs/tr/gizlilik.md:9: this clause has the id "aktarim" in release 1.0, but "transfer" here.\n'
        "  Fix: write {#aktarim} again, so that links to the clause go on working."
    )


def test_a_clause_that_was_renumbered_keeps_its_id_all_the_same() -> None:
    tr = TR.replace("## 2. Aktarım {#aktarim}", "## 4. AKTARIM {#transfer}")
    en = EN.replace("## 2.", "## 4.")
    assert _told(*_pair(tr, en), releases=(_first(),), published=("1.0",)).startswith(
        'docs/tr/gizlilik.md:9: this clause has the id "aktarim" in release 1.0, but "transfer" here.\n'
    )


def test_a_clause_that_was_removed_is_a_notice() -> None:
    tr = TR.replace("\n## 3. Haklar {#haklar}\n\nMetin.\n", "")
    en = EN.replace("\n## 3. Rights {#haklar}\n\nText.\n", "")
    assert _told(*_pair(tr, en), releases=(_first(),), published=("1.0",)) == (
        "docs/tr/gizlilik.md: notice: "
        'clause "haklar" of release 1.0 is not here any more: links to it would lead to the top.\n'
        "  Fix: if it is meant, say so in the summary; if the clause only has a new id, write {#haklar} again."
    )


def test_a_clause_that_took_over_the_heading_of_another_is_no_problem() -> None:
    """The old clause is still there under its id; a new one has taken its heading."""
    tr = TR.replace("## 2. Aktarım {#aktarim}", "## 2. Yurt içinde {#aktarim}\n\n## Aktarım {#yeni}")
    en = EN.replace("## 2. Transfer {#aktarim}", "## 2. Within Türkiye {#aktarim}\n\n## Transfer {#yeni}")
    assert _told(*_pair(tr, en), releases=(_first(),), published=("1.0",)) == ""


# Releases


def _release_told(*releases: Release, published: tuple[str, ...] = ()) -> str:
    return _told(releases=releases, published=published)


def test_a_release_takes_effect_on_or_after_its_publication() -> None:
    late = release("1.0", {"gizlilik": TR}, effective=day(-1))
    assert _release_told(late) == (
        "releases/1.0/release.yml:3: the effective date 2026-12-31 lies before the publication day "
        "(2027-01-01 at the earliest).\n"
        "  Fix: set `effective: on-publication` or a later day; if the text was already public, add `published:` "
        "with the day on which it became so."
    )
    assert _release_told(late, published=("1.0",)) == "", "it has taken effect long since"
    assert _release_told(release("1.0", {"gizlilik": TR}, effective=TODAY)) == ""
    assert _release_told(release("1.0", {"gizlilik": TR}, effective=None)) == ""


def test_history_made_elsewhere_may_have_taken_effect_before_it_was_published() -> None:
    old = release("1.0", {"gizlilik": TR}, effective=day(-9), published=day(-5))
    assert _release_told(old) == ""


def test_a_publication_day_to_come_is_a_warning() -> None:
    assert _release_told(release("1.0", {"gizlilik": TR}, published=day(3))) == (
        "releases/1.0/release.yml:2: warning: the publication day 2027-01-04 lies in the future; "
        "the release will go online only then.\n"
        "  Fix: if it may go online at once, remove the line: the first publish then sets the day."
    )


def test_an_effective_date_years_away_is_a_warning() -> None:
    assert _release_told(release("1.0", {"gizlilik": TR}, effective=day(200 * 365))) == (
        "releases/1.0/release.yml:3: warning: the effective date 2226-11-14 is more than 5 years away.\n"
        "  Fix: look at the year again; if it is meant, nothing needs to be done."
    )


def test_the_summary_is_needed_in_the_authentic_language() -> None:
    found = release("1.0", {"gizlilik": TR}, summary={"en": "Summary."})
    assert _release_told(found) == (
        "releases/1.0/release.yml:5: the summary of what changed is missing in Turkish, "
        "in which the release has texts.\n"
        '  Fix: add under summary: tr: "…", in words a customer understands.'
    )


def test_the_summary_in_another_language_is_wished_for_where_there_is_a_translation() -> None:
    assert _release_told(release("1.0", {"gizlilik": TR}, summary={"tr": "Özet."})) == ""
    found = release("1.0", {"gizlilik": TR, "gizlilik/en": EN}, summary={"tr": "Özet."})
    assert _release_told(found) == (
        "releases/1.0/release.yml:5: warning: the summary of what changed is missing in English, "
        "in which the release has texts.\n"
        '  Fix: add under summary: en: "…", in words a customer understands.'
    )


def test_what_was_published_without_a_summary_stays_so_and_is_a_warning() -> None:
    found = release("1.0", {"gizlilik": TR}, summary={"en": "Summary."})
    assert _release_told(found, published=("1.0",)) == (
        "releases/1.0/release.yml:5: warning: the summary of what changed is missing in Turkish, "
        "in which the release has texts.\n"
        "  Fix: it was published so and stays so; write the summary of the next release in every language."
    )


def test_a_release_changes_something() -> None:
    first, second = (release(version, {"gizlilik": TR}, effective=day(0)) for version in ("1.0", "1.1"))
    assert _release_told(first, second, published=("1.0",)) == (
        "releases/1.1/release.yml:1: nothing changed: the texts are those of release 1.0.\n"
        "  Fix: delete releases/1.1; make a release when a draft has changed."
    )
    assert _release_told(first, second, published=("1.0", "1.1")) == (
        "releases/1.1/release.yml:1: warning: nothing changed: the texts are those of release 1.0.\n"
        "  Fix: it was published so and stays so; nothing needs to be done."
    )


def test_a_release_whose_page_does_not_show_what_its_source_changed_is_refused() -> None:
    """By rules 1 a list counts on from its first number, whatever the second one says."""
    old, new = (f"{TR}\n3. kişiler\n{number}. kişilerden\n" for number in (3, 9))
    first, second = (
        release(version, {"gizlilik": text}, effective=day(0)) for version, text in (("1.0", old), ("1.1", new))
    )
    by_rules_1 = [
        replace(one, texts=tuple(replace(text, rendering=1) for text in one.texts)) for one in (first, second)
    ]
    assert _release_told(*by_rules_1) == (
        "releases/1.1/release.yml:1: releases/1.1/tr/gizlilik.md has other words or numbers than in release 1.0, but "
        "its page shows no change.\n"
        "  Fix: write them so that the page shows them, then run `yururluk release --again 1.1`."
    )


def test_a_release_may_go_back_to_older_words_or_bring_back_withdrawn_ones() -> None:
    first = release("1.0", {"gizlilik": TR}, effective=day(0))
    other = release("1.1", {"gizlilik": TR + "Ek.\n"}, effective=day(0))
    again = release("1.2", {"gizlilik": TR}, effective=day(0))
    assert _release_told(first, other, again) == ""
    taken_back = release("1.1", {"gizlilik": TR + "Ek.\n"}, effective=day(0), withdrawal=Withdrawal(day(0), "Hata."))
    renewed = release("1.2", {"gizlilik": TR + "Ek.\n"}, effective=day(0))
    assert _release_told(first, taken_back, renewed) == ""


def test_a_frozen_text_without_a_translation_key_is_a_warning_until_it_is_published() -> None:
    found = release("1.0", {"gizlilik": TR}, effective=day(0))
    en = text(EN, locale="en", folder="releases/1.0", translation=None)
    found = replace(found, texts=(*found.texts, en))
    assert _release_told(found) == (
        'releases/1.0/en/gizlilik.md:2: warning: the front matter lacks "translation", '
        "which every translation must state.\n"
        "  Fix: correct it in docs/, then run `yururluk release --again 1.0`."
    )
    assert _release_told(found, published=("1.0",)) == ""


UPCOMING = (
    release("1.0", {"gizlilik": TR}, effective=day(0)),
    release("2.0", {"gizlilik": TR + "\nYeni aktarım hükmü.\n"}, effective=day(90)),
)


def test_a_release_that_takes_effect_before_an_upcoming_one_that_it_holds_is_a_warning() -> None:
    third = release("2.1", {"gizlilik": TR + "\nYeni aktarım hükmü.\n\nDüzeltme.\n"}, effective=day(9))
    assert _release_told(*UPCOMING, third, published=("1.0", "2.0")) == (
        "releases/2.1/release.yml:3: warning: this release takes effect on 2027-01-10, before release 2.0 on "
        "2027-04-01. What release 2.0 announces for that day in gizlilik would then bind from 2027-01-10. "
        "From 2027-04-01 on, release 2.0 would govern again, without what release 2.1 changes.\n"
        "  Fix: make it effective on 2027-04-01 or later, or make it without the changes of release 2.0."
    )


def test_a_release_on_publication_counts_as_taking_effect_today() -> None:
    third = release("2.1", {"gizlilik": TR + "\nDüzeltme.\n"})
    assert _release_told(*UPCOMING, third, published=("1.0", "2.0")) == (
        "releases/2.1/release.yml:3: warning: this release takes effect on 2027-01-01, before release 2.0 on "
        "2027-04-01. From 2027-04-01 on, release 2.0 would govern again, without what release 2.1 changes.\n"
        "  Fix: make it effective on 2027-04-01 or later."
    )


@pytest.mark.parametrize("effective", [day(90), day(91)])
def test_a_release_that_takes_effect_with_or_after_the_upcoming_one_is_in_order(effective: date) -> None:
    third = release("2.1", {"gizlilik": TR + "\nDüzeltme.\n"}, effective=effective)
    assert _release_told(*UPCOMING, third, published=("1.0", "2.0")) == ""
