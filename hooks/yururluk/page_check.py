"""Whether the page of a text shows what was published: its words, its title, its dates and its digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from lxml import etree
from lxml import html as lxml_html

from yururluk.markdown import render
from yururluk.model import Text
from yururluk.page_html import without_notes
from yururluk.site.words import long_date

# The class of the element that holds, on a text page, the frozen text and nothing else but anchors and notes.
TEXT_CLASS = "text"
# A text may itself hold elements of any class: they are none of the page's own.
_OUTSIDE = f"[not(ancestor::div[@class='{TEXT_CLASS}'])]"


def faults(
    page: bytes, *, sha256: str, published: date, effective: date, locale: str, text: Text | None
) -> list[str]:
    """What is wrong with a page, a sentence each: by the facts that the register has of its text, and, where
    releases/ holds the text, by that."""
    found = []
    if sha256.encode() not in page:
        found.append("this page does not state the digest that the register has for its text.")
    shown = _parsed(page)
    if shown is None:
        return [*found, "this page cannot be read as a web page (HTML in UTF-8)."]
    found += _date_faults(shown, published, effective, locale)
    if text is not None:
        titles = [" ".join(title.text_content().split()) for title in _all(shown, f"//h1{_OUTSIDE}")]
        title = " ".join(text.front_matter.title.split())
        if titles != [title]:
            said = " / ".join(f'"{other}"' for other in titles) or "missing"
            found.append(f'the title on this page is {said}; that of the published text is "{title}".')
        if not _shows(shown, text):
            found.append("the text on this page is not the text that was published.")
    return found


def carries(page: bytes, text: Text) -> bool:
    """Whether the part of the page that holds the text reads word for word as the frozen text does."""
    shown = _parsed(page)
    return shown is not None and _shows(shown, text)


def _parsed(page: bytes) -> lxml_html.HtmlElement | None:
    try:
        return lxml_html.document_fromstring(page.decode("utf-8"))
    except (ValueError, etree.LxmlError):  # not UTF-8, with an XML declaration, or empty
        return None


def _all(page: lxml_html.HtmlElement, path: str) -> Sequence[lxml_html.HtmlElement]:
    return cast(Sequence[lxml_html.HtmlElement], page.xpath(path))


def _date_faults(page: lxml_html.HtmlElement, published: date, effective: date, locale: str) -> list[str]:
    """Both dates stand among the facts beside the text, each for machines and in words."""
    times = _all(page, f"//dl[@class='facts']{_OUTSIDE}//time")
    if len(times) != 2:
        return ["this page does not state when its text was published and when it takes effect."]
    found = []
    for time, what, day in zip(
        times, ("day of publication", "effective date"), (published, effective), strict=True
    ):
        said = time.get("datetime", "")
        words = " ".join(time.text_content().split())
        if said != day.isoformat() or words != " ".join(long_date(day, locale).split()):
            found.append(
                f'the {what} on this page is {said or "missing"} ("{words}"); in the register it is {day}.'
            )
    return found


def legal_words(page: bytes) -> list[str] | None:
    """The words of the legal text on a page, in order; None where the page holds none."""
    shown = _parsed(page)
    return _legal_words(shown) if shown is not None else None


def _shows(page: lxml_html.HtmlElement, text: Text) -> bool:
    frozen = lxml_html.fragment_fromstring(render(text.source, locale=text.locale), create_parent="div")
    return _legal_words(page) == _words(frozen)


def _legal_words(page: lxml_html.HtmlElement) -> list[str] | None:
    boxes = _all(page, f"//div[@class='{TEXT_CLASS}']{_OUTSIDE}")
    if len(boxes) != 1:
        return None
    shown = boxes[0]
    for anchor in [link for link in shown.iter("a") if link.get("class") == "anchor"]:
        cast(lxml_html.HtmlElement, anchor).drop_tree()
    without_notes(shown)
    return _words(shown)


def _words(element: etree._Element) -> list[str]:
    return "\n".join(str(part) for part in element.itertext()).split()
