"""The commands of an editor: check and fix the drafts, freeze a release, take one back."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from yururluk.cli.options import (
    EFFECTIVE,
    REPORT_FORMATS,
    call_error,
    context_here,
    json_option,
    lang_option,
    language_here,
    print_problems,
    today_option,
)
from yururluk.core.messages import msg
from yururluk.core.problems import Severity, errors, on_one_line


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--base", metavar="REF", help="Also compare with this commit or branch: what a pull request must not do unnoticed."
)
@today_option
@click.option(
    "--format",
    "form",
    type=click.Choice([*REPORT_FORMATS, "markdown"]),
    default="text",
    help="For people (the default), as JSON, as annotations of GitHub; markdown for --rules only.",
)
@json_option
@click.option("--fix", is_flag=True, help="First fix what needs no lawyer, and show it.")
@click.option("--rules", "list_rules", is_flag=True, help="List the rules instead, with their sources.")
@lang_option
def check(
    paths: tuple[str, ...], base: str | None, today: date | None, form: str, as_json: bool, fix: bool, list_rules: bool
) -> None:
    """List every problem in the drafts and the releases, at once. Exit 1 when one stops a release.

    With PATHs only those below them, and what published texts lack in full.
    """
    from yururluk.publish.release import correct_upcoming
    from yururluk.review import check_command as checking

    form = "json" if as_json else form
    if list_rules:
        click.echo(checking.rules_report(form, language_here()), nl=False)
        return
    if form == "markdown":
        raise call_error(msg("--format markdown is for --rules; choose text, json or github."))
    context = context_here()
    wanted = checking.Wanted(base, checking.asked_paths(context.root, Path.cwd(), paths))
    if fix:
        for change in checking.fix(context.root, context.settings, wanted):
            _show(*change)
        for path in checking.list_missing_words(context.root, context.settings):
            context.err.say(msg("{path}: the words that the site lacks were added; translate each.", path=path))
        for made in correct_upcoming(context.root, context.settings, context.today(today)):
            context.err.say(
                msg("Frozen as releases/{version}, which has the correction too. Commit it.", version=made.version)
            )
    problems = checking.check(context.root, context.settings, context.today(today), wanted)
    if form == "text":
        checking.print_text(problems, context.out)
    else:
        click.echo(checking.report(problems, form, context.language), nl=False)
    if errors(problems):
        raise SystemExit(1)


def _show(path: str, before: str, after: str) -> None:
    """What changed in a file, on standard error: the line, then the old lines and the new ones."""
    from yururluk.checks.fixes import changed_lines

    for line, old, new in changed_lines(before, after):
        shown = [f"{path}:{line}:", *(f"  - {one}" for one in old), *(f"  + {one}" for one in new)]
        click.echo("\n".join(map(on_one_line, shown)), err=True)


@click.command()
@click.argument("version")
@click.option(
    "--effective",
    type=EFFECTIVE,
    metavar="DATE",
    help="The first day it binds: YYYY-MM-DD, or on-publication (the default).",
)
@click.option("--material/--editorial", default=None, help="An important change (önemli değişiklik), or wording only.")
@click.option(
    "--summary",
    "summary",
    multiple=True,
    metavar="LOCALE=TEXT",
    help="What changed, in words a customer understands; once for each language of the site.",
)
@click.option(
    "--end",
    "ended",
    multiple=True,
    metavar="DOCUMENT",
    help="A document without a draft, which ends with this release.",
)
@click.option("--again", is_flag=True, help="Freeze a release once more that is not published yet.")
@click.option(
    "--from", "base", metavar="VERSION", help="The release whose texts get the correction that the drafts make."
)
@click.option("--summary-tr", default="", hidden=True)
@click.option("--summary-en", default="", hidden=True)
@today_option
@lang_option
def release(
    version: str,
    effective: str | None,
    material: bool | None,
    summary: tuple[str, ...],
    ended: tuple[str, ...],
    again: bool,
    base: str | None,
    summary_tr: str,
    summary_en: str,
    today: date | None,
) -> None:
    """Freeze the drafts as release VERSION.

    Copies docs/ to releases/VERSION, with digests that show any later change. Commit the folder; `publish`
    then brings it online. What `check` has to say about it is printed.
    """
    from yururluk.publish import release as commands
    from yururluk.review import check_command as checking

    context = context_here()
    day = context.today(today)
    summaries = {locale: text for locale, text in (("tr", summary_tr), ("en", summary_en)) if text}
    for one in summary:
        locale, sign, words = one.partition("=")
        if not sign or locale not in context.settings.locales:
            languages = ", ".join(context.settings.locales)
            raise call_error(msg("write --summary LOCALE=TEXT, with a locale of: {languages}.", languages=languages))
        summaries[locale] = words
    made = commands.release(
        context.root,
        context.settings,
        version,
        effective,
        material,
        summaries,
        day,
        ended=ended,
        again=again,
        base=base,
    )
    context.out.say(msg("Frozen as releases/{version}:", version=made.version))
    for text in made.texts:
        click.echo(f"  {text.name}  sha256:{text.sha256[:12]}…")
    found = checking.check(context.root, context.settings, day, checking.Wanted())
    print_problems(
        [problem for problem in found if problem.severity is not Severity.NOTICE], context.language, sys.stdout
    )
    for later in commands.unpublished_after(context.root, context.settings, made.version) if base else ():
        context.out.say(
            msg("Release {version} has no such correction yet: `yururluk release --again {version}`.", version=later)
        )
    context.out.say(
        msg("Until it is published, `yururluk release --again {version}` freezes it again.", version=version)
    )
    context.out.say(msg("Next: git add releases/{version}, commit, and `yururluk publish`.", version=made.version))


@click.command()
@click.argument("version")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in a sentence for the reader.")
@today_option
@lang_option
def withdraw(version: str, reason: str, today: date | None) -> None:
    """Take release VERSION back: it governs no longer, but stays readable and marked as withdrawn."""
    from yururluk.publish import release as commands

    context = context_here()
    path = commands.withdraw(context.root, context.settings, version, reason, context.today(today))
    context.out.say(msg("Written: {path}. Next: git add, commit, and `yururluk publish`.", path=path))
