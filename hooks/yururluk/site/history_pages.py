"""/surumler/: every release and what applied when, and the history of each document's clauses."""

from __future__ import annotations

from collections.abc import Mapping

from yururluk.core.history import Published
from yururluk.core.in_force import Period, State, periods
from yururluk.lineage.events import ClauseHistory
from yururluk.site import page_models as views
from yururluk.site.i18n import translator
from yururluk.site.page_facts import Assembler, last_day
from yururluk.site.timeline import drawing


def releases_view(known: Assembler, locale: str) -> views.ReleasesView:
    """Every release, newest first, and what applied when."""
    whole = tuple(
        _period(known, period, known.urls.page(locale, folder=period.version))
        for period in periods(known.history.candidates)
    )
    releases = tuple(_listed(known, published, locale) for published in reversed(known.history.releases))
    listed = {(release.version, told.document): told for release in releases for told in release.documents}
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


def _document_period(known: Assembler, period: Period, told: views.ListedDocument) -> views.DocumentPeriod:
    return views.DocumentPeriod(
        interval=views.Interval(period.since, last_day(period.until)),
        version=period.version,
        path=told.path,
        state=_state_of(known, period),
        before=told.before,
        redline_path=told.redline_path if told.before else "",
        pdf_path=told.pdf_path,
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
        locale,
        path,
        say("History of the clauses: {title}").format(title=title),
        "clauses.html",
        view,
        alternates,
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
