"""Whether a publish that ended well left nothing to do until a certain day: then that is known without working it out.

What is online is a function of the releases, the register, the settings, the code and the day. A publish notes them
all, the register as the commit of the pages branch; while none of them has changed and no day has come on which the
state of a release does, there is nothing to do.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from yururluk.core.in_force import State
from yururluk.core.settings import Settings
from yururluk.git import Refs, Repository
from yururluk.memory import Memory
from yururluk.publish.code_digest import code_digest
from yururluk.publish.recovery import was_killed
from yururluk.publish.refs import STAGING, STAGING_FOLDER, tracking_ref
from yururluk.publish.summary import Overview, Row
from yururluk.publish.worktree import Held

NAME = "settled"
_RELEASES = "releases"


@dataclass(frozen=True)
class Settled:
    """What the publishes of this clone noted. `held` tells how the files below releases/ stand to what is committed."""

    repository: Repository
    settings: Settings
    memory: Memory
    held: Held

    def recall(self, day: date) -> Overview | None:
        """What is online where nothing is to be done on a day; None where that has to be worked out."""
        data = self.memory.recall(NAME)
        noted = json.loads(data) if data is not None else None
        if noted is None or not noted["since"] <= day.isoformat() < noted["until"]:
            return None
        refs = self.repository.refs("refs/heads", tracking_ref(self.settings), STAGING_FOLDER)
        if noted["given"] != self._given(refs) or was_killed(self.repository.common_folder()):
            return None
        rows = (
            Row(
                version,
                State(state),
                date.fromisoformat(published),
                date.fromisoformat(effective),
                tuple(folders),
            )
            for version, state, published, effective, folders in noted["rows"]
        )
        return Overview(tuple(rows), noted["older"], tuple(noted["waiting"]))

    def note(self, refs: Refs, day: date, until: date | None, shown: Overview) -> None:
        """Note that all is online where the refs are such, and stays so until a day (None: for ever)."""
        given = self._given(refs)
        if given is None:
            return
        rows = [
            (row.version, row.state, row.published.isoformat(), row.effective.isoformat(), row.folders)
            for row in shown.rows
        ]
        noted = {
            "given": given,
            "since": day.isoformat(),
            "until": (until or date.max).isoformat(),
            "rows": rows,
            "older": shown.older,
            "waiting": shown.waiting,
        }
        self.memory.keep(NAME, json.dumps(noted).encode())

    def _given(self, refs: Refs) -> list[str | None] | None:
        """All that decides what is online, but for the day; None where anything is not as a publish leaves it."""
        releases = self.held.trees.get(_RELEASES)
        if releases is None or self._has_folder_beside():
            return None
        ours, tracking = f"refs/heads/{self.settings.branch}", tracking_ref(self.settings)
        namesakes = [ref for ref in refs.commits if ref.casefold() == ours.casefold()]
        if STAGING in refs.commits or namesakes != [ours] or ours in refs.checked_out:
            return None
        made_by = code_digest(self.repository.root, self.memory.code)
        chosen = hashlib.sha256(repr(self.settings).encode()).hexdigest()
        return [releases, refs.commits[ours], refs.commits.get(tracking), made_by, chosen]

    def _has_folder_beside(self) -> bool:
        """Whether a folder without files, of which git knows nothing, lies among the releases."""
        folder = self.repository.root / _RELEASES
        return any(entry.is_dir() and f"{_RELEASES}/{entry.name}" not in self.held.trees for entry in folder.iterdir())
