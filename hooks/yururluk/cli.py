"""The commands: what a person or CI types, and how the answer is told."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console

from yururluk.formats import REDLINE_FORMATS, REPORT_FORMATS
from yururluk.lazily import lazy_module
from yururluk.messages import LANGUAGES, language_of
from yururluk.problems import Problem, Refused, errors
from yururluk.publishing.ahead import builders
from yururluk.settings import CONFIG_FILE, Settings, read_settings
from yururluk.vcs import GitFailed, open_repository

if TYPE_CHECKING:
    from yururluk import checking, commands, exporting, known, redlines, reporting, serving, translations
    from yururluk import status as status_of
    from yururluk.proof import commands as proving
    from yururluk.publishing import command as publishing
    from yururluk.review import files as review_files
    from yururluk.word import commands as word_commands
else:
    # Each command loads what it needs, and nothing else: a publish that finds nothing to do takes half as long.
    checking = lazy_module("yururluk.checking")
    commands = lazy_module("yururluk.commands")
    exporting = lazy_module("yururluk.exporting")
    known = lazy_module("yururluk.known")
    proving = lazy_module("yururluk.proof.commands")
    publishing = lazy_module("yururluk.publishing.command")
    redlines = lazy_module("yururluk.redlines")
    reporting = lazy_module("yururluk.reporting")
    review_files = lazy_module("yururluk.review.files")
    serving = lazy_module("yururluk.serving")
    translations = lazy_module("yururluk.translations")
    status_of = lazy_module("yururluk.status")
    word_commands = lazy_module("yururluk.word.commands")

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Context:
    """Where the command runs, and how it tells."""

    root: Path
    settings: Settings
    out: Console
    err: Console


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            if len(value) != 10:
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is not a date of the form YYYY-MM-DD.', param, ctx)


DAY = _Day()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yururluk")
def cli() -> None:
    """Publishes a company's legal texts: what is in force, what changed, what applied on any day.

    Edit the drafts in docs/, freeze them with `release`, commit, and bring them online with `publish`.
    """


def _context() -> Context:
    root = _project_root(Path.cwd())
    return Context(root, read_settings(root), Console(), Console(stderr=True))


def _project_root(start: Path) -> Path:
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return folder
    return start


def _today(context: Context, today: date | None) -> date:
    return today or datetime.now(context.settings.timezone).date()


def _today_option(function: _F) -> _F:
    return click.option(
        "--today",
        type=DAY,
        envvar="YURURLUK_TODAY",
        help="Act as if it were the beginning of this day, in the project's time zone.",
    )(function)


def _json_option(function: _F) -> _F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else.")(function)


def _lang_option(function: _F) -> _F:
    return click.option(
        "--lang",
        "language",
        type=click.Choice(LANGUAGES),
        default=lambda: language_of(os.environ),
        help="The language of the messages; by LC_ALL, LC_MESSAGES or LANG if left out.",
    )(function)


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


@cli.command()
@click.option("--on", "day", type=DAY, help="The day to tell about; today if left out.")
@_json_option
def status(day: date | None, as_json: bool) -> None:
    """Tell what is in force, what is coming and what was superseded, on any day."""
    context = _context()
    report = status_of.status(context.root, context.settings, day, _today(context, None))
    if as_json:
        _print_json(report.as_json())
    else:
        report.print(context.out)


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--base",
    metavar="REF",
    help="Also compare with this commit or branch: what a pull request must not do unnoticed.",
)
@_today_option
@click.option(
    "--format",
    "form",
    type=click.Choice([*REPORT_FORMATS, "markdown"]),
    default="text",
    help="For people (the default), as JSON, as annotations of GitHub, as SARIF; markdown for --rules only.",
)
@_json_option
@click.option("--rules", "list_rules", is_flag=True, help="List the rules instead, with their sources.")
@_lang_option
def check(
    paths: tuple[str, ...],
    base: str | None,
    today: date | None,
    form: str,
    as_json: bool,
    list_rules: bool,
    language: str,
) -> None:
    """List every problem in the drafts and the releases, at once. Exit 1 when one stops a release.

    With PATHs only those below them, and what published texts lack in full.
    """
    form = "json" if as_json else form
    if list_rules:
        click.echo(reporting.rules_report(form, language), nl=False)
        return
    if form == "markdown":
        raise click.UsageError("--format markdown is for --rules; choose text, json, github or sarif.")
    context = _context()
    wanted = checking.Wanted(base, checking.asked_paths(context.root, Path.cwd(), paths))
    problems = checking.check(context.root, context.settings, _today(context, today), wanted)
    if form == "text":
        reporting.print_text(problems, context.out, language)
    else:
        click.echo(reporting.report(problems, form, language), nl=False)
    if errors(problems):
        raise SystemExit(1)


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
def translated(paths: tuple[str, ...]) -> None:
    """Record in each translation FILE that it follows the authentic text as it stands now.

    `check` then tells which clauses are older than the authentic ones.
    """
    context = _context()
    inside = checking.asked_paths(context.root, Path.cwd(), paths)
    for path in translations.record(context.root, context.settings, inside):
        context.out.print(f"Recorded: {path}.")


@cli.command()
@click.argument("version")
@click.option(
    "--effective", metavar="DATE", help="The first day it binds: YYYY-MM-DD, or on-publication (the default)."
)
@click.option(
    "--material/--editorial", default=None, help="An important change (önemli değişiklik), or wording only."
)
@click.option("--summary-tr", default="", help="What changed, in words a customer understands, in Turkish.")
@click.option("--summary-en", default="", help="The same in English.")
@_today_option
def release(
    version: str,
    effective: str | None,
    material: bool | None,
    summary_tr: str,
    summary_en: str,
    today: date | None,
) -> None:
    """Freeze the drafts as release VERSION.

    Copies docs/ to releases/VERSION, with digests that show any later change. Commit the folder; `publish`
    then brings it online.
    """
    context = _context()
    summaries = {locale: text for locale, text in (("tr", summary_tr), ("en", summary_en)) if text}
    made = commands.release(
        context.root, context.settings, version, effective, material, summaries, _today(context, today)
    )
    context.out.print(f"Frozen as releases/{made.version}:")
    for text in made.texts:
        context.out.print(f"  {text.name}  sha256:{text.sha256[:12]}…")
    context.out.print(f"Next: git add releases/{made.version}, commit, and `yururluk publish`.")


@cli.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--document", metavar="ID", help="The document, such as gizlilik-politikasi; all of them if left out."
)
@click.option("--locale", metavar="L", help="The language; the authentic one if left out.")
@click.option(
    "--format",
    "form",
    type=click.Choice(REDLINE_FORMATS),
    default="text",
    show_default=True,
    help="How to show the changes.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option(
    "--today", type=DAY, help="For docx: the day the changes bear where NEW has not been published."
)
def redline(
    old: str,
    new: str,
    document: str | None,
    locale: str | None,
    form: str,
    output: Path | None,
    today: date | None,
) -> None:
    """Show the changes from OLD to NEW.

    Each of them is a version (1.1), `docs` for the drafts, or a Markdown file.
    """
    context = _context()
    wanted = redlines.Wanted(old, new, document, locale)
    if form == "docx":
        word_commands.write_redline(context.root, context.settings, wanted, output, today)
        context.err.print(f"Written to {output}.")
        return
    if form == "pdf":
        if output is None:
            raise click.UsageError("a PDF needs a file to go to: add -o FILE.")
        output.write_bytes(redlines.redline_pdf(context.root, context.settings, wanted, today))
        context.err.print(f"Written to {output}.")
        return
    colour = output is None and context.out.is_terminal
    shown = redlines.redline(context.root, context.settings, wanted, form, colour)
    if output is not None:
        output.write_text(shown, encoding="utf-8", newline="\n")
        context.err.print(f"Written to {output}.")
    else:
        click.echo(shown, nl=not shown.endswith("\n"), color=colour or None)


@cli.group()
def word() -> None:
    """A draft to Word and back, for those who live there."""


@word.command(name="export")
@click.option("--document", metavar="ID", help="The document; need not be named where there is only one.")
@click.option("--locale", metavar="L", help="The language; the authentic one if left out.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The .docx to write.",
)
def word_export(document: str | None, locale: str | None, output: Path) -> None:
    """Write a draft as a Word file. What is typed there is recorded as tracked changes."""
    context = _context()
    text = word_commands.write_export(context.root, context.settings, document, locale, output)
    context.err.print(f"Written to {output}, from {text.path}.")


@word.command(name="import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--document", metavar="ID", help="The document; the file says it itself, if it was exported.")
@click.option("--locale", metavar="L", help="The language; likewise.")
def word_import(file: Path, document: str | None, locale: str | None) -> None:
    """Bring the changes made in a Word FILE into the draft it was exported from.

    Tracked changes count as accepted; comments are listed. Exit 1 when something could not be brought over.
    """
    context = _context()
    taken = word_commands.take_import(context.root, context.settings, file, document, locale)
    for line in taken.told:
        click.echo(line)
    changed = f"{_count(taken.lines, 'line')} changed" if taken.lines else "nothing changed"
    click.echo(f"{taken.path}: {changed}.")
    _tell(taken.lost, sys.stdout)
    if taken.lost:
        raise SystemExit(1)


@cli.command()
@click.option("--base", required=True, metavar="REF", help="The commit or branch that is to be merged into.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Where to write the comment and the redlines.",
)
@click.option("--lang", metavar="L", help="The language of the comment; the authentic one if left out.")
@_today_option
def review(base: str, folder: Path, lang: str | None, today: date | None) -> None:
    """Write down what this work tree changes since REF: a comment for the pull request, and every redline.

    Exit 0 even where `check` finds problems: they are part of the review.
    """
    context = _context()
    settings = context.settings
    made = review_files.write_review(
        context.root, settings, base, folder, lang or settings.authentic, _today(context, today)
    )
    context.out.print(f"{_count(len(made.texts), 'text')} differ; see {folder / review_files.COMMENT}.")


@cli.command()
@_today_option
@click.option("--push", is_flag=True, help="Also push the pages branch to the remote.")
@click.option("--rebuild", is_flag=True, help="Build every page again, even those that are right.")
@click.option("--branch", metavar="B", help="The pages branch; remote_branch of mkdocs.yml if left out.")
@click.option("--remote", metavar="R", help="The remote to push to; remote_name of mkdocs.yml if left out.")
@click.option(
    "--register",
    "saved",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A saved register.json, to bring back a pages branch that was lost.",
)
def publish(
    today: date | None, push: bool, rebuild: bool, branch: str | None, remote: str | None, saved: Path | None
) -> None:
    """Bring online what should be online today, and nothing else. A second run does nothing."""
    context = _context()
    repository = open_repository(context.root)
    with builders(repository, context.settings, rebuild=rebuild) as crew:
        publishing.publish(
            repository,
            context.settings,
            context.out,
            context.err,
            publishing.PublishOptions(today, push, rebuild, branch, remote, saved),
            crew,
        )


@cli.command()
@click.argument("version")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in a sentence for the reader.")
@_today_option
def withdraw(version: str, reason: str, today: date | None) -> None:
    """Take release VERSION back: it governs no longer, but stays readable and marked as withdrawn."""
    context = _context()
    path = commands.withdraw(context.root, context.settings, version, reason, _today(context, today))
    context.out.print(f"Written: {path}. Next: git add, commit, and `yururluk publish`.")


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--branch", metavar="B", help="The pages branch; remote_branch of mkdocs.yml if left out.")
def export(folder: Path, branch: str | None) -> None:
    """Write the published site to FOLDER, ready for any static host."""
    context = _context()
    repository = open_repository(context.root)
    commit = known.published_commit(repository, publishing.with_branch(context.settings, branch))
    written = exporting.export(repository, commit, folder)
    context.out.print(
        f"The site stands in {folder} ({written.files} files)."
        if written.changed
        else f"{folder} is up to date ({written.files} files)."
    )


@cli.command()
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--branch", metavar="B", help="The pages branch; remote_branch of mkdocs.yml if left out.")
def serve(port: int, branch: str | None) -> None:
    """Show the published site on this machine, until Ctrl+C."""
    context = _context()
    repository = open_repository(context.root)
    commit = known.published_commit(repository, publishing.with_branch(context.settings, branch))
    serving.serve(repository, commit, port, context.out)


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _tsa_ca_option(function: _F) -> _F:
    return click.option(
        "--tsa-ca",
        type=_FILE,
        metavar="FILE",
        help="Certificates (PEM) of the timestamp authorities that you trust.",
    )(function)


@cli.command()
@click.argument("place", required=False, metavar="[DIR|URL]")
@_today_option
@click.option(
    "--against", type=_FILE, metavar="FILE", help="A kept register.json, which this one must continue."
)
@_tsa_ca_option
@click.option(
    "--page", type=_FILE, metavar="FILE", help="Prove this copy of a single page; needs --register."
)
@click.option("--register", type=_FILE, metavar="FILE", help="The register.json to prove the page by.")
@_json_option
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
    it proves a single page, anywhere and without a network. Exit 1 on any difference.
    """
    if (page is None) != (register is None):
        raise click.UsageError("--page and --register belong together.")
    if page is not None and register is not None:
        if place or against or tsa_ca:
            raise click.UsageError("--page looks at that page and its register only.")
        answer = proving.verify_page(page, register)
    else:
        context = _context()
        answer = proving.verify_site(context.root, context.settings, place, today, against, tsa_ca)
    if as_json:
        _print_json(answer.as_json)
    elif answer.problems:
        _tell(answer.problems, sys.stdout)
    else:
        click.echo("\n".join(answer.lines))
    if answer.problems:
        raise SystemExit(1)


@cli.command()
@click.option("--tsa", "address", required=True, metavar="URL", help="The timestamp authority (RFC 3161).")
@_tsa_ca_option
@click.option("--push", is_flag=True, help="Also push the pages branch to the remote.")
@click.option("--branch", metavar="B", help="The pages branch; remote_branch of mkdocs.yml if left out.")
@click.option("--remote", metavar="R", help="The remote to push to; remote_name of mkdocs.yml if left out.")
def timestamp(address: str, tsa_ca: Path | None, push: bool, branch: str | None, remote: str | None) -> None:
    """Put an authority's timestamp beside the register, over its last entry. A second run does nothing."""
    context = _context()
    settings = publishing.with_branch(context.settings, branch, remote)
    click.echo(proving.timestamp(context.root, settings, address, tsa_ca, push, context.err.print))


@cli.command()
@click.argument("version")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.zip",
    help="Where to write it.",
)
@click.option("--branch", metavar="B", help="The pages branch; remote_branch of mkdocs.yml if left out.")
def evidence(version: str, output: Path, branch: str | None) -> None:
    """Write all that proves release VERSION into one file, to be checked with standard tools."""
    context = _context()
    settings = publishing.with_branch(context.settings, branch)
    click.echo(proving.evidence(context.root, settings, version, output))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _tell(problems: Sequence[Problem], stream: Any) -> None:
    language = language_of(os.environ)
    for problem in problems:
        click.echo(problem.told(language), file=stream)


def main() -> None:
    """Run the command line. A refusal is told without a traceback, with exit 1."""
    # Texts and pages are many small objects that all stay: looking through them for garbage is a twelfth of the work.
    gc.set_threshold(100_000, 50, 100)
    try:
        cli(prog_name="yururluk")
    except Refused as refused:
        _tell(refused.problems, sys.stderr)
        raise SystemExit(1) from None
    except GitFailed as failed:
        _tell(
            [Problem("git", "", 0, str(failed), "do as git says, then try again; nothing was published.")],
            sys.stderr,
        )
        raise SystemExit(1) from None
    except OSError as error:
        # Disk full, no permission, a file that vanished: the user's machine, not our fault to trace.
        place = str(error.filename or "")
        mend = "look at the disk and at the permissions, then try again."
        _tell([Problem("file", place, 0, f"{error.strerror or error}.", mend)], sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
