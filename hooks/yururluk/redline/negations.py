"""Decides which words of a text negate: "not", "değil", "-maz", "-madan" (without), but not what only looks so.

Turkish -madan/-meden is two things. After a verb it means "without doing" and negates. After a noun in -ma/-me
(uygulama, ödeme) it means "from" and does not. A noun is taken for one unless an object stands before it, which
only a verb has: "uygulamadan alınan" comes from the application, "kuralları uygulamadan" is without applying the rules.
What governs the ablative (itibaren, dolayı, sonra …) makes any of them "from"; "önce" makes a time of it
("alınmadan önce": before it is taken), which negates nothing. Nor does "olup olmadığı" (whether or not).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from yururluk.core.names import names

_NEGATION: Final = re.compile(
    # The month and the ablative of "ramazan" only look the part.
    r"(?!ramazan)(?:not|no|never|none|nor|neither|without|except|unless|excluding|cannot|\w+n['’]t"
    r"|değil\w*|yok\w*|hiçbir\w*|asla|hariç|olmaksızın|dışında"
    r"|\w+(?:maz|mez|mamak|memek|mayacak|meyecek|mamış|memiş)\w*"
    r"|\w{2,}m[ae]y[ae]c[ae](?:k|ğ)\w*|\w{2,}(?:madan|meden|madığı|mediği|maksızın|meksizin)\w*)",
    re.IGNORECASE,
)
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
        if _is_from(word, previous, following) or _is_whether(word, previous):
            continue
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
