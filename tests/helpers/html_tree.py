"""Reads HTML as a browser does and brings it into a normal form in which two renderings can be compared.

html5lib follows the HTML standard's own parsing algorithm. The engine under test uses another parser, so that
its mistakes are not ours too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import html5lib

VOID = frozenset(re.findall(r"\w+", "area base br col embed hr img input link meta source track wbr"))
# White space next to the edges of these is not shown; around anything else it is.
BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """address article aside blockquote body caption center col colgroup dd details dialog dir div
        dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li
        main menu nav ol optgroup option p pre search section summary table tbody td tfoot th thead tr ul""",
    )
)
_SPACE = re.compile(r"[ \t\n\r\f]+")  # HTML's white space: a no-break space is a letter like any other


class Node(NamedTuple):
    """An element: its attributes in order of name, its children elements and text. Comments are not kept."""

    tag: str
    attrs: tuple[tuple[str, str], ...]
    children: tuple[Node | str, ...]

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.attrs if key == name), None)


class Page(NamedTuple):
    """A piece of HTML as parsed: its root, and the parse errors by code and detail."""

    root: Node
    errors: Counter[str]


@lru_cache(maxsize=64)
def parse(html: str) -> Page:
    """The body that a browser builds from ``html``, and the errors it meets on the way."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    # A whole page, because html5lib loses text that stands wrongly in a table when it parses a fragment.
    page = parser.parse(f"<!DOCTYPE html><title></title><body>{html}")
    errors = Counter(f"{code} {data.get('name', '')}".strip() for _, code, data in parser.errors)
    return Page(_node(page.find("body"))._replace(attrs=()), errors)


def _node(element: object) -> Node:
    children: list[Node | str] = [element.text] if element.text else []  # type: ignore[attr-defined]
    for child in element:  # type: ignore[attr-defined]
        if isinstance(child.tag, str):
            children.append(_node(child))
        if child.tail:
            children.append(child.tail)
    attrs = tuple(sorted((str(k), v) for k, v in element.attrib.items()))  # type: ignore[attr-defined]
    return Node(str(element.tag), attrs, tuple(children))  # type: ignore[attr-defined]


def serialise(root: Node) -> str:
    """The children of ``root`` as HTML."""
    parts: list[str] = []
    for child in root.children:
        if isinstance(child, str):
            parts.append(_escape(child))
            continue
        attrs = "".join(f' {name}="{_escape(value)}"' for name, value in child.attrs)
        # A parser drops one line break at the start of a pre.
        parts.append(f"<{child.tag}{attrs}>" + ("\n" if child.tag == "pre" else ""))
        if child.tag not in VOID:
            parts.append(f"{serialise(child)}</{child.tag}>")
    return "".join(parts)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@lru_cache(maxsize=64)
def tree(html: str) -> Node:
    """``html`` in normal form, so that two renderings are the same exactly if their trees are equal."""
    return normal(parse(html).root)


def normal(node: Node, keep_space: bool = False) -> Node:
    """``node`` with adjacent text joined, white space folded, and dropped where a block begins or ends."""
    joined: list[Node | str] = []
    for child in node.children:
        if isinstance(child, str) and joined and isinstance(joined[-1], str):
            joined[-1] += child
        else:
            joined.append(child)
    keep_space = keep_space or node.tag in ("pre", "textarea")
    edge = node.tag in BLOCKS
    children: list[Node | str] = []
    for at, child in enumerate(joined):
        if not isinstance(child, str):
            children.append(normal(child, keep_space))
        elif keep_space:
            children.append(child)
        else:
            text = _SPACE.sub(" ", child)
            if _is_block(joined[at - 1]) if at else edge:
                text = text.removeprefix(" ")
            if _is_block(joined[at + 1]) if at + 1 < len(joined) else edge:
                text = text.removesuffix(" ")
            if text:
                children.append(text)
    return Node(node.tag, node.attrs, tuple(children))


def _is_block(child: Node | str) -> bool:
    return not isinstance(child, str) and child.tag in BLOCKS


def difference(left: Node, right: Node, path: str = "") -> str:
    """Where two normal trees first differ and how, in one line; empty if they do not."""
    if left == right:
        return ""
    if left.tag != right.tag or left.attrs != right.attrs:
        return f"at {path or '/'}: {brief(left)} is not {brief(right)}"
    for at, (one, other) in enumerate(zip(left.children, right.children, strict=False)):
        if one == other:
            continue
        if isinstance(one, str) or isinstance(other, str):
            return f"at {path}/{at}: {brief(one)} is not {brief(other)}"
        return difference(one, other, f"{path}/{one.tag}[{at}]")
    longer = max(left.children, right.children, key=len)
    at = min(len(left.children), len(right.children))
    return f"at {path}/{at}: {brief(longer[at])} is {'too much' if longer is left.children else 'missing'}"


def brief(what: Node | str) -> str:
    shown = repr(what) if isinstance(what, str) else serialise(Node("", (), (what,)))
    return shown if len(shown) <= 160 else f"{shown[:100]} … {shown[-50:]}"


def walk(node: Node, *above: Node) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Every element below ``node``, each with the elements around it, outermost first."""
    for child in node.children:
        if not isinstance(child, str):
            yield child, (*above, node)
            yield from walk(child, *above, node)
