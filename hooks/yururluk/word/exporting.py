"""Writes a draft as a Word file that can come back: it says which draft it is, and records what is typed."""

from __future__ import annotations

from datetime import date

from yururluk.core.model import Text
from yururluk.text.markdown import render
from yururluk.word.finishing import Dress, dressed
from yururluk.word.links import Links
from yururluk.word.marked import for_pandoc
from yururluk.word.package import write_package
from yururluk.word.pandoc import docx_of
from yururluk.word.redline_docx import unzipped

#: No clock is asked: a draft has no date, and the same draft must give the same bytes.
_NO_DAY = date(1980, 1, 1)


def export_docx(text: Text, *, publisher: str, site: str) -> bytes:
    """The Word file of a text; what is typed into it is recorded as tracked changes. `site`: the site's address."""
    html = render(text.body)
    parts = unzipped(bare_docx(html, text, Links(site, html)))
    lines = footer_lines(text)
    properties = {"kind": "draft", "document": text.document, "locale": text.locale, "sha256": text.sha256}
    dress = Dress(text.locale, publisher, f"{_NO_DAY}T00:00:00Z", lines, properties, tracking=True)
    return write_package(dressed(parts, dress))


def footer_lines(text: Text) -> list[str]:
    """What stands at the foot of each page: which text it is, and its digest."""
    return [f"{text.front_matter.title} ({text.name})", f"sha256:{text.sha256}"]


def bare_docx(html: str, text: Text, links: Links) -> bytes:
    """A rendering of a text, as pandoc writes it."""
    outward = for_pandoc(html, locale=text.locale, links=links)
    return docx_of(outward, locale=text.locale, title=text.front_matter.title, path=text.path)
