"""The commands: what a person or CI types, and which exit code answers.

A command loads what it needs when it runs, and nothing else: a publish that finds nothing to do takes half as long.
"""

from __future__ import annotations

import gc
import sys

import click

from yururluk.cli import drafting, proving, publishing, showing
from yururluk.cli.context import tell
from yururluk.problems import Problem, Refused
from yururluk.vcs import GitFailed


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yururluk")
def cli() -> None:
    """Publishes a company's legal texts: what is in force, what changed, what applied on any day.

    Edit the drafts in docs/, freeze them with `release`, commit, and bring them online with `publish`.
    """


for _command in (
    *(showing.status, showing.redline, showing.word, showing.review),
    *(drafting.check, drafting.translated, drafting.release, drafting.withdraw),
    *(publishing.publish, publishing.export, publishing.serve),
    *(proving.verify, proving.timestamp, proving.evidence),
):
    cli.add_command(_command)


def main() -> None:
    """Run the command line. A refusal is told without a traceback, with exit 1."""
    # Texts and pages are many small objects that all stay: looking through them for garbage is a twelfth of the work.
    gc.set_threshold(100_000, 50, 100)
    try:
        cli(prog_name="yururluk")
    except Refused as refused:
        tell(refused.problems, sys.stderr)
        raise SystemExit(1) from None
    except GitFailed as failed:
        tell(
            [Problem("git", "", 0, str(failed), "do as git says, then try again; nothing was published.")],
            sys.stderr,
        )
        raise SystemExit(1) from None
    except OSError as error:
        # Disk full, no permission, a file that vanished: the user's machine, not our fault to trace.
        place = str(error.filename or "")
        mend = "look at the disk and at the permissions, then try again."
        tell([Problem("file", place, 0, f"{error.strerror or error}.", mend)], sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
