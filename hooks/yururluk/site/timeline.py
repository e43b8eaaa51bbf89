"""The drawn timeline of /surumler/: a lane for each document, a bar for each period, and dates below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_skeleton

from yururluk.core.i18n import cldr_locale
from yururluk.site.page_models import Bar, DocumentPeriod, Drawing, Lane, Tick

#: An open period goes on beyond the last known day by this part of the whole, and by no less than these days.
_MARGIN = 0.12
_LEAST_MARGIN = 21
#: Steps between the dates below, in months, and how many dates fit below each other on a phone.
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000)
_MOST_TICKS = 5
#: A date that begins further right would be cut off.
_LAST_TICK = 84.0


#: How wide a lane is, in CSS pixels, on a phone and where there is room; and what a version takes of it.
_LANES = (("any", 320), ("wide", 700))
_LABEL_SIDES = 14
_LETTER = 9
#: A period narrower than this, in per cent (4 pixels where there is room), cannot be aimed at.
_SLIVER = 0.6


@dataclass(frozen=True)
class _Scale:
    first: date
    days: int

    def at(self, day: date) -> float:
        """A day's place in per cent, two digits behind the point."""
        return round(100 * (day - self.first).days / self.days, 2)


def drawing(rows: Sequence[tuple[str, str, Sequence[DocumentPeriod]]], locale: str) -> Drawing | None:
    """The timeline of some rows (a document's id, its title, its periods); None where no day is known."""
    periods = [period for _, _, found in rows for period in found]
    if not periods:
        return None
    first = min(period.interval.since for period in periods)
    last = max(max(p.interval.since, p.interval.last_day or p.interval.since) for p in periods)
    span = (last - first).days + 1
    scale = _Scale(first, span + max(_LEAST_MARGIN, int(span * _MARGIN)))
    return Drawing(
        lanes=tuple(_lane(name, title, found, scale) for name, title, found in rows),
        ticks=tuple(_ticks(scale, locale)),
        first=first,
        days=scale.days,
    )


def _lane(name: str, title: str, periods: Sequence[DocumentPeriod], scale: _Scale) -> Lane:
    bars = []
    slivers: dict[str, list[str]] = {}
    for period in periods:
        start = scale.at(period.interval.since)
        last = period.interval.last_day
        end = scale.at(last + timedelta(days=1)) if last else 100.0
        if end - start < _SLIVER:
            left, right = (round(place * 100) for place in (start, end))
            slivers.setdefault(period.state, []).append(f"M{left} 1h{right - left}v28h{left - right}z")
        else:
            bars.append(_bar(period, start, round(end - start, 2)))
    return Lane(name, title, tuple(bars), tuple((state, "".join(found)) for state, found in slivers.items()))


def _bar(period: DocumentPeriod, start: float, width: float) -> Bar:
    needed = _LABEL_SIDES + _LETTER * len(period.version)
    room = next((name for name, lane in _LANES if width / 100 * lane >= needed), "none")
    return Bar(period, start, width, room)


def _ticks(scale: _Scale, locale: str) -> list[Tick]:
    """First days of months, of years where the span is long, as many as fit."""
    begin = scale.first.year * 12 + scale.first.month - 1
    months = scale.days // 30 + 1
    step = next((step for step in _STEPS if months <= step * _MOST_TICKS), _STEPS[-1])
    skeleton = "y" if step >= 12 else "yMMM"
    found: list[Tick] = []
    at = -(-(begin + (scale.first.day > 1)) // step) * step
    while True:
        year, month = divmod(at, 12)
        if year > date.max.year:
            return found
        place = scale.at(date(year, month + 1, 1))
        if place > _LAST_TICK:
            return found
        found.append(Tick(place, format_skeleton(skeleton, date(year, month + 1, 1), locale=cldr_locale(locale))))
        at += step
