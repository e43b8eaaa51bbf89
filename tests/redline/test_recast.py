"""The same words in other blocks are no rewritten text: only what is new in them is marked."""

from __future__ import annotations

import pytest

from tests.helpers.redline_contract import least_words, marked_words, problems
from yururluk.redline import compare
from yururluk.text.markdown import render

_ITEMS = (
    "1. The provider keeps the records of every order for as long as the law asks for.\n\n"
    "2. The customer pays each invoice within thirty days after it was received by mail.\n\n"
    "3. Either party ends the contract in writing with a notice of three whole months.\n\n"
    "4. The courts at the seat of the provider decide about every dispute between them.\n"
)


def _with(old: str, new: str) -> tuple[str, str]:
    assert old in _ITEMS
    return _ITEMS, _ITEMS.replace(old, new)


_SAFEGUARDS = "The safeguards that the law lays down apply."
_HEADING = "### Frameworks for data from elsewhere"

_RECAST = {
    "item-loose": _with("2. The customer", "2.\nThe customer"),
    "item-a-heading": _with("2. The customer", "## 2. The customer"),
    "item-a-paragraph": _with("3. Either party", "Either party"),
    "item-in-the-one-before": _with("\n\n4. The courts", " The courts"),
    "out-of-item": (f"- One thing that stays.\n\n    {_SAFEGUARDS}\n", f"- One thing that stays.\n\n{_SAFEGUARDS}\n"),
    "heading-in-paragraph": (f"We keep the data.\n\n{_HEADING}\n\nText.", f"We keep the data. {_HEADING}\n\nText."),
}


@pytest.mark.parametrize(("old", "new"), _RECAST.values(), ids=_RECAST)
@pytest.mark.parametrize("turned", [False, True])
def test_words_that_only_stand_in_another_block_are_not_told_as_gone_and_come(old: str, new: str, turned: bool) -> None:
    """A list cut in two, an item that runs into the one before, a paragraph taken out of its item."""
    if turned:
        old, new = new, old
    before, after = render(old), render(new)
    html = compare(old, new).html
    assert not problems(before, after, html)
    inserted, deleted = marked_words(html)
    assert inserted + deleted <= 1.5 * least_words(before, after) + 5


@pytest.mark.parametrize("end", [" ", "\t", "  "])
def test_a_space_at_the_end_of_a_block_is_no_part_of_the_text(end: str) -> None:
    """No browser shows it, so a text with it and one without are equal down to the character."""
    assert render(f"Metin.{end}\n\n- Madde.{end}\n") == render("Metin.\n\n- Madde.\n")
    assert render(f"<!-- not -->\n\nMetin.{end}") == "<p>Metin.</p>"


SENTENCES = [
    "Veriler hizmetin sunulması için işlenir.",
    "Kullanıcı dilediği an hesabını kapatabilir.",
    "Kayıtlar iki yıl boyunca güvenle saklanır.",
    "Sorular destek ekibine yazılı olarak sorulur.",
]


def test_a_paragraph_is_split_also_where_a_sentence_from_its_middle_moves_to_the_new_one() -> None:
    one, two, three, four = SENTENCES
    redline = compare(f"{one} {two} {three}", f"{one} {three}\n\n{two}")
    assert redline.changes[0].kind == "split"
    redline = compare(f"{one} {two} {three} {four}", f"{one} {three} {four}\n\n{two}")
    assert redline.changes[0].kind == "split"


def test_sentences_that_cross_the_edge_of_their_paragraph_are_no_other_words() -> None:
    one, two, three, four = SENTENCES
    rest = "Bu metin yürürlük tarihinden itibaren bütün kullanıcılar için aynı biçimde uygulanır."
    redline = compare(f"{rest} {one} {two} {three}\n\n{four} {rest}", f"{rest} {one} {two}\n\n{three} {four} {rest}")
    assert (redline.summary.words_added, redline.summary.words_removed) == (0, 0)
    assert [change.kind for change in redline.changes] == ["format"]
