"""Where the files for programs stand: one place says each address, to makers and namers alike.

Every address is relative to the site's root, as in the views. What a release holds of a document has an address
with its version in it and never changes; an address without one answers for today.
"""

from __future__ import annotations

PDF = "pdf"
REDLINES = "degisiklikler"


def language_folder(locale: str, authentic: str) -> str:
    """The folder of a language, with its slash; the authentic one has none of its own."""
    return "" if locale == authentic else f"{locale}/"


def pdf_address(version: str, document: str, locale: str, authentic: str, *, redline: bool = False) -> str:
    """The PDF of a release's text, or of what it changed: `pdf/1.1/en/degisiklikler/gizlilik-politikasi.pdf`."""
    folder = f"{REDLINES}/" if redline else ""
    return f"{PDF}/{version}/{language_folder(locale, authentic)}{folder}{document}.pdf"
