"""Whether a text can be made into a page, and holds nothing that a legal text has no use for or that could act there.

Pages show only what is on the allow-list (`markdown.clean`), so nothing of this would run; but what is dropped without
a word is missing without a word. So whatever is not on the list is refused here, with its line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Set
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote

from lxml import etree
from lxml import html as lxml_html

from yururluk.checks.documents import front_matter_line
from yururluk.checks.reading import reading_of
from yururluk.core.messages import Message, msg
from yururluk.core.model import NEWEST_RENDERING, Text
from yururluk.core.problems import Problem, Severity
from yururluk.core.releases import Project
from yururluk.core.rules import rule
from yururluk.text.limits import endless_line, is_endless
from yururluk.text.markdown import SCHEMES, RenderError, allows, clean, unclean

_RULE = "hostile"
_MOST = 25  # faults that are told of one text; whoever has more has other work first
_ADDRESSES = frozenset({"href", "src", "cite"})
_ALIGNED = re.compile(r"\s*text-align:\s*(?:left|right|center|justify);?\s*", re.IGNORECASE)
_UNSEEN = re.compile("[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE | re.ASCII)
_ACTING = ("javascript:", "vbscript:", "livescript:", "jscript:", "mocha:", "data:", "blob:", "file:")
_MARKUP = re.compile(r"[<>]|&(?:#|[a-z][a-z0-9]*;)", re.IGNORECASE)
_HANDLER = re.compile(r"\bon[a-z]{3,}\s*=", re.IGNORECASE)
_SEEN = re.compile(r"</?[a-z][^<>]*>|\bon[a-z]{3,}\s*=", re.IGNORECASE)
_CODE = frozenset({"code", "pre", "kbd", "samp"})
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")

_ENDLESS = msg("the paragraph that begins here would keep the tool busy for hours: too many brackets in it stay open.")
_CLOSE = msg("close what it leaves open, such as [ and <, or divide it by empty lines.")
_LAST = msg("change the part that was written last, or ask a developer to look at the cause.")
_REMOVE = msg("remove it; a text is words, headings, lists, tables, links and emphasis.")
PLAIN = msg("write it in plain words, without < > or &…; as HTML has them.")


def hostile_problems(project: Project, published: Set[str]) -> list[Problem]:
    """The faults of the drafts, and of the releases that can still be fixed: those not yet published."""
    fresh = [release for release in project.releases if release.version not in published]
    problems: list[Problem] = []
    for text in [*project.drafts, *(text for release in fresh for text in release.texts)]:
        problems += text_problems(text)
    for release in fresh:
        for locale, words in sorted(release.summary.items()):
            if is_markup(words):
                line = release.lines.get("summary", 1)
                message = msg(
                    'the summary "{locale}" holds HTML: readers would see it as it stands here.', locale=locale
                )
                problems.append(Problem(_RULE, release.path, line, message, PLAIN))
    return problems


def is_markup(words: str) -> bool:
    """Whether words that are shown as they are look like HTML."""
    return _MARKUP.search(words) is not None or _HANDLER.search(words) is not None


@rule(
    "hostile",
    Severity.ERROR,
    msg("A text holds no script, no foreign element and no address that could act in a browser."),
    source="OWASP XSS Prevention",
)
@rule("rendering", Severity.ERROR, msg("A text can be made into a page, and in reasonable time."))
def text_problems(text: Text) -> list[Problem]:
    """What is hostile in a text, each with its line."""
    problems = []
    if is_markup(text.front_matter.title):
        line = front_matter_line(text, "title")
        problems.append(Problem(_RULE, text.path, line, msg("the title holds HTML."), PLAIN))
    if is_endless(text.body):
        line = text.body_line + endless_line(text.body)
        return [*problems, Problem("rendering", text.path, line, _ENDLESS, _CLOSE)]
    try:
        told = _faults_in(reading_of(text).html)
    except RenderError as error:
        message = msg("no page can be made of this text: {cause}", cause=str(error))
        return [*problems, Problem("rendering", text.path, text.body_line, message, _LAST)]
    lines = text.body.split("\n")
    counted = cache(lambda last: faults_of(_up_to(lines, last), text.rendering))
    for fault, number in sorted(told.items()):
        for which in range(1, min(number, _MOST) + 1):
            line = text.body_line + _line_of(counted, len(lines) - 1, fault, which)
            problems.append(Problem(_RULE, text.path, line, fault, _REMOVE))
            if len(problems) >= _MOST:
                return problems
    return problems


def faults_of(body: str, rendering: int = NEWEST_RENDERING) -> Counter[Message]:
    """What is not on the allow-list in a text, each fault a sentence, and how often it is there."""
    try:
        return _faults_in(unclean(body, rendering))
    except RenderError:
        return Counter()


def _faults_in(html: str) -> Counter[Message]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if not reader.faults and _words(html) != _words(clean(html)):
        # Another reading of the same HTML than ours: what a browser would make of it is not what stands here.
        reader.faults[msg("a part of this text would not show on the page: its HTML is broken.")] += 1
    return reader.faults


class _Reader(HTMLParser):
    """Collects the faults of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: Counter[Message] = Counter()
        self._code = 0

    def handle_data(self, data: str) -> None:
        if self._code:
            return
        for seen in _SEEN.findall(data):
            self.faults[msg('readers would see HTML as it stands here: "{seen}".', seen=_shown(seen))] += 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in _CODE
        if not allows(tag):
            self.faults[msg("the element <{tag}> is not allowed in a text.", tag=_shown(tag))] += 1
            return
        for name, value in attrs:
            fault = _attribute_fault(tag, name, value or "")
            if fault:
                self.faults[fault] += 1

    def handle_endtag(self, tag: str) -> None:
        self._code = max(0, self._code - (tag in _CODE))
        if not allows(tag):
            self.faults[msg("the element <{tag}> is not allowed in a text.", tag=_shown(tag))] += 1

    def handle_comment(self, data: str) -> None:
        if "<" in data or ">" in data:
            self.faults[msg("this comment holds < or >, which browsers may read as its end.")] += 1

    def handle_decl(self, decl: str) -> None:
        self.faults[msg("<!{what}> is not allowed in a text.", what=_shown(decl))] += 1

    def handle_pi(self, data: str) -> None:
        self.faults[msg("<?{what}> is not allowed in a text.", what=_shown(data))] += 1

    def unknown_decl(self, data: str) -> None:
        self.faults[msg("<![{what}]> is not allowed in a text.", what=_shown(data))] += 1


def _attribute_fault(tag: str, name: str, value: str) -> Message | None:
    if name.startswith("data-redline"):
        return msg('the attribute "{name}" belongs to redlines and is not allowed in a text.', name=_shown(name))
    if tag in {"td", "th"} and name == "style" and _ALIGNED.fullmatch(value):
        return None  # Markdown's own, for a column
    if not allows(tag, name):
        return msg('the attribute "{name}" of <{tag}> is not allowed in a text.', name=_shown(name), tag=tag)
    if name in _ADDRESSES:
        return _address_fault(tag, value)
    if name in {"id", "class", "name"} and re.search(r"[<>\"'=`]", value):
        return msg('the {name} "{value}" is no name.', name=name, value=_shown(value))
    if _MARKUP.search(value) or _HANDLER.search(value):
        return msg('the attribute "{name}" of <{tag}> holds HTML.', name=name, tag=tag)
    return None


def _address_fault(tag: str, value: str) -> Message | None:
    """A link may lead to the web, to mail or telephone, or within the site; an image must lie within it."""
    seen = _UNSEEN.sub("", value)
    scheme = _SCHEME.match(seen)
    wrong = scheme is not None and scheme[1].lower() not in SCHEMES
    letters = re.sub(r"[^a-z:]", "", unquote(unquote(seen)).lower())
    if wrong or letters.startswith(_ACTING):
        return msg('the address "{value}" is not one that a text may lead to.', value=_shown(value))
    if (
        _UNSEEN.sub("", value.strip()) != value.strip()
        or "\\" in value
        or _HANDLER.search(value)
        or _MARKUP.search(value.replace("&", ""))
    ):
        return msg('the address "{value}" holds characters that no address has.', value=_shown(value))
    if tag == "img" and (scheme or seen.startswith("//")):
        return msg(
            'the image "{value}" would be fetched from elsewhere, which tells who reads the text.', value=_shown(value)
        )
    return None


def _shown(value: str) -> str:
    """A value on one line, cut short, its unseen characters made visible."""
    plain = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in value)
    return plain if len(plain) <= 60 else f"{plain[:60]}…"


def _words(html: str) -> list[str]:
    """The words of HTML, comments left out."""
    try:
        root = lxml_html.fragment_fromstring(html, create_parent="div")
    except (etree.LxmlError, ValueError):
        return []
    return "".join(str(part) for part in root.xpath(".//text()")).split()


def _line_of(counted: Callable[[int], Counter[Message]], last: int, fault: Message, which: int) -> int:
    """The line, from 0, with which a fault is there so many times: the text is rendered up to it, ever closer."""
    first = 0
    while first < last:
        middle = (first + last) // 2
        if counted(middle)[fault] >= which:
            last = middle
        else:
            first = middle + 1
    return first


def _up_to(lines: list[str], last: int) -> str:
    """The text up to and with a line; a fence that is open there is closed, so that code stays code."""
    fence = ""
    for line in lines[: last + 1]:
        found = _FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and line.strip() == fence:
            fence = ""
    return "\n".join([*lines[: last + 1], *([fence] if fence else [])])
