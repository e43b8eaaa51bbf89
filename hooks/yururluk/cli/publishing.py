"""The commands that bring releases online, show them, hand them over, and prove them."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from yururluk.cli.options import (
    FILE,
    FOLDER,
    NEW_FILE,
    branch_option,
    call_error,
    context_here,
    json_option,
    lang_option,
    language_here,
    print_json,
    print_problems,
    remote_option,
    say,
    today_option,
    tsa_ca_option,
)
from yururluk.core.messages import msg
from yururluk.git import open_repository


@click.command()
@today_option
@click.option("--push", is_flag=True, help="Also push the pages branch to the remote.")
@click.option("--rebuild", is_flag=True, help="Build every page again, even those that are right.")
@branch_option
@remote_option
@click.option(
    "--register",
    "saved",
    type=FILE,
    metavar="FILE",
    help="A saved register.json, to bring back a pages branch that was lost.",
)
@lang_option
def publish(
    today: date | None, push: bool, rebuild: bool, branch: str | None, remote: str | None, saved: Path | None
) -> None:
    """Bring online what should be online today, and nothing else. A second run does nothing."""
    from yururluk.publish import command

    context = context_here()
    command.publish(
        open_repository(context.root),
        context.settings,
        context.out,
        context.err,
        command.PublishOptions(today, push, rebuild, branch, remote, saved),
    )


@click.command()
@click.argument("folder", type=FOLDER)
@branch_option
@lang_option
def export(folder: Path, branch: str | None) -> None:
    """Write the published site to FOLDER, ready for any static host."""
    from yururluk.publish import export as exporting
    from yururluk.publish import status as known

    context = context_here()
    repository = open_repository(context.root)
    commit = known.published_commit(repository, context.settings.with_branch(branch))
    written = exporting.export(repository, commit, folder)
    context.out.say(
        msg("The site is in {folder} ({count} files).", folder=folder, count=written.files)
        if written.changed
        else msg("{folder} is up to date ({count} files).", folder=folder, count=written.files)
    )


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port to listen on.")
@branch_option
@lang_option
def serve(port: int, branch: str | None) -> None:
    """Show the published site on this machine, until Ctrl+C."""
    from yururluk.publish import status as known
    from yururluk.publish.export import serve as serve_site

    context = context_here()
    repository = open_repository(context.root)
    settings = context.settings.with_branch(branch)
    serve_site(repository, lambda: known.published_commit(repository, settings), port, context.out)


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
    """Compare the published pages, the register and the releases with each other.

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
        print_problems(answer.problems, language_here(), sys.stdout)
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
@click.option("-o", "--output", required=True, type=NEW_FILE, metavar="FILE.zip", help="Where to write it.")
@branch_option
@lang_option
def evidence(version: str, output: Path, branch: str | None) -> None:
    """Write all that proves release VERSION into one file, to be checked with standard tools."""
    from yururluk.verify import commands

    context = context_here()
    settings = context.settings.with_branch(branch)
    say(commands.evidence(context.root, settings, version, output))
