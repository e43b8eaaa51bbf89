"""A day, a state, when a text was in force, what became of a clause: the phrases of the pages, in each language.

In a message about a clause, brackets mark the words that are a link; values are put in without a Turkish suffix.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, cached_property

from markupsafe import Markup, escape

from yururluk.core.i18n import long_date, translator
from yururluk.core.in_force import State
from yururluk.lineage.events import Kind
from yururluk.site.page_models import ClauseNote, Happening, Interval, Link, Status, TextView
from yururluk.text.page_html import Sentence

_LINK = re.compile(r"\[([^\]]*)\]")


class Phrases:
    """The phrases of one language, as small pieces of HTML."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._say: Callable[[str], str] = translator(locale)

    def date(self, day: date | None) -> Markup:
        """A day, in words and for programs."""
        if day is None:
            raise ValueError("there is no day to show")
        return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), long_date(day, self._locale))

    def with_pieces(self, words: str, **pieces: Markup) -> Markup:
        """A sentence of the catalogue, already in the language, with pieces of HTML put in where its braces are."""
        return Markup(escape(words)).format(**pieces)  # noqa: S704 - escaped here

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
        return Markup('<span class="badge {}">{}</span>').format(state, self.state(state))

    def weight(self, material: bool) -> Markup:
        """Whether a change is material or editorial."""
        say = self._say
        words = say("Material change") if material else say("Editorial change")
        return Markup('<span class="{}">{}</span>').format("weight material" if material else "weight", words)

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
        if status.state == State.WITHDRAWN:
            withdrawn = self.with_pieces(say("Withdrawn on {since}."), since=self.date(status.since))
            return withdrawn + " " + self._was_in_force(status.governed)
        if not status.governed and status.by:
            words = say("It never took effect: release {version} replaced it first.")
            return self.with_pieces(words, version=escape(status.by.label))
        return self._was_in_force(status.governed)

    def _was_in_force(self, governed: Sequence[Interval]) -> Markup:
        """On which days something was in force, in one sentence."""
        say = self._say
        if not governed:
            return escape(say("It was never in force."))
        if len(governed) > 1:
            *others, last = map(self._interval, governed)
            conjunction = say("and")
            listed = Markup(", ").join(others) + f" {conjunction} " + last
            return self.with_pieces(say("It was in force:")) + " " + listed + "."
        (only,) = governed
        since = self.date(only.since)
        if only.last_day is None:
            return self.with_pieces(say("It was in force from {since}."), since=since)
        if only.last_day == only.since:
            return self.with_pieces(say("It was in force only on {since}."), since=since)
        words = say("It was in force from {since} to {last}.")
        return self.with_pieces(words, since=since, last=self.date(only.last_day))

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

    # Clauses

    def happened(self, what: Happening, *, first: bool) -> str:
        """What a release did to a clause, in one sentence; `first` in the document's first release."""
        say = self._say
        if what.kind == Kind.APPEARED and first:
            return say("Part of the text as it was first published.")
        sentence = self._sentences[what.kind]
        return sentence.format(old=what.old or "–", new=what.new or "–") if what.old or what.new else sentence

    @cached_property
    def _sentences(self) -> Mapping[str, str]:
        """What can happen to a clause, by its `Kind`."""
        say = self._say
        return {
            Kind.APPEARED: say("Added."),
            Kind.STOOD: say("Its words were added to the text, without a heading of their own."),
            Kind.HEADED: say("Got a heading of its own; the words stayed the same."),
            Kind.CAME_BACK: say("Put back."),
            Kind.CHANGED: say("Its words changed."),
            Kind.RETITLED: say("Its heading changed: {old} → {new}."),
            Kind.RENUMBERED: say("Its number changed: {old} → {new}."),
            Kind.MOVED: say("It moved to another place."),
            Kind.FORMATTED: say("Only its form changed: emphasis, links or punctuation marks."),
            Kind.JOINED: say("Its heading was removed; its words stayed in the text."),
            Kind.WENT: say("Removed."),
        }

    def notes(self, view: TextView, root: str) -> tuple[dict[str, list[Sentence]], list[Sentence]]:
        """The sentences at each clause of a text page by the clause's id, and those before the text. `root` is the way
        from the page to the site's root."""
        say = self._say
        opening: list[Sentence] = []
        if view.divided_by:
            message = say("[Release {version}] put this text under headings.")
            opening = [
                _sentence(message, view.divided_by, root),
                [(say("History of the clauses"), root + view.clauses_path)],
            ]
        return {note.clause: list(self._note(note, root)) for note in view.lineage}, opening

    def _note(self, note: ClauseNote, root: str) -> Iterator[Sentence]:
        say = self._say
        words = {
            "same": say("Its words are unchanged since [release {version}]."),
            "changed": say("Last changed by [release {version}]."),
            "added": say("Added by [release {version}]."),
            "back": say("Put back by [release {version}]."),
        }
        later = {
            "changed": say("Later changed by [release {version}]."),
            "retitled": say("Its heading was later changed by [release {version}]."),
            "joined": say("Its heading was later removed by [release {version}]; its words stayed in the text."),
            "went": say("Later removed by [release {version}]."),
        }
        coming = {
            "changed": say("To be changed by [release {version}], effective {date}."),
            "retitled": say("Its heading is to be changed by [release {version}], effective {date}."),
            "joined": say("Its heading is to be removed by [release {version}], effective {date}; its words stay."),
            "went": say("To be removed by [release {version}], effective {date}."),
        }
        if note.since and note.words:
            yield _sentence(words[note.words], note.since, root)
        if note.retitled:
            yield _sentence(say("Its heading was changed by [release {version}]."), note.retitled, root)
        if note.later_release and note.later_day:
            message = coming[note.later].replace("{date}", long_date(note.later_day, self._locale))
            yield _sentence(message, note.later_release, root)
        elif note.later_release:
            yield _sentence(later[note.later], note.later_release, root)
        yield [(say("Its history"), root + note.history_path)]


def _sentence(message: str, link: Link, root: str) -> Sentence:
    parts = _LINK.split(message.replace("{version}", link.label))
    return [(part, root + link.path if at % 2 else "") for at, part in enumerate(parts) if part]


@cache
def phrases_in(locale: str) -> Phrases:
    """The phrases of a language."""
    return Phrases(locale)
