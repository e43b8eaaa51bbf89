"""Whether a copy of a single page shows a text that the register has: proved by the page and the register alone.

The page carries what makes the frozen file of its words (`carried_file`). The file's digest must stand in the register,
for the release and the language that the page names, and the words of the page must be those of the file, rendered
again. No project, no git and no network is needed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lxml import etree
from lxml import html as lxml_html

from yururluk.core.messages import Message, msg
from yururluk.core.problems import Problem, Refused
from yururluk.core.register import Publication, RecordedDocument, Register, entry_digest, loads
from yururluk.core.text_file import parse_text
from yururluk.site.embedded_source import filled, words_of
from yururluk.verify import page as page_check

_FIX = msg(
    "take the page again from the company's site, or have the whole site looked at: yururluk "
    "verify URL. As it is, this copy proves nothing."
)


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
    """Hold a page against a register. Raises `Refused` where either cannot be read at all."""
    record = loads(_bytes(register), str(register))
    if not record.entries:
        raise Refused(
            [Problem("verify", str(register), 0, msg("this register has no entry."), msg("give a whole one."))]
        )
    head = entry_digest(record.raw[-1])
    entry, document, title, faults = _proved(_bytes(page), record)
    problems = tuple(Problem("verify", str(page), 0, fault, _FIX) for fault in faults)
    return PageReport(entry, document, title, head, problems)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        fix = msg("name a file that is there and may be read.")
        raise Refused(
            [
                Problem(
                    "verify",
                    str(path),
                    0,
                    msg("this file cannot be read: {why}.", why=error.strerror),
                    fix,
                )
            ]
        ) from None


def _proved(page: bytes, register: Register) -> tuple[Publication | None, RecordedDocument | None, str, list[Message]]:
    shown = _parsed(page)
    if shown is None:
        return None, None, "", [msg("this is no web page (HTML in UTF-8).")]
    articles = cast("list[lxml_html.HtmlElement]", shown.xpath("//article[@data-version]"))
    frozen = cast(
        "list[lxml_html.HtmlElement]",
        shown.xpath("//data[@class='frozen'][not(ancestor::div[@class='text'])]"),
    )
    boxes = cast("list[lxml_html.HtmlElement]", shown.xpath("//div[@class='text'][not(ancestor::div[@class='text'])]"))
    if len(articles) != 1 or len(frozen) != 1 or len(boxes) != 1:
        return (
            None,
            None,
            "",
            [msg("this is not the page of one published text: it does not carry the frozen file.")],
        )
    version, locale = articles[0].get("data-version", ""), shown.get("lang", "")
    try:
        data = filled(frozen[0].get("value", ""), words_of(boxes[0])).encode("utf-8", "surrogatepass")
    except ValueError:
        fault = msg("the words on this page do not fit what the page carries of its frozen file.")
        return None, None, "", [fault]
    sha256 = hashlib.sha256(data).hexdigest()
    entry = register.publication(version)
    if entry is None:
        return (
            None,
            None,
            "",
            [msg('the register has no release "{version}", which this page says it is of.', version=version)],
        )
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
    faults = page_check.faults(
        page,
        sha256=sha256,
        published=entry.published.date(),  # written with the offset of the company's own time zone
        effective=document.effective,
        locale=document.locale,
        text=text,
    )
    if shown.xpath("//style | //*[@style] | //div[@class='text']/ancestor-or-self::*[@hidden or @inert]"):
        faults.append(
            msg("this page carries styles of its own or a hidden part, so that words of the text may not show.")
        )
    return entry, document, text.front_matter.title, faults


def _parsed(page: bytes) -> lxml_html.HtmlElement | None:
    try:
        return cast(lxml_html.HtmlElement, lxml_html.document_fromstring(page.decode("utf-8")))
    except (ValueError, etree.LxmlError):
        return None
