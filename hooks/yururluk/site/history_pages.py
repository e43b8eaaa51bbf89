"""/surumler/: every release and what applied when, in tables and in a drawn timeline; and the history of clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yururluk.core.history import Published
from yururluk.core.i18n import cldr_locale, translator
from yururluk.core.in_force import Period, State, periods
from yururluk.lineage.events import ClauseHistory
from yururluk.site import page_models as views
from yururluk.site.page_facts import Assembler, last_day
from yururluk.site.page_models import Bar, DocumentPeriod, Drawing, Lane, Tick


def releases_view(known: Assembler, locale: str) -> views.ReleasesView:
    """Every release, newest first, and what applied when."""
    whole = tuple(
        _period(known, period, known.urls.page(locale, folder=period.version))
        for period in periods(known.history.candidates)
    )
    releases = tuple(_listed(known, published, locale) for published in reversed(known.history.releases))
    listed = {(release.version, one.document): one for release in releases for one in release.documents}
    histories = tuple(_document_history(known, document, locale, listed) for document in known.history.documents)
    return views.ReleasesView(
        releases=releases,
        periods=whole,
        histories=histories,
        drawing=drawing(
            [
                ("", translator(locale)("Release"), whole),
                *((history.document, history.title, history.periods) for history in histories),
            ],
            locale,
        ),
        timezone=str(known.settings.timezone),
    )


def _listed(known: Assembler, published: Published, locale: str) -> views.ListedRelease:
    withdrawal = published.release.withdrawal
    return views.ListedRelease(
        version=published.version,
        path=known.urls.page(locale, folder=published.version),
        published=published.published_on,
        effective=published.effective,
        status=known.release_status(published.version, locale),
        material=published.release.material,
        summary=published.release.summary.get(locale, ""),
        documents=tuple(
            _listed_document(known, published, document, locale) for document in published.release.documents
        ),
        withdrawal_reason=withdrawal.reason if withdrawal and published.withdrawn_on else "",
    )


def _listed_document(known: Assembler, published: Published, document: str, locale: str) -> views.ListedDocument:
    version = published.version
    translated = (document, locale) in published.release.by_name
    told_in = locale if translated else known.settings.authentic
    facts = known.history.facts[version, document, told_in]
    return views.ListedDocument(
        document=document,
        title=known.title(document, locale, published),
        path=known.urls.text(version, document, locale),
        changed=facts.changed,
        changed_by=facts.changed_by,
        translated=translated,
        before=facts.before or "",
        redline_path=known.urls.redline(version, document, told_in),
        pdf_path=known.pdf_address(version, document, told_in),
        redline_pdf_path=known.redline_pdf_address(version, document, told_in),
        authentic_change=known.authentic_change(version, document, told_in),
    )


def _period(known: Assembler, period: Period, path: str) -> views.DocumentPeriod:
    return views.DocumentPeriod(
        interval=views.Interval(period.since, last_day(period.until)),
        version=period.version,
        path=path,
        state=_state_of(known, period),
    )


def _state_of(known: Assembler, period: Period) -> str:
    if period.since > known.day:
        return State.UPCOMING.value
    if period.until is None or known.day < period.until:
        return State.IN_FORCE.value
    return State.SUPERSEDED.value


def _document_history(
    known: Assembler, document: str, locale: str, listed: Mapping[tuple[str, str], views.ListedDocument]
) -> views.DocumentHistory:
    found = known.history.text_periods(document)
    return views.DocumentHistory(
        document=document,
        title=known.title(document, locale),
        periods=tuple(_document_period(known, period, listed[period.version, document]) for period in found),
        clauses_path=known.clauses_address(document, locale),
    )


def _document_period(known: Assembler, period: Period, listed: views.ListedDocument) -> views.DocumentPeriod:
    return views.DocumentPeriod(
        interval=views.Interval(period.since, last_day(period.until)),
        version=period.version,
        path=listed.path,
        state=_state_of(known, period),
        before=listed.before,
        redline_path=listed.redline_path if listed.before else "",
        pdf_path=listed.pdf_path,
    )


def clauses_page(known: Assembler, document: str, locale: str) -> views.Page:
    """The history of each clause of a document."""
    say = translator(locale)
    histories, newest = known.clauses(document, locale), known.line(document, locale).newest
    title = known.title(document, locale)
    path = known.urls.clauses_path(document)
    view = views.ClausesView(
        document=document,
        document_title=title,
        newest=views.Link(known.urls.text(newest, document, locale), newest),
        sections=tuple(_clause_section(known, one, document, locale) for one in histories.present),
        gone=tuple(_clause_section(known, one, document, locale) for one in histories.gone),
        whole=histories.whole,
        history_path=known.urls.releases(locale, document),
    )
    alternates = tuple(
        (other, known.urls.page(other, path)) for other in known.settings.locales if known.line(document, other)
    )
    return views.Page(
        locale, path, say("History of the clauses: {title}").format(title=title), "clauses.html", view, alternates
    )


def _clause_section(known: Assembler, history: ClauseHistory, document: str, locale: str) -> views.ClauseSection:
    return views.ClauseSection(
        anchor=history.anchor,
        heading=history.clause.heading,
        level=history.clause.level,
        text_path=known.clause_address(history.newest, document, locale, history.anchor),
        rows=tuple(
            _clause_row(known, history, version, document, locale)
            for version in sorted(history.by_release, key=known.history.place)
        ),
    )


def _clause_row(known: Assembler, history: ClauseHistory, version: str, document: str, locale: str) -> views.ClauseRow:
    facts = known.history.facts[version, document, locale]
    clause = known.clauses(document, locale).id_in(version, history.anchor)
    at_clause = f"#{clause}" if clause else ""
    redline = known.urls.redline(version, document, locale) + at_clause if facts.before else ""
    return views.ClauseRow(
        version=version,
        text_path=known.urls.text(version, document, locale) + at_clause,
        redline_path=redline,
        effective=facts.effective,
        status=known.release_status(version, locale),
        happenings=tuple(
            views.Happening(event.kind.value, event.old, event.new) for event in history.in_release(version)
        ),
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
        from babel.dates import format_skeleton  # 0.1 s, and most runs write no page

        found.append(Tick(place, format_skeleton(skeleton, date(year, month + 1, 1), locale=cldr_locale(locale))))
        at += step
