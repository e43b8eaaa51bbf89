"""What `yururluk publish` does: it reads the releases, brings online what is due, and tells what it did."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from rich.markup import escape
from rich.status import Status as Spinner

from yururluk.history import publish_moment
from yururluk.in_force import State
from yururluk.messages import Message, listed, msg
from yururluk.problems import Problem, Refused, in_order, refuse_if_any
from yururluk.publishing import deploy
from yururluk.publishing.ahead import note
from yururluk.releases import read_releases
from yururluk.settings import Settings
from yururluk.status import state_word
from yururluk.vcs import Repository
from yururluk.voice import Voice
from yururluk.workers import Crew

_SHOWN = 20  # so many fit a screen


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
    out: Voice,
    err: Voice,
    options: PublishOptions,
    crew: Crew | None,
) -> deploy.Outcome:
    """Bring online what should be, and print in one screen what was done. `crew` is to build the pages."""
    settings = settings.with_branch(options.branch, options.remote)
    releases, problems = read_releases(repository.root, settings)
    problems += _uncommitted(repository)
    refuse_if_any(in_order(problems))
    if not releases:
        mend = msg("make the first one: yururluk release 1.0 --material --summary-tr … --summary-en …")
        raise Refused([Problem("empty-release", "releases", 0, msg("there is no release to publish."), mend)])
    moment = (
        publish_moment(options.today, settings.timezone)
        if options.today
        else datetime.now(settings.timezone).replace(microsecond=0)
    )
    saved = options.saved_register.read_bytes() if options.saved_register else None
    request = deploy.Request(moment, options.push, options.rebuild, saved)
    started = time.monotonic()
    with err.console.status(msg("Reading releases …").within(err.language)) as spinner:
        outcome = deploy.publish(repository, settings, releases, request, _teller(err, spinner), crew)
    note(repository)
    _tell_outcome(outcome, settings, out, time.monotonic() - started)
    return outcome


def _teller(err: Voice, spinner: Spinner) -> deploy.Progress:
    """Shows where a long publish is: in place on a terminal, line by line in a log."""

    def tell(step: Message) -> None:
        if err.console.is_terminal:
            spinner.update(escape(step.within(err.language)))
        else:
            err.say(step)

    return tell


def _uncommitted(repository: Repository) -> list[Problem]:
    return [
        Problem(
            "uncommitted",
            path,
            0,
            msg("this file is not as committed; only what is in git is published."),
            msg("commit it (git add, git commit), or restore it."),
        )
        for path in repository.changed_below("releases")
    ]


def worth_showing(states: Sequence[State]) -> list[int]:
    """Of releases in these states, newest first, those that are shown: the newest, and all that are not over."""
    over = (State.SUPERSEDED, State.WITHDRAWN)
    return [at for at, state in enumerate(states) if at < _SHOWN or state not in over]


def _tell_outcome(outcome: deploy.Outcome, settings: Settings, out: Voice, seconds: float) -> None:
    wished = outcome.plan
    if outcome.did_nothing:
        out.say(msg("Nothing to do: everything is online as of {day}.", day=wished.day))
    else:
        if len(wished.recorded) + len(wished.withdrawn) == len(wished.register.raw):
            out.say(
                msg(
                    "A new register begins: there was no earlier one. If this site has been published before, delete "
                    "the branch {branch}, here and at the remote, and publish again with a copy of its register: "
                    "yururluk publish --register FILE.",
                    branch=settings.branch,
                )
            )
        for version in wished.recorded:
            out.say(msg("Entered in the register: release {version}.", version=version))
        for version in wished.withdrawn:
            out.say(msg("Entered in the register: the withdrawal of release {version}.", version=version))
        parts = [msg("release {version}", version=version) for version in outcome.written]
        parts += [msg("the portal")] if outcome.portal_written else []
        if parts:
            out.say(
                msg(
                    "Written to {branch} in {seconds} s: {names}.",
                    branch=settings.branch,
                    seconds=f"{seconds:.1f}",
                    names=listed(parts),
                )
            )
        if outcome.pushed:
            out.say(msg("Pushed to {remote}.", remote=settings.remote))
    for version in wished.waiting:
        out.say(msg("Waiting: release {version} is to be published on a later day.", version=version))
    headings = (msg("release"), msg("state"), msg("published"), msg("effective"), msg("at"))
    table = out.table(msg("Online on {day}", day=wished.day), headings)
    newest_first = wished.folders[::-1]
    states = [State(folder.properties["status"]) for folder in newest_first]
    shown = worth_showing(states)
    for folder, state in ((newest_first[at], states[at]) for at in shown):
        published = wished.history[folder.version]
        places = ", ".join(f"/{name}/" for name in (folder.version, *folder.aliases))
        table.add_row(
            folder.version,
            state_word(state).within(out.language),
            str(published.published_on),
            str(published.effective),
            places,
        )
    out.console.print(table)
    if older := len(states) - len(shown):
        out.say(msg("… and {count} older; all of them: yururluk status.", count=older))
