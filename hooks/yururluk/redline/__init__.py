"""The changes between two texts of a document, as a lawyer would mark them."""

from __future__ import annotations

from yururluk.redline.changes import ClauseSummary, Summary
from yururluk.redline.reading import Change, Clause
from yururluk.redline.result import Redline, compare, compare_html, compare_texts, to_markdown, to_text

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
