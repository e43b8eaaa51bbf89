"""Repositories as people have them: with settings of their own, and with a remote that somebody laid hands on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Project
from yururluk.core.settings import read_settings
from yururluk.publish.published_pages import BUILD_FILE
from yururluk.verify.files import place_of

PUBLISHED = "2026-11-23"
DAY = "2027-01-01"

#: What a person may have set for every repository; each of these would make git act or print otherwise than usual.
_SETTINGS = """
[core]
    autocrlf = true
    hooksPath = {folder}/hooks
    excludesFile = {folder}/ignored
    logAllRefUpdates = false
    fsmonitor = true
    abbrev = 4
[commit]
    gpgSign = true
[gpg]
    program = /bin/false
[push]
    default = nothing
[fetch]
    prune = true
[color]
    ui = always
[status]
    short = true
    branch = true
[diff]
    external = /bin/false
[i18n]
    commitEncoding = iso-8859-9
[init]
    defaultBranch = gh-pages
[transfer]
    fsckObjects = true
"""


def clone_of(project: Project, folder: Path) -> tuple[Project, Project]:
    """A bare remote that holds what a project has, and a clone of it."""
    bare, clone = folder / "remote.git", folder / "clone"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(project.root), str(bare)], check=True)
    subprocess.run(["git", "clone", "--quiet", str(bare), str(clone)], check=True)
    return Project(bare), Project(clone)


@pytest.mark.parametrize("local", ["none", "behind"])
def test_where_the_remotes_branch_was_deleted_what_was_fetched_is_gone_on_from(
    ready: Project, tmp_path: Path, local: str
) -> None:
    """Else a new register would begin, and every release would be recorded as published today."""
    assert ready.run("publish", "--today", DAY).code == 0
    bare, clone = clone_of(ready, tmp_path)
    fetched = clone.git("rev-parse", "origin/gh-pages")
    if local == "behind":
        clone.git("branch", "gh-pages", f"{fetched}~1")
    bare.git("update-ref", "-d", "refs/heads/gh-pages")
    told = clone.run("publish", "--today", DAY, "--push")
    assert told.code == 0, told.err
    assert bare.git("rev-parse", "gh-pages") == fetched


@pytest.mark.slow
def test_no_setting_of_a_person_changes_what_is_published(
    ready: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, clone = clone_of(ready, tmp_path)
    assert ready.run("publish", "--today", DAY).code == 0
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "commit-msg", "post-commit"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    (tmp_path / "ignored").write_text("*.html\n*.json\n*.md\n*.yml\n")
    (tmp_path / "settings").write_text(_SETTINGS.format(folder=tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "settings"))
    told = clone.run("publish", "--today", DAY, "--push")
    assert told.code == 0, told.err
    assert bare.tree() == ready.tree()
    told = clone.run("verify", "--today", DAY)
    assert told.code == 0, told.out


def test_a_clone_that_turns_line_ends_has_nothing_else_to_publish(
    ready: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As git for Windows does: the templates would be other ones, and every page would be made again."""
    (tmp_path / "settings").write_text("[core]\n    autocrlf = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "settings"))
    _, clone = clone_of(ready, tmp_path)
    told = clone.run("publish", "--today", PUBLISHED)
    assert told.out.startswith("Nothing to do"), told


def test_a_project_in_a_folder_of_a_repository_knows_what_its_pages_branch_held(ready: Project, tmp_path: Path) -> None:
    """Paths of the branch do not lie below the folder of the project: its own export was said to be of no publish."""
    site = tmp_path / "site"
    assert ready.run("export", str(site)).code == 0
    ready.git("read-tree", "--prefix=hukuk/", "HEAD")
    ready.git("commit", "--quiet", "--message", "Hukuk")
    _, clone = clone_of(ready, tmp_path)
    root = clone.root / "hukuk"
    with place_of(root, read_settings(root), str(site)) as place:
        data = (site / BUILD_FILE).read_bytes()
        assert place.published(BUILD_FILE, data) is True
        assert place.published(BUILD_FILE, data + b" ") is False
