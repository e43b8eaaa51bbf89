"""Running text on its way into a PDF: HTML inside a paragraph becomes a flat row of runs, each with its style.

A run is plain data. Nothing in it is ever read as typst's own markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import html as lxml_html

from yururluk.core.names import names

#: What a mark of a redline does to words: inserted, deleted, either as a mere difference of form, or moved here.
MARKS = ("ins", "del", "ins-form", "del-form", "moved")

_STYLES = {
    "strong": "b", "b": "b", "em": "i", "i": "i", "cite": "i", "dfn": "i", "var": "i", "u": "u", "ins": "u",
    "del": "s", "s": "s", "sup": "sup", "sub": "sub", "code": "code", "kbd": "code", "samp": "code",
    "mark": "hi", "small": "small", "th": "b", "dt": "b", "summary": "b",
}  # fmt: skip
_SPACE = re.compile(r"[ \t\n\r\f]+")
#: A long word may be broken after a sign that parts an address, or else after so many characters.
_LONGEST = 24
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_SAFE_IN_ADDRESS = "!#$%&'()*+,/:;=?@[]~"
_DOCUMENT = re.compile(r"(?P<document>[a-z0-9]+(?:-[a-z0-9]+)*)\.md(?P<anchor>#.*)?", re.ASCII)
#: Characters that no page shows and no font has: controls, private use, lone surrogates, byte order marks.
_UNSEEN = names("Cc Cs Co Cn")


@dataclass(frozen=True)
class Style:
    """How a run looks: its marks of emphasis, its place in a redline, and where it leads."""

    flags: frozenset[str] = frozenset()
    mark: str = ""
    link: str = ""
    target: str = ""

    def under(self, element: lxml_html.HtmlElement) -> Style:
        """The style inside an element."""
        if element.get("data-redline"):
            return self
        flag = _STYLES.get(element.tag)
        return replace(self, flags=self.flags | {flag}) if flag else self


@dataclass(frozen=True)
class Run:
    """Words of one style. A break of the line has the text "\\n"; a place where a long word may be broken, none."""

    text: str
    style: Style


@dataclass(frozen=True)
class Places:
    """Where links lead: `page` is the address of the text's own page, `anchors` are the ids that the text has."""

    page: str
    anchors: frozenset[str]

    def of(self, href: str) -> tuple[str, str]:
        """A link's web address, and the id that it leads to in this text; both empty where it leads nowhere."""
        if href.startswith("#"):
            anchor = unquote(href[1:])
            return "", anchor if anchor in self.anchors else ""
        document = _DOCUMENT.fullmatch(href)
        if document:
            href = f"../{document['document']}/{document['anchor'] or ''}"
        try:
            address = urljoin(self.page, href)
            known = urlsplit(address).scheme in _SCHEMES
        except ValueError:
            return "", ""
        return (quote(address, safe=_SAFE_IN_ADDRESS), "") if known else ("", "")


def visible(text: str) -> str:
    """The text without characters that have no shape in any font."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t\r\f" or (unicodedata.category(c) not in _UNSEEN and c != "\ufeff"))


def folded(runs: Sequence[Run]) -> list[Run]:
    """The runs with white space folded as a browser does, none at the ends of a line."""
    out: list[Run] = []
    after_space = True
    for run in runs:
        if run.text in ("", "\n"):
            if run.text and out and out[-1].text.endswith(" "):
                out[-1] = replace(out[-1], text=out[-1].text[:-1])
            out.append(run)
            after_space = after_space or bool(run.text)
            continue
        text = _SPACE.sub(" ", run.text)
        if after_space:
            text = text.lstrip(" ")
        if text:
            out.append(replace(run, text=text))
            after_space = text.endswith(" ")
    while out and (out[-1].text == "\n" or not out[-1].text.rstrip(" ")):
        out.pop()
    if out:
        out[-1] = replace(out[-1], text=out[-1].text.rstrip(" "))
    while out and out[0].text in ("", "\n"):
        out.pop(0)
    return out


def is_blank(runs: Sequence[Run]) -> bool:
    """Whether there is nothing to read."""
    return not any(run.text.strip() for run in runs)


def plain(runs: Sequence[Run]) -> str:
    """The words alone."""
    return "".join(run.text for run in runs)


class Linker:
    """Puts runs into the form that the template reads; a link's address follows its words once in a document."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def row(self, runs: Sequence[Run], longest: int = 0) -> list[dict[str, Any]]:
        """Runs as plain data, neighbours of one link together. `longest` is how many characters of a word fit into
        the line; 0 where all but the longest do."""
        out: list[dict[str, Any]] = []
        at = 0
        while at < len(runs):
            style = runs[at].style
            end = at
            while end < len(runs) and (runs[end].style.link, runs[end].style.target) == (style.link, style.target):
                end += 1
            inside = [value for run in runs[at:end] for value in _values(run, longest)]
            if style.target:
                out.append({"to": style.target, "runs": inside})
            elif style.link:
                out.append({"url": style.link, "runs": inside})
                out += self._address(style, plain(runs[at:end]))
            else:
                out += inside
            at = end
        return out

    def _address(self, style: Style, words: str) -> Iterator[dict[str, Any]]:
        """What is printed behind a link whose words do not show where it leads."""
        scheme, _, rest = style.link.partition(":")
        shown = style.link if scheme in ("http", "https") else rest
        bare = unquote(shown).removeprefix(f"{scheme}://").rstrip("/")
        if bare in unquote(words) or style.link in self._told or style.mark.startswith("del"):
            return
        self._told.add(style.link)
        quiet = Style(frozenset({"address"}), style.mark)
        yield from _values(Run(" (", quiet))
        yield {"url": style.link, "runs": list(_values(Run(shown, quiet)))}
        yield from _values(Run(")", quiet))


def _values(run: Run, longest: int = 0) -> Iterator[dict[str, Any]]:
    flags = sorted(run.style.flags)
    if run.text == "\n":
        yield {"br": True}
        return
    place = 0
    long_word, piece_of = _breaking(min(longest or _LONGEST, _LONGEST))
    for found in long_word.finditer(run.text):
        if found.start() > place:
            yield _value(run.text[place : found.start()], flags, run.style.mark)
        for piece in piece_of.findall(found[0]):
            if piece:
                yield _value(piece, flags, run.style.mark)
                yield {"wbr": True}
        place = found.end()
    if place < len(run.text):
        yield _value(run.text[place:], flags, run.style.mark)


@cache
def _breaking(longest: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A word that is too long for `longest` characters, and the pieces into which it may be broken."""
    least, scheme = min(8, longest), "(?:https?://)?" if longest == _LONGEST else ""
    piece = rf"{scheme}(?:.{{{least},{longest}}}[/\-_?&=@,;:]+|.{{1,{longest}}})"
    return re.compile(rf"\S{{{longest + 1},}}"), re.compile(piece, re.DOTALL)


def _value(text: str, flags: list[str], mark: str) -> dict[str, Any]:
    value: dict[str, Any] = {"s": text}
    if flags:
        value["f"] = flags
    if mark:
        value["m"] = mark
    return value
