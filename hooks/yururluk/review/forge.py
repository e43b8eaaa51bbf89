"""How a review reaches its pull request: GitHub's or GitLab's own interface, spoken from inside their CI.

Run by the workflows, not by people: `python -m yururluk.review.forge comment FILE` and `… propose`. Everything it needs
to know comes from the variables that GitHub Actions and GitLab CI set.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from yururluk.core import http_client
from yururluk.core.messages import Message, Problem, Refused, msg

#: By this line the comment is found again, to be updated in place.
MARKER = "<!-- yururluk review -->"
_PAGE = 100


@dataclass(frozen=True)
class Forge:
    """The interface of a forge, JSON over HTTP, as far as a job needs it for its pull request.

    `root` is the project's address, `server` that of the interface; `notes` and `note` are the paths of the comments
    and of one, `edit` the method that changes it; `author` names the keys by which a comment has its author.
    `proposals` is the path of pull requests; `proposal` names their branch, target, title, text and address.
    """

    root: str
    server: str
    headers: Mapping[str, str]
    notes: str
    note: str
    edit: str
    author: tuple[str, str]
    proposals: str
    proposal: tuple[str, str, str, str, str]

    def ask(self, method: str, address: str, content: Mapping[str, Any] | None = None) -> Any:
        """One request. Raises `Refused` with what the other side said."""
        data = json.dumps(content).encode() if content is not None else None
        headers = {"Accept": "application/json", "Content-Type": "application/json", **self.headers}
        path = address.removeprefix(self.root)
        try:
            answer = http_client.request(address, method=method, data=data, headers=headers)
            if answer.status < HTTPStatus.BAD_REQUEST:
                return json.loads(answer.data or b"null")
        except (http_client.HttpError, ValueError) as error:
            why = getattr(error, "message", error)
            raise _refused(msg("{method} {path} failed: {error}", method=method, path=path, error=why)) from error
        said = answer.data.decode(errors="replace")[:300]
        values = {"method": method, "path": path, "code": answer.status, "answer": said}
        raise _refused(msg("{method} {path} was answered with {code}: {answer}.", **values))

    def comments(self) -> Iterator[tuple[int, str, str]]:
        """The comments under the pull request at hand: number, author and text."""
        for page in count(1):
            found = self.ask("GET", f"{self.root}{self.notes}?{urlencode({'per_page': _PAGE, 'page': page})}")
            for one in found:
                kind, name = self.author
                yield one["id"], (one[kind] or {}).get(name, ""), one["body"] or ""
            if len(found) < _PAGE:
                return

    def own_name(self) -> str:
        """The author of the comments that this job writes."""
        try:
            return str(self.ask("GET", f"{self.server}/user")[self.author[1]])
        except Refused:
            return "github-actions[bot]"  # the token of a workflow run of GitHub may not ask who it is

    def write(self, text: str) -> None:
        """Add a comment."""
        self.ask("POST", self.root + self.notes, {"body": text})

    def rewrite(self, number: int, text: str) -> None:
        """Put another text in a comment's place."""
        self.ask(self.edit, f"{self.root}{self.note}/{number}", {"body": text})

    def propose(self, branch: str, target: str, title: str, text: str) -> str:
        """Open a pull request. Returns its address."""
        *names, address = self.proposal
        content = dict(zip(names, (branch, target, title, text), strict=True))
        return str(self.ask("POST", self.root + self.proposals, content)[address])


def forge_of(environ: Mapping[str, str]) -> Forge:
    """The forge whose CI this runs in: GitHub (REST, version 2022-11-28) or GitLab (REST, version 4).

    Raises `Refused` outside of both, and without a token.
    """
    if "GITHUB_REPOSITORY" in environ:
        token = f"Bearer {_token(environ, 'GITHUB_TOKEN')}"
        event = json.loads(Path(environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
        return Forge(
            root=f"{environ['GITHUB_API_URL']}/repos/{environ['GITHUB_REPOSITORY']}",
            server=environ["GITHUB_API_URL"],
            headers={"Authorization": token, "X-GitHub-Api-Version": "2022-11-28"},
            notes=f"/issues/{event.get('pull_request', {}).get('number', 0)}/comments",
            note="/issues/comments",
            edit="PATCH",
            author=("user", "login"),
            proposals="/pulls",
            proposal=("head", "base", "title", "body", "html_url"),
        )
    if "CI_API_V4_URL" in environ:
        notes = f"/merge_requests/{environ.get('CI_MERGE_REQUEST_IID', '0')}/notes"
        return Forge(
            root=f"{environ['CI_API_V4_URL']}/projects/{environ['CI_PROJECT_ID']}",
            server=environ["CI_API_V4_URL"],
            headers={"PRIVATE-TOKEN": _token(environ, "YURURLUK_COMMENT_TOKEN")},
            notes=notes,
            note=notes,
            edit="PUT",
            author=("author", "username"),
            proposals="/merge_requests",
            proposal=("source_branch", "target_branch", "title", "description", "web_url"),
        )
    raise _refused(msg("this runs neither in GitHub Actions nor in GitLab CI."))


def _token(environ: Mapping[str, str], name: str) -> str:
    token = environ.get(name, "")
    if not token:
        raise _refused(msg("{name} is not set.", name=name))
    return token


def post(forge: Forge, text: str) -> str:
    """Keep one comment of ours under the pull request, with this text. Returns what was done.

    A comment of somebody else that begins with our marker is left alone.
    """
    own_name = ""
    for number, author, present in forge.comments():
        if present.startswith(MARKER):
            own_name = own_name or forge.own_name()
            if author != own_name:
                continue
            if present == text:
                return "The comment is up to date."
            forge.rewrite(number, text)
            return "The comment was put up to date."
    forge.write(text)
    return "The comment was written."


def _refused(message: Message) -> Refused:
    fix = msg("look at the permissions of the workflow and at the variables it sets; the texts are not at fault.")
    return Refused([Problem("forge", "", 0, message, fix)])


@click.group()
def cli() -> None:
    """Speak to the forge that this CI job runs in."""


@cli.command("comment")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--files", default="", metavar="URL", help="Where the files that the comment names can be had.")
def _comment(file: Path, files: str) -> None:
    """Write FILE under the pull request, or put it in the place of the comment that is there."""
    text = file.read_text(encoding="utf-8")
    click.echo(post(forge_of(os.environ), f"{text}\n[files]: {files}\n" if files else text))


@cli.command("propose")
@click.option("--branch", required=True, metavar="B", help="The branch that holds the change.")
@click.option("--onto", required=True, metavar="B", help="The branch that it is to be merged into.")
@click.option("--title", required=True)
@click.option("--text", default="")
def _propose(branch: str, onto: str, title: str, text: str) -> None:
    """Open a pull request."""
    click.echo(forge_of(os.environ).propose(branch, onto, title, text))


def main() -> None:
    """Run the command line. A refusal is reported without a traceback, with exit 1."""
    try:
        cli(prog_name="python -m yururluk.review.forge")
    except Refused as refused:
        for problem in refused.problems:
            click.echo(str(problem), err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
