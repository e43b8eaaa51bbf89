"""What a pull request would change in the texts: the drafts and releases of this work tree, held against a base."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from yururluk.checks.releases import say_the_same
from yururluk.core.messages import msg
from yururluk.core.model import Release, Text
from yururluk.core.problems import Problem, Refused, Severity
from yururluk.core.releases import Project, read_project
from yururluk.core.rules import rule
from yururluk.core.settings import Settings
from yururluk.core.text_file import parse_text
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
    """All that a reviewer is to see before reading: the problems, the new releases and the texts that differ."""

    problems: tuple[Problem, ...]
    releases: tuple[Release, ...]
    texts: tuple[ReviewedText, ...]


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
        raise Refused([Problem("base", "", 0, message, fix)])
    with contextlib.suppress(GitFailed):
        commit = repository.line("merge-base", commit, "HEAD")
    return commit


def review(repository: Repository, settings: Settings, base: str, problems: Sequence[Problem]) -> Review:
    """What this work tree changes since `base`. `problems` are those that `check` found in it."""
    commit = merge_base(repository, base)
    project = read_project(repository.root, settings)
    before = _drafts_at(repository, commit)
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
    return Review(tuple(problems), fresh, tuple(texts))


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
            continue  # what only tells `check` something is nothing to a reader
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


def _drafts_at(repository: Repository, commit: str) -> dict[tuple[str, str], Text]:
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
