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
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import click

from yururluk.core import http_client
from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem, Refused

#: By this line the comment is found again, to be updated in place.
MARKER = "<!-- yururluk review -->"
_PAGE = 100


class Forge(Protocol):
    """Where pull requests live."""

    def notes(self) -> Iterator[tuple[int, str, str]]:
        """The comments under the pull request at hand: number, author and text."""

    def own_name(self) -> str:
        """The author of the comments that this job writes."""

    def write(self, text: str) -> None:
        """Add a comment."""

    def rewrite(self, number: int, text: str) -> None:
        """Put another text in a comment's place."""

    def propose(self, branch: str, target: str, title: str, text: str) -> str:
        """Open a pull request. Returns its address."""


@dataclass(frozen=True)
class _Api:
    """An interface of JSON over HTTP at `root`, with the headers that prove who asks."""

    root: str
    headers: Mapping[str, str]

    def ask(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Any:
        """One request. Raises `Refused` with what the other side said."""
        data = json.dumps(content).encode() if content is not None else None
        headers = {"Accept": "application/json", "Content-Type": "application/json", **self.headers}
        try:
            answer = http_client.request(f"{self.root}{path}", method=method, data=data, headers=headers)
            if answer.status < HTTPStatus.BAD_REQUEST:
                return json.loads(answer.data or b"null")
        except (http_client.HttpError, ValueError) as error:
            why = getattr(error, "message", error)
            raise _refused(msg("{method} {path} failed: {error}", method=method, path=path, error=why)) from error
        said = answer.data.decode(errors="replace")[:300]
        raise _refused(
            msg(
                "{method} {path} was answered with {code}: {told}.",
                method=method,
                path=path,
                code=answer.status,
                told=said,
            )
        )

    def pages(self, path: str) -> Iterator[Any]:
        """Every item of a list that is given page by page."""
        number = 1
        while True:
            items = self.ask("GET", f"{path}?{urlencode({'per_page': _PAGE, 'page': number})}")
            yield from items
            if len(items) < _PAGE:
                return
            number += 1


@dataclass(frozen=True)
class GitHub:
    """GitHub (REST, version 2022-11-28)."""

    api: _Api
    request: int
    server: str

    def notes(self) -> Iterator[tuple[int, str, str]]:
        for note in self.api.pages(f"/issues/{self.request}/comments"):
            yield note["id"], (note["user"] or {}).get("login", ""), note["body"] or ""

    def own_name(self) -> str:
        try:
            return str(_Api(self.server, self.api.headers).ask("GET", "/user")["login"])
        except Refused:
            return "github-actions[bot]"  # the token of a workflow run may not ask who it is

    def write(self, text: str) -> None:
        self.api.ask("POST", f"/issues/{self.request}/comments", {"body": text})

    def rewrite(self, number: int, text: str) -> None:
        self.api.ask("PATCH", f"/issues/comments/{number}", {"body": text})

    def propose(self, branch: str, target: str, title: str, text: str) -> str:
        content = {"head": branch, "base": target, "title": title, "body": text}
        return str(self.api.ask("POST", "/pulls", content)["html_url"])


@dataclass(frozen=True)
class GitLab:
    """GitLab (REST, version 4)."""

    api: _Api
    request: int
    server: str

    def notes(self) -> Iterator[tuple[int, str, str]]:
        for note in self.api.pages(f"/merge_requests/{self.request}/notes"):
            yield note["id"], note["author"]["username"], note["body"] or ""

    def own_name(self) -> str:
        return str(_Api(self.server, self.api.headers).ask("GET", "/user")["username"])

    def write(self, text: str) -> None:
        self.api.ask("POST", f"/merge_requests/{self.request}/notes", {"body": text})

    def rewrite(self, number: int, text: str) -> None:
        self.api.ask("PUT", f"/merge_requests/{self.request}/notes/{number}", {"body": text})

    def propose(self, branch: str, target: str, title: str, text: str) -> str:
        content = {"source_branch": branch, "target_branch": target, "title": title, "description": text}
        return str(self.api.ask("POST", "/merge_requests", content)["web_url"])


def forge_of(environ: Mapping[str, str]) -> Forge:
    """The forge whose CI this runs in. Raises `Refused` outside of both, and without a token."""
    if "GITHUB_REPOSITORY" in environ:
        headers = {"Authorization": f"Bearer {_token(environ, 'GITHUB_TOKEN')}", "X-GitHub-Api-Version": "2022-11-28"}
        api = _Api(f"{environ['GITHUB_API_URL']}/repos/{environ['GITHUB_REPOSITORY']}", headers)
        return GitHub(api, _github_request(environ), environ["GITHUB_API_URL"])
    if "CI_API_V4_URL" in environ:
        headers = {"PRIVATE-TOKEN": _token(environ, "YURURLUK_COMMENT_TOKEN")}
        api = _Api(f"{environ['CI_API_V4_URL']}/projects/{environ['CI_PROJECT_ID']}", headers)
        return GitLab(api, int(environ.get("CI_MERGE_REQUEST_IID", "0")), environ["CI_API_V4_URL"])
    raise _refused(msg("this runs neither in GitHub Actions nor in GitLab CI."))


def _github_request(environ: Mapping[str, str]) -> int:
    event = json.loads(Path(environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    return int(event.get("pull_request", {}).get("number", 0))


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
    for number, author, present in forge.notes():
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
