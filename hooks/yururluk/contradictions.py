"""Where what lies in releases/ is not what the register says was published: a published text stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from yururluk.model import Release, Withdrawal
from yururluk.problems import Problem
from yururluk.register import Publication, Register, WithdrawalEntry


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

    def differs(key: str, message: str, mend: str) -> None:
        line = release.lines.get(key, 1)
        problems.append(Problem("published-release", release.path, line, message, mend))

    stays = "what has been published stays as it was."
    was = f"release {release.version} was published on {day}"
    effective = release.effective or day
    if effective != entry.effective:
        message = f"the effective date is {effective} here, but {was} with {entry.effective}."
        differs("effective", message, f"write effective: {entry.effective} again; {stays}")
    if release.published is not None and release.published != day:
        message = f"the publication day is {release.published} here, but {was}."
        differs("published", message, f"write published: {day} again, or remove the line; {stays}")
    if release.material != entry.material:
        now, then = (str(material).lower() for material in (release.material, entry.material))
        message = f"material is {now} here, but {was} with {then}."
        differs("material", message, f"write material: {then} again; {stays}")
    for locale in sorted(set(release.summary) | set(entry.summary)):
        if release.summary.get(locale) != entry.summary.get(locale):
            message = f'the summary "{locale}" is not the one with which {was}.'
            words = entry.summary.get(locale)
            mend = f'write again: "{words}"' if words else f'remove "{locale}": it was published without'
            differs("summary", message, f"{mend}; {stays}")
    taken_back = register.withdrawals.get(release.version)
    if taken_back is not None and not _is_recorded_so(release.withdrawal, taken_back, zone):
        problems.append(
            Problem(
                "published-release",
                f"releases/{release.version}/withdrawal.yml",
                0,
                f"release {release.version} was withdrawn as of {taken_back.withdrawn.on}, "
                f'with the reason "{taken_back.withdrawn.reason}"; this file is missing or says otherwise.',
                "restore it from git; to bring the text back, make a new release.",
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
