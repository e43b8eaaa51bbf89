"""Which files every page shares and under which name: the name carries the content's digest, so it never goes stale."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

FOLDER = "assets"


def shared_files(overrides: Path) -> Mapping[str, tuple[str, bytes]]:
    """The files below overrides/assets, by their name there: the name to publish under, and the bytes."""
    folder = overrides / FOLDER
    found: dict[str, tuple[str, bytes]] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        if is_scratch(name):
            continue
        data = file.read_bytes()
        digest = hashlib.sha256(data).hexdigest()[:10]
        stem, dot, ending = name.rpartition(".")
        found[name] = (f"{FOLDER}/{stem}.{digest}{dot}{ending}", data)
    return found


def is_scratch(name: str) -> bool:
    """Whether an editor, the system or Python left a file there for itself."""
    parts = name.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return hidden or "__pycache__" in parts or name.endswith(("~", ".swp"))
