"""Renderings that were left are taken again, only whole ones, and no more are kept than are worth their room."""

from __future__ import annotations

import os
from pathlib import Path

from tests.conftest import Project
from yururluk.markdown import render
from yururluk.memory import FOLDER, Memory
from yururluk.model import source_of
from yururluk.publishing.ahead import new_texts
from yururluk.renderings import FAMILY, leave, rendering, taken_from
from yururluk.vcs import Repository


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


def test_the_texts_of_the_one_release_that_is_new_are_expected(ready: Project) -> None:
    repository = Repository(ready.root)
    assert new_texts(repository) == ()
    (ready.root / "releases" / "2.0").rename(ready.root / "releases" / "2.1")
    assert {text.parent.parent.name for text in new_texts(repository)} == {"2.1"}
    (ready.root / "releases" / "2.2").mkdir()
    assert new_texts(repository) == ()
    (ready.root / ".git" / FOLDER / "expected").unlink()
    assert new_texts(repository) == ()
