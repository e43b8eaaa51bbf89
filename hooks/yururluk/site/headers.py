"""What a page may load and what a host says with it: the Content Security Policy, `_headers`, and a snippet for nginx.

The policy is in each page too. The site needs no header to work: they say to browsers what the pages say already, and
what only a header can.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
from importlib.resources import files
from typing import Final

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
        "# Made from hooks/yururluk/site/headers.py.",
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
