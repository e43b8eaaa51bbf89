"""The commands that bring releases online, and hand the site over or show it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from yururluk.cli.options import branch_option, context_here, lang_option, remote_option, today_option
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
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
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
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
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
        msg("The site stands in {folder} ({count} files).", folder=folder, count=written.files)
        if written.changed
        else msg("{folder} is up to date ({count} files).", folder=folder, count=written.files)
    )


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port to listen on.")
@branch_option
@lang_option
def serve(port: int, branch: str | None) -> None:
    """Show the published site on this machine, until Ctrl+C."""
    from yururluk.publish import serving
    from yururluk.publish import status as known

    context = context_here()
    repository = open_repository(context.root)
    commit = known.published_commit(repository, context.settings.with_branch(branch))
    serving.serve(repository, commit, port, context.out)
