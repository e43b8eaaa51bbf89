"""The walk over a text: typed nodes in reading order, each list item with the number that a page shows."""

from __future__ import annotations

import pytest

from yururluk.redline import compare_html
from yururluk.text.block_syntax import numeral
from yururluk.text.blocks import (
    Block,
    Box,
    Code,
    Footnotes,
    Heading,
    Listing,
    NoteMark,
    Paragraph,
    Rule,
    Span,
    Table,
    Words,
    document_of,
    read_html,
)

TEXT = """Giriş.

## Madde 8 – Haklar {#haklar}

Bir[^1] söz.

> ## Alıntı

3. üç
4. dört

| a | b |
|---|---|
| 1 | 2 |

Terim
:   Tanım

!!! note "Not"
    Kutu.

```
kod
```

***

[^1]: Dipnot.
"""


def _marks(html: str) -> list[str]:
    (listing,) = read_html(html).blocks
    assert isinstance(listing, Listing)
    return [item.mark for item in listing.items]


def test_every_kind_of_block_is_a_node_of_its_own() -> None:
    kinds: list[type[Block]] = [Paragraph, Heading, Paragraph, Box, Listing, Table, Box, Box, Code, Rule, Footnotes]
    document = document_of(TEXT)
    assert [type(block) for block in document.blocks] == kinds
    assert [block.tag for block in document.blocks if isinstance(block, Box)] == ["blockquote", "dl", "div"]


def test_a_clause_is_a_heading_outside_of_quotations_and_holds_its_blocks_without_the_notes() -> None:
    opening, clause = document_of(TEXT).sections
    assert [len(opening.blocks), len(clause.blocks)] == [1, 8]
    assert (clause.id, clause.level, clause.printed, clause.number, clause.title) == (
        "haklar",
        2,
        "Madde 8 –",
        "8",
        "Haklar",
    )


def test_a_reference_names_its_note() -> None:
    document = document_of(TEXT)
    paragraph = document.sections[1].blocks[0]
    assert isinstance(paragraph, Paragraph)
    mark = paragraph.line[1]
    assert isinstance(mark, NoteMark)
    assert (mark.note, mark.number) == ("fn:1", "1")
    number, item = document.notes["fn:1"]
    assert number == "1"
    (note,) = item.blocks
    assert isinstance(note, Paragraph)
    assert "".join(part.text for part in note.line if isinstance(part, Words)).strip() == "Dipnot."


@pytest.mark.parametrize(
    ("html", "marks"),
    [
        ("<ol><li>a</li><li>b</li></ol>", ["1.", "2."]),
        ('<ol start="3"><li>a</li><li value="3">b</li><li>c</li></ol>', ["3.", "3.", "4."]),
        ('<ol type="a" start="26"><li>a</li><li>b</li></ol>', ["z.", "aa."]),
        ('<ol type="I" reversed><li>a</li><li>b</li></ol>', ["II.", "I."]),
        ('<ol type="i" start="0"><li>a</li></ol>', ["0."]),
        ('<ol class="parenthesis"><li>a</li></ol>', ["1)"]),
        ('<ul class="labels"><li>a) x</li></ul>', [""]),
        ("<ul><li>a</li></ul>", ["•"]),
        ("<ol>once <li>a</li><p>arada</p><li>b</li> sonra</ol>", ["", "1.", "", "2.", ""]),
    ],
)
def test_an_item_has_the_mark_that_a_page_shows_and_no_word_is_lost(html: str, marks: list[str]) -> None:
    assert _marks(html) == marks


def test_in_a_redline_deleted_items_keep_their_old_numbers() -> None:
    old = "<ol><li>bir elma</li><li>iki armut</li><li>üç kiraz</li></ol>"
    new = "<ol><li>bir elma</li><li>üç kiraz</li></ol>"
    assert _marks(compare_html(old, new, locale="tr").html) == ["1.", "2.", "2."]


def test_a_help_of_the_page_is_no_part_of_the_text() -> None:
    (paragraph,) = read_html('<p>a<span data-redline-aid="">yardım</span>b</p>').blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.line == (Words("a"), Words("b"))


def test_what_nests_too_deep_keeps_its_words() -> None:
    (box,) = read_html("<div>" * 400 + "dipte" + "</div>" * 400).blocks
    assert isinstance(box, Box)
    assert box.element.text_content().strip() == "dipte"
    depth = 0
    blocks: tuple[Block, ...] = (box,)
    while blocks and isinstance(blocks[0], Box):
        blocks, depth = blocks[0].blocks, depth + 1
    assert depth <= 60


def test_an_element_of_a_line_that_holds_a_block_is_a_box() -> None:
    (box,) = read_html("<ins><p>a</p></ins>").blocks
    assert isinstance(box, Box)
    (paragraph,) = read_html("<p><em>a</em></p>").blocks
    assert isinstance(paragraph, Paragraph)
    assert isinstance(paragraph.line[0], Span)


@pytest.mark.parametrize(
    ("number", "kind", "expected"),
    [(4, "i", "iv"), (1999, "I", "MCMXCIX"), (4000, "i", "4000"), (28, "A", "AB"), (0, "a", "0"), (-1, "1", "-1")],
)
def test_a_numeral_is_written_as_css_counters_write_it(number: int, kind: str, expected: str) -> None:
    assert numeral(number, kind) == expected
