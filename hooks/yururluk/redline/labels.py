"""The few words that a redline says in the reader's language, none of which belong to either text."""

from __future__ import annotations

from html import escape
from typing import Final

_WORDS: Final[dict[str, dict[str, str]]] = {
    "tr": {
        "added": "Eklendi",
        "removed": "Çıkarıldı",
        "replaced": "Değişti",
        "moved": "Taşındı",
        "split": "Bölündü",
        "merged": "Birleştirildi",
        "format": "Biçim",
        "link": "Bağlantı hedefi",
        "typographic": "Yazım işareti",
        "renumbered": "Yeniden numaralandı",
        "moved_to": "Taşındı: yeni yerine git",
        "moved_from": "Taşındı: eski yerine git",
        "coarse": "Metinler çok büyük veya çok farklı; değişiklikler yalnızca bölüm bölüm gösteriliyor.",
    },
    "en": {
        "added": "Added",
        "removed": "Removed",
        "replaced": "Changed",
        "moved": "Moved",
        "split": "Split",
        "merged": "Merged",
        "format": "Formatting",
        "link": "Link target",
        "typographic": "Typographic",
        "renumbered": "Renumbered",
        "moved_to": "Moved: go to the new place",
        "moved_from": "Moved: go to the old place",
        "unknown_language": "The words of this language are not known: of the changes that matter only figures,"
        " dates, amounts and references are listed.",
        "coarse": "The texts are too large or too different; changes are shown by whole passages only.",
    },
}


class Labels:
    """The helps for one locale. A locale without words of its own gets the English ones."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._words = _WORDS.get(locale.partition("-")[0].partition("_")[0], _WORDS["en"])

    def __getitem__(self, name: str) -> str:
        return self._words[name]

    def moved_to(self, pair: str) -> str:
        return self._link("moved_to", f"{pair}-new", "↓")

    def moved_from(self, pair: str) -> str:
        return self._link("moved_from", f"{pair}-old", "↑")

    def _link(self, name: str, target: str, sign: str) -> str:
        text = escape(self._words[name])
        return (
            f'<a data-redline-aid class="redline-jump" href="#{escape(target)}"'
            f' title="{text}" aria-label="{text}">{sign} </a>'
        )

    def notice(self) -> str:
        return f'<p data-redline-aid class="redline-notice" role="note">{escape(self._words["coarse"])}</p>'
