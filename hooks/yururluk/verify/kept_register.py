"""Whether a register goes on from one that somebody kept: nothing was rewritten, dropped or put before it since."""

from __future__ import annotations

from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem
from yururluk.core.register import Publication, Register, entry_digest

_FIX = msg(
    "ask whoever publishes what became of it. The kept copy is proof as it is; with a "
    "timestamp over its last entry, also of when it was so."
)


def history_problems(register: Register, kept: Register, path: str, kept_path: str) -> list[Problem]:
    """The first place at which the register parts from the kept one. An entry after the kept ones is no fault."""
    for number, (now, then) in enumerate(zip(register.raw, kept.raw, strict=False), start=1):
        if now != then:
            what = _told(kept, number)
            message = msg(
                "the history was rewritten: entry {number} is not the one in {kept_path}, which is "
                "{what}. It and all after it were made anew.",
                number=number,
                kept_path=kept_path,
                what=what,
            )
            return [Problem("history", path, 0, message, _FIX)]
    lost = range(len(register.raw) + 1, len(kept.raw) + 1)
    return [
        Problem(
            "history",
            path,
            0,
            msg(
                "the history was cut short: entry {number} of {kept_path} is missing here: {told}.",
                number=number,
                kept_path=kept_path,
                told=_told(kept, number),
            ),
            _FIX,
        )
        for number in lost
    ]


def _told(register: Register, number: int) -> Message:
    entry = register.entries[number - 1]
    moment = entry.published.isoformat(timespec="seconds")
    digest = entry_digest(register.raw[number - 1])
    if isinstance(entry, Publication):
        return msg(
            "the publication of release {version} at {moment} (sha256 {digest})",
            version=entry.version,
            moment=moment,
            digest=digest,
        )
    return msg(
        "the withdrawal of release {version} at {moment} (sha256 {digest})",
        version=entry.version,
        moment=moment,
        digest=digest,
    )
