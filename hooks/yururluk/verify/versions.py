"""Whether versions.json says of each release what the register says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from yururluk.core.in_force import Candidate, State, Timeline
from yururluk.core.messages import Message, msg
from yururluk.core.model import is_version
from yururluk.core.register import Publication, Register
from yururluk.core.settings import Settings

_STATES = tuple(state.value for state in State)
_LONGEST = 80


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
