"""The site's own words and dates in each language: English is the source, the catalogues hold the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files

# Plain "en" would write dates the American way; the site's English is British, as in European legal texts.
_DATE_LOCALES = {"en": "en_GB"}


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """Message by English source text; empty for English itself and for languages without a catalogue."""
    file = files("yururluk").joinpath("locale", f"{locale}.po")
    if not file.is_file():
        return {}
    from babel.messages.pofile import read_po  # 0.1 s, and most runs write no page

    with file.open("rb") as stream:
        messages = read_po(stream, locale=locale)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


@cache
def translator(locale: str) -> Callable[[str], str]:
    """The function that turns an English source text of the site into the language's own."""
    words = catalogue(locale)
    return lambda text: words.get(text, text)


@cache
def long_date(day: date, locale: str) -> str:
    """The day in words: 22 Kasım 2026, 22 November 2026 (CLDR, the locale's long form)."""
    return _long_form(locale)(day)


@cache
def _long_form(locale: str) -> Callable[[date], str]:
    from babel import Locale  # 0.1 s, and most runs write no page
    from babel.dates import format_date, get_date_format, get_month_names

    known = Locale.parse(_DATE_LOCALES.get(locale, locale))
    pattern = str(get_date_format("long", locale=known).format)
    if set(re.findall(r"%\((\w+)\)", pattern)) != {"d", "MMMM", "y"}:
        return lambda day: format_date(day, format="long", locale=known)
    # Babel reads its own pattern letter by letter, for each of the hundreds of days on a page.
    months = get_month_names("wide", locale=known)
    return lambda day: pattern % {"d": day.day, "MMMM": months[day.month], "y": day.year}


def language_name(language: str, locale: str) -> str:
    """What `language` is called in `locale`: Türkçe, Turkish (CLDR)."""
    from babel import Locale

    return str(Locale.parse(locale).languages.get(language, language))
