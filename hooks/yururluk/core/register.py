"""The append-only record of what was published and when: how it is read, extended and held against the releases.

`register.json` is `{"format": 1, "entries": [...]}`, oldest first. Each entry carries in `previous` the SHA-256
of the entry before it in its canonical form (RFC 8785), so that no entry can be altered, left out or slipped
in without breaking every later one. In the file each entry has that form and a line of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any

import rfc8785
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError

from yururluk.core.messages import Message, Problem, Refused, msg
from yururluk.core.model import VERSION_PATTERN
from yururluk.core.schemas import Day

REGISTER_FILE = "register.json"
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"


def _moment(value: object) -> object:
    """A moment as RFC 3339 writes it, with its offset from UTC."""
    if not isinstance(value, str) or not re.fullmatch(_MOMENT, value, re.ASCII):
        raise ValueError(f'"{value}" is not a moment of the form 2026-11-22T09:30:00+03:00')
    try:
        found = datetime.fromisoformat(value)
        for hours in (-12, 14):  # every time zone must have a day for it
            found.astimezone(timezone(timedelta(hours=hours)))
        return found
    except (ValueError, OverflowError) as error:
        raise ValueError(f'"{value}" is not a moment of the calendar') from error


Moment = Annotated[datetime, BeforeValidator(_moment)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordedDocument(_Entry):
    """One text of a published release."""

    id: str
    locale: str
    sha256: Sha256
    effective: Day
    changed: StrictBool
    material: StrictBool | None = None


class Publication(_Entry):
    """A release went online."""

    version: Annotated[str, Field(pattern=VERSION_PATTERN)]
    published: Moment
    effective: Day
    material: StrictBool
    summary: dict[str, str]
    documents: tuple[RecordedDocument, ...]
    previous: Sha256 | None
    recorded: Moment | None = None
    assets: dict[str, Sha256] = {}

    @property
    def entered(self) -> datetime:
        """The moment of the entry: later than `published` where the release was public elsewhere before."""
        return self.recorded or self.published


class WithdrawalNote(_Entry):
    """Why, and from which day on, a release governs no longer."""

    on: Day
    reason: str


class WithdrawalEntry(_Entry):
    """A release was withdrawn."""

    version: Annotated[str, Field(pattern=VERSION_PATTERN)]
    published: Moment
    withdrawn: WithdrawalNote
    previous: Sha256 | None
    recorded: Moment | None = None

    @property
    def entered(self) -> datetime:
        """The moment of the entry: later than `published` where the withdrawal was made elsewhere before."""
        return self.recorded or self.published


@dataclass(frozen=True)
class Register:
    """The record. `raw` holds the entries as the file has them, `entries` what they say; `known_forms` are the
    canonical forms of the first of them, as far as they have been worked out."""

    raw: tuple[Mapping[str, Any], ...] = ()
    entries: tuple[Publication | WithdrawalEntry, ...] = ()
    known_forms: tuple[bytes, ...] = field(default=(), repr=False, compare=False)

    @cached_property
    def publications(self) -> tuple[Publication, ...]:
        """The releases, in the order in which they were recorded."""
        return tuple(entry for entry in self.entries if isinstance(entry, Publication))

    @cached_property
    def withdrawals(self) -> Mapping[str, WithdrawalEntry]:
        """The withdrawals by version."""
        return {entry.version: entry for entry in self.entries if isinstance(entry, WithdrawalEntry)}

    def publication(self, version: str) -> Publication | None:
        """The entry of a release, or None when it has not been published."""
        return self._by_version.get(version)

    @cached_property
    def _by_version(self) -> Mapping[str, Publication]:
        return {entry.version: entry for entry in self.publications}

    @cached_property
    def known_when_withdrawn(self) -> Mapping[str, int]:
        """How many releases were recorded when each withdrawal was, by version."""
        found: dict[str, int] = {}
        publications = 0
        for entry in self.entries:
            if isinstance(entry, Publication):
                publications += 1
            else:
                found[entry.version] = publications
        return found

    def appended(self, entry: Mapping[str, Any]) -> Register:
        """The register with one more entry, whose `previous` is set here."""
        previous = hashlib.sha256(self._forms[-1]).hexdigest() if self.raw else None
        plain = {**entry, "previous": previous}
        read = _entry(plain, len(self.raw) + 1, REGISTER_FILE)
        why = _misfit(read, {found.version for found in self.publications}, set(self.withdrawals))
        if why:
            raise _unreadable(REGISTER_FILE, why)
        form = _form(plain, len(self.raw) + 1, REGISTER_FILE)
        return Register((*self.raw, plain), (*self.entries, read), (*self._forms, form))

    def dumps(self) -> bytes:
        """The file's bytes."""
        return self._bytes

    @cached_property
    def _bytes(self) -> bytes:
        lines = b"".join(b"\n" + form + b"," for form in self._forms).removesuffix(b",")
        return b'{"format": 1, "entries": [' + lines + b"\n]}\n"

    @cached_property
    def _forms(self) -> tuple[bytes, ...]:
        return (*self.known_forms, *(rfc8785.dumps(dict(entry)) for entry in self.raw[len(self.known_forms) :]))


def entry_digest(entry: Mapping[str, Any]) -> str:
    """SHA-256 of an entry's canonical form (RFC 8785), in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(dict(entry))).hexdigest()


def loads(data: bytes, path: str = REGISTER_FILE) -> Register:
    """Read a register. Raises `Refused` when it is not one, or when its chain is broken; never returns less."""
    try:
        content = json.loads(data.decode("utf-8"), object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, msg("it is not valid JSON ({error})", error=error)) from error
    if (
        not isinstance(content, dict)
        or set(content) != {"format", "entries"}
        or not isinstance(content["entries"], list)
    ):
        raise _unreadable(path, msg('it is not of the form {{"format": 1, "entries": [...]}}'))
    if type(content["format"]) is not int or content["format"] != 1:
        told = json.dumps(content["format"], ensure_ascii=False)
        raise _unreadable(path, msg("its format is {told}; this program reads format 1", told=told))
    return _checked(tuple(content["entries"]), path)


def _checked(raw: Sequence[Any], path: str) -> Register:
    entries: list[Publication | WithdrawalEntry] = []
    versions: set[str] = set()
    withdrawn: set[str] = set()
    forms: list[bytes] = []
    previous: str | None = None
    for number, plain in enumerate(raw, start=1):
        entry = _entry(plain, number, path)
        if entry.previous != previous:
            raise _unreadable(
                path,
                msg(
                    "the chain is broken at entry {number} (version {version}): an entry before it was "
                    "changed, removed or slipped in",
                    number=number,
                    version=entry.version,
                ),
            )
        why = _misfit(entry, versions, withdrawn)
        if why:
            raise _unreadable(path, why)
        (versions if isinstance(entry, Publication) else withdrawn).add(entry.version)
        entries.append(entry)
        forms.append(_form(plain, number, path))
        previous = hashlib.sha256(forms[-1]).hexdigest()
    return Register(tuple(raw), tuple(entries), tuple(forms))


def _form(plain: Mapping[str, Any], number: int, path: str) -> bytes:
    try:
        return rfc8785.dumps(dict(plain))
    except ValueError as error:
        raise _unreadable(
            path, msg("entry {number} holds half of a character, which is no text", number=number)
        ) from error


def _misfit(entry: Publication | WithdrawalEntry, versions: Set[str], withdrawn: Set[str]) -> Message | None:
    """Why an entry cannot follow others that recorded these versions and withdrawals; None where it can."""
    if entry.recorded is not None and entry.recorded <= entry.published:
        return msg("version {version} is recorded before it was published", version=entry.version)
    if isinstance(entry, Publication):
        twice = msg("version {version} is recorded twice", version=entry.version)
        return twice if entry.version in versions else None
    if entry.version not in versions:
        return msg("version {version} is withdrawn before it was published", version=entry.version)
    again = msg("version {version} is withdrawn twice", version=entry.version)
    return again if entry.version in withdrawn else None


def _entry(plain: Any, number: int, path: str) -> Publication | WithdrawalEntry:
    if not isinstance(plain, dict):
        raise _unreadable(path, msg("entry {number} is not of the form {{...}}", number=number))
    schema = WithdrawalEntry if "withdrawn" in plain else Publication
    try:
        return schema.model_validate(plain)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "missing":
            why = msg('entry {number} lacks "{name}"', number=number, name=name)
        elif first["type"] == "extra_forbidden":
            why = msg('entry {number} has an unknown key "{name}"', number=number, name=name)
        elif first["type"] == "value_error":
            why = msg(
                'entry {number} is wrong in "{name}": {reason}', number=number, name=name, reason=first["ctx"]["error"]
            )
        else:
            why = msg('entry {number} is wrong in "{name}"', number=number, name=name)
        raise _unreadable(path, why) from error


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice")
    return result


def _unreadable(path: str, why: Message) -> Refused:
    fix = msg(
        "nothing was published. Restore the register from git (the pages branch keeps every "
        "earlier state) or from any saved copy: yururluk publish --register FILE."
    )
    return Refused([Problem("register", path, 0, msg("the register cannot be relied on: {why}.", why=why), fix)])


def publication_entry(
    version: str,
    published: datetime,
    effective: date,
    *,
    material: bool,
    summary: Mapping[str, str],
    documents: Sequence[Mapping[str, Any]],
    recorded: datetime | None = None,
    assets: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """The plain JSON of a publication, without `previous`. `recorded` is the moment of the entry, where it is
    another; `assets` are the digests of the files that the texts refer to, by name, where there are any."""
    return {
        "version": version,
        **_moments(published, recorded),
        "effective": effective.isoformat(),
        "material": material,
        "summary": dict(sorted(summary.items())),
        "documents": list(documents),
        **({"assets": dict(sorted(assets.items()))} if assets else {}),
    }


def withdrawal_entry(
    version: str, published: datetime, on: date, reason: str, recorded: datetime | None = None
) -> dict[str, Any]:
    """The plain JSON of a withdrawal, without `previous`. `recorded` is as in `publication_entry`."""
    return {"version": version, **_moments(published, recorded), "withdrawn": {"on": on.isoformat(), "reason": reason}}


def _moments(published: datetime, recorded: datetime | None) -> dict[str, str]:
    found = {"published": published.isoformat(timespec="seconds")}
    entered = (recorded or published).isoformat(timespec="seconds")
    return found if entered == found["published"] else {**found, "recorded": entered}
