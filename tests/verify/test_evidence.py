"""The evidence bundle: anyone who has only standard tools can check it by its own instructions."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from tests.conftest import ROOT, Project
from tests.helpers import builders
from tests.helpers.tsa import Authority, authority
from yururluk.core.model import Release
from yururluk.core.register import Register, entry_digest, publication_entry, withdrawal_entry
from yururluk.verify.evidence import ENGLISH, TURKISH, evidence, write_evidence

FILES = ROOT / "hooks/yururluk/verify/instructions"


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


def _commands(instructions: str) -> str:
    """Every indented line of the instructions for a shell."""
    words = (FILES / instructions).read_text(encoding="utf-8").partition("PowerShell")[0]
    return "\n".join(line[4:] for line in words.splitlines() if line.startswith("    "))


def _typed(folder: Path, instructions: str) -> list[str]:
    """What a shell prints when every indented line of the instructions is typed, and nothing else."""
    done = subprocess.run(
        ["sh"],
        input=_commands(instructions),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("instructions", [ENGLISH, TURKISH])
def test_the_instructions_alone_prove_the_release(bundle: Path, instructions: str) -> None:
    """1.1 is the second entry; the timestamp is over the third, which the bundle therefore holds, too."""
    printed = _typed(bundle, instructions)
    token = next((bundle / "timestamps").glob("*.tsr")).stem
    assert printed[:4] == [
        f"texts/1.1/{locale}/{name}: OK, entries/000002.json"
        for locale in ("en", "tr")
        for name in ("aydinlatma-metni.md", "gizlilik-politikasi.md")
    ]
    second = [line.removeprefix("entries/000002.json:") for line in printed if line.startswith("entries/000002.json:")]
    assert second == [
        '],"effective":"2026-11-23"',
        '"published":"2026-11-22T00:00:00+03:00"',
        '"recorded":"2026-11-23T00:00:00+03:00"',
        '"version":"1.1"',
        " OK",
    ]
    assert printed[-5:-2] == [f"entries/00000{number}.json: OK" for number in (2, 3)] + [f'last entry: "{token}"']
    assert re.fullmatch(r"entries/000003\.json existed on \w+ +\d+ [0-9:]{8} 20\d\d GMT", printed[-2])
    assert printed[-1] == "Verification: OK"
    assert not [line for line in printed if "FAILED" in line]


def test_the_instructions_are_the_same_in_both_languages_and_use_standard_tools() -> None:
    """Turkish and English, for a shell and for PowerShell."""
    english, turkish = ((FILES / name).read_text(encoding="utf-8") for name in (ENGLISH, TURKISH))
    typed = [[line for line in words.splitlines() if line.startswith("    ")] for words in (english, turkish)]
    assert typed[0] == typed[1]
    for words in (english, turkish):
        assert "Get-FileHash" in words
        assert "certutil -hashfile" in words
    command = re.compile(r"(?:^|\||&&|;|do |then |else |\$\()\s*([a-z][a-z0-9]+)(?=[ \n])", re.MULTILINE)
    assert set(command.findall(_commands(ENGLISH))) <= {
        *("sha256sum", "grep", "openssl", "cut", "date", "echo", "for", "do", "done", "if", "then", "else", "fi"),
        "continue",
    }


def test_no_byte_of_any_file_can_be_changed_unseen(bundle: Path, tmp_path: Path) -> None:
    """Each file, range by range: the instructions say FAILED, print another fact, or are not the published ones.

    Of a timestamp, what its signature does not cover may change: as long as it proves the same, that is no lie.
    """
    honest = _typed(bundle, ENGLISH)
    copy = tmp_path / "delil"
    shutil.copytree(bundle, copy)
    unseen = []
    for file in sorted(path for path in copy.rglob("*") if path.is_file() and path.name != "CA.pem"):
        name, data = file.relative_to(copy).as_posix(), file.read_bytes()
        if name in (ENGLISH, TURKISH):
            assert data == (FILES / name).read_bytes()
            continue
        step = max(1, len(data) // 8)
        for place in range(0, len(data), step):
            end = place + step
            file.write_bytes(data[:place] + bytes(byte ^ 1 for byte in data[place:end]) + data[end:])
            printed = _typed(copy, ENGLISH)
            if not any("FAILED" in line for line in printed) and printed == honest and not name.endswith(".tsr"):
                unseen.append((name, place))
        file.write_bytes(data)
    assert unseen == []
    assert {path.relative_to(copy).parts[0] for path in copy.rglob("*")} == {
        *("CA.pem", ENGLISH, TURKISH, "entries", "texts", "timestamps")
    }


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("texts/1.1/tr/gizlilik-politikasi.md", "texts/2.0/tr/gizlilik-politikasi.md"),
        ("texts/1.1/tr/gizlilik-politikasi.md", "texts/1.1/en/gizlilik-politikasi.md"),
        ("texts/1.1/tr/gizlilik-politikasi.md", "texts/1.1/tr/baska.md"),
        ("entries/000002.json", "entries/000004.json"),
        ("timestamps", "timestamps"),
    ],
)
def test_a_file_under_another_name_is_found(bundle: Path, tmp_path: Path, path: str, to: str) -> None:
    copy = tmp_path / "delil"
    shutil.copytree(bundle, copy)
    if path == "timestamps":
        [token] = (copy / path).glob("*.tsr")
        token.rename(token.with_name(f"{'0' * 64}.tsr"))
    else:
        (copy / to).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).replace(copy / to)
    assert [line for line in _typed(copy, ENGLISH) if "FAILED" in line]


# Odd cases


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Register, dict[str, Release], dict[str, bytes], bytes]:
    """33 releases, of which two were withdrawn, with the timestamps of two
    authorities; and both authorities' certificates."""
    authorities = [authority(tmp_path_factory.mktemp("tsa")), authority(tmp_path_factory.mktemp("tsa"), "Öteki")]
    register, releases, tokens = Register(), {}, {}
    for number in range(1, 34):
        version = f"{number}.0"
        words = {"gizlilik": f"# Metin {number}\n\nŞöyle: ğüşıöç İ.\n", "gizlilik/en": "# Text\n"}
        made = builders.release(version, words)
        releases[version] = made
        register = register.appended(
            publication_entry(
                version,
                builders.moment(number),
                builders.day(number),
                material=True,
                summary={"tr": 'Alıntı: "x" \\ $y', "en": "`z`"},
                documents=[
                    {
                        "id": text.document,
                        "locale": text.locale,
                        "sha256": text.sha256,
                        "effective": builders.day(number).isoformat(),
                        "changed": True,
                    }
                    for text in made.texts
                ],
            )
        )
        if number in {2, 20}:
            register = register.appended(
                withdrawal_entry(f"{number // 2}.0", builders.moment(number, 12), builders.day(number), "Yanlış.")
            )
        if number in {10, 21, 22}:
            tokens[entry_digest(register.raw[-1])] = _token(authorities[number % 2], register.raw[-1])
    return register, releases, tokens, b"".join(one.ca.read_bytes() for one in authorities)


def _token(tsa: Authority, entry: Mapping[str, Any]) -> bytes:
    question = TimestampRequestBuilder(
        data=rfc8785.dumps(dict(entry)), hash_algorithm=HashAlgorithm.SHA256, nonce=True, cert_req=True
    ).build()
    return tsa.stamp(question.as_bytes())[1]


@pytest.mark.parametrize(
    ("version", "entries", "withdrawn", "stamped"),
    [
        ("1.0", 11, True, [11]),  # the oldest of all, withdrawn soon after
        ("5.0", 11, False, [11]),
        ("10.0", 23, True, [11, 23]),  # withdrawn long after the first timestamp over it
        ("22.0", 24, False, [11, 23, 24]),  # before it are those of both authorities
        ("33.0", 35, False, [11, 23, 24]),  # the newest, over which there is none
    ],
)
def test_the_instructions_hold_in_odd_cases(
    odd: tuple[Register, dict[str, Release], dict[str, bytes], bytes],
    tmp_path: Path,
    version: str,
    entries: int,
    withdrawn: bool,
    stamped: list[int],
) -> None:
    register, releases, tokens, ca = odd
    bundle = evidence(releases[version], register, tokens, {})
    write_evidence(bundle, tmp_path / "delil.zip")
    with zipfile.ZipFile(tmp_path / "delil.zip") as archive:
        archive.extractall(tmp_path / "delil")
    (tmp_path / "delil/CA.pem").write_bytes(ca)
    printed = _typed(tmp_path / "delil", TURKISH)
    assert not [line for line in printed if "FAILED" in line]
    assert [line.partition(": OK")[0] for line in printed[:2]] == [
        f"texts/{version}/{locale}/gizlilik.md" for locale in ("en", "tr")
    ]
    assert sum(line.endswith(".json: OK") for line in printed) == entries
    assert f'last entry: "{entry_digest(register.raw[entries - 1])}"' in printed
    assert sorted(line[:19] for line in printed if " existed on " in line) == [
        f"entries/{number:06d}.json" for number in stamped
    ]
    assert printed.count("Verification: OK") == len(stamped)
    own = next(number for number, entry in enumerate(register.entries[:entries], 1) if entry.version == version)
    last = max(number for number, entry in enumerate(register.entries[:entries], 1) if entry.version == version)
    assert (last != own) is withdrawn
    assert any(line.startswith(f'entries/{last:06d}.json:"withdrawn"') for line in printed) is withdrawn


def test_the_same_release_gives_the_same_bytes(stamped: Project, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        assert stamped.run("evidence", "1.1", "-o", str(tmp_path / name)).code == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.zip", "b.zip"]


def test_without_a_timestamp_the_register_ends_at_the_release(published: Project, tmp_path: Path) -> None:
    assert published.run("evidence", "1.1", "-o", str(tmp_path / "a.zip")).code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "delil")
    assert [name for name in names if name.startswith(("entries/", "timestamps/"))] == [
        "entries/000001.json",
        "entries/000002.json",
    ]
    printed = _typed(tmp_path / "delil", TURKISH)
    assert printed[-1] == "no timestamp"
    assert not [line for line in printed if "FAILED" in line]


def test_what_was_not_published_has_no_proof(project: Project, published: Project, tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    assert project.run("evidence", "1.1", "-o", str(target)).err.startswith("there is no branch gh-pages yet.\n")
    assert published.run("evidence", "9.9", "-o", str(target)).err == (
        'there is no release "9.9".\n  Fix: the releases are: 1.0, 1.1, 2.0.\n'
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
        "  Fix: restore the file from git.\n"
    )
