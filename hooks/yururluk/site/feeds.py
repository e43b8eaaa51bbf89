"""The feeds: Atom (RFC 4287) and JSON Feed 1.1, of the whole site and of each document, in each language.

An entry is made only of what was known when its event was recorded, and never of the day on which it is read: once
published, it never changes. So it gives the day on which a release takes effect, not whether it has. A feed holds the
newest entries only, and links to the list of all releases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from html import escape
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from yururluk.core.history import History, Published, TextFacts
from yururluk.core.i18n import long_date, translator
from yururluk.core.model import Text
from yururluk.core.register import WithdrawalEntry, WithdrawalNote
from yururluk.core.settings import Settings
from yururluk.site.page_facts import Assembler
from yururluk.site.urls import ATOM_TYPE, JSON_FEED_TYPE, Urls


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


@dataclass(frozen=True)
class _Event:
    """When something happened (within a moment, in the order of the releases), and how to make its entry."""

    order: tuple[datetime, int, int]
    make: Callable[[], Entry]


class EntryWriter:
    """Makes the entries of a site in one language. `withdrawals` are those of the register, by version."""

    def __init__(
        self, history: History, withdrawals: Mapping[str, WithdrawalEntry], settings: Settings, locale: str
    ) -> None:
        self._history = history
        self._withdrawals = withdrawals
        self._settings = settings
        self._urls = Urls(settings)
        self._locale = locale
        self._say: Callable[[str], str] = translator(locale)
        site = urlsplit(settings.site_url)
        self._host = (site.hostname or "").encode("idna").decode("ascii")
        self._path = site.path

    def entries(self, document: str = "", *, newest: int | None = None) -> list[Entry]:
        """The events of the site, or of one document, newest first; `newest` says how many at most."""
        events = sorted(
            [*islice(self._publications(document), newest), *self._taken_back(document)],
            key=lambda event: event.order,
            reverse=True,
        )
        return [event.make() for event in events[:newest]]

    def _publications(self, document: str) -> Iterator[_Event]:
        """The publications, newest first."""
        for at in range(len(self._history.releases) - 1, -1, -1):
            published = self._history.releases[at]
            make: Callable[[], Entry]
            if not document:
                make = partial(self._published, published)
            elif self._changes(published, document):
                make = partial(self._changed, published, document)
            elif self._ends(published, document):
                make = partial(self._ended, published, document)
            else:
                continue
            yield _Event((published.moment, at, 0), make)

    def _taken_back(self, document: str) -> Iterator[_Event]:
        """The withdrawals of releases, or of those that changed a document."""
        for at, published in enumerate(self._history.releases):
            withdrawal = self._withdrawals.get(published.version)
            if withdrawal is None or (document and not self._changes(published, document)):
                continue
            moment = withdrawal.published.astimezone(self._settings.timezone)
            entered = withdrawal.entered.astimezone(self._settings.timezone)
            make = partial(self._withdrawn, published, document, moment, entered, withdrawal.withdrawn)
            yield _Event((moment, at, 1), make)

    # Publications

    def _published(self, published: Published) -> Entry:
        say = self._say
        weight = any(self._facts(published, document).before for document in published.release.documents)
        lines = [self._summary(published), self._dates(published, published.effective, weight=weight)]
        changed = [one for one in published.release.documents if self._changes(published, one)]
        items = [self._document(published, document) for document in changed]
        items += [
            escape(say("{title}: no longer part of the release").format(title=self._last_title(published, document)))
            for document in self._gone(published)
        ]
        if items:
            lines.append("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
        return self._entry(
            published,
            "",
            say("Release {version} was published").format(version=published.version),
            self._url(self._urls.page(self._locale, folder=published.version)),
            published.moment,
            published.entered,
            lines,
        )

    def _changed(self, published: Published, document: str) -> Entry:
        say = self._say
        facts = self._facts(published, document)
        if facts.before:
            what = say("new text in release {version}")
        elif self._is_translated(published, document):
            what = say("first translated in release {version}")
        else:
            what = say("first published in release {version}")
        title = f"{self._title(published, document)}: {what.format(version=published.version)}"
        lines = [
            self._summary(published),
            self._dates(published, facts.effective, weight=bool(facts.before)),
            f"<p>{self._document(published, document)}</p>",
        ]
        return self._entry(
            published, document, title, self._text_url(published, document), published.moment, published.entered, lines
        )

    def _ended(self, published: Published, document: str) -> Entry:
        say = self._say
        what = say("no longer part of release {version}").format(version=published.version)
        title = f"{self._last_title(published, document)}: {what}"
        lines = [self._summary(published), self._dates(published, published.effective, weight=False)]
        url = self._url(self._urls.page(self._locale, folder=published.version))
        return self._entry(published, document, title, url, published.moment, published.entered, lines)

    def _document(self, published: Published, document: str) -> str:
        """A changed document, with the ways to its text and to what changed in it."""
        say = self._say
        facts = self._facts(published, document)
        text = self._text(published, document)
        other = f' hreflang="{escape(text.locale)}"' if text.locale != self._locale else ""
        link = self._link(self._text_url(published, document), self._title(published, document), other)
        if not facts.before:
            translated = self._is_translated(published, document)
            first = say("first translation") if translated else say("first version")
            return f"{link} ({escape(first)})"
        redline = self._url(self._urls.redline(published.version, document, text.locale))
        return f"{link} ({self._link(redline, f'{facts.before} → {facts.changed_by}', other)})"

    # Withdrawals

    def _withdrawn(
        self, published: Published, document: str, moment: datetime, entered: datetime, withdrawal: WithdrawalNote
    ) -> Entry:
        say = self._say
        day = long_date(withdrawal.on, self._locale)
        words = say("Withdrawn from: {date}").format(date=day)
        # The reason is written once, in the language of the authentic texts.
        foreign = "" if self._locale == self._settings.authentic else f' lang="{self._settings.authentic}"'
        lines = [f"<p>{escape(words)}</p>", f"<p{foreign}>{escape(withdrawal.reason)}</p>"]
        if document:
            what = say("release {version} was withdrawn").format(version=published.version)
            title = f"{self._title(published, document)}: {what}"
            url = self._text_url(published, document)
        else:
            title = say("Release {version} was withdrawn").format(version=published.version)
            url = self._url(self._urls.page(self._locale, folder=published.version))
        return self._entry(published, document, title, url, moment, entered, lines, "/withdrawn")

    # Pieces

    def _entry(
        self,
        published: Published,
        document: str,
        title: str,
        url: str,
        moment: datetime,
        entered: datetime,
        lines: list[str],
        event: str = "",
    ) -> Entry:
        place = f"{published.version}/{self._locale}" + (f"/{document}" if document else "") + event
        return Entry(
            f"tag:{self._host},{moment:%Y-%m-%d}:{self._path}{place}",
            title,
            url,
            moment.replace(microsecond=0),
            entered.replace(microsecond=0),
            "".join(line for line in lines if line),
        )

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

    def _title(self, published: Published, document: str) -> str:
        return self._text(published, document).front_matter.title

    def _facts(self, published: Published, document: str) -> TextFacts:
        text = self._text(published, document)
        return self._history.facts[published.version, document, text.locale]

    def _is_translated(self, published: Published, document: str) -> bool:
        """Whether what this language has for the first time was there before in the authentic one."""
        authentic = self._history.facts[published.version, document, self._settings.authentic]
        return authentic.before is not None

    def _changes(self, published: Published, document: str) -> bool:
        """Whether the release changes the document in this language, or its authentic text."""
        locales = (self._locale, self._settings.authentic)
        facts = (self._history.facts.get((published.version, document, locale)) for locale in locales)
        return any(one.changed for one in facts if one is not None)

    def _gone(self, published: Published) -> list[str]:
        return [document for document in self._history.documents if self._ends(published, document)]

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
        return self._title(self._before(published) or published, document)

    def _text_url(self, published: Published, document: str) -> str:
        text = self._text(published, document)
        return self._url(self._urls.text(published.version, document, text.locale))

    def _url(self, path: str) -> str:
        return self._urls.absolute(path)

    @staticmethod
    def _link(url: str, words: str, attributes: str) -> str:
        return f'<a href="{escape(url)}"{attributes}>{escape(words)}</a>'


ATOM = "http://www.w3.org/2005/Atom"
_PREFIXES: dict[str, str] = {None: ATOM}  # type: ignore[dict-item]  # lxml takes None, its stubs do not
NEWEST = 50  # so many entries a feed holds


def feed_files(assembler: Assembler, withdrawals: Mapping[str, WithdrawalEntry]) -> dict[str, bytes]:
    """Every feed, by path. `withdrawals` are those of the register, by version."""
    history, settings = assembler.history, assembler.settings
    files = {}
    for locale in settings.locales:
        writer = EntryWriter(history, withdrawals, settings, locale)
        for document in ("", *history.documents):
            name = settings.site_names[locale]
            title = f"{assembler.title(document, locale)} – {name}" if document else name
            feed = _Feed(locale, document, title, writer.entries(document, newest=NEWEST), settings)
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
        """The address of the feed."""
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
        newest = max((entry.entered for entry in self._entries), default=None)
        _word(feed, "updated", newest.isoformat() if newest else "1970-01-01T00:00:00Z")
        _word(etree.SubElement(feed, f"{{{ATOM}}}author"), "name", self._settings.publisher)
        _link(feed, "self", self._url("xml"), ATOM_TYPE)
        _link(feed, "alternate", self._home(), "text/html")
        _link(feed, "alternate", self._url("json"), JSON_FEED_TYPE)
        _link(feed, "related", self._urls.absolute(self._urls.releases(self._locale)), "text/html")
        for entry in self._entries:
            element = etree.SubElement(feed, f"{{{ATOM}}}entry")
            _word(element, "id", entry.id)
            _word(element, "title", entry.title)
            _word(element, "published", entry.moment.isoformat())
            _word(element, "updated", entry.entered.isoformat())
            _link(element, "alternate", entry.url, "text/html")
            content = etree.SubElement(element, f"{{{ATOM}}}content", type="html")
            content.text = etree.CDATA(entry.html)  # its words are escaped: none of them ends it
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
                    "date_modified": entry.entered.isoformat(),
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
