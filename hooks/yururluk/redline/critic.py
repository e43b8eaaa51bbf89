"""Writes a redline as CriticMarkup around Markdown, from which both Markdown texts can be read again."""

from __future__ import annotations

import re
from typing import Final

from yururluk.redline.lcs import Budget, common

_PIECES: Final = re.compile(r"\n|[ \t]+|[^\s]+")
#: What would be read as a mark itself.
_FORGED: Final = re.compile(r"(\{)(?=\+\+|--|~~|==|>>)|(\+\+|--|~~|==|<<)(?=\})")


def to_markdown(old_markdown: str, new_markdown: str) -> str:
    """`{--old--}{++new++}` around what changed; a mark never crosses a line, for Markdown is read by lines.

    Marks that stand in the texts themselves are made harmless by a backslash, which Markdown does not show.
    """
    old, new = _FORGED.sub(r"\\\1\2", old_markdown), _FORGED.sub(r"\\\1\2", new_markdown)
    left, right = _PIECES.findall(old), _PIECES.findall(new)
    codes: dict[str, str] = {}
    for piece in (*left, *right):
        codes.setdefault(piece, chr(1 + len(codes) % 0x10FFFE))
    runs = common("".join(map(codes.__getitem__, left)), "".join(map(codes.__getitem__, right)), Budget())
    out: list[str] = []
    a = b = 0
    for run in [*runs, None]:
        a_next, b_next = (run.a, run.b) if run else (len(left), len(right))
        _mark(out, left[a:a_next], "{--", "--}")
        _mark(out, right[b:b_next], "{++", "++}")
        if run:
            out += right[run.b : run.b + run.size]
            a, b = run.a + run.size, run.b + run.size
    return "".join(out)


def _mark(out: list[str], pieces: list[str], opening: str, closing: str) -> None:
    """Marks pieces line by line; a line feed itself is marked alone, so that both texts can be read again."""
    line: list[str] = []
    for piece in [*pieces, ""]:
        if piece and piece != "\n":
            line.append(piece)
            continue
        if line:
            out.append(f"{opening}{''.join(line)}{closing}")
            line = []
        if piece:
            out.append(f"{opening}{piece}{closing}")
