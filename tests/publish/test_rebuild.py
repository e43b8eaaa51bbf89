"""Pages are made again by another theme, another program: every digest and every legal text stays, or nothing moves."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html as lxml_html

from tests.conftest import ROOT, Project, Told
from yururluk.publish.published_pages import sealed

DAY = ("--today", "2026-11-23")
TEXT = '<div class="text">\n{{ page.content | safe }}\n</div>'


def _texts(project: Project) -> dict[str, tuple[list[str], list[str]]]:
    """Of each page of a text, the words in its text box and all digests that it states; read with lxml alone."""
    found = {}
    for path in project.published_paths():
        if re.fullmatch(r"[0-9.]+/(en/)?[a-z]+-[a-z]+/index\.html", path):
            page = project.page(path)
            for box in lxml_html.document_fromstring(page).iter("div"):
                if box.get("class") == "text":
                    words = " ".join(str(word) for word in box.itertext()).split()
                    found[path] = words, re.findall(r"\b[0-9a-f]{64}\b", page)
    assert len(found) == 9
    return found


def _publish(project: Project, *more: str) -> Told:
    return project.run("publish", *DAY, *more)


def _theme(project: Project, old: str, new: str) -> None:
    project.edit_template("pages/text.html", old, new)
    project.commit("Theme")


def test_a_rebuild_with_another_theme_keeps_every_digest_and_every_text(ready: Project) -> None:
    texts, register = _texts(ready), ready.page("register.json")
    _theme(ready, TEXT, f'<p class="new">Yeni</p>{TEXT}')
    told = _publish(ready, "--rebuild")
    assert told.code == 0, told.err
    assert ready.page("1.0/gizlilik-politikasi/index.html").count('<p class="new">Yeni</p>') == 1
    assert (_texts(ready), ready.page("register.json")) == (texts, register)
    assert ready.run("verify", *DAY).code == 0


SPOILT = {
    "words replaced": (TEXT, TEXT.replace("page.content", 'page.content | replace("veri", "bilgi")')),
    "something put in": (TEXT, TEXT.replace("</div>", "<p>Ek</p></div>")),
    "a part left out": (TEXT, TEXT.replace("page.content", 'page.content.rpartition("<p>")[0]')),
    "another element": (TEXT, TEXT.replace('class="text"', 'class="body"')),
}


@pytest.mark.parametrize(
    "name", [name if name == "words replaced" else pytest.param(name, marks=pytest.mark.slow) for name in SPOILT]
)
def test_a_theme_that_spoils_a_text_is_refused_by_every_publish(ready: Project, name: str) -> None:
    """Whether it was asked for or follows from the change of the theme: the pages are named, and the branch stays."""
    before = ready.git("rev-parse", "gh-pages")
    _theme(ready, *SPOILT[name])
    for more in ((), ("--rebuild",)):
        told = _publish(ready, *more)
        assert (told.code, ready.git("rev-parse", "gh-pages")) == (1, before)
        lines = [line for line in told.err.splitlines() if ": with today's" in line]
        assert lines[0].partition(": ")[0] in {path.removesuffix("index.html") for path in _texts(ready)}
        assert {line.partition(": ")[2] for line in lines} == {
            "with today's templates and settings: the text on this page is not the text that was published."
        }
        assert told.err.splitlines()[-1] == (
            "  Fix: undo what changed in overrides/, mkdocs.yml or the installed packages; nothing was published."
        )


def test_a_theme_that_states_another_digest_or_date_is_refused(ready: Project) -> None:
    _theme(ready, "stamp.sha256", "stamp.sha256[:63]")
    told = _publish(ready, "--rebuild")
    assert told.code == 1
    assert "this page does not state the digest that the register has for its text." in told.err


def test_another_program_that_renders_a_text_otherwise_is_refused(project: Project, tmp_path: Path) -> None:
    """The pages online were made by a program whose Markdown knew no tables: a reader would see another text now,
    though the frozen file is the same."""
    other = tmp_path / "other"
    shutil.copytree(ROOT / "hooks", other, ignore=shutil.ignore_patterns("__pycache__"))
    file = other / "yururluk" / "text" / "markdown.py"
    source = file.read_text(encoding="utf-8")
    assert '"tables", ' in source
    file.write_text(source.replace('"tables", ', ""), encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(other)}
    command = [sys.executable, "-m", "yururluk", "publish", *DAY]
    subprocess.run(command, cwd=project.root, env=env, check=True, capture_output=True)
    before = project.git("rev-parse", "gh-pages")
    told = _publish(project)
    assert (told.code, project.git("rev-parse", "gh-pages")) == (1, before)
    assert "the text on this page reads otherwise than it does online." in told.err


def test_what_somebody_rewrote_on_the_branch_along_with_the_list_of_files_is_named_by_verify_and_rebuild(
    ready: Project, tmp_path: Path
) -> None:
    """Pages that no text is on are held against build.json; only what is made again tells what they were."""
    before = ready.tree()
    ready.git("worktree", "add", "--quiet", str(tmp_path / "by-hand"), "gh-pages")
    hand = Project(tmp_path / "by-hand")
    redline = "1.1/degisiklikler/gizlilik-politikasi/index.html"
    for path in ("index.html", redline):
        hand.edit(path, "</main>", "<p>Ek</p></main>")
    hand.commit("Forged")
    build = json.loads(hand.read("build.json"))
    build["trees"]["1.1"] = hand.git("rev-parse", "HEAD:1.1")
    shutil.rmtree(hand.root / "yururlukte")
    shutil.copytree(hand.root / "1.1", hand.root / "yururlukte")
    build["trees"]["yururlukte"] = build["trees"]["1.1"]
    build["parts"]["portal"]["files"]["index.html"] = hand.git("rev-parse", "HEAD:index.html")
    (hand.root / "build.json").write_bytes(sealed(build))
    hand.commit("Forged")
    ready.git("worktree", "remove", "--force", str(hand.root))
    assert _publish(ready).out.startswith("Nothing to do")
    assert ready.run("verify", *DAY) == Told(
        1,
        "".join(
            f"gh-pages/{path}: this file is not what this program makes of the same texts, though build.json says so.\n"
            f"  Fix: see who changed it (git log -p gh-pages -- {path}), then publish again: "
            "yururluk publish --rebuild.\n"
            for path in (redline, "index.html", redline.replace("1.1", "yururlukte"))
        ),
        "",
    )
    told = _publish(ready, "--rebuild")
    assert [line for line in told.err.splitlines() if line.startswith("Warning")] == [
        f"Warning: {path} was online otherwise than the same texts and the same program make it; "
        f"see who changed it: git log -p gh-pages -- {path}"
        for path in ("1.1", "index.html")
    ]
    assert ready.tree() == before


def test_verify_says_where_another_theme_made_the_pages(ready: Project) -> None:
    """They cannot be made again then, so they are not proved, though nothing contradicts the register."""
    _theme(ready, TEXT, f'<p class="new">Yeni</p>{TEXT}')
    told = ready.run("verify", *DAY)
    assert (told.code, told.err) == (3, "")
    assert told.out == (
        "gh-pages/build.json: these pages cannot be made again here: another version of the program, the templates or "
        "the settings made them, or somebody changed them. Nothing else contradicts the register.\n"
        "  Fix: run yururluk verify with the version of the program, the templates and the settings that made them; or "
        "publish again and look at what changes: yururluk publish --rebuild, then git diff gh-pages~ gh-pages.\n"
    )
    answer = json.loads(ready.run("verify", *DAY, "--json").out)
    assert (answer["ok"], answer["state"], answer["made_again"]) == (False, "unproved", False)
