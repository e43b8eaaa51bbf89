"""The changes between two texts of a document, as a lawyer would mark them."""

from __future__ import annotations

from yururluk.redline.change import Change, Clause
from yururluk.redline.critic import to_markdown
from yururluk.redline.plain import to_text
from yururluk.redline.result import Redline, compare, compare_html, compare_texts
from yururluk.redline.summary import ClauseSummary, Summary

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
