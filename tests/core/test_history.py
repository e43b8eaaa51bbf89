"""How releases hang together: what each text is on a day, when releases are withdrawn, overtake or drop a document."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.builders import day, history, published
from yururluk.core.history import History, Published
from yururluk.core.in_force import Period, Standing, State, governing

ALL_DAYS = [day(number) for number in range(-1, 20)]


@st.composite
def many_releases(draw: st.DrawFn, in_order: bool = False, withdrawals: bool = True) -> list[Published]:
    """Histories of two documents. In order: no release takes effect before one that was published earlier."""
    number = st.integers(0, 12)
    size = draw(st.integers(1, 5))
    days = sorted(draw(st.lists(number, min_size=size, max_size=size)))
    effective = draw(st.lists(number, min_size=size, max_size=size))
    if in_order:
        effective.sort()
    found = []
    for rank, (on, starts) in enumerate(zip(days, effective, strict=True)):
        words = draw(st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["bir", "iki"]), min_size=1))
        withdrawn = draw(st.none() | st.integers(on, 14)) if withdrawals else None
        after = draw(st.integers(rank + 1, size)) if withdrawn is not None else None
        found.append(published(f"{rank}.0", words, on, starts, rank=rank, withdrawn=withdrawn, withdrawn_after=after))
    return found


def _words(known: History, version: str, document: str) -> str:
    return known[version].release.by_name[document, "tr"].body


@given(many_releases(in_order=True))
def test_where_releases_take_effect_in_the_order_of_publication_their_texts_do_so_too(
    releases: list[Published],
) -> None:
    known = history(*releases)
    for on in ALL_DAYS:
        release = known.in_force(on)
        for document in known.documents:
            version = known.text_in_force(document, on)
            if release is None or document not in release.release.documents:
                assert version is None
            else:
                assert version == release.version


@given(many_releases())
def test_the_text_in_force_and_the_standing_of_each_text_never_contradict_each_other(releases: list[Published]) -> None:
    known = history(*releases)
    for document in known.documents:
        holding = [p for p in releases if document in p.release.documents]
        for on in ALL_DAYS:
            version = known.text_in_force(document, on)
            in_force = [
                p.version for p in holding if known.text_standing(p.version, document, on).state is State.IN_FORCE
            ]
            if version is None:
                assert in_force == []
            else:
                assert version in in_force
                wordings = {known.facts[v, document, "tr"].changed_by for v in in_force}
                assert len(wordings) == 1, "only one wording is in force"


@given(many_releases())
def test_the_periods_of_a_document_tell_the_wording_of_every_day(releases: list[Published]) -> None:
    known = history(*releases)
    for document in known.documents:
        for on in ALL_DAYS:
            version = known.text_in_force(document, on)
            told = [
                p.version for p in known.text_periods(document) if p.since <= on and (p.until is None or on < p.until)
            ]
            assert [_words(known, v, document) for v in told] == ([_words(known, version, document)] if version else [])


@given(many_releases())
def test_an_unchanged_text_keeps_the_effective_date_and_the_words_of_the_release_that_changed_it(
    releases: list[Published],
) -> None:
    known = history(*releases)
    for (version, document, locale), facts in known.facts.items():
        brought = known.facts[facts.changed_by, document, locale]
        assert brought.changed
        assert facts.text.body == brought.text.body
        assert facts.effective == brought.effective == known[facts.changed_by].effective
        assert facts.changed == (facts.changed_by == version)


@given(many_releases(withdrawals=False))
def test_a_later_release_never_changes_what_an_earlier_one_was_recorded_to_be(releases: list[Published]) -> None:
    for number in range(1, len(releases)):
        before = history(*releases[:number]).facts
        after = history(*releases).facts
        assert all(after[name] == facts for name, facts in before.items())


@given(many_releases(withdrawals=False), st.data())
def test_a_later_withdrawal_never_changes_what_a_release_was_recorded_to_be(
    releases: list[Published], data: st.DataObject
) -> None:
    """Even one that is dated back to before the last publication."""
    from dataclasses import replace

    taken_back = data.draw(st.integers(0, len(releases) - 1))
    on = data.draw(st.integers(0, 12))
    changed = list(releases)
    changed[taken_back] = replace(changed[taken_back], withdrawn_on=day(on), withdrawn_after=len(releases))
    assert history(*changed).facts == history(*releases).facts


@given(many_releases())
def test_the_release_in_force_follows_the_contract(releases: list[Published]) -> None:
    known = history(*releases)
    for on in ALL_DAYS:
        winner = governing([p.candidate for p in releases], on)
        found = known.in_force(on)
        assert (found.version if found else None) == (winner.version if winner else None)


def test_a_document_that_a_release_leaves_out_ends_when_that_release_takes_effect() -> None:
    known = history(
        published("1.0", {"a": "bir", "b": "bir"}, 0, 0, rank=0), published("2.0", {"a": "iki"}, 1, 5, rank=1)
    )
    assert known.text_in_force("b", day(4)) == "1.0"
    assert known.text_standing("1.0", "b", day(4)) == Standing(
        State.IN_FORCE, day(0), day(5), "2.0", (Period("1.0", day(0), day(5)),)
    )
    assert known.text_in_force("b", day(5)) is None
    assert known.text_standing("1.0", "b", day(6)) == Standing(
        State.SUPERSEDED, day(5), None, "2.0", (Period("1.0", day(0), day(5)),)
    )
    assert known.text_periods("b") == (Period("1.0", day(0), day(5)),)


def test_a_document_stays_ended_in_later_releases_without_it() -> None:
    known = history(
        published("1.0", {"a": "bir", "b": "bir"}, 0, 0, rank=0),
        published("2.0", {"a": "iki"}, 1, 1, rank=1),
        published("3.0", {"a": "üç"}, 2, 2, rank=2),
    )
    assert known.text_in_force("b", day(9)) is None
    assert known.text_standing("1.0", "b", day(9)).by == "2.0"


def test_a_document_that_comes_back_with_the_same_words_binds_from_its_return() -> None:
    known = history(
        published("1.0", {"a": "bir", "b": "bir"}, 0, 0, rank=0),
        published("2.0", {"a": "iki"}, 1, 1, rank=1),
        published("3.0", {"a": "iki", "b": "bir"}, 4, 5, rank=2),
    )
    facts = known.facts["3.0", "b", "tr"]
    assert (facts.changed, facts.changed_by, facts.before, facts.effective) == (True, "3.0", "1.0", day(5))
    assert [known.text_in_force("b", day(n)) for n in (0, 1, 4, 5)] == ["1.0", None, None, "3.0"]
    assert known.text_periods("b") == (Period("1.0", day(0), day(1)), Period("3.0", day(5), None))


def test_a_document_comes_back_when_the_release_that_left_it_out_is_withdrawn() -> None:
    known = history(
        published("1.0", {"a": "bir", "b": "bir"}, 0, 0, rank=0),
        published("2.0", {"a": "iki"}, 1, 2, rank=1, withdrawn=4, withdrawn_after=2),
    )
    assert [known.text_in_force("b", day(n)) for n in (1, 2, 3, 4)] == ["1.0", None, None, "1.0"]


def test_a_document_does_not_end_before_it_began() -> None:
    """The first release has no disclosure notice yet; that does not end the one of the second."""
    known = history(
        published("1.0", {"a": "bir"}, 0, 3, rank=0), published("1.1", {"a": "bir", "b": "bir"}, 0, 1, rank=1)
    )
    assert [known.text_in_force("b", day(n)) for n in (0, 1, 3)] == [None, "1.1", "1.1"]


def test_the_words_of_a_withdrawn_release_stay_in_force_through_the_next_that_carries_them() -> None:
    known = history(
        published("1.0", {"a": "bir"}, 0, 0, rank=0),
        published("1.1", {"a": "iki"}, 1, 2, rank=1, withdrawn=8, withdrawn_after=3),
        published("2.0", {"a": "iki", "b": "bir"}, 3, 5, rank=2),
    )
    assert [known.text_in_force("a", day(n)) for n in (1, 2, 5, 7, 8)] == ["1.0", "1.1", "2.0", "2.0", "2.0"]
    assert known.text_standing("1.1", "a", day(9)) == Standing(
        State.WITHDRAWN, day(8), None, "2.0", (Period("1.1", day(2), day(8)),)
    )
    assert known.text_standing("2.0", "a", day(9)).state is State.IN_FORCE


def test_the_words_of_a_withdrawn_release_do_not_bind_before_the_release_that_carries_them() -> None:
    """1.1 is withdrawn before 2.0, which holds its words unchanged, takes effect: in between 1.0 governs."""
    known = history(
        published("1.0", {"a": "bir"}, 0, 0, rank=0),
        published("1.1", {"a": "iki"}, 1, 2, rank=1, withdrawn=4, withdrawn_after=3),
        published("2.0", {"a": "iki", "b": "bir"}, 3, 9, rank=2),
    )
    assert [known.text_in_force("a", day(n)) for n in (3, 4, 8, 9)] == ["1.1", "1.0", "1.0", "2.0"]
    assert known.text_standing("2.0", "a", day(5)).state is State.UPCOMING


def test_a_release_that_overtakes_an_upcoming_one_leaves_its_unchanged_documents_their_later_date() -> None:
    known = history(
        published("1.0", {"a": "bir", "b": "bir"}, 0, 0, rank=0),
        published("2.0", {"a": "iki", "b": "iki"}, 0, 9, rank=1),
        published("2.1", {"a": "üç", "b": "iki"}, 1, 4, rank=2),
    )
    assert [known.text_in_force("a", day(n)) for n in (3, 4, 9)] == ["1.0", "2.1", "2.0"]
    assert [known.text_in_force("b", day(n)) for n in (3, 4, 9)] == ["1.0", "1.0", "2.0"]


def test_what_changed_is_held_against_the_release_before_that_still_stood() -> None:
    known = history(
        published("1.0", {"a": "bir"}, 0, 0, rank=0),
        published("1.1", {"a": "iki"}, 1, 1, rank=1, withdrawn=2, withdrawn_after=2),
        published("1.2", {"a": "bir"}, 3, 3, rank=2),
    )
    assert not known.facts["1.2", "a", "tr"].changed
    assert known.facts["1.2", "a", "tr"].effective == day(0)
    assert known.text_in_force("a", day(3)) == "1.2"


def test_a_translation_takes_its_effective_date_from_the_authentic_text() -> None:
    known = history(
        published("1.0", {"a": "bir", "a/en": "one"}, 0, 0, rank=0),
        published("1.1", {"a": "bir", "a/en": "One"}, 3, 5, rank=1),
    )
    facts = known.facts["1.1", "a", "en"]
    assert (facts.changed, facts.effective) == (True, day(0))


def test_the_newest_release_is_the_one_published_last_that_still_stands() -> None:
    known = history(
        published("1.0", {"a": "bir"}, 0, 0, rank=0), published("1.1", {"a": "iki"}, 2, 9, rank=1, withdrawn=4)
    )
    found = [known.newest(day(n)) for n in (-1, 0, 2, 4)]
    assert [p and p.version for p in found] == [None, "1.0", "1.1", "1.0"]
