"""What else a Word file holds: who changed what, comments, and all that is no running text.

What an import takes is text in the body and in footnotes. Everything else is counted, quoted where it has words, and
named in a message.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from yururluk.core.messages import Message, msg, quoted
from yururluk.word.package import BODIES, RELATIONSHIPS, W, parse, visible_text
from yururluk.word.pandoc import COMPATIBLE, DRAWN, GATHERED, LINKS, accepted, clauses_of, fields_of, is_rule

_Element = etree._Element
#: The number of the page, as the export writes it or as Word does.
_PAGE: Final = re.compile(r"(?:(?:Sayfa|Page) ?)?[0-9]*")
_PAGE_PART: Final = re.compile(r"word/(?P<kind>header|footer)[^/]*\.xml")
_COMMENTS: Final = "word/comments.xml"
_CHANGES: Final = tuple(W + name for name in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel"))
_NO_FORMATTING: Final = ("none", "auto", "0", "false", "off", "000000")


@dataclass(frozen=True)
class Comment:
    """A comment in the margin: by whom, when (as Word wrote it), on which words, below which heading."""

    author: str
    date: str
    text: str
    on: str
    heading: str


@dataclass(frozen=True)
class Contents:
    """What a file holds beside its text.

    `changes`: tracked changes by author, sorted; `format_changes`: how many of formatting; `formatting`: formatting of
    words that a text has no sign for; `plain_text`: what was taken as the words that it shows; `not_taken`: the rest.
    """

    comments: tuple[Comment, ...]
    changes: tuple[tuple[str, int], ...]
    format_changes: int
    formatting: tuple[Message, ...]
    plain_text: tuple[Message, ...]
    not_taken: tuple[Message, ...]


def contents_of(package: Mapping[str, bytes], ours: Collection[str] = ()) -> Contents:
    """All that a Word file holds beside its running text. `ours`: the lines of headers and footers of an export."""
    changes: Counter[str] = Counter()
    forms = 0
    for root in (parse(package[name]) for name in BODIES if name in package):
        changes.update(mark.get(W + "author") or "?" for mark in root.iter(*_CHANGES))
        forms += sum(1 for one in root.iter("{*}*") if str(one.tag).endswith("Change"))
    parts = accepted(package)
    roots = [parse(parts[name]) for name in BODIES if name in parts]
    document = roots[0]
    return Contents(
        tuple(_comments(package, document)),
        tuple(sorted(changes.items())),
        forms,
        tuple(_formatting(roots)),
        tuple(_as_plain_text(document)),
        (*_drawn(roots), *_apart(package, ours), *_included(document), *_outside(package)),
    )


def _drawn(roots: list[_Element]) -> Iterator[Message]:
    number = 0
    boxes: list[str] = []
    for drawn in (one for root in roots for one in root.iter(COMPATIBLE, *DRAWN)):
        if any(above.tag in (COMPATIBLE, *DRAWN) for above in drawn.iterancestors()) or is_rule(drawn):
            continue
        texts = [visible_text(box) for box in drawn.iter(W + "txbxContent")]
        # Word writes a text box twice, for itself and for older readers.
        boxes += dict.fromkeys(texts)
        number += not texts
    if number:
        yield msg("pictures, charts or other drawings: {count}", count=number)
    for text in boxes:
        yield msg("a text box: “{words}”", words=short(text))


def page_lines(parts: Mapping[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """The lines of each header and footer of the pages, with its kind."""
    for name in sorted(parts):
        if found := _PAGE_PART.fullmatch(name):
            root = parse(parts[name])
            lines = [" ".join(visible_text(paragraph).split()) for paragraph in root.iter(W + "p")]
            yield found["kind"], lines + [one.get("string") or "" for one in root.iter("{*}textpath")]


def _apart(package: Mapping[str, bytes], ours: Collection[str]) -> Iterator[Message]:
    for kind, lines in page_lines(package):
        words = short(" ".join(line for line in lines if line not in ours and not _PAGE.fullmatch(line)))
        if words and kind == "header":
            yield msg("a header of the page: “{words}”", words=words)
        elif words:
            yield msg("a footer of the page: “{words}”", words=words)


def _included(document: _Element) -> Iterator[Message]:
    yield from _times(msg("a file that is included in this one"), sum(1 for _ in document.iter(W + "altChunk")))
    yield from _times(msg("a document that is linked into this one"), sum(1 for _ in document.iter(W + "subDoc")))
    if any(one.kind in GATHERED for one in fields_of(document)):
        yield msg("a table of contents or an index (the site makes its own)")


def _times(what: Message, number: int) -> Iterator[Message]:
    if number:
        yield what if number == 1 else msg("{what}, {count} times", what=what, count=number)


def _as_plain_text(document: _Element) -> Iterator[Message]:
    yield from _times(msg("a formula"), sum(1 for _ in document.iter("{*}oMath")))
    within = sum(1 for table in document.iter(W + "tbl") if next(table.iterancestors(W + "tbl"), None) is not None)
    yield from _times(msg("a table within a table"), within)
    hidden = "".join(visible_text(run) for run in document.iter(W + "r") if run.find(f"{W}rPr/{W}vanish") is not None)
    if hidden:
        yield msg("text formatted as hidden: “{words}”", words=short(hidden))
    fields = fields_of(document)
    places = clauses_of(document)
    gathered = {run for one in fields if one.kind in GATHERED for run in one.runs}
    for one in fields:
        is_link = one.kind == "HYPERLINK" or (one.kind in LINKS and one.instruction.split()[1:2][0] in places)
        if one.words.strip() and not is_link and not gathered.intersection(one.runs):
            yield msg("a field that Word computes ({kind}): “{words}”", kind=one.kind, words=short(one.words))


def _formatting(roots: list[_Element]) -> Iterator[Message]:
    """Formatting that somebody gave to words, for which Markdown has no sign."""
    kinds = {
        "highlight": msg("highlighted"),
        "color": msg("coloured"),
        "caps": msg("capitals"),
        "smallCaps": msg("small capitals"),
        "dstrike": msg("struck through twice"),
    }
    seen: dict[str, str] = {}
    for run in (one for root in roots for one in root.iter(W + "r")):
        for name in kinds:
            found = run.find(f"{W}rPr/{W}{name}")
            if found is not None and (found.get(W + "val") or "on").lower() not in _NO_FORMATTING:
                seen[name] = seen.get(name, "") + visible_text(run)
    for name, text in seen.items():
        if words := short(text):
            yield msg(
                "Formatting left out, for which a text has no sign: {what} “{words}”", what=kinds[name], words=words
            )


def _outside(package: Mapping[str, bytes]) -> Iterator[Message]:
    for name, data in sorted(package.items()):
        for one in parse(data).iter(RELATIONSHIPS + "Relationship") if name.endswith(".rels") else ():
            kind = (one.get("Type") or "").rpartition("/")[2]
            if one.get("TargetMode") == "External" and kind != "hyperlink":
                address = one.get("Target")
                yield msg(
                    "a reference to a file elsewhere ({kind}: {address}); it was not fetched",
                    kind=kind,
                    address=address,
                )


def _comments(package: Mapping[str, bytes], document: _Element) -> Iterator[Comment]:
    places = _commented(document)
    for one in parse(package[_COMMENTS]).iter(W + "comment") if _COMMENTS in package else ():
        text = "\n".join(visible_text(paragraph) for paragraph in one.iter(W + "p")).strip()
        on, heading = places.get(one.get(W + "id") or "", ("", ""))
        yield Comment(one.get(W + "author") or "?", (one.get(W + "date") or "")[:10], text, short(on), heading)


def _commented(document: _Element) -> dict[str, tuple[str, str]]:
    """The words that each comment is on, and the heading above them."""
    places: dict[str, tuple[str, str]] = {}
    open_ones: set[str] = set()
    heading = ""
    for one in document.iter(W + "p", W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference", W + "t"):
        number = one.get(W + "id") or ""
        if one.tag == W + "p":
            style = one.find(f"{W}pPr/{W}pStyle")
            if style is not None and (style.get(W + "val") or "").lower().startswith(("heading", "balk")):
                heading = visible_text(one)
        elif one.tag == W + "t":
            for place in open_ones:
                places[place] = (places[place][0] + (one.text or ""), places[place][1])
        elif one.tag == W + "commentRangeEnd":
            open_ones.discard(number)
        else:
            places.setdefault(number, ("", heading))
            if one.tag == W + "commentRangeStart":
                open_ones.add(number)
    return places


def short(text: str) -> str:
    """Words of the file on one line, as a message quotes them."""
    return quoted(" ".join(text.split()))
