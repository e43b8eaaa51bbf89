"""Whether a disclosure notice (aydınlatma metni) says what the law asks of it: Kanun m.10, Tebliğ m.4 to m.6.

A clause declares its role by a class in its attribute list, such as `{#amaclar .kvkk-4b}`: the element of the
disclosure that it holds. Only `check` reads it; the page does not show it (see `markdown.clean`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from yururluk.checks.reading import (
    LAW_LANGUAGES,
    Reading,
    Section,
    Table,
    law_words,
    lowered,
    reading_of,
    tables_in,
    teblig,
    word_lists,
)
from yururluk.checks.wording import consent_problems, vague_problems
from yururluk.core.messages import Message, listed, msg
from yururluk.core.model import Text, Translation
from yururluk.core.problems import Problem, Severity, fault, rule
from yururluk.core.settings import Settings

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
    """What a clause of this role says."""
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


_FEWEST_WORDS = 3
_ITEM = re.compile(r"^[ ]*(?:[-+]|\d+[.)])[ ]+(?P<words>.+)$", re.MULTILINE)


def disclosure_problems(text: Text, declaring: Sequence[Text], settings: Settings) -> list[Problem]:
    """The faults of a notice by law. `declaring` are texts from which it may have its roles, the nearest first."""
    reading = reading_of(text)
    found = [*consent_problems(text), *vague_problems(text)]
    if text.locale not in LAW_LANGUAGES:
        return found
    by_role = sections_by_role(reading, [reading_of(other) for other in declaring])
    notice = _Notice(text, reading, by_role)
    if not by_role:
        return [*found, notice.undeclared()]
    for role in ELEMENTS:
        found += notice.element(role, settings)
    found += notice.legal_grounds()
    found += notice.transfers()
    found += notice.method()
    found += notice.rights()
    found += notice.other_sources()
    found += notice.application()
    return found


class _Notice:
    """A notice and its sections by role."""

    def __init__(self, text: Text, reading: Reading, by_role: Mapping[str, Sequence[Section]]) -> None:
        self.text = text
        self.reading = reading
        self.by_role = by_role
        self.locale = text.locale
        self.may_lack = text.front_matter.translation is Translation.PARTIAL

    def _sections(self, role: str) -> Sequence[Section]:
        """The sections of a role that say something."""
        return [section for section in self.by_role.get(role, ()) if not self._is_empty(section)]

    def _is_empty(self, section: Section) -> bool:
        return len(re.findall(r"\w+", self.reading.words_of(section))) < _FEWEST_WORDS

    def _words(self, name: str) -> re.Pattern[str]:
        return law_words(name, self.locale)

    def _lacking(self, list_name: str, sections: Sequence[Section]) -> list[str]:
        """The entries of a list of words/law.yml of which no word is in the sections."""
        list_name = f"{list_name}-{self.locale}"
        return [
            entry
            for entry in word_lists("law")[list_name]
            if not any(self.reading.says(law_words(list_name, entry), one) for one in sections)
        ]

    def _problem(self, rule: str, line: int, message: Message, fix: Message) -> Problem:
        return fault(rule, self.text.path, line, message, fix)

    def undeclared(self) -> Problem:
        """A notice in which no clause says what it is for: nothing can be looked for in it."""
        elements = listed([msg(".{role}: {meaning}", role=role, meaning=role_meaning(role)) for role in ELEMENTS])
        message = msg(
            "no clause declares which element of Tebliğ m.4 it holds, so that none of them can be looked for."
        )
        fix = msg("add to each clause what it holds, such as {{#amaclar .kvkk-4b}}: {elements}.", elements=elements)
        return self._problem("kvkk-elements", self.text.body_line, message, fix)

    @rule(
        "kvkk-elements",
        Severity.ERROR,
        msg("A disclosure notice holds the five elements, each in a clause that is not empty."),
        source=teblig("4") + "; 6698 sayılı Kanun m.10/1",
        may_allow=True,
    )
    def element(self, role: str, settings: Settings) -> Iterator[Problem]:
        """An element that is missing, or in a clause that is empty; a controller who is not named."""
        meaning = role_meaning(role)
        sections = self.by_role.get(role, ())
        if not sections:
            if not self.may_lack and role not in self.by_role:
                message = msg("no clause says {meaning}.", meaning=meaning)
                fix = msg("write it; if it is there, add .{role} to the clause, as in {{#… .{role}}}.", role=role)
                yield self._problem("kvkk-elements", self.text.body_line, message, fix)
            return
        for section in sections:
            if self._is_empty(section):
                message = msg("this clause should say {meaning}, but it is empty.", meaning=meaning)
                yield self._problem("kvkk-elements", section.clause.line, message, msg("write it below the heading."))
        if role == CONTROLLER and self._sections(role):
            name = " ".join(lowered(settings.publisher, self.locale).split())
            said = [" ".join(self.reading.words_of(section).split()) for section in sections]
            if not any(name in one for one in said):
                message = msg("this clause does not name the controller: {name}.", name=settings.publisher)
                fix = msg("name the company with its full trade name.")
                yield self._problem("kvkk-elements", sections[0].clause.line, message, fix)

    @rule(
        "kvkk-legal-ground",
        Severity.ERROR,
        msg("Each purpose has the condition of article 5 or 6 on which it rests."),
        source=teblig("5/1-h") + "; 6698 sayılı Kanun m.5, m.6",
        may_allow=True,
    )
    def legal_grounds(self) -> Iterator[Problem]:
        """Purposes that rest on nothing (Tebliğ m.5/1-h)."""
        ground = self._words("ground")
        sections = self._sections(PURPOSES)
        tables = [
            table
            for section in sections
            for table in tables_in(self.reading, section)
            if table.column(self._words("purpose-column")) is not None
        ]
        for table in tables:
            yield from self._rows_without_ground(table)
        if tables or not sections:
            return
        items = [
            (section.start + item.start("words"), item["words"])
            for section in sections
            for item in _ITEM.finditer(self.reading.words_of(section))
        ]
        bare = [start for start, said in items if not ground.search(said)]
        fix = msg(
            "name for each purpose the condition of Kanun m.5 or m.6, such as “Kanun m.5/2-c”; a table does it best."
        )
        if len(bare) < len(items):
            for start in bare:
                message = msg("this purpose has no legal ground, though others here have one.")
                yield self._problem("kvkk-legal-ground", self.reading.place(start)[0], message, fix)
        elif not any(self.reading.says(ground, one) for one in (*sections, *self._sections(METHOD))):
            message = msg("the purposes are here without the legal ground on which each rests.")
            yield self._problem("kvkk-legal-ground", sections[0].clause.line, message, fix)

    def _rows_without_ground(self, table: Table) -> Iterator[Problem]:
        column = table.column(self._words("ground-column"))
        fix = msg("name the condition of Kanun m.5 or m.6 in this row, such as “Kanun m.5/2-c”.")
        for row in table.rows:
            said = " ".join(row.cells) if column is None else row.cell(column)
            if not self._words("ground").search(said):
                message = msg("the purpose in this row has no legal ground of Kanun m.5 or m.6.")
                yield self._problem("kvkk-legal-ground", row.line, message, fix)

    @rule(
        "kvkk-transfer",
        Severity.ERROR,
        msg("A transfer names its purpose and the groups of recipients."),
        source=teblig("5/1-ı") + "; 6698 sayılı Kanun m.8",
        may_allow=True,
    )
    def transfers(self) -> Iterator[Problem]:
        """Transfers without a purpose, or to nobody in particular (Tebliğ m.5/1-ı)."""
        for section in self._sections(RECIPIENTS):
            tables = [
                table
                for table in tables_in(self.reading, section)
                if table.column(self._words("recipient-column")) is not None
            ]
            for table in tables:
                yield from self._incomplete_transfers(table)
            if tables or self.reading.says(self._words("no-transfer"), section):
                continue
            line = section.clause.line
            said = self.reading.words_of(section)
            if not self._words("recipients").search(said):
                message = msg("this clause names no group of recipients; “third parties” is none.")
                fix = msg(
                    "name the groups, such as suppliers, business partners, authorised public bodies; "
                    "or say that nothing is transferred."
                )
                yield self._problem("kvkk-transfer", line, message, fix)
            if not self._words("purpose").search(said):
                message = msg("this clause does not say for which purpose data are transferred.")
                fix = msg("name the purpose for each group of recipients; a table does it best.")
                yield self._problem("kvkk-transfer", line, message, fix)

    def _incomplete_transfers(self, table: Table) -> Iterator[Problem]:
        recipient = table.column(self._words("recipient-column"))
        purpose = table.column(self._words("purpose-column"))
        if purpose is None:
            message = msg("this table of recipients has no column for the purpose of the transfer.")
            fix = msg("add a column that names the purpose for each group of recipients.")
            yield self._problem("kvkk-transfer", table.header.line, message, fix)
        for row in table.rows:
            if recipient is not None and not row.cell(recipient):
                message = msg("this row names no group of recipients.")
                yield self._problem("kvkk-transfer", row.line, message, msg("fill in the cell."))
            if purpose is not None and not row.cell(purpose):
                message = msg("this row does not say for which purpose data are transferred.")
                yield self._problem("kvkk-transfer", row.line, message, msg("fill in the cell."))

    @rule(
        "kvkk-method",
        Severity.ERROR,
        msg("The way of collecting says whether it is automatic, wholly or partly, or not."),
        source=teblig("5/1-i"),
        may_allow=True,
    )
    def method(self) -> Iterator[Problem]:
        """A way of collecting that does not say whether it is automatic (Tebliğ m.5/1-i)."""
        sections = self._sections(METHOD)
        if sections and not any(self.reading.says(self._words("method"), one) for one in sections):
            message = msg(
                "this clause does not say whether data are collected by automatic means, wholly or partly, or not."
            )
            fix = msg(
                "say which: “tamamen veya kısmen otomatik yollarla”, or “veri kayıt sisteminin parçası olmak "
                "kaydıyla otomatik olmayan yöntemlerle”."
            )
            yield self._problem("kvkk-method", sections[0].clause.line, message, fix)

    @rule(
        "kvkk-rights",
        Severity.ERROR,
        msg("The nine rights of the data subject are all there."),
        source="6698 sayılı Kanun m.11/1-a…ğ, m.10/1-d",
        may_allow=True,
    )
    def rights(self) -> Iterator[Problem]:
        """Rights of Kanun m.11 that are left out."""
        sections = self._sections(RIGHTS)
        if not sections:
            return
        missing = self._lacking("rights", sections)
        if missing:
            message = msg("of the rights of Kanun m.11/1 these are not here: {letters}.", letters=", ".join(missing))
            fix = msg("add them in the words of the law.")
            yield self._problem("kvkk-rights", sections[0].clause.line, message, fix)

    @rule(
        "kvkk-other-source",
        Severity.WARNING,
        msg("Where data come from others, the notice says when the data subject is informed."),
        source=teblig("6"),
        may_allow=True,
    )
    def other_sources(self) -> Iterator[Problem]:
        """Data from others, without a word on when their subject is informed (Tebliğ m.6)."""
        fix = msg(
            "say when the data subject is informed: within a reasonable time, at the first contact, or at the first "
            "transfer at the latest; and mark the clause .{role}.",
            role=OTHER_SOURCE,
        )
        declared = self._sections(OTHER_SOURCE)
        informed = self._words("when-informed")
        if declared:
            if not any(self.reading.says(informed, one) for one in declared):
                message = msg("data come from others, and this clause does not say when the data subject is informed.")
                yield self._problem("kvkk-other-source", declared[0].clause.line, message, fix)
            return
        found = next(self.reading.find(self._words("from-others")), None)
        if found is not None and not self.reading.says(informed):
            message = msg(
                "“{words}”: data come from others, and the notice does not say when their subject is informed.",
                words=found.words,
            )
            yield self._problem("kvkk-other-source", found.line, message, fix)

    @rule(
        "kvkk-application",
        Severity.WARNING,
        msg("The notice names the ways of applying to the controller."),
        source="Veri Sorumlusuna Başvuru Tebliği m.5/1 (RG 10.03.2018/30356); 6698 sayılı Kanun m.13",
        may_allow=True,
    )
    def application(self) -> Iterator[Problem]:
        """The ways of applying (Başvuru Tebliği m.5)."""
        sections = self._sections(APPLICATION)
        if not sections:
            if not self.may_lack and APPLICATION not in self.by_role:
                message = msg("no clause says {meaning}.", meaning=role_meaning(APPLICATION))
                fix = msg(
                    "write it; if it is there, add .{role} to the clause, as in {{#… .{role}}}.", role=APPLICATION
                )
                yield self._problem("kvkk-application", self.text.body_line, message, fix)
            return
        missing = self._lacking("channels", sections)
        if missing:
            message = msg("of the ways of applying these are not here: {missing}.", missing=", ".join(missing))
            fix = msg("add them; the data subject may choose any of the ways of Başvuru Tebliği m.5/1.")
            yield self._problem("kvkk-application", sections[0].clause.line, message, fix)
