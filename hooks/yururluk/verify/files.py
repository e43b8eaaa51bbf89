"""Whether the files of a published site are, each and all, those that the last publish wrote.

build.json names them: every file beside the releases' folders, and of each folder of a release or an alias what git
calls the whole of it. It is beside the pages and can be rewritten with them; the texts, the register, the list of
versions and the timestamps are therefore held against each other, too, and do not rest on it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem
from yururluk.core.register import REGISTER_FILE
from yururluk.git import content_id
from yururluk.publish.published_pages import BUILD_FILE, FORMAT, sealed
from yururluk.site.assets import FOLDER as ASSETS_FOLDER
from yururluk.site.urls import VERSIONS
from yururluk.verify.place import Place, files_of
from yururluk.verify.tokens import FOLDER as TIMESTAMPS_FOLDER

#: What browsers show as a page: nobody may publish one but by a release.
_SHOWN = (".html", ".htm", ".xhtml", ".xht", ".shtml", ".mhtml", ".svg", ".xml", ".pdf", "/")
_HASHED = re.compile(r"\.(?P<digest>[0-9a-f]{10})\.[^./]+$", re.ASCII)
CHANGED = msg("this file is not as it was published.")
MISSING = msg("this published file is missing.")
EXTRA = msg("this file is no part of what was published.")
#: Only the history of the branch finds anyone who rewrites this file alike with what it names.
UNKNOWN = msg("this is not the list of files of any publish that this clone knows of: any page may have been changed.")

#: Where the pages branch itself is at fault.
REBUILD = msg("publish again: yururluk publish --rebuild.")
RESTORE = msg(
    "restore register.json from git (the pages branch keeps every earlier state) or from any "
    "saved copy: yururluk publish --register FILE."
)
#: Where a copy has a list of files that the pages branch never held.
FETCH = msg(
    "fetch the pages branch (git fetch) and verify again; if this message stays, bring the site from the branch again: "
    "yururluk export DIR."
)
#: What all else is measured by: where one of these is altered, so may be whatever contradicts it.
_MEASURES = (REGISTER_FILE, VERSIONS, BUILD_FILE)

#: Where a fault lies in the site, and what it is, in a sentence.
Fault = tuple[str, Message]


@dataclass(frozen=True)
class Written:
    """What build.json says was written: the ids of the folders and of the files beside them."""

    trees: Mapping[str, str]
    files: Mapping[str, str]

    @property
    def like(self) -> str:
        """An id of the kind that these are: git has two."""
        return "0" * len(next(iter([*self.trees.values(), *self.files.values()]), "0" * 40))


@dataclass(frozen=True)
class HeldFiles:
    """Every file that differs, is missing or is not ours, as far as can be seen where nothing can be listed; and
    whether the pages branch of this clone once held the build.json they were held against: None where there is none to
    ask, or where it is what is looked at."""

    faults: tuple[Fault, ...]
    of_branch: bool | None


def held_files(place: Place) -> HeldFiles:
    """The files of a site, held against its build.json."""
    data = place.read(BUILD_FILE)
    of_branch = place.published(BUILD_FILE, data or b"")
    if data is None:
        return HeldFiles(((BUILD_FILE, MISSING),), of_branch)
    written = _written(data)
    if isinstance(written, Message):
        return HeldFiles(((BUILD_FILE, written),), of_branch)
    unknown = [(BUILD_FILE, UNKNOWN)] if of_branch is False else []
    return HeldFiles((*unknown, *_file_faults(place, written)), of_branch)


def _file_faults(place: Place, written: Written) -> list[Fault]:
    ids = place.ids(written.like) if place.ids else None
    found: list[Fault] = []
    for folder, name in sorted(written.trees.items()):
        if ids is None or ids.get(folder) != name:
            found += _folder_faults(place, folder, name, ids)
    for path, name in sorted(written.files.items()):
        found += _fault_of(path, name, id_of(place, path, ids, written.like))
    if ids is not None:
        known = {*written.files, *written.trees, BUILD_FILE}
        found += [(path, EXTRA) for path in files_of(ids) if not _is_ours(path, ids, known, place)]
    return found


def _written(data: bytes) -> Written | Message:
    """What build.json says; or what is wrong with it."""
    try:
        content = json.loads(data.decode("utf-8"))
        trees = {str(path): str(name) for path, name in content["trees"].items()}
        files = {str(path): str(name) for part in content["parts"].values() for path, name in part["files"].items()}
        if "digest" not in content or content["format"] != FORMAT:
            return msg("this file was written by an earlier program and cannot be relied on.")
        if sealed(content) != data:
            return msg("this file is not as it was written: its own digest does not fit it.")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return msg("this file cannot be read; it is to say what was published.")
    return Written(trees, files)


def _folder_faults(place: Place, folder: str, name: str, ids: Mapping[str, str] | None) -> Iterator[Fault]:
    """What differs in a folder, by its files where the repository still knows them."""
    known = place.folder(name)
    if known is None:
        if ids is not None:
            yield folder, msg("a file in this folder is not as it was published, is missing or was added.")
        return
    folders = set(known) - set(files_of(known))
    for path, wanted in sorted(known.items()):
        if path not in folders:
            yield from _fault_of(f"{folder}/{path}", wanted, id_of(place, f"{folder}/{path}", ids, name))
    for path in files_of(ids or {}):
        if path.startswith(f"{folder}/") and path.removeprefix(f"{folder}/") not in known:
            yield path, EXTRA


def _fault_of(path: str, wanted: str, found: str | None) -> Iterator[Fault]:
    if found is None:
        yield path, MISSING
    elif found != wanted:
        yield path, CHANGED


def id_of(place: Place, path: str, ids: Mapping[str, str] | None, like: str) -> str | None:
    """What git calls a file of a site; None where there is none. `ids` are those of the place, if it has any."""
    if ids is not None:
        return ids.get(path)
    data = place.read(path)
    return None if data is None else content_id(data, like)


def _is_ours(path: str, ids: Mapping[str, str], known: set[str], place: Place) -> bool:
    """Whether a file is there by a publish that listed it, or is one that the company puts beside the pages itself."""
    top, _, rest = path.partition("/")
    if path in known or (top in known and rest) or (top == TIMESTAMPS_FOLDER and rest) or path == "CNAME":
        return True
    if top == ASSETS_FOLDER:
        # Pages kept elsewhere go on asking for shared files under old names, so these stay.
        listed = place.listed(path, ids[path])
        return _is_its_digest(path, place) if listed is None else listed
    return top == ".well-known" and bool(rest) and not path.endswith(_SHOWN) and _of_branch(path, place)


def _of_branch(path: str, place: Place) -> bool:
    """Whether the pages branch ever held this file; true where no branch is known, or it is what is looked at."""
    return place.published(path, place.read(path) or b"") is not False


def _is_its_digest(path: str, place: Place) -> bool:
    hashed = _HASHED.search(path)
    digest = hashlib.sha256(place.read(path) or b"").hexdigest()
    return hashed is not None and digest.startswith(hashed["digest"]) and not path.endswith(_SHOWN)


def fixed(problems: Sequence[Problem], place: Place, held: HeldFiles) -> list[Problem]:
    """The same problems; of a copy (a folder, or what a server shows) that is not as the pages branch was, each tells
    to bring the site from the branch again, for there the fault is not."""
    if held.of_branch is None:
        return list(problems)
    altered = {path for path, _ in held.faults}
    return [replace(problem, fix=_of_copy(problem, place, altered)) for problem in problems]


def _of_copy(problem: Problem, place: Place, altered: set[str]) -> Message:
    if problem.fix not in {REBUILD, RESTORE}:
        return problem.fix
    path = problem.path.removeprefix(f"{place.name}/")
    in_copy = (
        path in altered or any(other.startswith(f"{path}/") for other in altered) or not altered.isdisjoint(_MEASURES)
    )
    if place.ids is None:
        if in_copy:
            return msg("bring the site from the pages branch to the server again: yururluk export DIR.")
        return msg(
            "publish again (yururluk publish --rebuild), then bring the site from the pages branch to the server: "
            "yururluk export DIR."
        )
    if in_copy:
        return msg("bring the site from the pages branch again: yururluk export DIR.")
    if problem.fix == RESTORE:
        return RESTORE
    return msg(
        "publish again (yururluk publish --rebuild), then bring the site from the pages branch again: "
        "yururluk export DIR."
    )
