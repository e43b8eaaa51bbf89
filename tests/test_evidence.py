"""The evidence bundle: whoever has only standard tools can check it by its own instructions."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Project, run
from tests.tsa import Authority


@pytest.fixture(scope="module")
def bundle(stamped: Project, tsa: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of 1.1, unpacked, with the authority's certificate put there as the instructions say."""
    folder = tmp_path_factory.mktemp("bundle")
    told = stamped.run("evidence", "1.1", "-o", str(folder / "delil.zip"))
    assert told.code == 0, told.err
    with zipfile.ZipFile(folder / "delil.zip") as archive:
        archive.extractall(folder / "delil")
    shutil.copy(tsa.ca, folder / "delil/CA.pem")
    return folder / "delil"


def _typed(folder: Path, instructions: str) -> list[str]:
    """What a shell prints when every indented line of the instructions is typed, and nothing else."""
    lines = (folder / instructions).read_text(encoding="utf-8").splitlines()
    commands = "\n".join(line[4:] for line in lines if line.startswith("    "))
    for command in re.findall(r"(?:^|\||&&|;|do |then |else |\$\()\s*([a-z0-9]+)", commands, re.MULTILINE):
        assert command in {
            *("sha256sum", "grep", "openssl", "cut", "echo", "for", "do", "done", "if", "then", "else", "fi"),
            "previous",
        }, command
    done = subprocess.run(
        ["sh"],
        input=commands,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("instructions", ["README.txt", "OKUYUN.txt"])
def test_the_instructions_alone_prove_the_release(bundle: Path, instructions: str) -> None:
    """1.1 is the second entry; the timestamp is over the third, which the bundle therefore holds, too."""
    printed = _typed(bundle, instructions)
    token = next((bundle / "timestamps").glob("*.tsr")).stem
    assert printed == [
        "files: OK",
        "en/aydinlatma-metni.md: OK",
        "en/gizlilik-politikasi.md: OK",
        "tr/aydinlatma-metni.md: OK",
        "tr/gizlilik-politikasi.md: OK",
        "dates: OK",
        "entries/000001.json: OK",
        "entries/000002.json: OK",
        "entries/000003.json: OK",
        f"{token}  entries/000003.json",
        "Verification: OK",
    ]


@pytest.mark.parametrize(
    ("path", "failed"),
    [
        ("texts/tr/gizlilik-politikasi.md", ["tr/gizlilik-politikasi.md: FAILED"]),
        ("entries/000001.json", ["entries/000002.json: FAILED"]),
        ("entries/000002.json", ["entries/000003.json: FAILED"]),
        ("entries/000003.json", ["Verification: FAILED"]),
        ("timestamps", ["Verification: FAILED"]),
        ("pages/tr/gizlilik-politikasi.html", []),
        ("release/release.yml", []),
    ],
)
def test_the_instructions_find_what_was_changed(
    bundle: Path, tmp_path: Path, path: str, failed: list[str]
) -> None:
    shutil.copytree(bundle, tmp_path / "delil")
    file = tmp_path / "delil" / path
    file = next(file.glob("*")) if file.is_dir() else file
    name = file.relative_to(tmp_path / "delil").as_posix()
    data = file.read_bytes()
    file.write_bytes(data[:-40] + bytes([data[-40] ^ 1]) + data[-39:])
    told = [line for line in _typed(tmp_path / "delil", "README.txt") if "FAILED" in line]
    assert told == [f"{name}: FAILED", "files: FAILED", *failed]


def test_a_forger_who_makes_the_sums_anew_is_found_by_the_entry(bundle: Path, tmp_path: Path) -> None:
    shutil.copytree(bundle, tmp_path / "delil")
    text = tmp_path / "delil/texts/tr/gizlilik-politikasi.md"
    text.write_text(text.read_text().replace("taahhüt etmektedir", "taahhüt etmemektedir"))
    sums = tmp_path / "delil/SHA256SUMS"
    names = [line.split("  ")[1] for line in sums.read_text().splitlines()]
    sums.write_text(
        subprocess.run(
            ["sha256sum", *names], cwd=sums.parent, capture_output=True, text=True, check=True
        ).stdout
    )
    assert [line for line in _typed(tmp_path / "delil", "README.txt") if "FAILED" in line] == [
        "tr/gizlilik-politikasi.md: FAILED"
    ]


def test_the_same_release_gives_the_same_bytes(stamped: Project, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        assert stamped.run("evidence", "1.1", "-o", str(tmp_path / name)).code == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.zip", "b.zip"]


def test_without_a_timestamp_the_register_ends_at_the_release(published: Project, tmp_path: Path) -> None:
    assert published.run("evidence", "1.1", "-o", str(tmp_path / "a.zip")).code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = archive.namelist()
        entries = json.loads(archive.read("register.json"))["entries"]
        archive.extractall(tmp_path / "delil")
    assert [entry["version"] for entry in entries] == ["1.0", "1.1"]
    assert [name for name in names if name.startswith(("entries/", "timestamps/"))] == [
        "entries/000001.json",
        "entries/000002.json",
    ]
    assert not [line for line in _typed(tmp_path / "delil", "OKUYUN.txt") if "FAILED" in line]


def test_each_page_of_the_bundle_stands_alone_and_proves_itself(bundle: Path, tmp_path: Path) -> None:
    pages = sorted((bundle / "pages").rglob("*.html"))
    assert len(pages) == 4
    for page in pages:
        content = page.read_text(encoding="utf-8")
        assert not re.findall(r"<(?:link|script|style|img)\b", content)
        told = run(tmp_path, "verify", "--page", str(page), "--register", str(bundle / "register.json"))
        assert told.code == 0, told.out


def test_what_was_not_published_has_no_proof(project: Project, published: Project, tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    assert project.run("evidence", "1.1", "-o", str(target)).err.startswith(
        "there is no branch gh-pages yet.\n"
    )
    assert published.run("evidence", "9.9", "-o", str(target)).err == (
        'there is no release "9.9".\n  Mend: the releases are: 1.0, 1.1, 2.0.\n'
    )
    assert not target.exists()


def test_a_text_that_is_not_what_was_published_is_refused(published: Project, tmp_path: Path) -> None:
    shutil.copytree(published.root, tmp_path / "project", ignore=shutil.ignore_patterns("site"))
    copy = Project(tmp_path / "project")
    copy.edit("releases/1.1/tr/gizlilik-politikasi.md", "taahhüt etmektedir", "taahhüt etmemektedir")
    told = copy.run("evidence", "1.1", "-o", "a.zip")
    assert told.code == 1
    assert told.err == (
        "releases/1.1/tr/gizlilik-politikasi.md: this is not the text that was published as release 1.1.\n"
        "  Mend: restore the file from git.\n"
    )
