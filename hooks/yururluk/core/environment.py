"""Environment variables for a while: for tools that are told in no other way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Set variables, and put them back at the end as they were."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def git_setting(key: str, value: str) -> dict[str, str]:
    """The variables that add a setting to those that git is given already (git-config, GIT_CONFIG_COUNT)."""
    given = os.environ.get("GIT_CONFIG_COUNT", "")
    at = int(given) if given.isdecimal() else 0
    return {"GIT_CONFIG_COUNT": f"{at + 1}", f"GIT_CONFIG_KEY_{at}": key, f"GIT_CONFIG_VALUE_{at}": value}
