"""Writes the marks of the contract: the one place that knows their names and how a deleted id is carried."""

from __future__ import annotations

import re
from html import escape
from typing import Final, Literal

Kind = Literal["move", "split", "merge", "format", "typographic"]
Side = Literal["ins", "del"]

INS: Final = '<ins data-redline="ins">'
INS_END: Final = "</ins>"
DEL: Final = '<del data-redline="del">'
DEL_END: Final = "</del>"

_ID: Final = re.compile(r'(<[a-z][^<>]*?) id="')


def without_ids(html: str) -> str:
    """`html` for the deleted side: its ids are carried under another name, so that ids stay unique on the
    page.
    """
    return _ID.sub(r'\1 data-redline-id="', html) if ' id="' in html else html


def pair_attributes(pair: str, kind: Kind) -> str:
    return f' data-redline-pair="{escape(pair)}" data-redline-kind="{kind}"'


def marked(opening: str, side: Side, extra: str = "") -> str:
    """A start tag that carries the mark itself, because nothing may be put around its element."""
    return f'{opening[:-1]} data-redline="{side}"{extra}>'


def wrapper(side: Side, extra: str = "") -> str:
    return f'<{side} data-redline="{side}"{extra}>'
