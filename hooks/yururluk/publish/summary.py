"""What a publish shows of the releases that are online: which ones, in which state, and where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yururluk.core.in_force import State
from yururluk.core.messages import Message, msg

_SHOWN = 12  # with all else that is told, so many fit a screen


@dataclass(frozen=True)
class Row:
    """A release that is online: its state, its days, and the folders that it stands in."""

    version: str
    state: State
    published: date
    effective: date
    folders: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """The releases online that are shown, newest first; how many `older` ones are not; and the versions `waiting` for
    their own day of publication."""

    rows: tuple[Row, ...]
    older: int
    waiting: tuple[str, ...]


def overview(online: Sequence[Row], waiting: Sequence[str]) -> Overview:
    """What to show of all releases that are online, newest first."""
    rows = tuple(online[at] for at in worth_showing([row.state for row in online]))
    return Overview(rows, len(online) - len(rows), tuple(waiting))


def worth_showing(states: Sequence[State]) -> list[int]:
    """Of releases in these states, newest first, those that are shown: the newest, and all that are not over."""
    over = (State.SUPERSEDED, State.WITHDRAWN)
    return [at for at, state in enumerate(states) if at < _SHOWN or state not in over]


def state_word(state: State) -> Message:
    """What a state is called."""
    return {
        State.IN_FORCE: msg("in force"),
        State.UPCOMING: msg("upcoming"),
        State.SUPERSEDED: msg("superseded"),
        State.WITHDRAWN: msg("withdrawn"),
    }[state]
