"""Renderings that were left are taken again, only whole ones, and no more are kept than are worth their room."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from lxml import html as lxml_html

from tests.conftest import Project
from yururluk.core.model import source_of
from yururluk.core.settings import read_settings
from yururluk.git import Repository
from yururluk.memory import FOLDER, Memory
from yururluk.publish.ahead import make_ready, new_texts
from yururluk.text.markdown import render
from yururluk.text.renderings import FAMILY, leave, rendered_here, rendering, taken_from
from yururluk.verify.page import same_text


def test_a_rendering_that_was_left_is_taken(tmp_path: Path) -> None:
    memory, text = Memory(tmp_path, "code"), "# Left for the next\n\nwords\n"
    leave(memory, text)
    [name] = [file.name for file in tmp_path.iterdir()]
    assert memory.recall(name) == render(text).encode()
    memory.keep(name, b"<p>taken</p>")
    rendering.cache_clear()
    with taken_from(memory):
        assert rendering(text) == "<p>taken</p>"
    rendering.cache_clear()
    assert rendering(text) == render(text)


def test_a_rendering_that_was_damaged_or_made_by_other_code_is_not_taken(tmp_path: Path) -> None:
    memory, text = Memory(tmp_path, "code"), "# Damaged\n\nwords\n"
    leave(memory, text)
    rendering.cache_clear()
    with taken_from(Memory(tmp_path, "other code")):
        assert rendering(text) == render(text)
    [file] = tmp_path.iterdir()
    file.write_bytes(file.read_bytes().replace(b"words", b"swords"))
    rendering.cache_clear()
    with taken_from(memory):
        assert rendering(text) == render(text)


def test_a_rendering_is_taken_under_its_own_name_only(tmp_path: Path) -> None:
    memory, one, other = Memory(tmp_path, "code"), "# One\n\nmay\n", "# Other\n\nmust\n"
    leave(memory, one)
    [of_one] = tmp_path.iterdir()
    leave(memory, other)
    [of_other] = set(tmp_path.iterdir()) - {of_one}
    of_other.replace(of_one)
    rendering.cache_clear()
    with taken_from(memory):
        assert rendering(one) == render(one)


def test_a_rendering_is_not_taken_from_another_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory(tmp_path, "code")
    memory.keep("name", b"worked out")
    assert memory.recall("name") == b"worked out"
    monkeypatch.setattr("sys.version", "4.0")
    assert memory.recall("name") is None


def test_a_proof_takes_no_rendering_from_a_disk(tmp_path: Path) -> None:
    memory, text = Memory(tmp_path, "code"), "# Proved\n\nthe company must\n"
    leave(memory, text)
    [file] = tmp_path.iterdir()
    memory.keep(file.name, render(text).replace("must", "may").encode())
    rendering.cache_clear()
    rendered_here.cache_clear()
    with taken_from(memory):
        shown = lxml_html.fragment_fromstring(rendering(text), create_parent="div")
        assert "may" in shown.text_content()
        assert not same_text(shown, text)
    rendering.cache_clear()


def test_only_what_was_worked_out_last_is_kept(tmp_path: Path) -> None:
    memory = Memory(tmp_path, "code")
    memory.keep("other", b"")
    for number in range(5):
        memory.keep(f"{FAMILY}{number}", b"")
        os.utime(tmp_path / f"{FAMILY}{number}", (number, number))
    memory.trim(FAMILY, 2)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["other", f"{FAMILY}3", f"{FAMILY}4"]


def test_a_publish_leaves_the_texts_it_made_pages_of(ready: Project) -> None:
    folder = ready.root / ".git" / FOLDER
    for file in folder.glob(f"{FAMILY}*"):
        file.unlink()
    assert ready.run("publish", "--today", "2027-01-01").code == 0
    left = {file.read_bytes().split(b"\n", 1)[1].decode() for file in folder.glob(f"{FAMILY}*")}
    texts = [*ready.root.glob("releases/2.0/*/*.md"), *ready.root.glob("releases/1.1/*/*.md")]
    assert {render(source_of(text.read_bytes())) for text in texts} <= left


def test_of_many_releases_the_newest_leave_their_renderings(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yururluk.publish.jobs._LEFT", 1)
    shutil.rmtree(ready.root / ".git" / FOLDER)
    ready.git("branch", "-D", "gh-pages")
    assert ready.run("publish", "--today", "2026-11-23").code == 0
    folder = ready.root / ".git" / FOLDER
    left = {file.read_bytes().split(b"\n", 1)[1].decode() for file in folder.glob(f"{FAMILY}*")}
    texts = ready.root.glob("releases/2.0/*/*.md")
    assert left == {render(source_of(text.read_bytes())) for text in texts}


def test_a_refused_publish_leaves_no_rendering(ready: Project) -> None:
    """The next publish takes only what was proved."""
    ready.edit("overrides/text.html", "page.content", 'page.content | replace("veri", "bilgi")')
    for file in (ready.root / ".git" / FOLDER).glob(f"{FAMILY}*"):
        file.unlink()
    assert ready.run("publish", "--today", "2027-01-01").code == 1
    assert not [*(ready.root / ".git" / FOLDER).glob(f"{FAMILY}*")]


def test_the_texts_of_the_one_release_that_is_new_are_expected(ready: Project) -> None:
    repository = Repository(ready.root)
    assert new_texts(repository) == ()
    (ready.root / "releases" / "2.0").rename(ready.root / "releases" / "2.1")
    assert {text.parent.parent.name for text in new_texts(repository)} == {"2.1"}
    (ready.root / "releases" / "2.2").mkdir()
    assert new_texts(repository) == ()
    (ready.root / ".git" / FOLDER / "expected").unlink()
    assert new_texts(repository) == ()


def test_what_nobody_could_publish_is_not_expected(ready: Project) -> None:
    repository, folder = Repository(ready.root), ready.root / "releases" / "2.1"
    (folder / "tr").mkdir(parents=True)
    (folder / "tr" / "plain.md").write_text("# Plain\n", encoding="utf-8")
    (folder / "tr" / "link.md").symlink_to("/dev/zero")
    (folder / "tr" / "folder.md").mkdir()
    os.mkfifo(folder / "tr" / "pipe.md")
    (folder / "tr" / "huge.md").write_text("x" * 1_000_001, encoding="utf-8")
    assert [text.name for text in new_texts(repository)] == ["plain.md"]


def test_a_text_that_cannot_be_read_does_not_keep_the_others_from_being_made_ready(
    ready: Project, tmp_path: Path
) -> None:
    good = tmp_path / "good.md"
    good.write_text("# Ready beforehand\n", encoding="utf-8")
    rendering.cache_clear()
    make_ready(read_settings(ready.root), (tmp_path / "vanished.md", good))
    rendered = rendering.cache_info().misses
    rendering(source_of(good.read_bytes()), 2)
    assert rendering.cache_info().misses == rendered
