"""The feeds: Atom (RFC 4287) and JSON Feed 1.1, of the whole site and of each document, in each language.

A feed holds the newest entries only, so that what is written with each publish does not grow for ever; whoever
wants all of them is led to the list of releases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from lxml import etree

from yururluk.core.register import WithdrawalEntry
from yururluk.core.settings import Settings
from yururluk.site.feed_entries import Entry, Teller
from yururluk.site.page_facts import Assembler
from yururluk.site.urls import ATOM_TYPE, JSON_FEED_TYPE, Urls

ATOM = "http://www.w3.org/2005/Atom"
_PREFIXES: dict[str, str] = {None: ATOM}  # type: ignore[dict-item]  # lxml takes None, its stubs do not
NEWEST = 50  # so many entries a feed holds


def feed_files(assembler: Assembler, withdrawals: Mapping[str, WithdrawalEntry]) -> dict[str, bytes]:
    """Every feed, by path. `withdrawals` are what the register tells of them, by version."""
    history, settings = assembler.history, assembler.settings
    files = {}
    for locale in settings.locales:
        teller = Teller(history, withdrawals, settings, locale)
        for document in ("", *history.documents):
            name = settings.site_names[locale]
            title = f"{assembler.title(document, locale)} – {name}" if document else name
            feed = _Feed(locale, document, title, teller.entries(document, newest=NEWEST), settings)
            files[feed.path("xml")] = feed.atom()
            files[feed.path("json")] = feed.json()
    return files


class _Feed:
    def __init__(self, locale: str, document: str, title: str, entries: list[Entry], settings: Settings) -> None:
        self._locale = locale
        self._document = document
        self._title = title
        self._entries = entries
        self._settings = settings
        self._urls = Urls(settings)

    def path(self, ending: str) -> str:
        """Where the feed stands."""
        return self._urls.feed(self._locale, self._document, ending=ending)

    def _url(self, ending: str) -> str:
        return self._urls.absolute(self.path(ending))

    def _home(self) -> str:
        return self._urls.absolute(self._urls.page(self._locale, self._document))

    def atom(self) -> bytes:
        """The Atom feed."""
        language = self._locale.replace("_", "-")
        feed = etree.Element(f"{{{ATOM}}}feed", nsmap=_PREFIXES)
        feed.set("{http://www.w3.org/XML/1998/namespace}lang", language)
        _word(feed, "id", self._url("xml"))
        _word(feed, "title", self._title)
        newest = max((entry.moment for entry in self._entries), default=None)
        _word(feed, "updated", newest.isoformat() if newest else "1970-01-01T00:00:00Z")
        _word(etree.SubElement(feed, f"{{{ATOM}}}author"), "name", self._settings.publisher)
        _link(feed, "self", self._url("xml"), ATOM_TYPE)
        _link(feed, "alternate", self._home(), "text/html")
        _link(feed, "alternate", self._url("json"), JSON_FEED_TYPE)
        _link(feed, "related", self._urls.absolute(self._urls.releases(self._locale)), "text/html")
        for entry in self._entries:
            told = etree.SubElement(feed, f"{{{ATOM}}}entry")
            _word(told, "id", entry.id)
            _word(told, "title", entry.title)
            _word(told, "published", entry.moment.isoformat())
            _word(told, "updated", entry.moment.isoformat())
            _link(told, "alternate", entry.url, "text/html")
            content = etree.SubElement(told, f"{{{ATOM}}}content", type="html")
            content.text = etree.CDATA(entry.html)  # whose words are escaped, so that none of them ends it
        etree.indent(feed, "")
        return etree.tostring(feed, xml_declaration=True, encoding="UTF-8") + b"\n"

    def json(self) -> bytes:
        """The same as JSON Feed."""
        language = self._locale.replace("_", "-")
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self._title,
            "home_page_url": self._home(),
            "feed_url": self._url("json"),
            "language": language,
            "authors": [{"name": self._settings.publisher}],
            "items": [
                {
                    "id": entry.id,
                    "url": entry.url,
                    "title": entry.title,
                    "content_html": entry.html,
                    "date_published": entry.moment.isoformat(),
                    "date_modified": entry.moment.isoformat(),
                    "language": language,
                }
                for entry in self._entries
            ],
        }
        return (json.dumps(feed, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _word(parent: etree._Element, tag: str, words: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{ATOM}}}{tag}")
    made.text = words
    return made


def _link(parent: etree._Element, rel: str, url: str, kind: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, type=kind, href=url)
