"""How the releases hang together: who changed which text, since when it binds, and what governs on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from yururluk.core.in_force import Candidate, Period, Standing, Timeline
from yururluk.core.model import Release, Text


@dataclass(frozen=True)
class Published:
    """A release that is, or is about to be, online: with the moment it was published and the day it binds.

    `withdrawn_after` says how many releases the register had when the withdrawal was entered: those were made
    in good faith that this one stands. `recorded` is the moment of the register's entry where it is later than
    `moment`: the release was public elsewhere before.
    """

    release: Release
    moment: datetime
    published_on: date
    effective: date
    rank: int
    withdrawn_on: date | None = None
    withdrawn_after: int | None = None
    recorded: datetime | None = None

    @cached_property
    def version(self) -> str:
        """Its label."""
        return self.release.version

    @property
    def entered(self) -> datetime:
        """The moment of the register's entry."""
        return self.recorded or self.moment

    @property
    def recorded_on(self) -> date | None:
        """The day of the register's entry, where it is later than that of the publication."""
        day = self.entered.date()
        return day if day > self.published_on else None

    @cached_property
    def candidate(self) -> Candidate:
        """The release as one that may govern."""
        return Candidate(self.version, self.moment, self.published_on, self.effective, self.rank, self.withdrawn_on)

    def was_withdrawn_before(self, other: Published) -> bool:
        """Whether it had been taken back, on record, when `other` was published."""
        if self.withdrawn_on is None:
            return False
        known = self.withdrawn_after is None or self.withdrawn_after <= other.rank
        return known and self.candidate.is_withdrawn(other.published_on)


@dataclass(frozen=True)
class TextFacts:
    """What the history says of one text in one release.

    `changed`: its words differ from the release before, or the document comes back. `changed_by`: the version that
    brought these words. `before`: the version that brought the words before them, or None for the first.
    `effective`: the day the document's authentic text takes effect; an unchanged document keeps the day of the
    release that changed it.
    """

    text: Text
    version: str
    changed: bool
    changed_by: str
    before: str | None
    effective: date


def publish_moment(day: date, zone: ZoneInfo) -> datetime:
    """The moment to record for a release of which only the day of publication is known: that day's beginning."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


class History:
    """All published releases in the order of their publication."""

    def __init__(self, releases: Sequence[Published], authentic: str) -> None:
        self.releases: tuple[Published, ...] = tuple(sorted(releases, key=lambda p: (p.moment, p.rank)))
        self.authentic = authentic
        self._by_version = {published.version: published for published in self.releases}
        self._places = {published.version: at for at, published in enumerate(self.releases)}
        self._text_timelines: dict[str, _TextTimelines] = {}
        self._holders: dict[str, tuple[tuple[str, ...], Mapping[str, int]]] = {}
        self._standings: dict[tuple[str, str, date], Standing] = {}

    def __getitem__(self, version: str) -> Published:
        return self._by_version[version]

    def __contains__(self, version: object) -> bool:
        return version in self._by_version

    def place(self, version: str) -> int:
        """The place of a release among all."""
        return self._places[version]

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """The releases as candidates to govern."""
        return tuple(published.candidate for published in self.releases)

    def in_force(self, day: date) -> Published | None:
        """The release in force on `day`."""
        winner = self._timeline.governor(day)
        return self._by_version[winner] if winner else None

    @cached_property
    def _timeline(self) -> Timeline:
        return Timeline(self.candidates)

    def standing(self, version: str, day: date) -> Standing:
        """What a release is on `day`."""
        key = version, "", day
        if key not in self._standings:
            self._standings[key] = self._timeline.standing(self._by_version[version].candidate, day)
        return self._standings[key]

    def settle(self, day: date) -> None:
        """Work out what every release and every text is on `day`, before others get a copy of this history."""
        for published in self.releases:
            self.standing(published.version, day)
            for document in published.release.documents:
                self.text_standing(published.version, document, day)

    def newest(self, day: date) -> Published | None:
        """The release published last that has not been withdrawn."""
        alive = [p for p in self.releases if p.published_on <= day and not p.candidate.is_withdrawn(day)]
        return alive[-1] if alive else None

    @cached_property
    def facts(self) -> Mapping[tuple[str, str, str], TextFacts]:
        """The facts of every text, by version, document and locale."""
        found: dict[tuple[str, str, str], TextFacts] = {}
        for published in self.releases:
            # The authentic texts first: the translations take their effective date from them.
            for text in sorted(published.release.texts, key=lambda t: t.locale != self.authentic):
                found[published.version, text.document, text.locale] = self._facts(published, text, found)
        return found

    def _facts(self, published: Published, text: Text, known: Mapping[tuple[str, str, str], TextFacts]) -> TextFacts:
        earlier = self.release_before(published, text.document, text.locale)
        before = known[earlier.version, text.document, text.locale] if earlier else None
        changed = (
            before is None
            or before.text.wording != text.wording
            or text.document not in next(self.standing_before(published)).release.documents
        )
        authentic = known.get((published.version, text.document, self.authentic))
        if authentic is not None:
            effective = authentic.effective
        elif changed or before is None:
            effective = published.effective
        else:
            effective = before.effective
        if before is None:
            return TextFacts(text, published.version, True, published.version, None, effective)
        if changed:
            return TextFacts(text, published.version, True, published.version, before.changed_by, effective)
        return TextFacts(text, published.version, False, before.changed_by, before.before, effective)

    def release_before(self, published: Published, document: str, locale: str) -> Published | None:
        """The release published before this one that holds the text, leaving out what was withdrawn by then."""
        for other in self.standing_before(published):
            if (document, locale) in other.release.by_name:
                return other
        return None

    def standing_before(self, published: Published) -> Iterator[Published]:
        """The releases published before this one, newest first, leaving out what was withdrawn by then."""
        for at in range(self._places[published.version] - 1, -1, -1):
            other = self.releases[at]
            if not other.was_withdrawn_before(published):
                yield other

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """Every document that any release holds, sorted."""
        return tuple(sorted({document for p in self.releases for document in p.release.documents}))

    def text_candidates(self, document: str) -> tuple[Candidate, ...]:
        """The document's authentic texts as candidates: one for each wording, named by the release that brought it.

        A wording whose release is withdrawn is taken over by the next release that carries it, from that release's
        own effective date on.
        """
        return self._texts(document).candidates

    def _texts(self, document: str) -> _TextTimelines:
        if document not in self._text_timelines:
            wordings: dict[str, list[Published]] = {}
            for published in self.releases:
                facts = self.facts.get((published.version, document, self.authentic))
                if facts:
                    wordings.setdefault(facts.changed_by, []).append(published)
            in_turn = {wording: tuple(_in_turn(carriers)) for wording, carriers in wordings.items()}
            candidates = tuple(candidate for some in in_turn.values() for candidate in some)
            timeline = Timeline([*candidates, *self._ends(document)])
            self._text_timelines[document] = _TextTimelines(in_turn, candidates, timeline)
        return self._text_timelines[document]

    def _ends(self, document: str) -> tuple[Candidate, ...]:
        """The releases that leave out a document which the release before them still held, as candidates.

        Where one of them governs, the document is not in force.
        """
        without: dict[str, list[Published]] = {}
        ended_by: dict[str, str | None] = {}
        for published in self.releases:
            before = next(self.standing_before(published), None)
            if document in published.release.documents or before is None:
                ended_by[published.version] = None
            elif document in before.release.documents:
                ended_by[published.version] = published.version
            else:
                ended_by[published.version] = ended_by[before.version]
            end = ended_by[published.version]
            if end is not None:
                without.setdefault(end, []).append(published)
        return tuple(candidate for carriers in without.values() for candidate in _in_turn(carriers))

    def text_periods(self, document: str) -> tuple[Period, ...]:
        """Which wording of a document governs when, in order; days on which it is not in force are left out."""
        found = self._texts(document).timeline.periods
        return tuple(p for p in found if document in self._by_version[p.version].release.documents)

    def text_standing(self, version: str, document: str, day: date) -> Standing:
        """What the wording that release `version` holds of `document` is on `day`.

        For a document that ended, `by` names the release that left it out.
        """
        key = version, document, day
        if key not in self._standings:
            self._standings[key] = self._text_standing(version, document, day)
        return self._standings[key]

    def _text_standing(self, version: str, document: str, day: date) -> Standing:
        wording = self.facts[version, document, self.authentic].changed_by
        texts = self._texts(document)
        own = [
            candidate
            for candidate in texts.in_turn[wording]
            if candidate.rank <= self._by_version[version].rank
            and (candidate.takes_over_on is None or candidate.takes_over_on <= day)
        ]
        return texts.timeline.standing(own[-1], day)

    def text_in_force(self, document: str, day: date) -> str | None:
        """The version under which to read the document's text in force: the governing release where it holds it.

        None where no text of it is in force: before the first one, and after a release that left it out.
        """
        winner = self._texts(document).timeline.governor(day)
        facts = self.facts.get((winner, document, self.authentic)) if winner else None
        if facts is None:
            return None
        release = self.in_force(day)
        if release is not None:
            shown = self.facts.get((release.version, document, self.authentic))
            if shown is not None and shown.changed_by == facts.changed_by:
                return release.version
        return facts.version

    def neighbours(self, version: str, document: str) -> tuple[str | None, str | None]:
        """The releases published just before and just after this one that hold the document."""
        holding, places = self._holding(document)
        place = places[version]
        earlier = holding[place - 1] if place else None
        later = holding[place + 1] if place + 1 < len(holding) else None
        return earlier, later

    def _holding(self, document: str) -> tuple[tuple[str, ...], Mapping[str, int]]:
        """The releases that hold a document, in order, and the place of each."""
        if document not in self._holders:
            found = tuple(p.version for p in self.releases if document in p.release.documents)
            self._holders[document] = found, {version: at for at, version in enumerate(found)}
        return self._holders[document]


@dataclass(frozen=True)
class _TextTimelines:
    """A document's wordings as candidates, by the release that brought each, and who governs when.

    The timeline also knows the releases that leave the document out.
    """

    in_turn: Mapping[str, tuple[Candidate, ...]]
    candidates: tuple[Candidate, ...]
    timeline: Timeline


def _in_turn(carriers: Sequence[Published]) -> list[Candidate]:
    """Releases that hold the same as candidates: the first, and where it is withdrawn, the next from then on."""
    found: list[Candidate] = []
    takes_over_on: date | None = None
    for carrier in carriers:
        own = carrier.candidate
        found.append(replace(own, takes_over_on=takes_over_on) if takes_over_on else own)
        if carrier.withdrawn_on is None:
            break
        takes_over_on = max(carrier.withdrawn_on, takes_over_on or carrier.withdrawn_on)
    return found
