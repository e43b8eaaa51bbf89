"""Any two releases, put together from the changes in between: always right, and no larger than the changes."""

from __future__ import annotations

import json
from itertools import combinations, permutations
from random import Random

import pytest

from tests.conftest import EXAMPLE
from tests.helpers.builders import SETTINGS, day, history, published
from tests.helpers.builders import text as made_text
from tests.helpers.redline_contract import problems
from tests.helpers.series import pages, series
from yururluk.core.history import History
from yururluk.core.model import Text
from yururluk.lineage.composing import pair, redline_of, regions
from yururluk.lineage.steps import Series, Weave, blocks_of, weave, woven_files
from yururluk.redline import compare
from yururluk.site import page_models as views
from yururluk.site.page_facts import Assembler
from yururluk.site.pages import portal_site
from yururluk.text.markdown import render

SEEDS = 25
ONE = "# Başlık\n\nBirinci paragraf üç yıl saklanır.\n\nİkinci paragraf aynen kalır.\n\n- bir\n- iki\n"
TWO = ONE.replace("üç yıl", "beş yıl")
THREE = TWO + "\nYeni bir paragraf eklendi.\n"


def woven(*texts: str) -> Weave:
    """The texts given, as releases 1.0, 1.1 …"""
    named = tuple((f"1.{at}", one) for at, one in enumerate(texts))
    return weave(Series("belge", "tr", named, pages(named)))


def published_series(*bodies: str) -> Series[Text]:
    """The same, as the texts of releases."""
    texts = tuple((f"1.{at}", made_text(body, "belge")) for at, body in enumerate(bodies))
    return Series("belge", "tr", texts, pages(tuple((version, one.source) for version, one in texts)))


def test_the_published_file_is_the_weave_and_the_files_of_its_steps_give_it_again() -> None:
    made = published_series(ONE, TWO, TWO, ONE, THREE)
    whole, steps = woven_files(made, "code")
    sources = tuple((version, one.source) for version, one in made.texts)
    assert whole == weave(Series("belge", "tr", sources, made.pairs)).to_json()
    assert len(steps) == 3
    assert woven_files(made, "code", steps) == (whole, steps)


def test_a_step_is_taken_from_its_file_by_both_texts_and_the_code_and_only_whole() -> None:
    made = published_series(ONE, TWO)
    whole, steps = woven_files(made, "code")
    (name,) = steps
    forged = {name: steps[name].replace("beş".encode(), b"on")}
    assert woven_files(made, "code", forged)[0] == whole.replace("beş".encode(), b"on")
    assert woven_files(made, "newer code", forged)[0] == whole
    assert woven_files(published_series(ONE, THREE), "code", forged)[0] == woven_files(published_series(ONE, THREE))[0]
    for broken in (b"", b"[]", b"{}", b"\xff", steps[name][:-5]):
        assert woven_files(made, "code", {name: broken}) == (whole, steps)


def test_blocks_joined_by_line_feeds_are_the_rendering_again() -> None:
    for html in ("", "<p>a</p>\n<p>b</p>", "<hr>\n<p>a</p>", "loose <b>text</b>\n<p>a</p>", "<p>a</p><p>b</p>"):
        assert "\n".join(blocks_of(html)) == html
    assert blocks_of("<p>a</p>\n<ul>\n<li>b</li>\n</ul>") == ["<p>a</p>", "<ul>\n<li>b</li>\n</ul>"]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_pair_of_a_history_keeps_the_contract_of_redlines(seed: int) -> None:
    """Accept gives the new rendering, reject the old one, in either direction; pairs are whole, ids unique."""
    made = series(Random(seed))
    found = weave(made)
    renderings = {found.releases[version]: render(text) for version, text in made.texts}
    for old, new in permutations(renderings, 2):
        assert problems(renderings[old], renderings[new], redline_of(found, old, new)) == []


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_pair_with_a_page_of_its_own_is_the_same_redline_to_the_byte(seed: int) -> None:
    made = series(Random(seed))
    found, texts = weave(made), dict(made.texts)
    for old, new in made.pairs:
        assert pair(found, old, new) == compare(texts[old], texts[new]).html


def test_releases_with_the_same_text_share_it() -> None:
    found = woven(ONE, ONE, TWO, ONE)
    assert dict(found.releases) == {"1.0": 0, "1.1": 0, "1.2": 1, "1.3": 0}
    assert pair(found, "1.0", "1.3") == render(ONE)


def test_an_edit_that_no_later_release_touches_is_shown_as_it_stands() -> None:
    found = woven(ONE, TWO, THREE)
    first = compare(ONE, TWO).html
    edited = next(line for line in first.splitlines() if "beş" in line)
    assert edited in pair(found, "1.0", "1.2")
    assert [region.edit for region in regions(found.path(0, 2))] == [(0, 0), (1, 0)]


def test_what_one_release_takes_away_and_the_next_brings_back_is_no_change() -> None:
    short = ONE.replace("İkinci paragraf aynen kalır.\n\n", "")
    found = woven(ONE, short, TWO)
    assert "İkinci paragraf aynen kalır.</p></" not in pair(found, "1.0", "1.2")


def test_a_move_of_which_one_end_was_changed_later_is_not_shown_by_half() -> None:
    clauses = [f"Madde {n}. Bu hüküm {word} hakkında ayrıntılı kurallar koyar." for n, word in enumerate("abcdef")]
    moved = [*clauses[1:5], clauses[0], clauses[5]]
    gone = [text for text in moved if text != clauses[0]]
    texts = ["\n\n".join(state) for state in (clauses, moved, gone)]
    assert "move" in compare(texts[0], texts[1]).html
    html = pair(woven(*texts), "1.0", "1.2")
    assert "move" not in html
    assert problems(render(texts[0]), render(texts[2]), html) == []


def test_a_redline_that_skips_a_withdrawn_release_is_one_step() -> None:
    """The page of 1.2 compares with 1.0, because 1.1 had been withdrawn: so does this."""
    named = (("1.0", ONE), ("1.1", "Bambaşka bir metin.\n"), ("1.2", TWO))
    found = weave(Series("belge", "tr", named, (("1.0", "1.1"), ("1.0", "1.2"))))
    assert pair(found, "1.0", "1.2") == compare(ONE, TWO).html
    assert problems(render(named[1][1]), render(TWO), pair(found, "1.1", "1.2")) == []


def test_the_data_grows_with_the_changes_and_not_with_the_pairs() -> None:
    def size(releases: int) -> int:
        paragraphs = [f"Paragraf {n}: " + "sözleşme hükmü " * 20 for n in range(40)]
        texts = []
        for at in range(releases):
            paragraphs[at * 7 % 40] += f" Ek {at}."
            texts.append("\n\n".join(paragraphs))
        return len(woven(*texts).to_json())

    ten, twenty, forty = size(10), size(20), size(40)
    assert forty - twenty < 2.3 * (twenty - ten)


def test_the_data_can_be_read_back() -> None:
    data = json.loads(woven(ONE, TWO, ONE).to_json())
    assert data["format"] == 2
    assert data["releases"] == {"1.0": 0, "1.1": 1, "1.2": 0}
    assert [(step[0], step[1]) for step in data["steps"]] == [(0, 1), (1, 0)]
    assert data["steps"][0][3] == [1, 1]


# The pages


def _portal(*releases: object) -> tuple[History, views.Site]:
    found = history(*releases)  # type: ignore[arg-type]
    return found, portal_site(Assembler(found, day(50), SETTINGS))


def test_a_document_is_compared_only_among_the_releases_that_hold_it() -> None:
    """One comes late, one goes, one is translated only once."""
    _, site = _portal(
        published("1.0", {"gizlilik": ONE}, 1, 1, rank=0),
        published("1.1", {"gizlilik": TWO, "cerez": ONE, "gizlilik/en": ONE}, 2, 2, rank=1),
        published("1.2", {"cerez": TWO}, 3, 3, rank=2),
    )
    turkish = site.by_source["tr/karsilastir.md"]
    english = site.by_source["en/karsilastir.md"]
    assert isinstance(turkish.view, views.CompareView)
    assert isinstance(english.view, views.CompareView)
    assert {row.document: row.versions for row in turkish.view.documents} == {
        "cerez": ("1.1", "1.2"),
        "gizlilik": ("1.0", "1.1"),
    }
    assert {row.document: row.versions for row in english.view.documents} == {"cerez": (), "gizlilik": ("1.1",)}
    assert [file.path for file in turkish.files] == ["karsilastir/cerez.json", "karsilastir/gizlilik.json"]
    assert english.files == ()


def test_the_pairs_listed_are_those_with_a_page_of_their_own() -> None:
    _, site = _portal(
        published("1.0", {"gizlilik": ONE}, 1, 1, rank=0),
        published("1.1", {"gizlilik": ONE}, 2, 2, rank=1),
        published("1.2", {"gizlilik": TWO}, 3, 3, rank=2),
    )
    view = site.by_source["tr/karsilastir.md"].view
    assert isinstance(view, views.CompareView)
    assert view.documents[0].pairs == (views.Change("1.0", "1.2", "1.2/degisiklikler/gizlilik/"),)


def test_all_pairs_of_the_projects_own_releases() -> None:
    for locale, document in (("tr", "gizlilik-politikasi"), ("tr", "aydinlatma-metni"), ("en", "gizlilik-politikasi")):
        files = [EXAMPLE / "releases" / v / locale / f"{document}.md" for v in ("1.0", "1.1", "2.0")]
        texts = {file.parent.parent.name: file.read_text(encoding="utf-8") for file in files if file.is_file()}
        found = weave(Series(document, locale, tuple(texts.items()), pages(tuple(texts.items()))))
        for old, new in combinations(texts, 2):
            assert problems(render(texts[old]), render(texts[new]), pair(found, old, new)) == []
