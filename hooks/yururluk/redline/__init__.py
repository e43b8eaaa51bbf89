"""The changes between two texts of a document, as a lawyer would mark them."""

from __future__ import annotations

from yururluk.redline.result import Redline, compare, compare_html

__all__ = ["Redline", "compare", "compare_html"]
