"""A text is shown as another reader of Markdown reads it, and signs of markup that show are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.builders import text
from yururluk.checks.markup import reading_problems

CASES = Path(__file__).parents[1] / "text" / "cases"


def _problems(markdown: str) -> list[str]:
    return [str(problem) for problem in reading_problems(text(markdown))]


@pytest.mark.parametrize(
    "markdown",
    [
        "3. a\n\n3. b\n\n1986. yıl\n\n01. x\n02. y\n\n2) iki\n4) dört",
        "1. Üst:\n  1. alt\n  3. alt\n2. İkinci\n\n- a\n   - b",
        "Bentler:\na) bir\nb) iki\n\n§ 3a Foo\n§ 3b Bar\n\n• a\n• b\n\n(i) x\n(ii) y",
        "Süreler:\n| Veri | Süre |\n|---|---|\n| `a\\|b` | 2 |\n| eksik |",
        "Tutar 5*3 ve 4*2; **Şirket**in *a* snake_case, H~2~O, m^2^, ~~eski~~ ^^yeni^^",
        "<details><summary>Ek</summary>\n\n- **a**\n- b\n\n</details>\n\n<p>1. x</p>",
        '<ol start="4"><li>a</li><li value="9">b</li></ol>\n\n<!-- not\n\nnot -->',
        "a[^1] b[^kvkk] c[^1]\n\n[^1]: Bir\n    devam\n\n    - x\n\n[^kvkk]: İki",
        '*[KVKK]: Kanun\n\nKVKK\n\nTerim\n: Tanım\n\n!!! note "Not"\n    **İç** [a](b)',
        "## 1. Amaç {#amac .kvkk-4b}\n\nMetin\n{: #m}\n\n[a](b){.x} [c](d e)\n\n{ad}\n\nA\nB\n---\nC",
        "    Girintili [a](b) 1*2*3.\n\n```\n<b>**x**</b>\n```\n\n- a\n\n  ```py\n  y\n  ```",
        "[Not]: önemli 30\n\n[a]: 5\n\n!!! Dikkat önemli\n\n~30-~40 (*) b (*) __/__/20__ https://x.co/_a_/",
        "1- a\n3- b\n\n1. a\nx) b\n2. c\n\n| a |\n| - |\n| 1 |\n| - |\n| 2 |",
        "1\\. a \\* &amp; &nbsp; x\\\ny  \nz\n\n> 1. a\n> 3. b\n\n![Logo](x.png) <https://example.org/>",
    ],
)
def test_what_two_readers_read_alike_is_no_problem(markdown: str) -> None:
    assert [problem for problem in _problems(markdown) if "faithful" in problem or "differently" in problem] == []


def test_a_surplus_cell_is_an_error_with_its_line() -> None:
    (problem,) = _problems("| a | b |\n|---|---|\n| 1 | 2 |\n| 1 | 2 | 3 |\n")
    assert problem == (
        "docs/tr/gizlilik.md:8: this row has 3 cells under 2 headers.\n"
        "  Fix: add a header, join two cells, or write \\| for a line that is text."
    )


def test_a_number_that_would_be_shown_otherwise_is_an_error() -> None:
    """The page is made to number a list from its first item, as rules 1 do."""
    frozen = text("3. kişilere\n\n3. kişilerden\n")
    object.__setattr__(frozen, "rendering", 1)
    (problem,) = reading_problems(frozen)
    assert str(problem) == (
        "docs/tr/gizlilik.md:7: two readers of Markdown read this differently: the page says "
        "“3 kişilere 4 kişilerden”, CommonMark says “3 kişilere 3 kişilerden”.\n"
        "  Fix: write it in a way that can be read only once: blank lines around it, \\ before signs that are text."
    )


def test_signs_of_markup_that_show_are_named_with_their_lines() -> None:
    found = reading_problems(text((CASES / "markup-not-taken.md").read_text(encoding="utf-8").split("---\n")[2]))
    assert [(problem.line, str(problem.message)) for problem in found] == [
        (8, "“**” shows as a sign on the page: “** önemli ** n”."),
        (8, "“] (” shows as a sign on the page: “] (https://exam”."),
        (8, "“][” shows as a sign on the page: “][gp]. Süre 30”."),
        (8, "“[^9]” shows as a sign on the page: “[^9]”."),
    ]
    assert {problem.rule for problem in found} == {"markup"}
    for sign in ("###3. Alt", "| a | b |\n| 1 | 2 |", "|—|—|", "=====", "```\nx", "__KVKK__nın"):
        assert [problem for problem in _problems(f"a\n\n{sign}\n") if "shows as a sign" in problem], sign
    for words in (
        "Ücret (**) hariç",
        "[1][2]",
        "[…] (madde 5)",
        "#5 sayılı",
        "_ga ve __utma",
        "a | b",
        "kart 5*** **** **** 12",
        "a[^1]\n\n[^1]: b",
    ):
        assert _problems(words) == [], words
    assert len(_problems("##Başlık {#x}\n\n| a |\n|---|---|\n")) == 3
