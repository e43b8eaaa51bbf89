"""Addresses: each is made in one place, in the words that the project chose before its first publish."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from tests.conftest import Project
from tests.helpers import builders
from yururluk.core.settings import ADDRESS_WORDS
from yururluk.site.urls import Urls, addresses_of

TURKISH = Urls(builders.SETTINGS)
ENGLISH = Urls(replace(builders.SETTINGS, addresses=ADDRESS_WORDS["en"]))


def test_the_addresses_are_those_of_the_contract() -> None:
    for urls, expected in (
        (TURKISH, ["surumler/", "karsilastir/", "1.1/en/degisiklikler/a/", "pdf/1.1/degisiklikler/a.pdf"]),
        (ENGLISH, ["releases/", "compare/", "1.1/en/changes/a/", "pdf/1.1/changes/a.pdf"]),
    ):
        made = [urls.releases("tr"), urls.compare("tr"), urls.redline("1.1", "a", "en")]
        assert [*made, urls.pdf("1.1", "a", "tr", redline=True)] == expected
    assert TURKISH.text("1.1", "a", "en") == "1.1/en/a/"
    assert TURKISH.text("", "a", "tr") == "a/"
    assert TURKISH.feed("en") == "en/feed.xml"
    assert TURKISH.timemap("a", "en") == "api/v1/a/timemap.en.link"
    assert TURKISH.akoma_ntoso("1.1", "a", "tr") == "api/v1/a/1.1.akn.xml"
    assert TURKISH.compare("en", "a", "1.0", "1.1") == "en/karsilastir/?belge=a&eski=1.0&yeni=1.1"
    assert ENGLISH.compare("tr", "a", "1.0", "in-force") == "compare/?document=a&old=1.0&new=in-force"


def test_the_page_of_another_release_has_the_same_place_there() -> None:
    assert TURKISH.in_version("1.1/en/degisiklikler/a/", "2.0") == "2.0/en/degisiklikler/a/"
    assert TURKISH.in_version("1.1/", "{version}") == "{version}/"


def test_a_published_site_shows_by_which_setting_it_was_made() -> None:
    assert addresses_of({"surumler/index.html"}) == "tr"
    assert addresses_of({"releases/index.html"}) == "en"
    assert addresses_of({"register.json"}) is None


def test_with_english_addresses_nothing_has_a_turkish_one_and_the_first_publish_fixes_them(project: Project) -> None:
    project.edit("mkdocs.yml", "  - yururluk:\n", "  - yururluk:\n      addresses: en\n")
    project.commit()
    assert project.run("publish", "--today", "2026-11-23").code == 0
    words = "|".join(sorted(ADDRESS_WORDS["tr"].folders))
    paths = project.published_paths()
    assert {"releases/index.html", "en/compare/index.html", "in-force/index.html", "latest/index.html"} <= set(paths)
    assert [path for path in paths if re.search(rf"(^|/)({words})(/|$)", path)] == []
    for path in paths:
        if path.endswith((".html", ".xml", ".json", ".link")) and path != "register.json":
            content = project.page(path)
            assert re.findall(rf"""["/]({words})/|[?&;](tarih|belge|eski|yeni)=""", content) == [], path
    aliases = {alias for item in json.loads(project.page("versions.json")) for alias in item["aliases"]}
    assert aliases == {"in-force", "latest"}
    assert project.run("verify", "--today", "2026-11-23").code == 0

    project.edit("mkdocs.yml", "      addresses: en\n", "")
    project.commit()
    told = project.run("publish", "--today", "2026-11-23")
    assert told.code == 1
    assert told.err == (
        "mkdocs.yml: the first publish fixed `addresses: en`; published addresses stay.\n"
        "  Fix: write `addresses: en` for the yururluk plugin.\n"
    )
