"""What should be online today: reconciles the releases with the register and says what is missing.

Everything here is a function of the releases, the register, the moment and the settings; nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from yururluk.core.history import History, Published
from yururluk.core.messages import Message, listed, msg
from yururluk.core.model import Release, version_key
from yururluk.core.problems import Problem, refuse_if_any
from yururluk.core.register import (
    REGISTER_FILE,
    Publication,
    Register,
)
from yururluk.core.settings import Settings
from yururluk.memory import NO_MEMORY, Memory
from yururluk.publish.contradictions import contradictions
from yururluk.publish.register_update import extended_register, known_history, waiting_and_ready
from yururluk.site.basis import Bases
from yururluk.site.build_targets import Part, fingerprint, ready_part
from yururluk.site.page_facts import Assembler
from yururluk.site.page_models import Site
from yururluk.site.root_parts import root_parts
from yururluk.site.urls import VERSIONS

BUILD_FILE = "build.json"
PORTAL = "portal"


@dataclass(frozen=True)
class Folder:
    """One release's folder as it should be: its pages, its aliases and what versions.json says of it.

    `fingerprint` digests everything that the folder's bytes depend on. The pages are made when they are asked for.
    """

    version: str
    aliases: tuple[str, ...]
    properties: Mapping[str, Any]
    fingerprint: str
    make: Callable[[], Site] = field(repr=False, compare=False)

    @property
    def site(self) -> Site:
        """The release's pages."""
        return self.make()


@dataclass(frozen=True)
class Plan:
    """The wished state. `recorded` and `withdrawn` name the versions that this publish enters in the register,
    `waiting` the releases whose own day of publication has not come; `code` digests the code that makes the pages.
    With nothing changed it stays the same from `day` until the day `until` (None: for ever)."""

    day: date
    until: date | None
    history: History
    register: Register
    recorded: tuple[str, ...]
    withdrawn: tuple[str, ...]
    waiting: tuple[str, ...]
    folders: tuple[Folder, ...]
    aliases: tuple[str, ...]
    portal_fingerprint: str
    parts: tuple[Part, ...]
    code: str
    make_portal: Callable[[], Site] = field(repr=False, compare=False)

    @property
    def portal(self) -> Site:
        """The pages at the root."""
        return self.make_portal()

    def fingerprints(self) -> dict[str, dict[str, str]]:
        """What each folder and each part of the root was made from."""
        return {
            "folders": {folder.version: folder.fingerprint for folder in self.folders},
            "parts": {
                PORTAL: self.portal_fingerprint,
                **{part.name: part.fingerprint for part in self.parts},
            },
        }

    def versions_file(self) -> bytes:
        """versions.json as mike reads it, newest first, with aliases in order: a line for each version."""
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
        lines = ",\n".join(json.dumps(version, ensure_ascii=False) for version in content)
        return f"[\n{lines}\n]\n".encode()


@dataclass(frozen=True)
class Outlook:
    """What is known at a moment, before it is worked out what has to be made: `register` is the one to be published;
    for the rest, see `Plan`."""

    day: date
    register: Register
    recorded: tuple[str, ...]
    withdrawn: tuple[str, ...]
    waiting: tuple[Release, ...]
    assembler: Assembler


def plan(
    releases: Sequence[Release],
    register: Register,
    moment: datetime,
    settings: Settings,
    code_digest: str,
    memory: Memory = NO_MEMORY,
) -> Plan:
    """Work out what should be online at `moment`. Raises `Refused` with every reason why it cannot be.

    `memory` spares work where pages are made; what they tell does not hang on it.
    """
    return planned(outlook(releases, register, moment, settings, memory), code_digest)


def outlook(
    releases: Sequence[Release],
    register: Register,
    moment: datetime,
    settings: Settings,
    memory: Memory = NO_MEMORY,  # noqa: ARG001 - removed with all memories in the next commit
) -> Outlook:
    """What will be known of the releases at `moment`. Raises `Refused`, and takes a memory, as `plan` does."""
    zone = settings.timezone
    day = moment.astimezone(zone).date()
    refuse_if_any(_back_in_time(register, day, zone))
    # Within a day, `--today` (its beginning) must not come before what the clock has recorded already.
    moment = max([moment, *(entry.published for entry in register.entries[-1:])])
    refuse_if_any(contradictions(releases, register, zone))

    waiting, ready = waiting_and_ready(releases, register, moment, zone)
    refuse_if_any([problem for release in ready for problem in _date_problems(release, register, day, zone)])

    history = known_history(releases, register, settings, fresh=ready, moment=moment)
    refuse_if_any(facts_problems(history, register))
    extended, withdrawn = extended_register(register, releases, ready, history, moment.astimezone(zone), settings)
    history.settle(day)
    return Outlook(
        day=day,
        register=extended,
        recorded=tuple(release.version for release in ready),
        withdrawn=tuple(withdrawn),
        waiting=tuple(waiting),
        assembler=Assembler(history, day, settings),
    )


def planned(known: Outlook, code_digest: str) -> Plan:
    """What should be online, made by the code of that digest."""
    day, assembler = known.day, known.assembler
    history, settings, urls = assembler.history, assembler.settings, assembler.urls
    bases = Bases(assembler)
    in_force = history.in_force(day)
    newest = history.newest(day)
    folders = []
    for published_release in history.releases:
        aliases = [
            alias
            for alias, holder in zip(settings.addresses.aliases, (in_force, newest), strict=True)
            if holder is published_release
        ]
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
                fingerprint=fingerprint(
                    code_digest,
                    {"pages": bases.release(published_release), "aliases": sorted(aliases), **properties},
                ),
                make=partial(_release_site, assembler, published_release),
            )
        )
    made = Plan(
        day=day,
        until=_next_change(history, known.waiting, day),
        history=history,
        register=known.register,
        recorded=known.recorded,
        withdrawn=known.withdrawn,
        waiting=tuple(release.version for release in known.waiting),
        folders=tuple(folders),
        aliases=settings.addresses.aliases,
        portal_fingerprint=fingerprint(
            code_digest, bases.root({folder.version: folder.fingerprint for folder in folders})
        ),
        parts=root_parts(assembler, known.register, code_digest),
        code=code_digest,
        make_portal=partial(_portal_site, assembler),
    )
    record = known.register.dumps()
    told = {
        REGISTER_FILE: record,
        urls.answer("register"): record,
        VERSIONS: made.versions_file(),
    }
    return replace(made, parts=(*made.parts, ready_part("record", told)))


def _next_change(history: History, waiting: Sequence[Release], day: date) -> date | None:
    """The first day after `day` on which a release begins to bind or to be withdrawn, or is to be published."""
    days = {
        *(published.effective for published in history.releases),
        *(published.withdrawn_on for published in history.releases),
        *(release.published for release in waiting),
    }
    return min((other for other in days if other is not None and other > day), default=None)


# What reads and compares texts is loaded where pages are made; most runs make none.


def _release_site(assembler: Assembler, published: Published) -> Site:
    from yururluk.site.release_pages import release_site

    return release_site(assembler, published)


def _portal_site(assembler: Assembler) -> Site:
    from yururluk.site.portal_pages import portal_site

    return portal_site(assembler)


def what_publish_would_refuse(
    releases: Sequence[Release], register: Register, moment: datetime, settings: Settings
) -> list[Problem]:
    """Every reason, as far as it can be told without building, why `plan` would refuse these releases."""
    zone = settings.timezone
    problems = contradictions(releases, register, zone)
    if problems:
        return problems
    _, ready = waiting_and_ready(releases, register, moment, zone)
    day = moment.astimezone(zone).date()
    problems = [problem for release in ready for problem in _date_problems(release, register, day, zone)]
    if problems:
        return problems
    history = known_history(releases, register, settings, fresh=ready, moment=moment)
    return facts_problems(history, register)


def _back_in_time(register: Register, day: date, zone: ZoneInfo) -> list[Problem]:
    """The register only grows: nothing can be published on a day before its last entry."""
    last = max((entry.published.astimezone(zone).date() for entry in register.entries), default=day)
    if last <= day:
        return []
    message = msg("the day {day} lies before {last}, the day of the last entry in the register.", day=day, last=last)
    fix = msg(
        "publish as of today; to see what was in force on an earlier day: "
        "yururluk status --on DATE; to end a release: yururluk withdraw."
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
                msg(
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
                msg(
                    "remove the line, so that the release is published now; or write a day that is not before the last."
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
                    msg(
                        "takes effect on {recorded}, not on {here}",
                        recorded=document.effective,
                        here=facts.effective,
                    )
                )
            if facts.changed != document.changed:
                differences.append(msg("changed") if document.changed else msg("did not change"))
            if differences:
                problems.append(
                    Problem(
                        "published-release",
                        f"releases/{entry.version}/{name}",
                        0,
                        msg(
                            "by the register this text {what} in release {version}; by the "
                            "releases and settings here it is otherwise.",
                            what=listed(differences, " and "),
                            version=entry.version,
                        ),
                        msg("restore releases/ and the languages in mkdocs.yml as they were when it was published."),
                    )
                )
    return problems


def _day(entry: Publication, zone: ZoneInfo) -> date:
    return entry.published.astimezone(zone).date()
