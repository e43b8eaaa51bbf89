"""Every message of the tool is said in every language of its catalogues, with the same values put in."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from yururluk.messages import Message, language_of, listed, msg, together
from yururluk.problems import Problem, Severity

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = sorted((ROOT / "hooks/yururluk/locale/tool").glob("*.po"))


def _sources() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "hooks/yururluk").rglob("*.py")):
        for found in extract_from_file("python", file, keywords={"msg": None}):
            assert isinstance(found[1], str)
            yield found[1], file.relative_to(ROOT).as_posix()


def _catalogue(path: Path) -> dict[str, str]:
    with path.open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream) if m.id}


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"(?<!\{)\{(\w+)\}", text.replace("{{", "\0").replace("}}", "\1")))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_message_is_translated_and_none_is_left_over(path: Path) -> None:
    """A message without a translation would be told in English; one without a use hides a change of wording."""
    catalogue, used = _catalogue(path), dict(_sources())
    assert {text: file for text, file in used.items() if not catalogue.get(text)} == {}
    assert set(catalogue) - set(used) == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_both_sides_put_in_the_same_values(path: Path) -> None:
    wrong = {
        text: said for text, said in _catalogue(path).items() if _placeholders(text) != _placeholders(said)
    }
    assert wrong == {}


def test_a_message_is_made_of_a_plain_string() -> None:
    """An f-string or a variable in place of the sentence cannot be found, nor translated."""
    found = [
        (file.name, call)
        for file in sorted((ROOT / "hooks/yururluk").rglob("*.py"))
        if file.name != "messages.py"
        for call in re.findall(r"(?<![\w.])msg\((?!\s*[\"'])[^)]*\)", file.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_message_is_its_english_sentence_and_says_the_turkish_one() -> None:
    said = msg("{count} errors", count=3)
    assert said == "3 errors"
    assert said.within("en") == "3 errors"
    assert said.within("tr") == "3 hata"
    assert together(said, "", msg("No problems found.")).within("tr") == "3 hata Sorun bulunmadı."
    assert listed([said, "x"]).within("tr") == "3 hata, x"


def test_a_message_within_a_message_is_said_in_the_same_language() -> None:
    problem = Problem(
        "summary", "a.md", 3, msg("{count} errors", count=1), msg("remove the line."), Severity.WARNING
    )
    assert str(problem) == "a.md:3: warning: 1 errors\n  Mend: remove the line."
    assert problem.told("tr") == "a.md:3: uyarı: 1 hata\n  Çözüm: satırı silin."


@given(st.text(), st.text())
def test_values_are_put_in_as_they_are(first: str, second: str) -> None:
    """Braces, percent signs and backslashes of a user's text are not read as placeholders."""
    said = msg('the link "{target}" leads to a clause that {path} does not have.', target=first, path=second)
    assert said == f'the link "{first}" leads to a clause that {second} does not have.'
    assert first in said.within("tr")
    assert second in said.within("tr")
    for again in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):  # noqa: S301 - our own
        assert isinstance(again, Message)
        assert again.within("tr") == said.within("tr")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "tr_TR.UTF-8"}, "tr"),
        ({"LANG": "tr_TR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "tr"}, "tr"),
        ({"LANG": "TR-tr"}, "tr"),
        ({"LANG": "de_DE"}, "en"),
        ({"LC_ALL": "", "LANG": "tr"}, "tr"),
    ],
)
def test_the_language_is_the_one_of_the_environment(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language
