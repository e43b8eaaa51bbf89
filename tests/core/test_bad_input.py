"""Bad input at the command line: the whole message, exit 1, no traceback, and nothing half-done left behind."""

from __future__ import annotations

import subprocess

import pytest

from tests.conftest import Project, Told

SUMMARIES = ("--summary", "tr=Düzeltme.", "--summary", "en=Correction.")
POLICY = "docs/tr/gizlilik-politikasi.md"


def _change(project: Project) -> None:
    project.edit(POLICY, "IP adresleri, ayrıca", "IP adresleri ayrıca")


def _nothing_published(project: Project) -> bool:
    refs = project.git("for-each-ref", "--format=%(refname)")
    return refs == "refs/heads/main" and project.git("status", "--porcelain", "--ignored") == ""


@pytest.mark.parametrize("version", ["../x", ".git", "latest", "1.0 ", "1.0\n", "9" * 5000, "son", "1.0.0.0", ""])
def test_a_release_under_a_name_that_is_no_version_is_refused_and_writes_nothing(
    project: Project, version: str
) -> None:
    _change(project)
    before = project.git("status", "--porcelain", "--ignored")
    told = project.run("release", "--material", *SUMMARIES, "--", version)
    written = version.replace("\n", r"\x0a")
    shown = written if len(written) < 120 else f"{written[:119]}…"
    assert told == Told(
        1, "", f'"{shown}" is not a version.\n  Fix: use one to three numbers with dots, such as 2.1.\n'
    )
    assert project.git("status", "--porcelain", "--ignored") == before
    assert not (project.root.parent / "x").exists()


def test_a_release_of_a_draft_that_cannot_be_read_is_refused(project: Project) -> None:
    _change(project)
    project.write("docs/en/aydinlatma-metni.md", b"---\ntitle: Notice\n---\n\xfe\n")
    told = project.run("release", "2.1", "--editorial", *SUMMARIES)
    assert told == Told(
        1,
        "",
        "docs/en/aydinlatma-metni.md:4: the file is not valid UTF-8 (byte 0xfe).\n"
        '  Fix: save the file as UTF-8; in an editor: "Save with encoding", UTF-8.\n',
    )
    assert not (project.root / "releases/2.1").exists()


def test_a_release_of_an_empty_document_is_refused(project: Project) -> None:
    front = project.read(POLICY).split("\n## ")[0]
    project.write(POLICY, front)
    told = project.run("release", "2.1", "--editorial", *SUMMARIES)
    assert told == Told(
        1,
        "",
        "docs/tr/gizlilik-politikasi.md:5: the document has no text after its front matter.\n"
        "  Fix: write the text, or delete the file.\n",
    )
    assert not (project.root / "releases/2.1").exists()


def test_a_release_with_a_clause_missing_in_the_translation_is_refused(project: Project) -> None:
    source = project.read("docs/en/gizlilik-politikasi.md")
    clauses = source.split("\n## ")
    missing = next(clause for clause in clauses if "{#aktarim}" in clause)
    project.write("docs/en/gizlilik-politikasi.md", source.replace(f"\n## {missing}", ""))
    found = project.run("check", "docs")
    line = source.split(f"## {missing}")[0].count("\n") + 1
    turkish = project.read(POLICY).split("{#aktarim}")[0].count("\n") + 1
    told = (
        f'docs/en/gizlilik-politikasi.md:{line}: clause "aktarim" is missing in the translation.\n'
        f"  Fix: translate {POLICY}:{turkish}, or set `translation: partial`.\n"
    )
    assert found == Told(1, told + "  Rule: clause-missing\n1 error, 0 warnings.\n", "")
    assert project.run("release", "2.1", "--editorial", *SUMMARIES) == Told(1, "", told)
    project.edit("docs/en/gizlilik-politikasi.md", "translation: complete", "translation: partial")
    assert project.run("release", "2.1", "--editorial", *SUMMARIES).code == 0


def test_a_release_of_a_clause_whose_published_id_was_changed_is_refused(project: Project) -> None:
    project.edit(POLICY, "{#aktarim}", "{#yurt-disi}")
    told = project.run("release", "2.1", "--editorial", *SUMMARIES)
    assert told == Told(
        1,
        "",
        f'{POLICY}:34: this clause has the id "aktarim" in release 2.0, but "yurt-disi" here.\n'
        "  Fix: write {#aktarim} again, so that links to the clause go on working.\n",
    )


@pytest.mark.parametrize(("summary", "code"), [("\x07", "U+0007"), ("D\udcfczeltme.", "U+DCFC")])
def test_a_summary_or_reason_that_no_file_can_hold_is_refused(project: Project, summary: str, code: str) -> None:
    """A bell, and a letter that a terminal of Windows-1254 sent."""
    _change(project)
    told = project.run("release", "2.1", "--editorial", "--summary", f"tr={summary}", "--summary", "en=Correction.")
    fix = "  Fix: type it again, in a terminal that writes UTF-8.\n"
    assert told == Told(1, "", f"--summary tr holds {code}, which is no text.\n{fix}")
    assert not (project.root / "releases/2.1").exists()
    told = project.run("withdraw", "2.0", "--reason", summary, "--today", "2026-11-23")
    assert told == Told(1, "", f"--reason holds {code}, which is no text.\n{fix}")
    assert not (project.root / "releases/2.0/withdrawal.yml").exists()


def test_a_withdrawn_release_can_be_brought_back_as_a_new_one(project: Project) -> None:
    assert project.run("release", "2.1", "--editorial", *SUMMARIES).err == (
        "docs: the drafts are the same as release 2.0: there is nothing to release.\n  Fix: change a draft first.\n"
    )
    assert project.run("withdraw", "2.0", "--reason", "Yanlış gün.", "--today", "2026-11-23").code == 0
    assert project.run("release", "2.1", "--material", *SUMMARIES).code == 0
    assert project.run("check", "--today", "2026-11-23").code == 0


def test_other_line_ends_alone_are_nothing_to_release(project: Project) -> None:
    project.write(POLICY, (project.root / POLICY).read_bytes().replace(b"\n", b"\r\n"))
    told = project.run("release", "2.1", "--editorial", *SUMMARIES)
    assert told.err == (
        "docs: the drafts are the same as release 2.0: there is nothing to release.\n  Fix: change a draft first.\n"
    )


@pytest.mark.parametrize(
    ("path", "change", "told"),
    [
        (
            "releases/1.1/tr/aydinlatma-metni.md",
            "changed",
            (
                "releases/1.1/tr/aydinlatma-metni.md: this frozen file was changed after its release.\n"
                "  Fix: restore it from git and make the change in docs/tr/aydinlatma-metni.md instead; "
                "a new release then freezes it.\n"
            ),
        ),
        (
            "releases/1.1/tr/cerez-politikasi.md",
            "added",
            (
                "releases/1.1/tr/cerez-politikasi.md: this file was added to the release after it was frozen.\n"
                "  Fix: move it away; a new text belongs in docs/tr/cerez-politikasi.md and in a new release.\n"
            ),
        ),
        (
            "releases/1.1/en/aydinlatma-metni.md",
            "removed",
            (
                "releases/1.1/release.yml:9: the frozen file en/aydinlatma-metni.md has been removed.\n"
                "  Fix: restore releases/1.1/en/aydinlatma-metni.md from git: "
                "git checkout <commit> -- releases/1.1/en/aydinlatma-metni.md.\n"
            ),
        ),
    ],
)
def test_a_frozen_file_changed_added_or_removed_and_committed_is_refused(
    project: Project, path: str, change: str, told: str
) -> None:
    if change == "removed":
        (project.root / path).unlink()
    else:
        words = project.read(path) if change == "changed" else project.read(POLICY)
        project.write(path, words + "\nEk.\n")
    project.commit()
    assert project.run("publish", "--today", "2026-11-23") == Told(1, "", told)
    assert _nothing_published(project)


@pytest.mark.parametrize(
    ("effective", "told"),
    [
        (
            "2026-02-30",
            (
                'releases/2.0/release.yml:3: "effective" is wrong: 2026-02-30 is not a day of the calendar.\n'
                "  Fix: write it as effective: on-publication, or effective: 2027-01-01\n"
            ),
        ),
        (
            "2026-11-20",
            (
                "releases/2.0/release.yml:2: the effective date 2026-11-20 lies before the publication "
                "day 2026-11-23.\n"
                "  Fix: set `effective: on-publication` or a later day; if the text was already public, add "
                "`published:` with the day on which it became so.\n"
            ),
        ),
    ],
)
def test_a_date_that_cannot_be_is_refused_and_nothing_is_published(project: Project, effective: str, told: str) -> None:
    project.edit(
        "releases/2.0/release.yml",
        "published: 2026-11-22\n",
        "" if effective > "2026-11" else "published: 2026-11-22\n",
    )
    project.edit("releases/2.0/release.yml", "effective: 2027-01-01", f"effective: {effective}")
    project.commit()
    assert project.run("publish", "--today", "2026-11-23") == Told(1, "", told)
    assert _nothing_published(project)


def test_two_releases_with_one_version_are_refused(project: Project) -> None:
    subprocess.run(["cp", "-r", "releases/2.0", "releases/2.00"], cwd=project.root, check=True)
    project.edit("releases/2.00/release.yml", 'version: "2.0"', 'version: "2.00"')
    project.commit()
    told = project.run("publish", "--today", "2026-11-23")
    assert told == Told(
        1,
        "",
        'releases/2.00/release.yml:1: the versions "2.0" and "2.00" are the same number.\n'
        "  Fix: delete one of releases/2.0 and releases/2.00, or give it a new version.\n",
    )
    assert _nothing_published(project)


def test_a_day_before_what_was_published_is_refused_and_the_branch_stays(project: Project) -> None:
    assert project.run("publish", "--today", "2026-11-23").code == 0
    before = project.git("rev-parse", "gh-pages")
    assert project.run("publish", "--today", "2026-11-21") == Told(
        1,
        "",
        "the day 2026-11-21 lies before 2026-11-22, the day of the last entry in the register.\n"
        "  Fix: publish as of today, or, where that day was only rehearsed, delete the local branch (git branch -D "
        "gh-pages); to see what was in force on an earlier day: yururluk status --on DATE; "
        "to end a release: yururluk withdraw.\n",
    )
    assert project.git("rev-parse", "gh-pages") == before


def test_a_document_that_a_release_drops_is_no_longer_in_force_on_any_page(project: Project) -> None:
    for locale in ("tr", "en"):
        (project.root / f"docs/{locale}/aydinlatma-metni.md").unlink()
    told = project.run(
        "release",
        "3.0",
        "--today",
        "2026-11-24",
        "--effective",
        "2027-02-01",
        "--material",
        "--end",
        "aydinlatma-metni",
        *SUMMARIES,
    )
    assert told.code == 0, told.err
    project.commit()
    assert project.run("publish", "--today", "2027-02-01").code == 0
    for page in ("aydinlatma-metni/index.html", "en/aydinlatma-metni/index.html"):
        assert "yururlukte/aydinlatma-metni" not in project.page(page), "it leads to no text"
        assert "yururlukte/en/aydinlatma-metni" not in project.page(page)
    assert "superseded" in project.page("2.0/aydinlatma-metni/index.html")
    assert "No text of this document is in force today." in project.page("2.0/en/aydinlatma-metni/index.html")
    shown = project.run("status", "--on", "2027-02-01").out
    assert "aydinlatma-metni: nothing is in force" in shown


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ("{{ nothing.there }}", "'nothing' is undefined"),
        ("{% if %}", "Expected an expression, got 'end of statement block'"),
    ],
)
def test_a_template_that_cannot_be_laid_out_is_named(project: Project, spoilt: str, why: str) -> None:
    """A project may keep templates of its own, and an update of the program may find them too old."""
    project.edit_template("pages/text.html", "{%- block body %}", f"{{%- block body %}}\n{spoilt}")
    project.commit()
    told = project.run("publish", "--today", "2026-11-23")
    assert told.code == 1
    place, _, said = told.err.partition("overrides/pages/text.html:")[2].partition(": ")
    assert place.isdigit(), told.err
    assert said == (
        f"this template cannot be laid out: {why}.\n"
        "  Fix: correct it, or take the one that belongs to this version of the program; nothing was published.\n"
    )
    # Python may have kept the hook compiled, as wherever pages are built: git ignores that.
    assert project.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert project.git("status", "--porcelain") == ""
