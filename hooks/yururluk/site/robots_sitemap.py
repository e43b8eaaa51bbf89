"""What the site tells machines at its root: which pages to index, in which languages."""

from __future__ import annotations

from html import escape

from yururluk.core.settings import Settings
from yururluk.site.page_facts import Assembler


def sitemap_file(assembler: Assembler) -> bytes:
    """sitemap.xml: the portal and the texts in force, each with its other languages (sitemaps.org, hreflang).

    It carries no `lastmod`: the day of a build says nothing about the text.
    """
    settings, urls = assembler.settings, assembler.urls
    groups: list[list[tuple[str, str]]] = [
        [(locale, urls.absolute(urls.page(locale, path))) for locale in settings.locales]
        for path in ("", urls.words.releases, urls.words.compare)
    ]
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
