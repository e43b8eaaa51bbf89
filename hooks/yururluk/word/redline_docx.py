"""Writes a redline as a Word file with tracked changes: accept all for the new text, reject all for the old one."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date

from yururluk.redline import Redline
from yururluk.word.finishing import Dress, dressed
from yururluk.word.links import Links
from yururluk.word.marked import for_pandoc
from yururluk.word.ooxml import BODIES, DOCUMENT, parse, serialise
from yururluk.word.package import write_package
from yururluk.word.pandoc import docx_of
from yururluk.word.revisions import finish


@dataclass(frozen=True)
class Side:
    """One of the two texts: what it is called, and the SHA-256 of its file in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Signed:
    """Who made the changes, and on which day."""

    author: str
    day: date


def redline_docx(
    redline: Redline, *, title: str, document: str, old: Side, new: Side, signed: Signed, site: str
) -> bytes:
    """The Word file of a redline. The same redline gives the same bytes."""
    moment = f"{signed.day.isoformat()}T00:00:00Z"
    html = for_pandoc(redline.html, locale=redline.locale, links=Links(site))
    parts = unzipped(docx_of(html, locale=redline.locale, title=title))
    roots = {name: parse(parts[name]) for name in BODIES if name in parts}
    finish(
        [roots[name] for name in sorted(roots, key=lambda name: name != DOCUMENT)],
        author=signed.author,
        date=moment,
    )
    parts.update({name: serialise(root) for name, root in roots.items()})
    lines = [
        f"{title}: {old.name} → {new.name}",
        f"{old.name}: sha256:{old.sha256}",
        f"{new.name}: sha256:{new.sha256}",
    ]
    properties = {
        "kind": "redline",
        "document": document,
        "locale": redline.locale,
        "old": f"{old.name} sha256:{old.sha256}",
        "new": f"{new.name} sha256:{new.sha256}",
    }
    dress = Dress(redline.locale, signed.author, moment, lines, properties, tracking=False)
    return write_package(dressed(parts, dress))


def unzipped(docx: bytes) -> dict[str, bytes]:
    """The parts of a file that pandoc wrote."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
