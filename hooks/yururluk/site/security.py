"""What a page of the site may load: the Content Security Policy, one for the pages and for the server's headers."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from importlib.resources import files
from typing import Final

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

#: As a header it also says that no other site may show ours in a frame; in a page that would only be a warning.
CONTENT_SECURITY_POLICY_HEADER = CONTENT_SECURITY_POLICY + "; frame-ancestors 'none'"
