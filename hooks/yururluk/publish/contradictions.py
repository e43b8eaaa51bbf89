"""Where what lies in releases/ is not what the register says was published: a published text stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from yururluk.core.messages import Message, msg
from yururluk.core.model import Release, Withdrawal
from yururluk.core.problems import Problem, Severity
from yururluk.core.register import Publication, Register, WithdrawalEntry
from yururluk.core.rules import rule


@rule("published-release", Severity.ERROR, msg("The releases are what the register has recorded of them."))
def contradictions(releases: Sequence[Release], register: Register, zone: ZoneInfo) -> list[Problem]:
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
                    msg(
                        "release {version} was published on {entry} and is missing here.",
                        version=entry.version,
                        entry=_day(entry, zone),
                    ),
                    msg(
                        "restore it from git: git checkout <commit> -- releases/{version}.",
                        version=entry.version,
                    ),
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
                msg("changed")
                if name in recorded and name in present
                else msg("removed")
                if name in recorded
                else msg("added")
            )
            problems.append(
                Problem(
                    "published-release",
                    f"releases/{release.version}/{name}",
                    0,
                    msg(
                        "this text was {what} after release {version} was published on {day}.",
                        what=what,
                        version=release.version,
                        day=day,
                    ),
                    msg("restore the release from git, and make the change in docs/ for a new release."),
                )
            )

    def differs(key: str, message: Message, fix: Message) -> None:
        line = release.lines.get(key, 1)
        problems.append(Problem("published-release", release.path, line, message, fix))

    stays = msg("what has been published stays as it was.")
    was = msg("release {version} was published on {day}", version=release.version, day=day)
    effective = release.effective or day
    if effective != entry.effective:
        message = msg(
            "the effective date is {effective} here, but {was} with {effective2}.",
            effective=effective,
            was=was,
            effective2=entry.effective,
        )
        differs(
            "effective",
            message,
            msg("write effective: {effective} again; {stays}", effective=entry.effective, stays=stays),
        )
    if release.published is not None and release.published != day:
        message = msg("the publication day is {published} here, but {was}.", published=release.published, was=was)
        differs(
            "published",
            message,
            msg("write published: {day} again, or remove the line; {stays}", day=day, stays=stays),
        )
    if release.material != entry.material:
        now, then = (str(material).lower() for material in (release.material, entry.material))
        message = msg("material is {now} here, but {was} with {then}.", now=now, was=was, then=then)
        differs("material", message, msg("write material: {then} again; {stays}", then=then, stays=stays))
    for locale in sorted(set(release.summary) | set(entry.summary)):
        if release.summary.get(locale) != entry.summary.get(locale):
            message = msg('the summary "{locale}" is not the one with which {was}.', locale=locale, was=was)
            words = entry.summary.get(locale)
            fix = (
                msg('write again: "{words}"', words=words)
                if words
                else msg('remove "{locale}": it was published without', locale=locale)
            )
            differs("summary", message, msg("{fix}; {stays}", fix=fix, stays=stays))
    taken_back = register.withdrawals.get(release.version)
    if taken_back is not None and not _is_recorded_so(release.withdrawal, taken_back, zone):
        problems.append(
            Problem(
                "published-release",
                f"releases/{release.version}/withdrawal.yml",
                0,
                msg(
                    "release {version} was withdrawn as of {on}, with the reason "
                    '"{reason}"; this file is missing or says otherwise.',
                    version=release.version,
                    on=taken_back.withdrawn.on,
                    reason=taken_back.withdrawn.reason,
                ),
                msg("restore it from git; to bring the text back, make a new release."),
            )
        )
    return problems


def _is_recorded_so(withdrawal: Withdrawal | None, recorded: WithdrawalEntry, zone: ZoneInfo) -> bool:
    """Whether the file says what was recorded. A day that had passed was recorded as the day of the record."""
    if withdrawal is None or withdrawal.reason != recorded.withdrawn.reason:
        return False
    recorded_on = recorded.published.astimezone(zone).date()
    return recorded.withdrawn.on in {withdrawal.on, max(withdrawal.on, recorded_on)}


def _day(entry: Publication, zone: ZoneInfo) -> date:
    return entry.published.astimezone(zone).date()
