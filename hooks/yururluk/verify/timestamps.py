"""How a timestamp over the register's head is fetched from an authority (RFC 3161) and put beside the register.

The pages branch moves by one commit, under the same lock and by the same compare-and-swap as with `publish`. A head
that has its timestamp is left alone. Nothing is kept that does not hold.
"""

from __future__ import annotations

import http.client
import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from yururluk.core.canonical import canonical
from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem, Refused
from yururluk.core.register import Register, entry_digest
from yururluk.core.settings import Settings
from yururluk.git import Repository
from yururluk.publish.lock import in_turn
from yururluk.publish.published_pages import online, online_register, refuse_altered_register
from yururluk.publish.push import Step, bring_online, refuse_locked_remote
from yururluk.publish.remote import (
    Progress,
    base_for_push,
    base_here,
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

_SECONDS = 30
_LONGEST = 1_000_000  # no answer of an authority has so many bytes


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
    """See to it that the register's last entry has a timestamp. Raises `Refused`; nothing has then changed."""
    if urlsplit(request.address).scheme not in {"http", "https"}:
        fix = msg("give the address as the authority tells it: --tsa https://…")
        raise Refused([_problem(request.address, msg("this is not a web address."), fix)])
    return in_turn(repository, settings, partial(_once, repository, settings, request, progress), progress)


def _once(repository: Repository, settings: Settings, request: Request, progress: Progress) -> Stamped | None:
    """One try; None where another publish was faster on the remote."""
    refuse_unfit_branch(repository, settings)
    ref = f"refs/heads/{settings.branch}"
    local = repository.commit_of(ref)
    remote: str | None = None
    if request.push:
        base, remote = base_for_push(repository, settings)
    else:
        base = base_here(repository, settings, progress)
    register = online_register(repository, base, settings, None)
    if base is None or not register.raw:
        fix = msg("bring the releases online first: yururluk publish.")
        raise Refused([Problem("timestamp", "", 0, msg("the register has no entry yet to put a time to."), fix)])
    refuse_altered_register(repository, online(repository, base), register, settings)
    head = entry_digest(register.raw[-1])
    tokens = published_tokens(repository, base)
    new = head not in tokens
    if new:
        repository.rehearse([(ref, local or base, local)])
        if request.push:
            refuse_locked_remote(repository, settings)
        progress(msg("Asking {address} …", address=request.address))
        data = _fetched(register, head, request)
        files = {token_path(head): data, INDEX_FILE: index_file({**tokens, head: data})}
        message = f"Timestamp entry {len(register.raw)} of the register"
        commit = _commit(repository, base, files, message)
    else:
        data, commit = tokens[head], base
    try:
        token = read_token(data)
        check_token(token, head, (), nonce=None)
    except BadToken as why:
        fix = msg(
            "see what became of it: git log --stat -- timestamps, on the pages branch; yururluk verify tells more."
        )
        raise Refused(
            [Problem("timestamp", token_path(head), 0, msg("the timestamp here {why}.", why=why.reason), fix)]
        ) from None
    pushed = bring_online(repository, settings, Step(commit, local, remote, request.push), progress)
    if pushed is None:
        return None
    return Stamped(token, len(register.raw), register.entries[-1].version, new, pushed)


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


def _fetched(register: Register, head: str, request: Request) -> bytes:
    """A fresh timestamp over the head, as the authority sent it."""
    question = TimestampRequestBuilder(
        data=canonical(register.raw[-1]),
        hash_algorithm=HashAlgorithm.SHA256,
        nonce=True,
        cert_req=True,
    ).build()
    data = _answer(request.address, question.as_bytes())
    fix = msg("try again, or ask another authority; nothing was kept.")
    try:
        check_token(read_token(data), head, request.roots, nonce=question.nonce)
    except BadToken as why:
        raise Refused([_problem(request.address, msg("the timestamp {why}.", why=why.reason), fix)]) from None
    return data


def _answer(address: str, question: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    fix = msg("look at the address and at the network, then try again; nothing was kept.")
    try:
        asked = urllib.request.Request(address, data=question, headers=headers)  # noqa: S310 - http(s), see timestamp
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310
            data: bytes = answer.read(_LONGEST + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise Refused([_problem(address, msg("the authority answers {code}.", code=error.code), fix)]) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        why = msg("it did not answer in time") if isinstance(reason, TimeoutError) else None
        told = why or getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        raise Refused([_problem(address, msg("the authority cannot be reached: {told}.", told=told), fix)]) from None
    if len(data) > _LONGEST:
        raise Refused([_problem(address, msg("the answer is far too long for a timestamp."), fix)])
    return data


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
