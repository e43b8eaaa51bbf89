"""What a comparison gives: the redline as HTML, and all that can be read out of it, worked out when asked for."""

from __future__ import annotations

from yururluk.markdown import render
from yururluk.redline.engine import redline_html


class Redline:
    """The redline of two texts. `html` is the whole truth; everything else is read out of it."""

    def __init__(self, html: str, *, locale: str, coarse: bool = False) -> None:
        self.html = html
        self.locale = locale
        self.coarse = coarse


def compare_html(old_html: str, new_html: str, *, locale: str = "tr") -> Redline:
    """The redline of two renderings."""
    html, coarse = redline_html(old_html, new_html, locale)
    return Redline(html, locale=locale, coarse=coarse)


def compare(old_markdown: str, new_markdown: str, *, locale: str = "tr") -> Redline:
    """The redline of two Markdown texts, rendered by the site's own settings. Front matter is not part of them."""
    return compare_html(
        render(old_markdown, locale=locale), render(new_markdown, locale=locale), locale=locale
    )
