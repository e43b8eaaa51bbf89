"""Reads one side out of a redline: the new text by accepting every change, the old one by rejecting it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from yururluk.redline.inline_parser import tag_name
from yururluk.redline.marks import DEL, INS, Side
from yururluk.redline.tree import VOID

#: Start and end tags of every ins and del, ours or the source's, and every other tag that carries something
#: of ours.
_OF_NOTE: Final = re.compile(r"</?(?:ins|del)(?=[ >])[^<>]*>|<[a-zA-Z][^\s<>]* [^<>]*?data-redline[^<>]*>")
_MARK: Final = re.compile(r' data-redline="(ins|del)"')
_OWN: Final = re.compile(r' data-redline[a-z-]*(?:="[^"]*")?')
_HELPED: Final = re.compile(r' data-redline-aid-attr="([^"]*)"')
_AID: Final = re.compile(r" data-redline-aid[ =>]")


def one_side(redline: str, drop: Side) -> str:
    """What is left of a redline when everything marked `drop` goes, and with it all marks and helps."""
    if "<ins" not in redline and "<del" not in redline and "data-redline" not in redline:
        return redline
    dropped, kept = (INS, DEL) if drop == "ins" else (DEL, INS)
    if (simple := _of_plain_wrappers(redline, dropped, kept)) is not None:
        return simple
    out: list[str] = []
    wraps: list[bool] = []  # for each open ins and del: is it one of our wrappers, whose tags go?
    at = 0
    for found in _OF_NOTE.finditer(redline):
        start, end = found.span()
        if start < at:
            continue  # in what was dropped
        out.append(redline[at:start])
        at = end
        tag = found.group()
        if tag == kept:
            wraps.append(True)
        elif tag == dropped:
            at = end_of(redline, drop, at)
        elif tag[1] == "/":
            if not wraps.pop():
                out.append(tag)
        else:
            at = _opened(redline, tag, at, drop, wraps, out)
    out.append(redline[at:])
    return "".join(out)


def _of_plain_wrappers(redline: str, dropped: str, kept: str) -> str | None:
    """One side where all marks are plain wrappers and none is in another of its kind: by far the most often."""
    drops, keeps = redline.count(dropped), redline.count(kept)
    drop_end, keep_end = f"</{dropped[1:4]}>", f"</{kept[1:4]}>"
    if redline.count("data-redline") != drops + keeps:
        return None
    if redline.count(keep_end) != keeps or redline.count(drop_end) != drops:
        return None  # an ins or del of the source's own
    first, *others = redline.split(dropped)
    out = [first]
    for other in others:
        _, end, after = other.partition(drop_end)
        if not end:
            return None
        out.append(after)
    return "".join(out).replace(kept, "").replace(keep_end, "")


def _opened(redline: str, tag: str, at: int, drop: Side, wraps: list[bool], out: list[str]) -> int:
    """Takes one start tag that is not plainly a wrapper. Where to go on."""
    name = tag_name(tag)
    mark = _MARK.search(tag)
    if (mark and mark.group(1) == drop) or _AID.search(tag):
        return at if name in VOID else end_of(redline, name, at)
    if name not in ("ins", "del"):
        out.append(_plain(tag, drop))
        return at
    wraps.append(mark is not None)
    if mark is None:
        out.append(_plain(tag, drop))
    return at


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
    return re.compile(rf"<(/?){name}(?=[ >])[^<>]*>")


def _plain(tag: str, drop: Side) -> str:
    if "data-redline" not in tag:
        return tag
    if helped := _HELPED.search(tag):
        for name in helped.group(1).split():
            tag = re.sub(rf' {re.escape(name)}="[^"]*"', "", tag, count=1)
    if drop == "ins":
        tag = tag.replace(' data-redline-id="', ' id="', 1)
    return _OWN.sub("", tag)
