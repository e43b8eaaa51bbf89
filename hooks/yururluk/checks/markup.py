"""Whether a text is shown as it is written, and holds nothing that could act in a browser.

Pages show only what is on the allow-list (`markdown.clean`), and what is dropped in silence would be missing in
silence: so whatever is not on the list is refused here, with its line. A second reader of Markdown, markdown-it-py
(CommonMark 0.31 with tables and footnotes), must find the same words, numbers, ordinals and cells in their order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html.parser import HTMLParser
from urllib.parse import unquote

from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from yururluk.checks.reading import front_matter_line, reading_of
from yururluk.core.messages import Message, Problem, Severity, fault, msg, names, rule
from yururluk.core.model import NEWEST_RENDERING, Text
from yururluk.core.releases import Project
from yururluk.text.block_syntax import ATTRIBUTES, REFERENCE, cells_of_row, is_box
from yururluk.text.blocks import is_block
from yururluk.text.markdown import SCHEMES, RenderError, allows, clean, endless_line, is_endless, unclean

_RULE = "hostile"
_MOST = 25  # faults of one text that are reported
_ADDRESSES = frozenset({"href", "src", "cite"})
_ALIGNED = re.compile(r"\s*text-align:\s*(?:left|right|center|justify);?\s*", re.IGNORECASE)
_UNSEEN = re.compile("[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE | re.ASCII)
_VARIABLE = re.compile(r"\{\{[^{}\n]*\}\}")
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
    for text in [*project.drafts, *project.pages, *(text for release in fresh for text in release.texts)]:
        problems += text_problems(text)
    for release in fresh:
        for locale, words in sorted(release.summary.items()):
            if is_markup(words):
                line = release.lines.get("summary", 1)
                message = msg(
                    'the summary "{locale}" holds HTML: readers would see it as it stands here.', locale=locale
                )
                problems.append(fault(_RULE, release.path, line, message, PLAIN))
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
        problems.append(fault(_RULE, text.path, line, msg("the title holds HTML."), PLAIN))
    if is_endless(text.body):
        line = text.body_line + endless_line(text.body)
        return [*problems, fault("rendering", text.path, line, _ENDLESS, _CLOSE)]
    try:
        found = _faults_in(reading_of(text).html)
    except RenderError as error:
        message = msg("no page can be made of this text: {cause}", cause=str(error))
        return [*problems, fault("rendering", text.path, text.body_line, message, _LAST)]
    lines = text.body.split("\n")
    counted = cache(lambda last: faults_of(_up_to(lines, last), text.rendering))
    for message, number in sorted(found.items()):
        for which in range(1, min(number, _MOST) + 1):
            line = text.body_line + _line_of(counted, len(lines) - 1, message, which)
            problems.append(fault(_RULE, text.path, line, message, _REMOVE))
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
        # Another reading of the same HTML than ours: what a browser would make of it is not what is here.
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
            found = _attribute_fault(tag, name, value or "")
            if found:
                self.faults[found] += 1

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
    filled = _VARIABLE.sub("x", value.strip())  # `dead-link` says that it is not filled in
    if (
        _UNSEEN.sub("", filled) != filled
        or "\\" in value
        or _HANDLER.search(value)
        or _MARKUP.search(value.replace("&", ""))
    ):
        return msg('the address "{value}" holds characters that no address has.', value=_shown(value))
    if tag == "img" and (scheme or seen.startswith("//")):
        return msg(
            'the image "{value}" would be fetched from elsewhere, which shows who reads the text.', value=_shown(value)
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


_WORD = re.compile(r"\[\^[^\]]*\]|[^\W_]+")
_FENCE_IN_BLOCK = re.compile(r"[ >]*(?:(?:[-+*]|\d{1,9}[.)]) +)*(?P<fence>`{3,}|~{3,})")
_OWN_LINE = re.compile(rf"[ >]*\{{:?[ ]*{ATTRIBUTES}[ ]*\}}[ ]*")
_AFTER_INLINE = re.compile(rf"(?<=[)*`>~^])\{{:?[ ]*{ATTRIBUTES}[ ]*\}}")
_ABBREVIATION = re.compile(r"[*]\[[^\]]*\] ?:.*")
_BOX = re.compile(r"(?:!!!|\?\?\?\+?) ?(?P<kind>[\w\-]+)(?: +[\w\-]+)*(?: +\"(?P<title>.*?)\")? *")
_DROPPED = re.compile(
    r"<!--.*?-->|<(script|style|template|noscript|iframe|object|embed|svg|math|textarea|select|title)\b.*?</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>[^>]*)>", re.IGNORECASE)
_SHIFTED = re.compile(r"~~(.+?)~~|\^\^(.+?)\^\^|(?<=[\w)\]])~([^~\s]+)~(?!~)|(?<=[\w)\]])\^([^\^\s]+)\^(?!\^)")
_INLINE_TAGS = names("a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup u")
_SPACED_ADDRESS = re.compile(r"\]\( *([^()<>\n\"' ]+ [^()<>\n\"']*?) *\)")
_AROUND = 4
#: Signs that a reader of a page takes for markup that was not understood.
_SIGNS = re.compile(
    r"(?<![*(])(?<!\d(?=\*\*+[\s\d,.;]))\*{2,3}(?![*)])"
    r"|\]\(|\] \((?=https?:|mailto:|www\.|[/#])|(?<!\d)\]\[|\]\[(?!\d)|\[\^[^\]\s]+\]"
    r"|\|[ ]*:?(?:-{3,}|[–—]+[ ]*\|)|\{:?[ ]*[#.][\w-]|^#(?=[^\W\d_])|^#{2,6}(?=\w)|^={3,}$|^`{3,}|^~{3,}"
    r"|(?<!\w)__(?=[^\W_][^_\n]*__[^\W_])|^\|(?=[^|\n]+\|[^\n]*\|[ ]*$)",
    re.MULTILINE,
)


@dataclass
class _Reading:
    """Words in their order, each with the line on which it was found; the words of each footnote by its name."""

    words: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    notes: dict[str, _Reading] = field(default_factory=dict)

    def add(self, text: str, line: int = 0) -> None:
        for number, part in enumerate(text.split("\n")):
            for word in _WORD.findall(part):
                self.words.append(word)
                self.lines.append(line + number)


@rule("faithful", Severity.ERROR, msg("A text is shown as it is written: two readers of its Markdown find the same."))
@rule("markup", Severity.WARNING, msg("No sign of markup shows as a sign on the page."), may_allow=True)
def reading_problems(text: Text) -> list[Problem]:
    """Where a draft would be shown otherwise than another reader of Markdown reads it."""
    if is_endless(text.body):
        return []  # `rendering` says so
    reading = reading_of(text)
    try:
        reading.html  # noqa: B018
    except RenderError:
        return []
    root = deepcopy(reading.rendered)
    tokens = _parser().parse(_prepared(text.body), {})
    found = list(_surplus(text, tokens))
    if not found:
        theirs = _theirs(tokens)
        found = list(_differences(text, theirs, _ours(deepcopy(root))))
    return [*found, *_signs(text, root)]


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").use(footnote_plugin)
    # Rules 2 know no indented code, and read Markdown inside boxes of HTML; notes stay where they are defined.
    return parser.disable(["code", "html_block", "footnote_tail", "footnote_inline"])


def _prepared(body: str) -> str:
    """The source without what CommonMark does not know, line for line."""
    body = _DROPPED.sub(lambda found: "\n" * found[0].count("\n"), body)
    source, lines, fence = body.split("\n"), [], ""
    for place, line in enumerate(source):
        opening = _FENCE_IN_BLOCK.match(line)
        if opening and (not fence or opening["fence"].startswith(fence)):
            fence = "" if fence else opening["fence"]
            lines.append(line)
        elif fence:
            lines.append(line)
        elif _OWN_LINE.fullmatch(line) or _ABBREVIATION.fullmatch(line) or line.strip() == "[TOC]":
            lines.append("")
        elif (box := _BOX.fullmatch(line)) and is_box(source, place):
            lines.append(box["title"] if box["title"] is not None else box["kind"].capitalize())
        else:
            if re.match(r"[ >]*#{1,6} ", line):
                line = re.sub(rf"[ ]+\{{:?[ ]*{ATTRIBUTES}[ ]*\}}([ ]*#*[ ]*)$", r"\1", line)
            line = _AFTER_INLINE.sub("", line) if "{" in line else line
            if line.lstrip().startswith("[") and "]:" in line and not REFERENCE.match(line):
                line = re.sub(r"^( {0,3})\[(?!\^)", r"\1\\[", line)
            # An address with a space in it, which CommonMark takes for text.
            lines.append(_SPACED_ADDRESS.sub(r"](<\1>)", line) if "](" in line else line)
    return "\n".join(lines)


def _theirs(tokens: Sequence[Token]) -> _Reading:
    """What markdown-it-py reads."""
    whole = _Reading()
    into = whole
    lists: list[int | None] = []
    for token in tokens:
        if token.type == "footnote_reference_open":
            into = whole.notes.setdefault(token.meta["label"], _Reading())
        elif token.type == "footnote_reference_close":
            into = whole
        elif token.type == "list_item_open" and token.info:
            into.add(token.info, token.map[0] if token.map else 0)
        elif token.type in ("fence", "code_block"):
            into.add(token.content, token.map[0] + 1 if token.map else 0)
        elif token.type == "inline":
            into.add(_text(token.children or [], lists), token.map[0] if token.map else 0)
    return whole


def _text(children: Sequence[Token], lists: list[int | None]) -> str:
    """The words of a line of text; `lists` are the lists in HTML that are open, with their last numbers."""
    text, literal = "", []
    for token in children:
        if token.type == "text" or token.type == "code_inline" or token.type == "text_special":
            text += token.content
        elif token.type in ("softbreak", "hardbreak"):
            text += "\n"
        elif token.type == "footnote_ref":
            text += f"[^{token.meta['label']}]"
        elif token.type in ("em_open", "strong_open") and token.markup.startswith("*"):
            # By rules 2, a star inside a word begins no emphasis.
            inside = text[-1:].isalnum() and (token.markup == "*" or text[-1:].isdigit())
            literal.append(inside)
            text += token.markup if inside else ""
        elif token.type in ("em_close", "strong_close") and token.markup.startswith("*"):
            text += token.markup if literal.pop() else ""
        elif token.type == "html_inline":
            text += _of_tag(token.content, lists)
    return _SHIFTED.sub(lambda found: next(part for part in found.groups() if part is not None), text)


def _of_tag(content: str, lists: list[int | None]) -> str:
    tag = _TAG.match(content)
    if tag is None:
        return ""
    name, attributes = tag["name"].lower(), dict(re.findall(r"(\w+)=[\"']?(\d+)", tag["attributes"]))
    if name in ("ol", "ul"):
        if tag["end"]:
            lists[-1:] = []
        else:
            lists.append(int(attributes.get("start", 1)) - 1 if name == "ol" else None)
    if name == "li" and not tag["end"] and lists and lists[-1] is not None:
        lists[-1] = int(attributes.get("value", lists[-1] + 1))
        return f" {lists[-1]} "
    return "" if name in _INLINE_TAGS else " "


def _ours(root: lxml_html.HtmlElement) -> _Reading:
    """What the rendering says."""
    whole = _Reading()
    for box in root.xpath("./div[@class='toc']"):
        box.drop_tree()
    for back in root.xpath(".//a[@class='footnote-backref']"):
        back.drop_tree()
    for mark in root.xpath(".//sup[starts-with(@id, 'fnref')]"):
        for link in mark.iter("a"):
            link.text = f"[^{link.get('href', '').removeprefix('#fn:')}]"
    for box in root.xpath(".//div[@class='footnote'][hr][ol/li[starts-with(@id, 'fn:')]]"):
        for note in box.xpath("./ol/li"):
            whole.notes[note.get("id").removeprefix("fn:")] = _of(note)
        box.drop_tree()
    whole.words = _of(root).words
    return whole


def _of(element: lxml_html.HtmlElement) -> _Reading:
    parts: list[str] = []
    _collect(element, parts)
    found = _Reading()
    found.add("".join(parts))
    return found


def _collect(element: lxml_html.HtmlElement, parts: list[str]) -> None:
    number = int(element.get("start") or 1) - 1 if element.tag == "ol" else None
    parts.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str):
            apart = " " if child.tag in ("br", "img") or is_block(child) else ""
            parts.append(apart)
            if number is not None and child.tag == "li":
                number = int(child.get("value") or number + 1)
                parts.append(f"{number} ")
            _collect(child, parts)
            parts.append(apart)
        parts.append(child.tail or "")


def _differences(text: Text, theirs: _Reading, ours: _Reading) -> Iterator[Problem]:
    """The first difference in the text, and the first in each footnote."""
    names = dict.fromkeys([*theirs.notes, *ours.notes])
    pairs = [(theirs, ours), *((theirs.notes.get(n, _Reading()), ours.notes.get(n, _Reading())) for n in names)]
    for their, our in pairs:
        if their.words == our.words:
            continue
        both = zip(their.words, our.words, strict=False)
        at = next((n for n, (a, b) in enumerate(both) if a != b), min(len(their.words), len(our.words)))
        line = text.body_line + (their.lines[min(at, len(their.lines) - 1)] if their.lines else 0)
        message = msg(
            "two readers of Markdown read this differently: the page says “{ours}”, CommonMark says “{theirs}”.",
            ours=_excerpt(our.words, at),
            theirs=_excerpt(their.words, at),
        )
        fix = msg("write it in a way that can be read only once: blank lines around it, \\ before signs that are text.")
        yield fault("faithful", text.path, line, message, fix)


def _excerpt(words: Sequence[str], at: int) -> str:
    return " ".join(words[max(0, at - 2) : at + _AROUND]) or "∅"


def _surplus(text: Text, tokens: Sequence[Token]) -> Iterator[Problem]:
    """Rows with more cells than their table has headers."""
    lines, headers = text.body.split("\n"), 0
    for place, token in enumerate(tokens):
        if token.type == "thead_open":
            ends = next(n for n in range(place, len(tokens)) if tokens[n].type == "thead_close")
            headers = sum(other.type == "th_open" for other in tokens[place:ends])
        elif token.type == "tr_open" and token.map and headers:
            cells = len(cells_of_row(lines[token.map[0]].lstrip(" >")))
            if cells > headers:
                message = msg("this row has {cells} cells under {headers} headers.", cells=cells, headers=headers)
                fix = msg("add a header, join two cells, or write \\| for a line that is text.")
                yield fault("faithful", text.path, text.body_line + token.map[0], message, fix)


def _signs(text: Text, root: lxml_html.HtmlElement) -> Iterator[Problem]:
    for code in root.xpath(".//code | .//pre | .//kbd | .//samp"):
        code.text = ""
        for child in list(code):
            code.remove(child)
    shown = root.text_content()
    at, lines, seen = 0, text.body.split("\n"), set()
    for found in _SIGNS.finditer(shown):
        around = shown[found.start() : found.end() + 12].split("\n")[0].strip()
        place = next((n for n in range(at, len(lines)) if around in lines[n]), None)
        if place is None:
            place = next((n for n in range(at, len(lines)) if found[0] in lines[n]), at)
        at = place
        if (place, found[0]) in seen:
            continue
        seen.add((place, found[0]))
        message = msg("“{sign}” shows as a sign on the page: “{words}”.", sign=found[0], words=around)
        fix = msg("complete the markup, or take the sign away; \\ before a sign says that it is text.")
        yield fault("markup", text.path, text.body_line + place, message, fix)
