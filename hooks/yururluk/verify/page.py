"""Whether the page of a text shows what was published: its words, its title, its dates and its digest.

`faults` judges a page by what the register and releases/ say. `verify_page` judges a single copy, without a project,
git or a network: the page carries what makes the frozen file of its words (`site/page_data.py`), and the register
must have the digest of that file, for the release and the language that the page names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import cast

from lxml import etree
from lxml import html as lxml_html

from yururluk.core.i18n import long_date
from yururluk.core.messages import Message, Problem, Refused, msg
from yururluk.core.model import NEWEST_RENDERING, Text
from yururluk.core.register import Publication, RecordedDocument, Register, entry_digest, loads
from yururluk.core.text_file import parse_text
from yururluk.site.page_data import filled, words_of
from yururluk.text.markdown import RULES, rendering
from yururluk.text.page_html import with_own_links, without_anchors, without_notes
from yururluk.verify.page_shape import TEXT_CLASS, shape_fault

# A text may itself hold elements of any class: they are none of the page's own.
_OUTSIDE = f"[not(ancestor::div[@class='{TEXT_CLASS}'])]"


def faults(
    page: bytes, *, sha256: str, published: date, effective: date, locale: str, text: Text | None
) -> list[Message]:
    """What is wrong with a page, a sentence each: by the facts that the register has of its text, and, where
    releases/ holds the text, by that."""
    shown = _parsed(page)
    if shown is None:
        return [msg("this page cannot be read as a web page (HTML in UTF-8).")]
    found: list[Message] = []
    if set(_stated_digests(shown)) != {sha256}:
        found.append(msg("this page does not state the digest that the register has for its text."))
    found += _date_faults(shown, published, effective, locale)
    if text is not None:
        titles = [" ".join(title.text_content().split()) for title in _all(shown, f"//h1{_OUTSIDE}")]
        title = " ".join(text.front_matter.title.split())
        if titles != [title]:
            said = " / ".join(f'"{other}"' for other in titles) or msg("missing")
            found.append(
                msg(
                    'the title on this page is {said}; that of the published text is "{title}".', said=said, title=title
                )
            )
        if not _shows(shown, text):
            found.append(msg("the text on this page is not the text that was published."))
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


def _stated_digests(page: lxml_html.HtmlElement) -> list[str]:
    """Every SHA-256 that a reader of the page sees beside the text, whole."""
    words = [
        word
        for part in _all(page, f"//main//*[self::code or self::span]{_OUTSIDE}")
        for word in part.text_content().split()
    ]
    return [word for word in words if re.fullmatch(r"[0-9A-Fa-f]{50,}", word, re.ASCII)]


def _date_faults(page: lxml_html.HtmlElement, published: date, effective: date, locale: str) -> list[Message]:
    """Both dates are among the facts beside the text, each for machines and in words."""
    times = _all(page, f"//dl[@class='facts']{_OUTSIDE}//time")
    if len(times) != 2:
        return [msg("this page does not state when its text was published and when it takes effect.")]
    found = []
    for time, what, day in zip(
        times, (msg("day of publication"), msg("effective date")), (published, effective), strict=True
    ):
        said = time.get("datetime", "")
        words = " ".join(time.text_content().split())
        if said != day.isoformat() or words != " ".join(long_date(day, locale).split()):
            found.append(
                msg(
                    'the {what} on this page is {said} ("{words}"); in the register it is {day}.',
                    what=what,
                    said=said or msg("missing"),
                    words=words,
                    day=day,
                )
            )
    return found


def legal_content(page: bytes) -> tuple[object, ...] | None:
    """The legal text on a page: its words, elements and attributes, in order; None where the page holds none."""
    shown = _parsed(page)
    boxes = _all(shown, f"//div[@class='{TEXT_CLASS}']{_OUTSIDE}") if shown is not None else ()
    return _content(lxml_html.tostring(boxes[0], encoding="unicode", with_tail=False)) if len(boxes) == 1 else None


def _shows(page: lxml_html.HtmlElement, text: Text) -> bool:
    boxes = _all(page, f"//div[@class='{TEXT_CLASS}']{_OUTSIDE}")
    return len(boxes) == 1 and same_text(boxes[0], text.source, text.rendering)


def same_text(shown: lxml_html.HtmlElement, source: str, rules: int = NEWEST_RENDERING) -> bool:
    """Whether an element shows a text, rendered again: the same words in the same elements with the same attributes.

    Words alone would not do: `hidden` takes a clause away, and another address under a link is another text.
    """
    return _content(lxml_html.tostring(shown, encoding="unicode", with_tail=False)) == _rendered(source, rules)


@lru_cache(maxsize=64)
def _rendered(source: str, rules: int) -> tuple[object, ...]:
    # Written by lxml as the page was: it writes a blank in an address as %20.
    root = lxml_html.fragment_fromstring(rendering(source, rules), create_parent="div")
    return _content(lxml_html.tostring(root, encoding="unicode"))


def _content(html: str) -> tuple[object, ...]:
    """The words, elements and attributes inside an element, in order.

    What the site itself puts into a text is left out, in both alike: the anchor at the end of a heading, notes, boxes
    around tables, elements for numbers that hang in the margin. Links between documents are made alike.
    """
    root = lxml_html.fragment_fromstring(with_own_links(html, "../", "../"))
    without_anchors(root)
    without_notes(root)
    for box in _all(root, ".//div[@class='scroll'][@role='group'][table]"):
        box.drop_tag()
    found: list[object] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if not isinstance(element.tag, str):
            found += (*str(element).split(), *(element.tail or "").split())
            continue
        if element is not root:
            found.append((event, element.tag, tuple(sorted(element.attrib.items())) if event == "start" else ()))
        words = element.text if event == "start" else element.tail if element is not root else None
        found += (words or "").split()
    return tuple(found)


_TAKE_AGAIN = msg(
    "take the page again from the company's site, or check the whole site: yururluk verify URL. As it is, this copy "
    "proves nothing."
)
_Proved = tuple[Publication | None, RecordedDocument | None, str, list[Message]]


@dataclass(frozen=True)
class PageReport:
    """What a page proves: `entry` and `document` are what the register has of its text, None where it has none.

    `head` is the digest of the register's last entry; a register with the same one is the same register.
    """

    entry: Publication | None
    document: RecordedDocument | None
    title: str
    head: str
    problems: tuple[Problem, ...]


def verify_page(page: Path, register: Path) -> PageReport:
    """Compare a page with a register. Raises `Refused` where either cannot be read at all."""
    record = loads(_bytes(register), str(register))
    if not record.entries:
        raise Refused(
            [Problem("verify", str(register), 0, msg("this register has no entry."), msg("give a whole one."))]
        )
    head = entry_digest(record.raw[-1])
    entry, document, title, found = _proved(_bytes(page), record)
    problems = tuple(Problem("verify", str(page), 0, fault, _TAKE_AGAIN) for fault in found)
    return PageReport(entry, document, title, head, problems)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = msg("this file cannot be read: {why}.", why=error.strerror)
        fix = msg("name a file that is there and may be read.")
        raise Refused([Problem("verify", str(path), 0, message, fix)]) from None


def _proved(page: bytes, register: Register) -> _Proved:
    shown = _parsed(page)
    if shown is None:
        return None, None, "", [msg("this is no web page (HTML in UTF-8).")]
    marked = _all(shown, f"//*[@data-version][.//div[@class='{TEXT_CLASS}']]")
    frozen = _all(shown, f"//data[@class='frozen']{_OUTSIDE}")
    boxes = _all(shown, f"//div[@class='{TEXT_CLASS}']{_OUTSIDE}")
    if len(marked) != 1 or len(frozen) != 1 or len(boxes) != 1:
        fault = msg("this is not the page of one published text: it does not carry the frozen file.")
        return None, None, "", [fault]
    shape = shape_fault(page.decode("utf-8"))
    if shape is not None:
        return None, None, "", [shape]
    version, locale = marked[0].get("data-version", ""), shown.get("lang", "")
    try:
        data = filled(frozen[0].get("value", ""), words_of(boxes[0])).encode("utf-8", "surrogatepass")
    except ValueError:
        fault = msg("the words on this page do not fit what the page carries of its frozen file.")
        return None, None, "", [fault]
    sha256 = hashlib.sha256(data).hexdigest()
    entry = register.publication(version)
    if entry is None:
        fault = msg('the register has no release "{version}", which this page says it is of.', version=version)
        return None, None, "", [fault]
    document = next((text for text in entry.documents if (text.sha256, text.locale) == (sha256, locale)), None)
    if document is None:
        fault = msg(
            'the register has no text of release {version} in the language "{locale}" with the '
            "digest of the file that the words on this page make ({sha256}).",
            version=version,
            locale=locale,
            sha256=sha256,
        )
        return entry, None, "", [fault]
    text, problems = parse_text(data, "", document.id, document.locale)
    if text is None:
        return entry, document, "", [problem.message for problem in problems]
    # The register does not say by which rules of Markdown a release is shown, and its release file is not at hand.
    found = min(
        (
            faults(
                page,
                sha256=sha256,
                published=entry.published.date(),  # written with the offset of the company's own time zone
                effective=document.effective,
                locale=document.locale,
                text=replace(text, rendering=rules),
            )
            for rules in RULES
        ),
        key=len,
    )
    return entry, document, text.front_matter.title, found
