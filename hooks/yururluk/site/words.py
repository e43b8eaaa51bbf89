"""The site's own words and dates in each language: English is the source, the catalogues hold the others."""

from __future__ import annotations

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
    from babel import Locale
    from babel.dates import format_date

    return format_date(day, format="long", locale=Locale.parse(_DATE_LOCALES.get(locale, locale)))


def language_name(language: str, locale: str) -> str:
    """What `language` is called in `locale`: Türkçe, Turkish (CLDR)."""
    from babel import Locale

    return str(Locale.parse(locale).languages.get(language, language))
