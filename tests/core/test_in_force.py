"""In force: which of several candidates governs on a day. A day-by-day oracle judges the fast answers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yururluk.core.in_force import Candidate, Period, Standing, State, Timeline, governing, periods

DAY_ZERO = date(2027, 1, 1)
DAYS = 12  # every date below lies in these days; the oracle looks a few days further


def day(number: int) -> date:
    return DAY_ZERO + timedelta(days=number)


def candidate(version: str, published: int, effective: int, rank: int = 0, withdrawn: int | None = None) -> Candidate:
    moment = datetime(2027, 1, 1, 9, tzinfo=UTC) + timedelta(days=published)
    withdrawn_on = None if withdrawn is None else day(withdrawn)
    return Candidate(version, moment, day(published), day(effective), rank, withdrawn_on)


def standing(one: Candidate, candidates: Sequence[Candidate], on: date) -> Standing:
    return Timeline(candidates).standing(one, on)


@st.composite
def many_candidates(draw: st.DrawFn) -> list[Candidate]:
    """Releases in the order of a register, with effective dates and withdrawals in any order."""
    number = st.integers(0, DAYS)
    published = sorted(draw(st.lists(number, min_size=1, max_size=5)))
    found = []
    for rank, at in enumerate(published):
        effective = draw(number)
        withdrawn = draw(st.none() | st.integers(at, DAYS + 2))
        found.append(candidate(f"{rank}.0", at, effective, rank, withdrawn))
    return found


def slow_state(one: Candidate, candidates: list[Candidate], on: date) -> State:
    """The rule of the contract, word for word, for one day."""
    able = [
        c
        for c in candidates
        if c.published_on <= on and c.effective <= on and not (c.withdrawn_on is not None and c.withdrawn_on <= on)
    ]
    winner = None
    for c in able:
        if (
            winner is None
            or c.effective > winner.effective
            or (c.effective == winner.effective and (c.published, c.rank) > (winner.published, winner.rank))
        ):
            winner = c
    if one.withdrawn_on is not None and one.withdrawn_on <= on:
        return State.WITHDRAWN
    if winner is one:
        return State.IN_FORCE
    if one.published_on > on or one.effective > on:
        return State.UPCOMING
    return State.SUPERSEDED


ALL_DAYS = [day(number) for number in range(-1, DAYS + 5)]


@given(many_candidates())
def test_the_governing_candidate_is_the_one_that_the_plain_rule_names(candidates: list[Candidate]) -> None:
    for on in ALL_DAYS:
        expected = [c for c in candidates if slow_state(c, candidates, on) is State.IN_FORCE]
        winner = governing(candidates, on)
        assert ([winner] if winner else []) == expected


@given(many_candidates())
def test_periods_tell_the_governing_candidate_of_every_day_in_order_and_without_overlap(
    candidates: list[Candidate],
) -> None:
    found = periods(candidates)
    for on in ALL_DAYS:
        winner = governing(candidates, on)
        told = [p.version for p in found if p.since <= on and (p.until is None or on < p.until)]
        assert told == ([winner.version] if winner else [])
    for first, second in itertools.pairwise(found):
        assert first.until is not None
        assert first.until <= second.since
        assert (first.until, first.version) != (second.since, second.version), "one period, not two"


@given(many_candidates())
def test_a_standing_tells_the_state_and_when_it_began_and_ends(candidates: list[Candidate]) -> None:
    for one in candidates:
        states = {on: slow_state(one, candidates, on) for on in ALL_DAYS}
        for on in ALL_DAYS:
            found = standing(one, candidates, on)
            assert found.state is states[on]
            if found.state is State.UPCOMING:
                in_force = [d for d in ALL_DAYS if d > on and states[d] is State.IN_FORCE]
                assert found.since == (in_force[0] if in_force else max(one.published_on, one.effective))
                continue
            assert found.since == _first_day_of_run(states, on)
            assert found.until == _first_day_after_run(states, on)


def _first_day_of_run(states: dict[date, State], on: date) -> date:
    while states.get(on - timedelta(days=1)) is states[on]:
        on -= timedelta(days=1)
    return on


def _first_day_after_run(states: dict[date, State], on: date) -> date | None:
    return next((d for d in ALL_DAYS if d > on and states[d] is not states[on]), None)


@given(many_candidates())
def test_a_standing_names_what_governs_instead(candidates: list[Candidate]) -> None:
    for one in candidates:
        for on in ALL_DAYS:
            found = standing(one, candidates, on)
            if found.state is State.IN_FORCE:
                winner = governing(candidates, found.until) if found.until else None
            elif found.state is State.UPCOMING and found.until is not None:
                winner = None
            else:
                assert found.since is not None
                winner = governing(candidates, found.since)
                if winner is one or (one.is_withdrawn(found.since) and found.state is State.UPCOMING):
                    winner = None
            assert found.by == (winner.version if winner else None)


@given(many_candidates())
def test_a_standing_lists_the_days_that_a_candidate_governed_so_far(candidates: list[Candidate]) -> None:
    for one in candidates:
        for on in ALL_DAYS:
            told = standing(one, candidates, on).governed
            for earlier in (d for d in ALL_DAYS if d <= on):
                within = any(p.since <= earlier and (p.until is None or earlier < p.until) for p in told)
                assert within == (slow_state(one, candidates, earlier) is State.IN_FORCE)


def test_the_latest_effective_date_governs_though_it_was_published_first() -> None:
    first = candidate("2.0", published=0, effective=10, rank=0)
    second = candidate("2.1", published=3, effective=5, rank=1)
    assert periods([first, second]) == (Period("2.1", day(5), day(10)), Period("2.0", day(10), None))


def test_of_equal_effective_dates_the_one_published_later_governs() -> None:
    first = candidate("1.0", published=0, effective=5, rank=0)
    second = candidate("1.1", published=2, effective=5, rank=1)
    assert governing([first, second], day(5)) is second
    assert governing([second, first], day(5)) is second, "the order of the list must not matter"


def test_of_the_same_moment_the_later_entry_of_the_register_governs() -> None:
    first = candidate("1.0", published=0, effective=0, rank=0)
    second = candidate("1.1", published=0, effective=0, rank=1)
    assert governing([second, first], day(0)) is second


def test_nothing_binds_before_it_is_published() -> None:
    """A text public elsewhere may have an earlier effective date; here it governs from its publication on."""
    only = candidate("1.0", published=4, effective=1)
    assert governing([only], day(3)) is None
    assert periods([only]) == (Period("1.0", day(4), None),)


def test_a_withdrawn_release_gives_way_on_its_day_to_the_one_before() -> None:
    first = candidate("1.0", published=0, effective=0, rank=0)
    second = candidate("1.1", published=1, effective=2, rank=1, withdrawn=6)
    assert standing(second, [first, second], day(7)) == Standing(
        State.WITHDRAWN, day(6), None, "1.0", (Period("1.1", day(2), day(6)),)
    )
    assert standing(first, [first, second], day(3)) == Standing(
        State.SUPERSEDED, day(2), day(6), "1.1", (Period("1.0", day(0), day(2)),)
    )
    assert standing(first, [first, second], day(8)) == Standing(
        State.IN_FORCE, day(6), None, None, (Period("1.0", day(0), day(2)), Period("1.0", day(6), None))
    )


def test_an_upcoming_release_that_another_replaces_on_its_day_says_by_which() -> None:
    first = candidate("2.0", published=0, effective=10, rank=0)
    second = candidate("2.1", published=5, effective=10, rank=1)
    assert standing(first, [first, second], day(6)) == Standing(State.UPCOMING, day(10), None, "2.1", ())
    assert standing(first, [first, second], day(10)) == Standing(State.SUPERSEDED, day(10), None, "2.1", ())


def test_before_the_first_release_nothing_is_in_force() -> None:
    assert governing([], day(0)) is None
    assert periods([]) == ()
    assert governing([candidate("1.0", 3, 3)], day(2)) is None
