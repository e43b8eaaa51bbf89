"""The public way to the site's Markdown: `from yururluk.markdown import render`."""

from yururluk.text.markdown import render

__all__ = ["render"]
