"""What the pages of a day have in common: titles, states, rows, clauses; a function of the history and the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from babel.dates import format_skeleton

from yururluk.core.history import History, Published
from yururluk.core.i18n import cldr_locale
from yururluk.core.in_force import Standing, State
from yururluk.core.model import DocumentType, Text, Translation
from yururluk.core.settings import Settings
from yururluk.lineage.clause_text import content_of
from yururluk.lineage.events import NEW_WORDS, NEWS, ClauseHistory, Event, Kind, Lineage, Revision, lineage
from yururluk.site import page_models as views
from yururluk.site.page_models import Bar, DocumentPeriod, Drawing, Lane, Tick
from yururluk.site.urls import Urls
from yururluk.text.markdown import RenderError, unrendered

#: Link relations of documents that hold for a visit of the site itself (RFC 6903).
_RELATIONS = {DocumentType.PRIVACY_POLICY: "privacy-policy", DocumentType.TERMS: "terms-of-service"}
_WORDS = {Kind.CHANGED: "changed", Kind.APPEARED: "added", Kind.CAME_BACK: "back"}


class Assembler:
    """What is known on one day. `history` holds the releases published by then."""

    def __init__(self, history: History, day: date, settings: Settings) -> None:
        self.history = history
        self.day = day
        self.settings = settings
        self.urls = Urls(settings)
        self._lines: dict[tuple[str, str], TextLine] = {}
        self._in_force: dict[str, str | None] = {}
        self._statuses: dict[tuple[str, str], views.Status] = {}

    def pdf_address(self, version: str, document: str, locale: str) -> str:
        """The address of a text's PDF; empty where the project wants none."""
        return self.urls.pdf(version, document, locale) if self.settings.pdf else ""

    def redline_pdf_address(self, version: str, document: str, locale: str) -> str:
        """The address of the PDF of what the text's last change was; empty where nothing came before."""
        facts = self.history.facts[version, document, locale]
        if not self.settings.pdf or facts.before is None:
            return ""
        return self.urls.pdf(facts.changed_by, document, locale, redline=True)

    def line(self, document: str, locale: str) -> TextLine:
        """A document in a language through its releases, and its clauses."""
        key = document, locale
        if key not in self._lines:
            self._lines[key] = TextLine(self.history, self.day, document, locale)
        return self._lines[key]

    def title(self, document: str, locale: str, published: Published | None = None) -> str:
        """A document's title in a language: of that release, else of the newest one that has it."""
        own = published.release.by_name.get((document, locale)) if published else None
        line = self.line(document, locale) or self.line(document, self.settings.authentic)
        return (own or line.releases[-1].release.by_name[document, line.locale]).front_matter.title

    # States

    @cached_property
    def in_force(self) -> Published | None:
        """The release in force."""
        return self.history.in_force(self.day)

    def release_in_force(self, locale: str) -> str:
        """The front page of the release in force; empty where there is none."""
        return self.urls.page(locale, folder=self.urls.words.in_force) if self.in_force else ""

    def text_in_force(self, document: str) -> str | None:
        """The version under which to read the document's text in force."""
        if document not in self._in_force:
            self._in_force[document] = self.history.text_in_force(document, self.day)
        return self._in_force[document]

    def in_force_address(self, document: str, locale: str) -> str:
        """The address of the document's text in force, under the lasting alias where that shows it; empty where no
        text of it is in force."""
        version = self.text_in_force(document)
        if version is None:
            return ""
        release = self.in_force
        folder = self.urls.words.in_force if release is not None and release.version == version else version
        return self.urls.text(folder, document, locale)

    def address_for_readers_of(self, published: Published, document: str, locale: str) -> str:
        """Where a text's page sends its readers for the text in force; empty where there is none.

        A page that is not of that text goes by the document's lasting address: so it need not be made again
        whenever another text comes into force.
        """
        address = self.in_force_address(document, locale)
        state = self.history.text_standing(published.version, document, self.day).state
        return address if not address or state == State.IN_FORCE else self.urls.text("", document, locale)

    def release_status(self, version: str, locale: str) -> views.Status:
        """The state of a release as a whole."""
        key = version, locale
        if key not in self._statuses:
            found = self.history.standing(version, self.day)
            self._statuses[key] = _status(found, self.urls.page(locale, folder=found.by) if found.by else "")
        return self._statuses[key]

    def text_status(self, version: str, document: str, locale: str) -> views.Status:
        """The state of a document's wording in a release."""
        found = self.history.text_standing(version, document, self.day)
        holds = found.by in self.history and document in self.history[found.by].release.documents if found.by else False
        return _status(found, self.urls.text(found.by, document, locale) if found.by and holds else "")

    # Rows

    def authentic_change(self, version: str, document: str, locale: str) -> views.Change | None:
        """The authentic text's last change, where it is not the one that also changed the translation."""
        authentic = self.settings.authentic
        facts = self.history.facts.get((version, document, authentic))
        if facts is None or not facts.before:
            return None
        if facts.changed_by == self.history.facts[version, document, locale].changed_by:
            return None
        return views.Change(facts.before, facts.changed_by, self.urls.redline(version, document, authentic))

    def stamp(self, published: Published, text: Text) -> views.Stamp:
        """The facts of a text in a release."""
        version, document, locale = published.version, text.document, text.locale
        earlier, later = self.history.neighbours(version, document)
        authentic = self.settings.authentic
        page = self.urls.text(version, document, authentic)
        return views.Stamp(
            **vars(self.document_row(published, document, locale)),
            type=text.front_matter.type.value,
            languages=tuple(other for other in self.settings.locales if (document, other) in published.release.by_name),
            published=published.published_on,
            recorded=published.recorded_on,
            material=self.history[self.history.facts[version, document, text.locale].changed_by].release.is_material(
                document
            ),
            summary=published.release.summary.get(locale, ""),
            sha256=text.sha256,
            authentic=locale == authentic,
            authentic_page=views.Link(page, self.title(document, authentic, published)),
            translation=(text.front_matter.translation or Translation.COMPLETE).value,
            in_force=self.address_for_readers_of(published, document, locale),
            earlier=views.Link(self.urls.text(earlier, document, locale), earlier) if earlier else None,
            later=views.Link(self.urls.text(later, document, locale), later) if later else None,
            history_path=self.urls.releases(locale, document),
            withdrawal_reason=_withdrawal_reason(published),
        )

    def document_row(self, published: Published, document: str, locale: str) -> views.DocumentRow:
        """One document of a release, for a list in `locale`."""
        version = published.version
        translated = (document, locale) in published.release.by_name
        own = locale if translated else self.settings.authentic
        facts = self.history.facts[version, document, own]
        return views.DocumentRow(
            document=document,
            version=version,
            title=self.title(document, locale, published),
            path=self.urls.text(version, document, locale),
            redline_path=self.urls.redline(version, document, own),
            effective=facts.effective,
            status=self.text_status(version, document, locale),
            changed=facts.changed,
            changed_by=facts.changed_by,
            translated=translated,
            before=facts.before or "",
            authentic_change=self.authentic_change(version, document, own),
            pdf_path=self.pdf_address(version, document, own),
            redline_pdf_path=self.redline_pdf_address(version, document, own),
        )

    def release_row(self, published: Published, locale: str) -> views.ReleaseRow:
        """One release, for a list in `locale`."""
        return views.ReleaseRow(
            version=published.version,
            path=self.urls.page(locale, folder=published.version),
            published=published.published_on,
            recorded=published.recorded_on,
            effective=published.effective,
            status=self.release_status(published.version, locale),
            material=published.release.material,
            summary=published.release.summary.get(locale, ""),
            documents=tuple(self.document_row(published, document, locale) for document in published.release.documents),
            withdrawal_reason=_withdrawal_reason(published),
        )

    def policies(self, releases: Sequence[Published], documents: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """The documents that hold for a visit of the site itself, by their link relation."""
        found = []
        for document in documents:
            key = document, self.settings.authentic
            texts = [p.release.by_name[key] for p in releases if key in p.release.by_name]
            relation = _RELATIONS.get(texts[-1].front_matter.type) if texts else None
            if relation:
                found.append((relation, document))
        return tuple(found)

    # Clauses

    def clauses_address(self, document: str, locale: str, clause: str = "") -> str:
        """The address of the history of a document's clauses, at one clause where its anchor is named; empty
        where no release has the document in that language."""
        if not self.line(document, locale):
            return ""
        return self.urls.page(locale, self.urls.clauses_path(document)) + (f"#{clause}" if clause else "")

    def clause_address(self, version: str, document: str, locale: str, anchor: str) -> str:
        """The address of a clause in a release's text, or of the text where the clause has no heading there."""
        clause = self.line(document, locale).id_in(version, anchor)
        return self.urls.text(version, document, locale) + (f"#{clause}" if clause else "")

    def redline_link(self, version: str, document: str, locale: str, anchor: str = "") -> views.Link:
        """The way to what a release changed, at a clause where its new text has it; to the text itself where that
        is the first. A redline has all ids of its new text (DESIGN, "Redline")."""
        if self.history.facts[version, document, locale].before is None:
            return views.Link(self.clause_address(version, document, locale, anchor), version)
        clause = self.line(document, locale).id_in(version, anchor) if anchor else ""
        return views.Link(self.urls.redline(version, document, locale) + (f"#{clause}" if clause else ""), version)


def last_day(until: date | None) -> date | None:
    """The day before, where there is one."""
    return until - timedelta(days=1) if until else None


def _status(standing: Standing, path: str) -> views.Status:
    """`path` is the address of what governs instead; empty where there is no page of it."""
    return views.Status(
        state=standing.state.value,
        since=standing.since,
        last_day=last_day(standing.until),
        by=views.Link(path, standing.by) if standing.by is not None and path else None,
        governed=tuple(views.Interval(p.since, last_day(p.until)) for p in standing.governed),
    )


def _withdrawal_reason(published: Published) -> str:
    withdrawal = published.release.withdrawal
    return withdrawal.reason if withdrawal and published.withdrawn_on else ""


@dataclass(frozen=True)
class Note:
    """What to say at a clause of one release: `words` of it are as the release `since` made them.

    `words` is `same` (as in the document's first release, or under another heading), `changed`, `added`, `back`,
    or empty in the first release itself. `clause` is its id there, `anchor` its place in the history. `later` is
    what happened to it in the release that replaced this one's text.
    """

    clause: str
    anchor: str
    words: str
    since: str
    retitled: Event | None
    later: Event | None


class TextLine:
    """A document in one language through its releases, and each of its clauses. False where no release has it."""

    def __init__(self, history: History, day: date, document: str, locale: str) -> None:
        self.document = document
        self.locale = locale
        self.releases = [p for p in history.releases if (document, locale) in p.release.by_name]
        self._history = history
        self._day = day

    def __bool__(self) -> bool:
        return bool(self.releases)

    @cached_property
    def newest(self) -> str:
        """The newest release with this text that has not been withdrawn; if all have, the newest of all."""
        alive = [p.version for p in self.releases if not p.candidate.is_withdrawn(self._day)]
        return alive[-1] if alive else self.releases[-1].version

    @cached_property
    def lineage(self) -> Lineage:
        """All that became of the clauses."""
        revisions = []
        for published in self.releases:
            text = published.release.by_name[self.document, self.locale]
            before = self._history.release_before(published, self.document, self.locale)
            try:
                content = content_of(text.source, text.rendering)
            except RenderError as error:
                raise unrendered(text.path, error) from None
            revisions.append(Revision(published.version, content, before.version if before else None))
        return lineage(revisions)

    @property
    def whole(self) -> bool:
        """Whether the document has never been put under headings."""
        return all(history.clause.level == 0 for history in self.lineage.histories)

    @cached_property
    def present(self) -> tuple[ClauseHistory, ...]:
        """The clauses of the newest text, in its order."""
        return tuple(self.lineage.histories[standing.history] for standing in self.lineage.standings[self.newest])

    @cached_property
    def gone(self) -> tuple[ClauseHistory, ...]:
        """The clauses that the newest text has no longer."""
        here = {standing.history for standing in self.lineage.standings[self.newest]}
        return tuple(history for at, history in enumerate(self.lineage.histories) if at not in here)

    def id_in(self, version: str, anchor: str) -> str:
        """The id that a clause has in a release; empty where it is not there or has none."""
        at = self._places.get(anchor)
        if at is None or version not in self.lineage.before:
            return ""
        return next((s.clause.id for s in self.lineage.standings[version] if s.history == at), "")

    def moved(self, version: str) -> tuple[tuple[str, str, str], ...]:
        """The ids of clauses that a release does not have, each with the id there of the clause that has its words
        (empty where they are gone) and its anchor in the history; none where the release does not have the text."""
        if not self.releases or version not in self.lineage.before:
            return ()
        here = {standing.history: standing.clause.id for standing in self.lineage.standings[version]}
        found: dict[str, int] = {}
        for published in self.releases:  # the newest release that used an id decides what it was
            for standing in self.lineage.standings[published.version]:
                if standing.clause.id and standing.clause.id not in here.values():
                    found[standing.clause.id] = standing.history
        return tuple((old, here.get(at, ""), self.lineage.histories[at].anchor) for old, at in sorted(found.items()))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {history.anchor: at for at, history in enumerate(self.lineage.histories)}

    @cached_property
    def _replaced_by(self) -> dict[str, str]:
        """For the releases that led to the newest one, the next of them with other words, where there is one."""
        found: dict[str, str] = {}
        following = ""
        for version in reversed(self.lineage.line(self.newest)):
            if following:
                found[version] = following
            if self._history.facts[version, self.document, self.locale].changed_by == version:
                following = version
        return found

    def divided_by(self, version: str) -> str | None:
        """The release that replaced this one's text, where it is the first with headings."""
        following = self._replaced_by.get(version)
        if following is None or self._has_clauses(version) or not self._has_clauses(following):
            return None
        return following

    def _has_clauses(self, version: str) -> bool:
        return any(standing.clause.level for standing in self.lineage.standings[version])

    def notes(self, version: str) -> tuple[Note, ...]:
        """What to say at each clause of a release."""
        own_line = self.lineage.line(version)
        return tuple(
            self._note(version, standing.clause.id, standing.since, standing.history, own_line)
            for standing in self.lineage.standings[version]
            if standing.clause.level and standing.clause.id
        )

    def _note(self, version: str, clause: str, since: str, at: int, own_line: tuple[str, ...]) -> Note:
        history = self.lineage.histories[at]
        if since == own_line[0]:
            words = "same" if version != since else ""
        else:
            brought = [event.kind for event in history.in_release(since) if event.kind in NEW_WORDS]
            words = _WORDS[brought[0]] if brought else "same"
        after = own_line[own_line.index(since) + 1 :]
        retitled = [event for event in history.events if event.kind is Kind.RETITLED and event.version in after]
        news = [event for event in history.in_release(self._replaced_by.get(version, "")) if event.kind in NEWS]
        return Note(
            clause=clause,
            anchor=history.anchor,
            words=words,
            since=since,
            retitled=retitled[-1] if retitled else None,
            later=news[0] if news else None,
        )


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
