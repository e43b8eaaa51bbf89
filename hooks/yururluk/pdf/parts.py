"""Which PDFs stand at the site's root: those of a release are one part, made with its first publish and then kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from yururluk.core.history import History, Published
from yururluk.core.settings import Settings
from yururluk.site.build_targets import Part, fingerprint
from yururluk.site.urls import PDF, Urls

if TYPE_CHECKING:
    from yururluk.pdf.typesetting import Copy


def pdf_parts(history: History, settings: Settings) -> tuple[Part, ...]:
    """A part for each release; none where the project wants no PDFs.

    They hang on the frozen texts alone, neither on the day nor on our code: a copy that was given out stays,
    byte for byte, what is found at its address. Only `publish --rebuild` makes it anew.
    """
    if not settings.pdf:
        return ()
    return tuple(
        Part(
            f"{PDF}/{published.version}",
            fingerprint("", {"texts": {text.name: text.sha256 for text in published.release.texts}}),
            partial(_make, history, settings, published),
        )
        for published in history.releases
        if published.release.texts
    )


def _make(history: History, settings: Settings, published: Published) -> Mapping[str, bytes]:
    # typst takes 60 ms to load, and most runs make no PDF.
    from yururluk.pdf.copies import redline_copy, refused, text_copy
    from yururluk.pdf.typesetting import TypesettingError, typeset_all

    urls = Urls(settings)
    wanted: dict[str, tuple[str, Callable[[], Copy]]] = {}
    for text in sorted(published.release.texts, key=lambda text: text.name):
        facts = history.facts[published.version, text.document, text.locale]
        place = (published.version, text.document, text.locale)
        wanted[urls.pdf(*place)] = text.path, partial(text_copy, history, settings, published, text)
        if facts.changed and facts.before:
            make = partial(redline_copy, history, settings, published, text)
            wanted[urls.pdf(*place, redline=True)] = text.path, make
    made = typeset_all([make for _, make in wanted.values()])
    out: dict[str, bytes] = {}
    for (address, (path, _)), one in zip(wanted.items(), made, strict=True):
        if isinstance(one, TypesettingError):
            raise refused(path, str(one))
        out[address] = one
    return out
