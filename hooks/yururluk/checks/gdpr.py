"""Whether a privacy notice says what Articles 13 and 14 of the GDPR (Regulation (EU) 2016/679) ask of it.

A clause declares what it holds by a class in its attribute list, such as `{#retention .gdpr-retention}`, as in a
disclosure notice of KVKK. Only `check` reads it; the page does not show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from yururluk.checks.reading import Section, reading_of
from yururluk.core.messages import Message, listed, msg
from yururluk.core.model import Text, Translation
from yururluk.core.problems import Problem, Severity, fault, rule

_RULE: Final = "gdpr-elements"
_FEWEST_WORDS: Final = 3


class _Element(NamedTuple):
    """What a clause holds: `words` are some without which it hardly does, by language; `always` says whether every
    notice needs it."""

    article: str
    meaning: Message
    always: bool
    words: Mapping[str, str]


ELEMENTS: Final[Mapping[str, _Element]] = {
    "gdpr-controller": _Element("13(1)(a)", msg("who the controller is, and how to reach it"), True, {}),
    "gdpr-dpo": _Element("13(1)(b)", msg("how to reach the data protection officer"), False, {}),
    "gdpr-purposes": _Element(
        "13(1)(c), 13(1)(d)",
        msg("the purposes, and the legal basis of each"),
        True,
        {
            "en": r"art(?:icle|\.)? ?6|legal (?:basis|bases|obligation)|consent|contract|legitimate interest",
            "de": r"art(?:ikel|\.)? ?6|rechtsgrundlage|einwilligung|vertrag|berechtigte[sn]? interesse|rechtliche",
        },
    ),
    "gdpr-recipients": _Element("13(1)(e)", msg("the recipients of the data"), True, {}),
    "gdpr-transfers": _Element(
        "13(1)(f)",
        msg("the transfer to other countries, and its safeguards"),
        False,
        {
            "en": r"adequacy|contractual clauses|safeguards|binding corporate|derogation",
            "de": r"angemessenheit|standardvertragsklauseln|garantien|standarddatenschutz",
        },
    ),
    "gdpr-retention": _Element("13(2)(a)", msg("how long data are stored, or by what that is decided"), True, {}),
    "gdpr-rights": _Element(
        "13(2)(b), 13(2)(c)",
        msg("the rights: access, rectification, erasure, restriction, objection, portability"),
        True,
        {
            "en": r"access|rectif|correct|eras|delet|restrict|object|portab",
            "de": r"auskunft|berichtig|lösch|einschränk|widerspr|übertragbar",
        },
    ),
    "gdpr-complaint": _Element(
        "13(2)(d)",
        msg("the right to complain to a supervisory authority"),
        True,
        {"en": r"supervisory authority|data protection authority|commissioner", "de": r"aufsichtsbehörde"},
    ),
    "gdpr-source": _Element("14(2)(f)", msg("where data come from that the person did not give"), False, {}),
}


@rule(
    _RULE,
    Severity.ERROR,
    msg("A privacy notice holds the elements of Articles 13 and 14, each in a clause that is not empty."),
    source="GDPR Art. 13, 14; WP260 rev.01",
    may_allow=True,
)
def gdpr_problems(text: Text, authentic: Text | None) -> Iterator[Problem]:
    """The faults of a notice. A translation that declares no roles has those of its `authentic` text."""
    reading = reading_of(text)
    by_role: Mapping[str, list[Section]] = {role: found for role, found in reading.roles().items() if role in ELEMENTS}
    if not by_role and authentic is not None and authentic is not text:
        ids = {section.clause.id: section for section in reading.sections if section.clause.id}
        by_role = {
            role: [ids[one.clause.id] for one in found if one.clause.id in ids]
            for role, found in reading_of(authentic).roles().items()
            if role in ELEMENTS
        }
    if not by_role:
        known = listed([msg(".{role}: {meaning}", role=role, meaning=one.meaning) for role, one in ELEMENTS.items()])
        message = msg("no clause declares which element of Articles 13 and 14 it holds: none can be looked for.")
        fix = msg("add to each clause what it holds, such as {{#retention .gdpr-retention}}: {known}.", known=known)
        yield fault(_RULE, text.path, text.body_line, message, fix)
        return
    for role, element in ELEMENTS.items():
        sections, meaning = by_role.get(role, []), element.meaning
        if element.always and role not in by_role and text.front_matter.translation is not Translation.PARTIAL:
            message = msg("no clause says {meaning} (Art. {article}).", meaning=meaning, article=element.article)
            fix = msg("write it; if it is there, add .{role} to the clause, as in {{#… .{role}}}.", role=role)
            yield fault(_RULE, text.path, text.body_line, message, fix)
        said = " ".join(reading.words_of(section) for section in sections)
        if sections and len(re.findall(r"\w+", said)) < _FEWEST_WORDS:
            message = msg("this clause should say {meaning}, but it is empty.", meaning=meaning)
            yield fault(_RULE, text.path, sections[0].clause.line, message, msg("write it below the heading."))
        elif sections and not re.search(element.words.get(text.locale.partition("-")[0], ""), said):
            message = msg("this clause should say {meaning}: no word of it was found.", meaning=meaning)
            fix = msg("write it (Art. {article}), or give the role to another clause.", article=element.article)
            yield fault(_RULE, text.path, sections[0].clause.line, message, fix)
