"""Whether a register goes on from one that somebody kept: nothing was rewritten, dropped or put before it since."""

from __future__ import annotations

from yururluk.problems import Problem
from yururluk.register import Publication, Register, entry_digest

_MEND = (
    "ask whoever publishes what became of it. The kept copy is proof as it is; with a timestamp over its last entry, "
    "also of when it was so."
)


def history_problems(register: Register, kept: Register, path: str, kept_path: str) -> list[Problem]:
    """The first place at which the register parts from the kept one. An entry after the kept ones is no fault."""
    for number, (now, then) in enumerate(zip(register.raw, kept.raw, strict=False), start=1):
        if now != then:
            what = _told(kept, number)
            message = (
                f"the history was rewritten: entry {number} is not the one in {kept_path}, which is {what}. "
                "It and all after it were made anew."
            )
            return [Problem("history", path, 0, message, _MEND)]
    lost = range(len(register.raw) + 1, len(kept.raw) + 1)
    return [
        Problem(
            "history",
            path,
            0,
            f"the history was cut short: entry {number} of {kept_path} is missing here: {_told(kept, number)}.",
            _MEND,
        )
        for number in lost
    ]


def _told(register: Register, number: int) -> str:
    entry = register.entries[number - 1]
    what = "the publication" if isinstance(entry, Publication) else "the withdrawal"
    moment = entry.published.isoformat(timespec="seconds")
    return f"{what} of release {entry.version} at {moment} (sha256 {entry_digest(register.raw[number - 1])})"
