"""What stands at the site's root beside the releases' folders: groups of files, each made anew only when it must be.

A file that hangs on frozen texts alone is made once. So a publish costs the same after three hundred releases as
after the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any


@dataclass(frozen=True)
class Part:
    """Files that are made together. `fingerprint` digests everything that their bytes depend on; `make` gives the
    files by their path from the root.

    Parts share no path. `cheap` ones are written with every publish that writes anything; `light` ones are made of
    dates and digests alone, so that it takes little to make them.
    """

    name: str
    fingerprint: str
    make: Callable[[], Mapping[str, bytes]]
    cheap: bool = False
    light: bool = False


def ready_part(name: str, files: Mapping[str, bytes]) -> Part:
    """A part whose bytes are at hand: they are its fingerprint."""
    digest = hashlib.sha256()
    for path, data in sorted(files.items()):
        digest.update(f"{path}\0{hashlib.sha256(data).hexdigest()}\n".encode())
    return Part(name, "sha256:" + digest.hexdigest(), partial(dict, files), cheap=True)


def part(
    name: str,
    code_digest: str,
    basis: Mapping[str, Any],
    make: Callable[[], Mapping[str, bytes]],
    *,
    light: bool = False,
) -> Part:
    """A part that is made when its basis or the code changes. `basis` holds all that `make` looks at."""
    return Part(name, fingerprint(code_digest, basis), make, light=light)


_as_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str).encode


def fingerprint(code_digest: str, basis: Mapping[str, Any]) -> str:
    """Digest of a basis, as JSON with its keys in order, and of the code that works on it."""
    plain = _as_json([code_digest, dict(basis)])
    return "sha256:" + hashlib.sha256(plain.encode()).hexdigest()
