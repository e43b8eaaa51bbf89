"""Finds in a change what matters first: numbers, periods, amounts, percentages, dates, references to the law, names,
negations, modals, and conditions or limits.

The words are those of Turkish, English and German; of other languages only what figures say is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal

import yaml

from yururluk.core.messages import names

MatterKind = Literal[
    "date", "amount", "percentage", "duration", "reference", "number", "negation", "modal", "condition", "party"
]


@dataclass(slots=True, frozen=True)
class Matter:
    """A change that matters, as old → new; one side is empty where it was added or left out."""

    kind: MatterKind
    old: str
    new: str


#: The words of each language, as regular expressions: number words, units of time with their endings, what comes before
#: the number of a provision …
LANGUAGES: Final[dict[str, dict[str, list[str]]]] = yaml.load(
    files("yururluk.redline").joinpath("key_changes.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)


def _any(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(patterns)})"


def _all(field: str) -> str:
    """The words of a field in all languages."""
    return _any(word for language in LANGUAGES.values() for word in language[field])


_NUMBER: Final = r"\d+(?:[.,]\d+)*"
#: What is between a number and its unit: "30 (otuz) gün", "30-day". Words need something between them:
#: "onaylanan" is no ten months.
_BETWEEN: Final = r"(?: ?\([^()]{1,20}\) ?|[ -])"
_MONTHS: Final = _all("months")
#: What of an article is meant: m.9/6-d, Article 6(1)(f).
_PROVISION: Final = r"\d+(?:[./]\d+)*(?:[/-](?:\d+|[a-zçğıöşü](?!\w))|\((?:\d+|[a-z])\))*"
#: A figure, also one with the full stop of an ordinal (30. günün sonunda), or number words, before a unit of time.
_DURATION: Final = _any(
    rf"\b(?:{_NUMBER}\.?{_BETWEEN}?|{number}(?:[ -]{number})*{_BETWEEN}){_any(words['unit'])}\b"
    for words in LANGUAGES.values()
    for number in [_any(words["number"])]
)
_CONDITION: Final = re.compile(rf"\b{_all('condition')}\b", re.IGNORECASE)

#: In this order: what an earlier pattern takes is not looked at again.
_FACTS: Final[tuple[tuple[MatterKind, re.Pattern[str]], ...]] = (
    (
        "date",
        re.compile(
            rf"\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b"
            rf"|\b\d{{1,2}}\.? {_MONTHS}\b(?:,? \d{{4}})?|\b{_MONTHS} \d{{1,2}}(?:,? \d{{4}})?\b"
        ),
    ),
    ("amount", re.compile(rf"[₺$€£] ?{_NUMBER}|\b{_NUMBER} ?{_all('currency')}(?!\w)")),
    ("percentage", re.compile(rf"% ?{_NUMBER}|\b{_NUMBER} ?%|\b{_all('percent')}\b", re.IGNORECASE)),
    ("duration", re.compile(_DURATION, re.IGNORECASE)),
    (
        "reference",
        re.compile(
            rf"\b{_all('provision')} ?{_PROVISION}|§§? ?{_PROVISION}"
            r"|\b\d+(?:\.|['’]? ?(?:[ıiuü]?nc[ıiuü])) (?:madde|fıkra|bent|bend|cümle)"
            r"|\b\d+ sayılı|\blaw no\.? ?\d+",
            re.IGNORECASE,
        ),
    ),
    ("condition", _CONDITION),
    ("number", re.compile(rf"(?<![\w.]){_NUMBER}(?!\w)")),
)
_NEGATION: Final = re.compile(_all("negation"), re.IGNORECASE)
_MODAL: Final = re.compile(_all("modal"), re.IGNORECASE)
_WORDS: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NAME: Final = re.compile(r"[A-ZÇĞİÖŞÜ][\w.'’&-]*(?:\s+(?:[A-ZÇĞİÖŞÜ][\w.'’&-]*|ve|and|of))*")
#: Words that most often begin a sentence; a capital there makes no name.
_COMMON: Final = names("the a an this these if any we you our your in for to bu bir her biz siz işbu")
#: Words by which a legal text calls its parties.
_ROLES: Final = names("şirket kullanıcı müşteri üye satıcı alıcı company user customer member controller processor")
_INNER_CAPITAL: Final = re.compile(r"\w*[a-zçğıöşü][A-ZÇĞİÖŞÜ0-9]\w*")
#: A phrase of so many words is shown whole: geçerlidir → geçerli değildir.
_PHRASE: Final = 4


def is_known(locale: str) -> bool:
    """Whether the words of a language are known: its negations, modals, conditions and units of time."""
    return locale.partition("-")[0].partition("_")[0] in LANGUAGES


def matters(old: str, new: str, before: str = "", after: str = "") -> tuple[Matter, ...]:
    """What matters in the change of `old` to `new`, each change once, in the order of the text.

    `before` and `after` are the unchanged words around it.
    """
    found: list[Matter] = []
    old_facts, new_facts = _facts(old, before, after), _facts(new, before, after)
    for kind, _ in _FACTS if old_facts or new_facts else ():
        found += _differing(kind, old_facts.get(kind, []), new_facts.get(kind, []))
    found += _verbs(old, new, before, after)
    found += _party(old, new, before)
    once: dict[tuple[str, str], Matter] = {}
    for matter in found:
        once.setdefault((matter.old, matter.new), matter)
    olds, news = f"{before} {old} {after}", f"{before} {new} {after}"
    return tuple(
        sorted(once.values(), key=lambda one: news.find(one.new) if one.new else olds.find(one.old))
        if len(once) > 1
        else once.values()
    )


def _facts(text: str, before: str, after: str) -> dict[MatterKind, list[str]]:
    """The facts that lie in the text at least in part: a changed 30 takes its unchanged "days" along."""
    lead = before if before.endswith("(") else f"{before} "
    whole = f"{lead}{text}{after}" if after.startswith(")") else f"{lead}{text} {after}"
    start, end = len(lead), len(lead) + len(text)
    facts: dict[MatterKind, list[str]] = {}
    if not text and not (before and after):
        return facts
    for kind, pattern in _FACTS:
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
    """Negations and modals that came or went; beside a single other word, the whole phrase (edebilir → eder). A
    negation that became a modal is one change: paylaşmayacaktır → paylaşabilir."""
    gone, come = (_WORDS.findall(_CONDITION.sub(" ", side)) for side in (old, new))  # "no later than" negates nothing
    in_old, in_new = {word.lower() for word in gone}, {word.lower() for word in come}
    only_gone = [word for word in gone if word.lower() not in in_new]
    only_come = [word for word in come if word.lower() not in in_old]
    if not only_gone and not only_come:
        return []
    next_to = (_WORDS.findall(before) or [""])[-1], (_WORDS.findall(after) or [""])[0]
    negated = [set(negations(words, *next_to)) for words in (gone, come)]
    sides: dict[MatterKind, tuple[list[str], list[str]]] = {
        "negation": ([w for w in only_gone if w in negated[0]], [w for w in only_come if w in negated[1]]),
        "modal": (
            [w for w in only_gone if w not in negated[0] and _MODAL.fullmatch(w)],
            [w for w in only_come if w not in negated[1] and _MODAL.fullmatch(w)],
        ),
    }
    for at in (0, 1):
        less, other = sides["negation"], sides["modal"]
        if less[at] and other[1 - at] and not less[1 - at] and not other[at]:
            while len(less[1 - at]) < len(less[at]) and other[1 - at]:
                less[1 - at].append(other[1 - at].pop(0))
    found: list[Matter] = []
    for kind, (left, right) in sides.items():
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


# --- Turkish words that only look negated
#
# -madan/-meden is two things. After a verb it means "without doing" and negates. After a noun in -ma/-me (uygulama,
# ödeme) it means "from" and does not. A noun is taken for one unless an object precedes it, which only a verb has:
# "uygulamadan alınan" comes from the application, "kuralları uygulamadan" is without applying the rules. What governs
# the ablative (itibaren, dolayı, sonra …) makes any of them "from"; "önce" makes a time of it ("alınmadan önce": before
# it is taken), which negates nothing. Nor does "olup olmadığı" (whether or not).

_WITHOUT: Final = re.compile(r"(\w{2,}m[ae])d[ae]n", re.IGNORECASE)
_WHETHER: Final = re.compile(r"\w{2,}m[ae]d[ıi]ğ[ıi]\w*", re.IGNORECASE)
_NOUNS: Final = names(
    "açıklama anlaşma araştırma aşama aydınlatma bilgilendirme birleşme çalışma danışma değerlendirme depolama"
    " doğrulama düzenleme firma geliştirme görüşme güncelleme inceleme işletme kelime kısıtlama koruma mahkeme malzeme"
    " ödeme sınırlama soruşturma sözleşme uygulama yazışma yükleme"
)
_OBJECT: Final = re.compile(r"\w*(?:l[ae]r[ıi]|y[ıiuü]|s?[ıiuü]n[ıiuü])", re.IGNORECASE)
_FROM: Final = re.compile("itibaren|dolayı|ötürü|sonra|beri|başka|önce|evvel|kaynaklan.*|doğan|doğacak", re.IGNORECASE)


def negations(words: Sequence[str], before: str, after: str) -> list[str]:
    """Those of `words` that negate. `before` and `after` are the words next to them, or empty."""
    found: list[str] = []
    for at, word in enumerate(words):
        if not _NEGATION.fullmatch(word):
            continue
        previous = words[at - 1] if at else before
        following = words[at + 1] if at + 1 < len(words) else after
        if not _is_from(word, previous, following) and not _is_whether(word, previous):
            found.append(word)
    return found


def _is_from(word: str, previous: str, following: str) -> bool:
    stem = _WITHOUT.fullmatch(word)
    if stem is None:
        return False
    if _FROM.fullmatch(following):
        return True
    return stem.group(1).lower() in _NOUNS and not (len(previous) > 2 and _OBJECT.fullmatch(previous))


def _is_whether(word: str, previous: str) -> bool:
    pairs = previous[-2:].lower() in ("ıp", "ip", "up", "üp")
    return pairs and word[:2].lower() == previous[:2].lower() and _WHETHER.fullmatch(word) is not None
