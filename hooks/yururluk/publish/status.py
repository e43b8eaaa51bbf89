"""What is in force, upcoming, superseded or withdrawn on a day, as far as this clone knows the pages branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from yururluk.core.history import History, publish_moment
from yururluk.core.in_force import Standing, State
from yururluk.core.messages import Message, Problem, Refused, Voice, in_order, msg, quoted, refuse_if_any
from yururluk.core.model import version_key
from yururluk.core.register import Register
from yururluk.core.releases import read_releases
from yururluk.core.settings import Settings
from yururluk.git import Repository, open_repository
from yururluk.publish.published_pages import online_register
from yururluk.publish.register_update import contradictions, known_history, moment_of_entry
from yururluk.publish.remote import known_commit
from yururluk.site.assets import shared_files
from yururluk.site.notice import Notice, notice_of

_DAY = timedelta(days=1)
_SHOWN = 12  # with everything else that a publish prints, so many releases fit on a screen


@dataclass(frozen=True)
class StatusReport:
    """What stood where on a day: each release and each document's text, with its dates."""

    day: date
    releases: tuple[dict[str, Any], ...]
    documents: tuple[dict[str, Any], ...]
    unpublished: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        in_force = next((row["version"] for row in self.releases if row["state"] == State.IN_FORCE), None)
        return {
            "on": self.day.isoformat(),
            "in_force": in_force,
            "upcoming": [row["version"] for row in self.releases if row["state"] == State.UPCOMING],
            "superseded": [row["version"] for row in self.releases if row["state"] == State.SUPERSEDED],
            "withdrawn": [row["version"] for row in self.releases if row["state"] == State.WITHDRAWN],
            "unpublished": list(self.unpublished),
            "releases": list(self.releases),
            "documents": list(self.documents),
        }

    def print(self, out: Voice) -> None:
        """The report for a person."""
        dates = (msg("published"), msg("effective"), msg("first day in force"), msg("last day in force"))
        table = out.table(msg("On {day}", day=self.day), (msg("release"), msg("state"), *dates))
        for row in self.releases:
            table.add_row(
                row["version"],
                state_word(State(row["state"])).within(out.language),
                row["published"][:10],
                row["effective"],
                "\n".join(first for first, _ in row["in_force"]),
                "\n".join(last or "" for _, last in row["in_force"]),
            )
        if self.releases:
            out.console.print(table)
        else:
            out.say(msg("On {day} nothing was published.", day=self.day))
        for row in self.documents:
            version = row["in_force"]
            document = row["document"]
            out.say(
                msg("{document}: release {version} is in force", document=document, version=version)
                if version
                else msg("{document}: nothing is in force", document=document)
            )
        if self.unpublished:
            out.say(
                msg(
                    "Not published yet: {versions}. `yururluk publish` brings them online.",
                    versions=", ".join(self.unpublished),
                )
            )


def status(root: Path, settings: Settings, on: date | None, today: date) -> StatusReport:
    """What is in force, upcoming and superseded on a day.

    Releases that no publish has entered in the register yet count when they carry their own `published`
    date; the others are reported apart as unpublished, since their dates are not known.
    """
    day = on or today
    releases, problems = read_releases(root, settings)
    refuse_if_any(in_order(problems))
    register = known_register(root, settings)
    refuse_if_any(in_order(contradictions(releases, register, settings.timezone)))
    dated = [r for r in releases if register.publication(r.version) is None and r.published is not None]
    dated.sort(key=lambda r: (r.published or date.max, version_key(r.version)))
    history = known_history(releases, register, settings, fresh=dated)
    shown = [published for published in history.releases if published.published_on <= day]
    known = History(shown, settings.authentic)
    rows = []
    for published in reversed(shown):
        standing = known.standing(published.version, day)
        rows.append(
            {
                "version": published.version,
                "state": standing.state.value,
                "published": published.moment.isoformat(timespec="seconds"),
                "effective": published.effective.isoformat(),
                "since": _iso(standing.since),
                "until": _iso(standing.until),
                "in_force": [(since.isoformat(), _iso(until and until - _DAY)) for since, until in _periods(standing)],
                "by": standing.by,
                "material": published.release.material,
                "documents": list(published.release.documents),
            }
        )
    documents = []
    for document in known.documents:
        documents.append({"document": document, "in_force": known.text_in_force(document, day)})
    unpublished = [r.version for r in releases if r.version not in history]
    return StatusReport(day, tuple(rows), tuple(documents), tuple(unpublished))


def _periods(standing: Standing) -> list[tuple[date, date | None]]:
    """The first day of each time in force, and the first day after it: those until today, or the one to come."""
    if standing.state is State.UPCOMING:
        return [(standing.since, standing.until)] if standing.since and standing.by is None else []
    ends = [period.until for period in standing.governed]
    if standing.state is State.IN_FORCE:
        ends[-1] = standing.until
    return [(period.since, end) for period, end in zip(standing.governed, ends, strict=True)]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def known_register(root: Path, settings: Settings) -> Register:
    """The register of the pages branch, as far as this clone knows it; empty outside git."""
    try:
        repository = open_repository(root)
    except Refused:
        return Register()
    commit = known_commit(repository, settings)
    return online_register(repository, commit, settings, None)


def published_commit(repository: Repository, settings: Settings) -> str:
    """The commit of the pages branch, local or as last fetched. Raises `Refused` where there is none."""
    commit = known_commit(repository, settings)
    if commit is None:
        fix = msg("bring the releases online first: yururluk publish.")
        raise Refused([Problem("branch", "", 0, msg("there is no branch {branch} yet.", branch=settings.branch), fix)])
    return commit


def worth_showing(states: Sequence[State]) -> list[int]:
    """Of releases in these states, newest first, those that are shown: the newest, and all that are not over."""
    over = (State.SUPERSEDED, State.WITHDRAWN)
    return [at for at, state in enumerate(states) if at < _SHOWN or state not in over]


def state_word(state: State) -> Message:
    """What a state is called."""
    return {
        State.IN_FORCE: msg("in force"),
        State.UPCOMING: msg("upcoming"),
        State.SUPERSEDED: msg("superseded"),
        State.WITHDRAWN: msg("withdrawn"),
    }[state]


def notice_of_version(root: Path, settings: Settings, version: str, locale: str, today: date) -> Notice:
    """The notice of a release. One that is not published yet needs an effective date of its own. Raises `Refused`."""
    releases, problems = read_releases(root, settings)
    refuse_if_any(in_order(problems))
    register = known_register(root, settings)
    release = next((found for found in releases if found.version == version), None)
    if release is None:
        message = msg('there is no release "{name}".', name=quoted(version))
        known = ", ".join(found.version for found in releases) or msg("none")
        raise Refused([Problem("version", "", 0, message, msg("the releases are: {known}.", known=known))])
    unpublished = register.publication(version) is None
    if unpublished and release.published is None and release.effective is None:
        message = msg(
            "release {version} takes effect when it is published; its date is not known yet.", version=version
        )
        fix = msg("publish it first, or freeze it with --effective and the day from which it binds.")
        raise Refused([Problem("notice", release.path, release.lines.get("effective", 1), message, fix)])
    fresh = [release] if unpublished else []
    moment = moment_of_entry(register, publish_moment(today, settings.timezone), settings.timezone)
    history = known_history(releases, register, settings, fresh=fresh, moment=moment)
    made = notice_of(history, history[version], settings, locale, shared_files(root)["assets/notice.js"])
    if not made.documents:
        message = msg("release {version} changes no text: there is nothing to announce.", version=version)
        fix = msg("announce the release that changed the text: yururluk status names it.")
        raise Refused([Problem("notice", release.path, 1, message, fix)])
    return made
