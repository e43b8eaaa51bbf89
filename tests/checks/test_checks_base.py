"""What a pull request must not do unnoticed, pure and in a real repository."""

from __future__ import annotations

import pytest

from tests.conftest import Project
from yururluk.review.changes import Changed, change_problems

POLICY = "docs/tr/gizlilik-politikasi.md"


def rules_of(*changed: Changed, online: frozenset[str] = frozenset()) -> list[str]:
    return [problem.rule for problem in change_problems(changed, "main", online)]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Şirket öder.", "\u015eirket ö\u200bder.", True),
        ("Şirket öder.", "Şirket \u00f6d\u0435r.", True),
        ("30 gün", "30\u00a0gün", True),
        ("şirket", "s\u0327irket", True),
        ("Şirket öder.", "Şirket yarın \u00f6d\u00ader.", True),
        ("Şirket öder.", "Şirket ö\u00adder.", True),
        ("Şirket öder.", "Yarın s\u0327irket öder.".replace("s", "S"), True),
        ("10 \u00c5", "10 \u212b", True),
        ("Şirket öder.", "Şirket ödeme\u00adz.", False),
        ("30\u00a0gün", "30 gün", False),
        ("ö\u200bder", "öder", False),
        ("Şirket öder.", "Şirket ödemez.", False),
        ("Şirket  öder. ", "Şirket öder.", False),
        ("'öder'", "’öder’", False),
        ("KISA", "KİSA", False),
    ],
)
def test_a_change_that_nobody_sees_is_told_and_its_mending_is_not(before: str, after: str, told: bool) -> None:
    """What brings a hidden character in is an error; what takes one out is how one fixes it."""
    change = Changed("M", POLICY, "", f"Bir.\n{before}\nİki.\n", f"Bir.\n{after}\nİki.\n")
    assert rules_of(change) == (["invisible-change"] if told else [])


def test_an_invisible_change_is_told_by_line_column_and_code_point() -> None:
    change = Changed("M", POLICY, "", "Bir.\nŞirket öder.\n", "Bir.\nŞirket öd\u0435r.\n")
    assert [str(problem) for problem in change_problems([change], "main", set())] == [
        (
            f"{POLICY}:2:10: this line looks as it did, but it is another: "
            "it now has U+0435 CYRILLIC SMALL LETTER IE.\n"
            "  Fix: restore the line, or type the changed word again; a reviewer cannot see such a change."
        )
    ]


def test_a_line_that_was_moved_or_copied_is_no_invisible_change() -> None:
    change = Changed("M", POLICY, "", "a\u00a0b\nc\n", "c\na\u00a0b\na\u00a0b\n")
    assert rules_of(change) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ([Changed("M", POLICY), Changed("M", "hooks/yururluk/cli.py")], ["mixed-change"]),
        ([Changed("A", "releases/3.0/release.yml"), Changed("M", "mkdocs.yml")], ["mixed-change"]),
        ([Changed("M", POLICY), Changed("M", "README.md")], []),
        ([Changed("M", "hooks/yururluk/cli.py"), Changed("M", "tests/cli/test_cli.py")], []),
        ([Changed("D", POLICY)], ["document-deleted"]),
        ([Changed("R", "docs/tr/gizlilik.md", POLICY)], ["document-renamed"]),
        ([Changed("A", POLICY)], []),
        ([Changed("M", "releases/1.0/tr/a.md")], ["frozen"]),
        ([Changed("D", "releases/1.0/release.yml")], ["frozen"]),
        ([Changed("A", "releases/3.0/tr/a.md")], []),
    ],
)
def test_what_a_change_does_beside_changing_a_text_is_told(changed: list[Changed], expected: list[str]) -> None:
    assert rules_of(*changed) == expected


def test_a_version_that_is_online_is_named() -> None:
    problem = change_problems([Changed("M", "releases/1.0/tr/a.md")], "main", {"1.0"})[0]
    assert str(problem) == (
        "releases/1.0/tr/a.md: this file of a release was changed since main. Release 1.0 is online: "
        "those who agreed to it must find it as it was.\n"
        "  Fix: restore it: git checkout main -- releases/1.0/tr/a.md; "
        "a new text belongs in docs/ and in a new release."
    )


def test_in_a_repository_a_rename_a_deletion_and_an_unseen_change_are_found(project: Project) -> None:
    project.git("mv", POLICY, "docs/tr/gizlilik.md")
    (project.root / "docs/en/aydinlatma-metni.md").unlink()
    project.edit("docs/tr/aydinlatma-metni.md", "## 6. Toplama yöntemi", "## 6. Top\u200blama yöntemi")
    (project.root / "mkdocs.yml").write_text(project.read("mkdocs.yml") + "# not\n", encoding="utf-8")
    told = project.run("check", "--base", "HEAD", "--format", "github").out
    for rule, path in (
        ("document-renamed", "docs/tr/gizlilik.md"),
        ("document-deleted", "docs/en/aydinlatma-metni.md"),
        ("invisible-change", "docs/tr/aydinlatma-metni.md"),
        ("mixed-change", "docs/en/aydinlatma-metni.md"),
    ):
        assert any(f"file={path}," in line and f"title={rule}" in line for line in told.splitlines()), rule


def test_a_fault_in_the_front_matter_hides_no_other_fault(project: Project) -> None:
    project.write("docs/tr/kosullar.md", "---\ntitle: Koşullar\ntype: term\n---\n\n[a](gizlilik.md) [b]({{ url }}/a)\n")
    assert project.run("check", "docs/tr/kosullar.md").out == (
        "docs/tr/kosullar.md:3: \"type\" is wrong: \"term\" is not one of 'privacy-policy', 'disclosure-notice', "
        "'cookie-policy', 'terms', 'consent', 'other' or 'page'.\n"
        "  Fix: write it as type: terms\n"
        "  Rule: schema\n"
        'docs/tr/kosullar.md:6:5: the link "gizlilik.md" leads to no text of this site.\n'
        "  Fix: link to one of gizlilik-politikasi.md, aydinlatma-metni.md, kosullar.md, "
        "or write the whole address with https://.\n"
        "  Rule: dead-link\n"
        'docs/tr/kosullar.md:6:22: the link "{{ url }}" holds a template variable, which nothing fills in.\n'
        "  Fix: write the address itself.\n"
        "  Rule: dead-link\n"
        "3 errors, 0 warnings.\n"
    )
