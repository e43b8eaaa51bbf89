"""Writes the redline of blocks: what did not change is copied; what did is wrapped, or carries its mark if it must."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, NamedTuple

from yururluk.redline.align import Move, Step
from yururluk.redline.blocks import (
    CARRIERS,
    CHOOSY,
    HEADING,
    SPACE,
    TAGS,
    VOID,
    Block,
    children_of,
    runs_in_text,
    tag_name,
)
from yururluk.redline.inline import inline_redline
from yururluk.redline.marks import (
    DEL,
    DEL_END,
    INS,
    INS_END,
    Kind,
    Labels,
    Side,
    labels,
    marked,
    marked_words,
    one_side,
    pair_attributes,
    with_shown,
    without_ids,
    wrapper,
)
from yururluk.redline.word_diff import Tools

#: Children of these are marked one by one, down to what can hold a wrapper.
_ROWS: Final = frozenset(CHOOSY)
#: These carry a mark of their own where they are new inside a passage that is a pair.
_ITEMS: Final = frozenset(("li", "tr", "dt", "dd"))


def carried(html: str, side: Side, extra: str = "", wrapper_extra: str = "", aid: str = "") -> str:
    """List items, rows, cells … of which each carries the mark, with a wrapper inside wherever one may be.

    `extra` goes on the outermost elements, `wrapper_extra` and `aid` into the first wrapper.
    """
    parts = TAGS.split(html)
    depth = 0
    inside: list[tuple[str, int]] = []  # the one element whose content is wrapped, and at which depth
    done = 0  # parts before it are accounted for
    for at in range(1, len(parts), 2):
        if at < done:
            continue
        tag = parts[at]
        name = tag_name(tag)
        if tag[1] == "/":
            depth -= 1
            if inside and inside[-1] == (name, depth):
                inside.pop()
                parts[at] = f"</{side}>{tag}"
            continue
        outer = extra if not depth else ""
        if not inside and (name in CARRIERS or not depth):
            parts[at] = marked(tag, side, outer)
            if name not in _ROWS and name not in VOID and not _is_empty(parts, at):
                mixed = _with_items(parts, at, side, wrapper_extra, aid)
                if mixed is None:
                    parts[at] += wrapper(side, wrapper_extra) + aid
                    inside.append((name, depth))
                else:
                    done, content = mixed
                    parts[at + 1 : done] = [content, *[""] * (done - at - 2)]
                wrapper_extra = aid = ""
        if name not in VOID:
            depth += 1
    return "".join(parts)


@dataclass(slots=True)
class _Item:
    """An open element while marked words are read; `item` says that it may carry a mark of its own."""

    name: str
    at: int
    item: bool
    ours: bool
    new: bool = False  # holds inserted words
    old: bool = False  # holds other words


def with_items_marked(html: str) -> str:
    """The new side of a pair, with every item or row inside it whose words are all new carrying the mark itself.

    The outermost elements, and the cells of a row that is the pair, carry the pair's own marks.
    """
    if INS not in html or not any(tag in html for tag in ("<li", "<tr", "<dt", "<dd")):
        return html
    parts = TAGS.split(html)
    stack: list[_Item] = []
    spans: list[tuple[int, int]] = []
    for at, part in enumerate(parts):
        if not at % 2:
            if stack and part.strip(SPACE):
                inserted = any(one.ours for one in stack)
                for one in stack:
                    one.new, one.old = one.new or inserted, one.old or not inserted
            continue
        name = tag_name(part)
        if part[1] == "/":
            done = stack.pop()
            if done.item and done.new and not done.old:
                while spans and spans[-1][0] > done.at:
                    spans.pop()
                spans.append((done.at, at))
        elif name not in VOID:
            inside = any(one.name not in _ROWS or one.name not in CARRIERS for one in stack)
            item = inside and name in _ITEMS and "data-redline" not in part
            stack.append(_Item(name, at, item=item, ours=part == INS))
            if part == DEL:
                for one in stack:
                    one.old = True
    for start, end in reversed(spans):
        parts[start : end + 1] = [carried(_accepted(parts[start : end + 1]), "ins")]
    return "".join(parts)


def _accepted(parts: list[str]) -> str:
    """Marked words without the marks; all of them are of the inserted kind."""
    kept: list[str] = []
    ours: list[bool] = []
    for part in parts:
        if part.startswith(("<ins", "</ins")):
            mark = ours.pop() if part[1] == "/" else part == INS
            if part[1] != "/":
                ours.append(mark)
            if mark:
                continue
        kept.append(part)
    return "".join(kept)


def _is_empty(parts: list[str], at: int) -> bool:
    return at + 2 < len(parts) and not parts[at + 1].strip(SPACE) and parts[at + 2][1] == "/"


def _with_items(parts: list[str], at: int, side: Side, extra: str, aid: str) -> tuple[int, str] | None:
    """The end tag of the element that begins at `at`, and its content marked, if items or cells are right inside
    without their list or row: they carry the mark, and a wrapper is put around what is between. Else None."""
    out: list[str] = []
    run: list[str] = []  # what is between items
    item: list[str] = []
    depth = 0
    has_items = False

    def close() -> None:
        nonlocal extra, aid
        if item:
            out.append(carried("".join(item), side, "", extra, aid))
        elif "".join(run).strip(SPACE):
            out.extend((wrapper(side, extra), aid, *run, f"</{side}>"))
        else:
            out.extend(run)
            return
        extra = aid = ""

    for to in range(at + 1, len(parts)):
        part = parts[to]
        name = tag_name(part) if to % 2 else ""
        is_end = bool(name) and part[1] == "/"
        if is_end and not depth:
            close()
            return (to, "".join(out)) if has_items else None
        if name and not is_end and not depth and name in CARRIERS:
            close()
            has_items, run, item = True, [], [part]
        else:
            (item or run).append(part)
        if name and name not in VOID:
            depth += -1 if is_end else 1
        if item and not depth:
            close()
            item = []
    return None


class _Mark(NamedTuple):
    """One wrapped piece of a gap, still open for white space at its end."""

    side: Side
    opening: str
    content: str


class Writer:
    def __init__(self, tools: Tools, moves: list[Move], labels: Labels) -> None:
        self._tools = tools
        self._labels = labels
        self._gone: dict[int, tuple[Move, str]] = {}
        self._come: dict[int, tuple[Move, str]] = {}
        for move in moves:
            pair = tools.next_pair()
            for old in move.olds:
                self._gone[id(old)] = (move, pair)
            for new in move.news:
                self._come[id(new)] = (move, pair)

    def write(self, old: Block, new: Block, steps: list[Step]) -> str:
        """The redline of what is inside two blocks of one kind."""
        out: list[str] = []
        ours, theirs = children_of(old), children_of(new)
        choosy = new.tag in CHOOSY
        is_inline = runs_in_text(new.tag) and bool(ours and theirs)
        is_after_gap = False
        marks: list[_Mark] = []
        numbers = _numbers(old, new, ours, theirs) if new.tag == "ol" else None
        for step in steps:
            if step.kind == "gap":
                is_after_gap = True
                self._flush(marks, out)
                marks = self._gap(ours[step.a : step.a_end], theirs[step.b : step.b_end], out)
                continue
            first, other = ours[step.a], theirs[step.b]
            space = other.space
            if marks and (not first.space) != (not space):
                side: Side = "del" if first.space else "ins"
                at = next((at for at in range(len(marks) - 1, -1, -1) if marks[at].side == side), -1)
                if at >= 0:
                    marks[at] = marks[at]._replace(content=marks[at].content + (first.space or space))
                    space = ""
            elif not marks and not choosy and (is_after_gap or (is_inline and not step.a and not step.b)):
                space = _space(first, other, first.space, space)
            self._flush(marks, out)
            marks, is_after_gap = [], False
            out.append(space)
            html = self._kept(step, ours, theirs) if numbers is None else self._items(step, ours, theirs, *numbers)
            if not new.tag and step.kind in ("leaf", "enter") and not _is_plain(step, first, other):
                html = _checked(html, ours[step.a : step.a_end], theirs[step.b : step.b_end])
            out.append(html)
        self._flush(marks, out)
        out.append(_space(ours[-1], theirs[-1], old.tail, new.tail) if is_inline else new.tail)
        return "".join(out)

    def _kept(self, step: Step, ours: list[Block], theirs: list[Block]) -> str:
        old, new = ours[step.a], theirs[step.b]
        if step.kind == "same":
            return new.source[new.start : theirs[step.b_end - 1].end]
        if step.kind == "leaf":
            inner = inline_redline(old.inner, new.inner, self._tools, exact=new.tag == "pre")
            return new.opening + inner + new.source[new.hi : new.end]
        if step.kind == "enter":
            return new.opening + self.write(old, new, step.steps) + new.source[new.hi : new.end]
        olds, news = ours[step.a : step.a_end], theirs[step.b : step.b_end]
        if step.kind == "split" or step.kind == "merge":
            if any(HEADING.fullmatch(block.tag) for block in (*olds, *news)):
                return self._parted(step.kind, olds, news)
            return self._pair(step.kind, olds, news)
        return self._pair("format", olds, news)

    def _items(self, step: Step, ours: list[Block], theirs: list[Block], before: list[str], after: list[str]) -> str:
        """Items of a numbered list, each with its number where that changed."""
        olds, news = before[step.a : step.a_end], after[step.b : step.b_end]
        if olds == news:
            return self._kept(step, ours, theirs)
        if step.kind == "format":
            return self._pair("format", ours[step.a : step.a_end], theirs[step.b : step.b_end], (olds[0], news[0]))
        if step.kind != "same":
            return with_shown(self._kept(step, ours, theirs), theirs[step.b].opening, olds[0], news[0])
        out: list[str] = []
        for at, (one, other) in enumerate(zip(olds, news, strict=True)):
            item = theirs[step.b + at]
            out.append(item.space if at else "")
            out.append(with_shown(item.html, item.opening, one, other) if one != other else item.html)
        return "".join(out)

    def _flush(self, marks: list[_Mark], out: list[str]) -> None:
        out.extend(f"{mark.opening}{mark.content}</{mark.side}>" for mark in marks)

    def _gap(self, before: list[Block], after: list[Block], out: list[str]) -> list[_Mark]:
        """Old blocks that went and new ones that came. What carries the mark itself is written; else all stays open."""
        sides: tuple[tuple[Side, list[Block]], ...] = (("del", before), ("ins", after))
        if any(block.tag in CARRIERS for block in (*before, *after)):
            for side, blocks in sides:
                at = 0
                while at < len(blocks):
                    block = blocks[at]
                    size, html, attributes, end, aid = self._one(block, side)
                    if block.tag in CARRIERS:
                        size, html = 1, carried(html, side, attributes, end, aid)
                    else:
                        html = f"{wrapper(side, attributes + end)}{aid}{html}</{side}>"
                    out.append(block.space + html)
                    at += size
            return []
        lead = after[0].space if before and after and before[0].space and after[0].space else ""
        out.append(lead)
        marks: list[_Mark] = []
        for side, blocks in sides:
            at = 0
            while at < len(blocks):
                space = "" if lead and not at else blocks[at].space
                size, html, attributes, end, aid = self._one(blocks[at], side)
                marks.append(_Mark(side, wrapper(side, attributes + end), space + aid + html))
                at += size
        return marks

    def _one(self, block: Block, side: Side) -> tuple[int, str, str, str, str]:
        """A block that went or came: how many blocks moved with it, their HTML, the attributes of the pair and of this
        end of it, and the link to the other end."""
        found = (self._gone if side == "del" else self._come).get(id(block))
        if found is None:
            return 1, without_ids(block.html) if side == "del" else block.html, "", "", ""
        move, pair = found
        old, new = _html_of(move.olds), _html_of(move.news)
        if side == "del":
            size, html, end, aid = len(move.olds), without_ids(old), "old", self._labels.moved_to(pair)
        else:
            size, html, end, aid = len(move.news), self._words(old, new) or new, "new", self._labels.moved_from(pair)
        if not move.linked:
            return size, html, pair_attributes(pair, "move"), "", ""
        return size, html, pair_attributes(pair, "move"), f' id="{escape(pair)}-{end}"', aid

    def _words(self, old: str, new: str, numbers: tuple[str, str] = ("", "")) -> str | None:
        """The new side of a pair with the changes inside it; None if they cannot be shown there."""
        marked = marked_words(old, [new], self._tools, numbers)
        html = None if marked is None else with_items_marked(marked[0])
        return html if html is not None and one_side(html, "del") == new else None

    def _pair(self, kind: Kind, olds: list[Block], news: list[Block], numbers: tuple[str, str] = ("", "")) -> str:
        old, new = _html_of(olds), _html_of(news)
        if new == old:
            return new
        html = self._words(old, new, numbers)
        attributes = "" if html is None else pair_attributes(self._tools.next_pair(), kind)
        html = new if html is None else html
        if news[0].tag in CARRIERS:
            return f"{carried(without_ids(old), 'del', attributes)}{carried(html, 'ins', attributes)}"
        return f"{wrapper('del', attributes)}{without_ids(old)}</del>{wrapper('ins', attributes)}{html}</ins>"

    def _parted(self, kind: Kind, olds: list[Block], news: list[Block]) -> str:
        """A pair with headings between its parts on one side: those came, or went, on their own."""
        before, after = _by_headings(olds), _by_headings(news)
        gone, come = ("".join(run.html for run in runs if not run.heading) for runs in (before, after))
        parts = [run.html for run in after if not run.heading]
        marked = marked_words(gone, parts, self._tools)
        marked = None if marked is None else [with_items_marked(part) for part in marked]
        if marked is not None and one_side("".join(marked), "del") == come:
            attributes = pair_attributes(self._tools.next_pair(), kind)
            parts = marked
        else:
            attributes = ""
        left = iter(parts)
        out: list[str] = []
        for run in before:
            opening = wrapper("del", "" if run.heading else attributes)
            out.append(f"{opening}{run.space}{without_ids(run.html)}{DEL_END}")
        for run in after:
            opening = wrapper("ins", "" if run.heading else attributes)
            out.append(f"{opening}{run.space}{run.html if run.heading else next(left)}{INS_END}")
        return "".join(out)


def _html_of(blocks: Sequence[Block]) -> str:
    """The source from the first of neighbouring blocks to the last."""
    return blocks[0].source[blocks[0].start : blocks[-1].end]


def _numbers(old: Block, new: Block, ours: list[Block], theirs: list[Block]) -> tuple[list[str], list[str]] | None:
    """The numbers of the items of two lists; None if they are all the same, or the lists hold something else."""
    if any(block.tag != "li" for block in (*ours, *theirs)):
        return None
    before = labels(old.opening, [item.opening for item in ours])
    after = labels(new.opening, [item.opening for item in theirs])
    return before, after


class _Run(NamedTuple):
    """Neighbours that are headings, or that are none, and the white space before them where others precede."""

    heading: bool
    space: str
    html: str


def _by_headings(blocks: list[Block]) -> list[_Run]:
    runs: list[_Run] = []
    start = 0
    for at, block in enumerate(blocks):
        heading = bool(HEADING.fullmatch(block.tag))
        if at + 1 < len(blocks) and bool(HEADING.fullmatch(blocks[at + 1].tag)) == heading:
            continue
        html = block.source[blocks[start].start : block.end]
        runs.append(_Run(heading, blocks[start].space if start else "", html))
        start = at + 1
    return runs


def _space(first: Block, other: Block, old: str, new: str) -> str:
    """The white space before, or after, what is at one place on either side, marked if only one side has any.
    Beside a block it shows nothing."""
    blocks = all(block.tag and not runs_in_text(block.tag) for block in (first, other))
    if blocks or (not old) == (not new):
        return new
    return f"{wrapper('del')}{old}{DEL_END}" if old else f"{wrapper('ins')}{new}{INS_END}"


def _is_plain(step: Step, old: Block, new: Block) -> bool:
    """Text without any markup, of which nothing can go wrong that the check would find."""
    return step.kind == "leaf" and "<" not in old.inner and "<" not in new.inner


def _checked(html: str, olds: list[Block], news: list[Block]) -> str:
    """`html` if it gives both sides back, white space aside; else the blocks whole. The net under all above."""
    old, new = _html_of(olds), _html_of(news)
    if _is_but_for_space(one_side(html, "del"), new) and _is_but_for_space(one_side(html, "ins"), old):
        return html
    return f"{wrapper('del')}{without_ids(old)}</del>{wrapper('ins')}{new}</ins>"


def _is_but_for_space(text: str, other: str) -> bool:
    return text == other or "".join(text.split()) == "".join(other.split())
