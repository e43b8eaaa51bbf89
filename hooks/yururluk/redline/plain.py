"""Writes a redline for a terminal or a pipe: a change to a line, under the clause that it is in."""

from __future__ import annotations

from typing import Final

from yururluk.redline.change import Change, Clause
from yururluk.redline.labels import Labels
from yururluk.redline.result import Redline

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
