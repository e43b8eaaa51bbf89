"""Whether a notice says what the law asks of it: a disclosure notice by KVKK (Kanun m.10, Tebliğ m.4 to m.6), a privacy
notice by Articles 13 and 14 of the GDPR (Regulation (EU) 2016/679).

A clause declares its role by a class in its attribute list, such as `{#amaclar .kvkk-4b}`: the element that it holds.
Only `check` reads it; the page does not show it (see `markdown.clean`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from yururluk.core.messages import Message, Problem, Severity, fault, listed, msg, rule
from yururluk.core.model import Text, Translation
from yururluk.core.settings import Settings

CONTROLLER: Final = "kvkk-4a"
PURPOSES: Final = "kvkk-4b"
RECIPIENTS: Final = "kvkk-4c"
METHOD: Final = "kvkk-4ç"
RIGHTS: Final = "kvkk-4d"
ABROAD: Final = "kvkk-9"
OTHER_SOURCE: Final = "teblig-6"
APPLICATION: Final = "basvuru-5"

#: What a clause of each role says: first the five elements of Tebliğ m.4, in the order of their letters.
_KVKK: Final[Mapping[str, Message]] = {
    CONTROLLER: msg("who the controller is (a)"),
    PURPOSES: msg("for which purposes data are processed (b)"),
    RECIPIENTS: msg("to whom and for which purpose data may be transferred (c)"),
    METHOD: msg("how and on which legal ground data are collected (ç)"),
    RIGHTS: msg("the rights of article 11 (d)"),
    ABROAD: msg("the transfer abroad"),
    OTHER_SOURCE: msg("the data that come from others"),
    APPLICATION: msg("how to apply to the controller"),
}
_ELEMENTS: Final = (CONTROLLER, PURPOSES, RECIPIENTS, METHOD, RIGHTS)

#: The elements of the GDPR; words/law.yml has for some the words without which a clause hardly says it.
_GDPR: Final[Mapping[str, Message]] = {
    "gdpr-controller": msg("who the controller is, and how to reach it (Art. 13(1)(a))"),
    "gdpr-dpo": msg("how to reach the data protection officer (Art. 13(1)(b))"),
    "gdpr-purposes": msg("the purposes, and the legal basis of each (Art. 13(1)(c), 13(1)(d))"),
    "gdpr-recipients": msg("the recipients of the data (Art. 13(1)(e))"),
    "gdpr-transfers": msg("the transfer to other countries, and its safeguards (Art. 13(1)(f))"),
    "gdpr-retention": msg("how long data are stored, or by what that is decided (Art. 13(2)(a))"),
    "gdpr-rights": msg(
        "the rights: access, rectification, erasure, restriction, objection, portability (Art. 13(2)(b), 13(2)(c))"
    ),
    "gdpr-complaint": msg("the right to complain to a supervisory authority (Art. 13(2)(d))"),
    "gdpr-source": msg("where data come from that the person did not give (Art. 14(2)(f))"),
}
_WHERE_IT_APPLIES: Final = ("gdpr-dpo", "gdpr-transfers", "gdpr-source")

_FEWEST_WORDS = 3
_ITEM = re.compile(r"^[ ]*(?:[-+]|\d+[.)])[ ]+(?P<words>.+)$", re.MULTILINE)


class _Notice:
    """A notice, and its sections by role.

    A text that declares no role has those that the first of `declaring` gives to clauses of the same id: a translation
    follows its authentic text, and a frozen text, which cannot be changed, the draft.
    """

    def __init__(self, text: Text, declaring: Sequence[Text], meanings: Mapping[str, Message]) -> None:
        self.text, self.meanings = text, meanings
        self.reading = reading_of(text)
        self.by_role: Mapping[str, Sequence[Section]] = self._declared(self.reading)
        by_id = {section.clause.id: section for section in reversed(self.reading.sections) if section.clause.id}
        others = (self._declared(reading_of(other)) for other in declaring if not self.by_role)
        for role, found in next(filter(None, others), {}).items():
            same = [by_id[section.clause.id] for section in found if section.clause.id in by_id]
            self.by_role = {**self.by_role, role: same}

    def _declared(self, reading: Reading) -> Mapping[str, Sequence[Section]]:
        return {role: found for role, found in reading.roles().items() if role in self.meanings}

    def fault(self, name: str, at: Section | int, message: Message, fix: Message) -> Problem:
        """A problem of the rule, on a line or on that of a section's heading."""
        return fault(name, self.text.path, at if isinstance(at, int) else at.clause.line, message, fix)

    def sections(self, role: str) -> Sequence[Section]:
        """The sections of a role that say something."""
        return [section for section in self.by_role.get(role, ()) if not self._is_empty(section)]

    def _is_empty(self, section: Section) -> bool:
        return len(re.findall(r"\w+", self.reading.words_of(section))) < _FEWEST_WORDS

    def says(self, words: re.Pattern[str], sections: Sequence[Section]) -> bool:
        """Whether any of the sections says one of the words."""
        return any(self.reading.says(words, one) for one in sections)

    def undeclared(
        self, name: str, message: Message, fix: Callable[[Message], Message], roles: Sequence[str]
    ) -> Problem:
        """A notice in which no clause says what it is for: nothing can be looked for in it."""
        known = listed([msg(".{role}: {meaning}", role=role, meaning=self.meanings[role]) for role in roles])
        return self.fault(name, self.text.body_line, message, fix(known))

    def element(self, name: str, role: str, *, is_needed: bool) -> Iterator[Problem]:
        """An element that is missing, or in a clause that is empty."""
        meaning = self.meanings[role]
        if role not in self.by_role and is_needed and self.text.front_matter.translation is not Translation.PARTIAL:
            message = msg("no clause says {meaning}.", meaning=meaning)
            fix = msg("write it; if it is there, add .{role} to the clause, as in {{#… .{role}}}.", role=role)
            yield self.fault(name, self.text.body_line, message, fix)
        for section in filter(self._is_empty, self.by_role.get(role, ())):
            message = msg("this clause should say {meaning}, but it is empty.", meaning=meaning)
            yield self.fault(name, section, message, msg("write it below the heading."))


# GDPR


@rule(
    "gdpr-elements",
    Severity.ERROR,
    msg("A privacy notice holds the elements of Articles 13 and 14, each in a clause that is not empty."),
    source="GDPR Art. 13, 14; WP260 rev.01",
    may_allow=True,
)
def gdpr_problems(text: Text, authentic: Text | None) -> Iterator[Problem]:
    """The faults of a notice. A translation that declares no roles has those of its `authentic` text."""
    name, notice = "gdpr-elements", _Notice(text, [authentic] if authentic else [], _GDPR)
    if not notice.by_role:
        message = msg("no clause declares which element of Articles 13 and 14 it holds: none can be looked for.")
        yield notice.undeclared(
            name,
            message,
            lambda known: msg(
                "add to each clause what it holds, such as {{#retention .gdpr-retention}}: {known}.", known=known
            ),
            list(_GDPR),
        )
        return
    for role, meaning in _GDPR.items():
        yield from notice.element(name, role, is_needed=role not in _WHERE_IT_APPLIES)
        sections, language = notice.sections(role), text.locale.partition("-")[0]
        if not sections or language not in word_lists("law").get(role, {}):
            continue
        if not any(law_words(role, language).search(notice.reading.words_of(one)) for one in sections):
            message = msg("this clause should say {meaning}: no word of it was found.", meaning=meaning)
            yield notice.fault(name, sections[0], message, msg("write it, or give the role to another clause."))


# KVKK


def disclosure_problems(text: Text, declaring: Sequence[Text], settings: Settings) -> list[Problem]:
    """The faults of a notice by law. `declaring` are texts from which it may have its roles, the nearest first."""
    found = [*consent_problems(text), *vague_problems(text)]
    if text.locale not in LAW_LANGUAGES:
        return found
    notice = _DisclosureNotice(text, declaring, _KVKK)
    if not notice.by_role:
        message = msg(
            "no clause declares which element of Tebliğ m.4 it holds, so that none of them can be looked for."
        )
        undeclared = notice.undeclared(
            "kvkk-elements",
            message,
            lambda elements: msg(
                "add to each clause what it holds, such as {{#amaclar .kvkk-4b}}: {elements}.", elements=elements
            ),
            _ELEMENTS,
        )
        return [*found, undeclared]
    for problems in (
        notice.elements(settings),
        notice.legal_grounds(),
        notice.transfers(),
        notice.method(),
        notice.rights(),
        notice.other_sources(),
        notice.application(),
    ):
        found += problems
    return found


class _DisclosureNotice(_Notice):
    """A disclosure notice of KVKK."""

    def _words(self, name: str) -> re.Pattern[str]:
        return law_words(name, self.text.locale)

    def _lacking(self, name: str, sections: Sequence[Section]) -> list[str]:
        """The entries of a list of words/law.yml of which no word is in the sections."""
        name = f"{name}-{self.text.locale}"
        return [entry for entry in word_lists("law")[name] if not self.says(law_words(name, entry), sections)]

    def _tables(self, section: Section, column: str) -> list[Table]:
        """The tables of a section that have such a column."""
        words = self._words(column)
        return [table for table in tables_in(self.reading, section) if table.column(words) is not None]

    @rule(
        "kvkk-elements",
        Severity.ERROR,
        msg("A disclosure notice holds the five elements, each in a clause that is not empty."),
        source=teblig("4") + "; 6698 sayılı Kanun m.10/1",
        may_allow=True,
    )
    def elements(self, settings: Settings) -> Iterator[Problem]:
        """Elements that are missing or empty, and a controller who is not named."""
        for role in _ELEMENTS:
            yield from self.element("kvkk-elements", role, is_needed=True)
        sections = self.sections(CONTROLLER)
        name = " ".join(lowered(settings.publisher, self.text.locale).split())
        if sections and not any(name in " ".join(self.reading.words_of(one).split()) for one in sections):
            message = msg("this clause does not name the controller: {name}.", name=settings.publisher)
            yield self.fault("kvkk-elements", sections[0], message, msg("name the company with its full trade name."))

    @rule(
        "kvkk-legal-ground",
        Severity.ERROR,
        msg("Each purpose has the condition of article 5 or 6 on which it rests."),
        source=teblig("5/1-h") + "; 6698 sayılı Kanun m.5, m.6",
        may_allow=True,
    )
    def legal_grounds(self) -> Iterator[Problem]:
        """Purposes that rest on nothing (Tebliğ m.5/1-h)."""
        ground, sections = self._words("ground"), self.sections(PURPOSES)
        tables = [table for section in sections for table in self._tables(section, "purpose-column")]
        for table in tables:
            column = table.column(self._words("ground-column"))
            fix = msg("name the condition of Kanun m.5 or m.6 in this row, such as “Kanun m.5/2-c”.")
            for row in table.rows:
                if not ground.search(" ".join(row.cells) if column is None else row.cell(column)):
                    message = msg("the purpose in this row has no legal ground of Kanun m.5 or m.6.")
                    yield self.fault("kvkk-legal-ground", row.line, message, fix)
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
                yield self.fault("kvkk-legal-ground", self.reading.place(start)[0], message, fix)
        elif not self.says(ground, [*sections, *self.sections(METHOD)]):
            message = msg("the purposes are here without the legal ground on which each rests.")
            yield self.fault("kvkk-legal-ground", sections[0], message, fix)

    @rule(
        "kvkk-transfer",
        Severity.ERROR,
        msg("A transfer names its purpose and the groups of recipients."),
        source=teblig("5/1-ı") + "; 6698 sayılı Kanun m.8",
        may_allow=True,
    )
    def transfers(self) -> Iterator[Problem]:
        """Transfers without a purpose, or to nobody in particular (Tebliğ m.5/1-ı)."""
        for section in self.sections(RECIPIENTS):
            tables = self._tables(section, "recipient-column")
            for table in tables:
                yield from self._incomplete_transfers(table)
            if tables or self.reading.says(self._words("no-transfer"), section):
                continue
            said = self.reading.words_of(section)
            if not self._words("recipients").search(said):
                message = msg("this clause names no group of recipients; “third parties” is none.")
                fix = msg(
                    "name the groups, such as suppliers, business partners, authorised public bodies; "
                    "or say that nothing is transferred."
                )
                yield self.fault("kvkk-transfer", section, message, fix)
            if not self._words("purpose").search(said):
                message = msg("this clause does not say for which purpose data are transferred.")
                fix = msg("name the purpose for each group of recipients; a table does it best.")
                yield self.fault("kvkk-transfer", section, message, fix)

    def _incomplete_transfers(self, table: Table) -> Iterator[Problem]:
        purpose = table.column(self._words("purpose-column"))
        columns = {
            table.column(self._words("recipient-column")): msg("this row names no group of recipients."),
            purpose: msg("this row does not say for which purpose data are transferred."),
        }
        if purpose is None:
            message = msg("this table of recipients has no column for the purpose of the transfer.")
            fix = msg("add a column that names the purpose for each group of recipients.")
            yield self.fault("kvkk-transfer", table.header.line, message, fix)
        for row in table.rows:
            for column, message in columns.items():
                if column is not None and not row.cell(column):
                    yield self.fault("kvkk-transfer", row.line, message, msg("fill in the cell."))

    @rule(
        "kvkk-method",
        Severity.ERROR,
        msg("The way of collecting says whether it is automatic, wholly or partly, or not."),
        source=teblig("5/1-i"),
        may_allow=True,
    )
    def method(self) -> Iterator[Problem]:
        """A way of collecting that does not say whether it is automatic (Tebliğ m.5/1-i)."""
        sections = self.sections(METHOD)
        if sections and not self.says(self._words("method"), sections):
            message = msg(
                "this clause does not say whether data are collected by automatic means, wholly or partly, or not."
            )
            fix = msg(
                "say which: “tamamen veya kısmen otomatik yollarla”, or “veri kayıt sisteminin parçası olmak "
                "kaydıyla otomatik olmayan yöntemlerle”."
            )
            yield self.fault("kvkk-method", sections[0], message, fix)

    @rule(
        "kvkk-rights",
        Severity.ERROR,
        msg("The nine rights of the data subject are all there."),
        source="6698 sayılı Kanun m.11/1-a…ğ, m.10/1-d",
        may_allow=True,
    )
    def rights(self) -> Iterator[Problem]:
        """Rights of Kanun m.11 that are left out."""
        sections = self.sections(RIGHTS)
        if sections and (missing := self._lacking("rights", sections)):
            message = msg("of the rights of Kanun m.11/1 these are not here: {letters}.", letters=", ".join(missing))
            yield self.fault("kvkk-rights", sections[0], message, msg("add them in the words of the law."))

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
        declared, informed = self.sections(OTHER_SOURCE), self._words("when-informed")
        found = next(self.reading.find(self._words("from-others")), None)
        if declared and not self.says(informed, declared):
            message = msg("data come from others, and this clause does not say when the data subject is informed.")
            yield self.fault("kvkk-other-source", declared[0], message, fix)
        elif not declared and found is not None and not self.reading.says(informed):
            message = msg(
                "“{words}”: data come from others, and the notice does not say when their subject is informed.",
                words=found.words,
            )
            yield self.fault("kvkk-other-source", found.line, message, fix)

    @rule(
        "kvkk-application",
        Severity.WARNING,
        msg("The notice names the ways of applying to the controller."),
        source="Veri Sorumlusuna Başvuru Tebliği m.5/1 (RG 10.03.2018/30356); 6698 sayılı Kanun m.13",
        may_allow=True,
    )
    def application(self) -> Iterator[Problem]:
        """The ways of applying (Başvuru Tebliği m.5)."""
        yield from self.element("kvkk-application", APPLICATION, is_needed=True)
        sections = self.sections(APPLICATION)
        if sections and (missing := self._lacking("channels", sections)):
            message = msg("of the ways of applying these are not here: {missing}.", missing=", ".join(missing))
            fix = msg("add them; the data subject may choose any of the ways of Başvuru Tebliği m.5/1.")
            yield self.fault("kvkk-application", sections[0], message, fix)
