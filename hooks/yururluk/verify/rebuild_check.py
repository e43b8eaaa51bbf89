"""Whether the pages are, byte for byte, what this program makes of the same texts.

build.json says of each folder and of each part of the root what it was made from, program and all, in one digest.
Where that is what this program would make it from, it is made again and must be the same: so one who rewrote a page
and build.json alike is found, without any history. What another program made cannot be judged so. A PDF stays as it was
first given out; one that is another must be what this program makes.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from yururluk.core.history import publish_moment
from yururluk.core.messages import msg
from yururluk.core.model import Release
from yururluk.core.register import REGISTER_FILE, Register, loads
from yururluk.core.releases import read_drafts
from yururluk.core.settings import Settings
from yururluk.git import GitFailed, Repository, content_id, with_folder_ids
from yururluk.publish.plan import Plan, plan
from yururluk.publish.published_pages import BUILD_FILE, PORTAL, Online, as_listed
from yururluk.publish.remote import known_commit
from yururluk.publish.targets import Builder, Files, code_digest, jobs_of, package_digest, run_jobs
from yururluk.site.urls import PDF
from yururluk.verify.files import EXTRA, MISSING, Fault, Place, id_of

_OTHERWISE = msg("this file is not what this program makes of the same texts, though build.json says so.")

_OTHER_PDF = msg("this PDF is neither the one that was first published nor what this program makes of the same text.")


@dataclass(frozen=True)
class MadeAgain:
    """What making the pages again showed. `by_this_program` is False where another one made them, or none can tell:
    nothing was compared then."""

    by_this_program: bool
    faults: tuple[Fault, ...] = ()


def made_again(root: Path, place: Place, releases: Sequence[Release], settings: Settings, today: date) -> MadeAgain:
    """Make the pages of a site again, in which nothing else is at fault, and hold them against what is there."""
    register = loads(place.read(REGISTER_FILE) or b"", REGISTER_FILE)
    listed = as_listed(place.read(BUILD_FILE) or b"{}", {})
    code = code_digest(root, settings)
    _, pages, _ = read_drafts(root, settings)
    moment = publish_moment(today, settings.timezone)
    wanted_plan = plan(_as_recorded(releases, register), register, moment, settings, code, pages=pages)
    wanted = wanted_plan.fingerprints()
    ours = {f"{folder}/": made_from for folder, made_from in wanted["folders"].items()}
    ours[PORTAL] = wanted["parts"][PORTAL]
    theirs = {**{f"{folder}/": made_from for folder, made_from in listed.folders.items()}, **listed.parts}
    if listed.code != code and not any(theirs.get(name) == made_from for name, made_from in ours.items()):
        return MadeAgain(by_this_program=False)
    differs = {
        name for kind in ("folders", "parts") for name, _ in wanted[kind].items() ^ getattr(listed, kind).items()
    }
    if differs:
        said = msg(
            "this file does not say of {names} what they are made from today: publish is due, or somebody changed it.",
            names=", ".join(sorted(differs)),
        )
        return MadeAgain(True, ((BUILD_FILE, said),))
    names = listed.trees.keys() ^ wanted_plan.folder_names()
    if names:
        return MadeAgain(True, tuple((name, EXTRA if name in listed.trees else MISSING) for name in sorted(names)))
    with tempfile.TemporaryDirectory(prefix="yururluk-verify-") as work:
        return MadeAgain(True, tuple(_compared(root, place, settings, wanted_plan, listed, Path(work))))


def _as_recorded(releases: Sequence[Release], register: Register) -> list[Release]:
    """The releases as far as the register knows of them: what is yet to be published is on no page."""
    withdrawn = register.withdrawals
    return [
        release if release.version in withdrawn else replace(release, withdrawal=None)
        for release in releases
        if register.publication(release.version)
    ]


def _compared(
    root: Path, place: Place, settings: Settings, wanted_plan: Plan, listed: Online, work: Path
) -> Iterator[Fault]:
    like = next(iter(listed.trees.values()), "0" * 40)
    builder = Builder(Repository(root), settings, work, package_digest())
    pdfs = [part for part in wanted_plan.parts if part.name.startswith(f"{PDF}/")]
    parts = [part for part in wanted_plan.parts if part not in pdfs]
    history, portal = wanted_plan.history, wanted_plan.portal
    jobs = jobs_of(builder, history.releases, wanted_plan.folders, parts, portal, listed, compare=False)
    made = run_jobs(jobs, lambda _step: None) | {part.name: part.make() for part in parts if not part.version}
    for folder in wanted_plan.folders:
        files = _content_ids(made[folder.version], like)
        for name in (folder.version, *folder.aliases):
            inside = with_folder_ids({f"{name}/{path}": one for path, one in files.items()}, like)
            if inside[name] != listed.trees.get(name):
                yield from _differences(place, name, files, like)
    first = _first_pdfs(builder.repository, settings)
    for part in pdfs:
        theirs = listed.part_files[part.name]
        others = {path: one for path, one in theirs.items() if first.get(path) != one}
        ours = _content_ids(part.make(), like) if others else {}
        yield from ((path, _OTHER_PDF) for path, one in sorted(others.items()) if ours.get(path) != one)
        lost = {path for path in first if path.startswith(f"{part.name}/")} - theirs.keys()
        yield from ((path, MISSING) for path in sorted(lost))
    for name in (PORTAL, *(part.name for part in parts)):
        yield from _part_differences(_content_ids(made[name], like), listed.part_files[name])


def _first_pdfs(repository: Repository, settings: Settings) -> dict[str, str]:
    """What git called each PDF when it was first on the pages branch; nothing where there is no such branch here."""
    with contextlib.suppress(GitFailed):
        commit = known_commit(repository, settings)
        return repository.first_contents(commit, PDF) if commit else {}
    return {}


def _content_ids(files: Files, like: str) -> dict[str, str]:
    return {path: content_id(data, like) for path, data in sorted(files.items())}


def _differences(place: Place, folder: str, made: Mapping[str, str], like: str) -> Iterator[Fault]:
    ids = place.ids(like) if place.ids else None
    for path, wanted in made.items():
        found = id_of(place, f"{folder}/{path}", ids, like)
        if found != wanted:
            yield f"{folder}/{path}", MISSING if found is None else _OTHERWISE
    known = ids if ids is not None else {}
    folders = {path[:at] for path in known for at, sign in enumerate(path) if sign == "/"}
    for path in known.keys() - folders:
        if path.startswith(f"{folder}/") and path.removeprefix(f"{folder}/") not in made:
            yield path, EXTRA


def _part_differences(made: Mapping[str, str], listed: Mapping[str, str]) -> Iterator[Fault]:
    for path in sorted(made.keys() | listed.keys()):
        if path not in made:
            yield path, EXTRA
        elif made[path] != listed.get(path):
            yield path, _OTHERWISE if path in listed else MISSING
