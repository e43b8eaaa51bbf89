"""Whether a translation has the clauses of the authentic text: all of them, no other, and in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from yururluk.checks.clause_ids import settled_ids
from yururluk.checks.documents import drafts_by_name
from yururluk.core.messages import msg
from yururluk.core.model import Text, Translation
from yururluk.core.problems import Problem, Severity
from yururluk.core.releases import Project
from yururluk.core.rules import rule
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
    """The faults of each draft translation, held clause by clause against its authentic text."""
    drafts = drafts_by_name(project)
    problems: list[Problem] = []
    for text in project.drafts:
        authentic = drafts.get((text.document, settings.authentic))
        if text.locale != settings.authentic and authentic is not None:
            problems += _compared(
                _Side(authentic, clauses_of(authentic), settled_ids(project, settings, authentic)),
                _Side(text, clauses_of(text), settled_ids(project, settings, text)),
            )
    return problems


def _compared(authentic: _Side, translation: _Side) -> list[Problem]:
    missing = [id_ for id_ in dict.fromkeys(authentic.ids) if id_ not in translation.ids]
    extra = [id_ for id_ in dict.fromkeys(translation.ids) if id_ not in authentic.ids]
    problems: list[Problem] = []
    for id_ in list(extra):
        twin = _same_number(translation.clause(id_), missing, authentic)
        if twin is not None:
            missing.remove(twin)
            extra.remove(id_)
            problems.append(_misnamed(id_, twin, authentic, translation))
    # A heading without an id is told of as such; which clause it translates shows once it has one.
    problems += [_extra(id_, authentic, translation) for id_ in extra if translation.clause(id_).id]
    if translation.text.front_matter.translation is not Translation.PARTIAL:
        problems += [_missing(id_, authentic, translation) for id_ in missing]
    return problems + _misplaced(authentic, translation) + _misnumbered(authentic, translation)


@rule("clause-missing", Severity.ERROR, msg("A complete translation has every clause."))
def _missing(id_: str, authentic: _Side, translation: _Side) -> Problem:
    """Told on the line where the clause would stand: before the next one that is translated, else at the end."""
    later = authentic.ids[authentic.ids.index(id_) + 1 :]
    following = [translation.clause(other).line for other in later if other in translation.ids]
    line = following[0] if following else len(translation.text.source.splitlines())
    return Problem(
        "clause-missing",
        translation.text.path,
        line,
        msg('clause "{id}" is missing in the translation.', id=id_),
        msg("translate {place}, or set `translation: partial`.", place=authentic.place(id_)),
    )


@rule("clause-extra", Severity.ERROR, msg("A translation has no clause of its own."))
def _extra(id_: str, authentic: _Side, translation: _Side) -> Problem:
    return Problem(
        "clause-extra",
        translation.text.path,
        translation.clause(id_).line,
        msg('clause "{id}" does not exist in the authentic text {path}.', id=id_, path=authentic.text.path),
        msg("give it the id of the clause that it translates, or remove it."),
    )


def _misnamed(id_: str, twin: str, authentic: _Side, translation: _Side) -> Problem:
    return Problem(
        "clause-extra",
        translation.text.path,
        translation.clause(id_).line,
        msg(
            'this clause has the id "{id}", but "{twin}" in the authentic text ({place}).',
            id=id_,
            twin=twin,
            place=authentic.place(twin),
        ),
        msg("write {{#{twin}}}: a clause has one id in all languages.", twin=twin),
    )


def _same_number(clause: Clause, missing: Sequence[str], authentic: _Side) -> str | None:
    """The missing clause that this one seems to translate: the only one of its number and level."""
    found = [
        id_
        for id_ in missing
        if clause.number
        and (authentic.clause(id_).number, authentic.clause(id_).level) == (clause.number, clause.level)
    ]
    return found[0] if len(found) == 1 else None


@rule("clause-order", Severity.ERROR, msg("The clauses of a translation stand in the order of the authentic text."))
def _misplaced(authentic: _Side, translation: _Side) -> list[Problem]:
    """The fewest clauses that would have to move for the translation to follow the authentic text."""
    wished = [id_ for id_ in dict.fromkeys(authentic.ids) if id_ in translation.ids]
    found = [id_ for id_ in dict.fromkeys(translation.ids) if id_ in authentic.ids]
    kept = {
        found[op.src_start + i]
        for op in LCSseq.opcodes(found, wished)
        if op.tag == "equal"
        for i in range(op.src_end - op.src_start)
    }
    problems = []
    for id_ in found:
        if id_ not in kept:
            place = wished.index(id_)
            fix = (
                msg('move it after clause "{id}".', id=wished[place - 1])
                if place
                else msg("move it before every other clause.")
            )
            problems.append(
                Problem(
                    "clause-order",
                    translation.text.path,
                    translation.clause(id_).line,
                    msg(
                        'clause "{id}" does not stand where the authentic text has it ({place}).',
                        id=id_,
                        place=authentic.place(id_),
                    ),
                    fix,
                )
            )
    return problems


@rule("clause-number", Severity.WARNING, msg("A clause has the same number in all languages."), may_allow=True)
def _misnumbered(authentic: _Side, translation: _Side) -> list[Problem]:
    """Clauses that are cited under another number in the translation."""
    problems = []
    for id_ in dict.fromkeys(translation.ids):
        if id_ not in authentic.ids:
            continue
        here, there = translation.clause(id_), authentic.clause(id_)
        if here.number.lower() != there.number.lower():
            number = msg("number {number}", number=here.number) if here.number else msg("no number")
            right = msg("number {number}", number=there.number) if there.number else msg("none")
            problems.append(
                Problem(
                    "clause-number",
                    translation.text.path,
                    here.line,
                    msg(
                        'clause "{id}" has {number} here and {right} in the authentic text ({place}).',
                        id=id_,
                        number=number,
                        right=right,
                        place=authentic.place(id_),
                    ),
                    msg("number it alike, so that a citation leads to the same clause in every language."),
                    Severity.WARNING,
                )
            )
    return problems
