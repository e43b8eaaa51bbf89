"""What the Word commands do: which texts they take, what they write, and what they say."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from yururluk.checks.documents import settled_ids
from yururluk.core.messages import Message, listed, msg
from yururluk.core.model import Text, is_version
from yururluk.core.problems import Problem, Refused, in_order, refuse_if_any
from yururluk.core.releases import Project, read_project
from yururluk.core.settings import Settings
from yururluk.core.text_file import parse_text
from yururluk.git import GitFailed, open_repository
from yururluk.publish.status import known_register
from yururluk.review.redline_command import DRAFTS, Compared, Wanted, compared_texts, locale_of
from yururluk.text.clauses import clauses_of
from yururluk.word.contents import Contents
from yururluk.word.exporting import Side, Signed, export_docx, properties_of, redline_docx, reference_of
from yururluk.word.importing import Imported, import_docx
from yururluk.word.package import read_package

#: Two texts of one language share a fifth of their words in order; one rewritten throughout keeps more.
_LEAST_SIMILARITY: Final = 0.3
_EXPORT_AGAIN: Final = msg("export the draft again, and bring the changes into that file (in Word: Review, Compare).")


def _refused(rule: str, path: str, message: Message, fix: Message) -> Refused:
    return Refused([Problem(rule, path, 0, message, fix)])


def write_redline(root: Path, settings: Settings, wanted: Wanted, output: Path | None, today: date | None) -> None:
    """Write the redline of one document as a Word file. Raises `Refused`; nothing is written then."""
    if output is None:
        fix = msg("name the file to write: -o redline.docx.")
        raise _refused("redline", "", msg("a Word file cannot be shown in a terminal."), fix)
    locale = locale_of(settings, wanted)
    one, *others = compared_texts(root, settings, wanted, locale)
    if others:
        names = ", ".join(f"--document {found.name}" for found in (one, *others))
        fix = msg("choose one: {documents}.", documents=names)
        raise _refused("redline", "", msg("a Word file holds one document."), fix)
    project = read_project(root, settings)
    texts = {DRAFTS: project.drafts} | {release.version: release.texts for release in project.releases}

    def text_of(label: str) -> Text | None:
        return next((t for t in texts.get(label, ()) if (t.document, t.locale) == (one.name, locale)), None)

    def side(label: str, text: Text | None, source: str) -> Side:
        return Side(Path(label).name, text.sha256 if text else hashlib.sha256(source.encode()).hexdigest())

    old, new = text_of(one.old), text_of(one.new)
    named = new or old
    made = redline_docx(
        one.redline,
        title=named.front_matter.title if named else one.name,
        document=one.name,
        old=side(one.old, old, one.old_source),
        new=side(one.new, new, one.new_source),
        signed=Signed(settings.publisher, today or _published_day(root, settings, one)),
        site=settings.site_url,
        reference=reference_of(root, settings),
    )
    output.write_bytes(made)


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
    raise _refused("redline", "", message, msg("give the date: --today 2026-11-22."))


def write_export(root: Path, settings: Settings, document: str | None, locale: str | None, output: Path) -> Text:
    """Write a draft as a Word file, and return the draft. Raises `Refused`; nothing is written then."""
    text = _draft(read_project(root, settings), settings, document, locale or settings.authentic)
    reference = reference_of(root, settings)
    output.write_bytes(export_docx(text, publisher=settings.publisher, site=settings.site_url, reference=reference))
    return text


def _draft(project: Project, settings: Settings, document: str | None, locale: str) -> Text:
    """The draft of a document; where the project has but one, it need not be named."""
    drafts = [text for text in project.drafts if text.locale == locale]
    found = [text for text in drafts if document in (None, text.document)]
    if len(found) == 1:
        return found[0]
    refuse_if_any(in_order(one for one in project.problems if one.path.startswith(f"docs/{locale}/")))
    known = ", ".join(text.document for text in drafts) or msg("none")
    if document is None:
        fix = msg("name it: --document ID; the documents are: {known}.", known=known)
        raise _refused("word", "", msg("a Word file holds one document."), fix)
    message = msg('there is no draft "{document}" in the language "{locale}".', document=document, locale=locale)
    languages = ", ".join(settings.locales)
    fix = msg("the documents are: {known}; the languages: {languages}.", known=known, languages=languages)
    raise _refused("word", "", message, fix)


@dataclass(frozen=True)
class WordImport:
    """What an import did: the draft's path, how many of its lines changed, what there is to say, and what was lost."""

    path: str
    lines: int
    messages: tuple[Message, ...]
    lost: tuple[Problem, ...]


def import_file(root: Path, settings: Settings, file: Path, document: str | None, locale: str | None) -> WordImport:
    """Bring what was changed in a Word file into the draft. Raises `Refused`; nothing is written then."""
    package = read_package(file)
    named = properties_of(package)
    name = file.as_posix()
    _refuse_wrong_file(named, name, document, locale)
    project = read_project(root, settings)
    place = document or named["document"], locale or named.get("locale") or settings.authentic
    draft = _draft(project, settings, *place)
    messages: list[Message] = []
    base = _base(root, draft, named.get("sha256"), name, messages)
    reference = reference_of(root, settings)
    imported = import_docx(package, base, path=name, site=settings.site_url, reference=reference)
    if "sha256" not in named and imported.similarity < _LEAST_SIMILARITY:
        message = msg("this file says another text than {path}: they have few words in common.", path=draft.path)
        fix = msg("name the right draft: --document ID --locale L; or export it, and change that file.")
        raise _refused("word", name, message, fix)
    messages += _notes(imported.contents)
    messages += [
        msg("Kept as the draft has it (quotes, dashes, spaces): “{words}”", words=words) for words in imported.kept
    ]
    body = imported.body if base is draft else _merged(root, base, draft, imported)
    body = _with_ids(project, settings, draft, body, messages)
    lines = _changed_lines(draft.body, body)
    if lines:
        (root / draft.path).write_bytes(_with_body(draft, body))
    return WordImport(draft.path, lines, tuple(messages), tuple(_lost(imported, draft.path, name)))


def _refuse_wrong_file(named: dict[str, str], name: str, document: str | None, locale: str | None) -> None:
    if named.get("kind") == "redline":
        fix = msg("export the draft (yururluk word export), and change that file.")
        raise _refused("word", name, msg("this file is a redline of two texts, no draft."), fix)
    for option, given in (("document", document), ("locale", locale)):
        made_from = named.get(option)
        if given and made_from and made_from != given:
            message = msg(
                'this file was made from the {option} "{named}", not "{given}".',
                option=option,
                named=made_from,
                given=given,
            )
            raise _refused("word", name, message, msg("leave --{option} out, or name the right file.", option=option))
    if not (document or named.get("document")):
        fix = msg("name the draft to compare it with: --document ID --locale L.")
        raise _refused("word", name, msg("this file does not say which draft it is."), fix)


def _base(root: Path, draft: Text, digest: str | None, name: str, messages: list[Message]) -> Text:
    """The text the file was made from: the draft, or an earlier state of it that git knows."""
    if digest is None:
        messages.append(
            msg("This file does not say from which text it was made; it was compared with the draft as it is now.")
        )
        return draft
    if digest == draft.sha256:
        return draft
    for data in _history(root, draft.path):
        if hashlib.sha256(data).hexdigest() == digest:
            base, _ = parse_text(data, draft.path, draft.document, draft.locale)
            if base is not None:
                messages.append(msg("The draft has changed since this file was made; both changes were merged."))
                return base
    message = msg(
        "{path} has changed since this file was made, and git does not know the text it was made from.", path=draft.path
    )
    raise _refused("word", name, message, _EXPORT_AGAIN)


def _history(root: Path, path: str) -> Iterator[bytes]:
    """The earlier states of a file, newest first."""
    try:
        repository = open_repository(root)
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
        try:
            return open_repository(root).run("merge-file", "-p", *map(str, files)).decode()
        except GitFailed:
            message = msg("the draft and the Word file both changed the same lines since the file was made.")
            raise _refused("word", draft.path, message, _EXPORT_AGAIN) from None


def _with_ids(project: Project, settings: Settings, draft: Text, body: str, messages: list[Message]) -> str:
    """The body, each heading that is new in it with the id that `check` proposes."""
    text, _ = parse_text(_with_body(draft, body), draft.path, draft.document, draft.locale)
    if text is None:
        return body
    known, lines = set(draft.body.split("\n")), body.split("\n")
    for clause, id_ in zip(clauses_of(text), settled_ids(project, settings, text), strict=True):
        if not clause.id and clause.source not in known:
            lines[clause.line - text.body_line] = clause.with_id(id_)
            messages.append(msg("The new clause “{heading}” has got the id {id}.", heading=clause.heading, id=id_))
    return "\n".join(lines)


def _notes(contents: Contents) -> Iterator[Message]:
    if contents.changes:
        number = sum(count for _, count in contents.changes)
        by = ", ".join(f"{author} {count}" for author, count in contents.changes)
        yield msg("Tracked changes taken as accepted: {number} ({by}).", number=number, by=by)
    if contents.format_changes:
        yield msg("Tracked changes of formatting: {forms}.", forms=contents.format_changes)
    yield from contents.formatting
    for comment in contents.comments:
        facts = [comment.author, comment.date or msg("no date")]
        facts += [msg("on “{words}”", words=comment.on)] if comment.on else []
        facts += [msg("below “{heading}”", heading=comment.heading)] if comment.heading else []
        yield msg("Comment by {facts}: {text}", facts=listed(facts), text=comment.text)


def _lost(imported: Imported, path: str, name: str) -> Iterator[Problem]:
    fix = msg("look at it in Word, and write it into {path} by hand.", path=path)
    for words in imported.lost:
        yield Problem("word", name, 0, msg("this was not brought over: {words}.", words=words), fix)
    fix = msg("where the text needs it, write it into {path} by hand.", path=path)
    for words in imported.contents.not_taken:
        yield Problem("word", name, 0, msg("this was not taken: {words}.", words=words), fix)
    fix = msg("see whether the text says what is meant: {path}.", path=path)
    for words in imported.contents.plain_text:
        yield Problem("word", name, 0, msg("this was taken as plain words: {words}.", words=words), fix)


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
