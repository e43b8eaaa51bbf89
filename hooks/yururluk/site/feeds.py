"""What feed readers, crawlers and web archives get: Atom and JSON Feed, robots.txt, the sitemap and the TimeMaps.

A feed (RFC 4287, JSON Feed 1.1) is of the whole site or of one document, in each language. Its entries are made only of
what was known when their event was recorded, and never of the day on which they are read: once published, an entry
never changes. So it gives the day on which a release takes effect, not whether it has. A feed holds the newest entries
only, and links to the list of all releases.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from lxml import etree

from yururluk.core.history import Published, TextFacts, publish_moment
from yururluk.core.i18n import long_date, translator
from yururluk.core.model import Text
from yururluk.core.register import WithdrawalEntry
from yururluk.core.settings import Settings
from yururluk.site.notice import calendar_file
from yururluk.site.page_facts import Assembler
from yururluk.site.urls import ATOM_TYPE, JSON_FEED_TYPE, TIMEMAP_TYPE

ATOM = "http://www.w3.org/2005/Atom"
_PREFIXES: dict[str, str] = {None: ATOM}  # type: ignore[dict-item]  # lxml takes None, its stubs do not
NEWEST = 50  # so many entries a feed holds


@dataclass(frozen=True)
class Entry:
    """One event. `id` stays the same for good (RFC 4151); `html` holds paragraphs and lists, links absolute. `entered`
    is the moment of the register's entry, later than `moment` in history made elsewhere."""

    id: str
    title: str
    url: str
    moment: datetime
    entered: datetime
    html: str


def feed_files(assembler: Assembler, withdrawals: Mapping[str, WithdrawalEntry]) -> dict[str, bytes]:
    """Every feed, and a calendar in each language, by path. `withdrawals` are those of the register, by version."""
    settings = assembler.settings
    files = {}
    for locale in settings.locales:
        writer = _EntryWriter(assembler, withdrawals, locale)
        for document in ("", *assembler.history.documents):
            name = settings.site_names[locale]
            title = f"{assembler.title(document, locale)} – {name}" if document else name
            feed = _Feed(assembler, locale, document, title, writer.entries(document))
            files[feed.path("xml")] = feed.atom()
            files[feed.path("json")] = feed.json()
        if calendar := calendar_file(assembler.history, settings, locale):
            files[assembler.urls.calendar(locale)] = calendar
    return files


class _EntryWriter:
    """Makes the entries of a site in one language."""

    def __init__(self, assembler: Assembler, withdrawals: Mapping[str, WithdrawalEntry], locale: str) -> None:
        self._history = assembler.history
        self._withdrawals = withdrawals
        self._settings = assembler.settings
        self._urls = assembler.urls
        self._locale = locale
        self._say: Callable[[str], str] = translator(locale)

    def entries(self, document: str) -> list[Entry]:
        """The newest events of the site, or of one document, newest first; within a moment in the order of releases."""
        found = []
        for published in self._history.releases:
            entry = self._changed(published, document) if document else self._published(published)
            if entry:
                found.append(entry)
        for published in self._history.releases:
            withdrawal = self._withdrawals.get(published.version)
            if withdrawal and (not document or self._changes(published, document)):
                found.append(self._withdrawn(published, document, withdrawal))
        return sorted(found, key=lambda entry: entry.moment)[::-1][:NEWEST]

    def _published(self, published: Published) -> Entry:
        say = self._say
        documents = published.release.documents
        items = [self._document(published, one) for one in documents if self._changes(published, one)]
        items += [
            escape(say("{title}: no longer part of the release").format(title=self._last_title(published, document)))
            for document in self._history.documents
            if self._ends(published, document)
        ]
        weight = any(self._facts(published, document).before for document in documents)
        lines = [self._summary(published), self._dates(published, published.effective, weight=weight)]
        if items:
            lines.append("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
        title = say("Release {version} was published").format(version=published.version)
        return self._entry(published, "", title, self._release_url(published), lines)

    def _changed(self, published: Published, document: str) -> Entry | None:
        """What a release did to a document; None where it left the document alone."""
        say = self._say
        if self._changes(published, document):
            facts = self._facts(published, document)
            if facts.before:
                what = say("new text in release {version}")
            elif self._is_translated(published, document):
                what = say("first translated in release {version}")
            else:
                what = say("first published in release {version}")
            name, url = self._text(published, document).front_matter.title, self._text_url(published, document)
            dates = self._dates(published, facts.effective, weight=bool(facts.before))
            links = f"<p>{self._document(published, document)}</p>"
        elif self._ends(published, document):
            what = say("no longer part of release {version}")
            name, url = self._last_title(published, document), self._release_url(published)
            dates, links = self._dates(published, published.effective, weight=False), ""
        else:
            return None
        title = f"{name}: {what.format(version=published.version)}"
        return self._entry(published, document, title, url, [self._summary(published), dates, links])

    def _withdrawn(self, published: Published, document: str, entry: WithdrawalEntry) -> Entry:
        say, zone = self._say, self._settings.timezone
        day = long_date(entry.withdrawn.on, self._locale)
        words = say("Withdrawn from: {date}").format(date=day)
        # The reason is written once, in the language of the authentic texts.
        foreign = "" if self._locale == self._settings.authentic else f' lang="{self._settings.authentic}"'
        lines = [f"<p>{escape(words)}</p>", f"<p{foreign}>{escape(entry.withdrawn.reason)}</p>"]
        if document:
            what = say("release {version} was withdrawn").format(version=published.version)
            title = f"{self._text(published, document).front_matter.title}: {what}"
            url = self._text_url(published, document)
        else:
            title = say("Release {version} was withdrawn").format(version=published.version)
            url = self._release_url(published)
        moments = entry.published.astimezone(zone), entry.entered.astimezone(zone)
        return self._entry(published, document, title, url, lines, moments, "/withdrawn")

    # Pieces

    def _entry(
        self,
        published: Published,
        document: str,
        title: str,
        url: str,
        lines: Sequence[str],
        moments: tuple[datetime, datetime] | None = None,
        event: str = "",
    ) -> Entry:
        site = urlsplit(self._settings.site_url)
        host = (site.hostname or "").encode("idna").decode("ascii")
        moment, entered = moments or (published.moment, published.entered)
        place = f"{published.version}/{self._locale}" + (f"/{document}" if document else "") + event
        identity = f"tag:{host},{moment:%Y-%m-%d}:{site.path}{place}"
        return Entry(
            identity, title, url, moment.replace(microsecond=0), entered.replace(microsecond=0), "".join(lines)
        )

    def _document(self, published: Published, document: str) -> str:
        """A changed document, with the ways to its text and to what changed in it."""
        say = self._say
        facts = self._facts(published, document)
        text = self._text(published, document)
        other = f' hreflang="{escape(text.locale)}"' if text.locale != self._locale else ""
        link = self._link(self._text_url(published, document), text.front_matter.title, other)
        if not facts.before:
            translated = self._is_translated(published, document)
            first = say("first translation") if translated else say("first version")
            return f"{link} ({escape(first)})"
        redline = self._urls.absolute(self._urls.redline(published.version, document, text.locale))
        return f"{link} ({self._link(redline, f'{facts.before} → {facts.changed_by}', other)})"

    def _summary(self, published: Published) -> str:
        summary = published.release.summary.get(self._locale, "")
        return f"<p>{escape(summary)}</p>" if summary else ""

    def _dates(self, published: Published, effective: date, *, weight: bool) -> str:
        say = self._say
        parts = [say("Effective date: {date}").format(date=long_date(effective, self._locale))]
        if weight:
            parts.append(say("Material change") if published.release.material else say("Editorial change"))
        return f"<p>{escape(' · '.join(parts))}</p>"

    def _text(self, published: Published, document: str) -> Text:
        """The document in this language, else in the authentic one."""
        by_name = published.release.by_name
        return by_name.get((document, self._locale)) or by_name[document, self._settings.authentic]

    def _facts(self, published: Published, document: str) -> TextFacts:
        return self._history.facts[published.version, document, self._text(published, document).locale]

    def _is_translated(self, published: Published, document: str) -> bool:
        """Whether what this language has for the first time was there before in the authentic one."""
        return self._history.facts[published.version, document, self._settings.authentic].before is not None

    def _changes(self, published: Published, document: str) -> bool:
        """Whether the release changes the document in this language, or its authentic text."""
        locales = (self._locale, self._settings.authentic)
        facts = (self._history.facts.get((published.version, document, locale)) for locale in locales)
        return any(one.changed for one in facts if one is not None)

    def _ends(self, published: Published, document: str) -> bool:
        """Whether the release leaves out a document which the release before it still has."""
        before = self._before(published)
        return (
            document not in published.release.documents and before is not None and document in before.release.documents
        )

    def _before(self, published: Published) -> Published | None:
        """The release published before this one, leaving out what was withdrawn by then."""
        return next(self._history.standing_before(published), None)

    def _last_title(self, published: Published, document: str) -> str:
        """What a document was called in the release before this one, which no longer has it."""
        return self._text(self._before(published) or published, document).front_matter.title

    def _text_url(self, published: Published, document: str) -> str:
        locale = self._text(published, document).locale
        return self._urls.absolute(self._urls.text(published.version, document, locale))

    def _release_url(self, published: Published) -> str:
        return self._urls.absolute(self._urls.page(self._locale, folder=published.version))

    @staticmethod
    def _link(url: str, words: str, attributes: str) -> str:
        return f'<a href="{escape(url)}"{attributes}>{escape(words)}</a>'


@dataclass(frozen=True)
class _Feed:
    assembler: Assembler
    locale: str
    document: str
    title: str
    entries: Sequence[Entry]

    def path(self, ending: str) -> str:
        """The address of the feed."""
        return self.assembler.urls.feed(self.locale, self.document, ending=ending)

    def _language(self) -> str:
        return self.locale.replace("_", "-")

    def _home(self) -> str:
        return self.assembler.urls.absolute(self.assembler.urls.page(self.locale, self.document))

    def _url(self, ending: str) -> str:
        return self.assembler.urls.absolute(self.path(ending))

    def atom(self) -> bytes:
        """The Atom feed."""
        feed = etree.Element(f"{{{ATOM}}}feed", nsmap=_PREFIXES)
        feed.set("{http://www.w3.org/XML/1998/namespace}lang", self._language())
        _add(feed, "id", self._url("xml"))
        _add(feed, "title", self.title)
        newest = max((entry.entered for entry in self.entries), default=None)
        _add(feed, "updated", newest.isoformat() if newest else "1970-01-01T00:00:00Z")
        _add(_add(feed, "author"), "name", self.assembler.settings.publisher)
        _add(feed, "link", rel="self", type=ATOM_TYPE, href=self._url("xml"))
        _add(feed, "link", rel="alternate", type="text/html", href=self._home())
        _add(feed, "link", rel="alternate", type=JSON_FEED_TYPE, href=self._url("json"))
        releases = self.assembler.urls.absolute(self.assembler.urls.releases(self.locale))
        _add(feed, "link", rel="related", type="text/html", href=releases)
        for entry in self.entries:
            element = _add(feed, "entry")
            _add(element, "id", entry.id)
            _add(element, "title", entry.title)
            _add(element, "published", entry.moment.isoformat())
            _add(element, "updated", entry.entered.isoformat())
            _add(element, "link", rel="alternate", type="text/html", href=entry.url)
            # The words of the content are escaped: none of them ends the section.
            _add(element, "content", type="html").text = etree.CDATA(entry.html)
        etree.indent(feed, "")
        return etree.tostring(feed, xml_declaration=True, encoding="UTF-8") + b"\n"

    def json(self) -> bytes:
        """The same as JSON Feed."""
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "home_page_url": self._home(),
            "feed_url": self._url("json"),
            "language": self._language(),
            "authors": [{"name": self.assembler.settings.publisher}],
            "items": [
                {
                    "id": entry.id,
                    "url": entry.url,
                    "title": entry.title,
                    "content_html": entry.html,
                    "date_published": entry.moment.isoformat(),
                    "date_modified": entry.entered.isoformat(),
                    "language": self._language(),
                }
                for entry in self.entries
            ],
        }
        return (json.dumps(feed, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _add(parent: etree._Element, tag: str, words: str | None = None, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    made.text = words
    return made


# For crawlers and web archives


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
        groups += [
            [
                (locale, urls.absolute(urls.text(urls.words.in_force, document, locale)))
                for locale in settings.locales
                if (document, locale) in in_force.release.by_name
            ]
            for document in in_force.release.documents
            if assembler.text_in_force(document) == in_force.version
        ]
    schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<urlset xmlns="{schema}" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for group in groups:
        for _, url in group:
            lines += ["  <url>", f"    <loc>{escape(url, quote=False)}</loc>"]
            lines += [
                f'    <xhtml:link rel="alternate" hreflang="{escape(locale)}" href="{escape(other)}"/>'
                for locale, other in (group if len(group) > 1 else ())
            ]
            lines.append("  </url>")
    return ("\n".join([*lines, "</urlset>"]) + "\n").encode()


def robots_file(settings: Settings) -> bytes:
    """robots.txt (RFC 9309): everything may be read; here is the map."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {settings.site_url}sitemap.xml\n".encode()


def timemap_files(assembler: Assembler) -> dict[str, bytes]:
    """The Memento TimeMap (RFC 7089, RFC 6690) of each document in each language that any release has it in, by path.

    The lasting address shows the text in force. So the moment of a text is the one from which it was in force: the
    beginning of that day, or on the day of its publication the moment of publication. A text to come is not listed, nor
    one that never came into force; one that came into force again, after a withdrawal, is listed twice.
    """
    paths = timemap_paths(assembler)
    return {path: _timemap(assembler, document, locale) for path, (document, locale) in paths.items()}


def timemap_paths(assembler: Assembler) -> dict[str, tuple[str, str]]:
    """The address of each TimeMap, with its document and language."""
    return {
        assembler.urls.timemap(document, locale): (document, locale)
        for document in assembler.history.documents
        for locale in assembler.settings.locales
        if assembler.line(document, locale)
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
