"""The HTTP headers that a host sends with the site, in the two forms that hosts read: `_headers`, and nginx.

The site needs none of them to work. They say to browsers what the pages say already, and what only a header can.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from yururluk.site.security import CONTENT_SECURITY_POLICY_HEADER
from yururluk.site.urls import TIMEMAP_TYPE

#: With every answer.
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY_HEADER,
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
        "# Made from hooks/yururluk/site/host_headers.py.",
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
