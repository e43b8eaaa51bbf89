"""Which numbers, dates, amounts, shares and periods a clause holds, in a form that is the same in every language.

The names of units, months and currencies and the signs in numbers are those of CLDR, as Babel has them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import timedelta
from functools import lru_cache
from typing import Final, Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta
from babel.numbers import get_currency_name, get_currency_symbol, get_decimal_symbol, get_group_symbol
from babel.units import format_unit

from yururluk.checks.reading import word_lists
from yururluk.core.messages import msg

#: The units of periods, in seconds.
_Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]
_SECONDS: Final[Mapping[_Unit, int]] = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000,
}  # fmt: skip
_WORDS: Final = word_lists("numbers")
_CURRENCIES: Final[Mapping[str, str]] = {
    name: code for code, names in _WORDS["currencies"].items() for name in names.split()
}
_BUSINESS: Final = r"(?:iş|işgünü|business|working)\s+|(?:takvim|calendar)\s+"
#: Numbers in words are read in these languages; in other pairs of languages they are left alone.
_SPELLED: Final = frozenset({"tr", "en"})
_VALUES: Final[Mapping[str, int]] = {
    name: first + step * place for first, step, names in _WORDS["values"] for place, name in enumerate(names.split())
}
_HUNDREDS: Final[Mapping[str, int]] = _WORDS["multiples"]
_WORD: Final = "|".join(sorted([*_VALUES, *_HUNDREDS], key=len, reverse=True))
#: The endings of a Turkish unit (any letters would do for ay-rı and gün-cel too); elsewhere a case or plural ending.
_ENDINGS: Final = {
    "tr": r"(?:(?:l[ıiuü][kğ])?(?:l[ae]r)?(?:s?[ıiuü])?(?:n?[dt][ae]n?|n?[ıiuü]n|n[ae]|y?[ae]|l[ae])?(?:[dt][ıiuü]r)?)"
    r"(?:['’]\w+)?(?!\w)",
    "en": r"s?(?:['’]s?)?(?!\w)",
}
_ENDING: Final = r"(?:\w{0,2}(?!\w)|(?=[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af]))"
_MARKER: Final = re.compile(r"^[ \t>]*\d+[.)](?=[ \t])|\[\^[^\]\n]*\]", re.MULTILINE)


def figures_of(words: str, locale: str, *, beside: str = "en") -> frozenset[str]:
    """The figures in words in small letters: `2018-03-10`, `30 day`, `5 business day`, `20%`, `TRY 1000.5`, `6698`.

    `beside` is the language of the text that they are compared with. Numbers in words count in periods and shares
    only, and "one" never: it is an article too.
    """
    signs = _Signs.of(locale)
    words = "".join(str(unicodedata.digit(one)) if not one.isascii() and one.isdecimal() else one for one in words)
    return frozenset(signs.figures(_MARKER.sub(_blank, words), spelled={locale, beside} <= _SPELLED))


def differing(there: Set[str], here: Set[str], locales: Set[str]) -> tuple[list[str], list[str]]:
    """The figures that only one of two texts has.

    Outside Turkish and English a number agrees with a period of that number: CLDR has no name for a working day.
    """
    missing, extra = there - here, here - there
    if not locales <= _SPELLED:
        bare = {figure for figure in missing | extra if figure.isdecimal()}
        agreed = {one for one in missing | extra if " " in one and one.split()[0] in bare}
        numbers = {one.split()[0] for one in agreed}
        missing, extra = (side - agreed - numbers for side in (missing, extra))
    return sorted(missing), sorted(extra)


def _any(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)"


class _Signs:
    """How a language writes figures."""

    @staticmethod
    @lru_cache(maxsize=64)
    def of(locale: str) -> _Signs:
        """The signs of a language; of English for one that CLDR does not have."""
        return _Signs(locale)

    def __init__(self, locale: str) -> None:
        try:
            known = Locale.parse(locale, sep="-")
        except (UnknownLocaleError, ValueError):
            known = Locale("en")
        language = known.language
        self._decimal, self._group = get_decimal_symbol(known), get_group_symbol(known)
        both = {known, Locale("en"), Locale("tr")} if language in _SPELLED else {known}
        self._months = {
            name.lower(): number
            for one in both
            for form in ("format", "stand-alone")
            for number, name in one.months[form]["wide"].items()
            if not name[:1].isdigit()
        }
        self._units: dict[str, str] = {name: unit for one in both for name, unit in _unit_names(one)}
        self._units |= _WORDS["units"].get(language, {})
        self._currencies = {name: code for one in both for name, code in _currency_names(one)}
        self._currencies |= _CURRENCIES
        written = [re.sub(r"[\d\u200e\u200f]", "", _share_of(number, known)).strip() for number in (1, 5)]
        shares = {*_WORDS["shares"], *written} - {"%", ""}
        space = " " if self._group in "\u00a0\u202f" else ""
        number = rf"\d+(?:[.,]\d+|[\u00a0\u202f’'{space}]\d{{3}}(?!\d))*"
        month, unit, currency, share = map(_any, [[*self._months], [*self._units], [*self._currencies], [*shares]])
        ending = "|".join(_ENDINGS[one] for one in sorted(_SPELLED)) if language in _SPELLED else _ENDING
        date = (
            rf"(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d{{1,2}})[./-](?P<m2>\d{{1,2}})[./-](?P<y2>\d{{4}})"
            rf"|(?P<d3>\d{{1,2}})\.?\s+(?:de\s+|of\s+)?(?P<m3>{month})(?:['’]?\w*)?(?:,?\s+(?:de\s+)?(?P<y3>\d{{4}}))?"
            rf"|(?P<m4>{month})\s+(?P<d4>\d{{1,2}})(?:,?\s+(?P<y4>\d{{4}}))?"
            r"|(?P<y5>\d{4})\s?[年년]\s?(?P<m5>\d{1,2})\s?[月월]\s?(?P<d5>\d{1,2})\s?[日일]"
        )
        self._kinds: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
            (re.compile(rf"(?<![\w])(?:{date})(?![a-z\d])"), self._date),
            (
                re.compile(
                    rf"(?P<sign>{currency})\s?(?P<a>{number})(?!\d)"
                    rf"|(?<!\w)(?P<b>{number})\s?(?P<word>{currency})(?!\w)"
                ),
                self._amount,
            ),
            (
                re.compile(
                    rf"[%٪]\s?(?P<a>{number})|(?<!\w)(?P<b>{number})\s?(?:[%٪]|{share})"
                    rf"|(?<!\w)yüzde\s+(?P<c>{number}|{_WORD})(?!\w)"
                ),
                self._share,
            ),
        ]
        self._period_pattern = re.compile(
            rf"(?<!\w)(?:(?P<digits>{number})|(?P<words>(?:{_WORD})(?:[\s-](?:and\s)?(?:{_WORD}))*)(?!\w))"
            rf"(?:\s?\([^()\n]{{1,24}}\))?[\s\u00a0-]*(?<!\w(?<!\d))(?P<work>{_BUSINESS})?(?P<unit>{unit})(?:{ending})"
        )
        self._plain = re.compile(rf"(?<![\w.,]){number}(?![a-z\d])|(?<=\w[./-]){number}(?!\w)")
        self._sign = re.compile(rf"\d+|(?<!\w)(?:{_WORD})(?!\w)" if language in _SPELLED else r"\d+")

    def figures(self, words: str, *, spelled: bool) -> Iterator[str]:
        """The figures of words, each kind taken out before the next is looked for."""
        for part in self._parts(words):
            for pattern, value_of in self._kinds:
                yield from filter(None, map(value_of, pattern.finditer(part)))
                part = pattern.sub(_blank, part)
            for found in self._period_pattern.finditer(part):
                if found["digits"] or spelled:
                    yield from filter(None, [self._period(found)])
            for found in self._plain.finditer(self._period_pattern.sub(_blank, part)):
                yield self._number(found[0])

    def _parts(self, words: str) -> Iterator[str]:
        """The stretches of words in which a figure can be: round each digit and number in words."""
        start = end = 0
        for found in self._sign.finditer(words):
            if found.start() - _AROUND > end:
                yield words[start:end]
                start = max(end, words.rfind(" ", 0, found.start() - _AROUND))
            end = words.find(" ", found.end() + _AROUND)
            end = len(words) if end < 0 else end
        yield words[start:end]

    def _date(self, found: re.Match[str]) -> str:
        groups = {name: value for name, value in found.groupdict().items() if value}
        day, month, year = (next((groups[name] for name in groups if name[0] == part), "-") for part in "dmy")
        number = int(month) if month.isdecimal() else self._months[month]
        return f"{year}-{number:02d}-{int(day):02d}"

    def _amount(self, found: re.Match[str]) -> str:
        code = self._currencies[found["sign"] or found["word"]]
        return f"{code} {self._number(found['a'] or found['b'])}"

    def _share(self, found: re.Match[str]) -> str:
        value = found["a"] or found["b"] or found["c"]
        return f"{self._number(value) if value[0].isdigit() else _value(value)}%"

    def _period(self, found: re.Match[str]) -> str:
        value = self._number(found["digits"]) if found["digits"] else str(_value(found["words"]))
        unit = self._units[found["unit"]]
        if (found["words"] and value == "1") or (unit == "year" and re.fullmatch(r"(?:19|20)\d\d", value)):
            return "" if found["words"] else value
        work = found["work"] or ""
        return f"{value} {'business ' if work and not work.startswith(('takvim', 'calendar')) else ''}{unit}"

    def _number(self, written: str) -> str:
        """A number in one form: 1.000,50 in Turkish and 1,000.50 in English are 1000.5."""
        written = re.sub(r"[\s’']", "", written)
        group, decimal = (self._group if self._group in ".," else "", self._decimal if self._decimal in ".," else ".")
        groups = written.split(decimal)[0].split(group) if group else [written.split(decimal)[0]]
        if len(groups) > 1 and all(len(one) == 3 for one in groups[1:]) and groups[0] != "0":
            written = "".join(groups) + written[len(group.join(groups)) :]
        if written.count(decimal) == 1 and not (group and group in written):
            whole, _, rest = written.partition(decimal)
            return f"{whole.lstrip('0') or '0'}.{rest}".rstrip("0").rstrip(".")
        return written.lstrip("0") or "0"


_AROUND: Final = 48  # characters on both sides of a number that may belong to it


def _unit_names(locale: Locale) -> Iterator[tuple[str, str]]:
    for unit, seconds in _SECONDS.items():
        for number in (1, 2, 3, 5, 11, 21, 100):
            for form in ("long", "short"):
                written = format_timedelta(
                    timedelta(seconds=seconds * number), granularity=unit, threshold=10**9, format=form, locale=locale
                )
                name = re.sub(r"[\d\u200e\u200f]", "", written).strip().lower()
                if name and (form == "long" or len(name) > 2):
                    yield name, unit


def _currency_names(locale: Locale) -> Iterator[tuple[str, str]]:
    for code in _WORDS["currencies"]:
        yield code.lower(), code
        symbol = get_currency_symbol(code, locale=locale).lower()
        if not symbol.isalpha():
            yield symbol, code
        for count in (1, 2, 5):
            yield get_currency_name(code, count=count, locale=locale).lower(), code


def _share_of(number: int, locale: Locale) -> str:
    return format_unit(number, "concentr-percent", "long", locale=locale).lower()


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def figure_text(figure: str) -> str:
    """A figure as a message names it: the unit of a period in the language of the message."""
    number, _, unit = figure.partition(" ")
    said = {
        "second": (msg("1 second"), msg("{number} seconds", number=number)),
        "minute": (msg("1 minute"), msg("{number} minutes", number=number)),
        "hour": (msg("1 hour"), msg("{number} hours", number=number)),
        "day": (msg("1 day"), msg("{number} days", number=number)),
        "business day": (msg("1 business day"), msg("{number} business days", number=number)),
        "week": (msg("1 week"), msg("{number} weeks", number=number)),
        "month": (msg("1 month"), msg("{number} months", number=number)),
        "year": (msg("1 year"), msg("{number} years", number=number)),
    }
    if unit not in said:
        return figure
    return said[unit][number != "1"]


def _value(words: str) -> int:
    """What a number in words is: yüz seksen, one hundred and eighty."""
    total = part = 0
    for word in re.findall(rf"(?:{_WORD})(?!\w)", words):
        if word in _HUNDREDS:
            part = max(part, 1) * _HUNDREDS[word]
            if _HUNDREDS[word] == 1000:
                total, part = total + part, 0
        else:
            part += _VALUES[word]
    return total + part
