"""Every word of the site is said in every language of the catalogue, with the same values put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "hooks" / "yururluk" / "locale").glob("*.po"))
# What stands for the translator in templates and in Python.
CALLS = {"_": None, "say": None, "t": None}


def _sources() -> Iterator[tuple[str, str]]:
    """Each English source text, with the file it is in."""
    for folder, ending, method in (
        ("hooks/yururluk/theme", "*.html", "jinja2.ext:babel_extract"),
        ("hooks/yururluk", "*.py", "python"),
    ):
        for file in sorted((ROOT / folder).rglob(ending)):
            for found in extract_from_file(method, file, keywords=CALLS):
                message = found[1]
                assert isinstance(message, str)
                yield message, file.relative_to(ROOT).as_posix()


def _placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^{}]*\}", text))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_word_is_translated_and_none_is_left_over(path: Path) -> None:
    """A source text without a translation would show English; one without a use hides a change of wording."""
    with path.open("rb") as stream:
        catalogue = {str(m.id): str(m.string) for m in read_po(stream) if m.id}
    used: dict[str, str] = dict(_sources())
    assert {text: file for text, file in used.items() if not catalogue.get(text)} == {}
    assert set(catalogue) - set(used) == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_both_sides_put_in_the_same_values(path: Path) -> None:
    """A placeholder that differs would fail the build, or leave a date out."""
    with path.open("rb") as stream:
        wrong = {
            str(m.id): str(m.string)
            for m in read_po(stream)
            if m.id and _placeholders(str(m.id)) != _placeholders(str(m.string))
        }
    assert wrong == {}


def test_a_source_text_is_a_plain_string() -> None:
    """An f-string or a variable in place of the text cannot be found, nor translated."""
    found = [
        (file.name, call)
        for file in sorted((ROOT / "hooks/yururluk/theme").rglob("*.html"))
        if file.name != "language.html"  # which says Material's words
        for call in re.findall(r"(?<![\w.])(?:_|t)\(\s*[^\"'\s][^)]*\)", file.read_text(encoding="utf-8"))
    ]
    assert found == []
