"""Which pages the site has, and the model of each: of a release, of the portal, of the drafts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from yururluk.core.history import Published
from yururluk.core.i18n import translator
from yururluk.core.in_force import Period, State, periods
from yururluk.core.model import Release, Text
from yururluk.core.settings import Settings
from yururluk.lineage.events import ClauseHistory, Event
from yururluk.lineage.steps import Series
from yururluk.site import page_models as views
from yururluk.site.page_facts import Assembler, Note, drawing, last_day
from yururluk.site.urls import Urls

#: Words a minute, read silently by grown-ups (Trauzettel-Klosinski and Dietz 2012, IReST); other languages: their mean.
_SPEEDS = {"tr": 166, "en": 228}
_MEAN_SPEED = 184
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ATTRIBUTES = re.compile(r"\{[#.:][^}\n]*\}")


# A release


def release_site(known: Assembler, published: Published) -> views.Site:
    """Every page of one release: its front page, and each text with what it changed."""
    pages: list[views.Page] = []
    version = published.version
    for locale in known.settings.locales:
        say = translator(locale)
        title = say("Release {version}").format(version=version)
        view = _release_view(known, published, locale)
        pages.append(views.Page(locale, "", title, "release.html", view, known.urls.alternates("", version)))
        for document in published.release.documents:
            text = published.release.by_name.get((document, locale))
            if text is None:
                pages += _pages_without_translation(known, published, document, locale)
            else:
                pages += _text_pages(known, published, text)
    policies = known.policies([published], published.release.documents)
    return views.Site(f"{version}/", tuple(pages), searched=version, policies=policies)


def _release_view(known: Assembler, published: Published, locale: str) -> views.ReleaseView:
    authentic = known.settings.authentic
    texts = tuple(
        views.SearchedText(document, text.front_matter.title, text.source, text.rendering)
        for (document, other), text in sorted(published.release.by_name.items())
        if other == locale
    )
    elsewhere = views.Link(
        known.urls.page(authentic, folder=published.version), known.settings.language_names[authentic]
    )
    return views.ReleaseView(
        known.release_row(published, locale), known.release_in_force(locale), texts, None if texts else elsewhere
    )


def _pages_without_translation(
    known: Assembler, published: Published, document: str, locale: str
) -> Iterator[views.Page]:
    """The pages in place of a text and of its changes that a release does not have in a language."""
    authentic, version = known.settings.authentic, published.version
    view = views.NoTranslationView(
        document=document,
        version=version,
        authentic_page=views.Link(
            known.urls.text(version, document, authentic), known.title(document, authentic, published)
        ),
        status=known.text_status(version, document, locale),
        published=published.published_on,
        effective=known.history.facts[version, document, authentic].effective,
        in_force=known.address_for_readers_of(published, document, locale),
        history_path=known.urls.releases(locale, document),
    )
    title = known.title(document, locale, published)
    for path in (document, known.urls.redline_path(document)):
        yield views.Page(locale, path, title, "no-translation.html", view, known.urls.alternates(path, version))


def _text_pages(known: Assembler, published: Published, text: Text) -> Iterator[views.Page]:
    """A text, and what last changed it, to be read in one column or in two."""
    document, locale, version = text.document, text.locale, published.version
    title, urls, history = text.front_matter.title, known.urls, known.history
    stamp, line = known.stamp(published, text), known.line(document, locale)
    divided_by = line.divided_by(version)
    view = views.TextView(
        stamp,
        reading_minutes(text.body, locale),
        text.data.decode("utf-8"),
        text.rendering,
        lineage=tuple(_note(known, note, text) for note in line.notes(version)),
        clauses_path=known.clauses_address(document, locale),
        divided_by=known.redline_link(divided_by, document, locale) if divided_by else None,
    )
    alternates = urls.alternates(document, version)
    yield views.Page(locale, document, title, "text.html", view, alternates, markdown=text.body)

    facts = history.facts[version, document, locale]
    new = history.facts[facts.changed_by, document, locale].text
    old = history.facts[facts.before, document, locale].text if facts.before else None
    path = urls.redline_path(document)
    redline = views.RedlineView(
        stamp=stamp,
        document_title=title,
        text_path=urls.text(version, document, locale),
        old_version=facts.before or "",
        new_version=facts.changed_by,
        old=old.source if old else "",
        new=new.source,
        rules=((old or new).rendering, new.rendering),
        first=old is None,
    )
    say = translator(locale)
    changes = say("Changes: {title}").format(title=title)
    yield views.Page(locale, path, changes, "redline.html", redline, urls.alternates(path, version))


def _note(known: Assembler, note: Note, text: Text) -> views.ClauseNote:
    document, locale = text.document, text.locale

    def redline(event: Event | None) -> views.Link | None:
        return known.redline_link(event.version, document, locale, note.anchor) if event else None

    since = None
    if note.words == "same":
        since = views.Link(known.clause_address(note.since, document, locale, note.anchor), note.since)
    elif note.words:
        since = known.redline_link(note.since, document, locale, note.anchor)
    later_day = None
    if note.later and known.history.standing(note.later.version, known.day).state == State.UPCOMING:
        later_day = known.history.facts[note.later.version, document, locale].effective
    return views.ClauseNote(
        clause=note.clause,
        words=note.words,
        since=since,
        retitled=redline(note.retitled),
        later=note.later.kind.value if note.later else "",
        later_release=redline(note.later),
        later_day=later_day,
        history_path=known.clauses_address(document, locale, note.anchor),
    )


def reading_minutes(markdown: str, locale: str) -> int:
    """How long a text takes to read: minutes, rounded up, at least one."""
    words = len(_WORD.findall(_ATTRIBUTES.sub("", markdown)))
    return max(1, math.ceil(words / _SPEEDS.get(re.split("[-_]", locale)[0], _MEAN_SPEED)))


# The portal


def portal_site(known: Assembler, plain: Sequence[Text] = ()) -> views.Site:
    """The pages at the root. `plain` are the pages without versions, in the order of their names."""
    urls, settings, documents = known.urls, known.settings, known.history.documents
    pages: list[views.Page] = []
    for locale in settings.locales:
        say = translator(locale)
        home, listing = _home_view(known, locale), _releases_view(known, locale)
        path = urls.words.releases
        pages.append(views.Page(locale, "", settings.site_names[locale], "home.html", home, urls.alternates("")))
        pages.append(views.Page(locale, path, say("Releases"), "releases.html", listing, urls.alternates(path)))
        pages.append(_compare_page(known, locale))
        for document in documents:
            pages.append(_lasting_page(known, document, locale))
            if known.line(document, locale):
                pages.append(_clauses_page(known, document, locale))
    pages += plain_pages(plain, urls)
    homes = tuple(views.Link(urls.page(locale), settings.language_names[locale]) for locale in settings.locales)
    titles = tuple(
        tuple((document, known.title(document, locale)) for document in documents) for locale in settings.locales
    )
    say = translator(settings.authentic)
    view = views.NotFoundView(homes, titles)
    pages.append(
        views.Page(settings.authentic, "404", say("Page not found"), "not-found.html", view, urls.alternates(""))
    )
    return views.Site(
        "",
        tuple(pages),
        searched=urls.words.in_force if known.in_force else "",
        policies=known.policies(known.history.releases, documents),
    )


def plain_pages(texts: Sequence[Text], urls: Urls) -> Iterator[views.Page]:
    """The pages without versions, each with those languages that it is there in."""
    for text in texts:
        own = {other.locale for other in texts if other.document == text.document}
        alternates = tuple((locale, path) for locale, path in urls.alternates(text.document) if locale in own)
        title = text.front_matter.title
        yield views.Page(
            text.locale, text.document, title, "page.html", views.PlainView(), alternates, markdown=text.body
        )


def _home_view(known: Assembler, locale: str) -> views.HomeView:
    ahead = [
        published
        for published in reversed(known.history.releases)
        if known.release_status(published.version, locale).state == State.UPCOMING
    ]
    return views.HomeView(
        documents=tuple(_in_force_row(known, document, locale) for document in known.history.documents),
        upcoming=tuple(known.release_row(one, locale) for one in sorted(ahead, key=lambda one: one.effective)),
    )


def _in_force_row(known: Assembler, document: str, locale: str) -> views.InForceRow:
    version = known.text_in_force(document)
    ahead = [
        candidate
        for candidate in known.history.text_candidates(document)
        if candidate.binds_from > known.day and not candidate.is_withdrawn(known.day)
    ]
    upcoming = min(ahead, key=lambda c: (c.binds_from, c.rank), default=None)
    past = [period for period in known.history.text_periods(document) if period.since <= known.day]

    def row(version: str | None) -> views.DocumentRow | None:
        return known.document_row(known.history[version], document, locale) if version else None

    return views.InForceRow(
        document=document,
        title=known.title(document, locale),
        current=row(version),
        last=None if version or not past else row(past[-1].version),
        upcoming=row(upcoming.version if upcoming else None),
    )


def _lasting_page(known: Assembler, document: str, locale: str) -> views.Page:
    """The address that leads to the text in force, and from a clause that it no longer has to what became of it."""
    row = _in_force_row(known, document, locale)
    version, upcoming = known.text_in_force(document), row.upcoming
    view = views.LastingView(
        document=document,
        target=views.Link(known.in_force_address(document, locale), version) if version else None,
        last=row.last,
        upcoming=views.Link(upcoming.path, upcoming.version) if upcoming else None,
        upcoming_since=upcoming.status.since if upcoming else None,
        history_path=known.urls.releases(locale, document),
        moved=tuple(
            (old, new or known.clauses_address(document, locale, anchor))
            for old, new, anchor in known.line(document, locale).moved(version or "")
        ),
    )
    return views.Page(locale, document, row.title, "lasting.html", view, known.urls.alternates(document))


# All releases, and what applied when


def _releases_view(known: Assembler, locale: str) -> views.ReleasesView:
    rows = [known.release_row(published, locale) for published in reversed(known.history.releases)]
    listed = {(row.version, one.document): one for row in rows for one in row.documents}
    whole = tuple(
        _period(known, period, known.urls.page(locale, folder=period.version))
        for period in periods(known.history.candidates)
    )
    histories = tuple(
        views.DocumentHistory(
            document=document,
            title=known.title(document, locale),
            periods=tuple(
                _period(known, period, row.path, row)
                for period in known.history.text_periods(document)
                for row in (listed[period.version, document],)
            ),
            clauses_path=known.clauses_address(document, locale),
        )
        for document in known.history.documents
    )
    say = translator(locale)
    lanes = [(history.document, history.title, history.periods) for history in histories]
    if len(lanes) > 1:  # of a single document, the lane of the releases would be the same again
        lanes.insert(0, ("", say("Release"), whole))
    return views.ReleasesView(
        years=tuple((year, tuple(found)) for year, found in groupby(rows, key=lambda row: row.published.year)),
        periods=whole,
        histories=histories,
        drawing=drawing(lanes, locale),
        timezone=str(known.settings.timezone),
    )


def _period(known: Assembler, period: Period, path: str, row: views.DocumentRow | None = None) -> views.DocumentPeriod:
    state = State.SUPERSEDED
    if period.since > known.day:
        state = State.UPCOMING
    elif period.until is None or known.day < period.until:
        state = State.IN_FORCE
    return views.DocumentPeriod(
        interval=views.Interval(period.since, last_day(period.until)),
        version=period.version,
        path=path,
        state=state.value,
        before=row.before if row else "",
        redline_path=row.redline_path if row and row.before else "",
        pdf_path=row.pdf_path if row else "",
    )


def _clauses_page(known: Assembler, document: str, locale: str) -> views.Page:
    """The history of each clause of a document."""
    line = known.line(document, locale)
    title, path = known.title(document, locale), known.urls.clauses_path(document)
    view = views.ClausesView(
        document=document,
        document_title=title,
        newest=views.Link(known.urls.text(line.newest, document, locale), line.newest),
        sections=tuple(_clause_section(known, one, document, locale) for one in line.present),
        gone=tuple(_clause_section(known, one, document, locale) for one in line.gone),
        whole=line.whole,
        history_path=known.urls.releases(locale, document),
    )
    say = translator(locale)
    heading = say("History of the clauses: {title}").format(title=title)
    alternates = tuple(
        (other, known.urls.page(other, path)) for other in known.settings.locales if known.line(document, other)
    )
    return views.Page(locale, path, heading, "clauses.html", view, alternates)


def _clause_section(known: Assembler, history: ClauseHistory, document: str, locale: str) -> views.ClauseSection:
    versions = sorted({event.version for event in history.events}, key=known.history.place, reverse=True)
    return views.ClauseSection(
        anchor=history.anchor,
        heading=history.clause.heading,
        level=history.clause.level,
        text_path=known.clause_address(history.newest, document, locale, history.anchor),
        rows=tuple(_clause_row(known, history, version, document, locale) for version in versions),
    )


def _clause_row(known: Assembler, history: ClauseHistory, version: str, document: str, locale: str) -> views.ClauseRow:
    facts = known.history.facts[version, document, locale]
    redline = known.redline_link(version, document, locale, history.anchor).path if facts.before else ""
    return views.ClauseRow(
        version=version,
        text_path=known.clause_address(version, document, locale, history.anchor),
        redline_path=redline,
        effective=facts.effective,
        status=known.release_status(version, locale),
        happenings=tuple(
            views.Happening(event.kind.value, event.old, event.new) for event in history.in_release(version)
        ),
    )


# Any two releases


def _compare_page(known: Assembler, locale: str) -> views.Page:
    documents = tuple(_compared_document(known, document, locale) for document in known.history.documents)
    releases = tuple((p.version, p.effective) for p in reversed(known.history.releases))
    path = known.urls.words.compare
    files = tuple(
        views.DataFile(known.urls.woven(row.document, locale), _series(known, row, locale))
        for row in documents
        if len(row.versions) > 1
    )
    say = translator(locale)
    view = views.CompareView(documents, releases)
    return views.Page(
        locale, path, say("Compare releases"), "compare.html", view, known.urls.alternates(path), files=files
    )


def _compared_document(known: Assembler, document: str, locale: str) -> views.ComparedDocument:
    versions = tuple(published.version for published in known.line(document, locale).releases)
    facts = [known.history.facts[version, document, locale] for version in versions]
    return views.ComparedDocument(
        document=document,
        title=known.title(document, locale),
        versions=versions,
        in_force=known.text_in_force(document) or "",
        pairs=tuple(
            views.Change(fact.before, fact.version, known.urls.redline(fact.version, document, locale))
            for fact in facts
            if fact.changed and fact.before
        ),
    )


def _series(known: Assembler, row: views.ComparedDocument, locale: str) -> Series:
    texts = tuple((version, known.history.facts[version, row.document, locale].text) for version in row.versions)
    return Series(row.document, locale, texts, tuple((pair.old, pair.new) for pair in row.pairs))


# Drafts


def draft_site(
    drafts: Sequence[Text], releases: Sequence[Release], settings: Settings, plain: Sequence[Text] = ()
) -> views.Site:
    """What an editor sees on the own machine: each draft, what it would change in each of `releases` (the newest, and
    the one in force where that is another), and the `plain` pages without versions."""
    urls = Urls(settings)
    pages: list[views.Page] = []
    version = releases[0].version if releases else ""
    compared: Sequence[Release | None] = releases or (None,)
    for locale in settings.locales:
        say = translator(locale)
        listed = []
        for text in drafts:
            if text.locale != locale:
                continue
            title, document, path = text.front_matter.title, text.document, urls.redline_path(text.document)
            paths = [path, *(f"{path}.{release.version}" for release in releases[1:])]
            in_force = [(r.version, urls.page(locale, p)) for r, p in zip(releases[1:], paths[1:], strict=True)]
            draft = views.DraftView(
                document, title, urls.page(locale, document), urls.page(locale, path), version, tuple(in_force)
            )
            alternates = urls.alternates(document)
            pages.append(views.Page(locale, document, title, "draft.html", draft, alternates, markdown=text.body))
            changes = say("Changes: {title}").format(title=title)
            for release, at in zip(compared, paths, strict=True):
                old = release.by_name.get((document, locale)) if release else None
                redline = views.DraftRedlineView(
                    title,
                    draft.path,
                    release.version if release and old else "",
                    old.source if old else "",
                    text.source,
                    (old.rendering if old else text.rendering, text.rendering),
                )
                pages.append(views.Page(locale, at, changes, "draft-redline.html", redline, urls.alternates(at)))
            listed.append(draft)
        home = views.DraftHomeView(tuple(listed), version)
        pages.append(views.Page(locale, "", say("Drafts"), "draft-home.html", home, urls.alternates("")))
    return views.Site("", (*pages, *plain_pages(plain, urls)))
