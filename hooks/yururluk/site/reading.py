"""How long a text takes to read."""

from __future__ import annotations

import math
import re

#: Words a minute, read silently by grown-ups (Trauzettel-Klosinski and Dietz 2012, IReST); other languages: their mean.
_SPEEDS = {"tr": 166, "en": 228}
_MEAN_SPEED = 184
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ATTRIBUTES = re.compile(r"\{[#.:][^}\n]*\}")


def reading_minutes(markdown: str, locale: str) -> int:
    """Minutes, rounded up: at least one."""
    words = len(_WORD.findall(_ATTRIBUTES.sub("", markdown)))
    return max(1, math.ceil(words / _SPEEDS.get(locale.split("-")[0].split("_")[0], _MEAN_SPEED)))
