"""What should be online on a day: the releases and the register make a plan, and nothing is written.

Everything here is a function of the releases, the register, the moment and the settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from yururluk.core.history import History
from yururluk.core.messages import Message, Problem, msg, refuse_if_any
from yururluk.core.model import VERSION_PATTERN, Release, Text, version_key
from yururluk.core.register import Publication, Register
from yururluk.core.settings import Settings
from yururluk.publish.published_pages import FORMAT, PORTAL, Online, sealed
from yururluk.publish.register_update import (
    contradictions,
    extended_register,
    known_history,
    moment_of_entry,
    waiting_and_ready,
)
from yururluk.publish.targets import Folder, Part, fingerprint, root_parts
from yururluk.site.assets import FOLDER as ASSETS_FOLDER
from yururluk.site.page_facts import Assembler
from yururluk.site.page_models import Site
from yururluk.site.pages import portal_site, release_site

# What the company may put beside the pages; of the assets, those under old names stay for pages kept elsewhere.
_NEVER_OURS = ("CNAME", ".well-known", ASSETS_FOLDER)


@dataclass(frozen=True)
class Plan:
    """What should be online. `recorded` and `withdrawn` name the versions that this publish enters in the register,
    `waiting` the releases whose own day of publication has not come, and `held_back` says what is wrong with the new
    releases that are not entered. `code` digests the code that makes the pages."""

    day: date
    history: History
    register: Register
    recorded: tuple[str, ...]
    withdrawn: tuple[str, ...]
    waiting: tuple[str, ...]
    held_back: tuple[Problem, ...]
    folders: tuple[Folder, ...]
    aliases: tuple[str, ...]
    portal: Site = field(repr=False)
    portal_fingerprint: str
    parts: tuple[Part, ...]
    code: str

    def fingerprints(self) -> dict[str, dict[str, str]]:
        """What each folder and each part of the root is made from."""
        parts = {PORTAL: self.portal_fingerprint, **{part.name: part.fingerprint for part in self.parts}}
        return {"folders": {folder.version: folder.fingerprint for folder in self.folders}, "parts": parts}

    def folder_names(self) -> set[str]:
        """The folders of the releases and of their aliases."""
        return {name for folder in self.folders for name in (folder.version, *folder.aliases)}

    def due(self, online: Online) -> list[Folder]:
        """The folders that are not online as they should be."""
        return [one for one in self.folders if not online.has(one.version, one.aliases, one.fingerprint)]

    def has_root_in(self, online: Online) -> bool:
        """Whether all beside the releases' folders is there as it should be, and nothing that should not."""
        wanted = self.fingerprints()["parts"]
        return (
            all(online.has_part(name, made_from) for name, made_from in wanted.items())
            and wanted.keys() == online.parts.keys()
            and not self.foreign_releases(online)
        )

    def foreign_releases(self, online: Online) -> list[str]:
        """What is where only a release or an alias may be, and should not: it could be taken for one."""
        names = {name.partition("/")[0] for name in online.ids} - self.folder_names()
        named = {*self.aliases, *online.in_versions} - {path.partition("/")[0] for path in online.files}
        return sorted(name for name in names if name in named or re.fullmatch(VERSION_PATTERN, name, re.ASCII))

    def stale(self, online: Online, wanted: set[str]) -> list[str]:
        """What is to be deleted: files that we wrote once and no longer want, and foreign releases."""
        ours = [path for path in online.files if path.partition("/")[0] not in _NEVER_OURS]
        gone = {path for path in ours if path in online.ids} - wanted
        return sorted(gone | set(self.foreign_releases(online)))

    def build_file(self, ids: Mapping[str, str], part_files: Mapping[str, Mapping[str, str]]) -> bytes:
        """build.json: the fingerprints, and what git calls the folders in `ids` and each file of a part."""
        fingerprints = self.fingerprints()
        return sealed(
            {
                "format": FORMAT,
                "code": self.code,
                "folders": fingerprints["folders"],
                "trees": {name: ids[name] for name in sorted(self.folder_names())},
                "parts": {
                    name: {"fingerprint": made_from, "files": dict(sorted(part_files[name].items()))}
                    for name, made_from in fingerprints["parts"].items()
                },
            }
        )


def plan(
    releases: Sequence[Release],
    register: Register,
    moment: datetime,
    settings: Settings,
    code: str,
    faults: Sequence[Problem] = (),
    pages: Sequence[Text] = (),
) -> Plan:
    """Work out what should be online at `moment`, made by the code with the digest `code`. `pages` are those without
    versions.

    `faults` are problems of files below releases/. A new release with a problem is held back; for anything wrong with
    what is recorded already, `Refused` is raised with every reason.
    """
    zone = settings.timezone
    day = moment.astimezone(zone).date()
    refuse_if_any(_back_in_time(day, [entry.published for entry in register.entries], settings))
    moment = moment_of_entry(register, moment, zone)
    releases, held_back = _held_back(releases, register, moment, zone, faults)
    refuse_if_any(contradictions(releases, register, zone))
    waiting, ready = waiting_and_ready(releases, register, moment, zone)
    history = known_history(releases, register, settings, fresh=ready, moment=moment)
    refuse_if_any(facts_problems(history, register))
    extended, withdrawn = extended_register(register, releases, ready, history, moment.astimezone(zone), settings)
    if extended != register:
        refuse_if_any(_back_in_time(day, [entry.entered for entry in register.entries], settings))
    history.settle(day)

    known = Assembler(history, day, settings)
    folders = tuple(_folders(known, code))
    portal = portal_site(known, pages)
    last = max((published.moment for published in history.releases), default=None)
    return Plan(
        day=day,
        history=history,
        register=extended,
        recorded=tuple(release.version for release in ready),
        withdrawn=tuple(withdrawn),
        waiting=tuple(release.version for release in waiting),
        held_back=tuple(held_back),
        folders=folders,
        aliases=settings.addresses.aliases,
        portal=portal,
        portal_fingerprint=fingerprint(code, [portal, last]),
        # The parts are handed to other processes: without what the pages have worked out.
        parts=root_parts(Assembler(history, day, settings), extended, versions_file(folders), code, pages),
        code=code,
    )


def _folders(known: Assembler, code: str) -> list[Folder]:
    history, day = known.history, known.day
    holders = (history.in_force(day), history.newest(day))
    folders = []
    for published in history.releases:
        release = published.release
        named = zip(known.settings.addresses.aliases, holders, strict=True)
        aliases = sorted(alias for alias, holder in named if holder is published)
        properties = {
            "published": published.moment.isoformat(timespec="seconds"),
            "effective": published.effective.isoformat(),
            "status": history.standing(published.version, day).state.value,
            "material": release.material,
            "digests": {text.name: f"sha256:{text.sha256}" for text in sorted(release.texts, key=lambda t: t.name)},
        }
        site = release_site(known, published)
        made_from = fingerprint(code, [site, aliases, properties])
        folders.append(Folder(published.version, tuple(aliases), properties, site, made_from))
    return folders


def versions_file(folders: Sequence[Folder]) -> bytes:
    """versions.json as mike reads it, newest first, with aliases in order: a line for each version."""
    content = [
        {
            "version": folder.version,
            "title": folder.version,
            "aliases": list(folder.aliases),
            "properties": dict(folder.properties),
        }
        for folder in sorted(folders, key=lambda folder: version_key(folder.version), reverse=True)
    ]
    lines = ",\n".join(json.dumps(version, ensure_ascii=False) for version in content)
    return f"[\n{lines}\n]\n".encode()


def _held_back(
    releases: Sequence[Release], register: Register, moment: datetime, zone: ZoneInfo, faults: Sequence[Problem]
) -> tuple[list[Release], list[Problem]]:
    """The releases that can go online, and what is wrong with the new ones that cannot."""
    day = moment.astimezone(zone).date()
    _, ready = waiting_and_ready(releases, register, moment, zone)
    dates = [problem for release in ready for problem in _date_problems(release, register, day, zone)]
    found = [*faults, *dates]
    named = {problem: _version_of(problem) for problem in found}
    recorded = {entry.version for entry in register.publications}
    refuse_if_any([problem for problem in found if named[problem] in recorded or not named[problem]])
    if not recorded:
        refuse_if_any(found)
    kept = [release for release in releases if release.version not in named.values()]
    return kept, found


def _version_of(problem: Problem) -> str:
    """The release in whose folder a problem is; empty where it is in none."""
    folder, _, inside = problem.path.partition("/")
    return inside.partition("/")[0] if folder == "releases" else ""


def what_publish_would_refuse(
    releases: Sequence[Release], register: Register, moment: datetime, settings: Settings
) -> list[Problem]:
    """Every reason, as far as it can be told without building, why `plan` would refuse these releases."""
    zone = settings.timezone
    problems = contradictions(releases, register, zone)
    if problems:
        return problems
    moment = moment_of_entry(register, moment, zone)
    _, ready = waiting_and_ready(releases, register, moment, zone)
    day = moment.astimezone(zone).date()
    problems = [problem for release in ready for problem in _date_problems(release, register, day, zone)]
    if problems:
        return problems
    history = known_history(releases, register, settings, fresh=ready, moment=moment)
    return facts_problems(history, register)


def _back_in_time(day: date, moments: Sequence[datetime], settings: Settings) -> list[Problem]:
    """The register only grows: nothing can be published on a day before the moments of its entries."""
    last = max((moment.astimezone(settings.timezone).date() for moment in moments), default=day)
    if last <= day:
        return []
    message = msg("the day {day} lies before {last}, the day of the last entry in the register.", day=day, last=last)
    fix = msg(
        "publish as of today, or, where that day was only rehearsed, delete the local branch (git branch -D "
        "{branch}); to see what was in force on an earlier day: yururluk status --on DATE; to end a release: yururluk "
        "withdraw.",
        branch=settings.branch,
    )
    return [Problem("back-in-time", "", 0, message, fix)]


def _date_problems(release: Release, register: Register, day: date, zone: ZoneInfo) -> list[Problem]:
    """What the dates of a release must not say when it is entered in the register."""
    problems: list[Problem] = []
    if release.published is None and release.effective is not None and release.effective < day:
        # It would bind before anyone could read it, unless it was public elsewhere.
        problems.append(
            Problem(
                "effective-date",
                release.path,
                release.lines.get("effective", 1),
                msg(
                    "the effective date {effective} lies before the publication day {day}.",
                    effective=release.effective,
                    day=day,
                ),
                msg("set `effective: on-publication` or a later day.")
                if register.entries
                else msg(
                    "set `effective: on-publication` or a later day; if the text was "
                    "already public, add `published:` with the day on which it became so."
                ),
            )
        )
    last = max((_day(entry, zone) for entry in register.publications), default=date.min)
    if release.published is not None and release.published < last:
        problems.append(
            Problem(
                "published-date",
                release.path,
                release.lines.get("published", 1),
                msg(
                    "the publication day {published} lies before {last}, the day of the "
                    "last release in the register: what was published cannot be slipped in "
                    "afterwards.",
                    published=release.published,
                    last=last,
                ),
                msg("remove the line, so that the release is published now."),
            )
        )
    elif release.published is not None and release.published < day and register.entries and not release.imported:
        problems.append(
            Problem(
                "published-date",
                release.path,
                release.lines.get("published", 1),
                msg(
                    "the publication day {published} has passed: since the register has begun, a release is published "
                    "at the moment at which it goes online.",
                    published=release.published,
                ),
                msg(
                    "remove the line. Only for a text that was public elsewhere on that day, say where it comes from: "
                    "imported: {{from: …}}; the register then holds both moments."
                ),
            )
        )
    return problems


def facts_problems(history: History, register: Register) -> list[Problem]:
    """Where the releases, read today, give a text other facts than the register has."""
    problems: list[Problem] = []
    for entry in register.publications:
        for document in entry.documents:
            facts = history.facts[entry.version, document.id, document.locale]
            name = f"{document.locale}/{document.id}.md"
            differences: list[Message] = []
            if facts.effective != document.effective:
                differences.append(
                    msg("takes effect on {recorded}, not on {here}", recorded=document.effective, here=facts.effective)
                )
            if facts.changed != document.changed:
                differences.append(msg("changed") if document.changed else msg("did not change"))
            if differences:
                both = msg("{first} and {second}", first=differences[0], second=differences[-1])
                problems.append(
                    Problem(
                        "published-release",
                        f"releases/{entry.version}/{name}",
                        0,
                        msg(
                            "by the register this text {what} in release {version}; by the "
                            "releases and settings here it is otherwise.",
                            what=both if len(differences) > 1 else differences[0],
                            version=entry.version,
                        ),
                        msg("restore releases/ and the languages in mkdocs.yml as they were when it was published."),
                    )
                )
    return problems


def _day(entry: Publication, zone: ZoneInfo) -> date:
    return entry.published.astimezone(zone).date()
