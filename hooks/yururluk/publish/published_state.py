"""What this clone knows of the published state: the pages branch and the register on it."""

from __future__ import annotations

from pathlib import Path

from yururluk.core.messages import msg
from yururluk.core.problems import Problem, Refused
from yururluk.core.register import Register
from yururluk.core.settings import Settings
from yururluk.git import Repository, open_repository
from yururluk.publish import deploy


def known_register(root: Path, settings: Settings) -> Register:
    """The register of the pages branch, as far as this clone knows it; empty outside git."""
    try:
        repository = open_repository(root)
    except Refused:
        return Register()
    commit = deploy.known_commit(repository, settings)
    return deploy.online_register(repository, commit, settings, None)


def published_commit(repository: Repository, settings: Settings) -> str:
    """The commit of the pages branch, local or as last fetched. Raises `Refused` where there is none."""
    commit = deploy.known_commit(repository, settings)
    if commit is None:
        fix = msg("bring the releases online first: yururluk publish.")
        raise Refused([Problem("branch", "", 0, msg("there is no branch {branch} yet.", branch=settings.branch), fix)])
    return commit
