"""What git will be asked is begun beforehand: the answer is the same, and nothing hangs on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Project
from yururluk.git import GitFailed, Repository, all_of, committed_below
from yururluk.memory import FOLDER


@pytest.fixture
def repository(ready: Project) -> Iterator[Repository]:
    found = Repository(ready.root)
    yield found
    found.forget()


def test_what_was_foreseen_is_answered_as_if_it_had_been_asked_then(repository: Repository) -> None:
    asked = [committed_below("releases"), all_of("gh-pages")]
    plainly = [repository.run(*command) for command in asked]
    for command in asked:
        repository.foresee(*command)
    assert [repository.run(*command) for command in asked] == plainly


def test_an_answer_is_given_once(repository: Repository, ready: Project) -> None:
    """Whoever asks again wants to know how it is now."""
    command = committed_below("releases")
    repository.foresee(*command)
    before = repository.run(*command)
    ready.write("releases/README.md", "new\n")
    ready.commit()
    assert repository.run(*command) != before


def test_what_git_could_not_answer_beforehand_is_asked_anew(repository: Repository, ready: Project) -> None:
    command = all_of("refs/heads/later")
    repository.foresee(*command)
    repository.forget()
    with pytest.raises(GitFailed):
        repository.run(*command)
    repository.foresee(*command)
    while not repository.commit_of("refs/heads/later"):
        ready.git("branch", "later", "gh-pages")
    assert repository.run(*command) == repository.run(*all_of("gh-pages"))


def test_nothing_that_was_foreseen_is_left_running(repository: Repository) -> None:
    """A process left alone would be a warning, and warnings are errors here."""
    repository.foresee("cat-file", "--batch-all-objects", "--batch")
    repository.forget()
    assert repository.line("rev-parse", "--is-inside-work-tree") == "true"


def test_a_note_that_says_nothing_right_spoils_nothing(ready: Project) -> None:
    told = ready.run("publish", "--today", "2026-11-23")
    for noted in ("", "1.0\n1.1", f"{'0' * 40}\n1.0\n1.1", "\x00", "x" * 100_000):
        (ready.root / ".git" / FOLDER / "expected").write_text(noted, encoding="utf-8")
        assert ready.run("publish", "--today", "2026-11-23") == told


def test_the_note_names_the_commit_that_is_online(ready: Project) -> None:
    ready.run("publish", "--today", "2027-01-01")
    noted = (ready.root / ".git" / FOLDER / "expected").read_text(encoding="utf-8")
    assert noted.split("\n") == [ready.git("rev-parse", "gh-pages"), "1.0", "1.1", "2.0"]
