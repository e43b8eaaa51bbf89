"""The pack of rules `gdpr`: the elements of Articles 13 and 14, in English and German."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.helpers.builders import SETTINGS, day, project, text
from yururluk.checks import check_project

NOTICE = {
    "en": {
        "controller": "The controller is Acme Ltd, privacy@acme.example.",
        "purposes": "We run your account; the legal basis is the contract (Article 6(1)(b)).",
        "recipients": "Our hosting provider receives your data.",
        "retention": "We store your data for two years.",
        "rights": "You have the right of access, rectification, erasure, restriction, objection and portability.",
        "complaint": "You can complain to a supervisory authority.",
    },
    "de": {
        "controller": "Verantwortlich ist die Acme GmbH, datenschutz@acme.example.",
        "purposes": "Wir führen Ihr Konto; Rechtsgrundlage ist der Vertrag (Art. 6 Abs. 1 lit. b).",
        "recipients": "Unser Hoster erhält Ihre Daten.",
        "retention": "Wir speichern Ihre Daten zwei Jahre lang.",
        "rights": "Sie haben ein Recht auf Auskunft, Berichtigung, Löschung, Einschränkung und Übertragbarkeit.",
        "complaint": "Sie können sich bei einer Aufsichtsbehörde beschweren.",
    },
}


def _problems(locale: str, *, roles: bool = True, otherwise: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    clauses = {**NOTICE[locale], **otherwise}
    body = "\n\n".join(
        f"## {number}. {name.title()} {{#{name}{f' .gdpr-{name}' if roles else ''}}}\n\n{words}"
        for number, (name, words) in enumerate(clauses.items(), start=1)
        if words
    )
    draft = text(body + "\n", locale=locale, type_="privacy-policy")
    settings = replace(SETTINGS, locales=(locale,), language_names={locale: locale}, rules=("gdpr",))
    found = check_project(project(draft), settings, today=day(0))
    return [str(one.message) for one in found if one.rule == "gdpr-elements" or one.rule.startswith("kvkk")]


@pytest.mark.parametrize("locale", ["en", "de"])
def test_a_notice_with_all_elements_is_complete(locale: str) -> None:
    assert _problems(locale) == []


@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("name", NOTICE["en"])
def test_each_element_is_missed_with_its_article(locale: str, name: str) -> None:
    (message,) = _problems(locale, otherwise={name: ""})
    assert message.startswith("no clause says ")
    assert "(Art. 13(" in message


@pytest.mark.parametrize(
    ("name", "words", "expected"),
    [
        (
            "retention",
            "Soon.",
            "how long data are stored, or by what that is decided (Art. 13(2)(a)), but it is empty.",
        ),
        (
            "complaint",
            "Complain to us in writing.",
            "the right to complain to a supervisory authority (Art. 13(2)(d)): no word of it",
        ),
        (
            "transfers",
            "We send data to Mars.",
            "the transfer to other countries, and its safeguards (Art. 13(1)(f)): no word of it",
        ),
    ],
)
def test_a_clause_that_does_not_say_what_it_declares_is_named(name: str, words: str, expected: str) -> None:
    (message,) = _problems("en", otherwise={name: words})
    assert message.startswith(f"this clause should say {expected}")


def test_a_notice_without_roles_is_asked_to_declare_them() -> None:
    (message,) = _problems("en", roles=False)
    assert message == "no clause declares which element of Articles 13 and 14 it holds: none can be looked for."
