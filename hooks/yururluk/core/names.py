"""Lets a set of names be written as one reads it, on a line, and not as a column of quotation marks."""

from __future__ import annotations


def names(text: str) -> frozenset[str]:
    """The words of `text` as a set."""
    return frozenset(text.split())
