"""Whether the timestamps published beside a register are over its entries, whole, and vouched for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cryptography import x509

from yururluk.core.messages import Message, msg
from yururluk.core.register import Register, entry_digest
from yururluk.verify.source import Place
from yururluk.verify.tokens import (
    FOLDER,
    INDEX_FILE,
    BadToken,
    Token,
    check_token,
    in_time_order,
    index_file,
    listed_tokens,
    read_token,
    token_path,
)

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


def check_tokens(
    place: Place, register: Register, roots: Sequence[x509.Certificate]
) -> tuple[list[Token], list[Fault]]:
    """The timestamps that hold, the earliest first, and what is wrong with the others and with their list."""
    data = place.read(INDEX_FILE)
    present = _present(place)
    if data is None:
        return [], [(path, (msg("this timestamp stands in no list."), _RESTORE)) for path in present]
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
    faults += [(path, (msg("this timestamp stands in no list."), _RESTORE)) for path in extra]
    return in_time_order(found), faults


def _present(place: Place) -> list[str]:
    """What lies in the timestamps' folder, where it can be listed."""
    ids = place.ids("0" * 40) if place.ids else {}
    return sorted(path for path in ids if path.startswith(f"{FOLDER}/"))
