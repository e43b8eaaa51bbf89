"""The search index of a folder: its texts by clauses, for the worker that Material's search box starts.

Material's script fetches `search/search_index.json` with each page; ours only says where the texts are, which are
fetched with the reader's first word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from lxml import html as lxml_html

from yururluk.core.names import names
from yururluk.site import page_models as views
from yururluk.text.markdown import rendering

FOLDER: Final = "search"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SPACE = re.compile(r"\s+")
_INLINE = names(
    "a abbr b bdi bdo cite code data del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup time u"
    " var wbr"
)


def search_files(site: views.Site) -> Mapping[str, bytes]:
    """What the search of the site's pages reads: the index that Material asks for, and the texts of each language."""
    found = {}
    texts: dict[str, list[views.Page]] = {}
    for page in site.pages:
        if isinstance(page.view, views.TextView | views.DraftView):
            texts.setdefault(page.locale, []).append(page)
    below = f"{site.searched}/" if not site.prefix and site.searched else ""
    # Material's script takes `separator` for the words that it marks on the page that a result leads to.
    config = {"lang": ["en"], "separator": r"[\s\-]+", "pipeline": [], "at": below or site.prefix, "below": below}
    found[f"{FOLDER}/search_index.json"] = _json({"config": config, "docs": []})
    for locale, pages in texts.items():
        home = "" if _is_first(site, locale) else f"{locale}/"
        documents = [entry for page in pages for entry in _entries(page, f"{home}{page.path}/")]
        found[f"{FOLDER}/{locale}.json"] = _json(documents)
    return found


def _is_first(site: views.Site, locale: str) -> bool:
    return bool(site.pages) and site.pages[0].alternates[0][0] == locale


def _entries(page: views.Page, address: str) -> Iterable[dict[str, str]]:
    view = page.view
    html = rendering(view.frozen, view.rendering) if isinstance(view, views.TextView) else rendering(page.markdown)
    clauses = clauses_of(html)
    opening = clauses.pop(0)[2] if clauses and not clauses[0][1] else ""
    yield {"location": address, "title": page.title, "text": opening}
    for clause, heading, words in clauses:
        yield {"location": f"{address}#{clause}" if clause else address, "title": heading, "text": words}


def clauses_of(html: str) -> list[tuple[str, str, str]]:
    """A text by its clauses: the id of each, its heading, and the words below it with a line for each block. The words
    of a footnote belong to the clause that refers to it."""
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    notes = {f"#{note.get('id')}": note for note in root.xpath(".//*[contains(@class, 'footnote')]//li[@id]")}
    clauses: list[tuple[str, str, list[str]]] = [("", "", [])]

    def read(element: lxml_html.HtmlElement) -> None:
        words = clauses[-1][2]
        if not isinstance(element.tag, str) or "footnote" in (element.get("class") or "").split():
            return
        if element.tag in _HEADINGS:
            clauses.append((element.get("id") or "", _folded(element.text_content()), []))
            return
        reference = element.get("class") == "footnote-ref" and notes.get(element.get("href", ""))
        if element.get("class") in {"footnote-ref", "footnote-backref"}:
            if isinstance(reference, lxml_html.HtmlElement):
                within(reference)
            return
        edge = "" if element.tag in _INLINE else "\n"
        words.append(edge)
        within(element)
        clauses[-1][2].append(edge)

    def within(element: lxml_html.HtmlElement) -> None:
        clauses[-1][2].append(_SPACE.sub(" ", element.text or ""))
        for child in element:
            read(child)
            clauses[-1][2].append(_SPACE.sub(" ", child.tail or ""))

    within(root)
    found = [(clause, heading, _lines("".join(words))) for clause, heading, words in clauses]
    return [clause for clause in found if clause[1] or clause[2]]


def _lines(text: str) -> str:
    return re.sub(r" *\n[ \n]*", "\n", text).strip()


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
