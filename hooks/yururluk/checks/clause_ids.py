"""Whether each clause of the drafts can be linked to for good: it has an id, its own one, and keeps it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from yururluk.checks.documents import drafts_by_name, newest_text
from yururluk.core.messages import msg
from yururluk.core.model import Text
from yururluk.core.problems import Problem, Severity
from yururluk.core.releases import Project
from yururluk.core.rules import rule
from yururluk.core.settings import Settings
from yururluk.text.clauses import Clause, clauses_of
from yururluk.text.markdown import slugify


@rule("clause-id", Severity.ERROR, msg("Every heading has an id, so that links to it last."))
def clause_id_problems(project: Project, settings: Settings) -> list[Problem]:
    """Headings without an id, ids that stand twice, and ids that a published clause has lost."""
    problems: list[Problem] = []
    for text in project.drafts:
        clauses = clauses_of(text)
        ids = settled_ids(project, settings, text)
        for clause, settled in zip(clauses, ids, strict=True):
            if not clause.id:
                message = msg(
                    'the heading "{heading}" has no id: links to it would break when its words change.',
                    heading=clause.heading,
                )
                fix = msg("write the line as: {with_id}", with_id=clause.with_id(settled))
                problems.append(Problem("clause-id", text.path, clause.line, message, fix))
        problems += _ids_twice(text, clauses)
        problems += _changed_ids(project, text, clauses)
        if text.locale == settings.authentic:  # a translation follows it, and is told of by itself
            problems += _removed(project, text, clauses)
    return problems


def settled_ids(project: Project, settings: Settings, text: Text) -> tuple[str, ...]:
    """The id of each clause; for one that has none, or has lost the one it was published with, the id it should have.

    For one that has none that is the id that it had in the newest release; else the one that the same clause has in
    the authentic text (or, for the authentic text, in a translation); else one made from its words.
    """
    clauses = clauses_of(text)
    released = _ids_by_words(_released(project, text))
    former = _former_ids(project, text, clauses)
    others: list[tuple[Sequence[Clause], Sequence[str]]] = []
    for (document, locale), other in drafts_by_name(project).items():
        if document != text.document or locale == text.locale:
            continue
        if locale == settings.authentic:
            others = [(clauses_of(other), settled_ids(project, settings, other))]
            break
        if text.locale == settings.authentic:
            others.append((clauses_of(other), [clause.id for clause in clauses_of(other)]))
    taken = {clause.id for clause in clauses if clause.id}
    found: list[str] = []
    last: dict[str, int] = {}
    for place, clause in enumerate(clauses):
        if clause.id:
            found.append(former.get(clause.id, clause.id))
            continue
        wished = [released.get(_words(clause), ""), *(_id_of_twin(clauses, place, *other) for other in others)]
        made = slugify(clause.title) or slugify(clause.heading) or "clause"
        free = next((id_ for id_ in [*wished, made] if id_ and id_ not in taken), None) or _numbered(made, taken, last)
        taken.add(free)
        found.append(free)
    return tuple(found)


def _numbered(wished: str, taken: set[str], last: dict[str, int]) -> str:
    """The first free id of the form `wished-2`. `last` remembers where the search for each one ended."""
    number = last.get(wished, 2)
    while f"{wished}-{number}" in taken:
        number += 1
    last[wished] = number
    return f"{wished}-{number}"


def _id_of_twin(clauses: Sequence[Clause], place: int, others: Sequence[Clause], ids: Sequence[str]) -> str:
    """The id of the same clause in another language: that of the same level and number; unnumbered, at its place."""
    clause = clauses[place]
    if clause.number:
        same = [
            id_
            for other, id_ in zip(others, ids, strict=True)
            if (other.number, other.level) == (clause.number, clause.level)
        ]
        return same[0] if len(same) == 1 else ""
    if len(others) == len(clauses) and (others[place].level, others[place].number) == (clause.level, ""):
        return ids[place]
    return ""


def _released(project: Project, text: Text) -> Sequence[Clause]:
    newest = newest_text(project, text.document, text.locale)
    return clauses_of(newest[1]) if newest else ()


def _words(clause: Clause) -> str:
    """A heading's words as one compares them: a change of number, case or spaces does not make another clause."""
    return " ".join(clause.title.replace("İ", "i").replace("I", "ı").casefold().split())


def _ids_by_words(clauses: Sequence[Clause]) -> Mapping[str, str]:
    """The id of each heading, by its words, where no two headings have the same ones."""
    words = Counter(_words(clause) for clause in clauses if clause.level)
    return {
        _words(clause): clause.id for clause in clauses if clause.level and clause.id and words[_words(clause)] == 1
    }


@rule("clause-id-twice", Severity.ERROR, msg("An id stands once in a text."))
def _ids_twice(text: Text, clauses: Sequence[Clause]) -> list[Problem]:
    first: dict[str, Clause] = {}
    problems = []
    for clause in clauses:
        if not clause.id:
            continue
        earlier = first.setdefault(clause.id, clause)
        if earlier is not clause:
            message = msg(
                'the id "{id}" stands already on line {line}: a link to it would be ambiguous.',
                id=clause.id,
                line=earlier.line,
            )
            fix = msg("give one of the two another id; let the clause that was published first keep its own.")
            problems.append(Problem("clause-id-twice", text.path, clause.line, message, fix))
    return problems


def _former_ids(project: Project, text: Text, clauses: Sequence[Clause]) -> Mapping[str, str]:
    """The id that a clause had in the newest release, by the one it has now, where its heading is still the same.

    A clause that was removed, or whose id stands elsewhere now, is not among them.
    """
    before = _released(project, text)
    now = {clause.id for clause in clauses}
    known = {clause.id for clause in before}
    ids = _ids_by_words(before)
    return {
        id_: ids[words]
        for words, id_ in _ids_by_words(clauses).items()
        if words in ids and ids[words] not in now and id_ not in known
    }


@rule("clause-id-changed", Severity.ERROR, msg("A published clause keeps its id."))
def _changed_ids(project: Project, text: Text, clauses: Sequence[Clause]) -> list[Problem]:
    newest = newest_text(project, text.document, text.locale)
    former = _former_ids(project, text, clauses)
    problems = []
    for clause in clauses:
        if newest is not None and clause.id in former:
            was = former[clause.id]
            message = msg(
                'this clause has the id "{was}" in release {version}, but "{id}" here.',
                was=was,
                version=newest[0].version,
                id=clause.id,
            )
            fix = msg("write {{#{was}}} again, so that links to the clause go on working.", was=was)
            problems.append(Problem("clause-id-changed", text.path, clause.line, message, fix))
    return problems


@rule("clause-removed", Severity.NOTICE, msg("A clause of the newest release is still in the draft."), may_allow=True)
def _removed(project: Project, text: Text, clauses: Sequence[Clause]) -> list[Problem]:
    """Clauses of the newest release whose ids are here no longer, and stand under no other name."""
    newest = newest_text(project, text.document, text.locale)
    if newest is None:
        return []
    renamed = set(_former_ids(project, text, clauses).values())
    here = {clause.id for clause in clauses} | set(_words_without_id(clauses))
    problems = []
    for clause in _released(project, text):
        if clause.id and clause.id not in here and clause.id not in renamed and _words(clause) not in here:
            message = msg(
                'clause "{id}" of release {version} is not here any more: links to it would lead to the top.',
                id=clause.id,
                version=newest[0].version,
            )
            fix = msg(
                "if it is meant, say so in the summary; if the clause only has a new id, write {{#{id}}} again.",
                id=clause.id,
            )
            problems.append(Problem("clause-removed", text.path, 0, message, fix, Severity.NOTICE))
    return problems


def _words_without_id(clauses: Sequence[Clause]) -> list[str]:
    """The words of the headings that have no id: they are told of as such."""
    return [_words(clause) for clause in clauses if not clause.id]
