"""Writes a draft as a Word file that can come back: it says which draft it is, and records what is typed."""

from __future__ import annotations

from datetime import date

from yururluk.markdown import render
from yururluk.model import Text
from yururluk.word.dressing import Dress, dressed
from yururluk.word.marked import for_pandoc
from yururluk.word.package import write_package
from yururluk.word.pandoc import docx_of
from yururluk.word.redline_docx import unzipped

#: No clock is asked: a draft has no date, and the same draft must give the same bytes.
_NO_DAY = date(1980, 1, 1)


def export_docx(text: Text, *, publisher: str) -> bytes:
    """The Word file of a text; what is typed into it is recorded as tracked changes."""
    title = text.front_matter.title
    parts = unzipped(bare_docx(text.body, text.locale, title, text.path))
    lines = [f"{title} ({text.name})", f"sha256:{text.sha256}"]
    properties = {"kind": "draft", "document": text.document, "locale": text.locale, "sha256": text.sha256}
    dress = Dress(text.locale, publisher, f"{_NO_DAY}T00:00:00Z", lines, properties, tracking=True)
    return write_package(dressed(parts, dress))


def bare_docx(body: str, locale: str, title: str, path: str) -> bytes:
    """The text alone, as pandoc writes it."""
    return docx_of_html(render(body), locale, title, path)


def docx_of_html(html: str, locale: str, title: str, path: str) -> bytes:
    """As `bare_docx`, from a rendering."""
    return docx_of(for_pandoc(html, locale=locale), locale=locale, title=title, path=path)
