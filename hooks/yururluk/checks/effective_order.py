"""Whether a release that is still to come would undo, on its day, what was published after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from yururluk.core.in_force import Candidate, governing
from yururluk.core.messages import Message, msg, together
from yururluk.core.model import Release, Text, version_key
from yururluk.core.problems import Problem, Severity
from yururluk.core.rules import rule
from yururluk.core.settings import Settings


@rule(
    "overtaking", Severity.WARNING, msg("A release does not take effect before an earlier one that is still to come.")
)
def overtaking_problems(
    releases: Sequence[Release], settings: Settings, today: date, published: Mapping[str, date]
) -> list[Problem]:
    """Each release that takes effect before one which is published earlier and still to come.

    By the rule of the latest effective date the earlier one governs from its own day on, without what the later one
    changes; and what it announced for that day, as far as the later one holds it already, binds sooner.

    `published` gives the day of each release that the register has, in its order; the others follow as the next
    publish would enter them. What is decided on the day itself by a third release is no fault.
    """
    by_version = {release.version: release for release in releases}
    candidates = _candidates(releases, settings.timezone, today, published)
    problems = []
    for place, later in enumerate(candidates):
        release = by_version[later.version]
        for at, other in enumerate(candidates[:place]):
            day = other.effective
            if (
                day > max(later.binds_from, today)
                and not later.is_withdrawn(day)
                and governing(candidates, day) is other
            ):
                before = next((by_version[c.version] for c in reversed(candidates[:at]) if not c.withdrawn_on), None)
                overtaken = by_version[other.version]
                early = _bound_early(release, overtaken, before, settings.authentic)
                message = _message(release, later.binds_from, overtaken, day, early)
                fix = _fix(overtaken, day, early, is_published=later.version in published)
                line = release.lines.get("effective", 1)
                problems.append(Problem("overtaking", release.path, line, message, fix, Severity.WARNING))
    return problems


def _candidates(
    releases: Sequence[Release], zone: ZoneInfo, today: date, published: Mapping[str, date]
) -> list[Candidate]:
    """The releases in the order of their publication, those not yet published as if the next days brought them."""
    places = {version: place for place, version in enumerate(published)}
    days = {
        release.version: published.get(release.version) or max(release.published or today, today)
        for release in releases
    }
    if published:  # nothing can be slipped in before what the register has
        latest = max(published.values())
        days |= {version: max(day, latest) for version, day in days.items() if version not in published}
    ordered = sorted(
        releases,
        key=lambda r: (places.get(r.version, len(places)), days[r.version], version_key(r.version)),
    )
    return [
        Candidate(
            release.version,
            datetime.combine(days[release.version], time(), tzinfo=zone),
            days[release.version],
            release.effective or days[release.version],
            rank,
            release.withdrawal.on if release.withdrawal else None,
        )
        for rank, release in enumerate(ordered)
    ]


def _message(release: Release, starts: date, other: Release, day: date, early: Sequence[str]) -> Message:
    overtakes = msg(
        "this release takes effect on {starts}, before release {version} on {effective}.",
        starts=starts,
        version=other.version,
        effective=day,
    )
    sooner = msg(
        "What release {version} announces for that day in {documents} would then bind from {starts}.",
        version=other.version,
        documents=", ".join(early),
        starts=starts,
    )
    again = msg(
        "From {effective} on, release {version} would govern again, without what release {this} changes.",
        effective=day,
        version=other.version,
        this=release.version,
    )
    return together(overtakes, sooner if early else "", again)


def _fix(other: Release, day: date, early: Sequence[str], *, is_published: bool) -> Message:
    if is_published:
        return msg(
            "publish a release that holds the changes of both, effective on {effective}; or withdraw release "
            "{version}: yururluk withdraw {version}.",
            effective=day,
            version=other.version,
        )
    if early:
        return msg(
            "make it effective on {effective} or later, or make it without the changes of release {version}.",
            effective=day,
            version=other.version,
        )
    return msg("make it effective on {effective} or later.", effective=day)


def _bound_early(release: Release, other: Release, before: Release | None, authentic: str) -> list[str]:
    """The documents in which a release brings sooner what another announces for a later day."""
    return sorted(
        text.document for text in release.texts if text.locale == authentic and _binds_early(text, other, before)
    )


def _binds_early(text: Text, other: Release, before: Release | None) -> bool:
    """Whether a text holds a paragraph that release `other` brought, and is not just that release's own text.

    An unchanged text would keep the effective date of the release that changed it.
    """
    name = (text.document, text.locale)
    if name not in other.by_name or other.by_name[name].body == text.body:
        return False
    known = before.by_name.get(name) if before else None
    brought = _paragraphs(other.by_name[name]) - (_paragraphs(known) if known else set())
    return bool(brought & _paragraphs(text))


def _paragraphs(text: Text) -> set[str]:
    return {line.strip() for line in text.body.split("\n") if line.strip()}
