"""What should be online today: reconciles the releases with the register and says what is missing.

Everything here is a function of the releases, the register, the moment and the settings; nothing is written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from yururluk.history import History, Published, publish_moment
from yururluk.model import IN_FORCE_ALIAS, NEWEST_ALIAS, Release, version_key
from yururluk.problems import Problem, refuse_if_any
from yururluk.register import Publication, Register, publication_entry, withdrawal_entry
from yururluk.settings import Settings
from yururluk.site.assemble import Assembler
from yururluk.site.views import Site

BUILD_FILE = "build.json"


@dataclass(frozen=True)
class Folder:
    """One release's folder as it should be: its pages, its aliases and what versions.json says of it.

    `fingerprint` digests everything that the folder's bytes depend on.
    """

    version: str
    aliases: tuple[str, ...]
    properties: Mapping[str, Any]
    site: Site
    fingerprint: str


@dataclass(frozen=True)
class Plan:
    """The wished state. `recorded` and `withdrawn` name the versions that this publish enters in the register,
    `waiting` the releases whose own day of publication has not come."""

    day: date
    history: History
    register: Register
    recorded: tuple[str, ...]
    withdrawn: tuple[str, ...]
    waiting: tuple[str, ...]
    folders: tuple[Folder, ...]
    portal: Site
    portal_fingerprint: str

    def build_file(self) -> bytes:
        """The fingerprints, as they are kept beside the pages."""
        content = {
            "format": 1,
            "portal": self.portal_fingerprint,
            "folders": {folder.version: folder.fingerprint for folder in self.folders},
        }
        return (json.dumps(content, indent=2) + "\n").encode()

    def versions_file(self) -> bytes:
        """versions.json as mike writes it, newest first, with aliases in order."""
        ordered = sorted(self.folders, key=lambda folder: version_key(folder.version), reverse=True)
        content = [
            {
                "version": folder.version,
                "title": folder.version,
                "aliases": list(folder.aliases),
                "properties": dict(folder.properties),
            }
            for folder in ordered
        ]
        return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def plan(
    releases: Sequence[Release], register: Register, moment: datetime, settings: Settings, code_digest: str
) -> Plan:
    """Work out what should be online at `moment`. Raises `Refused` with every reason why it cannot be."""
    zone = settings.timezone
    day = moment.astimezone(zone).date()
    refuse_if_any(_contradictions(releases, register, zone))

    fresh = [release for release in releases if register.publication(release.version) is None]
    waiting = [release for release in fresh if release.published is not None and release.published > day]
    ready = sorted(
        (release for release in fresh if release not in waiting),
        key=lambda r: (publish_moment(r.published, zone) if r.published else moment, version_key(r.version)),
    )
    refuse_if_any([problem for release in ready for problem in _date_problems(release, day)])

    history = known_history(releases, register, settings, fresh=ready, moment=moment)
    refuse_if_any(_facts_problems(history, register))

    extended = register
    for release in ready:
        extended = extended.appended(_entry(history, history[release.version], settings))
    withdrawn = []
    for release in releases:
        taken_back = release.withdrawal
        published = release.version in history and extended.publication(release.version) is not None
        if taken_back and published and release.version not in extended.withdrawals:
            entry = withdrawal_entry(
                release.version, moment.astimezone(zone), taken_back.on, taken_back.reason
            )
            extended = extended.appended(entry)
            withdrawn.append(release.version)

    assembler = Assembler(history, day, settings)
    in_force = history.in_force(day)
    newest = history.newest(day)
    folders = []
    for published_release in history.releases:
        aliases = [
            alias
            for alias, holder in ((NEWEST_ALIAS, newest), (IN_FORCE_ALIAS, in_force))
            if holder is published_release
        ]
        site = assembler.release_site(published_release)
        properties = {
            "published": published_release.moment.isoformat(timespec="seconds"),
            "effective": published_release.effective.isoformat(),
            "status": history.standing(published_release.version, day).state.value,
            "material": published_release.release.material,
            "digests": {
                text.name: f"sha256:{text.sha256}"
                for text in sorted(published_release.release.texts, key=lambda t: t.name)
            },
        }
        folders.append(
            Folder(
                version=published_release.version,
                aliases=tuple(sorted(aliases)),
                properties=properties,
                site=site,
                fingerprint=fingerprint(code_digest, site, {"aliases": sorted(aliases), **properties}),
            )
        )
    portal = assembler.portal_site()
    return Plan(
        day=day,
        history=history,
        register=extended,
        recorded=tuple(release.version for release in ready),
        withdrawn=tuple(withdrawn),
        waiting=tuple(release.version for release in waiting),
        folders=tuple(folders),
        portal=portal,
        portal_fingerprint=fingerprint(code_digest, portal, {"register": len(extended.raw)}),
    )


def known_history(
    releases: Sequence[Release],
    register: Register,
    settings: Settings,
    *,
    fresh: Sequence[Release] = (),
    moment: datetime | None = None,
) -> History:
    """The history that the register tells, followed by `fresh` releases as published at `moment`."""
    by_version = {release.version: release for release in releases}
    zone = settings.timezone
    found: list[Published] = []
    for rank, entry in enumerate(register.publications):
        release = by_version.get(entry.version)
        if release is None:
            continue
        published = entry.published.astimezone(zone)
        found.append(
            Published(
                release, published, published.date(), entry.effective, rank, _withdrawn_on(release, register)
            )
        )
    for rank, release in enumerate(fresh, start=len(register.publications)):
        if release.published is not None:
            published = publish_moment(release.published, zone)
        elif moment is not None:
            published = moment.astimezone(zone)
        else:
            raise ValueError(f"release {release.version} needs a moment of publication")
        effective = release.effective or published.date()
        found.append(
            Published(release, published, published.date(), effective, rank, _withdrawn_on(release, register))
        )
    return History(found, settings.authentic)


def _withdrawn_on(release: Release, register: Register) -> date | None:
    recorded = register.withdrawals.get(release.version)
    if recorded is not None:
        return recorded.withdrawn.on
    return release.withdrawal.on if release.withdrawal else None


def _entry(history: History, published: Published, settings: Settings) -> dict[str, Any]:
    documents = []
    for text in published.release.texts:
        facts = history.facts[published.version, text.document, text.locale]
        documents.append(
            {
                "id": text.document,
                "locale": text.locale,
                "sha256": text.sha256,
                "effective": facts.effective.isoformat(),
                "changed": facts.changed,
            }
        )
    return publication_entry(
        published.version,
        published.moment.astimezone(settings.timezone),
        published.effective,
        material=published.release.material,
        summary=published.release.summary,
        documents=documents,
    )


def _date_problems(release: Release, day: date) -> list[Problem]:
    """A date that binds before anyone could read the text is refused, unless the text was public elsewhere."""
    if release.published is None and release.effective is not None and release.effective < day:
        return [
            Problem(
                "effective-date",
                release.path,
                release.lines.get("effective", 1),
                f"the effective date {release.effective} lies before the publication day {day}.",
                "set `effective: on-publication` or a later day; if the text was already public, add "
                "`published:` with the day on which it became so.",
            )
        ]
    return []


def _contradictions(releases: Sequence[Release], register: Register, zone: ZoneInfo) -> list[Problem]:
    """Where what lies in releases/ is not what the register says was published."""
    problems: list[Problem] = []
    by_version = {release.version: release for release in releases}
    for entry in register.publications:
        release = by_version.get(entry.version)
        if release is None:
            problems.append(
                Problem(
                    "published-release",
                    f"releases/{entry.version}",
                    0,
                    f"release {entry.version} was published on {_day(entry, zone)} and is missing here.",
                    f"restore it from git: git checkout <commit> -- releases/{entry.version}.",
                )
            )
        else:
            problems += _changed_since(release, entry, register, zone)
    return problems


def _changed_since(release: Release, entry: Publication, register: Register, zone: ZoneInfo) -> list[Problem]:
    problems: list[Problem] = []
    day = _day(entry, zone)
    recorded = {f"{document.locale}/{document.id}.md": document.sha256 for document in entry.documents}
    present = {text.name: text.sha256 for text in release.texts}
    for name in sorted(set(recorded) | set(present)):
        if recorded.get(name) != present.get(name):
            what = (
                "changed"
                if name in recorded and name in present
                else "removed"
                if name in recorded
                else "added"
            )
            problems.append(
                Problem(
                    "published-release",
                    f"releases/{release.version}/{name}",
                    0,
                    f"this text was {what} after release {release.version} was published on {day}.",
                    "restore the release from git, and make the change in docs/ for a new release.",
                )
            )

    def differs(key: str, now: object, then: object) -> None:
        problems.append(
            Problem(
                "published-release",
                release.path,
                release.lines.get(key, 1),
                f'"{key}" is {now}, but release {release.version} was published on {day} with {then}.',
                f"write {then} again; what has been published stays as it was.",
            )
        )

    effective = release.effective or day
    if effective != entry.effective:
        differs("effective", effective, entry.effective)
    if release.published is not None and release.published != day:
        differs("published", release.published, day)
    if release.material != entry.material:
        differs("material", str(release.material).lower(), str(entry.material).lower())
    if dict(release.summary) != entry.summary:
        differs("summary", "another text", "its own")
    taken_back = register.withdrawals.get(release.version)
    if taken_back is not None and (
        release.withdrawal is None
        or (release.withdrawal.on, release.withdrawal.reason)
        != (taken_back.withdrawn.on, taken_back.withdrawn.reason)
    ):
        problems.append(
            Problem(
                "published-release",
                f"releases/{release.version}/withdrawal.yml",
                0,
                f"release {release.version} was withdrawn as of {taken_back.withdrawn.on}; the file says otherwise.",
                "restore it from git; to bring the text back, make a new release.",
            )
        )
    return problems


def _facts_problems(history: History, register: Register) -> list[Problem]:
    """Where a release slipped in between earlier ones would change what they were recorded to be."""
    problems: list[Problem] = []
    for entry in register.publications:
        for document in entry.documents:
            facts = history.facts[entry.version, document.id, document.locale]
            if (facts.effective, facts.changed) != (document.effective, document.changed):
                problems.append(
                    Problem(
                        "published-release",
                        f"releases/{entry.version}",
                        0,
                        f"the register says that {document.locale}/{document.id} takes effect on "
                        f"{document.effective} in release {entry.version}; with the releases here it would be "
                        f"{facts.effective}.",
                        "give the release added since a day of publication after the last one in the register.",
                    )
                )
    return problems


def _day(entry: Publication, zone: ZoneInfo) -> date:
    return entry.published.astimezone(zone).date()


def fingerprint(code_digest: str, site: Site, more: Mapping[str, Any]) -> str:
    """Digest of all that the bytes of a site depend on."""
    content = {"code": code_digest, "site": asdict(site), "more": dict(more)}
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return "sha256:" + hashlib.sha256(plain.encode()).hexdigest()
