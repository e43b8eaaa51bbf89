"""The JSON Schemas of what is published or printed for programs, as they are to be put online."""

from __future__ import annotations

from importlib.resources import files

#: The names of the schemas, as in `register.schema.json`.
NAMES = ("register", "verify")


def schema(name: str) -> bytes:
    """The bytes of a schema (JSON Schema 2020-12), for /api/v1/schemas/<name>.schema.json."""
    if name not in NAMES:
        raise KeyError(name)
    return files("yururluk").joinpath(f"{name}.schema.json").read_bytes()
