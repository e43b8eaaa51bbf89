"""Style sheets and scripts are published without what no page needs; what a release adds to the site has a bound."""

from __future__ import annotations

from pathlib import Path

from lxml import html as lxml_html

from tests.conftest import ROOT
from yururluk.site.assets import dark_before_a_choice, lean, shared_files, without_comments
from yururluk.text.page_html import without_anchors, without_notes


def test_a_rule_goes_only_where_all_its_selectors_are_for_something_unused() -> None:
    sheet = (
        '@charset "utf-8";.md-grid{a:b}.md-typeset .tabbed-set{a:b}.highlight,.md-main{a:"}"}'
        '@media print{.md-code__nav{a:b}.md-nav{a:b}}@media screen{.keys{a:b}}:root{--md-tag-icon:url("a;b");--x:"c;d"}'
        "@keyframes key-in{0%{a:b}}"
    )
    assert lean(sheet) == (
        '@charset "utf-8";.md-grid{a:b}.md-main{a:"}"}@media print{.md-nav{a:b}}:root{--x:"c;d"}'
        "@keyframes key-in{0%{a:b}}"
    )


def test_comments_and_indents_go_and_addresses_stay() -> None:
    assert without_comments("a.css", "/* one\n two */\nb {\n  c: d; }\n") == "b {\nc: d; }\n"
    script = '// one\n/** two\n * three */\nconst a = "https://b.example"; // c\n  d();\n'
    assert without_comments("a.js", script) == 'const a = "https://b.example"; // c\nd();\n'


def test_half_of_materials_sheet_is_left_out_but_nothing_with_a_further_plugin(tmp_path: Path) -> None:
    found = shared_files(ROOT)
    name = next(name for name in found if "/main." in name)
    assert len(found[name][1]) < 75_000
    assert b".md-header" in found[name][1]
    assert b".tabbed" not in found[name][1]
    (tmp_path / "mkdocs.yml").write_text("plugins: [i18n, yururluk, macros]\n", encoding="utf-8")
    assert b".tabbed" in shared_files(tmp_path)[name][1]


def test_a_dark_system_gets_dark_colours_before_material_has_set_a_scheme() -> None:
    slate = "[data-md-color-scheme=slate]"
    palette = f"@media screen{{{slate}{{a:b}}{slate}[data-md-color-primary=teal]{{c:d}}}}"
    unset = "body:not([data-md-color-media]):has([data-md-color-media$='dark)'][data-md-color-scheme=slate])"
    assert dark_before_a_choice(palette) == (
        f"@media screen and (prefers-color-scheme:dark){{{unset}{{a:b}}{unset}[data-md-color-primary=teal]{{c:d}}}}"
    )


def test_a_text_page_adds_a_bounded_part_to_its_text_and_a_bounded_part_to_each_clause(site: Path) -> None:
    """Head, menu, facts, contents, notes at the clauses, and what makes the frozen file of the words."""
    found = 0
    for file in site.glob("[0-9]*/**/index.html"):
        data = file.read_bytes()
        for box in lxml_html.document_fromstring(data.decode()).iter("div"):
            if box.get("class") == "text":
                clauses = sum(1 for heading in box.iter("h1", "h2", "h3") if heading.get("id"))
                without_notes(box)
                without_anchors(box)
                text = lxml_html.tostring(box, encoding="unicode").encode()
                assert len(data) - len(text) <= 23_000 + 800 * clauses, file
                found += 1
    assert found == 9


def test_the_metadata_of_akoma_ntoso_are_short(site: Path) -> None:
    for file in (site / "api/v1").rglob("*.akn.xml"):
        before, body, _ = file.read_bytes().partition(b"<mainBody")
        assert body
        assert len(before) <= 3_000, file
