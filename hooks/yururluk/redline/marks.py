"""The marks of a redline: their names, the helps beside them, and how each of the two texts is read out again."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Final, Literal, NamedTuple

import yaml

from yururluk.core.messages import names
from yururluk.redline.blocks import SPACE, TAGS, VOID, tag_name
from yururluk.redline.word_diff import Same, Tools, Vocabulary, common, readable
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
            name, mark = tag_name(tag), _MARK.search(tag)
            if (mark and mark.group(1) == drop) or _AID.search(tag):
                at = at if name in VOID else end_of(redline, name, at)
                continue
            is_wrapper = name in ("ins", "del") and mark is not None
            if name in ("ins", "del"):
                wraps.append(is_wrapper)
            if not is_wrapper:
                out.append(_plain(tag, drop))
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


def end_of(html: str, name: str, at: int) -> int:
    """Where the element `name` ends that was opened just before `at`."""
    end = html.find(f"</{name}>", at)
    if end >= 0 and html.find(f"<{name}", at, end) < 0:
        return end + len(name) + 3
    depth = 1
    for found in re.compile(rf"<(/?){name}(?=[ >])[^<>]*>").finditer(html, at):
        depth += -1 if found.group(1) else 1
        if not depth:
            return found.end()
    return len(html)


def _plain(tag: str, drop: Side) -> str:
    if "data-redline" not in tag:
        return tag
    if helped := _HELPED.search(tag):
        for name in helped.group(1).split():
            tag = re.sub(rf' {re.escape(name)}="[^"]*"', "", tag, count=1)
    if drop == "ins":
        tag = tag.replace(' data-redline-id="', ' id="', 1)
    return _OWN.sub("", tag)


# Words marked inside the new side of a pair

#: Tags that part words as white space does; around any other tag words run on.
_PARTING: Final = names(
    "address article aside blockquote br caption center col colgroup dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu"
    " nav ol optgroup option p pre search section summary table tbody td tfoot th thead tr ul"
)


#: What holds text in which no mark may be: a browser would drop it.
UNMARKABLE: Final = re.compile(r"<(?:datalist|select|textarea)[ >]")


class _Words(NamedTuple):
    raws: list[str]
    apart: list[bool]  # is there white space or the edge of a block before it?
    edges: list[bool]  # is there the edge of a block before it?
    spaces: list[str]  # the white space that is written before it
    parts: list[int]  # which piece of text, between two tags, it is in
    blanks: list[tuple[int, int]]  # pieces of white space only, each with the word after it
    pieces: list[str]
    codes: str
    items: list[Item]  # list items, with the numbers before them


def _read(html: str, vocabulary: Vocabulary, label: str = "") -> _Words:
    pieces = TAGS.split(html)
    raws: list[str] = []
    apart: list[bool] = []
    edges: list[bool] = []
    spaces: list[str] = []
    parts: list[int] = []
    blanks: list[tuple[int, int]] = []
    codes: list[str] = []
    pending = edge = True
    for at, piece in enumerate(pieces):
        if at % 2:
            edge = edge or tag_name(piece) in _PARTING
        elif piece:
            if not piece.strip(SPACE):
                blanks.append((at, len(raws)))
            before, words, found = vocabulary.words(piece)
            if words:
                apart.append(pending or edge or bool(before[0]))
                apart += map(bool, before[1:])
                edges.append(edge)
                edges += [False] * (len(words) - 1)
                pending = edge = False
                spaces += before
                raws += words
                parts += [at] * len(words)
                codes.append(found)
            pending = pending or piece[-1] in SPACE
    items = list(items_of(pieces, label)) if "<li" in html else []
    end = len(parts)
    for item in reversed(items):
        item.first, item.end = bisect_left(parts, item.at), end
        end = item.first
    return _Words(raws, apart, edges, spaces, parts, blanks, pieces, "".join(codes), items)


def marked_words(
    old_html: str, new_parts: list[str], tools: Tools, labels: tuple[str, str] = ("", "")
) -> list[str] | None:
    """The parts of a new side, with the words that it does not share with `old_html` marked inserted and those that it
    lost put in as deleted; None if it has no word beside which they could be put, or text in which no mark may be.

    Where there are several parts, each begins and ends with a tag. Before an item that stayed, a help shows the change
    of its number. `labels` are the old and the new number of an item whose list is not part of the HTML.
    """
    new_html = "".join(new_parts)
    if UNMARKABLE.search(old_html) or UNMARKABLE.search(new_html):
        return new_parts if old_html == new_html else None
    old, new = _read(old_html, tools.vocabulary, labels[0]), _read(new_html, tools.vocabulary, labels[1])
    runs = readable(common(old.codes, new.codes, tools.budget), old.raws, new.raws)
    kept = _kept(old, new, runs)
    numbers = _numbers(old, new, kept) if old.items or new.items else _Numbers({}, {})
    same = len(kept) == len(new.raws) == len(old.raws)
    if same and not any(numbers):
        return new_parts
    if not new.raws and not same:
        return None
    pieces = list(new.pieces) if same and not numbers.words else _write(old, new, kept, numbers.words)
    for at, help_ in numbers.parts.items():
        pieces[at] = help_ + pieces[at]
    done: list[str] = []
    at = 0
    for part in new_parts[:-1]:
        # Text and tags take turns; between two parts there is an empty text, which either may have.
        end = at + len(TAGS.split(part)) - 1
        done.append("".join(pieces[at:end]))
        at = end
    return [*done, "".join(pieces[at:])]


class _Numbers(NamedTuple):
    """The helps that show changed numbers: by the text that they come before, and by the word."""

    parts: dict[int, str]
    words: dict[int, str]


def _numbers(old: _Words, new: _Words, kept: dict[int, int]) -> _Numbers:
    """The changed numbers of items that stayed: those whose first common word was in an item, or in none."""
    parts: dict[int, str] = {}
    words: dict[int, str] = {}
    owners = {a: item for item in old.items for a in range(item.first, item.end)}
    used: set[int] = set()
    in_order = len(old.items) == len(new.items)
    for place, item in enumerate(new.items):
        first = next((b for b in range(item.first, item.end) if b in kept), None)
        if first is not None:
            before = owners.get(kept[first])
        elif in_order and item.first == item.end and old.items[place].first == old.items[place].end:
            before = old.items[place]  # a picture, or nothing at all
        else:
            continue
        if before is not None and before.at in used:
            before = None
        if before is not None:
            used.add(before.at)
        gone = before.label if before is not None else ""
        if gone != item.label:
            paragraph = not new.pieces[item.at + 1].strip(SPACE) and _PARAGRAPH.fullmatch(new.pieces[item.at + 2])
            parts[item.at + (3 if paragraph else 1)] = shown(gone, item.label)
    places = {a: b for b, a in kept.items()}
    for item in old.items:
        if item.label and item.at not in used:
            b = next((places[a] for a in range(item.first, item.end) if a in places), None)
            if b is not None and b not in words:
                words[b] = shown(item.label, "")
    return _Numbers(parts, words)


def _kept(old: _Words, new: _Words, runs: list[Same]) -> dict[int, int]:
    """Which new word is which old one, character by character and with what is before it."""
    kept: dict[int, int] = {}
    after = 0
    for run in runs:
        for step in range(run.size):
            a, b = run.a + step, run.b + step
            if old.raws[a] != new.raws[b] or old.apart[a] != new.apart[b]:
                continue
            # A word that continues another must not be parted from it by a block that came in between.
            if old.apart[a] or True not in new.edges[after : b + 1]:
                kept[b] = a
                after = b + 1
    return kept


def _lost(old: _Words, new: _Words, kept: dict[int, int]) -> dict[int, tuple[int, int]]:
    """For each new word before which old ones were lost (or the end): which."""
    lost: dict[int, tuple[int, int]] = {}
    at, place = 0, 0
    for b in range(len(new.raws) + 1):
        a = kept.get(b) if b < len(new.raws) else len(old.raws)
        if a is None:
            continue
        if a > at:
            lost[place] = (at, a)
        at, place = a + 1, b + 1
    return lost


def _write(old: _Words, new: _Words, kept: dict[int, int], helps: dict[int, str]) -> list[str]:
    """The pieces of the new side with the words marked; `helps` come before the words of theirs."""
    lost = _lost(old, new, kept)
    total = len(new.raws)
    pieces = list(new.pieces)
    ahead = {b for b in lost if not b or (b < total and _begins_block(old, new, kept, b, lost[b][0]))}
    for at, b in new.blanks:
        if b < total and b not in kept and not new.edges[b]:
            pieces[at] = f"{INS}{pieces[at]}{INS_END}"  # the space belongs to the word after it, which came
    at = 0
    while at < total:
        part = new.parts[at]
        end = at
        while end < total and new.parts[end] == part:
            end += 1
        out: list[str] = []
        for b in range(at, end):
            space = new.spaces[b]
            if b in lost and (b > at or b in ahead):
                first, last = lost[b]
                gone = _text(old, first, last)
                if new.edges[b] and not space:
                    gone = gone.lstrip(SPACE)
                if b in kept:
                    out.append(f"{DEL}{gone}" + (f" {DEL_END}" if new.apart[b] and not space else DEL_END))
                elif space and gone[0] in SPACE:
                    out.append(f"{space}{DEL}{gone.lstrip(SPACE)}{DEL_END}")
                    space = ""
                else:
                    out.append(f"{DEL}{gone}{DEL_END}")
            if b in kept:
                out.append(space + helps.get(b, "") + new.raws[b])
            else:
                _insert(out, space + new.raws[b])
        text = new.pieces[part]
        tail = text[len(text.rstrip(SPACE)) :]
        if end in lost and end not in ahead:
            out.append(f"{DEL}{_text(old, *lost[end])}{DEL_END}")
        if tail and end < total and end not in kept and not new.edges[end]:
            _insert(out, tail)
        else:
            out.append(tail)
        pieces[part] = "".join(out)
        at = end
    return pieces


def _begins_block(old: _Words, new: _Words, kept: dict[int, int], b: int, first: int) -> bool:
    """Did the words lost before `b`, of which `first` is the first, begin the block that `b` begins now? Else
    they are put at the end of the block before.
    """
    return old.edges[first] and new.edges[b] and (b not in kept or not old.edges[kept[b]])


def _insert(out: list[str], text: str) -> None:
    """Adds inserted text, in one mark with what was inserted just before."""
    if out and out[-1].endswith(INS_END):
        out[-1] = f"{out[-1].removesuffix(INS_END)}{text}{INS_END}"
    else:
        out.append(f"{INS}{text}{INS_END}")


def _text(old: _Words, first: int, last: int) -> str:
    return "".join((" " if old.apart[a] else "") + old.raws[a] for a in range(first, last))
