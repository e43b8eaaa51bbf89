"""Whether a translated clause says the same as the authentic one and is not older; the record of what it follows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path

from yururluk.checks.documents import drafts_by_name, newest_text
from yururluk.checks.figures import differing, figure_told, figures_of
from yururluk.checks.reading import Reading, reading_of
from yururluk.checks.structure import links_of
from yururluk.core.messages import Message, listed, msg, together
from yururluk.core.model import Text
from yururluk.core.problems import Problem, Refused, Severity, in_order, refuse_if_any
from yururluk.core.releases import Project, read_project
from yururluk.core.rules import rule
from yururluk.core.settings import Settings

_DIGITS = 12
#: A term defined in brackets: (“Site”), (the “Board”), ("Kullanıcı(lar)").
_DEFINITION = re.compile(r"\([^()\n]{0,120}[\"“„«](?P<term>[^\"“”„«»\n]{1,80})[\"”»][^()\n]{0,60}\)")
_ADDRESS = re.compile(r"https?://[^\s<>\"”’)\]]+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}|\bwww\.[^\s<>\"”’)\],;]+")
_LANGUAGE = re.compile(r"(?<=/)(?:tr|en)(?=/|$)")


def clause_digests(text: Text) -> dict[str, str]:
    """The state of each clause: twelve hexadecimal digits of the SHA-256 of its own words, heading included."""
    reading = reading_of(text)
    found: dict[str, str] = {}
    for id_, start, end in reading.own_parts:
        if id_:
            words = " ".join(reading.plain[start:end].split())
            found[id_] = hashlib.sha256(words.encode()).hexdigest()[:_DIGITS]
    return found


def faithful_problems(project: Project, settings: Settings) -> list[Problem]:
    """Where a draft translation is older than its authentic text, or holds other figures, links or definitions."""
    drafts = drafts_by_name(project)
    problems: list[Problem] = []
    for text in project.drafts:
        authentic = drafts.get((text.document, settings.authentic))
        if text.locale == settings.authentic or authentic is None:
            continue
        problems += _stale(text, authentic, project, settings)
        problems += _differing(text, authentic)
    return problems


@rule(
    "translation-stale",
    Severity.WARNING,
    msg("A translated clause is not older than the clause that it translates."),
    may_allow=True,
)
def _stale(text: Text, authentic: Text, project: Project, settings: Settings) -> Iterator[Problem]:
    kept = dict(text.front_matter.translates)
    now, here = clause_digests(authentic), clause_digests(text)
    lines = {clause.id: clause.line for clause in reading_of(text).clauses}
    theirs = {clause.id: clause.line for clause in reading_of(authentic).clauses}
    old, old_translation = (
        clause_digests(newest[1]) if newest else {}
        for newest in (
            newest_text(project, text.document, settings.authentic),
            newest_text(project, text.document, text.locale),
        )
    )
    confirm = msg("then run `yururluk translated {path}`.", path=text.path)
    for id_, digest in now.items():
        if id_ not in here:
            continue
        place = f"{authentic.path}:{theirs[id_]}"
        fix = together(msg("translate what changed at {place};", place=place), confirm)
        if id_ in kept:
            if kept[id_] != digest:
                message = msg('clause "{id}" is older than the authentic text, which changed since.', id=id_)
                yield Problem("translation-stale", text.path, lines[id_], message, fix, Severity.WARNING)
        elif id_ in old and old[id_] != digest and old_translation.get(id_) == here[id_]:
            message = msg(
                'the authentic text of clause "{id}" changed since the last release, the translation did not.', id=id_
            )
            yield Problem("translation-stale", text.path, lines[id_], message, fix, Severity.WARNING)


@rule(
    "translation-figures",
    Severity.ERROR,
    msg("Numbers, periods, dates and amounts are the same in all languages."),
    may_allow=True,
)
@rule("translation-links", Severity.WARNING, msg("A clause has the same links in all languages."), may_allow=True)
@rule("translation-terms", Severity.WARNING, msg("A clause defines as many terms in each language."), may_allow=True)
def _differing(text: Text, authentic: Text) -> Iterator[Problem]:
    ours, theirs = reading_of(text), reading_of(authentic)
    parts = _parts(theirs)
    for id_, (start, end) in _parts(ours).items():
        if id_ not in parts:
            continue
        line = ours.place(start)[0]
        place = f"{authentic.path}:{theirs.place(parts[id_][0])[0]}"
        left, right = _Part(theirs, *parts[id_], ours.locale), _Part(ours, start, end, theirs.locale)
        told = _difference(*differing(left.figures, right.figures, {ours.locale, theirs.locale}))
        if told:
            message = msg("the figures differ from {place}: {difference}.", place=place, difference=told)
            fix = msg("write the same numbers, periods, dates and amounts in both languages.")
            yield Problem("translation-figures", text.path, line, message, fix)
        told = _difference(sorted(left.links - right.links), sorted(right.links - left.links))
        if told:
            message = msg("the links differ from {place}: {difference}.", place=place, difference=told)
            fix = msg(
                "link to the same places; accept it in the front matter where the languages have pages of their own."
            )
            yield Problem("translation-links", text.path, line, message, fix, Severity.WARNING)
        if len(left.terms) != len(right.terms):
            message = msg(
                "other terms are defined here ({here}) than in {place} ({there}).",
                here=_named(right.terms),
                place=place,
                there=_named(left.terms),
            )
            fix = msg("define each term in both languages, in the form (“Term”), or in neither.")
            yield Problem("translation-terms", text.path, line, message, fix, Severity.WARNING)


def _parts(reading: Reading) -> dict[str, tuple[int, int]]:
    """Where each clause has its own words; under the empty id, what stands before the first one."""
    (_, start, end), *clauses = reading.own_parts
    return {"": (start, end)} | {id_: (first, last) for id_, first, last in clauses if id_}


def _named(terms: Sequence[str]) -> str:
    return listed([f"“{term}”" for term in terms]) if terms else msg("none")


class _Part:
    """What a clause holds that must be the same in every language."""

    def __init__(self, reading: Reading, start: int, end: int, beside: str) -> None:
        below = reading.body.find("\n", start, end)
        start = below if reading.body.startswith("#", start) and below >= 0 else start
        self.figures: Set[str] = figures_of(reading.low[start:end], reading.locale, beside=beside)
        source = reading.body[start:end]
        self.links: Set[str] = frozenset(filter(None, map(_normal, _addresses(source))))
        self.terms = tuple(found["term"] for found in _DEFINITION.finditer(reading.plain[start:end]))


_SIGNS_OF_A_LINK = ("](", "]:", "<a", "<A", "http", "www.", "@")


def _addresses(source: str) -> Iterator[str]:
    if not any(sign in source for sign in _SIGNS_OF_A_LINK):
        return
    for _, target in links_of(source):
        yield target
    for found in _ADDRESS.finditer(source):
        yield found[0]


def _normal(target: str) -> str:
    """An address without what differs between languages and ways of writing it."""
    bare = target.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").removeprefix("www.")
    bare = _LANGUAGE.sub("", bare).replace("//", "/").rstrip("/.,;:")
    while bare.startswith("../"):
        bare = bare[3:]
    return bare.lower()


def _difference(missing: Sequence[str], extra: Sequence[str]) -> Message | None:
    parts = [
        msg("missing here: {missing}", missing=listed([*map(figure_told, missing)])) if missing else "",
        msg("only here: {extra}", extra=listed([*map(figure_told, extra)])) if extra else "",
    ]
    told = [part for part in parts if part]
    if not told:
        return None
    return (
        Message("{first}; {second}", {"first": told[0], "second": told[1]})
        if len(told) > 1
        else Message("{only}", {"only": told[0]})
    )


_KEPT = re.compile(r"^translates:.*\n(?:[ \t]+.*\n|[ \t]*\n(?=[ \t]))*", re.MULTILINE)
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)


def record(root: Path, settings: Settings, paths: Sequence[str]) -> list[str]:
    """Write the digests into these translations. Returns the paths of those that changed.

    Raises `Refused`, and writes nothing, where one is no draft translation that can be read.
    """
    project = read_project(root, settings)
    refuse_if_any(in_order(problem for problem in project.problems if problem.path in paths))
    drafts = drafts_by_name(project)
    by_path = {text.path: text for text in project.drafts}
    problems: list[Problem] = []
    written: dict[str, str] = {}
    for path in paths:
        text = by_path.get(path)
        authentic = drafts.get((text.document, settings.authentic)) if text else None
        if text is None or authentic is None or text is authentic:
            fix = msg("name a translation in docs/, whose authentic text is there too.")
            problems.append(Problem("translation", path, 0, msg("this is no draft of a translation."), fix))
            continue
        here = clause_digests(text)
        digests = {id_: digest for id_, digest in clause_digests(authentic).items() if id_ in here}
        new = with_digests(text.source, digests)
        if new != text.source:
            written[path] = new
    if problems:
        raise Refused(problems)
    for path, source in written.items():
        old = (root / path).read_bytes()
        mark = b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b""
        ends = source.replace("\n", "\r\n") if b"\r\n" in old else source
        (root / path).write_bytes(mark + ends.encode())
    return list(written)


def with_digests(source: str, digests: Mapping[str, str]) -> str:
    """A text's source with these digests in its front matter, in the place of those that it has."""
    end = _END.search(source, 4)
    if end is None:
        return source
    head, rest = source[: end.start()], source[end.start() :]
    block = "".join(f'  {id_}: "{digest}"\n' for id_, digest in digests.items())
    block = f"translates:\n{block}" if digests else ""
    if _KEPT.search(head):
        return _KEPT.sub(lambda _: block, head, count=1) + rest
    return head + block + rest
