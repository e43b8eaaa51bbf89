"""Whatever is changed in a published site, in its register or in the frozen texts, verify finds it."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Project
from tests.helpers.tsa import Authority
from yururluk.core.messages import Problem, Refused
from yururluk.core.model import Release
from yururluk.core.register import entry_digest
from yururluk.core.releases import read_releases
from yururluk.core.settings import Settings, read_settings
from yururluk.git import content_id, with_folder_ids
from yururluk.publish.published_pages import BUILD_FILE, sealed
from yururluk.verify.expected import made_again
from yururluk.verify.files import UNKNOWN, Place, place_of
from yururluk.verify.run import Question, verify_place
from yururluk.verify.timestamps import read_certificates

LIKE = "0" * 40


@dataclass(frozen=True)
class State:
    """A published site and its project, in memory: `files` of the site, `frozen` those below releases/."""

    files: Mapping[str, bytes]
    frozen: Mapping[str, bytes]
    releases: tuple[Release, ...]
    settings: Settings
    question: Question
    folders: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def problems(self, root: Path, files: Mapping[str, bytes], frozen: Mapping[str, bytes]) -> list[Problem]:
        """What verify says of the site with these files, and these releases, which are written below `root`."""
        releases, problems = self.releases, list[Problem]()
        if frozen != self.frozen:
            with tempfile.TemporaryDirectory(dir=root) as folder:
                for path, data in frozen.items():
                    file = Path(folder, "releases", path)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(data)
                releases, problems = read_releases(Path(folder), self.settings)
        try:
            return [*problems, *verify_place(self.place(files), releases, self.settings, self.question).problems]
        except Refused as refused:
            return list(refused.problems)

    def place(self, files: Mapping[str, bytes]) -> Place:
        """The site with these files."""
        ids = with_folder_ids({path: _git_id(data) for path, data in files.items()}, LIKE)
        return Place("site", files.get, lambda _like: ids, self.folders.get)

    def made_otherwise(self, root: Path, files: Mapping[str, bytes]) -> list[str]:
        """What is found, in the site with these files, when its pages are made again by the project at `root`."""
        again = made_again(root, self.place(files), self.releases, self.settings, self.question.today)
        assert again.by_this_program
        return [path for path, _ in again.faults]


@lru_cache(maxsize=1000)
def _git_id(data: bytes) -> str:
    return content_id(data, LIKE)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()
    }


@pytest.fixture(scope="module")
def state(stamped: Project, tsa: Authority) -> State:
    """The published site with a timestamp, as it should be."""
    question = Question(date(2026, 11, 23), roots=read_certificates(tsa.ca.read_bytes()))
    settings = read_settings(stamped.root)
    releases, problems = read_releases(stamped.root, settings)
    assert not problems
    site, frozen = _files(stamped.root / "site"), _files(stamped.root / "releases")
    return State(site, frozen, releases, settings, question)


Site = dict[str, bytes]
Tampering = Callable[[random.Random, Site, Site], object]


def _byte(data: bytes, chance: random.Random) -> bytes:
    """One byte changed, at any place, to any other."""
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ chance.randrange(1, 256)]) + data[place + 1 :]


def _byte_of(where: Callable[[str], bool]) -> Tampering:
    def tamper(chance: random.Random, files: Site, _frozen: Site) -> str:
        path = chance.choice([path for path in files if files[path] and where(path)])
        files[path] = _byte(files[path], chance)
        return path

    return tamper


def _frozen_byte(chance: random.Random, _files: Site, frozen: Site) -> str:
    path = chance.choice([path for path in frozen if path.endswith(".md")])
    frozen[path] = _byte(frozen[path], chance)
    return path


def _frozen_removed(chance: random.Random, _files: Site, frozen: Site) -> str:
    path = chance.choice(sorted(frozen))
    del frozen[path]
    return path


def _added(chance: random.Random, files: Site, _frozen: Site) -> str:
    folder = chance.choice(["", "1.1/", "yururlukte/", "assets/", "timestamps/", "api/", "9.0/", "en/surumler/"])
    name = chance.choice(["index.html", "ek.html", "site.0123456789.js", "x/index.html", ".gizli", "ek.tsr"])
    path = folder + name
    while path in files:
        path += "x"
    files[path] = chance.choice([b"", b"<p>ek</p>", files["index.html"]])
    return path


def _removed(chance: random.Random, files: Site, _frozen: Site) -> str:
    path = chance.choice(sorted(files))
    del files[path]
    return path


def _swapped_files(chance: random.Random, files: Site, _frozen: Site) -> object:
    pages = [path for path in sorted(files) if path.endswith(".html")]
    one, other = chance.sample(pages, 2)
    while files[one] == files[other]:
        one, other = chance.sample(pages, 2)
    files[one], files[other] = files[other], files[one]
    return one, other


def _entries(change: Callable[[random.Random, list[dict[str, Any]]], object]) -> Tampering:
    def tamper(chance: random.Random, files: Site, _frozen: Site) -> object:
        content = json.loads(files["register.json"])
        told = change(chance, content["entries"])
        fixed = chance.random() < 0.7  # most forgers know how to make the chain whole again
        previous = None
        for entry in content["entries"] if fixed else []:
            entry["previous"] = previous
            previous = entry_digest(entry)
        files["register.json"] = (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
        return told, fixed

    return tamper


def _dropped(chance: random.Random, entries: list[dict[str, Any]]) -> object:
    return entries.pop(chance.randrange(len(entries)))["version"]


def _swapped(chance: random.Random, entries: list[dict[str, Any]]) -> object:
    one, other = chance.sample(range(len(entries)), 2)
    entries[one], entries[other] = entries[other], entries[one]
    return one, other


def _inserted(chance: random.Random, entries: list[dict[str, Any]]) -> object:
    fresh = json.loads(json.dumps(chance.choice(entries)))
    fresh["version"] = chance.choice(["0.9", "1.5", "3.0", "1.1"])
    place = chance.randrange(len(entries) + 1)
    entries.insert(place, fresh)
    return place, fresh["version"]


def _altered(chance: random.Random, entries: list[dict[str, Any]]) -> object:
    entry = chance.choice(entries)
    key = chance.choice(["effective", "published", "material", "summary", "documents"])
    if key == "effective":
        entry[key] = "2026-11-25"
    elif key == "published":
        entry[key] = "2026-11-22T00:00:01+03:00"
    elif key == "material":
        entry[key] = not entry[key]
    elif key == "summary":
        entry[key]["tr"] += " "
    else:
        text = chance.choice(entry[key])
        text["sha256"] = text["sha256"][::-1]
    return entry["version"], key


def _ends(*endings: str) -> Callable[[str], bool]:
    return lambda path: path.endswith(endings)


KINDS: Mapping[str, Tampering] = {
    "a byte of a release's page": _byte_of(lambda path: path[0].isdigit() and path.endswith(".html")),
    "a byte of a portal page": _byte_of(lambda path: "/" not in path and path.endswith(".html")),
    "a byte of an alias": _byte_of(lambda path: path.startswith(("yururlukte/", "son/"))),
    "a byte of any file": _byte_of(lambda _path: True),
    "a byte of a shared file": _byte_of(lambda path: path.startswith("assets/")),
    "a byte of register.json": _byte_of(_ends("register.json")),
    "a byte of versions.json": _byte_of(_ends("versions.json")),
    "a byte of build.json": _byte_of(_ends("build.json")),
    "a byte of a token": _byte_of(_ends(".tsr")),
    "a byte of the list of timestamps": _byte_of(_ends("timestamps/index.json")),
    "a byte of a frozen text": _frozen_byte,
    "a frozen file removed": _frozen_removed,
    "a file added": _added,
    "a file removed": _removed,
    "two pages swapped": _swapped_files,
    "an entry dropped": _entries(_dropped),
    "entries swapped": _entries(_swapped),
    "an entry inserted": _entries(_inserted),
    "an entry altered": _entries(_altered),
}


def test_the_state_that_is_tampered_with_is_fine(state: State, tmp_path: Path) -> None:
    assert state.problems(tmp_path, state.files, state.frozen) == []


@pytest.mark.parametrize("how_many", [2 * len(KINDS), pytest.param(200, marks=pytest.mark.slow)])
def test_every_tampering_is_found(state: State, tmp_path: Path, how_many: int) -> None:
    """At random but always the same, of every kind in turn."""
    names = sorted(KINDS)
    missed = []
    for number in range(how_many):
        name = names[number % len(names)]
        chance = random.Random(number)
        files, frozen = dict(state.files), dict(state.frozen)
        told = KINDS[name](chance, files, frozen)
        assert (files, frozen) != (state.files, state.frozen), (number, name, told)
        if not state.problems(tmp_path, files, frozen):
            missed.append((number, name, told))
    assert missed == []


def test_a_page_tampered_with_in_git_is_named_as_a_file(stamped: Project, tmp_path: Path) -> None:
    """The repository still has what was published: so the file is named, and not only its folder."""
    shutil.copytree(stamped.root / "site", tmp_path / "site")
    page = tmp_path / "site/1.1/degisiklikler/gizlilik-politikasi/index.html"
    page.write_bytes(page.read_bytes().replace(b"<h1", b"<h1 hidden", 1))
    (tmp_path / "site/2.0/ek.html").write_text("ek")
    (tmp_path / "site/2.0/en/index.html").unlink()
    told = stamped.run("verify", str(tmp_path / "site"), "--today", "2026-11-23")
    lines = [line for line in told.out.splitlines() if not line.startswith("  Fix")]
    assert lines == [
        f"{tmp_path}/site/1.1/degisiklikler/gizlilik-politikasi/index.html: this file is not as it was published.",
        f"{tmp_path}/site/2.0/ek.html: this file is no part of what was published.",
        f"{tmp_path}/site/2.0/en/index.html: this published file is missing.",
        f"{tmp_path}/site/son/en/index.html: this page does not belong to release 2.0.",
    ]


def _sealed_again(files: Site) -> None:
    """Make build.json say of the files what they are now, as somebody would who knows how."""
    names = {path: _git_id(data) for path, data in files.items()}
    ids = with_folder_ids(names, LIKE)
    content = json.loads(files[BUILD_FILE])
    content["trees"] = {name: ids[name] for name in content["trees"] if name in ids}
    listed = {path for part in content["parts"].values() for path in part["files"]}
    for part in content["parts"].values():
        part["files"] = {path: names[path] for path in part["files"] if path in names}
    tops = {*content["trees"], "timestamps", BUILD_FILE}
    fresh = {path: name for path, name in names.items() if path.partition("/")[0] not in tops}
    content["parts"]["portal"]["files"] |= {path: fresh[path] for path in fresh.keys() - listed}
    files[BUILD_FILE] = sealed(content)


def _sealed_on_disk(site: Path) -> None:
    files = _files(site)
    _sealed_again(files)
    (site / BUILD_FILE).write_bytes(files[BUILD_FILE])


OF_FILES = [
    name
    for name in sorted(KINDS)
    if KINDS[name] not in {_frozen_byte, _frozen_removed}
    and not any(word in name for word in ("entr", "register", "build", "token", "timestamps"))
]
OF_THE_REGISTER = [name for name in sorted(KINDS) if "entr" in name or "register" in name]


def test_files_changed_along_with_build_json_are_all_found_when_they_are_made_again(
    stamped: Project, state: State
) -> None:
    """Two hundred tamperings at random, sealed."""
    chance = random.Random(7)
    files = dict(state.files)
    for number in range(200):
        KINDS[OF_FILES[number % len(OF_FILES)]](chance, files, {})
    files[BUILD_FILE] = state.files[BUILD_FILE]
    _sealed_again(files)
    paths = {*files, *state.files} - {BUILD_FILE}
    changed = {path for path in paths if files.get(path) != state.files.get(path)}
    told = state.made_otherwise(stamped.root, files)
    assert {path for path in changed if not path.startswith("timestamps/")} == set(told)
    assert len(told) > 80


@pytest.mark.parametrize("how_many", [2 * len(OF_THE_REGISTER), pytest.param(100, marks=pytest.mark.slow)])
def test_a_register_changed_along_with_build_json_is_found(
    stamped: Project, state: State, tmp_path: Path, how_many: int
) -> None:
    """Other pages would have been made of it, and build.json says of what they were made."""
    missed = []
    for number in range(how_many):
        name = OF_THE_REGISTER[number % len(OF_THE_REGISTER)]
        files = dict(state.files)
        told = KINDS[name](random.Random(number), files, {})
        _sealed_again(files)
        if not state.problems(tmp_path, files, state.frozen) and not state.made_otherwise(stamped.root, files):
            missed.append((number, name, told))
    assert missed == []


def test_what_was_added_to_the_list_of_files_is_found(stamped: Project, state: State) -> None:
    """A folder, and a part, of which this program knows nothing."""
    files = {**state.files, "ek/index.html": b"<p>ek</p>"}
    content = json.loads(files[BUILD_FILE])
    ids = state.place(files).ids
    assert ids is not None
    content["trees"]["ek"] = ids(LIKE)["ek"]
    files[BUILD_FILE] = sealed(content)
    assert state.made_otherwise(stamped.root, files) == ["ek"]
    content = json.loads(state.files[BUILD_FILE])
    content["parts"]["ek"] = {"fingerprint": "", "files": {"ek/index.html": ids(LIKE)["ek/index.html"]}}
    files[BUILD_FILE] = sealed(content)
    assert state.made_otherwise(stamped.root, files) == [BUILD_FILE]


def _appended(path: str, more: bytes) -> Callable[[Path], object]:
    def forge(site: Path) -> None:
        found = sorted(site.glob(path))
        assert found, path
        for file in found:
            file.write_bytes(file.read_bytes() + more)

    return forge


def _new(path: str) -> Callable[[Path], object]:
    def forge(site: Path) -> None:
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text("<p>ek</p>")

    return forge


def _shouting(site: Path) -> None:
    """The same name in other letters: on some disks it would be the same file."""
    (site / "feed.xml").rename(site / "FEED.XML")


FORGERIES: Mapping[str, Callable[[Path], object]] = {
    "a portal page": _appended("index.html", b"<p>ek</p>"),
    "a portal page, by a line end": _appended("en/index.html", b"\n"),
    "a redline": _appended("1.1/degisiklikler/gizlilik-politikasi/index.html", b"<p>ek</p>"),
    "a text and its alias, by a script": _appended(
        "[2s]*[0n]/gizlilik-politikasi/index.html", b"<script src=x.js></script>"
    ),
    "the scripts": _appended("assets/*.js", b"alert(1)"),
    "a PDF": _appended("**/*.pdf", b"%"),
    "the feed": _appended("feed.xml", b"<!-- -->"),
    "the headers": _appended("_headers", b"/*\n  X: y\n"),
    "the API": _appended("api/v1/*.json", b" "),
    "a file added": _new("ek/index.html"),
    "a file of an odd name": _new("1.1/ ğ.html "),
    "a compressed copy, which servers prefer": _new("index.html.gz"),
    "a file removed": lambda site: (site / "surumler/index.html").unlink(),
    "a file renamed": _shouting,
}


@pytest.mark.parametrize("forgery", sorted(FORGERIES))
def test_a_forger_who_seals_the_list_of_files_again_is_found_by_the_branch(
    stamped: Project, tmp_path: Path, forgery: str
) -> None:
    """build.json can be made to fit any pages, but the pages branch never held it so."""
    site = tmp_path / "site"
    shutil.copytree(stamped.root / "site", site)
    FORGERIES[forgery](site)
    _sealed_on_disk(site)
    told = stamped.run("verify", str(site), "--today", "2026-11-23")
    assert (told.code, f"{site}/{BUILD_FILE}: {UNKNOWN}\n" in told.out) == (1, True), told.out


def test_a_forger_who_names_another_program_in_build_json_is_found(stamped: Project, tmp_path: Path) -> None:
    """The forger's own field decides whether pages can be made again; that they cannot is no success."""
    site = tmp_path / "site"
    shutil.copytree(stamped.root / "site", site)
    path = "1.1/gizlilik-politikasi/index.html"
    page = (site / path).read_text(encoding="utf-8")
    begin, end = page.index('<div class="text">'), page.index('<section class="cite"')
    forged = f"<template>{page[begin:end]}</template><section><p>Verileriniz satılır.</p></section>"
    for folder in ("1.1", "yururlukte"):
        (site / path.replace("1.1", folder, 1)).write_text(page[:begin] + forged + page[end:], encoding="utf-8")
    _sealed_on_disk(site)
    content = json.loads((site / BUILD_FILE).read_bytes())
    content["code"] = "0" * 64
    content["folders"] = dict.fromkeys(content["folders"], "0" * 64)
    content["parts"] = {name: {**part, "fingerprint": "0" * 64} for name, part in content["parts"].items()}
    (site / BUILD_FILE).write_bytes(sealed(content))
    stranger = Project(tmp_path / "stranger")
    shutil.copytree(stamped.root, stranger.root, ignore=shutil.ignore_patterns("site"))
    stranger.git("update-ref", "-d", "refs/heads/gh-pages")
    told = stranger.run("verify", str(site), "--today", "2026-11-23", "--json")
    answer = json.loads(told.out)
    assert (told.code, answer["ok"], answer["state"], answer["made_again"]) == (3, False, "unproved", False)
    assert [problem["path"] for problem in answer["problems"]] == [f"{site}/{path}", f"{site}/{BUILD_FILE}"]
    assert answer["problems"][0]["message"] == (
        "this page holds something that could hide or change its text: <template>."
    )


@pytest.mark.parametrize(
    "path",
    [
        "assets/x.DIGEST.html",
        "assets/site.DIGEST.js",
        ".well-known/x/index.html",
        ".well-known/security.txt",
        "CNAME/index.html",
        "timestamps",
    ],
)
def test_a_file_that_nobody_published_is_found_whatever_its_name(stamped: Project, tmp_path: Path, path: str) -> None:
    """What counts is a publish that listed it, or, of the company's own files, the pages branch."""
    site = tmp_path / "site"
    shutil.copytree(stamped.root / "site", site)
    data = b"<!doctype html><p>ek</p>"
    name = path.replace("DIGEST", hashlib.sha256(data).hexdigest()[:10])
    if name == "timestamps":
        shutil.rmtree(site / name)
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    (site / name).write_bytes(data)
    told = stamped.run("verify", str(site), "--today", "2026-11-23")
    assert (told.code, told.err) == (1, "")
    assert f"{site}/{name}: this file is no part of what was published.\n" in told.out


@pytest.mark.slow
def test_an_earlier_state_of_the_branch_is_known_and_a_later_one_is_to_be_fetched(
    ready: Project, tmp_path: Path
) -> None:
    behind = Project(tmp_path / "behind")
    shutil.copytree(ready.root, behind.root)
    later = ("--today", "2027-01-01")
    assert ready.run("export", str(tmp_path / "before")).code == 0
    assert ready.run("publish", *later).code == 0
    assert ready.run("export", str(tmp_path / "after")).code == 0
    assert ready.run("verify", str(tmp_path / "before"), "--today", "2026-11-23").code == 0
    told = behind.run("verify", str(tmp_path / "after"), *later)
    assert told.out == (
        f"{tmp_path}/after/{BUILD_FILE}: {UNKNOWN}\n"
        "  Fix: fetch the pages branch (git fetch) and verify again; if this message stays, bring the site from the "
        "branch again: yururluk export DIR.\n"
    )
    behind.git("fetch", "--quiet", str(ready.root), "+gh-pages:refs/remotes/origin/gh-pages")
    assert behind.run("verify", str(tmp_path / "after"), *later).code == 0
    for ref in ("refs/heads/gh-pages", "refs/remotes/origin/gh-pages"):
        behind.git("update-ref", "-d", ref)
    settings = read_settings(behind.root)
    with place_of(behind.root, settings, str(tmp_path / "after")) as place:
        assert place.published(BUILD_FILE, b"{}") is None, "nothing is known of any branch"
