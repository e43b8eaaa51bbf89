"""A page and the form it carries give back its frozen file, byte for byte; what does not fit is told, not guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from tests.helpers.redline_cases import cases
from yururluk.site.page_data import filled, form_of, words_of
from yururluk.text.markdown import render

_TEXTS = st.text(st.sampled_from("ab ~1,;\nİı\r\u00a0*"), max_size=60) | st.text(max_size=40)


@given(_TEXTS, _TEXTS)
def test_whatever_the_file_and_the_page_say_the_file_comes_back(source: str, words: str) -> None:
    assert filled(form_of(source, words), words) == source
    assert filled(form_of(source, source + words), source + words) == source


def test_a_form_without_gaps_is_the_file_in_full() -> None:
    assert form_of("# Amaç\n\nBir ~ iki.\n", "") == "# Amaç\n\nBir ~~ iki.\n"


def test_a_form_is_what_the_page_does_not_show() -> None:
    shown = lxml_html.fragment_fromstring(
        '<h2 id="amac">1. Amaç ve kapsam <a>#</a></h2>\n<p>Bu  metin\nherkes içindir.</p>', create_parent="div"
    )
    source = "## 1. Amaç ve kapsam {#amac}\n\nBu metin herkes içindir.\n"
    assert form_of(source, words_of(shown)) == "## ~18;{#amac}\n\n~2,24;\n"


def test_a_form_written_before_gives_back_its_file_still() -> None:
    """When each gap told what to leave out, also where that was nothing."""
    words = "1. Amaç ve kapsam # Bu metin herkes içindir."
    assert filled("## ~0,18;{#amac}\n\n~2,24;\n", words) == filled("## ~18;{#amac}\n\n~2,24;\n", words)


def test_a_form_is_short_for_texts_of_every_shape() -> None:
    """Tables, lists, footnotes, links: less than half of what the files have, all together."""
    whole = carried = 0
    for case in cases():
        source = (case / "new.md").read_text(encoding="utf-8")
        words = words_of(lxml_html.fragment_fromstring(render(source) or "<p></p>", create_parent="div"))
        form = form_of(source, words)
        assert filled(form, words) == source
        whole, carried = whole + len(source), carried + len(form)
    assert carried < whole / 2


@pytest.mark.parametrize("form", ["~0,9;", "~9,0;", "~", "~9;", "~,1;", "a ~ b", "~-1,2;", "~0,2", "~٠,1;", "~~~"])
def test_a_form_that_does_not_fit_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match="gap"):
        filled(form, "kısa")
