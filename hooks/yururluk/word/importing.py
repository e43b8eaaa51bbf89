"""Takes a Word file back into the draft it was made from: what was changed in Word, and nothing else.

The file says which text it was made from (its base). What Word's file and a new export of the base both read the same
is unchanged, word for word; only the differences go into the Markdown. At the end the new Markdown must read as the
Word file does; whatever does not is named.
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
from yururluk.word.contents import Contents, contents_of, page_lines, short
from yururluk.word.document import Links
from yururluk.word.exporting import footer_lines, plain_docx
from yururluk.word.package import DOCUMENT, parse, parts_of, write_package
from yururluk.word.pandoc import accepted, ast_of, clauses_of, prepared_for_pandoc
from yururluk.word.reading import Reading, Unit, read, words_not_read
from yururluk.word.source_map import Source, anchored


@dataclass(frozen=True)
class Imported:
    """A text's new body, and what to say about it.

    `similarity`: the share of the words of the longer text, 0 to 1, that both have in the same order.
    `kept`: words whose quotes, dashes or spaces have another shape in Word, left as the draft has them. `lost`: what
    Word's file says and the new body does not, or the other way round. `contents`: what the file holds beside text.
    """

    body: str
    similarity: float
    kept: tuple[str, ...]
    lost: tuple[Message, ...]
    contents: Contents


def import_docx(
    package: Mapping[str, bytes], base: Text, *, path: str, site: str, reference: bytes | None = None
) -> Imported:
    """What the Word file makes of its base; all tracked changes count as accepted. Raises `Refused`.

    `path` is what messages call the file; `site` the address of the site, by which the export made links whole;
    `reference` the Word file whose styles the export took.
    """
    ours = footer_lines(base) + [
        line for _, lines in page_lines(parts_of(reference) if reference else {}) for line in lines
    ]
    contents = contents_of(package, ours)
    html = render(base.body)
    links = Links(site, html)

    def reading(rendered: str) -> Reading:
        parts = parts_of(plain_docx(rendered, base, links, reference))
        return _read(parts, links, base.path)

    parts = accepted(package)
    edited = _read(parts, links, path)
    exported = reading(html)
    if exported.units and not edited.units and not edited.title:
        fix = msg("ask for it again; to take a text away, delete its draft.")
        raise Refused([Problem("word", path, 0, msg("this Word file holds no text."), fix)])
    lost = _outside_the_text(exported, edited, base.front_matter.title)
    missing = words_not_read(prepared_for_pandoc(parts), edited)
    lost += [msg("words that could not be read, in “{words}”", words=short(text)) for text in missing]
    if _says(edited) == _says(exported):
        return Imported(base.body, 1.0, (), tuple(lost), contents)
    anchors = anchored(base.body)
    applied = apply(Source(anchors), reading(anchors.html), edited)
    again = reading(render(applied.source))
    lost += _differences(edited.units, again.units)
    lost += _differences(*([unit for note in side.notes for unit in note] for side in (edited, again)))
    kept = tuple(dict.fromkeys(applied.kept))
    return Imported(applied.source, _similarity(exported, edited), kept, tuple(lost), contents)


def _read(parts: Mapping[str, bytes], links: Links, path: str) -> Reading:
    tree = ast_of(write_package(prepared_for_pandoc(parts)), path=path)
    return read(tree, links, clauses_of(parse(parts[DOCUMENT])))


def _says(reading: Reading) -> list[list[tuple[object, str]]]:
    """All that makes two readings the same, down to the shape of a quote."""
    return [[(unit.same, unit.text) for unit in part] for part in (reading.units, *reading.notes)]


def _similarity(base: Reading, edited: Reading) -> float:
    words = [[word for unit in side.units for word in unit.text.split()] for side in (base, edited)]
    longer = max(map(len, words))
    return int(LCSseq.similarity(*words)) / longer if longer else 1.0


def _outside_the_text(base: Reading, edited: Reading, title: str) -> list[Message]:
    found: list[Message] = []
    if edited.title.strip() and edited.title.split() != title.split():
        words = edited.title.strip()
        found.append(msg("the title “{words}”: change `title:` at the top of the draft", words=words))
    found += [msg("a line in a style of a title page: “{words}”", words=text.strip()) for text in edited.aside]
    if edited.rules != base.rules:
        found.append(msg("horizontal lines: {now} instead of {before}", now=edited.rules, before=base.rules))
    if edited.spans != base.spans:
        found.append(msg("cells that were joined or parted: the first of them has their words, the others are empty"))
    return found


def _differences(wanted: Sequence[Unit], got: Sequence[Unit]) -> list[Message]:
    """The units that are not as Word has them."""
    found: list[Message] = []
    # A row without words says nothing; Markdown cannot do without one below a heading.
    wanted, got = ([unit for unit in side if unit.text.strip()] for side in (wanted, got))
    keys: dict[object, int] = {}
    left, right = ([keys.setdefault(unit.same, len(keys)) for unit in side] for side in (wanted, got))
    for tag, a, a_end, b, b_end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if a < a_end:
            found += [_named(unit) for unit in wanted[a:a_end]]
        else:
            found += [msg("the removal of {what}", what=_named(unit)) for unit in got[b:b_end]]
    return found


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
