"""`check --fix`: what it changes by itself, and that it changes no word."""

from __future__ import annotations

import pytest

from tests.conftest import Project
from tests.helpers.builders import text
from yururluk.review.check_command import changed_lines, tidied, with_front_matter


@pytest.mark.parametrize(
    ("source", "document", "is_translation", "expected"),
    [
        ("# Çerez Politikası\n\nMetin.\n", "cerez-politikasi", False,
         "---\ntitle: Çerez Politikası\ntype: cookie-policy\n---\n\nMetin.\n"),
        ("Text.\n", "terms-of-use", True,
         "---\ntitle: Terms of use\ntype: terms\ntranslation: complete\n---\n\nText.\n"),
        ("## 1. A\n", "x", False, "---\ntitle: X\ntype: other\n---\n\n## 1. A\n"),
        ("---\ntitle: A\n---\nText.\n", "x", False, "---\ntitle: A\n---\nText.\n"),
    ],
)  # fmt: skip
def test_a_new_document_gets_its_front_matter(source: str, document: str, is_translation: bool, expected: str) -> None:
    assert with_front_matter(source, document, is_translation=is_translation) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("## A\n", "## A {#id}\n"),
        ("## A {.kvkk-4a}\n", "## A {#id .kvkk-4a}\n"),
        ("Ka\u0306.\n", "K\u0103.\n"),
        ("Bir\u00a0 \u00a0iki, 5\u00a0gün.\n", "Bir iki, 5\u00a0gün.\n"),
        ("Metin\n- a\n- b\n", "Metin\n\n- a\n- b\n"),
        ("Metin:\na) a\nb) b\n", "Metin:\n\na) a\nb) b\n"),
        ("Metin\na) a\n", "Metin\na) a\n"),
        ("1. a\n- b\n", "1. a\n- b\n"),
        ("- a\n  b\n- c\n", "- a\n  b\n- c\n"),
        ("```\na\n- b\n```\n", "```\na\n- b\n```\n"),
        ("| a |\n| - |\n", "| a |\n| - |\n"),
    ],
)
def test_a_draft_gets_ids_composed_letters_single_spaces_and_blank_lines(body: str, expected: str) -> None:
    draft = text(body, type_="terms")
    head = draft.source.removesuffix(body)
    fixed = tidied(draft, ["id"] if body.startswith("##") else [])
    assert fixed == head + expected
    assert tidied(text(expected, type_="terms"), ["id"] if body.startswith("##") else []) == fixed


def test_where_two_sources_differ_is_shown_by_line() -> None:
    assert list(changed_lines("a\nb\nc", "a\nB\nc\nd")) == [(2, ["b"], ["B"]), (4, [], ["d"])]


def test_check_fix_shows_what_it_changes_and_finds_nothing_the_second_time(project: Project) -> None:
    project.write("docs/tr/cerez.md", "# Çerezler\n\n## 1. Tür\n\nŞunlar:\n- a\n")
    told = project.run("check", "docs/tr/cerez.md", "--fix")
    assert told.err == (
        "docs/tr/cerez.md:1:\n  - # Çerezler\n  + ---\n  + title: Çerezler\n  + type: cookie-policy\n  + ---\n"
        "docs/tr/cerez.md:6:\n  - ## 1. Tür\n  + ## 1. Tür {#tur}\n"
        "docs/tr/cerez.md:9:\n  + \n"
    )
    assert (told.code, told.out) == (0, "No problems found.\n")
    assert project.run("check", "docs/tr/cerez.md", "--fix").err == ""


def test_check_fix_records_a_translation_that_is_named_or_changed_since_the_base(project: Project) -> None:
    tr, en = "docs/tr/gizlilik-politikasi.md", "docs/en/gizlilik-politikasi.md"
    project.edit(tr, "temas kurmak", "iletişim kurmak")
    stale = 'clause "amaclar" is older than the authentic text'
    assert stale in project.run("check", "--fix").out, "nothing says that the translation was looked at"
    assert stale in project.run("check", "--fix", "--base", "HEAD").out
    project.edit(en, "of contacting the User", "of communicating with the User")
    assert stale not in project.run("check", "--fix", "--base", "HEAD").out
    project.edit(tr, "iletişim kurmak", "görüşmek")
    assert stale in project.run("check").out
    assert stale not in project.run("check", en, "--fix").out


def test_check_fix_adds_the_words_that_a_language_of_the_site_lacks(project: Project) -> None:
    project.edit("mkdocs.yml", "locale: en\n          name: English", "locale: fr\n          name: Français")
    told = project.run("check", "--fix")
    assert told.err == "locale/fr.po: the words that the site lacks were added; translate each.\n"
    assert "locale/fr.po: the site's words are translated to 0 %" in told.out
    assert 'msgid "in force"\nmsgstr ""\n' in project.read("locale/fr.po")
    assert project.run("check", "--fix").err == ""
