"""The company's own texts, in docs/ and releases/: the first release is its policy, word for word.

A company that replaces these texts replaces this folder of tests; all others use tests/project.
"""

from __future__ import annotations

from pathlib import Path

from lxml import html as lxml_html

from tests.conftest import ROOT, copy_project
from yururluk.checks.releases import say_the_same
from yururluk.core.releases import read_project
from yururluk.core.settings import read_settings
from yururluk.text.markdown import render

SEED = (ROOT / "tests/seed/gizlilik-politikasi.txt").read_text(encoding="utf-8")
PARAGRAPHS = [paragraph for paragraph in SEED.split("\n\n") if paragraph.strip()]


def _body(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8").split("---\n", 2)[2]


def test_the_seed_has_nine_paragraphs() -> None:
    assert len(PARAGRAPHS) == 9


def test_release_1_0_is_the_seed_paragraph_by_paragraph() -> None:
    paragraphs = [p for p in _body("releases/1.0/tr/gizlilik-politikasi.md").strip("\n").split("\n\n") if p]
    assert paragraphs == [paragraph.strip("\n") for paragraph in PARAGRAPHS]


def test_release_1_1_keeps_the_words_of_every_clause() -> None:
    lines = _body("releases/1.1/tr/gizlilik-politikasi.md").splitlines()
    words = " ".join(line for line in lines if line and not line.startswith("#"))
    assert words == " ".join(" ".join(PARAGRAPHS).splitlines())


def test_the_drafts_read_as_the_newest_release() -> None:
    """The drafts tell `check` more, by roles and in the front matter; to a reader they are the same."""
    settings = read_settings(ROOT)
    found = read_project(ROOT, settings)
    assert found.problems == ()
    assert say_the_same(found.drafts, found.releases[-1].texts)
    newest = found.releases[-1].by_name
    for text in found.drafts:
        assert render(text.body) == render(newest[text.document, text.locale].body)


def test_the_published_page_carries_every_paragraph_of_the_seed(tmp_path: Path) -> None:
    company = copy_project(tmp_path, source=ROOT)
    published = company.run("publish")
    assert published.code == 0, published.err
    page = lxml_html.fromstring(company.page("1.0/gizlilik-politikasi/index.html"))
    paragraphs = ["".join(map(str, paragraph.itertext())) for paragraph in page.iter("p")]
    for paragraph in PARAGRAPHS:
        assert paragraph.strip("\n") in paragraphs


def test_the_disclosure_notice_names_every_right_of_article_11() -> None:
    for locale in ("tr", "en"):
        text = (ROOT / f"releases/1.1/{locale}/aydinlatma-metni.md").read_text(encoding="utf-8")
        for letter in "abcçdefgğ":
            assert f"- {letter}) " in text, (locale, letter)


def test_the_disclosure_notice_asks_for_no_consent() -> None:
    text = (ROOT / "releases/2.0/tr/aydinlatma-metni.md").read_text(encoding="utf-8").casefold()
    for words in ("kabul ediyorum", "onaylıyorum", "rıza gösteriyorum", "okudum"):
        assert words not in text
