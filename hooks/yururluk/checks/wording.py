"""Words that do not belong in a text: gaps to fill in, and open or unfair wording that the law does not want."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from yururluk.checks.reading import (
    LAW_LANGUAGES,
    Reading,
    Section,
    law_words,
    lowered,
    one_of,
    reading_of,
    teblig,
    word_lists,
)
from yururluk.core.messages import Problem, Severity, fault, msg, rule, together
from yururluk.core.model import Text
from yururluk.text.markdown import allows

_LETTER: Final = "A-Za-zÇĞİÖŞÜçğıöşüâîû"
_BLANK: Final = r"(?:_{4,}|\.{6,}|…{2,})"
_DATE: Final = r"(?:\.{2,}|_+|…+)\s?[/.]\s?(?:\.{2,}|_+|…+)\s?[/.]\s?(?:20)?(?:\.{2,}|_+|…+|\d{2,4})"
_ANGLE: Final = rf"(?<!<)<(?P<angle>[{_LETTER}][{_LETTER} _-]{{1,60}})>"
_GAPS: Final = re.compile(
    rf"(?P<omission>\[\s*(?:…|\.{{2,}})\s*\])|\[\s*(?:(?:\\?_)+|[-–—]{{2,}}|\?+|●|•)\s*\]"
    r"|\[(?:TODO|YAZILACAK):[^\]\n]*\]"
    rf"|\[(?P<named>[{_LETTER}][{_LETTER} /.'’-]{{1,60}})\]"
    r"|(?<!\w)(?:TODO|TBD|FIXME|T\.B\.D\.)(?!\w)|(?<![\w.])(?P<x>XX+|xxx+)(?!\w)"
    rf"|(?<![\w/.])(?P<date>{_DATE})(?!\w)|(?P<blank>{_BLANK})"
    rf"|(?P<field>\{{\{{[^{{}}\n]{{0,80}}\}}\}})|<<[^<>\n]{{1,80}}>>|{_ANGLE}"
    rf"|‹(?P<single>[{_LETTER}][{_LETTER} _-]{{0,40}})›|\b[Ll]orem ipsum\b"
)
_WORDS: Final = word_lists("placeholders")
_ASKED_FOR: Final = frozenset(" ".join(_WORDS["asked-for"].values()).split())
_FOR_THE_READER: Final = one_of(_WORDS["for-the-reader"])
_AFTER_ROMAN: Final = one_of(_WORDS["after-roman"], re.IGNORECASE)
_BEFORE_ROMAN: Final = one_of(_WORDS["before-roman"], re.IGNORECASE)
_EXPLAINED: Final = one_of(_WORDS["explained"])
_FIELD_NAMED: Final = one_of(_WORDS["field-named"])
_FORM: Final = one_of(_WORDS["form"], re.IGNORECASE)
_LABEL: Final = rf"[-*+•☐□ ]*[\w{_LETTER} ,./()’'&*-]{{0,80}}?\s*[:：*]*\s*"
_FORM_LINE: Final = re.compile(rf"[>| ]*(?:{_LABEL}(?:{_BLANK}|{_DATE})[ .|*/,]*)+(?:\([^()]*\))?[ |]*")
_FORM_ROW: Final = re.compile(rf"\s*\|(?:[^|.!?]{{0,80}}\|)*\s*(?:{_BLANK}|{_DATE})\s*\|.*")
_CONTENTS: Final = re.compile(r".*(?:\.{4,}|…{2,})\s*\d{1,4}\s*\|?\s*")


@rule("placeholder", Severity.ERROR, msg("A text has no gap that was to be filled in."), may_allow=True)
def gap_problems(text: Text) -> Iterator[Problem]:
    """The gaps of a text and of its title: […], TODO, XX, ____, {{name}}, <Şirket Unvanı>, ../../20.."""
    reading = reading_of(text)
    places = [
        (*reading.place(found.start()), found[0])
        for found in _GAPS.finditer(_searched(reading))
        if _is_gap(reading, found)
    ]
    title = _GAPS.search(text.front_matter.title)
    if title is not None and (not title["named"] or _is_asked_for(title["named"])):
        places.append((2, 0, title[0]))
    for line, column, words in places:
        message = msg("“{words}” looks like a gap that was to be filled in.", words=words[:60])
        yield fault("placeholder", text.path, line, message, msg("write what belongs here, or delete it."), column)


def _searched(reading: Reading) -> str:
    """The words without markup; what is between angle brackets and no element of HTML is a word."""
    plain = reading.plain
    for found in re.finditer(_ANGLE, reading.body):
        name = found["angle"].split()[0].lower()
        if not plain[found.start() : found.end()].strip() and not allows(name) and "<!--" not in reading.body:
            plain = plain[: found.start()] + found[0] + plain[found.end() :]
    return plain


def _is_gap(reading: Reading, found: re.Match[str]) -> bool:
    plain, start, end = reading.plain, found.start(), found.end()
    line_start = plain.rfind("\n", 0, start) + 1
    line_end = plain.find("\n", end)
    line = plain[line_start : line_end if line_end >= 0 else len(plain)]
    if plain[line_start:start].count("`") % 2 and "`" in plain[end : end + len(line)]:
        return False  # code, shown as it is written
    match found.lastgroup:
        case "omission":
            is_quoted = line.lstrip().startswith(">") or _is_quoted(plain, start, end)
            return not is_quoted and not _is_link(reading.body, end, found[0][1:-1])
        case "named":
            return _is_asked_for(found["named"]) and not _is_link(reading.body, end, found["named"])
        case "x":
            is_explained = _EXPLAINED.search(lowered(line, "tr"))
            return not (_is_roman(reading, found) or _is_masked(plain, start, end) or is_explained)
        case "blank" | "date":
            return not (_CONTENTS.fullmatch(line) or _is_form(reading, line, start))
        case "field":
            return not _FIELD_NAMED.search(lowered(line, reading.locale))
        case "angle":
            return not allows(found["angle"].split()[0].lower())
        case "single":
            is_in_quotes = plain.rfind("«", line_start, start) > plain.rfind("»", line_start, start)
            return not is_in_quotes and (" " not in found["single"].strip() or _is_asked_for(found["single"]))
    return not (plain[start - 1 : start] in tuple('“"„«') and plain[end : end + 1] in tuple('”"“»'))


def _is_asked_for(words: str) -> bool:
    """Whether words in brackets name what belongs there. [KVKK] and [sic] do not."""
    low = lowered(words, "tr" if re.search("[ÇĞİÖŞÜçğıöşü]", words) else "en")
    parts = [part for part in re.split(r"[ /.’']+", low) if part]
    return all(part in _ASKED_FOR for part in parts) and _FOR_THE_READER.search(low) is None and parts != ["s"]


def _is_link(body: str, end: int, words: str) -> bool:
    """Whether brackets that end there are a link's: an address or a name follows, or the words are defined below."""
    return body[end : end + 1] in {"(", "[", ":"} or f"[{words}]:" in body


def _is_quoted(plain: str, start: int, end: int) -> bool:
    """Whether quotation marks open before the place and close after it, in the same paragraph."""
    first, last = plain.rfind("\n\n", 0, start) + 1, plain.find("\n\n", end)
    before, after = plain[max(first, 0) : start], plain[end : last if last >= 0 else len(plain)]
    pairs = ("“”", "„“", "«»", "‘’")
    if any(before.count(pair[0]) > before.count(pair[1]) and pair[1] in after for pair in pairs):
        return True
    return any(before.count(mark) % 2 == 1 and mark in after for mark in '"”')


def _is_roman(reading: Reading, found: re.Match[str]) -> bool:
    """Whether XX and XXX are the numbers 20 and 30: XX. yüzyıl, XXX. Bölüm, Chapter XX."""
    line, _ = reading.place(found.start())
    if any(clause.line == line and clause.number.upper().startswith("XX") for clause in reading.clauses):
        return True
    before = reading.plain[max(0, found.start() - 24) : found.start()]
    is_roman = found["x"] in ("XX", "XXX")
    first = not before.strip(" \n") or before.rstrip(" ").endswith(("\n", ".", "!", "?", ":", ";"))
    after = _AFTER_ROMAN.match(reading.plain, found.end())
    return is_roman and bool((after and (first or after[0].strip(". \n"))) or _BEFORE_ROMAN.search(before))


def _is_masked(plain: str, start: int, end: int) -> bool:
    """Whether the signs hide digits of a number whose last ones are shown: XXXX XXXX XXXX 1234."""
    after = re.match(r"(?:[ -]?[Xx*]+)*[ -]?\d{1,4}(?!\d|[./]\d)", plain[end : end + 40])
    return after is not None or re.search(r"\d{4}[ -]?(?:[Xx*]+[ -]?)*$", plain[max(0, start - 24) : start]) is not None


def _is_form(reading: Reading, line: str, place: int) -> bool:
    """Whether a blank is one of a form, which the reader fills in: a label is before it, and others are around it."""
    if not (_FORM_LINE.fullmatch(line) or _FORM_ROW.fullmatch(line)):
        return False
    inside = [one for one in reading.sections if one.clause.level and one.start <= place < one.end]
    section: Section | None = inside[-1] if inside else None
    words = reading.plain[section.start : section.end] + section.clause.title if section else reading.plain
    return len(re.findall(rf"{_BLANK}|{_DATE}", words)) > 1 or _FORM.search(words) is not None


# Wording that the law does not want

#: From this day on Kanun m.9 applies as Law 7499 has changed it.
TRANSFER_RULES_SINCE: Final = date(2024, 6, 1)
_BEFORE = 40  # characters
_LONGEST_SENTENCE = 1000  # characters
_SENTENCE = re.compile(r"[.!?;]\s|\n\n|\n[ ]*[-+][ ]")


@rule(
    "kvkk-vague",
    Severity.WARNING,
    msg("A disclosure notice has no general or vague wording."),
    source=teblig("5/1-g"),
    may_allow=True,
)
def vague_problems(text: Text) -> Iterator[Problem]:
    """General and vague wording (Tebliğ m.5/1-g)."""
    if text.locale not in LAW_LANGUAGES:
        return
    reading = reading_of(text)
    for found in reading.find(law_words("vague", text.locale)):
        before = reading.low[max(0, found.start - _BEFORE) : found.start]
        if found.words.lower() == "gibi" and law_words("compares", "tr").search(before):
            continue
        message = msg("“{words}” may leave open what is meant; a notice must not be vague.", words=found.words)
        fix = msg(
            "name what is meant one by one; where the word is innocent here, accept it with the reason in the front "
            "matter: check: {{allow: {{kvkk-vague: …}}}}."
        )
        yield fault("kvkk-vague", text.path, found.line, message, fix, found.column)


@rule(
    "kvkk-consent",
    Severity.ERROR,
    msg("A disclosure notice asks for no consent: informing and consenting are done apart."),
    source=teblig("5/1-f"),
    may_allow=True,
)
def consent_problems(text: Text) -> Iterator[Problem]:
    """Consent asked for where the reader is only to be informed (Tebliğ m.5/1-f)."""
    if text.locale not in LAW_LANGUAGES:
        return
    for found in reading_of(text).find(law_words("consent", text.locale)):
        message = msg("“{words}” asks for consent, but a notice only informs.", words=found.words)
        fix = msg("take it out; ask for explicit consent in a text of its own (type: consent).")
        yield fault("kvkk-consent", text.path, found.line, message, fix, found.column)


@rule(
    "kvkk-abroad",
    Severity.WARNING,
    msg("A transfer abroad names its basis: adequacy, an appropriate safeguard, or an incidental case."),
    source="6698 sayılı Kanun m.9 (7499 sayılı Kanunla değişik; 1.6.2024)",
    may_allow=True,
)
def abroad_problems(text: Text, until: date | None) -> Iterator[Problem]:
    """Transfers abroad without a basis in Kanun m.9: in each clause, the first words that speak of one.

    `until` is the last day on which the text applied, if any.
    """
    if text.locale not in LAW_LANGUAGES or (until is not None and until < TRANSFER_RULES_SINCE):
        return
    reading = reading_of(text)
    for _, start, end in reading.own_parts:
        speaks = reading.find(law_words("abroad", text.locale), start, end)
        found = next((one for one in speaks if _is_transfer(reading, one.start)), None)
        clause = reading.low[start:end]
        if found is None or law_words("basis", text.locale).search(clause):
            continue
        is_consent = law_words("only-consent", text.locale).search(clause)
        message = together(
            msg("“{words}”: data go abroad, and this clause names no basis of Kanun m.9 for it.", words=found.words),
            msg("Explicit consent is a basis for incidental transfers only (m.9/6-a).") if is_consent else "",
        )
        fix = msg(
            "name it: adequacy decision (m.9/1), appropriate safeguard such as the standard contract (m.9/4), or an "
            "incidental case (m.9/6)."
        )
        yield fault("kvkk-abroad", text.path, found.line, message, fix, found.column)


def _is_transfer(reading: Reading, start: int) -> bool:
    """Whether the sentence round a place says that data are transferred, or kept there."""
    first = max(0, start - _LONGEST_SENTENCE)
    begin = max((found.end() for found in _SENTENCE.finditer(reading.low, first, start)), default=first)
    after = _SENTENCE.search(reading.low, start)
    sentence = reading.low[begin : after.start() if after else len(reading.low)][: 2 * _LONGEST_SENTENCE]
    if law_words("no-transfer", reading.locale).search(sentence):
        return False
    return law_words("transferred", reading.locale).search(sentence) is not None


@rule(
    "check-back",
    Severity.WARNING,
    msg("A policy does not leave it to the reader to look for changes."),
    source="WP260 rev.01, ¶29 (GDPR m.5/1-a)",
    may_allow=True,
)
def check_back_problems(text: Text) -> Iterator[Problem]:
    """Where the reader is asked to look for changes, and the clause names no notice of them (WP260 ¶29)."""
    if text.locale not in LAW_LANGUAGES:
        return
    reading = reading_of(text)
    for _, start, end in reading.own_parts:
        if law_words("notified", text.locale).search(reading.low, start, end):
            continue
        for found in reading.find(law_words("check-back", text.locale), start, end):
            message = msg("“{words}” leaves it to the reader to look for changes.", words=found.words)
            fix = msg(
                "say how you will announce an important change, such as by e-mail, and how long before it takes effect."
            )
            yield fault("check-back", text.path, found.line, message, fix, found.column)
