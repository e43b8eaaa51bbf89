"""Runs each redliner on the same pair, and reads both sides and the marks out of what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from lxml import etree
from lxml import html as lxml_html
from tests.helpers.html_tree import Node, parse, serialise
from tests.helpers.redline_contract import accepted, rejected, text_of


class Output(NamedTuple):
    """What a redliner said: a page with ``<ins data-redline>`` and ``<del data-redline>``, and its sides.

    A redliner of plain texts has no sides: its page is text.
    """

    html: str
    new: Node | None
    old: Node | None


class Redliner(NamedTuple):
    """``prepare`` makes the redliner's input of a rendering, ``run`` is timed, ``read`` understands it."""

    name: str
    prepare: Callable[[str], str]
    run: Callable[[str, str], Any]
    read: Callable[[Any], Output]


def ours() -> Redliner:
    from yururluk.redline import compare_html

    return Redliner("yururluk", str, lambda old, new: compare_html(old, new).html, _contract)


def peers() -> list[Redliner]:
    """The redliners that can be installed beside ours; one that is not there is left out."""
    found = []
    for make in (_lxml, _xmldiff, _htmldiff2, _redlines, _diff_match_patch):
        try:
            found.append(make())
        except ImportError as missing:
            print(f"not installed, left out: {missing.name}")
    return found


def _contract(html: str) -> Output:
    root = parse(html).root
    return Output(html, accepted(root), rejected(root))


def _marked(html: str) -> str:
    """``html`` with each ins and del taken for a mark of the redliner's."""
    return re.sub(r"<(ins|del)\b", r'<\1 data-redline="\1"', html)


def _text(html: str) -> str:
    return text_of(parse(html).root)


# --- redliners of HTML


def _lxml() -> Redliner:
    return Redliner(
        "lxml.html.diff", str, import_module("lxml.html.diff").htmldiff, lambda html: _contract(_marked(str(html)))
    )


def _htmldiff2() -> Redliner:
    return Redliner("htmldiff2", str, import_module("htmldiff2").render_html_diff, _read_htmldiff2)


def _read_htmldiff2(html: str) -> Output:
    inside = html.removeprefix('<div class="diff">').removesuffix("</div>")
    page = _contract(_marked(inside))
    assert page.new is not None
    assert page.old is not None
    return Output(page.html, _htmldiff2_side(page.new, "new"), _htmldiff2_side(page.old, "old"))


def _htmldiff2_side(node: Node, side: str) -> Node:
    """It says what became of an element by its class, and an attribute's old value by a ``data-old-`` one."""
    children: list[Node | str] = []
    for child in node.children:
        if isinstance(child, str):
            children.append(child)
            continue
        attrs = dict(child.attrs)
        classes = attrs.pop("class", "").split()
        said = [name for name in classes if name.startswith("tagdiff_")]
        if kept := [name for name in classes if name not in said]:
            attrs["class"] = " ".join(kept)
        for name in [name for name in attrs if name.startswith("data-old-")]:
            value = attrs.pop(name)
            if side == "old":
                attrs[name.removeprefix("data-old-")] = value
        child = _htmldiff2_side(Node(child.tag, tuple(sorted(attrs.items())), child.children), side)
        gone = "tagdiff_added" if side == "old" else "tagdiff_deleted"
        children += child.children if gone in said else [child]
    return node._replace(children=tuple(children))


_XMLDIFF = "{http://namespaces.shoobx.com/diff}"


def _xmldiff() -> Redliner:
    formatting, main = import_module("xmldiff.formatting"), import_module("xmldiff.main")

    def xml(rendering: str) -> str:
        return etree.tostring(lxml_html.fragment_fromstring(rendering, create_parent="div"), encoding="unicode")

    def run(old: str, new: str) -> str:
        formatter = formatting.XMLFormatter(
            normalize=formatting.WS_BOTH,
            pretty_print=False,
            text_tags=("p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"),
            formatting_tags=("a", "em", "strong", "code", "sup", "sub", "img", "br"),
        )
        return str(main.diff_texts(xml(old), xml(new), formatter=formatter))

    return Redliner("xmldiff", str, run, _read_xmldiff)


def _read_xmldiff(xml: str) -> Output:
    root = etree.fromstring(xml.encode(), etree.XMLParser(huge_tree=True))
    html = serialise(Node("", (), tuple(_xmldiff_children(root, "both"))))
    sides = [Node("body", (), tuple(_xmldiff_children(root, side))) for side in ("new", "old")]
    return Output(html, *sides)


def _xmldiff_children(element: Any, side: str) -> Iterator[Node | str]:
    """Its elements and attributes in the diff namespace, as marks for the eye or as one side of the text."""
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str):
            yield from _xmldiff_child(child, side)
        if child.tail:
            yield child.tail


def _xmldiff_child(child: Any, side: str) -> Iterator[Node | str]:
    said = {name.removeprefix(_XMLDIFF): value for name, value in child.attrib.items() if "}" in name}
    attrs = {name: value for name, value in child.attrib.items() if "}" not in name}
    tag = child.tag.removeprefix(_XMLDIFF)
    inside = tuple(_xmldiff_children(child, side))
    marks = {"insert": "ins", "delete": "del"}
    wrapper = marks.get(tag, "") if tag != child.tag else ""
    mark = wrapper or next((short for name, short in marks.items() if name in said), "")
    if side == "both":
        if wrapper:
            yield Node(wrapper, (("data-redline", wrapper),), inside)
        elif mark and tag not in ("li", "tr", "td", "th", "dt", "dd", "thead", "tbody"):
            yield Node(mark, (("data-redline", mark),), (Node(tag, tuple(attrs.items()), inside),))
        else:
            inner = (Node(mark, (("data-redline", mark),), inside),) if mark and tag not in ("tr",) else inside
            yield Node(tag, tuple(attrs.items()), inner)
        return
    if mark == ("del" if side == "new" else "ins"):
        return
    if wrapper or ("delete-formatting" if side == "new" else "insert-formatting") in said:
        yield from inside
        return
    if side == "old":
        tag = said.get("rename", tag)
        for name in filter(None, said.get("add-attr", "").split(";")):
            attrs.pop(name, None)
        for change in ("delete-attr", "update-attr"):
            for item in filter(None, said.get(change, "").split(";")):
                name, _, value = item.partition(":")
                attrs[name] = value
    yield Node(tag, tuple(sorted(attrs.items())), inside)


# --- redliners of plain text


def _redlines() -> Redliner:
    redlines = import_module("redlines").Redlines

    def run(old: str, new: str) -> str:
        return str(redlines(old, new, markdown_style="none").output_markdown)

    return Redliner("redlines (text)", _text, run, lambda page: Output(_marked(page), None, None))


def _diff_match_patch() -> Redliner:
    make = import_module("diff_match_patch").diff_match_patch

    def run(old: str, new: str) -> list[tuple[int, str]]:
        tool = make()
        diffs: list[tuple[int, str]] = tool.diff_main(old, new)
        tool.diff_cleanupSemantic(diffs)
        return diffs

    def read(diffs: list[tuple[int, str]]) -> Output:
        marks = {1: "ins", -1: "del"}
        nodes = [Node(marks[sign], (("data-redline", marks[sign]),), (text,)) if sign else text for sign, text in diffs]
        return Output(serialise(Node("", (), tuple(nodes))), None, None)

    return Redliner("diff-match-patch (text)", _text, run, read)
