"""A new project: two commands lead an empty folder to a release, in any language and time zone."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.conftest import Project, run
from yururluk.scaffold import daily_cron

ASKED = ("--publisher", "Acme, Inc.", "--url", "https://acme.example/legal", "--timezone", "America/New_York")


def test_a_new_project_is_a_repository_with_texts_settings_and_one_ci_file(tmp_path: Path) -> None:
    made = run(tmp_path, "new", "acme", *ASKED, "--language", "en", "--host", "github")
    assert (made.code, made.err) == (0, "")
    project = Project(tmp_path / "acme")
    assert project.git("ls-files").splitlines() == [
        ".gitattributes",
        ".github/workflows/texts.yml",
        ".gitignore",
        "README.md",
        "docs/en/privacy.md",
        "docs/en/terms.md",
        "mkdocs.yml",
        "requirements.txt",
    ]
    assert project.read("requirements.txt") == "yururluk[pdf,word]==0.1.0\n"
    config = yaml.safe_load(project.read("mkdocs.yml"))
    assert config["site_url"] == "https://acme.example/legal/"
    assert config["plugins"][1]["yururluk"]["publisher"] == "Acme, Inc."
    assert '- cron: "5 5 * * *"' in project.read(".github/workflows/texts.yml")
    assert "<<" not in "".join(project.read(path) for path in project.git("ls-files").splitlines())
    yaml.safe_load(project.read(".github/workflows/texts.yml"))


def test_a_turkish_project_begins_with_the_three_texts_of_kvkk(tmp_path: Path) -> None:
    run(tmp_path, "new", "ornek", *ASKED, "--language", "tr", "--language", "en", "--host", "gitlab")
    project = Project(tmp_path / "ornek")
    assert [path for path in project.git("ls-files").splitlines() if path.startswith("docs/")] == [
        "docs/tr/aydinlatma-metni.md",
        "docs/tr/cerez-politikasi.md",
        "docs/tr/gizlilik-politikasi.md",
    ]
    yaml.safe_load(project.read(".gitlab-ci.yml"))


@pytest.mark.parametrize(
    ("zone", "cron"),
    [
        ("Europe/Istanbul", "5 21 * * *"),
        ("America/New_York", "5 5 * * *"),
        ("UTC", "5 0 * * *"),
        ("Asia/Kolkata", "35 18 * * *"),
    ],
)
def test_ci_runs_daily_just_after_midnight_of_the_zone_in_summer_and_winter(zone: str, cron: str) -> None:
    assert daily_cron(zone) == cron


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "a.txt").write_text("a")
    made = run(tmp_path, "new", "acme", *ASKED, "--language", "en", "--host", "none")
    assert (made.code, made.err) == (
        1,
        "acme: this folder is not empty.\n  Fix: name a new folder: yururluk new legal-texts.\n",
    )


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--language", "xx-Yyyy"), '"xx-Yyyy" is no language; write it as en, tr or pt-BR.'),
        (("--language", "en", "--timezone", "Mars"), '"Mars" is no time zone; write it as Europe/Istanbul.'),
        (("--language", "en", "--url", "acme"), '"acme" is no web address; write it as https://…'),
    ],
)
def test_a_wrong_choice_is_a_wrong_call(tmp_path: Path, option: tuple[str, ...], message: str) -> None:
    made = run(tmp_path, "new", "acme", *ASKED, "--host", "none", *option)
    assert made.code == 2
    assert message in made.err
    assert not (tmp_path / "acme").exists()


def test_a_project_of_an_earlier_version_gets_the_files_of_this_one(tmp_path: Path) -> None:
    run(tmp_path, "new", "acme", *ASKED, "--language", "en", "--host", "github")
    project = Project(tmp_path / "acme")
    workflow = project.read(".github/workflows/texts.yml")
    project.edit(".github/workflows/texts.yml", "5 5 * * *", "0 3 * * *")
    project.write("requirements.txt", "mkdocs-macros-plugin==1.0.0\nyururluk[pdf]==0.0.9\n")
    told = project.run("upgrade", "--yes")
    assert (told.code, told.err) == (0, "")
    assert '-    - cron: "0 3 * * *"' in told.out
    assert "+yururluk[pdf]==0.1.0" in told.out
    assert "Changed: .github/workflows/texts.yml, requirements.txt." in told.out
    assert project.read(".github/workflows/texts.yml") == workflow
    assert project.read("requirements.txt") == "mkdocs-macros-plugin==1.0.0\nyururluk[pdf]==0.1.0\n"
    assert project.run("upgrade").out == "The CI file and the requirements are those of this version.\n"


@pytest.mark.parametrize(("language", "gaps"), [("en", 11), ("tr", 14), ("de", 4)])
def test_check_finds_every_gap_of_the_first_texts(tmp_path: Path, language: str, gaps: int) -> None:
    run(tmp_path, "new", "acme", *ASKED, "--language", language, "--host", "none")
    told = run(tmp_path / "acme", "check", "--json")
    assert told.out.count('"rule": "placeholder"') == gaps
    brackets = [file.read_text(encoding="utf-8").count("[") for file in (tmp_path / "acme/docs").rglob("*.md")]
    assert sum(brackets) == gaps
