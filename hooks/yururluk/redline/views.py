"""Reads one side out of a redline: the new text by accepting every change, the old one by rejecting it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from yururluk.redline.marks import Side
from yururluk.redline.tree import VOID

#: Start and end tags of every ins and del, ours or the source's, and every other tag that carries something
#: of ours.
_OF_NOTE: Final = re.compile(r"<(/?)(ins|del)\b[^<>]*>|<([a-z0-9]+)[^<>]* data-redline[^<>]*>")
_MARK: Final = re.compile(r' data-redline="(ins|del)"')
_OWN: Final = re.compile(r' data-redline[a-z-]*(?:="[^"]*")?')
_HELPED: Final = re.compile(r' data-redline-aid-attr="([^"]*)"')
_AID: Final = re.compile(r" data-redline-aid[ =>]")


def one_side(redline: str, drop: Side) -> str:
    """What is left of a redline when everything marked `drop` goes, and with it all marks and helps."""
    out: list[str] = []
    wraps: list[bool] = []  # for each open ins and del: is it one of our wrappers, whose tags go?
    at = 0
    found = _OF_NOTE.search(redline)
    while found:
        out.append(redline[at : found.start()])
        at = found.end()
        tag = found.group()
        name = found.group(2) or found.group(3)
        if found.group(1):
            if not wraps.pop():
                out.append(tag)
        else:
            mark = _MARK.search(tag)
            if (mark and mark.group(1) == drop) or _AID.search(tag):
                at = at if name in VOID else end_of(redline, name, at)
            else:
                wrapper = mark is not None and name in ("ins", "del")
                if name in ("ins", "del"):
                    wraps.append(wrapper)
                if not wrapper:
                    out.append(_plain(tag, drop))
        found = _OF_NOTE.search(redline, at)
    out.append(redline[at:])
    return "".join(out)


def end_of(html: str, name: str, at: int) -> int:
    """Where the element `name` ends that was opened just before `at`."""
    end = html.find(f"</{name}>", at)
    if end >= 0 and html.find(f"<{name}", at, end) < 0:
        return end + len(name) + 3
    depth = 1
    for found in _tags_of(name).finditer(html, at):
        depth += -1 if found.group(1) else 1
        if not depth:
            return found.end()
    return len(html)


@cache
def _tags_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?){name}\b[^<>]*>")


def _plain(tag: str, drop: Side) -> str:
    if "data-redline" not in tag:
        return tag
    if helped := _HELPED.search(tag):
        for name in helped.group(1).split():
            tag = re.sub(rf' {re.escape(name)}="[^"]*"', "", tag, count=1)
    if drop == "ins":
        tag = tag.replace(' data-redline-id="', ' id="', 1)
    return _OWN.sub("", tag)
