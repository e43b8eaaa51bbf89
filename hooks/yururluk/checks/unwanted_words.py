"""Which words of a text the law, or fairness, does not want: open lists, consent in a notice, and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from yururluk.checks import law_words as words
from yururluk.checks.law_words import teblig
from yururluk.checks.reading import Reading, reading_of
from yururluk.core.messages import Message, msg, together
from yururluk.core.model import Text
from yururluk.core.problems import Problem, Severity
from yururluk.core.rules import rule, rules

#: From this day on Kanun m.9 applies as Law 7499 has changed it.
TRANSFER_RULES_SINCE: Final = date(2024, 6, 1)
_BEFORE = 40  # characters
_LONGEST_SENTENCE = 1000  # characters


def _problem(rule: str, text: Text, line: int, column: int, message: Message, fix: Message) -> Problem:
    return Problem(rule, text.path, line, message, fix, rules()[rule].severity, column)


@rule(
    "kvkk-vague",
    Severity.WARNING,
    msg("A disclosure notice has no general or vague wording."),
    source=teblig("5/1-g"),
    may_allow=True,
    quote="Aydınlatma yükümlülüğü yerine getirilirken, genel nitelikte ve muğlak ifadelere yer verilmemelidir.",
)
def vague_problems(text: Text) -> Iterator[Problem]:
    """General and vague wording (Tebliğ m.5/1-g)."""
    reading = reading_of(text)
    if text.locale not in words.VAGUE:
        return
    for found in reading.find(words.VAGUE[text.locale]):
        before = reading.low[max(0, found.start - _BEFORE) : found.start]
        if found.words.lower() == "gibi" and words.COMPARES.search(before):
            continue
        message = msg("“{words}” may leave open what is meant; a notice must not be vague.", words=found.words)
        fix = msg(
            "name what is meant one by one; where the word is innocent here, accept it with the reason in the front "
            "matter: check: {{allow: {{kvkk-vague: …}}}}."
        )
        yield _problem("kvkk-vague", text, found.line, found.column, message, fix)


@rule(
    "kvkk-consent",
    Severity.ERROR,
    msg("A disclosure notice asks for no consent: informing and consenting are done apart."),
    source=teblig("5/1-f"),
    may_allow=True,
    quote="Kişisel veri işleme faaliyetinin açık rıza şartına dayalı olarak gerçekleştirilmesi halinde, aydınlatma "
    "yükümlülüğü ve açık rızanın alınması işlemlerinin ayrı ayrı yerine getirilmesi gerekmektedir.",
)
def consent_problems(text: Text) -> Iterator[Problem]:
    """Consent asked for where the reader is only to be informed (Tebliğ m.5/1-f)."""
    if text.locale not in words.CONSENT:
        return
    for found in reading_of(text).find(words.CONSENT[text.locale]):
        message = msg("“{words}” asks for consent, but a notice only informs.", words=found.words)
        fix = msg("take it out; ask for explicit consent in a text of its own (type: consent).")
        yield _problem("kvkk-consent", text, found.line, found.column, message, fix)


@rule(
    "kvkk-abroad",
    Severity.WARNING,
    msg("A transfer abroad names its basis: adequacy, an appropriate safeguard, or an incidental case."),
    source="6698 sayılı Kanun m.9 (7499 sayılı Kanunla değişik; 1.6.2024)",
    may_allow=True,
)
def abroad_problems(text: Text, until: date | None) -> Iterator[Problem]:
    """Transfers abroad without a basis in Kanun m.9. `until` is the last day on which the text applied, if any.

    A clause is told once, at the first words that speak of it.
    """
    if text.locale not in words.ABROAD or (until is not None and until < TRANSFER_RULES_SINCE):
        return
    reading = reading_of(text)
    if not reading.says(words.ABROAD[text.locale]):
        return
    for _, start, end in reading.own_parts:
        found = next(
            (one for one in reading.find(words.ABROAD[text.locale], start, end) if _is_transfer(reading, one.start)),
            None,
        )
        said = reading.low[start:end]
        if found is None or words.BASIS[text.locale].search(said):
            continue
        consent = (
            msg("Explicit consent is a basis for incidental transfers only (m.9/6-a).")
            if words.ONLY_CONSENT[text.locale].search(said)
            else ""
        )
        message = together(
            msg("“{words}”: data go abroad, and this clause names no basis of Kanun m.9 for it.", words=found.words),
            consent,
        )
        fix = msg(
            "name it: adequacy decision (m.9/1), appropriate safeguard such as the standard contract (m.9/4), or an "
            "incidental case (m.9/6)."
        )
        yield _problem("kvkk-abroad", text, found.line, found.column, message, fix)


_SENTENCE = re.compile(r"[.!?;]\s|\n\n|\n[ ]*[-+][ ]")


def _is_transfer(reading: Reading, start: int) -> bool:
    """Whether the sentence round a place says that data are transferred, or kept there."""
    first = max(0, start - _LONGEST_SENTENCE)
    begin = max((found.end() for found in _SENTENCE.finditer(reading.low, first, start)), default=first)
    after = _SENTENCE.search(reading.low, start)
    sentence = reading.low[begin : after.start() if after else len(reading.low)][: 2 * _LONGEST_SENTENCE]
    if words.NO_TRANSFER[reading.locale].search(sentence):
        return False
    return words.TRANSFERRED[reading.locale].search(sentence) is not None


@rule(
    "check-back",
    Severity.WARNING,
    msg("A policy does not leave it to the reader to look for changes."),
    source="WP260 rev.01, ¶29 (GDPR m.5/1-a)",
    may_allow=True,
    quote="References in the privacy statement/notice to the effect that the data subject should regularly check the "
    "privacy statement/notice for changes or updates are considered not only insufficient but also unfair in the "
    "context of Article 5.1(a).",
)
def check_back_problems(text: Text) -> Iterator[Problem]:
    """A reader who is left to look for changes himself (WP260 ¶29)."""
    if text.locale not in words.CHECK_BACK:
        return
    reading = reading_of(text)
    if not reading.says(words.CHECK_BACK[text.locale]):
        return
    for _, start, end in reading.own_parts:
        if words.NOTIFIED[text.locale].search(reading.low, start, end):
            continue
        for found in reading.find(words.CHECK_BACK[text.locale], start, end):
            message = msg("“{words}” leaves it to the reader to look for changes.", words=found.words)
            fix = msg(
                "say how you will tell of an important change, such as by e-mail, and how long before it takes effect."
            )
            yield _problem("check-back", text, found.line, found.column, message, fix)
