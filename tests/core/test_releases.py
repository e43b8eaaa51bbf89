"""What lies on disk: each fault of drafts and releases is reported with its file, line and fix."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.builders import SETTINGS, day
from yururluk.core.messages import Refused
from yururluk.core.model import is_version, version_key
from yururluk.core.releases import read_project
from yururluk.core.schemas import no_text_in, read_mapping
from yururluk.publish.release import freeze, release_file

FRONT = "---\ntitle: Gizlilik Politikası\ntype: privacy-policy\n"
TR = f"{FRONT}---\n\n## 1. Amaç {{#amac}}\n\nMetin.\n"
EN = f"{FRONT}translation: complete\n---\n\n## 1. Purpose {{#amac}}\n\nText.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with drafts of one document in two languages, released as 1.0."""
    for locale, source in (("tr", TR), ("en", EN)):
        (tmp_path / "docs" / locale).mkdir(parents=True)
        (tmp_path / "docs" / locale / "gizlilik.md").write_text(source, encoding="utf-8")
    _freeze(tmp_path, "1.0")
    return tmp_path


def _freeze(root: Path, version: str) -> None:
    drafts = read_project(root, SETTINGS).drafts
    summary = {"tr": "Özet.", "en": "Summary."}
    freeze(root, version, drafts, release_file(version, drafts, summary, material=True, effective=None))


def _told(root: Path) -> str:
    return "\n".join(str(problem) for problem in read_project(root, SETTINGS).problems)


def _edit(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    source = file.read_text(encoding="utf-8")
    assert old in source
    file.write_text(source.replace(old, new), encoding="utf-8")


RELEASE = "releases/1.0/release.yml"


def test_what_was_frozen_is_read_again_without_a_problem(root: Path) -> None:
    found = read_project(root, SETTINGS)
    assert found.problems == ()
    assert [release.version for release in found.releases] == ["1.0"]
    assert [text.name for text in found.drafts] == ["tr/gizlilik.md", "en/gizlilik.md"]
    assert [t.data for t in found.releases[0].texts] == [t.data for t in found.drafts]
    assert found.releases[0].lines["digests"] == 8


def test_an_empty_project_has_neither_texts_nor_problems(tmp_path: Path) -> None:
    found = read_project(tmp_path, SETTINGS)
    assert (found.drafts, found.releases, found.problems) == ((), (), ())


# Versions


@pytest.mark.parametrize("label", ["0", "1", "1.0", "10.20.30", "2026.11.22", "007"])
def test_one_to_three_numbers_with_dots_are_a_version(label: str) -> None:
    assert is_version(label)


@pytest.mark.parametrize(
    "label",
    [
        "",
        "../x",
        ".git",
        "latest",
        "1.0 ",
        " 1.0",
        "1.0\n",
        "1.",
        ".1",
        "1..0",
        "1.0.0.0",
        "v1.0",
        "1,0",
        "-1",
        "1.0-rc1",
        "yururlukte",
        "son",
        "versions.json",
        "CNAME",
        "assets",
        "١.٠",
        "1.0/..",
        "1" * 41,
    ],
)
def test_aliases_paths_and_anything_else_are_no_version(label: str) -> None:
    assert not is_version(label)


@given(st.text(max_size=8) | st.text(st.sampled_from("0123456789."), max_size=45))
def test_every_version_has_a_place_in_the_order(label: str) -> None:
    if is_version(label):
        assert version_key(label) == version_key(f"0{label}")
        assert version_key(label) <= version_key(f"{label}9" if "." in label else f"{label}.1")


@given(st.lists(st.integers(0, 99), min_size=1, max_size=3), st.lists(st.integers(0, 99), min_size=1, max_size=3))
def test_versions_are_ordered_number_by_number(first: list[int], second: list[int]) -> None:
    one, other = (".".join(map(str, numbers)) for numbers in (first, second))
    assert (version_key(one) < version_key(other)) == (
        first + [0] * (3 - len(first)) < second + [0] * (3 - len(second))
    )


@pytest.mark.parametrize("name", ["latest", ".git", "1.0 ", "1.0.0.0", "v1"])
def test_a_folder_that_is_no_version_is_told(root: Path, name: str) -> None:
    shutil.copytree(root / "releases/1.0", root / "releases" / name)
    assert _told(root) == (
        f'releases/{name}: "{name}" is not a version.\n'
        "  Fix: name the folder by one to three numbers with dots, such as releases/2.1."
    )


@pytest.mark.parametrize("version", ["../x", ".git", "latest", "1.0 "])
def test_a_release_file_of_no_version_is_told(root: Path, version: str) -> None:
    _edit(root, RELEASE, 'version: "1.0"', f'version: "{version}"')
    assert _told(root) == (
        f'releases/1.0/release.yml:1: "version" is wrong: "{version}" is not a version: '
        "one to three numbers with dots, such as 2.1.\n"
        '  Fix: write it as version: "1.1"'
    )


def test_a_copied_folder_says_another_version_than_its_name(root: Path) -> None:
    shutil.copytree(root / "releases/1.0", root / "releases/1.1")
    assert _told(root) == (
        'releases/1.1/release.yml:1: the release file says version "1.0" in the folder of "1.1".\n'
        '  Fix: write version: "1.1", or rename the folder.'
    )
    assert [release.version for release in read_project(root, SETTINGS).releases] == ["1.0"]


def test_two_releases_of_one_number_are_told(root: Path) -> None:
    shutil.copytree(root / "releases/1.0", root / "releases/1.00")
    _edit(root, "releases/1.00/release.yml", 'version: "1.0"', 'version: "1.00"')
    assert _told(root) == (
        'releases/1.00/release.yml:1: the versions "1.0" and "1.00" are the same number.\n'
        "  Fix: delete one of releases/1.0 and releases/1.00, or give it a new version."
    )


def test_a_version_that_yaml_takes_for_a_number_stays_as_it_was_written(root: Path) -> None:
    shutil.copytree(root / "releases/1.0", root / "releases/1.10")
    _edit(root, "releases/1.10/release.yml", 'version: "1.0"', "version: 1.10")
    assert _told(root) == ""
    assert [release.version for release in read_project(root, SETTINGS).releases] == ["1.0", "1.10"]


# The release file


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "effective: on-publication",
            "effective: 2026-02-30",
            (
                ':2: "effective" is wrong: 2026-02-30 is not a day of the calendar.\n'
                "  Fix: write it as effective: on-publication, or effective: 2027-01-01"
            ),
        ),
        (
            "effective: on-publication",
            "effective: 1 Ocak 2027",
            (
                ':2: "effective" is wrong: "1 Ocak 2027" is not a date of the form YYYY-MM-DD: write 2027-01-01.\n'
                "  Fix: write it as effective: on-publication, or effective: 2027-01-01"
            ),
        ),
        (
            "effective: on-publication",
            "published: 0202-11-22",
            (
                ':2: "published" is wrong: 0202-11-22 lies before there were web pages.\n'
                "  Fix: write it as published: 2026-11-22"
            ),
        ),
        (
            "material: true",
            "material: yes",
            (
                ':3: "material" is wrong: "yes" is neither true nor false.\n'
                "  Fix: write it as material: true, or material: false"
            ),
        ),
        (
            "material: true\n",
            "",
            ':1: the release file lacks "material".\n  Fix: add a line: material: true, or material: false',
        ),
        (
            "material: true",
            "material: true\nurgent: true",
            (
                ':4: the release file has an unknown key "urgent".\n'
                "  Fix: remove it; the keys are: version, published, effective, material, rendering, imported, "
                "summary, digests."
            ),
        ),
        (
            "  en: Summary.",
            "  de: Zusammenfassung.",
            ':7: the summary names the unknown language "de".\n  Fix: remove it; the languages are: tr, en.',
        ),
        (
            "  tr: Özet.",
            '  tr: " "',
            ':6: "summary.tr" is wrong: it is empty.\n  Fix: write it as summary: {tr: "…", en: "…"}',
        ),
        (
            "summary:\n  tr: Özet.\n  en: Summary.\n",
            "summary: Özet.\n",
            (
                ':5: "summary" is wrong: it must be lines of the form `key: value`.\n'
                '  Fix: write it as summary: {tr: "…", en: "…"}'
            ),
        ),
        (
            "material: true",
            "material: true\nmaterial: false",
            ':4: the release file is wrong: the key "material" stands twice.\n  Fix: correct this line.',
        ),
    ],
)
def test_a_fault_in_the_release_file_is_told_with_its_line(root: Path, old: str, new: str, told: str) -> None:
    _edit(root, RELEASE, old, new)
    assert _told(root) == RELEASE + told


def test_a_release_frozen_by_rules_that_this_program_does_not_know_is_refused(root: Path) -> None:
    _edit(root, RELEASE, "rendering: 2", "rendering: 3")
    assert _told(root) == (
        'releases/1.0/release.yml:4: "rendering" is wrong: this program knows the rules 1, 2; '
        "a newer one may know more.\n  Fix: write it as rendering: 2"
    )


def test_a_release_is_shown_by_the_rules_it_was_frozen_under(root: Path) -> None:
    assert {text.rendering for text in read_project(root, SETTINGS).releases[0].texts} == {2}
    _edit(root, RELEASE, "rendering: 2\n", "")
    found = read_project(root, SETTINGS)
    assert {text.rendering for text in found.releases[0].texts} == {1}
    assert {text.rendering for text in found.drafts} == {2}


def test_a_digest_of_another_form_is_told(root: Path) -> None:
    _edit(root, RELEASE, "tr/gizlilik.md: sha256:", "tr/gizlilik.md: sha1:")
    told = _told(root)
    assert told.startswith('releases/1.0/release.yml:10: "digests.tr/gizlilik.md" is wrong: "sha1:')
    assert told.endswith(
        '" is not of the form sha256:<64 hexadecimal digits>.\n'
        "  Fix: write it as digests, as `yururluk release` writes them"
    )


def test_a_folder_without_release_file_is_told(root: Path) -> None:
    (root / RELEASE).unlink()
    assert _told(root) == (
        "releases/1.0/release.yml: the release file is missing.\n"
        "  Fix: make the release with `yururluk release`, which writes it."
    )


def test_a_withdrawal_is_read_and_its_faults_are_told(root: Path) -> None:
    file = root / "releases/1.0/withdrawal.yml"
    file.write_text("withdrawn: 2027-02-30\n", encoding="utf-8")
    assert _told(root) == (
        'releases/1.0/withdrawal.yml:1: "withdrawn" is wrong: 2027-02-30 is not a day of the calendar.\n'
        "  Fix: write it as withdrawn: 2026-12-01\n"
        'releases/1.0/withdrawal.yml:1: the withdrawal file lacks "reason".\n'
        '  Fix: add a line: reason: "…"'
    )
    file.write_text('withdrawn: 2027-01-03\nreason: "Yanlış metin."\n', encoding="utf-8")
    assert _told(root) == ""
    withdrawal = read_project(root, SETTINGS).releases[0].withdrawal
    assert withdrawal is not None
    assert (withdrawal.on, withdrawal.reason) == (day(2), "Yanlış metin.")


def test_a_withdrawal_before_the_publication_is_told(root: Path) -> None:
    _edit(root, RELEASE, "effective:", "published: 2027-01-05\neffective:")
    file = root / "releases/1.0/withdrawal.yml"
    file.write_text("withdrawn: 2027-01-03\nreason: Hata.\n", encoding="utf-8")
    assert _told(root) == (
        "releases/1.0/withdrawal.yml:1: the release is withdrawn as of 2027-01-03, before it was published on "
        "2027-01-05.\n"
        "  Fix: write a day from 2027-01-05 on; or, if it was never online, delete releases/1.0."
    )


# The freeze


def test_a_frozen_file_that_was_changed_is_told(root: Path) -> None:
    _edit(root, "releases/1.0/tr/gizlilik.md", "Metin.", "Metin!")
    assert _told(root) == (
        "releases/1.0/tr/gizlilik.md: this frozen file was changed after its release.\n"
        "  Fix: restore it from git and make the change in docs/tr/gizlilik.md instead; "
        "a new release then freezes it."
    )


def test_even_other_line_ends_change_a_frozen_file(root: Path) -> None:
    """To restore it from git would not help: git wrote it so."""
    file = root / "releases/1.0/tr/gizlilik.md"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert _told(root) == (
        "releases/1.0/tr/gizlilik.md: only the line ends of this frozen file are others: git turns them here.\n"
        '  Fix: make "releases/** -text" the last line of .gitattributes and delete this file; then: '
        "git checkout -- releases/1.0/tr/gizlilik.md."
    )


def test_a_file_added_to_a_release_is_told(root: Path) -> None:
    (root / "releases/1.0/tr/cerez.md").write_text(TR, encoding="utf-8")
    assert _told(root) == (
        "releases/1.0/tr/cerez.md: this file was added to the release after it was frozen.\n"
        "  Fix: move it away; a new text belongs in docs/tr/cerez.md and in a new release."
    )


def test_a_frozen_file_that_was_removed_is_told_where_its_digest_stands(root: Path) -> None:
    (root / "releases/1.0/en/gizlilik.md").unlink()
    assert _told(root) == (
        "releases/1.0/release.yml:9: the frozen file en/gizlilik.md has been removed.\n"
        "  Fix: restore releases/1.0/en/gizlilik.md from git: git checkout <commit> -- releases/1.0/en/gizlilik.md."
    )


def test_a_frozen_file_that_became_a_link_is_told_even_where_it_leads_nowhere(root: Path) -> None:
    file = root / "releases/1.0/tr/gizlilik.md"
    file.unlink()
    file.symlink_to(root / "nowhere.md")
    assert _told(root) == (
        "releases/1.0/tr/gizlilik.md: this is a link, not a file.\n"
        "  Fix: put the file itself here: a link can be made to point at another text."
    )


def test_a_file_among_the_releases_that_is_none_is_told(root: Path) -> None:
    (root / "releases/note.txt").write_text("x", encoding="utf-8")
    (root / "releases/1.1").symlink_to(root / "releases/1.0")
    assert _told(root) == (
        "releases/1.1: this does not belong among the releases.\n"
        "  Fix: releases/ holds one folder for each release and nothing else: move it away.\n"
        "releases/note.txt: this does not belong among the releases.\n"
        "  Fix: releases/ holds one folder for each release and nothing else: move it away."
    )


# What a release holds


def _release_of(root: Path, version: str, *files: tuple[str, str]) -> None:
    """A release made by hand, with right digests."""
    import hashlib

    folder = root / "releases" / version
    lines = [f'version: "{version}"', "material: true", "summary: {tr: Özet., en: Summary.}"]
    lines.append("digests:" if files else "digests: {}")
    folder.mkdir()
    for name, source in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(source, encoding="utf-8")
        lines.append(f"  {name}: sha256:{hashlib.sha256(source.encode()).hexdigest()}")
    (folder / "release.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_release_without_any_text_is_told(root: Path) -> None:
    _release_of(root, "1.1")
    assert _told(root) == (
        "releases/1.1/release.yml: the release holds no text.\n"
        "  Fix: delete releases/1.1, and make the release with `yururluk release`."
    )


def test_a_release_of_an_empty_document_is_told(root: Path) -> None:
    _release_of(root, "1.1", ("tr/gizlilik.md", f"{FRONT}---\n\n"))
    assert _told(root) == (
        "releases/1.1/tr/gizlilik.md:5: the document has no text after its front matter.\n"
        "  Fix: write the text, or delete the file."
    )


def test_a_release_of_a_translation_without_its_authentic_text_is_told(root: Path) -> None:
    _release_of(root, "1.1", ("tr/gizlilik.md", TR), ("en/gizlilik.md", EN), ("en/cerez.md", EN))
    assert _told(root) == (
        "releases/1.1/en/cerez.md: this translation is alone: the release has no authentic text (Turkish) "
        "of the document.\n"
        "  Fix: delete releases/1.1, add docs/tr/cerez.md and make the release again."
    )


# Names of files


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("docs/de/gizlilik.md", "this file is no text of a document."),
        ("docs/tr/gizlilik.txt", "this file is no text of a document."),
        ("docs/tr/alt/gizlilik.md", "this file is no text of a document."),
        ("docs/gizlilik.md", "this file is no text of a document."),
    ],
)
def test_a_file_that_is_no_text_is_told(root: Path, path: str, told: str) -> None:
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text(TR, encoding="utf-8")
    assert _told(root) == (f"{path}: {told}\n  Fix: a text is <language>/<document>.md, with a language of: tr, en.")


@pytest.mark.parametrize("name", ["Gizlilik", "çerez", "surumler", "yururlukte", "son", "assets", "404", "a--b", "a_b"])
def test_a_name_that_the_site_needs_or_no_address_can_hold_is_told(root: Path, name: str) -> None:
    (root / f"docs/tr/{name}.md").write_text(TR, encoding="utf-8")
    assert _told(root) == (
        f'docs/tr/{name}.md: "{name}" cannot name a document.\n'
        "  Fix: use small letters a-z, digits and hyphens, and no address that the site itself uses."
    )


def test_a_number_cannot_name_a_document_since_it_is_the_address_of_a_release(root: Path) -> None:
    (root / "docs/tr/2026.md").write_text(TR, encoding="utf-8")
    assert _told(root) == (
        'docs/tr/2026.md: "2026" cannot name a document.\n'
        "  Fix: begin the name with a letter: a number is the address of a release."
    )


def test_what_editors_leave_behind_in_the_drafts_is_left_alone_but_not_in_a_release(root: Path) -> None:
    (root / "docs/.DS_Store").write_bytes(b"\0")
    (root / "docs/tr/.gizlilik.md.swp").write_bytes(b"\0")
    assert _told(root) == ""
    (root / "releases/1.0/.DS_Store").write_bytes(b"\0")
    assert "releases/1.0/.DS_Store: this file was added to the release after it was frozen." in _told(root)


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such names")
def test_a_name_that_is_no_utf_8_is_told_and_can_be_printed(root: Path) -> None:
    file = os.fsencode(root / "docs/tr") + b"/\xe7erez.md"
    with open(file, "wb") as stream:  # noqa: PTH123 - a Path cannot hold these bytes on every system
        stream.write(TR.encode())
    told = _told(root)
    assert told.startswith("docs/tr/\ufffderez.md: ")
    told.encode()


# Freezing


def test_what_never_ends_or_is_no_file_is_told_and_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "docs/tr/boru.md")
    found = read_project(root, SETTINGS).problems
    assert [str(problem).splitlines()[0] for problem in found] == ["docs/tr/boru.md: this is no file that can be read."]


@pytest.mark.parametrize("name", ["docs", "releases"])
def test_a_file_in_the_place_of_the_folder_is_told(root: Path, name: str) -> None:
    """Without a word, a project would seem to have no texts, and to be all right."""
    shutil.rmtree(root / name)
    (root / name).write_text("x", encoding="utf-8")
    found = read_project(root, SETTINGS).problems
    assert [str(problem) for problem in found] == [
        f"{name}: this is a file, not a folder.\n  Fix: put the folder back: git checkout HEAD -- {name}."
    ]


def test_freezing_a_version_that_exists_changes_nothing(root: Path) -> None:
    before = sorted(p.as_posix() for p in root.rglob("*"))
    with pytest.raises(Refused) as refused:
        _freeze(root, "1.0")
    assert str(refused.value) == (
        "releases/1.0: this release exists already.\n"
        "  Fix: give the release another version; a published text is never replaced."
    )
    assert sorted(p.as_posix() for p in root.rglob("*")) == before


def test_freezing_leaves_nothing_half_done(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(p.as_posix() for p in root.rglob("*"))

    def fails(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "write_bytes", fails)
    with pytest.raises(OSError, match="the disk is full"):
        _freeze(root, "1.1")
    assert sorted(p.as_posix() for p in root.rglob("*")) == before


def test_a_release_file_says_what_it_was_given_in_the_order_in_which_people_read_it(root: Path) -> None:
    drafts = read_project(root, SETTINGS).drafts
    content = release_file(
        "1.1",
        drafts,
        {"tr": "Madde 8: “aktarım” değişti.", "en": "yes"},
        material=False,
        effective=day(9),
        published=day(2),
    )
    assert content == (
        'version: "1.1"\n'
        "published: 2027-01-03\n"
        "effective: 2027-01-10\n"
        "material: false\n"
        "rendering: 2\n"
        "summary:\n"
        "  tr: 'Madde 8: “aktarım” değişti.'\n"
        "  en: 'yes'\n"
        "digests:\n"
        f"  en/gizlilik.md: sha256:{drafts[1].sha256}\n"
        f"  tr/gizlilik.md: sha256:{drafts[0].sha256}\n"
    )
    freeze(root, "1.1", drafts, content)
    assert _told(root) == ""
    made = read_project(root, SETTINGS).releases[-1]
    assert (made.published, made.effective, made.material) == (day(2), day(9), False)
    assert dict(made.summary) == {"tr": "Madde 8: “aktarım” değişti.", "en": "yes"}


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda summary: not no_text_in(summary)))
def test_any_summary_is_read_as_it_was_written(summary: str) -> None:
    found = read_mapping(release_file("1.0", (), {"tr": summary}, material=True, effective=None))
    assert found.data["summary"] == {"tr": summary}
