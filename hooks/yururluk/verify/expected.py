"""What should be online, worked out again: the pages, byte for byte, and versions.json.

build.json says of each folder and of each part of the root what it was made from, program and all, in one digest.
Where that is what this program would make it from, it is made again and must be the same: so one who rewrote a page
and build.json alike is found, without any history. What another program made cannot be judged so. A PDF stays as it was
first given out; one that is another must be what this program makes.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from yururluk.core.history import publish_moment
from yururluk.core.in_force import Candidate, State, Timeline
from yururluk.core.messages import Message, msg
from yururluk.core.model import Release, is_version
from yururluk.core.register import REGISTER_FILE, Publication, Register, loads
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


_STATES = tuple(state.value for state in State)
_LONGEST = 80


# versions.json


@dataclass(frozen=True)
class Listed:
    """What versions.json says of a release. What has not the form it should have is left empty."""

    version: str
    aliases: tuple[str, ...]
    properties: Mapping[str, Any]


def read_versions(data: bytes | None) -> tuple[list[Listed], list[Message]]:
    """The releases that versions.json lists, and what is wrong with its form, a sentence each."""
    if data is None:
        return [], [msg("this file is missing.")]
    try:
        content = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return [], [msg("this file is not valid JSON.")]
    if not isinstance(content, list):
        return [], [msg("this file is not a list of releases.")]
    found: list[Listed] = []
    faults: list[Message] = []
    for number, item in enumerate(content, start=1):
        version = item.get("version") if isinstance(item, dict) else None
        if not isinstance(version, str) or not is_version(version):
            faults.append(msg("entry {number} of the list names no version.", number=number))
            continue
        if any(other.version == version for other in found):
            faults.append(msg("release {version} is listed twice.", version=version))
            continue
        aliases, properties = item.get("aliases"), item.get("properties")
        if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
            faults.append(msg("the aliases of release {version} are not a list of names.", version=version))
            aliases = []
        if not isinstance(properties, dict):
            faults.append(msg("release {version} has no properties.", version=version))
            properties = {}
        found.append(Listed(version, tuple(aliases), properties))
    return found, faults


def faults_of(listed: Sequence[Listed], register: Register, settings: Settings, today: date) -> list[Message]:
    """Where the list contradicts the register, and the rule of what is in force today, a sentence each.

    A release that the register lacks is left aside: there the register is at fault, not the list.
    """
    by_version = {item.version: item for item in listed}
    found: list[Message] = []
    for entry in register.publications:
        item = by_version.get(entry.version)
        if item is None:
            found.append(msg("release {version} is in the register, but is not listed here.", version=entry.version))
        elif item.properties:
            found += _property_faults(item, entry)
    found += _state_faults(by_version, register, settings.timezone, today)
    return found + _alias_faults(listed, register, settings, today)


def _property_faults(item: Listed, entry: Publication) -> list[Message]:
    found: list[Message] = []

    def compare(key: str, what: Message, wanted: object, *, right: bool | None = None) -> None:
        said = item.properties.get(key)
        if not (said == wanted and type(said) is type(wanted) if right is None else right):
            told = msg("missing") if said is None else _shown(said)
            found.append(
                msg(
                    "{what} of release {version} is {told}; in the register it is {wanted}.",
                    what=what,
                    version=entry.version,
                    told=told,
                    wanted=_shown(wanted),
                )
            )

    same_moment = _moment(item.properties.get("published")) == entry.published.replace(microsecond=0)
    compare(
        "published", msg("the moment of publication"), entry.published.isoformat(timespec="seconds"), right=same_moment
    )
    compare("effective", msg("the effective date"), entry.effective.isoformat())
    compare("material", msg('"material"'), entry.material)
    if item.properties.get("status") not in _STATES:
        told = _shown(item.properties.get("status"))
        found.append(
            msg(
                "the state of release {version} is {told}; it must be one of: {names}.",
                version=entry.version,
                told=told,
                names=", ".join(_STATES),
            )
        )
    digests = item.properties.get("digests")
    digests = digests if isinstance(digests, dict) else {}
    recorded = {f"{text.locale}/{text.id}.md": f"sha256:{text.sha256}" for text in entry.documents}
    for name in sorted(set(digests) | set(recorded)):
        text = _shown(name.removesuffix(".md")).strip('"')
        if name not in recorded:
            found.append(
                msg(
                    "{text} is listed in {version}, but the register does not have it there.",
                    text=text,
                    version=entry.version,
                )
            )
        elif digests.get(name) != recorded[name]:
            found.append(
                msg("the digest of {text} in {version} is not the register's.", text=text, version=entry.version)
            )
    return found


def _shown(value: object) -> str:
    """A value as it is in the file, cut short; half of a character is shown as a question mark."""
    told = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def standings(register: Register, zone: ZoneInfo, today: date) -> dict[str, State]:
    """What each release of the register is on a day, by the rule of what is in force."""
    withdrawals = register.withdrawals
    candidates = [
        Candidate(
            entry.version,
            entry.published,
            entry.published.astimezone(zone).date(),
            entry.effective,
            rank,
            withdrawals[entry.version].withdrawn.on if entry.version in withdrawals else None,
        )
        for rank, entry in enumerate(register.publications)
    ]
    timeline = Timeline(candidates)
    return {candidate.version: timeline.standing(candidate, today).state for candidate in candidates}


def wanted_aliases(register: Register, settings: Settings, today: date) -> dict[str, str]:
    """Which release each alias belongs to on a day: the one in force, and the one published last and not withdrawn."""
    zone, words = settings.timezone, settings.addresses
    states = standings(register, zone, today)
    found = {}
    for version, state in states.items():
        if state == State.IN_FORCE:
            found[words.in_force] = version
    alive = [
        (entry.published, rank, entry.version)
        for rank, entry in enumerate(register.publications)
        if states[entry.version] != State.WITHDRAWN and entry.published.astimezone(zone).date() <= today
    ]
    if alive:
        found[words.newest] = max(alive)[2]
    return found


def _state_faults(by_version: Mapping[str, Listed], register: Register, zone: ZoneInfo, today: date) -> list[Message]:
    found: list[Message] = []
    for version, state in standings(register, zone, today).items():
        said = by_version[version].properties.get("status") if version in by_version else None
        if said in _STATES and said != state:
            found.append(
                msg(
                    'release {version} is listed as "{said}"; on {today} it is "{state}".',
                    version=version,
                    said=said,
                    today=today,
                    state=state,
                )
            )
    return found


def _alias_faults(listed: Sequence[Listed], register: Register, settings: Settings, today: date) -> list[Message]:
    wanted = wanted_aliases(register, settings, today)
    found: list[Message] = []
    for item in listed:
        for alias in item.aliases:
            if alias not in settings.addresses.aliases:
                found.append(
                    msg(
                        "{alias} is listed as an alias of release {version}; there is no such alias.",
                        alias=_shown(alias),
                        version=item.version,
                    )
                )
            elif wanted.get(alias) != item.version and register.publication(item.version):
                holder = wanted.get(alias)
                whose = msg("it is that of release {version}", version=holder) if holder else msg("no release has it")
                found.append(
                    msg(
                        '"{alias}" is listed as an alias of release {version}; on {today} {whose}.',
                        alias=alias,
                        version=item.version,
                        today=today,
                        whose=whose,
                    )
                )
    for alias, version in wanted.items():
        if not any(alias in item.aliases for item in listed):
            found.append(
                msg(
                    'no release is listed with the alias "{alias}"; on {today} it is that of release {version}.',
                    alias=alias,
                    today=today,
                    version=version,
                )
            )
    return found
