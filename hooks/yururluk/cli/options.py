"""What the commands share: options, output formats, and the project that they work on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TextIO, TypeVar

import click
from rich.console import Console

from yururluk.core.console import Voice
from yururluk.core.i18n import use_catalogues
from yururluk.core.messages import LANGUAGES, Message, msg
from yururluk.core.problems import Problem
from yururluk.core.schemas import read_day
from yururluk.core.settings import CONFIG_FILE, Settings, read_settings

REDLINE_FORMATS: Final = ("html", "json", "text", "markdown", "docx", "pdf")
REPORT_FORMATS: Final = ("text", "json", "github")


@dataclass
class Speech:
    """The language in which this run speaks: the environment's, until --lang names another."""

    language: str


def language_here() -> str:
    """The language in which the command at hand speaks."""
    return click.get_current_context().ensure_object(Speech).language


def call_error(message: Message) -> click.UsageError:
    """A wrong call, told in the language of the run."""
    return click.UsageError(message.within(language_here()))


@dataclass(frozen=True)
class Context:
    """Where the command runs, and how it tells."""

    root: Path
    settings: Settings
    out: Voice
    err: Voice

    @property
    def language(self) -> str:
        """The language of the messages."""
        return self.out.language

    def today(self, said: date | None) -> date:
        """The day that was said, or else today in the project's time zone."""
        return said or datetime.now(self.settings.timezone).date()


def context_here() -> Context:
    """The project that the current folder lies in. Raises `Refused` where its settings cannot be read."""
    root = _project_root(Path.cwd())
    language = language_here()
    use_catalogues(root)
    return Context(root, read_settings(root), Voice(Console(), language), Voice(Console(stderr=True), language))


def _project_root(start: Path) -> Path:
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return folder
    return start


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def say(message: Message) -> None:
    """Tell a sentence on standard output."""
    click.echo(message.within(language_here()))


def tell(problems: Sequence[Problem], language: str, stream: TextIO) -> None:
    """Tell each problem in full."""
    for problem in problems:
        click.echo(problem.told(language), file=stream)


_F = TypeVar("_F", bound=Callable[..., Any])


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return read_day(value)
        except ValueError as error:
            self.fail(msg("{reason}.", reason=error.args[0]).within(language_here()), param, ctx)


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
        "--tsa-ca", type=FILE, metavar="FILE", help="Certificates (PEM) of the timestamp authorities that you trust."
    )(function)
