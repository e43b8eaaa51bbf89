"""Finding clauses in Markdown: the same headings and ids as the rendered page has, with their lines."""

from __future__ import annotations

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.builders import text
from yururluk.text.clauses import Clause, clauses_of, find_clauses
from yururluk.text.markdown import render


def _seen(markdown: str) -> list[tuple[int, str, str, int]]:
    """Level, id, number and line of each clause."""
    return [(c.level, c.id, c.number, c.line) for c in find_clauses(markdown)]


def test_a_heading_is_a_clause_with_its_id_number_title_and_line() -> None:
    assert find_clauses("Giriş.\n\n## 8. Verilerin aktarılması {#aktarim}\n\nMetin.\n", first_line=6) == (
        Clause("aktarim", "8", "Verilerin aktarılması", 2, 8, "## 8. Verilerin aktarılması {#aktarim}"),
    )


@pytest.mark.parametrize(
    ("line", "number", "title"),
    [
        ("## 1. Amaç", "1", "Amaç"),
        ("## 1 Amaç", "1", "Amaç"),
        ("## 4.2. Yurt dışı", "4.2", "Yurt dışı"),
        ("## Madde 9 – Yürürlük", "9", "Yürürlük"),
        ("## MADDE 9: Yürürlük", "9", "Yürürlük"),
        ("## Madde 9/A – Ek", "9/A", "Ek"),
        ("## Article 9", "9", ""),
        ("## § 3 Scope", "3", "Scope"),
        ("## IV. Haklar", "IV", "Haklar"),
        ("## a) Kimlik", "a", "Kimlik"),
        ("## Veri sorumlusu", "", "Veri sorumlusu"),
        ("## İletişim", "", "İletişim"),
        ("## I am not a number", "", "I am not a number"),
    ],
)
def test_the_number_of_a_heading_is_told_apart_from_its_words(line: str, number: str, title: str) -> None:
    (clause,) = find_clauses(line)
    assert (clause.number, clause.title, clause.id) == (number, title, "")


@pytest.mark.parametrize(
    ("line", "id_"),
    [
        ("## A {#x}", "x"),
        ("## A {: #x }", "x"),
        ("## A { #x .y }", "x"),
        ("## A {.y #x}", "x"),
        ("## A {#x #z}", "z"),
        ('## A {id="x"}', "x"),
        ("## A {id=x lang=tr}", "x"),
        ("## A ## {#x}", "x"),
        ("###### A {#x}", "x"),
        ("## A{#x}", ""),
        ("## A {#x} B", ""),
        ("## A {.x}", ""),
        ("## A { }", ""),
        ("## A {#x}{#y}", ""),
        ("## A # B {#x}", "x"),
    ],
)
def test_an_id_counts_where_the_page_takes_it(line: str, id_: str) -> None:
    (clause,) = find_clauses(line)
    assert clause.id == id_
    (heading,) = lxml.html.fragment_fromstring(render(line), create_parent="div")
    assert (heading.get("id") == id_) == bool(id_)


@pytest.mark.parametrize(
    "source",
    [
        "```\n# Başlık {#x}\n```",
        "~~~~ sh\n# Başlık {#x}\n~~~~",
        "    # Başlık {#x}",
        "<!--\n# Başlık {#x}\n-->",
        "<table>\n# Başlık {#x}\n</table>",
        "<pre>\n\n# Başlık {#x}\n\n</pre>",
        "#Başlık {#x}",
        "\\# Başlık {#x}",
        "> # Başlık {#x}",
        "Metin # Başlık {#x}",
        "{#x}",
        "Metin {#x}",
    ],
)
def test_what_the_page_shows_as_no_heading_is_no_clause(source: str) -> None:
    assert _seen(f"\n{source}\n\n## Sonra {{#son}}\n") == [(2, "son", "", 3 + source.count("\n") + 1)]


def test_a_fence_that_is_never_closed_hides_nothing() -> None:
    assert _seen("```\n\n# A {#a}\n") == [(1, "a", "", 3)]


def test_underlined_headings_are_clauses() -> None:
    assert _seen("1. Amaç {#amac}\n===============\n\nKapsam {#kapsam}\n---\nMetin\n---\n") == [
        (1, "amac", "1", 1),
        (2, "kapsam", "", 4),
        (2, "", "", 6),
    ]


def test_a_line_under_a_paragraph_of_two_lines_makes_a_heading_by_rules_2_only() -> None:
    assert _seen("Bir\niki {#x}\n---\n") == [(2, "x", "", 1)]
    assert find_clauses("Bir\niki {#x}\n---\n", rendering=1) == ()


def test_markdown_inside_a_box_is_read_by_rules_2_only() -> None:
    assert _seen("<div>\n# A {#a}\n</div>\n") == [(1, "a", "", 2)]
    assert find_clauses("<div>\n# A {#a}\n</div>\n", rendering=1) == ()


def test_a_numbered_unit_with_an_id_is_a_clause_without_level() -> None:
    source = "1. Kimlik verisi\n2. İletişim verisi\n{: #iletisim }\n\nSon söz.\n{#son}\n"
    assert _seen(source) == [(0, "iletisim", "2", 2), (0, "son", "", 5)]


def test_line_ends_of_windows_change_nothing() -> None:
    source = "## 1. Amaç {#amac}\n\nKapsam\n------\n\nMetin.\n"
    assert find_clauses(source.replace("\n", "\r\n")) == find_clauses(source)


def test_lines_are_those_of_the_file() -> None:
    (clause,) = clauses_of(text("\nGiriş.\n\n## 1. Amaç {#amac}\n"))
    assert clause.line == 8


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("## 1. Amaç", "## 1. Amaç {#amac}"),
        ("## 1. Amaç {.dar}", "## 1. Amaç {#amac .dar}"),
        ("## 1. Amaç ##", "## 1. Amaç ## {#amac}"),
        ("Amaç  ", "Amaç {#amac}"),
        ("## Amaç{#x}", "## Amaç{#x} {#amac}"),
    ],
)
def test_the_line_to_write_carries_the_id(line: str, fixed: str) -> None:
    clause = find_clauses(line + ("\n---" if not line.startswith("#") else ""))[0]
    assert clause.with_id("amac") == fixed
    again = find_clauses(fixed + ("\n---" if not line.startswith("#") else ""))[0]
    assert again.id == "amac"


def test_a_heading_is_cited_by_its_words() -> None:
    (clause,) = find_clauses("##   1.  Amaç   ve kapsam ## {#amac}")
    assert clause.heading == "1. Amaç ve kapsam"


LINES = st.sampled_from(
    [
        "",
        "",
        "## 1. Amaç {#amac}",
        "# Başlık",
        "##Bitişik {: #bitisik .x }",
        "### Ç ### {#c}",
        "Metin.",
        "Metin {#yok}",
        "===",
        "---",
        "-",
        "    ## kod {#kod}",
        " ## girintili {#g}",
        "> ## alıntı {#alinti}",
        "<!-- ## not {#not} -->",
        "## *Vurgu* ve `kod` {#vurgu}",
        "## Son \\",
    ]
)


@pytest.mark.parametrize("rendering", [1, 2])
@given(lines=st.lists(LINES, max_size=8))
def test_the_headings_found_are_those_of_the_page(rendering: int, lines: list[str]) -> None:
    """The page is the judge: its headings outside quotations, in order, with the ids that the author gave."""
    source = "\n".join(["Giriş.", "", *lines])
    page = lxml.html.fragment_fromstring(render(source, rendering=rendering), create_parent="div")
    given_ids = {"amac", "bitisik", "c", "yok", "kod", "g", "not", "vurgu"}
    rendered = [
        (element.tag, element.get("id") if element.get("id") in given_ids else "")
        for element in page.iter("h1", "h2", "h3", "h4", "h5", "h6")
        if not any(parent.tag == "blockquote" for parent in element.iterancestors())
    ]
    found = [(f"h{clause.level}", clause.id) for clause in find_clauses(source, rendering=rendering) if clause.level]
    # Without its own id, a heading gets one made from its words, which may be one of those above.
    assert [tag for tag, _ in found] == [tag for tag, _ in rendered]
    assert [id_ for _, id_ in found if id_] == [id_ for (_, id_), (_, own) in zip(rendered, found, strict=True) if own]


@given(st.text(st.sampled_from("#{}:=-> \n\r`~<!a1.*\\\"'"), max_size=80))
def test_no_text_makes_the_finder_fail_or_name_a_line_outside_it(source: str) -> None:
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    places = [clause.line for clause in find_clauses(source)]
    assert places == sorted(places)
    assert all(1 <= place <= len(lines) for place in places)
