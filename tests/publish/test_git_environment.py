"""git runs in an environment of its own: what a caller exports leads it to no other repository."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Project, environment
from yururluk.git import Change, GitFailed, Repository


@pytest.mark.parametrize(
    "variable",
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE"],
)
def test_inherited_variables_lead_to_no_other_repository(ready: Project, tmp_path: Path, variable: str) -> None:
    head, pages = ready.git("rev-parse", "HEAD", "gh-pages").split()
    shutil.copytree(ready.root / ".git", tmp_path / "other.git")
    Project(ready.root).git(f"--git-dir={tmp_path / 'other.git'}", "update-ref", "refs/heads/gh-pages", head)
    with environment(**{variable: str(tmp_path / "other.git")}):
        repository = Repository(ready.root)
        assert repository.commit_of("refs/heads/gh-pages") == pages
        assert repository.top_folder() == ready.root
        assert repository.common_folder() == ready.root / ".git"
        written = repository.commit("refs/heads/trial", pages, "Trial", Change((), [("a.txt", b"a")]))
    assert ready.git("rev-parse", "trial") == written.commit
    assert ready.git("show", "trial:a.txt") == "a"


def test_paths_are_patterns_whatever_is_exported_and_replaced_objects_do_not_count(ready: Project) -> None:
    pages = ready.git("rev-parse", "gh-pages")
    text = Repository(ready.root).read(pages, "register.json")
    ready.git(
        "replace", ready.git("rev-parse", "gh-pages:register.json"), ready.git("rev-parse", "gh-pages:index.html")
    )
    with environment(GIT_LITERAL_PATHSPECS="1"):
        repository = Repository(ready.root)
        assert repository.read(pages, "register.json") == text
        assert repository.ever_held(pages, "register.json", text or b"")


def test_a_date_that_is_none_is_refused_and_nothing_is_written(ready: Project) -> None:
    before = ready.git("rev-parse", "gh-pages")
    with environment(GIT_COMMITTER_DATE="garbage"):
        told = ready.run("publish", "--today", "2027-01-01")
        with pytest.raises(GitFailed, match="invalid date format: garbage"):
            Repository(ready.root).commit("refs/heads/trial", before, "Trial", Change((), []))
    assert told.code == 1
    assert "git var failed: fatal: invalid date format: garbage." in told.err
    assert ready.git("rev-parse", "gh-pages") == before
