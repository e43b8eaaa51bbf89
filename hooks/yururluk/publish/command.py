"""What `yururluk publish` does: it reads the releases, brings online what is due, and tells what it did."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from yururluk.core.console import Voice
from yururluk.core.messages import Message, listed, msg
from yururluk.core.problems import Problem, Refused, in_order, refuse_if_any
from yururluk.core.settings import Settings
from yururluk.git import Repository
from yururluk.memory import FOLDER as MEMORY_FOLDER
from yururluk.memory import Memory
from yururluk.publish.ahead import note
from yururluk.publish.code_digest import package_digest
from yururluk.publish.settled import Settled
from yururluk.publish.summary import Overview, Row, overview, state_word
from yururluk.publish.worktree import Held, held_as_remembered
from yururluk.workers import Crew

if TYPE_CHECKING:
    from rich.status import Status as Spinner

    from yururluk.publish import deploy
    from yururluk.publish.plan import Plan


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
) -> None:
    """Bring online what should be, and print in one screen what was done. `crew` is to build the pages."""
    settings = settings.with_branch(options.branch, options.remote)
    memory = Memory(repository.common_folder() / MEMORY_FOLDER, package_digest())
    held = held_as_remembered(repository, "releases", memory)
    settled = Settled(repository, settings, memory, held)
    today = options.today or datetime.now(settings.timezone).date()
    anew = options.push or options.rebuild or options.saved_register
    if not anew and (shown := settled.recall(today)):
        _tell_nothing_to_do(today, out)
        _tell_overview(shown, today, out)
        return
    started = time.monotonic()
    outcome = _publish(repository, settings, memory, held, err, options, crew)
    note(repository, outcome.commit)
    shown = _overview(outcome.plan)
    settled.note(outcome.refs, outcome.plan.day, outcome.plan.until, shown)
    _tell_outcome(outcome, settings, out, time.monotonic() - started)
    _tell_overview(shown, outcome.plan.day, out)


def _publish(
    repository: Repository,
    settings: Settings,
    memory: Memory,
    held: Held,
    err: Voice,
    options: PublishOptions,
    crew: Crew | None,
) -> deploy.Outcome:
    # What plans and builds is loaded where there may be something to do; on most days there is nothing.
    from yururluk.core.history import publish_moment
    from yururluk.publish import deploy
    from yururluk.readings import Readings

    releases, problems = Readings(repository.root, settings, memory).read(held)
    refuse_if_any(in_order([*problems, *_uncommitted(held)]))
    if not releases:
        fix = msg("make the first one: yururluk release 1.0 --material --summary tr=…")
        raise Refused([Problem("empty-release", "releases", 0, msg("there is no release to publish."), fix)])
    moment = (
        publish_moment(options.today, settings.timezone)
        if options.today
        else datetime.now(settings.timezone).replace(microsecond=0)
    )
    saved = options.saved_register.read_bytes() if options.saved_register else None
    request = deploy.Request(moment, options.push, options.rebuild, saved)
    with err.console.status(msg("Reading releases …").within(err.language)) as spinner:
        return deploy.publish(repository, settings, releases, request, memory, _teller(err, spinner), crew)


def _teller(err: Voice, spinner: Spinner) -> deploy.Progress:
    """Shows where a long publish is: in place on a terminal, line by line in a log."""

    def tell(step: Message) -> None:
        if err.console.is_terminal:
            spinner.update(escape(step.within(err.language)))
        else:
            err.say(step)

    return tell


def _uncommitted(held: Held) -> list[Problem]:
    return [
        Problem(
            "uncommitted",
            path,
            0,
            msg("this file is not as committed; only what is in git is published."),
            msg("commit it (git add, git commit), or restore it."),
        )
        for path in held.changed
    ]


def _overview(wished: Plan) -> Overview:
    rows = []
    for folder in wished.folders[::-1]:
        published = wished.history[folder.version]
        state = wished.history.standing(folder.version, wished.day).state
        days = published.published_on, published.effective
        rows.append(Row(folder.version, state, *days, (folder.version, *folder.aliases)))
    return overview(rows, wished.waiting)


def _tell_nothing_to_do(day: date, out: Voice) -> None:
    out.say(msg("Nothing to do: everything is online as of {day}.", day=day))


def _tell_outcome(outcome: deploy.Outcome, settings: Settings, out: Voice, seconds: float) -> None:
    wished = outcome.plan
    if outcome.did_nothing:
        _tell_nothing_to_do(wished.day, out)
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


def _tell_overview(shown: Overview, day: date, out: Voice) -> None:
    for version in shown.waiting:
        out.say(msg("Waiting: release {version} is to be published on a later day.", version=version))
    headings = (msg("release"), msg("state"), msg("published"), msg("effective"), msg("at"))
    table = out.table(msg("Online on {day}", day=day), headings)
    for row in shown.rows:
        table.add_row(
            row.version,
            state_word(row.state).within(out.language),
            str(row.published),
            str(row.effective),
            ", ".join(f"/{name}/" for name in row.folders),
        )
    out.console.print(table)
    if shown.older:
        out.say(msg("… and {count} older; all of them: yururluk status.", count=shown.older))
