"""The plugin: MkDocs and mike build drafts and frozen releases with it, and a project's own settings count."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import Project


def _mkdocs(project: Project, *command: str, version: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MIKE_DOCS_VERSION": version} if version else None
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *command], cwd=project.root, capture_output=True, text=True, env=environment
    )


@pytest.fixture
def shown(ready: Project) -> Project:
    """A published project of the test's own."""
    return ready


def test_gh_deploy_is_refused_and_the_published_pages_stay(shown: Project) -> None:
    before = shown.tree()
    done = _mkdocs(shown, "gh-deploy")
    assert done.returncode == 1
    assert "`mkdocs gh-deploy` would replace every published release by the drafts." in done.stderr
    assert "Fix: run `yururluk publish`; nothing was deployed." in done.stderr
    assert shown.tree() == before


def test_mikes_version_builds_the_frozen_release_and_no_other(shown: Project) -> None:
    done = _mkdocs(shown, "build", "--quiet", version="1.1")
    assert done.returncode == 0, done.stderr
    built = (shown.root / "site/gizlilik-politikasi/index.html").read_text(encoding="utf-8")
    published = shown.page("1.1/gizlilik-politikasi/index.html")
    text = '<div class="text">'
    assert built.partition(text)[2].partition("<section")[0] == published.partition(text)[2].partition("<section")[0]
    refused = _mkdocs(shown, "build", version="dev")
    assert refused.returncode == 1
    assert 'there is no release "dev" to build.' in refused.stderr


def test_a_projects_own_settings_and_blocks_are_on_its_pages(project: Project) -> None:
    project.write("overrides/main.html", '{% extends "base.html" %}{% block announce %}Duyuru{% endblock %}')
    project.write("overrides/assets/own.css", "body { background: url(own.svg); }")
    project.write("overrides/assets/own.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    project.write("overrides/assets/own.js", "void 0;")
    project.edit(
        "mkdocs.yml",
        "extra:\n",
        "extra_css: [assets/own.css]\nextra_javascript: [assets/own.js]\ncopyright: <b>Örnek</b> A.Ş.\n"
        "site_description: Metinlerimiz\n"
        "extra:\n  social: [{icon: fontawesome/brands/linkedin, link: 'https://example.org/', name: Biz}]\n",
    )
    project.edit("mkdocs.yml", "  language: tr\n", "  language: tr\n  palette: {primary: teal}\n")
    project.commit()
    told = project.run("publish", "--today", "2026-11-23")
    assert told.code == 0, told.err
    page = project.page("1.1/gizlilik-politikasi/index.html")
    assert "Duyuru" in page
    assert 'data-md-color-primary="teal"' in page
    assert "<b>Örnek</b> A.Ş." in page
    assert 'href="https://example.org/"' in page
    assert '<meta name="author" content="Dinamik360 Yazılım A.Ş.">' in page
    assert '<meta name="description" content="Metinlerimiz">' in project.page("1.1/index.html")
    assert page.count("../../assets/own.") == 2
    names = [path for path in project.published_paths() if path.startswith("assets/own.")]
    sheet = next(name for name in names if name.endswith(".css"))
    picture = next(name for name in names if name.endswith(".svg"))
    assert project.page(sheet) == f"body {{ background: url({picture.removeprefix('assets/')}); }}"
