"""Commands that write to the project or to a folder, killed at each step: what is there is old or new, and the next run
is well and clears away what was left."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.helpers.kills import killed_at
from yururluk.core.messages import Refused
from yururluk.git import Repository
from yururluk.publish.export import export
from yururluk.publish.lock import aside, left_aside

RELEASE = ("release", "3.0", "--editorial", "--summary", "tr=Düzeltme.", "--summary", "en=Correction.")
WITHDRAW = ("withdraw", "2.0", "--reason", "Yanlış metin.", "--today", "2026-11-23")


def _files(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    "command", [pytest.param(RELEASE, id="release", marks=pytest.mark.slow), pytest.param(WITHDRAW, id="withdraw")]
)
def test_what_is_written_below_releases_is_written_whole_or_not_at_all(
    ready: Project, command: tuple[str, ...]
) -> None:
    ready.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")
    ready.commit()
    releases = ready.root / "releases"
    before = _files(releases)
    assert ready.run(*command).code == 0
    after = _files(releases)
    assert len(after) > len(before)
    steps = 0
    for step in itertools.count():
        shutil.rmtree(releases)
        ready.git("checkout", "--quiet", "--", "releases")
        if not killed_at(step, ready.root, lambda: ready.run(*command)):
            break
        steps += 1
        assert _files(releases) in (before, after), step
        if _files(releases) == before:
            told = ready.run(*command)
            assert told.code == 0, (step, told.err)
        assert _files(releases) == after, step
        assert {line[3:].split("/")[0] for line in ready.git("status", "--porcelain").splitlines()} == {"releases"}, (
            step
        )
    assert steps > 4


@pytest.fixture
def pages(tmp_path: Path) -> Repository:
    """A repository whose branch `gh-pages` holds a small site in two states."""
    root = tmp_path / "repository"
    root.mkdir()
    repository = Repository(root)
    repository.run("init", "--quiet", "--initial-branch=gh-pages")
    for number in (b"1", b"2"):
        for path in ("register.json", "index.html", "a/index.html"):
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_bytes(number)
        (root / f"v{number.decode()}").write_bytes(b"")
        repository.run("add", "--all")
        repository.run("commit", "--quiet", "-m", "Pages", extra_env=repository.identity())
    return repository


@pytest.mark.parametrize("before", ["gh-pages~1", None], ids=["in the place of an earlier one", "a new folder"])
def test_an_export_that_is_killed_leaves_the_old_site_or_the_new_one(
    pages: Repository, tmp_path: Path, before: str | None
) -> None:
    """Or, for the moment between two renames, none: the next export begins by putting the old one back. It leaves
    nothing beside the site."""
    parent, old, new = tmp_path / "public", tmp_path / "old", tmp_path / "new"
    export(pages, "gh-pages", new)
    if before:
        export(pages, before, old)
    seen = set()
    for step in itertools.count():
        shutil.rmtree(parent, ignore_errors=True)
        parent.mkdir()
        if before:
            shutil.copytree(old, parent / "site")
        killed = killed_at(step, parent, lambda: export(pages, "gh-pages", parent / "site"))
        present = _files(parent / "site")
        assert present in (_files(old), _files(new), {}), step
        seen.add(len(present))
        export(pages, "gh-pages", parent / "site")
        assert _files(parent / "site") == _files(new), step
        assert [path.name for path in parent.iterdir()] == ["site"], step
        if not killed:
            break
    assert step > 7
    assert seen == ({0, 4, 5} if before else {0, 5})


def test_an_export_that_fails_where_another_was_killed_between_two_renames_puts_the_old_site_back(
    pages: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "public/site"
    export(pages, "gh-pages~1", site)
    before = _files(site)
    site.rename(site.with_name(".yururluk-export-site-abcdefgh-old"))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(Refused):
        export(pages, "gh-pages", site)
    assert _files(site) == before


def test_two_exports_at_once_leave_each_other_alone(tmp_path: Path) -> None:
    """What another process still fills is not taken for left over."""
    with aside(tmp_path, "x") as one, aside(tmp_path, "x") as other:
        assert sorted(tmp_path.iterdir()) == sorted([one, other])
        assert left_aside(tmp_path, "x") == []
    assert list(tmp_path.iterdir()) == []
