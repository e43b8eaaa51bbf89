"""What is done to a text's HTML on its way into a page: anchors at its clauses, and links that lead somewhere."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence

from lxml import html as lxml_html

from yururluk.core.model import ASSET_PATTERN

_DOCUMENT_LINK = re.compile(r"^(?P<document>[a-z0-9]+(?:-[a-z0-9]+)*)\.md(?P<anchor>#.*)?$", re.ASCII)
_ASSET = re.compile(rf"(?:\.\./)+assets/(?P<name>{ASSET_PATTERN})", re.ASCII)
_ID_ATTRIBUTES = frozenset({"id", "headers", "aria-labelledby", "aria-describedby", "data-redline-id"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NUMBER = re.compile(r"^\s*\d+(?:\.\d+)*[.)]?(?=\s)", re.ASCII)


def with_own_links(html: str, up: str, top: str) -> str:
    """Links between documents (`aydinlatma-metni.md#haklar`) made to lead to their pages, and addresses of pictures and
    other files (`../assets/flow.png`) to those of the site.

    `up` is the way from the page to the folder of the documents' pages, such as `../../`, and `top` to the site's root.
    """
    if ".md" not in html and "assets/" not in html:
        return html
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for link in root.iter("a", "img"):
        name = "href" if link.tag == "a" else "src"
        address = link.get(name, "")
        if asset := _ASSET.fullmatch(address):
            link.set(name, f"{top}assets/{asset['name']}")
        elif link.tag == "a" and (found := _DOCUMENT_LINK.match(address)):
            link.set("href", f"{up}{found['document']}/{found['anchor'] or ''}")
    return _inner(root)


#: The class of the link by which a numbered heading leads to itself, around its number.
NUMBER_CLASS = "number"


def with_anchors(html: str, label: str) -> str:
    """Each heading that has an id with a link to itself: around the number that it begins with, which can so hang in
    the margin; where it has none, a sign behind its words, which `label` names for screen readers ({clause})."""
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for heading in list(root.iter(*_HEADINGS)):
        clause = heading.get("id")
        if not clause:
            continue
        anchor = lxml_html.Element("a", {"href": f"#{clause}"})
        number = _NUMBER.match(heading.text or "")
        if number:
            anchor.set("class", NUMBER_CLASS)
            anchor.text, anchor.tail = heading.text[: number.end()], heading.text[number.end() :]
            heading.text = None
            heading.insert(0, anchor)
            continue
        anchor.set("class", "anchor")
        anchor.set("aria-label", label.format(clause=heading.text_content().strip()))
        anchor.text = "#"
        if len(heading):
            heading[-1].tail = (heading[-1].tail or "") + " "
        else:
            heading.text = (heading.text or "") + " "
        heading.append(anchor)
    return _inner(root)


def without_anchors(shown: lxml_html.HtmlElement) -> None:
    """Take out again what `with_anchors` puts in, as it does now and as it did before (a `span` around the number, and
    the sign behind it); a link that leads elsewhere, or stands elsewhere, is none of ours, and stays."""
    for heading in shown.iter(*_HEADINGS):
        for child in reversed(list(heading)):
            kind, leads_here = child.get("class"), child.get("href") == f"#{heading.get('id')}"
            if (child.tag, kind) == ("span", NUMBER_CLASS):
                child.drop_tag()
            elif child.tag != "a" or not leads_here:
                continue
            elif kind == NUMBER_CLASS and len(child.attrib) == 2 and child is heading[0] and not heading.text:
                child.drop_tag()
            elif kind == "anchor" and child.text_content() == "#" and _ends(heading, child):
                child.drop_tree()


def _ends(heading: lxml_html.HtmlElement, child: lxml_html.HtmlElement) -> bool:
    return child is heading[-1] and not (child.tail or "").strip()


#: The attribute of a note at a clause. No text can carry it: `clean` lets none through.
NOTE_ATTRIBUTE = "data-lineage"

#: A sentence in pieces: words, and the address they lead to; empty where they lead nowhere.
Sentence = Sequence[tuple[str, str]]


def with_notes(html: str, notes: Mapping[str, Sequence[Sentence]], opening: Sequence[Sentence] = ()) -> str:
    """A note under each heading that `notes` names by its id, and one before the text where `opening` says something.

    A note is no part of the text: it says so by an attribute, by which `without_notes` takes it out again.
    """
    if not notes and not opening:
        return html
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    waiting = dict(notes)
    for heading in list(root.iter(*_HEADINGS)):
        sentences = waiting.pop(heading.get("id", ""), None)
        # A summary takes a heading, but no paragraph beside it.
        if sentences and heading.getparent().tag != "summary":
            note = _note(sentences)
            note.tail, heading.tail = heading.tail, "\n"  # so that no word of the heading runs into the note
            heading.addnext(note)
    if opening:
        note = _note(opening)
        note.tail, root.text = root.text, None
        root.insert(0, note)
    return _inner(root)


def _note(sentences: Sequence[Sentence]) -> lxml_html.HtmlElement:
    note = lxml_html.Element("p", {NOTE_ATTRIBUTE: ""})
    for number, sentence in enumerate(sentences):
        for words, address in [(" ", ""), *sentence] if number else sentence:
            if address:
                link = lxml_html.Element("a", {"href": address})
                link.text = words
                note.append(link)
            elif len(note):
                note[-1].tail = (note[-1].tail or "") + words
            else:
                note.text = (note.text or "") + words
    return note


def without_notes(shown: lxml_html.HtmlElement) -> None:
    """Take the notes out again where `with_notes` puts them, right under a heading or first of all; one that
    stands elsewhere is none of ours, and stays."""
    for note in shown.xpath(f".//p[@{NOTE_ATTRIBUTE}]"):
        before = note.getprevious()
        under_heading = before is not None and before.tag in _HEADINGS and before.get("id")
        first = before is None and note.getparent() is shown
        if under_heading or first:
            note.drop_tree()


def with_scrolling_tables(html: str, label: str) -> str:
    """Each table in a box of its own that scrolls on narrow screens and can be reached by keyboard (WCAG 2.1.1).

    The box is named by `label` and the heading before it.
    """
    if "<table" not in html:
        return html
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    clause = ""
    for element in list(root.iter("table", *_HEADINGS)):
        if element.tag != "table":
            clause = element.text_content().strip()
            continue
        box = lxml_html.Element("div", {"class": "scroll", "role": "group", "tabindex": "0"})
        box.set("aria-label", f"{label}: {clause}" if clause else label)
        element.addprevious(box)
        box.tail, element.tail = element.tail, None
        box.append(element)
    return _inner(root)


#: The class of an old side: it shows where the page is read in two columns.
OLD_SIDE_CLASS = "old-side"


def with_old_sides(html: str) -> str:
    """Each block of a redline with changes inside it preceded by that block as it was, for the view in two columns.

    The view shows these on the left and the redline's own blocks on the right; what did not change, and what came or
    went whole, needs no second copy. An old side is a help: it belongs to neither text, hides where there is no style
    sheet, and carries no id.
    """
    if "data-redline=" not in html:
        return html
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for block in list(root):
        if isinstance(block.tag, str) and not block.get("data-redline") and block.xpath(".//@data-redline"):
            block.addprevious(_old_side(block))
    return _inner(root)


def _old_side(block: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    was = copy.deepcopy(block)
    was.tail = None
    for element in was.xpath(".//*[@data-redline='ins' or @data-redline-aid]"):
        element.drop_tree()
    for element in was.iter():
        for name in ("id", "data-redline-id"):
            element.attrib.pop(name, None)
    side = lxml_html.Element("div", {"class": OLD_SIDE_CLASS, "data-redline-aid": "", "hidden": ""})
    side.append(was)
    return side


def with_prefixed_ids(html: str, prefix: str) -> str:
    """Every id, and what refers to one, with `prefix` before it, so that one page can hold several texts."""
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for element in root.iter():
        for name in _ID_ATTRIBUTES & set(element.attrib):
            element.set(name, " ".join(prefix + one for one in element.get(name).split()))
        target = element.get("href", "")
        if target.startswith("#"):
            element.set("href", f"#{prefix}{target[1:]}")
    return _inner(root)


def with_reachable_tables(html: str) -> str:
    """The tables of a redline made to be reached by keyboard, since they scroll on narrow screens.

    Nothing may be put around an element of a redline, so the table itself carries the help, and says that it does.
    """
    if "<table" not in html:
        return html
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for table in root.iter("table"):
        helps = table.get("data-redline-aid-attr", "").split()
        table.set("tabindex", "0")
        table.set("data-redline-aid-attr", " ".join([*helps, "tabindex"]))
    return _inner(root)


def _inner(root: lxml_html.HtmlElement) -> str:
    whole: str = lxml_html.tostring(root, encoding="unicode")
    return whole[whole.index(">") + 1 : whole.rindex("</div>")]
