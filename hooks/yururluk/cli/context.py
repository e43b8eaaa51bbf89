"""Where a command runs, and how it tells what it found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console

from yururluk.core.console import Voice
from yururluk.core.messages import Message
from yururluk.core.problems import Problem
from yururluk.core.settings import CONFIG_FILE, Settings, read_settings


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
