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
