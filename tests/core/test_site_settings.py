"""No setting of mkdocs.yml is ignored in silence: what the pages cannot have is refused, what has no effect named."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig

from tests.conftest import Project
from yururluk.core.site_settings import MKDOCS_SETTINGS, site_settings_problems

# What MkDocs has, but not for mkdocs.yml, or no longer.
_GONE = {"config_file_path", "google_analytics", "pages"}
HOST = "this would be asked for from another host, and the pages ask none."
PAGES = "this has no effect: which pages there are follows from the releases."
OWN = "this has no effect: the plugin yururluk sets it for each page."
REFUSED = {
    "theme:\n  name: mkdocs\n": "theme.name: the pages are made with Material only.",
    "theme:\n  font: {text: Roboto}\n": f"theme.font: {HOST}",
    "theme:\n  logo: https://example.org/logo.svg\n": f"theme.logo: {HOST}",
    "theme:\n  favicon: //example.org/icon.png\n": f"theme.favicon: {HOST}",
    "extra_css: [assets/own.css, https://example.org/a.css]\n": f"extra_css: {HOST}",
    "extra_javascript:\n  - path: https://example.org/a.js\n": f"extra_javascript: {HOST}",
    "extra:\n  analytics: {provider: google}\n": f"extra.analytics: {HOST}",
    "extra:\n  consent: {title: Çerezler}\n": "extra.consent: there is nothing to agree to: the pages set no cookie.",
    "extra:\n  polyfills: [https://example.org/a.js]\n": f"extra.polyfills: {HOST}",
    "INHERIT: base.yml\n": "INHERIT: only this file is read.",
    "theme:\n  logo: assets/none.svg\n": 'theme.logo: there is no file "assets/none.svg" in overrides/.',
    "extra_css: [assets/none.css]\n": 'extra_css: there is no file "assets/none.css" in overrides/.',
    "extra_javascript: [assets/none.js]\n": 'extra_javascript: there is no file "assets/none.js" in overrides/.',
    "nav: [terms.md]\n": "nav: it leaves out privacy, and every text has its place.",
    "use_directory_urls: false\n": "use_directory_urls: a page's address ends with a slash here.",
    "docs_dir: texts\n": "docs_dir: drafts are read from docs/.",
    "markdown_extensions: [tables, pymdownx.smartsymbols]\n": (
        "markdown_extensions: an extension could change what a frozen text says; texts keep the rules that they were "
        "frozen under."
    ),
}
IDLE = {
    "extra:\n  version: {provider: mike}\n": f"extra.version: {OWN}",
    "extra:\n  alternate: [{name: English, link: /en/, lang: en}]\n": f"extra.alternate: {OWN}",
    "extra:\n  scope: /a/\n": f"extra.scope: {OWN}",
    "theme:\n  static_templates: [a.html]\n": f"theme.static_templates: {PAGES}",
    "extra_templates: [a.html]\n": f"extra_templates: {PAGES}",
    "exclude_docs: a.md\n": f"exclude_docs: {PAGES}",
    "draft_docs: a.md\n": f"draft_docs: {PAGES}",
    "not_in_nav: a.md\n": f"not_in_nav: {PAGES}",
    "nav: [{Privacy: privacy.md}]\n": f"nav: {PAGES}",
    "theme:\n  include_search_page: true\n": f"theme.include_search_page: {PAGES}",
    "theme:\n  locale: fr\n": f"theme.locale: {OWN}",
    "edit_uri_template: x/{path}\n": "edit_uri_template: this has no effect: the address is made of edit_uri.",
    "extra:\n  status: {new: Yeni}\n": "extra.status: this has no effect: no page has marks of that kind.",
    "site_nmae: A\n": "site_nmae: MkDocs has no such setting.",
    "theme:\n  features: [content.action.edit]\n": (
        "theme.features: content.action has no effect: a draft's page has `Propose a change` where edit_uri is set."
    ),
    "theme:\n  features: [navigation.instant]\n": (
        "theme.features: navigation.instant has no effect: a page and its policy are loaded together."
    ),
    "theme:\n  icon: {admonition: {note: octicons/tag-16}}\n": (
        "theme.icon.admonition: this has no effect: Material would write a style into each page."
    ),
    "plugins: [search, i18n]\n": (
        "plugins: `search` has no effect: the box searches with yururluk's own index, which knows Turkish."
    ),
}
HONOURED = """site_name: Metinler
theme:
  name: material
  font: false
  logo: assets/logo.svg
  favicon: assets/icon.svg
  palette: {primary: teal}
  features: [navigation.tabs, navigation.top]
  icon: {repo: fontawesome/brands/github, menu: material/menu}
extra_css: [assets/own.css]
extra_javascript: [assets/own.js]
copyright: Örnek A.Ş.
extra:
  social: [{icon: fontawesome/brands/linkedin, link: "https://example.org/"}]
plugins: [i18n, yururluk, macros]
markdown_extensions: [tables, footnotes]
"""


@pytest.mark.parametrize("written", [*REFUSED, *IDLE])
def test_a_setting_without_its_effect_is_named_with_its_line(tmp_path: Path, written: str) -> None:
    for path in ("docs/tr/privacy.md", "overrides/assets/own.css"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).touch()
    (tmp_path / "mkdocs.yml").write_text("site_name: Metinler\n" + written, encoding="utf-8")
    (problem,) = site_settings_problems(tmp_path)
    assert problem.message == (REFUSED | IDLE)[written]
    assert problem.rule == ("unsupported-setting" if written in REFUSED else "idle-setting")
    assert problem.severity.value == ("error" if written in REFUSED else "warning")
    assert problem.line == 1 + written.rstrip().count("\n") + 1 - ("path:" in written)
    assert problem.path == "mkdocs.yml"


def test_what_is_honoured_is_not_named(tmp_path: Path) -> None:
    for name in ("logo.svg", "icon.svg", "own.css", "own.js"):
        (tmp_path / "overrides/assets").mkdir(parents=True, exist_ok=True)
        (tmp_path / "overrides/assets" / name).touch()
    (tmp_path / "mkdocs.yml").write_text(HONOURED, encoding="utf-8")
    assert site_settings_problems(tmp_path) == []


def test_check_and_publish_refuse_what_the_pages_cannot_have(project: Project) -> None:
    project.edit("mkdocs.yml", "  language: tr\n", "  language: tr\n  font: {text: Roboto}\n")
    project.commit()
    told = f"mkdocs.yml:14: theme.font: {HOST}\n  Fix: write `font: false`; a font of your own goes into extra_css.\n"
    for command in (("check",), ("publish",)):
        answer = project.run(*command)
        assert answer.code == 1
        assert told in answer.err + answer.out


def test_every_setting_of_mkdocs_is_known() -> None:
    assert {name for name, _ in MkDocsConfig._schema if name not in _GONE} | {"INHERIT"} == MKDOCS_SETTINGS
