"""Whether every document has its authentic text and its translations, and whether they agree about themselves."""

from __future__ import annotations

from collections.abc import Mapping

from yururluk.core.messages import msg
from yururluk.core.model import Release, Text
from yururluk.core.problems import Problem, Severity
from yururluk.core.releases import Project
from yururluk.core.rules import rule
from yururluk.core.settings import Settings


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
    """Whether the file is there but could not be read: its own problem is told, and none that follows from it."""
    return any(problem.path == path for problem in project.problems)


def newest_text(project: Project, document: str, locale: str) -> tuple[Release, Text] | None:
    """The text in the release of the highest version that holds the document, where it has it in that language."""
    for release in reversed(project.releases):
        if document in release.documents:
            text = release.by_name.get((document, locale))
            return (release, text) if text else None
    return None


def front_matter_line(text: Text, key: str) -> int:
    """The line of the file on which a key of the front matter stands; the first line inside it where it is missing."""
    for number, line in enumerate(text.source.split("\n")[: text.body_line - 1], start=1):
        if line.partition(":")[0].strip().strip("\"'") == key:
            return number
    return 2


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
            problems += own_word_problems(authentic, None, settings)
        elif not is_unreadable(project, path):
            problems += [_without_authentic_text(text, path, settings) for text in translations]
        for text in translations:
            problems += own_word_problems(text, authentic, settings)
    return problems + _dropped_documents(project, settings)


@rule("page", Severity.ERROR, msg("A page of the site is there in every language, and at an address of its own."))
def page_problems(project: Project, settings: Settings) -> list[Problem]:
    """The faults of the plain pages as whole files."""
    released = {document for release in project.releases for document in release.documents}
    problems: list[Problem] = []
    for page in project.pages:
        taken = {text.path for text in project.drafts if text.document == page.document}
        if taken or page.document in released:
            message = msg('"{name}" is the address of a legal text.', name=page.document)
            problems.append(Problem("page", page.path, 0, message, msg("give the page another name.")))
        own = {other.locale for other in project.pages if other.document == page.document}
        for locale in settings.locales if page.locale == min(own, key=settings.locales.index) else ():
            path = draft_path(page.document, locale)
            if locale not in own and path not in taken and not is_unreadable(project, path):
                language = settings.language(locale)
                message = msg("{path} is not there in the language {language}.", path=page.path, language=language)
                problems.append(Problem("page", path, 0, message, msg("write {path}.", path=path)))
    return problems


@rule("authentic-text", Severity.ERROR, msg("Every document has its text in the language that prevails."))
def _without_authentic_text(text: Text, path: str, settings: Settings) -> Problem:
    language = settings.language(settings.authentic)
    message = msg(
        "this translation stands alone: there is no authentic text ({language}) of the document.", language=language
    )
    return Problem("authentic-text", text.path, 0, message, msg("write {path}, or delete this file.", path=path))


@rule("missing-translation", Severity.ERROR, msg("A document that had a translation keeps it."))
def _missing_translations(project: Project, settings: Settings, authentic: Text) -> list[Problem]:
    """A translation that was published before must not get lost; one that never was may come later."""
    problems = []
    for locale in settings.locales[1:]:
        path = draft_path(authentic.document, locale)
        if (authentic.document, locale) in drafts_by_name(project) or is_unreadable(project, path):
            continue
        language = settings.language(locale)
        before = newest_text(project, authentic.document, locale)
        if before is None:
            message = msg(
                "{path} has no translation ({language}); a notice will stand in its place.",
                path=authentic.path,
                language=language,
            )
            fix = msg("translate {path} as {path2}.", path=authentic.path, path2=path)
            problems.append(Problem("missing-translation", path, 0, message, fix, Severity.WARNING))
        else:
            release, text = before
            message = msg(
                "the translation ({language}) is missing, though release {version} has one.",
                language=language,
                version=release.version,
            )
            fix = msg("copy {path} to {path2} and translate what has changed since.", path=text.path, path2=path)
            problems.append(Problem("missing-translation", path, 0, message, fix))
    return problems


@rule("translation", Severity.ERROR, msg("A translation states whether it is complete; the authentic text does not."))
@rule("type", Severity.ERROR, msg("A document is of one type in all languages."))
def own_word_problems(text: Text, authentic: Text | None, settings: Settings) -> list[Problem]:
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
            problems.append(Problem("translation", text.path, line, message, msg("remove the line.")))
    elif translation is None:
        message = msg('the front matter lacks "translation", which every translation must state.')
        fix = msg("add a line: translation: complete, or translation: partial where clauses are left out.")
        problems.append(Problem("translation", text.path, line, message, fix))
    if authentic is not None and text.front_matter.type != authentic.front_matter.type:
        place = f"{authentic.path}:{front_matter_line(authentic, 'type')}"
        message = msg(
            'the type is "{type}" here, but "{type2}" in the authentic text.',
            type=text.front_matter.type,
            type2=authentic.front_matter.type,
        )
        fix = msg("write type: {type}, or correct {place}.", type=authentic.front_matter.type, place=place)
        problems.append(Problem("type", text.path, front_matter_line(text, "type"), message, fix))
    return problems


@rule("dropped-document", Severity.WARNING, msg("A document that was published is still among the drafts."))
def _dropped_documents(project: Project, settings: Settings) -> list[Problem]:
    """A document that the newest release has and the drafts have not: meant or not, it would end."""
    if not project.releases or not project.drafts:
        return []
    newest = project.releases[-1]
    problems = []
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
            problems.append(Problem("dropped-document", path, 0, message, fix, Severity.WARNING))
    return problems
