"""The rows of the tables and lists that grow with every release, as HTML.

Pages are laid out by templates; these rows are not, because there are hundreds of them and a template takes twenty
times as long over each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from markupsafe import Markup
from markupsafe import escape as escaped

from yururluk.core.i18n import language_name, long_date, translator
from yururluk.core.in_force import State
from yururluk.lineage.events import Kind
from yururluk.site.page_models import (
    AuthenticChange,
    ClauseRow,
    ComparedPair,
    DocumentPeriod,
    Happening,
    ListedDocument,
    ListedRelease,
)
from yururluk.site.status_phrases import said_in


class Rows:
    """Writes rows for a page in one language. `root` is the way from the page to the site's root; `authentic` the
    locale whose texts are shown where a translation is missing."""

    def __init__(self, locale: str, root: str, authentic: str) -> None:
        self._locale = locale
        self._authentic = authentic
        self._root = _html(root)
        self._said = said_in(locale)
        self._elsewhere = f' hreflang="{_html(authentic)}"'
        say = self._say = translator(locale)
        self._release = _html(say("Release {version}"))
        first = _html(say("First version"))
        self._first = f'<span class="quiet">{first}</span>'
        self._published = _html(say("Published"))
        self._dated = _html(say("Effective date"))
        self._open = _html(say("open"))
        self._see = _html(say("See the change"))
        self._missing = _html(say("not translated"))

    def releases(self, releases: Iterable[ListedRelease]) -> Markup:
        """Every release, with its documents."""
        return _joined(self._listed(one) for one in releases)

    def _listed(self, row: ListedRelease) -> str:
        said, say = self._said, self._say
        weight = any(document.before for document in row.documents)
        line = f'{said.weight(row.material)} <span class="dot">·</span> ' if weight else ""
        line = f"{line}{said.standing(row.status)}"
        if row.withdrawal_reason:
            reason = self._as_written(row.withdrawal_reason)
            line = f"{line} {said.with_pieces(say('Reason: {reason}'), reason=reason)}"
        summary = f"<p>{_html(row.summary)}</p>\n" if row.summary else "\n"
        documents = "".join(self._document(document, row.version) for document in row.documents)
        return (
            f'\n<tr class="{row.status.state}">'
            f'\n<th scope="row"><a href="{self._root}{row.path}">{self._release.format(version=row.version)}</a>'
            f"<br>{said.badge(row.status.state)}</th>"
            f'\n<td data-label="{self._published}: ">{said.date(row.published)}</td>'
            f'\n<td data-label="{self._dated}: ">{said.date(row.effective)}</td>'
            f'\n<td>{summary}<p class="standing-line">{line}</p>'
            f'\n<ul class="of-release">{documents}\n</ul></td>\n</tr>'
        )

    def _as_written(self, reason: str) -> Markup:
        """Why a release was withdrawn: written in one language only."""
        if self._locale == self._authentic:
            return escaped(reason)
        return Markup('<span lang="{}">{}</span>').format(self._authentic, reason)

    def _document(self, row: ListedDocument, version: str) -> str:
        say, root, title = self._say, self._root, _html(row.title)
        elsewhere = "" if row.translated else self._elsewhere
        missing = "" if row.translated else f' <span class="quiet">({self._missing})</span>'
        authentic = row.authentic_change
        changed_too = row.changed or (authentic is not None and authentic.new == version)
        if not row.changed and authentic:
            change = _html(say("Translation unchanged since {version}")).format(version=row.changed_by)
            if changed_too:
                change += f" · {self._authentic_change(authentic)}"
        elif not row.changed:
            change = _html(say("Unchanged since {version}")).format(version=row.changed_by)
        elif row.before:
            pair = _html(say("Changes: {old} → {new}")).format(old=row.before, new=row.changed_by)
            change = f'<a href="{root}{row.redline_path}"{elsewhere}>{pair}</a>'
            if row.redline_pdf_path:
                of = f"{title}, {row.before} → {row.changed_by}"
                change += " " + self._pdf(row.redline_pdf_path, elsewhere, of)
        else:
            change = _html(say("First version"))
        pdf = " " + self._pdf(row.pdf_path, elsewhere, f"{title}, {version}") if row.pdf_path else ""
        return (
            f'\n<li data-document="{row.document}"{" data-changed" if changed_too else ""}>'
            f'<a href="{root}{row.path}">{title}</a>{missing}{pdf} <span class="quiet">{change}</span></li>'
        )

    def _authentic_change(self, change: AuthenticChange) -> str:
        words = self._say("Changes to the {language} text: {old} → {new}")
        language = language_name(self._authentic, self._locale)
        pair = _html(words.format(language=language, old=change.old, new=change.new))
        way = f'<a href="{self._root}{change.redline_path}"{self._elsewhere}>'
        return f"{way}{pair}</a>"

    def _pdf(self, path: str, elsewhere: str, of: str) -> str:
        way = f'<a href="{self._root}{path}" type="application/pdf"{elsewhere}>'
        return f'{way}PDF<span class="hidden">: {of}</span></a>'

    # What applied when

    def periods(self, periods: Iterable[DocumentPeriod]) -> Markup:
        """The periods of the releases as a whole."""
        return _joined(f"{self._days(period)}</td></tr>" for period in periods)

    def text_periods(self, periods: Iterable[DocumentPeriod], title: str, *, pdf: bool) -> Markup:
        """The periods of a document; with a column for its PDFs where there are some. Of which document its links
        are, the heads of the columns say once."""
        return _joined(self._text_period(period, _html(title), pdf=pdf) for period in periods)

    def _text_period(self, period: DocumentPeriod, title: str, *, pdf: bool) -> str:
        change = self._first
        if period.redline_path:
            change = f'<a href="{self._root}{period.redline_path}">{period.before} → {period.version}</a>'
        file = self._pdf(period.pdf_path, "", f"{title}, {period.version}") if period.pdf_path else ""
        cell = f"<td>{file}</td>" if pdf else ""
        return f"{self._days(period)}</td>\n<td>{change}</td>{cell}</tr>"

    def _days(self, period: DocumentPeriod) -> str:
        last = period.interval.last_day
        until = self._said.date(last) if last else f'<span class="quiet">{self._open}</span>'
        current = period.state in (State.IN_FORCE, State.UPCOMING)
        badge = f" {self._said.badge(period.state)}" if current else ""
        kind = f' class="{period.state}"' if current else ""
        return (
            f"\n<tr{kind}>\n<td>{self._said.date(period.interval.since)}</td>\n<td>{until}</td>"
            f'\n<td><a href="{self._root}{period.path}">{self._release.format(version=period.version)}</a>{badge}'
        )

    # The history of clauses

    def clauses(self, rows: Iterable[ClauseRow], name: str) -> Markup:
        """What each release did to the clause of that name."""
        return _joined(self._clause(row, _html(name)) for row in rows)

    def _clause(self, row: ClauseRow, name: str) -> str:
        badge = ""
        if row.status.state in (State.UPCOMING, State.WITHDRAWN):
            badge = f" {self._said.badge(row.status.state)}"
        line = " ".join(self._happened(one, first=not row.redline_path) for one in row.happenings)
        if row.redline_path:
            of = f'<span class="hidden">: {name}, {row.version}</span>'
            line += f' <a class="see" href="{self._root}{row.redline_path}">{self._see}{of}</a>'
        return (
            f'\n<tr>\n<th scope="row"><a href="{self._root}{row.text_path}">'
            f'{self._release.format(version=row.version)}<span class="hidden">, {name}</span></a>{badge}</th>'
            f'\n<td data-label="{self._dated}: ">{self._said.date(row.effective)}</td>'
            f"\n<td>{line}</td>\n</tr>"
        )

    def _happened(self, what: Happening, *, first: bool) -> str:
        """What a release did to a clause, in one sentence."""
        if what.kind == Kind.APPEARED and first:
            return self._sentences["first"]
        sentence = self._sentences[what.kind]
        if what.old or what.new:
            return sentence.format(old=_html(what.old or "–"), new=_html(what.new or "–"))
        return sentence

    @cached_property
    def _sentences(self) -> Mapping[str, str]:
        """What can happen to a clause, by its `Kind`."""
        say = self._say
        sentences = {
            "first": say("Part of the text as it was first published."),
            Kind.APPEARED: say("Added."),
            Kind.STOOD: say("Its words came into the text, without a heading of their own."),
            Kind.HEADED: say("Got a heading of its own; the words stayed the same."),
            Kind.CAME_BACK: say("Put back."),
            Kind.CHANGED: say("Its words changed."),
            Kind.RETITLED: say("Its heading changed: {old} → {new}."),
            Kind.RENUMBERED: say("Its number changed: {old} → {new}."),
            Kind.MOVED: say("It moved to another place."),
            Kind.FORMATTED: say("Only its form changed: emphasis, links or punctuation marks."),
            Kind.JOINED: say("Its heading was taken away; its words stayed in the text."),
            Kind.WENT: say("Removed."),
        }
        return {kind: _html(words) for kind, words in sentences.items()}

    # Any two releases

    def choices(self, releases: Iterable[tuple[str, date]]) -> Markup:
        """Releases to choose from, each with its effective date."""
        return _joined(
            f'\n<option value="{version}">{version} · {_html(long_date(effective, self._locale))}</option>'
            for version, effective in releases
        )

    def pairs(self, pairs: Iterable[ComparedPair], title: str) -> Markup:
        """The pages of changes of the document of that title."""
        of = f'<span class="hidden">{_html(title)}: </span>'
        return _joined(
            f'\n<li><a href="{self._root}{pair.path}" data-old="{pair.old}" data-new="{pair.new}">'
            f"{of}{pair.old} → {pair.new}</a></li>"
            for pair in pairs
        )


def _html(text: str) -> str:
    """Text as HTML: a plain string, since a Markup escapes whatever is put beside it, at a price."""
    return str(escaped(text))


def _joined(rows: Iterable[str]) -> Markup:
    return Markup("".join(rows))  # noqa: S704 - what is not HTML has been escaped in each row
