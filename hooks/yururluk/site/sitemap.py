"""What crawlers and web archives get: robots.txt, the sitemap, and the TimeMaps of the lasting addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from yururluk.core.history import publish_moment
from yururluk.core.model import Text
from yururluk.core.settings import Settings
from yururluk.site.page_facts import Assembler
from yururluk.site.urls import TIMEMAP_TYPE


def sitemap_file(assembler: Assembler, pages: Sequence[Text]) -> bytes:
    """sitemap.xml: the portal, its `pages` without versions and the texts in force, each with its other languages
    (sitemaps.org, hreflang).

    It carries no `lastmod`: the day of a build says nothing about the text.
    """
    settings, urls = assembler.settings, assembler.urls
    groups: list[list[tuple[str, str]]] = [
        [(locale, urls.absolute(urls.page(locale, path))) for locale in settings.locales]
        for path in ("", urls.words.releases, urls.words.compare)
    ]
    for name in sorted({page.document for page in pages}):
        own = [page.locale for page in pages if page.document == name]
        groups.append([(locale, urls.absolute(urls.page(locale, name))) for locale in own])
    in_force = assembler.in_force
    if in_force is not None:
        for document in in_force.release.documents:
            if assembler.text_in_force(document) == in_force.version:
                groups.append(
                    [
                        (locale, urls.absolute(urls.text(urls.words.in_force, document, locale)))
                        for locale in settings.locales
                        if (document, locale) in in_force.release.by_name
                    ]
                )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    )
    for group in groups:
        for _, url in group:
            lines += ["  <url>", f"    <loc>{escape(url, quote=False)}</loc>"]
            if len(group) > 1:
                lines += [
                    f'    <xhtml:link rel="alternate" hreflang="{escape(locale)}" href="{escape(other)}"/>'
                    for locale, other in group
                ]
            lines.append("  </url>")
    lines.append("</urlset>")
    return ("\n".join(lines) + "\n").encode()


def robots_file(settings: Settings) -> bytes:
    """robots.txt (RFC 9309): everything may be read; here is the map."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {settings.site_url}sitemap.xml\n".encode()


def timemap_files(assembler: Assembler) -> dict[str, bytes]:
    """The Memento TimeMap (RFC 7089, RFC 6690) of each document in each language that any release has it in, by path.

    The lasting address shows the text in force. So the moment of a text is the one from which it was in force: the
    beginning of that day, or on the day of its publication the moment of publication. A text to come is not listed, nor
    one that never came into force; one that came into force again, after a withdrawal, is listed twice.
    """
    return {
        path: _timemap(assembler, document, locale) for path, (document, locale) in timemap_paths(assembler).items()
    }


def timemap_paths(assembler: Assembler) -> dict[str, tuple[str, str]]:
    """The address of each TimeMap, with its document and language."""
    history, settings = assembler.history, assembler.settings
    return {
        assembler.urls.timemap(document, locale): (document, locale)
        for document in history.documents
        for locale in settings.locales
        if any((document, locale) in published.release.by_name for published in history.releases)
    }


def _timemap(assembler: Assembler, document: str, locale: str) -> bytes:
    settings, urls = assembler.settings, assembler.urls
    mementos = []
    for period in assembler.history.text_periods(document):
        if period.since > assembler.day:
            continue
        published = assembler.history[period.version]
        start = publish_moment(period.since, settings.timezone)
        moment = max(start, published.moment) if published.published_on == period.since else start
        # Where a release lacks the translation, its page says so: that is what the address showed.
        path = urls.text(period.version, document, locale)
        mementos.append((_http_date(moment), urls.absolute(path)))
    original = urls.absolute(urls.text("", document, locale))
    own = urls.absolute(urls.timemap(document, locale))
    about = f'<{own}>; rel="self"; type="{TIMEMAP_TYPE}"'
    if mementos:
        about += f'; from="{mementos[0][0]}"; until="{mementos[-1][0]}"'
    links = [f'<{original}>; rel="original"', about]
    for place, (day, url) in enumerate(mementos):
        ends = [name for name, at in (("first", 0), ("last", len(mementos) - 1)) if at == place]
        links.append(f'<{url}>; rel="{" ".join([*ends, "memento"])}"; datetime="{day}"')
    return (",\n".join(links) + "\n").encode()


def _http_date(moment: datetime) -> str:
    """A moment as HTTP writes it (RFC 9110, 5.6.7), without parts of a second."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)
