"""Whether every document has its languages, and each clause an id of its own that it keeps."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, count

from yururluk.checks.reading import front_matter_line
from yururluk.core.messages import Problem, Severity, fault, msg, rule
from yururluk.core.model import Release, Text
from yururluk.core.releases import Project
from yururluk.core.settings import Settings
from yururluk.text.clauses import Clause, clauses_of
from yururluk.text.markdown import slugify


def drafts_by_name(project: Project) -> Mapping[tuple[str, str], Text]:
    """The drafts that could be read, by document and locale."""
    return {(text.document, text.locale): text for text in project.drafts}


def draft_documents(project: Project) -> list[str]:
    """The documents that have a draft in any language, sorted, each once."""
    return sorted({text.document for text in project.drafts})


def draft_path(document: str, locale: str) -> str:
    """Where the draft of a document lies, or would lie."""
    return f"docs/{locale}/{document}.md"


def is_unreadable(project: Project, path: str) -> bool:
    """Whether the file is there but could not be read: only its own problem is reported."""
    return any(problem.path == path for problem in project.problems)


def newest_text(project: Project, document: str, locale: str) -> tuple[Release, Text] | None:
    """The text in the release of the highest version that holds the document, where it has it in that language."""
    for release in reversed(project.releases):
        if document in release.documents:
            text = release.by_name.get((document, locale))
            return (release, text) if text else None
    return None


def document_problems(project: Project, settings: Settings) -> list[Problem]:
    """The faults of the drafts as whole files."""
    drafts = drafts_by_name(project)
    problems: list[Problem] = []
    for document in draft_documents(project):
        authentic = drafts.get((document, settings.authentic))
        translations = [drafts[document, locale] for locale in settings.locales[1:] if (document, locale) in drafts]
        path = draft_path(document, settings.authentic)
        if authentic is not None:
            problems += _missing_translations(project, settings, authentic)
            problems += front_matter_problems(authentic, None, settings)
        elif not is_unreadable(project, path):
            problems += [_without_authentic_text(text, path, settings) for text in translations]
        for text in translations:
            problems += front_matter_problems(text, authentic, settings)
    return [*problems, *_dropped_documents(project, settings)]


_BIGGEST_ASSET = 2_000_000  # bytes


@rule("page", Severity.ERROR, msg("A page of the site is there in every language, and at an address of its own."))
def page_problems(project: Project, settings: Settings) -> list[Problem]:
    """The faults of the plain pages as whole files."""
    released = {document for release in project.releases for document in release.documents}
    problems: list[Problem] = []
    for page in project.pages:
        taken = {text.path for text in project.drafts if text.document == page.document}
        if taken or page.document in released:
            message = msg('"{name}" is the address of a legal text.', name=page.document)
            problems.append(fault("page", page.path, 0, message, msg("give the page another name.")))
        own = {other.locale for other in project.pages if other.document == page.document}
        for locale in settings.locales if page.locale == min(own, key=settings.locales.index) else ():
            path = draft_path(page.document, locale)
            if locale not in own and path not in taken and not is_unreadable(project, path):
                language = settings.language(locale)
                message = msg("{path} is not there in the language {language}.", path=page.path, language=language)
                problems.append(fault("page", path, 0, message, msg("write {path}.", path=path)))
    return problems


@rule("authentic-text", Severity.ERROR, msg("Every document has its text in the language that prevails."))
def _without_authentic_text(text: Text, path: str, settings: Settings) -> Problem:
    language = settings.language(settings.authentic)
    message = msg(
        "this translation is alone: there is no authentic text ({language}) of the document.", language=language
    )
    return fault("authentic-text", text.path, 0, message, msg("write {path}, or delete this file.", path=path))


@rule("missing-translation", Severity.ERROR, msg("A document that had a translation keeps it."))
def _missing_translations(project: Project, settings: Settings, authentic: Text) -> Iterator[Problem]:
    """A translation that was published before must not get lost; one that never was may come later."""
    for locale in settings.locales[1:]:
        path = draft_path(authentic.document, locale)
        if (authentic.document, locale) in drafts_by_name(project) or is_unreadable(project, path):
            continue
        language = settings.language(locale)
        before = newest_text(project, authentic.document, locale)
        if before is None:
            message = msg(
                "{path} has no translation ({language}); a notice will take its place.",
                path=authentic.path,
                language=language,
            )
            fix = msg("translate {path} as {path2}.", path=authentic.path, path2=path)
            yield Problem("missing-translation", path, 0, message, fix, Severity.WARNING)
        else:
            release, text = before
            message = msg(
                "the translation ({language}) is missing, though release {version} has one.",
                language=language,
                version=release.version,
            )
            fix = msg("copy {path} to {path2} and translate what has changed since.", path=text.path, path2=path)
            yield fault("missing-translation", path, 0, message, fix)


@rule("translation", Severity.ERROR, msg("A translation states whether it is complete; the authentic text does not."))
@rule("type", Severity.ERROR, msg("A document is of one type in all languages."))
def front_matter_problems(text: Text, authentic: Text | None, settings: Settings) -> list[Problem]:
    """Where the front matter does not fit the text's language or its authentic text."""
    problems: list[Problem] = []
    translation = text.front_matter.translation
    line = front_matter_line(text, "translation")
    if text.locale == settings.authentic:
        if translation is not None:
            language = settings.language(text.locale)
            message = msg(
                'this is the authentic text ({language}), yet it says "translation: {translation}".',
                language=language,
                translation=translation,
            )
            problems.append(fault("translation", text.path, line, message, msg("remove the line.")))
    elif translation is None:
        message = msg('the front matter lacks "translation", which every translation must state.')
        fix = msg("add a line: translation: complete, or translation: partial where clauses are left out.")
        problems.append(fault("translation", text.path, line, message, fix))
    if authentic is not None and text.front_matter.type != authentic.front_matter.type:
        place = f"{authentic.path}:{front_matter_line(authentic, 'type')}"
        message = msg(
            'the type is "{type}" here, but "{type2}" in the authentic text.',
            type=text.front_matter.type,
            type2=authentic.front_matter.type,
        )
        fix = msg("write type: {type}, or correct {place}.", type=authentic.front_matter.type, place=place)
        problems.append(fault("type", text.path, front_matter_line(text, "type"), message, fix))
    return problems


@rule("dropped-document", Severity.WARNING, msg("A document that was published is still among the drafts."))
def _dropped_documents(project: Project, settings: Settings) -> Iterator[Problem]:
    """A document that the newest release has and the drafts have not: meant or not, it would end."""
    if not project.releases or not project.drafts:
        return
    newest = project.releases[-1]
    for document in sorted(set(newest.documents) - set(draft_documents(project))):
        path = draft_path(document, settings.authentic)
        if not is_unreadable(project, path):
            message = msg(
                "release {version} has this document, the drafts have it no longer: "
                "with the next release it would cease to be in force.",
                version=newest.version,
            )
            fix = msg(
                "if that is not meant, copy releases/{version}/{authentic}/{document}.md back here.",
                version=newest.version,
                authentic=settings.authentic,
                document=document,
            )
            yield fault("dropped-document", path, 0, message, fix)


@rule("clause-id", Severity.ERROR, msg("Every heading has an id, so that links to it last."))
def clause_id_problems(project: Project, settings: Settings) -> list[Problem]:
    """Headings without an id, ids that are there twice, and ids that a published clause has lost."""
    problems: list[Problem] = []
    for text in project.drafts:
        clauses = clauses_of(text)
        for clause, id_ in zip(clauses, settled_ids(project, settings, text), strict=True):
            if not clause.id:
                message = msg(
                    'the heading "{heading}" has no id: links to it would break when its words change.',
                    heading=clause.heading,
                )
                fix = msg("write the line as: {with_id}", with_id=clause.with_id(id_))
                problems.append(fault("clause-id", text.path, clause.line, message, fix))
        problems += _ids_twice(text, clauses)
        if newest := newest_text(project, text.document, text.locale):
            problems += _lost_ids(text, clauses, *newest, is_authentic=text.locale == settings.authentic)
    return problems


def settled_ids(project: Project, settings: Settings, text: Text) -> tuple[str, ...]:
    """The id of each clause; for one that has none, or has lost the one it was published with, the id it should have.

    For one that has none that is the id that it had in the newest release; else the one that the same clause has in
    the authentic text (or, for the authentic text, in a translation); else one made from its words.
    """
    clauses = clauses_of(text)
    before = _released(project, text)
    released, former = _ids_by_words(before), _former_ids(before, clauses)
    others: list[tuple[Sequence[Clause], Sequence[str]]] = []
    for other in project.drafts:
        if other.document == text.document and other.locale != text.locale:
            if other.locale == settings.authentic:
                others = [(clauses_of(other), settled_ids(project, settings, other))]
                break
            if text.locale == settings.authentic:
                others.append((clauses_of(other), [clause.id for clause in clauses_of(other)]))
    taken = {clause.id for clause in clauses if clause.id}
    numbers: dict[str, Iterator[int]] = {}  # a text of a thousand headings of the same words is searched once
    found: list[str] = []
    for place, clause in enumerate(clauses):
        if clause.id:
            found.append(former.get(clause.id, clause.id))
            continue
        made = slugify(clause.title) or slugify(clause.heading) or "clause"
        candidates = [released.get(_words(clause), ""), *(_id_of_twin(clauses, place, *other) for other in others)]
        numbered = (f"{made}-{number}" for number in numbers.setdefault(made, count(2)))
        free = next(id_ for id_ in chain(candidates, [made], numbered) if id_ and id_ not in taken)
        taken.add(free)
        found.append(free)
    return tuple(found)


def _id_of_twin(clauses: Sequence[Clause], place: int, others: Sequence[Clause], ids: Sequence[str]) -> str:
    """The id of the same clause in another language: that of the same level and number; unnumbered, at its place."""
    clause = clauses[place]
    if clause.number:
        key = clause.number, clause.level
        same = [id_ for other, id_ in zip(others, ids, strict=True) if (other.number, other.level) == key]
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
    return {_words(one): one.id for one in clauses if one.level and one.id and words[_words(one)] == 1}


@rule("clause-id-twice", Severity.ERROR, msg("An id is in a text once."))
def _ids_twice(text: Text, clauses: Sequence[Clause]) -> Iterator[Problem]:
    first: dict[str, Clause] = {}
    for clause in clauses:
        earlier = first.setdefault(clause.id, clause)
        if clause.id and earlier is not clause:
            message = msg(
                'the id "{id}" is already on line {line}: a link to it would be ambiguous.',
                id=clause.id,
                line=earlier.line,
            )
            fix = msg("give one of the two another id; let the clause that was published first keep its own.")
            yield fault("clause-id-twice", text.path, clause.line, message, fix)


def _former_ids(before: Sequence[Clause], clauses: Sequence[Clause]) -> Mapping[str, str]:
    """The id that a clause had in the newest release, by the one it has now, where its heading is still the same.

    A clause that was removed, or whose id is now that of another, is not among them.
    """
    now, known = ({clause.id for clause in some} for some in (clauses, before))
    ids = _ids_by_words(before)
    return {
        id_: ids[words]
        for words, id_ in _ids_by_words(clauses).items()
        if words in ids and ids[words] not in now and id_ not in known
    }


@rule("clause-id-changed", Severity.ERROR, msg("A published clause keeps its id."))
@rule("clause-removed", Severity.NOTICE, msg("A clause of the newest release is still in the draft."), may_allow=True)
def _lost_ids(
    text: Text, clauses: Sequence[Clause], release: Release, newest: Text, *, is_authentic: bool
) -> Iterator[Problem]:
    """Ids of the newest release that clauses have no longer; in the authentic text also clauses that are gone."""
    before = clauses_of(newest)
    former = _former_ids(before, clauses)
    for clause in clauses:
        if clause.id in former:
            message = msg(
                'this clause has the id "{was}" in release {version}, but "{id}" here.',
                was=former[clause.id],
                version=release.version,
                id=clause.id,
            )
            fix = msg("write {{#{was}}} again, so that links to the clause go on working.", was=former[clause.id])
            yield fault("clause-id-changed", text.path, clause.line, message, fix)
    here = {clause.id or _words(clause) for clause in clauses} | set(former.values())
    for clause in before if is_authentic else ():
        if clause.id and clause.id not in here and _words(clause) not in here:
            message = msg(
                'clause "{id}" of release {version} is not here any more: links to it would lead to the top.',
                id=clause.id,
                version=release.version,
            )
            fix = msg(
                "if it is meant, say so in the summary; if the clause only has a new id, write {{#{id}}} again.",
                id=clause.id,
            )
            yield fault("clause-removed", text.path, 0, message, fix)


@rule("asset", Severity.ERROR, msg("A picture or other file of a text is small, and stays the same under its name."))
def asset_problems(project: Project) -> Iterator[Problem]:
    """Files below docs/assets/ to which a draft refers: too big ones, and those of which a release has another."""
    used = frozenset[str]().union(*(text.assets for text in (*project.drafts, *project.pages)))
    frozen = {name: (release, digest) for release in project.releases for name, digest in release.assets.items()}
    for name in sorted(used & project.assets.keys()):
        data, path = project.assets[name], f"docs/assets/{name}"
        if len(data) > _BIGGEST_ASSET:
            message = msg("this file has {size} MB.", size=f"{len(data) / 1_000_000:.1f}")
            fix = msg("make it smaller than {limit} MB: pages are read on telephones.", limit=_BIGGEST_ASSET // 10**6)
            yield Problem("asset", path, 0, message, fix)
        release, digest = frozen.get(name, (None, ""))
        if release is not None and hashlib.sha256(data).hexdigest() != digest:
            message = msg("release {version} was frozen with another file of this name.", version=release.version)
            yield Problem("asset", path, 0, message, msg("give the new file a name of its own, and refer to that."))
