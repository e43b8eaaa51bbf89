"""Renderings that other tools wrote: nothing in them is lost, and nothing in them passes for a mark of ours."""

from __future__ import annotations

import pypandoc
import pytest

from tests.helpers.redline_contract import problems
from yururluk.redline import compare, compare_html
from yururluk.text.markdown import render


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "<table><tr><td style='text-align: left'>a<br /></table>",
            "<table><tr><td style='text-align: left'>b</table>",
        ),
        ("<p style='color: red'>a<br />b</p>", "<p style='color: blue'>a<br />b</p>"),
        ("<p>Word <o:p>eski</o:p></p>", "<p>Word <o:p>yeni</o:p></p>"),
        ("<p>a <x-note id='n'>b</x-note></p>", "<p>a</p>"),
        ("<x-box><p>a b</p><p>c</p></x-box>", "<x-box><p>a d</p><p>c</p></x-box>"),
        ("<p>a <output>1</output> b</p>", "<p>a <output>2</output> b</p>"),
        ("<ins-x>a</ins-x><p-x>b</p-x>", "<p>b</p><ins-x>a</ins-x>"),
        ("<b><p>a</p></b><p title='x \"y\"' hidden>b</p>", "<b><p>a</p></b><p title='x \"y\"' hidden>c</p>"),
    ],
)
def test_nothing_of_a_foreign_rendering_is_lost(old: str, new: str) -> None:
    """Elements, styles and spellings that our own renderer never writes stand on both sides of the redline."""
    redline = compare_html(old, new)
    assert problems(old, new, redline.html) == []
    assert redline.changes
    assert not redline.coarse


@pytest.mark.parametrize("html", ["</p>metin", "<p>a</b>", "<p data-redline='ins'>a</p>", "<p>1 < 2"])
def test_a_text_against_itself_has_no_change_however_it_is_written(html: str) -> None:
    """Also where it is no good HTML, or carries what looks like a mark."""
    redline = compare_html(html, html)
    assert redline.changes == ()
    assert "data-redline" not in redline.html


@pytest.mark.parametrize(
    "said",
    [
        '`<ins data-redline="ins">` bir işarettir.',
        '<ins data-redline="ins">sahte</ins> `data-redline`',
        '<span title="a data-redline-aid b" id="s">metin</span>',
        '&lt;del data-redline="del"&gt;',
    ],
)
def test_a_text_that_speaks_of_marks_is_compared_word_by_word(said: str) -> None:
    """What only says `data-redline`, in words or in a title, is text like any other."""
    old, new = f"{said} Süre 30 gündür.\n\nSon.", f"{said} Süre 60 gündür.\n\nSon."
    redline = compare(old, new)
    assert not redline.coarse
    assert problems(render(old), render(new), redline.html) == []
    assert [(change.old, change.new) for change in redline.changes] == [("30", "60")]


def test_what_pandoc_wrote_is_compared() -> None:
    """Its sections, aligned tables, footnotes, line breaks and formulas."""
    text = (
        "# Bir\n\nMetin[^n] \\\nsatır, $x^2$ ve “alıntı”.\n\n"
        "| a | b |\n|:--|--:|\n| 1 | 2 |\n\n[^n]: Not.\n\nTerim\n: Tanım.\n\n- [ ] görev\n\n> alıntı\n"
    )
    old, new = (
        pypandoc.convert_text(one, "html", format="markdown", extra_args=["--section-divs", "--mathml"])
        for one in (text, text.replace("| 2 |", "| 3 |").replace("x^2", "x^3").replace("Not.", "Yeni not."))
    )
    redline = compare_html(old, new)
    assert problems(old, new, redline.html) == []
    assert not redline.coarse
