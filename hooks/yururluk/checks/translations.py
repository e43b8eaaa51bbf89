"""Whether a translation has the clauses of the authentic text, says the same, and is not older than it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import LCSseq

from yururluk.checks.documents import drafts_by_name, newest_text, settled_ids
from yururluk.checks.figures import differing, figure_text, figures_of
from yururluk.checks.reading import Reading, reading_of
from yururluk.checks.structure import links_of
from yururluk.core.messages import Message, Problem, Severity, fault, listed, msg, rule, together
from yururluk.core.model import Text, Translation
from yururluk.core.releases import Project
from yururluk.core.settings import Settings
from yururluk.text.clauses import Clause, clauses_of


@dataclass(frozen=True)
class _Side:
    """A text and its clauses, each under the id it has or should be given."""

    text: Text
    clauses: tuple[Clause, ...]
    ids: tuple[str, ...]

    def clause(self, id_: str) -> Clause:
        return self.clauses[self.ids.index(id_)]

    def place(self, id_: str) -> str:
        return f"{self.text.path}:{self.clause(id_).line}"


def translation_problems(project: Project, settings: Settings) -> list[Problem]:
    """The faults of each draft translation, compared clause by clause with its authentic text."""
    drafts = drafts_by_name(project)
    problems: list[Problem] = []
    for text in project.drafts:
        authentic = drafts.get((text.document, settings.authentic))
        if authentic is None or authentic is text:
            continue
        original, translation = (
            _Side(one, clauses_of(one), settled_ids(project, settings, one)) for one in (authentic, text)
        )
        problems += _clause_problems(original, translation)
        problems += _misplaced(original, translation)
        problems += _misnumbered(original, translation)
        problems += _stale(text, authentic, project)
        problems += _differing(text, authentic)
    return problems


@rule("clause-missing", Severity.ERROR, msg("A complete translation has every clause."))
@rule("clause-extra", Severity.ERROR, msg("A translation has no clause of its own."))
def _clause_problems(authentic: _Side, translation: _Side) -> Iterator[Problem]:
    missing = [id_ for id_ in dict.fromkeys(authentic.ids) if id_ not in translation.ids]
    path = translation.text.path
    for id_ in [id_ for id_ in dict.fromkeys(translation.ids) if id_ not in authentic.ids]:
        clause = translation.clause(id_)
        twin = _same_number(clause, missing, authentic)
        if twin is not None:
            missing.remove(twin)
            message = msg(
                'this clause has the id "{id}", but "{twin}" in the authentic text ({place}).',
                id=id_,
                twin=twin,
                place=authentic.place(twin),
            )
            fix = msg("write {{#{twin}}}: a clause has one id in all languages.", twin=twin)
            yield fault("clause-extra", path, clause.line, message, fix)
        elif clause.id:  # which clause a heading without an id translates shows once it has one
            message = msg(
                'clause "{id}" does not exist in the authentic text {path}.', id=id_, path=authentic.text.path
            )
            fix = msg("give it the id of the clause that it translates, or remove it.")
            yield fault("clause-extra", path, clause.line, message, fix)
    if translation.text.front_matter.translation is Translation.PARTIAL:
        return
    for id_ in missing:
        # The line is that of the next clause that is translated, else the end.
        later = authentic.ids[authentic.ids.index(id_) + 1 :]
        following = [translation.clause(other).line for other in later if other in translation.ids]
        line = following[0] if following else len(translation.text.source.splitlines())
        message = msg('clause "{id}" is missing in the translation.', id=id_)
        fix = msg("translate {place}, or set `translation: partial`.", place=authentic.place(id_))
        yield fault("clause-missing", path, line, message, fix)


def _same_number(clause: Clause, missing: Sequence[str], authentic: _Side) -> str | None:
    """The missing clause that this one seems to translate: the only one of its number and level."""
    others = {id_: authentic.clause(id_) for id_ in missing if clause.number}
    found = [id_ for id_, one in others.items() if (one.number, one.level) == (clause.number, clause.level)]
    return found[0] if len(found) == 1 else None


@rule("clause-order", Severity.ERROR, msg("The clauses of a translation are in the order of the authentic text."))
def _misplaced(authentic: _Side, translation: _Side) -> Iterator[Problem]:
    """The fewest clauses that would have to move for the translation to follow the authentic text."""
    right = [id_ for id_ in dict.fromkeys(authentic.ids) if id_ in translation.ids]
    found = [id_ for id_ in dict.fromkeys(translation.ids) if id_ in authentic.ids]
    kept: set[str] = set()
    for op in LCSseq.opcodes(found, right):
        kept.update(found[op.src_start : op.src_end] if op.tag == "equal" else ())
    for id_ in found:
        if id_ in kept:
            continue
        message = msg(
            'clause "{id}" is not where the authentic text has it ({place}).', id=id_, place=authentic.place(id_)
        )
        place = right.index(id_)
        after = msg('move it after clause "{id}".', id=right[place - 1])
        fix = after if place else msg("move it before every other clause.")
        yield fault("clause-order", translation.text.path, translation.clause(id_).line, message, fix)


@rule("clause-number", Severity.WARNING, msg("A clause has the same number in all languages."), may_allow=True)
def _misnumbered(authentic: _Side, translation: _Side) -> Iterator[Problem]:
    """Clauses that are cited under another number in the translation."""
    for id_ in dict.fromkeys(translation.ids):
        if id_ not in authentic.ids:
            continue
        here, there = translation.clause(id_), authentic.clause(id_)
        if here.number.lower() == there.number.lower():
            continue
        message = msg(
            'clause "{id}" has {number} here and {right} in the authentic text ({place}).',
            id=id_,
            number=msg("number {number}", number=here.number) if here.number else msg("no number"),
            right=msg("number {number}", number=there.number) if there.number else msg("none"),
            place=authentic.place(id_),
        )
        fix = msg("number it alike, so that a citation leads to the same clause in every language.")
        yield fault("clause-number", translation.text.path, here.line, message, fix)


# Clauses that are older than the authentic ones

_DIGITS = 12
_WORDS = re.compile(r"[^\W_]+|[%‰$€£₺§<>=±]")


def clause_sources(text: Text) -> dict[str, str]:
    """The Markdown of each clause without its sub-clauses, heading included."""
    reading = reading_of(text)
    return {id_: reading.body[start:end] for id_, start, end in reading.own_parts if id_}


def clause_digests(text: Text) -> dict[str, str]:
    """The state of each clause: twelve hexadecimal digits of the SHA-256 of its own words, heading included.

    The number of the clause and punctuation do not count: a translation follows them without being translated again.
    """
    reading = reading_of(text)
    numbers = {clause.id: clause.number for clause in reading.clauses}
    found: dict[str, str] = {}
    for id_, start, end in reading.own_parts:
        if id_:
            heading, _, rest = reading.plain[start:end].partition("\n")
            words = _WORDS.findall(heading.replace(numbers[id_], "", 1) + " " + rest)
            found[id_] = hashlib.sha256(" ".join(words).encode()).hexdigest()[:_DIGITS]
    return found


def stale_clauses(text: Text, authentic: Text, project: Project) -> dict[str, str]:
    """The clauses of a translation that are older than the authentic text, each with the digest of the state of the
    authentic clause that it follows."""
    recorded = dict(text.front_matter.translates)
    here = clause_digests(text)
    newest = [newest_text(project, one.document, one.locale) for one in (authentic, text)]
    old, old_translation = (clause_digests(found[1]) if found else {} for found in newest)
    found = {}
    for id_, digest in clause_digests(authentic).items():
        followed = recorded.get(id_) or (old.get(id_) if old_translation.get(id_) == here.get(id_) else None)
        if id_ in here and followed not in (None, digest):
            found[id_] = str(followed)
    return found


@rule(
    "translation-stale",
    Severity.WARNING,
    msg("A translated clause is not older than the clause that it translates."),
    may_allow=True,
)
def _stale(text: Text, authentic: Text, project: Project) -> Iterator[Problem]:
    recorded = dict(text.front_matter.translates)
    lines, theirs = ({clause.id: clause.line for clause in reading_of(one).clauses} for one in (text, authentic))
    for id_ in stale_clauses(text, authentic, project):
        if id_ in recorded:
            message = msg('clause "{id}" is older than the authentic text, which changed since.', id=id_)
        else:
            message = msg(
                'the authentic text of clause "{id}" changed since the last release, the translation did not.', id=id_
            )
        fix = together(
            msg("translate what changed at {place};", place=f"{authentic.path}:{theirs[id_]}"),
            msg("then run `yururluk check --fix {path}`.", path=text.path),
        )
        yield fault("translation-stale", text.path, lines[id_], message, fix)


_RECORD = re.compile(r"^translates:.*\n(?:[ \t]+.*\n|[ \t]*\n(?=[ \t]))*", re.MULTILINE)
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)


def with_record(text: Text, authentic: Text, before: Text | None) -> str:
    """A translation's source with the record that it follows the authentic text.

    With `before`, an earlier state of the translation, only the clauses that changed since then are recorded; where
    nothing is recorded, nothing is.
    """
    here, recorded = clause_digests(text), dict(text.front_matter.translates)
    digests = {id_: digest for id_, digest in clause_digests(authentic).items() if id_ in here}
    if before is not None:
        if not recorded:
            return text.source
        old = clause_digests(before)
        digests = {
            id_: digests[id_] if old.get(id_) != here[id_] else recorded.get(id_, digests[id_]) for id_ in digests
        }
    return with_digests(text.source, digests)


def write_source(file: Path, source: str) -> None:
    """Write a text in the place of what the file holds, with the line ends and the byte order mark that it has."""
    old = file.read_bytes()
    mark = b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b""
    ends = source.replace("\n", "\r\n") if b"\r\n" in old else source
    file.write_bytes(mark + ends.encode())


def with_digests(source: str, digests: Mapping[str, str]) -> str:
    """A text's source with these digests in its front matter, in the place of those that it has."""
    end = _END.search(source, 4)
    if end is None:
        return source
    head, rest = source[: end.start()], source[end.start() :]
    block = "".join(f'  {id_}: "{digest}"\n' for id_, digest in digests.items())
    block = f"translates:\n{block}" if digests else ""
    if _RECORD.search(head):
        return _RECORD.sub(lambda _: block, head, count=1) + rest
    return head + block + rest


# Figures, links and terms, which are the same in every language

#: A term defined in brackets: (“Site”), (the “Board”), ("Kullanıcı(lar)").
_DEFINITION = re.compile(r"\([^()\n]{0,120}[\"“„«](?P<term>[^\"“”„«»\n]{1,80})[\"”»][^()\n]{0,60}\)")
_ADDRESS = re.compile(r"https?://[^\s<>\"”’)\]]+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}|\bwww\.[^\s<>\"”’)\],;]+")
_LANGUAGE = re.compile(r"(?<=/)(?:tr|en)(?=/|$)")


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
        if difference := _difference(*differing(left.figures, right.figures, {ours.locale, theirs.locale})):
            message = msg("the figures differ from {place}: {difference}.", place=place, difference=difference)
            fix = msg("write the same numbers, periods, dates and amounts in both languages.")
            yield fault("translation-figures", text.path, line, message, fix)
        if difference := _difference(sorted(left.links - right.links), sorted(right.links - left.links)):
            message = msg("the links differ from {place}: {difference}.", place=place, difference=difference)
            fix = msg(
                "link to the same places; accept it in the front matter where the languages have pages of their own."
            )
            yield fault("translation-links", text.path, line, message, fix)
        if len(left.terms) != len(right.terms):
            message = msg(
                "other terms are defined here ({here}) than in {place} ({there}).",
                here=_named(right.terms),
                place=place,
                there=_named(left.terms),
            )
            fix = msg("define each term in both languages, in the form (“Term”), or in neither.")
            yield fault("translation-terms", text.path, line, message, fix)


def _parts(reading: Reading) -> dict[str, tuple[int, int]]:
    """Where each clause has its own words; under the empty id, what comes before the first one."""
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
        addresses = [target for _, target in links_of(source)] + _ADDRESS.findall(source)
        self.links: Set[str] = frozenset(filter(None, map(_normal, addresses)))
        self.terms = tuple(found["term"] for found in _DEFINITION.finditer(reading.plain[start:end]))


def _normal(target: str) -> str:
    """An address without what differs between languages and ways of writing it."""
    bare = target.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").removeprefix("www.")
    bare = _LANGUAGE.sub("", bare).replace("//", "/").rstrip("/.,;:")
    while bare.startswith("../"):
        bare = bare[3:]
    return bare.lower()


def _difference(missing: Sequence[str], extra: Sequence[str]) -> Message | None:
    parts = [
        msg("missing here: {missing}", missing=listed([*map(figure_text, missing)])) if missing else "",
        msg("only here: {extra}", extra=listed([*map(figure_text, extra)])) if extra else "",
    ]
    parts = [part for part in parts if part]
    return listed(parts, "; ") if parts else None
