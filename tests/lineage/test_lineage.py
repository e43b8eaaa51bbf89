"""What became of each clause from release to release, told from examples that a lawyer can read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from tests.conftest import Project
from yururluk.core.model import Text
from yururluk.core.text_file import parse_text
from yururluk.lineage.clause_text import _pieces, content_of, content_of_html
from yururluk.lineage.events import Kind, Lineage, Revision, lineage, moves, stands_in
from yururluk.text.markdown import render
from yururluk.text.page_html import with_anchors, with_notes
from yururluk.verify.page import carries

VERSIONS = ("1.0", "2.0", "3.0", "4.0", "5.0")


def _lineage(*texts: str) -> Lineage:
    before = (None, *VERSIONS)
    return lineage(
        Revision(version, content_of(text), earlier)
        for version, text, earlier in zip(VERSIONS, texts, before, strict=False)
    )


def _told(*texts: str) -> dict[str, list[str]]:
    """What happened to each clause, by its heading without number: `2.0 changed`. Texts are releases 1.0, 2.0 …"""
    return {
        history.clause.title or history.clause.heading: [
            f"{event.version} {event.kind}"
            + (f" {event.old or '–'} → {event.new or '–'}" if event.old or event.new else "")
            for event in history.events
        ]
        for history in _lineage(*texts).histories
    }


def _since(*texts: str) -> dict[str, str]:
    """Since which release the words of each clause of the last text are the same."""
    told = _lineage(*texts)
    last = VERSIONS[len(texts) - 1]
    return {standing.clause.title: standing.since for standing in told.standings[last]}


# -- words and headings

CEREZLER = """
## 1. Çerezler {#cerezler}

Sitemizde yalnızca zorunlu çerezler kullanılır.

## 2. Saklama süresi {#saklama}

Kayıtlar iki yıl saklanır.

## 3. Başvuru {#basvuru}

Başvurular otuz gün içinde yanıtlanır.
"""


def test_words_put_under_a_heading_are_as_old_as_they_were() -> None:
    plain = "Kayıtlar iki yıl boyunca saklanır.\n\nBaşvurular otuz gün içinde yanıtlanır.\n"
    headed = (
        "## 1. Saklama {#saklama}\n\nKayıtlar iki yıl boyunca saklanır.\n\n"
        "## 2. Başvuru {#basvuru}\n\nBaşvurular otuz gün içinde yanıtlanır.\n"
    )
    assert _since(plain, headed) == {"Saklama": "1.0", "Başvuru": "1.0"}
    assert _told(plain, headed) == {"Saklama": ["1.0 stood", "2.0 headed"], "Başvuru": ["1.0 stood", "2.0 headed"]}


def test_one_paragraph_under_two_headings_keeps_its_age_sentence_by_sentence() -> None:
    plain = "Şirket verileri yurt dışına aktarabilir. Başka sitelere bağlantı verilmesi mümkündür ve şarttır.\n"
    headed = (
        "## Aktarım\n\nŞirket verileri yurt dışına aktarabilir.\n\n"
        "## Bağlantılar\n\nBaşka sitelere bağlantı verilmesi mümkündür ve şarttır.\n"
    )
    assert _since(plain, headed) == {"Aktarım": "1.0", "Bağlantılar": "1.0"}


def test_part_of_a_sentence_is_not_the_same_provision() -> None:
    plain = "Şirket, açık rızanız varsa verileri yurt dışına aktarabilir.\n"
    headed = "## Aktarım\n\nverileri yurt dışına aktarabilir.\n"
    assert _told(plain, headed) == {"Aktarım": ["2.0 appeared"]}
    assert not stands_in(["bilgi verilir"], ["Talep edilmezse bilgi verilir. Aksi halde"])


def test_words_under_a_heading_are_as_old_as_the_release_that_brought_them() -> None:
    first = "Site kullanılabilir.\n"
    second = first + "\nAnketlere katılım isteğe bağlıdır.\n"
    third = "## Site\n\nSite kullanılabilir.\n\n## Anketler\n\nAnketlere katılım isteğe bağlıdır.\n"
    assert _since(first, second, third) == {"Site": "1.0", "Anketler": "2.0"}
    assert _told(first, second, third)["Anketler"] == ["2.0 stood", "3.0 headed"]


def test_a_changed_word_changes_its_clause_and_no_other() -> None:
    changed = CEREZLER.replace("iki yıl", "üç yıl")
    assert _told(CEREZLER, changed) == {
        "Çerezler": ["1.0 appeared"],
        "Saklama süresi": ["1.0 appeared", "2.0 changed"],
        "Başvuru": ["1.0 appeared"],
    }
    assert _since(CEREZLER, changed, changed) == {"Çerezler": "1.0", "Saklama süresi": "2.0", "Başvuru": "1.0"}


def test_a_clause_put_in_the_middle_renumbers_those_after_it_and_no_more() -> None:
    more = CEREZLER.replace("## 2.", "## 2. Anketler {#anketler}\n\nKatılım isteğe bağlıdır.\n\n## 3.").replace(
        "## 3. Başvuru", "## 4. Başvuru"
    )
    assert _told(CEREZLER, more) == {
        "Çerezler": ["1.0 appeared"],
        "Saklama süresi": ["1.0 appeared", "2.0 renumbered 2 → 3"],
        "Başvuru": ["1.0 appeared", "2.0 renumbered 3 → 4"],
        "Anketler": ["2.0 appeared"],
    }
    assert _since(CEREZLER, more)["Başvuru"] == "1.0"


def test_headings_of_a_number_alone_are_known_by_their_words() -> None:
    """Nothing names these clauses but their words: `Madde 2` is not the former `Madde 2`."""
    old = "## Madde 1\n\nTaraflar bunlardır.\n\n## Madde 2\n\nKayıtlar iki yıl boyunca saklanır.\n"
    new = (
        "## Madde 1\n\nTaraflar bunlardır.\n\n## Madde 2\n\nTanımlar aşağıda yer alır.\n\n"
        "## Madde 3\n\nKayıtlar iki yıl boyunca saklanır.\n"
    )
    told = _lineage(old, new)
    assert [(s.clause.number, s.since) for s in told.standings["2.0"]] == [("1", "1.0"), ("2", "2.0"), ("3", "1.0")]


def test_the_same_number_over_quite_other_words_is_that_clause_rewritten() -> None:
    old = "## Article 1\n\nThe parties are these.\n\n## Article 2\n\nRecords are kept.\n"
    new = "## Article 1\n\nThe parties are these.\n\n## Article 2\n\nNobody may copy anything at all.\n"
    assert _told(old, new)["Article 2"] == ["1.0 appeared", "2.0 changed"]


def test_the_id_holds_through_a_new_heading_and_new_words() -> None:
    new = CEREZLER.replace("Saklama süresi", "Verilerin saklanması").replace("iki yıl", "üç yıl")
    assert _told(CEREZLER, new)["Verilerin saklanması"] == [
        "1.0 appeared",
        "2.0 changed",
        "2.0 retitled Saklama süresi → Verilerin saklanması",
    ]


def test_the_heading_holds_where_the_id_was_changed() -> None:
    assert _told(CEREZLER, CEREZLER.replace("{#saklama}", "{#sure}"))["Saklama süresi"] == ["1.0 appeared"]


def test_likeness_holds_where_neither_id_nor_heading_does() -> None:
    old = "## Retention\n\nWe keep the records of our users for two years after the contract ends.\n"
    new = "## How long we keep data\n\nWe keep the records of our users for three years after the contract ends.\n"
    assert _told(old, new) == {
        "How long we keep data": ["1.0 appeared", "2.0 changed", "2.0 retitled Retention → How long we keep data"]
    }


def test_a_few_words_in_common_do_not_make_a_likeness() -> None:
    old, new = "## Süre\n\nOtuz gün içinde.\n", "## Ücret\n\nOtuz lira içinde.\n"
    assert _told(old, new) == {"Süre": ["1.0 appeared", "2.0 went"], "Ücret": ["2.0 appeared"]}


def test_the_word_before_the_number_is_part_of_the_heading() -> None:
    old, new = "## Madde 5 – Süre {#sure}\n\nİki yıl.\n", "## Bölüm 5 – Süre {#sure}\n\nİki yıl.\n"
    assert _told(old, new) == {"Süre": ["1.0 appeared", "2.0 retitled Süre → Süre"]}


def test_headings_that_stand_twice_are_told_apart_by_what_they_stand_under() -> None:
    """The page counts their ids (`genel`, `genel_1`): a third one put first must not shift the others."""
    old = "# A\n\nA metni.\n\n## Genel\n\nBirinci.\n\n# B\n\nB metni.\n\n## Genel\n\nİkinci.\n"
    new = "# Yeni\n\nYeni metin.\n\n## Genel\n\nÜçüncü.\n\n" + old
    told = _lineage(old, new)
    assert [(s.clause.heading, s.since) for s in told.standings["2.0"]] == [
        ("Yeni", "2.0"),
        ("Genel", "2.0"),
        ("A", "1.0"),
        ("Genel", "1.0"),
        ("B", "1.0"),
        ("Genel", "1.0"),
    ]
    assert len({history.anchor for history in told.histories}) == 6


def test_a_sub_clause_is_its_own_and_its_parent_ends_where_it_begins() -> None:
    text = "## 1. Haklar {#haklar}\n\nHaklarınız şunlardır.\n\n### 1.1 Erişim {#erisim}\n\nErişebilirsiniz.\n"
    assert _told(text, text.replace("Erişebilirsiniz", "Erişemezsiniz")) == {
        "Haklar": ["1.0 appeared"],
        "Erişim": ["1.0 appeared", "2.0 changed"],
    }


def test_what_stands_before_the_first_heading_has_a_history_too() -> None:
    note = "> This is a translation; the Turkish text prevails.\n"
    told = _lineage(note + CEREZLER, note.replace("prevails", "does not prevail") + CEREZLER)
    assert [str(event.kind) for event in told.histories[0].events] == ["appeared", "changed"]


def test_a_text_that_never_had_a_heading_is_one_clause() -> None:
    told = _lineage("Bir.\n", "Bir.\n\nİki.\n")
    assert [(history.anchor, [str(e.kind) for e in history.events]) for history in told.histories] == [
        ("metin", ["appeared", "changed"])
    ]


# -- going and coming

WITHOUT = CEREZLER.split("## 2.")[0] + "## 2. Başvuru" + CEREZLER.split("## 3. Başvuru")[1]


def test_a_clause_goes_and_comes_back() -> None:
    assert _told(CEREZLER, WITHOUT, CEREZLER)["Saklama süresi"] == ["1.0 appeared", "2.0 went", "3.0 came-back"]
    assert _since(CEREZLER, WITHOUT, CEREZLER) == {"Çerezler": "1.0", "Saklama süresi": "3.0", "Başvuru": "1.0"}


def test_words_that_lose_their_heading_have_not_gone() -> None:
    joined = CEREZLER.replace("## 2. Saklama süresi {#saklama}\n\n", "")
    assert _told(CEREZLER, joined)["Saklama süresi"] == ["1.0 appeared", "2.0 joined"]
    assert _told(CEREZLER, joined)["Çerezler"] == ["1.0 appeared", "2.0 changed"]


def test_what_a_withdrawn_release_did_does_not_bind_the_next_one() -> None:
    """3.0 takes the place of 1.0, since 2.0 had been withdrawn: it brings nothing back, for it lost nothing."""
    revisions = [
        Revision("1.0", content_of(CEREZLER), None),
        Revision("2.0", content_of(WITHOUT), "1.0"),
        Revision("3.0", content_of(CEREZLER.replace("otuz", "on")), "1.0"),
    ]
    told = lineage(revisions)
    by_id = {history.anchor: [f"{e.version} {e.kind}" for e in history.events] for history in told.histories}
    assert by_id["saklama"] == ["1.0 appeared", "2.0 went"]
    assert by_id["basvuru"] == ["1.0 appeared", "2.0 renumbered", "3.0 changed"]
    assert told.line("3.0") == ("1.0", "3.0")


def test_a_clause_that_two_releases_add_apart_has_one_history() -> None:
    more = CEREZLER + "\n## 4. Yeni {#yeni}\n\nYeni hüküm.\n"
    revisions = [
        Revision("1.0", content_of(CEREZLER), None),
        Revision("2.0", content_of(more), "1.0"),
        Revision("3.0", content_of(more), "1.0"),
    ]
    told = lineage(revisions)
    assert [f"{e.version} {e.kind}" for e in told.histories[-1].events] == ["2.0 appeared", "3.0 appeared"]


# -- order


def test_a_move_is_told_of_as_few_clauses_as_can_be() -> None:
    head, *clauses = CEREZLER.replace("1. ", "").replace("2. ", "").replace("3. ", "").split("## ")
    moved = head + "".join("## " + clause.rstrip() + "\n\n" for clause in (clauses[2], *clauses[:2]))
    assert _told(CEREZLER.replace("1. ", "").replace("2. ", "").replace("3. ", ""), moved) == {
        "Çerezler": ["1.0 appeared"],
        "Saklama süresi": ["1.0 appeared"],
        "Başvuru": ["1.0 appeared", "2.0 moved"],
    }


@given(st.permutations(range(9)))
def test_moves_are_the_least_that_put_the_order_right(order: list[int]) -> None:
    moved = moves(dict(enumerate(order)))
    kept = [old for new, old in enumerate(order) if new not in moved]
    assert kept == sorted(kept)
    assert len(kept) == _longest_rising(order)


def _longest_rising(order: Sequence[int]) -> int:
    """The plain way: try every subset that rises."""
    best = [1] * len(order)
    for at in range(len(order)):
        for before in range(at):
            if order[before] < order[at]:
                best[at] = max(best[at], best[before] + 1)
    return max(best)


# -- form


def test_form_alone_changes_no_words() -> None:
    for old, new in (
        ("Kayıtlar iki yıl saklanır.", "Kayıtlar **iki yıl** saklanır."),
        ("Bkz. [site](https://a.example).", "Bkz. [site](https://b.example)."),
        ("Bir cümle. İki cümle.", "Bir cümle.\n\nİki cümle."),
        ('Sitemiz ("Site") açıktır.', "Sitemiz (“Site”) açıktır."),
        ("Site'nin sahibi", "Site’nin sahibi"),
        ("Tek satır.", "> Tek satır."),
    ):
        told = _told(f"## Süre {{#sure}}\n\n{old}\n", f"## Süre {{#sure}}\n\n{new}\n")
        assert told == {"Süre": ["1.0 appeared", "2.0 formatted"]}, (old, new)


def test_a_headings_level_emphasis_and_stops_are_form() -> None:
    for new in ("### 1. Süre {#sure}", "## 1) Süre {#sure}", "## 1. **Süre** {#sure}"):
        told = _told("## 1. Süre {#sure}\n\nİki yıl.\n", f"{new}\n\nİki yıl.\n")
        assert told["Süre"] == ["1.0 appeared", "2.0 formatted"], new


def test_line_ends_and_spaces_in_the_source_are_nothing() -> None:
    told = _told("## Süre\n\nKayıtlar iki yıl\nsaklanır.\n", "## Süre\n\nKayıtlar  iki yıl saklanır.  \n")
    assert told == {"Süre": ["1.0 appeared"]}


def test_a_footnote_belongs_to_the_clause_that_refers_to_it() -> None:
    """The note's number is counted by the page: a note put before it changes no clause but its own."""
    old = "## A {#a}\n\nBir.\n\n## B {#b}\n\nİki.[^x]\n\n## C {#c}\n\nÜç.\n\n[^x]: Kanun m.5.\n"
    more = old.replace("Bir.", "Bir.[^y]") + "[^y]: Kanun m.9.\n"
    other = old.replace("m.5", "m.6")
    assert _told(old, more)["B"] == ["1.0 appeared"]
    assert _told(old, more)["A"] == ["1.0 appeared", "2.0 changed"]
    assert _told(old, other) == {"A": ["1.0 appeared"], "B": ["1.0 appeared", "2.0 changed"], "C": ["1.0 appeared"]}


# -- against a slow and plain way

_WORDS = ("veri", "açık rıza", "Kullanıcı'nın", "iki yıl", "aktarılır", "may", "shall", "1.000 TL")
_CLAUSES = st.lists(
    st.tuples(st.integers(0, 7), st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3)),
    max_size=6,
    unique_by=lambda clause: clause[0],
)


def _own(name: int) -> str:
    """Words that no other clause has, so that none is taken for another."""
    return " ".join(f"m{name}s{number}" for number in range(12))


def _markdown(clauses: Sequence[tuple[int, Sequence[str]]]) -> str:
    return "\n\n".join(
        f"## {place}. Başlık {name} {{#id{name}}}\n\n{_own(name)} {' '.join(words)}."
        for place, (name, words) in enumerate(clauses, 1)
    )


@settings(max_examples=40)
@given(st.lists(_CLAUSES, min_size=2, max_size=5).filter(lambda texts: any(texts)))
def test_every_history_is_what_the_plain_way_finds(texts: list[list[tuple[int, list[str]]]]) -> None:
    """Clauses with ids of their own: each release is held against the one before it, id by id."""
    told = _lineage(*(_markdown(text) for text in texts))
    found = {history.anchor: history for history in told.histories}
    seen: set[int] = set()
    assert set(found) == {f"id{name}" for text in texts for name, _ in text}
    for at, text in enumerate(texts):
        version, now = VERSIONS[at], dict(text)
        before = dict(texts[at - 1]) if at else {}
        kept = [name for name, _ in (texts[at - 1] if at else []) if name in now]
        moved = 0
        for name in {*now, *before}:
            kinds = {event.kind for event in found[f"id{name}"].in_release(version)}
            assert (Kind.APPEARED in kinds) == (name in now and name not in seen)
            assert (Kind.CAME_BACK in kinds) == (name in now and name in seen and name not in before)
            assert (Kind.WENT in kinds) == (name in before and name not in now)
            assert (Kind.CHANGED in kinds) == (name in kept and before[name] != now[name])
            assert not kinds & {Kind.FORMATTED, Kind.RETITLED, Kind.HEADED, Kind.STOOD, Kind.JOINED}
            moved += Kind.MOVED in kinds
        order = [kept.index(name) for name in now if name in kept]
        assert moved == (len(order) - _longest_rising(order) if order else 0)
        for standing in told.standings[version]:
            name = int(standing.clause.id.removeprefix("id"))
            first = at
            while first and dict(texts[first - 1]).get(name) == now[name]:
                first -= 1
            assert standing.since == VERSIONS[first]
        seen |= set(now)


_LINES = st.sampled_from(
    (
        "## Bir {#bir}",
        "# İki",
        "### 2.1 Üç {#uc}",
        "Genel",
        "=====",
        "-----",
        "#değil",
        "####### yedi",
        "Düz metin.",
        "- madde",
        "    - iç madde",
        "    ## girintili",
        "1. bir",
        "> alıntı",
        "> ## alıntıda başlık",
        "| a | b |",
        "| - | - |",
        "!!! note",
        "    içerik",
        "??? soru",
        "Terim",
        ":   tanım",
        "{#kimlik}",
        "```",
        "**kalın** ve [bağ](x.md)",
        "[ad]",
        "a[^1] b",
        "",
        "",
        "",
        "   ",
    )
)


@given(st.lists(_LINES, max_size=14))
def test_a_text_read_by_pieces_reads_as_the_whole(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert content_of(text) == content_of_html(render(text)), _pieces(text)


def _long_text(random: Random) -> list[str]:
    words = [f"söz{number}" for number in range(900)]
    return [f"## {at}. Başlık {at} {{#m{at}}}\n\n" + " ".join(random.choices(words, k=125)) + "." for at in range(40)]


def test_a_hundred_releases_of_a_long_text_cost_less_than_rendering_half_of_them() -> None:
    """5,000 words; each release changes one clause, moves one and adds one: read by pieces, it takes half a second."""
    random = Random(7)
    text = _long_text(random)
    started = time.process_time()
    render("\n\n".join(text))
    once = time.process_time() - started
    releases = []
    for number in range(100):
        text[random.randrange(len(text))] += f" Değişiklik {number}."
        text.insert(random.randrange(len(text)), text.pop(random.randrange(len(text))))
        text.append(f"## Ek {number} {{#ek{number}}}\n\nYeni hüküm {number}.")
        releases.append("\n\n".join(text))
    started = time.process_time()
    revisions = []
    for at, release in enumerate(releases):
        revisions.append(Revision(str(at), content_of(release), str(at - 1) if at else None))
    told = lineage(revisions)
    took = time.process_time() - started
    assert len(told.histories) == 140
    assert took < 50 * once, (took, once)


# -- on the pages


def _text(body: str) -> Text:
    data = f"---\ntitle: Deneme\ntype: terms\n---\n{body}".encode()
    text, problems = parse_text(data, "releases/1.0/tr/deneme.md", "deneme", "tr")
    assert text, problems
    return text


def _page(inner: str) -> bytes:
    return f'<!doctype html><html><body><div class="text">\n{inner}\n</div></body></html>'.encode()


def test_a_note_is_no_part_of_the_text() -> None:
    text = _text(CEREZLER)
    notes = {"cerezler": [[("Metni ", ""), ("1.0", "../")]], "basvuru": [[("Maddenin geçmişi", "#")]]}
    page = with_notes(render(text.source), notes, opening=[[("Maddelere ayrılmıştır.", "")]])
    assert page.count("data-lineage") == 3
    assert "Maddelere ayrılmıştır." in page
    assert carries(_page(page), text)


def test_only_a_note_in_its_place_is_left_out_when_a_page_is_verified() -> None:
    text = _text(CEREZLER)
    note = '<p class="lineage" data-lineage="">Veriler satılabilir.</p>'
    shown = render(text.source)
    assert not carries(_page(shown + note), text)
    assert not carries(_page(shown.replace("</p>", "</p>" + note, 1)), text)
    assert not carries(_page(shown.replace("iki yıl", "üç yıl")), text)


@pytest.mark.parametrize(
    "heading",
    [
        "## 1. Amaç {#a}",
        "## 1. {#a}",
        "## [1.](#a) Amaç {#a}",
        "## [1. Amaç](#a) {#a}",
        '<h2 id="a"> 1. Amaç</h2>',
        '<h2 id="a">1.<b>Amaç</b></h2>',
        '<h2 id="a"><span class="number">1.</span> Amaç</h2>',
        '<h2 id="a"><a class="anchor" href="#a">#</a></h2>',
        '<h2 id="a">1. Amaç <a class="anchor" href="#a">#</a></h2>',
        '<h2 id="a"><a href="#a" class="number">1.</a> Amaç</h2>',
        '<details><summary><h2 id="a">1. Amaç</h2></summary>Söz.</details>',
    ],
)
def test_the_link_of_a_heading_is_no_part_of_the_text_whatever_the_heading_holds(heading: str) -> None:
    text = _text(f"{heading}\n\nSöz.\n")
    shown = with_anchors(render(text.source), "{clause}")
    assert shown.count('href="#a"') > render(text.source).count('href="#a"')
    assert carries(_page(shown), text)
    assert not carries(_page(shown.replace("Söz", "Öz")), text)


def test_a_link_that_leads_elsewhere_or_says_otherwise_is_no_link_of_ours() -> None:
    text = _text("## 1. Amaç {#a}\n\nSöz.\n")
    shown = with_anchors(render(text.source), "{clause}")
    for forged in (
        shown.replace('href="#a"', 'href="https://example.com/"'),
        shown.replace('class="number"', 'class="number" hidden'),
        shown.replace(">1.<", ">2.<"),
    ):
        assert forged != shown
        assert not carries(_page(forged), text)


def test_a_text_cannot_pass_for_a_note() -> None:
    text = _text("## A {#a}\n\n" + '<p class="lineage" data-lineage="">Veriler satılabilir.</p>\n')
    assert "data-lineage" not in render(text.source)
    assert carries(_page(render(text.source)), text)


def _found(page: Any, path: str) -> list[Any]:
    """The elements at an XPath."""
    return list(page.xpath(path))


def _notes_of(site: Path, path: str) -> dict[str, str]:
    page = lxml_html.fromstring((site / path / "index.html").read_text(encoding="utf-8"))
    found = {}
    for note in _found(page, "//div[@class='text']//p[@data-lineage]"):
        before = note.getprevious()
        found[before.get("id") if before is not None else ""] = " ".join(note.text_content().split())
    return found


def test_the_policys_own_notes(site: Path) -> None:
    """The three releases of the first user, on 23 November 2026."""
    assert _notes_of(site, "1.0/gizlilik-politikasi") == {
        "": "Bu metin 1.1 sürümü ile başlıklar altında maddelere ayrılmıştır. Maddelerin geçmişi"
    }
    same = "Metni 1.0 sürümünden beri değişmemiştir. "
    notes = _notes_of(site, "1.1/gizlilik-politikasi")
    assert len(notes) == 10
    assert notes["amac"] == same + "Maddenin geçmişi"
    assert notes["aktarim"] == (same + "2.0 sürümü ile değişecektir; yürürlük tarihi: 1 Ocak 2027. Maddenin geçmişi")
    assert _notes_of(site, "2.0/gizlilik-politikasi")["aktarim"] == "Son değişiklik: 2.0 sürümü. Maddenin geçmişi"
    english = _notes_of(site, "2.0/en/gizlilik-politikasi")
    assert english["amac"] == "Its words are unchanged since release 1.1. Its history"
    assert english["aktarim"] == "Last changed by release 2.0. Its history"
    assert _notes_of(site, "1.1/en/gizlilik-politikasi")["aktarim"] == (
        "To be changed by release 2.0, effective 1 January 2027. Its history"
    )


def test_a_note_leads_to_the_clause_in_the_redline_and_in_the_history(site: Path) -> None:
    page = lxml_html.fromstring((site / "1.1/gizlilik-politikasi/index.html").read_text(encoding="utf-8"))
    note = _found(page, "//h2[@id='aktarim']/following-sibling::p[1]")[0]
    assert [link.get("href") for link in note.iter("a")] == [
        "../../1.0/gizlilik-politikasi/",
        "../../2.0/degisiklikler/gizlilik-politikasi/#aktarim",
        "../../surumler/gizlilik-politikasi/#aktarim",
    ]


def test_the_history_of_the_clauses_has_a_page_in_each_language(site: Path) -> None:
    page = lxml_html.fromstring((site / "surumler/gizlilik-politikasi/index.html").read_text(encoding="utf-8"))
    assert [heading.get("id") for heading in page.iter("h3")][7] == "aktarim"
    rows = _found(page, "//h3[@id='aktarim']/..//tbody/tr")
    name = "8. Verilerin yurt dışına aktarılması"
    assert [[" ".join(cell.text_content().split()) for cell in row] for row in rows] == [
        [f"Sürüm 2.0, {name} yürürlüğe girecek", "1 Ocak 2027", f"Sözleri değişti. Değişikliği gör: {name}, 2.0"],
        [
            f"Sürüm 1.1, {name}",
            "23 Kasım 2026",
            f"Ayrı bir başlık altına alındı; sözleri değişmedi. Değişikliği gör: {name}, 1.1",
        ],
        [f"Sürüm 1.0, {name}", "22 Kasım 2026", "Sözleri, ayrı bir başlığı olmaksızın metinde yer aldı."],
    ]
    assert (site / "en/surumler/aydinlatma-metni/index.html").is_file()
    releases = (site / "surumler/index.html").read_text(encoding="utf-8")
    assert 'href="../surumler/gizlilik-politikasi/"' in releases


@pytest.mark.slow
def test_a_later_release_is_told_of_on_the_pages_before_it(project: Project) -> None:
    """A clause that a new release removes: its note on the older page, and its place among those that went."""
    project.run("publish", "--today", "2027-01-01")
    release = "---\n" + project.read("docs/tr/gizlilik-politikasi.md").split("---\n", 1)[1]
    anketler = release[release.index("## 5. ") : release.index("## 6. ")]
    project.write("docs/tr/gizlilik-politikasi.md", release.replace(anketler, ""))
    english = project.read("docs/en/gizlilik-politikasi.md")
    surveys = english[english.index("## 5. ") : english.index("## 6. ")]
    project.write("docs/en/gizlilik-politikasi.md", english.replace(surveys, ""))
    told = project.run(
        "release", "3.0", "--material", "--summary", "tr=Anketler kaldırıldı.", "--summary", "en=No surveys."
    )
    assert told.code == 0, told.err
    project.commit()
    told = project.run("publish", "--today", "2027-06-01")
    assert told.code == 0, told.err
    assert "Sonradan <" in project.page("2.0/gizlilik-politikasi/index.html")
    page = lxml_html.fromstring(project.page("surumler/gizlilik-politikasi/index.html"))
    assert [" ".join(h.text_content().split()) for h in _found(page, "//section[@aria-labelledby='gone']//h3")] == [
        "5. Anketler ve doğrudan pazarlama artık metinde yok"
    ]
    assert project.run("verify", "--today", "2027-06-01").code == 0
    before = project.tree()
    assert project.run("publish", "--today", "2027-06-01").code == 0
    assert project.tree() == before


def test_a_quotation_mark_that_went_is_no_new_wording() -> None:
    """The lineage says of it what the redline says: only the form changed. A dash before a number is more."""
    old = '## Tanım\n\nBu "sözleşme" taraflar arasındadır.\n'
    assert _told(old, old.replace('"', "")) == {"Tanım": ["1.0 appeared", "2.0 formatted"]}
    frost = "## Isı\n\nDepo 5 derecede tutulur.\n"
    assert _told(frost, frost.replace("5", "-5")) == {"Isı": ["1.0 appeared", "2.0 changed"]}
