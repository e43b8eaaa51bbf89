"""The commands that begin a project, and bring one that an earlier version made to this one."""

from __future__ import annotations

import sys
from difflib import unified_diff
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import click
from babel import Locale, UnknownLocaleError

from yururluk.cli.options import call_error, context_here, lang_option, say, tell
from yururluk.core.messages import msg, quoted
from yururluk.core.site_settings import site_settings_problems


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--publisher", prompt="Name of the company", help="The company that publishes the texts.")
@click.option("--url", prompt="Address of the site", default="https://legal.example.com/", help="The site's address.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="L",
    help="A language of the texts; the first prevails. Repeatable.",
)
@click.option("--timezone", metavar="ZONE", help="The time zone in which days begin, such as America/New_York.")
@click.option("--host", type=click.Choice(["github", "gitlab", "none"]), help="Where the repository is hosted.")
@lang_option
def new(
    folder: Path, publisher: str, url: str, languages: tuple[str, ...], timezone: str | None, host: str | None
) -> None:
    """Begin a project in FOLDER: settings, first texts, requirements and a CI file, in a git repository.

    What is not given is asked for, with a default.
    """
    from yururluk import scaffold

    asked = languages or tuple(click.prompt("Languages, the one that prevails first", default="en").split())
    chosen = tuple(dict.fromkeys(language.strip(",") for language in asked))
    for language in chosen:
        _known_language(language)
    zone = timezone or click.prompt("Time zone", default=_local_zone())
    if zone not in available_timezones():
        raise call_error(msg('"{zone}" is no time zone; write it as Europe/Istanbul.', zone=quoted(zone)))
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise call_error(msg('"{url}" is no web address; write it as https://…', url=quoted(url)))
    where = host or click.prompt(
        "Host of the repository", default="github", type=click.Choice([*scaffold.HOSTS, "none"])
    )
    written = scaffold.create(folder, scaffold.Choices(publisher, url, chosen, zone, where))
    for path in written:
        click.echo(f"  {path}")
    say(msg("Next: fill in the texts in {folder}/docs; then, in {folder}:", folder=str(folder)))
    say(msg("{commands}", commands=f'  yururluk check\n  yururluk release 1.0 --material --summary {chosen[0]}="…"'))


@click.command()
@click.option("--yes", is_flag=True, help="Change the files without asking.")
@lang_option
def upgrade(yes: bool) -> None:
    """Bring the CI file and the requirements of a project to this version: shows the changes, asks, and makes them."""
    from yururluk import scaffold

    context = context_here()
    changes = scaffold.outdated(context.root, context.settings)
    for path, now, then in changes:
        diff = unified_diff(now.splitlines(), then.splitlines(), path, path, lineterm="")
        click.echo("\n".join(diff))
    problems = site_settings_problems(context.root)
    if problems:
        tell(problems, context.language, sys.stdout)
    if not changes:
        say(msg("The CI file and the requirements are those of this version."))
    elif yes or click.confirm(str(msg("Make these changes?").within(context.language))):
        for path, _, then in changes:
            (context.root / path).write_text(then, encoding="utf-8", newline="\n")
        say(
            msg("Changed: {paths}. Look at them with git diff, and commit.", paths=", ".join(one[0] for one in changes))
        )


def _known_language(language: str) -> None:
    try:
        Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        message = msg('"{language}" is no language; write it as en, tr or pt-BR.', language=quoted(language))
        raise call_error(message) from None


def _local_zone() -> str:
    """The time zone of this machine, where it says so; else UTC."""
    try:
        target = Path("/etc/localtime").resolve()
        name = str(target).partition("/zoneinfo/")[2]
        return name if name and ZoneInfo(name) else "UTC"
    except (OSError, KeyError, ValueError):
        return "UTC"
