"""Which refs a publish uses beside the pages branch itself."""

from __future__ import annotations

from yururluk.core.settings import Settings

STAGING_FOLDER = "refs/yururluk"
STAGING = f"{STAGING_FOLDER}/staging"
#: Where the removal of the staging is rehearsed: git does not make a ref and remove it in one transaction.
NEVER_THERE = f"{STAGING_FOLDER}/rehearsed"


def tracking_ref(settings: Settings) -> str:
    """Where git keeps what the remote's branch was when it was last fetched."""
    return f"refs/remotes/{settings.remote}/{settings.branch}"
