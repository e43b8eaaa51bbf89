"""The drawn timeline: each period has its place, in proportion to its days, and the dates below stay legible."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta

import pytest

from yururluk.site.page_facts import drawing
from yururluk.site.page_models import DocumentPeriod, Drawing, Interval
from yururluk.site.pages import reading_minutes


def _drawn(*days: tuple[date, date | None], locale: str = "tr") -> Drawing:
    periods = [DocumentPeriod(Interval(since, last), str(at), "", "in-force") for at, (since, last) in enumerate(days)]
    found = drawing([("", "Sürüm", periods)], locale)
    assert found is not None
    return found


def test_nothing_is_drawn_where_no_day_is_known() -> None:
    assert drawing([("", "Sürüm", [])], "tr") is None
    assert drawing([], "tr") is None


def test_bars_follow_each_other_without_gap_or_overlap_and_the_open_one_reaches_the_edge() -> None:
    begin = date(2020, 2, 29)
    days = [(begin + timedelta(37 * n), begin + timedelta(37 * (n + 1) - 1)) for n in range(99)]
    bars = _drawn(*days, (begin + timedelta(37 * 99), None)).lanes[0].bars
    assert bars[0].start == 0
    for bar, following in itertools.pairwise(bars):
        assert bar.start + bar.width == pytest.approx(following.start, abs=0.02)
    assert bars[-1].start + bars[-1].width == pytest.approx(100)
    assert all(bar.width > 0 for bar in bars)


def test_a_bar_is_as_wide_as_its_days() -> None:
    short, long, _ = (
        _drawn((date(2026, 1, 1), date(2026, 1, 1)), (date(2026, 1, 2), date(2026, 1, 31)), (date(2026, 2, 1), None))
        .lanes[0]
        .bars
    )
    assert long.width == pytest.approx(30 * short.width, rel=0.01)


def test_a_version_is_written_only_where_it_fits() -> None:
    days = (2, 3, 8, 200)
    begin, periods = date(2026, 1, 1), []
    for length in days:
        periods.append((begin, begin + timedelta(length - 1)))
        begin += timedelta(length)
    assert [bar.room for bar in _drawn(*periods).lanes[0].bars] == ["none", "none", "wide", "any"]


def test_periods_too_short_to_be_aimed_at_are_drawn_as_one_shape_for_each_state_in_their_places() -> None:
    begin = date(2020, 1, 1)
    days = [(begin + timedelta(7 * n), begin + timedelta(7 * n + 6)) for n in range(300)]
    lane = _drawn(*days, (begin + timedelta(2100), None)).lanes[0]
    assert [bar.period.version for bar in lane.bars] == ["300"]
    ((state, path),) = lane.slivers
    assert state == "in-force"
    places = [tuple(map(int, found)) for found in re.findall(r"M(\d+) 1h(\d+)v28h-\d+z", path)]
    assert len(places) == 300
    assert places[0][0] == 0
    for (left, width), (following, _) in itertools.pairwise([*places, (round(lane.bars[0].start * 100), 0)]):
        assert width > 0
        assert left + width == following


def test_a_day_on_which_nothing_governed_stays_empty() -> None:
    first, second = _drawn((date(2026, 1, 1), date(2026, 1, 10)), (date(2026, 1, 21), None)).lanes[0].bars
    assert second.start == pytest.approx(2 * (first.start + first.width), rel=0.01)


@pytest.mark.parametrize("days", [1, 30, 200, 500, 3_000, 36_500, 400_000])
def test_the_dates_below_are_few_in_order_and_not_cut_off(days: int) -> None:
    begin = date(1999, 12, 31)
    ticks = _drawn((begin, begin + timedelta(days)), (begin + timedelta(days + 1), None)).ticks
    places = [tick.at for tick in ticks]
    assert len(ticks) <= 6
    assert places == sorted(places)
    assert all(0 <= place <= 84 for place in places)
    assert len({tick.label for tick in ticks}) == len(ticks)


def test_the_dates_below_are_in_the_language_of_the_page() -> None:
    days = (date(2026, 11, 22), date(2026, 12, 31)), (date(2027, 1, 1), None)
    assert [tick.label for tick in _drawn(*days).ticks] == ["Ara 2026", "Oca 2027"]
    assert [tick.label for tick in _drawn(*days, locale="en").ticks] == ["Dec 2026", "Jan 2027"]


def test_the_last_days_of_the_calendar_are_drawn() -> None:
    assert _drawn((date(9999, 1, 1), date(9999, 12, 30)), (date(9999, 12, 31), None)).lanes


def test_reading_takes_as_long_as_the_words_and_never_less_than_a_minute() -> None:
    assert reading_minutes("", "tr") == 1
    assert reading_minutes("## 1. Amaç {#amac}\n\n" + "söz " * 164, "tr") == 1
    assert reading_minutes("söz " * 167, "tr") == 2
    assert reading_minutes("word " * 228, "en") == 1
    assert reading_minutes("word " * 229, "en-GB") == 2
