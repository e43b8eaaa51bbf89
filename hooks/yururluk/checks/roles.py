"""Which roles a clause may declare, and in which clauses of a text each is found.

A role is a class in the clause's attribute list, such as `{#amaclar .kvkk-4b}`: it says which element of the
disclosure the clause holds. It is told to `check` alone; the page does not show it (see `markdown.clean`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from yururluk.checks.reading import Reading, Section
from yururluk.core.messages import Message, msg

CONTROLLER: Final = "kvkk-4a"
PURPOSES: Final = "kvkk-4b"
RECIPIENTS: Final = "kvkk-4c"
METHOD: Final = "kvkk-4ç"
RIGHTS: Final = "kvkk-4d"
ABROAD: Final = "kvkk-9"
OTHER_SOURCE: Final = "teblig-6"
APPLICATION: Final = "basvuru-5"
#: The five elements of Tebliğ m.4, in the order of their letters.
ELEMENTS: Final = (CONTROLLER, PURPOSES, RECIPIENTS, METHOD, RIGHTS)
ROLES: Final = (*ELEMENTS, ABROAD, OTHER_SOURCE, APPLICATION)


def role_meaning(role: str) -> Message:
    """What a clause of this role tells."""
    return {
        CONTROLLER: msg("who the controller is (a)"),
        PURPOSES: msg("for which purposes data are processed (b)"),
        RECIPIENTS: msg("to whom and for which purpose data may be transferred (c)"),
        METHOD: msg("how and on which legal ground data are collected (ç)"),
        RIGHTS: msg("the rights of article 11 (d)"),
        ABROAD: msg("the transfer abroad"),
        OTHER_SOURCE: msg("the data that come from others"),
        APPLICATION: msg("how to apply to the controller"),
    }[role]


def sections_by_role(reading: Reading, declaring: Sequence[Reading]) -> Mapping[str, Sequence[Section]]:
    """The sections of a text by role.

    A text that declares none itself has those that the first of `declaring` gives to clauses of the same id: a
    translation follows its authentic text, and a frozen text, which cannot be changed, the draft.
    """
    own = {role: found for role, found in reading.roles().items() if role in ROLES}
    if own:
        return own
    by_id = {section.clause.id: section for section in reversed(reading.sections) if section.clause.id}
    for other in declaring:
        theirs = {role: found for role, found in other.roles().items() if role in ROLES}
        if theirs:
            return {
                role: [by_id[section.clause.id] for section in found if section.clause.id in by_id]
                for role, found in theirs.items()
            }
    return {}
