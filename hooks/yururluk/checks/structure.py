"""Whether a text can be cited and read by anyone: its levels, numbers, links, images and tables."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from urllib.parse import unquote, urlsplit

from yururluk.checks.reading import Reading, cells_of, reading_of
from yururluk.checks.references import reference_problems
from yururluk.core.messages import Message, Problem, Severity, fault, msg, rule
from yururluk.core.model import ASSET_PATTERN, Text
from yururluk.text.clauses import Clause, clauses_of
from yururluk.text.markdown import slugify


def structure_problems(
    text: Text, drafts: Mapping[tuple[str, str], Text], assets: Collection[str], *, authentic: bool
) -> list[Problem]:
    """The faults in how a draft is built. `drafts` are all of them, by document and locale; `assets` as in
    `link_problems`.

    The numbers of a translation are compared with those of the authentic text, not against each other.
    """
    reading = reading_of(text)
    return [
        *_levels(text, reading),
        *(_numbers(text, reading) if authentic else ()),
        *reference_problems(text),
        *link_problems(text, drafts, assets),
        *_tables(text, reading),
        *_images(text, reading),
    ]


@rule("heading-level", Severity.WARNING, msg("Headings do not skip a level."), source="WCAG 2.2, 1.3.1", may_allow=True)
def _levels(text: Text, reading: Reading) -> Iterator[Problem]:
    before = 1  # the title above the text
    for clause in reading.clauses:
        if not clause.level:
            continue
        if clause.level > before + 1:
            message = msg(
                "this heading is of level {level}, the one before it of level {before}: a level is skipped.",
                level=clause.level,
                before=before,
            )
            fix = msg("begin the line with {signs}.", signs="#" * (before + 1))
            yield fault("heading-level", text.path, clause.line, message, fix)
        before = clause.level


@rule("number-gap", Severity.WARNING, msg("Clauses are numbered without a gap or a repetition."), may_allow=True)
def _numbers(text: Text, reading: Reading) -> Iterator[Problem]:
    """Numbers of sibling headings follow one another: 3 after 2, 4.2 after 4.1, and 4.1 first under 4.

    Under a new parent they may begin again or go on.
    """
    last: dict[tuple[int, tuple[int, ...]], int] = {}
    latest: dict[tuple[int, int], int] = {}
    open_: list[Clause] = []
    for clause in reading.clauses:
        if not clause.level:
            continue
        while open_ and open_[-1].level >= clause.level:
            open_.pop()
        parent = open_[-1].line if open_ else 0
        open_.append(clause)
        number = _as_numbers(clause)
        if not number:
            continue
        group, kind = (parent, number[:-1]), (clause.level, len(number))
        goes_on = latest.get(kind, 0) + 1 if len(number) == 1 else 1
        expected = last[group] + 1 if group in last else goes_on
        fits = {expected} if group in last else {0, 1, goes_on}
        last[group] = latest[kind] = number[-1]
        if number[-1] not in fits and not _THIRD_PARTY.match(f"{clause.number} {clause.title}"):
            yield _misnumbered(text, clause, ".".join(map(str, (*number[:-1], expected))))


#: An ordinal at the beginning of a heading, which is no number of it: 3. Kişilere aktarım, 2. El ürünler.
_THIRD_PARTY = re.compile(r"3 (?:kişi(?!sel)|taraf(?!lar\b)|şahıs)|2 el\b", re.IGNORECASE)


def _misnumbered(text: Text, clause: Clause, expected: str) -> Problem:
    message = msg("clause {number} follows where {expected} is expected.", number=clause.number, expected=expected)
    fix = msg(
        "number it {expected}, and look at the references to it; where the gap is meant, accept it in the front "
        "matter: check: {{allow: {{number-gap: …}}}}.",
        expected=expected,
    )
    return fault("number-gap", text.path, clause.line, message, fix)


def _as_numbers(clause: Clause) -> tuple[int, ...]:
    parts = clause.number.split(".")
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return ()
    return tuple(map(int, parts))


# Links and pictures

_LINK = re.compile(
    r"(?<!\\)(?P<image>!?)\[(?P<words>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]\(\s*<?(?P<to>[^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)"
)
_HTML_LINK = re.compile(r"<a\b[^<>]*?\bhref\s*=\s*[\"']?(?P<to>[^\"'\s>]*)", re.IGNORECASE)
_DEFINED = re.compile(r"^ {0,3}\[(?P<name>[^\]^\n][^\]\n]*)\]:[ ]*<?(?P<to>[^\s>]+)", re.MULTILINE)
_HTML_IMAGE = re.compile(r"<img\b(?P<attributes>[^<>]*)>", re.IGNORECASE)
_SOURCE = re.compile(r"\bsrc\s*=\s*[\"']?(?P<to>[^\"'\s>]*)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE | re.ASCII)
_ALT = re.compile(r"\balt\s*=\s*(?:\"[^\"]*[^\s\"][^\"]*\"|'[^']*[^\s'][^']*'|[^\s\"'>]+)", re.IGNORECASE)
_HIDDEN = re.compile(r"\balt\s*=\s*(?:\"\"|'')|\brole\s*=\s*[\"']?presentation", re.IGNORECASE)
_ASSETS = "../assets/"
_NEAREST = 3  # texts that a link which leads nowhere may have meant
_COMMENT = re.compile(r"<!--(?:.*?-->|.*\Z)", re.DOTALL)


def _without_comments(body: str) -> str:
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), body)


def links_of(body: str) -> Iterator[tuple[int, str]]:
    """The place of a link in a body, and its target."""
    shown = _without_comments(body)
    for pattern in (_LINK, _HTML_LINK, _DEFINED):
        for found in pattern.finditer(shown):
            if not (pattern is _LINK and found["image"]):
                yield found.start("to"), found["to"]


@rule("dead-link", Severity.ERROR, msg("A link leads to a text and to a clause that exist."), may_allow=True)
def link_problems(text: Text, beside: Mapping[tuple[str, str], Text], assets: Collection[str]) -> Iterator[Problem]:
    """The links and images of a text that lead nowhere on its page. `beside` are the texts that stand with it, by
    document and locale; `assets` the names of the files below assets/ that are there."""
    reading = reading_of(text)
    paths = {other.path: other for other in beside.values()}
    for start, target in links_of(reading.body):
        if "{{" in target:
            target = reading.body[start:].partition("}}")[0] + "}}"
            message = msg('the link "{target}" holds a template variable, which nothing fills in.', target=target)
            found: tuple[Message, Message] | None = message, msg("write the address itself.")
        elif target.startswith(_ASSETS):
            found = _no_asset(target, assets)
        else:
            found = _dead(text, target, paths, beside)
        if found:
            line, column = reading.place(start)
            yield Problem("dead-link", text.path, line, *found, Severity.ERROR, column)
    for start, target in _images_of(reading.body):
        if target.startswith(_ASSETS):
            if wrong := _no_asset(target, assets):
                line, column = reading.place(start)
                yield fault("dead-link", text.path, line, *wrong, column)
        elif target and not target.startswith("/") and not _SCHEME.match(target):
            line, column = reading.place(start)
            message = msg('the image "{target}" is not beside the page of this text.', target=target)
            fix = msg("put it into docs/assets/ and write ../assets/ and its name.")
            yield fault("dead-link", text.path, line, message, fix, column)


def _no_asset(target: str, assets: Collection[str]) -> tuple[Message, Message] | None:
    """What is wrong with an address of a file below assets/; None where it is there."""
    name = target.removeprefix(_ASSETS)
    if not re.fullmatch(ASSET_PATTERN, name, re.ASCII):
        message = msg('the file "{target}" cannot go with a text.', target=target)
        return message, msg("use PNG, JPEG, WebP, GIF or PDF, under a name of small letters, digits and hyphens.")
    if name not in assets:
        message = msg("there is no file docs/assets/{name}.", name=name)
        return message, msg("put it there, or correct the name.")
    return None


def _images_of(body: str) -> Iterator[tuple[int, str]]:
    """The place of an image in a body, and its source."""
    shown = _without_comments(body)
    for found in _LINK.finditer(shown):
        if found["image"]:
            yield found.start("to"), found["to"]
    for found in _HTML_IMAGE.finditer(shown):
        source = _SOURCE.search(found["attributes"])
        if source:
            yield found.start("attributes") + source.start("to"), source["to"]


def _dead(
    text: Text, target: str, paths: Mapping[str, Text], drafts: Mapping[tuple[str, str], Text]
) -> tuple[Message, Message] | None:
    """What is wrong with a link to this site; None for one that leads somewhere, or elsewhere."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return msg('the link "{target}" is no address.', target=target), msg("write it as a browser shows it.")
    if parts.scheme or parts.netloc:
        return None
    fragment = unquote(parts.fragment)
    other: Text | None = text
    if parts.path.startswith("/"):
        # An address of the company's own site; only a document's lasting address is known here.
        other = drafts.get((parts.path.strip("/"), text.locale))
        if other is None:
            return None
    elif parts.path:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(text.path), unquote(parts.path)))
        other = paths.get(path)
        if other is None:
            known = [f"{document}.md" for document, locale in drafts if locale == text.locale]
            names = ", ".join(get_close_matches(posixpath.basename(path), sorted(known), _NEAREST, 0))
            message = msg('the link "{target}" leads to no text of this site.', target=target)
            return message, msg("link to one of {names}, or write the whole address with https://.", names=names)
        plain = f"{other.document}.md" + (f"#{parts.fragment}" if parts.fragment else "")
        if target != plain or other.locale != text.locale:
            message = msg('the link "{target}" is not written so that it leads anywhere on the page.', target=target)
            if other.locale == text.locale:
                return message, msg("write {plain}.", plain=plain)
            return message, msg("for the text in another language write the whole address with https://.")
    if not target:
        return msg("this link leads nowhere."), msg("write its address between the brackets, or remove the link.")
    if fragment and other is not None and fragment not in _ids_of(other):
        message = msg(
            'the link "{target}" leads to a clause that {path} does not have.', target=target, path=other.path
        )
        ids = ", ".join(clause.id for clause in clauses_of(other) if clause.id)
        return message, msg("correct it; the ids there are: {ids}.", ids=ids or "–")
    return None


def _ids_of(text: Text) -> frozenset[str]:
    """What a link can lead to; a heading without an id has a problem of its own."""
    reading = reading_of(text)
    return reading.ids | {slugify(clause.title) for clause in reading.clauses if not clause.id}


@rule(
    "image-alt",
    Severity.ERROR,
    msg("An image has a text for those who do not see it."),
    source="WCAG 2.2, 1.1.1",
    may_allow=True,
)
def _images(text: Text, reading: Reading) -> Iterator[Problem]:
    shown = _without_comments(reading.body)
    bare = [found.start() for found in _LINK.finditer(shown) if found["image"] and not found["words"].strip()]
    bare += [
        found.start()
        for found in _HTML_IMAGE.finditer(shown)
        if not _ALT.search(found["attributes"]) and not _HIDDEN.search(found["attributes"])
    ]
    for start in sorted(bare):
        line, column = reading.place(start)
        message = msg("this image has no text for those who do not see it.")
        fix = msg("write what it shows between the brackets: ![…](…).")
        yield fault("image-alt", text.path, line, message, fix, column)


# Tables

_DELIMITER = re.compile(r"^ {0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*(?:\|[ ]*)?$", re.MULTILINE)
_HTML_TABLE = re.compile(r"<table\b.*?(?:</table>|\Z)", re.IGNORECASE | re.DOTALL)


@rule(
    "table-header",
    Severity.WARNING,
    msg("A table has a header in each column."),
    source="WCAG 2.2, 1.3.1",
    may_allow=True,
)
def _tables(text: Text, reading: Reading) -> Iterator[Problem]:
    shown = _without_comments(reading.body)
    places: list[int] = []
    for found in _DELIMITER.finditer(shown):
        end = found.start() - 1
        head = shown[shown.rfind("\n", 0, max(end, 0)) + 1 : max(end, 0)]
        if "|" in found[0] and "|" in head and not all(cell.strip() for cell in cells_of(head)):
            places.append(max(end - len(head), 0))
    for found in _HTML_TABLE.finditer(shown):
        if not re.search(r"<th\b", found[0], re.IGNORECASE):
            places.append(found.start())
    for start in sorted(places):
        line, column = reading.place(start)
        message = msg("this table has a column without a header.")
        fix = msg("write in the first row what each column holds; a screen reader says it with each cell.")
        yield fault("table-header", text.path, line, message, fix, column)
