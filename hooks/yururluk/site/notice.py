"""Telling users of a change: an e-mail as text and HTML, a banner and a calendar entry, from the release's own data.

A notice names what changes, from when, and where to read both texts (WP260 rev.01, paragraphs 29 to 31). Nothing in it
is invented: the summary is the release's own, clauses and key changes come from the redline.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import escape

from yururluk.core.history import History, Published
from yururluk.core.i18n import long_date, translator
from yururluk.core.settings import Settings
from yururluk.redline import compare_texts
from yururluk.site.urls import Urls

_MOST_KEY_CHANGES = 8
_MOST_EVENTS = 50  # of a calendar


@dataclass(frozen=True)
class DocumentNotice:
    """What changes in one document: changed clauses, key changes as (old, new, clause), addresses."""

    document: str
    title: str
    is_new: bool
    clauses: tuple[str, ...]
    key_changes: tuple[tuple[str, str, str], ...]
    read: str
    redline: str
    in_force: str = ""


@dataclass(frozen=True)
class Notice:
    """A change that is announced, in one language. `script` is the element's script: its address and its bytes."""

    site: str
    publisher: str
    version: str
    material: bool
    published: datetime
    effective: date
    summary: str
    documents: tuple[DocumentNotice, ...]
    releases: str
    locale: str
    script: tuple[str, bytes] = ("", b"")


def notice_of(
    history: History,
    published: Published,
    settings: Settings,
    locale: str,
    script: tuple[str, bytes] = ("", b""),
    *,
    with_changes: bool = True,
) -> Notice:
    """The notice of a release in a language; documents without a text in it are announced in the authentic language.
    `script` is the shared file of the element that `as_component` uses: its path and its bytes. `with_changes`: whether
    the texts are compared, for the clauses and values that change."""
    urls = Urls(settings)
    found = []
    for document in published.release.documents:
        language = locale if (document, locale) in published.release.by_name else settings.authentic
        facts = history.facts[published.version, document, language]
        if not facts.changed:
            continue
        clauses: tuple[str, ...] = ()
        key_changes: tuple[tuple[str, str, str], ...] = ()
        old = _read_until_then(history, published, document)
        if old is not None:
            before = history[old].release.by_name.get((document, language))
            if before is not None and with_changes:
                summary = compare_texts(before, facts.text).summary
                clauses = tuple(dict.fromkeys(one.clause.title for one in summary.clauses if one.clause.title))
                # What only came or went is in the list of clauses; a reader weighs one value against another.
                key_changes = tuple((m.old, m.new, clause.title) for clause, m in summary.matters if m.old and m.new)
        found.append(
            DocumentNotice(
                document,
                facts.text.front_matter.title,
                old is None,
                clauses,
                key_changes,
                urls.absolute(urls.text(published.version, document, language)),
                _redline_address(history, published, document, language, old, urls),
                urls.absolute(urls.answer("in-force", document)),
            )
        )
    return Notice(
        settings.site_url,
        settings.publisher,
        published.version,
        any(published.release.is_material(one.document) for one in found),
        published.moment,
        published.effective,
        published.release.summary.get(locale) or published.release.summary.get(settings.authentic, ""),
        tuple(found),
        urls.absolute(urls.releases(locale)),
        locale,
        (urls.absolute(script[0]), script[1]),
    )


def _read_until_then(history: History, published: Published, document: str) -> str | None:
    """The version in which users read a document until the release takes effect; for one of the same day, the version
    that governed before it was published."""
    if version := history.text_in_force(document, published.effective - timedelta(days=1)):
        return version
    earlier = History(history.releases[: history.place(published.version)], history.authentic)
    return earlier.text_in_force(document, published.effective)


def _redline_address(
    history: History, published: Published, document: str, language: str, old: str | None, urls: Urls
) -> str:
    """The redline of a change: the release's own page; the comparison where it was made from another text than that
    which users read, such as a correction made while another release is upcoming."""
    if old is None:
        return ""
    before = history.facts[published.version, document, language].before
    known = history.facts.get((old, document, language))
    if known is not None and known.changed_by == before:
        return urls.absolute(urls.redline(published.version, document, language))
    return urls.absolute(urls.compare(language, document, old, published.version))


def subject(notice: Notice) -> str:
    """The subject line of the e-mail, and the heading of the others."""
    say = translator(notice.locale)
    titles = ", ".join(document.title for document in notice.documents)
    day = long_date(notice.effective, notice.locale)
    return say("{publisher}: {titles}, from {day}").format(publisher=notice.publisher, titles=titles, day=day)


def as_text(notice: Notice) -> str:
    """The e-mail as plain text; its first line is the subject."""
    say = translator(notice.locale)
    lines = [subject(notice), "", _when(notice, say), "", notice.summary]
    for document in notice.documents:
        lines += ["", document.title, "-" * len(document.title)]
        lines += [say("This text is new.")] if document.is_new else []
        lines += [f"- {_key_change(change)}" for change in document.key_changes[:_MOST_KEY_CHANGES]]
        if document.clauses:
            lines.append(say("Clauses that change: {clauses}").format(clauses="; ".join(document.clauses)))
        lines.append(say("The text: {address}").format(address=document.read))
        if document.redline:
            lines.append(say("Old and new side by side: {address}").format(address=document.redline))
    lines += ["", say("All texts, earlier ones too: {address}").format(address=notice.releases), ""]
    return "\n".join(lines)


def as_html(notice: Notice) -> str:
    """The e-mail as HTML: plain elements, no script, no picture, no request to anybody."""
    say = translator(notice.locale)
    parts = [f"<h1>{escape(subject(notice))}</h1>", f"<p><strong>{escape(_when(notice, say))}</strong></p>"]
    parts.append(f"<p>{escape(notice.summary)}</p>")
    for document in notice.documents:
        parts.append(f"<h2>{escape(document.title)}</h2>")
        if document.is_new:
            parts.append("<p>" + escape(say("This text is new.")) + "</p>")
        changes = [_key_change(change) for change in document.key_changes[:_MOST_KEY_CHANGES]]
        if changes:
            items = "".join(f"<li>{escape(item)}</li>" for item in changes)
            parts.append(f"<ul>{items}</ul>")
        if document.clauses:
            clauses = say("Clauses that change: {clauses}").format(clauses="; ".join(document.clauses))
            parts.append(f"<p>{escape(clauses)}</p>")
        links = [(say("Read the text"), document.read)]
        links += [(say("Compare old and new"), document.redline)] if document.redline else []
        parts.append("<p>" + " · ".join(_link(words, address) for words, address in links) + "</p>")
    parts.append("<p>" + _link(say("All texts, earlier ones too"), notice.releases) + "</p>")
    body = "\n".join(parts)
    head = f'<meta charset="utf-8">\n<title>{escape(subject(notice))}</title>'
    start = f'<!doctype html>\n<html lang="{escape(notice.locale)}">\n<head>\n{head}\n</head>\n'
    return f"{start}<body>\n{body}\n</body>\n</html>\n"


def as_banner(notice: Notice) -> str:
    """A fragment of HTML that a page of the company includes: one sentence and a link for each document."""
    say = translator(notice.locale)
    links = " ".join(_link(document.title, document.redline or document.read) for document in notice.documents)
    sentence = escape(_when(notice, say))
    return f'<div class="yururluk-notice" lang="{escape(notice.locale)}" role="note"><p>{sentence} {links}</p></div>\n'


def as_component(notice: Notice) -> str:
    """An element for a page of the company, which asks the site whether a change is coming and says so; without
    JavaScript the same as the banner. It takes part in the page's CSP with its digest (Subresource Integrity)."""
    address, data = notice.script
    digest = base64.b64encode(hashlib.sha384(data).digest()).decode()
    parts = [
        f'<script type="module" src="{escape(address)}" integrity="sha384-{digest}" crossorigin="anonymous"></script>'
    ]
    for document in notice.documents:
        attributes = f'src="{escape(document.in_force)}" lang="{escape(notice.locale)}"'
        one = as_banner(replace(notice, documents=(document,))).strip()
        parts.append(f"<yururluk-notice {attributes}>{one}</yururluk-notice>")
    return "\n".join([*parts, ""])


def as_ics(notice: Notice) -> str:
    """A calendar entry of the effective date."""
    return _calendar([notice])


def calendar_file(history: History, settings: Settings, locale: str) -> bytes:
    """The effective dates of the newest releases that were announced before they took effect, for calendars that
    subscribe to them; empty where there is none."""
    announced = [p for p in history.releases if p.effective > p.published_on and p.withdrawn_on is None][-_MOST_EVENTS:]
    notices = [notice_of(history, published, settings, locale, with_changes=False) for published in announced]
    dated = [notice for notice in notices if notice.documents]
    return _calendar(dated).encode() if dated else b""


def _calendar(notices: Sequence[Notice]) -> str:
    """Effective dates as whole days (RFC 5545): the same bytes each time."""
    fields = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//yururluk//notice//EN"]
    for notice in notices:
        addresses = [document.redline or document.read for document in notice.documents]
        host = notice.site.split("//", 1)[-1].strip("/").replace("/", ".")
        fields += [
            "BEGIN:VEVENT",
            f"UID:release-{notice.version}@{host}",
            f"DTSTAMP:{notice.published.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{notice.effective:%Y%m%d}",
            f"DTEND;VALUE=DATE:{notice.effective + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_ics(subject(notice))}",
            f"DESCRIPTION:{_ics(chr(10).join([notice.summary, *addresses]))}",
            f"URL:{addresses[0] if addresses else notice.releases}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(_folded(field) + "\r\n" for field in [*fields, "END:VCALENDAR"])


FORMATS: dict[str, Callable[[Notice], str]] = {
    "text": as_text,
    "html": as_html,
    "banner": as_banner,
    "component": as_component,
    "ics": as_ics,
}


def _when(notice: Notice, say: Callable[[str], str]) -> str:
    day = long_date(notice.effective, notice.locale)
    if not notice.material:
        return say("From {day} on only the wording of these texts changes.").format(day=day)
    if all(document.is_new for document in notice.documents):
        only = say("A new text takes effect on {day}.")
        return (only if len(notice.documents) == 1 else say("New texts take effect on {day}.")).format(day=day)
    return say("The new texts take effect on {day}; until then the present ones apply.").format(day=day)


def _key_change(change: tuple[str, str, str]) -> str:
    old, new, clause = change
    return f"{clause}: {old} → {new}" if clause else f"{old} → {new}"


def _link(words: str, address: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def _ics(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A content line of at most 75 octets, continued with a space (RFC 5545, 3.1), never inside a character."""
    rows: list[str] = []
    row = ""
    for letter in line:
        if len((row + letter).encode()) > (75 if not rows else 74):
            rows.append(row)
            row = ""
        row += letter
    return "\r\n ".join([*rows, row])
