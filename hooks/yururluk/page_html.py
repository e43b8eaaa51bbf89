"""What is done to a text's HTML on its way into a page: anchors at its clauses, and links that lead somewhere."""

from __future__ import annotations

import re

from lxml import html as lxml_html

_DOCUMENT_LINK = re.compile(r"^(?P<document>[a-z0-9]+(?:-[a-z0-9]+)*)\.md(?P<anchor>#.*)?$", re.ASCII)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def with_document_links(html: str, up: str) -> str:
    """Links between documents (`aydinlatma-metni.md#haklar`) made to lead to their pages.

    `up` is the way from the page to the folder in which the documents' pages stand, such as `../../`.
    """
    if ".md" not in html:
        return html
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for link in root.iter("a"):
        found = _DOCUMENT_LINK.match(link.get("href", ""))
        if found:
            link.set("href", f"{up}{found['document']}/{found['anchor'] or ''}")
    return _inner(root)


def with_anchors(html: str, label: str) -> str:
    """Each heading that has an id followed by a link to itself; `label` names it for screen readers ({clause})."""
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    for heading in list(root.iter(*_HEADINGS)):
        clause = heading.get("id")
        if not clause:
            continue
        anchor = lxml_html.Element("a", {"class": "anchor", "href": f"#{clause}"})
        anchor.set("aria-label", label.format(clause=heading.text_content().strip()))
        anchor.text = "#"
        anchor.tail = None
        if len(heading):
            heading[-1].tail = (heading[-1].tail or "") + " "
        else:
            heading.text = (heading.text or "") + " "
        heading.append(anchor)
    return _inner(root)


def _inner(root: lxml_html.HtmlElement) -> str:
    whole: str = lxml_html.tostring(root, encoding="unicode")
    return whole[whole.index(">") + 1 : whole.rindex("</div>")]
