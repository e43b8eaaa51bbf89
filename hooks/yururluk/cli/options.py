"""Options that several commands share, each written once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from yururluk.cli.context import Speech, language_here
from yururluk.core.messages import LANGUAGES, msg, quoted

_F = TypeVar("_F", bound=Callable[..., Any])


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            if len(value) != 10:
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            message = msg('"{value}" is not a date of the form YYYY-MM-DD.', value=quoted(value))
            self.fail(message.within(language_here()), param, ctx)


DAY: Final = _Day()
FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


def today_option(function: _F) -> _F:
    return click.option(
        "--today",
        type=DAY,
        envvar="YURURLUK_TODAY",
        help="Act as if it were the beginning of this day, in the project's time zone.",
    )(function)


def json_option(function: _F) -> _F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else.")(function)


def _speak(context: click.Context, _parameter: click.Parameter, language: str | None) -> str | None:
    if language in LANGUAGES:
        context.ensure_object(Speech).language = language
    return language


def lang_option(function: _F) -> _F:
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        callback=_speak,
        is_eager=True,
        expose_value=False,
        help="The language of the messages; by LC_ALL, LC_MESSAGES or LANG if left out.",
    )(function)


def comment_lang_option(function: _F) -> _F:
    return click.option(
        "--lang",
        metavar="L",
        callback=_speak,
        is_eager=True,
        help="The language of the comment, and of the messages; for the comment the authentic one if left out.",
    )(function)


def branch_option(function: _F) -> _F:
    return click.option("--branch", metavar="B", help="The pages branch; remote_branch of mkdocs.yml if left out.")(
        function
    )


def remote_option(function: _F) -> _F:
    return click.option("--remote", metavar="R", help="The remote to push to; remote_name of mkdocs.yml if left out.")(
        function
    )


def tsa_ca_option(function: _F) -> _F:
    return click.option(
        "--tsa-ca",
        type=FILE,
        metavar="FILE",
        help="Certificates (PEM) of the timestamp authorities that you trust.",
    )(function)
