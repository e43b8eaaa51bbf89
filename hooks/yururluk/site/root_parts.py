"""Which files the root of the site has on a day, beside the portal's pages: what each tells, and when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from yururluk.history import History, Published, TextFacts
from yururluk.markdown import RenderError
from yururluk.parts import Part, part, ready_part
from yururluk.pdf.parts import pdf_parts
from yururluk.problems import Problem, Refused
from yururluk.register import Register
from yururluk.settings import Settings
from yururluk.site.addresses import akoma_ntoso_address, answer_address
from yururluk.site.akoma_ntoso import akoma_ntoso
from yururluk.site.api import Api, answer_bytes
from yururluk.site.api_description import description_files
from yururluk.site.assemble import Assembler
from yururluk.site.feeds import feed_files
from yururluk.site.machine import robots_file, sitemap_file
from yururluk.site.outline import outline_of
from yururluk.site.timemap import timemap_files


def root_parts(assembler: Assembler, register: Register, code_digest: str) -> tuple[Part, ...]:
    """The parts of the root, in order. `assembler` knows the history, the day, the settings and every address;
    `register` is the one that is published with them.

    This is asked for at each publish, also where nothing is due: what takes long belongs into the `make` of a part.
    What a release says of its texts is a part of its own, made once.
    """
    history, day, settings = assembler.history, assembler.day, assembler.settings
    found = {
        ".nojekyll": b"",
        "robots.txt": robots_file(assembler.settings),
        "sitemap.xml": sitemap_file(assembler),
    }
    api = Api(history, day, settings, pdfs=settings.pdf)
    titles = {
        (document, locale): assembler.title(document, locale)
        for document in history.documents
        for locale in settings.locales
    }
    first = {
        document: f"{published.version} {published.published_on}"
        for published in reversed(history.releases)
        for document in published.release.documents
    }
    return (
        ready_part("machine", found),
        ready_part("api", {**api.of_the_day(), answer_address("register"): register.dumps()}),
        ready_part("timemaps", timemap_files(history, day, settings)),
        ready_part("feeds", feed_files(history, register, titles, settings)),
        part(
            "api-description",
            code_digest,
            _choices(settings),
            lambda: {answer_address("index"): answer_bytes(api.index()), **description_files(settings)},
        ),
        *(
            part(
                f"texts/{published.version}",
                code_digest,
                {**_choices(settings), "pdfs": settings.pdf, **_basis(history, published, first)},
                partial(_texts_of, history, published, settings, api),
            )
            for published in history.releases
        ),
        *pdf_parts(history, settings),
    )


def _choices(settings: Settings) -> dict[str, Any]:
    return {
        "site_url": settings.site_url,
        "publisher": settings.publisher,
        "site_names": dict(settings.site_names),
        "locales": settings.locales,
        "timezone": settings.timezone.key,
    }


def _basis(history: History, published: Published, first: Mapping[str, str]) -> dict[str, Any]:
    """All that the files of a release's texts hang on; of the texts, their digests."""
    release = published.release
    return {
        "version": published.version,
        "published": published.moment.isoformat(timespec="seconds"),
        "material": release.material,
        "summary": dict(release.summary),
        "texts": {
            text.name: {
                "sha256": text.sha256,
                **_told(history.facts[published.version, text.document, text.locale]),
            }
            for text in release.texts
        },
        "first": {document: first[document] for document in release.documents},
    }


def _told(facts: TextFacts) -> dict[str, Any]:
    return {
        "changed": facts.changed,
        "changed_by": facts.changed_by,
        "before": facts.before,
        "effective": facts.effective,
    }


def _texts_of(history: History, published: Published, settings: Settings, api: Api) -> Mapping[str, bytes]:
    """What a release holds of each document: by its clauses in JSON, and each text in Akoma Ntoso."""
    files = {}
    for document in published.release.documents:
        outlines = {}
        for text in published.release.texts:
            if text.document != document:
                continue
            try:
                outlines[text.locale] = outline_of(text.source, text.locale)
            except RenderError as error:
                mend = "simplify the Markdown around the place that the message names."
                raise Refused([Problem("render", text.path, 0, f"{error}.", mend)]) from None
            path = akoma_ntoso_address(published.version, document, text.locale, settings.authentic)
            files[path] = akoma_ntoso(history, published.version, text, outlines[text.locale], settings)
        told = api.release_text(published, document, outlines)
        files[answer_address(published.version, document)] = answer_bytes(told)
    return files
