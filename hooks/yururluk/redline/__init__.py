"""The changes between two texts of a document, as a lawyer would mark them: as HTML, as data, and as text."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import cached_property
from itertools import count
from typing import Any, Final

from yururluk.core.model import Text
from yururluk.redline.align import Aligner
from yururluk.redline.blocks import Block, IrregularError, read, regular
from yururluk.redline.changes import ClauseSummary, Summary, read_changes, summarise
from yururluk.redline.key_changes import is_known
from yururluk.redline.marks import DEL, DEL_END, INS, INS_END, Labels, one_side, without_ids
from yururluk.redline.moves import find_moves, regrouped
from yururluk.redline.reading import Change, Clause
from yururluk.redline.word_diff import Budget, Tools, Vocabulary, common
from yururluk.redline.write import Writer
from yururluk.text.markdown import render, rendering

__all__ = [
    "Change",
    "Clause",
    "ClauseSummary",
    "Redline",
    "Summary",
    "compare",
    "compare_html",
    "compare_texts",
    "to_markdown",
    "to_text",
]

#: Above so many characters, or blocks, in both texts together, only whole blocks are compared: ten times the
#: longest contract anyone reads.
_LARGE: Final = 3_000_000
_MANY: Final = 40_000


def _by_blocks(old: Block, new: Block, labels: Labels) -> tuple[str, bool]:
    numbers = count(1)
    tools = Tools(Vocabulary(), Budget(), lambda: f"redline-{next(numbers)}")
    if len(old.source) + len(new.source) > _LARGE or len(old.children) + len(new.children) > _MANY:
        steps = Aligner(tools, coarse=True).steps(old.children, new.children)
        return Writer(tools, [], labels).write(old, new, steps), True
    aligner = Aligner(tools)
    steps = regrouped(aligner.steps(old.children, new.children), old, new, aligner)
    moves = find_moves(steps, old.children, new.children, aligner)
    return Writer(tools, moves, labels).write(old, new, steps), tools.budget.exhausted


class Redline:
    """The redline of two texts. `html` is the whole truth; everything else is read out of it.

    `coarse` says that the work had to be bounded: the redline is right, but shows whole passages in places.
    """

    def __init__(self, html: str, *, locale: str, coarse: bool = False) -> None:
        self.html = html
        self.locale = locale
        self.coarse = coarse

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every change, in the order of the redline."""
        return tuple(read_changes(self.html))

    @cached_property
    def summary(self) -> Summary:
        """What happened, clause by clause, and what matters first."""
        return summarise(self.changes)

    @property
    def language_known(self) -> bool:
        """Whether the words that matter are known in this language; else only what figures say is in `matters`."""
        return is_known(self.locale)

    def accepted_html(self) -> str:
        """The rendering of the new text, as read out of the redline."""
        return one_side(self.html, "del")

    def rejected_html(self) -> str:
        """The rendering of the old text, as read out of the redline."""
        return one_side(self.html, "ins")

    def to_dict(self) -> dict[str, Any]:
        """What `to_json` writes, as Python data."""
        summary = self.summary
        return {
            "format": 1,
            "locale": self.locale,
            "coarse": self.coarse,
            "language_known": self.language_known,
            "words": {"added": summary.words_added, "removed": summary.words_removed},
            "clauses": [asdict(clause) for clause in summary.clauses],
            "matters": [{"clause": clause.id} | asdict(matter) for clause, matter in summary.matters],
            "changes": [{"number": at} | asdict(change) for at, change in enumerate(self.changes, 1)],
        }

    def to_json(self) -> str:
        """The changes and their summary as JSON, by the schema beside this module; no markup in it."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)


def compare_html(old_html: str, new_html: str, *, locale: str = "tr") -> Redline:
    """The redline of two renderings."""
    labels = Labels(locale)
    try:
        new = read(new_html)
        if old_html == new_html:
            return Redline(new.source, locale=locale)  # the text itself, in which nothing can pass for a mark
        html, coarse = _by_blocks(read(old_html), new, labels)
    except (IrregularError, RecursionError):
        old_html, new_html = regular(old_html), regular(new_html)
        if old_html == new_html:
            return Redline(new_html, locale=locale)
        # All of the old text as deleted, all of the new as inserted.
        html, coarse = f"{DEL}{without_ids(old_html)}{DEL_END}{INS}{new_html}{INS_END}", True
    return Redline(labels.notice() + html if coarse else html, locale=locale, coarse=coarse)


def compare(old_markdown: str, new_markdown: str, *, locale: str = "tr") -> Redline:
    """The redline of two Markdown texts, rendered by the site's own settings. Front matter is not part of them."""
    return compare_html(render(old_markdown, locale=locale), render(new_markdown, locale=locale), locale=locale)


def compare_texts(old: Text | None, new: Text | None) -> Redline:
    """The redline of two texts, each rendered by its own rules; None for a text that is not there."""
    some = new or old
    sides = [rendering(text.source, text.rendering) if text else "" for text in (old, new)]
    return compare_html(*sides, locale=some.locale if some else "tr")


# For a terminal, and as CriticMarkup around Markdown

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
