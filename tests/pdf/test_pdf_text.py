"""How a text's HTML is set: headings, lists, tables, links, notes, and whatever a text throws at it."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import pytest

from tests.helpers import pdf_reading
from tests.helpers.pdf_reading import blocks_of, pdf_of
from yururluk.core.messages import names
from yururluk.pdf.layout import holes, placed
from yururluk.redline import compare
from yururluk.text.blocks import Table, read_html
from yururluk.text.markdown import render

TURKISH = "AaBbCcÇçDdEeFfGgĞğHhIıİiJjKkLlMmNnOoÖöPpRrSsŞşTtUuÜüVvYyZz ÂâÎîÛû"
SIGNS = "“ ” ‘ ’ – — … § % & @ # $ * _ ` ~ < > / © ® ™ € £ • № ° ± × ½ → ≤ ≥"


def _said(runs: list[dict[str, Any]]) -> str:
    return "".join(run.get("s", "") or _said(run.get("runs", [])) for run in runs)


def test_every_turkish_letter_is_in_the_text_face() -> None:
    assert pdf_reading.fonts_of(pdf_of(TURKISH)) <= {"LibertinusSerif-Regular", "LibertinusSerif-Semibold"}


def test_signs_that_the_text_face_lacks_come_from_another_embedded_one() -> None:
    pdf = pdf_of(f"{SIGNS} ₺ ☑ ✓")
    assert pdf_reading.lost_words(render(f"{SIGNS} ₺ ☑ ✓"), pdf) == []
    assert "Eksik." not in pdf_reading.words_of(pdf)


def test_a_character_that_no_face_has_is_shown_by_its_number() -> None:
    """PDF/A-2a wants a shape for every character, and a legal text may not lose one unseen."""
    words = pdf_reading.words_of(pdf_of("Onay 😀 ve 中文."))
    assert "Onay [U+1F600] ve [U+4E2D][U+6587]." in words
    assert "Eksik." in words


def test_what_runs_from_right_to_left_on_the_page_does_so_on_paper() -> None:
    """Set from left to right, a sentence with a number or a bracket in it reads in another order."""
    html = '<p dir="rtl" lang="ar">خلال 7 أيام (هاتف: 312).</p><div dir="RTL"><ul><li>سطر</li></ul></div><p>Son.</p>'
    first, second, last = blocks_of(html)
    assert (first["t"], [one["t"] for one in first["body"]]) == ("rtl", ["par"])
    assert (second["t"], [one["t"] for one in second["body"]]) == ("rtl", ["list"])
    assert last["t"] == "par"
    assert pdf_reading.faults_of_standard(pdf_of(html), "tr") == []


def test_heading_levels_never_skip_and_numbers_hang() -> None:
    """PDF/UA-1, 7.4.2; whatever levels the source has."""
    found = [
        (block["level"], block["number"], _said(block["body"]))
        for block in blocks_of("#### 1. Bir\n\n## 2) İki\n\n##### 2.1 Alt\n\n###### 2.1.1. Altın altı\n\n# Ek 3\n")
    ]
    assert found == [
        (1, "1.", "Bir"),
        (1, "2)", "İki"),
        (2, "2.1", "Alt"),
        (3, "2.1.1.", "Altın altı"),
        (1, "", "Ek 3"),
    ]


@pytest.mark.parametrize(
    ("html", "markers"),
    [
        ('<ol start="5"><li>a</li><li>b</li></ol>', ["5.", "6."]),
        ('<ol type="a"><li>a</li><li>b</li></ol>', ["a.", "b."]),
        ('<ol type="I" start="9"><li>a</li><li value="14">b</li></ol>', ["IX.", "XIV."]),
        ("<ol reversed><li>a</li><li>b</li></ol>", ["2.", "1."]),
        ('<ol start="-1"><li>a</li><li>b</li></ol>', ["-1.", "0."]),
    ],
)
def test_a_list_counts_as_its_source_says(html: str, markers: list[str]) -> None:
    (block,) = blocks_of(html)
    assert [item["marker"] for item in block["items"]] == markers


def test_a_list_by_rules_2_has_the_numbers_and_labels_that_are_written() -> None:
    text = "3) üç\n7) yedi\n\nMetin:\n\na) bir\nb) iki\n\n• im\n• om\n"
    lists = [block for block in blocks_of(text) if block["t"] == "list"]
    assert [[item["marker"] for item in block["items"]] for block in lists] == [["3)", "7)"], ["", ""], ["", ""]]
    words = pdf_reading.words_of(pdf_of(text))
    assert [words.count(label) for label in ("3)", "7)", "a)", "b)")] == [1, 1, 1, 1]


def test_a_link_shows_where_it_leads_once() -> None:
    """On paper nothing can be clicked; where the words are the address, it is not said twice."""
    (block,) = blocks_of(
        "[Kurum](https://www.kvkk.gov.tr/a) ve yine [Kurum](https://www.kvkk.gov.tr/a), <https://b.example/x>, "
        "[bize yazın](mailto:kvkk@ornek.com), [Aydınlatma](aydinlatma-metni.md#haklar), [kötü](javascript:x)"
    )
    assert _said(block["body"]) == (
        "Kurum (https://www.kvkk.gov.tr/a) ve yine Kurum, https://b.example/x, bize yazın (kvkk@ornek.com), "
        "Aydınlatma (https://www.example.com/1.1/aydinlatma-metni/#haklar), kötü"
    )


def test_a_way_inside_the_text_leads_there_or_is_plain_words() -> None:
    html = "## 1. Haklar {#haklar}\n\n[haklar](#haklar), [yok](#yok)[^1].\n\n[^1]: Not.\n"
    ways = [run.get("to") for block in blocks_of(html) for run in block.get("body", []) if "runs" in run]
    assert ways == ["haklar", "fn:1"]
    pdf = pdf_of(html)
    assert pdf_reading.places_of(pdf) == {"haklar"}
    assert pdf_reading.ways_in(pdf) == 2


def test_a_table_has_a_header_that_is_tagged_and_a_full_grid() -> None:
    """PDF/UA-1, 7.5: header cells as such; rows of one length, whatever spans the source claims."""
    html = (
        "<table><tr><th>a</th><th>b</th></tr><tr><td rowspan='99' colspan='1000'>c</td></tr>"
        "<tr><td>d</td><td>e</td><td>f</td></tr></table>"
    )
    pdf = pdf_of(html)
    tags = [name for name, _ in pdf_reading.structure_of(pdf)]
    assert pdf_reading.lost_words(html, pdf) == []
    assert "Table" not in tags or tags.count("TH") % 2 == 0
    simple = [name for name, _ in pdf_reading.structure_of(pdf_of("|a|b|\n|-|-|\n|c|d|\n|e||"))]
    assert (simple.count("TR"), simple.count("TH"), simple.count("TD")) == (3, 2, 4)


def test_cells_are_placed_as_a_browser_places_them() -> None:
    html = "<table><tr><td rowspan='2'>a<td>b<tr><td>c<td>d</table>"
    (table,) = read_html(render(html)).blocks
    assert isinstance(table, Table)
    cells = placed([row.cells for row in table.rows], 0)
    assert [(c.x, c.y, c.columns, c.rows) for c in cells] == [(0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1), (2, 1, 1, 1)]
    assert [(hole.x, hole.y) for hole in holes(cells, 3, 0, 2)] == [(2, 0)]


def test_a_word_breaks_where_its_column_is_too_narrow() -> None:
    row = "|" + "muvafakatnamesindekiler|" * 10
    words = pdf_reading.words_of(pdf_of(f"{row}\n|{'-|' * 10}\n{row}"))
    assert max(len(line) for line in words.split("\n") if set(line) <= set("muvafakatnamesindekiler")) <= 9
    assert "muvafakatnamesindekiler" in pdf_reading.words_of(pdf_of("|muvafakatnamesindekiler|b|\n|-|-|\n"))


def test_a_very_long_paragraph_takes_about_as_long_as_short_ones() -> None:
    """Typst weighs the lines of a justified paragraph against each other: 20,000 words took half a minute."""
    words = ["kelimelerin", "anlamı", "böyle", "geçer"] * 2000

    def seconds(size: int) -> float:
        begun = time.process_time()
        pdf_of("\n\n".join(" ".join(words[at : at + size]) for at in range(0, len(words), size)))
        return time.process_time() - begun

    assert seconds(len(words)) < 4 * seconds(100) + 1


def test_a_long_table_repeats_its_header_on_each_page() -> None:
    rows = "\n".join(f"| {n}. satır | değer |" for n in range(120))
    words = pdf_reading.words_of(pdf_of(f"| Sütun başlığı | İkinci |\n| - | - |\n{rows}"))
    assert words.count("Sütun başlığı") >= 3


HOSTILE = {
    "typst's own syntax": '#eval("1+1") $x^2$ @kaynak \\<etiket> = Başlık #import "@preview/x" `#raw` ~ -- /* */ // #[',
    "typst in every place": "## #panic() {#a}\n\n- #x $y\n\n| #a | $b |\n|-|-|\n| @c | \\# |\n\n[#l](http://e.example/#$@)",
    "long words": "a" * 400 + " " + "1" * 300 + " " + "şğ/" * 150,
    "long words in cells": f"|{'x' * 120}|{'9' * 120}|\n|-|-|\n|{'ş' * 90}|a|",
    "both directions": "Türkçe עברית العربية \u202eters\u202c \u2066x\u2069 son",
    "combining": "é́ z̸̛a̧l͎g̡o \u0301\u0301 \u200d\u200c a\u0327",
    "controls": "a\x0bb\x0cc\x85d\u2028e\u2029f\ue000g\ufeffh",
    "quotes in quotes": "> " * 40 + "dipte",
    "deep emphasis": "<em>" * 300 + "dipte" + "</em>" * 300,
    "deep boxes": "<div><ul><li>" * 120 + "dipte" + "</li></ul></div>" * 120,
    "deep lists": "\n".join("    " * n + f"- madde{n}" for n in range(30)),
    "empty headings": "# \n\n## <img src=x>\n\n### &nbsp;\n\n###### a",
    "ids that are one": "## a {#x}\n\n## b {#x}\n\n[c](#x) <span id='x'>d</span>\n\n## ş {#ş}\n\n## k {#x/y:z}",
    "tables in tables": "<table><tr><td><table><tr><th>x</th></tr><tr><td><ol><li>a</li></ol></table></table>",
    "links in a long table's header": "|[a](#a)|b[^1]|\n|-|-|\n" + "|c|d|\n" * 90 + "\n\n## a {#a}\n\n[^1]: Not",
    "struck and underlined at once": "<u>a<del>b <ins>c</ins></del></u> <s><u>d</u></s>",
    "more columns than paper": f"|{'a|' * 40}\n|{'-|' * 40}\n|{'b|' * 40}",
    "a cell of pages": f"|a|b|\n|-|-|\n|{'uzun metin ' * 900}|son|",
    "a header of pages": f"|{'uzun metin ' * 900}|\n|-|\n|son|",
    "notes": "a[^1] b[^1] c[^x]\n\n[^1]: Bir\n\n    İki\n\n    - l\n[^x]: Not",
    "terms": "<dl><dd>a</dd><dt>t</dt><dt>u</dt><dd>x</dd><dd><p>y</p></dd><div><dt>z</dt></div></dl>",
    "code": "```\n\ta  b\n\n#let x\n```\n\n<pre>a<b>b</b>\n <i>c</i></pre>\n\n`  #x  `",
    "strays": "<li>bir</li><td>iki</td><dt>üç</dt><caption>dört</caption><summary>beş</summary><q>altı</q>",
    "breaks": "<br><br>a<br><br>b<br>\n\n---\n\n***",
    "nothing": "",
    "only a picture": "![](x.png)",
    "boxes": '!!! note "Başlık"\n    içerik\n\n<details><summary>öz <h2>b</h2></summary>iç</details>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_breaks_the_setting_or_loses_a_word(name: str) -> None:
    """Whatever the text, the file keeps to its standards and holds every word."""
    html = render(HOSTILE[name])
    pdf = pdf_of(HOSTILE[name])
    assert pdf_reading.faults_of_standard(pdf, "tr") == []
    if name not in ("both directions", "combining"):  # shown, but told by a reader of files in another order
        assert pdf_reading.lost_words(html, pdf) == []


def test_a_text_is_never_run() -> None:
    """What looks like typst's own markup is printed, sign for sign."""
    words = pdf_reading.words_of(pdf_of('A #eval("1+1") \\#{1+1} $1+1$ #sys.inputs'))
    assert '#eval("1+1") #{1+1} $1+1$ #sys.inputs' in words


def test_a_picture_is_told_by_its_words() -> None:
    """Nothing is fetched: a picture is no part of the frozen text."""
    (block,) = blocks_of("![Akış şeması](https://a.example/s.png) ![](b.png)")
    assert _said(block["body"]) == "[Picture: Akış şeması] (https://a.example/s.png)"


def test_another_language_is_hyphenated_as_itself() -> None:
    assert pdf_reading.faults_of_standard(pdf_of("Text.", "en"), "en") == []
    assert pdf_reading.faults_of_standard(pdf_of("Text.", "x-odd"), "und") == []


@pytest.mark.slow
def test_a_table_of_5000_rows_and_a_text_of_200_pages_are_set() -> None:
    rows = "\n".join(f"| {n} | Kategori {n} | {n % 30} gün |" for n in range(5000))
    assert "Kategori 4999" in pdf_reading.words_of(pdf_of(f"| No | Ad | Süre |\n| - | - | - |\n{rows}"))
    text = "\n\n".join(f"## {n}. Başlık\n\n{'Kişisel verileriniz işlenir ve saklanır. ' * 28}" for n in range(660))
    assert "660. Başlık" not in (words := pdf_reading.words_of(pdf_of(text)))
    assert "659." in words


_TAGS = names(
    "p div span em strong u s ul ol li table thead tbody tr td th blockquote h1 h2 h3 h6 dl dt dd pre code a ins del"
    " details summary q sup br hr img figure caption"
)
_WORDS = ("metin ", "  ", "#x $y ", "ığüşöç ", "1. ", "😀", "&nbsp;", "a" * 60)
_ATTRIBUTES = ("", "", "", ' id="a"', ' id="b"', ' href="#a"', ' href="http://x.y/z"', ' colspan="2"', ' rowspan="3"')


def _soup(random: Random, deep: int = 0) -> str:
    out = []
    for _ in range(random.randint(0, 4)):
        if random.random() < 0.4:
            out.append(random.choice(_WORDS))
        else:
            tag = random.choice(sorted(_TAGS))
            inside = _soup(random, deep + 1) if deep < 7 else "x"
            out.append(f"<{tag}{random.choice(_ATTRIBUTES)}>{inside}</{tag}>")
    return "".join(out)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100))
def test_the_redline_of_any_two_texts_can_be_set(seed: int) -> None:
    """Elements in every order: what typst or the standard forbids (two lines at one word, a link in a header that is
    repeated) must not stop a publish."""
    redline = compare(_soup(Random(seed)), _soup(Random(seed + 1))).html
    assert pdf_reading.faults_of_standard(pdf_reading.pdf_of_html(redline), "tr") == []
