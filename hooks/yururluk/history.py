"""How the releases hang together: who changed which text, since when it binds, and what governs on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from yururluk.in_force import Candidate, Period, Standing, governing, periods, standing
from yururluk.markdown import without_roles
from yururluk.model import Release, Text


@dataclass(frozen=True)
class Published:
    """A release that is, or is about to be, online: with the moment it was published and the day it binds.

    `withdrawn_after` says how many releases the register had when the withdrawal was entered: those were made
    in good faith that this one stands.
    """

    release: Release
    moment: datetime
    published_on: date
    effective: date
    rank: int
    withdrawn_on: date | None = None
    withdrawn_after: int | None = None

    @property
    def version(self) -> str:
        """Its label."""
        return self.release.version

    @cached_property
    def candidate(self) -> Candidate:
        """The release as one that may govern."""
        return Candidate(
            self.version, self.moment, self.published_on, self.effective, self.rank, self.withdrawn_on
        )

    def was_withdrawn_before(self, other: Published) -> bool:
        """Whether it had been taken back, on record, when `other` was published."""
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

    def __getitem__(self, version: str) -> Published:
        return self._by_version[version]

    def __contains__(self, version: object) -> bool:
        return version in self._by_version

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The releases as candidates to govern."""
        return tuple(published.candidate for published in self.releases)

    def in_force(self, day: date) -> Published | None:
        """The release in force on `day`."""
        winner = governing(self.candidates, day)
        return self._by_version[winner.version] if winner else None

    def standing(self, version: str, day: date) -> Standing:
        """What a release is on `day`."""
        return standing(self._by_version[version].candidate, self.candidates, day)

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

    def _facts(
        self, published: Published, text: Text, known: Mapping[tuple[str, str, str], TextFacts]
    ) -> TextFacts:
        earlier = self.release_before(published, text.document, text.locale)
        before = known[earlier.version, text.document, text.locale] if earlier else None
        changed = (
            before is None
            or without_roles(before.text.body) != without_roles(text.body)
            or text.document not in self._standing_before(published)[-1].release.documents
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
        holding = [p for p in self._standing_before(published) if (document, locale) in p.release.by_name]
        return holding[-1] if holding else None

    def _standing_before(self, published: Published) -> list[Published]:
        """The releases published before this one, leaving out what was withdrawn by then."""
        return [
            other
            for other in self.releases
            if (other.moment, other.rank) < (published.moment, published.rank)
            and not other.was_withdrawn_before(published)
        ]

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """Every document that any release holds, sorted."""
        return tuple(sorted({document for p in self.releases for document in p.release.documents}))

    def text_candidates(self, document: str) -> tuple[Candidate, ...]:
        """The document's authentic texts as candidates: one for each wording, named by the release that brought it.

        A wording whose release is withdrawn is taken over by the next release that carries it, from that release's
        own effective date on.
        """
        wordings: dict[str, list[Published]] = {}
        for published in self.releases:
            facts = self.facts.get((published.version, document, self.authentic))
            if facts:
                wordings.setdefault(facts.changed_by, []).append(published)
        return tuple(candidate for carriers in wordings.values() for candidate in _in_turn(carriers))

    def _ends(self, document: str) -> tuple[Candidate, ...]:
        """The releases that leave out a document which the release before them still held, as candidates.

        Where one of them governs, the document is not in force.
        """
        without: dict[str, list[Published]] = {}
        ended_by: dict[str, str | None] = {}
        for published in self.releases:
            before = self._standing_before(published)
            if document in published.release.documents or not before:
                ended_by[published.version] = None
            elif document in before[-1].release.documents:
                ended_by[published.version] = published.version
            else:
                ended_by[published.version] = ended_by[before[-1].version]
            end = ended_by[published.version]
            if end is not None:
                without.setdefault(end, []).append(published)
        return tuple(candidate for carriers in without.values() for candidate in _in_turn(carriers))

    def text_periods(self, document: str) -> tuple[Period, ...]:
        """Which wording of a document governs when, in order; days on which it is not in force are left out."""
        found = periods([*self.text_candidates(document), *self._ends(document)])
        return tuple(p for p in found if document in self._by_version[p.version].release.documents)

    def text_standing(self, version: str, document: str, day: date) -> Standing:
        """What the wording that release `version` holds of `document` is on `day`.

        For a document that ended, `by` names the release that left it out.
        """
        wording = self.facts[version, document, self.authentic].changed_by
        candidates = self.text_candidates(document)
        own = [
            candidate
            for candidate in candidates
            if self.facts[candidate.version, document, self.authentic].changed_by == wording
            and candidate.rank <= self._by_version[version].rank
            and (candidate.takes_over_on is None or candidate.takes_over_on <= day)
        ]
        return standing(own[-1], [*candidates, *self._ends(document)], day)

    def text_in_force(self, document: str, day: date) -> str | None:
        """The version under which to read the document's text in force: the governing release where it holds it.

        None where no text of it is in force: before the first one, and after a release that left it out.
        """
        winner = governing([*self.text_candidates(document), *self._ends(document)], day)
        facts = self.facts.get((winner.version, document, self.authentic)) if winner else None
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
        holding = [p.version for p in self.releases if document in p.release.documents]
        place = holding.index(version)
        earlier = holding[place - 1] if place else None
        later = holding[place + 1] if place + 1 < len(holding) else None
        return earlier, later


def _in_turn(carriers: Sequence[Published]) -> list[Candidate]:
    """Releases that hold the same as candidates: the first, and where it is withdrawn, the next from then on."""
    found: list[Candidate] = []
    takes_over_on: date | None = None
    for carrier in carriers:
        found.append(replace(carrier.candidate, takes_over_on=takes_over_on))
        if carrier.withdrawn_on is None:
            break
        takes_over_on = max(carrier.withdrawn_on, takes_over_on or carrier.withdrawn_on)
    return found
