"""How a copy becomes a PDF file: typst sets it by our template, with its own fonts only, the same bytes each time.

A character that none of the fonts has would spoil the standard; it is printed as its number in Unicode.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from yururluk.core.problems import missing_extra

try:
    import typst
except ModuleNotFoundError:
    raise missing_extra("pdf") from None

#: ISO 19005-2 level A (to be kept, and with its structure) and ISO 14289-1 (to be read aloud).
_STANDARDS: tuple[typst.PDFStandard, ...] = ("a-2a", "ua-1")
_TEMPLATE = Path(__file__).with_name("template.typ")
_TRIES = 8
_MISSING = re.compile(r'the text `("(?:[^"\\]|\\.)*")` could not be displayed')
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))", re.DOTALL)
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class Copy:
    """What one PDF says. `head` and `body` are blocks for the template; `moment` is the date of the file itself;
    `unprintable` the sentence to print where characters had to be replaced."""

    title: str
    publisher: str
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


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, ignore_system_fonts=True)


def typeset(copy: Copy) -> bytes:
    """The PDF. Raises TypesettingError."""
    language = copy.locale.replace("_", "-").partition("-")[0]
    plain = {
        "title": copy.title,
        "publisher": copy.publisher,
        "description": copy.description,
        "lang": language if _LANGUAGE.fullmatch(language) else "und",
        "keywords": copy.keywords,
        "footer": copy.footer,
        "head": list(copy.head),
        "body": copy.body,
    }
    missing: set[str] = set()
    for _ in range(_TRIES):
        printable = _printable(plain, missing, copy.unprintable) if missing else plain
        try:
            made = _compiler().compile(
                format="pdf",
                sys_inputs={"copy": json.dumps(printable, ensure_ascii=False)},
                pdf_standards=list(_STANDARDS),
                timestamp=int(copy.moment.timestamp()),
            )
        except typst.TypstError as error:
            found = _missing(error.diagnostic or error.message)
            if not found - missing:
                raise TypesettingError(error.message) from error
            missing |= found
        else:
            return cast(bytes, made)
    raise TypesettingError("the fonts lack too many of its characters")


def _missing(message: str) -> set[str]:
    """The characters that typst names as having no shape, out of its message."""
    quoted = "".join(one[1:-1] for one in _MISSING.findall(message))
    return set(_ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], quoted))


def _printable(plain: dict[str, Any], missing: set[str], sentence: str) -> dict[str, Any]:
    """The copy with the missing characters replaced, and with a sentence that says so."""
    replaced: dict[str, Any] = _translated(plain, {ord(c): f"[U+{ord(c):04X}]" for c in missing})
    replaced["head"].append({"t": "note", "body": [{"s": sentence}]})
    return replaced


def _translated(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, list | tuple):
        return [_translated(one, table) for one in value]
    if isinstance(value, dict):
        kept = ("t", "name", "to", "url", "f", "m", "lang")
        return {key: one if key in kept else _translated(one, table) for key, one in value.items()}
    return value
