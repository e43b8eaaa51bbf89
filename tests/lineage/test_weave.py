"""The data from which any two releases are compared: each text and each change once."""

from __future__ import annotations

import json

from tests.helpers.builders import SETTINGS, day, history, published
from tests.helpers.series import series_of
from yururluk.core.history import History
from yururluk.lineage.steps import blocks_of, woven_files
from yururluk.site import page_models as views
from yururluk.site.page_facts import Assembler
from yururluk.site.pages import portal_site

ONE = "# Başlık\n\nBirinci paragraf üç yıl saklanır.\n\nİkinci paragraf aynen kalır.\n\n- bir\n- iki\n"
TWO = ONE.replace("üç yıl", "beş yıl")
THREE = TWO + "\nYeni bir paragraf eklendi.\n"


def test_the_published_file_holds_each_text_once_and_the_files_of_its_steps_give_it_again() -> None:
    made = series_of(ONE, TWO, TWO, ONE, THREE)
    whole, steps = woven_files(made, "code")
    data = json.loads(whole)
    assert data["format"] == 2
    assert data["releases"] == {"1.0": 0, "1.1": 1, "1.2": 1, "1.3": 0, "1.4": 2}
    assert [(step[0], step[1]) for step in data["steps"]] == [(0, 1), (1, 0), (0, 2)]
    assert data["steps"][0][3] == [1, 1]
    assert len(steps) == 3
    assert woven_files(made, "code", steps) == (whole, steps)


def test_a_step_is_taken_from_its_file_by_both_texts_and_the_code_and_only_whole() -> None:
    made = series_of(ONE, TWO)
    whole, steps = woven_files(made, "code")
    (name,) = steps
    forged = {name: steps[name].replace("beş".encode(), b"on")}
    assert woven_files(made, "code", forged)[0] == whole.replace("beş".encode(), b"on")
    assert woven_files(made, "newer code", forged)[0] == whole
    assert woven_files(series_of(ONE, THREE), "code", forged)[0] == woven_files(series_of(ONE, THREE))[0]
    for broken in (b"", b"[]", b"{}", b"\xff", steps[name][:-5]):
        assert woven_files(made, "code", {name: broken}) == (whole, steps)


def test_blocks_joined_by_line_feeds_are_the_rendering_again() -> None:
    for html in ("", "<p>a</p>\n<p>b</p>", "<hr>\n<p>a</p>", "loose <b>text</b>\n<p>a</p>", "<p>a</p><p>b</p>"):
        assert "\n".join(blocks_of(html)) == html
    assert blocks_of("<p>a</p>\n<ul>\n<li>b</li>\n</ul>") == ["<p>a</p>", "<ul>\n<li>b</li>\n</ul>"]


def test_the_data_grows_with_the_changes_and_not_with_the_pairs() -> None:
    def size(releases: int) -> int:
        paragraphs = [f"Paragraf {n}: " + "sözleşme hükmü " * 20 for n in range(40)]
        texts = []
        for at in range(releases):
            paragraphs[at * 7 % 40] += f" Ek {at}."
            texts.append("\n\n".join(paragraphs))
        return len(woven_files(series_of(*texts))[0])

    ten, twenty, forty = size(10), size(20), size(40)
    assert forty - twenty < 2.3 * (twenty - ten)


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
