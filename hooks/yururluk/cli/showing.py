"""The commands that show texts and their changes: what is in force, redlines, Word files, the review of a change."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from yururluk.cli.options import (
    DAY,
    FOLDER,
    NEW_FILE,
    REDLINE_FORMATS,
    LocalGroup,
    call_error,
    comment_lang_option,
    context_here,
    json_option,
    lang_option,
    output_option,
    print_json,
    print_problems,
    say,
    today_option,
)
from yururluk.core.messages import counted, msg


@click.command()
@click.option("--on", "day", type=DAY, help="The day; today if left out.")
@json_option
@lang_option
def status(day: date | None, as_json: bool) -> None:
    """Show what is in force, what is coming and what was superseded, on any day."""
    from yururluk.publish import status as status_of

    context = context_here()
    report = status_of.status(context.root, context.settings, day, context.today(None))
    if as_json:
        print_json(report.as_json())
    else:
        report.print(context.out)


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--document", metavar="ID", help="The document, such as gizlilik-politikasi; all of them if left out.")
@click.option("--locale", metavar="L", help="The language; the authentic one if left out.")
@click.option(
    "--format",
    "form",
    type=click.Choice(REDLINE_FORMATS),
    default="text",
    show_default=True,
    help="How to show the changes.",
)
@output_option
@click.option("--today", type=DAY, help="For docx: the day the changes bear where NEW has not been published.")
@lang_option
def redline(
    old: str, new: str, document: str | None, locale: str | None, form: str, output: Path | None, today: date | None
) -> None:
    """Show the changes from OLD to NEW.

    Each of them is a version (1.1), `docs` for the drafts, or a Markdown file.
    """
    from yururluk.review import redline_command as redlines

    context = context_here()
    wanted = redlines.Wanted(old, new, document, locale)
    if form == "docx":
        from yururluk.word.exporting import write_redline

        write_redline(context.root, context.settings, wanted, output, today)
        context.err.say(msg("Written to {output}.", output=output))
        return
    if form == "pdf":
        if output is None:
            raise call_error(msg("a PDF needs a file to go to: add -o FILE."))
        output.write_bytes(redlines.redline_pdf(context.root, context.settings, wanted, today))
        context.err.say(msg("Written to {output}.", output=output))
        return
    colour = output is None and context.out.console.is_terminal
    shown = redlines.redline(context.root, context.settings, wanted, form, context.language, colour)
    if output is not None:
        output.write_text(shown, encoding="utf-8", newline="\n")
        context.err.say(msg("Written to {output}.", output=output))
    else:
        click.echo(shown, nl=not shown.endswith("\n"), color=colour or None)


@click.group(cls=LocalGroup)
def word() -> None:
    """Send a draft to Word, and bring the changes back."""


@word.command(name="export")
@click.option("--document", metavar="ID", help="The document; need not be named where there is only one.")
@click.option("--locale", metavar="L", help="The language; the authentic one if left out.")
@click.option("-o", "--output", required=True, type=NEW_FILE, help="The .docx to write.")
@lang_option
def word_export(document: str | None, locale: str | None, output: Path) -> None:
    """Write a draft as a Word file. What is typed there is recorded as tracked changes."""
    from yururluk.word.exporting import write_export

    context = context_here()
    text = write_export(context.root, context.settings, document, locale, output)
    context.err.say(msg("Written to {output}, from {path}.", output=output, path=text.path))


@word.command(name="import")
@click.argument("file", type=NEW_FILE)
@click.option("--document", metavar="ID", help="The document; the file says it itself, if it was exported.")
@click.option("--locale", metavar="L", help="The language; likewise.")
@lang_option
def word_import(file: Path, document: str | None, locale: str | None) -> None:
    """Bring the changes made in a Word FILE into the draft it was exported from.

    Tracked changes count as accepted; comments are listed. Exit 1 when something could not be brought over.
    """
    from yururluk.word.importing import import_file

    context = context_here()
    taken = import_file(context.root, context.settings, file, document, locale)
    for line in taken.messages:
        say(line)
    if taken.lines:
        many = msg("{path}: {count} lines changed.", path=taken.path, count=taken.lines)
        say(counted(taken.lines, msg("{path}: 1 line changed.", path=taken.path), many))
    else:
        say(msg("{path}: nothing changed.", path=taken.path))
    print_problems(taken.lost, context.language, sys.stdout)
    if taken.lost:
        raise SystemExit(1)


@click.command()
@click.option("--base", required=True, metavar="REF", help="The commit or branch that is to be merged into.")
@click.option("--folder", type=FOLDER, required=True, help="Where to write the comment and the redlines.")
@comment_lang_option
@today_option
def review(base: str, folder: Path, lang: str | None, today: date | None) -> None:
    """Write down what this work tree changes since REF: a comment for the pull request, and every redline.

    Exit 0 even where `check` finds problems: they are part of the review.
    """
    from yururluk.review import comment as reviewing

    context = context_here()
    settings = context.settings
    made = reviewing.write_review(
        context.root, settings, base, folder, lang or settings.authentic, context.today(today)
    )
    place, number = folder / reviewing.COMMENT, len(made.texts)
    many = msg("{count} texts differ; see {place}.", count=number, place=place)
    context.out.say(counted(number, msg("1 text differs; see {place}.", place=place), many))
    print_problems([problem for problem in made.problems if problem.rule == "extra"], context.language, sys.stderr)


@click.command()
@click.argument("version")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "banner", "component", "ics"]),
    default="text",
    show_default=True,
    help="An e-mail as text or HTML, a banner or an element for a page, or a calendar entry of the effective date.",
)
@click.option("--locale", metavar="L", help="The language; the authentic one if left out.")
@output_option
@today_option
@lang_option
def notice(version: str, form: str, locale: str | None, output: Path | None, today: date | None) -> None:
    """Write the notice of release VERSION for users: what changes, from when, and where to read it."""
    from yururluk.publish.status import notice_of_version
    from yururluk.site.notice import FORMATS

    context = context_here()
    settings = context.settings
    if locale is not None and locale not in settings.locales:
        raise call_error(msg("the languages are: {languages}.", languages=", ".join(settings.locales)))
    language = locale or settings.authentic
    made = FORMATS[form](notice_of_version(context.root, settings, version, language, context.today(today)))
    if output is None:
        click.echo(made, nl=False)
    else:
        output.write_bytes(made.encode())
