"""Which files differ from the commit with which a pull request is compared, as git knows it."""

from __future__ import annotations

from pathlib import Path

from yururluk.checks.changes import Changed
from yururluk.core.text_file import decode
from yururluk.git import Repository
from yururluk.review.changes import merge_base

_DRAFTS = "docs/"


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
    if change.kind not in {"M", "R"} or not change.path.startswith(_DRAFTS) or not change.path.endswith(".md"):
        return change
    file = root / change.path
    if file.is_symlink() or not file.is_file():
        return change
    old = repository.run("cat-file", "blob", f"{commit}:./{change.was or change.path}")
    before, _ = decode(old, change.path)
    after, _ = decode(file.read_bytes(), change.path)
    return Changed(change.kind, change.path, change.was, before or "", after or "")
