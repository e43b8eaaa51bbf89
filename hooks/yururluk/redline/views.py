"""Reads one side out of a redline: the new text by accepting every change, the old one by rejecting it."""

from __future__ import annotations

import re
from typing import Final

from yururluk.redline.marks import Side
from yururluk.redline.running import TAGS, tag_name
from yururluk.redline.tree import VOID

_MARK: Final = re.compile(r' data-redline="(ins|del)"')
_OWN: Final = re.compile(r' data-redline[a-z-]*(?:="[^"]*")?')
_HELPED: Final = re.compile(r' data-redline-aid-attr="([^"]*)"')


def one_side(redline: str, drop: Side) -> str:
    """What is left of a redline when everything marked `drop` goes, and with it all marks and helps."""
    parts = TAGS.split(redline)
    out: list[str] = []
    wrappers: list[bool] = []  # for each open element: is it one of our wrappers, whose tags go?
    skipped = 0  # how many elements are open within what goes
    for at, part in enumerate(parts):
        if not at % 2:
            if not skipped:
                out.append(part)
            continue
        name = tag_name(part)
        if part[1] == "/":
            if skipped:
                skipped -= 1
            elif not wrappers.pop():
                out.append(part)
            continue
        if skipped:
            skipped += name not in VOID
            continue
        mark = _MARK.search(part) if "data-redline" in part else None
        if "data-redline-aid>" in part or "data-redline-aid " in part or (mark and mark.group(1) == drop):
            skipped = name not in VOID
            continue
        wraps = mark is not None and name in ("ins", "del")
        if not wraps:
            out.append(_plain(part, drop) if "data-redline" in part else part)
        if name not in VOID:
            wrappers.append(wraps)
    return "".join(out)


def _plain(tag: str, drop: Side) -> str:
    if helped := _HELPED.search(tag):
        for name in helped.group(1).split():
            tag = re.sub(rf' {re.escape(name)}="[^"]*"', "", tag, count=1)
    if drop == "ins":
        tag = tag.replace(' data-redline-id="', ' id="', 1)
    return _OWN.sub("", tag)
