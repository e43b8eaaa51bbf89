"""What `yururluk publish` does: it reads the releases, brings online what is due, and tells what it did."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from rich.console import Console
from rich.status import Status as Spinner
from rich.table import Table

from yururluk.history import publish_moment
from yururluk.in_force import State
from yururluk.problems import Problem, Refused, in_order, refuse_if_any
from yururluk.publishing import deploy
from yururluk.publishing.ahead import note
from yururluk.releases import read_releases
from yururluk.settings import Settings
from yururluk.status import STATE_WORDS
from yururluk.vcs import Repository
from yururluk.workers import Crew


@dataclass(frozen=True)
class PublishOptions:
    """What the command line said."""

    today: date | None = None
    push: bool = False
    rebuild: bool = False
    branch: str | None = None
    remote: str | None = None
    saved_register: Path | None = None


def publish(
    repository: Repository,
    settings: Settings,
    out: Console,
    err: Console,
    options: PublishOptions,
    crew: Crew | None,
) -> deploy.Outcome:
    """Bring online what should be, and print in one screen what was done. `crew` is to build the pages."""
    settings = settings.with_branch(options.branch, options.remote)
    releases, problems = read_releases(repository.root, settings)
    problems += _uncommitted(repository)
    refuse_if_any(in_order(problems))
    if not releases:
        mend = "make the first one: yururluk release 1.0 --material --summary-tr … --summary-en …"
        raise Refused([Problem("empty-release", "releases", 0, "there is no release to publish.", mend)])
    moment = (
        publish_moment(options.today, settings.timezone)
        if options.today
        else datetime.now(settings.timezone).replace(microsecond=0)
    )
    saved = options.saved_register.read_bytes() if options.saved_register else None
    request = deploy.Request(moment, options.push, options.rebuild, saved)
    started = time.monotonic()
    with err.status("Reading releases …") as spinner:
        outcome = deploy.publish(repository, settings, releases, request, _teller(err, spinner), crew)
    note(repository)
    _tell_outcome(outcome, settings, out, time.monotonic() - started)
    return outcome


def _teller(err: Console, spinner: Spinner) -> deploy.Progress:
    """Shows where a long publish is: in place on a terminal, line by line in a log."""

    def tell(step: str) -> None:
        if err.is_terminal:
            spinner.update(step)
        else:
            err.print(step)

    return tell


def _uncommitted(repository: Repository) -> list[Problem]:
    return [
        Problem(
            "uncommitted",
            path,
            0,
            "this file is not as committed; only what is in git is published.",
            "commit it (git add, git commit), or restore it.",
        )
        for path in repository.changed_below("releases")
    ]


def _tell_outcome(outcome: deploy.Outcome, settings: Settings, out: Console, seconds: float) -> None:
    wished = outcome.plan
    if outcome.did_nothing:
        out.print(f"Nothing to do: everything is online as of {wished.day}.")
    else:
        for version in wished.recorded:
            out.print(f"Entered in the register: release {version}.")
        for version in wished.withdrawn:
            out.print(f"Entered in the register: the withdrawal of release {version}.")
        parts = [f"release {version}" for version in outcome.written] + (
            ["the portal"] if outcome.portal_written else []
        )
        if parts:
            out.print(f"Written to {settings.branch} in {seconds:.1f} s: {', '.join(parts)}.")
        if outcome.pushed:
            out.print(f"Pushed to {settings.remote}.")
    for version in wished.waiting:
        out.print(f"Waiting: release {version} is to be published on a later day.")
    table = Table(title=f"Online on {wished.day}", title_justify="left")
    for heading in ("release", "state", "published", "effective", "at"):
        table.add_column(heading)
    for folder in reversed(wished.folders):
        published = wished.history[folder.version]
        places = ", ".join(f"/{name}/" for name in (folder.version, *folder.aliases))
        table.add_row(
            folder.version,
            STATE_WORDS[State(folder.properties["status"])],
            str(published.published_on),
            str(published.effective),
            places,
        )
    out.print(table)
