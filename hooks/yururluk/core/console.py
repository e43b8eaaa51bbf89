"""How messages reach a person: in the language asked for, on a terminal or in a log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from yururluk.core.messages import Message


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
