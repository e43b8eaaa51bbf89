"""The reports of `check`: each in its format, whole, in order, and in the language that was asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT, Project, environment, run
from yururluk.core.messages import Problem, Severity, msg, rules
from yururluk.review.check_command import report, rules_markdown, summary

SCHEMA = json.loads((ROOT / "hooks/yururluk/problems.schema.json").read_text(encoding="utf-8"))
PROBLEMS = [
    Problem(
        "frozen", "", 0, msg("this file of a release was changed since {base}.", base="main"), msg("fill in the cell.")
    ),
    Problem(
        "kvkk-vague", "docs/tr/a,b.md", 3, msg("100 %\nof: it, “gibi”"), msg("fix: this,\r\nthat"), Severity.WARNING, 7
    ),
    Problem("placeholder", "docs/tr/ö a.md", 4, msg("x"), msg("y"), Severity.NOTICE, 0, "Alıntı."),
]


def test_json_follows_its_schema_and_tells_everything() -> None:
    told = json.loads(report(PROBLEMS, "json", "tr"))
    jsonschema.validate(told, SCHEMA)
    assert told["counts"] == {"error": 1, "warning": 1, "notice": 1}
    assert told["ok"] is False
    assert told["problems"][0]["message"] == "bir sürüme ait bu dosya main konumundan bu yana değiştirilmiş."
    assert told["problems"][2]["allowed"] == "Alıntı."
    jsonschema.validate(json.loads(report([], "json", "en")), SCHEMA)


def test_github_annotations_are_escaped_so_that_nothing_ends_them_early() -> None:
    """`%` and line ends everywhere, `:` and `,` in the properties (actions/toolkit, command.ts)."""
    assert report(PROBLEMS, "github", "en").splitlines() == [
        "::error title=frozen::this file of a release was changed since main.%0AFix: fill in the cell.",
        (
            "::warning file=docs/tr/a%2Cb.md,line=3,col=7,"
            "title=kvkk-vague – Aydınlatma Tebliği m.5/1-g (RG 10.03.2018/30356)::"
            "100 %25%0Aof: it, “gibi”%0AFix: fix: this,%0D%0Athat"
        ),
        "::notice file=docs/tr/ö a.md,line=4,title=placeholder::x%0AFix: y%0AAccepted: Alıntı.",
    ]


def test_what_would_begin_another_command_stays_inside_its_annotation() -> None:
    """`::` ends the properties and begins a message; in a property it is escaped, in the message it is harmless."""
    said = msg("{said}", said="x\n::set-output name=a::b\r::stop-commands::c %0A")
    problem = Problem("frozen", "docs/tr/a::b,c=d%.md", 1, said, msg("y"))
    assert report([problem], "github", "en") == (
        "::error file=docs/tr/a%3A%3Ab%2Cc=d%25.md,line=1,title=frozen::"
        "x%0A::set-output name=a::b%0D::stop-commands::c %250A%0AFix: y\n"
    )


@given(st.text(), st.text(), st.text())
def test_an_annotation_is_one_line_whatever_stands_in_it(path: str, message: str, fix: str) -> None:
    problem = Problem("reference", path, 1, msg("{said}", said=message), msg("{said}", said=fix))
    told = report([problem], "github", "en").removesuffix("\n")
    assert not re.search(r"[\r\n]", told)
    properties = told.removeprefix("::error ").split("::", 1)[0]
    assert all(part.count("=") >= 1 for part in properties.split(","))


def test_the_numbers_are_told_in_a_sentence() -> None:
    assert summary([], "en") == "No problems found."
    assert summary(PROBLEMS, "en") == "1 error, 1 warning, 1 notice."
    assert summary(PROBLEMS[:1], "tr") == "1 hata, 0 uyarı."


# The command


def test_only_errors_make_exit_1_and_every_format_tells_the_same(project: Project) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "## 7. IP adresleri", "## 9. IP adresleri")
    for form in ("text", "json", "github"):
        told = project.run("check", "docs", "--format", form, "--lang", "en")
        assert told.code == 0, form
        assert told.out.count("9 follows where 7 is expected") == 1, form
    told = project.run("check", "docs", "--format", "github")
    assert "7 beklenen yerde 9 numaralı" in told.out, "annotations are in the language of the project"
    project.edit("docs/tr/gizlilik-politikasi.md", "tarafından , Dinamik360", "tarafından , […] Dinamik360")
    assert project.run("check", "docs", "--format", "github").code == 1


def test_a_lawyer_is_told_in_turkish_by_option_or_by_environment(project: Project) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "tarafından , Dinamik360", "tarafından , […] Dinamik360")
    expected = (
        "docs/tr/gizlilik-politikasi.md:8:152: “[…]” doldurulması unutulmuş bir boşluğa benziyor.\n"
        "  Çözüm: buraya ne gelecekse yazın veya silin.\n"
    )
    assert expected in project.run("check", "docs/tr", "--lang", "tr").out
    with environment(LC_ALL="tr_TR.UTF-8"):
        assert expected in project.run("check", "docs/tr").out
        assert "looks like a gap" in project.run("check", "docs/tr", "--lang", "en").out
        refused = project.run("release", "2.1", "--editorial", "--summary", "tr=x", "--summary", "en=x")
        assert (refused.code, expected in refused.err) == (1, True)


def test_the_seed_is_told_honestly_what_it_lacks(project: Project) -> None:
    """Release 1.0 is the company's own text: it stays, and nothing that it lacks stops a publish."""
    told = json.loads(project.run("check", "releases/1.0", "--json").out)
    assert told["ok"] is True
    assert {problem["severity"] for problem in told["problems"]} == {"notice"}
    assert [(problem["rule"], problem["line"]) for problem in told["problems"]] == [
        ("kvkk-no-notice", 5),
        ("kvkk-no-notice", 5),
        ("kvkk-vague", 10),
        ("kvkk-vague", 12),
        ("kvkk-vague", 16),
        ("kvkk-abroad", 20),
    ]
    whole = json.loads(project.run("check", "--json").out)
    assert [(problem["rule"], problem["path"]) for problem in whole["problems"]] == [
        ("frozen-text", "releases/1.0"),
        ("frozen-text", "releases/1.1"),
    ]


def test_our_own_drafts_have_no_problem(project: Project) -> None:
    assert json.loads(project.run("check", "docs", "--json").out)["problems"] == []


def test_a_path_outside_the_project_is_refused(project: Project) -> None:
    told = project.run("check", "../x")
    assert (told.code, told.err) == (
        1,
        "../x: there is no such file or folder in the project.\n  Fix: name one below docs/ or releases/.\n",
    )


def test_a_translation_is_recorded_by_its_path_and_a_comma_makes_none_old(project: Project) -> None:
    english = "docs/en/gizlilik-politikasi.md"
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri, ayrıca", "IP adresleri ayrıca")
    assert "translation-stale" not in project.run("check", "docs", "--json").out
    project.edit("docs/tr/gizlilik-politikasi.md", "IP adresleri ayrıca", "IP adresleri dahi")
    assert "translation-stale" in project.run("check", "docs", "--json").out
    before = project.read(english)
    assert "translation-stale" not in project.run("check", english, "--fix", "--json").out
    changed = [
        pair for pair in zip(before.splitlines(), project.read(english).splitlines(), strict=True) if pair[0] != pair[1]
    ]
    assert len(changed) == 1, "one digest, and nothing else"


# The rules


def test_the_rules_are_listed_in_both_languages(tmp_path: Path) -> None:
    """No project is needed for it."""
    english, turkish = (run(tmp_path, "check", "--rules", "--lang", language).out for language in ("en", "tr"))
    for rule in rules().values():
        assert f"{rule.name}  ({rule.severity}; {rule.source})" in english
        assert rule.meaning in english
        assert rule.meaning.within("tr") in turkish
        assert rule.meaning.within("tr") != rule.meaning
    listed = json.loads(run(tmp_path, "check", "--rules", "--json").out)
    assert [rule["name"] for rule in listed] == list(rules())


def test_the_table_of_rules_in_the_project_is_the_tools_own() -> None:
    """Made by: yururluk check --rules --format markdown > RULES.md"""
    assert (ROOT / "RULES.md").read_text(encoding="utf-8") == rules_markdown()


def test_every_rule_that_check_can_tell_is_listed_and_tested() -> None:
    sources = [
        *(ROOT / "hooks/yururluk/checks").glob("*.py"),
        *(
            ROOT / "hooks/yururluk" / name
            for name in ("core/text_file.py", "core/schemas.py", "core/releases.py", "publish/register_update.py")
        ),
        ROOT / "hooks/yururluk/review/check_command.py",
    ]
    told = {
        name
        for file in sources
        for name in re.findall(r'(?:Problem|_problem|fault)\(\s*"([a-z-]+)"', file.read_text(encoding="utf-8"))
    }
    assert told - set(rules()) - {"path"} == set()
    tests = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in rules() if f'"{name}"' not in tests and name not in _TESTED_BY_WORDS] == []


#: Rules whose tests assert the whole sentence, and not the name.
_TESTED_BY_WORDS = {
    "empty-text", "layout", "settings", "authentic-text", "dropped-document", "clause-id-twice", "clause-id-changed",
    "clause-removed", "missing-translation", "translation", "type", "clause-missing", "clause-extra", "clause-order",
    "clause-number", "check-allow", "check-allow-unused", "version", "empty-release", "withdrawal", "effective-date",
    "published-date", "no-change", "overtaking", "published-release", "schema", "encoding",
}  # fmt: skip


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.name)
def test_a_rule_of_law_names_its_article(rule: Any) -> None:
    assert rule.source
    if rule.name.startswith("kvkk"):
        assert re.search(r"m\.\d", rule.source)
    if rule.quote:
        assert rule.source != "yururluk"
