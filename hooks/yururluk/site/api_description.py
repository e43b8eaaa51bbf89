"""How programs are told what /api/v1/ answers: a JSON Schema for each answer, and an OpenAPI 3.1 description."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from yururluk.core.settings import Settings
from yururluk.site.api import ANSWERS
from yururluk.site.urls import AKOMA_NTOSO_TYPE, API, TIMEMAP_TYPE, Urls

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: The answers by their path below /api/v1: the schema's name, and what the answer is.
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
        **{name: told for name, told in schema.items() if name != "$defs"},
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
