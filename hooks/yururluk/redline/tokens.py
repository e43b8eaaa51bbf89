"""Decides what a word is: a name with its Turkish suffix, an amount with its currency, a date."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SPACE: Final = r"[ \t\n\r\f]"
#: Combining marks and joiners, which \w leaves out.
_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f"
    "\u0900-\u0903\u093a-\u094f\u200c\u200d\u00ad"
)
_LETTER: Final = rf"[\w{_MARKS}]"
_MONTH: Final = (
    "(?:Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık"
    "|January|February|March|April|May|June|July|August|September|October|November|December)"
)
_NUMBER: Final = r"\d+(?:[.,]\d+)*"
_SUFFIX: Final = rf"(?:['’ʼ‘`´]{_LETTER}+)?"
_GAP: Final = r"(?:[ \t\n\r\f]|&nbsp;)"
_CURRENCY: Final = r"(?:TL|TRY|USD|EUR|GBP|₺|\$|€|£)"
DATE: Final = (
    rf"\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}{_SUFFIX}(?!\w)|\d{{4}}-\d\d-\d\d{_SUFFIX}(?!\w)"
    rf"|\d{{1,2}}\.?{_GAP}{_MONTH},?{_GAP}\d{{4}}{_SUFFIX}(?!\w)"
)
AMOUNT: Final = (
    rf"{_NUMBER}{_GAP}?{_CURRENCY}{_SUFFIX}(?!\w)|{_NUMBER}{_GAP}?%|[%₺$€£]{_GAP}?{_NUMBER}{_SUFFIX}"
)
_WORD: Final = rf"{_LETTER}+(?:(?:['’ʼ‘`´@·.:/_-]|&amp;){_LETTER}+)*"
#: The commonest kind first, for speed; a month name before words, for "January 1, 2024".
_TOKEN: Final = (
    r"[a-zçğıöşü]+(?=[ \t\n,.;])(?![.]\w)"
    rf"|(?=[OŞMNHTAEKJFSD]){_MONTH}{_GAP}\d{{1,2}},?{_GAP}\d{{4}}(?!\w)"
    rf"|(?=[\d%₺$€£])(?:{DATE}|{AMOUNT}|{_NUMBER}(?!{_LETTER}|['’@_/:-]{_LETTER}))"
    rf"|{_WORD}|&\#?\w+;"
    rf"|[^ \t\n\r\f](?:[\ufe0e\ufe0f\u20e3{_MARKS}\U0001f3fb-\U0001f3ff]+[\U0001f000-\U0001ffff]?)*"
)
PIECES: Final = re.compile(rf"({SPACE}*)({_TOKEN})")
_WORDS_ONLY: Final = re.compile(_TOKEN)
_TAGS: Final = re.compile(r"<[^>]*>")
_FOLD: Final = re.compile(rf"{SPACE}+")

_QUOTES: Final = "'’‘‛ʼ′\"“”„‟«»‹›″"
_DASHES: Final = "-‐‑‒–—―−"
_ALIKE: Final = str.maketrans(
    dict.fromkeys(_QUOTES, "'") | dict.fromkeys(_DASHES, "-") | {"\u00ad": None, "…": "..."}
)
_UNSEEN: Final = str.maketrans(
    dict.fromkeys(_QUOTES + _DASHES + "\u00ad\u200b\u2060\ufeff" + " \t\n\r\f\u00a0\u2009\u202f\u2007")
)
_PLAIN: Final = re.compile(r"[A-Za-z0-9_]*")


def alike(token: str) -> str:
    """The token as a reader takes it: one kind of quote and of dash, ordinary spaces, composed letters."""
    text = token.translate(_ALIKE)
    if "&" in text:
        text = text.replace("&nbsp;", " ").replace("&quot;", "'")
    return unicodedata.normalize("NFC", text)


def letters(text: str) -> str:
    """What is left of raw text without spaces, quotes, dashes: equal for two texts that differ only
    typographically.
    """
    return unicodedata.normalize(
        "NFC", text.replace("&nbsp;", "").replace("&quot;", "").translate(_UNSEEN)
    ).replace("…", "...")


class Vocabulary(dict[str, str]):
    """Gives every word a character of its own, so that the C code of rapidfuzz can compare texts as strings.

    Words that a reader takes for the same (see `alike`) share one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._by_form: dict[str, str] = {}

    def __missing__(self, token: str) -> str:
        form = token if _PLAIN.fullmatch(token) else alike(token)
        code = self._by_form.get(form)
        if code is None:
            # Past the last code point words would share a code; callers compare the words themselves too.
            code = self._by_form[form] = chr(1 + len(self._by_form) % 0x10FFFE)
        self[token] = code
        return code

    def encode(self, html: str) -> str:
        """The words of a piece of HTML, tags left out, as a string of codes."""
        return "".join(map(self.__getitem__, _WORDS_ONLY.findall(_TAGS.sub(" ", html))))


def fold(text: str) -> str:
    """White space as one space, as a browser shows it; a no-break space is not white space."""
    return _FOLD.sub(" ", text)
