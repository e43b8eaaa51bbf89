"""What is true of every redline, tried on texts and edits made by a seed; the long runs are marked slow."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import chain
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.helpers import redline_edits as edits
from tests.helpers import redline_strategies as strategies
from tests.helpers.html_tree import parse, tree, walk
from tests.helpers.redline_contract import is_marked, least_words, marked_words, problems, torn_words, words
from tests.helpers.redline_documents import TURKISH, Block, document, markdown, policy
from tests.helpers.redline_fuzz import wrong
from tests.helpers.redline_shrink import smallest
from yururluk.redline import compare, compare_html
from yururluk.text.markdown import render

settings.register_profile(
    "redline",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # ``check`` makes what fails smaller, and faster
)
FEW = settings(settings.get_profile("redline"), max_examples=20)
SEEDS = 40
MANY_SEEDS = 4000


def check(old: str, new: str) -> None:
    """Fails with the smallest pair that is as wrong as this one."""
    if found := wrong(old, new):
        kind = found[0].split(":")[0]
        old, new = smallest(old, new, lambda a, b: any(w.startswith(kind) for w in wrong(a, b)))
        pytest.fail("\n".join([*wrong(old, new), f"old = {old!r}", f"new = {new!r}"]), pytrace=False)


# --- whatever the texts and the edits


@given(pair=strategies.pairs())
@FEW
def test_any_edits(pair: tuple[str, str]) -> None:
    """Accept gives the new text, reject the old; what differs is shown; valid html; whole pairs."""
    check(*pair)


@pytest.mark.parametrize("kind", edits.EDITS)
def test_each_kind_of_edit(kind: str) -> None:
    """The same for each kind of edit by itself."""
    for seed in range(3):
        rng = Random(f"{kind} {seed}")
        old = document(rng)
        check(markdown(old), markdown(edits.edited(old, rng, [kind])))


@given(pair=strategies.wild_pairs())
@FEW
def test_texts_of_odd_letters(pair: tuple[str, str]) -> None:
    """The same for texts that are hardly texts."""
    check(*pair)


@given(text=strategies.texts())
@FEW
def test_equal_texts_have_no_changes(text: str) -> None:
    """A text against itself, and its rendering against itself, gives the rendering and nothing else."""
    html = render(text)
    for redline in (compare(text, text), compare_html(html, html)):
        assert not is_marked(redline.html)
        assert list(redline.changes) == []
        assert tree(redline.html) == tree(html)


@given(old=strategies.texts(4), new=strategies.texts(4))
@FEW
def test_unlike_texts(old: str, new: str) -> None:
    """The same for texts that have nothing to do with each other, the empty one among them."""
    check(old, new)
    check("", new)


@given(pair=strategies.pairs())
@settings(FEW, max_examples=10)
def test_markdown_and_its_rendering_give_the_same_redline(pair: tuple[str, str]) -> None:
    """``compare`` is ``compare_html`` of the two renderings; front matter is not part of the text."""
    old, new = pair
    expected = compare_html(render(old), render(new)).html
    assert compare(old, new).html == expected
    assert compare(f"---\ntitle: a\n---\n\n{old}", f"---\ntitle: b\n---\n\n{new}").html == expected


DIGEST = """
import hashlib, sys
from itertools import chain
from random import Random
from tests.helpers.redline_edits import pair
from yururluk.redline import compare
digest = hashlib.sha256()
for seed in range(12):
    digest.update(compare(*pair(Random(seed), 10, 6)).html.encode())
sys.stdout.write(digest.hexdigest())
"""


def test_a_redline_is_the_same_in_every_process() -> None:
    """Not a byte depends on the order of a set, on what was compared before, or on the time."""
    digest = hashlib.sha256()
    for seed in range(12):
        digest.update(compare(*edits.pair(Random(seed), 10, 6)).html.encode())
    for hash_seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        fresh = subprocess.run(
            [sys.executable, "-c", DIGEST], env=environment, check=True, capture_output=True, text=True
        )
        assert fresh.stdout == digest.hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_many_seeds(part: int) -> None:
    """The same for thousands of texts."""
    for seed in range(part * MANY_SEEDS // 20, (part + 1) * MANY_SEEDS // 20):
        check(*edits.pair(Random(seed), blocks=12, edits=6))


@pytest.mark.slow
@given(pair=st.one_of(strategies.pairs(12, 6), strategies.wild_pairs()))
@settings(settings.get_profile("redline"), derandomize=False, max_examples=1000)
def test_fuzz(pair: tuple[str, str]) -> None:
    """The same for texts not tried before."""
    check(*pair)


# --- as little as possible is marked


def slow_least_words(old: list[str], new: list[str]) -> int:
    """Deletions and insertions by the textbook table of the longest common subsequence: the oracle."""
    row = [0] * (len(new) + 1)
    for one in old:
        diagonal = 0
        for at, other in enumerate(new, 1):
            diagonal, row[at] = row[at], diagonal + 1 if one == other else max(row[at], row[at - 1])
    return len(old) + len(new) - 2 * row[-1]


def test_little_more_than_the_least_is_marked() -> None:
    """Never over 1.5 times the fewest words plus ten; over many small texts at most a fifth more."""
    marked_total = least_total = 0
    for seed in range(SEEDS):
        rng = Random(seed)
        old = [[rng.choice("abcdefgh") * 3 for _ in range(rng.randint(1, 15))] for _ in range(rng.randint(1, 4))]
        new = [[word for word in p if rng.random() < 0.85 or p is old[0]] for p in old]
        new[-1][rng.randint(0, len(new[-1])) :] = [rng.choice("abcxyz") * 3 for _ in range(rng.randint(0, 3))]
        old_html, new_html = ("".join(f"<p>{' '.join(p)}</p>" for p in text) for text in (old, new))
        least = slow_least_words([*chain(*old)], [*chain(*new)])
        assert least == least_words(old_html, new_html)
        marked = sum(marked_words(compare_html(old_html, new_html).html))
        assert marked <= 1.5 * least + 10, (old_html, new_html)
        marked_total, least_total = marked_total + marked, least_total + least
    assert marked_total <= 1.2 * least_total


def clauses(rng: Random, number: int = 6) -> list[Block]:
    """Clauses of two paragraphs in which hardly a sentence comes twice, and a list at the end."""
    made: list[Block] = []
    for at in range(1, number + 1):
        made.append(Block("heading", f"Madde {at}: {rng.choice(TURKISH)} {at}", 2 + 10 * at))
        made += [Block("paragraph", sentence(rng)) for _ in range(2)]
    return [*made, Block("numbers", number=1, children=[Block("item", sentence(rng)) for _ in range(4)])]


def sentence(rng: Random) -> str:
    return " ".join(f"{rng.choice(TURKISH)}{rng.randint(0, 999)}" for _ in range(rng.randint(12, 25))) + "."


Change = Callable[[list[Block], Random], tuple[int, int]]
"""Changes a text of ``clauses`` in place; gives how many words a redline should mark inserted and deleted."""


def kinds(html: str) -> set[str]:
    return {kind for node, _ in walk(parse(html).root) if (kind := node.get("data-redline-kind")) is not None}


def one_word(text: list[Block], rng: Random) -> tuple[int, int]:
    parts = text[4].text.split()
    parts[rng.randrange(len(parts))] = "başka"
    text[4].text = " ".join(parts)
    return 1, 1


def one_paragraph(text: list[Block], rng: Random) -> tuple[int, int]:
    text.insert(5, Block("paragraph", sentence(rng)))
    return len(text[5].text.split()), 0


def one_item(text: list[Block], rng: Random) -> tuple[int, int]:
    text[-1].children.insert(rng.randint(0, 3), Block("item", "yeni bent eklendi."))
    return 3, 0


def one_clause_less(text: list[Block], _rng: Random) -> tuple[int, int]:
    gone = text[3:6]
    del text[3:6]
    return 0, sum(len(block.text.split()) for block in gone)


def moved_paragraph(text: list[Block], _rng: Random) -> tuple[int, int]:
    text.insert(13, text.pop(4))
    return 0, 0


def moved_item(text: list[Block], _rng: Random) -> tuple[int, int]:
    text[-1].children.append(text[-1].children.pop(0))
    return 0, 0


def moved_clause_with_a_word_changed(text: list[Block], rng: Random) -> tuple[int, int]:
    counts = one_word(text, rng)
    text[9:9] = text[3:6]
    del text[3:6]
    return counts


def split_paragraph(text: list[Block], _rng: Random) -> tuple[int, int]:
    parts = text[4].text.split()
    text[4:5] = [Block("paragraph", " ".join(parts[:6])), Block("paragraph", " ".join(parts[6:]))]
    return 0, 0


def merged_paragraphs(text: list[Block], _rng: Random) -> tuple[int, int]:
    text[4:6] = [Block("paragraph", f"{text[4].text} {text[5].text}")]
    return 0, 0


def other_level(text: list[Block], _rng: Random) -> tuple[int, int]:
    text[3].number += 1
    return 0, 0


def bold(text: list[Block], _rng: Random) -> tuple[int, int]:
    text[4].text = f"**{text[4].text}**"
    return 0, 0


def first_number(text: list[Block], _rng: Random) -> tuple[int, int]:
    text[-1].number = 3
    return 0, 0


def apostrophe(text: list[Block], _rng: Random) -> tuple[int, int]:
    text[4].text = text[4].text.replace(" ", "\u00a0", 1)
    return 0, 0


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (one_word, ""),
        (one_paragraph, ""),
        (one_item, ""),
        (one_clause_less, ""),
        (moved_paragraph, "move"),
        (moved_item, "move"),
        (moved_clause_with_a_word_changed, "move"),
        (split_paragraph, "split"),
        (merged_paragraphs, "merge"),
        (other_level, "format"),
        (bold, "format"),
        (first_number, "format"),
        (apostrophe, "typographic"),
    ],
)
def test_one_change_is_shown_as_what_it_is(change: Change, kind: str) -> None:
    """Only the words that changed are marked, and the change is called what a reader would call it."""
    for seed in range(3):
        rng = Random(seed)
        text = clauses(rng)
        old = markdown(text)
        expected = change(text, rng)
        check(old, markdown(text))
        html = compare(old, markdown(text)).html
        assert marked_words(html) == expected
        assert torn_words(html) == []
        assert kinds(html) == ({kind} if kind else set())


# --- bad input


def correct(old_html: str, new_html: str) -> None:
    """Right on both sides and never silent, however coarse; or refused with a message."""
    try:
        html = compare_html(old_html, new_html).html
    except ValueError as error:
        if not str(error):
            pytest.fail("refused without a message")
        return
    assert problems(old_html, new_html, html) == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>a <b>b",
        "<ul><li>a<li>b",
        "</div></p>a",
        "<table><p>a</p><tr><td>b",
        "<p><div>a</div></p>",
        "a & b < c",
        "<p title='a>b' title=c>d</p>",
        "<a href=x>a <a href=y>b</a></a>",
        "<b><p>a</b></p>",
        "<!-- a --><p>b<!-- c --></p>",
        "<p>a</p>" * 3 + "<div>" * 100 + "b",
        "\x00\x01a\x0b\x7f\ufffe",
        "<svg><title>a</title></svg><math><mi>b</mi></math>",
        "<p id=a>a</p><p id=a>b</p>",
        "&#0;&#x80;&notanentity;&nbsp",
    ],
)
def test_html_that_is_not_well_formed(html: str) -> None:
    """Compared as a browser reads it, or refused; the other side may be sound, or as broken."""
    correct(html, "<p>a</p>")
    correct("<p>a</p>", html)
    correct(html, re.sub(r"\ba\b(?![^<]*>)", "x y", html))


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x02\x1b[31m\x7f",
        bytes(range(256)).decode("latin-1"),
        Random(1).randbytes(3000).decode("utf-8", "replace"),
        "> " * 60 + "a",
        "- " * 60 + "a",
        "[" * 200 + "a" + "](b)" * 200,
        "*" * 500,
        "[^1]\n\n[^1]: a [^2]\n[^2]: b [^1]",
        "| a |\n| - |\n" + "| b |\n" * 50,
        "---\ntitle: never closed\n",
        "\ufeff# a",
        "a\r\nb\rc",
    ],
)
def test_text_that_is_not_a_text(text: str) -> None:
    """A text that nobody wrote is compared as it is rendered."""
    check(text, "madde")
    check("madde", text)
    check(text, f"madde\n\n{text}")


@pytest.mark.parametrize("change", ["a word", "everything"])
def test_one_long_paragraph(change: str) -> None:
    """Two hundred thousand letters without a block to hold on to."""
    long_paragraph(200_000, change)


@pytest.mark.slow
@pytest.mark.parametrize("change", ["a word", "everything"])
def test_one_very_long_paragraph(change: str) -> None:
    """Five million letters."""
    long_paragraph(5_000_000, change)


def long_paragraph(length: int, change: str) -> None:
    rng = Random(length)
    old = [rng.choice(TURKISH) for _ in range(length // 8)]
    new = list(old)
    if change == "a word":
        new[len(new) // 2] = "başka"
    else:
        new = [word + rng.choice("xyz") for word in old]
    correct(f"<p>{' '.join(old)}</p>", f"<p>{' '.join(new)}</p>")


def test_a_thousand_blocks() -> None:
    """The same words in every block, one taken out, one put in, two changed."""
    many_blocks(1000)


@pytest.mark.slow
def test_a_hundred_thousand_blocks() -> None:
    """The same at a hundred thousand."""
    many_blocks(100_000)


def many_blocks(number: int) -> None:
    old = [f"<p>madde {at % 10} veri işlenir</p>" for at in range(number)]
    new = [*old[: number // 3], *old[number // 3 + 1 :], "<p>yeni</p>"]
    new[number // 2] = new[5] = "<p>başka</p>"
    correct("".join(old), "".join(new))


@pytest.mark.slow
def test_a_long_text_with_everything_changed() -> None:
    """Forty thousand words against forty thousand others."""
    old, new = (render(markdown(policy(Random(seed), 40_000))) for seed in (1, 2))
    assert len(words(old)) > 38_000
    correct(old, new)
