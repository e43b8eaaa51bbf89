"""Reads a rendering into blocks that remember where in the source they are, so that what did not change is copied.

The source is sliced, not rebuilt: a node is a span of the string. That is faster than any tree of text and makes
"unchanged" mean the very same characters. It works on regular HTML only: lower-case tags, double quotes, everything
closed, nothing nested that a browser would take apart. `read` proves that while it reads, and has anything else put in
order by an HTML 5 parser first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import nh3

from yururluk.core.messages import names

OWN_ATTRIBUTE: Final = "data-redline"
#: The same letters where a text says them, in words or in an attribute's value: a browser reads them alike.
_ONLY_SAID: Final = "data&#45;redline"

VOID: Final = names("area br col embed hr img input source track wbr")
#: Read and compared as one piece: what is inside is no text of blocks and words.
OPAQUE: Final = names(
    "audio button canvas datalist fieldset form iframe map math noscript object picture progress"
    " meter ruby script select style svg template textarea title video"
)
PHRASING: Final = names(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img input ins kbd label mark q"
    " s samp small span strike strong sub sup time tt u var wbr area audio button canvas embed iframe"
    " map math meter noscript object picture progress ruby script select svg template textarea video"
)
#: Elements that hold running text only; a block inside would be taken out of them by a browser.
_RUNNING: Final = names("p h1 h2 h3 h4 h5 h6 pre")
#: What may be only in certain parents: it carries the mark itself, its content is wrapped.
CARRIERS: Final = names("li dt dd caption colgroup col thead tbody tfoot tr td th summary figcaption")
#: Which children these parents take; nothing may come between.
CHOOSY: Final[dict[str, frozenset[str]]] = {
    "ul": frozenset({"li"}),
    "ol": frozenset({"li"}),
    "dl": frozenset({"dt", "dd"}),
    "table": frozenset({"caption", "colgroup", "thead", "tbody", "tfoot", "tr"}),
    "thead": frozenset({"tr"}),
    "tbody": frozenset({"tr"}),
    "tfoot": frozenset({"tr"}),
    "tr": frozenset({"td", "th"}),
    "colgroup": frozenset({"col"}),
}
SPACE: Final = " \t\n\r\f"
_FOLD: Final = re.compile(rf"[{SPACE}]+")
_MAX_DEPTH: Final = 100
#: Capitals are in names of SVG only, and only inside: viewBox, linearGradient.
_ATTRIBUTES: Final = r'(?: (?:[a-z][-a-z0-9:_.]*+|[a-z]+[A-Z][A-Za-z]+)="[^"<>]*")*+'
#: A tag, or a sign that belongs to none.
_TAG: Final = re.compile(rf"<(?P<closing>/?)(?P<tag>(?:[a-z]+[A-Z][A-Za-z]+|[a-z][-a-z0-9:]*+)){_ATTRIBUTES}>|[<>]")
_SOFT: Final = "strong|em|code|b|i|u|s|sub|sup|span|abbr|mark|small|del|ins"
#: What most leaves hold: text, and in it bold words, links and the like, at most one in another.
_SIMPLE: Final = (
    rf"(?>[^<>]++|<br>"
    rf"|<a{_ATTRIBUTES}>[^<>]*+(?:<(?P<in_link>{_SOFT}){_ATTRIBUTES}>[^<>]*+</(?P=in_link)>[^<>]*+)*+</a>"
    rf"|<(?P<soft>{_SOFT}){_ATTRIBUTES}>[^<>]*+"
    rf"(?:<(?P<in_soft>a|{_SOFT}){_ATTRIBUTES}>[^<>]*+</(?P=in_soft)>[^<>]*+)*+</(?P=soft)>)*+"
)
#: The same, with such a leaf taken in one piece.
_LEAF_OR_TAG: Final = re.compile(
    rf"<(?P<leaf>p|h[1-6]|li|td|th|dt|dd){_ATTRIBUTES}>(?P<simple>{_SIMPLE})</(?P=leaf)>|{_TAG.pattern}"
)
_LEAF: Final = _LEAF_OR_TAG.groupindex["simple"]
_IRREGULAR: Final = ("\0", "\u00a0", "\r")
#: A reference that an HTML 5 parser would write otherwise.
_REFERENCE: Final = re.compile("&(?!(?:amp|lt|gt|nbsp|quot);|#45;redline)")


_PRE_LINE: Final = re.compile(r"(<pre[^<>]*>)\n(?!\n)")


TAGS: Final = re.compile("(<[^<>]*>)")


def tag_name(tag: str) -> str:
    """The element's name in a start or end tag."""
    start = 2 if tag[1] == "/" else 1
    end = tag.find(" ", start)
    return tag[start : end if end > 0 else -1]


class IrregularError(ValueError):
    """The HTML is not of the regular kind that can be sliced."""


class _OddLeafError(IrregularError):
    """A leaf is where only reading tag by tag shows what is odd."""


@dataclass(slots=True, eq=False)
class Block:
    """A block, or a run of text between blocks (tag "").

    `start:end` is the whole of it in `source`, `lo:hi` what is inside; `opening` the start tag. `space` is the white
    space before it, `tail` that before its end tag. `children` are empty for a leaf, which holds running text only.
    """

    source: str
    tag: str
    opening: str
    start: int
    lo: int
    hi: int = 0
    end: int = 0
    space: str = ""
    tail: str = ""
    children: list[Block] = field(default_factory=list)
    words: str | None = None
    run: Block | None = None
    odd: bool = False
    tainted: bool = False

    def __post_init__(self) -> None:
        self.hi = self.end = self.lo

    @property
    def html(self) -> str:
        return self.source[self.start : self.end]

    @property
    def inner(self) -> str:
        return self.source[self.lo : self.hi]


def children_of(block: Block) -> list[Block]:
    """The children; for a leaf that is compared with a container, its text as the only one."""
    if block.children or not block.inner.strip(SPACE):
        return block.children
    if block.run is None:
        text = block.inner
        start = block.lo + len(text) - len(text.lstrip(SPACE))
        block.run = Block(block.source, "", "", start, start)
        block.run.space = block.source[block.lo : start]
        block.run.hi = block.run.end = block.lo + len(text.rstrip(SPACE))
        block.tail = block.source[block.run.hi : block.hi]
    return [block.run]


def read(html: str) -> Block:
    """The blocks of `html` below a root without tag. Raises IrregularError if even an HTML 5 parser's output is odd."""
    if "<pre" in html:
        # A browser drops one line feed after <pre>; without it, what we put there does not matter.
        html = _PRE_LINE.sub(r"\1", html)
    for pattern in (_LEAF_OR_TAG, _TAG):
        try:
            return _read(html, pattern)
        except _OddLeafError:
            continue
        except IrregularError:
            break
    return _read(regular(html), _TAG)


#: What is inside drawings and formulas: kept as it is, for a change in it must be seen.
_DRAWN: Final = names(
    "animate circle clipPath defs desc ellipse feBlend feColorMatrix feGaussianBlur feOffset filter g"
    " image line linearGradient marker mask metadata path pattern polygon polyline radialGradient rect"
    " stop switch symbol text textPath title tspan use view"
    " annotation maction menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow"
    " ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics"
)
_KNOWN: Final = (
    VOID
    | PHRASING
    | CARRIERS
    | frozenset(CHOOSY)
    | _RUNNING
    | OPAQUE
    | _DRAWN
    | names(
        "address article aside blockquote body center details dialog dir div figure footer header hgroup main"
        " menu nav search section legend optgroup option param rb rp rt rtc"
    )
)
#: What is no text: it goes with what is in it, or by itself.
_DROPPED_WHOLE: Final = names("script style")
_DROPPED: Final = names(
    "html head base basefont bgsound link meta frame frameset keygen listing noembed noframes plaintext xmp"
)
#: The name of any element, also of one that no standard knows: o:p, custom-tag.
_NAME: Final = re.compile(r"<([a-zA-Z][-a-zA-Z0-9:]*)")


def runs_in_text(tag: str) -> bool:
    """Whether an element is among words; one that no standard knows does."""
    return tag in PHRASING or (tag != "" and tag not in _KNOWN)


@lru_cache(maxsize=8)
def _cleaner(tags: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes={},
        attribute_filter=lambda _tag, name, value: None if name.startswith((OWN_ATTRIBUTE, "on")) else value,
        generic_attribute_prefixes=set("abcdefghijklmnopqrstuvwxyz"),
        link_rel=None,
    )


def regular(html: str) -> str:
    """`html` as an HTML 5 parser understands it, written out again; scripts, comments and forged marks are gone."""
    foreign = frozenset(name.lower() for name in _NAME.findall(html)) - _DROPPED
    cleaned = _cleaner((_KNOWN | foreign) - _DROPPED_WHOLE).clean(html)
    return cleaned.replace(OWN_ATTRIBUTE, _ONLY_SAID)


def _read(html: str, pattern: re.Pattern[str]) -> Block:
    if OWN_ATTRIBUTE in html or any(sign in html for sign in _IRREGULAR) or _REFERENCE.search(html):
        raise IrregularError("text that is not in canonical form")
    root = Block(html, "", "", 0, 0)
    stack = [root]
    blocks = [root]  # those of the stack that are known to hold or be blocks
    cursors = [0]  # for each of `blocks`: where its last block child ended
    node = root
    running = 0  # depth of p, h1 … : no block may open inside
    links = 0
    opaque = 0
    for match in pattern.finditer(html):
        last = match.lastindex
        if last is None:
            raise IrregularError("a stray < or >")
        if last == _LEAF and pattern is _LEAF_OR_TAG:
            parent = blocks[-1]
            if opaque or running or links or node is not parent:
                raise _OddLeafError
            start, end = match.span()
            lo, hi = match.span(_LEAF)
            node = Block(html, match["leaf"], html[start:lo], start, lo)
            node.hi, node.end = hi, end
            if parent.tag in CHOOSY and node.tag not in CHOOSY[parent.tag]:
                parent.odd = parent.tainted = True
            node.space = _run(parent, cursors[-1], start)
            parent.children.append(node)
            cursors[-1] = end
            node = parent
            continue
        closing, tag = match.group("closing", "tag")
        if closing:
            if node.tag != tag or len(stack) == 1:
                raise IrregularError(f"</{tag}> closes nothing")
            node.hi = match.start()
            node.end = match.end()
            stack.pop()
            if tag in OPAQUE:
                opaque -= 1
            elif tag in _RUNNING:
                running -= 1
            elif tag == "a":
                links -= 1
            if node is blocks[-1]:
                _close(node, cursors[-1])
                blocks.pop()
                cursors.pop()
                cursors[-1] = node.end
                if node.tainted:
                    blocks[-1].tainted = True
            node = stack[-1]
            continue
        start = match.start()
        is_block = not opaque and not runs_in_text(tag)
        if is_block:
            if running:
                for outer in stack:
                    if outer.tag in _RUNNING:
                        outer.odd = outer.tainted = True
            if node is not blocks[-1]:
                for inline in stack[stack.index(blocks[-1]) + 1 :]:
                    _open(blocks, cursors, inline)
            if node.tag in CHOOSY and tag not in CHOOSY[node.tag]:
                node.odd = node.tainted = True
        elif not opaque and node.tag in CHOOSY:
            node.odd = node.tainted = True
        if tag in VOID:
            if is_block:
                leaf = Block(html, tag, match.group(), start, match.end())
                _open(blocks, cursors, leaf)
                blocks.pop()
                cursors.pop()
                cursors[-1] = leaf.end
            continue
        if tag == "a":
            if links:
                raise IrregularError("a link in a link")
            links += 1
        elif tag in _RUNNING:
            running += 1
        elif tag in OPAQUE:
            opaque += 1
        if len(stack) > _MAX_DEPTH:
            raise IrregularError("nested too deep")
        node = Block(html, tag, match.group(), start, match.end())
        if tag == "pre" and html.startswith("\n", node.lo):
            node.odd = node.tainted = True
        stack.append(node)
        if is_block:
            _open(blocks, cursors, node)
    if len(stack) > 1:
        raise IrregularError(f"<{node.tag}> is not closed")
    root.hi = root.end = len(html)
    _close(root, cursors[0])
    return root


def _open(blocks: list[Block], cursors: list[int], node: Block) -> None:
    parent = blocks[-1]
    node.space = _run(parent, cursors[-1], node.start)
    parent.children.append(node)
    blocks.append(node)
    cursors.append(node.lo)


def _close(node: Block, cursor: int) -> None:
    if node.children or not node.tag or node.tag in CHOOSY:
        node.tail = _run(node, cursor, node.hi)


def _run(parent: Block, lo: int, hi: int) -> str:
    """Adds the text between two blocks to its parent's children, and returns the white space at its end."""
    if lo == hi:
        return ""
    text = parent.source[lo:hi]
    if text.isspace() and not text.strip(SPACE):
        return text
    if parent.tag in CHOOSY:
        parent.odd = parent.tainted = True
    start = lo + len(text) - len(text.lstrip(SPACE))
    end = lo + len(text.rstrip(SPACE))
    run = Block(parent.source, "", "", start, start)
    run.hi = run.end = end
    run.space = parent.source[lo:start]
    parent.children.append(run)
    return parent.source[end:hi]


HEADING: Final = re.compile("h[1-6]")
_STABLE_ID: Final = re.compile(' id="([^"]*)"')
_NUMBERING: Final = re.compile(
    r"\s*(?:(?:madde|bölüm|kısım|ek|article|section|clause|part|annex)\s+)?"
    r"(?:\d+(?:\.\d+)*|[ivxlc]+\b|[a-zçğıöşü](?=[.)]))\s*[.):–—-]*\s*",
    re.IGNORECASE,
)


def stable_id(block: Block) -> str:
    """The id that a block carries itself, or ""."""
    found = _STABLE_ID.search(block.opening)
    return found.group(1) if found else ""


def heading_name(block: Block) -> str:
    """The text of a heading without its number."""
    text = _folded_text(block.inner)
    return _NUMBERING.sub("", text, count=1) if (found := _NUMBERING.match(text)) and found.end() < len(text) else text


def _folded_text(html: str) -> str:
    return fold("".join(TAGS.split(html)[::2])).strip()


def fold(text: str) -> str:
    """White space as one space, as a browser shows it; a no-break space is not white space."""
    return _FOLD.sub(" ", text)
