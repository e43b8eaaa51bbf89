"""Where a command runs, and how it tells what it found."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from yururluk.messages import language_of
from yururluk.problems import Problem
from yururluk.settings import CONFIG_FILE, Settings, read_settings


@dataclass(frozen=True)
class Context:
    """Where the command runs, and how it tells."""

    root: Path
    settings: Settings
    out: Console
    err: Console

    def today(self, said: date | None) -> date:
        """The day that was said, or else today in the project's time zone."""
        return said or datetime.now(self.settings.timezone).date()


def context_here() -> Context:
    """The project that the current folder lies in. Raises `Refused` where its settings cannot be read."""
    root = _project_root(Path.cwd())
    return Context(root, read_settings(root), Console(), Console(stderr=True))


def _project_root(start: Path) -> Path:
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return folder
    return start


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def tell(problems: Sequence[Problem], stream: Any) -> None:
    language = language_of(os.environ)
    for problem in problems:
        click.echo(problem.told(language), file=stream)
