"""What a page of the site may load: the Content Security Policy, one for the pages and for the server's headers."""

from __future__ import annotations

#: Nothing but our own style sheet, scripts, pictures and data; no inline script or style, no frame, no plug-in, and
#: no form that sends anything elsewhere (CSP Level 3). `data:` is for the empty icon of the pages that lead on at once.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)

#: As a header it also says that no other site may show ours in a frame; in a page that would only be a warning.
CONTENT_SECURITY_POLICY_HEADER = CONTENT_SECURITY_POLICY + "; frame-ancestors 'none'"
