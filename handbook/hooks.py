"""What of the handbook is made from the code: commands, options, the rules of check, the architecture, an example."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from yururluk.cli import cli
from yururluk.core.settings import OPTIONS
from yururluk.review.check_command import rules_markdown

ROOT = Path(__file__).resolve().parents[1]
#: The part of an answer `in-force.json` that the element on the page "Telling users of a change" reads.
EXAMPLE = {
    "authentic": "en",
    "next": {
        "effective": "2027-01-01",
        "material": True,
        "texts": {"en": {"title": "Privacy Policy", "url": "https://acme.example/legal/2.0/privacy/", "redline": None}},
    },
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made from the code."""
    made = {
        "commands.md": commands_markdown(),
        "rules.md": rules_markdown(),
        "architecture.md": (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"),
        "notice.js": (ROOT / "hooks/yururluk/theme/assets/notice.js").read_text(encoding="utf-8"),
        "notice-example.json": json.dumps(EXAMPLE),
    }
    for path, content in made.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Put the table of the plugin's options in its place."""
    return markdown.replace("{{ options }}", options_markdown())


def options_markdown() -> str:
    """The options of the plugin: their defaults and meanings."""
    rows = (f"| `{one.name}` | {_yaml(one.default)} | {one.meaning} |" for one in OPTIONS)
    return "\n".join(["| option | default | meaning |", "| --- | --- | --- |", *rows])


def _yaml(value: object) -> str:
    """A value as mkdocs.yml has it; nothing for none."""
    return f"`{json.dumps(value).strip(chr(34))}`" if value not in ("", None) else ""


def commands_markdown() -> str:
    """Every command with its options, as `--help` says them."""
    return "# Commands\n\n" + "\n".join(_command(name, command) for name, command in _commands(cli, "yururluk"))


def _commands(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def _command(name: str, command: click.Command) -> str:
    help_text = command.get_help(click.Context(command, info_name=name, max_content_width=100))
    return f"## {name} {{#{name.replace(' ', '-')}}}\n\n```text\n{help_text}\n```\n"
