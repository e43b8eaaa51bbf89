"""Decides what a word is: a name with its Turkish suffix, an amount with its currency, a date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

SPACE: Final = r"[ \t\n\r\f]"
#: Combining marks and joiners, which \w leaves out.
_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f\u200c\u200d\u00ad"
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
AMOUNT: Final = rf"{_NUMBER}{_GAP}?{_CURRENCY}{_SUFFIX}(?!\w)|{_NUMBER}{_GAP}?%|[%₺$€£]{_GAP}?{_NUMBER}{_SUFFIX}"
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
#: Stands wherever a word has a space in it; it may stand elsewhere too.
_SPACED: Final = re.compile(rf"\d[.,]?{_GAP}[%₺$€£A-ZŞ\d]|[%₺$€£]{_GAP}\d|&nbsp;\d")
_FIGURE: Final = re.compile(r"[\d%₺$€£]")
_TAGS: Final = re.compile(r"<[^>]*>")
_FOLD: Final = re.compile(rf"{SPACE}+")

_QUOTES: Final = "'’‘‛ʼ′\"“”„‟«»‹›″"
_DASHES: Final = "-‐‑‒–—―−"
_ALIKE: Final = str.maketrans(dict.fromkeys(_QUOTES, "'") | dict.fromkeys(_DASHES, "-") | {"\u00ad": None, "…": "..."})
_UNSEEN: Final = str.maketrans(
    dict.fromkeys(_QUOTES + _DASHES + "\u00ad\u200b\u2060\ufeff" + " \t\n\r\f\u00a0\u2009\u202f\u2007")
)


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
    return unicodedata.normalize("NFC", text.replace("&nbsp;", "").replace("&quot;", "").translate(_UNSEEN)).replace(
        "…", "..."
    )


_DIGITS: Final = frozenset("0123456789")
_ONE_DASH: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("'’‘`´\"“”„«»" + " \n\t\u00a0\u00ad"))


def differ_typographically(old: str, new: str) -> bool:
    """Are two texts the same but for quotes, dashes, spaces and the form of their letters?

    A dash between numbers is a meaning (5-10), and so is one before a number: in texts with digits no dash may come
    or go.
    """
    return letters(old) == letters(new) and (_DIGITS.isdisjoint(old) or _one_dash(old) == _one_dash(new))


def _one_dash(text: str) -> str:
    return text.replace("&nbsp;", "").translate(_ONE_DASH)


_MARKS_AFTER: Final = frozenset(",.;:)")


class _Codes(dict[str, str]):
    """For a word its character, and for a stretch of text without a space those of its words.

    Words that a reader takes for the same (see `alike`) share one.
    """

    def __missing__(self, stretch: str) -> str:
        if stretch.isalpha() and (stretch.isascii() or unicodedata.is_normalized("NFC", stretch)):
            # Past the last code point words would share a code; callers compare the words themselves too.
            codes = chr(1 + len(self) % 0x10FFFE)
        elif stretch[-1:] in _MARKS_AFTER and stretch[:-1].isalpha():
            codes = self[stretch[:-1]] + self[stretch[-1]]
        else:
            words = _WORDS_ONLY.findall(stretch)
            codes = "".join(map(self.__getitem__, words)) if words != [stretch] else self.word(stretch)
        self[stretch] = codes
        return codes

    def word(self, token: str) -> str:
        """The character of a word, or of anything else that is compared as one."""
        code = self.get(token)
        if code is None:
            form = alike(token)
            code = chr(1 + len(self) % 0x10FFFE) if form == token else self.word(form)
            self[token] = code
        return code if len(code) == 1 else self.word(f"\0{token}")


class Vocabulary:
    """Splits texts into words and gives every word a character of its own, so that the C code of rapidfuzz can
    compare texts as strings.
    """

    def __init__(self) -> None:
        self._codes = _Codes()

    def code(self, token: str) -> str:
        """The character of a word, or of anything else that is compared as one."""
        return self._codes.word(token)

    def encode(self, html: str) -> str:
        """The words of a piece of HTML, tags left out, as a string of codes.

        A space may stand in dates and amounts only. A text without any is split at its spaces, and each stretch
        between them looked at once.
        """
        text = _TAGS.sub(" ", html) if "<" in html else html
        if _FIGURE.search(text) and _SPACED.search(text):
            return "".join(map(self._codes.word, _WORDS_ONLY.findall(text)))
        return "".join(map(self._codes.__getitem__, text.replace("\n", " ").split(" ")))

    def words(self, text: str) -> tuple[Sequence[str], Sequence[str], str]:
        """The words of a piece of text without tags: the white space before each, the words, and their codes."""
        pairs = PIECES.findall(text)
        if not pairs:
            return (), (), ""
        spaces, raws = zip(*pairs, strict=True)
        codes = "".join(map(self._codes.__getitem__, raws))
        if len(codes) > len(raws):  # what is one word here may be several as a stretch of text
            codes = "".join(map(self._codes.word, raws))
        return spaces, raws, codes


def fold(text: str) -> str:
    """White space as one space, as a browser shows it; a no-break space is not white space."""
    return _FOLD.sub(" ", text)
