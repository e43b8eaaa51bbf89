"""Whatever a text says, a page runs nothing and calls nobody, and the text is not lost."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode

import pytest
from lxml import etree
from lxml import html as lxml_html

from tests.conftest import Project
from yururluk.core.register import Register
from yururluk.core.releases import read_project, read_releases
from yururluk.core.settings import read_settings
from yururluk.publish.build import build_site
from yururluk.publish.plan import plan
from yururluk.publish.release import freeze, release_file
from yururluk.site.urls import CONTENT_SECURITY_POLICY
from yururluk.text.markdown import render
from yururluk.text.page_html import without_anchors, without_notes

HOSTILE = """---
title: '</title><script>alert(1)</script> "Başlık" & ''tırnak'''
type: other
---

## 1. Madde {#madde onclick="alert(2)"}

<script>alert(3)</script>
<img src="x" onerror="alert(4)">
[tıkla](javascript:alert(5)) ve [bak](data:text/html,<script>alert(6)</script>)
{onmouseover=alert(7)}

<iframe src="https://example.org/"></iframe>
<style>body{display:none}</style>

<ins data-redline="ins">Sahte ekleme</ins> {{ config.site_url }} {% raw %} {# yorum #}

Ünlü sözler: 🏛️ ‮ters‬ ve a\u0301 ile á, İIıi, soft\u00adhyphen.

<div class="text">Kapanmayan kutu
"""


def _publish(project: Project) -> None:
    project.write("docs/tr/deneme.md", HOSTILE)
    told = project.run("release", "3.0", "--material", "--summary", "tr=<b>Kalın</b>", "--summary", "en=<i>x</i>")
    assert told.code == 1, "such a text is refused; it takes a release made by hand to get it online"
    drafts = read_project(project.root, read_settings(project.root)).drafts
    summary = {"tr": "<b>Kalın</b>", "en": "<i>x</i>"}
    content = release_file("3.0", drafts, summary, material=True, effective=None)
    freeze(project.root, "3.0", drafts, content)
    project.commit("Release 3.0")
    told = project.run("publish", "--today", "2027-02-01")
    assert told.code == 0, told.err


@pytest.mark.slow
def test_hostile_markdown_runs_nothing_and_keeps_its_words(project: Project) -> None:
    _publish(project)
    for path in ("3.0/deneme/index.html", "3.0/degisiklikler/deneme/index.html", "surumler/index.html", "index.html"):
        page = project.page(path)
        root = lxml_html.fromstring(page)
        for script in root.iter("script"):
            source, kind = script.get("src"), script.get("type", "")
            if source is None and not kind.endswith("json"):  # Material's own, which the policy names by its hash
                digest = b64encode(hashlib.sha256((script.text or "").encode()).digest()).decode()
                assert f"'sha256-{digest}'" in CONTENT_SECURITY_POLICY, (path, script.text)
            assert source is None or source.endswith(".js"), (path, source)
        for element in root.iter():
            for name, value in element.attrib.items():
                assert not str(name).startswith("on"), (path, name)
                assert not str(value).strip().lower().startswith(("javascript:", "data:text")), (path, value)
        assert "alert(1)</script>" not in page
        assert not list(root.iter("iframe", "style", "object", "embed"))
        assert "<b>Kalın</b>" not in page
    text = project.page("3.0/deneme/index.html")
    for words in ("Sahte ekleme", "{{ config.site_url }}", "{% raw %}", "Kapanmayan kutu", "🏛️", "İIıi"):
        assert words in text, words
    assert 'data-redline="ins"' not in text, "a text cannot pass for our marks"
    told = json.loads(project.page("api/v1/deneme/3.0.json"))["texts"]["tr"]
    assert told["title"] == """</title><script>alert(1)</script> "Başlık" & 'tırnak'"""
    assert "Kapanmayan kutu" in told["clauses"][-1]["text"]
    for path in ("api/v1/deneme/3.0.akn.xml", "feed.xml", "deneme/feed.xml"):
        assert not list(etree.fromstring(project.page(path).encode()).iter("{*}script"))
    assert project.run("verify", "--today", "2027-02-01").code == 0


def test_a_hash_in_a_fence_is_no_heading() -> None:
    html = render("## 1. Madde {#madde}\n\n```\n# yorum\n\n## bu da\n```\n")
    assert html.count("<h") == 1
    assert "# yorum" in html


def test_the_page_shows_what_render_gives(project: Project) -> None:
    """MkDocs renders the page and `render` the redline: both must be the same text."""
    settings = read_settings(project.root)
    releases, problems = read_releases(project.root, settings)
    assert not problems
    from datetime import datetime

    moment = datetime(2026, 11, 23, tzinfo=settings.timezone)
    wanted = plan(releases, Register(), moment, settings, "code")
    site = next(folder.site for folder in wanted.folders if folder.version == "2.0")
    made = build_site(project.root, site, settings, project.root, moment=0, with_assets=False)
    for release in releases[-1:]:
        for text in release.texts:
            language = "" if text.locale == "tr" else "en/"
            page = lxml_html.document_fromstring(made[f"{language}{text.document}/index.html"])
            shown = page.find(".//div[@class='text']")
            assert isinstance(shown, lxml_html.HtmlElement)
            without_notes(shown)
            without_anchors(shown)
            rendered = lxml_html.fragment_fromstring(render(text.source), create_parent="div")
            assert [e.tag for e in shown.iter() if e.tag not in {"div", "span"}] == [
                e.tag for e in rendered.iter() if e.tag not in {"div", "span"}
            ]
            assert "".join(shown.itertext()).split() == "".join(rendered.itertext()).split()
