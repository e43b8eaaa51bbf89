"""The worst days: killed, raced, out of room. The branch is old or new, never between; the next publish is well."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT, Project, environment
from tests.helpers.tsa import Authority
from yururluk.core.register import loads
from yururluk.publish.lock import LOCK_FILE, STAGING, under_way

DAY = "2027-01-01"


def start(
    folder: Path, *more: str, command: str = "publish", before: str = "exec", day: str | None = DAY, heard: bool = True
) -> subprocess.Popen[str]:
    """A publish in a process group of its own, as on 1 January 2027, when release 2.0 takes effect; or by the clock."""
    today = ("--today", day) if day else ()
    program = [sys.executable, "-m", "yururluk", command, *today, *more]
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'hooks'}{os.pathsep}{ROOT}"}
    shell = ["sh", "-c", f'{before} "$@"', "sh", *program]
    return subprocess.Popen(
        shell,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE if heard else subprocess.DEVNULL,
        stderr=subprocess.PIPE if heard else subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit code and all that it said."""
    out, err = process.communicate(timeout=900)
    return process.returncode, out + err


def left_over(project: Project) -> list[str]:
    """What a publish must not leave behind: files in the work tree, its own folders, refs."""
    found = project.git("status", "--porcelain").splitlines()
    found += [file.name for file in (project.root / ".git").glob("yururluk-work*")]
    return found + project.git("for-each-ref", "refs/yururluk").splitlines()


def locks(project: Project) -> list[str]:
    """The locks that git holds, or was killed with."""
    return [file.name for file in (project.root / ".git").rglob("*.lock") if file.name != LOCK_FILE]


def what_differs(project: Project, tree: str, *wanted: str) -> str:
    """In what a tree of pages differs from each of those that it should be: nothing where it is one of them."""
    return "" if tree in wanted else "\n\n".join(project.git("diff", "--stat", one, tree) for one in wanted)


def killed_and_well_again(project: Project, rounds: int, rng: random.Random) -> None:
    """Kill a publish at some moment, look, publish again, and go back to where it began; so many times."""
    old_commit, old = project.git("rev-parse", "gh-pages"), project.tree()
    begun = time.monotonic()
    assert finish(start(project.root))[0] == 0
    took = time.monotonic() - begun
    new = project.tree()
    assert new != old
    for number in range(rounds):
        project.git("update-ref", "refs/heads/gh-pages", old_commit)
        process = start(project.root, heard=False)
        after = rng.uniform(0.1, 1.0) * took
        time.sleep(after)
        kill = rng.choice((os.killpg, os.kill))  # with its git, or alone
        kill(process.pid, signal.SIGKILL)
        process.wait()  # what it began to build with has a group of its own, and may go on for a moment
        at = f"round {number}, {kill.__name__} after {after:.3f} of {took:.3f} s"
        assert what_differs(project, project.tree(), old, new) == "", at
        assert project.git("status", "--porcelain") == "", at
        code, said = finish(start(project.root))
        assert code == 0, f"{at}\n{said}"
        assert what_differs(project, project.tree(), new) == "", at
        assert left_over(project) + locks(project) == [], at


#: Kills the publish, git and itself when git holds the locks of the refs that it moves, the given time round.
_KILLER = """#!/bin/sh
[ "$1" = prepared ] || exit 0
echo >> "{count}"
[ "$(wc -l < "{count}")" -lt {at} ] || kill -9 0
"""


@pytest.mark.slow
def test_a_publish_killed_while_git_holds_locks_is_well_again(ready: Project, tmp_path: Path) -> None:
    """git gives its locks back only while it lives: once it was killed, it would refuse to move these refs for ever."""
    old = ready.git("rev-parse", "gh-pages")
    hook = ready.root / ".git/hooks/reference-transaction"
    left: list[str] = []
    for at in (1, 2, 3):
        count = tmp_path / f"prepared-{at}"
        hook.write_text(_KILLER.format(at=at, count=count))
        hook.chmod(0o755)
        process = start(ready.root, heard=False)
        assert process.wait() == -signal.SIGKILL
        assert ready.git("rev-parse", "gh-pages") == old
        left += locks(ready)
        hook.unlink()
    assert "gh-pages.lock" in left, left
    code, said = finish(start(ready.root))
    assert code == 0, said
    assert left_over(ready) == []
    assert locks(ready) == []


def test_a_timestamp_killed_while_git_holds_locks_is_had_at_the_next_try(
    ready: Project, tsa: Authority, tmp_path: Path
) -> None:
    hook = ready.root / ".git/hooks/reference-transaction"
    hook.write_text(_KILLER.format(at=1, count=tmp_path / "prepared"))
    hook.chmod(0o755)
    more = ("--tsa", tsa.address)
    assert start(ready.root, *more, command="timestamp", day=None, heard=False).wait() == -signal.SIGKILL
    assert locks(ready) == ["gh-pages.lock"]
    hook.unlink()
    told = ready.run("timestamp", *more)
    assert told.code == 0, told.err
    assert left_over(ready) + locks(ready) == []


def test_a_staged_commit_goes_even_where_nothing_is_left_to_do(ready: Project) -> None:
    """git moves the branch first and removes the staging ref then: a publish may be killed in between."""
    assert ready.run("publish", "--today", DAY).code == 0
    ready.git("update-ref", STAGING, "gh-pages")
    assert "Nothing to do" in ready.run("publish", "--today", DAY).out
    assert left_over(ready) == []


def test_a_lock_that_no_killed_publish_left_is_respected(ready: Project) -> None:
    """Another git may be at work: it is asked, and its answer told."""
    before = ready.git("rev-parse", "gh-pages")
    lock = ready.root / ".git/refs/heads/gh-pages.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    killed = contextlib.ExitStack()
    killed.enter_context(under_way(ready.root / ".git", ["refs/heads/gh-pages"]))
    assert "gh-pages.lock" in nothing_changed(ready, start(ready.root), before)
    assert lock.exists()
    lock.unlink()
    assert ready.run("publish", "--today", DAY).code == 0


def test_a_publish_killed_at_any_moment_harms_nothing(ready: Project) -> None:
    killed_and_well_again(ready, 2, random.Random(4))


@pytest.mark.slow
def test_a_hundred_publishes_killed_harm_nothing(ready: Project) -> None:
    killed_and_well_again(ready, 100, random.Random(100))


#: What keeps the last entry of the register of a race, once it was pushed.
TAG = "refs/tags/register/4"


@dataclass(frozen=True)
class Race:
    """So many publishes at once in each of so many clones, which push to one bare remote."""

    bare: Project
    clones: tuple[Project, ...]
    begin: str

    def run(self, clones: int, each: int, day: str | None) -> None:
        """One round: all of them bring a release online that was not, from the state in which the race begins."""
        for project in (self.bare, *self.clones):
            project.git("update-ref", "refs/heads/gh-pages", self.begin)
            project.git("update-ref", "-d", TAG)
        racing = self.clones[:clones]
        answers = [finish(one) for one in [start(clone.root, "--push", day=day) for clone in racing * each]]
        assert [code for code, _ in answers] == [0] * clones * each, answers
        register = loads(self.bare.git("show", "gh-pages:register.json").encode())  # refuses a broken chain
        assert [entry.version for entry in register.publications] == ["1.0", "1.1", "2.0", "3.0"]
        assert len(register.entries) == 4
        assert register.raw[:3] == loads(self.bare.git("show", f"{self.begin}:register.json").encode()).raw
        assert [clone.tree() for clone in racing] == [self.bare.tree()] * clones
        for clone in racing:
            assert left_over(clone) == []
        told = racing[0].run("verify", *(("--today", day) if day else ()))
        assert told.code == 0, told.out + told.err


@pytest.fixture
def race(ready: Project, tmp_path: Path) -> Race:
    """Four clones of a project with a release that is not online yet, on the day on which it and 2.0 take effect."""
    ready.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")
    told = ready.run("release", "3.0", "--editorial", "--summary", "tr=Düzeltme.", "--summary", "en=Correction.")
    assert told.code == 0, told.err
    with environment(GIT_COMMITTER_DATE="2027-02-01T12:00:00Z"):  # it is pushed as of a day before that
        ready.commit("Release 3.0")
    bare = tmp_path / "remote.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(ready.root), str(bare)], check=True)
    clones = []
    for name in ("one", "two", "three", "four"):
        subprocess.run(["git", "clone", "--quiet", str(bare), str(tmp_path / name)], check=True)
        clones.append(Project(tmp_path / name))
    return Race(Project(bare), tuple(clones), clones[0].git("rev-parse", "origin/gh-pages"))


#: Two and four at once; in one clone, in several, in both.
RACES = ((1, 2), (2, 1), (1, 4), (2, 2), (4, 1))


def test_four_publishes_at_once_agree(race: Race) -> None:
    race.run(2, 2, DAY)


@pytest.mark.slow
def test_publishes_at_once_agree_in_fifty_rounds(race: Race) -> None:
    """Every other round by the clock, so that each of them would record a moment of its own."""
    for number in range(50):
        race.run(*RACES[number % len(RACES)], DAY if number % 2 else None)


def killed_pushes(race: Race, rounds: int, rng: random.Random) -> None:
    """Kill `publish --push` at some moment, with all its git and the remote's or alone, look, and push again."""
    bare, clone = race.bare, race.clones[0]
    refs = ("refs/heads/gh-pages", "refs/remotes/origin/gh-pages")
    old = clone.tree(race.begin)
    took, new = 0.0, old
    for number in range(-2, rounds):  # the first two, the second of which remembers as the others do, come to their end
        bare.git("update-ref", refs[0], race.begin)
        bare.git("update-ref", "-d", TAG)
        for ref in refs:
            clone.git("update-ref", ref, race.begin)
        begun = time.monotonic()
        process = start(clone.root, "--push", heard=False)
        at = "not killed"
        if number < 0:
            assert process.wait() == 0
            took, new = time.monotonic() - begun, bare.tree()
        else:
            after, kill = rng.uniform(0.5, 1.02) * took, rng.choice((os.killpg, os.kill))
            at = f"round {number}, {kill.__name__} after {after:.3f} of {took:.3f} s"
            time.sleep(after)
            with contextlib.suppress(ProcessLookupError):
                kill(process.pid, signal.SIGKILL)
            process.wait()
        for project in (bare, clone):
            assert what_differs(project, project.tree(), old, new) == "", at
        code, said = finish(start(clone.root, "--push"))
        left = [file for file in bare.root.rglob("*.lock") if file.name in said]
        if code and left:  # nobody but its owner may say that a lock of the remote is given up
            assert "  Fix: " in said, f"{at}\n{said}"
            for lock in left:
                lock.unlink()
            code, said = finish(start(clone.root, "--push"))
        assert code == 0, f"{at}\n{said}"
        assert (bare.tree(), clone.tree()) == (new, new), at
        assert left_over(clone) + locks(clone) == [], at


@pytest.mark.slow
def test_forty_pushes_killed_harm_nothing(race: Race) -> None:
    killed_pushes(race, 40, random.Random(7))


def nothing_changed(project: Project, process: subprocess.Popen[str], before: str) -> str:
    """Check that a publish was refused without harm; what it said."""
    code, said = finish(process)
    assert (code, project.git("rev-parse", "gh-pages"), left_over(project)) == (1, before, []), said
    assert "Traceback" not in said
    assert "  Fix: " in said
    return said


def test_no_room_for_files_is_told(ready: Project) -> None:
    """A limit of 4 KiB a file stands for a full disk."""
    before = ready.git("rev-parse", "gh-pages")
    said = nothing_changed(ready, start(ready.root, before="ulimit -f 8; exec"), before)
    assert "too large" in said.lower()
    assert ready.run("publish", "--today", DAY).code == 0


def test_a_folder_that_cannot_be_made_is_told(ready: Project) -> None:
    """As on a read-only disk; root may write wherever permissions forbid it, so a file is in the way."""
    before = ready.git("rev-parse", "gh-pages")
    place = ready.root / ".git" / "yururluk-work"
    place.write_text("")
    code, said = finish(start(ready.root))
    assert (code, ready.git("rev-parse", "gh-pages")) == (1, before)
    assert said.splitlines()[-1] == "  Fix: look at the disk and at the permissions, then try again."
    place.unlink()
    assert ready.run("publish", "--today", DAY).code == 0


#: What root needs for a folder that even root may not write: a mount of its own.
_READ_ONLY = "unshare -m sh -c 'mount --bind .git .git && mount -o remount,ro,bind .git && exec \"$@\"' sh"


def test_a_repository_that_may_not_be_written_is_told(ready: Project) -> None:
    before = ready.git("rev-parse", "gh-pages")
    if os.geteuid() == 0:
        if subprocess.run(f"{_READ_ONLY} true", shell=True, cwd=ready.root, check=False).returncode:  # noqa: S602
            pytest.skip("root may write wherever permissions forbid it, and may mount nothing here")
        code, said = finish(start(ready.root, before=f"exec {_READ_ONLY}"))
    else:
        (ready.root / ".git").chmod(0o555)
        try:
            code, said = finish(start(ready.root))
        finally:
            (ready.root / ".git").chmod(0o755)
    assert (code, "Traceback" in said, ready.git("rev-parse", "gh-pages")) == (1, False, before)
    assert said.splitlines()[-1] == "  Fix: look at the disk and at the permissions, then try again."


def test_without_git_it_says_so(ready: Project) -> None:
    code, said = finish(start(ready.root, before="PATH=/nowhere; export PATH; exec"))
    assert (code, said) == (1, "git is not installed.\n  Fix: install git (https://git-scm.com).\n")


def test_a_process_that_is_killed_or_fails_ends_the_publish_and_no_other_is_left(tmp_path: Path) -> None:
    """The error of the one that failed is raised here."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "if __name__ == '__main__':\n    import tests.publish.processes_that_end\n"
    )
    (tmp_path / "ending.py").write_text(code)
    command = [sys.executable, str(tmp_path / "ending.py"), str(ROOT)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert lines == [
        "building the pages was cut short: a process was ended from outside.",
        "ValueError no",
        "['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']",
    ]
