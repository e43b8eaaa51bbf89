"""The numbers before list items are words: their change counts, matters, and is never one of form."""

from __future__ import annotations

import re
from random import Random

import pytest

from tests.helpers.redline_contract import problems
from tests.helpers.redline_edits import pair
from tests.helpers.redline_fuzz import wrong_object
from yururluk.redline import Redline, compare, compare_html, to_text
from yururluk.text.markdown import render

ITEMS = "<li>günün sonunda veriler silinir.</li><li>üyelik sona erer.</li>"


def changes(redline: Redline) -> list[tuple[str, str, str]]:
    return [(one.kind, one.old, one.new) for one in redline.changes]


@pytest.mark.parametrize(
    ("old", "new", "expected", "words"),
    [
        (
            f'<ol start="30">{ITEMS}</ol>',
            f'<ol start="90">{ITEMS}</ol>',
            [("replaced", "30.", "90."), ("replaced", "31.", "91.")],  # a period, and another item
            (2, 2),
        ),
        (
            "<ol><li>bir</li><li>iki</li><li>üç</li></ol>",
            '<ol start="4"><li>bir</li><li>iki</li><li>üç</li></ol>',
            [("replaced", "1.–3.", "4.–6.")],
            (1, 1),
        ),
        (
            '<ol><li>bir</li><li value="2">iki</li></ol>',
            '<ol><li>bir</li><li value="5">iki</li></ol>',
            [("replaced", "2.", "5.")],
            (1, 1),
        ),
        (
            '<ol type="a"><li>bir</li><li>iki</li></ol>',
            '<ol type="I"><li>bir</li><li>iki</li></ol>',
            [("replaced", "a.–b.", "I.–II.")],
            (1, 1),
        ),
        (
            "<ol><li>bir</li><li>iki</li></ol>",
            '<ol reversed=""><li>bir</li><li>iki</li></ol>',
            [("replaced", "1.–2.", "2.–1.")],
            (1, 1),
        ),
        ("<ol><li>bir</li><li>iki</li></ol>", "<ul><li>bir</li><li>iki</li></ul>", [("removed", "1.–2.", "")], (0, 1)),
        ("<ul><li>bir</li><li>iki</li></ul>", "<ol><li>bir</li><li>iki</li></ol>", [("added", "", "1.–2.")], (1, 0)),
        (
            f"<ol><li>dış<ol>{ITEMS}</ol></li></ol>",
            f'<ol><li>dış<ol start="7">{ITEMS}</ol></li></ol>',
            [("replaced", "1.", "7."), ("replaced", "2.", "8.")],
            (2, 2),
        ),
        (
            '<ol start="2"><li><img src="a"></li></ol>',
            '<ol start="3"><li><img src="a"></li></ol>',
            [("replaced", "2.", "3.")],
            (1, 1),
        ),
    ],
)
def test_a_changed_number_is_a_change_of_words(
    old: str, new: str, expected: list[tuple[str, str, str]], words: tuple[int, int]
) -> None:
    """One deleted and one inserted for a stretch of items; both texts come out of the redline as they were."""
    redline = compare_html(old, new)
    assert changes(redline) == expected
    assert (redline.summary.words_added, redline.summary.words_removed) == words
    assert len(redline.summary.matters) == len(expected)
    assert problems(old, new, redline.html) == []
    assert wrong_object(old, new, redline) == []


def test_a_period_at_the_head_of_a_paragraph_is_a_period() -> None:
    redline = compare("30. günün sonunda silinir.", "90. günün sonunda silinir.")
    assert [(one.kind, one.old, one.new) for _, one in redline.summary.matters] == [
        ("duration", "30. günün", "90. günün")
    ]
    assert to_text(redline) == "  Değişti: [-30.-] {+90.+}\n"


def test_a_period_that_only_moves_down_in_its_list_is_another_period() -> None:
    old = '<ol start="30"><li>günün sonunda silinir.</li></ol>'
    new = '<ol start="30"><li>maddeye bakılır.</li><li>günün sonunda silinir.</li></ol>'
    redline = compare_html(old, new)
    assert [(one.kind, one.old, one.new) for _, one in redline.summary.matters] == [
        ("duration", "30. günün", "31. günün")
    ]
    assert problems(old, new, redline.html) == []


def test_a_list_that_loses_its_numbers_says_so() -> None:
    redline = compare("1. bir\n2. iki\n", "- bir\n- iki\n")
    assert to_text(redline) == "  Çıkarıldı: [-1.–2.-] (element: ol → ul)\n"


def test_a_start_that_changes_no_number_is_form() -> None:
    redline = compare_html("<ol><li>bir</li></ol>", '<ol start="1"><li>bir</li></ol>')
    assert changes(redline) == [("format", "bir", "bir")]


def test_another_target_of_a_link_is_called_that() -> None:
    redline = compare("Bkz. [metin](https://a.example)", "Bkz. [metin](https://b.example)")
    assert to_text(redline) == "  Bağlantı hedefi: metin (href: https://a.example → https://b.example)\n"
    assert redline.summary.clauses[0].what == ("link",)


def numbered_otherwise(html: str, rng: Random) -> str:
    """The HTML with other starts, types and values of its lists, at random."""

    def opening(found: re.Match[str]) -> str:
        kinds = ("", ' start="3"', ' start="30"', ' type="a"', ' type="I"', ' reversed=""', ' start="9" reversed=""')
        return found[0] if rng.random() < 0.5 else f"<ol{rng.choice(kinds)}>"

    def item(found: re.Match[str]) -> str:
        return found[0] if rng.random() < 0.8 else f'<li value="{rng.choice((1, 2, 3, 5, 30, 90))}">'

    return re.sub("<li>", item, re.sub("<ol[^<>]*>", opening, html))


@pytest.mark.parametrize("seed", range(60))
def test_both_texts_come_out_whatever_the_numbers(seed: int) -> None:
    rng = Random(seed)
    texts = [re.sub("^- ", "1. ", text, flags=re.MULTILINE) for text in pair(rng, 8, 4)]
    old, new = (numbered_otherwise(render(text), rng) for text in texts)
    redline = compare_html(old, new)
    assert problems(old, new, redline.html) == []
    assert wrong_object(old, new, redline) == []
