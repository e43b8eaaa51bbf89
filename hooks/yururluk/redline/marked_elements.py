"""Marks list items, rows and cells, which carry the mark themselves because nothing may be put around them."""

from __future__ import annotations

from typing import Final

from yururluk.redline.inline_parser import TAGS, tag_name
from yururluk.redline.marks import DEL, INS, Side, marked, wrapper
from yururluk.redline.tree import CARRIERS, CHOOSY, SPACE, VOID

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


class _Item:
    """An open element while marked words are read; `item` says that it may carry a mark of its own."""

    __slots__ = ("at", "item", "name", "new", "old", "ours")

    def __init__(self, name: str, at: int, *, item: bool, ours: bool) -> None:
        self.name = name
        self.at = at
        self.item = item
        self.ours = ours
        self.new = False  # holds inserted words
        self.old = False  # holds other words


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
            held = any(one.name not in _ROWS or one.name not in CARRIERS for one in stack)
            item = held and name in _ITEMS and "data-redline" not in part
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
    """The end tag of the element that begins at `at`, and its content marked, if items or cells stand right inside
    without their list or row: they carry the mark, and a wrapper is put round what stands between. Else None."""
    out: list[str] = []
    run: list[str] = []  # what stands between items
    item: list[str] = []
    depth = 0
    held = False

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
            return (to, "".join(out)) if held else None
        if name and not is_end and not depth and name in CARRIERS:
            close()
            held, run, item = True, [], [part]
        else:
            (item or run).append(part)
        if name and name not in VOID:
            depth += -1 if is_end else 1
        if item and not depth:
            close()
            item = []
    return None
