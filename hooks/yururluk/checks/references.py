"""References to a clause by its number: which ones mean a clause of this text, and which of those do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from yururluk.checks.reading import Reading, lowered, reading_of, word_lists
from yururluk.core.messages import Problem, Severity, fault, msg, rule
from yururluk.core.model import DocumentType, Text

_WORDS: Final = word_lists("references")
_NUMBER: Final = (
    r"\d{1,4}(?:\.\d{1,3}(?!\d))*(?:\s?/\s?(?:\d{1,2}(?:[-.][a-zçğıöşü](?!\w))?|[a-zçğıöşü](?!\w))|[a-z](?!\w))?"
)
_ORDINAL: Final = r"(?:inci|ıncı|uncu|üncü|nci|ncı|ncu|ncü)"
#: A citation with the noun first (Madde 5, m. 5, § 5, Section 5), and with the number first (5. madde, 5 inci madde).
_CITATIONS: Final = {
    "tr": (
        re.compile(
            r"(?<![\w/.§-])(?:(?P<kind>geçici|ek)\s+)?(?:(?:madde|bölüm|kısım|başlık)\s+|(?:m|md|mad)\.\s?|§{1,2}\s?)"
            rf"(?P<number>{_NUMBER})(?!\w)"
        ),
        re.compile(
            r"(?<![\w/.,:-])(?P<number>\d{1,3}(?:\.\d{1,3})*(?:/[a-z])?)"
            rf"(?:['’]?\s?{_ORDINAL}|(?P<dot>\.)|\s+numaralı|\s*no['’.]?\s?l[uü]|(?<=\d\.\d)|(?<=\d\.\d\d))\s+"
            r"(?:(?P<kind>geçici|ek)\s+)?(?:madde|bölüm|kısım|kısm|başlık|başlığ)"
            r"(?P<its>s?[iıuü](?:n\w*|y\w*|)(?!\w))?(?!l[iıuü][kğ])\w*"
        ),
    ),
    "en": (
        re.compile(
            r"(?<![\w.§-])(?:(?:sections?|clauses?|articles?|parts?|paragraphs?)\s+|(?:arts?|secs?)\.\s?|§{1,2}\s?)"
            r"(?P<number>\d{1,4}(?:\.\d{1,4})*[a-z]?(?:\s?\((?:\d{1,2}|[a-z]{1,4})\))*)(?!\w)"
        ),
    ),
}
#: A further number after a reference: articles 28 and 32.
_NEXT: Final = {
    "tr": re.compile(rf"\s*(?:,|ve|veya|ile|il[aâ]|[-–])\s*(?P<number>{_NUMBER})(?!\w)"),
    "en": re.compile(r"\s*(?:,|and|or|to|through|[-–])\s*(?P<number>\d{1,3}(?:\.\d{1,3})*)(?![\w(])"),
}


def _any_of(words: str) -> str:
    return rf"(?:{'|'.join(words.split())})"


def _words(name: str, locale: str) -> str:
    stems, words = (_WORDS[name][locale][kind] for kind in ("stems", "words"))
    return rf"(?:{_any_of(stems)}[^\W\d]*|{_any_of(words)})(?!\w)" if stems else rf"{_any_of(words)}(?!\w)"


_PUNCTUATION: Final = r"""$|[)\];:!?"”»|–—]|[.](?:\s*$|\s*["”’)\]]|\s+(?=[^\W\d_])|\n)|,(?!\d)|-(?!\d)"""
_NOT_A_QUANTITY: Final = (
    rf"['’]\s?(?!(?:{_ORDINAL}|lik|lık|luk|lük|er|ar|şer|şar)\b)[a-zçğıöşü]+(?!\s+(?:fazla|az|çok)\b)"
    r"|\((?!\s?[a-zçğıöşü]{3,}\s?\)\s*(?:gün|ay|yıl|saat|hafta|iş|adet|kişi))"
)
#: What follows a number that is a reference.
_GOES_ON: Final = {
    "tr": re.compile(rf"\s*(?:{_PUNCTUATION}|{_NOT_A_QUANTITY}|{_words('goes-on', 'tr')})"),
    "en": re.compile(rf"\s*(?:{_PUNCTUATION}|['’]s\b|\(|{_words('goes-on', 'en')})"),
}
_YEAR_OR_DATE: Final = re.compile(r"(?:19|20)\d\d(?!\d)|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:\.\d{3})+")
_LAW: Final = {locale: re.compile(rf"(?<!\w){_words('law', locale)}") for locale in _CITATIONS}
_OTHER_TEXT: Final = {locale: re.compile(rf"(?<!\w){_words('other-text', locale)}") for locale in _CITATIONS}
#: Capital letters before a number are the short name of a law: İİK, FSEK, PIPEDA.
_SHORT_NAME: Final = re.compile(
    r"(?<![\w.])(?!(?:MADDE|BÖLÜM|KISIM|BAŞLIK|BKZ|EK|VE|VEYA|İLE|BU|İŞBU|NOT|OR|AND|SEE|IN|OF|THE|SECTION|CLAUSE"
    r"|ARTICLE|PART|THIS|UNDER)\b)[A-ZÇĞİÖŞÜ][A-ZÇĞİÖŞÜa-z]{0,3}[A-ZÇĞİÖŞÜ]{1,4}n?(?!\w)"
)
_OWN: Final = {
    "tr": re.compile(
        rf"(?<!\w)(?:işbu|iş\s+bu|bu|mevcut)\s+(?:[\w’'\"“”]+\s+){{0,4}}?{_any_of(_WORDS['own']['tr'])}\w*(?:['’]\w+)?"
        r"|(?<!\w)(?:yukarıda|aşağıda)\w*|(?<!\w)(?<!\()(?:bkz|bakınız)\.?"
    ),
    "en": re.compile(
        rf"(?<!\w)(?:of|in|under|to|by)\s+th(?:is|ese)\s+(?:\w+\s+){{0,3}}?{_any_of(_WORDS['own']['en'])}\b"
        r"|(?<!\w)(?:above|below|herein|hereof)(?!\w)|(?<!\w)(?<!\()see(?!\w)"
    ),
}
_FOLLOWS_OWN: Final = re.compile(
    r"[\s,]*(?:(?:of|in|to)\s+(?:this|these)\s+(?!act|law|regulation|directive|code|statute)|above\b|below\b|hereof\b|herein\b|hereto\b)"
)
_OF_SOMETHING: Final = re.compile(
    r"[\s,]*\b(?:of|in|to|under)\s+(?:the|our|your|its|their|that|each|any|an?|applicable)?\s*\w"
)
_NOT_ITS_NUMBER: Final = re.compile(rf"(?<!\w){_any_of(_WORDS['not-its-number'])}\s+$")
_GENITIVE: Final = re.compile(r"\w{2,}['’]?n?[ıiuü]n\s+(?:\w+\s+)?$")
_ENDS: Final = re.compile(
    r"[.!?][\"”’)\]]*\s+(?=[\"“(\[]*[A-ZÇĞİÖŞÜ§])|\n\s*\n|\n\s*(?=(?:[-*+•]|\d+[.)])\s)|\n(?=\s*\|)"
)
_ABBREVIATED: Final = re.compile(rf"(?<!\w){_any_of(_WORDS['abbreviated'])}$", re.IGNORECASE)
_CITED_LAW: Final = re.compile(r"[^.\n]{0,60}\d")
_MOST_KNOWN: Final = 30


@dataclass(frozen=True)
class _Citation:
    """A citation: its number in small letters, and its place in the body."""

    number: str
    start: int
    end: int
    is_possessed: bool = False
    #: Where the numbers end that are named with it: articles 28 and 32.
    until: int = 0


@rule("reference", Severity.WARNING, msg("A clause that the text refers to by its number exists."), may_allow=True)
def reference_problems(text: Text) -> Iterator[Problem]:
    """References to clauses that the text does not have. What cites, or may cite, another text is left alone."""
    reading = reading_of(text)
    if text.locale not in _CITATIONS or not any(number[:1].isdigit() for number in reading.clause_numbers):
        return
    known = reading.clause_numbers | reading.item_numbers
    for citation in _citations(reading):
        if _exists(citation.number, known) or _is_of_another_text(text, reading, citation):
            continue
        line, column = reading.place(citation.start)
        words = " ".join(reading.plain[citation.start : citation.end].split())
        numbers = list(dict.fromkeys(clause.number for clause in reading.clauses if clause.number))
        shown = ", ".join(numbers[:_MOST_KNOWN]) + (", …" if len(numbers) > _MOST_KNOWN else "")
        message = msg('"{words}" refers to a clause that this text does not have.', words=words)
        fix = msg(
            "correct the number; the clauses are {known}. Where another text is meant, name it before the number.",
            known=shown,
        )
        yield fault("reference", text.path, line, message, fix, column)


def _citations(reading: Reading) -> Iterator[_Citation]:
    heads = {clause.line for clause in reading.clauses if clause.level}
    low, goes_on = reading.low, _GOES_ON[reading.locale]
    for pattern in _CITATIONS[reading.locale]:
        for found in pattern.finditer(low):
            groups = found.groupdict()
            start, end, number = found.start(), found.end("number"), found["number"]
            if reading.place(start)[0] in heads or _YEAR_OR_DATE.match(low, found.start("number")):
                continue
            is_noun_first = start != found.start("number")
            if is_noun_first:
                if _THOUSANDS.fullmatch(number) or not goes_on.match(low, end):
                    continue
                if _NOT_ITS_NUMBER.search(low, max(0, start - 20), start) and not reading.plain[start].isupper():
                    continue
            elif groups["dot"] and _is_list_marker(reading, found):
                continue
            number = _as_written(reading, found.start("number"), number, groups.get("kind"))
            together = [_Citation(number, start, end if is_noun_first else found.end(), bool(groups.get("its")))]
            while is_noun_first and (more := _NEXT[reading.locale].match(low, end)):
                end = more.end()
                if _YEAR_OR_DATE.match(low, more.start("number")) or not goes_on.match(low, end):
                    break
                number = _as_written(reading, more.start("number"), more["number"], None)
                together.append(_Citation(number, more.start("number"), end))
            yield from (replace(one, until=together[-1].end) for one in together)


def _as_written(reading: Reading, start: int, number: str, kind: str | None) -> str:
    """A number in the form of `Reading.clause_numbers`."""
    written = re.sub(r"\s", "", reading.plain[start : start + len(number)])
    return f"{kind} {written}" if kind else written


def _is_list_marker(reading: Reading, found: re.Match[str]) -> bool:
    """Whether “5.” begins a line, and “Madde” a sentence of its own: then it is the number of a list item."""
    line_start = reading.plain.rfind("\n", 0, found.start()) + 1
    noun = re.search(r"[^\W\d_]", reading.plain[found.start() : found.end()])
    return not reading.plain[line_start : found.start()].strip(" >|-") and bool(noun) and noun[0].isupper()  # type: ignore[index]


def _exists(number: str, known: frozenset[str]) -> bool:
    """Whether a clause has this number, or the clause is there in which it names a paragraph or an item."""
    # A capital letter belongs to the number (9/A), a small one names an item (9/a).
    base = re.match(r"(?:\w+ )?\d+(?:\.\d+)*(?:/[A-ZÇĞİÖŞÜ](?!\w))?", number)
    low = number.lower().rstrip(".")
    if low in known or base is None:
        return low in known
    rest = number[base.end() :]
    return base[0].lower() in known and not re.fullmatch(r"[a-z]", rest)


def _is_of_another_text(text: Text, reading: Reading, citation: _Citation) -> bool:
    """Whether a citation is of a law or of another text: the name that stands nearest to it decides."""
    low, locale = reading.low, reading.locale
    start, end = _sentence(reading, citation.start, citation.until)
    before, after = low[start : citation.start], low[citation.until : end]
    if locale == "en":
        if _FOLLOWS_OWN.match(after):
            return False
        owned = re.match(r"[\s,]*(?:of|in)\s+(?:the|our)\s+", after)
        if owned and _is_own_name(text, after[owned.end() :]):
            return False
        if _OF_SOMETHING.match(after) and (_near_law(locale, after[:90]) or re.match(r"[\s,]*of\b", after)):
            return True
    followed = re.match(r"[\s,]*(?:\(\w{1,3}\)\s*)*[(\[]?\s*(?:of\s+)?(?:the\s+)?", after)
    rest = after[followed.end() :] if followed else after
    if _LAW[locale].match(rest) or _SHORT_NAME.match(
        reading.plain, citation.until + (followed.end() if followed else 0)
    ):
        return True
    own, other = _nearest(text, reading, start, citation.start)
    if own > other:
        return False
    if other >= 0:
        return True
    if citation.is_possessed and _GENITIVE.search(before):
        return True
    digits = re.match(r"\D*(\d+)", citation.number)
    most = max((int(one) for one in reading.clause_numbers if one.isdigit()), default=0)
    if digits and int(digits[1]) >= 100 and int(digits[1]) > 2 * most:
        return True  # a law has so many articles
    if re.search(r"/\s?\d+-", citation.number) or (
        text.front_matter.type is DocumentType.DISCLOSURE_NOTICE and re.search(r"/\s?[\da-zçğıöşü]", citation.number)
    ):
        return True  # paragraph and item, as laws are cited: m. 5/2-ç
    return _is_about_law(reading, citation.start, start)


def _near_law(locale: str, words: str) -> bool:
    return bool(_LAW[locale].search(words) or _OTHER_TEXT[locale].search(words) or _SHORT_NAME.search(words))


def _nearest(text: Text, reading: Reading, start: int, end: int) -> tuple[int, int]:
    """Where this text is named last between two places, and where another one is; -1 for nowhere."""
    low, locale = reading.low, reading.locale
    own = [found.span() for found in _OWN[locale].finditer(low, start, end)]
    own += [
        found.span() for name in _own_names(text) for found in re.finditer(name, low[:end]) if found.start() >= start
    ]
    other = [
        found.start()
        for pattern in (_LAW[locale], _OTHER_TEXT[locale])
        for found in pattern.finditer(low, start, end)
        if not any(first <= found.start() < last for first, last in own)
    ]
    words = reading.plain[start:end]
    if sum(map(str.isupper, words)) * 2 < sum(map(str.isalpha, words)) or len(words) < 10:
        near = max(start, end - 24) if locale == "tr" else max(start, end - 40)
        other += [found.start() for found in _SHORT_NAME.finditer(reading.plain, near, end)]
    return max((last for _, last in own), default=-1), max(other, default=-1)


def _own_names(text: Text) -> Iterator[str]:
    """Patterns of the names that the text has for itself: its title, and the noun in it (Sözleşme, Terms)."""
    title = " ".join(re.findall(r"\w+", lowered(text.front_matter.title, text.locale)))
    if len(title) > 3:
        yield r"(?<!\w)" + re.escape(title).replace(r"\ ", r"\s+") + r"\w*(?:['’]\w+)?"
    for noun in ("sözleşme", "politika", "koşul", "şart", "agreement", "policy", "terms", "statement"):
        if noun in title:
            before = r"(?:^|[.,;:(]\s*|(?<=ve )|(?<=the )|(?<=our )|(?<=\n))"
            yield before + noun + r"\w*(?:['’]\w+)?"


def _is_own_name(text: Text, words: str) -> bool:
    names = [lowered(text.front_matter.title, text.locale)]
    names += [noun for noun in ("agreement", "policy", "statement") if noun in names[0]]
    return any(words.startswith(name) for name in names)


def _sentence(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """Where the sentence round a citation begins and ends. Abbreviations and ordinal numbers end none."""
    plain = reading.plain
    block = plain.rfind("\n\n", 0, start) + 2 if "\n\n" in plain[:start] else 0
    begin = block
    for found in _ENDS.finditer(plain, block, start):
        if _is_end(plain, found):
            begin = found.end()
    for found in _ENDS.finditer(plain, end):
        if _is_end(plain, found):
            return begin, found.start()
    return begin, len(plain)


def _is_end(plain: str, found: re.Match[str]) -> bool:
    if found[0][0] not in ".":
        return True
    before = plain[max(0, found.start() - 8) : found.start()]
    if _ABBREVIATED.search(before):
        return False
    after = plain[found.end() : found.end() + 8].lower()
    return not (before[-1:].isdigit() and after.startswith(("madde", "bölüm", "kısım", "fıkra", "başlık")))


def _is_about_law(reading: Reading, place: int, sentence: int) -> bool:
    """Whether the passage is about a law's articles: named in the heading, the table or the sentence before."""
    locale = reading.locale
    for section in reading.sections:
        clause = section.clause
        if clause.level and section.start <= place < section.end and _LAW[locale].search(lowered(clause.title, locale)):
            return True
    block = reading.low.rfind("\n\n", 0, sentence)
    intro = reading.low.rfind("\n\n", 0, block) if block > 0 else -1
    line = reading.body[reading.body.rfind("\n", 0, place) + 1 : place + 1].lstrip()
    is_inner = line.startswith(("|", "-", "*", "+")) or re.match(r"\d+[.)]\s", line) is not None
    if "|" in reading.body[max(block, 0) : place] and _LAW[locale].search(reading.low, max(block, 0), place):
        return True
    first = max(intro if is_inner else block, 0)
    found = list(_LAW[locale].finditer(reading.low, first, sentence))
    return any(_CITED_LAW.match(reading.low, one.end(), sentence) for one in found) or (is_inner and bool(found))
