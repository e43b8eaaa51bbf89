"""How a copy becomes a PDF file: typst sets it by our template, with its own fonts only, the same bytes each time.

A character that none of the fonts has would spoil the standard; it is printed as its number in Unicode.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from yururluk.core.problems import missing_extra

try:
    import typst
except ModuleNotFoundError:
    raise missing_extra("pdf") from None

#: ISO 19005-2 level A (to be kept, and with its structure) and ISO 14289-1 (to be read aloud).
STANDARDS: tuple[typst.PDFStandard, ...] = ("a-2a", "ua-1")
TEMPLATE = Path(__file__).with_name("template.typ")
_TRIES = 8
_AT_ONCE = 2
_MISSING = re.compile(r'the text `("(?:[^"\\]|\\.)*")` could not be displayed')
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))", re.DOTALL)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_local = threading.local()


@dataclass(frozen=True)
class Copy:
    """What one PDF says. `head` and `body` are blocks for the template; `moment` is the date of the file itself;
    `unprintable` the sentence to print where characters had to be replaced."""

    title: str
    kicker: str
    author: str
    description: str
    locale: str
    keywords: tuple[str, ...]
    moment: datetime
    footer: tuple[str, ...]
    head: Sequence[dict[str, Any]] = field(repr=False)
    body: Sequence[dict[str, Any]] = field(repr=False)
    unprintable: str = ""


class TypesettingError(RuntimeError):
    """A copy that could not be set. The message is typst's own; the caller adds which text it was."""


def typeset(copy: Copy) -> bytes:
    """The PDF. Raises TypesettingError."""
    plain = _plain(copy)
    missing: set[str] = set()
    for _ in range(_TRIES):
        try:
            return _compile(json.dumps(_printable(plain, missing, copy.unprintable), ensure_ascii=False), copy.moment)
        except typst.TypstError as error:
            found = _missing(error.diagnostic or error.message)
            if not found - missing:
                raise TypesettingError(error.message) from error
            missing |= found
    raise TypesettingError("the fonts lack too many of its characters")


def typeset_all(copies: Sequence[Callable[[], Copy]]) -> list[bytes | TypesettingError]:
    """Several PDFs, two at a time: typst works outside of Python's own lock. For one that could not be set, the
    error."""

    def one(make: Callable[[], Copy]) -> bytes | TypesettingError:
        try:
            return typeset(make())
        except TypesettingError as error:
            return error

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(one, copies))


def _plain(copy: Copy) -> dict[str, Any]:
    language = copy.locale.replace("_", "-").partition("-")[0]
    return {
        "title": copy.title,
        "kicker": copy.kicker,
        "author": copy.author,
        "description": copy.description,
        "lang": language if _LANGUAGE.fullmatch(language) else "und",
        "keywords": list(copy.keywords),
        "footer": list(copy.footer),
        "head": list(copy.head),
        "body": list(copy.body),
    }


def _compile(data: str, moment: datetime) -> bytes:
    compiler: typst.Compiler | None = getattr(_local, "compiler", None)
    if compiler is None:
        compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, ignore_system_fonts=True)
        _local.compiler = compiler
    made = compiler.compile(
        format="pdf", sys_inputs={"copy": data}, pdf_standards=list(STANDARDS), timestamp=int(moment.timestamp())
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no PDF")
    return made


def _missing(message: str) -> set[str]:
    """The characters that typst names as having no shape, out of its message."""
    found: set[str] = set()
    for quoted in _MISSING.findall(message):
        text = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], quoted[1:-1])
        found |= set(text)
    return found


def _printable(value: Any, missing: set[str], sentence: str) -> Any:
    """The copy with the missing characters replaced, and with a sentence that says so."""
    if not missing:
        return value
    table = {ord(c): f"[U+{ord(c):04X}]" for c in missing}
    replaced = _translated(value, table)
    replaced["head"].append({"t": "note", "body": [{"s": sentence}]})
    return replaced


def _translated(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, list):
        return [_translated(one, table) for one in value]
    if isinstance(value, dict):
        kept = ("t", "name", "to", "url", "f", "m", "lang")
        return {key: one if key in kept else _translated(one, table) for key, one in value.items()}
    return value
