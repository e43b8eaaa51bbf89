"""Finds in a change what matters first: numbers, periods, amounts, percentages, dates, references to the law, names,
negations and modals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from yururluk.core.names import names
from yururluk.redline.negations import negations

MatterKind = Literal["date", "amount", "percentage", "duration", "reference", "number", "negation", "modal", "party"]

_NUMBER: Final = r"\d+(?:[.,]\d+)*"
_TURKISH_NUMBER: Final = (
    "(?:bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|on|yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan|yüz|bin)"
)
_ENGLISH_NUMBER: Final = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    "|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)"
)
_TURKISH_UNIT: Final = "(?:iş |takvim )?(?:gün|hafta|ay|yıl|saat|dakika|saniye)"
_ENGLISH_UNIT: Final = "(?:business |calendar |working )?(?:day|week|month|year|hour|minute|second)s?"
#: The endings that a unit of time takes. Any letters would do for ay-rı, gün-cel, yıl-dız, second-ary too.
_CASE: Final = "(?:n?[ıiuü]n|[dt][ae](?:n|ki)?|y?[ae]|y?l[ae])"
_UNIT_ENDING: Final = rf"(?:l[ıiuü][kğ])?(?:l[ae]r)?(?:s?[ıiuü](?:n{_CASE})?|{_CASE})?(?:[dt][ıiuü]r)?(?:['’]\w+)?"
#: What stands between a number and its unit: "30 (otuz) gün", "30-day". Words need something between them:
#: "onaylanan" is no ten months.
_BETWEEN: Final = r"(?: ?\([^()]{1,20}\) ?|[ -])"
_MONTHS: Final = (
    "Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık"
    "|January|February|March|April|May|June|July|August|September|October|November|December"
)
#: What of an article is meant: m.9/6-d, Article 6(1)(f).
_PROVISION: Final = r"\d+(?:[./]\d+)*(?:[/-](?:\d+|[a-zçğıöşü](?!\w))|\((?:\d+|[a-z])\))*"
_CURRENCY: Final = "TL|TRY|USD|EUR|GBP|₺|\\$|€|£|lira|dollars?|euros?"

#: In this order: what an earlier pattern takes is not looked at again.
_FACTS: Final[tuple[tuple[MatterKind, re.Pattern[str]], ...]] = (
    (
        "date",
        re.compile(
            rf"\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b"
            rf"|\b\d{{1,2}}\.? (?:{_MONTHS})\b(?:,? \d{{4}})?|\b(?:{_MONTHS}) \d{{1,2}}(?:,? \d{{4}})?\b"
        ),
    ),
    ("amount", re.compile(rf"[₺$€£] ?{_NUMBER}|\b{_NUMBER} ?(?:{_CURRENCY})(?!\w)")),
    (
        "percentage",
        re.compile(rf"% ?{_NUMBER}|\b{_NUMBER} ?%|\byüzde \w+|\b{_NUMBER} percent\b", re.IGNORECASE),
    ),
    (
        "duration",
        re.compile(
            rf"\b(?:{_NUMBER}{_BETWEEN}?|{_TURKISH_NUMBER}(?: {_TURKISH_NUMBER})*{_BETWEEN})"
            rf"{_TURKISH_UNIT}{_UNIT_ENDING}\b"
            rf"|\b(?:{_NUMBER}{_BETWEEN}?|{_ENGLISH_NUMBER}(?:[ -]{_ENGLISH_NUMBER})*{_BETWEEN})"
            rf"{_ENGLISH_UNIT}\b",
            re.IGNORECASE,
        ),
    ),
    (
        "reference",
        re.compile(
            rf"\b(?:md?\.|madde|bölüm|ek|art\.|articles?|sec\.|sections?|clauses?|recitals?|annex) ?{_PROVISION}"
            rf"|§§? ?{_PROVISION}"
            r"|\b\d+(?:\.|['’]? ?(?:[ıiuü]?nc[ıiuü])) (?:madde|fıkra|bent|bend|cümle)"
            r"|\b\d+ sayılı|\blaw no\.? ?\d+",
            re.IGNORECASE,
        ),
    ),
    ("number", re.compile(rf"(?<![\w.]){_NUMBER}(?!\w)")),
)
_DIGIT: Final = re.compile(r"\d")
#: No fact of these kinds is without one of these; the others all have a digit.
_NEEDED: Final[dict[MatterKind, re.Pattern[str]]] = {
    "percentage": re.compile("%|yüzde|percent", re.IGNORECASE),
    "duration": re.compile(rf"[ )\d-](?:{_TURKISH_UNIT}|{_ENGLISH_UNIT})", re.IGNORECASE),
}
_KINDS: Final = tuple(kind for kind, _ in _FACTS)
_MODAL: Final = re.compile(
    r"(?!temel)(?:shall|must|may|might|can|could|will|would|should|required?|entitled|obliged"
    r"|\w+(?:abilir|ebilir|abilecek|ebilecek|abileceğ|ebileceğ)\w*|\w+(?:malı|meli)(?:dır|dir|lar|ler|yız|yiz)?"
    r"|zorunda\w*|zorunlu\w*|gerekir|gerekmektedir|mecbur\w*|yükümlü\w*|yetkili(?:dir\w*)?)",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NAME: Final = re.compile(r"[A-ZÇĞİÖŞÜ][\w.'’&-]*(?:\s+(?:[A-ZÇĞİÖŞÜ][\w.'’&-]*|ve|and|of))*")
#: Words that most often begin a sentence; a capital there makes no name.
_COMMON: Final = names("the a an this these if any we you our your in for to bu bir her biz siz işbu")


#: Words by which a legal text calls its parties.
_ROLES: Final = names("şirket kullanıcı müşteri üye satıcı alıcı company user customer member controller processor")
_INNER_CAPITAL: Final = re.compile(r"\w*[a-zçğıöşü][A-ZÇĞİÖŞÜ0-9]\w*")


#: A phrase of so many words is told whole: geçerlidir → geçerli değildir.
_PHRASE: Final = 4


@dataclass(slots=True, frozen=True)
class Matter:
    """A change that matters, as old → new; one side is empty where it was added or left out."""

    kind: MatterKind
    old: str
    new: str


def matters(old: str, new: str, before: str = "", after: str = "") -> tuple[Matter, ...]:
    """What matters in the change of `old` to `new`; `before` and `after` stand round it unchanged."""
    found: list[Matter] = []
    old_facts, new_facts = _facts(old, before, after), _facts(new, before, after)
    for kind in _KINDS if old_facts or new_facts else ():
        found += _differing(kind, old_facts.get(kind, []), new_facts.get(kind, []))
    found += _verbs(old, new, before, after)
    found += _party(old, new, before)
    return tuple(dict.fromkeys(found))


def _facts(text: str, before: str, after: str) -> dict[MatterKind, list[str]]:
    """The facts that lie in the text at least in part: a changed 30 takes its unchanged "days" along."""
    lead = before if before.endswith("(") else f"{before} "
    whole = f"{lead}{text}{after}" if after.startswith(")") else f"{lead}{text} {after}"
    start, end = len(lead), len(lead) + len(text)
    facts: dict[MatterKind, list[str]] = {}
    if not text and not (before and after):
        return facts
    has_digit = _DIGIT.search(whole) is not None
    for kind, pattern in _FACTS:
        needed = _NEEDED.get(kind)
        if needed.search(whole) is None if needed else not has_digit:
            continue
        rest: list[str] = []
        at = 0
        for match in pattern.finditer(whole):
            if match.start() < end and match.end() > start:
                facts.setdefault(kind, []).append(" ".join(match.group().split()))
            rest += (whole[at : match.start()], "\0" * len(match.group()))
            at = match.end()
        if at:
            whole = "".join(rest) + whole[at:]
    return facts


def _differing(kind: MatterKind, old: list[str], new: list[str]) -> list[Matter]:
    in_old, in_new = set(old), set(new)
    gone = [fact for fact in old if fact not in in_new]
    come = [fact for fact in new if fact not in in_old]
    size = max(len(gone), len(come))
    gone += [""] * (size - len(gone))
    come += [""] * (size - len(come))
    return [Matter(kind, one, other) for one, other in zip(gone, come, strict=True)]


def _verbs(old: str, new: str, before: str, after: str) -> list[Matter]:
    """Negations and modals that came or went; beside a single other word, that is told too (edebilir →
    eder).
    """
    found: list[Matter] = []
    gone, come = _WORDS.findall(old), _WORDS.findall(new)
    in_old, in_new = {word.lower() for word in gone}, {word.lower() for word in come}
    only_gone = [word for word in gone if word.lower() not in in_new]
    only_come = [word for word in come if word.lower() not in in_old]
    if not only_gone and not only_come:
        return found
    next_to = (_WORDS.findall(before) or [""])[-1], (_WORDS.findall(after) or [""])[0]
    negated = [set(negations(words, *next_to)) for words in (gone, come)]
    pairs: tuple[tuple[MatterKind, list[str], list[str]], ...] = (
        ("negation", [w for w in only_gone if w in negated[0]], [w for w in only_come if w in negated[1]]),
        ("modal", list(filter(_MODAL.fullmatch, only_gone)), list(filter(_MODAL.fullmatch, only_come))),
    )
    for kind, left, right in pairs:
        if not left and not right:
            continue
        if (bool(left) != bool(right)) and only_gone and only_come and max(len(gone), len(come)) <= _PHRASE:
            left, right = [old.strip()], [new.strip()]
        found += _differing(kind, left, right)
    return found


def _party(old: str, new: str, before: str) -> list[Matter]:
    """A name for another name, as a whole change: DinamikCRM → Dinamik360 Yazılım A.Ş."""
    left, right = old.strip(" ,.;:()\"“”'’"), new.strip(" ,.;:()\"“”'’")
    if not left or not right or not _NAME.fullmatch(left) or not _NAME.fullmatch(right):
        return []
    sentence_begins = not before.strip() or before.rstrip()[-1] in ".:;!?"
    if sentence_begins and (left.lower() in _COMMON or right.lower() in _COMMON):
        return []
    if sentence_begins and " " not in left + right and not (_is_surely_a_name(left) or _is_surely_a_name(right)):
        return []
    return [Matter("party", left, right)] if left.lower() != right.lower() else []


def _is_surely_a_name(word: str) -> bool:
    """Whether a word is a name even where every word has a capital: DinamikCRM, Şirket."""
    return word.lower() in _ROLES or _INNER_CAPITAL.fullmatch(word) is not None
