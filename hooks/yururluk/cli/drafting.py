"""The commands of an editor: begin a project or a history, check the drafts, freeze a release, take one back."""

from __future__ import annotations

import sys
from datetime import date
from difflib import unified_diff
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import click
from babel import Locale, UnknownLocaleError
from click.core import ParameterSource

from yururluk.cli.options import (
    EFFECTIVE,
    FILE,
    FOLDER,
    REPORT_FORMATS,
    call_error,
    context_here,
    json_option,
    lang_option,
    language_here,
    print_problems,
    say,
    today_option,
)
from yururluk.core.messages import Message, Severity, errors, listed, msg, on_one_line, quoted
from yururluk.core.site_settings import site_settings_problems


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--publisher", help="The company that publishes the texts.")
@click.option("--url", help="The site's address.")
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
    folder: Path,
    publisher: str | None,
    url: str | None,
    languages: tuple[str, ...],
    timezone: str | None,
    host: str | None,
) -> None:
    """Begin a project in FOLDER: settings, first texts, requirements and a CI file, in a git repository.

    What is not given is asked for, with a default.
    """
    from yururluk import scaffold

    name = publisher or _ask(msg("Name of the company"), None)
    url = url or _ask(msg("Address of the site"), "https://legal.example.com/")
    asked = languages or tuple(_ask(msg("Languages, the one that prevails first"), "en").split())
    chosen = tuple(dict.fromkeys(language.strip(",") for language in asked))
    for language in chosen:
        _known_language(language)
    zone = timezone or _ask(msg("Time zone"), _local_zone())
    if zone not in available_timezones():
        raise call_error(msg('"{zone}" is no time zone; write it as Europe/Istanbul.', zone=quoted(zone)))
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise call_error(msg('"{url}" is no web address; write it as https://…', url=quoted(url)))
    hosts = click.Choice([*scaffold.HOSTS, "none"])
    where = host or _ask(msg("Host of the repository"), "github", hosts)
    written = scaffold.create(folder, scaffold.Choices(name, url, chosen, zone, where))
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
        print_problems(problems, context.language, sys.stdout)
    if not changes:
        say(msg("The CI file and the requirements are those of this version."))
    elif yes or click.confirm(str(msg("Make these changes?").within(context.language))):
        for path, _, then in changes:
            (context.root / path).write_text(then, encoding="utf-8", newline="\n")
        say(
            msg("Changed: {paths}. Look at them with git diff, and commit.", paths=", ".join(one[0] for one in changes))
        )


def _ask(question: Message, default: str | None, type_: click.Choice[str] | None = None) -> str:
    return str(click.prompt(question.within(language_here()), default=default, type=type_))


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


@click.command("import")
@click.option("--git", "in_git", metavar="REPO:PATH", help="A file's history in a git repository, following renames.")
@click.option("--folder", type=FOLDER, help="A folder of dated files: NNN_DATE.md, DATE.docx, DATE.html.")
@click.option("--plan", type=FILE, metavar="FILE", help="Carry out a plan that --git or --folder wrote.")
@click.option("--document", metavar="ID", help="The document whose states these are.")
@click.option("--locale", metavar="L", help="Their language; the authentic one if left out.")
@click.option("--per-day", is_flag=True, help="Of several states on one day take only the last.")
@click.option("--base-url", default="", metavar="URL", help="The address that relative links in the texts start from.")
@lang_option
def import_(
    in_git: str | None,
    folder: Path | None,
    plan: Path | None,
    document: str | None,
    locale: str | None,
    per_day: bool,
    base_url: str,
) -> None:
    """Bring in the states of a text that were published elsewhere.

    With --git or --folder it writes import/plan.csv for review, one row for each state; run it again for each document.
    With --plan it carries the plan out: a release for each version.
    """
    from yururluk.importing import plan as plans
    from yururluk.publish.status import known_register

    context = context_here()
    if [in_git, folder, plan].count(None) != 2:
        raise call_error(msg("give one of --git, --folder and --plan."))
    if plan is not None:
        register = known_register(context.root, context.settings)
        done = plans.carry_out(context.root, context.settings, plan, register, site=base_url)
        for note, files in done.notes():
            context.out.say(msg("{file}: {note}", file=listed(files), note=note))
        for row in done.unchanged:
            context.out.say(msg("{file}: the same text as the state before; no release.", file=row.file))
        context.out.say(msg("{count} releases written below releases/.", count=len(done.versions)))
        context.out.say(msg("Next: yururluk check, git add, commit, and `yururluk publish`."))
        return
    if not document:
        raise call_error(msg("say which document it is: --document privacy."))
    target = context.root / "import"
    language = locale or context.settings.authentic
    if folder is not None:
        rows = plans.states_in_folder(folder, target, document, language, per_day=per_day)
    else:
        repository, _, path = (in_git or "").rpartition(":")
        zone = context.settings.timezone
        rows = plans.states_in_git(Path(repository), path, target, document, language, zone, per_day=per_day)
    file = target / plans.PLAN_FILE
    others = [
        row
        for row in (plans.read_plan(file) if file.exists() else [])
        if (row.document, row.locale) != (document, language)
    ]
    file.write_text(plans.plan_csv(plans.merged([*others, *rows])), encoding="utf-8", newline="\n")
    context.out.say(msg("{count} states found; the plan is import/plan.csv.", count=len(rows)))
    context.out.say(msg("Review it, then: yururluk import --plan import/plan.csv"))


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
        # Annotations are for those who read the pull request; the environment of CI is nobody's language.
        is_asked = click.get_current_context().get_parameter_source("lang") is ParameterSource.COMMANDLINE
        language = context.settings.authentic if form == "github" and not is_asked else context.language
        click.echo(checking.report(problems, form, language), nl=False)
    if errors(problems):
        raise SystemExit(1)


def _show(path: str, before: str, after: str) -> None:
    """What changed in a file, on standard error: the line, then the old lines and the new ones."""
    from yururluk.review.check_command import changed_lines

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
    "--material-only",
    multiple=True,
    metavar="DOCUMENT",
    help="The change of this document alone is important; once for each.",
)
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
@today_option
@lang_option
def release(
    version: str,
    effective: str | None,
    material: bool | None,
    material_only: tuple[str, ...],
    summary: tuple[str, ...],
    ended: tuple[str, ...],
    again: bool,
    base: str | None,
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
    summaries = {}
    for one in summary:
        locale, sign, words = one.partition("=")
        if not sign or locale not in context.settings.locales:
            languages = ", ".join(context.settings.locales)
            raise call_error(msg("write --summary LOCALE=TEXT, with a locale of: {languages}.", languages=languages))
        summaries[locale] = words
    by_document = commands.weights(context.root, context.settings, material_only) if material_only else None
    made = commands.release(
        context.root,
        context.settings,
        version,
        effective,
        by_document or material,
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
    # What the drafts lack, their frozen copies lack too; those of a correction are other texts.
    copies = "" if base else f"releases/{made.version}/"
    shown = [
        problem
        for problem in found
        if problem.severity is not Severity.NOTICE
        and not (copies and problem.path.startswith(copies) and problem.path.endswith(".md"))
    ]
    print_problems(shown, context.language, sys.stdout)
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
