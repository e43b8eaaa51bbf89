"""Which of several candidates governs on a day, since when and until when: the rule, and nothing else.

Day `d` is a day of the configured time zone. Among the candidates published on or before `d`, not withdrawn
by `d` and effective on or before `d`, the one with the latest effective date governs; of equal dates, the
one published later.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class State(StrEnum):
    """What a release or a text is on a given day."""

    IN_FORCE = "in-force"
    UPCOMING = "upcoming"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Candidate:
    """Something that may govern: a release, or one text of a document.

    `published` is the moment, `published_on` the same moment's day in the configured time zone; `rank` is
    its place in the register and decides between two of the same moment. `takes_over_on` is set for a text that
    stands in for a withdrawn one of the same words: the day from which it does.
    """

    version: str
    published: datetime
    published_on: date
    effective: date
    rank: int
    withdrawn_on: date | None = None
    takes_over_on: date | None = None

    @property
    def binds_from(self) -> date:
        """The first day on which it may govern."""
        return max(self.published_on, self.effective, self.takes_over_on or self.effective)

    def may_govern(self, day: date) -> bool:
        """Whether it is published, effective and not withdrawn on that day."""
        return self.binds_from <= day and not self.is_withdrawn(day)

    def is_withdrawn(self, day: date) -> bool:
        """Whether it has been taken back by that day."""
        return self.withdrawn_on is not None and self.withdrawn_on <= day


@dataclass(frozen=True)
class Period:
    """Days on which one candidate governs without a break: `since` included, `until` excluded or open."""

    version: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Standing:
    """What a candidate is on a day.

    `since` is the day the state began (upcoming: the day it will come into force, or would have, where another
    will govern by then), `until` the first day on which it no longer holds (None: open; upcoming: the end of its
    time in force). `by` names what governs in its stead: for a superseded or withdrawn candidate from `since` on,
    for one in force from `until` on, for an upcoming one that will never come into force, on the day it would have.
    `governed` lists the periods up to the day in which it was in force.
    """

    state: State
    since: date | None
    until: date | None
    by: str | None
    governed: tuple[Period, ...]


def governing(candidates: Sequence[Candidate], day: date) -> Candidate | None:
    """The candidate in force on `day`, or None when none is."""
    able = [candidate for candidate in candidates if candidate.may_govern(day)]
    return max(able, key=lambda c: (c.effective, c.published, c.rank), default=None)


def periods(candidates: Sequence[Candidate]) -> tuple[Period, ...]:
    """Who governs when, over all time, in order; days on which none governs are left out."""
    turning_days = sorted(
        {candidate.binds_from for candidate in candidates}
        | {candidate.withdrawn_on for candidate in candidates if candidate.withdrawn_on}
    )
    found: list[Period] = []
    for day, end in itertools.zip_longest(turning_days, turning_days[1:]):
        winner = governing(candidates, day)
        if winner is None:
            continue
        if found and found[-1].version == winner.version and found[-1].until == day:
            found[-1] = Period(winner.version, found[-1].since, end)
        else:
            found.append(Period(winner.version, day, end))
    return tuple(found)


def standing(candidate: Candidate, candidates: Sequence[Candidate], day: date) -> Standing:
    """What `candidate`, one of `candidates`, is on `day`."""
    timeline = periods(candidates)
    own = tuple(period for period in timeline if period.version == candidate.version)
    past = tuple(period for period in own if period.since <= day)
    ahead = next((period for period in own if period.since > day), None)
    if candidate.withdrawn_on is not None and candidate.is_withdrawn(day):
        since = candidate.withdrawn_on
        return Standing(State.WITHDRAWN, since, None, _governor(timeline, since), past)
    if past and (past[-1].until is None or day < past[-1].until):
        current = past[-1]
        by = _governor(timeline, current.until) if current.until else None
        return Standing(State.IN_FORCE, current.since, current.until, by, past)
    if day < candidate.binds_from:
        if ahead is not None:
            return Standing(State.UPCOMING, ahead.since, ahead.until, None, ())
        withdrawn_first = candidate.is_withdrawn(candidate.binds_from)
        by = None if withdrawn_first else _governor(timeline, candidate.binds_from)
        return Standing(State.UPCOMING, candidate.binds_from, None, by, ())
    since = (past[-1].until if past else None) or candidate.binds_from
    ends = [end for end in (ahead.since if ahead else None, candidate.withdrawn_on) if end is not None]
    return Standing(State.SUPERSEDED, since, min(ends, default=None), _governor(timeline, since), past)


def _governor(timeline: Sequence[Period], day: date) -> str | None:
    """What governs on a day, by the periods of all candidates."""
    return next((p.version for p in timeline if p.since <= day and (p.until is None or day < p.until)), None)
