"""Decides how a legal text in Markdown becomes HTML: which extensions are on, and which HTML is let
through.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Any, Final

import markdown as python_markdown
import nh3

from yururluk.core.messages import Problem, Refused, msg, names
from yururluk.core.model import NEWEST_RENDERING, ROLE
from yururluk.text import block_syntax

#: Attributes of the redline begin so; a source must not forge them.
_REDLINE_ATTRIBUTE = "data-redline"

_FOLDED = str.maketrans(
    {"ı": "i", "İ": "i", "ş": "s", "Ş": "s", "ğ": "g", "Ğ": "g", "ç": "c", "Ç": "c"}
    | {"ö": "o", "Ö": "o", "ü": "u", "Ü": "u", "â": "a", "î": "i", "û": "u", "ß": "ss", "æ": "ae", "ø": "o"}
)


def slugify(text: str, separator: str = "-") -> str:
    """The id of a heading: lower case ASCII words, Turkish letters kept as their plain pairs (ı→i, ş→s, ğ→g).

    A heading written wholly in another script keeps its letters, because an empty id would lead nowhere.
    """
    words = _slug_words(unicodedata.normalize("NFKD", text.translate(_FOLDED)).encode("ascii", "ignore").decode())
    if not words:
        words = _slug_words(unicodedata.normalize("NFC", text))
    return separator.join(words)


def _slug_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


_FOOTNOTES = f"{block_syntax.__name__}:Footnotes"
_FOOTNOTE_OPTIONS = {"BACKLINK_TEXT": "↩", "BACKLINK_TITLE": "↩ {}"}

#: What MkDocs calls `mdx_configs`. The permalink is drawn by the page template: it is no part of the text.
EXTENSION_CONFIGS: dict[str, dict[str, Any]] = {
    "toc": {"slugify": slugify, "permalink": False},
    "footnotes": _FOOTNOTE_OPTIONS,
    _FOOTNOTES: _FOOTNOTE_OPTIONS,
}

_COMMON = ["abbr", "admonition", "attr_list", "def_list", "md_in_html", "tables", "toc"]
_COMMON += ["pymdownx.caret", "pymdownx.details", "pymdownx.tilde"]

#: The rules of Markdown, by the number that `rendering:` in release.yml names. A release keeps its rules for ever,
#: so a set of rules is never changed: what is to be read otherwise makes a new set.
RULES: dict[int, list[str]] = {
    1: [*_COMMON, "fenced_code", "footnotes", "sane_lists"],
    2: [*_COMMON, _FOOTNOTES, f"{block_syntax.__name__}:LegalBlocks"],
}

_TAGS = names(
    "a abbr article aside b bdi bdo blockquote br caption center cite code col colgroup data dd del"
    " details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li"
    " mark ol p pre q rp rt ruby s samp section small span strong sub summary sup table tbody td tfoot"
    " th thead time tr u ul var wbr"
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: Every inline element; all others are blocks.
INLINE = names(
    "a abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup"
    " time u var wbr"
)
#: Elements whose content is code or a foreign language, not text: they go with what is in them.
_DROPPED_WHOLE = names("script style template noscript iframe object embed svg math textarea select title")
_EVERYWHERE = frozenset(["id", "class", "title", "lang", "dir"])
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "hreflang", "rel", "name", "type", "role"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "ins": {"cite", "datetime"},
    "del": {"cite", "datetime"},
    "time": {"datetime"},
    "data": {"value"},
    "details": {"open", "name"},
    "img": {"src", "alt", "width", "height", "loading"},
    "col": {"span"},
    "colgroup": {"span"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "ul": {"type"},
    "td": {"colspan", "rowspan", "headers", "align"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr", "align"},
}

#: The schemes of the addresses that a text may lead to.
SCHEMES = frozenset({"http", "https", "mailto", "tel"})


_SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\-]*):", re.IGNORECASE | re.ASCII)


def _kept(_tag: str, attribute: str, value: str) -> str | None:
    if attribute.startswith(_REDLINE_ATTRIBUTE):
        return None
    if attribute == "cite":
        # The cleaner looks at the schemes of links and images; the source of a quotation is an address, too.
        scheme = _SCHEME.match(value)
        return None if scheme and scheme[1].lower() not in SCHEMES else value
    if attribute == "class" and any(ROLE.fullmatch(name) for name in value.split()):
        return " ".join(name for name in value.split() if not ROLE.fullmatch(name)) or None
    return value


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(_DROPPED_WHOLE),
    attributes={"*": set(_EVERYWHERE)} | {tag: names | _EVERYWHERE for tag, names in _ATTRIBUTES.items()},
    attribute_filter=_kept,
    generic_attribute_prefixes={"aria-"},
    link_rel=None,
    url_schemes=set(SCHEMES),
)


#: What no browser shows; without it, texts that look alike are alike.
_SPACE_AT_END = re.compile(r"[ \t]+(?=</(?:p|h[1-6]|li|dt|dd|td|th)>)")


class RenderError(ValueError):
    """A text could not be rendered. The message names the cause; the caller knows the file and adds it."""


def unrendered(path: str, error: RenderError) -> Refused:
    """The refusal of a text that could not be rendered."""
    fix = msg("simplify the Markdown around the place that the message names.")
    return Refused([Problem("render", path, 0, msg("{cause}.", cause=error), fix)])


def clean(html: str) -> str:
    """`html` with only the elements, attributes and addresses that a legal text needs; well-formed, as HTML
    5 parses it, without spaces where a block or the whole ends.

    No script, no event handler, no style, no `javascript:` address, and nothing that could pass for our own
    marks.
    """
    for _ in range(4):
        # What was inside a dropped element may nest in a way that no browser would keep: once more, then.
        before, html = html, _CLEANER.clean(html)
        if html == before:
            break
    return _SPACE_AT_END.sub("", html).strip(" \t\n\r\f")


_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def body(markdown: str) -> str:
    """The text without byte order mark and front matter, with line feeds as line ends."""
    text = markdown.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _FRONT_MATTER.sub("", text, count=1)


_local = threading.local()


def _converter(rules: int, fresh: bool = False) -> python_markdown.Markdown:
    converters: dict[int, python_markdown.Markdown] = _local.__dict__.setdefault("converters", {})
    if rules not in converters or fresh:
        converters[rules] = python_markdown.Markdown(extensions=RULES[rules], extension_configs=EXTENSION_CONFIGS)
    return converters[rules].reset()


def render(markdown: str, *, locale: str = "tr", rendering: int = NEWEST_RENDERING) -> str:
    """The HTML of a legal text, by the site's own settings. Front matter is not part of the text.

    `rendering` is the number of the rules of Markdown, see `RULES`. By rules 2, the number of an item of a list
    (`1.`, `1)`) is in `start` of its `ol` or `value` of its `li` wherever it is not the one after the last; with a
    parenthesis, the `ol` has the class `parenthesis`. Every other label (`a)`, `(1)`, `§ 3a`, `1.1.`, `–`) is the
    first word of its item, in a `ul` of the class `labels`, beside which no mark of a list is to be shown. A footnote
    has its number in `value` of its `li`, too.

    Raises RenderError with the cause. Python-Markdown has been seen to stumble over its own state
    ("OrderedDict mutated during iteration"), so a failure is tried once more with a fresh converter.
    """
    del locale  # The same text gives the same HTML in every locale; the parameter is the contract's.
    return clean(unclean(markdown, rendering))


@lru_cache(maxsize=64)
def rendering(markdown: str, rules: int = NEWEST_RENDERING) -> str:
    """What `render` gives by the rules of that number. Within a publish several pages and files show the same text."""
    return render(markdown, rendering=rules)


def unclean(markdown: str, rendering: int = NEWEST_RENDERING) -> str:
    """The HTML that Markdown makes of a text, before anything is dropped: for looking at, never for showing.

    Raises RenderError, as `render` does.
    """
    text = body(markdown)
    if is_endless(text):
        raise RenderError(
            "Markdown could not be rendered: one paragraph leaves too many brackets open, or holds too many headings"
        )
    try:
        html: str = _converter(rendering).convert(text)
    except Exception:
        try:
            html = _converter(rendering, fresh=True).convert(text)
        except Exception as error:
            _local.converters.pop(rendering, None)
            raise RenderError(f"Markdown could not be rendered: {type(error).__name__}: {error}") from error
    return html


def allows(tag: str, attribute: str | None = None) -> bool:
    """Whether a text may have such an element or, with `attribute`, an element such an attribute."""
    if attribute is None:
        return tag in _TAGS
    named = _EVERYWHERE | _ATTRIBUTES.get(tag, set())
    return attribute in named or attribute.startswith("aria-")


# Whether a text can be rendered in reasonable time.
#
# Python-Markdown looks from each opening bracket for its closing one, and from each heading at the rest of its block.
# Where thousands are left open in one paragraph it would take hours, in `check` as in `publish`.

_PARAGRAPH_ENDS: Final = re.compile(r"\n[ \t]*\n")
_SIGNS: Final = re.compile(r"\]\(|[\[\]<>]|\)|(?:\A|\n)#")
_OPENING: Final = {"[": "]", "<": ">", "](": ")"}
#: What begins a line inside quotations and lists, and how many levels of them a text may have.
_DEPTH: Final = re.compile(r"^[ \t>]{100,}", re.MULTILINE)
_DEEPEST: Final = 60
#: Each reference to a note looks at all others to the same one, each abbreviation is looked for in every word.
_NOTE: Final = re.compile(r"\[\^([^\]\s]+)\]")
_ABBREVIATION: Final = re.compile(r"^\*\[", re.MULTILINE)
#: So many characters may be looked at twice; a second's work or two. A text of links and tables stays far below.
_MOST: Final = 3_000_000


def is_endless(text: str) -> bool:
    """Whether rendering `text` would take time out of all proportion to its length."""
    if any(
        len(found[0].replace(" ", "")) > _DEEPEST or len(found[0]) > 4 * _DEEPEST for found in _DEPTH.finditer(text)
    ):
        return True
    notes = Counter(_NOTE.findall(text))
    repeated = sum(count * count for count in notes.values()) + len(_ABBREVIATION.findall(text)) * len(text) // 10
    return repeated * 2 + sum(_looked_at(part) for part in _PARAGRAPH_ENDS.split(text)) > max(_MOST, 20 * len(text))


def endless_line(text: str) -> int:
    """The line on which the paragraph begins that takes most, counted from 0."""
    at, longest, most = 0, 0, -1
    for part in re.split(r"(\n[ \t]*\n)", text):
        if (effort := _looked_at(part)) > most:
            longest, most = at, effort
        at += part.count("\n")
    return longest


def _looked_at(paragraph: str) -> int:
    """How many characters are looked at in search of an end, each search counted for itself."""
    total, length = 0, len(paragraph)
    left_open: dict[str, list[int]] = {closing: [] for closing in _OPENING.values()}
    for found in _SIGNS.finditer(paragraph):
        sign, at = found[0], found.start()
        if sign.endswith("#"):
            total += length - at
            continue
        if sign.startswith("]") and left_open["]"]:
            total += at - left_open["]"].pop()
        elif left_open.get(sign):
            total += at - left_open[sign].pop()
        if sign in _OPENING:
            left_open[_OPENING[sign]].append(at)
    return total + sum(length - at for places in left_open.values() for at in places)
