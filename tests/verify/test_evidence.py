"""The evidence bundle: whoever has only standard tools can check it by its own instructions."""

from __future__ import annotations

import json
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

from tests.conftest import Project, run
from tests.helpers import builders
from tests.helpers.tsa import Authority, authority
from yururluk.core.model import Release
from yururluk.core.register import Register, entry_digest, publication_entry, withdrawal_entry
from yururluk.verify.evidence import evidence, write_evidence


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


def _typed(folder: Path, instructions: str, path: str = "/usr/bin:/bin") -> list[str]:
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
        env={"PATH": path},
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
def test_the_instructions_find_what_was_changed(bundle: Path, tmp_path: Path, path: str, failed: list[str]) -> None:
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
        subprocess.run(["sha256sum", *names], cwd=sums.parent, capture_output=True, text=True, check=True).stdout
    )
    assert [line for line in _typed(tmp_path / "delil", "README.txt") if "FAILED" in line] == [
        "tr/gizlilik-politikasi.md: FAILED"
    ]


# Odd cases


@pytest.fixture(scope="module")
def odd(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Register, dict[str, Release], dict[str, bytes], bytes]:
    """33 releases, of which two were withdrawn, with the timestamps of two
    authorities; and both authorities' certificates."""
    authorities = [
        authority(tmp_path_factory.mktemp("tsa")),
        authority(tmp_path_factory.mktemp("tsa"), "Öteki"),
    ]
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


#: Tools of busybox and OpenSSL alone, which know fewer options than those of GNU.
BUSYBOX = shutil.which("busybox")


@pytest.fixture(scope="module")
def busybox(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where a shell finds these tools only; nothing where this machine has none of them."""
    folder = tmp_path_factory.mktemp("tools")
    for name in ("sh", "sha256sum", "grep", "cut", "openssl"):
        found = shutil.which("openssl") if name == "openssl" else BUSYBOX
        if found:
            (folder / name).symlink_to(found)
    return str(folder) if BUSYBOX else "/usr/bin:/bin"


@pytest.mark.parametrize(
    ("version", "entries", "withdrawal", "stamped"),
    [
        ("1.0", 11, 3, [11]),  # the oldest of all, withdrawn soon after
        ("5.0", 11, None, [11]),
        ("10.0", 23, 22, [11, 23]),  # withdrawn long after the first timestamp over it
        ("22.0", 24, None, [11, 23, 24]),  # before it stand those of both authorities
        ("33.0", 35, None, [11, 23, 24]),  # the newest, over which there is none
    ],
)
def test_the_instructions_hold_in_odd_cases(
    odd: tuple[Register, dict[str, Release], dict[str, bytes], bytes],
    tmp_path: Path,
    busybox: str,
    version: str,
    entries: int,
    withdrawal: int | None,
    stamped: list[int],
) -> None:
    register, releases, tokens, ca = odd
    bundle = evidence(releases[version], {"release.yml": "sürüm".encode()}, register, tokens)
    write_evidence(bundle, tmp_path / "delil.zip")
    with zipfile.ZipFile(tmp_path / "delil.zip") as archive:
        archive.extractall(tmp_path / "delil")
    (tmp_path / "delil/CA.pem").write_bytes(ca)
    last = entry_digest(register.raw[entries - 1])
    wanted = [
        "files: OK",
        "en/gizlilik.md: OK",
        "tr/gizlilik.md: OK",
        "dates: OK",
        *(["withdrawal: OK"] if withdrawal else []),
        *(f"entries/{number:06d}.json: OK" for number in range(1, entries + 1)),
        f"{last}  entries/{entries:06d}.json",
        *(["Verification: OK"] * len(stamped)),
    ]
    several = {"README.txt": "CA.pem, one after the other", "OKUYUN.txt": "CA.pem dosyasına art arda"}
    for instructions, path in (("README.txt", busybox), ("OKUYUN.txt", "/usr/bin:/bin")):
        assert _typed(tmp_path / "delil", instructions, path) == wanted
        words = (tmp_path / "delil" / instructions).read_text(encoding="utf-8")
        assert (f"entries/{withdrawal or 0:06d}.json" in words.split("texts/")[0]) is bool(withdrawal)
        assert (several[instructions] in words) is (len(stamped) > 1)


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
