"""Reads running text into words and elements, and marks the changed words inside the new side of a pair."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final, NamedTuple

from yururluk.core.messages import names
from yururluk.redline.blocks import OPAQUE, SPACE, TAGS, VOID, fold, tag_name
from yururluk.redline.marks import DEL, DEL_END, INS, INS_END, Item, items_of, shown
from yururluk.redline.word_diff import Budget, Same, Vocabulary, common, readable


class Running:
    """The items of some running text, and all words in them and below as one string of codes.

    `raws[i]` is the source of item i without the white space before it, `spaces[i]` that white space, `inside[i]` the
    running text of an element or None; `tail` is the white space at the end. `owners[w]` is the item that word w is in,
    None where items are words throughout.
    """

    __slots__ = ("closing", "codes", "inside", "opening", "owners", "raws", "spaces", "tail")

    def __init__(self, opening: str = "", closing: str = "") -> None:
        self.raws: list[str] = []
        self.spaces: list[str] = []
        self.inside: list[Running | None] = []
        self.codes = ""
        self.owners: list[int] | None = None
        self.tail = ""
        self.opening = opening
        self.closing = closing

    def html(self, start: int, end: int) -> str:
        """The source of the items from `start` to before `end`, white space before the first left out."""
        if end - start == 1:
            return self.raws[start]
        pieces = [piece for pair in zip(self.spaces[start:end], self.raws[start:end], strict=True) for piece in pair]
        return "".join(pieces[1:])

    def is_word(self, item: int) -> bool:
        """Is it a word or a mark, rather than an element?"""
        return self.raws[item][0] != "<"


def read_running(text: str, vocabulary: Vocabulary, exact: bool) -> Running:
    """`text` is regular HTML without blocks. Where white space counts (`exact`), it is kept as it is."""
    node = Running()
    if "<" not in text:
        _words(node, text, vocabulary, exact)
        return node
    parts = TAGS.split(text)
    stack = [node]
    codes: list[list[str]] = [[]]
    owners: list[list[int]] = [[]]

    def add(raw: str, below: Running | None, code: str) -> None:
        at = len(node.raws)
        node.raws.append(raw)
        node.spaces.append(node.tail)
        node.inside.append(below)
        node.tail = ""
        codes[-1].append(code)
        owners[-1].extend([at] * len(code))

    at = 0
    while at < len(parts):
        if parts[at]:
            before = len(node.raws)
            codes[-1].append(_words(node, parts[at], vocabulary, exact))
            owners[-1].extend(range(before, len(node.raws)))
        if at + 1 == len(parts):
            break
        tag = parts[at + 1]
        at += 2
        name = tag_name(tag)
        if tag[1] == "/":
            done = stack.pop()
            node = stack[-1]
            done.codes = "".join(codes.pop())
            done.owners = owners.pop()
            done.closing = tag
            raw = f"{done.opening}{done.spaces[0]}{done.html(0, len(done.raws))}" if done.raws else done.opening
            raw += done.tail + tag
            if done.codes:
                add(raw, done, done.codes)
            else:
                add(raw, None, vocabulary.code("\0" + raw))
        elif name in VOID:
            add(tag, None, vocabulary.code("\0" + tag))
        elif name in OPAQUE:
            end = _end(parts, at, name)
            raw = tag + "".join(parts[at:end])
            add(raw, None, vocabulary.code("\0" + raw))
            at = end
        else:
            node = Running(tag)
            stack.append(node)
            codes.append([])
            owners.append([])
    node.codes = "".join(codes[-1])
    node.owners = owners[-1]
    return node


def _words(node: Running, text: str, vocabulary: Vocabulary, exact: bool) -> str:
    if not exact and ("\n" in text or "  " in text or "\t" in text):
        text = fold(text)
    spaces, raws, codes = vocabulary.words(text)
    before = node.tail
    node.tail = text[len(text.rstrip(SPACE)) :]
    if not raws:
        node.tail = before + node.tail if exact else before or node.tail
        return ""
    at = len(node.spaces)
    node.spaces += spaces
    if before:
        node.spaces[at] = before + node.spaces[at] if exact else before
    node.raws += raws
    node.inside += [None] * len(raws)
    if node.owners is None and not node.opening:
        node.codes = codes
    return codes


def _end(parts: list[str], at: int, name: str) -> int:
    """Where the opaque element that began just before `at` ends: the index after its end tag."""
    depth = 1
    for place in range(at + 1, len(parts), 2):
        tag = parts[place]
        if tag_name(tag) == name:
            depth += -1 if tag[1] == "/" else 1
            if not depth:
                return place + 1
    return len(parts)


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
    old_html: str, new_html: str, vocabulary: Vocabulary, budget: Budget, labels: tuple[str, str] = ("", "")
) -> str | None:
    """`new_html` with the words it does not share with `old_html` marked inserted, and those it lost put in
    as deleted; None if it has no word beside which they could be put, or text in which no mark may be.

    Before an item that stayed, a help shows the change of its number. `labels` are the old and the new number of an
    item whose list is not part of the HTML.
    """
    marked = marked_parts(old_html, [new_html], vocabulary, budget, labels)
    return marked[0] if marked else None


def marked_parts(
    old_html: str, new_parts: list[str], vocabulary: Vocabulary, budget: Budget, labels: tuple[str, str] = ("", "")
) -> list[str] | None:
    """As `marked_words`, for a new side in several parts, each of which begins and ends with a tag if there are more
    than one."""
    new_html = new_parts[0] if len(new_parts) == 1 else "".join(new_parts)
    if UNMARKABLE.search(old_html) or UNMARKABLE.search(new_html):
        return new_parts if old_html == new_html else None
    old, new = _read(old_html, vocabulary, labels[0]), _read(new_html, vocabulary, labels[1])
    runs = readable(common(old.codes, new.codes, budget), old.raws, new.raws)
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
    if len(new_parts) == 1:
        return ["".join(pieces)]
    done: list[str] = []
    at = 0
    for part in new_parts:
        # Text and tags take turns; between two parts there is an empty text, which either may have.
        end = at + len(TAGS.split(part)) - 1
        done.append("".join(pieces[at:end]))
        at = end
    return done


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


_PARAGRAPH: Final = re.compile("<p(?: [^<>]*)?>")


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
