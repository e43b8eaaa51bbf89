"""Which characters of a text deceive the eye: invisible ones, look-alikes, odd spaces, mixed-up dots."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from typing import Final

from yururluk.checks.reading import lowered, reading_of, word_lists
from yururluk.core.messages import Problem, Severity, fault, msg, names, rule, together
from yururluk.core.model import Text

_WORDS = word_lists("characters")
#: The Latin letter that a letter of another script looks like.
LOOK_ALIKES: Final[Mapping[str, str]] = {
    strange: latin
    for letters, latins in _WORDS["look-alikes"].values()
    for strange, latin in zip(letters, latins, strict=True)
}
_SOFT_HYPHEN = "\u00ad"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
#: Beside the format characters (Cf): fillers, joiners, blanks and separators that show nothing, or mere space.
_UNSEEN = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\x7f-\x9f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\ue000-\uf8ff\U000f0000-\U0010fffd"
)
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD = re.compile(f"[{_BIDI}{_UNSEEN}{_SOFT_HYPHEN}]")
SPACE_RUN = re.compile(f"[{_SPACES}][ {_SPACES}]+|[ ][{_SPACES}][ {_SPACES}]*")
#: What a text in Latin letters with its usual signs does not hold: only then each line is looked at.
_DOUBTFUL = re.compile(
    "[^\n\t\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u20ac\u20ba]"
)
_BIDI_ONE = re.compile(f"[{_BIDI}]")
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f][^\W\d_]*)*")
_EMOJI = re.compile("[\u00a9\u00ae\u2000-\u2bff\u3030-\u32ff\U0001f000-\U0001faff0-9#*]")
_MIXED_WORD = re.compile(r"\w+")
_RIGHT_TO_LEFT = names(_WORDS["right-to-left"])
_JOINING = _RIGHT_TO_LEFT | names(_WORDS["joining"])
_WITHOUT_SPACES = names(_WORDS["without-spaces"])
_BESIDE = 12  # characters between a direction mark and the letter that it serves
_LONGEST = 60  # characters of a word, as far as it is shown


def unseen_problems(text: Text, turkish_words: Counter[str]) -> list[Problem]:
    """The faults in a text that the eye does not find. `turkish_words` counts the words of all Turkish texts."""
    problems: list[Problem] = []
    source = text.source
    if _DOUBTFUL.search(source) or not unicodedata.is_normalized("NFC", source):
        scripts = _scripts_of(source)
        for number, line in enumerate(source.split("\n"), start=1):
            if _DOUBTFUL.search(line) or not unicodedata.is_normalized("NFC", line):
                problems += _of_line(text, number, line, scripts)
    if text.locale == "tr":
        problems += _dots(text, turkish_words)
    return problems


@rule(
    "space-run",
    Severity.WARNING,
    msg("No row of hard or odd spaces is between words."),
    source="Unicode UTS #39, UTR #36",
    may_allow=True,
)
@rule(
    "not-nfc",
    Severity.WARNING,
    msg("Letters with marks are written as one character (NFC)."),
    source="Unicode UAX #15",
    may_allow=True,
)
def _of_line(text: Text, number: int, line: str, scripts: Set[str]) -> Iterator[Problem]:
    places: dict[str, list[int]] = {}
    for found in _ODD.finditer(line):
        if not _belongs(line, found.start()):
            places.setdefault(found[0], []).append(found.start())
    for character, starts in places.items():
        yield _odd(text, number, starts, character)
    for found in SPACE_RUN.finditer(line):
        codes = " ".join(code_point(character) for character in found[0])
        message = msg("a row of {count} spaces is here: {codes}.", count=len(found[0]), codes=codes)
        fix = msg("write one space; a hard one (U+00A0) only where a line must not break.")
        yield fault("space-run", text.path, number, message, fix, found.start() + 1)
    if not unicodedata.is_normalized("NFC", line):
        composed = unicodedata.normalize("NFC", line)
        place = next((i for i, (a, b) in enumerate(zip(line, composed, strict=False)) if a != b), 0)
        written = line[max(place - 1, 0) : place + 2].strip() or line[place : place + 1]
        codes = " ".join(code_point(character) for character in line[place : place + 2])
        message = msg('letters are written in parts: "{written}" is {codes}.', written=written, codes=codes)
        fix = msg("write the line in composed form (NFC); retyping the word does it.")
        yield fault("not-nfc", text.path, number, message, fix, place + 1)
    for found in _MIXED_WORD.finditer(line):
        if not found[0].isascii():
            yield from _look_alike(text, number, found, scripts)


def _belongs(line: str, place: int) -> bool:
    """Whether a character that shows nothing is needed where it stands: by its script, or between emoji."""
    character = line[place]
    before, after = line[place - 1 : place], line[place + 1 : place + 2]
    if character in "\u200c\u200d" and (_writing(before) in _JOINING or _writing(after) in _JOINING):
        return True
    if character == "\u200b":
        return _writing(before) in _WITHOUT_SPACES or _writing(after) in _WITHOUT_SPACES
    if character in "\u061c\u200e\u200f":
        return any(_writing(one) in _RIGHT_TO_LEFT for one in line[max(0, place - _BESIDE) : place + _BESIDE + 1])
    if "\u180b" <= character <= "\u180f":
        return _writing(before) == "MONGOLIAN"
    if "\U000e0100" <= character <= "\U000e01ef":
        return _writing(before) == "CJK"
    if character == "\u200d":
        return _is_picture(before) and _is_picture(after)
    return character in "\ufe0e\ufe0f" and _EMOJI.match(before) is not None


@lru_cache(maxsize=4096)
def _writing(character: str) -> str:
    """The script of a letter, mark or digit, by the first word of its name; empty for any other character."""
    is_letter = character and unicodedata.category(character)[0] in "LMN"
    return unicodedata.name(character, "").partition(" ")[0].removesuffix("-INDIC") if is_letter else ""


def _is_picture(character: str) -> bool:
    return bool(character) and (character == "\ufe0f" or unicodedata.category(character) in {"So", "Sk"})


@rule(
    "invisible-character",
    Severity.ERROR,
    msg("A text holds no character that nobody sees."),
    source="Unicode UTS #39, UTR #36",
    may_allow=True,
)
@rule(
    "bidi-control",
    Severity.ERROR,
    msg("A text holds no character that turns the reading direction."),
    source="Unicode UAX #9",
    may_allow=True,
)
@rule(
    "soft-hyphen",
    Severity.WARNING,
    msg("A text holds no soft hyphen, which splits words for search and comparison."),
    source="Unicode UTS #39, UTR #36",
    may_allow=True,
)
def _odd(text: Text, number: int, starts: Sequence[int], character: str) -> Problem:
    """One kind of character on one line, at its first place."""
    code, start = code_point(character), starts[0]
    often = msg("It stands {count} times on this line.", count=len(starts)) if len(starts) > 1 else ""
    if character == _SOFT_HYPHEN:
        message = together(msg("a soft hyphen ({code}) splits this word for search and comparison.", code=code), often)
        fix = msg("delete it; browsers break lines by themselves.")
        return fault("soft-hyphen", text.path, number, message, fix, start + 1)
    fix = msg("delete it: place the cursor before column {column} and press Delete once.", column=start + 1)
    if _BIDI_ONE.match(character):
        what = msg("the character {code} turns the reading direction: what is read is not what is here.", code=code)
        return fault("bidi-control", text.path, number, together(what, often), fix, start + 1)
    what = msg("the character {code} is here, and nobody sees it.", code=code)
    return fault("invisible-character", text.path, number, together(what, often), fix, start + 1)


def code_point(character: str) -> str:
    """How Unicode names a character: `U+202E RIGHT-TO-LEFT OVERRIDE`."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X}{' ' if name else ''}{name}"


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """The script of a letter, by the first word of its name; empty for what is no letter."""
    if not unicodedata.category(character).startswith("L"):
        return ""
    name = unicodedata.name(character, "")
    if character in "ªºµ" or name.startswith("MODIFIER"):
        return ""
    return name.partition(" ")[0]


@lru_cache(maxsize=4096)
def _is_disguised(character: str) -> bool:
    """Whether a letter or digit is another form of a plain one: 𝐊, Ｋ, ⅼ, ɡ, ٣."""
    if character.isascii():
        return False
    folded = unicodedata.normalize("NFKC", character)
    if folded != character and folded.isascii() and folded.isalnum():
        # ², ³, ½ and ™ are read for what they are; a letter in another dress is not.
        return unicodedata.category(character) not in {"No", "So"} and character not in "ªº"
    return unicodedata.category(character) == "Nd"


@rule(
    "look-alike",
    Severity.ERROR,
    msg("No letter of another script passes for a Latin one."),
    source="Unicode UTS #39, UTR #36",
    may_allow=True,
)
def _look_alike(text: Text, number: int, found: re.Match[str], of_text: Set[str]) -> Iterator[Problem]:
    """A word that mixes scripts, or signs in another form than the text's script has. `of_text` are its scripts.

    A word wholly of one script is right; only a letter or two in the place of Latin ones are not: А.Ş.
    """
    word = found[0]
    scripts = {script for script in map(_script, word) if script}
    is_short = (
        len(word) <= 2 and not scripts & of_text and ("GREEK" not in scripts or found.string[found.end() :][:1] == ".")
    )
    strange = [
        (place, character)
        for place, character in enumerate(word)
        if (_is_disguised(character) and not _is_of_script(character, of_text))
        or (character in LOOK_ALIKES and ("LATIN" in scripts or (is_short and all(one in LOOK_ALIKES for one in word))))
    ]
    if not strange or all(unicodedata.category(one) == "Nl" for one in word):  # Ⅳ
        return
    place = strange[0][0]
    codes = ", ".join(code_point(one) for one in dict.fromkeys(one for _, one in strange))
    plain = "".join(look_through(one) for one in word)
    word = word if len(word) <= _LONGEST else word[:_LONGEST] + "…"
    message = msg('in "{word}" is what only looks like a plain letter: {codes}.', word=word, codes=codes)
    fix = msg('type the word again: "{plain}".', plain=plain)
    yield fault("look-alike", text.path, number, message, fix, found.start() + place + 1)


def _scripts_of(source: str) -> Set[str]:
    """The scripts in which a text has words of its own: words with a letter that looks like no Latin one."""
    plain = (one for one in set(source) if one.isalpha() and unicodedata.normalize("NFKC", one) == one)
    return {_writing(one) for one in plain if not one.isascii() and one not in LOOK_ALIKES} - {"LATIN", ""}


def _is_of_script(character: str, scripts: Set[str]) -> bool:
    """Whether a digit or a wide letter belongs to a script of the text: ٣ beside Arabic, Ａ beside Chinese."""
    writing = _writing(character).replace("EXTENDED", "ARABIC")
    return writing in scripts or (writing == "FULLWIDTH" and bool(scripts & {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"}))


def look_through(character: str) -> str:
    """The Latin letter that a letter looks like, or the letter itself."""
    if character.isascii():
        return character
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    folded = unicodedata.normalize("NFKC", character)
    return LOOK_ALIKES.get(character) or (folded if _is_disguised(character) else character)


# Dotted and dotless i

_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_ANY_I = re.compile("[Iİiı]")
_SHORTEST = 5
_OFTEN, _VERY_OFTEN = 2, 6
_KNOWN = names(_WORDS["turkish"])


def turkish_words(texts: Sequence[Text]) -> Counter[str]:
    """How often each word is in the Turkish texts, in small letters, for the rule on dots."""
    counted: Counter[str] = Counter(dict.fromkeys(_KNOWN, _OFTEN))
    for text in texts:
        if text.locale == "tr":
            counted.update(_words(text.body))
    return counted


@lru_cache(maxsize=2048)
def _words(body: str) -> Counter[str]:
    return Counter(_LONG_WORD.findall(lowered(body, "tr")))


@lru_cache(maxsize=8)
def _by_bare_letters(words: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        found.setdefault(word.replace("ı", "i"), []).append(word)
    return found


@rule(
    "turkish-i",
    Severity.WARNING,
    msg("İ, I, i and ı were not mixed up by a change of case."),
    source="TDK",
    may_allow=True,
)
def _dots(text: Text, counted: Counter[str]) -> Iterator[Problem]:
    """Words whose dots were lost or gained by a change of case in the English way: KIŞISEL, ki̇şi̇sel, aydinlatma."""
    often = _by_bare_letters(frozenset(word for word, times in counted.items() if times >= _OFTEN))
    reading = reading_of(text)
    # Most words are known, and most of the others are there often: only the places of the doubtful ones are looked up.
    wrong: dict[str, str] = {}
    for word in set(_WORD.findall(reading.plain)):
        right = _with_its_dots(word, counted, often) if _ANY_I.search(word) else None
        if right is not None:
            wrong[word] = right
    for found in _WORD.finditer(reading.plain) if wrong else ():
        word = found[0]
        if word not in wrong:
            continue
        right = wrong[word]
        message = msg(
            '"{word}" has lost or gained a dot: Turkish writes "{right}".', word=word[:_LONGEST], right=right[:_LONGEST]
        )
        fix = msg(
            'write "{right}"; in a word processor, set the language to Turkish before changing case.',
            right=right[:_LONGEST],
        )
        line, column = reading.place(found.start())
        yield fault("turkish-i", text.path, line, message, fix, column)


def _with_its_dots(word: str, counted: Counter[str], often: Mapping[str, Sequence[str]]) -> str | None:
    """The word as it should be written; None where it is right, or where that is not sure."""
    if "i\u0307" in word:
        return word.replace("i\u0307", "i")
    low = lowered(word, "tr")
    if len(word) < _SHORTEST or counted[low] >= _OFTEN:
        return None
    others = [known for known in often.get(low.replace("ı", "i"), ()) if known != low]
    if len(others) != 1 or not (word.isupper() or _is_sure(others[0], counted)):
        return None
    return _in_case_of(word, others[0])


def _is_sure(right: str, counted: Counter[str]) -> bool:
    """Whether a word is so common that another of the same letters is a slip: sınır and sinir are both words."""
    return right in _KNOWN or counted[right] >= _VERY_OFTEN


def _in_case_of(word: str, right: str) -> str:
    upper = right.replace("i", "İ").replace("ı", "I").upper()
    if word.isupper():
        return upper
    return upper[0] + right[1:] if word[0].isupper() else right
