"""The commands: what a person or CI types, and which exit code answers.

A command loads what it needs when it runs, and nothing else: a publish that finds nothing to do takes half as long.
"""

from __future__ import annotations

import errno
import os
import sys

import click

from yururluk.cli import drafting, publishing, showing
from yururluk.cli.options import LocalGroup, Speech, print_problems, usage_error
from yururluk.core.messages import Problem, Refused, language_of, msg
from yururluk.git import GIT_RULE, GitFailed


@click.group(cls=LocalGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yururluk")
def cli() -> None:
    """Publishes a company's legal texts: what is in force, what changed, what applied on any day.

    Edit the drafts in docs/, freeze them with `release`, commit, and bring them online with `publish`.
    """


for _command in (
    *(showing.status, showing.redline, showing.word, showing.review, showing.notice),
    *(drafting.check, drafting.release, drafting.withdraw),
    *(publishing.publish, publishing.export, publishing.serve),
    *(drafting.import_, drafting.new, drafting.upgrade),
    *(publishing.verify, publishing.timestamp, publishing.evidence),
):
    cli.add_command(_command)


def main() -> None:
    """Run the command line. A refusal is reported without a traceback, with exit 1."""
    speech = Speech(language_of(os.environ))
    try:
        raise SystemExit(cli(prog_name="yururluk", obj=speech, standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except click.UsageError as error:
        if error.ctx is not None:
            with error.ctx:
                click.echo(error.ctx.get_usage(), err=True)
                help_ = msg("`{command} --help` explains it.", command=error.ctx.command_path)
                click.echo(help_.within(speech.language), err=True)
        click.echo(usage_error(error).within(speech.language), err=True)
        raise SystemExit(error.exit_code) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except click.Abort:
        raise SystemExit(1) from None
    except Refused as refused:
        print_problems(refused.problems, speech.language, sys.stderr)
        raise SystemExit(1) from None
    except GitFailed as failed:
        message = msg("{failed}", failed=failed)
        fix = msg("do as git says, then try again; nothing was published.")
        print_problems([Problem(GIT_RULE, "", 0, message, fix)], speech.language, sys.stderr)
        raise SystemExit(1) from None
    except OSError as error:
        # Disk full, no permission, a file that vanished: the user's machine, not our fault to trace.
        place = str(error.filename or "")
        message = {
            errno.EACCES: msg("this may not be read or written by you."),
            errno.ENOENT: msg("there is no such file or folder."),
            errno.ENOSPC: msg("the disk is full."),
            errno.EROFS: msg("nothing can be written here: the disk is read-only."),
        }.get(error.errno or 0, msg("{reason}.", reason=error.strerror or error))
        fix = msg("look at the disk and at the permissions, then try again.")
        print_problems([Problem("file", place, 0, message, fix)], speech.language, sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
