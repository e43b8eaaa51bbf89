"""What the page of a text may be made of, so that a browser shows the text as this program reads it.

An allow-list: the elements around the text, their neighbours, every element and attribute of the rest of the page, and
the scripts. Whatever is not named here could hide, cover or rewrite the text. The page must also be written so that
each browser makes the same tree of it as a plain reader: tags closed in order, attributes in quotes, characters escaped
(HTML Living Standard, 13.1 and 13.2). The text itself is compared with its rendering, not listed here.

A new template changes the tables at the top and nothing else.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from html.entities import name2codepoint
from typing import Final

from yururluk.core.messages import Message, msg
from yururluk.core.model import ASSET_PATTERN
from yururluk.site.urls import CONTENT_SECURITY_POLICY


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: The class of the element that holds, on a text page, the frozen text and nothing else but anchors and notes.
TEXT_CLASS: Final = "text"
#: The elements that the text may lie in, with their classes.
ANCESTORS: Final = {
    "html": {"no-js"},
    "body": set[str](),
    "main": {"md-main"},
    "article": {"document", "with-contents", "md-content__inner", "md-typeset"},
    "div": {"document", "md-container", "md-main__inner", "md-grid", "md-content", TEXT_CLASS},
}
#: What may lie beside the text and its ancestors, by the first of its classes.
BESIDE: Final = {
    *("head", "link", "script"),
    *("a.skip", "header.site-header", "footer.site-footer", "p.running"),
    *("header.masthead", "aside.rail", "section.about", "p.plain-note", "section.cite", "data.frozen"),
    *("input.md-toggle", "label.md-overlay", "div[skip]", "div[announce]", "header.md-header", "footer.md-footer"),
    *("div.md-sidebar", "button.md-top", "div.md-dialog"),
}
ELEMENTS: Final = _words(
    "html head title meta link script body header footer main nav aside section article div p span a ul "
    "ol li dl dt dd h1 h2 h3 h4 h5 h6 time code cite data details summary strong em small br hr img form "
    "input button label svg path table caption thead tbody tr th td"
)
ATTRIBUTES: Final = _words(
    "lang dir id class role tabindex hidden title href hreflang rel type src defer name content charset "
    "http-equiv datetime value for placeholder autocomplete autocapitalize autocorrect spellcheck "
    "maxlength required checked alt d viewBox xmlns scope colspan rowspan"
)
#: Of the text's own ancestors: nothing by which a browser hides an element or turns it round.
ON_ANCESTORS: Final = frozenset({"lang", "class", "id", "tabindex"})
_PREFIXES: Final = ("data-", "aria-")
#: The values that matter, by element and attribute. `assets/` holds files that carry their digest in their name.
_ASSET: Final = r"(?:\.\./)*assets/(?:[a-z]+/)*[a-z-]+\.[0-9a-f]{8,10}(?:\.min)?\."
VALUES: Final = {
    ("meta", "charset"): re.compile(r"utf-8"),
    ("meta", "http-equiv"): re.compile(r"Content-Security-Policy"),
    ("script", "src"): re.compile(_ASSET + "js"),
    ("script", "type"): re.compile(r"application/(?:ld\+)?json"),
    ("img", "src"): re.compile(rf"{_ASSET}(?:svg|png|webp|jpg)|(?:\.\./)+assets/{ASSET_PATTERN}"),
    ("input", "type"): re.compile(r"checkbox|radio|text|search"),
    ("body", "dir"): re.compile(r"ltr"),
    ("*", "dir"): re.compile(r"ltr|auto"),
    ("*", "href"): re.compile(r"(?!\s*(?:data|javascript|vbscript|blob):).*", re.IGNORECASE | re.DOTALL),
}
_SHEET: Final = re.compile(_ASSET + "css")
#: Scripts that are in the page itself, by the hashes that the site's own policy names.
_SCRIPT_HASHES: Final = frozenset(re.findall(r"'sha256-([A-Za-z0-9+/=]+)'", CONTENT_SECURITY_POLICY))

_VOID: Final = _words("meta link br hr img input col wbr")
_RAW: Final = frozenset({"script", "title"})
#: What HTML's parser closes by itself, or moves elsewhere: (element, where it may not be, where it must be).
_ENDS_PARAGRAPH: Final = _words(
    "address article aside blockquote details dialog div dl fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr main menu nav ol p pre section summary table ul li dt dd"
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NOT_NESTED: Final = frozenset({"a", "button", "form", "label"})
_PARENTS: Final = {
    **{name: {"html"} for name in ("head", "body")},
    **{name: {"head"} for name in ("title", "meta")},
    "html": {""},
    "li": {"ul", "ol", "menu"},
    **{name: {"dl", "div"} for name in ("dt", "dd")},
    **{name: {"table"} for name in ("thead", "tbody", "tfoot", "caption", "colgroup")},
    "tr": {"thead", "tbody", "tfoot"},
    **{name: {"tr"} for name in ("td", "th")},
    "col": {"colgroup"},
    "path": {"svg"},
}
#: Text in these is moved elsewhere, or cannot be there; of the tables also every other element.
_NO_TEXT: Final = frozenset({"html", "head", "table", "thead", "tbody", "tfoot", "tr", "colgroup", "svg", ""})
_TABLES: Final = frozenset({"table", "thead", "tbody", "tfoot", "tr", "colgroup", "html", "svg"})

_ENTITIES: Final = name2codepoint.keys() | {"apos"}
_TEXT: Final = re.compile(r"[^<&\x00-\x08\x0b-\x1f\x7f-\x9f]+|\r")
_REFERENCE: Final = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]*));")
_START: Final = re.compile(r'<([a-z][a-z0-9]*)((?:\s+[A-Za-z][-A-Za-z0-9:]*(?:="[^"]*")?)*)\s*(/?)>')
_ATTRIBUTE: Final = re.compile(r'([A-Za-z][-A-Za-z0-9:]*)(?:="([^"]*)")?')
_END: Final = re.compile(r"</([a-z][a-z0-9]*)>")


class _Fault(Exception):
    """Why a page is not accepted."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class _Element:
    name: str
    attributes: Mapping[str, str]

    @property
    def is_text(self) -> bool:
        return self.name == "div" and self.attributes.get("class") == TEXT_CLASS


def shape_fault(page: str) -> Message | None:
    """The first thing on a page by which a browser could show something else than its text; or None."""
    try:
        _check(page)
    except _Fault as fault:
        return fault.message
    return None


def _check(page: str) -> None:
    if not page.lower().startswith("<!doctype html>"):
        raise _otherwise(page, 0)
    open_elements: list[_Element] = []
    beside: list[tuple[_Element, tuple[_Element, ...]]] = []
    above_text: tuple[_Element, ...] = ()
    place = len("<!doctype html>")
    while place < len(page):
        parent = open_elements[-1].name if open_elements else ""
        if match := _TEXT.match(page, place):
            if parent in _NO_TEXT and match.group().strip():
                raise _otherwise(page, place)
        elif match := _REFERENCE.match(page, place):
            if parent in _NO_TEXT or not _is_plain(match):
                raise _otherwise(page, place)
        elif match := _END.match(page, place):
            if not open_elements or match[1] != open_elements.pop().name:
                raise _otherwise(page, place)
        elif match := _START.match(page, place):
            element = _element(match, page)
            inside = any(above.is_text for above in open_elements)
            if not inside:
                _check_element(element)
                beside.append((element, tuple(open_elements)))
                if element.is_text:
                    above_text = (*open_elements, element)
            _check_nesting(element, open_elements, page, place)
            if element.name in _RAW:
                place = _raw_end(page, match.end(), element)
                continue
            if element.name not in _VOID and not (match[3] and element.name == "path"):
                open_elements.append(element)
        else:
            raise _otherwise(page, place)
        place = match.end()
    if open_elements:
        raise _otherwise(page, place)
    for element in above_text:
        _check_ancestor(element)
    for element, above in beside:
        if above and above == above_text[: len(above)] and element not in above_text and _kind(element) not in BESIDE:
            raise _may_act(element)


def _element(match: re.Match[str], page: str) -> _Element:
    attributes: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(match[2]):
        if name.lower() in {other.lower() for other in attributes} or any(
            sign == "&" and not ((found := _REFERENCE.match(value, at)) and _is_plain(found))
            for at, sign in enumerate(value)
        ):
            raise _otherwise(page, match.start())
        attributes[name] = value
    if match[3] and match[1] not in _VOID | {"path"}:
        raise _otherwise(page, match.start())
    return _Element(match[1], attributes)


def _is_plain(reference: re.Match[str]) -> bool:
    """Whether every reader takes a character reference for the same character."""
    if reference[3]:
        return reference[3] in _ENTITIES
    code = int(reference[1] or reference[2], 10 if reference[1] else 16)
    return code in {9, 10, 13} or 32 <= code < 127 or 160 <= code < 0xD800 or 0xE000 <= code < 0x110000


def _check_nesting(element: _Element, above: list[_Element], page: str, place: int) -> None:
    """Refuse what HTML's parser would close, move or drop (13.2.6)."""
    name = element.name
    names = [other.name for other in above]
    parent = names[-1] if names else ""
    row = max((at for at, other in enumerate(names) if other in {"td", "th", "caption"}), default=-1)
    if (
        (name in _PARENTS and parent not in _PARENTS[name])
        or (parent in _TABLES and name not in _PARENTS)
        or (parent == "head" and name not in {"title", "meta", "link", "script"})
        or (name in _ENDS_PARAGRAPH and "p" in names[row + 1 :])
        or (name in _HEADINGS and _HEADINGS.intersection(names))
        or (name in _NOT_NESTED and name in names)
    ):
        raise _otherwise(page, place)


def _check_element(element: _Element) -> None:
    if element.name not in ELEMENTS:
        raise _may_act(element)
    for name, value in element.attributes.items():
        allowed = name in ATTRIBUTES or name.startswith(_PREFIXES)
        wanted = VALUES.get((element.name, name)) or VALUES.get(("*", name))
        if not allowed or (wanted and not wanted.fullmatch(value)):
            raise _may_act(element, name)
    if "stylesheet" in element.attributes.get("rel", "").lower().split() and not _SHEET.fullmatch(
        element.attributes.get("href", "")
    ):
        raise _may_act(element, "href")


def _check_ancestor(element: _Element) -> None:
    """The text itself, and each element that it lies in."""
    classes = set(element.attributes.get("class", "").split())
    if element.name not in ANCESTORS or classes - ANCESTORS[element.name]:
        raise _may_act(element)
    for name in element.attributes:
        if name not in ON_ANCESTORS and not name.startswith("data-") and (element.name, name) != ("body", "dir"):
            raise _may_act(element, name)


def _kind(element: _Element) -> str:
    """How the table names an element beside the text."""
    first = next(iter(element.attributes.get("class", "").split()), "")
    component = element.attributes.get("data-md-component", "")
    return f"{element.name}.{first}" if first else f"{element.name}[{component}]" if component else element.name


def _raw_end(page: str, begin: int, element: _Element) -> int:
    """Where a script or the title ends; what a script says must be known."""
    end = page.find(f"</{element.name}>", begin)
    content = page[begin : max(end, begin)]
    if end < 0 or (element.name == "title" and "<" in content):
        raise _otherwise(page, begin)
    if element.name == "script" and re.search(r"<!--|</?script", content, re.IGNORECASE):
        raise _otherwise(page, begin)
    if element.name == "script":
        digest = b64encode(hashlib.sha256(content.encode()).digest()).decode()
        source, data = "src" in element.attributes, "type" in element.attributes
        known = not content.strip() if source else data or digest in _SCRIPT_HASHES
        if not known or (source and data):
            raise _may_act(element)
    return end + len(f"</{element.name}>")


def _may_act(element: _Element, attribute: str = "") -> _Fault:
    shown = f"<{element.name} {attribute}>" if attribute else f"<{element.name}>"
    return _Fault(msg("this page holds something that could hide or change its text: {what}.", what=shown))


def _otherwise(page: str, place: int) -> _Fault:
    words = " ".join(page[place : place + 40].split())
    line = page.count("\n", 0, place) + 1
    return _Fault(
        msg(
            "this page is not written as this program writes pages (line {line}: {words}), so a browser may show "
            "something else.",
            line=line,
            words=words or msg("its end"),
        )
    )
