"""What a pull request changes since the commit that it began at, and what of it must not pass unnoticed."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from yururluk.checks.characters import LOOK_ALIKES, code_point, look_through
from yururluk.checks.releases import say_the_same
from yururluk.core.messages import Problem, Refused, Severity, fault, listed, msg, rule
from yururluk.core.model import Release, Text
from yururluk.core.releases import Project, read_project
from yururluk.core.settings import Settings
from yururluk.core.text_file import decode, parse_text
from yururluk.git import GitFailed, Repository
from yururluk.redline import Redline, compare_texts

DRAFTS = "docs"


@dataclass(frozen=True)
class ReviewedText:
    """One text that differs. `old` and `new` name the two sides: a version, or `docs` for a draft; `old` is
    empty where there was no such text before, `new` where there is none any more."""

    document: str
    locale: str
    title: str
    old: str
    new: str
    old_source: str
    new_source: str
    old_sha256: str
    new_sha256: str
    redline: Redline

    @property
    def name(self) -> str:
        """The name its files get in a review's folder: `tr/gizlilik-politikasi`, `2.1/tr/gizlilik-politikasi`."""
        folder = "" if self.new in ("", DRAFTS) else f"{self.new}/"
        return f"{folder}{self.locale}/{self.document}"


@dataclass(frozen=True)
class Review:
    """All that a reviewer is to see before reading: the problems, the new releases and the texts that differ.

    `read` are the drafts and the texts of the new releases by their paths; `stale` are the pages of translations that
    have clauses older than the authentic text, by the names of their files.
    """

    problems: tuple[Problem, ...]
    releases: tuple[Release, ...]
    texts: tuple[ReviewedText, ...]
    read: Mapping[str, Text] = field(default_factory=dict)
    stale: Mapping[str, str] = field(default_factory=dict)


@rule("base", Severity.ERROR, msg("The commit to compare with can be found."))
def merge_base(repository: Repository, base: str) -> str:
    """The commit that this branch left `base` at. Raises `Refused` where this clone has no such commit.

    What came into the base since then is not this branch's doing. A shallow clone may not hold the common past: then
    the base itself counts.
    """
    commit = repository.commit_of(base)
    if commit is None:
        message = msg('there is no commit "{base}" here.', base=base)
        fix = msg("name a commit or a branch that this clone has; CI must fetch it first.")
        raise Refused([fault("base", "", 0, message, fix)])
    with contextlib.suppress(GitFailed):
        commit = repository.line("merge-base", commit, "HEAD")
    return commit


def review(repository: Repository, settings: Settings, base: str, problems: Sequence[Problem]) -> Review:
    """What this work tree changes since `base`. `problems` are those that `check` found in it."""
    commit = merge_base(repository, base)
    project = read_project(repository.root, settings)
    before = drafts_at(repository, commit)
    known = _versions_at(repository, commit)
    fresh = tuple(release for release in project.releases if release.version not in known)
    texts = [text for release in fresh for text in _of_release(project, release)]
    frozen = {(text.locale, text.document): text.new_source for text in texts}
    texts += [
        text
        for text in _of_drafts(before, project.drafts)
        # A draft that was just frozen is reported once, as the release that is published with the merge.
        if frozen.get((text.locale, text.document)) != text.new_source
    ]
    # The authentic texts come first.
    texts.sort(key=lambda text: (settings.locales.index(text.locale), text.document))
    read = {text.path: text for text in (*project.drafts, *(text for release in fresh for text in release.texts))}
    return Review(tuple(problems), fresh, tuple(texts), read)


def _of_release(project: Project, release: Release) -> list[ReviewedText]:
    at = project.releases.index(release)
    earlier = project.releases[at - 1] if at else None
    old = {(text.locale, text.document): text for text in earlier.texts} if earlier else {}
    new = {(text.locale, text.document): text for text in release.texts}
    return _differing(old, new, earlier.version if earlier else "", release.version)


def _of_drafts(before: Mapping[tuple[str, str], Text], drafts: Sequence[Text]) -> list[ReviewedText]:
    return _differing(before, {(text.locale, text.document): text for text in drafts}, DRAFTS, DRAFTS)


def _differing(
    old: Mapping[tuple[str, str], Text], new: Mapping[tuple[str, str], Text], old_name: str, new_name: str
) -> list[ReviewedText]:
    found = []
    for locale, document in sorted({*old, *new}):
        before, after = old.get((locale, document)), new.get((locale, document))
        some = after or before
        sources = [text.source if text else "" for text in (before, after)]
        if some is None or (before and after and say_the_same([before], [after])):
            continue  # what only `check` reads is nothing to a reader
        found.append(
            ReviewedText(
                document=document,
                locale=locale,
                title=some.front_matter.title,
                old=old_name if before else "",
                new=new_name if after else "",
                old_source=sources[0],
                new_source=sources[1],
                old_sha256=before.sha256 if before else "",
                new_sha256=after.sha256 if after else "",
                redline=compare_texts(before, after),
            )
        )
    return found


def drafts_at(repository: Repository, commit: str) -> dict[tuple[str, str], Text]:
    """The drafts of a commit; one that cannot be read there counts as missing, for it was no text."""
    found = {}
    for path in _paths(repository, commit, DRAFTS):
        parts = path.split("/")
        if len(parts) != 3 or not path.endswith(".md"):
            continue
        locale, document = parts[1], Path(path).stem
        text, _ = parse_text(repository.run("show", f"{commit}:./{path}"), path, document, locale)
        if text is not None:
            found[locale, document] = text
    return found


def _versions_at(repository: Repository, commit: str) -> set[str]:
    return {path.split("/")[1] for path in _paths(repository, commit, "releases") if path.count("/") > 1}


def _paths(repository: Repository, commit: str, folder: str) -> list[str]:
    listed = repository.run("ls-tree", "-r", "-z", "--name-only", commit, "--", f"{folder}/")
    return sorted(name for name in listed.decode(errors="surrogateescape").split("\0") if name)


# What a pull request must not do unnoticed

#: Files that decide how texts are published; a reviewer of texts does not read them.
_CODE = re.compile(r"(?:hooks|overrides|\.github|bench|tests)/|[^/]+\.(?:yml|yaml|toml|txt|py)$|Makefile$|\.gitlab-ci")
_TEXT = re.compile(r"docs/[^/]+/[^/]+\.md$|releases/")
DRAFT = re.compile(r"docs/(?P<locale>[^/]+)/(?P<document>[^/]+)\.md$")
_SHOWN = 3


@dataclass(frozen=True)
class Changed:
    """One file that differs from the base: `kind` is A, M, D or R as git says; `was` its former path, if renamed.

    `before` and `after` are its contents, where it is a text that was changed.
    """

    kind: str
    path: str
    was: str = ""
    before: str = ""
    after: str = ""


def changed_since(root: Path, repository: Repository, base: str) -> list[Changed]:
    """What differs, in the order of the paths. Raises `Refused` where the base is not here."""
    commit = merge_base(repository, base)
    # Whether a frozen text was moved does not matter: it is gone from its place. A draft's new name does.
    found = _listed(repository, commit, "--no-renames", "releases")
    found += _listed(repository, commit, "--find-renames", ".", ":!releases")
    return [_with_contents(root, repository, commit, change) for change in sorted(found, key=lambda one: one.path)]


def _listed(repository: Repository, commit: str, renames: str, *paths: str) -> list[Changed]:
    answer = repository.run("diff", "--name-status", "-z", renames, "--relative", commit, "--", *paths)
    fields = iter(answer.decode("utf-8", "replace").split("\0"))
    found = []
    for kind in fields:
        if kind.startswith(("R", "C")):
            was, path = next(fields), next(fields)
            found.append(Changed(kind[0], path, was if kind[0] == "R" else ""))
        elif kind:
            found.append(Changed(kind[0], next(fields)))
    return found


def _with_contents(root: Path, repository: Repository, commit: str, change: Changed) -> Changed:
    if change.kind not in {"M", "R"} or not change.path.startswith(f"{DRAFTS}/") or not change.path.endswith(".md"):
        return change
    file = root / change.path
    if file.is_symlink() or not file.is_file():
        return change
    old = repository.run("cat-file", "blob", f"{commit}:./{change.was or change.path}")
    before, _ = decode(old, change.path)
    after, _ = decode(file.read_bytes(), change.path)
    return Changed(change.kind, change.path, change.was, before or "", after or "")


def change_problems(changed: Sequence[Changed], base: str, online: Set[str]) -> list[Problem]:
    """The faults of a change against the base. `online` names the versions that the register has."""
    problems: list[Problem] = []
    for change in changed:
        if change.path.startswith("releases/") or change.was.startswith("releases/"):
            problems += _frozen(change, base, online)
        elif change.kind == "D" and DRAFT.match(change.path):
            problems += _deleted(change, base)
        elif change.kind == "R" and DRAFT.match(change.was):
            problems += _renamed(change)
        if change.before and change.after:
            problems += invisible_changes(change)
    return [*problems, *_mixed(changed)]


def _frozen(change: Changed, base: str, online: Set[str]) -> Iterator[Problem]:
    if change.kind == "A":
        return
    path = change.was or change.path
    version = path.split("/")[1]
    message = {
        "D": msg("this file of a release was removed since {base}.", base=base),
        "R": msg("this file of a release was moved away since {base}.", base=base),
    }.get(change.kind, msg("this file of a release was changed since {base}.", base=base))
    if version in online:
        message = msg(
            "{what} Release {version} is online: those who agreed to it must find it as it was.",
            what=message,
            version=version,
        )
    fix = msg(
        "restore it: git checkout {base} -- {path}; a new text belongs in docs/ and in a new release.",
        base=base,
        path=path,
    )
    yield Problem("frozen", path, 0, message, fix)


@rule("document-deleted", Severity.WARNING, msg("A pull request deletes no document unnoticed."))
def _deleted(change: Changed, base: str) -> Iterator[Problem]:
    message = msg("this text was deleted since {base}: the next release would no longer have it.", base=base)
    fix = msg(
        "if that is not meant: git checkout {base} -- {path}. If it is: `yururluk release VERSION --end {document}`, "
        "and say so in its summary.",
        base=base,
        document=PurePosixPath(change.path).stem,
        path=change.path,
    )
    yield fault("document-deleted", change.path, 0, message, fix)


@rule("document-renamed", Severity.WARNING, msg("A pull request renames no document unnoticed."))
def _renamed(change: Changed) -> Iterator[Problem]:
    message = msg(
        "this text was named {was} before: its lasting address changes, and its history begins again.", was=change.was
    )
    fix = msg(
        "if only the title changes, write that in the front matter and keep the file's name: git mv {path} {was}.",
        path=change.path,
        was=change.was,
    )
    yield fault("document-renamed", change.path, 0, message, fix)


@rule("mixed-change", Severity.WARNING, msg("A pull request changes either texts or the code that publishes them."))
def _mixed(changed: Sequence[Changed]) -> Iterator[Problem]:
    texts = [change.path for change in changed if _TEXT.match(change.path)]
    code = [change.path for change in changed if _CODE.match(change.path) and not _TEXT.match(change.path)]
    if texts and code:
        shown = listed([*code[:_SHOWN], *(["…"] if len(code) > _SHOWN else [])])
        message = msg("this change edits texts, and what publishes them too: {code}.", code=shown)
        fix = msg("make two pull requests of it, so that the person who signs the text need not read code.")
        yield fault("mixed-change", texts[0], 0, message, fix)


# What nobody sees

_HIDDEN = re.compile(
    "[\u00a0\u00ad\u0300-\u036f\u061c\u115f\u1160\u1680\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800"
    "\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\x7f-\x9f\ue000-\uf8ff\U000e0000-\U000e0fff]"
)


@rule(
    "invisible-change",
    Severity.ERROR,
    msg("A change brings nothing that a reviewer cannot see."),
    source="Unicode UTS #39, UTR #36",
)
def invisible_changes(change: Changed) -> Iterator[Problem]:
    """Lines that look as they did in the base, and hold characters that they did not hold there.

    A line from which such characters were taken out is no fault: that is how one fixes it.
    """
    before, after = change.before.split("\n"), change.after.split("\n")
    gone = Counter(before) - Counter(after)
    looks = {_look(line): line for line in gone}
    words = {_look(word): word for line in before for word in line.split()}
    known = Counter(before)
    for number, line in enumerate(after, start=1):
        if known[line] > 0:
            known[line] -= 1
            continue
        old = looks.get(_look(line))
        come = _hidden(line) - _hidden(old) if old is not None else _hidden_in_words(line, words)
        old = line if old is None else old
        if come:
            codes = ", ".join(code_point(character) for character in sorted(come))
            message = msg("this line looks as it did, but it is another: it now has {codes}.", codes=codes)
            fix = msg("restore the line, or type the changed word again; a reviewer cannot see such a change.")
            pairs = enumerate(zip(line, old + "\0" * len(line), strict=False))
            place = next((i for i, (a, b) in pairs if a != b), min(map(line.find, come)))
            column = max(place, 0) + 1
            yield fault("invisible-change", change.path, number, message, fix, column)


def _look(line: str) -> str:
    """A line as the eye takes it: look-alikes are what they look like, hidden characters are not there."""
    if line.isascii():
        return " ".join(line.split())
    shown = "".join(look_through(character) for character in unicodedata.normalize("NFC", line))
    return " ".join(_HIDDEN.sub(lambda found: " " if found[0].isspace() else "", shown).split())


def _hidden_in_words(line: str, words: Mapping[str, str]) -> Counter[str]:
    """What a line holds unseen in words that the base has without it."""
    found: Counter[str] = Counter()
    for word in line.split():
        old = words.get(_look(word))
        if old is not None and not word.isascii():
            found += _hidden(word) - _hidden(old)
    return found


def _hidden(line: str) -> Counter[str]:
    if line.isascii():
        return Counter()
    found = Counter(_HIDDEN.findall(line))
    found.update(one for one in line if one in LOOK_ALIKES or (not one.isascii() and look_through(one) != one))
    composed = Counter(unicodedata.normalize("NFC", line))
    found |= Counter({one: count for one, count in (Counter(line) - composed).items() if not one.isascii()})
    return found
