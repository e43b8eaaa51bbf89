"""What the Word commands do: which texts they take, what they write, and what they tell."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from yururluk.core.messages import Message, listed, msg
from yururluk.core.model import Text, is_version
from yururluk.core.problems import Problem, Refused, in_order, refuse_if_any
from yururluk.core.releases import read_project
from yururluk.core.settings import Settings
from yururluk.core.text_file import parse_text
from yururluk.git import GitFailed, Repository, open_repository
from yururluk.publish.published_state import known_register
from yururluk.review.redline_command import DRAFTS, Compared, Wanted, compared_texts, locale_of
from yururluk.word.contents import Contents
from yururluk.word.exporting import Side, Signed, export_docx, properties_of, redline_docx
from yururluk.word.importing import Imported, import_docx
from yururluk.word.package import read_package

# === commands
#: Two texts of one language share a fifth of their words in order; one rewritten throughout keeps more.
_LEAST_KINSHIP: Final = 0.3


def write_redline(root: Path, settings: Settings, wanted: Wanted, output: Path | None, today: date | None) -> None:
    """Write the redline of one document as a Word file. Raises `Refused`; nothing is then written."""
    if output is None:
        fix = msg("name the file to write: -o redline.docx.")
        raise Refused([Problem("redline", "", 0, msg("a Word file cannot be shown in a terminal."), fix)])
    locale = locale_of(settings, wanted)
    compared = compared_texts(root, settings, wanted, locale)
    if len(compared) > 1:
        fix = msg("choose one: {documents}.", documents=", ".join(f"--document {one.name}" for one in compared))
        raise Refused([Problem("redline", "", 0, msg("a Word file holds one document."), fix)])
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
        site=settings.site_url,
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
    message = msg("the changes need a date, and {new} has not been published.", new=one.new)
    fix = msg("say which day they shall bear: --today 2026-11-22.")
    raise Refused([Problem("redline", "", 0, message, fix)])


def write_export(root: Path, settings: Settings, document: str | None, locale: str | None, output: Path) -> Text:
    """Write a draft as a Word file, and return the draft. Raises `Refused`; nothing is then written."""
    text = _draft(root, settings, document, locale or settings.authentic)
    output.write_bytes(export_docx(text, publisher=settings.publisher, site=settings.site_url))
    return text


def _draft(root: Path, settings: Settings, document: str | None, locale: str) -> Text:
    """The draft of a document; where the project has but one, it need not be named."""
    project = read_project(root, settings)
    drafts = [text for text in project.drafts if text.locale == locale]
    found = [text for text in drafts if document in (None, text.document)]
    if len(found) == 1:
        return found[0]
    refuse_if_any(in_order(one for one in project.problems if one.path.startswith(f"docs/{locale}/")))
    known = ", ".join(text.document for text in drafts) or msg("none")
    if document is None:
        message, fix = (
            msg("a Word file holds one document."),
            msg("name it: --document ID; the documents are: {known}.", known=known),
        )
    else:
        message = msg('there is no draft "{document}" in the language "{locale}".', document=document, locale=locale)
        fix = msg(
            "the documents are: {known}; the languages: {languages}.",
            known=known,
            languages=", ".join(settings.locales),
        )
    raise Refused([Problem("word", "", 0, message, fix)])


@dataclass(frozen=True)
class Taken:
    """What an import did: the draft's path, how many of its lines changed, what is to be told, and the lost."""

    path: str
    lines: int
    told: tuple[Message, ...]
    lost: tuple[Problem, ...]


def take_import(root: Path, settings: Settings, file: Path, document: str | None, locale: str | None) -> Taken:
    """Bring what was changed in a Word file into the draft. Raises `Refused`; nothing is then written."""
    package = read_package(file)
    named = properties_of(package.parts)
    name = file.as_posix()
    if named.get("kind") == "redline":
        fix = msg("export the draft (yururluk word export), and change that file.")
        raise Refused([Problem("word", name, 0, msg("this file is a redline of two texts, no draft."), fix)])
    for option, given in (("document", document), ("locale", locale)):
        if given and named.get(option) and named[option] != given:
            fix = msg("leave --{option} out, or name the right file.", option=option)
            message = msg(
                'this file was made from the {option} "{named}", not "{given}".',
                option=option,
                named=named[option],
                given=given,
            )
            raise Refused([Problem("word", name, 0, message, fix)])
    if not (document or named.get("document")):
        fix = msg("name the draft to hold it against: --document ID --locale L.")
        raise Refused([Problem("word", name, 0, msg("this file does not say which draft it is."), fix)])
    draft = _draft(root, settings, document or named["document"], locale or named.get("locale") or settings.authentic)
    told: list[Message] = []
    base = _base(root, draft, named.get("sha256"), name, told)
    imported = import_docx(package, base, path=name, site=settings.site_url)
    if "sha256" not in named and imported.kinship < _LEAST_KINSHIP:
        message = msg("this file says another text than {path}: they have few words in common.", path=draft.path)
        fix = msg("name the right draft: --document ID --locale L; or export it, and change that file.")
        raise Refused([Problem("word", name, 0, message, fix)])
    told += _told(imported.contents)
    told += [
        msg("Kept as the draft has it (quotes, dashes, spaces): “{words}”", words=words) for words in imported.kept
    ]
    body = imported.body if base is draft else _merged(root, base, draft, imported)
    lines = _changed_lines(draft.body, body)
    if lines:
        (root / draft.path).write_bytes(_with_body(draft, body))
    fix = msg("look at it in Word, and write it into {path} by hand.", path=draft.path)
    lost = [
        Problem("word", name, 0, msg("this was not brought over: {words}.", words=words), fix)
        for words in imported.lost
    ]
    fix = msg("where the text needs it, write it into {path} by hand.", path=draft.path)
    lost += [
        Problem("word", name, 0, msg("this was not taken: {words}.", words=words), fix)
        for words in imported.contents.left
    ]
    fix = msg("see whether the text says what is meant: {path}.", path=draft.path)
    lost += [
        Problem("word", name, 0, msg("this was taken as plain words: {words}.", words=words), fix)
        for words in imported.contents.turned
    ]
    return Taken(draft.path, lines, tuple(told), tuple(lost))


def _base(root: Path, draft: Text, digest: str | None, name: str, told: list[Message]) -> Text:
    """The text the file was made from: the draft, or an earlier state of it that git knows."""
    if digest is None:
        told.append(
            msg("This file does not say from which text it was made; it was held against the draft as it is now.")
        )
        return draft
    if digest == draft.sha256:
        return draft
    for data in _history(root, draft.path):
        if hashlib.sha256(data).hexdigest() == digest:
            base, _ = parse_text(data, draft.path, draft.document, draft.locale)
            if base is not None:
                told.append(msg("The draft has changed since this file was made; both changes were merged."))
                return base
    message = msg(
        "{path} has changed since this file was made, and git does not know the text it was made from.",
        path=draft.path,
    )
    fix = msg("export the draft anew, and bring the changes into that file (in Word: Review, Compare).")
    raise Refused([Problem("word", name, 0, message, fix)])


def _history(root: Path, path: str) -> Iterator[bytes]:
    """The earlier states of a file, newest first."""
    try:
        repository: Repository = open_repository(root)
        commits = repository.run("log", "--all", "--format=%H", "--", path).decode().split()
    except (Refused, GitFailed):
        return
    for commit in commits:
        data = repository.read(commit, path)
        if data is not None:
            yield data


def _merged(root: Path, base: Text, draft: Text, imported: Imported) -> str:
    """The draft's body with the changes from Word, by git's own three-way merge. Raises `Refused` on a conflict."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / label for label in ("draft", "base", "word")]
        for file, body in zip(files, (draft.body, base.body, imported.body), strict=True):
            file.write_text(body, encoding="utf-8", newline="\n")
        command = ["git", "merge-file", "-p", *map(str, files)]
        done = subprocess.run(command, cwd=root, capture_output=True)
    if done.returncode == 0:
        return done.stdout.decode()
    message = msg("the draft and the Word file both changed the same lines since the file was made.")
    fix = msg("export the draft anew, and bring the changes into that file (in Word: Review, Compare).")
    raise Refused([Problem("word", draft.path, 0, message, fix)])


def _told(contents: Contents) -> Iterator[Message]:
    if contents.changes:
        number = sum(count for _, count in contents.changes)
        by = ", ".join(f"{author} {count}" for author, count in contents.changes)
        yield msg("Tracked changes taken as accepted: {number} ({by}).", number=number, by=by)
    if contents.forms:
        yield msg("Tracked changes of formatting: {forms}.", forms=contents.forms)
    yield from contents.looks
    for comment in contents.comments:
        facts = [comment.author, comment.date or msg("no date")]
        facts += [msg("on “{words}”", words=comment.on)] if comment.on else []
        facts += [msg("below “{heading}”", heading=comment.heading)] if comment.heading else []
        yield msg("Comment by {facts}: {text}", facts=listed(facts), text=comment.text)


def _changed_lines(old: str, new: str) -> int:
    """How many lines of the draft a diff would show as removed or added, the larger of the two."""
    matcher = SequenceMatcher(None, old.split("\n"), new.split("\n"), autojunk=False)
    return sum(max(a_end - a, b_end - b) for tag, a, a_end, b, b_end in matcher.get_opcodes() if tag != "equal")


def _with_body(draft: Text, body: str) -> bytes:
    """The file with another body; byte order mark, front matter and line ends stay as they are."""
    head = draft.source[: len(draft.source) - len(draft.body)]
    text = head + body
    if draft.data.count(b"\r\n") == draft.data.count(b"\n") > 0:
        text = text.replace("\n", "\r\n")
    mark = b"\xef\xbb\xbf" if draft.data.startswith(b"\xef\xbb\xbf") else b""
    return mark + text.encode()
