"""A site in other languages than Turkish and English: its words, its dates, and a refusal where words are missing."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from tests.conftest import Project

_TEXT = "---\ntitle: {title}\ntype: privacy-policy\n{more}---\n\n# {title} {{#policy}}\n\n{words}\n"
_SETTINGS = """site_name: Acme
site_url: https://acme.example/legal/
theme: {{name: material}}
plugins:
  - i18n:
      docs_structure: folder
      fallback_to_default: false
      reconfigure_material: true
      languages: [{{locale: {first}, name: {first}, default: true}}, {{locale: en-US, name: English}}]
  - yururluk: {{publisher: Acme GmbH, timezone: Europe/Berlin, addresses: en, pdf: false}}
"""


def _site(folder: Path, first: str, title: str, words: str) -> Project:
    """A project in a first language and in American English, with one release."""
    project = Project(folder)
    project.write("mkdocs.yml", _SETTINGS.format(first=first))
    project.write(f"docs/{first}/privacy.md", _TEXT.format(title=title, more="", words=words))
    translated = _TEXT.format(title="Privacy policy", more="translation: complete\n", words="We keep data for 30 days.")
    project.write("docs/en-US/privacy.md", translated)
    project.git("init", "--quiet", "--initial-branch=main")
    project.git("config", "user.name", "Editor")
    project.git("config", "user.email", "editor@example.org")
    summaries = ("--summary", f"{first}=1", "--summary", "en-US=First.")
    told = project.run("release", "1.0", "--material", *summaries)
    assert told.code == 0, told.err
    project.commit()
    return project


def test_a_site_in_german_and_american_english_has_their_words_and_dates(tmp_path: Path) -> None:
    project = _site(tmp_path, "de", "Datenschutz", "Wir speichern Daten 30 Tage.")
    told = project.run("publish", "--today", "2026-12-01")
    assert told.code == 0, told.err
    german, english = project.page("1.0/privacy/index.html"), project.page("1.0/en-US/privacy/index.html")
    assert '<html lang="de"' in german
    assert "1. Dezember 2026" in german
    assert "Geschichte der Klausel" in german
    assert "Zum Inhalt" in german  # Material's own
    assert '<html lang="en-US"' in english
    assert "December 1, 2026" in english
    assert "Skip to content" in english
    assert project.run("verify").code == 0


def test_a_language_without_words_is_refused_until_the_project_has_them(tmp_path: Path) -> None:
    project = _site(tmp_path, "nl", "Privacy", "Wij bewaren gegevens 30 dagen.")
    expected = (
        r"locale/nl\.po: the site's words are translated to 0 %: \d+ are missing, the first is "
        r'"\(nothing\)"\.\n  Fix: `yururluk check --fix` lists them there; translate each\.'
    )
    for command in ("check", "publish"):
        told = project.run(command)
        assert told.code == 1
        assert re.search(expected, told.out + told.err)
    with (Path(__file__).resolve().parents[2] / "hooks/yururluk/locale/de.po").open("rb") as stream:
        words = read_po(stream, locale="nl")
    for message in words:
        if message.id == "History of the clauses":
            message.string = "Geschiedenis van de bepalingen"
    target = BytesIO()
    write_po(target, words)
    project.write("locale/nl.po", target.getvalue())
    project.commit()
    told = project.run("publish", "--today", "2026-12-01")
    assert told.code == 0, told.err
    page = project.page("1.0/privacy/index.html")
    assert "1 december 2026" in page
    assert "Geschiedenis van de bepalingen" in page
    # A corrected word is on the pages with the next publish.
    project.edit("locale/nl.po", "Geschiedenis van", "Historie van")
    project.commit()
    assert project.run("publish", "--today", "2026-12-01").code == 0
    assert "Historie van de bepalingen" in project.page("1.0/privacy/index.html")


def test_a_catalogue_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    project = _site(tmp_path, "de", "Datenschutz", "Wir speichern Daten 30 Tage.")
    project.write("locale/de.po", "msgid History\n")
    told = project.run("check")
    assert told.code == 1
    assert "locale/de.po: the catalogue cannot be read: " in told.out


@pytest.mark.parametrize("locale", ["nl", "pt-BR"])
def test_the_missing_words_are_added_to_the_projects_catalogue(tmp_path: Path, locale: str) -> None:
    from yururluk.core.i18n import add_missing_words, catalogue_problems, use_catalogues

    use_catalogues(tmp_path)
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / f"{locale}.po").write_text('msgid "History"\nmsgstr "H"\n', encoding="utf-8")
    add_missing_words(tmp_path, locale)
    with (tmp_path / "locale" / f"{locale}.po").open("rb") as stream:
        found = {str(m.id): m.string for m in read_po(stream) if m.id}
    assert found["History"] == "H"
    assert found["Changes"] == ""
    assert [problem.rule for problem in catalogue_problems([locale])] == ["site-words"]
