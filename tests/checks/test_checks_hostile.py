"""`check` is total and quick: no text makes it fail or wait, no matter what is in it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.builders import SETTINGS, day, project, release
from yururluk.checks import check_project
from yururluk.checks.characters import code_point
from yururluk.core.messages import Problem
from yururluk.core.model import Text
from yururluk.core.text_file import parse_text
from yururluk.review.changes import Changed, change_problems
from yururluk.review.check_command import report

_PIECES = st.sampled_from(
    [
        "## 1. A {#a .kvkk-4b}\n", "### ", "{#", ".kvkk-4ç}", "}", "| a | b |\n", "| --- | --- |\n",
        "| Amaç | Hukuki sebep |\n",
        "[x](", ")", "](#a)", "[^1]", "[^1]: ", "<!--", "-->", "<table>", "<a href=", "![", "```\n", "~~~\n",
        "> ", "- a) ",
        "\u202e", "\u200b", "\u00ad", "i\u0307", "\u0430", "İ", "ı", "KIŞISEL", "gibi", "vb.", "yurt dışı",
        "aktarılır", "30 gün",
        "10/3/2018", "99/99/9999", "31 Şubat 2027", "yüzde", "%", "₺", "Madde 7",
        "section 99999999999999999999", "[…]", "XX",
        "(“A”)", "\n", "\n\n", " ", "\t", "a@b", "https://[", "http://", "{check}", "%s", "{0}", "\ud7ff", "\U0010fffd",
    ]
)  # fmt: skip


def made(body: str, type_: str, locale: str) -> Text | None:
    source = f"---\ntitle: A\ntype: {type_}\n---\n{body}"
    return parse_text(source.encode("utf-8", "replace"), f"docs/{locale}/g.md", "g", locale)[0]


def all_told(*texts: Text | None) -> list[Problem]:
    drafts = [text for text in texts if text is not None]
    frozen = release("1.0", {"g": "## 1. A {#a}\n\nOtuz gün.\n"}, effective=day(0))
    return check_project(project(*drafts, releases=(frozen,)), SETTINGS, today=day(0))


@given(
    st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=40).map("".join),
    st.sampled_from(["disclosure-notice", "privacy-policy", "terms"]),
)
def test_no_text_makes_check_fail_and_every_place_is_real(body: str, type_: str) -> None:
    texts = [made(body, type_, "tr"), made(body, type_, "en")]
    problems = all_told(*texts)
    lines = {text.path: text.source.split("\n") for text in texts if text is not None}
    for problem in problems:
        if problem.path in lines and problem.line:
            assert problem.line <= len(lines[problem.path]) + 1
            if problem.column:
                assert problem.column <= len(lines[problem.path][problem.line - 1]) + 1
    for form in ("json", "github"):
        for language in ("en", "tr"):
            report(problems, form, language).encode("utf-8", "replace")


@pytest.mark.parametrize(
    "piece",
    [
        "<!--", "<a <a ", "<table", "[", "](", "[x](", "![", "{#", "{####", "| ", "|-", "-  ", "a", "ı",
        "\u200b", "\u0430", "a@",
        "a.b@", "1", "1.", "1,", "30 gün ", "otuz ", "yurt dışı ", "gibi ", "* ", "section ", "https://",
        "(“", "```\n", "XX",
        "i\u0307", "\u00a0 ", "düzenli ", "whether ", "you ", "\n# ", "## 1. A\n",
    ],
)  # fmt: skip
def test_no_text_makes_check_wait(piece: str) -> None:
    """What is quadratic in the length of the text shows here as seconds, where milliseconds are due."""
    text = made(piece * (20_000 // len(piece)), "disclosure-notice", "tr")
    start = time.process_time()
    all_told(text)
    assert time.process_time() - start < 3


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_change_makes_the_comparison_with_the_base_fail(before: str, after: str) -> None:
    change = Changed("M", "docs/tr/g.md", "", f"a\n{before}\n", f"a\n{after}\n")
    for problem in change_problems([change], "main", set()):
        assert problem.line <= after.count("\n") + 3


@given(st.characters())
def test_every_character_has_a_name_to_be_told_by(character: str) -> None:
    assert code_point(character).startswith("U+")


def test_a_text_that_no_page_can_be_made_of_is_told_with_its_line() -> None:
    """Else it could be frozen, and hold up every later publish."""
    told = all_told(made("## 1. A {#a}\n\nBir.\n\n" + "[" * 6_000 + "\n", "terms", "tr"))
    [unfit] = [problem for problem in told if problem.rule == "rendering"]
    assert str(unfit) == (
        "docs/tr/g.md:9: the paragraph that begins here would keep the tool busy for hours: too many brackets in it "
        "stay open.\n  Fix: close what it leaves open, such as [ and <, or divide it by empty lines."
    )
