"""The site's own words and dates in each language: English is the source, catalogues (.po files) hold the others.

A language's catalogue is the package's, completed by the project's own `locale/<locale>.po`; both may be for the bare
language (`pt.po` serves `pt-BR`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from yururluk.core.messages import Problem, Severity, msg, rule

if TYPE_CHECKING:
    from babel import Locale

# Plain "en" would write dates the American way; the site's English is British, as in European legal texts.
_DATE_LOCALES = {"en": "en-GB"}
#: The folder of a project's own catalogues.
CATALOGUES = "locale"

_project = Path()


def use_catalogues(root: Path) -> None:
    """Take the catalogues of the project at `root` from now on, as gettext's `bindtextdomain` does. Every process that
    writes pages calls it, before anything else of this module."""
    global _project
    _project = root
    catalogue.cache_clear()
    translator.cache_clear()


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """Message by English source text; empty for English itself and for languages without a catalogue.

    Raises ValueError where a catalogue cannot be read."""
    return {source: text for file in _catalogues(locale) for source, text in _read(file, locale).items()}


@rule("site-words", Severity.ERROR, msg("The site has all its words in each of its languages."))
def catalogue_problems(locales: Iterable[str]) -> list[Problem]:
    """The languages whose pages would show English words, with the catalogue that lacks them."""
    problems: list[Problem] = []
    sources = _sources()
    for locale in locales:
        path = f"{CATALOGUES}/{locale}.po"
        try:
            words = catalogue(locale)
        except ValueError as fault:
            message = msg("the catalogue cannot be read: {fault}.", fault=fault)
            problems.append(Problem("site-words", path, 0, message, msg("correct it; it is a .po file of gettext.")))
            continue
        missing = [] if _language(locale) == "en" else [source for source in sources if source not in words]
        if missing:
            message = msg(
                'the site\'s words are translated to {share} %: {count} are missing, the first is "{first}".',
                share=100 * (len(sources) - len(missing)) // len(sources),
                count=len(missing),
                first=missing[0],
            )
            fix = msg("`yururluk check --fix` lists them there; translate each.")
            problems.append(Problem("site-words", path, 0, message, fix))
    return problems


def add_missing_words(root: Path, locale: str) -> Path:
    """Add the words that a language lacks to the project's catalogue, still untranslated; the catalogue's path."""
    from babel.messages.pofile import read_po, write_po

    file = root / CATALOGUES / f"{locale}.po"
    file.parent.mkdir(exist_ok=True)
    with io.BytesIO(file.read_bytes() if file.is_file() else b"") as stream:
        own = read_po(stream, locale=locale.replace("-", "_"), charset="utf-8")
    for source in _sources():
        if source not in catalogue(locale) and source not in own:
            own.add(source)
    with io.BytesIO() as stream:
        write_po(stream, own, width=0)
        file.write_bytes(stream.getvalue())
    return file


@cache
def translator(locale: str) -> Callable[[str], str]:
    """The function that turns an English source text of the site into the language's own."""
    words = catalogue(locale)
    return lambda text: words.get(text, text)


def cldr_locale(locale: str) -> Locale:
    """What CLDR knows of a locale of the site (`tr`, `en-US`)."""
    from babel import Locale  # 0.1 s, and most runs write no page

    return Locale.parse(_DATE_LOCALES.get(locale, locale), sep="-")


@cache
def long_date(day: date, locale: str) -> str:
    """The day in words: 22 Kasım 2026, 22 November 2026 (CLDR, the locale's long form)."""
    return _long_form(locale)(day)


def language_name(language: str, locale: str) -> str:
    """What `language` is called in `locale`: Türkçe, Turkish (CLDR)."""
    from babel import Locale

    return Locale.parse(language, sep="-").get_display_name(cldr_locale(locale)) or language


@cache
def _long_form(locale: str) -> Callable[[date], str]:
    from babel.dates import format_date, get_date_format, get_month_names

    known = cldr_locale(locale)
    pattern = str(get_date_format("long", locale=known).format)
    if set(re.findall(r"%\((\w+)\)", pattern)) != {"d", "MMMM", "y"}:
        return lambda day: format_date(day, format="long", locale=known)
    # Babel reads its own pattern letter by letter, for each of the hundreds of days on a page.
    months = get_month_names("wide", locale=known)
    return lambda day: pattern % {"d": day.day, "MMMM": months[day.month], "y": day.year}


def _language(locale: str) -> str:
    return locale.partition("-")[0]


def _sources() -> list[str]:
    """The English source texts of all words of the site."""
    return list(_read(files("yururluk").joinpath(CATALOGUES, "tr.po"), "tr"))


def _catalogues(locale: str) -> Iterator[Traversable]:
    """The files that hold a language's words, later ones completing earlier ones."""
    for folder in (files("yururluk").joinpath(CATALOGUES), _project / CATALOGUES):
        for name in dict.fromkeys((_language(locale), locale)):
            file = folder.joinpath(f"{name}.po")
            if file.is_file():
                yield file


def _read(file: Traversable, locale: str) -> dict[str, str]:
    from babel.messages.pofile import PoFileError, read_po

    with file.open("rb") as stream:
        try:
            messages = read_po(stream, locale=locale.replace("-", "_"), abort_invalid=True)
        except (PoFileError, UnicodeDecodeError) as fault:
            raise ValueError(f"{file}: {fault}") from fault
    return {str(m.id): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}
