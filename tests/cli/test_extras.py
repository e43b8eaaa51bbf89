"""The core of the package works without its extras; what needs one says which, and how to get it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Project

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_RUN = "import sys; sys.modules[sys.argv.pop(1)] = None; from yururluk.cli import main; main()"


def _without(module: str, folder: Path, *command: str) -> tuple[int, str]:
    """The exit status and the complaint of a command, in a process that cannot import a module."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN, module, *command], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


def _names(requirements: Iterable[str]) -> set[str]:
    return {re.split(r"[<>=]", one)[0] for one in requirements}


def test_the_core_asks_for_neither_pandoc_nor_typst() -> None:
    assert not _names(PYPROJECT["dependencies"]) & {"pypandoc-binary", "typst"}
    extras = PYPROJECT["optional-dependencies"]
    assert (_names(extras["word"]), _names(extras["pdf"])) == ({"pypandoc-binary"}, {"typst"})


def test_the_licence_of_pandoc_is_named_beside_ours() -> None:
    """It is under the GPL, and the extra installs it (GPL 2, section 3)."""
    assert "THIRD-PARTY.md" in PYPROJECT["license-files"]
    assert "GNU General Public License, version 2 or later" in (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["word export --document gizlilik-politikasi -o x.docx", "word import x.docx"])
def test_without_pandoc_a_word_command_says_how_to_get_it(project: Project, command: str, tmp_path: Path) -> None:
    file = tmp_path / "x.docx"
    if "import" in command:
        made = project.run("word", "export", "--document", "gizlilik-politikasi", "-o", str(file))
        assert made.code == 0, made.err
    arguments = [str(file) if one == "x.docx" else one for one in command.split()]
    assert _without("pypandoc", project.root, *arguments) == (
        1,
        'a Word file needs pandoc, which is not installed.\n  Fix: install it: pip install "yururluk[word]".\n',
    )


def test_without_pandoc_a_review_has_no_word_files_and_says_why(project: Project, tmp_path: Path) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "Amaç", "Maksat")
    base = project.git("rev-parse", "HEAD")
    code, complaint = _without("pypandoc", project.root, "review", "--base", base, "--folder", str(tmp_path / "r"))
    assert code == 0, complaint
    assert "a Word file needs pandoc, which is not installed." in complaint
    comment = (tmp_path / "r/comment.md").read_text(encoding="utf-8")
    assert "docx" not in comment
    assert sorted(file.name for file in (tmp_path / "r").iterdir() if file.is_dir()) == ["redline", "translation"]


def test_without_typst_a_pdf_says_how_to_get_it(project: Project) -> None:
    command = ["redline", "1.0", "1.1", "--document", "gizlilik-politikasi", "--format", "pdf", "-o", "x.pdf"]
    assert _without("typst", project.root, *command) == (
        1,
        (
            "a PDF needs typst, which is not installed.\n"
            '  Fix: install it: pip install "yururluk[pdf]"; or set `pdf: false` in mkdocs.yml.\n'
        ),
    )
