"""How the releases hang together: who changed which text, since when it binds, and what governs on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from yururluk.in_force import Candidate, Standing, governing, standing
from yururluk.model import Release, Text


@dataclass(frozen=True)
class Published:
    """A release that is, or is about to be, online: with the moment it was published and the day it binds."""

    release: Release
    moment: datetime
    published_on: date
    effective: date
    rank: int
    withdrawn_on: date | None

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


@dataclass(frozen=True)
class TextFacts:
    """What the history says of one text in one release.

    `changed`: its words differ from the release before. `changed_by`: the version that brought these words.
    `before`: the version that brought the words before them, or None for the first. `effective`: the day the
    document's authentic text takes effect; an unchanged document keeps the day of the release that changed it.
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
        changed = before is None or before.text.body != text.body
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
        earlier = [
            other
            for other in self.releases
            if (other.moment, other.rank) < (published.moment, published.rank)
            and (document, locale) in other.release.by_name
            and not other.candidate.is_withdrawn(published.published_on)
        ]
        return earlier[-1] if earlier else None

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """Every document that any release holds, sorted."""
        return tuple(sorted({document for p in self.releases for document in p.release.documents}))

    def text_candidates(self, document: str) -> tuple[Candidate, ...]:
        """The document's authentic texts as candidates: one for each wording, named by the release that brought it.

        A wording counts as withdrawn once every release that carries it has been.
        """
        carriers: dict[str, list[Published]] = {}
        for published in self.releases:
            facts = self.facts.get((published.version, document, self.authentic))
            if facts:
                carriers.setdefault(facts.changed_by, []).append(published)
        found = []
        for version, holding in carriers.items():
            first = self._by_version[version]
            days = [p.withdrawn_on for p in holding]
            withdrawn_on = None if None in days else max(day for day in days if day is not None)
            effective = self.facts[version, document, self.authentic].effective
            found.append(
                Candidate(version, first.moment, first.published_on, effective, first.rank, withdrawn_on)
            )
        return tuple(found)

    def text_standing(self, version: str, document: str, day: date) -> Standing:
        """What the wording that release `version` holds of `document` is on `day`."""
        candidates = self.text_candidates(document)
        brought_by = self.facts[version, document, self.authentic].changed_by
        return standing(next(c for c in candidates if c.version == brought_by), candidates, day)

    def text_in_force(self, document: str, day: date) -> str | None:
        """The version under which to read the document's text in force: the governing release where it holds it."""
        winner = governing(self.text_candidates(document), day)
        if winner is None:
            return None
        release = self.in_force(day)
        if release is not None:
            facts = self.facts.get((release.version, document, self.authentic))
            if facts is not None and facts.changed_by == winner.version:
                return release.version
        return winner.version

    def neighbours(self, version: str, document: str) -> tuple[str | None, str | None]:
        """The releases published just before and just after this one that hold the document."""
        holding = [p.version for p in self.releases if document in p.release.documents]
        place = holding.index(version)
        earlier = holding[place - 1] if place else None
        later = holding[place + 1] if place + 1 < len(holding) else None
        return earlier, later
