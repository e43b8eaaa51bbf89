"""A day, a state, and when a text or release was in force, in the words of a language: small pieces of HTML.

Lists of releases need them by the hundred: each sentence is prepared once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

from markupsafe import Markup, escape

from yururluk.core.i18n import long_date, translator
from yururluk.core.in_force import State
from yururluk.site.page_models import Interval, Status


class Said:
    """What is said in one language."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._say: Callable[[str], str] = translator(locale)
        self._badges: dict[str, Markup] = {}
        self._dates: dict[date | None, Markup] = {}
        self._sentences: dict[str, str] = {}

    def date(self, day: date | None) -> Markup:
        """A day, in words and for programs."""
        if day not in self._dates:
            if day is None:
                raise ValueError("there is no day to show")
            html = f'<time datetime="{day.isoformat()}">{escape(long_date(day, self._locale))}</time>'
            self._dates[day] = Markup(html)  # noqa: S704 - made of a day
        return self._dates[day]

    def with_pieces(self, words: str, **pieces: Markup) -> Markup:
        """A sentence of the catalogue, already in the language, with pieces of HTML put in where its braces are."""
        if words not in self._sentences:
            self._sentences[words] = str(escape(words))
        return Markup(self._sentences[words].format(**pieces))  # noqa: S704 - all of it is escaped or HTML

    def state(self, state: str) -> str:
        """A state in a word or two, as an adjective of the text."""
        say = self._say
        return {
            State.IN_FORCE: say("in force"),
            State.UPCOMING: say("upcoming"),
            State.SUPERSEDED: say("superseded"),
            State.WITHDRAWN: say("withdrawn"),
        }[State(state)]

    def badge(self, state: str) -> Markup:
        """A state as a badge."""
        if state not in self._badges:
            html = f'<span class="badge {state}">{escape(self.state(state))}</span>'
            self._badges[state] = Markup(html)  # noqa: S704 - all of it is escaped
        return self._badges[state]

    def weight(self, material: bool) -> Markup:
        """Whether a change is material or editorial."""
        say = self._say
        words = say("Material change") if material else say("Editorial change")
        kind = "weight material" if material else "weight"
        return Markup(f'<span class="{kind}">{escape(words)}</span>')  # noqa: S704 - all of it is escaped

    def standing(self, status: Status) -> Markup:
        """When a text or release governs, in one sentence."""
        say = self._say
        if status.state == State.IN_FORCE:
            if status.last_day:
                words = say("In force since {since}; last day in force: {last}.")
                return self.with_pieces(words, since=self.date(status.since), last=self.date(status.last_day))
            return self.with_pieces(say("In force since {since}."), since=self.date(status.since))
        if status.state == State.UPCOMING:
            return self.with_pieces(say("It takes effect on {since}."), since=self.date(status.since))
        was = self.was_in_force(status.governed)
        if status.state == State.WITHDRAWN:
            return self.with_pieces(say("Withdrawn on {since}."), since=self.date(status.since)) + " " + was
        return was

    def was_in_force(self, governed: Sequence[Interval]) -> Markup:
        """On which days something was in force, in one sentence."""
        say = self._say
        if not governed:
            return escape(say("It was never in force."))
        if len(governed) > 1:
            return self.with_pieces(say("It was in force:")) + " " + self._intervals(governed) + "."
        (only,) = governed
        since = self.date(only.since)
        if only.last_day is None:
            return self.with_pieces(say("It was in force from {since}."), since=since)
        if only.last_day == only.since:
            return self.with_pieces(say("It was in force only on {since}."), since=since)
        words = say("It was in force from {since} to {last}.")
        return self.with_pieces(words, since=since, last=self.date(only.last_day))

    def _intervals(self, intervals: Sequence[Interval]) -> Markup:
        *others, last = (self._interval(interval) for interval in intervals)
        say = self._say
        conjunction = say("and")
        return Markup(", ").join(others) + f" {conjunction} " + last

    def _interval(self, interval: Interval) -> Markup:
        """Days in force, both ends included."""
        say, since = self._say, self.date(interval.since)
        if interval.last_day is None:
            return self.with_pieces(say("since {since}"), since=since)
        if interval.last_day == interval.since:
            return self.with_pieces(say("only on {since}"), since=since)
        return self.with_pieces(say("from {since} to {last}"), since=since, last=self.date(interval.last_day))

    def since(self, status: Status) -> Markup:
        """A release's or text's days in force where it is in force today."""
        say, since = self._say, self.date(status.since)
        if status.last_day:
            words = say("in force since {since}, until the end of {last}")
            return self.with_pieces(words, since=since, last=self.date(status.last_day))
        return self.with_pieces(say("in force since {since}"), since=since)


@cache
def said_in(locale: str) -> Said:
    """What is said in a language, prepared once."""
    return Said(locale)
