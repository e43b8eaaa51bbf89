"""Deploying where others were at the branch, the remote or the repository before us, with real git."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Project, Told, copy_project, environment
from yururluk.core.messages import Refused
from yururluk.core.settings import read_settings
from yururluk.git import Repository
from yururluk.publish import targets
from yururluk.publish.remote import known_commit
from yururluk.site.assets import shared_files

DAY = ("--today", "2026-11-23")


def _publish(project: Project, *more: str) -> Told:
    return project.run("publish", *DAY, *more)


def _on_the_branch(project: Project, change: Callable[[Project], None]) -> None:
    """Change the pages branch by hand, in a work tree of its own that is removed again."""
    tree = project.root.parent / "by-hand"
    project.git("worktree", "add", "--quiet", str(tree), "gh-pages")
    hand = Project(tree)
    change(hand)
    hand.commit("By hand")
    project.git("worktree", "remove", "--force", str(tree))


def _hook(folder: Path, name: str, script: str) -> None:
    file = folder / "hooks" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def _building(told: Told) -> list[str]:
    return [line for line in told.err.splitlines() if line.startswith("Building")]


def _refused(message: str, fix: str) -> Told:
    return Told(1, "", f"{message}\n  Fix: {fix}\n")


def _remove_release(hand: Project) -> None:
    hand.git("rm", "-r", "--quiet", "1.0")


def _edit_page(hand: Project) -> None:
    hand.edit("1.1/gizlilik-politikasi/index.html", "</html>", "<p>Ek madde</p></html>")


def _add_page(hand: Project) -> None:
    hand.write("1.1/ek/index.html", "<p>Ek</p>")


def _remove_alias(hand: Project) -> None:
    hand.git("rm", "-r", "--quiet", "son")


def _edit_alias(hand: Project) -> None:
    hand.edit("yururlukte/gizlilik-politikasi/index.html", "</html>", "<p>Ek madde</p></html>")


def _edit_versions(hand: Project) -> None:
    hand.edit("versions.json", '"superseded"', '"in-force"')


def _break_versions(hand: Project) -> None:
    hand.write("versions.json", "{")
    hand.git("rm", "-r", "--quiet", "2.0")


def _reformat_register(hand: Project) -> None:
    hand.write("register.json", json.dumps(json.loads(hand.read("register.json"))))


def _remove_portal_page(hand: Project) -> None:
    hand.git("rm", "-r", "--quiet", "surumler", "robots.txt", "assets")


def _break_build_file(hand: Project) -> None:
    hand.write("build.json", "[]")


def _foreign_release(hand: Project) -> None:
    hand.write("9.9/gizlilik-politikasi/index.html", "<p>Sahte")


def _several(hand: Project) -> None:
    for change in (_remove_release, _edit_page, _remove_alias, _foreign_release):
        change(hand)


@pytest.mark.parametrize(
    ("change", "written"),
    [
        (_several, "release 1.0, release 1.1, release 2.0, the portal"),
        pytest.param(_remove_release, "release 1.0", marks=pytest.mark.slow),
        (_edit_page, "release 1.1"),
        pytest.param(_add_page, "release 1.1", marks=pytest.mark.slow),
        pytest.param(_remove_alias, "release 2.0", marks=pytest.mark.slow),
        pytest.param(_edit_alias, "release 1.1", marks=pytest.mark.slow),
        pytest.param(_edit_versions, "the portal", marks=pytest.mark.slow),
        (_break_versions, "release 2.0, the portal"),
        pytest.param(_reformat_register, "the portal", marks=pytest.mark.slow),
        pytest.param(_remove_portal_page, "the portal", marks=pytest.mark.slow),
        (_break_build_file, "release 1.0, release 1.1, release 2.0, the portal"),
        pytest.param(_foreign_release, "the portal", marks=pytest.mark.slow),
    ],
)
def test_what_was_changed_on_the_branch_by_hand_is_put_right(
    ready: Project, change: Callable[[Project], None], written: str
) -> None:
    """The next publish builds what differs, and no more; the one after it makes no commit."""
    tree = ready.tree()
    _on_the_branch(ready, change)
    assert ready.tree() != tree
    told = _publish(ready)
    assert (told.code, told.out.splitlines()[0].partition(" s: ")[2]) == (0, f"{written}."), told
    if change is _edit_page:
        assert (
            "Warning: 1.1 was changed on the branch since it was published, and is put right; see who changed it: "
            "git log -p gh-pages -- 1.1\n"
        ) in told.err
    assert ready.tree() == tree
    before = ready.git("rev-parse", "gh-pages")
    assert _publish(ready).out.startswith("Nothing to do")
    assert ready.git("rev-parse", "gh-pages") == before


def test_a_register_that_was_cut_short_by_hand_is_refused_unless_the_whole_one_is_given(ready: Project) -> None:
    """Its chain is whole; going on from it would record 2.0 a second time."""
    tree, whole = ready.tree(), ready.page("register.json") + "\n"
    blob = ready.git("rev-parse", "gh-pages:register.json")

    def cut(hand: Project) -> None:
        register = json.loads(whole)
        register["entries"].pop()
        hand.write("register.json", json.dumps(register))

    _on_the_branch(ready, cut)
    assert _publish(ready) == _refused(
        "gh-pages:register.json: an entry was removed or changed by hand: it is not the register that was "
        "published last.",
        "look who did it (git log -p gh-pages -- register.json) and put the file back on the branch: "
        f"git cat-file blob {blob} prints it.",
    )
    ready.write("../saved.json", whole)
    assert _publish(ready, "--register", "../saved.json").code == 0
    assert ready.tree() == tree


def test_a_release_that_mike_deleted_comes_back(ready: Project) -> None:
    tree = ready.tree()
    mike = Path(sys.executable).parent / "mike"
    subprocess.run([mike, "delete", "1.0"], cwd=ready.root, check=True, capture_output=True)
    assert not [path for path in ready.published_paths() if path.startswith("1.0/")]
    assert _publish(ready).code == 0
    assert ready.tree() == tree


def test_files_of_the_company_at_the_root_stay_and_only_ours_go(ready: Project) -> None:
    """CNAME, .well-known/ and whatever else we never wrote stay; a page that we wrote and no longer want goes."""

    def change(hand: Project) -> None:
        hand.write("CNAME", "sozlesmeler.example.com\n")
        hand.write(".well-known/security.txt", "Contact: mailto:a@example.com\n")
        hand.write("google1234.html", "google-site-verification")
        hand.write("assets/site.0000000000.css", "old")
        hand.write("eski/index.html", "a page of ours, of a document that is no more")
        build = json.loads(hand.read("build.json"))
        build["parts"]["portal"]["files"]["eski/index.html"] = hand.git("hash-object", "eski/index.html")
        hand.write("build.json", json.dumps(build))

    _on_the_branch(ready, change)
    assert ready.run("publish", "--today", "2027-01-01").code == 0
    paths = set(ready.published_paths())
    kept = {"CNAME", ".well-known/security.txt", "google1234.html", "assets/site.0000000000.css"}
    assert kept <= paths
    assert "eski/index.html" not in paths


@pytest.fixture
def remote(project: Project, tmp_path: Path) -> Path:
    """A bare remote that the project calls origin."""
    bare = tmp_path / "remote.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(project.root), str(bare)], check=True)
    project.git("remote", "add", "origin", str(bare))
    return bare


def test_a_push_that_the_server_refuses_is_told_in_its_words(project: Project, remote: Path) -> None:
    """It is tried once: the branch has not moved, so it was no race."""
    _hook(remote, "pre-receive", "echo 'gh-pages is protected; ask Hukuk.' >&2; exit 1")
    told = _publish(project, "--push")
    assert (told.code, told.out, len(_building(told))) == (1, "", 4)
    assert told.err.splitlines()[-2:] == [
        (
            "origin did not take the pages: [remote rejected] (pre-receive hook declined); "
            "gh-pages is protected; ask Hukuk."
        ),
        (
            "  Fix: allow those who publish to push to gh-pages there (branch protection, hooks, rights), or choose "
            "another branch: --branch NAME; nothing has been published."
        ),
    ]
    assert project.git("for-each-ref", "refs/heads/gh-pages", "refs/yururluk") == ""


def test_a_remote_out_of_reach_is_told_before_building(project: Project, tmp_path: Path) -> None:
    project.git("remote", "add", "origin", str(tmp_path / "nowhere.git"))
    told = _publish(project, "--push")
    assert (told.code, _building(told)) == (1, [])
    assert told.err.startswith(f"origin cannot be reached: fatal: '{tmp_path}/nowhere.git' does not appear to be a")


def test_a_hook_that_forbids_moving_refs_is_told_before_building(project: Project) -> None:
    _hook(
        project.root / ".git", "reference-transaction", "test $1 = aborted || { echo 'No moves today.' >&2; exit 1; }"
    )
    assert _publish(project) == _refused(
        "git update-ref failed: No moves today. fatal: ref updates aborted by hook.",
        "do as git says, then publish again; nothing has been lost.",
    )


def test_a_hook_that_forbids_the_pages_branch_is_told_before_building(project: Project) -> None:
    script = "if grep -q refs/heads/gh-pages; then exit 1; fi"
    _hook(project.root / ".git", "reference-transaction", script)
    assert _publish(project) == _refused(
        "git update-ref failed: fatal: ref updates aborted by hook.",
        "do as git says, then publish again; nothing has been lost.",
    )


def test_a_failure_in_the_middle_is_told_as_git_tells_it(project: Project) -> None:
    """A hook that lets the rehearsal pass, and forbids the commit."""
    script = "if test -e .git/armed; then exit 1; fi"
    _hook(project.root / ".git", "reference-transaction", script)
    honest = Repository.rehearse

    def armed(self: Repository, changes: list[tuple[str, str, str | None]], gone: list[str]) -> None:
        honest(self, changes, gone)
        (self.root / ".git/armed").touch()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Repository, "rehearse", armed)
        told = _publish(project)
    assert (told.code, told.out) == (1, "")
    assert told.err.endswith(
        "git update-ref failed: fatal: ref updates aborted by hook.\n"
        "  Fix: do as git says, then publish again; nothing has been lost.\n"
    )


def test_a_ref_in_the_place_of_the_staging_is_named(project: Project) -> None:
    project.git("update-ref", "refs/yururluk", "HEAD")
    assert _publish(project) == _refused(
        'there is a ref named "refs/yururluk", where the pages are to be staged (refs/yururluk/staging).',
        "if nobody needs it, remove it: git update-ref -d refs/yururluk.",
    )


def test_a_locked_branch_is_told_before_building(ready: Project) -> None:
    ready.write(".git/refs/heads/gh-pages.lock", "")
    told = ready.run("publish", "--today", "2027-01-01")
    assert (told.code, _building(told)) == (1, [])
    assert told.err.startswith(
        f"git update-ref failed: fatal: prepare: cannot lock ref 'refs/heads/gh-pages': Unable to create "
        f"'{ready.root}/.git/refs/heads/gh-pages.lock': File exists."
    )


def test_a_branch_checked_out_in_another_work_tree_is_refused(ready: Project, tmp_path: Path) -> None:
    tree = tmp_path / "pages"
    ready.git("worktree", "add", "--quiet", str(tree), "gh-pages")
    assert ready.run("publish", "--today", "2027-01-01") == _refused(
        f"the branch gh-pages is checked out in {tree}: its files would no longer be what the branch holds.",
        f'close it (git worktree remove "{tree}"), or choose another branch for the pages: --branch NAME.',
    )
    ready.git("worktree", "remove", str(tree))
    assert ready.run("publish", "--today", "2027-01-01").code == 0


def test_the_branch_with_the_texts_cannot_hold_the_pages(project: Project) -> None:
    assert _publish(project, "--branch", "main") == _refused(
        "the branch main is checked out here: its files would be overwritten by pages.",
        "go to the branch with the texts (git switch main), or choose another for the pages: --branch NAME.",
    )


@pytest.mark.parametrize(
    "name", ["HEAD", "-x", "refs/heads/gh-pages", "a..b", "a b", "a.lock", "@{-1}", "a/", "@", "a\tb"]
)
def test_what_cannot_name_a_branch_is_refused_before_building(project: Project, name: str) -> None:
    shown = name.replace("\t", r"\x09")
    assert _publish(project, f"--branch={name}") == _refused(
        f'"{shown}" cannot be the name of a branch.',
        "choose another, such as gh-pages: --branch NAME, or remote_branch in mkdocs.yml.",
    )


@pytest.mark.parametrize(("other", "name"), [("pages", "pages/web"), ("gh-pages/old", "gh-pages")])
def test_a_branch_below_another_is_refused_before_building(project: Project, other: str, name: str) -> None:
    project.git("branch", other)
    assert _publish(project, "--branch", name) == _refused(
        f'there cannot be a branch "{name}" beside the branch "{other}": git keeps them as files.',
        "choose another, such as gh-pages: --branch NAME, or remote_branch in mkdocs.yml.",
    )


def test_changes_below_a_folder_are_seen_although_git_was_told_to_keep_silent(project: Project) -> None:
    """Ignored, assumed unchanged, skipped, missing, staged only, turned into a link: each is listed."""
    repository = Repository(project.root)
    assert repository.not_as_committed("releases") == []
    folder = "releases/1.1/tr"
    project.write(".git/info/exclude", "*.bak\n")
    project.write(f"{folder}/eski.bak", "x")
    project.git("update-index", "--assume-unchanged", f"{folder}/gizlilik-politikasi.md")
    project.write(f"{folder}/gizlilik-politikasi.md", "x")
    project.git("update-index", "--skip-worktree", f"{folder}/aydinlatma-metni.md")
    (project.root / folder / "aydinlatma-metni.md").unlink()
    text = project.root / "releases/1.0/tr/gizlilik-politikasi.md"
    text.rename(text.with_name("öteki ad.md"))
    text.symlink_to("öteki ad.md")
    assert repository.not_as_committed("releases") == [
        "releases/1.0/tr/gizlilik-politikasi.md",
        "releases/1.0/tr/öteki ad.md",
        "releases/1.1/tr/aydinlatma-metni.md",
        "releases/1.1/tr/eski.bak",
        "releases/1.1/tr/gizlilik-politikasi.md",
    ]


def test_line_ends_that_git_converts_are_no_change_and_others_are(project: Project) -> None:
    repository = Repository(project.root)
    path = "releases/1.1/release.yml"
    project.write(path, project.read(path).replace("\n", "\r\n"))
    assert repository.not_as_committed("releases") == [path], "releases/** -text: nothing is converted"
    (project.root / path).unlink()
    project.git("rm", "--quiet", ".gitattributes")
    project.git("commit", "--quiet", "--message", "No attributes")
    project.git("config", "core.autocrlf", "true")
    project.git("checkout", "--", path)
    assert b"\r\n" in (project.root / path).read_bytes()
    assert repository.not_as_committed("releases") == []


def test_changes_are_told_from_the_projects_folder_where_it_lies_in_a_larger_repository(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "whole/hukuk")
    (project.root / ".git").rename(tmp_path / "whole/.git")
    Project(tmp_path / "whole").commit("Below a folder")
    repository = Repository(project.root)
    assert repository.not_as_committed("releases") == []
    project.write("releases/1.1/release.yml", "x")
    project.write("releases/1.1/new.md", "x")
    assert repository.not_as_committed("releases") == ["releases/1.1/new.md", "releases/1.1/release.yml"]


def _release_without_a_day(project: Project) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")
    told = project.run("release", "2.1", "--editorial", "--summary", "tr=Düzeltme.", "--summary", "en=Fix.")
    assert told.code == 0, told.err
    with environment(GIT_COMMITTER_DATE="2027-02-01T12:00:00Z"):  # it is pushed as of that day
        project.commit("Release 2.1")


@pytest.mark.slow
def test_one_release_recorded_with_two_dates_is_refused_with_both(project: Project, tmp_path: Path) -> None:
    _release_without_a_day(project)
    bare = tmp_path / "remote.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(project.root), str(bare)], check=True)
    subprocess.run(["git", "clone", "--quiet", str(bare), str(tmp_path / "ci")], check=True)
    ci = Project(tmp_path / "ci")
    assert ci.run("publish", "--today", "2027-02-01", "--push").code == 0
    assert project.run("publish", "--today", "2027-02-02").code == 0
    before = project.git("rev-parse", "gh-pages")
    project.git("remote", "add", "origin", str(bare))
    assert project.run("publish", "--today", "2027-02-03", "--push") == _refused(
        "release 2.1 is recorded twice: the local branch gh-pages says published 2027-02-02T00:00:00+03:00, "
        "effective 2027-02-02, origin says published 2027-02-01T00:00:00+03:00, effective 2027-02-01.",
        "if the local branch was only a trial, delete it (git branch -D gh-pages) and publish again.",
    )
    assert project.git("rev-parse", "gh-pages") == before


def test_a_folder_named_like_a_script_is_one_script_wherever_the_project_lies(tmp_path: Path) -> None:
    root = tmp_path / "site.js"
    overrides = root / "overrides"
    (overrides / "assets/page.js").mkdir(parents=True)
    for name, words in (("page.js/2-then.js", "then"), ("page.js/1-first.js", "first "), ("other.js", "other")):
        (overrides / "assets" / name).write_text(words, encoding="utf-8")
    found = shared_files(root)
    assert found["assets/other.js"][1] == b"other"
    assert found["assets/page.js"][1] == b"first then"
    assert re.fullmatch(r"assets/page\.[0-9a-f]{10}\.js", found["assets/page.js"][0])


def test_the_digest_of_the_code_knows_the_engine_the_templates_and_no_scratch_files(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings(project.root)
    before = targets.code_digest(project.root, settings)
    for name in (".site.css.swp", "site.css~", "site.css.swp", ".DS_Store"):
        project.write(f"overrides/assets/{name}", "x")
    assert targets.code_digest(project.root, settings) == before
    with monkeypatch.context() as patch:
        patch.setattr(targets, "version", lambda name: "0" if name == "nh3" else "1")
        one = targets.code_digest(project.root, settings)
        patch.setattr(targets, "version", lambda _: "1")
        assert targets.code_digest(project.root, settings) != one
    project.write("overrides/main.html", '{% extends "base.html" %}')
    assert targets.code_digest(project.root, settings) != before


def _shallow(bare: Path, target: Path) -> Project:
    """A clone as CI makes it: one commit of one branch."""
    command = ["git", "clone", "--quiet", "--depth", "1", "--branch", "main", f"file://{bare}", str(target)]
    subprocess.run(command, check=True, capture_output=True)
    return Project(target)


@pytest.mark.slow
def test_a_shallow_clone_goes_on_from_pages_that_it_has_not_fetched(
    project: Project, remote: Path, tmp_path: Path
) -> None:
    """It must not begin a register of its own, in which every release would have another date."""
    _release_without_a_day(project)
    project.git("push", "--quiet", "origin", "main")
    assert project.run("publish", "--today", "2027-02-01", "--push").code == 0
    clone = _shallow(remote, tmp_path / "ci")
    settings = read_settings(clone.root)
    assert known_commit(Repository(clone.root), settings) is None
    told = clone.run("publish", "--today", "2027-03-01")
    assert told.code == 0, told.err
    assert clone.git("rev-parse", "gh-pages") == project.git("rev-parse", "gh-pages")
    assert known_commit(Repository(clone.root), settings) == project.git("rev-parse", "gh-pages")


def test_offline_a_clone_without_pages_goes_on_with_a_warning(remote: Path, tmp_path: Path) -> None:
    clone = _shallow(remote, tmp_path / "ci")
    remote.rename(tmp_path / "gone.git")
    told = _publish(clone)
    assert told.code == 0, told.err
    assert " ".join(told.err.split()).startswith(
        f"Warning: origin could not be asked whether it has pages already (fatal: '{remote}' does not appear to be "
        "a git repository fatal: Could not read from remote repository."
    )


def test_where_the_remote_has_no_pages_a_clone_begins_them_without_a_word(remote: Path, tmp_path: Path) -> None:
    told = _publish(_shallow(remote, tmp_path / "ci"))
    assert told.code == 0
    assert "Warning" not in told.err


def test_the_known_commit_is_the_one_that_contains_the_other(ready: Project) -> None:
    repository, settings = Repository(ready.root), read_settings(ready.root)
    first = ready.git("rev-parse", "gh-pages")
    assert ready.run("publish", "--today", "2027-01-01").code == 0
    second = ready.git("rev-parse", "gh-pages")
    tracking = "refs/remotes/origin/gh-pages"
    ready.git("update-ref", tracking, first)
    assert known_commit(repository, settings) == second
    ready.git("update-ref", tracking, second)
    ready.git("update-ref", "refs/heads/gh-pages", first)
    assert known_commit(repository, settings) == second
    ready.git("update-ref", "-d", "refs/heads/gh-pages")
    assert known_commit(repository, settings) == second
    ready.git("update-ref", "refs/heads/gh-pages", repository.empty_commit("Another way"))
    with pytest.raises(Refused) as refusal:
        known_commit(repository, settings)
    assert str(refusal.value) == (
        "the local branch gh-pages and origin/gh-pages went separate ways.\n"
        "  Fix: run `yururluk publish --push`, or make the branch what is online: "
        "git branch -f gh-pages refs/remotes/origin/gh-pages."
    )


def test_what_mike_added_by_hand_and_belongs_to_no_release_is_removed(ready: Project) -> None:
    before = ready.tree()
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for command in ("alias 1.0 fremd", "alias 1.0 kopya --alias-type copy", "retitle 1.0 x"):
        subprocess.run(["mike", *command.split()], cwd=ready.root, check=True, capture_output=True, env=environ)
    told = ready.run("publish", "--today", "2026-11-23")
    assert told.code == 0
    assert "Removed: fremd belongs to no release." in told.err
    assert "Removed: kopya belongs to no release." in told.err
    assert ready.tree() == before
    assert ready.run("verify", "--today", "2026-11-23").code == 0
