"""Whether a text holds only such Markdown as can make nothing hostile, so that it need not be rendered to know.

It errs on one side only: a text that is let pass here has no fault that rendering would show (test_harmless.py);
one that is not may still be innocent, and is then looked at rendered.
"""

from __future__ import annotations

import re
from typing import Final

#: Without these there is no HTML, no entity, none of Markdown's own placeholders …
_ACTING: Final = re.compile("<|&(?!\\s)|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: … and nothing that reads as an event handler once the signs of emphasis are gone.
_HANDLER: Final = re.compile(r"on[a-z]{3,}[^a-z0-9]*=", re.IGNORECASE)

_ADDRESS: Final = r"(?:https?://|mailto:|tel:)?[A-Za-z0-9._~/#?@+=\-]"
#: What looks like more than words and is harmless: web addresses, links, the beginning of a footnote, definitions of
#: links (behind which no title may follow), and lists of ids and classes, one to a line.
_PLAIN: Final = re.compile(
    rf"""<https?://[A-Za-z0-9._~/#?+=\-]+>
    |\]\({_ADDRESS}*\)
    |^[ ]{{0,3}}\[\^[A-Za-z0-9_\-]+\]:(?=[ ]\S)
    |^[ ]{{0,3}}\[[\w\ \-]+\]:[ ]+{_ADDRESS}+[ ]*$(?=\n[ \t]*\n|\n[ ]{{0,3}}\[|\n?\Z)
    |\{{:?[ ]*(?:[#.][\w\-]+[ ]*)+\}}(?![^\n]*[{{}}])""",
    re.MULTILINE | re.VERBOSE,
)
#: What is left of links, definitions, abbreviations and attributes that are not as plain as that; images; boxes.
_NOT_PLAIN: Final = ("](", "]:", "] :", "{", "}", "![", "!!!", "???")


def is_harmless(body: str) -> bool:
    """Whether nothing in a body, front matter left out, can become hostile HTML."""
    if _HANDLER.search(body):
        return False
    rest = _PLAIN.sub(" ", body)
    return not any(sign in rest for sign in _NOT_PLAIN) and _ACTING.search(rest) is None
