"""Which text stood at a document's lasting address when, as a Memento TimeMap (RFC 7089, RFC 6690).

The lasting address shows the text in force, so that a text's moment is the one from which it was in force: the
beginning of that day, or of the day on which it was published, the moment of publication. A text that is to come
is no memento yet, and one that never came into force never was one. A text that came into force again, because the
one after it was withdrawn, stands twice.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from yururluk.core.history import publish_moment
from yururluk.site.page_facts import Assembler
from yururluk.site.urls import TIMEMAP_TYPE


def timemap_files(assembler: Assembler) -> dict[str, bytes]:
    """The TimeMap of each document in each language that any release has it in, by path."""
    return {
        path: _timemap(assembler, document, locale) for path, (document, locale) in timemap_paths(assembler).items()
    }


def timemap_paths(assembler: Assembler) -> dict[str, tuple[str, str]]:
    """Where each TimeMap stands, and of which document and language it is."""
    history, settings = assembler.history, assembler.settings
    return {
        assembler.urls.timemap(document, locale): (document, locale)
        for document in history.documents
        for locale in settings.locales
        if any((document, locale) in published.release.by_name for published in history.releases)
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
        # Where a release lacks the translation, its page says so: that is what stood at the address.
        path = urls.text(period.version, document, locale)
        mementos.append((_http_date(moment), urls.absolute(path)))
    original = urls.absolute(urls.text("", document, locale))
    own = urls.absolute(urls.timemap(document, locale))
    about = f'<{own}>; rel="self"; type="{TIMEMAP_TYPE}"'
    if mementos:
        about += f'; from="{mementos[0][0]}"; until="{mementos[-1][0]}"'
    links = [f'<{original}>; rel="original"', about]
    for place, (moment_told, url) in enumerate(mementos):
        ends = [name for name, at in (("first", 0), ("last", len(mementos) - 1)) if at == place]
        links.append(f'<{url}>; rel="{" ".join([*ends, "memento"])}"; datetime="{moment_told}"')
    return (",\n".join(links) + "\n").encode()


def _http_date(moment: datetime) -> str:
    """A moment as HTTP writes it (RFC 9110, 5.6.7), without parts of a second."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)
