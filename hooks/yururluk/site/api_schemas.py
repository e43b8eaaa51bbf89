"""What each answer under /api/v1/ holds, as models, as JSON Schemas and as an OpenAPI 3.1 description.

A name once given keeps its meaning: within v1, names may be added and none is taken away or changed.
Dates are days of the publisher's time zone (ISO 8601), moments carry their offset (RFC 3339), addresses are absolute,
digests are SHA-256 in lower-case hexadecimal (FIPS 180-4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict  # pydantic needs this one before 3.12

from yururluk.core.in_force import State
from yururluk.core.model import DOCUMENT_PATTERN, VERSION_PATTERN, DocumentType, Translation
from yururluk.core.settings import Settings
from yururluk.site.urls import AKOMA_NTOSO_TYPE, API, TIMEMAP_TYPE, Urls

Version = Annotated[str, Field(pattern=VERSION_PATTERN, description="A release's label. It is never used again.")]
DocumentId = Annotated[str, Field(pattern=DOCUMENT_PATTERN, description="The document's id, in every address.")]
Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]
Sha256 = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the bytes of the frozen text (its Markdown file).")
]
Locale = Annotated[str, Field(description="A language, as in the addresses of pages: tr, en.")]

Recorded = Annotated[
    datetime | None,
    Field(
        description="When the register took the release, where it had been public elsewhere before; null: when it was "
        "published."
    ),
]


class TextPlaces(TypedDict):
    """One text: a document of a release, in one language."""

    title: Annotated[str, Field(description="The title in that language.")]
    authentic: Annotated[bool, Field(description="Whether this language prevails.")]
    translation: Annotated[
        Translation | None, Field(description="Of a translation: how much of the authentic text it covers.")
    ]
    sha256: Sha256
    url: Annotated[Address, Field(description="The page of the text; it stays.")]
    redline: Annotated[
        Address | None, Field(description="The page of what changed; null for the first text there was.")
    ]
    pdf: Annotated[Address | None, Field(description="The text as PDF; null where the site has none.")]
    redline_pdf: Annotated[Address | None, Field(description="The changes as PDF; null where there is none.")]
    akoma_ntoso: Annotated[Address, Field(description="The text as Akoma Ntoso 3.0 (XML).")]


class Interval(TypedDict):
    """Days in force."""

    since: date
    until: Annotated[date | None, Field(description="The first day on which it no longer holds; null: open.")]


class Withdrawal(TypedDict):
    """A release taken back."""

    on: Annotated[date, Field(description="The first day on which it governs no longer.")]
    reason: str


class NextText(TypedDict):
    """The text that takes the place of the one in force."""

    version: Version
    effective: date
    published: datetime
    recorded: Recorded
    material: Annotated[bool, Field(description="Whether the release is a material change (önemli değişiklik).")]
    summary: Annotated[dict[Locale, str], Field(description="What changes, by language.")]
    texts: Annotated[dict[Locale, TextPlaces], Field(description="The texts by language.")]


class InForce(TypedDict):
    """The text of a document that is in force."""

    document: DocumentId
    type: DocumentType
    authentic: Annotated[Locale, Field(description="The language whose text prevails.")]
    version: Annotated[
        Version | None, Field(description="The release to store with a consent; null where no text is in force.")
    ]
    effective: Annotated[date | None, Field(description="Since when these words bind.")]
    published: Annotated[datetime | None, Field(description="When the release went online.")]
    recorded: Recorded
    until: Annotated[
        date | None,
        Field(description="The first day on which it is no longer in force, where a text to come is published."),
    ]
    equivalent_versions: Annotated[
        list[Version],
        Field(
            description="The releases whose authentic text of the document differs from the one in force by editorial "
            "changes at most, this one included: a consent to any of them need not be asked for again."
        ),
    ]
    texts: Annotated[dict[Locale, TextPlaces], Field(description="The texts by language.")]
    next: Annotated[NextText | None, Field(description="What comes after, where it is published already.")]


class DocumentVersion(TypedDict):
    """A document in one release."""

    version: Version
    published: datetime
    recorded: Recorded
    effective: Annotated[date, Field(description="Since when these words bind, or would.")]
    material: Annotated[bool, Field(description="Whether the release is a material change (önemli değişiklik).")]
    changed: Annotated[bool, Field(description="Whether the authentic text differs from that of the release before.")]
    changed_by: Annotated[Version, Field(description="The release that brought these words.")]
    before: Annotated[
        Version | None, Field(description="The release that brought the words before them; null: the first.")
    ]
    state: Annotated[State, Field(description="What these words are, as of the last publish.")]
    in_force: Annotated[list[Interval], Field(description="When these words were, are or will be in force.")]
    withdrawn: Withdrawal | None
    summary: Annotated[dict[Locale, str], Field(description="What the release changed, by language.")]
    content: Annotated[Address, Field(description="The release's text by clauses.")]
    texts: Annotated[dict[Locale, TextPlaces], Field(description="The texts by language.")]


class DocumentVersions(TypedDict):
    """A document in every release that holds it, in the order of publication."""

    document: DocumentId
    type: DocumentType
    authentic: Annotated[Locale, Field(description="The language whose text prevails.")]
    versions: list[DocumentVersion]


class Clause(TypedDict):
    """A heading and its own words; those under its sub-headings are given with them."""

    id: Annotated[str, Field(description="Its place on the page: url + '#' + id. Empty: it has none.")]
    number: Annotated[str, Field(description="Its number (8, 4.2, a); empty where it has none.")]
    heading: Annotated[str, Field(description="The heading's words after the number.")]
    level: Annotated[int, Field(ge=1, le=6, description="The heading's level, as in HTML.")]
    text: Annotated[
        str, Field(description="Its words as plain text, a paragraph, list item or row of a table to a line.")
    ]


class FullText(TextPlaces):
    """One text with its words."""

    opening: Annotated[str, Field(description="The words before the first heading, as plain text.")]
    clauses: list[Clause]


class ReleaseText(TypedDict):
    """A document in one release, with its words. It never changes once it is published."""

    document: DocumentId
    type: DocumentType
    authentic: Annotated[Locale, Field(description="The language whose text prevails.")]
    version: Version
    published: datetime
    recorded: Recorded
    effective: Annotated[date, Field(description="Since when these words bind, or would.")]
    material: Annotated[bool, Field(description="Whether the release is a material change (önemli değişiklik).")]
    changed: Annotated[bool, Field(description="Whether the authentic text differs from that of the release before.")]
    changed_by: Annotated[Version, Field(description="The release that brought these words.")]
    before: Annotated[
        Version | None, Field(description="The release that brought the words before them; null: the first.")
    ]
    summary: Annotated[dict[Locale, str], Field(description="What the release changed, by language.")]
    texts: Annotated[dict[Locale, FullText], Field(description="The texts by language.")]


class ListedDocument(TypedDict):
    """A document and where to ask about it."""

    document: DocumentId
    type: DocumentType
    titles: Annotated[dict[Locale, str], Field(description="The title by language, of the newest release with it.")]
    url: Annotated[Address, Field(description="The lasting address: it leads to the text in force.")]
    version: Annotated[Version | None, Field(description="The release in force; null where none is.")]
    in_force: Annotated[Address, Field(description="The text in force.")]
    versions: Annotated[Address, Field(description="Every release of it.")]
    feeds: Annotated[dict[Locale, Address], Field(description="Atom feeds by language.")]
    timemaps: Annotated[dict[Locale, Address], Field(description="Memento TimeMaps (RFC 7089) by language.")]


class Documents(TypedDict):
    """Every document that any release holds."""

    documents: list[ListedDocument]


class ReleaseDocument(TypedDict):
    """A document of a release."""

    document: DocumentId
    effective: date
    changed: bool
    changed_by: Version
    content: Address
    sha256: Annotated[dict[Locale, Sha256], Field(description="The digest of each text, by language.")]


class ListedRelease(TypedDict):
    """A release."""

    version: Version
    published: datetime
    recorded: Recorded
    effective: date
    material: Annotated[bool, Field(description="Whether it is a material change (önemli değişiklik).")]
    summary: Annotated[dict[Locale, str], Field(description="What it changed, by language.")]
    state: Annotated[State, Field(description="What it is, as of the last publish.")]
    withdrawn: Withdrawal | None
    url: Annotated[Address, Field(description="Its page.")]
    documents: list[ReleaseDocument]


class Releases(TypedDict):
    """Every release, in the order of publication."""

    in_force: Annotated[Version | None, Field(description="The release in force; null where none is.")]
    newest: Annotated[Version | None, Field(description="The one published last that was not withdrawn.")]
    releases: list[ListedRelease]


class Index(TypedDict):
    """Where to begin."""

    name: str
    publisher: str
    site: Address
    languages: Annotated[list[Locale], Field(description="The first one prevails.")]
    timezone: Annotated[str, Field(description="The time zone in which days count (IANA).")]
    documents: Address
    releases: Address
    register: Annotated[Address, Field(description="The append-only record, each entry chained to the one before.")]
    openapi: Address
    in_force: Annotated[str, Field(description="URI template (RFC 6570).")]
    versions: Annotated[str, Field(description="URI template (RFC 6570).")]
    content: Annotated[str, Field(description="URI template (RFC 6570).")]
    feeds: Annotated[dict[Locale, Address], Field(description="Atom feeds by language.")]
    schemas: Annotated[dict[str, Address], Field(description="JSON Schemas by the name of the answer.")]


#: The kinds of answers by the name of their schema.
ANSWERS: Mapping[str, type[Mapping[str, Any]]] = {
    "index": Index,
    "documents": Documents,
    "in-force": InForce,
    "versions": DocumentVersions,
    "version": ReleaseText,
    "releases": Releases,
}

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: Each answer by its path below /api/v1: the schema's name, and what the answer is.
_PATHS: Mapping[str, tuple[str, str]] = {
    "/index.json": ("index", "Where to begin"),
    "/documents.json": ("documents", "Every document"),
    "/releases.json": ("releases", "Every release"),
    "/{document}/in-force.json": ("in-force", "The text of a document in force, and the one to come"),
    "/{document}/versions.json": ("versions", "A document in every release"),
    "/{document}/{version}.json": ("version", "A document in one release, by its clauses; never changes"),
}


def schema_of(name: str) -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of an answer, whole in itself."""
    return _closed(TypeAdapter(ANSWERS[name]).json_schema(mode="serialization"))


def _closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema of which each object holds what is described, and nothing else."""
    inner = {name: _closed(one) for name, one in schema.get("$defs", {}).items()}
    return {
        **({"$defs": inner} if inner else {}),
        **({"additionalProperties": False} if "properties" in schema else {}),
        **{name: value for name, value in schema.items() if name != "$defs"},
    }


def description_files(settings: Settings) -> dict[str, bytes]:
    """The schemas and the description, by path."""
    urls = Urls(settings)
    files = {}
    for name in ANSWERS:
        path = urls.schema(name)
        files[path] = _bytes({"$schema": _DIALECT, "$id": urls.absolute(path), **schema_of(name)})
    files[urls.answer("openapi")] = _bytes(openapi(settings))
    return files


def openapi(settings: Settings) -> dict[str, Any]:
    """The OpenAPI 3.1 description. The server is the site; nothing is asked for but addresses."""
    schemas: dict[str, Any] = {}
    for model in ANSWERS.values():
        schema = _closed(
            TypeAdapter(model).json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        )
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    paths: dict[str, Any] = {
        path: _get(what, "application/json", {"$ref": f"#/components/schemas/{ANSWERS[name].__name__}"}, path)
        for path, (name, what) in _PATHS.items()
    }
    register = "The append-only register of all publications, as at /register.json"
    paths["/register.json"] = _get(register, "application/json", {"type": "object"}, "/register.json")
    for path, what, kind in (
        ("/{document}/{version}.akn.xml", "The authentic text as Akoma Ntoso 3.0", AKOMA_NTOSO_TYPE),
        ("/{document}/{version}.{locale}.akn.xml", "A translation as Akoma Ntoso 3.0", AKOMA_NTOSO_TYPE),
        ("/{document}/timemap.link", "Memento TimeMap of the authentic text (RFC 7089)", TIMEMAP_TYPE),
        ("/{document}/timemap.{locale}.link", "Memento TimeMap of a translation (RFC 7089)", TIMEMAP_TYPE),
    ):
        paths[path] = _get(what, kind, {"type": "string"}, path)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": settings.site_names[settings.authentic],
            "version": "1",
            "summary": "What is in force, what changed, and what the texts say.",
            "description": "Static files: every answer is whole, nothing can be filtered. An answer about one version "
            "never changes; the others change when a release is published or withdrawn, or takes effect.",
        },
        "servers": [{"url": f"{settings.site_url}{API}".rstrip("/")}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "parameters": {
                name: {"name": name, "in": "path", "required": True, "description": what, "schema": schema}
                for name, what, schema in (
                    ("document", "The document's id", {"type": "string"}),
                    ("version", "A release's label", {"type": "string"}),
                    ("locale", "A language but the authentic one", _locales(settings)),
                )
            },
        },
    }


def _locales(settings: Settings) -> dict[str, Any]:
    others = list(settings.locales[1:])
    return {"type": "string", "enum": others} if others else {"type": "string"}


def _get(what: str, kind: str, schema: Mapping[str, Any], path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    parameters = [name for name in ("document", "version", "locale") if f"{{{name}}}" in path]
    if parameters:
        found["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in parameters]
    return {
        "get": {
            "summary": what,
            "operationId": "".join(part.capitalize() for part in _letters(path).split()) or "index",
            **found,
            "responses": {
                "200": {"description": what, "content": {kind: {"schema": dict(schema)}}},
                "404": {"description": "There is no such document or version."},
            },
        }
    }


def _letters(path: str) -> str:
    return "".join(letter if letter.isalnum() else " " for letter in path)


def _bytes(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
