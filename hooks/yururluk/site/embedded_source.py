"""How the page of a text carries its frozen file: as a form whose gaps the words on the page fill.

Page and register alone are to prove a text, so the page must give back its file byte for byte; carrying it whole would
make every page twice as long. A form is the file's Markdown with each longer stretch that is on the page, too, left
out: `~12,345;` says to leave out 12 characters of the page and take the next 345, `~345;` to leave out none. `~~` is a
tilde. A form without gaps is a file in full.
"""

from __future__ import annotations

import re
from itertools import accumulate, chain
from typing import Final

from lxml import html as lxml_html

from yururluk.redline.word_diff import Budget, common

_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_TOKEN: Final = re.compile(r"\w+|\s|[^\w\s]")
_GAP: Final = re.compile(r"~(?:~|(?:([0-9]{1,9}),)?([0-9]{1,9});)", re.ASCII)


def words_of(shown: lxml_html.HtmlElement) -> str:
    """The words that an element of a page shows, white space as one blank, none at the ends: what fills the gaps."""
    return _SPACE.sub(" ", shown.text_content()).strip(" ")


def form_of(source: str, words: str) -> str:
    """The form of a file on a page with those words. `filled(form_of(s, w), w) == s`, whatever both are."""
    out: list[str] = []
    at = place = 0
    for start, begin, length in _stretches(words, source):
        gap = f"~{start - at},{length};" if start > at else f"~{length};"
        if len(gap) < len(_escaped(source[begin : begin + length]).encode()):
            out += (_escaped(source[place:begin]), gap)
            at, place = start + length, begin + length
    out.append(_escaped(source[place:]))
    return "".join(out)


def filled(form: str, words: str) -> str:
    """The file, of its form and the words on its page. Raises ValueError where they do not fit together."""
    out: list[str] = []
    at = place = 0
    for gap in _GAP.finditer(form):
        out.append(_literal(form[place : gap.start()]))
        place = gap.end()
        if gap.group() == "~~":
            out.append("~")
            continue
        start = at + int(gap.group(1) or 0)
        at = start + int(gap.group(2))
        if at > len(words):
            raise ValueError("a gap asks for words that the page does not have")
        out.append(words[start:at])
    out.append(_literal(form[place:]))
    return "".join(out)


def _stretches(words: str, source: str) -> list[tuple[int, int, int]]:
    """What both hold in the same order: where it begins in each, and how many characters it has."""
    tokens = [_TOKEN.findall(text) for text in (words, source)]
    codes = {token: chr(at) for at, token in enumerate(dict.fromkeys(chain(*tokens)))}
    shown, wanted = ("".join(map(codes.__getitem__, text)) for text in tokens)
    ends = [list(accumulate(map(len, text), initial=0)) for text in tokens]
    return [
        (ends[0][run.a], ends[1][run.b], ends[1][run.b + run.size] - ends[1][run.b])
        for run in common(shown, wanted, Budget())
    ]


def _escaped(part: str) -> str:
    return part.replace("~", "~~")


def _literal(part: str) -> str:
    if "~" in part:
        raise ValueError("a tilde that begins no gap")
    return part
