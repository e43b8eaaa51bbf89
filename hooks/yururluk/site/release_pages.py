"""The pages of a release: its front page with its search, and each text with what it changed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from yururluk.core.history import Published
from yururluk.core.i18n import translator
from yururluk.core.in_force import State
from yururluk.core.model import Text
from yururluk.lineage.events import Event
from yururluk.site import page_models as views
from yururluk.site.clause_notes import Note
from yururluk.site.page_facts import Assembler, site_policies

#: Words a minute, read silently by grown-ups (Trauzettel-Klosinski and Dietz 2012, IReST); other languages: their mean.
_SPEEDS = {"tr": 166, "en": 228}
_MEAN_SPEED = 184
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ATTRIBUTES = re.compile(r"\{[#.:][^}\n]*\}")


def release_site(known: Assembler, published: Published) -> views.Site:
    """Every page of one release."""
    pages: list[views.Page] = []
    for locale in known.settings.locales:
        say = translator(locale)
        pages.append(
            views.Page(
                locale=locale,
                path="",
                title=say("Release {version}").format(version=published.version),
                template="release.html",
                view=_release_view(known, published, locale),
                alternates=known.urls.alternates("", published.version),
            )
        )
        for document in published.release.documents:
            pages += _document_pages(known, published, document, locale)
    policies = site_policies(known, [published], published.release.documents)
    return views.Site(f"{published.version}/", tuple(pages), searched=published.version, policies=policies)


def _release_view(known: Assembler, published: Published, locale: str) -> views.ReleaseView:
    authentic = known.settings.authentic
    texts = tuple(
        views.SearchedText(document, text.front_matter.title, text.source, text.rendering)
        for (document, other), text in sorted(published.release.by_name.items())
        if other == locale
    )
    elsewhere = views.Link(
        known.urls.page(authentic, folder=published.version), known.settings.language_names[authentic]
    )
    return views.ReleaseView(
        known.release_row(published, locale), known.release_in_force(locale), texts, None if texts else elsewhere
    )


def _document_pages(known: Assembler, published: Published, document: str, locale: str) -> Iterable[views.Page]:
    alternates = known.urls.alternates(document, published.version)
    text = published.release.by_name.get((document, locale))
    title = known.title(document, locale, published)
    if text is None:
        authentic = known.settings.authentic
        facts = known.history.facts[published.version, document, authentic]
        no_translation = views.NoTranslationView(
            document=document,
            version=published.version,
            authentic_page=views.Link(
                known.urls.text(published.version, document, authentic), known.title(document, authentic, published)
            ),
            authentic_language=known.settings.language_names[authentic],
            status=known.text_status(published.version, document, locale),
            published=published.published_on,
            effective=facts.effective,
            in_force=known.way_to_text_in_force(published, document, locale),
            history_path=known.urls.releases(locale, document),
        )
        for path in (document, known.urls.redline_path(document)):
            yield views.Page(
                locale,
                path,
                title,
                "no-translation.html",
                no_translation,
                known.urls.alternates(path, published.version),
            )
        return
    stamp = known.stamp(published, text)
    yield views.Page(
        locale, document, title, "text.html", _text_view(known, stamp, text), alternates, markdown=text.body
    )
    yield _redline_page(known, published, text, stamp, title)


def _text_view(known: Assembler, stamp: views.Stamp, text: Text) -> views.TextView:
    histories = known.clauses(text.document, text.locale)
    divided_by = histories.divided_by(stamp.version)
    return views.TextView(
        stamp,
        reading_minutes(text.body, text.locale),
        text.data.decode("utf-8"),
        text.rendering,
        lineage=tuple(_note(known, note, text) for note in histories.notes(stamp.version)),
        clauses_path=known.clauses_address(text.document, text.locale),
        divided_by=known.redline_link(divided_by, text.document, text.locale) if divided_by else None,
    )


def _note(known: Assembler, note: Note, text: Text) -> views.ClauseNote:
    document, locale = text.document, text.locale

    def redline(event: Event | None) -> views.Link | None:
        return known.redline_link(event.version, document, locale, note.anchor) if event else None

    since = None
    if note.words == "same":
        since = views.Link(known.clause_address(note.since, document, locale, note.anchor), note.since)
    elif note.words:
        since = known.redline_link(note.since, document, locale, note.anchor)
    later_day = None
    if note.later and known.history.standing(note.later.version, known.day).state == State.UPCOMING:
        later_day = known.history.facts[note.later.version, document, locale].effective
    return views.ClauseNote(
        clause=note.clause,
        words=note.words,
        since=since,
        retitled=redline(note.retitled),
        later=note.later.kind.value if note.later else "",
        later_release=redline(note.later),
        later_day=later_day,
        history_path=known.clauses_address(document, locale, note.anchor),
    )


def _redline_page(known: Assembler, published: Published, text: Text, stamp: views.Stamp, title: str) -> views.Page:
    """What changed, to be read in one column or in two."""
    say = translator(text.locale)
    facts = known.history.facts[published.version, text.document, text.locale]
    new = known.history.facts[facts.changed_by, text.document, text.locale]
    old = known.history.facts.get((facts.before or "", text.document, text.locale))
    path = known.urls.redline_path(text.document)
    return views.Page(
        locale=text.locale,
        path=path,
        title=say("Changes: {title}").format(title=title),
        template="redline.html",
        view=views.RedlineView(
            stamp=stamp,
            document_title=title,
            text_path=known.urls.text(published.version, text.document, text.locale),
            old_version=facts.before or "",
            new_version=facts.changed_by,
            old=old.text.source if old else "",
            new=new.text.source,
            rules=((old or new).text.rendering, new.text.rendering),
            first=old is None,
        ),
        alternates=known.urls.alternates(path, published.version),
    )


def reading_minutes(markdown: str, locale: str) -> int:
    """How long a text takes to read: minutes, rounded up, at least one."""
    words = len(_WORD.findall(_ATTRIBUTES.sub("", markdown)))
    return max(1, math.ceil(words / _SPEEDS.get(locale.split("-")[0].split("_")[0], _MEAN_SPEED)))
