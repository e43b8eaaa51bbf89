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

from yururluk.history import History, Published, publish_moment
from yururluk.memory import NO_MEMORY, Memory
from yururluk.messages import Message, listed, msg
from yururluk.model import IN_FORCE_ALIAS, NEWEST_ALIAS, Release, version_key
from yururluk.parts import Part, fingerprint, ready_part
from yururluk.problems import Problem, refuse_if_any
from yururluk.publishing.contradictions import contradictions
from yururluk.register import (
    REGISTER_FILE,
    Publication,
    Register,
    publication_entry,
    withdrawal_entry,
)
from yururluk.settings import Settings
from yururluk.site.addresses import answer_address
from yururluk.site.assemble import Assembler
from yururluk.site.basis import Bases
from yururluk.site.root_parts import root_parts
from yururluk.site.views import Site

BUILD_FILE = "build.json"
VERSIONS_FILE = "versions.json"
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
    zone = settings.timezone
    day = moment.astimezone(zone).date()
    refuse_if_any(_back_in_time(register, day, zone))
    # Within a day, `--today` (its beginning) must not come before what the clock has recorded already.
    moment = max([moment, *(entry.published for entry in register.entries[-1:])])
    refuse_if_any(contradictions(releases, register, zone))

    waiting, ready = _waiting_and_ready(releases, register, moment, zone)
    refuse_if_any([problem for release in ready for problem in _date_problems(release, register, day, zone)])

    history = known_history(releases, register, settings, fresh=ready, moment=moment)
    refuse_if_any(facts_problems(history, register))

    # What is known to be withdrawn is entered first: a release published with it is held against what is left.
    extended, withdrawn = _with_withdrawals(register, releases, moment.astimezone(zone), register)
    for release in ready:
        # In a history made elsewhere, a release that came back with the words of a withdrawn one brought them anew.
        extended, before = _with_past_withdrawals(
            extended, releases, history[release.version].moment, register, zone
        )
        withdrawn += before
        extended = extended.appended(_entry(history, history[release.version], settings))
    extended, at_last = _with_past_withdrawals(extended, releases, moment, register, zone)
    withdrawn += at_last
    extended, withdrawn_at_once = _with_withdrawals(extended, releases, moment.astimezone(zone), register)
    withdrawn += withdrawn_at_once

    assembler = Assembler(history, day, settings, memory)
    bases = Bases(assembler)
    in_force = history.in_force(day)
    newest = history.newest(day)
    folders = []
    for published_release in history.releases:
        aliases = [
            alias
            for alias, holder in ((NEWEST_ALIAS, newest), (IN_FORCE_ALIAS, in_force))
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
        until=_next_change(history, waiting, day),
        history=history,
        register=extended,
        recorded=tuple(release.version for release in ready),
        withdrawn=tuple(withdrawn),
        waiting=tuple(release.version for release in waiting),
        folders=tuple(folders),
        portal_fingerprint=fingerprint(
            code_digest, bases.root({folder.version: folder.fingerprint for folder in folders})
        ),
        parts=root_parts(assembler, extended, code_digest),
        code=code_digest,
        make_portal=partial(_portal_site, assembler),
    )
    record = extended.dumps()
    told = {
        REGISTER_FILE: record,
        answer_address("register"): record,
        VERSIONS_FILE: made.versions_file(),
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
    _, ready = _waiting_and_ready(releases, register, moment, zone)
    day = moment.astimezone(zone).date()
    problems = [problem for release in ready for problem in _date_problems(release, register, day, zone)]
    if problems:
        return problems
    history = known_history(releases, register, settings, fresh=ready, moment=moment)
    return facts_problems(history, register)


def _waiting_and_ready(
    releases: Sequence[Release], register: Register, moment: datetime, zone: ZoneInfo
) -> tuple[list[Release], list[Release]]:
    """The releases not yet in the register: those whose own day has not come, and the others in their order."""
    day = moment.astimezone(zone).date()
    fresh = [release for release in releases if register.publication(release.version) is None]
    waiting = [release for release in fresh if release.published is not None and release.published > day]
    due = [release for release in fresh if release.published is None or release.published <= day]
    ready = sorted(
        due,
        key=lambda r: (publish_moment(r.published, zone) if r.published else moment, version_key(r.version)),
    )
    return waiting, ready


def _with_withdrawals(
    register: Register, releases: Sequence[Release], moment: datetime, known: Register
) -> tuple[Register, list[str]]:
    """The register with the withdrawals that it lacks of the releases that it has, and their versions.

    A release that the register knew before can be withdrawn from today on at the earliest: what governed on a
    past day stays as it was. `known` is the register as it was before this publish.
    """
    withdrawn = []
    for release in releases:
        taken_back = release.withdrawal
        if (
            taken_back
            and register.publication(release.version)
            and release.version not in register.withdrawals
        ):
            on = _withdrawn_from(release, known, taken_back.on, moment.date())
            entry = withdrawal_entry(release.version, moment, on, taken_back.reason)
            register = register.appended(entry)
            withdrawn.append(release.version)
    return register, withdrawn


def _with_past_withdrawals(
    register: Register, releases: Sequence[Release], until: datetime, known: Register, zone: ZoneInfo
) -> tuple[Register, list[str]]:
    """The register with the withdrawals that were made elsewhere by the moment `until`, each as of the beginning of its
    own day, of releases that came there in the same way; and their versions. `known` is as in `_with_withdrawals`."""
    withdrawn = []
    past = [
        (publish_moment(release.withdrawal.on, zone), release.version, release.withdrawal)
        for release in releases
        if release.withdrawal and _made_elsewhere(release, known) and register.publication(release.version)
    ]
    for moment, version, withdrawal in sorted(past, key=lambda found: found[:2]):
        if moment <= until and version not in register.withdrawals:
            entered = max([moment, *(entry.published.astimezone(zone) for entry in register.entries[-1:])])
            register = register.appended(withdrawal_entry(version, entered, withdrawal.on, withdrawal.reason))
            withdrawn.append(version)
    return register, withdrawn


def _made_elsewhere(release: Release, known: Register) -> bool:
    """Whether a release was public before it came here, and is entered only now."""
    return release.published is not None and known.publication(release.version) is None


def _withdrawn_from(release: Release, known: Register, on: date, day: date) -> date:
    """The day from which a withdrawal not yet recorded counts."""
    return on if _made_elsewhere(release, known) else max(on, day)


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
        taken_back = _withdrawal(release, register, len(register.publications), moment, zone)
        found.append(Published(release, published, published.date(), entry.effective, rank, *taken_back))
    last = [entry.published.astimezone(zone) for entry in register.entries[-1:]]
    moments = []
    for release in fresh:
        if release.published is not None:
            # Of a day that the register has reached, only the rest is left: its moments never go back.
            moments.append(max([publish_moment(release.published, zone), *last]))
        elif moment is not None:
            moments.append(moment.astimezone(zone))
        else:
            raise ValueError(f"release {release.version} needs a moment of publication")
    first = len(register.publications)
    for at, (release, published) in enumerate(zip(fresh, moments, strict=True)):
        effective = release.effective or published.date()
        unrecorded = first + len(fresh)
        if release.withdrawal and _made_elsewhere(release, register):
            day = publish_moment(release.withdrawal.on, zone)
            later = (place for place in range(at + 1, len(fresh)) if moments[place] >= day)
            unrecorded = first + next(later, len(fresh))
        taken_back = _withdrawal(release, register, unrecorded, moment, zone)
        found.append(Published(release, published, published.date(), effective, first + at, *taken_back))
    return History(found, settings.authentic)


def _withdrawal(
    release: Release, register: Register, unrecorded: int, moment: datetime | None, zone: ZoneInfo
) -> tuple[date | None, int | None]:
    """From which day a release is withdrawn, and how many releases the register had when that was entered.

    `unrecorded` is the number that it will have when a withdrawal which it lacks is entered.
    """
    recorded = register.withdrawals.get(release.version)
    if recorded is not None:
        return recorded.withdrawn.on, register.known_when_withdrawn[release.version]
    if release.withdrawal is None:
        return None, None
    on = release.withdrawal.on
    if moment is not None:
        on = _withdrawn_from(release, register, on, moment.astimezone(zone).date())
    return on, unrecorded


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


def _back_in_time(register: Register, day: date, zone: ZoneInfo) -> list[Problem]:
    """The register only grows: nothing can be published on a day before its last entry."""
    last = max((entry.published.astimezone(zone).date() for entry in register.entries), default=day)
    if last <= day:
        return []
    message = msg(
        "the day {day} lies before {last}, the day of the last entry in the register.", day=day, last=last
    )
    mend = msg(
        "publish as of today; to see what was in force on an earlier day: "
        "yururluk status --on DATE; to end a release: yururluk withdraw."
    )
    return [Problem("back-in-time", "", 0, message, mend)]


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
                    "remove the line, so that the release is published now; or write a day "
                    "that is not before the last."
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
                        msg(
                            "restore releases/ and the languages in mkdocs.yml as they were when "
                            "it was published."
                        ),
                    )
                )
    return problems


def _day(entry: Publication, zone: ZoneInfo) -> date:
    return entry.published.astimezone(zone).date()
