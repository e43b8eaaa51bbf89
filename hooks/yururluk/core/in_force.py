"""Which of several candidates governs on a day, since when and until when: the rule, and nothing else.

Day `d` is a day of the configured time zone. Among the candidates published on or before `d`, not withdrawn
by `d` and effective on or before `d`, the one with the latest effective date governs; of equal dates, the
one published later.
"""

from __future__ import annotations

import heapq
import itertools
from bisect import bisect_right
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
    replaces a withdrawn one of the same words: the day from which it does.
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
    return max(able, key=_precedence, default=None)


def _precedence(candidate: Candidate) -> tuple[date, datetime, int]:
    return candidate.effective, candidate.published, candidate.rank


def periods(candidates: Sequence[Candidate]) -> tuple[Period, ...]:
    """Who governs when, over all time, in order; days on which none governs are left out."""
    ranked = sorted(candidates, key=_precedence, reverse=True)
    coming = sorted(range(len(ranked)), key=lambda at: ranked[at].binds_from)
    turning_days = sorted(
        {candidate.binds_from for candidate in ranked}
        | {candidate.withdrawn_on for candidate in ranked if candidate.withdrawn_on}
    )
    able: list[int] = []  # places in `ranked` of those that bind by now; the first of them governs
    begun = 0
    found: list[Period] = []
    for day, end in itertools.zip_longest(turning_days, turning_days[1:]):
        while begun < len(coming) and ranked[coming[begun]].binds_from <= day:
            heapq.heappush(able, coming[begun])
            begun += 1
        while able and ranked[able[0]].is_withdrawn(day):
            heapq.heappop(able)
        if not able:
            continue
        winner = ranked[able[0]]
        if found and found[-1].version == winner.version and found[-1].until == day:
            found[-1] = Period(winner.version, found[-1].since, end)
        else:
            found.append(Period(winner.version, day, end))
    return tuple(found)


class Timeline:
    """Who of several candidates governs when, worked out once for all questions."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(candidates)
        self.periods = periods(self.candidates)
        self._begin = [period.since for period in self.periods]
        self._own: dict[str, list[Period]] = {}
        for period in self.periods:
            self._own.setdefault(period.version, []).append(period)

    def governor(self, day: date) -> str | None:
        """What governs on a day."""
        at = bisect_right(self._begin, day)
        if not at:
            return None
        period = self.periods[at - 1]
        return period.version if period.until is None or day < period.until else None

    def standing(self, candidate: Candidate, day: date) -> Standing:
        """What `candidate`, one of them, is on `day`."""
        own = self._own.get(candidate.version, [])
        past = tuple(period for period in own if period.since <= day)
        ahead = next((period for period in own if period.since > day), None)
        if candidate.withdrawn_on is not None and candidate.is_withdrawn(day):
            since = candidate.withdrawn_on
            return Standing(State.WITHDRAWN, since, None, self.governor(since), past)
        if past and (past[-1].until is None or day < past[-1].until):
            current = past[-1]
            by = self.governor(current.until) if current.until else None
            return Standing(State.IN_FORCE, current.since, current.until, by, past)
        if day < candidate.binds_from:
            if ahead is not None:
                return Standing(State.UPCOMING, ahead.since, ahead.until, None, ())
            withdrawn_first = candidate.is_withdrawn(candidate.binds_from)
            by = None if withdrawn_first else self.governor(candidate.binds_from)
            return Standing(State.UPCOMING, candidate.binds_from, None, by, ())
        since = (past[-1].until if past else None) or candidate.binds_from
        ends = [end for end in (ahead.since if ahead else None, candidate.withdrawn_on) if end is not None]
        return Standing(State.SUPERSEDED, since, min(ends, default=None), self.governor(since), past)
