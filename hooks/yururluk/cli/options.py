"""What the commands share: options, output formats, and the project that they work on."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TextIO

import click
from rich.console import Console

from yururluk.core.i18n import use_catalogues
from yururluk.core.messages import LANGUAGES, Message, Problem, Voice, msg, together
from yururluk.core.schemas import ON_PUBLICATION, read_day
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
    """A wrong call, in the language of the run."""
    return click.UsageError(message.within(language_here()))


def text_in(text: str, language: str) -> str:
    """A help text in a language, each of its paragraphs on one line."""
    folded = "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
    return Message(folded, {}).within(language)


class _Formatter(click.HelpFormatter):
    """Writes help in the reader's language; what is shown of click's own is in the catalogue too."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, msg("Usage: ").within(language_here()) if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(text_in(heading, language_here()))

    def write_text(self, text: str) -> None:
        super().write_text(text_in(text, language_here()))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        found = []
        for name, text in rows:
            words, sign, default = text.partition("  [")
            found.append((name, f"{text_in(words, language_here())}{sign}{default}"))
        super().write_dl(found, col_max, col_spacing)


class LocalContext(click.Context):
    """A call whose help is in the reader's language."""

    formatter_class = _Formatter


class LocalGroup(click.Group):
    """A group of commands, each listed with the first sentence of its help, in the reader's language."""

    context_class = LocalContext

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        cmd.context_class = LocalContext
        super().add_command(cmd, name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            help_ = text_in(inspect.cleandoc(self.commands[name].help or ""), language_here())
            rows.append((name, re.split(r"(?<=[.:])\s", help_)[0].rstrip(".:")))
        with formatter.section("Commands"):
            click.HelpFormatter.write_dl(formatter, rows)


def usage_error(error: click.UsageError) -> Message:
    """What is wrong with a call, as far as click names it by a class; else in click's own words."""
    words = msg("{message}", message=error.message)
    match error:
        case click.NoSuchOption():
            near = ", ".join(error.possibilities or ())
            words = msg("there is no option {name}.", name=error.option_name)
            return together(words, msg("Is {near} meant?", near=near) if near else "")
        case click.MissingParameter() if error.param is not None:
            return msg("{name} is missing.", name=error.param.get_error_hint(error.ctx or click.get_current_context()))
        case click.BadParameter() if error.param is not None and error.ctx is not None:
            if isinstance(error.param.type, click.Choice):
                words = msg("choose one of: {choices}.", choices=", ".join(map(str, error.param.type.choices)))
            elif isinstance(error.param.type, click.Path):
                words = msg("there is no such file or folder.")
            return msg("{name}: {reason}", name=error.param.get_error_hint(error.ctx), reason=words)
    if found := re.fullmatch(r"No such command '(.*)'\.", error.message):
        known = (
            error.ctx.command.list_commands(error.ctx)
            if error.ctx and isinstance(error.ctx.command, click.Group)
            else []
        )
        near = ", ".join(get_close_matches(found[1], known))
        words = msg('there is no command "{name}".', name=found[1])
        return together(words, msg("Is {near} meant?", near=near) if near else "")
    if found := re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", error.message, re.DOTALL):
        return msg("there is one word too many: {words}.", words=found[1])
    return words


@dataclass(frozen=True)
class Context:
    """Where the command runs, and the consoles that it writes to."""

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
    """Print a sentence on standard output."""
    click.echo(message.within(language_here()))


def print_problems(problems: Sequence[Problem], language: str, stream: TextIO) -> None:
    """Print each problem in full."""
    for problem in problems:
        click.echo(problem.told(language), file=stream)


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return read_day(value)
        except ValueError as error:
            self.fail(msg("{reason}.", reason=error.args[0]).within(language_here()), param, ctx)


class _EffectiveDay(_Day):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value == ON_PUBLICATION else super().convert(value, param, ctx).isoformat()


DAY: Final = _Day()
EFFECTIVE: Final = _EffectiveDay()
FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE: Final = click.Path(dir_okay=False, path_type=Path)
FOLDER: Final = click.Path(file_okay=False, path_type=Path)

output_option = click.option("-o", "--output", type=NEW_FILE, help="Write to this file.")


def _speak(context: click.Context, _parameter: click.Parameter, language: str | None) -> str | None:
    if language in LANGUAGES:
        context.ensure_object(Speech).language = language
    return language


today_option = click.option(
    "--today",
    type=DAY,
    envvar="YURURLUK_TODAY",
    help="Act as if it were the beginning of this day, in the project's time zone.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else.")
lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    callback=_speak,
    is_eager=True,
    expose_value=False,
    help="The language of the messages; by LC_ALL, LC_MESSAGES or LANG if left out.",
)
comment_lang_option = click.option(
    "--lang",
    metavar="L",
    callback=_speak,
    is_eager=True,
    help="The language of the comment, and of the messages; for the comment the authentic one if left out.",
)
branch_option = click.option("--branch", metavar="B", help="The pages branch; remote_branch of mkdocs.yml if left out.")
remote_option = click.option(
    "--remote", metavar="R", help="The remote to push to; remote_name of mkdocs.yml if left out."
)
tsa_ca_option = click.option(
    "--tsa-ca", type=FILE, metavar="FILE", help="Certificates (PEM) of the timestamp authorities that you trust."
)
