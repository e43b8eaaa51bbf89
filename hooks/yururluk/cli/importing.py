"""The command that brings in a history made elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from yururluk.cli.options import FILE, call_error, context_here, lang_option
from yururluk.core.messages import listed, msg


@click.command("import")
@click.option("--git", "in_git", metavar="REPO:PATH", help="A file's history in a git repository, following renames.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder of dated files: NNN_DATE.md, DATE.docx, DATE.html.",
)
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
    from yururluk.importing import carry_out, states
    from yururluk.publish.status import known_register

    context = context_here()
    if [in_git, folder, plan].count(None) != 2:
        raise call_error(msg("give one of --git, --folder and --plan."))
    if plan is not None:
        register = known_register(context.root, context.settings)
        done = carry_out.carry_out(context.root, context.settings, plan, register, site=base_url)
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
        rows = states.states_in_folder(folder, target, document, language, per_day=per_day)
    else:
        repository, _, path = (in_git or "").rpartition(":")
        zone = context.settings.timezone
        rows = states.states_in_git(Path(repository), path, target, document, language, zone, per_day=per_day)
    file = target / states.PLAN_FILE
    others = [
        row
        for row in (states.read_plan(file) if file.exists() else [])
        if (row.document, row.locale) != (document, language)
    ]
    file.write_text(states.plan_csv(states.merged([*others, *rows])), encoding="utf-8", newline="\n")
    context.out.say(msg("{count} states found; the plan is import/plan.csv.", count=len(rows)))
    context.out.say(msg("Review it, then: yururluk import --plan import/plan.csv"))
