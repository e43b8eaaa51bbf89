"""Makes every link of a text lead somewhere from a Word file, and finds back how the text itself writes it.

A Word file lies anywhere: an address without a host would lead nowhere, and editors rewrite it on saving. So it gets
the site's host on the way out, and loses it on the way back, where the text had written it without.
"""

from __future__ import annotations

import html as html_of
import re
from typing import Final
from urllib.parse import unquote, urljoin

_ADDRESS: Final = re.compile(r' (?:href|src)="([^"]*)"')
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")
_PAGE: Final = re.compile(r"(?<=\w)\.md(?=#|$)")


class Links:
    """The links of one text. `site` is the address of the site, ending with a slash."""

    def __init__(self, site: str, html: str = "") -> None:
        self._site = site
        self._original: dict[str, str] = {}
        for address in _ADDRESS.findall(html):
            plain = html_of.unescape(address)
            self._original.setdefault(_core(self.outward(plain)), plain)

    def outward(self, address: str) -> str:
        """The address to write into a Word file."""
        if not address or _ABSOLUTE.match(address):
            return address
        try:
            return urljoin(self._site, _PAGE.sub("/", address))
        except ValueError:
            return address

    def inward(self, address: str) -> str:
        """The address as the text writes it; a new one as Word has it."""
        return self._original.get(_core(address), address)


def _core(address: str) -> str:
    """What stays of an address whatever an editor does to it: escapes and a last slash come and go."""
    return unquote(address).rstrip("/")
