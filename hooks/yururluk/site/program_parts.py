"""When the files for programs are made: the answers of the API, the feeds, the TimeMaps and each text as data.

What a release says of its texts is a part of its own, made once. All else is made when the register has grown or,
but for the feeds, on a day on which a state changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from yururluk.core.history import History, Published, TextFacts
from yururluk.core.register import Register, WithdrawalEntry
from yururluk.core.settings import Settings
from yururluk.site.build_targets import Part, part
from yururluk.site.page_facts import Assembler


def program_parts(assembler: Assembler, register: Register, code_digest: str) -> tuple[Part, ...]:
    """The parts, in order. `register` is the one that is published with them."""
    history, settings = assembler.history, assembler.settings
    chosen = _choices(settings)
    # The register holds every date, summary and digest.
    recorded = {**chosen, "register": hashlib.sha256(register.dumps()).hexdigest()}
    today = {**recorded, **_states(assembler)}
    first = {
        document: f"{published.version} {published.published_on}"
        for published in reversed(history.releases)
        for document in published.release.documents
    }
    return (
        part("api", code_digest, today, partial(_of_the_day, assembler), light=True),
        part("timemaps", code_digest, today, partial(_timemaps, assembler), light=True),
        part("feeds", code_digest, recorded, partial(_feeds, assembler, register.withdrawals), light=True),
        part("api-description", code_digest, chosen, partial(_description, assembler), light=True),
        *(
            part(
                texts_part(published.version),
                code_digest,
                {**chosen, **_basis(history, published, first)},
                partial(_texts_of, assembler, published),
            )
            for published in history.releases
        ),
    )


def texts_part(version: str) -> str:
    """What the part is called that holds a release's texts for programs."""
    return f"texts/{version}"


def _choices(settings: Settings) -> dict[str, Any]:
    return {
        "site_url": settings.site_url,
        "publisher": settings.publisher,
        "site_names": dict(settings.site_names),
        "locales": settings.locales,
        "timezone": settings.timezone.key,
        "pdf": settings.pdf,
    }


def _states(assembler: Assembler) -> dict[str, Any]:
    """What every release and every text is on the day."""
    history, day = assembler.history, assembler.day
    return {
        "releases": [history.standing(published.version, day).state for published in history.releases],
        "texts": {
            document: [
                history.text_standing(published.version, document, day).state
                for published in history.releases
                if document in published.release.documents
            ]
            for document in history.documents
        },
        "in_force": {document: history.text_in_force(document, day) for document in history.documents},
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


# What makes the files is loaded where they are made; most runs make none.


def _of_the_day(assembler: Assembler) -> Mapping[str, bytes]:
    from yururluk.site.api import Api

    return Api(assembler).of_the_day()


def _timemaps(assembler: Assembler) -> Mapping[str, bytes]:
    from yururluk.site.sitemap import timemap_files

    return timemap_files(assembler)


def _feeds(assembler: Assembler, withdrawals: Mapping[str, WithdrawalEntry]) -> Mapping[str, bytes]:
    from yururluk.site.feeds import feed_files

    return feed_files(assembler, withdrawals)


def _description(assembler: Assembler) -> Mapping[str, bytes]:
    from yururluk.site.api import Api, answer_bytes
    from yururluk.site.api_schemas import description_files

    index = answer_bytes(Api(assembler).index())
    return {assembler.urls.answer("index"): index, **description_files(assembler.settings)}


def _texts_of(assembler: Assembler, published: Published) -> Mapping[str, bytes]:
    """What a release holds of each document: by its clauses in JSON, and each text in Akoma Ntoso."""
    from yururluk.site.akoma_ntoso import akoma_ntoso
    from yururluk.site.api import Api, answer_bytes
    from yururluk.text.blocks import document_of
    from yururluk.text.markdown import RenderError, unrendered

    history, settings = assembler.history, assembler.settings
    api = Api(assembler)
    files = {}
    for document in published.release.documents:
        nodes = {}
        for text in published.release.texts:
            if text.document != document:
                continue
            try:
                nodes[text.locale] = document_of(text.source, text.rendering)
            except RenderError as error:
                raise unrendered(text.path, error) from None
            path = assembler.urls.akoma_ntoso(published.version, document, text.locale)
            files[path] = akoma_ntoso(history, published.version, text, nodes[text.locale], settings)
        told = api.release_text(published, document, nodes)
        files[assembler.urls.answer(published.version, document)] = answer_bytes(told)
    return files
