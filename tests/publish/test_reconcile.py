"""The register is the memory: what it holds is never rewritten, and `check` sees what `publish` would refuse."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.conftest import Project
from yururluk.core.in_force import State
from yururluk.publish.status import worth_showing

SUMMARIES = ("--summary", "tr=Düzeltme.", "--summary", "en=Correction.")


def _release(project: Project, version: str, *options: str) -> None:
    text = project.read("docs/tr/gizlilik-politikasi.md")
    # In letters: the translation would need a figure too.
    words = version.translate(str.maketrans("0123456789.", "abcdefghijk"))
    project.write("docs/tr/gizlilik-politikasi.md", f"{text}\nEk cümle {words}.\n")
    told = project.run("release", version, "--editorial", *SUMMARIES, *options)
    assert told.code == 0, told.err
    project.commit(f"Release {version}")


def _publish(project: Project, *options: str) -> None:
    told = project.run("publish", *options)
    assert told.code == 0, told.err


def test_check_and_status_refuse_when_a_published_release_is_gone(project: Project) -> None:
    _publish(project, "--today", "2026-11-23")
    project.git("rm", "-rq", "releases/1.1")
    project.git("commit", "-qm", "Gone")
    lines = [
        "releases/1.1: release 1.1 was published on 2026-11-22 and is missing here.",
        "  Fix: restore it from git: git checkout <commit> -- releases/1.1.",
    ]
    checked = project.run("check", "--today", "2026-11-23")
    assert checked.code == 1
    printed = checked.out.splitlines()
    assert printed[printed.index(lines[0]) :][:2] == lines
    told = project.run("status", "--on", "2026-11-23")
    assert (told.code, told.out, told.err.splitlines()) == (1, "", lines)


def test_check_finds_a_published_text_changed_together_with_its_digest(project: Project) -> None:
    _publish(project, "--today", "2026-11-23")
    path = "releases/1.0/tr/gizlilik-politikasi.md"
    project.write(path, project.read(path) + "\nEk.\n")
    release = project.read("releases/1.0/release.yml")
    line = next(line for line in release.splitlines() if "gizlilik-politikasi.md" in line)
    digest = hashlib.sha256((project.root / path).read_bytes()).hexdigest()
    project.edit("releases/1.0/release.yml", line, f"  tr/gizlilik-politikasi.md: sha256:{digest}")
    told = project.run("check", "--today", "2026-11-23")
    assert told.code == 1
    assert f"{path}: this file was changed after release 1.0 was published on 2026-11-22.\n" in told.out


def test_a_late_release_holds_back_itself_alone(project: Project) -> None:
    """What is recorded already goes online: a text comes into force, another is withdrawn."""
    _publish(project, "--today", "2026-11-23")
    _release(project, "3.0", "--effective", "2027-01-10", "--today", "2026-12-01")
    assert project.run("withdraw", "1.0", "--reason", "Yanlış metin.", "--today", "2026-12-20").code == 0
    project.commit("Withdraw 1.0")
    late = ("--today", "2027-01-12")
    told = project.run("publish", *late)
    assert told.code == 1
    assert told.err.partition("releases/")[2] == (
        "3.0/release.yml:2: the effective date 2027-01-10 lies before the publication day 2027-01-12.\n"
        "  Fix: set `effective: on-publication` or a later day.\n"
    )
    states = {entry["version"]: entry["properties"]["status"] for entry in json.loads(project.page("versions.json"))}
    assert states == {"2.0": "in-force", "1.1": "superseded", "1.0": "withdrawn"}
    assert project.run("verify", *late).code == 0
    again = project.run("publish", *late)
    assert (again.code, again.out.splitlines()[0]) == (1, "Nothing to do: everything is online as of 2027-01-12.")
    project.edit("releases/3.0/release.yml", "effective: 2027-01-10", "effective: on-publication")
    project.commit("3.0 binds when it is published")
    _publish(project, *late)
    assert project.git("rev-parse", "gh-pages:yururlukte") == project.git("rev-parse", "gh-pages:3.0")


def test_a_new_release_with_a_fault_is_held_back_and_one_on_record_stops_the_publish(project: Project) -> None:
    _publish(project, "--today", "2026-11-23")
    before = project.git("rev-parse", "gh-pages")
    _release(project, "3.0", "--today", "2026-12-01")
    project.write("releases/3.0/tr/gizlilik-politikasi.md", "x")
    told = project.run("publish", "--today", "2027-01-01")
    assert told.code == 1
    assert "releases/3.0/tr/gizlilik-politikasi.md: this file is not as committed" in told.err
    assert project.git("rev-parse", "gh-pages:yururlukte") == project.git("rev-parse", "gh-pages:2.0")
    project.git("update-ref", "refs/heads/gh-pages", before)
    project.write("releases/1.1/tr/gizlilik-politikasi.md", "x")
    told = project.run("publish", "--today", "2027-01-01")
    assert told.code == 1
    assert "releases/1.1/tr/gizlilik-politikasi.md: this file is not as committed" in told.err
    assert project.git("rev-parse", "gh-pages") == before


@pytest.mark.slow
def test_a_release_dated_to_the_day_of_the_last_entry_comes_after_it(project: Project) -> None:
    _publish(project)  # by the clock, some time on its own day
    day = json.loads(project.run("status", "--json").out)["on"]
    _release(project, "3.0")
    _publish(project)
    _release(project, "3.1")
    project.edit("releases/3.1/release.yml", "effective:", f"published: {day}\neffective:")
    project.commit("Dated")
    _publish(project)
    entries = json.loads(project.page("register.json"))["entries"]
    moments = [entry["published"] for entry in entries]
    assert moments == sorted(moments)
    answer = json.loads(project.run("status", "--json").out)
    assert answer["in_force"] == "3.1"


def test_a_withdrawal_never_changes_what_governed_on_a_past_day(project: Project) -> None:
    _publish(project, "--today", "2026-12-20")
    assert json.loads(project.run("status", "--on", "2026-12-15", "--json").out)["in_force"] == "1.1"
    told = project.run("withdraw", "1.1", "--reason", "Geri alındı.", "--today", "2026-11-25")
    assert told.code == 0, told.err
    project.commit("Withdraw")
    _publish(project, "--today", "2026-12-20")
    assert json.loads(project.run("status", "--on", "2026-12-15", "--json").out)["in_force"] == "1.1"
    assert json.loads(project.run("status", "--on", "2026-12-20", "--json").out)["in_force"] == "1.0"
    last = json.loads(project.page("register.json"))["entries"][-1]
    assert last["withdrawn"]["on"] == "2026-12-20"
    assert project.run("publish", "--today", "2026-12-20").out.startswith("Nothing to do")
    assert project.run("check", "--today", "2026-12-20").code == 0


def test_a_release_cannot_be_withdrawn_before_it_was_published(project: Project) -> None:
    told = project.run("withdraw", "2.0", "--reason", "x", "--today", "2026-01-01")
    assert told.code == 1
    assert told.err == (
        "releases/2.0/withdrawal.yml: release 2.0 was published on 2026-11-22; "
        "it cannot be withdrawn as of 2026-01-01.\n"
        "  Fix: withdraw it as of 2026-11-22 or later.\n"
    )
    assert not (project.root / "releases/2.0/withdrawal.yml").exists()


def test_release_refuses_an_effective_date_that_has_passed(project: Project) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")
    told = project.run("release", "2.1", "--editorial", *SUMMARIES, "--effective", "2020-01-01")
    assert told.code == 1
    assert told.err == (
        "the effective date 2020-01-01 has passed: a text cannot bind before it is published.\n"
        "  Fix: give --effective a day from today on, or leave it out for the day of publication.\n"
    )
    assert not (project.root / "releases/2.1").exists()


def test_a_document_cannot_take_the_address_of_a_language(project: Project) -> None:
    project.write("docs/tr/en.md", "---\ntitle: İngilizce\ntype: other\n---\n\nMetin.\n")
    told = project.run("check", "--today", "2026-11-23")
    assert told.code == 1
    assert (
        'docs/tr/en.md: "en" cannot name a document.\n  Fix: choose another name: this is the address of a language.\n'
    ) in told.out


def test_check_against_a_base_that_went_on_does_not_blame_the_branch(project: Project) -> None:
    project.git("checkout", "-qb", "edit")
    project.write("note.txt", "x\n")
    project.commit("On the branch")
    project.git("checkout", "-q", "main")
    _release(project, "2.1", "--today", "2026-11-24", "--effective", "2027-03-01")
    project.git("checkout", "-q", "edit")
    told = project.run("check", "--today", "2026-11-23", "--base", "main")
    assert told.code == 0, told.out


def test_a_publish_shows_the_newest_releases_and_all_that_are_not_over() -> None:
    """However many are online, the table fits a screen; what is in force is in it, however old."""
    states = [State.SUPERSEDED] * 40
    states[30] = State.IN_FORCE
    assert worth_showing(states) == [*range(12), 30]
    assert worth_showing([State.UPCOMING] * 25) == list(range(25))
