"""Sends real texts to Word and back, and counts what comes back right.

Run it as ``python -m bench.word``; ``--help`` tells the rest. Five questions:

- *unedited*: does a draft that was exported and taken back without an edit stay the same, byte for byte?
- *editor*: the same after another program has opened and saved the file (LibreOffice, where it is installed);
- *lawyer*: a dozen kinds of edits, made in the file as Word makes them: does the draft then say just that?
- *edited*: a file that says the next state of the text, taken into this one: does the draft then say that state?
- *redline*: accepting all gives the new text, rejecting all the old one, word for word.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from random import Random
from typing import TypeVar

from tests.word_edits import WordFile

from bench.pairs import CORPORA, Pair, corpus_pairs, made_pairs
from bench.word_lawyer import EDITS
from yururluk.markdown import body, render
from yururluk.model import DocumentType, FrontMatter, Text
from yururluk.redline import compare
from yururluk.word.exporting import bare_docx, export_docx
from yururluk.word.importing import import_docx, reading_of
from yururluk.word.links import Links
from yururluk.word.package import open_package
from yururluk.word.redline_docx import Side, Signed, redline_docx, unzipped
from yururluk.word.settled import settled

_T = TypeVar("_T")
SITE = "https://example.org/"
#: How a line across the page is written in a redline, where it must carry a mark.
_RULE = "* * *"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    pairs = corpus_pairs(options.corpora) or made_pairs()
    texts = _texts(options.corpora, pairs)
    with ThreadPoolExecutor(options.jobs) as pool:
        _tell("unedited", list(pool.map(unedited, _spread(texts, options.texts))))
        if shutil.which("soffice"):
            _tell("editor (LibreOffice)", through_editor(_spread(texts, options.editor)))
        else:
            print("editor: LibreOffice is not installed here")
        found = pool.map(lawyers, _spread(texts, options.lawyer))
        _tell("lawyer", [outcome for outcomes in found for outcome in outcomes])
        following = [pair for pair in pairs if body(pair.old) != body(pair.new)]
        _tell("edited", list(pool.map(edited, _spread(following, options.pairs))))
        _tell("redline", list(pool.map(redlined, _spread(following, options.pairs))))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench.word", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument(
        "--texts", type=int, default=0, help="how many texts go out unedited; all of them if 0"
    )
    parser.add_argument("--editor", type=int, default=40, help="how many go through another editor")
    parser.add_argument("--pairs", type=int, default=40, help="how many pairs are edited, and redlined")
    parser.add_argument("--lawyer", type=int, default=20, help="how many texts a lawyer edits")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    return parser.parse_args(arguments)


def _spread(listed: Sequence[_T], number: int) -> Sequence[_T]:
    """`number` of them, spread evenly and always the same ones; all of them if it is 0."""
    if not 0 < number < len(listed):
        return listed
    return [listed[at * len(listed) // number] for at in range(number)]


def _texts(corpora: Path, pairs: Iterable[Pair]) -> list[tuple[str, Text]]:
    files = sorted(corpora.glob("*/*/*.md"))
    if files:
        return [(str(file.relative_to(corpora)), _text(file.read_text(encoding="utf-8"))) for file in files]
    return [(pair.name, _text(pair.new)) for pair in pairs]


def _text(source: str) -> Text:
    front = FrontMatter("A text", DocumentType.TERMS)
    return Text("text", "en", "text.md", source.encode(), front, body(source), 1)


#: What came of one: its name, and why it is not right; empty where it is.
Outcome = tuple[str, str]


def _tell(what: str, outcomes: Sequence[Outcome]) -> None:
    wrong = [(name, why) for name, why in outcomes if why]
    right = len(outcomes) - len(wrong)
    print(
        f"{what}: {right} of {len(outcomes)} exact ({100 * right / max(1, len(outcomes)):.1f} %)", flush=True
    )
    for why, number in Counter(re.sub(r"“.*", "…", why) for _, why in wrong).most_common():
        print(f"  {number} × {why}")
    for name, why in wrong[:10]:
        print(f"    {name}: {why[:160]}")


def unedited(named: tuple[str, Text]) -> Outcome:
    """Out and back without an edit."""
    name, text = named
    return name, _difference(text, export_docx(text, publisher="P", site=SITE), text.body)


def through_editor(texts: Sequence[tuple[str, Text]]) -> list[Outcome]:
    """Out, opened and saved by LibreOffice, and back."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for at, (_, text) in enumerate(texts):
            (home / f"{at}.docx").write_bytes(export_docx(text, publisher="P", site=SITE))
        command = [
            "soffice",
            f"-env:UserInstallation=file://{home}/profile",
            "--headless",
            "--convert-to",
            "docx",
        ]
        files = [str(home / f"{at}.docx") for at in range(len(texts))]
        subprocess.run([*command, "--outdir", str(home / "saved"), *files], check=True, capture_output=True)
        return [
            (name, _difference(text, (home / "saved" / f"{at}.docx").read_bytes(), text.body))
            for at, (name, text) in enumerate(texts)
        ]


def _difference(text: Text, docx: bytes, wanted: str) -> str:
    result = import_docx(open_package(docx, "text.docx"), text, path="text.docx", site=SITE)
    if result.lost:
        return result.lost[0]
    if result.body == wanted:
        return ""
    lines = sum(
        left != right for left, right in zip(text.body.split("\n"), result.body.split("\n"), strict=False)
    )
    return f"{lines} lines differ"


def lawyers(named: tuple[str, Text]) -> list[Outcome]:
    """Each kind of edit that the text has a place for, made in Word by somebody whose changes are tracked."""
    name, text = named
    docx = export_docx(text, publisher="P", site=SITE)
    outcomes = []
    for kind, edit in EDITS.items():
        file = WordFile(docx, "Counsel")
        wanted = edit(file, text.body, Random(f"{name} {kind}"))
        if wanted is not None:
            outcomes.append((f"{name}, {kind}", _difference(text, file.saved(), wanted)))
    return outcomes


def edited(pair: Pair) -> Outcome:
    """The next state of a text, as a Word file, taken into this state: it must then read as that state does."""
    old, new = _text(pair.old), _text(pair.new)
    docx = export_docx(new, publisher="P", site=SITE)
    result = import_docx(open_package(docx, "text.docx"), old, path="text.docx", site=SITE)
    return pair.name, result.lost[0] if result.lost else ""


def redlined(pair: Pair) -> Outcome:
    """The words of both sides, out of the tracked changes."""
    redline = compare(pair.old, pair.new, locale="en")
    sides = Side("old", "0" * 64), Side("new", "1" * 64)
    signed = Signed("P", date(2026, 1, 1))
    parts = unzipped(
        redline_docx(redline, title="T", document="t", old=sides[0], new=sides[1], signed=signed, site=SITE)
    )
    for accept, source in ((True, pair.new), (False, pair.old)):
        got = _words(settled(parts, accept=accept))
        if got != _words(unzipped(bare_docx(render(source), _text(source), Links(SITE)))):
            return pair.name, f"the {'new' if accept else 'old'} text differs"
    return pair.name, ""


def _words(parts: dict[str, bytes]) -> list[str]:
    reading = reading_of(parts, Links(SITE), "text.docx")
    units = [*reading.units, *(unit for note in reading.notes for unit in note)]
    return " ".join(unit.text for unit in units if unit.text != _RULE).split()


if __name__ == "__main__":
    sys.exit(main())
