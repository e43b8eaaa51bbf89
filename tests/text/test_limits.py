"""A text that Markdown would be at for hours is refused at once; one that is only long is not."""

from __future__ import annotations

import time

import pytest

from yururluk.text.markdown import RenderError, endless_line, is_endless, render


@pytest.mark.parametrize("piece", ["[", "<a ", "[x](", "![", "\n# ", "[ ]( <"])
def test_thousands_left_open_are_refused_at_once(piece: str) -> None:
    start = time.process_time()
    with pytest.raises(RenderError, match="one paragraph leaves too many brackets open"):
        render(piece * 20_000)
    assert time.process_time() - start < 2


def test_nested_brackets_are_no_way_around() -> None:
    assert is_endless("[" * 5_000 + "]" * 5_000)
    assert is_endless("] " * 5_000 + "[ " * 5_000)


@pytest.mark.parametrize(
    "text",
    [
        "Bir [bağlantı](https://www.example.com/a) ve (parantez) içinde [bir başkası](#a), <b>kalın</b>. " * 5_000,
        "## 1. Başlık {#a}\n\nMetin [x](#a).\n\n" * 10_000,
        "1) a) [eksik (parantez < 5 TL\n\n" * 20_000,
        "- [ ] iş\n" * 20_000,
    ],
)
def test_a_long_text_is_only_long(text: str) -> None:
    """Half a megabyte of links in one paragraph, ten thousand clauses, single brackets left open here and there."""
    assert not is_endless(text)


def test_the_paragraph_that_takes_most_is_found() -> None:
    assert endless_line("Bir.\n\n[iki](#iki)\n\n" + "[" * 6_000 + "\n\nson") == 4


@pytest.mark.parametrize(
    "markdown",
    [
        "\n".join(f"*[K{number}]: b" for number in range(1200)) + "\n\nK1 metin " * 200,
        "\n".join("  " * level + "- a" for level in range(400)),
        ">" * 400 + " a",
        "a[^1]\n\n[^1]: " + "[^1] " * 2800,
    ],
    ids=["abbreviations", "nested lists", "nested quotations", "a note about itself"],
)
def test_what_grows_with_the_square_of_its_length_is_refused(markdown: str) -> None:
    with pytest.raises(RenderError):
        render(markdown)
