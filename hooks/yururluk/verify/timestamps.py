"""Timestamps (RFC 3161) over entries of the register: what each says, whether it is valid, their list, and getting one.

A token (5070 sayılı Kanun m.3/h, zaman damgası) over an entry's digest proves, by an authority's signature, that the
entry and all before it existed at its time. The certificates to trust are given. Only `timestamp` uses the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import rfc8785
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from yururluk.core import http_client
from yururluk.core.messages import Message, Problem, Refused, msg
from yururluk.core.register import Register, entry_digest
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
from yururluk.verify.files import TIMESTAMPS, Place

INDEX_FILE = f"{TIMESTAMPS}/index.json"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_GRANTED = 0
_STATUS = {
    1: msg("it granted something else than what was asked"),
    2: msg("it refused"),
    3: msg("it says that the token will come later"),
    4: msg("it warns that a revocation is near"),
    5: msg("it says that its certificate was revoked"),
}


_RESTORE = msg(
    "put the file back from git (the pages branch keeps every earlier state); or remove it "
    "there and ask for a new timestamp: yururluk timestamp --tsa URL."
)
_REWRITTEN = msg(
    "look what was done to register.json: a timestamp outlasts the register it was given "
    "over. Hold it against a kept copy: yururluk verify --against FILE."
)

#: Where a fault lies, what it is, and how to fix it.
Fault = tuple[str, tuple[Message, Message]]


class BadToken(Exception):
    """A token that proves nothing; the reason is the end of a sentence that begins with "the timestamp"."""

    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Token:
    """A timestamp: the digest it was given over (SHA-256, hexadecimal), its time (UTC), and who signed it."""

    digest: str
    time: datetime
    signer: str
    nonce: int | None
    response: TimeStampResponse


def token_path(entry: str) -> str:
    """Where the token over the entry of that digest is published."""
    return f"{TIMESTAMPS}/{entry}.tsr"


def read_token(data: bytes) -> Token:
    """Read a timestamp response as it came from the authority. Raises `BadToken`."""
    try:
        response = decode_timestamp_response(_with_sorted_certificates(data))
        if response.status != _GRANTED:
            said = "; ".join(response.status_string)
            why = _STATUS.get(response.status) or msg("it answered {status}", status=response.status)
            if said:
                why = msg("{why} ({said})", why=why, said=said)
            raise BadToken(msg("was not granted by the authority: {why}", why=why))
        facts = response.tst_info
        if facts.message_imprint.hash_algorithm.dotted_string != _SHA256:
            raise BadToken(msg("is not over a SHA-256 digest"))
        signer = _signer(response)
        return Token(
            facts.message_imprint.message.hex(),
            facts.gen_time.astimezone(UTC),
            signer.subject.rfc4514_string(),
            facts.nonce,
            response,
        )
    except BadToken:
        raise
    except BaseException as error:  # the parser panics on some bytes, which is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise BadToken(msg("cannot be read as a timestamp response (RFC 3161)")) from None


def check_token(token: Token, digest: str, roots: Sequence[x509.Certificate], *, nonce: int | None) -> None:
    """Raise `BadToken` unless the token is over `digest` and its signature leads to one of `roots`.

    With no roots, the certificates in the token itself stand behind it: anyone who made those may have made the token,
    too. The certificates must have been valid at the token's time.
    """
    if token.digest != digest:
        raise BadToken(msg("is over another digest ({digest})", digest=token.digest))
    if nonce is not None and token.nonce != nonce:
        raise BadToken(msg("answers another question than the one asked (its nonce is another)"))
    signer = _signer(token.response)
    if not signer.not_valid_before_utc <= token.time <= signer.not_valid_after_utc:
        raise BadToken(
            msg(
                "was signed at {time}, when its certificate was not valid (from {first} to {last})",
                time=moment(token.time),
                first=moment(signer.not_valid_before_utc),
                last=moment(signer.not_valid_after_utc),
            )
        )
    own = [x509.load_der_x509_certificate(found) for found in token.response.signed_data.certificates]
    try:
        VerifierBuilder(roots=list(roots) or own).build().verify(token.response, bytes.fromhex(digest))
    except VerificationError as error:
        why = _why(str(error), token)
        if roots or why.template != _UNVOUCHED:
            raise BadToken(why) from None


_UNVOUCHED = msg("is signed by {signer}, for whom no certificate given vouches", signer="").template


def _why(told: str, token: Token) -> Message:
    """What the verifier found, in words; it is about OpenSSL's own error by its name."""
    if "EKU" in told:
        return msg("is signed with a certificate that is not one for timestamps")
    if "certificate verify error" not in told:
        return msg("is not signed as it should be: it was changed after it was signed")
    if "expired" in told or "not yet valid" in told:
        return msg("was signed at {time}, when a certificate above its own was not valid", time=moment(token.time))
    return msg("is signed by {signer}, for whom no certificate given vouches", signer=token.signer)


def read_certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates in a PEM file. Raises ValueError where there are none."""
    return tuple(x509.load_pem_x509_certificates(data))


def moment(time: datetime) -> str:
    """A moment in UTC, to the second, as it is reported and recorded (RFC 3339)."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def index_file(tokens: Mapping[str, bytes]) -> bytes:
    """timestamps/index.json: each token by its time, with the digest of its entry and that of its own bytes."""
    listed = [
        {"entry": entry, "time": moment(read_token(data).time), "sha256": hashlib.sha256(data).hexdigest()}
        for entry, data in tokens.items()
    ]
    listed.sort(key=lambda item: (item["time"], item["entry"]))
    return (json.dumps({"format": 1, "tokens": listed}, indent=2) + "\n").encode()


def listed_tokens(data: bytes) -> dict[str, str]:
    """The SHA-256 of each token that the list names, by its entry's digest. Raises ValueError where it is no list."""
    try:
        content = json.loads(data.decode("utf-8"))
        found = {str(item["entry"]): str(item["sha256"]) for item in content["tokens"]}
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("no list of timestamps") from error
    for entry in found:
        if not re.fullmatch(r"[0-9a-f]{64}", entry, re.ASCII):
            raise ValueError("no digest")
    return found


def _signer(response: TimeStampResponse) -> x509.Certificate:
    infos = list(response.signed_data.signer_infos)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what the parser only warns of today, such as a serial number below zero
        certificates = [x509.load_der_x509_certificate(cert) for cert in response.signed_data.certificates]
    for certificate in certificates:
        if [(info.issuer, info.serial_number) for info in infos] == [(certificate.issuer, certificate.serial_number)]:
            return certificate
    raise BadToken(msg("does not hold its signer's certificate"))


def _with_sorted_certificates(data: bytes) -> bytes:
    """The response with its certificates in the order that DER asks of a SET (X.690, 11.6).

    OpenSSL's authorities send the signer's certificate first, which the parser refuses. The signature does not cover
    that list, so only a reading is changed; what is kept is what came.
    """
    try:
        response = _inside(data, 0, len(data))
        token = _parts(data, *response)[1]
        content = _parts(data, *_inside(data, *token))[1]
        signed = _inside(data, *_inside(data, *content))
        listed = next(part for part in _parts(data, *signed) if data[part[0]] == 0xA0)
        begin, end = _inside(data, *listed)
        parts = sorted(data[first:last] for first, last in _parts(data, begin, end))
        return data[:begin] + b"".join(parts) + data[end:]
    except (IndexError, StopIteration, ValueError):
        return data  # the parser says what is wrong


def _inside(data: bytes, begin: int, end: int) -> tuple[int, int]:
    """Where the value of the element at `begin` begins and ends (X.690, 8.1)."""
    length, start = data[begin + 1], begin + 2
    if length > 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if length == 0x80 or start + length > end:
        raise ValueError("no definite length")
    return start, start + length


def _parts(data: bytes, begin: int, end: int) -> list[tuple[int, int]]:
    """Where each element between `begin` and `end` begins and ends."""
    found: list[tuple[int, int]] = []
    while begin < end:
        _, after = _inside(data, begin, end)
        found.append((begin, after))
        begin = after
    return found


def check_tokens(
    place: Place, register: Register, roots: Sequence[x509.Certificate]
) -> tuple[list[Token], list[Fault]]:
    """The timestamps that hold, the earliest first, and what is wrong with the others and with their list."""
    data = place.read(INDEX_FILE)
    present = _present(place)
    if data is None:
        return [], [(path, (msg("this timestamp is in no list."), _RESTORE)) for path in present]
    try:
        listed = listed_tokens(data)
    except ValueError:
        return [], [(INDEX_FILE, (msg("this list of timestamps cannot be read."), _RESTORE))]
    entries = {entry_digest(entry) for entry in register.raw}
    found: list[Token] = []
    faults: list[Fault] = []
    files: dict[str, bytes] = {}
    for entry, sha256 in sorted(listed.items()):
        path = token_path(entry)
        file = place.read(path)
        if file is None:
            faults.append((path, (msg("this timestamp is missing."), _RESTORE)))
            continue
        files[entry] = file
        if hashlib.sha256(file).hexdigest() != sha256:
            faults.append((path, (msg("this timestamp is not the one that is listed."), _RESTORE)))
            continue
        try:
            token = read_token(file)
            check_token(token, entry, roots, nonce=None)
        except BadToken as why:
            faults.append((path, (msg("the timestamp {why}.", why=why.reason), _RESTORE)))
            continue
        if entry not in entries:
            message = msg(
                "this timestamp is over an entry that the register does not have: the register was rewritten."
            )
            faults.append((path, (message, _REWRITTEN)))
            continue
        found.append(token)
    if not faults and index_file(files) != data:
        faults.append((INDEX_FILE, (msg("this list of timestamps is not as it was written."), _RESTORE)))
    extra = [path for path in present if path not in {INDEX_FILE, *map(token_path, listed)}]
    faults += [(path, (msg("this timestamp is in no list."), _RESTORE)) for path in extra]
    return sorted(found, key=lambda token: (token.time, token.digest)), faults


def _present(place: Place) -> list[str]:
    """What lies in the timestamps' folder, where it can be listed."""
    ids = place.ids("0" * 40) if place.ids else {}
    return sorted(path for path in ids if path.startswith(f"{TIMESTAMPS}/"))


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
