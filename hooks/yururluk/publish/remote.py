"""Which pages a publish goes on from: this clone's branch, or what others published."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from yururluk.core.messages import Message, Problem, Refused, msg, refuse_if_any
from yururluk.core.register import REGISTER_FILE, Publication, Register, WithdrawalEntry, entry_digest
from yururluk.core.settings import ADDRESS_WORDS, CONFIG_FILE, Settings
from yururluk.git import GIT_RULE, GitFailed, Refs, Repository
from yururluk.publish.published_pages import online_register
from yururluk.site.urls import addresses_of

Progress = Callable[[Message], None]
#: The folder of the tags that keep the head of the register.
REGISTER_TAGS = "register"


def tracking_ref(settings: Settings) -> str:
    """Where git keeps what the remote's branch was when it was last fetched."""
    return f"refs/remotes/{settings.remote}/{settings.branch}"


def refuse_unfit_branch(repository: Repository, settings: Settings, refs: Refs | None = None) -> None:
    """Raise `Refused` where the pages cannot live on the branch that was chosen. `refs` holds all branches, where
    they are at hand."""
    branch = settings.branch
    refs = repository.refs("refs/heads") if refs is None else refs
    problem = _name_problem(repository, branch, refs.commits) or _place_problem(repository, branch, refs)
    refuse_if_any([problem] if problem else [])


def refuse_other_addresses(published: Collection[str], settings: Settings) -> None:
    """Raise `Refused` where the files that are published have the addresses of another setting."""
    was = addresses_of(published)
    if was is not None and ADDRESS_WORDS[was] != settings.addresses:
        message = msg("the first publish fixed `addresses: {was}`; published addresses stay.", was=was)
        fix = msg("write `addresses: {was}` for the yururluk plugin.", was=was)
        raise Refused([Problem("addresses", CONFIG_FILE, 0, message, fix)])


def _name_problem(repository: Repository, branch: str, refs: Mapping[str, str]) -> Problem | None:
    fix = msg("choose another, such as gh-pages: --branch NAME, or remote_branch in mkdocs.yml.")
    if not repository.is_branch_name(branch):
        return Problem("branch", "", 0, msg('"{branch}" cannot be the name of a branch.', branch=branch), fix)
    for ref in refs:
        other = ref.removeprefix("refs/heads/")
        if ref == other:
            continue
        if other.casefold() == branch.casefold() and other != branch and f"refs/heads/{branch}" not in refs:
            message = msg(
                'there is a branch "{other}", and "{branch}" would differ from it in capitals only.',
                other=other,
                branch=branch,
            )
            return Problem("branch", "", 0, message, _named_so(other))
        if other.startswith(f"{branch}/") or branch.startswith(f"{other}/"):
            message = msg(
                'there cannot be a branch "{branch}" beside the branch "{other}": git keeps them as files.',
                branch=branch,
                other=other,
            )
            return Problem("branch", "", 0, message, fix)
    return None


def _place_problem(repository: Repository, branch: str, refs: Refs) -> Problem | None:
    tree = refs.checked_out.get(f"refs/heads/{branch}")
    if tree is None:
        return None
    if repository.top_folder().resolve() == tree.resolve():
        message = msg(
            "the branch {branch} is checked out here: its files would be overwritten by pages.", branch=branch
        )
        fix = msg("go to the branch with the texts (git switch main), or choose another for the pages: --branch NAME.")
    else:
        message = msg(
            "the branch {branch} is checked out in {tree}: its files would no longer be what the branch holds.",
            branch=branch,
            tree=tree,
        )
        fix = msg(
            'close it (git worktree remove "{tree}"), or choose another branch for the pages: --branch NAME.', tree=tree
        )
    return Problem("branch", "", 0, message, fix)


def known_commit(repository: Repository, settings: Settings, refs: Refs | None = None) -> str | None:
    """The newest state of the pages branch that this clone knows, its own or the remote's as last fetched.

    None where it knows of none. Raises `Refused` where the two went separate ways. `refs` are the refs, where they
    are at hand.
    """
    ours, tracking = f"refs/heads/{settings.branch}", tracking_ref(settings)
    refs = repository.refs(ours, tracking) if refs is None else refs
    local, fetched = refs.commits.get(ours), refs.commits.get(tracking)
    if local is None or fetched is None or repository.contains(local, fetched):
        return local or fetched
    if repository.contains(fetched, local):
        return fetched
    fix = msg(
        "run `yururluk publish --push`, or make the branch what is online: git branch -f {branch} {tracking}.",
        branch=settings.branch,
        tracking=tracking,
    )
    message = msg(
        "the local branch {branch} and {remote}/{branch} went separate ways.",
        branch=settings.branch,
        remote=settings.remote,
    )
    raise Refused([Problem("branch", "", 0, message, fix)])


def base_here(repository: Repository, settings: Settings, progress: Progress, refs: Refs | None = None) -> str | None:
    """The commit to build on without a push: what this clone knows.

    A clone of the main branch alone, as CI makes it, knows nothing of pages; it must not begin a register of its
    own where the company has one already, so the remote is asked. Where that is out of reach, the work goes on.
    """
    known = known_commit(repository, settings, refs)
    if known is None and repository.has_remote(settings.remote):
        try:
            return _commit_there(repository, settings)
        except GitFailed as error:
            progress(
                msg(
                    "Warning: {remote} could not be asked whether it has pages already ({one_line}); going on without.",
                    remote=settings.remote,
                    one_line=one_line(error.told),
                )
            )
    return known


@dataclass(frozen=True)
class PushBase:
    """The commit to build on before a push, and the remote's; None where there is none. `rehearsed` are the entries of
    the local register that no remote ever took: they are made again, as of the push."""

    commit: str | None
    remote: str | None
    rehearsed: tuple[Publication | WithdrawalEntry, ...] = ()


def base_for_push(repository: Repository, settings: Settings) -> PushBase:
    """What to build on before a push: what is online, and of this clone only pages, never an entry of the register."""
    if not repository.has_remote(settings.remote):
        fix = msg("add it (git remote add {remote} …), or publish without --push.", remote=settings.remote)
        raise Refused([Problem("push", "", 0, msg('there is no remote "{remote}".', remote=settings.remote), fix)])
    local = repository.commit_of(f"refs/heads/{settings.branch}")
    known = repository.commit_of(tracking_ref(settings))
    remote = _commit_there(repository, settings)
    # Where the branch was deleted or put back there, what it held when this clone last looked was public all the same.
    there = known if remote is None or (known is not None and repository.contains(known, remote)) else remote
    if local is None:
        return PushBase(there, remote)
    if there is None:
        return PushBase(None, None, online_register(repository, local, settings, None).entries)
    if repository.contains(local, there):
        here, online = (online_register(repository, commit, settings, None) for commit in (local, there))
        if here == online:
            return PushBase(local, remote)
        return PushBase(there, remote, here.entries[len(online.entries) :])
    if not repository.contains(there, local):
        # What is online elsewhere is the truth; local commits on the branch are pages, made again from main.
        _refuse_lost_entries(repository, settings, there, local)
    return PushBase(there, remote)


def _commit_there(repository: Repository, settings: Settings) -> str | None:
    """The remote's pages, fetched, or None where it has none. Raises `Refused` where it has them under a name that
    differs in capitals only: a second register would begin beside the first."""
    commit = repository.remote_commit(settings.remote, settings.branch)
    for other in repository.remote_branches(settings.remote) if commit is None else ():
        if other.casefold() == settings.branch.casefold():
            message = msg(
                '{remote} has a branch "{other}", and "{branch}" would differ from it in capitals only.',
                remote=settings.remote,
                other=other,
                branch=settings.branch,
            )
            raise Refused([Problem("branch", "", 0, message, _named_so(other))])
    return commit


def _named_so(other: str) -> Message:
    return msg(
        "if it holds the pages, name it so: --branch {other}, or remote_branch in mkdocs.yml; if not, "
        "choose another name.",
        other=other,
    )


def _refuse_lost_entries(repository: Repository, settings: Settings, remote: str, local: str) -> None:
    """Raise `Refused` where an entry of the local register would be lost by going on from the remote's."""
    there = online_register(repository, remote, settings, None)
    here = online_register(repository, local, settings, None)
    messages = []
    lost = [entry.version for entry in here.publications if there.publication(entry.version) is None]
    if lost:
        messages.append(
            msg(
                "the local branch {branch} records the publication of {names}, which {remote} does not "
                "know; both have gone on separately.",
                branch=settings.branch,
                names=", ".join(lost),
                remote=settings.remote,
            )
        )
    for entry in here.publications:
        other = there.publication(entry.version)
        if other is not None and _facts(other) != _facts(entry):
            ours, theirs = (_dates(found, settings) for found in (entry, other))
            if other.documents != entry.documents and ours == theirs:
                theirs = msg("{dates} and with other texts", dates=theirs)
            messages.append(
                msg(
                    "release {version} is recorded twice: the local branch {branch} says {ours}, {remote} "
                    "says {theirs}.",
                    version=entry.version,
                    branch=settings.branch,
                    ours=ours,
                    remote=settings.remote,
                    theirs=theirs,
                )
            )
    for version, withdrawal in here.withdrawals.items():
        known = there.withdrawals.get(version)
        if known is None or known.withdrawn != withdrawal.withdrawn:
            messages.append(
                msg(
                    "the local branch {branch} records the withdrawal of {version} as of {on}, which "
                    "{remote} does not know so.",
                    branch=settings.branch,
                    version=version,
                    on=withdrawal.withdrawn.on,
                    remote=settings.remote,
                )
            )
    fix = msg(
        "if the local branch was only a trial, delete it (git branch -D {branch}) and publish again.",
        branch=settings.branch,
    )
    refuse_if_any([Problem("branch", "", 0, message, fix) for message in messages])


def _facts(entry: Publication) -> Publication:
    """What an entry says of its own release: not what comes before it, nor when this clone entered it."""
    return entry.model_copy(update={"previous": None, "recorded": None})


def _dates(entry: Publication, settings: Settings) -> Message:
    moment = entry.published.astimezone(settings.timezone).isoformat(timespec="seconds")
    return msg("published {moment}, effective {effective}", moment=moment, effective=entry.effective)


def one_line(told: str) -> str:
    """What git said on several lines, on one."""
    return " ".join(told.split())


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
    (None: there is no branch yet), with new `tags`, by name. The ref `drop` goes with it."""

    commit: str
    local: str | None
    remote: str | None
    push: bool
    drop: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


def bring_online(repository: Repository, settings: Settings, step: Step, progress: Progress) -> bool | None:
    """Take the step; whether anything was pushed for it. None where the remote's branch has moved on meanwhile.

    Raises `Refused`: nothing has moved then, or the remote alone, and that is reported.
    """
    pushed = step.push and step.commit != step.remote
    if pushed:
        progress(msg("Pushing {branch} to {remote} …", branch=settings.branch, remote=settings.remote))
        if not _push(repository, settings, step):
            return None
    branch = f"refs/heads/{settings.branch}"
    if step.commit != step.local:
        try:
            # The push has moved the branch here too where remote.<name>.fetch says so.
            local = step.commit if pushed and repository.commit_of(branch) == step.commit else step.local
            repository.move(branch, step.commit, local, step.drop, step.tags if pushed else None)
        except GitFailed as error:
            if pushed:
                raise _only_there(error, settings) from error
            raise
    return pushed


def head_tag(repository: Repository, commit: str, register: Register) -> dict[str, str]:
    """A tag for a register's last entry, by name: it says how many entries were published where the pages branch, which
    may be put back, cannot."""
    number = len(register.raw)
    digest = entry_digest(register.raw[-1])
    message = f"Entry {number} of the register: {register.entries[-1].version}\n\nsha256:{digest}"
    return {f"{REGISTER_TAGS}/{number}": repository.new_tag(f"{REGISTER_TAGS}/{number}", commit, message)}


def newest_tag(repository: Repository, remote: str | None) -> tuple[int, str]:
    """The number of entries that the newest tag `register/<n>` names, here or at a remote, and the digest of the last
    of them; 0 where there is no such tag."""
    tags = {int(name): found for name, found in repository.tags(REGISTER_TAGS, remote).items() if name.isdecimal()}
    number = max(tags, default=0)
    if not number:
        return 0, ""
    if remote:
        repository.fetch_tag(remote, f"{REGISTER_TAGS}/{number}")
    digest = re.search(
        r"^sha256:([0-9a-f]{64})$", repository.run("cat-file", "-p", tags[number]).decode(), re.MULTILINE
    )
    return number, digest[1] if digest else ""


def missing_entries(register: Register, tag: tuple[int, str], settings: Settings) -> list[Problem]:
    """Where the register lacks what a tag `register/<n>` says was published: the pages branch was put back."""
    number, digest = tag
    if number <= len(register.raw) and (not number or entry_digest(register.raw[number - 1]) == digest):
        return []
    message = msg(
        "the tag register/{number} says that {number} entries were published; the register on {branch} has {count}, or "
        "others: the branch was put back or rewritten.",
        number=number,
        branch=settings.branch,
        count=len(register.raw),
    )
    fix = msg(
        "find out who did it. To bring back what was published: git push --force {remote} register/{number}^{{}}:"
        "{branch}. If the tag is wrong: git push --delete {remote} register/{number}.",
        remote=settings.remote,
        number=number,
        branch=settings.branch,
    )
    return [Problem("register", f"{settings.branch}:{REGISTER_FILE}", 0, message, fix)]


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
        repository.push(settings.remote, step.commit, settings.branch, step.tags)
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
    return list(dict.fromkeys(line.split("\t")[-1] for line in error.answer.splitlines() if line.startswith("!\t")))


def _push_refused(error: GitFailed, settings: Settings) -> Refused:
    """A push that failed, where the remote's branch is known to be where it was."""
    told = _words(error)
    if _LOCKED in told:
        return _locked(settings, told)
    if not _reasons(error) and "fatal:" not in error.told:
        output = one_line(f"{error.answer} {error.told}".partition("error: failed to push")[0])
        message = msg("git of this clone did not push, perhaps for its pre-push hook: {told}", told=_sentence(output))
        return _problem(message, msg("do as it says, then publish again; nothing has been published."))
    if not _reasons(error):
        message = msg("{remote} could not be pushed to: {told}", remote=settings.remote, told=_sentence(told))
        return _problem(message, _UNREACHED)
    fix = msg(
        "allow those who publish to push to {branch} there (branch protection, hooks, rights), or "
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
        "somebody may be pushing: try again in a moment. If this message comes again, a push broke off there: "
        "ask the owner of {remote} to remove that file; nothing has been published.",
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
        "ask the owner of {remote} what moves the branch back (a hook, a mirror), then try again; the "
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
