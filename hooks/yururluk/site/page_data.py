"""What the page of a text carries for programs: its facts as JSON-LD, and its frozen file.

The facts are in the words of schema.org. The page is the WebPage, the frozen text its main entity. The text itself is
never changed after it is published, so both its dates are that of the publication; `temporalCoverage` has the days on
which it binds. Addresses are relative to the site's root, which the context names as their base (JSON-LD 1.1, 4.1.3).

The file is a form whose gaps the words on the page fill. Page and register alone are to prove a text, so the page must
give back its file byte for byte; carrying it whole would make every page twice as long. A form is the file's Markdown
with each longer stretch that is on the page, too, left out: `~12,345;` says to leave out 12 characters of the page and
take the next 345, `~345;` to leave out none. `~~` is a tilde. A form without gaps is a file in full.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate, chain
from typing import Any, Final

from lxml import html as lxml_html

from yururluk.core.settings import Settings
from yururluk.redline.word_diff import Budget, common
from yururluk.site import page_models as views
from yururluk.site.urls import AKOMA_NTOSO_TYPE, Urls

_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_TOKEN: Final = re.compile(r"\w+|\s|[^\w\s]")
_GAP: Final = re.compile(r"~(?:~|(?:([0-9]{1,9}),)?([0-9]{1,9});)", re.ASCII)


def structured_data(page: views.Page, settings: Settings) -> str:
    """The content of the page's `script` of type application/ld+json; empty for a page that shows no text.

    It is JSON (RFC 8259) in which nothing can end the element or begin a comment in it (HTML, 4.12.1.3).
    """
    if not isinstance(page.view, views.TextView):
        return ""
    data = json.dumps(_page(page, page.view.stamp, settings), ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    return data


def _page(page: views.Page, stamp: views.Stamp, settings: Settings) -> dict[str, Any]:
    here = dict(page.alternates)[page.locale]
    return {
        "@context": ["https://schema.org", {"@base": settings.site_url}],
        "@type": "WebPage",
        "@id": here,
        "isPartOf": {"@id": "./"},
        "mainEntity": _text(page, stamp, settings, here),
    }


def _text(page: views.Page, stamp: views.Stamp, settings: Settings, here: str) -> dict[str, Any]:
    urls = Urls(settings)
    data: dict[str, Any] = {
        "@type": "DigitalDocument",
        "@id": f"{here}#text",
        "name": page.title,
        "version": stamp.version,
        "datePublished": stamp.published.isoformat(),
        "dateModified": stamp.published.isoformat(),
        "inLanguage": page.locale.replace("_", "-"),
        "creativeWorkStatus": stamp.status.state,
        "identifier": {"@type": "PropertyValue", "propertyID": "SHA-256", "value": stamp.sha256},
        "publisher": {"@type": "Organization", "@id": "#publisher", "name": settings.publisher},
        "exampleOfWork": {"@type": "CreativeWork", "@id": urls.text("", stamp.document, page.locale)},
        "encoding": [_encoding(urls.akoma_ntoso(stamp.version, stamp.document, page.locale), AKOMA_NTOSO_TYPE)],
    }
    if stamp.recorded:
        data["sdDatePublished"] = stamp.recorded.isoformat()
    if stamp.pdf_path:
        data["encoding"].append(_encoding(stamp.pdf_path, "application/pdf"))
    if covered := _coverage(stamp.status):
        data["temporalCoverage"] = covered[0] if len(covered) == 1 else covered
    if stamp.before:
        data["isBasedOn"] = {"@id": urls.text(stamp.before, stamp.document, page.locale) + "#text"}
    if stamp.authentic:
        others = [locale for locale in stamp.languages if locale != page.locale]
        data["workTranslation"] = [{"@id": f"{path}#text"} for locale, path in page.alternates if locale in others]
    else:
        data["translationOfWork"] = {"@id": f"{stamp.authentic_page.path}#text"}
    return data


def _encoding(path: str, kind: str) -> dict[str, str]:
    return {"@type": "MediaObject", "contentUrl": path, "encodingFormat": kind}


def _coverage(status: views.Status) -> list[str]:
    """The days in force as intervals of ISO 8601, both ends included; `..` where the end is open."""
    intervals = list(status.governed)
    if status.state == "upcoming" and status.since is not None and status.by is None:
        intervals = [views.Interval(status.since, status.last_day)]
    return [f"{one.since}/{one.last_day or '..'}" for one in intervals]


# The frozen file


def words_of(shown: lxml_html.HtmlElement) -> str:
    """The words that an element of a page shows, white space as one blank, none at the ends: what fills the gaps."""
    return _SPACE.sub(" ", shown.text_content()).strip(" ")


def form_of(source: str, words: str) -> str:
    """The form of a file on a page with those words. `filled(form_of(s, w), w) == s`, whatever both are."""
    out: list[str] = []
    at = place = 0
    for start, begin, length in _stretches(words, source):
        gap = f"~{start - at},{length};" if start > at else f"~{length};"
        if len(gap) < len(_escaped(source[begin : begin + length]).encode()):
            out += (_escaped(source[place:begin]), gap)
            at, place = start + length, begin + length
    out.append(_escaped(source[place:]))
    return "".join(out)


def filled(form: str, words: str) -> str:
    """The file, of its form and the words on its page. Raises ValueError where they do not fit together."""
    out: list[str] = []
    at = place = 0
    for gap in _GAP.finditer(form):
        out.append(_literal(form[place : gap.start()]))
        place = gap.end()
        if gap.group() == "~~":
            out.append("~")
            continue
        start = at + int(gap.group(1) or 0)
        at = start + int(gap.group(2))
        if at > len(words):
            raise ValueError("a gap asks for words that the page does not have")
        out.append(words[start:at])
    out.append(_literal(form[place:]))
    return "".join(out)


def _stretches(words: str, source: str) -> list[tuple[int, int, int]]:
    """What both hold in the same order: where it begins in each, and how many characters it has."""
    tokens = [_TOKEN.findall(text) for text in (words, source)]
    codes = {token: chr(at) for at, token in enumerate(dict.fromkeys(chain(*tokens)))}
    shown, wanted = ("".join(map(codes.__getitem__, text)) for text in tokens)
    ends = [list(accumulate(map(len, text), initial=0)) for text in tokens]
    return [
        (ends[0][run.a], ends[1][run.b], ends[1][run.b + run.size] - ends[1][run.b])
        for run in common(shown, wanted, Budget())
    ]


def _escaped(part: str) -> str:
    return part.replace("~", "~~")


def _literal(part: str) -> str:
    if "~" in part:
        raise ValueError("a tilde that begins no gap")
    return part
