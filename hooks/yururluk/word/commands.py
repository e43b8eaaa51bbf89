"""What the Word commands do: which texts they take, what they write, and what they tell."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from yururluk.known import known_register
from yururluk.model import Text, is_version
from yururluk.problems import Problem, Refused
from yururluk.redlines import DRAFTS, Compared, Wanted, compared_texts, locale_of
from yururluk.releases import read_project
from yururluk.settings import Settings
from yururluk.word.redline_docx import Side, Signed, redline_docx


def write_redline(root: Path, settings: Settings, wanted: Wanted, output: Path | None, today: date | None) -> None:
    """Write the redline of one document as a Word file. Raises `Refused`; nothing is then written."""
    if output is None:
        mend = "name the file to write: -o redline.docx."
        raise Refused([Problem("redline", "", 0, "a Word file cannot be shown in a terminal.", mend)])
    locale = locale_of(settings, wanted)
    compared = compared_texts(root, settings, wanted, locale)
    if len(compared) > 1:
        mend = f"choose one: {', '.join(f'--document {one.name}' for one in compared)}."
        raise Refused([Problem("redline", "", 0, "a Word file holds one document.", mend)])
    project = read_project(root, settings)
    texts = {DRAFTS: project.drafts} | {release.version: release.texts for release in project.releases}
    one = compared[0]
    new = _found(texts, one.new, one.name, locale)
    old = _found(texts, one.old, one.name, locale)
    named = new or old
    made = redline_docx(
        one.redline,
        title=named.front_matter.title if named else one.name,
        document=one.name,
        old=_side(one.old, old, one.old_source),
        new=_side(one.new, new, one.new_source),
        signed=Signed(settings.publisher, today or _published_day(root, settings, one)),
    )
    output.write_bytes(made)


def _found(texts: dict[str, tuple[Text, ...]], label: str, document: str, locale: str) -> Text | None:
    return next((text for text in texts.get(label, ()) if (text.document, text.locale) == (document, locale)), None)


def _side(label: str, text: Text | None, source: str) -> Side:
    digest = text.sha256 if text else hashlib.sha256(source.encode()).hexdigest()
    return Side(Path(label).name, digest)


def _published_day(root: Path, settings: Settings, one: Compared) -> date:
    """The day the new text was published. Raises `Refused` where there is none: a date is never guessed."""
    if is_version(one.new):
        recorded = known_register(root, settings).publication(one.new)
        if recorded:
            return recorded.published.astimezone(settings.timezone).date()
        for release in read_project(root, settings).releases:
            if release.version == one.new and release.published:
                return release.published
    message = f"the changes need a date, and {one.new} has not been published."
    mend = "say which day they shall bear: --today 2026-11-22."
    raise Refused([Problem("redline", "", 0, message, mend)])
