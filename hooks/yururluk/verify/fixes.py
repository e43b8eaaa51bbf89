"""What helps where published files are not as they should be: it depends on where the fault came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem
from yururluk.core.register import REGISTER_FILE
from yururluk.publish.plan import BUILD_FILE
from yururluk.site.urls import VERSIONS
from yururluk.verify.files import HeldFiles
from yururluk.verify.place import Place

#: Where the pages branch itself is at fault.
REBUILD = msg("publish again: yururluk publish --rebuild.")
RESTORE = msg(
    "restore register.json from git (the pages branch keeps every earlier state) or from any "
    "saved copy: yururluk publish --register FILE."
)
#: Where a copy has a list of files that the pages branch never held.
FETCH = msg(
    "fetch the pages branch (git fetch) and verify again; if it is told still, bring the site from the branch again: "
    "yururluk export DIR."
)
#: What all else is measured by: where one of these is altered, so may be whatever contradicts it.
_MEASURES = (REGISTER_FILE, VERSIONS, BUILD_FILE)


def fixed(problems: Sequence[Problem], place: Place, held: HeldFiles) -> list[Problem]:
    """The same problems; of a copy (a folder, or what a server shows) that is not as the pages branch was, each tells
    to bring the site from the branch again, for there the fault is not."""
    if held.of_branch is None:
        return list(problems)
    altered = {path for path, _ in held.faults}
    return [replace(problem, fix=_of_copy(problem, place, altered)) for problem in problems]


def _of_copy(problem: Problem, place: Place, altered: set[str]) -> Message:
    if problem.fix not in {REBUILD, RESTORE}:
        return problem.fix
    path = problem.path.removeprefix(f"{place.name}/")
    in_copy = (
        path in altered or any(other.startswith(f"{path}/") for other in altered) or not altered.isdisjoint(_MEASURES)
    )
    if place.ids is None:
        if in_copy:
            return msg("bring the site from the pages branch to the server again: yururluk export DIR.")
        return msg(
            "publish again (yururluk publish --rebuild), then bring the site from the pages branch to the server: "
            "yururluk export DIR."
        )
    if in_copy:
        return msg("bring the site from the pages branch again: yururluk export DIR.")
    if problem.fix == RESTORE:
        return RESTORE
    return msg(
        "publish again (yururluk publish --rebuild), then bring the site from the pages branch again: "
        "yururluk export DIR."
    )
