"""Odd orders of dates, a table each: published later but effective earlier, two on one day, withdrawn, near midnight.

Every row is played day by day, as the daily run does, on the register that the day before left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import Project
from tests.helpers.builders import SETTINGS, day, moment, release
from yururluk.checks import check_project
from yururluk.core.messages import Refused
from yururluk.core.model import Release, Withdrawal
from yururluk.core.register import Register
from yururluk.core.releases import Project as Texts
from yururluk.core.settings import read_settings
from yururluk.publish.plan import plan

LAST = 9


@dataclass(frozen=True)
class Row:
    """A release by the numbers of its days: put into the project on `made`; no `effective`: on publication."""

    version: str
    made: int
    effective: int | None = None
    withdrawn: int | None = None
    taken_back: int | None = None  # the day on which the withdrawal is put into the project; else `withdrawn`

    def release(self, on: int) -> Release:
        """The release as it is in the project on a day."""
        told = self.withdrawn if self.taken_back is None else self.taken_back
        gone = self.withdrawn is not None and told is not None and told <= on
        return release(
            self.version,
            {"gizlilik": f"Metin {self.version}.\n"},
            effective=None if self.effective is None else day(self.effective),
            withdrawal=Withdrawal(day(self.withdrawn or 0), "Hata.") if gone else None,
        )


def _there(rows: Sequence[Row], on: int) -> tuple[Release, ...]:
    found = [row.release(on) for row in rows if row.made <= on]
    return tuple(sorted(found, key=lambda one: tuple(map(int, one.version.split(".")))))


def _played(rows: Sequence[Row]) -> tuple[list[str], list[str], Register]:
    """Who holds /yururlukte/ and who /son/ on each day."""
    register = Register()
    in_force, newest = [], []
    for number in range(LAST + 1):
        made = plan(_there(rows, number), register, moment(number), SETTINGS, "code")
        again = plan(_there(rows, number), made.register, moment(number, 20), SETTINGS, "code")
        assert again.register == made.register
        register = made.register
        holders = {alias: folder.version for folder in made.folders for alias in folder.aliases}
        in_force.append(holders.get("yururlukte", "-"))
        newest.append(holders.get("son", "-"))
        states = {folder.version: folder.properties["status"] for folder in made.folders}
        assert [v for v, state in states.items() if state == "in-force"] == [v for v in in_force[-1:] if v != "-"]
    return in_force, newest, register


FIRST = Row("1.0", 0)

ORDERS = {
    "in the usual order": (
        [FIRST, Row("1.1", 1, 3), Row("2.0", 2, 5)],
        "1.0 1.0 1.0 1.1 1.1 2.0 2.0 2.0 2.0 2.0",
        "1.0 1.1 2.0 2.0 2.0 2.0 2.0 2.0 2.0 2.0",
    ),
    "published later, effective earlier: the one announced first governs again from its own day on": (
        [FIRST, Row("2.0", 1, 6), Row("2.1", 3, 4)],
        "1.0 1.0 1.0 1.0 2.1 2.1 2.0 2.0 2.0 2.0",
        "1.0 2.0 2.0 2.1 2.1 2.1 2.1 2.1 2.1 2.1",
    ),
    "the same with a lower version: what counts is when it was published": (
        [FIRST, Row("2.0", 1, 6), Row("1.1", 3)],
        "1.0 1.0 1.0 1.1 1.1 1.1 2.0 2.0 2.0 2.0",
        "1.0 2.0 2.0 1.1 1.1 1.1 1.1 1.1 1.1 1.1",
    ),
    "effective on one day: the later published governs, though its version is lower": (
        [FIRST, Row("2.0", 1, 6), Row("1.5", 3, 6)],
        "1.0 1.0 1.0 1.0 1.0 1.0 1.5 1.5 1.5 1.5",
        "1.0 2.0 2.0 1.5 1.5 1.5 1.5 1.5 1.5 1.5",
    ),
    "published and effective on one day, on publication: in the order of their versions": (
        [FIRST, Row("1.2", 2), Row("1.10", 2)],
        "1.0 1.0 1.10 1.10 1.10 1.10 1.10 1.10 1.10 1.10",
        "1.0 1.0 1.10 1.10 1.10 1.10 1.10 1.10 1.10 1.10",
    ),
    "published today, effective today, on the day on which an announced one takes effect": (
        [FIRST, Row("2.0", 1, 4), Row("2.1", 4)],
        "1.0 1.0 1.0 1.0 2.1 2.1 2.1 2.1 2.1 2.1",
        "1.0 2.0 2.0 2.0 2.1 2.1 2.1 2.1 2.1 2.1",
    ),
    "an upcoming one withdrawn before its day never governs": (
        [FIRST, Row("2.0", 1, 5, withdrawn=3)],
        "1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0",
        "1.0 2.0 2.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0",
    ),
    "an upcoming one withdrawn as of its own day never governs": (
        [FIRST, Row("2.0", 1, 5, withdrawn=5, taken_back=2)],
        "1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0",
        "1.0 2.0 2.0 2.0 2.0 1.0 1.0 1.0 1.0 1.0",
    ),
    "withdrawing the one announced first leaves the later published in force": (
        [FIRST, Row("2.0", 1, 6, withdrawn=5), Row("2.1", 3, 4)],
        "1.0 1.0 1.0 1.0 2.1 2.1 2.1 2.1 2.1 2.1",
        "1.0 2.0 2.0 2.1 2.1 2.1 2.1 2.1 2.1 2.1",
    ),
    "a third one on the day settles what two in an odd order would undo": (
        [FIRST, Row("2.0", 1, 6), Row("1.1", 3), Row("2.0.1", 4, 6)],
        "1.0 1.0 1.0 1.1 1.1 1.1 2.0.1 2.0.1 2.0.1 2.0.1",
        "1.0 2.0 2.0 1.1 2.0.1 2.0.1 2.0.1 2.0.1 2.0.1 2.0.1",
    ),
    "withdrawn after it governed: the one before governs again": (
        [FIRST, Row("2.0", 1, 3, withdrawn=6)],
        "1.0 1.0 1.0 2.0 2.0 2.0 1.0 1.0 1.0 1.0",
        "1.0 2.0 2.0 2.0 2.0 2.0 1.0 1.0 1.0 1.0",
    ),
    "all withdrawn: nothing is in force": (
        [Row("1.0", 0, withdrawn=4)],
        "1.0 1.0 1.0 1.0 - - - - - -",
        "1.0 1.0 1.0 1.0 - - - - - -",
    ),
}


@pytest.mark.parametrize("name", ORDERS)
def test_who_governs_on_each_day(name: str) -> None:
    rows, in_force, newest = ORDERS[name]
    played, ends, _ = _played(rows)
    assert " ".join(played) == in_force
    assert " ".join(ends) == newest


@pytest.mark.parametrize("name", ORDERS)
def test_days_that_nobody_published_on_change_nothing_of_what_the_register_holds(name: str) -> None:
    """Where the daily run failed for days, the next one records the same, but for the moments of a withdrawal."""
    rows, _, _ = ORDERS[name]
    played = _played(rows)[2]
    changes = {row.made for row in rows} | {row.withdrawn for row in rows} | {row.taken_back for row in rows}
    register = Register()
    for number in sorted(number for number in changes if number is not None):
        register = plan(_there(rows, number), register, moment(number), SETTINGS, "code").register
    assert register == played


# An unchanged document keeps its date


def _documents(*states: tuple[str, int, int | None, str, str]) -> dict[tuple[str, str], date]:
    """The effective date that the register has of each document in each release of two."""
    releases: list[Release] = []
    register = Register()
    for version, made, effective, privacy, cookies in states:
        starts = None if effective is None else day(effective)
        releases.append(release(version, {"gizlilik": privacy, "cerez": cookies}, effective=starts))
        register = plan(releases, register, moment(made), SETTINGS, "code").register
    return {(e.version, d.id): d.effective for e in register.publications for d in e.documents}


def test_an_unchanged_document_keeps_its_date_through_releases_in_any_order() -> None:
    found = _documents(
        ("1.0", 0, None, "a", "b"),
        ("2.0", 1, 6, "a2", "b"),  # changes the one
        ("2.1", 2, 4, "a2", "b2"),  # earlier, changes the other; holds what 2.0 announced
    )
    assert found == {
        ("1.0", "gizlilik"): day(0),
        ("1.0", "cerez"): day(0),
        ("2.0", "gizlilik"): day(6),
        ("2.0", "cerez"): day(0),
        ("2.1", "gizlilik"): day(6),
        ("2.1", "cerez"): day(4),
    }


# What `check` says before it is too late


def _warned(rows: Sequence[Row], today: int, published: Sequence[str] = ()) -> list[str]:
    releases = _there(rows, today)
    days = {row.version: day(row.made) for row in rows if row.version in published}
    ordered = dict(sorted(days.items(), key=lambda item: item[1]))
    found = check_project(Texts((), releases, ()), SETTINGS, today=day(today), published=ordered)
    return [str(problem) for problem in found if problem.rule == "overtaking"]


def test_a_correction_of_a_lower_version_that_an_upcoming_release_would_undo_is_warned_of() -> None:
    rows = ORDERS["the same with a lower version: what counts is when it was published"][0]
    (told,) = _warned(rows, 3, published=("1.0", "2.0"))
    assert told == (
        "releases/1.1/release.yml:3: warning: this release takes effect on 2027-01-04, before release 2.0 on "
        "2027-01-07. From 2027-01-07 on, release 2.0 would govern again, without what release 1.1 changes.\n"
        "  Fix: freeze release 2.0.1 with the same correction, effective on 2027-01-07: `yururluk check --fix` does it."
    )


def test_the_warning_stays_after_publication_for_as_long_as_it_can_be_mended() -> None:
    rows = ORDERS["the same with a lower version: what counts is when it was published"][0]
    (told,) = _warned(rows, 4, published=("1.0", "2.0", "1.1"))
    assert told == (
        "releases/1.1/release.yml:3: warning: this release takes effect on 2027-01-04, before release 2.0 on "
        "2027-01-07. From 2027-01-07 on, release 2.0 would govern again, without what release 1.1 changes.\n"
        "  Fix: freeze release 2.0.1 with the same correction, effective on 2027-01-07: `yururluk check --fix` does it."
    )
    assert _warned(rows, 5, published=("1.0", "2.0", "1.1")) == [told]
    assert _warned(rows, 6, published=("1.0", "2.0", "1.1")) == []


@pytest.mark.parametrize(
    ("name", "warned"),
    [
        ("in the usual order", []),
        ("published later, effective earlier: the one announced first governs again from its own day on", ["2.1"]),
        ("the same with a lower version: what counts is when it was published", ["1.1"]),
        ("effective on one day: the later published governs, though its version is lower", []),
        ("published and effective on one day, on publication: in the order of their versions", []),
        ("an upcoming one withdrawn before its day never governs", []),
        ("a third one on the day settles what two in an odd order would undo", []),
        ("withdrawing the one announced first leaves the later published in force", ["2.1"]),
    ],
)
def test_what_an_upcoming_release_would_undo_is_warned_of_in_every_order(name: str, warned: list[str]) -> None:
    """On the fourth day, when all are made and nothing of it has happened."""
    rows, _, _ = ORDERS[name]
    known = [row.version for row in rows if row.made < 4]
    assert [told.split("/")[1] for told in _warned(rows, 4, published=known)] == warned


@pytest.mark.slow
def test_check_warns_of_what_is_online_by_the_register(ready: Project) -> None:
    """2.0 of the seed is online and upcoming; what takes effect before it would be undone by it."""
    ready.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")
    told = ready.run("release", "2.0.1", "--editorial", "--summary", "tr=Düzeltme.", "--summary", "en=Correction.")
    assert told.code == 0, told.err
    ready.commit("Correction")
    undone = "From 2027-01-01 on, release 2.0 would govern again, without what release 2.0.1 changes.\n"
    told = ready.run("check", "--today", "2026-11-24")
    assert (told.code, undone in told.out, "yururluk withdraw 2.0" in told.out) == (0, True, False), told.out
    assert ready.run("publish", "--today", "2026-11-24").code == 0
    told = ready.run("check", "--today", "2026-11-24")
    assert (told.code, undone in told.out, "yururluk withdraw 2.0" in told.out) == (0, True, True), told.out
    assert "would govern again" not in ready.run("check", "--today", "2027-01-01").out


# Midnight

ZONES = {
    # zone, moment in UTC, the day there
    "half past eleven in the evening UTC is the next day in Istanbul": (
        "Europe/Istanbul",
        "2027-01-02T23:30:00+00:00",
        "2027-01-03",
    ),
    "a second before midnight in Istanbul": ("Europe/Istanbul", "2027-01-02T20:59:59+00:00", "2027-01-02"),
    "midnight in Istanbul": ("Europe/Istanbul", "2027-01-02T21:00:00+00:00", "2027-01-03"),
    "Istanbul keeps no summer time: July is as January": ("Europe/Istanbul", "2027-07-02T20:59:59+00:00", "2027-07-02"),
    "before 2016 it did: the clock was two hours ahead in winter": (
        "Europe/Istanbul",
        "2014-01-02T21:30:00+00:00",
        "2014-01-02",
    ),
    "Berlin in winter": ("Europe/Berlin", "2027-01-02T22:59:59+00:00", "2027-01-02"),
    "Berlin in winter, midnight": ("Europe/Berlin", "2027-01-02T23:00:00+00:00", "2027-01-03"),
    "Berlin in summer, midnight": ("Europe/Berlin", "2027-07-02T22:00:00+00:00", "2027-07-03"),
    "Berlin, the night the clock goes forward": ("Europe/Berlin", "2027-03-27T23:30:00+00:00", "2027-03-28"),
    "Berlin, that day's end, an hour sooner": ("Europe/Berlin", "2027-03-28T22:00:00+00:00", "2027-03-29"),
    "Berlin, the second time that it strikes half past two": (
        "Europe/Berlin",
        "2027-10-31T01:30:00+00:00",
        "2027-10-31",
    ),
    "Santiago skips midnight itself when summer begins": (
        "America/Santiago",
        "2027-09-05T03:59:59+00:00",
        "2027-09-04",
    ),
    "and its day begins at one": ("America/Santiago", "2027-09-05T04:00:00+00:00", "2027-09-05"),
    "Samoa left out a day": ("Pacific/Apia", "2011-12-30T10:00:00+00:00", "2011-12-31"),
    "UTC": ("UTC", "2027-01-02T23:59:59+00:00", "2027-01-02"),
}


@pytest.mark.parametrize("name", ZONES)
def test_a_release_published_at_a_moment_is_of_that_moments_day_there(name: str) -> None:
    zone, utc, expected = ZONES[name]
    settings = replace(SETTINGS, timezone=ZoneInfo(zone))
    at = datetime.fromisoformat(utc)
    made = plan([release("1.0", {"a": "bir"})], Register(), at, settings, "code")
    (entry,) = made.register.publications
    assert (made.day, entry.effective) == (date.fromisoformat(expected),) * 2
    assert entry.published == at
    assert entry.published.utcoffset() == at.astimezone(ZoneInfo(zone)).utcoffset()
    assert [folder.aliases for folder in made.folders] == [("son", "yururlukte")]


@pytest.mark.parametrize("zone", ["Europe/Istanbul", "Europe/Berlin", "America/Santiago", "Asia/Kathmandu", "UTC"])
def test_a_release_takes_effect_with_the_first_second_of_its_day(zone: str) -> None:
    """Looked at every half an hour around that moment, on days on which clocks change and on others."""
    settings = replace(SETTINGS, timezone=ZoneInfo(zone))
    for turn in ("2027-03-28", "2027-09-05", "2027-10-31", "2027-07-01"):
        day_there = date.fromisoformat(turn)
        begin = datetime.combine(day_there - timedelta(days=1), datetime.min.time(), tzinfo=UTC)
        releases = [release("1.0", {"a": "bir"}), release("2.0", {"a": "iki"}, effective=day_there)]
        register = plan(releases, Register(), begin, settings, "code").register
        midnight = datetime.combine(day_there, datetime.min.time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for half_hours in range(-6, 7):
            now = midnight + timedelta(minutes=30 * half_hours)
            made = plan(releases, register, now, settings, "code")
            holder = next(folder.version for folder in made.folders if "yururlukte" in folder.aliases)
            assert holder == ("2.0" if now.astimezone(ZoneInfo(zone)).date() >= day_there else "1.0"), now


def test_near_midnight_an_effective_date_that_has_passed_there_is_refused() -> None:
    at = datetime.fromisoformat("2027-01-02T23:30:00+00:00")
    late = release("1.0", {"a": "bir"}, effective=date(2027, 1, 2))
    with pytest.raises(Refused, match="2027-01-02 lies before the publication day 2027-01-03"):
        plan([late], Register(), at, SETTINGS, "code")
    there = replace(SETTINGS, timezone=ZoneInfo("UTC"))
    assert plan([late], Register(), at, there, "code").recorded == ("1.0",)


def test_the_zone_is_the_one_in_mkdocs_yml(project: Project) -> None:
    project.edit("mkdocs.yml", "timezone: Europe/Istanbul", "timezone: Asia/Kathmandu")
    settings = read_settings(project.root)
    at = datetime.fromisoformat("2027-01-02T18:15:00+00:00")
    (entry,) = plan([release("1.0", {"a": "bir"})], Register(), at, settings, "code").register.raw
    assert (entry["published"], entry["effective"]) == ("2027-01-03T00:00:00+05:45", "2027-01-03")


def test_a_release_without_a_change_is_right_where_an_upcoming_one_would_govern_in_its_place() -> None:
    first = release("1.0", {"gizlilik": "a"})
    upcoming = release("2.0", {"gizlilik": "b"}, effective=day(6))
    now = release("2.1", {"gizlilik": "c"})
    for starts, expected in ((day(6), False), (day(5), True), (None, True)):
        again = release("2.2", {"gizlilik": "c"}, effective=starts)
        found = check_project(Texts((), (first, upcoming, now, again), ()), SETTINGS, today=day(1))
        assert ("no-change" in {problem.rule for problem in found}) is expected
