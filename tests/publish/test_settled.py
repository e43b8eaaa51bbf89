"""Nothing to do is answered without working it out only while nothing that decides it has changed; what was read once
is not read again, and nothing else is told for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from tests.conftest import Project
from tests.helpers.builders import SETTINGS, day, moment, release
from tests.publish.test_publish_plan import lives
from yururluk.core.messages import msg
from yururluk.core.model import Release, Withdrawal
from yururluk.core.problems import Problem, Refused
from yururluk.core.register import Register
from yururluk.core.settings import read_settings
from yururluk.git import Repository
from yururluk.memory import FOLDER, Memory
from yururluk.publish import deploy
from yururluk.publish import worktree as held
from yururluk.publish.plan import Plan, plan
from yururluk.publish.refs import STAGING
from yururluk.publish.worktree import held_below
from yururluk.readings import Readings

TODAY = ("--today", "2026-11-25")
NOTHING = "Nothing to do: everything is online as of 2026-11-25."


def _wished(releases: list[Release], number: int, register: Register) -> Plan:
    return plan(releases, register, moment(number), SETTINGS, "code")


@given(lives())
@hypothesis_settings(max_examples=30)
def test_a_plan_stays_the_same_until_the_day_it_names_and_no_day_is_named_for_nothing(
    days: list[list[Release]],
) -> None:
    register = Register()
    for number, releases in enumerate(days):
        late = [r for r in releases if r.effective and r.effective < day(number)]
        if any(register.publication(r.version) is None for r in late):
            return
        made = _wished(releases, number, register)
        register = made.register
        for later in range(number, number + 8):
            other = _wished(releases, later, register)
            if made.until is not None and day(later) >= made.until:
                assert other.fingerprints() != made.fingerprints()
                break
            assert other.fingerprints() == made.fingerprints()
            assert (other.register, other.until, other.recorded) == (register, made.until, ())


def test_the_day_on_which_a_waiting_release_is_due_is_named() -> None:
    first = release("1.0", {"a": "bir"}, published=day(0))
    waiting = release("1.1", {"a": "iki"}, published=day(5), effective=day(9))
    assert _wished([first, waiting], 1, Register()).until == day(5)
    withdrawn = release("1.0", {"a": "bir"}, published=day(0), withdrawal=Withdrawal(day(3), "Yanlış."))
    assert _wished([withdrawn, waiting], 1, Register()).until == day(3)
    assert _wished([first], 1, Register()).until is None


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever has to be worked out is refused."""

    def refuse(*_: object) -> None:
        raise Refused([Problem("refused", "", 0, msg("{cause}.", cause="worked out"), msg("{cause}.", cause="-"))])

    monkeypatch.setattr(deploy, "publish", refuse)


WORKED_OUT = "worked out.\n"


def test_a_second_publish_tells_the_same_without_working_it_out(ready: Project) -> None:
    told = ready.run("publish", *TODAY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deploy, "publish", None)
        noted = ready.run("publish", *TODAY)
    assert (noted.code, noted.out, noted.err) == (told.code, told.out, told.err)
    assert told.out.startswith(NOTHING)


def test_nothing_that_plans_or_builds_is_loaded_where_there_is_nothing_to_do(ready: Project) -> None:
    assert ready.run("publish", *TODAY).code == 0
    code = (
        f"import sys; sys.argv = ['yururluk', 'publish', *{TODAY!r}]\n"
        "from yururluk.cli import main\n"
        "main.__globals__['cli'](prog_name='yururluk', obj=main.__globals__['Speech']('en'), standalone_mode=False)\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'pydantic', 'mkdocs', 'mike', 'lxml'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ready.root, check=True, capture_output=True, text=True)
    assert NOTHING in done.stdout
    assert done.stdout.endswith("[]\n")


def _edited_page(project: Project) -> None:
    _on_branch(project, "1.0/gizlilik-politikasi/index.html", b"<p>Baska</p>")


def _on_branch(project: Project, path: str, data: bytes) -> None:
    made = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], cwd=project.root, input=data, capture_output=True, check=True
    )
    index = str(project.root / ".git" / "index-of-another")
    env = {"GIT_INDEX_FILE": index, "PATH": "/usr/bin:/bin"}
    for command in (
        ["read-tree", "gh-pages"],
        ["update-index", "--add", "--cacheinfo", f"100644,{made.stdout.decode().strip()},{path}"],
    ):
        subprocess.run(["git", *command], cwd=project.root, env=env, check=True)
    tree = subprocess.run(["git", "write-tree"], cwd=project.root, env=env, capture_output=True, check=True)
    commit = project.git("commit-tree", tree.stdout.decode().strip(), "-p", "gh-pages", "-m", "By hand")
    project.git("update-ref", "refs/heads/gh-pages", commit)


def _other_template(project: Project) -> None:
    project.write("overrides/base.html", project.read("overrides/base.html") + "\n")


def _other_setting(project: Project) -> None:
    project.edit("mkdocs.yml", "publisher: Dinamik360 Yazılım A.Ş.", "publisher: Örnek A.Ş.")


def _left_by_a_killed_one(project: Project) -> None:
    project.git("update-ref", STAGING, "gh-pages")


def _mark_of_a_killed_one(project: Project) -> None:
    (project.root / ".git/yururluk-work").mkdir()


def _fetched_pages(project: Project) -> None:
    project.git("update-ref", "refs/remotes/origin/gh-pages", "gh-pages")


def _other_line_ends(project: Project) -> None:
    project.git("rm", "--quiet", ".gitattributes")
    project.git("commit", "--quiet", "--message", "No attributes")
    project.git("config", "core.autocrlf", "true")
    (project.root / "releases/1.0/release.yml").unlink()
    project.git("checkout", "--", "releases/1.0/release.yml")


@pytest.mark.parametrize(
    "change",
    [
        _edited_page,
        _other_template,
        _other_setting,
        _left_by_a_killed_one,
        _mark_of_a_killed_one,
        _fetched_pages,
        _other_line_ends,
    ],
)
@pytest.mark.usefixtures("refusing")
def test_whatever_could_make_a_difference_is_worked_out(ready: Project, change: Callable[[Project], None]) -> None:
    assert ready.run("publish", *TODAY).code == 0
    change(ready)
    assert ready.run("publish", *TODAY).err.startswith(WORKED_OUT)


@pytest.mark.parametrize("today", ["2026-11-22", "2027-01-01"])
@pytest.mark.usefixtures("refusing")
def test_a_day_before_it_was_noted_or_on_which_a_state_changes_is_worked_out(ready: Project, today: str) -> None:
    assert ready.run("publish", *TODAY).code == 0
    assert ready.run("publish", "--today", today).err.startswith(WORKED_OUT)


def test_an_uncommitted_text_and_a_folder_without_files_are_told_as_ever(ready: Project) -> None:
    assert ready.run("publish", *TODAY).code == 0
    (ready.root / "releases/9.9").mkdir()
    told = ready.run("publish", *TODAY)
    assert told.code == 1
    assert told.err.startswith("releases/9.9/release.yml: the release file is missing.\n")
    (ready.root / "releases/9.9").rmdir()
    path = "releases/1.0/tr/gizlilik-politikasi.md"
    ready.write(path, ready.read(path) + "\nEk.\n")
    told = ready.run("publish", *TODAY)
    assert told.code == 1
    assert f"{path}: this file is not as committed; only what is in git is published.\n" in told.err
    assert f"{path}: this frozen file was changed after its release.\n" in told.err


def test_a_checked_out_pages_branch_is_refused_as_ever(ready: Project, tmp_path: Path) -> None:
    assert ready.run("publish", *TODAY).code == 0
    ready.git("worktree", "add", "--quiet", str(tmp_path / "pages"), "gh-pages")
    told = ready.run("publish", *TODAY)
    assert told.code == 1
    assert told.err.startswith(f"the branch gh-pages is checked out in {tmp_path / 'pages'}")


# What was read once


def _readings(project: Project) -> tuple[Readings, Repository]:
    repository = Repository(project.root)
    memory = Memory(project.root / ".git" / FOLDER, "code")
    return Readings(project.root, read_settings(project.root), memory), repository


def test_what_was_read_once_is_read_from_memory_and_says_the_same(project: Project) -> None:
    project.git("tag", "before")
    assert project.run("withdraw", "1.0", "--reason", "Yanlış metin.", *TODAY).code == 0
    project.commit("Withdrawn")
    readings, repository = _readings(project)
    read, problems = readings.read(held_below(repository, "releases"))
    assert problems == []
    again, _ = readings.read(held_below(repository, "releases"))
    assert again == read
    assert [release.lines for release in again] == [release.lines for release in read]
    for first, second in zip(read, again, strict=True):
        for text, same in zip(first.texts, second.texts, strict=True):
            assert same.known_wording, "it was not read"
            assert (same.wording, same.body, same.data) == (text.wording, text.body, text.data)
            assert same.front_matter.translates == text.front_matter.translates
            assert same.front_matter.allow == text.front_matter.allow


def test_only_a_release_that_changed_is_read_again(project: Project) -> None:
    readings, repository = _readings(project)
    readings.read(held_below(repository, "releases"))
    project.edit("releases/1.1/release.yml", "material: true", "material: false")
    found, _ = readings.read(held_below(repository, "releases"))
    known = {release.version: bool(release.texts[0].known_wording) for release in found}
    assert (known["1.0"], known["1.1"]) == (True, False)
    assert not next(release for release in found if release.version == "1.1").material
    project.commit("Another 1.1")
    readings.read(held_below(repository, "releases"))
    again, _ = readings.read(held_below(repository, "releases"))
    assert again == found
    assert all(release.texts[0].known_wording for release in again)


def test_another_choice_of_languages_is_read_anew(project: Project) -> None:
    readings, repository = _readings(project)
    found = held_below(repository, "releases")
    readings.read(found)
    told = json.loads(readings.memory.recall("releases") or b"")
    assert told["for"] == ["tr", "en"]
    other = Readings(project.root, SETTINGS, readings.memory)
    assert other.read(found)[1] == []
    english = Readings(
        project.root,
        type(SETTINGS)(**{**SETTINGS.__dict__, "locales": ("en",)}),
        readings.memory,
    )
    assert english.read(found)[1] != []


def test_a_text_that_changes_between_reading_and_showing_is_refused(project: Project) -> None:
    readings, repository = _readings(project)
    readings.read(held_below(repository, "releases"))
    found, _ = readings.read(held_below(repository, "releases"))
    text = found[0].texts[0]
    project.write(text.path, "x")
    with pytest.raises(Exception, match="this file was changed while it was being published"):
        _ = text.data


# Whether the files are as committed


def _seen_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the files had lain for a while."""
    monkeypatch.setattr(held, "_SETTLED_NS", -(10**12))


def test_files_that_nobody_touched_are_not_read_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(project.root)
    assert held_below(repository, "releases").marks == {}, "written just now"
    _seen_before(monkeypatch)
    first = held_below(repository, "releases")
    assert sorted(first.marks) == ["releases/1.0", "releases/1.1", "releases/2.0"]
    monkeypatch.setattr(held, "_is_content", None)
    assert held_below(repository, "releases", first.marks) == first


def test_a_file_that_was_touched_is_read_whatever_it_looks_like(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same length, with its old time of writing, and with git told to overlook it."""
    _seen_before(monkeypatch)
    repository = Repository(project.root)
    first = held_below(repository, "releases")
    path = "releases/1.1/tr/gizlilik-politikasi.md"
    file = project.root / path
    before = file.stat()
    data = file.read_bytes()
    project.git("update-index", "--assume-unchanged", path)
    file.write_bytes(data[:-1] + b"x")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = held_below(repository, "releases", first.marks)
    assert found.changed == (path,)
    assert sorted(found.marks) == ["releases/1.0", "releases/2.0"]
    assert not {"releases", "releases/1.1", "releases/1.1/tr"} & found.trees.keys()


def test_another_commit_is_held_against_the_files_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    _seen_before(monkeypatch)
    repository = Repository(project.root)
    first = held_below(repository, "releases")
    path = "releases/1.1/tr/gizlilik-politikasi.md"
    kept = project.read(path)
    project.write(path, kept + "x")
    project.commit("Another text")
    assert held_below(repository, "releases", first.marks).changed == ()
    project.git("reset", "--quiet", "--soft", "HEAD~1")
    assert held_below(repository, "releases", first.marks).changed == (path,)
