"""The pages at the root: the portal, any two releases, the lasting addresses, and the page for wrong ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yururluk.core.i18n import translator
from yururluk.core.in_force import State
from yururluk.core.model import Text
from yururluk.lineage.steps import Series
from yururluk.site import page_models as views
from yururluk.site.history_pages import clauses_page, releases_view
from yururluk.site.page_facts import Assembler, site_policies
from yururluk.site.urls import Urls


def portal_site(known: Assembler, plain: Sequence[Text] = ()) -> views.Site:
    """The pages at the root. `plain` are the pages without versions, in the order of their names."""
    urls = known.urls
    pages: list[views.Page] = []
    for locale in known.settings.locales:
        say = translator(locale)
        in_force = known.in_force
        ahead = [
            published
            for published in reversed(known.history.releases)
            if known.release_status(published.version, locale).state == State.UPCOMING
        ]
        home = views.HomeView(
            documents=tuple(_in_force_row(known, document, locale) for document in known.history.documents),
            in_force=known.release_row(in_force, locale) if in_force else None,
            upcoming=tuple(
                known.release_row(published, locale)
                for published in sorted(ahead, key=lambda published: published.effective)
            ),
        )
        pages.append(views.Page(locale, "", known.settings.site_names[locale], "home.html", home, urls.alternates("")))
        listing = releases_view(known, locale)
        path = urls.words.releases
        pages.append(views.Page(locale, path, say("Releases"), "releases.html", listing, urls.alternates(path)))
        pages.append(_compare_page(known, locale))
        for document in known.history.documents:
            pages.append(_lasting_page(known, document, locale))
            if known.line(document, locale):
                pages.append(clauses_page(known, document, locale))
    pages += plain_pages(plain, urls)
    homes = tuple(
        views.Link(urls.page(locale), known.settings.language_names[locale]) for locale in known.settings.locales
    )
    authentic = known.settings.authentic
    say = translator(authentic)
    pages.append(
        views.Page(
            authentic,
            "404",
            say("Page not found"),
            "not-found.html",
            views.NotFoundView(homes, _titles(known)),
            urls.alternates(""),
        )
    )
    in_force = known.history.in_force(known.day)
    return views.Site(
        "",
        tuple(pages),
        searched=urls.words.in_force if in_force else "",
        policies=site_policies(known, known.history.releases, known.history.documents),
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


def _titles(known: Assembler) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(
        tuple((document, known.title(document, locale)) for document in known.history.documents)
        for locale in known.settings.locales
    )


def _compare_page(known: Assembler, locale: str) -> views.Page:
    say = translator(locale)
    documents = tuple(_compared_document(known, document, locale) for document in known.history.documents)
    releases = tuple((p.version, p.effective) for p in reversed(known.history.releases))
    path = known.urls.words.compare
    return views.Page(
        locale=locale,
        path=path,
        title=say("Compare releases"),
        template="compare.html",
        view=views.CompareView(documents, releases),
        alternates=known.urls.alternates(path),
        files=tuple(
            views.DataFile(known.urls.woven(row.document, locale), _series(known, row, locale))
            for row in documents
            if len(row.versions) > 1
        ),
    )


def _compared_document(known: Assembler, document: str, locale: str) -> views.ComparedDocument:
    versions = [p.version for p in known.history.releases if (document, locale) in p.release.by_name]
    facts = [known.history.facts[version, document, locale] for version in versions]
    return views.ComparedDocument(
        document=document,
        title=known.title(document, locale),
        versions=tuple(versions),
        in_force=known.text_in_force(document) or "",
        pairs=tuple(
            views.ComparedPair(fact.before, fact.version, known.urls.redline(fact.version, document, locale))
            for fact in facts
            if fact.changed and fact.before
        ),
    )


def _series(known: Assembler, row: views.ComparedDocument, locale: str) -> Series[Text]:
    texts = [(v, known.history.facts[v, row.document, locale].text) for v in row.versions]
    pairs = tuple((pair.old, pair.new) for pair in row.pairs)
    return Series(row.document, locale, tuple(texts), pairs)


def _in_force_row(known: Assembler, document: str, locale: str) -> views.InForceRow:
    version = known.text_in_force(document)
    current = known.document_row(known.history[version], document, locale) if version else None
    ahead = [
        candidate
        for candidate in known.history.text_candidates(document)
        if candidate.binds_from > known.day and not candidate.is_withdrawn(known.day)
    ]
    upcoming = min(ahead, key=lambda c: (c.binds_from, c.rank), default=None)
    newest = next(p for p in reversed(known.history.releases) if document in p.release.documents)
    text = newest.release.by_name[document, known.settings.authentic]
    return views.InForceRow(
        document=document,
        title=known.title(document, locale),
        type=text.front_matter.type.value,
        current=current,
        last=None if current else _last_text(known, document, locale),
        upcoming=known.document_row(known.history[upcoming.version], document, locale) if upcoming else None,
        upcoming_summary=(known.history[upcoming.version].release.summary.get(locale, "") if upcoming else ""),
    )


def _last_text(known: Assembler, document: str, locale: str) -> views.DocumentRow | None:
    past = [period for period in known.history.text_periods(document) if period.since <= known.day]
    return known.document_row(known.history[past[-1].version], document, locale) if past else None


def _in_force_link(known: Assembler, document: str, locale: str) -> views.Link | None:
    version = known.text_in_force(document)
    return views.Link(known.in_force_way(document, locale), version) if version else None


def _lasting_page(known: Assembler, document: str, locale: str) -> views.Page:
    row = _in_force_row(known, document, locale)
    upcoming = row.upcoming
    view = views.LastingView(
        document=document,
        target=_in_force_link(known, document, locale),
        last=row.last,
        upcoming=views.Link(upcoming.path, upcoming.version) if upcoming else None,
        upcoming_since=upcoming.status.since if upcoming else None,
        history_path=known.urls.releases(locale, document),
    )
    return views.Page(locale, document, row.title, "lasting.html", view, known.urls.alternates(document))
