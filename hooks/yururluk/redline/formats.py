"""Writes a redline for a terminal, and as CriticMarkup around Markdown."""

from __future__ import annotations

import re
from typing import Final

from yururluk.redline.marks import Labels
from yururluk.redline.reading import Change, Clause
from yururluk.redline.result import Redline
from yururluk.redline.word_diff import Budget, common

_RED: Final = "\x1b[31;9m"
_GREEN: Final = "\x1b[32;4m"
_BOLD: Final = "\x1b[1m"
_OFF: Final = "\x1b[0m"


def to_text(redline: Redline, *, color: bool = False) -> str:
    """The changes as text: `[-old-]{+new+}`, in colour besides if asked for. Empty if nothing changed."""
    labels = Labels(redline.locale)
    lines: list[str] = []
    clause: Clause | None = None
    if redline.coarse:
        lines.append(labels["coarse"])
    if not redline.language_known and redline.changes:
        lines.append(labels["unknown_language"])
    for change in redline.changes:
        if change.clause != clause:
            clause = change.clause
            title = " ".join(part for part in (clause.title, f"#{clause.id}" if clause.id else "") if part)
            lines += ["", f"{_BOLD}{title}{_OFF}" if color else title] if title else [""]
        lines.append(f"  {'  ' if change.within else ''}{labels[change.kind]}: {_said(change, color)}")
    return "".join(f"{line}\n" for line in lines).lstrip("\n")


def _said(change: Change, color: bool) -> str:
    said = []
    if change.old == change.new:
        said.append(change.new)
    else:
        if change.old:
            said.append(f"{_RED}[-{change.old}-]{_OFF}" if color else f"[-{change.old}-]")
        if change.new:
            said.append(f"{_GREEN}{{+{change.new}+}}{_OFF}" if color else f"{{+{change.new}+}}")
    said += [f"({detail.what}: {detail.old or '∅'} → {detail.new or '∅'})" for detail in change.details]
    return " ".join(said)


_PIECES: Final = re.compile(r"\n|[ \t]+|[^\s]+")
#: What would be read as a mark itself.
_FORGED: Final = re.compile(r"(\{)(?=\+\+|--|~~|==|>>)|(\+\+|--|~~|==|<<)(?=\})")


def to_markdown(old_markdown: str, new_markdown: str) -> str:
    """`{--old--}{++new++}` around what changed; a mark never crosses a line, for Markdown is read by lines.

    Marks that the texts themselves have are made harmless by a backslash, which Markdown does not show.
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
