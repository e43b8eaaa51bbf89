"""Every address of the site, and the headers with which hosts are to send what is there.

Addresses are those of the pages, the files for programs and the questions in the part after `?`.

An address is relative to the site's root, and ends with a slash where it is that of a page. A release's own addresses
begin with its version and never change; the others answer for today. The words in them are those of the setting
`addresses` (core/settings); templates and scripts get their addresses from here.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Collection, Iterable
from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

from yururluk.core.settings import ADDRESS_WORDS, Settings

API = "api/v1/"
PDF = "pdf"
REGISTER = "register.json"
VERSIONS = "versions.json"
AKOMA_NTOSO_TYPE = "application/akn+xml"
ATOM_TYPE = "application/atom+xml"
JSON_FEED_TYPE = "application/feed+json"

#: What an address is made with where a script puts the release or the document in.
ANY_VERSION, ANY_DOCUMENT = "{version}", "{document}"


class Urls:
    """The addresses of one site. A `folder` is a version, an alias, or empty for the pages at the root."""

    def __init__(self, settings: Settings) -> None:
        self.words = settings.addresses
        self.site = settings.site_url
        self._locales = settings.locales

    def absolute(self, address: str) -> str:
        """The whole web address."""
        return self.site + address

    def language_folder(self, locale: str) -> str:
        """The folder of a language, with its slash; empty for the authentic one."""
        return "" if locale == self._locales[0] else f"{locale}/"

    # Pages. A page's path is its place in the folder of its language.

    def page(self, locale: str, path: str = "", folder: str = "") -> str:
        """A page by its path: `1.1/en/gizlilik-politikasi/`; without a path, the front page."""
        return "".join((folder and f"{folder}/", self.language_folder(locale), path and f"{path}/"))

    def alternates(self, path: str, folder: str = "") -> tuple[tuple[str, str], ...]:
        """A page in every language, as (locale, address); the authentic one first."""
        return tuple((locale, self.page(locale, path, folder)) for locale in self._locales)

    def text(self, folder: str, document: str, locale: str) -> str:
        """A document's text in a release; without a folder, the lasting address that leads to the one in force."""
        return self.page(locale, document, folder)

    def redline_path(self, document: str) -> str:
        """The path of the page that shows what a release changed in a document."""
        return f"{self.words.changes}/{document}"

    def redline(self, folder: str, document: str, locale: str) -> str:
        """What a release changed in a document: `1.1/en/degisiklikler/gizlilik-politikasi/`."""
        return self.page(locale, self.redline_path(document), folder)

    def in_version(self, address: str, version: str) -> str:
        """The page that another release has in the place of this one."""
        return f"{version}/{address.split('/', 1)[1]}"

    def releases(self, locale: str, document: str = "") -> str:
        """The list of all releases, at one document where it is named."""
        return self.page(locale, self.words.releases) + (f"#{document}" if document else "")

    def clauses_path(self, document: str) -> str:
        """The path of the history of a document's clauses."""
        return f"{self.words.releases}/{document}"

    def compare(self, locale: str, document: str = "", old: str = "", new: str = "") -> str:
        """The comparison of any two releases, of a document and two releases where they are named."""
        words = self.words
        question = {words.document: document, words.old: old, words.new: new} if document else {}
        return self.page(locale, words.compare) + (f"?{urlencode(question)}" if question else "")

    def woven(self, document: str, locale: str) -> str:
        """The data from which the page of comparisons puts any two texts of a document together."""
        return f"{self.page(locale, self.words.compare)}{document}.json"

    def step(self, name: str = "") -> str:
        """The file of one step from wording to wording, from which the woven data are put together; without a name, the
        folder of all."""
        return f"{self.words.compare}/steps/{name}"

    # Files

    def pdf(self, version: str, document: str, locale: str, *, redline: bool = False) -> str:
        """The PDF of a text, or of what its release changed: `pdf/1.1/en/degisiklikler/gizlilik-politikasi.pdf`."""
        path = self.redline_path(document) if redline else document
        return f"{PDF}/{version}/{self.language_folder(locale)}{path}.pdf"

    def feed(self, locale: str, document: str = "", *, ending: str = "xml") -> str:
        """The feed of the site or of a document: `en/feed.xml`; with the ending `json`, its JSON Feed."""
        return f"{self.page(locale, document)}feed.{ending}"

    def calendar(self, locale: str) -> str:
        """The calendar of coming effective dates: `en/calendar.ics`."""
        return f"{self.page(locale)}calendar.ics"

    def answer(self, name: str, document: str = "") -> str:
        """An answer of the API: of the whole site (`documents.json`), or of one document (`in-force.json`)."""
        return f"{API}{document}/{name}.json" if document else f"{API}{name}.json"

    def schema(self, name: str) -> str:
        """The JSON Schema of an answer."""
        return f"{API}schemas/{name}.json"

    def akoma_ntoso(self, version: str, document: str, locale: str) -> str:
        """A text in Akoma Ntoso: `api/v1/gizlilik-politikasi/1.1.en.akn.xml`."""
        return f"{API}{document}/{version}{self._ending(locale)}.akn.xml"

    def timemap(self, document: str, locale: str) -> str:
        """A document's TimeMap: `api/v1/gizlilik-politikasi/timemap.link`."""
        return f"{API}{document}/timemap{self._ending(locale)}.link"

    def _ending(self, locale: str) -> str:
        return "" if locale == self._locales[0] else f".{locale}"

    # What templates and scripts have to know

    register = REGISTER
    versions = VERSIONS

    @property
    def own_folders(self) -> tuple[str, ...]:
        """The folders at the root that are neither a release nor a document."""
        return self.words.releases, self.words.compare, PDF, API.partition("/")[0]


def addresses_of(files: Collection[str]) -> str | None:
    """By which setting of `addresses` a site was published that has these files; None where it has no pages."""
    found = (name for name, words in ADDRESS_WORDS.items() if f"{words.releases}/index.html" in files)
    return next(found, None)


# Headers: the Content Security Policy, `_headers`, and a snippet for nginx. The policy is in each page too. The site
# needs no header to work: they say to browsers what the pages say already, and what only a header can.

TIMEMAP_TYPE: Final = "application/link-format"
#: What Material's own scripts are made of that are in the page itself: each is the same on every page, since
#: `extra.scope` is "/" there.
_INLINE: Final = ("base", "palette", "content", "announce")
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_SCOPE = "{{ config.extra.scope | d(base_url) }}"


def _material_scripts() -> list[str]:
    folder = files("material") / "templates/partials/javascripts"
    sources = ((folder / f"{name}.html").read_text(encoding="utf-8") for name in _INLINE)
    return [script.replace(_SCOPE, "/") for source in sources for script in _SCRIPT.findall(source)]


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


#: Nothing but the site's own style sheets, scripts, pictures and data, and Material's scripts in the page, by their
#: hashes; no other inline script or style, no frame, no plug-in, and no form that sends anything elsewhere (CSP Level
#: 3). `data:` is for the icons in Material's style sheet.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        f"script-src 'self' {' '.join(map(_hash, _material_scripts()))}",
        "worker-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)

#: With every answer. As a header the policy also says that no other site may show ours in a frame; in a page that would
#: only be a warning.
HEADERS: Final = {
    "Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: With what is named after its content, which never changes (RFC 8246).
FOR_EVER: Final = "public, max-age=31536000, immutable"
_HSTS: Final = "Strict-Transport-Security: max-age=63072000"


def headers_file(timemaps: Iterable[str]) -> bytes:
    """`_headers`, as Netlify, Cloudflare Pages and others read it at the root of what they serve.

    `timemaps` are the addresses of the TimeMaps, which RFC 7089 (5) gives a type of their own; hosts do not know it.
    """
    lines = [
        "# Where every part of this host name is served by HTTPS alone, and is to stay so, add below /*:",
        f"#   {_HSTS}",
        "/*",
        *(f"  {name}: {value}" for name, value in HEADERS.items()),
        "/assets/*",
        f"  Cache-Control: {FOR_EVER}",
        "  Access-Control-Allow-Origin: *",  # the element of `yururluk notice --format component` is loaded elsewhere
        "/api/*",
        "  Access-Control-Allow-Origin: *",
    ]
    for address in sorted(timemaps):
        lines += [f"/{address}", f"  Content-Type: {TIMEMAP_TYPE}"]
    return ("\n".join(lines) + "\n").encode()


def nginx_snippet() -> str:
    """What to include in a `server` block of nginx, at the root of a host or below a path."""
    lines = [
        "# Include this in the server block that serves the exported site, a folder of files that needs no other rule.",
        "# Made from hooks/yururluk/site/urls.py.",
        "charset utf-8;",
        "index index.html;",
        "error_page 404 /404.html;",
        *(f'add_header {name} "{value}" always;' for name, value in HEADERS.items()),
        "# Where every part of this host name is served by HTTPS alone, and is to stay so:",
        f'# add_header {_HSTS.replace(": ", " " + chr(34))}" always;',
        'set $yururluk_cache "";',
        f'if ($uri ~ "/assets/") {{ set $yururluk_cache "{FOR_EVER}"; }}',
        "add_header Cache-Control $yururluk_cache;",
        'set $yururluk_origin "";',
        'if ($uri ~ "/(api|assets)/") { set $yururluk_origin "*"; }',
        "add_header Access-Control-Allow-Origin $yururluk_origin;",
    ]
    return "\n".join(lines) + "\n"
