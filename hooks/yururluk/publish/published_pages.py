"""What a pages branch holds: its register, and whether its pages are still those that we wrote.

`build.json` keeps, beside the fingerprints of what the pages were made from, the names that git gives to what was
written. So a page that was removed or edited on the branch is seen without building anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import rfc8785

from yururluk.core.messages import Problem, Refused, msg
from yururluk.core.register import REGISTER_FILE, Register, loads
from yururluk.core.settings import Settings
from yururluk.git import GitFailed, Repository
from yururluk.site.urls import VERSIONS

BUILD_FILE = "build.json"
FORMAT = 4
PORTAL = "portal"


@dataclass(frozen=True)
class Online:
    """A commit of the pages branch: what `build.json` says was written, and what is there.

    `folders` and `parts` hold the fingerprints of the releases and of the parts of the root; `trees` what git calls
    each folder of a release or alias, `part_files` each file of a part; `ids` what it calls everything that is there.
    All are empty where nothing is known: everything is then built again, which loses nothing. `code` digests the code,
    templates and settings that the pages were made by; `in_versions` are the versions and aliases that versions.json
    names, no matter who wrote it.
    """

    folders: Mapping[str, str] = field(default_factory=dict)
    trees: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    part_files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    in_versions: frozenset[str] = frozenset()

    def has(self, version: str, aliases: Iterable[str], fingerprint: str) -> bool:
        """Whether a release and its aliases are there as they should be."""
        return self.folders.get(version) == fingerprint and all(
            name in self.trees and self.trees[name] == self.ids.get(name) for name in (version, *aliases)
        )

    @property
    def files(self) -> dict[str, str]:
        """What git calls each file of the root that we wrote."""
        return {path: name for files in self.part_files.values() for path, name in files.items()}

    @property
    def altered(self) -> list[str]:
        """The folders and files that were changed on the branch since they were written."""
        written = {**self.trees, **self.files}
        return sorted(path for path, name in self.ids.items() if written.get(path, name) != name)

    def has_part(self, name: str, fingerprint: str) -> bool:
        """Whether a part of the root is there as it should be."""
        files = self.part_files.get(name, {})
        return (
            self.parts.get(name) == fingerprint
            and bool(files)
            and all(self.ids.get(path) == made for path, made in files.items())
        )

    def steps(self, repository: Repository, folder: str) -> dict[str, bytes]:
        """The files of the steps from wording to wording that we wrote to a folder of the root, by name."""
        files = self.part_files.get(PORTAL, {})
        ours = [path for path in files if path.startswith(folder) and files[path] == self.ids.get(path)]
        contents = repository.contents([self.ids[path] for path in ours])
        return {path.removeprefix(folder): data for path, data in zip(ours, contents, strict=True)}


def online(repository: Repository, commit: str | None, build: bytes | None = None) -> Online:
    """What a commit of the pages branch holds; nothing where there is no branch yet. `build` is its build.json, where
    that is at hand."""
    if commit is None:
        return Online()
    found = as_listed(build or repository.read(commit, BUILD_FILE) or b"{}", repository.ids(commit))
    return replace(found, in_versions=_names_in(repository.read(commit, VERSIONS) or b"[]"))


def _names_in(versions: bytes) -> frozenset[str]:
    """The versions and aliases that a versions.json names; none where it cannot be read."""
    try:
        content = json.loads(versions)
        return frozenset(name for one in content for name in (str(one["version"]), *map(str, one["aliases"])))
    except (ValueError, KeyError, TypeError, RecursionError):
        return frozenset()


def as_listed(build: bytes, ids: Mapping[str, str]) -> Online:
    """What a build.json says of pages that git calls so; where it cannot be read, nothing but what they are called."""
    try:
        content = json.loads(build)
        parts = content.get("parts", {})
        return Online(
            folders=_words(content.get("folders")),
            trees=_words(content.get("trees")),
            parts={name: str(part["fingerprint"]) for name, part in parts.items()},
            part_files={name: _words(part["files"]) for name, part in parts.items()},
            ids=ids,
            code=str(content.get("code", "")),
        )
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return Online(ids=ids)


def refuse_altered_register(repository: Repository, found: Online, register: Register, settings: Settings) -> None:
    """Raise `Refused` where the branch's register says something else than the one that we wrote last.

    One that was cut short or whose last entry was edited has an unbroken chain: going on from it would record
    a release a second time, under another date. Where the one written last cannot be read, nothing is said.
    """
    written = found.files.get(REGISTER_FILE)
    if written is None or written == found.ids.get(REGISTER_FILE):
        return
    try:
        before = loads(repository.run("cat-file", "blob", written), f"{settings.branch}:{BUILD_FILE}")
    except (GitFailed, Refused):
        return
    if register.raw[: len(before.raw)] == before.raw:
        return
    message = msg("an entry was removed or changed by hand: it is not the register that was published last.")
    fix = msg(
        "look who did it (git log -p {branch} -- {file}) and put the file back on the "
        "branch: git cat-file blob {written} prints it.",
        branch=settings.branch,
        file=REGISTER_FILE,
        written=written,
    )
    raise Refused([Problem("register", f"{settings.branch}:{REGISTER_FILE}", 0, message, fix)])


def sealed(content: Mapping[str, Any]) -> bytes:
    """build.json with a digest over all else that it says (SHA-256 of its RFC 8785 form), so that a slip shows."""
    told = {name: value for name, value in content.items() if name != "digest"}
    whole = {**told, "digest": hashlib.sha256(rfc8785.dumps(told)).hexdigest()}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in whole.items())
    return f"{{\n{lines}\n}}\n".encode()


def _words(value: object) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {}


def online_register(
    repository: Repository, commit: str | None, settings: Settings, saved: bytes | None, data: bytes | None = None
) -> Register:
    """The register of the pages branch, or the saved one where the branch has been lost. `data` is its register.json,
    where that is at hand."""
    if data is None and commit is not None:
        data = repository.read(commit, REGISTER_FILE)
    if data is not None:
        register = loads(data, f"{settings.branch}:{REGISTER_FILE}")
        if saved is not None:
            rescued = loads(saved, "the saved register")
            if rescued.raw[: len(register.raw)] != register.raw:
                fix = msg("publish without --register: the branch has its own.")
                message = msg("the saved register does not continue the one on {branch}.", branch=settings.branch)
                raise Refused([Problem("register", "", 0, message, fix)])
            return rescued
        return register
    if saved is not None:
        return loads(saved, "the saved register")
    if commit is not None and repository.paths(commit):
        message = msg(
            "the branch {branch} holds files but no {file}: it is not known what was published.",
            branch=settings.branch,
            file=REGISTER_FILE,
        )
        fix = msg(
            "give a saved copy: yururluk publish --register FILE; or, if the branch never held "
            "published texts, delete it (git branch -D {branch}) or choose another: --branch NAME.",
            branch=settings.branch,
        )
        raise Refused([Problem("register", f"{settings.branch}:{REGISTER_FILE}", 0, message, fix)])
    return Register()
