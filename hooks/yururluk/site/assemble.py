"""Which pages the site has on a day, and what stands on each: a pure function of the history and the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from yururluk.history import History, Published
from yururluk.in_force import Period, Standing, State, periods
from yururluk.memory import NO_MEMORY, Memory
from yururluk.model import IN_FORCE_ALIAS, DocumentType, Text, Translation
from yururluk.settings import Settings
from yururluk.site import views
from yururluk.site.addresses import REDLINES, pdf_address
from yururluk.site.reading import reading_minutes
from yururluk.site.text_line import TextLine
from yururluk.site.timeline import drawing
from yururluk.site.words import translator

if TYPE_CHECKING:
    from yururluk.lineage import ClauseHistory, Event
    from yururluk.site.clause_notes import ClauseHistories, Note
    from yururluk.weave import Series

HISTORY = "surumler/"
COMPARE = "karsilastir"
SIDE_BY_SIDE = "yan-yana"
SEARCH = "ara"
#: The texts that the search reads, in the search page's own folder.
SEARCH_FILE = "metinler.json"


class Assembler:
    """Makes the pages of one day. `history` holds the releases published by then."""

    def __init__(self, history: History, day: date, settings: Settings, memory: Memory = NO_MEMORY) -> None:
        self._memory = memory
        self.history = history
        self.day = day
        self.settings = settings
        self._clauses: dict[tuple[str, str], ClauseHistories] = {}
        self._lines: dict[tuple[str, str], TextLine] = {}
        self._newest_titles: dict[tuple[str, str], str] = {}
        self._in_force: dict[str, str | None] = {}

    # Addresses

    def address(self, locale: str, path: str, prefix: str = "") -> str:
        """The address of a page inside the site: `1.1/en/gizlilik-politikasi/`."""
        language = "" if locale == self.settings.authentic else f"{locale}/"
        return f"{prefix}{language}{path}/" if path else f"{prefix}{language}"

    def text_address(self, version: str, document: str, locale: str) -> str:
        """The address of a text."""
        return self.address(locale, document, f"{version}/")

    def redline_address(self, version: str, document: str, locale: str) -> str:
        """The address of a text's redline."""
        return self.address(locale, f"{REDLINES}/{document}", f"{version}/")

    def pdf_address(self, version: str, document: str, locale: str) -> str:
        """The address of a text's PDF; empty where the project wants none."""
        return pdf_address(version, document, locale, self.settings.authentic) if self.settings.pdf else ""

    def redline_pdf_address(self, version: str, document: str, locale: str) -> str:
        """The address of the PDF of what the text's last change was; empty where nothing came before."""
        facts = self.history.facts[version, document, locale]
        if not self.settings.pdf or facts.before is None:
            return ""
        return pdf_address(facts.changed_by, document, locale, self.settings.authentic, redline=True)

    def history_address(self, locale: str, document: str = "") -> str:
        """The address of the list of releases, at one document where it is named."""
        return self.address(locale, HISTORY.rstrip("/")) + (f"#{document}" if document else "")

    def clauses(self, document: str, locale: str) -> ClauseHistories:
        """The histories of a document's clauses in a language."""
        # What reads and compares texts is loaded where pages are made; most runs make none.
        from yururluk.site.clause_notes import ClauseHistories

        key = document, locale
        if key not in self._clauses:
            self._clauses[key] = ClauseHistories(self.line(document, locale), self._memory)
        return self._clauses[key]

    def line(self, document: str, locale: str) -> TextLine:
        """The releases through which a document's text in a language went."""
        key = document, locale
        if key not in self._lines:
            self._lines[key] = TextLine(self.history, self.day, document, locale)
        return self._lines[key]

    def clauses_address(self, document: str, locale: str, clause: str = "") -> str:
        """The address of the history of a document's clauses, at one clause where its anchor is named; empty
        where no release has the document in that language."""
        if not self.line(document, locale):
            return ""
        return self.address(locale, f"{HISTORY}{document}") + (f"#{clause}" if clause else "")

    def _alternates(self, path: str, prefix: str = "") -> tuple[tuple[str, str], ...]:
        return tuple((locale, self.address(locale, path, prefix)) for locale in self.settings.locales)

    # Parts

    def title(self, document: str, locale: str, published: Published | None = None) -> str:
        """A document's title in a language: of that release, else of the newest one that has it."""
        own = published.release.by_name.get((document, locale)) if published else None
        return own.front_matter.title if own else self._newest_title(document, locale)

    def _newest_title(self, document: str, locale: str) -> str:
        key = document, locale
        if key not in self._newest_titles:
            found = [
                next(
                    (p for p in reversed(self.history.releases) if (document, one) in p.release.by_name), None
                )
                for one in (locale, self.settings.authentic)
            ]
            text = next(
                p.release.by_name[document, one]
                for p, one in zip(found, (locale, self.settings.authentic), strict=True)
                if p
            )
            self._newest_titles[key] = text.front_matter.title
        return self._newest_titles[key]

    def _status(self, standing: Standing, path: str) -> views.Status:
        """`path` is the address of what governs in its stead; empty where there is no page of it."""
        return views.Status(
            state=standing.state.value,
            since=standing.since,
            last_day=_last_day(standing.until),
            by=views.Link(path, standing.by) if standing.by is not None and path else None,
            governed=tuple(views.Interval(p.since, _last_day(p.until)) for p in standing.governed),
        )

    def release_status(self, version: str, locale: str) -> views.Status:
        """The state of a release as a whole."""
        found = self.history.standing(version, self.day)
        return self._status(found, self.address(locale, "", f"{found.by}/") if found.by else "")

    def text_status(self, version: str, document: str, locale: str) -> views.Status:
        """The state of a document's wording in a release."""
        found = self.history.text_standing(version, document, self.day)
        by = found.by or ""
        return self._status(
            found, self.text_address(by, document, locale) if self.holds(by, document) else ""
        )

    def holds(self, version: str, document: str) -> bool:
        """Whether there is such a release, and it holds a document."""
        return version in self.history and document in self.history[version].release.documents

    @cached_property
    def in_force(self) -> Published | None:
        """The release in force."""
        return self.history.in_force(self.day)

    def in_force_way(self, document: str, locale: str) -> str:
        """The address of the document's text in force, under the lasting alias where that shows it; empty where no
        text of it is in force."""
        version = self.text_in_force(document)
        if version is None:
            return ""
        release = self.in_force
        folder = IN_FORCE_ALIAS if release is not None and release.version == version else version
        return self.text_address(folder, document, locale)

    def text_in_force(self, document: str) -> str | None:
        """The version under which to read the document's text in force."""
        if document not in self._in_force:
            self._in_force[document] = self.history.text_in_force(document, self.day)
        return self._in_force[document]

    def way_to_text_in_force(self, published: Published, document: str, locale: str) -> str:
        """Where a text's page sends its readers for the text in force; empty where there is none.

        A page that is not of that text goes by the document's lasting address: so it need not be made again
        whenever another text comes into force.
        """
        way = self.in_force_way(document, locale)
        state = self.history.text_standing(published.version, document, self.day).state
        return way if not way or state == State.IN_FORCE else self.address(locale, document)

    def stamp(self, published: Published, text: Text) -> views.Stamp:
        """The facts of a text in a release."""
        version, document, locale = published.version, text.document, text.locale
        facts = self.history.facts[version, document, locale]
        earlier, later = self.history.neighbours(version, document)
        authentic = self.settings.authentic
        withdrawal = published.release.withdrawal
        return views.Stamp(
            document=document,
            type=text.front_matter.type.value,
            version=version,
            languages=tuple(
                other for other in self.settings.locales if (document, other) in published.release.by_name
            ),
            published=published.published_on,
            effective=facts.effective,
            status=self.text_status(version, document, locale),
            material=published.release.material,
            summary=published.release.summary.get(locale, ""),
            sha256=text.sha256,
            authentic=locale == authentic,
            authentic_page=views.Link(
                self.text_address(version, document, authentic), self.title(document, authentic, published)
            ),
            translation=(text.front_matter.translation or Translation.COMPLETE).value,
            changed=facts.changed,
            changed_by=facts.changed_by,
            before=facts.before or "",
            redline_path=self.redline_address(version, document, locale),
            in_force=self.way_to_text_in_force(published, document, locale),
            earlier=(earlier and views.Link(self.text_address(earlier, document, locale), earlier)) or None,
            later=(later and views.Link(self.text_address(later, document, locale), later)) or None,
            history_path=self.history_address(locale, document),
            withdrawal_reason=withdrawal.reason if withdrawal and published.withdrawn_on else "",
            pdf_path=self.pdf_address(version, document, locale),
            redline_pdf_path=self.redline_pdf_address(version, document, locale),
        )

    def document_row(self, published: Published, document: str, locale: str) -> views.DocumentRow:
        """One document of a release, for a list in `locale`."""
        translated = (document, locale) in published.release.by_name
        facts_locale = locale if translated else self.settings.authentic
        facts = self.history.facts[published.version, document, facts_locale]
        return views.DocumentRow(
            document=document,
            version=published.version,
            title=self.title(document, locale, published),
            path=self.text_address(published.version, document, locale),
            redline_path=self.redline_address(published.version, document, facts_locale),
            effective=facts.effective,
            status=self.text_status(published.version, document, locale),
            changed=facts.changed,
            changed_by=facts.changed_by,
            translated=translated,
            before=facts.before or "",
            pdf_path=self.pdf_address(published.version, document, facts_locale),
            redline_pdf_path=self.redline_pdf_address(published.version, document, facts_locale),
        )

    def release_row(self, published: Published, locale: str) -> views.ReleaseRow:
        """One release, for a list in `locale`."""
        withdrawal = published.release.withdrawal
        return views.ReleaseRow(
            version=published.version,
            path=self.address(locale, "", f"{published.version}/"),
            published=published.published_on,
            effective=published.effective,
            status=self.release_status(published.version, locale),
            material=published.release.material,
            summary=published.release.summary.get(locale, ""),
            documents=tuple(
                self.document_row(published, document, locale) for document in published.release.documents
            ),
            withdrawal_reason=withdrawal.reason if withdrawal and published.withdrawn_on else "",
        )

    # Sites

    def release_site(self, published: Published) -> views.Site:
        """Every page of one release."""
        prefix = f"{published.version}/"
        pages: list[views.Page] = []
        for locale in self.settings.locales:
            say = translator(locale)
            pages.append(
                views.Page(
                    locale=locale,
                    path="",
                    title=say("Release {version}").format(version=published.version),
                    template="release.html",
                    view=views.ReleaseView(
                        self.release_row(published, locale), self._release_in_force(locale)
                    ),
                    alternates=self._alternates("", prefix),
                )
            )
            for document in published.release.documents:
                pages += self._document_pages(published, document, locale)
            pages.append(self._search_page(published, locale))
        policies = self._policies([published], published.release.documents)
        return views.Site(prefix, tuple(pages), searched=prefix, policies=policies)

    def _policies(
        self, releases: Sequence[Published], documents: Sequence[str]
    ) -> tuple[tuple[str, str], ...]:
        """The documents that hold for a visit of the site itself, at their lasting addresses, by their relation."""
        found = []
        for document in documents:
            holding = [p for p in releases if (document, self.settings.authentic) in p.release.by_name]
            if not holding:
                continue
            text = holding[-1].release.by_name[document, self.settings.authentic]
            relation = _RELATIONS.get(text.front_matter.type)
            if relation:
                found.append((relation, document))
        return tuple(found)

    def _search_page(self, published: Published, locale: str) -> views.Page:
        """The search of a release in a language. Only the release itself counts: its texts are frozen, so is this."""
        prefix = f"{published.version}/"
        authentic = self.settings.authentic
        texts = tuple(
            views.SearchedText(document, text.front_matter.title, text.source)
            for (document, other), text in sorted(published.release.by_name.items())
            if other == locale
        )
        elsewhere = views.Link(
            self.address(authentic, SEARCH, prefix), self.settings.language_names[authentic]
        )
        return views.Page(
            locale,
            SEARCH,
            translator(locale)("Search"),
            "search.html",
            views.SearchView(
                version=published.version,
                status=self.release_status(published.version, locale),
                in_force=self._release_in_force(locale),
                authentic_page=None if texts else elsewhere,
                history_path=self.history_address(locale),
            ),
            self._alternates(SEARCH, prefix),
            files=(views.DataFile(self.address(locale, SEARCH) + SEARCH_FILE, texts),) if texts else (),
        )

    def _release_in_force(self, locale: str) -> str:
        return self.address(locale, "", f"{IN_FORCE_ALIAS}/") if self.in_force else ""

    def _document_pages(self, published: Published, document: str, locale: str) -> Iterable[views.Page]:
        prefix = f"{published.version}/"
        alternates = self._alternates(document, prefix)
        text = published.release.by_name.get((document, locale))
        title = self.title(document, locale, published)
        if text is None:
            authentic = self.settings.authentic
            facts = self.history.facts[published.version, document, authentic]
            no_translation = views.NoTranslationView(
                document=document,
                version=published.version,
                authentic_page=views.Link(
                    self.text_address(published.version, document, authentic),
                    self.title(document, authentic, published),
                ),
                authentic_language=self.settings.language_names[authentic],
                status=self.text_status(published.version, document, locale),
                published=published.published_on,
                effective=facts.effective,
                in_force=self.way_to_text_in_force(published, document, locale),
                history_path=self.history_address(locale, document),
            )
            for path in (document, f"{REDLINES}/{document}"):
                yield views.Page(
                    locale, path, title, "no-translation.html", no_translation, self._alternates(path, prefix)
                )
            return
        stamp = self.stamp(published, text)
        yield views.Page(
            locale, document, title, "text.html", self._text_view(stamp, text), alternates, markdown=text.body
        )
        yield from self._redline_pages(published, text, stamp, title)

    def _text_view(self, stamp: views.Stamp, text: Text) -> views.TextView:
        histories = self.clauses(text.document, text.locale)
        divided_by = histories.divided_by(stamp.version)
        return views.TextView(
            stamp,
            reading_minutes(text.body, text.locale),
            text.data.decode("utf-8"),
            lineage=tuple(self._note(note, text) for note in histories.notes(stamp.version)),
            clauses_path=self.clauses_address(text.document, text.locale),
            divided_by=self._redline_link(divided_by, text.document, text.locale) if divided_by else None,
        )

    def _note(self, note: Note, text: Text) -> views.ClauseNote:
        document, locale = text.document, text.locale

        def redline(event: Event | None) -> views.Link | None:
            return self._redline_link(event.version, document, locale, note.anchor) if event else None

        since = None
        if note.words == "same":
            since = views.Link(self._clause_address(note.since, document, locale, note.anchor), note.since)
        elif note.words:
            since = self._redline_link(note.since, document, locale, note.anchor)
        later_day = None
        if note.later and self.history.standing(note.later.version, self.day).state == State.UPCOMING:
            later_day = self.history.facts[note.later.version, document, locale].effective
        return views.ClauseNote(
            clause=note.clause,
            words=note.words,
            since=since,
            retitled=redline(note.retitled),
            later=note.later.kind.value if note.later else "",
            later_release=redline(note.later),
            later_day=later_day,
            history_path=self.clauses_address(document, locale, note.anchor),
        )

    def _clause_address(self, version: str, document: str, locale: str, anchor: str) -> str:
        """The address of a clause in a release's text, or of the text where the clause has no heading there."""
        clause = self.clauses(document, locale).id_in(version, anchor)
        return self.text_address(version, document, locale) + (f"#{clause}" if clause else "")

    def _redline_link(self, version: str, document: str, locale: str, anchor: str = "") -> views.Link:
        """The way to what a release changed, at a clause where its new text has it; to the text itself where that
        is the first. A redline has all ids of its new text (DESIGN, "Redline")."""
        if self.history.facts[version, document, locale].before is None:
            return views.Link(self._clause_address(version, document, locale, anchor), version)
        clause = self.clauses(document, locale).id_in(version, anchor) if anchor else ""
        return views.Link(
            self.redline_address(version, document, locale) + (f"#{clause}" if clause else ""), version
        )

    def _redline_pages(
        self, published: Published, text: Text, stamp: views.Stamp, title: str
    ) -> Iterable[views.Page]:
        """What changed: inline, and side by side where there is an earlier text."""
        say = translator(text.locale)
        facts = self.history.facts[published.version, text.document, text.locale]
        new = self.history.facts[facts.changed_by, text.document, text.locale]
        old = self.history.facts.get((facts.before or "", text.document, text.locale))
        prefix = f"{published.version}/"
        path = f"{REDLINES}/{text.document}"
        beside = f"{path}/{SIDE_BY_SIDE}"
        inline = views.Page(
            locale=text.locale,
            path=path,
            title=say("Changes: {title}").format(title=title),
            template="redline.html",
            view=views.RedlineView(
                stamp=stamp,
                document_title=title,
                text_path=self.text_address(published.version, text.document, text.locale),
                inline_path=self.address(text.locale, path, prefix),
                side_path=self.address(text.locale, beside, prefix),
                old_version=facts.before or "",
                new_version=facts.changed_by,
                old=old.text.source if old else "",
                new=new.text.source,
                first=old is None,
            ),
            alternates=self._alternates(path, prefix),
        )
        yield inline
        if old is not None:
            yield replace(
                inline,
                path=beside,
                template="side-by-side.html",
                alternates=tuple(
                    (
                        locale,
                        self.address(
                            locale, beside if self._has_earlier(published, text, locale) else path, prefix
                        ),
                    )
                    for locale in self.settings.locales
                ),
            )

    def _has_earlier(self, published: Published, text: Text, locale: str) -> bool:
        facts = self.history.facts.get((published.version, text.document, locale))
        return facts is not None and facts.before is not None

    def portal_site(self) -> views.Site:
        """The pages at the root."""
        pages: list[views.Page] = []
        for locale in self.settings.locales:
            say = translator(locale)
            rows = tuple(self.release_row(published, locale) for published in reversed(self.history.releases))
            in_force = self.in_force
            home = views.HomeView(
                documents=tuple(self._in_force_row(document, locale) for document in self.history.documents),
                in_force=self.release_row(in_force, locale) if in_force else None,
                upcoming=tuple(
                    sorted(
                        (row for row in rows if row.status.state == State.UPCOMING),
                        key=lambda row: row.effective,
                    )
                ),
            )
            pages.append(
                views.Page(
                    locale, "", self.settings.site_names[locale], "home.html", home, self._alternates("")
                )
            )
            listing = self._releases_view(rows, locale)
            path = HISTORY.rstrip("/")
            pages.append(
                views.Page(locale, path, say("Releases"), "releases.html", listing, self._alternates(path))
            )
            pages.append(self._compare_page(rows, locale))
            for document in self.history.documents:
                pages.append(self._lasting_page(document, locale))
                if self.line(document, locale):
                    pages.append(self._clauses_page(document, locale))
        homes = tuple(
            views.Link(self.address(locale, ""), self.settings.language_names[locale])
            for locale in self.settings.locales
        )
        authentic = self.settings.authentic
        say = translator(authentic)
        pages.append(
            views.Page(
                authentic,
                "404",
                say("Page not found"),
                "not-found.html",
                views.NotFoundView(homes, self._titles()),
                self._alternates(""),
            )
        )
        in_force = self.history.in_force(self.day)
        return views.Site(
            "",
            tuple(pages),
            searched=f"{IN_FORCE_ALIAS}/" if in_force else "",
            policies=self._policies(self.history.releases, self.history.documents),
        )

    def _titles(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        return tuple(
            tuple((document, self.title(document, locale)) for document in self.history.documents)
            for locale in self.settings.locales
        )

    def _releases_view(self, rows: tuple[views.ReleaseRow, ...], locale: str) -> views.ReleasesView:
        whole = tuple(
            self._period(period, self.address(locale, "", f"{period.version}/"))
            for period in periods(self.history.candidates)
        )
        histories = tuple(self._document_history(document, locale) for document in self.history.documents)
        return views.ReleasesView(
            releases=rows,
            periods=whole,
            histories=histories,
            drawing=drawing(
                [
                    ("", translator(locale)("Release"), whole),
                    *((history.document, history.title, history.periods) for history in histories),
                ],
                locale,
            ),
            timezone=str(self.settings.timezone),
        )

    def _period(self, period: Period, path: str) -> views.DocumentPeriod:
        return views.DocumentPeriod(
            interval=views.Interval(period.since, _last_day(period.until)),
            version=period.version,
            path=path,
            state=self._state_of(period),
        )

    def _state_of(self, period: Period) -> str:
        if period.since > self.day:
            return State.UPCOMING.value
        if period.until is None or self.day < period.until:
            return State.IN_FORCE.value
        return State.SUPERSEDED.value

    def _compare_page(self, rows: tuple[views.ReleaseRow, ...], locale: str) -> views.Page:
        say = translator(locale)
        documents = tuple(self._compared_document(document, locale) for document in self.history.documents)
        folder = self.address(locale, COMPARE)
        return views.Page(
            locale=locale,
            path=COMPARE,
            title=say("Compare releases"),
            template="compare.html",
            view=views.CompareView(documents, rows),
            alternates=self._alternates(COMPARE),
            files=tuple(
                views.DataFile(f"{folder}{row.document}.json", self._series(row, locale))
                for row in documents
                if len(row.versions) > 1
            ),
        )

    def _compared_document(self, document: str, locale: str) -> views.ComparedDocument:
        versions = [p.version for p in self.history.releases if (document, locale) in p.release.by_name]
        facts = [self.history.facts[version, document, locale] for version in versions]
        return views.ComparedDocument(
            document=document,
            title=self.title(document, locale),
            versions=tuple(versions),
            pairs=tuple(
                views.ComparedPair(
                    fact.before, fact.version, self.redline_address(fact.version, document, locale)
                )
                for fact in facts
                if fact.changed and fact.before
            ),
        )

    def _series(self, row: views.ComparedDocument, locale: str) -> Series:
        from yururluk.weave import Series

        texts = [(v, self.history.facts[v, row.document, locale].text.source) for v in row.versions]
        pairs = tuple((pair.old, pair.new) for pair in row.pairs)
        return Series(row.document, locale, tuple(texts), pairs)

    def _in_force_row(self, document: str, locale: str) -> views.InForceRow:
        version = self.text_in_force(document)
        current = self.document_row(self.history[version], document, locale) if version else None
        ahead = [
            candidate
            for candidate in self.history.text_candidates(document)
            if candidate.binds_from > self.day and not candidate.is_withdrawn(self.day)
        ]
        upcoming = min(ahead, key=lambda c: (c.binds_from, c.rank), default=None)
        newest = next(p for p in reversed(self.history.releases) if document in p.release.documents)
        text = newest.release.by_name[document, self.settings.authentic]
        return views.InForceRow(
            document=document,
            title=self.title(document, locale),
            type=text.front_matter.type.value,
            current=current,
            upcoming=self.document_row(self.history[upcoming.version], document, locale)
            if upcoming
            else None,
            upcoming_summary=(
                self.history[upcoming.version].release.summary.get(locale, "") if upcoming else ""
            ),
        )

    def _document_history(self, document: str, locale: str) -> views.DocumentHistory:
        found = self.history.text_periods(document)
        return views.DocumentHistory(
            document=document,
            title=self.title(document, locale),
            periods=tuple(self._document_period(period, document, locale) for period in found),
            clauses_path=self.clauses_address(document, locale),
        )

    def _document_period(self, period: Period, document: str, locale: str) -> views.DocumentPeriod:
        row = self.document_row(self.history[period.version], document, locale)
        return replace(
            self._period(period, row.path),
            before=row.before,
            redline_path=row.redline_path if row.before else "",
            pdf_path=row.pdf_path,
        )

    def _clauses_page(self, document: str, locale: str) -> views.Page:
        say = translator(locale)
        histories, newest = self.clauses(document, locale), self.line(document, locale).newest
        title = self.title(document, locale)
        path = f"{HISTORY}{document}"
        view = views.ClausesView(
            document=document,
            document_title=title,
            newest=views.Link(self.text_address(newest, document, locale), newest),
            sections=tuple(self._clause_section(one, document, locale) for one in histories.present),
            gone=tuple(self._clause_section(one, document, locale) for one in histories.gone),
            whole=histories.whole,
            history_path=self.history_address(locale, document),
        )
        alternates = tuple(
            (other, self.address(other, path))
            for other in self.settings.locales
            if self.line(document, other)
        )
        return views.Page(
            locale,
            path,
            say("History of the clauses: {title}").format(title=title),
            "clauses.html",
            view,
            alternates,
        )

    def _clause_section(self, history: ClauseHistory, document: str, locale: str) -> views.ClauseSection:
        versions = list(dict.fromkeys(event.version for event in history.events))
        order = [published.version for published in self.history.releases]
        return views.ClauseSection(
            anchor=history.anchor,
            number=history.clause.number,
            title=history.clause.title or history.clause.heading,
            level=history.clause.level,
            text_path=self._clause_address(history.newest, document, locale, history.anchor),
            rows=tuple(
                views.ClauseRow(
                    version=version,
                    text_path=self._clause_address(version, document, locale, history.anchor),
                    redline_path=(
                        self._redline_link(version, document, locale, history.anchor).path
                        if self.history.facts[version, document, locale].before
                        else ""
                    ),
                    effective=self.history.facts[version, document, locale].effective,
                    status=self.release_status(version, locale),
                    happenings=tuple(
                        views.Happening(event.kind.value, event.old, event.new)
                        for event in history.in_release(version)
                    ),
                )
                for version in sorted(versions, key=order.index)
            ),
        )

    def _in_force_link(self, document: str, locale: str) -> views.Link | None:
        version = self.text_in_force(document)
        return views.Link(self.in_force_way(document, locale), version) if version else None

    def _lasting_page(self, document: str, locale: str) -> views.Page:
        row = self._in_force_row(document, locale)
        upcoming = row.upcoming
        view = views.LastingView(
            document=document,
            target=self._in_force_link(document, locale),
            upcoming=views.Link(upcoming.path, upcoming.changed_by) if upcoming else None,
            upcoming_since=upcoming.status.since if upcoming else None,
            history_path=self.history_address(locale, document),
        )
        return views.Page(locale, document, row.title, "lasting.html", view, self._alternates(document))


#: RFC 6903
_RELATIONS = {DocumentType.PRIVACY_POLICY: "privacy-policy", DocumentType.TERMS: "terms-of-service"}


def _last_day(until: date | None) -> date | None:
    return until - timedelta(days=1) if until else None
