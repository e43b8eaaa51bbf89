"""Takes a Word file back into the draft it was made from: what was changed in Word, and nothing else.

The file says which text it was made from (its base). What Word's file and a fresh file of the base both read the same
is unchanged, word for word; only the differences go into the Markdown. At the end the new Markdown is made into a Word
file again and must read as the one that came back; whatever does not is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz.distance import LCSseq

from yururluk.core.messages import Message, msg
from yururluk.core.model import Text
from yururluk.core.problems import Problem, Refused
from yururluk.text.markdown import render
from yururluk.word.block_edits import apply
from yururluk.word.contents import Contents, contents_of, short
from yururluk.word.exporting import bare_docx, footer_lines, unzipped
from yururluk.word.html_for_pandoc import Links
from yururluk.word.package import Package, write_package
from yururluk.word.pandoc import ast_of, readable
from yururluk.word.reading import Reading, Unit, read, unread
from yururluk.word.revisions import settled
from yururluk.word.source_map import Source, anchored


# === importing
@dataclass(frozen=True)
class Imported:
    """A text's new body and what is to be told.

    `kinship`: the share of the words of the longer text, 0 to 1, that both have in the same order.
    `kept`: words whose quotes, dashes or spaces have another shape in Word, left as the draft has them. `lost`: what
    Word's file says and the new body does not, or the other way round. `contents`: what the file holds beside text.
    """

    body: str
    kinship: float
    kept: tuple[str, ...]
    lost: tuple[Message, ...]
    contents: Contents


def import_docx(package: Package, base: Text, *, path: str, site: str) -> Imported:
    """What the Word file makes of its base; all tracked changes count as accepted. Raises `Refused`.

    `path` is what messages call the file, `site` the address of the site, by which the export made links whole.
    """
    contents = contents_of(package, footer_lines(base))
    html = render(base.body)
    links = Links(site, html)

    def reading(rendered: str) -> Reading:
        return reading_of(unzipped(bare_docx(rendered, base, links)), links, base.path)

    readied = readable(settled(package.parts, accept=True))
    edited = _read(readied, links, path)
    given_out = reading(html)
    if given_out.units and not edited.units and not edited.title:
        fix = msg("ask for it again; to take a text away, delete its draft.")
        raise Refused([Problem("word", path, 0, msg("this Word file holds no text."), fix)])
    told = _beside(given_out, edited, base.front_matter.title)
    told += [msg("words that could not be read, in “{words}”", words=short(text)) for text in unread(readied, edited)]
    if _says(edited) == _says(given_out):
        return Imported(base.body, 1.0, (), tuple(told), contents)
    anchors = anchored(base.body)
    applied = apply(Source(anchors), reading(anchors.html), edited)
    again = reading(render(applied.source))
    lost = _differences(edited.units, again.units)
    lost += _differences([one for note in edited.notes for one in note], [one for note in again.notes for one in note])
    return Imported(
        applied.source,
        _kinship(given_out, edited),
        tuple(dict.fromkeys(applied.kept)),
        (*told, *lost),
        contents,
    )


def reading_of(parts: Mapping[str, bytes], links: Links, path: str) -> Reading:
    """What a Word file says, links as the text `links` is of writes them. Raises `Refused` with the name `path`."""
    return _read(readable(parts), links, path)


def _read(readied: Mapping[str, bytes], links: Links, path: str) -> Reading:
    return read(ast_of(write_package(readied), path=path), links)


def _says(reading: Reading) -> tuple[list[tuple[object, str]], list[list[tuple[object, str]]]]:
    """All that makes two readings the same, down to the shape of a quote."""
    return (
        [(unit.same, unit.text) for unit in reading.units],
        [[(unit.same, unit.text) for unit in note] for note in reading.notes],
    )


def _kinship(base: Reading, edited: Reading) -> float:
    words = [[word for unit in side.units for word in unit.text.split()] for side in (base, edited)]
    longer = max(map(len, words))
    return int(LCSseq.similarity(*words)) / longer if longer else 1.0


def _beside(base: Reading, edited: Reading, title: str) -> list[Message]:
    told: list[Message] = []
    if edited.title.strip() and edited.title.split() != title.split():
        words = edited.title.strip()
        told.append(msg("the title “{words}”: change `title:` at the top of the draft", words=words))
    told += [msg("a line in a style of a title page: “{words}”", words=text.strip()) for text in edited.aside]
    if edited.rules != base.rules:
        told.append(msg("horizontal lines: {now} instead of {before}", now=edited.rules, before=base.rules))
    if edited.spans != base.spans:
        told.append(
            msg("cells that were joined or parted: their words stand in the first of them, the others are empty")
        )
    return told


def _differences(wanted: Sequence[Unit], got: Sequence[Unit]) -> list[Message]:
    """The units that are not as Word has them."""
    told: list[Message] = []
    # A row without words says nothing; Markdown cannot do without one below a heading.
    wanted, got = ([unit for unit in side if unit.text.strip()] for side in (wanted, got))
    left, right = [unit.same for unit in wanted], [unit.same for unit in got]
    keys: dict[object, int] = {}
    codes = [[keys.setdefault(one, len(keys)) for one in side] for side in (left, right)]
    for tag, a, a_end, b, b_end in SequenceMatcher(None, codes[0], codes[1], autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if a < a_end:
            told += [_named(unit) for unit in wanted[a:a_end]]
        else:
            told += [msg("the removal of {what}", what=_named(unit)) for unit in got[b:b_end]]
    return told


def _named(unit: Unit) -> Message:
    words = short(unit.text)
    return {
        "heading": msg("the heading “{words}”", words=words),
        "item": msg("the list item “{words}”", words=words),
        "row": msg("the table row “{words}”", words=words),
        "term": msg("the term “{words}”", words=words),
        "definition": msg("the definition “{words}”", words=words),
        "code": msg("the code “{words}”", words=words),
    }.get(unit.kind, msg("the paragraph “{words}”", words=words))
