"""The content of each kind of page, as plain values that a template only has to lay out.

Every address in a view (`path`) is relative to the site's root and ends with a slash, or is empty for the
root itself; the templates make it relative to the page, so that a copy of a page under an alias stays right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yururluk.lineage.steps import Series


@dataclass(frozen=True)
class Link:
    """A way to another page: its address, and what to call it."""

    path: str
    label: str


@dataclass(frozen=True)
class Interval:
    """Days in force: `since` to `last_day`, both included; None where it is open."""

    since: date
    last_day: date | None


@dataclass(frozen=True)
class Status:
    """A state with its dates.

    `since` is the day the state began (for an upcoming text, the day it will begin); `last_day` is the last
    day on which it holds, where that is known. `by` is what governs instead or next.
    """

    state: str
    since: date | None
    last_day: date | None
    by: Link | None
    governed: tuple[Interval, ...]


@dataclass(frozen=True)
class Change:
    """The way to a page of changes, from the text of release `old` to that of release `new`."""

    old: str
    new: str
    path: str


@dataclass(frozen=True)
class DocumentRow:
    """One document of a release, for a list. `before` is the release whose text it changed, empty for the first;
    `pdf_path` and `redline_pdf_path` are empty where there is no such file. `authentic_change` is what last changed the
    authentic text, where a translation was last changed by another release."""

    document: str
    version: str
    title: str
    path: str
    redline_path: str
    effective: date
    status: Status
    changed: bool
    changed_by: str
    translated: bool
    before: str
    authentic_change: Change | None
    pdf_path: str
    redline_pdf_path: str


@dataclass(frozen=True)
class Stamp(DocumentRow):
    """The facts printed on every page of a text. `languages` are the locales that the release holds it in.

    `in_force` is the address of the text in force; empty where there is none. `recorded` is as in `ReleaseRow`.
    """

    type: str
    languages: tuple[str, ...]
    published: date
    recorded: date | None
    material: bool
    summary: str
    sha256: str
    authentic: bool
    authentic_page: Link
    translation: str
    in_force: str
    earlier: Link | None
    later: Link | None
    history_path: str
    withdrawal_reason: str


@dataclass(frozen=True)
class ClauseNote:
    """The note at a clause of a text page: since when its words are the same, and what becomes of them.

    `clause` is its id. `words` is `same`, `changed`, `added` or `back`, by the release `since`; empty in a
    document's first release. `retitled` is the release that last changed its heading after that, if any.
    `later` is `changed`, `retitled`, `joined` (its heading went, its words stayed) or `went`, in the release
    `later_release` that replaced this text; `later_day` its effective date where that is still to come. What
    became of the clause after that is in its history.
    """

    clause: str
    words: str
    since: Link | None
    retitled: Link | None
    later: str
    later_release: Link | None
    later_day: date | None
    history_path: str


@dataclass(frozen=True)
class TextView:
    """A text page: the stamp above the frozen text, and notes at its clauses.

    `clauses_path` leads to the history of the document's clauses. `divided_by` is the release that replaced this
    text, which has no headings, by one under headings. `minutes` is how long it takes to read. `frozen` is the whole
    frozen file: the page can be made into it again, and page and register alone prove the text.
    """

    stamp: Stamp
    minutes: int
    frozen: str
    rendering: int
    lineage: tuple[ClauseNote, ...] = ()
    clauses_path: str = ""
    divided_by: Link | None = None


@dataclass(frozen=True)
class NoTranslationView:
    """The page in place of a translation that a release does not have."""

    document: str
    version: str
    authentic_page: Link
    status: Status
    published: date
    effective: date
    in_force: str
    history_path: str


@dataclass(frozen=True)
class RedlineView:
    """A redline page. `old` and `new` are the two texts' Markdown; `first` where there is no earlier text."""

    stamp: Stamp
    document_title: str
    text_path: str
    old_version: str
    new_version: str
    old: str
    new: str
    rules: tuple[int, int]
    first: bool


@dataclass(frozen=True)
class ReleaseRow:
    """One release, for a list. `recorded` is the day of the register's entry, where that is later than `published`:
    the release was public elsewhere before."""

    version: str
    path: str
    published: date
    recorded: date | None
    effective: date
    status: Status
    material: bool
    summary: str
    documents: tuple[DocumentRow, ...]
    withdrawal_reason: str


@dataclass(frozen=True)
class ReleaseView:
    """A release's own front page, which lists the clauses of its texts and searches them.

    `in_force` is the address of the release in force; empty where there is none. `authentic_page` leads to the
    authentic texts where the release has none in the language.
    """

    release: ReleaseRow
    in_force: str
    texts: tuple[SearchedText, ...] = ()
    authentic_page: Link | None = None


@dataclass(frozen=True)
class DocumentPeriod:
    """Days on which one version of a document, or one release, governed, governs or will govern.

    `state` is `in-force`, `upcoming` or `superseded`. `before` is the release whose text it changed, empty for
    the first; `redline_path` shows those changes.
    """

    interval: Interval
    version: str
    path: str
    state: str
    before: str = ""
    redline_path: str = ""
    pdf_path: str = ""


@dataclass(frozen=True)
class DocumentHistory:
    """What applied when, for one document."""

    document: str
    title: str
    periods: tuple[DocumentPeriod, ...]
    clauses_path: str = ""


@dataclass(frozen=True)
class Bar:
    """A period as it is drawn: `start` and `width` in per cent of the lane. `room` for its version is `any`, `wide`
    (not on a phone) or `none`."""

    period: DocumentPeriod
    start: float
    width: float
    room: str


@dataclass(frozen=True)
class Lane:
    """The periods of a document, or of the releases (`document` is then empty), side by side on one line. Those too
    short to be aimed at are no bars but `slivers`: for each state the path (SVG) that draws them all, in a box that is
    10,000 wide and 30 high."""

    document: str
    title: str
    bars: tuple[Bar, ...]
    slivers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tick:
    """A date below the lanes, `at` so many per cent."""

    at: float
    label: str


@dataclass(frozen=True)
class Drawing:
    """The drawn timeline, which begins on `first` and is so many `days` wide."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    first: date
    days: int


@dataclass(frozen=True)
class InForceRow:
    """One document on the portal: the text in force (if any), the one to come (if any), and where none is in force,
    the last that was."""

    document: str
    title: str
    current: DocumentRow | None
    last: DocumentRow | None
    upcoming: DocumentRow | None


@dataclass(frozen=True)
class HomeView:
    """The portal's front page."""

    documents: tuple[InForceRow, ...]
    upcoming: tuple[ReleaseRow, ...]


@dataclass(frozen=True)
class ReleasesView:
    """/surumler/: every release by the year of its publication, newest first, and what applied when: `periods` of the
    releases as a whole, then of each document. `drawing` is missing where nothing has been in force, nor will be."""

    years: tuple[tuple[int, tuple[ReleaseRow, ...]], ...]
    periods: tuple[DocumentPeriod, ...]
    histories: tuple[DocumentHistory, ...]
    drawing: Drawing | None
    timezone: str


@dataclass(frozen=True)
class SearchedText:
    """A text that the search of a release covers; `source` is its Markdown, `rendering` its rules."""

    document: str
    title: str
    source: str
    rendering: int


@dataclass(frozen=True)
class Happening:
    """What a release did to a clause: a `Kind` of `lineage.steps`, with the old and the new number or heading."""

    kind: str
    old: str
    new: str


@dataclass(frozen=True)
class ClauseRow:
    """What one release did to a clause. `text_path` leads to the clause there, or to the text if it has it no
    longer; `redline_path` is empty for a document's first release."""

    version: str
    text_path: str
    redline_path: str
    effective: date
    status: Status
    happenings: tuple[Happening, ...]


@dataclass(frozen=True)
class ClauseSection:
    """A clause through all releases, newest first. `heading` is empty for the words before the first heading, of
    `level` 0."""

    anchor: str
    heading: str
    level: int
    text_path: str
    rows: tuple[ClauseRow, ...]


@dataclass(frozen=True)
class ClausesView:
    """/surumler/<document>/: the history of each clause; `gone` are those that the newest text does not have.

    `whole` is true of a document that has never had a heading: its only section is the whole text.
    """

    document: str
    document_title: str
    newest: Link
    sections: tuple[ClauseSection, ...]
    gone: tuple[ClauseSection, ...]
    whole: bool
    history_path: str


@dataclass(frozen=True)
class ComparedDocument:
    """A document to compare: the versions that hold it in the page's language, oldest first. `in_force` is the one to
    read for its text in force, or empty."""

    document: str
    title: str
    versions: tuple[str, ...]
    in_force: str
    pairs: tuple[Change, ...]


@dataclass(frozen=True)
class CompareView:
    """/karsilastir/: any two releases, newest first, as (version, effective date). A document of several has its woven
    texts beside the page."""

    documents: tuple[ComparedDocument, ...]
    releases: tuple[tuple[str, date], ...]


@dataclass(frozen=True)
class LastingView:
    """/<document>/: the address that leads to the text in force. Where there is none, `last` is the last that was.

    `moved` are the ids of clauses that the text in force has not, each with where its words went: the clause's id in
    that text, or its address in the history of the clauses.
    """

    document: str
    target: Link | None
    last: DocumentRow | None
    upcoming: Link | None
    upcoming_since: date | None
    history_path: str
    moved: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class NotFoundView:
    """404.html, in every language at once since it is shown at every address. `documents` are every document's
    id and title, by locale, so that the page can name the one that was meant."""

    homes: tuple[Link, ...]
    documents: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True)
class PlainView:
    """A page without versions: its Markdown is all that it shows."""


@dataclass(frozen=True)
class DraftView:
    """A draft on the editor's own machine: its redline against the `newest` release has a page beside it.

    `in_force` holds the version in force and the page of the redline against it, where it is not the newest.
    """

    document: str
    title: str
    path: str
    redline_path: str
    newest: str
    in_force: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class DraftRedlineView:
    """What the draft would change. `old_version` is empty where no release holds the document yet."""

    document_title: str
    text_path: str
    old_version: str
    old: str
    new: str
    rules: tuple[int, int]


@dataclass(frozen=True)
class DraftHomeView:
    """The list of drafts."""

    drafts: tuple[DraftView, ...]
    newest: str


View = (
    TextView
    | NoTranslationView
    | RedlineView
    | ReleaseView
    | HomeView
    | ReleasesView
    | ClausesView
    | CompareView
    | LastingView
    | NotFoundView
    | PlainView
    | DraftView
    | DraftRedlineView
    | DraftHomeView
)


@dataclass(frozen=True)
class DataFile:
    """A file to publish beside a page, at `path` from the page's site: the woven texts of a document.

    This is only what it is made from. The work is done when the site is built, so that a publish that has
    nothing to do does not have to do it.
    """

    path: str
    basis: Series


@dataclass(frozen=True)
class Page:
    """One page to build.

    `path` is its place inside its language's part of the site (`gizlilik-politikasi`, empty for the front
    page); `alternates` are the same page's full addresses by locale; `markdown` is rendered above or below
    by the template, and empty for pages that only show their view.
    """

    locale: str
    path: str
    title: str
    template: str
    view: View
    alternates: tuple[tuple[str, str], ...]
    markdown: str = ""
    description: str = ""
    files: tuple[DataFile, ...] = ()

    @property
    def source(self) -> str:
        """The name of the Markdown file that MkDocs builds the page from."""
        return f"{self.locale}/{self.path}.md" if self.path else f"{self.locale}/index.md"


@dataclass(frozen=True)
class Site:
    """Pages that one run of MkDocs builds, below `prefix` (`1.1/`, or empty for the portal).

    `searched` is the folder, without a slash, of the release whose search its pages offer. `policies` are links to the
    policies that hold for the site itself, by their relation (RFC 6903).
    """

    prefix: str
    pages: tuple[Page, ...]
    searched: str = ""
    policies: tuple[tuple[str, str], ...] = ()

    @property
    def by_source(self) -> dict[str, Page]:
        """The pages by their Markdown file."""
        return {page.source: page for page in self.pages}
