"""Every message of the tool is said in every language of its catalogues, with the same values put in."""

from __future__ import annotations

import ast
import copy
import inspect
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from yururluk.cli import cli
from yururluk.core.messages import Language, Message, Problem, Severity, language_of, listed, msg, together

CATALOGUES = sorted((ROOT / "hooks/yururluk/locale/tool").glob("*.po"))


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for file in sorted((ROOT / "hooks/yururluk").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield file.relative_to(ROOT).as_posix(), node


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _sources() -> Iterator[tuple[str, str]]:
    """Every message; also those that are made inside the call of another, which extractors pass over."""
    for file, call in _calls():
        if _called(call) == "msg" and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value), file
    for text in ("Show this message and exit.", "Options", "Commands"):
        yield text, "click"
    for command in (cli, *cli.commands.values(), *(command for _, command in _commands())):
        for help_ in (command.help, *(getattr(parameter, "help", None) for parameter in command.params)):
            if help_:
                paragraphs = inspect.cleandoc(help_).split("\n\n")
                yield "\n\n".join(" ".join(part.split()) for part in paragraphs), f"{command.name} --help"


def _catalogue(path: Path) -> dict[str, str]:
    with path.open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream) if m.id}


def _commands() -> Iterator[tuple[str, click.Command]]:
    for name, command in cli.commands.items():
        inner = getattr(command, "commands", None)
        yield from inner.items() if inner else [(name, command)]


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
    wrong = {text: said for text, said in _catalogue(path).items() if _placeholders(text) != _placeholders(said)}
    assert wrong == {}


def test_a_message_is_made_of_a_plain_string() -> None:
    """An f-string or a variable in place of the sentence cannot be found, nor translated."""
    found = [
        f"{file}:{call.lineno}"
        for file, call in _calls()
        if _called(call) == "msg"
        and not (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))
    ]
    assert found == []


def test_no_command_tells_a_sentence_that_is_no_message() -> None:
    """mypy lets only a message be a `Problem` or be said by a `Voice`; what is printed past them stays English."""
    tellers = {"echo", "print", "UsageError", "BadParameter", "ClickException", "fail", "status", "write"}
    found = [
        f"{file}:{call.lineno}"
        for file, call in _calls()
        if _called(call) in tellers and "redline" not in file
        for words in call.args[:1]
        if isinstance(words, ast.Constant | ast.JoinedStr) and re.search(r"[a-z]{3,} [a-z]{2,}", ast.unparse(words))
    ]
    assert found == []


@pytest.mark.parametrize(("name", "command"), list(_commands()))
def test_every_command_takes_a_language(name: str, command: click.Command) -> None:
    """All of them speak by --lang, and by LANG without it."""
    assert "--lang" in [option for parameter in command.params for option in parameter.opts], name


def test_a_message_is_its_english_sentence_and_says_the_turkish_one() -> None:
    said = msg("{count} errors", count=3)
    assert said == "3 errors"
    assert said.within("en") == "3 errors"
    assert said.within("tr") == "3 hata"
    assert together(said, "", msg("No problems found.")).within("tr") == "3 hata Sorun bulunmadı."
    assert listed([said, "x"]).within("tr") == "3 hata, x"


def test_a_message_within_a_message_is_said_in_the_same_language() -> None:
    problem = Problem("summary", "a.md", 3, msg("{count} errors", count=1), msg("remove the line."), Severity.WARNING)
    assert str(problem) == "a.md:3: warning: 1 errors\n  Fix: remove the line."
    assert problem.told("tr") == "a.md:3: uyarı: 1 hata\n  Çözüm: satırı silin."


def test_a_name_with_a_line_end_or_an_escape_makes_no_other_line_of_the_report() -> None:
    name = "a.md\nb.md:1: x\x1b[31m"
    problem = Problem("layout", name, 2, msg('"{name}" cannot name a document.', name=name), msg("fix."))
    shown = r"a.md\x0ab.md:1: x\x1b[31m"
    assert problem.told("en") == f'{shown}:2: "{shown}" cannot name a document.\n  Fix: fix.'


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


def test_a_language_is_called_as_the_sentence_that_names_it_calls_it() -> None:
    """Also from another process; a language that nobody knows by another name keeps its own."""
    said = pickle.loads(  # noqa: S301 - our own
        pickle.dumps(
            msg(
                "the translation ({language}) is missing, though release {version} has one.",
                language=Language("en", "English"),
                version="1.0",
            )
        )
    )
    assert said == "the translation (English) is missing, though release 1.0 has one."
    assert said.within("tr") == "çeviri (İngilizce) yok; oysa 1.0 sürümünde var."
    assert Language("tr", "Türkçe") == "Turkish"
    assert Language("xx-Nope", "Kendi dili").within("tr") == "Kendi dili"
    assert Language("pt_BR", "Português").within("tr").startswith("Portekizce")


@pytest.mark.parametrize("path", sorted((ROOT / "hooks/yururluk/locale").rglob("*.po")), ids=lambda path: path.stem)
def test_no_message_is_in_a_catalogue_twice(path: Path) -> None:
    keys = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("msgid ")]
    assert [key for key in keys if keys.count(key) > 1] == []
