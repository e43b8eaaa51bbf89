"""What /api/v1/ answers, as static files; openapi.yml beside this module describes each answer.

An answer about one release is made of frozen facts only and never changes; the others change on the days on which a
state does. An answer holds all languages, by locale: version and dates are the same for all of them, and a
program that asks for a text must learn which one prevails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from yururluk.core.history import Published, TextFacts
from yururluk.core.model import Text, Translation
from yururluk.site.akoma_ntoso import akoma_ntoso
from yururluk.site.page_facts import Assembler
from yururluk.site.search import plain_texts
from yururluk.site.urls import API
from yururluk.text.blocks import Document, document_of
from yururluk.text.markdown import RenderError, unrendered

Answer = dict[str, Any]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE: Final = "#/components/schemas/"


def answers_of_the_day(assembler: Assembler) -> dict[str, bytes]:
    """Every answer that a day, a release or a withdrawal can change, by its path."""
    api, urls = Api(assembler), assembler.urls
    found = {urls.answer("documents"): api.documents(), urls.answer("releases"): api.releases()}
    for document in assembler.history.documents:
        found[urls.answer("in-force", document)] = api.in_force(document)
        found[urls.answer("on", document)] = api.on(document)
        found[urls.answer("versions", document)] = api.versions(document)
    return {path: _answer_bytes(answer) for path, answer in found.items()}


def release_answers(assembler: Assembler, published: Published) -> dict[str, bytes]:
    """What a release holds of each document, by path: its clauses in JSON, and each text in Akoma Ntoso."""
    urls = assembler.urls
    made = {}
    for document in published.release.documents:
        nodes = {}
        for text in published.release.texts:
            if text.document != document:
                continue
            try:
                nodes[text.locale] = document_of(text.source, text.rendering)
            except RenderError as error:
                raise unrendered(text.path, error) from None
            path = urls.akoma_ntoso(published.version, document, text.locale)
            made[path] = akoma_ntoso(assembler.history, published.version, text, nodes[text.locale], assembler.settings)
        answer = Api(assembler).release_text(published, document, nodes)
        made[urls.answer(published.version, document)] = _answer_bytes(answer)
    return made


class Api:
    """Makes the answers of one day."""

    def __init__(self, assembler: Assembler) -> None:
        self._assembler = assembler
        self._history = assembler.history
        self._day = assembler.day
        self._settings = assembler.settings
        self._urls = assembler.urls
        self._authentic = assembler.settings.authentic

    def index(self) -> Answer:
        """Where to begin."""
        return {
            "name": self._settings.site_names[self._authentic],
            "publisher": self._settings.publisher,
            "site": self._settings.site_url,
            "languages": list(self._settings.locales),
            "timezone": self._settings.timezone.key,
            "documents": self._address("documents"),
            "releases": self._address("releases"),
            "register": self._address("register"),
            "openapi": self._address("openapi"),
            "in_force": self._address("in-force", "{document}"),
            "on": self._address("on", "{document}"),
            "versions": self._address("versions", "{document}"),
            "content": self._address("{version}", "{document}"),
            "feeds": {one: self._url(self._urls.feed(one)) for one in self._settings.locales},
            "schemas": {name: self._url(self._urls.schema(name)) for name in _schema_names()},
        }

    # Answers that depend on the day

    def documents(self) -> Answer:
        """Every document."""
        return {"documents": [self._listed_document(one) for one in self._history.documents]}

    def _listed_document(self, document: str) -> Answer:
        texts = [locale for locale in self._settings.locales if self._assembler.line(document, locale)]
        return {
            "document": document,
            "type": self._newest_text(document).front_matter.type,
            "titles": {locale: self._assembler.title(document, locale) for locale in texts},
            "url": self._url(self._urls.text("", document, self._authentic)),
            "version": self._assembler.text_in_force(document),
            "in_force": self._address("in-force", document),
            "on": self._address("on", document),
            "versions": self._address("versions", document),
            "feeds": {one: self._url(self._urls.feed(one, document)) for one in self._settings.locales},
            "timemaps": {one: self._url(self._urls.timemap(document, one)) for one in texts},
        }

    def _newest_text(self, document: str) -> Text:
        newest = next(p for p in reversed(self._history.releases) if document in p.release.documents)
        return newest.release.by_name[document, self._authentic]

    def in_force(self, document: str) -> Answer:
        """The text in force, and the one that comes after it."""
        version = self._assembler.text_in_force(document)
        periods = self._history.text_periods(document)
        ahead = next((period for period in periods if period.since > self._day), None)
        now = next((p for p in periods if p.since <= self._day and (not p.until or self._day < p.until)), None)
        published = self._history[version] if version else None
        text = published.release.by_name[document, self._authentic] if published else self._newest_text(document)
        return {
            "document": document,
            "type": text.front_matter.type,
            "authentic": self._authentic,
            "version": version,
            "effective": self._facts(published.version, document).effective if published else None,
            "published": _moment(published.moment) if published else None,
            "recorded": _moment(published.recorded) if published else None,
            "until": now.until if now else None,
            "equivalent_versions": list(self._equivalent(document, version)) if version else [],
            "texts": self._texts(published, document) if published else {},
            "next": self._next(document, ahead.version, ahead.since) if ahead else None,
        }

    def _next(self, document: str, version: str, since: date) -> Answer:
        published = self._history[version]
        return {**_published(published, since, document), "texts": self._texts(published, document)}

    def _equivalent(self, document: str, version: str) -> Iterator[str]:
        """The releases that reach the same material change of the authentic text by going back over editorial ones."""
        wanted = self._root(document, version)
        for published in self._history.releases:
            if document in published.release.documents and self._root(document, published.version) == wanted:
                yield published.version

    def _root(self, document: str, version: str) -> str:
        facts = self._facts(version, document)
        while facts.before is not None and not self._history[facts.changed_by].release.is_material(document):
            facts = self._facts(facts.before, document)
        return facts.changed_by

    def on(self, document: str) -> Answer:
        """Which text of the document is in force on which day."""
        periods = [
            {
                "since": period.since,
                "until": period.until,
                "version": period.version,
                "url": self._url(self._urls.text(period.version, document, self._authentic)),
                "sha256": self._digests(self._history[period.version], document),
            }
            for period in self._history.text_periods(document)
        ]
        zone = self._settings.timezone.key
        return {"document": document, "authentic": self._authentic, "timezone": zone, "periods": periods}

    def versions(self, document: str) -> Answer:
        """The document in every release."""
        intervals: dict[str, list[Answer]] = {}
        for period in self._history.text_periods(document):
            wording = self._facts(period.version, document).changed_by
            intervals.setdefault(wording, []).append({"since": period.since, "until": period.until})
        return {
            "document": document,
            "type": self._newest_text(document).front_matter.type,
            "authentic": self._authentic,
            "versions": [
                self._version(published, document, intervals)
                for published in self._history.releases
                if document in published.release.documents
            ],
        }

    def _version(self, published: Published, document: str, intervals: Mapping[str, list[Answer]]) -> Answer:
        version = published.version
        facts = self._facts(version, document)
        released = _published(published, facts.effective, document)
        summary = released.pop("summary")
        return {
            **released,
            **_change(facts),
            "state": self._history.text_standing(version, document, self._day).state,
            "in_force": intervals.get(facts.changed_by, []),
            "withdrawn": _withdrawal(published),
            "summary": summary,
            "content": self._address(version, document),
            "texts": self._texts(published, document),
        }

    def releases(self) -> Answer:
        """Every release."""
        in_force = self._assembler.in_force
        newest = self._history.newest(self._day)
        return {
            "in_force": in_force.version if in_force else None,
            "newest": newest.version if newest else None,
            "releases": [self._listed_release(published) for published in self._history.releases],
        }

    def _listed_release(self, published: Published) -> Answer:
        version = published.version
        return {
            **_published(published, published.effective),
            "state": self._history.standing(version, self._day).state,
            "withdrawn": _withdrawal(published),
            "url": self._url(self._urls.page(self._authentic, folder=version)),
            "documents": [self._document_of(published, document) for document in published.release.documents],
        }

    def _document_of(self, published: Published, document: str) -> Answer:
        facts = self._facts(published.version, document)
        return {
            "document": document,
            "effective": facts.effective,
            "changed": facts.changed,
            "changed_by": facts.changed_by,
            "content": self._address(published.version, document),
            "sha256": self._digests(published, document),
        }

    # Answers that never change

    def release_text(self, published: Published, document: str, nodes: Mapping[str, Document]) -> Answer:
        """A document in one release, with its words. `nodes` holds its texts by locale."""
        facts = self._facts(published.version, document)
        texts = {}
        for text in self._texts_of(published, document):
            opening, *words = plain_texts(nodes[text.locale])
            clauses = [
                {"id": one.id, "number": one.number, "heading": one.title, "level": one.level, "text": own}
                for one, own in zip(nodes[text.locale].sections[1:], words, strict=True)
            ]
            texts[text.locale] = {**self._places(published, text), "opening": opening, "clauses": clauses}
        released = _published(published, facts.effective, document)
        summary = released.pop("summary")
        return {
            "document": document,
            "type": published.release.by_name[document, self._authentic].front_matter.type,
            "authentic": self._authentic,
            **released,
            **_change(facts),
            "summary": summary,
            "texts": texts,
        }

    # Pieces

    def _url(self, path: str) -> str:
        return self._urls.absolute(path)

    def _address(self, name: str, document: str = "") -> str:
        return self._url(self._urls.answer(name, document))

    def _facts(self, version: str, document: str) -> TextFacts:
        """What the history says of the authentic text."""
        return self._history.facts[version, document, self._authentic]

    def _texts_of(self, published: Published, document: str) -> list[Text]:
        texts = (published.release.by_name.get((document, locale)) for locale in self._settings.locales)
        return [text for text in texts if text is not None]

    def _digests(self, published: Published, document: str) -> dict[str, str]:
        return {text.locale: text.sha256 for text in self._texts_of(published, document)}

    def _texts(self, published: Published, document: str) -> dict[str, Answer]:
        return {text.locale: self._places(published, text) for text in self._texts_of(published, document)}

    def _places(self, published: Published, text: Text) -> Answer:
        key = published.version, text.document, text.locale
        is_authentic = text.locale == self._authentic
        pdf, redline_pdf = self._assembler.pdf_address(*key), self._assembler.redline_pdf_address(*key)
        return {
            "title": text.front_matter.title,
            "authentic": is_authentic,
            "translation": None if is_authentic else text.front_matter.translation or Translation.COMPLETE,
            "sha256": text.sha256,
            "url": self._url(self._urls.text(*key)),
            "redline": self._url(self._urls.redline(*key)) if self._history.facts[key].before else None,
            "pdf": self._url(pdf) if pdf else None,
            "redline_pdf": self._url(redline_pdf) if redline_pdf else None,
            "akoma_ntoso": self._url(self._urls.akoma_ntoso(*key)),
        }


def _published(published: Published, effective: date, document: str = "") -> Answer:
    """What is said of a release; of the change of a `document` in it, where one is named."""
    return {
        "version": published.version,
        "published": _moment(published.moment),
        "recorded": _moment(published.recorded),
        "effective": effective,
        "material": published.release.is_material(document),
        "summary": dict(sorted(published.release.summary.items())),
    }


def _change(facts: TextFacts) -> Answer:
    return {"changed": facts.changed, "changed_by": facts.changed_by, "before": facts.before}


def _moment(moment: datetime | None) -> datetime | None:
    """A moment to the second, as the register keeps it."""
    return moment.replace(microsecond=0) if moment else None


def _withdrawal(published: Published) -> Answer | None:
    withdrawal = published.release.withdrawal
    if withdrawal is None or published.withdrawn_on is None:
        return None
    return {"on": published.withdrawn_on, "reason": withdrawal.reason}


def _answer_bytes(answer: Answer) -> bytes:
    """JSON in UTF-8 on one line, since every release adds some and none is ever taken away."""
    return (json.dumps(answer, ensure_ascii=False, separators=(",", ":"), default=_day_or_moment) + "\n").encode()


def _day_or_moment(value: object) -> str:
    """A day (ISO 8601) or a moment (RFC 3339) as JSON writes it."""
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is neither a day nor a moment")
    return value.isoformat().replace("+00:00", "Z")


# The description


def description_files(assembler: Assembler) -> dict[str, bytes]:
    """The index, the OpenAPI 3.1 description and a JSON Schema for each kind of answer, by path."""
    urls = assembler.urls
    described = _description()
    schemas = {name: _exact(schema) for name, schema in sorted(described["schemas"].items())}
    made = {
        urls.answer("index"): _answer_bytes(Api(assembler).index()),
        urls.answer("openapi"): _laid_out(_openapi(assembler, schemas, described["paths"])),
    }
    for path in described["paths"].values():
        if "name" in path:
            address = urls.schema(path["name"])
            head = {"$schema": _DIALECT, "$id": urls.absolute(address)}
            made[address] = _laid_out({**head, **_standalone(path["schema"], schemas)})
    return made


@cache
def _description() -> Answer:
    read: Answer = yaml.safe_load((files("yururluk.site") / "openapi.yml").read_text(encoding="utf-8"))
    return read


def _schema_names() -> list[str]:
    return [path["name"] for path in _description()["paths"].values() if "name" in path]


def _exact(schema: Answer) -> Answer:
    """A schema of an object that holds each property that is described, and nothing else."""
    if "properties" not in schema:
        return schema
    return {"type": "object", "additionalProperties": False, "required": [*schema["properties"]], **schema}


def _standalone(name: str, schemas: Mapping[str, Answer]) -> Answer:
    """A schema with all that it refers to."""
    wanted = [name]
    for one in wanted:
        written = json.dumps(schemas[one])
        wanted += [other for other in schemas if f'"{_REFERENCE}{other}"' in written and other not in wanted]
    definitions = {one: schemas[one] for one in sorted(wanted[1:])}
    whole: Answer = {**({"$defs": definitions} if definitions else {}), **schemas[name]}
    return dict(json.loads(json.dumps(whole).replace(f'"{_REFERENCE}', '"#/$defs/')))


def _openapi(assembler: Assembler, schemas: Mapping[str, Answer], paths: Mapping[str, Answer]) -> Answer:
    """The OpenAPI 3.1 description. The server is the site; nothing is asked for but addresses."""
    history, settings = assembler.history, assembler.settings
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.site_names[settings.authentic],
            "version": "1",
            "summary": "What is in force, what changed, and what the texts say.",
            "description": "Static files: every answer is whole, nothing can be filtered. An answer about one version "
            "never changes; the others change when a release is published or withdrawn, or takes effect.",
        },
        "servers": [{"url": settings.site_url + API.rstrip("/")}],
        "paths": {path: {"get": _operation(path, described)} for path, described in paths.items()},
        "components": {
            "schemas": schemas,
            "parameters": {
                "document": _parameter("document", "The document's id", history.documents),
                "version": _parameter("version", "A release's label", [p.version for p in history.releases]),
                "locale": _parameter("locale", "A language but the authentic one", settings.locales[1:]),
            },
        },
    }


def _parameter(name: str, what: str, values: Sequence[str]) -> Answer:
    """A part of an address, with the values that it has on this site."""
    schema = {"type": "string", **({"enum": list(values)} if values else {})}
    example = {"example": values[-1]} if values else {}
    return {"name": name, "in": "path", "required": True, "description": what, "schema": schema, **example}


def _operation(path: str, described: Answer) -> Answer:
    kind = described.get("type", "application/json")
    schema: Answer = {"type": "string"} if "type" in described else {"type": "object"}
    if "schema" in described:
        schema = {"$ref": _REFERENCE + described["schema"]}
    parameters = [name for name in ("document", "version", "locale") if f"{{{name}}}" in path]
    words = "".join(letter if letter.isalnum() else " " for letter in path).split()
    return {
        "summary": described["summary"],
        "operationId": "".join(word.capitalize() for word in words),
        **({"parameters": [{"$ref": f"#/components/parameters/{one}"} for one in parameters]} if parameters else {}),
        "responses": {
            "200": {"description": described["summary"], "content": {kind: {"schema": schema}}},
            "404": {"description": "There is no such document or version."},
        },
    }


def _laid_out(content: Answer) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
