"""The settings in mkdocs.yml: what is read, and how each fault is reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yururluk.core.messages import Refused
from yururluk.core.settings import Settings, read_settings, settings_from

LANGUAGES = [
    {"locale": "en", "name": "English", "site_name": "Legal Texts"},
    {"locale": "tr", "name": "Türkçe", "default": True},
]


I18N = {"i18n": {"languages": LANGUAGES}}
OWN = {"yururluk": {"publisher": "Örnek A.Ş."}}


def _config(**changes: Any) -> dict[str, Any]:
    config: dict[str, Any] = {
        "site_name": "Hukuki Metinler",
        "site_url": "https://www.example.com/hukuk",
        "plugins": ["search", I18N, OWN],
    }
    return {**config, **changes}


def _told(config: dict[str, Any]) -> str:
    with pytest.raises(Refused) as refused:
        settings_from(config)
    return str(refused.value)


def test_the_authentic_language_comes_first_and_the_rest_has_its_defaults() -> None:
    found = settings_from(_config())
    assert found.locales == ("tr", "en")
    assert found.authentic == "tr"
    assert found.site_url == "https://www.example.com/hukuk/"
    assert (found.branch, found.remote, found.timezone.key) == ("gh-pages", "origin", "Europe/Istanbul")
    assert dict(found.site_names) == {"tr": "Hukuki Metinler", "en": "Legal Texts"}


def test_plugins_may_be_a_mapping_as_mkdocs_allows() -> None:
    assert settings_from(_config(plugins=I18N | OWN)).locales == ("tr", "en")


@pytest.mark.parametrize(
    ("repo_url", "edit_uri", "expected"),
    [
        (None, None, ""),
        ("https://github.com/sirket/metinler", None, "https://github.com/sirket/metinler/edit/main/docs/"),
        ("https://gitlab.com/sirket/metinler/", None, "https://gitlab.com/sirket/metinler/-/edit/main/docs/"),
        ("https://git.sirket.com/m", "_edit/trunk/docs", "https://git.sirket.com/m/_edit/trunk/docs/"),
        ("https://github.com/sirket/metinler", "", ""),
    ],
)
def test_a_draft_is_edited_where_mkdocs_own_settings_say(
    repo_url: str | None, edit_uri: str | None, expected: str
) -> None:
    found = settings_from(_config(repo_url=repo_url, edit_uri=edit_uri))
    assert found.edit_url == expected
    wanted = f"{expected}en/gizlilik-politikasi.md" if expected else ""
    assert found.edit_address("gizlilik-politikasi", "en") == wanted


def test_an_edit_address_that_is_none_is_told() -> None:
    assert _told(_config(repo_url="javascript:alert(1)")) == (
        'mkdocs.yml: repo_url and edit_uri give "javascript:alert(1)/edit/main/docs/", which is no web address.\n'
        "  Fix: write repo_url: https://…, or leave it out."
    )


def test_the_projects_own_settings_are_right() -> None:
    assert isinstance(read_settings(Path(__file__).parents[2]), Settings)


def test_all_faults_are_told_at_once() -> None:
    config = _config(site_url="example.com", plugins=[{"yururluk": {"timezone": "Istanbul"}}])
    assert _told(config) == (
        'mkdocs.yml: site_url is "example.com", which is no web address.\n'
        "  Fix: set site_url: https://… in mkdocs.yml.\n"
        "mkdocs.yml: yururluk.publisher is missing.\n"
        "  Fix: name the company: publisher: … A.Ş.\n"
        'mkdocs.yml: yururluk.timezone cannot be "Istanbul".\n'
        "  Fix: write it as timezone: Europe/Istanbul.\n"
        "mkdocs.yml: the i18n plugin does not name exactly one default language.\n"
        "  Fix: give the language whose text prevails `default: true`, and no other."
    )


def test_an_option_that_the_plugin_does_not_have_is_named() -> None:
    assert _told(_config(plugins=[I18N, {"yururluk": {"publisher": "Örnek A.Ş.", "notice_day": 30, "x": 1}}])) == (
        "mkdocs.yml: yururluk.notice_day is no option of the plugin.\n"
        "  Fix: did you mean notice_days?\n"
        "mkdocs.yml: yururluk.x is no option of the plugin.\n"
        "  Fix: remove it."
    )


def test_a_language_without_a_name_or_with_a_strange_locale_is_told() -> None:
    languages = [{"locale": "tr", "name": "Türkçe", "default": True}, {"locale": "../x", "name": "X"}, "en"]
    assert _told(_config(plugins=[{"i18n": {"languages": languages}}, OWN])) == (
        "mkdocs.yml: language 2 of the i18n plugin has no locale of the form tr or no name.\n"
        "  Fix: write it as - locale: tr, and below it name: Türkçe.\n"
        "mkdocs.yml: language 3 of the i18n plugin has no locale of the form tr or no name.\n"
        "  Fix: write it as - locale: tr, and below it name: Türkçe."
    )


def test_a_language_named_twice_is_told() -> None:
    languages = [*LANGUAGES, {"locale": "en", "name": "English"}]
    assert _told(_config(plugins=[{"i18n": {"languages": languages}}, OWN])) == (
        'mkdocs.yml: the i18n plugin names the language "en" twice.\n  Fix: remove one of them.'
    )


@pytest.mark.parametrize("source", [b"site_name: [\n", b"\xff", b"day: 2026-02-30\n", b'x: "\\UFFFFFFFF"\n'])
def test_a_settings_file_that_cannot_be_read_is_told_on_two_lines(tmp_path: Path, source: bytes) -> None:
    (tmp_path / "mkdocs.yml").write_bytes(source)
    with pytest.raises(Refused) as refused:
        read_settings(tmp_path)
    first, second = str(refused.value).splitlines()
    assert first.startswith("mkdocs.yml: the file cannot be read: ")
    assert second == "  Fix: correct it; it is YAML, as MkDocs reads it."


def test_python_objects_named_in_the_settings_are_not_made(tmp_path: Path) -> None:
    source = "x: !!python/object/apply:os.mkdir [made]\ny: !!python/name:os.system\nz: !relative\n"
    (tmp_path / "mkdocs.yml").write_text(source, encoding="utf-8")
    with pytest.raises(Refused):
        read_settings(tmp_path)
    assert not Path("made").exists()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["i18n", "languages", "locale", "name", "default", "yururluk", "publisher", "timezone"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["site_url", "plugins", "extra", "remote_branch", "site_name"]), VALUES))
def test_no_settings_make_the_reader_fail(changes: dict[str, Any]) -> None:
    found = _read(_config(**changes))
    assert found.problems if isinstance(found, Refused) else found.locales


def _read(config: dict[str, Any]) -> Settings | Refused:
    try:
        return settings_from(config)
    except Refused as refused:
        return refused


def test_the_words_of_addresses_are_chosen_by_language_and_a_document_cannot_take_them() -> None:
    assert settings_from(_config()).addresses.in_force == "yururlukte"
    english = _config(plugins=[I18N, {"yururluk": {"publisher": "Örnek A.Ş.", "addresses": "en"}}])
    assert sorted(settings_from(english).addresses.folders) == ["changes", "compare", "in-force", "latest", "releases"]
    told = _told(_config(plugins=[I18N, {"yururluk": {"publisher": "Örnek A.Ş.", "addresses": "de"}}]))
    assert told == (
        'mkdocs.yml: yururluk.addresses cannot be "de".\n'
        "  Fix: write `addresses: tr` (/surumler/, /yururlukte/) or `addresses: en` (/releases/, /in-force/)."
    )
