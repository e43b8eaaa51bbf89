"""What the tool says, in the reader's language: English is the source, the catalogues hold the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from rich.console import Console
from rich.table import Table

ENGLISH: Final = "en"
#: The languages in which the tool speaks.
LANGUAGES: Final = (ENGLISH, "tr")
_LONGEST_QUOTE: Final = 120


class Message(str):
    """A sentence: its value is the English one; it knows how it was made, so that it can be said otherwise."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> Message:
        """`template` names its values in braces; a brace that is meant as such is doubled."""
        made = super().__new__(cls, template.format(**values))
        made.template, made.values = template, values
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.template, self.values

    def within(self, language: str) -> str:
        """The sentence in a language; in English where the catalogue lacks it."""
        if language == ENGLISH:
            return str(self)
        said = _catalogue(language).get(self.template, self.template)
        return said.format(**{name: in_language(value, language) for name, value in self.values.items()})


class Language(Message):
    """The name of a language, in the language in which it is spoken of; its own name where that is not known."""

    __slots__ = ()

    def __new__(cls, tag: str, own: str) -> Language:
        """`tag` is the language's BCP 47 tag, `own` how it calls itself."""
        return super().__new__(cls, _language_name(tag, own, ENGLISH), {"tag": tag, "own": own})  # type: ignore[return-value]

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.values["tag"], self.values["own"]

    def within(self, language: str) -> str:
        """Its name in a language."""
        return _language_name(str(self.values["tag"]), str(self.values["own"]), language)


def msg(template: str, **values: object) -> Message:
    """The sentence that the English `template` makes of these values. tests/core/test_messages.py finds each call."""
    return Message(template, values)


def together(*parts: str) -> Message:
    """Sentences one after the other, a space between them."""
    names = [f"part{place}" for place, part in enumerate(parts) if part]
    values = dict(zip(names, (part for part in parts if part), strict=True))
    return Message(" ".join(f"{{{name}}}" for name in names), values)


def quoted(value: object) -> str:
    """What others wrote, as a message quotes it: not whole where it is long."""
    words = str(value)
    return words if len(words) <= _LONGEST_QUOTE else f"{words[: _LONGEST_QUOTE - 1]}…"


def counted(number: int, one: Message, many: Message) -> Message:
    """What is said of one thing, or of none or several."""
    return one if number == 1 else many


def listed(parts: Sequence[str], between: str = ", ") -> Message:
    """Words in a row, commas between them, or what is given."""
    names = [f"part{place}" for place in range(len(parts))]
    return Message(between.join(f"{{{name}}}" for name in names), dict(zip(names, parts, strict=True)))


def in_language(value: object, language: str) -> object:
    """What a message says in a language; any other value as it is."""
    return value.within(language) if isinstance(value, Message) else value


def language_of(environment: Mapping[str, str]) -> str:
    """The language that a person's environment asks for (POSIX: LC_ALL, then LC_MESSAGES, then LANG)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            language = value.replace("-", "_").partition("_")[0].partition(".")[0].lower()
            return language if language in LANGUAGES else ENGLISH
    return ENGLISH


@cache
def _language_name(tag: str, own: str, language: str) -> str:
    from babel import Locale, UnknownLocaleError  # slow to load, and few runs name a language

    try:
        return Locale.parse(tag.replace("_", "-"), sep="-").get_display_name(language) or own
    except (ValueError, UnknownLocaleError):
        return own


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    file = files("yururluk").joinpath("locale", "tool", f"{language}.po")
    if not file.is_file():
        return {}
    from babel.messages.pofile import read_po  # 0.1 s, and most runs speak English

    with file.open("rb") as stream:
        messages = read_po(stream, locale=language)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


def names(text: str) -> frozenset[str]:
    """The words of `text` as a set."""
    return frozenset(text.split())


@dataclass(frozen=True)
class Voice:
    """A console, and the language in which it is spoken to."""

    console: Console
    language: str

    def say(self, message: Message) -> None:
        """Tell a sentence on a line of its own, however long: what it names is never broken, nor read as markup."""
        self.console.print(message.within(self.language), soft_wrap=True, markup=False)

    def table(self, title: Message, headings: Sequence[Message]) -> Table:
        """A table without rows yet."""
        made = Table(title=title.within(self.language), title_justify="left")
        for heading in headings:
            made.add_column(heading.within(self.language))
        return made
