"""History made elsewhere becomes releases: from git, from a folder, by a plan that is reviewed first."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import yaml

from tests.conftest import Project

PLAN = "import/plan.csv"
_OLD = "# Gizlilik\n\n## 1. Süre\n\nSüre 30 gündür.\n"
_NEW = "# Gizlilik\n\n## 1. Saklama süresi\n\nSüre 90 gündür.\n"


def _git(folder: Path, *command: str, day: str = "") -> None:
    dates = {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"} if day else {}
    names = {f"GIT_{who}_{what}": "a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(
        ["git", *command], cwd=folder, check=True, capture_output=True, env={"PATH": "/usr/bin:/bin", **names, **dates}
    )


def _fresh(project: Project) -> Project:
    """The project without releases and without the document that is brought in."""
    project.git("rm", "-rq", "releases", "docs")
    project.commit("Empty")
    return project


def _states(folder: Path, *texts: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts, 1):
        (folder / f"{number:03}_2020-0{number}-15.md").write_text(text, encoding="utf-8")


def _rows(project: Project) -> list[dict[str, str]]:
    return list(csv.DictReader(project.read(PLAN).splitlines()))


def test_a_file_s_history_in_git_is_followed_through_a_rename(project: Project, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    _git(old, "init", "--quiet")
    for day, name, words in (
        ("2020-01-05", "a.md", "# Gizlilik\n\nBir.\n"),
        ("2020-02-05", "b.md", "# Gizlilik\n\nBir.\n"),
        ("2020-03-05", "b.md", "# Gizlilik\n\nBir ve iki.\n"),
    ):
        if name == "b.md" and not (old / name).exists():
            _git(old, "mv", "a.md", "b.md")
        (old / name).write_text(words, encoding="utf-8")
        _git(old, "add", "--all")
        _git(old, "commit", "--quiet", "--message", "x", day=day)
    found = _fresh(project).run("import", "--git", f"{old}:b.md", "--document", "gizlilik")
    assert (found.code, found.err) == (0, "")
    assert [(row["date"], row["version"], row["source"].partition(":")[2]) for row in _rows(project)] == [
        ("2020-01-05", "1.0", "a.md"),
        ("2020-02-05", "2.0", "b.md"),
        ("2020-03-05", "3.0", "b.md"),
    ]
    done = project.run("import", "--plan", PLAN)
    assert done.out.splitlines()[:2] == [
        "gizlilik.tr/002_2020-02-05.md: the same text as the state before; no release.",
        "2 releases written below releases/.",
    ]


def test_an_imported_history_is_published_with_its_own_dates(project: Project, tmp_path: Path) -> None:
    _states(tmp_path / "old", _OLD, _NEW)
    _fresh(project).run("import", "--folder", str(tmp_path / "old"), "--document", "gizlilik")
    assert project.run("import", "--plan", PLAN).code == 0
    release = yaml.safe_load(project.read("releases/2.0/release.yml"))
    assert release["imported"] == {"from": "002_2020-02-15.md"}
    assert release["summary"] == {"tr": "gizlilik: değişen: 1. Saklama süresi."}
    assert release["material"] is True
    assert "## 1. Saklama süresi {#sure}" in project.read("releases/2.0/tr/gizlilik.md")
    assert project.read("docs/tr/gizlilik.md") == project.read("releases/2.0/tr/gizlilik.md")
    project.commit()
    published = project.run("publish", "--today", "2026-12-01")
    assert published.code == 0, published.err
    assert '"published": "2020-02-15' in project.page("register.json").replace('":"', '": "')
    refused = project.run("import", "--plan", PLAN)
    assert refused.code == 1
    assert refused.err.splitlines() == [
        "import/plan.csv: this site has published releases already: nothing can be recorded before them.",
        "  Fix: import before the first publish; or keep the older texts on a plain page (`type: page`).",
    ]


def test_markup_of_another_site_is_left_out_and_named(project: Project, tmp_path: Path) -> None:
    text = (
        '---\ntitle: T\n---\n<!-- x -->\n<figure>\n<img src="{% asset_path a.png %}">\n</figure>\n\n# Gizlilik\n\n'
        "{% include top.html %}Bkz. [koşullar](../terms/index.md), [süre](#1-süre), [K](https://example.com/a b.pdf).\n"
        "\n## 1. Süre\n\nBir.\n"
    )
    _states(tmp_path / "old", text)
    _fresh(project).run("import", "--folder", str(tmp_path / "old"), "--document", "gizlilik")
    done = project.run("import", "--plan", PLAN)
    assert done.out.splitlines()[:3] == [
        'gizlilik.tr/001_2020-01-15.md: left out: <img src="{% asset_path a.png %}">',
        "gizlilik.tr/001_2020-01-15.md: left out: {% include top.html %}",
        "gizlilik.tr/001_2020-01-15.md: the target of a relative link was left out: ../terms/index.md",
    ]
    assert project.read("releases/1.0/tr/gizlilik.md") == (
        "---\ntitle: Gizlilik\ntype: privacy-policy\n---\n\n"
        "Bkz. koşullar, [süre](#sure), [K](https://example.com/a%20b.pdf).\n\n## 1. Süre {#sure}\n\nBir.\n"
    )


def test_relative_links_start_from_the_address_that_is_given(project: Project, tmp_path: Path) -> None:
    _states(tmp_path / "old", "# G\n\n[koşullar](../terms/)\n")
    _fresh(project).run("import", "--folder", str(tmp_path / "old"), "--document", "gizlilik")
    project.run("import", "--plan", PLAN, "--base-url", "https://example.com/legal/privacy/")
    assert "[koşullar](https://example.com/legal/terms/)" in project.read("releases/1.0/tr/gizlilik.md")


def test_documents_are_merged_by_date_and_a_day_can_keep_its_last_state(project: Project, tmp_path: Path) -> None:
    for name, days in (("a", ("2020-01-01", "2020-01-01", "2020-03-01")), ("b", ("2020-02-01", "2020-03-01"))):
        (tmp_path / name).mkdir()
        for number, day in enumerate(days):
            (tmp_path / name / f"{number}_{day}.md").write_text(f"# {name}\n\n{number}\n", encoding="utf-8")
    _fresh(project).run("import", "--folder", str(tmp_path / "a"), "--document", "a")
    project.run("import", "--folder", str(tmp_path / "b"), "--document", "b")
    assert [(row["document"], row["version"]) for row in _rows(project)] == [
        ("a", "1.0"), ("a", "2.0"), ("b", "3.0"), ("a", "4.0"), ("b", "4.0"),
    ]  # fmt: skip
    project.run("import", "--folder", str(tmp_path / "a"), "--document", "a", "--per-day")
    assert [(row["document"], row["version"]) for row in _rows(project)] == [
        ("a", "1.0"), ("b", "2.0"), ("a", "3.0"), ("b", "3.0"),
    ]  # fmt: skip


def test_every_fault_of_a_plan_is_named_with_its_line(project: Project) -> None:
    columns = "date,file,document,locale,version,material,summary,source\n"
    project.write(PLAN, columns + "01.02.2020,yok.md,gizlilik,tr,x,evet,,\n2020-01-01,a.md,gizlilik\n")
    found = _fresh(project).run("import", "--plan", PLAN)
    assert found.code == 1
    assert [line for line in found.err.splitlines() if "Fix" not in line] == [
        'import/plan.csv:2: "01.02.2020" is not a date of the form YYYY-MM-DD: write 2020-02-01.',
        'import/plan.csv:2: "evet" is neither true nor false.',
        'import/plan.csv:2: "x" is not a version.',
        "import/plan.csv:2: there is no file yok.md.",
        "import/plan.csv:3: this line has 3 columns, not 8.",
    ]
    assert not (project.root / "releases").exists()


def test_a_file_without_a_date_in_its_name_is_refused(project: Project, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "policy-2020-13-01.md").write_text("# G\n", encoding="utf-8")
    found = project.run("import", "--folder", str(tmp_path / "old"), "--document", "gizlilik")
    assert found.code == 1
    assert "the name of this file does not say its date." in found.err
