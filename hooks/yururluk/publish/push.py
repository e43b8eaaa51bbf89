"""How a commit comes online: at the remote first, then in this clone; and what is reported where something
is in its way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem, Refused
from yururluk.core.settings import Settings
from yururluk.git import GIT_RULE, GitFailed, Repository
from yururluk.publish.remote import Progress, one_line

# Seconds: who pushes holds a lock for some thousandths of one, and some servers answer from a copy.
_PATIENCE = 1.0
_LOCKED = ".lock': File exists"
_UNREACHED = msg(
    "look at the network, at the address (git remote -v) and at your rights there, then try "
    "again; nothing has been published."
)


@dataclass(frozen=True)
class Step:
    """The pages branch is to go to `commit`: from `local` in this clone and, where it is pushed, from `remote` there
    (None: there is no branch yet). The ref `drop` goes with it."""

    commit: str
    local: str | None
    remote: str | None
    push: bool
    drop: str | None = None


def bring_online(repository: Repository, settings: Settings, step: Step, progress: Progress) -> bool | None:
    """Take the step; whether anything was pushed for it. None where the remote's branch has moved on meanwhile.

    Raises `Refused`: nothing has moved then, or the remote alone, and that is reported.
    """
    pushed = step.push and step.commit != step.remote
    if pushed:
        progress(msg("Pushing {branch} to {remote} …", branch=settings.branch, remote=settings.remote))
        if not _push(repository, settings, step):
            return None
    if step.commit != step.local:
        try:
            repository.move(f"refs/heads/{settings.branch}", step.commit, step.local, drop=step.drop)
        except GitFailed as error:
            if pushed:
                raise _only_there(error, settings) from error
            raise
    return pushed


def refuse_locked_remote(repository: Repository, settings: Settings) -> None:
    """Raise `Refused` where somebody holds the lock of the remote's branch, if the remote is a folder: others do not
    tell before they are pushed to."""
    for address in repository.push_addresses(settings.remote):
        folder = repository.root / address.removeprefix("file://")
        for lock in (folder / below / f"refs/heads/{settings.branch}.lock" for below in ("", ".git")):
            if not _soon(lambda lock=lock: not lock.exists()):  # type: ignore[misc]
                raise _locked(settings, str(lock))


def _push(repository: Repository, settings: Settings, step: Step) -> bool:
    """Push the commit. False where the remote's branch has moved on since `step.remote`."""
    try:
        repository.push(settings.remote, step.commit, settings.branch)
    except GitFailed as error:
        try:
            now = repository.remote_commit(settings.remote, settings.branch)
        except GitFailed:
            raise _broken_off(error, settings) from error
        if now == step.remote:
            raise _push_refused(error, settings) from error
        return now == step.commit  # it may have arrived, and only the answer not
    if not _soon(lambda: _holds(repository, settings, step.commit)):
        raise _not_kept(settings)
    return True


def _holds(repository: Repository, settings: Settings, commit: str) -> bool:
    """Whether the remote's branch holds a commit that it said it took; as far as it can be asked."""
    try:
        if repository.remote_head(settings.remote, settings.branch) == commit:
            return True
        now = repository.remote_commit(settings.remote, settings.branch)
    except GitFailed:
        return True
    return now is not None and repository.contains(now, commit)  # another may have gone on from it


def _soon(holds: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True


def _words(error: GitFailed) -> str:
    """Why a push failed: the reason of the refused ref (git-push, "--porcelain"), then what the server
    printed."""
    words = [line.removeprefix("remote:").strip() for line in error.told.splitlines() if line.startswith("remote:")]
    return "; ".join([*_reasons(error), *filter(None, words)]) or one_line(error.told)


def _reasons(error: GitFailed) -> list[str]:
    return [line.split("\t")[-1] for line in error.answer.splitlines() if line.startswith("!\t")]


def _push_refused(error: GitFailed, settings: Settings) -> Refused:
    """A push that failed, where the remote's branch is known to be where it was."""
    told = _words(error)
    if _LOCKED in told:
        return _locked(settings, told)
    if not _reasons(error):
        message = msg("{remote} could not be pushed to: {told}", remote=settings.remote, told=_sentence(told))
        return _problem(message, _UNREACHED)
    fix = msg(
        "let whoever publishes push to {branch} there (branch protection, hooks, rights), or "
        "choose another branch: --branch NAME; nothing has been published.",
        branch=settings.branch,
    )
    return _problem(msg("{remote} did not take the pages: {told}", remote=settings.remote, told=_sentence(told)), fix)


def _locked(settings: Settings, told: str) -> Refused:
    message = msg(
        "the branch {branch} of {remote} is locked: {told}",
        branch=settings.branch,
        remote=settings.remote,
        told=_sentence(told),
    )
    fix = msg(
        "somebody may be pushing: try again in a moment. If it is told again, a push broke off there: "
        "let whoever keeps {remote} remove that file; nothing has been published.",
        remote=settings.remote,
    )
    return _problem(message, fix)


def _broken_off(error: GitFailed, settings: Settings) -> Refused:
    message = msg(
        "the connection to {remote} broke off; whether the pages arrived is not known: {told}",
        remote=settings.remote,
        told=_sentence(_words(error)),
    )
    fix = msg("look at the network, then try again: it goes on from whatever arrived.")
    return _problem(message, fix)


def _not_kept(settings: Settings) -> Refused:
    message = msg(
        "{remote} took the pages, but its branch {branch} does not hold them.",
        remote=settings.remote,
        branch=settings.branch,
    )
    fix = msg(
        "ask whoever keeps {remote} what moves the branch back (a hook, a mirror), then try again; the "
        "branch of this clone has not moved.",
        remote=settings.remote,
    )
    return _problem(message, fix)


def _only_there(error: GitFailed, settings: Settings) -> Refused:
    message = msg(
        "the pages are online at {remote}, but the branch {branch} of this clone could not follow: {told}",
        remote=settings.remote,
        branch=settings.branch,
        told=_sentence(one_line(error.told or error.answer)),
    )
    fix = msg("do as git says, then try again: this clone follows then, and nothing is published twice.")
    return _problem(message, fix)


def git_refused(error: GitFailed, settings: Settings) -> Refused:
    """What git said, as a refusal."""
    told = _sentence(one_line(error.told or error.answer))
    if error.command[0] == "ls-remote":
        message = msg("{remote} cannot be reached: {told}", remote=settings.remote, told=told)
        return _problem(message, _UNREACHED)
    message = msg("git {command} failed: {told}", command=error.command[0], told=told)
    return Refused(
        [Problem(GIT_RULE, "", 0, message, msg("do as git says, then publish again; nothing has been lost."))]
    )


def _problem(message: Message, fix: Message) -> Refused:
    return Refused([Problem("push", "", 0, message, fix)])


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
