"""What a redline on paper says before the text: the changes that matter first, clause by clause, and how to read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yururluk.pdf.inlines import visible
from yururluk.redline import Redline
from yururluk.redline.change import Clause
from yururluk.redline.summary import ClauseSummary

Block = dict[str, Any]
Words = Callable[[str], str]

_NOTHING = "–"


def summary_blocks(redline: Redline, say: Words, level: int = 1) -> list[Block]:
    """The summary under a heading of its own, then the key to the marks."""
    summary = redline.summary
    out: list[Block] = [_heading(say("Summary of the changes"), level)]
    if summary.empty:
        return [*out, _par(say("The two texts read the same."))]
    words = say("Words added: {added}; words removed: {removed}.")
    out.append(_par(words.format(added=summary.words_added, removed=summary.words_removed)))
    if summary.matters:
        out.append(_heading(say("Changes that matter first"), level + 1))
        kinds = _kinds(say)
        items = [
            [
                {"s": f"{kinds.get(matter.kind, matter.kind)}: ", "f": ["b"]},
                _sample(matter.old, "del"),
                {"s": " → "},
                _sample(matter.new, "ins"),
                {"s": f" ({_name(clause, say)})", "f": ["address"]},
            ]
            for clause, matter in summary.matters
        ]
        out.append(_list(items))
    out.append(_heading(say("Clause by clause"), level + 1))
    out.append(_list([_clause_row(one, say) for one in summary.clauses]))
    return [*out, *_key(say, level)]


def _clause_row(one: ClauseSummary, say: Words) -> list[Block]:
    happened = _happened(say)
    told = ", ".join(happened.get(what, what) for what in one.what)
    if one.words_added or one.words_removed:
        told += f" (+{one.words_added} −{one.words_removed})"
    return [{"s": _name(one.clause, say)}, {"s": f": {told.strip()}", "f": ["address"]}]


def _key(say: Words, level: int) -> list[Block]:
    rows = [
        (_sample(say("inserted"), "ins"), say("underlined")),
        (_sample(say("deleted"), "del"), say("struck through")),
        (
            {"s": say("moved passage")},
            say("broken line in the margin, at both places: moved, split or joined"),
        ),
        (_sample(say("form"), "ins-form"), say("dotted: only form, link or punctuation differs")),
    ]
    listed = _list([[sample, {"s": f": {meaning}"}] for sample, meaning in rows])
    return [_heading(say("How to read the marks"), level + 1), listed]


def _name(clause: Clause, say: Words) -> str:
    return visible(clause.title) or say("Beginning of the text")


def _sample(words: str, mark: str) -> Block:
    return {"s": visible(words), "m": mark} if words else {"s": _NOTHING}


def _heading(words: str, level: int) -> Block:
    return {"t": "heading", "level": level, "number": "", "body": [{"s": words}], "name": ""}


def _par(words: str) -> Block:
    return {"t": "par", "body": [{"s": words}]}


def _list(rows: list[list[Block]]) -> Block:
    items = [{"marker": "", "mark": "", "body": [{"t": "par", "body": row}]} for row in rows]
    return {"t": "list", "ordered": False, "tight": True, "items": items}


def _kinds(say: Words) -> dict[str, str]:
    return {
        "negation": say("Negation"),
        "modal": say("Obligation or permission"),
        "condition": say("Condition or limit"),
        "amount": say("Amount"),
        "percentage": say("Percentage"),
        "duration": say("Duration"),
        "date": say("Date"),
        "party": say("Party"),
        "reference": say("Reference"),
        "number": say("Number"),
    }


def _happened(say: Words) -> dict[str, str]:
    return {
        "added": say("added"),
        "removed": say("removed"),
        "changed": say("changed"),
        "moved": say("moved"),
        "renumbered": say("renumbered"),
        "headed": say("heading added"),
        "unheaded": say("heading removed"),
        "link": say("link target"),
        "formatting": say("formatting"),
        "typographic": say("punctuation"),
    }
