"""A release is published when the remote takes it: what only this clone has entered is entered again by the push."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Project, environment
from tests.helpers.tsa import Authority

SUMMARIES = ("--summary", "tr=Düzeltme.", "--summary", "en=Correction.")


@pytest.fixture
def bare(ready: Project, tmp_path: Path) -> Project:
    """A remote with the texts of `ready`, and without its pages."""
    folder = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)], check=True)
    ready.git("remote", "add", "origin", str(folder))
    ready.git("push", "--quiet", "origin", "main")
    return Project(folder)


def _release(project: Project, *options: str) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")
    told = project.run("release", "2.1", "--editorial", *SUMMARIES, *options)
    assert told.code == 0, told.err
    project.commit("Release 2.1")


def _entries(project: Project) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(project.page("register.json"))["entries"]
    return found


def test_what_was_published_in_this_clone_only_is_entered_again_as_of_the_push(ready: Project, bare: Project) -> None:
    ready.git("push", "--quiet", "origin", "gh-pages")
    _release(ready)
    assert ready.run("publish", "--today", "2026-11-24").code == 0
    told = ready.run("publish", "--push", "--today", "2026-11-30")
    assert told.code == 0, told.err
    assert (
        "Release 2.1 was entered in the local branch gh-pages only (published 2026-11-24T00:00:00+03:00, effective "
        "2026-11-24); it is entered again (published 2026-11-30T00:00:00+03:00, effective 2026-11-30).\n"
    ) in told.out
    assert [entry["published"][:10] for entry in _entries(bare)] == ["2026-11-22"] * 3 + ["2026-11-30"]
    assert ready.git("rev-parse", "gh-pages") == bare.git("rev-parse", "gh-pages")
    assert ready.run("publish", "--push", "--today", "2026-11-30").out.startswith("Nothing to do")


def test_the_first_push_begins_the_register(ready: Project, bare: Project) -> None:
    assert [entry["recorded"][:10] for entry in _entries(ready)] == ["2026-11-23"] * 3
    assert ready.run("publish", "--push", "--today", "2026-11-30").code == 0
    assert [entry["recorded"][:10] for entry in _entries(bare)] == ["2026-11-30"] * 3


def test_an_effective_date_that_the_push_overtakes_is_refused(ready: Project, bare: Project) -> None:
    ready.git("push", "--quiet", "origin", "gh-pages")
    _release(ready, "--effective", "2026-11-25", "--today", "2026-11-24")
    assert ready.run("publish", "--today", "2026-11-24").code == 0
    told = ready.run("publish", "--push", "--today", "2026-11-30")
    assert told.code == 1
    assert "releases/2.1/release.yml:2: the effective date 2026-11-25 lies before the publication day" in told.err
    assert [entry["version"] for entry in _entries(bare)] == ["1.0", "1.1", "2.0"]


def test_a_timestamp_brings_no_entry_online_that_only_this_clone_has(
    ready: Project, bare: Project, tsa: Authority
) -> None:
    ready.git("push", "--quiet", "origin", "gh-pages")
    _release(ready)
    assert ready.run("publish", "--today", "2026-11-24").code == 0
    told = ready.run("timestamp", "--tsa", tsa.address, "--tsa-ca", str(tsa.ca), "--push")
    assert told.code == 0, told.err
    assert [entry["version"] for entry in _entries(bare)] == ["1.0", "1.1", "2.0"]


def test_pages_that_were_put_back_at_the_remote_go_on_from_what_was_public(ready: Project, bare: Project) -> None:
    ready.git("push", "--quiet", "origin", "gh-pages")
    before = bare.git("rev-parse", "gh-pages")
    _release(ready)
    assert ready.run("publish", "--push", "--today", "2026-11-24").code == 0
    entries = _entries(bare)
    bare.git("update-ref", "refs/heads/gh-pages", before)
    assert ready.run("publish", "--push", "--today", "2026-11-30").code == 0
    assert _entries(bare) == entries


def test_no_entry_of_a_day_that_has_not_come_is_pushed(ready: Project, bare: Project) -> None:
    for day in ("9999-12-31", "2999-01-01"):
        told = ready.run("publish", "--push", "--today", day)
        assert (told.code, told.out, told.err) == (
            1,
            "",
            (
                f"the day {day} has not come: what a release says of its publication must be true.\n"
                "  Fix: publish without --today; to rehearse that day, leave out --push and choose another branch: "
                f"--branch preview. If today is {day}, look at the clock of this machine.\n"
            ),
        )
    assert bare.git("for-each-ref", "refs/heads/gh-pages") == ""


def test_a_commit_of_that_day_vouches_for_it(ready: Project, bare: Project) -> None:
    with environment(GIT_COMMITTER_DATE="2099-01-01T12:00:00Z"):
        _release(ready)
    assert ready.run("publish", "--push", "--today", "2099-01-01").code == 0
    assert _entries(bare)[-1]["published"] == "2099-01-01T00:00:00+03:00"


def test_a_rehearsal_of_a_day_to_come_says_so_and_harms_no_later_push(ready: Project, bare: Project) -> None:
    ready.git("push", "--quiet", "origin", "gh-pages")
    _release(ready)
    told = ready.run("publish", "--today", "9999-12-31")
    assert told.code == 0, told.err
    assert (
        "Warning: 9999-12-31 has not come. These entries are a rehearsal: publish --push makes them again, and to "
        "publish as of an earlier day here, put the branch gh-pages back first (git branch -f gh-pages COMMIT) or "
        "delete it (git branch -D gh-pages).\n"
    ) in told.out
    assert "  Fix: publish as of today, or, where that day was only rehearsed" in ready.run(
        "publish", "--today", "2026-11-30"
    ).err.replace("\n\n", "\n")
    assert ready.run("publish", "--push", "--today", "2026-11-30").code == 0
    assert _entries(bare)[-1]["published"] == "2026-11-30T00:00:00+03:00"


def test_a_branch_that_was_put_back_is_found_by_the_tag_of_the_register(
    ready: Project, bare: Project, tmp_path: Path
) -> None:
    """A fresh clone, as CI has it, knows nothing of what the branch held before."""
    assert ready.run("publish", "--push", "--today", "2026-11-30").code == 0
    assert bare.git("tag", "--list") == ready.git("tag", "--list") == "register/3"
    _release(ready)
    ready.git("push", "--quiet", "origin", "main")
    assert ready.run("publish", "--push").code == 0
    assert bare.git("tag", "--list").split() == ready.git("tag", "--list").split() == ["register/3", "register/4"]
    bare.git("update-ref", "refs/heads/gh-pages", "gh-pages^{/2026-11-30}")
    bare.git("clone", "--quiet", str(bare.root), str(tmp_path / "fresh"))
    fresh = Project(tmp_path / "fresh")
    told = fresh.run("publish", "--push")
    assert (told.code, told.out) == (1, "")
    assert told.err.endswith(
        "gh-pages:register.json: the tag register/4 says that 4 entries were published; the register on gh-pages has "
        "3, or others: the branch was put back or rewritten.\n"
        "  Fix: find out who did it. To bring back what was published: git push --force origin "
        "register/4^{}:gh-pages. If the tag is wrong: git push --delete origin register/4.\n"
    )
    fresh.git("branch", "gh-pages", "origin/gh-pages")
    assert fresh.run("verify", "--today", "2026-11-30").code == 1
    fresh.git("push", "--quiet", "--force", "origin", "register/4^{}:gh-pages")
    fresh.git("branch", "--delete", "--force", "gh-pages")
    assert fresh.run("publish", "--push").out.startswith("Nothing to do")
    assert fresh.run("verify").code == 0


def test_a_register_rewritten_from_the_start_is_found_by_the_tag(ready: Project, bare: Project, tmp_path: Path) -> None:
    assert ready.run("publish", "--push", "--today", "2026-11-29").code == 0
    bare.git("branch", "--delete", "--force", "gh-pages")
    bare.git("clone", "--quiet", str(bare.root), str(tmp_path / "fresh"))
    told = Project(tmp_path / "fresh").run("publish", "--push", "--today", "2026-11-30")
    assert told.code == 1
    assert "the tag register/3 says that 3 entries were published; the register on gh-pages has 0" in told.err


def test_a_hook_that_stops_the_push_is_named_with_its_words(ready: Project, bare: Project) -> None:
    hook = ready.write(".git/hooks/pre-push", "#!/bin/sh\necho No pages on a Friday. >&2\nexit 1\n")
    hook.chmod(0o755)
    told = ready.run("publish", "--push")
    assert (told.code, bare.git("branch", "--list", "gh-pages"), ready.git("tag", "--list")) == (1, "", "")
    assert told.err.endswith(
        "git of this clone did not push, perhaps for its pre-push hook: No pages on a Friday.\n"
        "  Fix: do as it says, then publish again; nothing has been published.\n"
    )


def test_where_git_moves_the_branch_here_by_the_push_itself_all_is_well(ready: Project, bare: Project) -> None:
    ready.git("config", "remote.origin.fetch", "+refs/heads/*:refs/heads/*")
    told = ready.run("publish", "--push")
    assert told.code == 0, told.err
    assert bare.git("rev-parse", "gh-pages") == ready.git("rev-parse", "gh-pages")
