"""What the pages of a day have in common: addresses, titles, states, rows; a function of the history and the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property

from yururluk.core.history import History, Published
from yururluk.core.in_force import Standing, State
from yururluk.core.model import DocumentType, Text, Translation
from yururluk.core.settings import Settings
from yururluk.site import page_models as views
from yururluk.site.clause_notes import ClauseHistories, TextLine
from yururluk.site.urls import Urls


class Assembler:
    """What is known on one day. `history` holds the releases published by then."""

    def __init__(self, history: History, day: date, settings: Settings) -> None:
        self.history = history
        self.day = day
        self.settings = settings
        self.urls = Urls(settings)
        self._clauses: dict[tuple[str, str], ClauseHistories] = {}
        self._lines: dict[tuple[str, str], TextLine] = {}
        self._newest_titles: dict[tuple[str, str], str] = {}
        self._in_force: dict[str, str | None] = {}
        self._statuses: dict[tuple[str, str], views.Status] = {}

    def pdf_address(self, version: str, document: str, locale: str) -> str:
        """The address of a text's PDF; empty where the project wants none."""
        return self.urls.pdf(version, document, locale) if self.settings.pdf else ""

    def redline_pdf_address(self, version: str, document: str, locale: str) -> str:
        """The address of the PDF of what the text's last change was; empty where nothing came before."""
        facts = self.history.facts[version, document, locale]
        if not self.settings.pdf or facts.before is None:
            return ""
        return self.urls.pdf(facts.changed_by, document, locale, redline=True)

    def clauses(self, document: str, locale: str) -> ClauseHistories:
        """The histories of a document's clauses in a language."""
        key = document, locale
        if key not in self._clauses:
            self._clauses[key] = ClauseHistories(self.line(document, locale))
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
        return self.urls.page(locale, self.urls.clauses_path(document)) + (f"#{clause}" if clause else "")

    def title(self, document: str, locale: str, published: Published | None = None) -> str:
        """A document's title in a language: of that release, else of the newest one that has it."""
        own = published.release.by_name.get((document, locale)) if published else None
        return own.front_matter.title if own else self._newest_title(document, locale)

    def _newest_title(self, document: str, locale: str) -> str:
        key = document, locale
        if key not in self._newest_titles:
            found = [
                next((p for p in reversed(self.history.releases) if (document, one) in p.release.by_name), None)
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
        """`path` is the address of what governs instead; empty where there is no page of it."""
        return views.Status(
            state=standing.state.value,
            since=standing.since,
            last_day=last_day(standing.until),
            by=views.Link(path, standing.by) if standing.by is not None and path else None,
            governed=tuple(views.Interval(p.since, last_day(p.until)) for p in standing.governed),
        )

    def release_status(self, version: str, locale: str) -> views.Status:
        """The state of a release as a whole."""
        key = version, locale
        if key not in self._statuses:
            found = self.history.standing(version, self.day)
            way = self.urls.page(locale, folder=found.by) if found.by else ""
            self._statuses[key] = self._status(found, way)
        return self._statuses[key]

    def text_status(self, version: str, document: str, locale: str) -> views.Status:
        """The state of a document's wording in a release."""
        found = self.history.text_standing(version, document, self.day)
        by = found.by or ""
        return self._status(found, self.urls.text(by, document, locale) if self.holds(by, document) else "")

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
        folder = self.urls.words.in_force if release is not None and release.version == version else version
        return self.urls.text(folder, document, locale)

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
        return way if not way or state == State.IN_FORCE else self.urls.text("", document, locale)

    def authentic_change(self, version: str, document: str, locale: str) -> views.AuthenticChange | None:
        """The authentic text's last change, where it is not the one that also changed the translation."""
        authentic = self.settings.authentic
        facts = self.history.facts.get((version, document, authentic))
        if facts is None or not facts.before:
            return None
        if facts.changed_by == self.history.facts[version, document, locale].changed_by:
            return None
        path = self.urls.redline(version, document, authentic)
        return views.AuthenticChange(facts.before, facts.changed_by, path)

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
            languages=tuple(other for other in self.settings.locales if (document, other) in published.release.by_name),
            published=published.published_on,
            recorded=published.recorded_on,
            effective=facts.effective,
            status=self.text_status(version, document, locale),
            material=published.release.material,
            summary=published.release.summary.get(locale, ""),
            sha256=text.sha256,
            authentic=locale == authentic,
            authentic_page=views.Link(
                self.urls.text(version, document, authentic), self.title(document, authentic, published)
            ),
            translation=(text.front_matter.translation or Translation.COMPLETE).value,
            changed=facts.changed,
            changed_by=facts.changed_by,
            before=facts.before or "",
            redline_path=self.urls.redline(version, document, locale),
            authentic_change=self.authentic_change(version, document, locale),
            in_force=self.way_to_text_in_force(published, document, locale),
            earlier=(earlier and views.Link(self.urls.text(earlier, document, locale), earlier)) or None,
            later=(later and views.Link(self.urls.text(later, document, locale), later)) or None,
            history_path=self.urls.releases(locale, document),
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
            path=self.urls.text(published.version, document, locale),
            redline_path=self.urls.redline(published.version, document, facts_locale),
            effective=facts.effective,
            status=self.text_status(published.version, document, locale),
            changed=facts.changed,
            changed_by=facts.changed_by,
            translated=translated,
            before=facts.before or "",
            authentic_change=self.authentic_change(published.version, document, facts_locale),
            pdf_path=self.pdf_address(published.version, document, facts_locale),
            redline_pdf_path=self.redline_pdf_address(published.version, document, facts_locale),
        )

    def release_row(self, published: Published, locale: str) -> views.ReleaseRow:
        """One release, for a list in `locale`."""
        withdrawal = published.release.withdrawal
        return views.ReleaseRow(
            version=published.version,
            path=self.urls.page(locale, folder=published.version),
            published=published.published_on,
            recorded=published.recorded_on,
            effective=published.effective,
            status=self.release_status(published.version, locale),
            material=published.release.material,
            summary=published.release.summary.get(locale, ""),
            documents=tuple(self.document_row(published, document, locale) for document in published.release.documents),
            withdrawal_reason=withdrawal.reason if withdrawal and published.withdrawn_on else "",
        )

    def release_in_force(self, locale: str) -> str:
        """The front page of the release in force; empty where there is none."""
        return self.urls.page(locale, folder=self.urls.words.in_force) if self.in_force else ""

    def clause_address(self, version: str, document: str, locale: str, anchor: str) -> str:
        """The address of a clause in a release's text, or of the text where the clause has no heading there."""
        clause = self.clauses(document, locale).id_in(version, anchor)
        return self.urls.text(version, document, locale) + (f"#{clause}" if clause else "")

    def redline_link(self, version: str, document: str, locale: str, anchor: str = "") -> views.Link:
        """The way to what a release changed, at a clause where its new text has it; to the text itself where that
        is the first. A redline has all ids of its new text (DESIGN, "Redline")."""
        if self.history.facts[version, document, locale].before is None:
            return views.Link(self.clause_address(version, document, locale, anchor), version)
        clause = self.clauses(document, locale).id_in(version, anchor) if anchor else ""
        return views.Link(self.urls.redline(version, document, locale) + (f"#{clause}" if clause else ""), version)


def last_day(until: date | None) -> date | None:
    """The day before, where there is one."""
    return until - timedelta(days=1) if until else None


#: Link relations of documents that hold for a visit of the site itself (RFC 6903).
_RELATIONS = {DocumentType.PRIVACY_POLICY: "privacy-policy", DocumentType.TERMS: "terms-of-service"}


def site_policies(
    known: Assembler, releases: Sequence[Published], documents: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """The documents that hold for a visit of the site itself, at their lasting addresses, by their relation."""
    found = []
    for document in documents:
        holding = [p for p in releases if (document, known.settings.authentic) in p.release.by_name]
        if not holding:
            continue
        text = holding[-1].release.by_name[document, known.settings.authentic]
        relation = _RELATIONS.get(text.front_matter.type)
        if relation:
            found.append((relation, document))
    return tuple(found)
