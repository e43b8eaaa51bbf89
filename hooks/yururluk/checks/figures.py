"""Which numbers, dates, amounts, shares and periods a clause holds, in a form that is the same in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from yururluk.core.messages import msg

_MONTHS: Final[Mapping[str, int]] = {
    name: number
    for names in (
        "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), start=1)
}
_UNITS: Final[Mapping[str, str]] = {
    "gün": "day",
    "hafta": "week",
    "ay": "month",
    "yıl": "year",
    "sene": "year",
    "saat": "hour",
    "dakika": "minute",
    "saniye": "second",
} | {unit: unit for unit in ("day", "week", "month", "year", "hour", "minute", "second")}
_VALUES: Final[Mapping[str, int]] = {
    name: value
    for names, first, step in (
        ("bir iki üç dört beş altı yedi sekiz dokuz", 1, 1),
        ("on yirmi otuz kırk elli altmış yetmiş seksen doksan", 10, 10),
        (
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
            1,
            1,
        ),
        ("seventeen eighteen nineteen", 17, 1),
        ("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
    )
    for value, name in ((first + step * place, name) for place, name in enumerate(names.split()))
}
_HUNDREDS: Final[Mapping[str, int]] = {"yüz": 100, "hundred": 100, "bin": 1000, "thousand": 1000}
_CURRENCIES: Final[Mapping[str, str]] = {
    "tl": "TRY", "try": "TRY", "₺": "TRY", "lira": "TRY", "usd": "USD", "$": "USD", "dollar": "USD", "dolar": "USD",
    "eur": "EUR", "€": "EUR", "euro": "EUR", "avro": "EUR", "gbp": "GBP", "£": "GBP",
}  # fmt: skip

_NUMBER = r"\d+(?:[.,]\d+)*"
_WORD = "|".join(sorted([*_VALUES, *_HUNDREDS], key=len, reverse=True))
_MONTH = "|".join(_MONTHS)
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
#: The endings of a Turkish unit, and the English plural. Any letters would do for ay-rı and gün-cel too.
_ENDING = (
    r"(?:s|(?:l[ıiuü][kğ])?(?:l[ae]r)?(?:s?[ıiuü])?(?:n?[dt][ae]n?|n?[ıiuü]n|n[ae]|y?[ae]|l[ae])?(?:[dt][ıiuü]r)?)"
    r"(?:['’]\w+)?(?!\w)"
)
_DATE = re.compile(
    rf"(?<!\w)(?:(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d{{1,2}})[./-](?P<m2>\d{{1,2}})[./-](?P<y2>\d{{4}})"
    rf"|(?P<d3>\d{{1,2}})\.?\s+(?P<m3>{_MONTH})(?:['’]?\w*)?(?:,?\s+(?P<y3>\d{{4}}))?"
    rf"|(?P<m4>{_MONTH})\s+(?P<d4>\d{{1,2}})(?:,?\s+(?P<y4>\d{{4}}))?)(?!\w)"
)
_AMOUNT = re.compile(
    rf"(?P<sign>[₺$€£])\s?(?P<a>{_NUMBER})"
    rf"|(?<!\w)(?P<b>{_NUMBER})\s?(?P<word>[₺$€£]|(?:tl|try|usd|eur|gbp|lira|dollar|dolar|euro|avro)s?(?!\w))"
)
_SHARE = re.compile(
    rf"%\s?(?P<a>{_NUMBER})|(?<!\w)(?P<b>{_NUMBER})\s?(?:%|percent)|\byüzde\s+(?P<c>{_NUMBER}|{_WORD})\b"
)
_PERIOD = re.compile(
    rf"(?<!\w)(?:(?P<digits>{_NUMBER})|(?P<words>(?:{_WORD})(?:[\s-](?:and\s)?(?:{_WORD}))*))(?!\w)"
    rf"(?:\s?\([^()\n]{{1,24}}\))?[\s-]+(?P<work>(?:iş|business|working)\s+)?(?:takvim\s+|calendar\s+)?"
    rf"(?P<unit>{_UNIT}){_ENDING}"
)
_PLAIN = re.compile(rf"(?<![\w.,]){_NUMBER}(?!\w)|(?<=\w[./-]){_NUMBER}(?!\w)")
#: Where a figure can be, and how many characters on both sides may belong to it.
_SIGN = re.compile(rf"\d+|(?<!\w)(?:{_WORD})(?!\w)")
_AROUND = 48
_MARKER = re.compile(r"^[ \t>]*\d+[.)](?=[ \t])|\[\^[^\]\n]*\]", re.MULTILINE)


def figures_of(words: str, locale: str) -> frozenset[str]:
    """The figures in words in small letters: `2018-03-10`, `30 day`, `5 business day`, `20%`, `TRY 1000.5`, `6698`.

    Numbers in words count in periods only, and "one" never: it is an article too.
    """
    words = _MARKER.sub(_blank, words)
    return frozenset(figure for part in _parts(words) for figure in _figures(part, locale))


def _parts(words: str) -> Iterator[str]:
    """The stretches of words in which a figure can be: round each digit and number in words."""
    start = end = 0
    for found in _SIGN.finditer(words):
        if found.start() - _AROUND > end:
            yield words[start:end]
            start = max(end, words.rfind(" ", 0, found.start() - _AROUND))
        end = words.find(" ", found.end() + _AROUND)
        end = len(words) if end < 0 else end
    yield words[start:end]


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _figures(words: str, locale: str) -> Iterator[str]:
    for can_be, pattern, told in _KINDS:
        if can_be is not None and not can_be.search(words):
            continue
        for found in pattern.finditer(words):
            figure = told(found, locale)
            if figure:
                yield figure
        words = pattern.sub(_blank, words)
    for found in _PLAIN.finditer(words):
        yield _number(found[0], locale)


def _date(found: re.Match[str], _locale: str) -> str:
    groups = found.groupdict()
    day = groups["d"] or groups["d2"] or groups["d3"] or groups["d4"]
    month = groups["m"] or groups["m2"] or str(_MONTHS[groups["m3"] or groups["m4"]])
    year = groups["y"] or groups["y2"] or groups["y3"] or groups["y4"] or "-"
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _amount(found: re.Match[str], locale: str) -> str:
    sign = found["sign"] or found["word"].rstrip("s")
    return f"{_CURRENCIES.get(sign, sign)} {_number(found['a'] or found['b'], locale)}"


def _share(found: re.Match[str], locale: str) -> str:
    said = found["a"] or found["b"] or found["c"]
    return f"{_number(said, locale) if said[0].isdigit() else _value(said)}%"


def _period(found: re.Match[str], locale: str) -> str:
    value = _number(found["digits"], locale) if found["digits"] else str(_value(found["words"]))
    if found["words"] and value == "1":
        return ""
    return f"{value} {'business ' if found['work'] else ''}{_UNITS[found['unit']]}"


def figure_told(figure: str) -> str:
    """A figure as a person is told it: the unit of a period in the language of the message."""
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


#: Each kind of figure: what a stretch must hold to have one, what it looks like, and how it is told.
_KINDS = (
    (re.compile(rf"\d[./-]\d|{_MONTH}"), _DATE, _date),
    (re.compile(r"[₺$€£]|tl|try|usd|eur|gbp|lira|dol|avro"), _AMOUNT, _amount),
    (re.compile(r"%|yüzde|percent"), _SHARE, _share),
    (None, _PERIOD, _period),
)


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


def _number(written: str, locale: str) -> str:
    """A number in one form: 1.000,50 in Turkish and 1,000.50 in English are 1000.5."""
    thousands, decimal = (".", ",") if locale == "tr" else (",", ".")
    groups = written.split(decimal)[0].split(thousands)
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]) and groups[0] != "0":
        written = "".join(groups) + written[len(thousands.join(groups)) :]
    if written.count(decimal) == 1 and thousands not in written:
        whole, _, rest = written.partition(decimal)
        return f"{whole.lstrip('0') or '0'}.{rest}".rstrip("0").rstrip(".")
    return written.lstrip("0") or "0"
