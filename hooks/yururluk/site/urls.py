"""Where the files for programs stand: the address of each, for those who make and those who name it.

Every address is relative to the site's root, as in the views. What a release holds of a document has an address
with its version in it and never changes; an address without one answers for today.
"""

from __future__ import annotations

API = "api/v1/"
SCHEMAS = f"{API}schemas/"
PDF = "pdf"
REDLINES = "degisiklikler"
TIMEMAP_TYPE = "application/link-format"
AKOMA_NTOSO_TYPE = "application/akn+xml"


def language_folder(locale: str, authentic: str) -> str:
    """The folder of a language, with its slash; the authentic one has none of its own."""
    return "" if locale == authentic else f"{locale}/"


def pdf_address(version: str, document: str, locale: str, authentic: str, *, redline: bool = False) -> str:
    """The PDF of a release's text, or of what it changed: `pdf/1.1/en/degisiklikler/gizlilik-politikasi.pdf`."""
    folder = f"{REDLINES}/" if redline else ""
    return f"{PDF}/{version}/{language_folder(locale, authentic)}{folder}{document}.pdf"


def answer_address(name: str, document: str = "") -> str:
    """An answer of the API: of the whole site (`documents.json`), or of one document (`in-force.json`)."""
    return f"{API}{document}/{name}.json" if document else f"{API}{name}.json"


def akoma_ntoso_address(version: str, document: str, locale: str, authentic: str) -> str:
    """The text in Akoma Ntoso: `api/v1/gizlilik-politikasi/1.1.en.akn.xml`."""
    return f"{API}{document}/{version}{_ending(locale, authentic)}.akn.xml"


def timemap_address(document: str, locale: str, authentic: str) -> str:
    """The document's TimeMap: `api/v1/gizlilik-politikasi/timemap.link`."""
    return f"{API}{document}/timemap{_ending(locale, authentic)}.link"


def feed_address(locale: str, authentic: str, document: str = "", *, ending: str = "xml") -> str:
    """The feed of the site or of a document: `en/feed.xml`; with the ending `json`, its JSON Feed."""
    folder = f"{document}/" if document else ""
    return f"{language_folder(locale, authentic)}{folder}feed.{ending}"


def _ending(locale: str, authentic: str) -> str:
    return "" if locale == authentic else f".{locale}"
