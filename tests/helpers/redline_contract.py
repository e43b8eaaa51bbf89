"""Decides, from outside, whether a redline keeps its promises: what DESIGN.md says under "Redline".

The functions know the marks of the contract and not how the engine sets them; they share no code with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache

from rapidfuzz.distance import Indel

from tests.helpers.html_tree import BLOCKS, Node, brief, difference, normal, parse, serialise, tree, walk

KINDS = frozenset({"move", "split", "merge", "format", "typographic"})
ATTRIBUTES = frozenset(f"data-redline{end}" for end in ("", "-pair", "-kind", "-aid", "-aid-attr", "-id"))


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Blocks that may not be where only running text may, and the elements that hold only running text.
FLOW_ONLY = BLOCKS - _names("body html option optgroup col colgroup legend caption")
RUNNING_TEXT = _names(
    "p h1 h2 h3 h4 h5 h6 pre span em strong b i u s small sub sup code kbd mark abbr cite dfn q samp time var"
    " label bdi bdo data button"
)
# What a choosy parent may hold: no mark and no help is among it.
ONLY_CHILDREN = {
    "ul": _names("li script template"),
    "ol": _names("li script template"),
    "menu": _names("li script template"),
    "dl": _names("dt dd div script template"),
    "table": _names("caption colgroup thead tbody tfoot tr script template"),
    "thead": _names("tr script template"),
    "tbody": _names("tr script template"),
    "tfoot": _names("tr script template"),
    "tr": _names("td th script template"),
    "colgroup": _names("col template"),
    "select": _names("option optgroup hr script template"),
    "optgroup": _names("option script template"),
    "picture": _names("source img script template"),
    "hgroup": _names("h1 h2 h3 h4 h5 h6 p script template"),
}
# Elements that only certain parents may hold. No ins or del can come between, so they carry the mark.
ONLY_PARENTS = {
    "li": _names("ul ol menu"),
    "dt": _names("dl div"),
    "dd": _names("dl div"),
    "caption": _names("table"),
    "colgroup": _names("table"),
    "col": _names("colgroup"),
    "thead": _names("table"),
    "tbody": _names("table"),
    "tfoot": _names("table"),
    "tr": _names("table thead tbody tfoot"),
    "td": _names("tr"),
    "th": _names("tr"),
    "summary": _names("details"),
    "figcaption": _names("figure"),
    "legend": _names("fieldset"),
    "option": _names("select optgroup datalist"),
    "optgroup": _names("select"),
    "source": _names("picture audio video"),
    "rt": _names("ruby"),
    "rp": _names("ruby"),
}
EMBEDDED = _names("img svg video audio iframe object embed canvas input hr")


# --- the two sides


def _side(node: Node, drop: str) -> Iterator[Node | str]:
    """The children of ``node`` on one side: without what is marked ``drop``, marks unwrapped, helps gone."""
    for child in node.children:
        if isinstance(child, str):
            yield child
        elif child.get("data-redline-aid") is not None or child.get("data-redline") == drop:
            continue
        elif is_wrapper(child):
            yield from _side(child, drop)
        else:
            added = _added_attributes(child)
            attrs = {k: v for k, v in child.attrs if not k.startswith("data-redline") and k not in added}
            carried = child.get("data-redline-id")
            if drop == "ins" and carried is not None:
                attrs["id"] = carried
            yield Node(child.tag, tuple(sorted(attrs.items())), tuple(_side(child, drop)))


def is_wrapper(node: Node) -> bool:
    """An ins or del of the redline's, not of the source's."""
    return node.tag in ("ins", "del") and node.get("data-redline") is not None


def _added_attributes(node: Node) -> list[str]:
    return (node.get("data-redline-aid-attr") or "").replace(",", " ").split()


def accepted(root: Node) -> Node:
    """The new side of a parsed redline."""
    return Node(root.tag, (), tuple(_side(root, "del")))


def rejected(root: Node) -> Node:
    """The old side of a parsed redline."""
    return Node(root.tag, (), tuple(_side(root, "ins")))


def accept(html: str) -> str:
    """``html`` with every change taken: the new text."""
    return serialise(accepted(parse(html).root))


def reject(html: str) -> str:
    """``html`` with every change refused: the old text."""
    return serialise(rejected(parse(html).root))


# --- words


def _segments(node: Node, state: str, depth: int, in_pair: bool) -> Iterator[tuple[str, str]]:
    """The text below ``node`` in order, each piece with how it counts: "same", "ins", "del" or "old".

    "old" is a pair's old side. In its new side the outermost ins holds what came unchanged, a deeper one
    a change.
    """
    for child in node.children:
        if isinstance(child, str):
            yield state, child
            continue
        if child.get("data-redline-aid") is not None:
            continue
        inner, inner_depth, inner_pair, mark = state, depth, in_pair, child.get("data-redline")
        if child.get("data-redline-pair") is not None and state != "old":
            inner_pair, inner_depth = True, 0
            inner = "old" if mark == "del" else "same"
        if is_wrapper(child) and inner != "old":
            inner_depth += mark == "ins"
            inner = "del" if mark == "del" else "ins" if not inner_pair or inner_depth > 1 else inner
        if child.tag in BLOCKS or child.tag == "br":
            yield inner, "\n"
        yield from _segments(child, inner, inner_depth, inner_pair)
        if child.tag in BLOCKS:
            yield inner, "\n"


def marked_words(redline_html: str) -> tuple[int, int]:
    """How many words are marked inserted and deleted; a pair counts by the changes in its new side."""
    runs: list[tuple[str, list[str]]] = []
    for state, text in _segments(parse(redline_html).root, "same", 0, False):
        if not runs or runs[-1][0] != state:
            runs.append((state, []))
        runs[-1][1].append(text)
    counts: Counter[str] = Counter()
    for state, texts in runs:
        counts[state] += len("".join(texts).split())
    return counts["ins"], counts["del"]


def text_of(node: Node) -> str:
    """What a reader reads, a block and a line on lines of their own."""
    return "".join(text for _, text in _segments(node, "same", 0, False))


@lru_cache(maxsize=64)
def words(html: str) -> tuple[str, ...]:
    """The words of ``html`` in order; a word ends at white space and where a block or a line does."""
    return tuple(text_of(parse(html).root).split())


def least_words(old_html: str, new_html: str) -> int:
    """The fewest words to delete and insert to get from one text to the other (by the word LCS)."""
    return int(Indel.distance(words(old_html), words(new_html)))


# One word, with its apostrophe suffix; one number, amount, date or time.
_WORD = re.compile(r"\d+(?:[.,:/]\d+)+|[\w\u0300-\u036f]+(?:['’][\w\u0300-\u036f]+)*")


def torn_words(redline_html: str) -> list[str]:
    """Words of either side of which only a part is marked: ``5.000`` to ``50.000`` is not one more ``0``."""
    segments = list(_segments(parse(redline_html).root, "same", 0, False))
    torn = []
    for side in ("ins", "del"):
        kept = [(state, text) for state, text in segments if state in ("same", side)]
        states = "".join(("s" if state == "same" else "m") * len(text) for state, text in kept)
        words_of_side = _WORD.finditer("".join(text for _, text in kept))
        torn += [m[0] for m in words_of_side if len(set(states[m.start() : m.end()])) > 1]
    return torn


# --- the promises


def problems(old_html: str, new_html: str, redline_html: str) -> list[str]:
    """Every promise of the contract that ``redline_html`` breaks, a line each; none if it keeps them all."""
    return [
        *wrong_sides(old_html, new_html, redline_html),
        *wrong_silence(old_html, new_html, redline_html),
        *invalidities(old_html, new_html, redline_html),
        *wrong_marks(redline_html),
        *wrong_pairs(redline_html),
    ]


def wrong_sides(old_html: str, new_html: str, redline_html: str) -> list[str]:
    """Accept does not give the new tree, or reject not the old, node for node."""
    root = parse(redline_html).root
    found = []
    if differs := difference(normal(accepted(root)), tree(new_html)):
        found.append(f"accept: {differs}")
    if differs := difference(normal(rejected(root)), tree(old_html)):
        found.append(f"reject: {differs}")
    return found


def is_marked(redline_html: str) -> bool:
    """Does it show any change at all?"""
    return any(node.get("data-redline") is not None for node, _ in walk(parse(redline_html).root))


def wrong_silence(old_html: str, new_html: str, redline_html: str) -> list[str]:
    """No change is shown though the renderings differ, or some though they are equal."""
    differ, marked = tree(old_html) != tree(new_html), is_marked(redline_html)
    if differ and not marked:
        return ["empty: the renderings differ, the redline shows no change"]
    if marked and not differ:
        return ["changes: the renderings are equal, the redline shows changes"]
    return []


def invalidities(old_html: str, new_html: str, redline_html: str) -> list[str]:
    """What is wrong with the redline as HTML in a way in which neither text is wrong.

    How often does not count: a fault of the old text may be in a pair's old side and inside its new one.
    """
    old, new, redline = parse(old_html), parse(new_html), parse(redline_html)
    errors = redline.errors.keys() - old.errors.keys() - new.errors.keys()
    found = [f"parse error: {error}" for error in sorted(errors)]
    places = _misplaced(redline.root).keys() - _misplaced(old.root).keys() - _misplaced(new.root).keys()
    found += [f"misplaced: {place}" for place in sorted(places)]
    ids = _ids(redline.root)
    doubled = ids - (_ids(old.root) | _ids(new.root))
    return found + [f"duplicate id: {i!r}" for i in sorted(doubled) if ids[i] > 1]


def _ids(root: Node) -> Counter[str]:
    return Counter(i for node, _ in walk(root) if (i := node.get("id")) is not None)


def _misplaced(root: Node) -> Counter[str]:
    found: Counter[str] = Counter()
    for node, above in walk(root):
        parent = above[-1].tag
        wrong_child = node.tag not in ONLY_CHILDREN.get(parent, {node.tag})
        if wrong_child or parent not in ONLY_PARENTS.get(node.tag, {parent}):
            found[f"{node.tag} in {parent}"] += 1
        elif node.tag in FLOW_ONLY and (around := next((a.tag for a in above if a.tag in RUNNING_TEXT), "")):
            found[f"{node.tag} within {around}"] += 1
        if node.tag == "a" and any(a.tag in ("a", "button") for a in above):
            found["a within a or button"] += 1
    return found


def wrong_marks(redline_html: str) -> list[str]:
    """Marks and helps that the contract does not know, or not there, or not around what they claim."""
    root = parse(redline_html).root
    found, ids = [], _ids(root)
    for node, above in walk(root):
        mark, shown = node.get("data-redline"), brief(node._replace(children=()))
        found += [
            f"attribute: unknown {name} on {shown}"
            for name, _ in node.attrs
            if name.startswith("data-redline") and name not in ATTRIBUTES
        ]
        if mark not in (None, "ins", "del"):
            found.append(f"mark: unknown {shown}")
        elif mark is not None:
            if node.tag not in {*ONLY_PARENTS, mark}:
                found.append(f"mark: {mark} on {shown}")
            elif node.tag in ONLY_PARENTS and (bare := _bare(node)) and not any(map(is_wrapper, above)):
                found.append(f"mark: {shown} holds what no {mark} wraps: {bare}")
            if around := _wrongly_around(mark, above):
                found.append(f"nested: {shown} within {around}")
        if node.get("data-redline-id") is not None and all(a.get("data-redline") != "del" for a in (*above, node)):
            found.append(f"carried id: {shown} is not deleted")
        target = node.get("href") or ""
        if target.startswith("#") and any(a.get("data-redline-aid") is not None for a in (*above, node)):
            found += [] if target[1:] in ids else [f"help: {shown} leads nowhere"]
        found += [f"help: {shown} has no {name}" for name in _added_attributes(node) if node.get(name) is None]
    return found


def _wrongly_around(mark: str, above: tuple[Node, ...]) -> str:
    """The mark of the other kind around a mark; only a pair's new side may hold deletions of its own."""
    other = "del" if mark == "ins" else "ins"
    in_new_side = any(a.get("data-redline-pair") is not None and a.get("data-redline") == "ins" for a in above)
    around = next((a for a in reversed(above) if a.get("data-redline") == other), None)
    if around is None or (mark == "del" and in_new_side):
        return ""
    return brief(around._replace(children=()))


def _bare(node: Node) -> str:
    """The first text or picture below ``node`` that no ins or del wraps."""
    for child in node.children:
        if isinstance(child, str):
            if child.strip(" \t\n\r\f"):
                return repr(child.strip())
        elif child.get("data-redline-aid") is None and not is_wrapper(child):
            if child.tag in EMBEDDED:
                return brief(child)
            if bare := _bare(child):
                return bare
    return ""


# --- pairs


def wrong_pairs(redline_html: str) -> list[str]:
    """Pairs without a known kind or a side, and pairs whose new side hides what changed inside.

    One old side is beside one new; what was split may have many new sides, what was merged many old.
    """
    sides: defaultdict[str, defaultdict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
    found = []
    for node, _ in walk(parse(redline_html).root):
        pair, kind = node.get("data-redline-pair"), node.get("data-redline-kind")
        mark, shown = node.get("data-redline"), brief(node._replace(children=()))
        if pair is None:
            found += [f"pair: {shown} has a kind and no pair"] if kind is not None else []
        elif kind not in KINDS:
            found.append(f"pair: {shown} is of an unknown kind")
        elif mark not in ("ins", "del"):
            found.append(f"pair: {shown} is neither inserted nor deleted")
        else:
            sides[pair][mark].append(node)
    for pair, marks in sorted(sides.items()):
        found += [f"pair {pair}: {wrong}" for wrong in _wrong_pair(marks["del"], marks["ins"])]
    return found


def _wrong_pair(olds: list[Node], news: list[Node]) -> list[str]:
    kinds = sorted({str(node.get("data-redline-kind")) for node in olds + news})
    if len(kinds) > 1:
        return [f"of two kinds, {' and '.join(kinds)}"]
    if not olds or not news:
        return [f"no {'inserted' if olds else 'deleted'} side"]
    if (len(olds) > 1 and kinds != ["merge"]) or (len(news) > 1 and kinds != ["split"]):
        return [f"{len(olds)} deleted and {len(news)} inserted sides"]
    fold: Callable[[str], list[str]] = _letters if kinds == ["typographic"] else str.split
    old = fold(" ".join(text_of(rejected(Node("div", (), (node,)))) for node in olds))
    new = fold(" ".join("".join(_before(node, 0)) for node in news))
    if old == new:
        return []
    same = zip(old, new, strict=False)
    at = next((i for i, (one, other) in enumerate(same) if one != other), min(len(old), len(new)))
    return [f"hidden inside: {' '.join(old[at : at + 6])!r} became {' '.join(new[at : at + 6])!r}"]


# What a typographic difference is about: spaces, quotes, dashes, and joiners that are not seen.
_TYPOGRAPHY = re.compile(
    r"[\s'\"\-.\u00ab\u00ad\u00bb\u02bb\u02bc\u200b-\u200f\u2010-\u2015\u2018-\u201f"
    r"\u2026\u2032\u2033\u2039\u203a\u2060\u2212\ufeff]+"
)


def _letters(text: str) -> list[str]:
    """``text`` without what a typographic difference is about, in one form of Unicode."""
    return list(_TYPOGRAPHY.sub("", unicodedata.normalize("NFC", text)))


def _before(node: Node, depth: int) -> Iterator[str]:
    """The text of a pair's new side before the changes inside it."""
    depth += node.tag == "ins" and node.get("data-redline") == "ins"
    if depth > 1 or node.get("data-redline-aid") is not None:
        return
    edge = "\n" if node.tag in BLOCKS or node.tag == "br" else ""
    yield edge
    for child in node.children:
        if isinstance(child, str):
            yield child
        else:
            yield from _before(child, depth)
    yield edge
