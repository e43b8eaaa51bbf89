"""What the site tells machines at its root: which pages to index, in which languages."""

from __future__ import annotations

from datetime import date
from xml.sax.saxutils import escape, quoteattr

from yururluk.history import History
from yururluk.model import IN_FORCE_ALIAS
from yururluk.settings import Settings
from yururluk.site.assemble import Assembler
from yururluk.site.views import Site


def sitemap_file(history: History, day: date, portal: Site, settings: Settings) -> bytes:
    """sitemap.xml: the portal and the texts in force, each with its other languages (sitemaps.org, hreflang).

    It carries no `lastmod`: the day of a build says nothing about the text.
    """
    groups: list[list[tuple[str, str]]] = [
        [(locale, settings.site_url + path) for locale, path in page.alternates]
        for page in portal.pages
        if page.locale == settings.authentic
        and page.template in {"home.html", "releases.html", "compare.html"}
    ]
    in_force = history.in_force(day)
    assembler = Assembler(history, day, settings)
    if in_force is not None:
        for document in in_force.release.documents:
            if history.text_in_force(document, day) == in_force.version:
                groups.append(
                    [
                        (locale, settings.site_url + assembler.text_address(IN_FORCE_ALIAS, document, locale))
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
            lines += ["  <url>", f"    <loc>{escape(url)}</loc>"]
            if len(group) > 1:
                lines += [
                    f'    <xhtml:link rel="alternate" hreflang={quoteattr(locale)} href={quoteattr(other)}/>'
                    for locale, other in group
                ]
            lines.append("  </url>")
    lines.append("</urlset>")
    return ("\n".join(lines) + "\n").encode()


def robots_file(settings: Settings) -> bytes:
    """robots.txt (RFC 9309): everything may be read; here is the map."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {settings.site_url}sitemap.xml\n".encode()
