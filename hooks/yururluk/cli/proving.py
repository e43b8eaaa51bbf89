"""The commands that prove what was published: verify, timestamp, evidence."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from yururluk.cli.options import (
    FILE,
    branch_option,
    call_error,
    context_here,
    json_option,
    lang_option,
    language_here,
    print_json,
    remote_option,
    say,
    tell,
    today_option,
    tsa_ca_option,
)
from yururluk.core.messages import msg


@click.command()
@click.argument("place", required=False, metavar="[DIR|URL]")
@today_option
@click.option("--against", type=FILE, metavar="FILE", help="A kept register.json, which this one must continue.")
@tsa_ca_option
@click.option("--page", type=FILE, metavar="FILE", help="Prove this copy of a single page; needs --register.")
@click.option("--register", type=FILE, metavar="FILE", help="The register.json to prove the page by.")
@json_option
@lang_option
def verify(
    place: str | None,
    today: date | None,
    against: Path | None,
    tsa_ca: Path | None,
    page: Path | None,
    register: Path | None,
    as_json: bool,
) -> None:
    """Hold the published pages, the register and the releases against each other.

    Looks at the pages branch, or at an exported folder or a web address when one is named. With --page and --register
    it proves a single page, anywhere and without a network. Exit 1 on any difference; exit 3 where there is none, but
    another version of the program, the templates or the settings made the pages, so that they cannot be made again.
    """
    from yururluk.verify import commands

    if (page is None) != (register is None):
        raise call_error(msg("--page and --register belong together."))
    if page is not None and register is not None:
        if place or against or tsa_ca:
            raise call_error(msg("--page looks at that page and its register only."))
        answer = commands.verify_page(page, register)
    else:
        context = context_here()
        with context.err.console.status(msg("Verifying …").within(context.err.language)):
            answer = commands.verify_site(context.root, context.settings, place, today, against, tsa_ca)
    if as_json:
        print_json(answer.as_json)
    elif answer.problems:
        tell(answer.problems, language_here(), sys.stdout)
    else:
        for line in answer.lines:
            say(line)
    if answer.problems:
        raise SystemExit(3 if answer.state == "unproved" else 1)


@click.command()
@click.option("--tsa", "address", required=True, metavar="URL", help="The timestamp authority (RFC 3161).")
@tsa_ca_option
@click.option("--push", is_flag=True, help="Also push the pages branch to the remote.")
@branch_option
@remote_option
@lang_option
def timestamp(address: str, tsa_ca: Path | None, push: bool, branch: str | None, remote: str | None) -> None:
    """Put an authority's timestamp beside the register, over its last entry. A second run does nothing."""
    from yururluk.verify import commands

    context = context_here()
    settings = context.settings.with_branch(branch, remote)
    say(commands.timestamp(context.root, settings, address, tsa_ca, push, context.err.say))


@click.command()
@click.argument("version")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.zip",
    help="Where to write it.",
)
@branch_option
@lang_option
def evidence(version: str, output: Path, branch: str | None) -> None:
    """Write all that proves release VERSION into one file, to be checked with standard tools."""
    from yururluk.verify import commands

    context = context_here()
    settings = context.settings.with_branch(branch)
    say(commands.evidence(context.root, settings, version, output))
