"""The marks of a redline: their names, the helps beside them, and how each of the two texts is read out again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final, Literal

import yaml

from yururluk.redline.blocks import VOID, tag_name
from yururluk.text.block_syntax import numeral

Kind = Literal["move", "split", "merge", "format", "typographic"]
Side = Literal["ins", "del"]

INS: Final = '<ins data-redline="ins">'
INS_END: Final = "</ins>"
DEL: Final = '<del data-redline="del">'
DEL_END: Final = "</del>"

_ID: Final = re.compile(r'(<[a-z][^<>]*?) id="')


def without_ids(html: str) -> str:
    """`html` for the deleted side: its ids are carried under another name, so that ids stay unique on the page."""
    return _ID.sub(r'\1 data-redline-id="', html) if ' id="' in html else html


def pair_attributes(pair: str, kind: Kind) -> str:
    return f' data-redline-pair="{escape(pair)}" data-redline-kind="{kind}"'


def marked(opening: str, side: Side, extra: str = "") -> str:
    """A start tag that carries the mark itself, because nothing may be put around its element."""
    return f'{opening[:-1]} data-redline="{side}"{extra}>'


def wrapper(side: Side, extra: str = "") -> str:
    return f'<{side} data-redline="{side}"{extra}>'


_START: Final = re.compile(r' start="\s*([-+]?\d{1,9})')
_VALUE: Final = re.compile(r' value="\s*([-+]?\d{1,9})')
_TYPE: Final = re.compile(r' type="([aAiI1])"')
_REVERSED: Final = re.compile(r" reversed(?=[ =>])")
_LISTS: Final = frozenset(("ol", "ul", "menu", "dir"))
#: How a help begins that shows a changed number; the old one is in a del, the new one in an ins.
ORDINAL: Final = '<span data-redline-aid class="redline-ordinal">'
_SHOWN: Final = re.compile("(?:<del>([^<>]*)</del> )?(?:<ins>([^<>]*)</ins> )?</span>")


class _List:
    """A list while its items are counted; one that is no `ol` has no numbers."""

    def __init__(self, opening: str, size: int = 0) -> None:
        self.numbered = tag_name(opening) == "ol"
        self.step = -1 if _REVERSED.search(opening) else 1
        start, kind = _START.search(opening), _TYPE.search(opening)
        self.next = int(start.group(1)) if start else size if self.step < 0 else 1
        self.kind = kind.group(1) if kind else "1"

    def label(self, item: str) -> str:
        """The number of the next item, of which `item` is the start tag, with its full stop."""
        if not self.numbered:
            return ""
        if value := _VALUE.search(item):
            self.next = int(value.group(1))
        number = self.next
        self.next += self.step
        return f"{numeral(number, self.kind)}."


def labels(opening: str, items: Sequence[str]) -> list[str]:
    """The numbers before the items of a list, each with its full stop, by the start tags; "" where there are none."""
    counted = _List(opening, len(items))
    return [counted.label(item) for item in items]


@dataclass(slots=True)
class Item:
    """A list item in a piece of HTML: at which part its start tag is, the number before it, and its own words:
    from the one at `first` to before `end`."""

    at: int
    label: str
    first: int = 0
    end: int = 0


def items_of(parts: Sequence[str], label: str) -> Iterator[Item]:
    """The items in HTML that is split at its tags (text and tags take turns). `label` is the number of items whose
    list is outside."""
    stack: list[_List] = []
    for at in range(1, len(parts), 2):
        tag = parts[at]
        name = tag_name(tag)
        if name in _LISTS:
            if tag[1] == "/":
                stack.pop()
            else:
                stack.append(_List(tag, _size(parts, at) if " reversed" in tag else 0))
        elif name == "li" and tag[1] != "/":
            yield Item(at, stack[-1].label(tag) if stack else label)


def _size(parts: Sequence[str], at: int) -> int:
    """How many items the list has that begins at a part."""
    depth = size = 0
    for part in parts[at::2]:
        name = tag_name(part)
        if name in _LISTS:
            depth += -1 if part[1] == "/" else 1
            if not depth:
                break
        elif name == "li" and part[1] != "/" and depth == 1:
            size += 1
    return size


def shown(old: str, new: str) -> str:
    """The help that shows the change of a number."""
    gone = f"<del>{escape(old)}</del> " if old else ""
    come = f"<ins>{escape(new)}</ins> " if new else ""
    return f"{ORDINAL}{gone}{come}</span>"


def read_shown(html: str, at: int) -> tuple[str, str]:
    """The old and the new number of a help whose start tag ends at `at`."""
    found = _SHOWN.match(html, at)
    return (found.group(1) or "", found.group(2) or "") if found else ("", "")


_PARAGRAPH: Final = re.compile(r"\s*<p(?: [^<>]*)?>")


def with_shown(html: str, opening: str, old: str, new: str) -> str:
    """An item, which begins with `opening`, with the help at the head of its text."""
    inside = _PARAGRAPH.match(html, len(opening))
    at = inside.end() if inside else len(opening)
    return html[:at] + shown(old, new) + html[at:]


def span(first: str, last: str) -> str:
    """The numbers of neighbouring items in one: 4.–9."""
    return first if first == last else f"{first}–{last}"


_WORDS: Final[dict[str, dict[str, str]]] = yaml.load(
    files("yururluk.redline").joinpath("labels.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)


class Labels:
    """The helps for one locale. A locale without words of its own gets the English ones."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._words = _WORDS.get(locale.partition("-")[0].partition("_")[0], _WORDS["en"])

    def __getitem__(self, name: str) -> str:
        return self._words[name]

    def moved_to(self, pair: str) -> str:
        return self._link("moved_to", f"{pair}-new", "↓")

    def moved_from(self, pair: str) -> str:
        return self._link("moved_from", f"{pair}-old", "↑")

    def _link(self, name: str, target: str, sign: str) -> str:
        text = escape(self._words[name])
        return (
            f'<a data-redline-aid class="redline-jump" href="#{escape(target)}"'
            f' title="{text}" aria-label="{text}">{sign} </a>'
        )

    def notice(self) -> str:
        return f'<p data-redline-aid class="redline-notice" role="note">{escape(self._words["coarse"])}</p>'


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
