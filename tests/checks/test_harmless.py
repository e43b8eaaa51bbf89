"""A text that is not rendered to look for hostile markup has none: no shortcut hides a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.hostile_snippets import BODIES
from yururluk.checks.harmless import is_harmless
from yururluk.checks.hostile import faults_of
from yururluk.text.markdown import body, unclean

EXAMPLE = Path(__file__).resolve().parents[1] / "project"
TEXTS = sorted([*EXAMPLE.glob("docs/*/*.md"), *EXAMPLE.glob("releases/*/*/*.md")])

_SIGNS = """( ) [ ] ]( ]: < & { } ` ``` ~~~ ~~ ^ * ** _ \\ " ' ![ ??? = === --- ? @ . / ş İ ı"""
_WORDS = "on click onclick onclick= t>t <b> &amp; {#a} {.c} {onclick} [x] [^1] [x]: ?q=1 [x](#a) %6a &#106;"
_ADDRESSES = "http://x.y/ javascript: mailto: data: [x](http://a) <http://a.b> [x](//a?b=c) <!--c--> [TOC]"
_SPACED = [
    "] :",
    "[^1]: ",
    "*[HTML]: ",
    "> ",
    "& ",
    "{: .b }",
    "{#on} x {.y}",
    "# ",
    "- ",
    "1. ",
    '[x](a "b")',
]
_LINES = [
    "\n",
    "\n\n",
    "\n    ",
    "\n| a |\n|:-|\n| b |",
    "\n[x]: http://x\n",
    "\n*[a]:b>c\n",
    '!!! note "x"\n',
    ": ",
]
_UNSEEN = ["\t", "\r", *"\x00\x02\x03\x0c\x85\u200b\u202e\u2028\xa0\ufeff\udc80"]
PIECES = [*f"{_SIGNS} {_WORDS} {_ADDRESSES}".split(), *_SPACED, *_LINES, *_UNSEEN, " ", "a "]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_what_is_let_pass_unrendered_has_no_fault_when_rendered(text: str) -> None:
    if is_harmless(text):
        unclean(text)  # what cannot be rendered has no faults that could be counted, and must be told all the same
        assert faults_of(text) == {}


@given(st.text())
def test_so_has_any_other_text(text: str) -> None:
    if is_harmless(text):
        unclean(text)  # what cannot be rendered has no faults that could be counted, and must be told all the same
        assert faults_of(text) == {}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(EXAMPLE).as_posix())
def test_our_own_texts_need_not_be_rendered(path: Path) -> None:
    """Were they not let pass, `check` would take three times as long."""
    text = body(path.read_text(encoding="utf-8"))
    assert is_harmless(text)
    assert faults_of(text) == {}


def test_no_hostile_snippet_is_let_pass() -> None:
    assert [snippet for snippet in BODIES if is_harmless(snippet)] == []


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert)",
        "[a](https://a.b 'title')",
        "[a]: https://a.b\n'a > b'\n\n[a]",
        "*[KVKK]: a > b\n\nKVKK",
        "*[KVKK] : a > b\n\nKVKK",
        "## A {#a} onclick {.b}",
        "onclick = 1",
        "a\x02b",
        "![](x.png)",
    ],
)
def test_what_may_be_hostile_is_looked_at(text: str) -> None:
    assert not is_harmless(text)


@pytest.mark.parametrize(
    "text",
    [
        "## 3. Amaç {#amac .kvkk-4b}\n\n- [KVKK](https://www.kvkk.gov.tr/?a=1) & [posta](mailto:a@b.com), [m](#m)",
        "Not[^1]\n\n[^1]: açıklama\n",
        "[a]\n\n[a]: https://a.b/c\n[b]: #b\n",
        "> alıntı: a > b, 2 + 2 = 4",
    ],
)
def test_plain_markdown_is_let_pass(text: str) -> None:
    assert is_harmless(text)
    assert faults_of(text) == {}
