"""Rules that look at the shape of words: real sentences that a rule must flag or leave alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.builders import SETTINGS, day, project, text
from yururluk.checks import check_project
from yururluk.core.text_file import parse_text

_FOLDER = Path(__file__).parent / "sentences"
_AROUND = {
    "reference": "## 1. Birinci {{#bir}}\n\n{}\n\n## 2. İkinci {{#iki}}\n\nMetin.\n\n### 2.1 Alt {{#alt}}\n\nMetin.\n"
}


def _sentences(rule: str) -> list[tuple[str, str, str]]:
    """The language of each sentence, its sign, and the sentence."""
    found, locale = [], ""
    for line in (_FOLDER / f"{rule}.txt").read_text(encoding="utf-8").split("\n"):
        sign, _, words = line.partition(" ")
        if sign == "#":
            locale = words if len(words) == 2 else locale
        elif words:
            found.append((locale, sign, words.replace("\\n", "\n")))
    return found


def _is_flagged(rule: str, locale: str, words: str) -> bool:
    body = _AROUND.get(rule, "{}\n").format(words)
    draft = text(body, locale=locale, type_="terms", translation=None)
    found = check_project(project(draft), replace(SETTINGS, locales=(locale,)), today=day(0))
    return any(problem.rule == rule for problem in found)


@pytest.mark.parametrize(
    "rule", sorted(path.stem for path in _FOLDER.glob("*.txt") if path.stem != "translation-figures")
)
def test_a_rule_flags_what_is_wrong_and_leaves_the_rest_alone(rule: str) -> None:
    sentences = _sentences(rule)
    wrong = [
        f"{locale} {sign} {words}"
        for locale, sign, words in sentences
        if _is_flagged(rule, locale, words) != (sign == "+")
    ]
    assert wrong == []


def test_figures_agree_in_every_language() -> None:
    wrong = []
    for _, sign, line in _sentences("translation-figures"):
        authentic, locale, translation = line.split(" | ")
        head = "## 1. A {#a}\n\n"
        pair = text(head + authentic, type_="terms"), text(head + translation, locale=locale, type_="terms")
        found = check_project(project(*pair), replace(SETTINGS, locales=("tr", locale)), today=day(0))
        if any(problem.rule == "translation-figures" for problem in found) != (sign == "+"):
            wrong.append(f"{sign} {line}")
    assert wrong == []


def test_whole_policies_have_only_the_faults_that_a_lawyer_would_name() -> None:
    found = []
    for path in sorted((Path(__file__).parent / "policies").glob("*/*.md")):
        locale = path.parent.name
        draft, _ = parse_text(path.read_bytes(), f"docs/{locale}/{path.name}", path.stem, locale)
        assert draft is not None
        settings = replace(SETTINGS, locales=(locale,), rules=("kvkk",) if locale == "tr" else ())
        problems = check_project(project(draft), settings, today=day(0))
        found += [f"{path.name}:{problem.line} {problem.rule}" for problem in problems]
    assert found == [
        "refund.md:36 placeholder",  # TODO
        "abonelik.md:6 clause-id",
        "abonelik.md:56 reference",  # Madde 12
        "abonelik.md:60 placeholder",  # [destek kanalı]
        "abonelik.md:60 placeholder",  # [Adres bilgisi]
        "gizlilik-saglik.md:5 kvkk-no-notice",
        "gizlilik-saglik.md:5 kvkk-no-notice",
        "kullanim.md:63 placeholder",  # ../../2027
    ]
