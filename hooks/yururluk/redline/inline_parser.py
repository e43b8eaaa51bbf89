"""Reads running text into items: words, single elements such as pictures, and elements that hold items of
their own.
"""

from __future__ import annotations

import re
from typing import Final

from yururluk.redline.tokens import Vocabulary, fold
from yururluk.redline.tree import OPAQUE, SPACE, VOID

TAGS: Final = re.compile("(<[^<>]*>)")


def tag_name(tag: str) -> str:
    """The element's name in a start or end tag."""
    start = 2 if tag[1] == "/" else 1
    end = tag.find(" ", start)
    return tag[start : end if end > 0 else -1]


class Running:
    """The items of some running text, and all words in them and below as one string of codes.

    `raws[i]` is the source of item i without the white space before it, `spaces[i]` that white space,
    `inside[i]`
    the running text of an element or None; `tail` is the white space at the end. `owners[w]` is the item
    that word w
    is in, None where items are words throughout.
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
