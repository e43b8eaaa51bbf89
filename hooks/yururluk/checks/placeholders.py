"""Gaps in a text that the author was to fill in: […], TODO, XX, ____, {{name}}, <Şirket Unvanı>, ../../20.."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from yururluk.checks.reading import Reading, Section, lowered, reading_of
from yururluk.core.messages import msg
from yururluk.core.model import Text
from yururluk.core.names import names
from yururluk.core.problems import Problem, Severity
from yururluk.core.rules import rule
from yururluk.text.markdown import allows

_LETTER: Final = "A-Za-zÇĞİÖŞÜçğıöşüâîû"
_BLANK: Final = r"(?:_{4,}|\.{6,}|…{2,})"
_DATE: Final = r"(?:\.{2,}|_+|…+)\s?[/.]\s?(?:\.{2,}|_+|…+)\s?[/.]\s?(?:20)?(?:\.{2,}|_+|…+|\d{2,4})"
_GAPS: Final = re.compile(
    rf"(?P<omission>\[\s*(?:…|\.{{2,}})\s*\])|\[\s*(?:(?:\\?_)+|[-–—]{{2,}}|\?+|●|•)\s*\]"
    rf"|\[(?P<named>[{_LETTER}][{_LETTER} /.'’-]{{1,60}})\]"
    r"|(?<!\w)(?:TODO|TBD|FIXME|T\.B\.D\.)(?!\w)|(?<![\w.])(?P<x>XX+|xxx+)(?!\w)"
    rf"|(?<![\w/.])(?P<date>{_DATE})(?!\w)|(?P<blank>{_BLANK})"
    rf"|(?P<field>\{{\{{[^{{}}\n]{{0,80}}\}}\}})|<<[^<>\n]{{1,80}}>>"
    rf"|(?<!<)<(?P<angle>[{_LETTER}][{_LETTER} _-]{{1,60}})>"
    rf"|‹(?P<single>[{_LETTER}][{_LETTER} _-]{{0,40}})›|\b[Ll]orem ipsum\b"
)
#: What one is asked to fill in. Words in brackets are a gap where all of them are of this list.
_VOCABULARY: Final = names(
    "ad adı adres adresi adresiniz alıcı alıcının banka bedel bedeli e-posta eposta fatura firma gün gün/ay/yıl iban il"
    " ilçe imza isim ismi kişi kimlik konu kurum kuruluş marka miktar müşteri no numara numarası oran para satıcı sayı"
    " sicil site sitesi soyad soyadı süre süresi şehir şirket şirketi şirketin tarih tarihi telefon telefonu ticaret"
    " tutar tutarı ulaşılacak unvan unvanı ünvan ünvanı ürün veri sorumlusu vergi web yer yıl yetkili mersis kep"
    " doldurun doldurulacak yazılacak girilecek eklenecek buraya ve veya internet hizmet"
    " bilgi bilgisi bilgileri destek iletişim kanal kanalı"
    " address amount and app application business city company contact country date day days email e-mail enter entity"
    " fee here insert jurisdiction legal month name number of party period phone place price product registered s"
    " service signature state street telephone the title to url website year your organization organisation"
)
#: Words for the reader to replace in a specimen letter are no gap of the author's: [your name], [adınız].
_READERS: Final = re.compile(r"\byour\b(?!\s+(?:company|business|website|app|organi[sz]ation))|(?:[ıiuü]n[ıiuü]z)\b")
_ROMAN: Final = re.compile(
    r"\.\s*(?:\n|$)|\.?\s+(?:[a-zçğıöşü]*(?:yüzyıl|asır|asr)|century|bölüm|kısım|fasıl|cilt|kitap|dönem)"
    r"|\.\s+[a-zçğıöşü]",
    re.IGNORECASE,
)
_BEFORE_ROMAN: Final = re.compile(
    r"(?:chapter|title|part|annex|volume|book|cilt|fasıl|kitap|gatt\s+\w+)\s+$", re.IGNORECASE
)
_EXPLAINED: Final = re.compile(
    r"mask|biçim|format|şekl|örne[kğ]|gizlen|gizli|yıldız|kapat|\be\.g|for\s+example|such\s+as|hidden|digits|last\s+four"
)
_FIELD_NAMED: Final = re.compile(
    r"\b(?:alan[ıi]?\w*|etiket\w*|değişken\w*|yer\s+tutucu\w*|şablon\w*|kod\w*|ifade\w*|fields?|placeholders?|variables?"
    r"|tags?|templates?|tokens?|merge|shortcodes?|brackets|curly)\b"
)
_FORM: Final = re.compile(
    r"form|imza|dilekçe|başvur|örneğ|örnek|cayma|sign|applica|specimen|template|fill|complete|withdraw", re.IGNORECASE
)
_LABEL: Final = rf"[-*+•☐□ ]*[\w{_LETTER} ,./()’'&*-]{{0,80}}?\s*[:：*]*\s*"
_FORM_LINE: Final = re.compile(rf"[>| ]*(?:{_LABEL}(?:{_BLANK}|{_DATE})[ .|*/,]*)+(?:\([^()]*\))?[ |]*")
_FORM_ROW: Final = re.compile(rf"\s*\|(?:[^|.!?]{{0,80}}\|)*\s*(?:{_BLANK}|{_DATE})\s*\|.*")
_CONTENTS: Final = re.compile(r".*(?:\.{4,}|…{2,})\s*\d{1,4}\s*\|?\s*")


@rule("placeholder", Severity.ERROR, msg("A text has no gap that was to be filled in."), may_allow=True)
def gap_problems(text: Text) -> Iterator[Problem]:
    """The gaps of a text, and of its title."""
    reading = reading_of(text)
    for found in _GAPS.finditer(_searched(reading)):
        if _is_gap(reading, found):
            line, column = reading.place(found.start())
            yield _gap(text, line, column, found[0])
    title = next(_GAPS.finditer(text.front_matter.title), None)
    if title is not None and (not title["named"] or _is_named(title["named"])):
        yield _gap(text, 2, 0, title[0])


def _searched(reading: Reading) -> str:
    """The words without markup; what stands in angle brackets and is no element of HTML is a word."""
    plain = reading.plain
    for found in re.finditer(rf"(?<!<)<([{_LETTER}][{_LETTER} _-]{{1,60}})>", reading.body):
        name = found[1].split()[0].lower()
        if not plain[found.start() : found.end()].strip() and not allows(name) and "<!--" not in reading.body:
            plain = plain[: found.start()] + found[0] + plain[found.end() :]
    return plain


def _gap(text: Text, line: int, column: int, words: str) -> Problem:
    message = msg("“{words}” looks like a gap that was to be filled in.", words=words[:60])
    fix = msg("write what belongs here, or delete it.")
    return Problem("placeholder", text.path, line, message, fix, Severity.ERROR, column)


def _is_gap(reading: Reading, found: re.Match[str]) -> bool:
    plain, start, end = reading.plain, found.start(), found.end()
    line_start = plain.rfind("\n", 0, start) + 1
    line_end = plain.find("\n", end)
    line = plain[line_start : line_end if line_end >= 0 else len(plain)]
    if plain[line_start:start].count("`") % 2 and "`" in plain[end : end + len(line)]:
        return False  # code, shown as it is written
    kind = found.lastgroup
    if kind == "omission":
        return not _is_link(reading.body, end, found[0][1:-1]) and not (
            line.lstrip().startswith(">") or _is_quoted(plain, start, end)
        )
    if kind == "named":
        return _is_named(found["named"]) and not _is_link(reading.body, end, found["named"])
    if kind == "x":
        return not (
            _is_roman(reading, found) or _is_masked(plain, start, end) or _EXPLAINED.search(lowered(line, "tr"))
        )
    if kind in ("blank", "date"):
        return not (_CONTENTS.fullmatch(line) or _is_form(reading, line, start))
    if kind == "field":
        return not _FIELD_NAMED.search(lowered(line, reading.locale))
    if kind == "angle":
        return not allows(found["angle"].split()[0].lower())
    if kind == "single":
        return not (plain.rfind("«", line_start, start) > plain.rfind("»", line_start, start)) and (
            " " not in found["single"].strip() or _is_named(found["single"])
        )
    return not (plain[start - 1 : start] in tuple('“"„«') and plain[end : end + 1] in tuple('”"“»'))


def _is_named(words: str) -> bool:
    """Whether words in brackets name what belongs there. [KVKK] and [sic] do not."""
    low = words.replace("I", "ı").replace("İ", "i").lower() if re.search("[ÇĞİÖŞÜçğıöşü]", words) else words.lower()
    parts = [part for part in re.split(r"[ /.’']+", low) if part]
    return all(part in _VOCABULARY for part in parts) and _READERS.search(low) is None and parts != ["s"]


def _is_link(body: str, end: int, words: str) -> bool:
    """Whether brackets that end there are a link's: an address or a name follows, or the words are defined below."""
    return body[end : end + 1] in {"(", "[", ":"} or f"[{words}]:" in body


def _is_quoted(plain: str, start: int, end: int) -> bool:
    """Whether quotation marks open before the place and close after it, in the same paragraph."""
    first, last = plain.rfind("\n\n", 0, start) + 1, plain.find("\n\n", end)
    before, after = plain[max(first, 0) : start], plain[end : last if last >= 0 else len(plain)]
    for open_, close in ("“”", "„“", "«»", "‘’"):
        if before.count(open_) > before.count(close) and close in after:
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
    after = _ROMAN.match(reading.plain, found.end())
    return is_roman and bool((after and (first or after[0].strip(". \n"))) or _BEFORE_ROMAN.search(before))


def _is_masked(plain: str, start: int, end: int) -> bool:
    """Whether the signs hide digits of a number whose last ones are shown: XXXX XXXX XXXX 1234."""
    after = re.match(r"(?:[ -]?[Xx*]+)*[ -]?\d{1,4}(?!\d|[./]\d)", plain[end : end + 40])
    return after is not None or re.search(r"\d{4}[ -]?(?:[Xx*]+[ -]?)*$", plain[max(0, start - 24) : start]) is not None


def _is_form(reading: Reading, line: str, place: int) -> bool:
    """Whether a blank is one of a form, which the reader fills in: a label stands before it, and others around it."""
    if not (_FORM_LINE.fullmatch(line) or _FORM_ROW.fullmatch(line)):
        return False
    section = _section_at(reading, place)
    start, end = (section.start, section.end) if section else (0, len(reading.plain))
    words = reading.plain[start:end]
    heading = section.clause.title if section else ""
    return len(re.findall(rf"{_BLANK}|{_DATE}", words)) > 1 or _FORM.search(words + heading) is not None


def _section_at(reading: Reading, place: int) -> Section | None:
    inside = [one for one in reading.sections if one.clause.level and one.start <= place < one.end]
    return inside[-1] if inside else None
