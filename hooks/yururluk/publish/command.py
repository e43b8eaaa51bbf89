"""What `yururluk publish` does: it reads the releases, brings online what is due, and says what it did."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from rich.markup import escape

from yururluk.core.history import publish_moment
from yururluk.core.i18n import catalogue_problems
from yururluk.core.messages import Message, Problem, Refused, Voice, in_order, listed, msg
from yururluk.core.model import Text
from yururluk.core.register import Publication, WithdrawalEntry
from yururluk.core.releases import Project, read_drafts, read_releases
from yururluk.core.settings import Settings
from yururluk.git import Repository
from yururluk.publish import deploy
from yururluk.publish.plan import Plan
from yururluk.publish.remote import Progress
from yururluk.publish.status import state_word, worth_showing

if TYPE_CHECKING:
    from rich.status import Status as Spinner


_SLACK = timedelta(days=1)  # so far may a clock, or a time zone, be off


@dataclass(frozen=True)
class PublishOptions:
    """What the command line said."""

    today: date | None = None
    push: bool = False
    rebuild: bool = False
    branch: str | None = None
    remote: str | None = None
    saved_register: Path | None = None


def publish(repository: Repository, settings: Settings, out: Voice, err: Voice, options: PublishOptions) -> None:
    """Bring online what should be, and print in one screen what was done. Raises `Refused`, at the end also for the new
    releases that were held back."""
    settings = settings.with_branch(options.branch, options.remote)
    started = time.monotonic()
    with err.console.status(msg("Reading releases …").within(err.language)) as spinner:
        releases, problems = read_releases(repository.root, settings)
        drafts, pages, page_faults = read_drafts(repository.root, settings)
        released = {document for release in releases for document in release.documents}
        problems += [fault for fault in page_faults if PurePath(fault.path).stem not in released]
        if pages:
            from yururluk.checks.documents import page_problems  # loads every rule, and most sites have no such page

            problems += page_problems(Project(drafts, releases, (), pages), settings)
        faults = in_order([*problems, *catalogue_problems(settings.locales), *_uncommitted(repository, pages)])
        if not releases and not faults:
            fix = msg(
                "make the first one: yururluk release 1.0 --material --summary {locale}=…", locale=settings.authentic
            )
            faults = [Problem("empty-release", "releases", 0, msg("there is no release to publish."), fix)]
        now = datetime.now(settings.timezone).replace(microsecond=0)
        moment = publish_moment(options.today, settings.timezone) if options.today else now
        latest = max(now, repository.committed_at("HEAD")) + _SLACK
        saved = options.saved_register.read_bytes() if options.saved_register else None
        request = deploy.Request(moment, options.push, options.rebuild, saved, faults, latest, pages)
        outcome = deploy.publish(repository, settings, releases, request, _teller(err, spinner))
    _tell_outcome(outcome, settings, out, time.monotonic() - started)
    _tell_overview(outcome.plan, out)
    if outcome.plan.held_back:
        raise Refused(in_order(outcome.plan.held_back))


def _teller(err: Voice, spinner: Spinner) -> Progress:
    """Shows where a long publish is: in place on a terminal, line by line in a log."""

    def tell(step: Message) -> None:
        if err.console.is_terminal:
            spinner.update(escape(step.within(err.language)))
        else:
            err.say(step)

    return tell


def _uncommitted(repository: Repository, pages: Sequence[Text]) -> list[Problem]:
    message = msg("this file is not as committed; only what is in git is published.")
    fix = msg("commit it (git add, git commit), or restore it.")
    own = {page.path for page in pages}
    paths = [*repository.not_as_committed("releases"), *(p for p in repository.not_as_committed("docs") if p in own)]
    return [Problem("uncommitted", path, 0, message, fix) for path in paths]


def _tell_outcome(outcome: deploy.Outcome, settings: Settings, out: Voice, seconds: float) -> None:
    wanted = outcome.plan
    if outcome.did_nothing:
        out.say(msg("Nothing to do: everything is online as of {day}.", day=wanted.day))
    else:
        if len(wanted.recorded) + len(wanted.withdrawn) == len(wanted.register.raw):
            out.say(
                msg(
                    "A new register begins: there was no earlier one. If this site has been published before, delete "
                    "the branch {branch}, here and at the remote, and publish again with a copy of its register: "
                    "yururluk publish --register FILE.",
                    branch=settings.branch,
                )
            )
        for version in wanted.recorded:
            out.say(msg("Entered in the register: release {version}.", version=version))
        for version in wanted.withdrawn:
            out.say(msg("Entered in the register: the withdrawal of release {version}.", version=version))
        for entry in outcome.rehearsed:
            out.say(_entered_again(entry, wanted, settings))
        if outcome.future:
            out.say(
                msg(
                    "Warning: {day} has not come. These entries are a rehearsal: publish --push makes them again, and "
                    "to publish as of an earlier day here, put the branch {branch} back first (git branch -f {branch} "
                    "COMMIT) or delete it (git branch -D {branch}).",
                    day=wanted.day,
                    branch=settings.branch,
                )
            )
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


def _entered_again(entry: Publication | WithdrawalEntry, wanted: Plan, settings: Settings) -> Message:
    """What became of an entry that only this clone had."""
    branch, remote, version = settings.branch, settings.remote, entry.version
    if isinstance(entry, WithdrawalEntry):
        return msg(
            "The local branch {branch} had entered the withdrawal of release {version}, and {remote} had not: what "
            "counts is its entry of now.",
            branch=branch,
            remote=remote,
            version=version,
        )
    now = wanted.register.publication(version)
    if now is None:
        return msg(
            "The local branch {branch} had entered release {version}, and {remote} had not: it is not published.",
            branch=branch,
            remote=remote,
            version=version,
        )
    before, after = (
        msg(
            "published {moment}, effective {effective}",
            moment=found.published.astimezone(settings.timezone).isoformat(timespec="seconds"),
            effective=found.effective,
        )
        for found in (entry, now)
    )
    return msg(
        "Release {version} was entered in the local branch {branch} only ({before}); it is entered again ({after}).",
        version=version,
        branch=branch,
        before=before,
        after=after,
    )


def _tell_overview(wanted: Plan, out: Voice) -> None:
    for version in wanted.waiting:
        out.say(msg("Waiting: release {version} is to be published on a later day.", version=version))
    newest_first = wanted.folders[::-1]
    states = [wanted.history.standing(folder.version, wanted.day).state for folder in newest_first]
    shown = worth_showing(states)
    headings = (msg("release"), msg("state"), msg("published"), msg("effective"), msg("at"))
    table = out.table(msg("Online on {day}", day=wanted.day), headings)
    for at in shown:
        folder = newest_first[at]
        published = wanted.history[folder.version]
        table.add_row(
            folder.version,
            state_word(states[at]).within(out.language),
            str(published.published_on),
            str(published.effective),
            ", ".join(f"/{name}/" for name in (folder.version, *folder.aliases)),
        )
    out.console.print(table)
    if len(shown) < len(states):
        older = len(states) - len(shown)
        out.say(msg("… and {count} older; all of them: yururluk status.", count=older))
