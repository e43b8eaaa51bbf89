"""Fetches a timestamp over the register's last entry from an authority (RFC 3161) and commits it beside the register.

The pages branch moves by one commit, under the same lock and by the same compare-and-swap as with `publish`. An entry
that has its timestamp is left alone, and no timestamp is kept that is not valid.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import rfc8785
from cryptography import x509
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from yururluk.core import http_client
from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem, Refused
from yururluk.core.register import entry_digest
from yururluk.core.settings import Settings
from yururluk.git import Repository
from yururluk.publish.lock import in_turn
from yururluk.publish.published_pages import online, online_register, refuse_altered_register
from yururluk.publish.remote import (
    Progress,
    Step,
    base_for_push,
    base_here,
    bring_online,
    refuse_locked_remote,
    refuse_unfit_branch,
)
from yururluk.verify.tokens import (
    INDEX_FILE,
    BadToken,
    Token,
    check_token,
    index_file,
    listed_tokens,
    read_token,
    token_path,
)


@dataclass(frozen=True)
class Request:
    """Which authority is asked, whose certificates are trusted (none: those in its own answer), and whether to push."""

    address: str
    roots: tuple[x509.Certificate, ...] = ()
    push: bool = False


@dataclass(frozen=True)
class Stamped:
    """The timestamp over the register's head: `entry` is that entry's number; whether it is new, and was pushed."""

    token: Token
    entry: int
    version: str
    new: bool
    pushed: bool


def timestamp(repository: Repository, settings: Settings, request: Request, progress: Progress) -> Stamped:
    """Give the register's last entry a timestamp, if it has none. Raises `Refused`; nothing has then changed.

    The authority is asked before the lock is taken: a slow one must not hold up a publish. If another publish adds an
    entry meanwhile, the timestamp is still valid for the entry that it was requested for, and is kept for that.
    """
    if urlsplit(request.address).scheme not in {"http", "https"}:
        fix = msg("give the address of the authority: --tsa https://…")
        raise Refused([_problem(request.address, msg("this is not a web address."), fix)])

    fetched: dict[str, bytes] = {}

    def attempt() -> Any:  # mypy would join the two types to object
        return _once(repository, settings, request, progress, fetched)

    found: Stamped | _Missing = in_turn(repository, settings, attempt, progress)
    if isinstance(found, _Missing):
        progress(msg("Asking {address} …", address=request.address))
        fetched[found.head] = _fetched(found.entry, found.head, request)
        found = in_turn(repository, settings, attempt, progress)
    if isinstance(found, _Missing):  # the register lost that entry while the authority was asked
        raise Refused([_problem(request.address, msg("the register was rewritten meanwhile."), msg("try again."))])
    return found


@dataclass(frozen=True)
class _Missing:
    """An entry of the register that has no timestamp yet, and its digest."""

    entry: Mapping[str, Any]
    head: str


def _once(
    repository: Repository, settings: Settings, request: Request, progress: Progress, fetched: Mapping[str, bytes]
) -> Stamped | _Missing | None:
    """One try under the lock; None where another publish was faster on the remote.

    `fetched` is a timestamp by its entry's digest. Without it, nothing changes where the last entry has none.
    """
    refuse_unfit_branch(repository, settings)
    ref = f"refs/heads/{settings.branch}"
    local = repository.commit_of(ref)
    remote: str | None = None
    if request.push:
        found = base_for_push(repository, settings)
        base, remote = found.commit, found.remote
    else:
        base = base_here(repository, settings, progress)
    register = online_register(repository, base, settings, None)
    if base is None or not register.raw:
        fix = msg("bring the releases online first: yururluk publish.")
        raise Refused([Problem("timestamp", "", 0, msg("the register has no entry yet to put a time to."), fix)])
    refuse_altered_register(repository, online(repository, base), register, settings)
    digests = [entry_digest(raw) for raw in register.raw]
    head = next((digest for digest in fetched if digest in digests), digests[-1])
    tokens = published_tokens(repository, base)
    new = head not in tokens
    if not new:
        data, commit = tokens[head], base
    elif head not in fetched:
        repository.rehearse([(ref, local or base, local)])
        if request.push:
            refuse_locked_remote(repository, settings)
        return _Missing(register.raw[-1], head)
    else:
        data = fetched[head]
        files = {token_path(head): data, INDEX_FILE: index_file({**tokens, head: data})}
        commit = _commit(repository, base, files, f"Timestamp entry {digests.index(head) + 1} of the register")
    try:
        token = read_token(data)
        check_token(token, head, (), nonce=None)
    except BadToken as why:
        fix = msg("find out what changed it: git log --stat -- timestamps, on the pages branch; then yururluk verify.")
        raise Refused(
            [Problem("timestamp", token_path(head), 0, msg("the timestamp here {why}.", why=why.reason), fix)]
        ) from None
    pushed = bring_online(repository, settings, Step(commit, local, remote, request.push), progress)
    if pushed is None:
        return None
    number = digests.index(head)
    return Stamped(token, number + 1, register.entries[number].version, new, pushed)


def published_tokens(repository: Repository, commit: str) -> dict[str, bytes]:
    """The timestamps on the pages branch by their entry's digest. Raises `Refused` where one cannot be relied on."""
    data = repository.read(commit, INDEX_FILE)
    if data is None:
        return {}
    found: dict[str, bytes] = {}
    try:
        for entry in listed_tokens(data):
            file = repository.read(commit, token_path(entry))
            if file is None:
                raise ValueError("a timestamp is missing")
            found[entry] = file
        if index_file(found) == data:
            return found
    except (BadToken, ValueError):
        pass  # told below
    fix = msg("restore the folder timestamps of the pages branch from git; yururluk verify tells what is wrong.")
    message = msg("the timestamps on the pages branch are not as they were written.")
    raise Refused([Problem("timestamp", INDEX_FILE, 0, message, fix)])


def _fetched(entry: Mapping[str, Any], head: str, request: Request) -> bytes:
    """A fresh timestamp over an entry, as the authority sent it."""
    question = TimestampRequestBuilder(
        data=rfc8785.dumps(dict(entry)), hash_algorithm=HashAlgorithm.SHA256, nonce=True, cert_req=True
    ).build()
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        answer = http_client.request(request.address, method="POST", data=question.as_bytes(), headers=headers)
    except http_client.HttpError as error:
        fix = msg("check the address and the network, then try again; nothing was kept.")
        raise Refused([_problem(request.address, error.message, fix)]) from None
    fix = msg("try again, or ask another authority; nothing was kept.")
    if answer.status != HTTPStatus.OK:
        raise Refused([_problem(request.address, msg("the server answers {code}.", code=answer.status), fix)])
    try:
        check_token(read_token(answer.data), head, request.roots, nonce=question.nonce)
    except BadToken as why:
        raise Refused([_problem(request.address, msg("the timestamp {why}.", why=why.reason), fix)]) from None
    return answer.data


def _problem(address: str, message: Message, fix: Message) -> Problem:
    return Problem("timestamp", address, 0, message, fix)


def _commit(repository: Repository, base: str, files: Mapping[str, bytes], message: str) -> str:
    """A commit on `base` that differs by these files; no ref moves."""
    with tempfile.TemporaryDirectory(prefix="yururluk-index-") as folder:
        env = {**repository.identity(), "GIT_INDEX_FILE": os.fspath(Path(folder, "index"))}

        def run(command: Sequence[str], data: bytes | None = None) -> str:
            return repository.run(*command, data=data, extra_env=env).decode().strip()

        run(["read-tree", base])
        for path, data in sorted(files.items()):
            blob = run(["hash-object", "-w", "--stdin"], data)
            run(["update-index", "--add", "--cacheinfo", f"100644,{blob},{path}"])
        tree = run(["write-tree"])
        return run(["commit-tree", tree, "-p", base, "-m", message])
