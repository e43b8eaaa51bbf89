"""What a text page carries for programs: its facts as JSON-LD, and its frozen file, byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from playwright.sync_api import Browser
from pyld import jsonld

from tests.helpers.builders import SETTINGS, day, history, published
from tests.helpers.redline_cases import cases
from yururluk.core.history import History
from yururluk.site.page_data import filled, form_of, structured_data, words_of
from yururluk.site.page_facts import Assembler
from yururluk.site.page_models import Page, TextView
from yururluk.site.pages import release_site
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


S = "https://schema.org/"


def _offline(url: str, options: object) -> dict[str, Any]:
    """The context of schema.org as far as it matters here: every name is one of its own."""
    del options
    assert url == "https://schema.org"
    context = {"@context": {"@vocab": S, "url": {"@type": "@id"}, "contentUrl": {"@type": "@id"}}}
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": context}


def read(told: str) -> dict[str, Any]:
    """The page as a library for JSON-LD reads it, by the full names of schema.org."""
    expanded = jsonld.expand(json.loads(told), {"documentLoader": _offline})
    assert isinstance(expanded, list)
    (page,) = expanded
    assert isinstance(page, dict)
    return page


def _value(node: dict[str, Any], name: str) -> Any:
    found = [one.get("@value", one.get("@id")) for one in node.get(S + name, [])]
    return found[0] if len(found) == 1 else found


def _page(told: History, on: int, version: str, locale: str = "tr") -> Page:
    site = release_site(Assembler(told, day(on), SETTINGS), told[version])
    return next(page for page in site.pages if page.locale == locale and isinstance(page.view, TextView))


def _text(told: History, on: int, version: str, locale: str = "tr") -> dict[str, Any]:
    (text,) = read(structured_data(_page(told, on, version, locale), SETTINGS))[S + "mainEntity"]
    assert isinstance(text, dict)
    return text


FIRST = published("1.0", {"gizlilik": "bir"}, 0, 0, rank=0)
SECOND = published("2.0", {"gizlilik": "iki", "gizlilik/en": "two"}, 2, 9, rank=1)
BOTH = history(FIRST, SECOND)


def test_a_text_is_told_with_its_version_dates_digest_and_publisher() -> None:
    page = _page(BOTH, 10, "2.0")
    told = read(structured_data(page, SETTINGS))
    assert told["@id"] == "https://www.example.com/2.0/gizlilik/"
    assert told["@type"] == [S + "WebPage"]
    (text,) = told[S + "mainEntity"]
    assert text["@type"] == [S + "DigitalDocument"]
    assert _value(text, "version") == "2.0"
    assert _value(text, "datePublished") == _value(text, "dateModified") == "2027-01-03"
    assert _value(text, "temporalCoverage") == "2027-01-10/.."
    assert _value(text, "inLanguage") == "tr"
    assert _value(text[S + "identifier"][0], "value") == SECOND.release.by_name["gizlilik", "tr"].sha256
    assert _value(text, "isBasedOn") == "https://www.example.com/1.0/gizlilik/#text"
    assert _value(text, "workTranslation") == "https://www.example.com/2.0/en/gizlilik/#text"
    assert _value(text, "exampleOfWork") == "https://www.example.com/gizlilik/"
    (publisher,) = text[S + "publisher"]
    assert (_value(publisher, "name"), publisher["@id"]) == ("Örnek A.Ş.", "https://www.example.com/#publisher")


def test_a_translation_names_the_text_it_translates() -> None:
    text = _text(BOTH, 10, "2.0", "en")
    assert _value(text, "translationOfWork") == "https://www.example.com/2.0/gizlilik/#text"
    assert S + "workTranslation" not in text
    assert _value(text, "exampleOfWork") == "https://www.example.com/en/gizlilik/"


@pytest.mark.parametrize(
    ("version", "on", "state", "covered"),
    [
        ("1.0", 1, "in-force", "2027-01-01/.."),
        ("1.0", 3, "in-force", "2027-01-01/2027-01-09"),
        ("1.0", 9, "superseded", "2027-01-01/2027-01-09"),
        ("2.0", 3, "upcoming", "2027-01-10/.."),
        ("2.0", 9, "in-force", "2027-01-10/.."),
    ],
)
def test_the_days_in_force_are_told_as_they_stand_on_the_day(version: str, on: int, state: str, covered: str) -> None:
    told = history(*(one for one in (FIRST, SECOND) if one.published_on <= day(on)))
    text = _text(told, on, version)
    assert (_value(text, "creativeWorkStatus"), _value(text, "temporalCoverage")) == (state, covered)


def test_a_withdrawn_text_tells_when_it_was_in_force_and_one_that_never_was_tells_nothing() -> None:
    taken = replace(SECOND, effective=day(2), withdrawn_on=day(5))
    text = _text(history(FIRST, taken), 6, "2.0")
    assert _value(text, "creativeWorkStatus") == "withdrawn"
    assert _value(text, "temporalCoverage") == "2027-01-03/2027-01-05"
    again = _text(history(FIRST, taken), 6, "1.0")
    assert _value(again, "temporalCoverage") == ["2027-01-01/2027-01-02", "2027-01-06/.."]
    never = _text(history(FIRST, replace(SECOND, withdrawn_on=day(5))), 6, "2.0")
    assert (_value(never, "creativeWorkStatus"), S + "temporalCoverage" in never) == ("withdrawn", False)


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "<!-- <script>", "a\"b\\c' --> ]]> &amp;", "\u2028İ😀"]
)
def test_no_title_ends_the_element_or_is_changed_by_it(title: str) -> None:
    told = structured_data(replace(_page(BOTH, 10, "2.0"), title=title), SETTINGS)
    assert not set("<>&\u2028\u2029") & set(told)
    page = lxml_html.fromstring(f'<p>a</p><script type="application/ld+json">{told}</script><p>b</p>')
    (script,) = page.iter("script")
    assert json.loads(script.text or "")["mainEntity"]["name"] == title


def test_only_a_text_page_carries_structured_data(site: Path) -> None:
    carrying = set()
    for file in site.rglob("index.html"):
        for script in lxml_html.fromstring(file.read_bytes()).iter("script"):
            if script.get("type") == "application/ld+json":
                told = read(script.text or "")
                carrying.add(file.relative_to(site).as_posix())
                digest = _value(told[S + "mainEntity"][0][S + "identifier"][0], "value")
                assert f'data-sha256="{digest}"' in file.read_text(encoding="utf-8")
    assert "1.1/gizlilik-politikasi/index.html" in carrying
    assert "yururlukte/en/aydinlatma-metni/index.html" in carrying
    texts = {path for path in carrying if "degisiklikler" not in path and path.count("/") >= 2}
    assert texts == carrying


def test_a_browser_takes_it_for_data_that_the_policy_has_nothing_against(browser: Browser, address: str) -> None:
    """The Content-Security-Policy allows scripts of the site only; a data block is no script (HTML, 4.12.1)."""
    context = browser.new_context()
    context.add_init_script(
        "window.violations = []; "
        "document.addEventListener('securitypolicyviolation', e => window.violations.push(e.violatedDirective))"
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in ("1.1/gizlilik-politikasi/", "2.0/en/aydinlatma-metni/"):
        page.goto(address + path, wait_until="load")
        assert "script-src 'self'" in str(
            page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
        )
        told = page.locator('script[type="application/ld+json"]').text_content()
        assert told is not None
        assert _value(read(told)[S + "mainEntity"][0], "version") == path.split("/")[0]
        assert page.evaluate("window.violations") == []
    # The listener does hear of a script that the policy forbids.
    page.evaluate("() => { const s = document.createElement('script'); s.text = '1'; document.head.append(s) }")
    assert page.evaluate("window.violations") == ["script-src-elem"]
    assert len(said) == 1
    context.close()
