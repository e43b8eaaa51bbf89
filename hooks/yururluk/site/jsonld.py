"""The facts of a text page for search engines and archives, as JSON-LD in the words of schema.org.

The page is the WebPage, the frozen text its main entity. The text itself is never changed after it is published, so
both its dates are that of the publication; `temporalCoverage` has the days on which it binds. Addresses are relative to
the site's root, which the context names as their base (JSON-LD 1.1, 4.1.3).
"""

from __future__ import annotations

import json
from typing import Any

from yururluk.core.settings import Settings
from yururluk.site import page_models as views
from yururluk.site.urls import AKOMA_NTOSO_TYPE, Urls


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
        "inLanguage": _language(page.locale),
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


def _language(locale: str) -> str:
    """A locale as a language tag (BCP 47)."""
    return locale.replace("_", "-")
