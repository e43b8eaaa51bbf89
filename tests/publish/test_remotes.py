"""Remotes on their worst days: locked, lying, cut off, called otherwise; every message is true and nothing is lost."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Project, Told
from tests.helpers.tsa import Authority
from tests.publish.test_faults import DAY, left_over, locks


@pytest.fixture
def bare(ready: Project, tmp_path: Path) -> Project:
    """The remote of `ready`, which holds the same pages."""
    folder = tmp_path / "remote.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(ready.root), str(folder)], check=True)
    ready.git("remote", "add", "origin", str(folder))
    ready.git("fetch", "--quiet")
    return Project(folder)


def _hook(bare: Project, name: str, script: str) -> Path:
    file = bare.root / "hooks" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def _push(project: Project) -> Told:
    return project.run("publish", "--today", DAY, "--push")


def _built(told: Told) -> bool:
    return "Building" in told.err


def _told(told: Told) -> str:
    """The refusal, without the messages on the way there."""
    return "\n".join(told.err.splitlines()[-2:])


def _well_again(project: Project, bare: Project) -> None:
    told = _push(project)
    assert told.code == 0, told.err
    assert project.git("rev-parse", "gh-pages") == bare.git("rev-parse", "gh-pages")
    assert left_over(project) + locks(project) == []


@pytest.mark.parametrize("lock", ["packed-refs.lock", "refs/heads/gh-pages.lock"])
def test_a_lock_in_the_clone_is_told_before_anything_is_built_or_pushed(
    ready: Project, bare: Project, lock: str
) -> None:
    """To remove the staging ref, git locks packed-refs: it would have refused when the pages were pushed already."""
    before = bare.git("rev-parse", "gh-pages")
    file = ready.write(f".git/{lock}", "")
    told = _push(ready)
    assert (told.code, _built(told), bare.git("rev-parse", "gh-pages")) == (1, False, before)
    assert f"{lock}': File exists" in told.err
    file.unlink()
    _well_again(ready, bare)


def test_a_lock_at_a_remote_in_a_folder_is_told_before_anything_is_built(
    ready: Project, bare: Project, tsa: Authority
) -> None:
    before = ready.git("rev-parse", "gh-pages")
    lock = bare.root / "refs/heads/gh-pages.lock"
    lock.touch()
    for told in (_push(ready), ready.run("timestamp", "--tsa", tsa.address, "--push")):
        assert told == Told(
            1,
            "",
            f"the branch gh-pages of origin is locked: {lock}.\n"
            "  Fix: somebody may be pushing: try again in a moment. If this message comes again, a push broke off "
            "there: ask the owner of origin to remove that file; nothing has been published.\n",
        )
    assert ready.git("rev-parse", "gh-pages") == before
    lock.unlink()
    _well_again(ready, bare)


@pytest.mark.slow
def test_a_lock_that_only_the_server_sees_is_told_as_a_lock(ready: Project, bare: Project) -> None:
    """It is laid when the pages are there already: no rights and no hooks are at fault."""
    _hook(bare, "pre-receive", "touch refs/heads/gh-pages.lock")
    told = _push(ready)
    assert told.code == 1
    locked = (
        "\nthe branch gh-pages of origin is locked: [remote rejected] (atomic transaction failed); error: cannot lock "
    )
    assert locked in told.err
    assert left_over(ready) == []


def test_where_the_clone_cannot_follow_what_was_pushed_it_says_what_is_online(ready: Project, bare: Project) -> None:
    before = ready.git("rev-parse", "gh-pages")
    hook = _hook(bare, "post-receive", f"touch {ready.root}/.git/refs/heads/gh-pages.lock")
    told = _push(ready)
    assert (told.code, ready.git("rev-parse", "gh-pages")) == (1, before)
    assert bare.git("rev-parse", "gh-pages") != before
    assert "\nthe pages are online at origin, but the branch gh-pages of this clone could not follow: " in told.err
    hook.unlink()
    (ready.root / ".git/refs/heads/gh-pages.lock").unlink()
    pushed = bare.git("rev-parse", "gh-pages")
    _well_again(ready, bare)
    assert bare.git("rev-parse", "gh-pages") == pushed, "nothing is published twice"


@pytest.mark.slow
def test_a_remote_that_takes_the_pages_and_puts_the_branch_back_is_found_out(ready: Project, bare: Project) -> None:
    before = ready.git("rev-parse", "gh-pages")
    hook = _hook(bare, "post-receive", f"git update-ref refs/heads/gh-pages {before}")
    told = _push(ready)
    assert (told.code, told.out, ready.git("rev-parse", "gh-pages")) == (1, "", before)
    assert _told(told) == (
        "origin took the pages, but its branch gh-pages does not hold them.\n"
        "  Fix: ask the owner of origin what moves the branch back (a hook, a mirror), then try again; the branch of "
        "this clone has not moved."
    )
    hook.unlink()
    _well_again(ready, bare)


@pytest.mark.slow
def test_a_receiver_that_is_killed_has_the_push_told_as_broken_off_and_not_as_refused(
    ready: Project, bare: Project
) -> None:
    before = ready.git("rev-parse", "gh-pages")
    hook = _hook(bare, "pre-receive", "kill -9 $PPID")
    told = _push(ready)
    assert (told.code, ready.git("rev-parse", "gh-pages")) == (1, before)
    assert "\norigin could not be pushed to: " in told.err
    assert told.err.endswith(
        "  Fix: look at the network, at the address (git remote -v) and at your rights there, then try again; nothing "
        "has been published.\n"
    )
    hook.unlink()
    _well_again(ready, bare)


@pytest.mark.slow
def test_where_only_the_answer_is_lost_the_push_counts(ready: Project, bare: Project) -> None:
    hook = _hook(bare, "post-receive", "kill -9 $PPID")
    assert _push(ready).code == 0
    hook.unlink()
    assert ready.git("rev-parse", "gh-pages") == bare.git("rev-parse", "gh-pages")


@pytest.mark.slow
def test_a_remote_that_vanishes_after_a_push_is_not_said_to_have_published_nothing(
    ready: Project, bare: Project
) -> None:
    gone = bare.root.with_name("gone.git")
    hook = _hook(bare, "post-receive", f"mv {bare.root} {gone}; kill -9 $PPID")
    told = _push(ready)
    assert told.code == 1
    assert "\nthe connection to origin broke off; whether the pages arrived is not known: " in told.err
    assert told.err.endswith("  Fix: look at the network, then try again: it goes on from whatever arrived.\n")
    (gone / "hooks" / hook.name).unlink()
    gone.rename(bare.root)
    pushed = bare.git("rev-parse", "gh-pages")
    _well_again(ready, bare)
    assert bare.git("rev-parse", "gh-pages") == pushed


def test_pages_under_a_name_in_other_capitals_are_no_reason_to_begin_a_second_register(
    ready: Project, bare: Project, tmp_path: Path
) -> None:
    bare.git("branch", "-m", "gh-pages", "GH-Pages")
    subprocess.run(["git", "clone", "--quiet", str(bare.root), str(tmp_path / "fresh")], check=True)
    fresh = Project(tmp_path / "fresh")
    fix = (
        "  Fix: if it holds the pages, name it so: --branch GH-Pages, or remote_branch in mkdocs.yml; if not, choose "
        "another name.\n"
    )
    for more in (("--push",), ()):
        assert fresh.run("publish", "--today", DAY, *more) == Told(
            1, "", f'origin has a branch "GH-Pages", and "gh-pages" would differ from it in capitals only.\n{fix}'
        )
    ready.git("branch", "-m", "gh-pages", "GH-Pages")
    assert ready.run("publish", "--today", DAY) == Told(
        1, "", f'there is a branch "GH-Pages", and "gh-pages" would differ from it in capitals only.\n{fix}'
    )
    assert fresh.run("publish", "--today", DAY, "--push", "--branch", "GH-Pages").code == 0


@pytest.mark.slow
@pytest.mark.usefixtures("bare")
def test_a_fetch_never_cleans_up_in_the_midst_of_a_publish(ready: Project) -> None:
    """Killed then, git would leave a lock that keeps it from ever cleaning up again."""
    for name, value in (("gc.auto", "1"), ("gc.autoPackLimit", "1"), ("gc.autoDetach", "false")):
        ready.git("config", name, value)
    news = ready.git("commit-tree", "gh-pages^{tree}", "-p", "gh-pages", "-m", "News")
    ready.git("push", "--quiet", "origin", f"{news}:refs/heads/gh-pages")
    ready.git("update-ref", "-d", "refs/remotes/origin/gh-pages")
    ready.git("repack", "--quiet", "-d")
    packs = set((ready.root / ".git/objects/pack").glob("*.pack"))
    assert _push(ready).code == 0
    assert len(packs) > 1, "git would have cleaned up"
    assert packs <= set((ready.root / ".git/objects/pack").glob("*.pack"))
