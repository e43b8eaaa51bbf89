"""Takes a Word file back into the draft it was made from: what was changed in Word, and nothing else.

The file says which text it was made from (its base). What Word's file and a new export of the base both read the same
is unchanged, word for word; only the differences go into the Markdown. At the end the new Markdown must read as the
Word file does; whatever does not is named.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from rapidfuzz.distance import LCSseq

from yururluk.checks.documents import settled_ids
from yururluk.core.messages import Message, Problem, Refused, listed, msg
from yururluk.core.model import Text
from yururluk.core.releases import Project, read_project
from yururluk.core.settings import Settings
from yururluk.core.text_file import parse_text
from yururluk.git import GitFailed, open_repository
from yururluk.text.clauses import clauses_of
from yururluk.text.markdown import render
from yururluk.word.block_edits import apply, unit_matcher
from yururluk.word.contents import Contents, accepted, bookmarks_of, contents_of, page_lines, prepared_for_pandoc, short
from yururluk.word.document import Links, ast_of
from yururluk.word.exporting import draft_of, footer_lines, plain_docx, properties_of, reference_of, refused
from yururluk.word.package import DOCUMENT, parse, parts_of, read_package, write_package
from yururluk.word.reading import Reading, Unit, read, words_not_read
from yururluk.word.source_map import Source, anchored

#: Two texts of one language share a fifth of their words in order; one rewritten throughout keeps more.
_LEAST_SIMILARITY: Final = 0.3
_EXPORT_AGAIN: Final = msg("export the draft again, and bring the changes into that file (in Word: Review, Compare).")


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
    draft = draft_of(project, settings, *place)
    messages: list[Message] = []
    base = _base(root, draft, named.get("sha256"), name, messages)
    reference = reference_of(root, settings)
    imported = import_docx(package, base, path=name, site=settings.site_url, reference=reference)
    if "sha256" not in named and imported.similarity < _LEAST_SIMILARITY:
        message = msg("this file says another text than {path}: they have few words in common.", path=draft.path)
        fix = msg("name the right draft: --document ID --locale L; or export it, and change that file.")
        raise refused("word", name, message, fix)
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
        raise refused("word", name, msg("this file is a redline of two texts, no draft."), fix)
    for option, given in (("document", document), ("locale", locale)):
        made_from = named.get(option)
        if given and made_from and made_from != given:
            message = msg(
                'this file was made from the {option} "{named}", not "{given}".',
                option=option,
                named=made_from,
                given=given,
            )
            raise refused("word", name, message, msg("leave --{option} out, or name the right file.", option=option))
    if not (document or named.get("document")):
        fix = msg("name the draft to compare it with: --document ID --locale L.")
        raise refused("word", name, msg("this file does not say which draft it is."), fix)


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
    raise refused("word", name, message, _EXPORT_AGAIN)


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
            raise refused("word", draft.path, message, _EXPORT_AGAIN) from None


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


@dataclass(frozen=True)
class Imported:
    """A text's new body, and what to say about it.

    `similarity`: the share of the words of the longer text, 0 to 1, that both have in the same order.
    `kept`: words whose quotes, dashes or spaces have another shape in Word, left as the draft has them. `lost`: what
    Word's file says and the new body does not, or the other way round. `contents`: what the file holds beside text.
    """

    body: str
    similarity: float
    kept: tuple[str, ...]
    lost: tuple[Message, ...]
    contents: Contents


def import_docx(
    package: Mapping[str, bytes], base: Text, *, path: str, site: str, reference: bytes | None = None
) -> Imported:
    """What the Word file makes of its base; all tracked changes count as accepted. Raises `Refused`.

    `path` is what messages call the file; `site` the address of the site, by which the export made links whole;
    `reference` the Word file whose styles the export took.
    """
    ours = footer_lines(base) + [
        line for _, lines in page_lines(parts_of(reference) if reference else {}) for line in lines
    ]
    contents = contents_of(package, ours)
    html = render(base.body)
    links = Links(site, html)

    def reading(rendered: str) -> Reading:
        return _read(parts_of(plain_docx(rendered, base, links, reference)), links, base.path)

    parts = accepted(package)
    edited = _read(parts, links, path)
    exported = reading(html)
    if exported.units and not edited.units and not edited.title:
        fix = msg("ask for it again; to take a text away, delete its draft.")
        raise Refused([Problem("word", path, 0, msg("this Word file holds no text."), fix)])
    lost = _outside_the_text(exported, edited, base.front_matter.title)
    missing = words_not_read(prepared_for_pandoc(parts), edited)
    lost += [msg("words that could not be read, in “{words}”", words=short(text)) for text in missing]
    if _says(edited) == _says(exported):
        return Imported(base.body, 1.0, (), tuple(lost), contents)
    anchors = anchored(base.body)
    applied = apply(Source(anchors), reading(anchors.html), edited)
    again = reading(render(applied.source))
    lost += _differences(edited.units, again.units)
    lost += _differences(*([unit for note in side.notes for unit in note] for side in (edited, again)))
    kept = tuple(dict.fromkeys(applied.kept))
    return Imported(applied.source, _similarity(exported, edited), kept, tuple(lost), contents)


def _read(parts: Mapping[str, bytes], links: Links, path: str) -> Reading:
    tree = ast_of(write_package(prepared_for_pandoc(parts)), path=path)
    return read(tree, links, bookmarks_of(parse(parts[DOCUMENT])))


def _says(reading: Reading) -> list[list[tuple[object, str]]]:
    """All that makes two readings the same, down to the shape of a quote."""
    return [[(unit.same, unit.text) for unit in part] for part in (reading.units, *reading.notes)]


def _similarity(base: Reading, edited: Reading) -> float:
    words = [[word for unit in side.units for word in unit.text.split()] for side in (base, edited)]
    longer = max(map(len, words))
    return int(LCSseq.similarity(*words)) / longer if longer else 1.0


def _outside_the_text(base: Reading, edited: Reading, title: str) -> list[Message]:
    found: list[Message] = []
    if edited.title.strip() and edited.title.split() != title.split():
        words = edited.title.strip()
        found.append(msg("the title “{words}”: change `title:` at the top of the draft", words=words))
    found += [msg("a line in a style of a title page: “{words}”", words=text.strip()) for text in edited.aside]
    if edited.rules != base.rules:
        found.append(msg("horizontal lines: {now} instead of {before}", now=edited.rules, before=base.rules))
    if edited.spans != base.spans:
        found.append(msg("cells that were joined or parted: the first of them has their words, the others are empty"))
    return found


def _differences(wanted: Sequence[Unit], got: Sequence[Unit]) -> list[Message]:
    """The units that are not as Word has them."""
    found: list[Message] = []
    # A row without words says nothing; Markdown cannot do without one below a heading.
    wanted, got = ([unit for unit in side if unit.text.strip()] for side in (wanted, got))
    for tag, a, a_end, b, b_end in unit_matcher(wanted, got).get_opcodes():
        if tag in ("replace", "delete"):
            found += [_named(unit) for unit in wanted[a:a_end]]
        elif tag == "insert":
            found += [msg("the removal of {what}", what=_named(unit)) for unit in got[b:b_end]]
    return found


def _named(unit: Unit) -> Message:
    words = short(unit.text)
    return {
        "heading": msg("the heading “{words}”", words=words),
        "item": msg("the list item “{words}”", words=words),
        "row": msg("the table row “{words}”", words=words),
        "term": msg("the term “{words}”", words=words),
        "definition": msg("the definition “{words}”", words=words),
        "code": msg("the code “{words}”", words=words),
    }.get(unit.kind, msg("the paragraph “{words}”", words=words))
