"""The drafts as the rules look at them: by document and language, beside the newest release that holds them."""

from __future__ import annotations

from collections.abc import Mapping

from yururluk.core.model import Release, Text
from yururluk.core.releases import Project


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
