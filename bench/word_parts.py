"""Answers, for one text or one pair, whether it comes out of Word right: the questions of `bench.word`."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.helpers.word_edits import WordFile

from bench.pairs import Pair
from bench.word_lawyer import EDITS
from yururluk.core.model import DocumentType, FrontMatter, Text
from yururluk.redline import compare
from yururluk.text.markdown import body, render
from yururluk.word.exporting import bare_docx, export_docx
from yururluk.word.importing import import_docx, reading_of
from yururluk.word.links import Links
from yururluk.word.ooxml import BODIES, W, parse
from yururluk.word.package import open_package
from yururluk.word.redline_docx import Side, Signed, redline_docx, unzipped
from yururluk.word.resolved import settled

SITE = "https://example.org/"
#: How a line across the page is written in a redline, where it must carry a mark.
_RULE = "* * *"
_SIGNED = Signed("P", date(2026, 1, 1))
_MARKS = tuple(W + name for name in ("ins", "del", "moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeStart"))


class Named(NamedTuple):
    """A text and where it comes from."""

    name: str
    text: Text


class Outcome(NamedTuple):
    """What came of one: its name, and why it is not right; empty where it is."""

    name: str
    why: str


def text_of(source: str) -> Text:
    """A file's words as a text in English."""
    front = FrontMatter("A text", DocumentType.TERMS)
    return Text.of("text", "en", "text.md", body(source).encode(), front, 1)


def unedited(named: Named) -> Outcome:
    """Out and back without an edit: byte for byte the same?"""
    text = named.text
    return Outcome(named.name, _difference(text, _exported(text), text.body))


def through_editor(texts: Sequence[Named]) -> list[Outcome]:
    """Out, opened and saved by LibreOffice, and back: still the same?"""
    saved = _resaved([_exported(named.text) for named in texts])
    return [
        Outcome(named.name, _difference(named.text, docx, named.text.body) if docx else "LibreOffice wrote none")
        for named, docx in zip(texts, saved, strict=True)
    ]


def _exported(text: Text) -> bytes:
    return export_docx(text, publisher="P", site=SITE)


def _resaved(files: Sequence[bytes]) -> list[bytes | None]:
    """Each file as LibreOffice saves it, and None where it could not; a PDF must come of it as well."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for at, docx in enumerate(files):
            (home / f"{at}.docx").write_bytes(docx)
        command = ["soffice", f"-env:UserInstallation=file://{home}/profile", "--headless", "--convert-to"]
        listed = [str(home / f"{at}.docx") for at in range(len(files))]
        for kind in ("docx", "pdf"):
            outcome = [*command, kind, "--outdir", str(home / "saved"), *listed]
            subprocess.run(outcome, check=True, capture_output=True)
        saved = [home / "saved" / f"{at}.docx" for at in range(len(files))]
        return [one.read_bytes() if one.is_file() and one.with_suffix(".pdf").is_file() else None for one in saved]


def _difference(text: Text, docx: bytes, wanted: str) -> str:
    result = import_docx(open_package(docx, "text.docx"), text, path="text.docx", site=SITE)
    if result.lost:
        return result.lost[0]
    if result.body == wanted or _is_the_same_but_for_empty_lines(result.body, wanted):
        return ""
    lines = sum(left != right for left, right in zip(wanted.split("\n"), result.body.split("\n"), strict=False))
    return f"{lines} lines differ"


def _is_the_same_but_for_empty_lines(left: str, right: str) -> bool:
    """Where one empty line or two stand between the same blocks, a reader sees no difference, and a diff no words."""
    shorter = [re.sub(r"\n{3,}", "\n\n", one) for one in (left, right)]
    return shorter[0] == shorter[1] and render(left) == render(right)


class LawyersEdit(NamedTuple):
    """A text, what Word saved after one kind of edit, and the Markdown that must come of it."""

    name: str
    text: Text
    docx: bytes
    wanted: str


def edits_of(named: Named) -> list[LawyersEdit]:
    """Each kind of edit that the text has a place for, made in Word by somebody whose changes are tracked."""
    docx = _exported(named.text)
    found = []
    for kind, edit in EDITS.items():
        file = WordFile(docx, "Counsel")
        wanted = edit(file, named.text.body, Random(f"{named.name} {kind}"))
        if wanted is not None:
            found.append(LawyersEdit(f"{named.name}, {kind}", named.text, file.saved(), wanted))
    return found


def lawyer(edit: LawyersEdit) -> Outcome:
    """One edit, taken back: does the draft then say just that?"""
    return Outcome(edit.name, _difference(edit.text, edit.docx, edit.wanted))


def edited(pair: Pair) -> Outcome:
    """The next state of a text, as a Word file, taken into this state: does the draft then say that state?"""
    result = import_docx(
        open_package(_exported(text_of(pair.new)), "text.docx"),
        text_of(pair.old),
        path="text.docx",
        site=SITE,
    )
    return Outcome(pair.name, result.lost[0] if result.lost else "")


def redlined(pair: Pair) -> Outcome:
    """The words of both sides, out of the tracked changes; each change numbered once, signed and dated."""
    parts = unzipped(_redline(pair))
    return Outcome(pair.name, _unsigned(parts) or _other_words(pair, parts))


def opened(pairs: Sequence[Pair]) -> list[Outcome]:
    """A redline that LibreOffice opened and saved, tracked changes and all: still both texts, word for word?"""
    saved = _resaved([_redline(pair) for pair in pairs])
    return [
        Outcome(pair.name, _other_words(pair, unzipped(docx)) if docx else "LibreOffice wrote none")
        for pair, docx in zip(pairs, saved, strict=True)
    ]


def _redline(pair: Pair) -> bytes:
    redline = compare(pair.old, pair.new, locale="en")
    old, new = Side("old", "0" * 64), Side("new", "1" * 64)
    return redline_docx(redline, title="T", document="t", old=old, new=new, signed=_SIGNED, site=SITE)


def _unsigned(parts: Mapping[str, bytes]) -> str:
    marks = [mark for name in BODIES if name in parts for mark in parse(parts[name]).iter(*_MARKS)]
    numbers = [mark.get(W + "id") for mark in marks]
    if len(set(numbers)) < len(numbers):
        return "two changes have one number"
    signed = (_SIGNED.author, _SIGNED.day.isoformat())
    if any((mark.get(W + "author"), (mark.get(W + "date") or "")[:10]) != signed for mark in marks):
        return "a change is not signed or not dated"
    return ""


def _other_words(pair: Pair, parts: Mapping[str, bytes]) -> str:
    for accept, source in ((True, pair.new), (False, pair.old)):
        wanted = _words(unzipped(bare_docx(render(source), text_of(source), Links(SITE))))
        got = _words(settled(parts, accept=accept))
        if got != wanted:
            at = next(
                (n for n, (a, b) in enumerate(zip(got, wanted, strict=False)) if a != b),
                min(len(got), len(wanted)),
            )
            return f"the {'new' if accept else 'old'} text differs from “{' '.join(wanted[at : at + 6])}” on"
    return ""


def _words(parts: Mapping[str, bytes]) -> list[str]:
    reading = reading_of(parts, Links(SITE), "text.docx")
    units = [*reading.units, *(unit for note in reading.notes for unit in note)]
    return " ".join(unit.text for unit in units if unit.text != _RULE).split()
