"""Which files every page shares and under which name: the name carries the content's digest, so it never goes stale."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

FOLDER = "assets"
_SCRIPT_FOLDER = re.compile(r"(.+?\.js)/")


def shared_files(overrides: Path) -> Mapping[str, tuple[str, bytes]]:
    """The files below overrides/assets, by their name there: the name to publish under, and the bytes.

    A folder whose name ends in ``.js`` is one script, its parts in the order of their names: one request.
    """
    found: dict[str, tuple[str, bytes]] = {}
    for name, data in _contents(overrides / FOLDER).items():
        digest = hashlib.sha256(data).hexdigest()[:10]
        stem, dot, ending = name.rpartition(".")
        found[name] = (f"{FOLDER}/{stem}.{digest}{dot}{ending}", data)
    return found


def _contents(folder: Path) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        if is_scratch(name):
            continue
        script = _SCRIPT_FOLDER.match(name)
        whole = script[1] if script else name
        found[whole] = found.get(whole, b"") + file.read_bytes()
    return found


def is_scratch(name: str) -> bool:
    """Whether an editor, the system or Python left a file there for itself."""
    parts = name.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return hidden or "__pycache__" in parts or name.endswith(("~", ".swp"))
