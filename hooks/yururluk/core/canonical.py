"""The one form of a JSON value that digests are taken of (RFC 8785)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import rfc8785

_EXACT = 2**53  # whole numbers up to here are written digit by digit; beyond it, not every one is a number of JSON


def canonical(value: Mapping[str, Any]) -> bytes:
    """RFC 8785 of a JSON object. Raises ValueError where it has none.

    Of words, truth values and small whole numbers under names in ASCII it is JSON's shortest form, which Python writes
    in C: other numbers and the order of other names are where the two part.
    """
    if _is_plain(value):
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    return rfc8785.dumps(dict(value))


def _is_plain(value: object) -> bool:
    # Loops, not `all`: a register of hundreds of entries is read at each publish.
    if isinstance(value, dict):
        for name, inner in value.items():
            if not (isinstance(name, str) and name.isascii() and (type(inner) is str or _is_plain(inner))):
                return False
        return True
    if isinstance(value, list):
        for inner in value:  # noqa: SIM110
            if not _is_plain(inner):
                return False
        return True
    return value is None or isinstance(value, (str, bool)) or (type(value) is int and abs(value) < _EXACT)
