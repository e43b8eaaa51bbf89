"""Reads PDFs as their readers do: the words, the marks of the standards, and the tree that is read aloud."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pypdf
from lxml import html as lxml_html

from yururluk.pdf.copies import Copy, typeset
from yururluk.pdf.layout import Reader
from yururluk.text.markdown import render

MOMENT = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
#: White space, and what has no shape of its own: joiners, marks of direction, soft hyphens, controls.
_NOT_SEEN = frozenset({"Cc", "Cf", "Co", "Zs", "Zl", "Zp"})
PAGE = "https://www.example.com/1.1/gizlilik/"


def reader() -> Reader:
    """A reader of the text at `PAGE`."""
    return Reader(PAGE, lambda words: words)


def blocks_of(markdown: str) -> list[dict[str, Any]]:
    """A text's blocks."""
    return reader().read(render(markdown))


def pdf_of_html(html: str, locale: str = "tr") -> bytes:
    """The PDF of a rendering, with little around it."""
    blocks = reader().read(html)
    return typeset(Copy("Başlık", "Örnek A.Ş.", "Metin.", locale, ("a",), MOMENT, ("Alt",), [], blocks, "Eksik."))


def pdf_of(markdown: str, locale: str = "tr") -> bytes:
    """The PDF of a text."""
    return pdf_of_html(render(markdown), locale)


def words_of(pdf: bytes) -> str:
    """All that can be read in it, page after page."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def letters(text: str) -> str:
    """The text without what a line break may add or take: white space and hyphens; compatible letters as one."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if c not in "-\u2010" and unicodedata.category(c) not in _NOT_SEEN)


def lost_words(html: str, pdf: bytes) -> list[str]:
    """The words of the HTML that are not found in the PDF; ways back from footnotes are for browsers alone."""
    parser = lxml_html.HTMLParser(huge_tree=True)
    root = lxml_html.fragment_fromstring(html, create_parent="div", parser=parser)
    for link in root.xpath("//a[contains(@class, 'footnote-backref')] | //*[@data-redline-aid]"):
        link.drop_tree()
    there = letters(words_of(pdf))
    return [word for word in " ".join(root.itertext()).split() if letters(word) not in there]


def faults_of_standard(pdf: bytes, language: str) -> list[str]:
    """Where a file lacks a mark of PDF/A-2a (ISO 19005-2) or PDF/UA-1 (ISO 14289-1)."""
    faults = []
    with pikepdf.open(io.BytesIO(pdf)) as file:
        faults += [str(problem) for problem in file.check_pdf_syntax()]
        root = file.Root
        with file.open_metadata() as metadata:
            marks = [metadata.get(key) for key in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")]
            if marks != ["2", "A", "1"]:
                faults.append(f"XMP says {marks}")
            if not metadata.get("dc:title") or not metadata.get("dc:creator"):
                faults.append("no title or no author")
        checks = {
            "encrypted": not file.is_encrypted,
            "not marked as tagged": bool(root.MarkInfo.Marked),
            "no structure": "/StructTreeRoot" in root,
            f"language is {root.get('/Lang')}": str(root.get("/Lang")) == language,
            "title not shown": bool(root.ViewerPreferences.DisplayDocTitle),
            "no output intent": len(root.OutputIntents) == 1,
            "something runs": not {"/OpenAction", "/AA", "/AcroForm"} & set(root.keys()),
            "no trailer ID": "/ID" in file.trailer,
        }
        faults += [what for what, right in checks.items() if not right]
        for thing in file.objects:
            if not isinstance(thing, pikepdf.Dictionary):
                continue
            if thing.get("/S") in ("/JavaScript", "/Launch", "/GoToR", "/SubmitForm"):
                faults.append(f"action {thing.S}")
            if thing.get("/Type") == "/FontDescriptor" and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(
                thing.keys()
            ):
                faults.append(f"font {thing.FontName} is not embedded")
        for page in file.pages:
            if str(page.obj.get("/Tabs")) != "/S":
                faults.append("tab order is not that of the structure")
    return faults


def fonts_of(pdf: bytes) -> set[str]:
    """The names of the fonts in it, without the tag of the subset."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return {
            str(thing.FontName).partition("+")[2]
            for thing in file.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
        }


def structure_of(pdf: bytes) -> list[tuple[str, dict[str, str]]]:
    """The elements that are read aloud, in order, each with its attributes."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return list(_elements(file.Root.StructTreeRoot))


def _elements(element: Any) -> Iterator[tuple[str, dict[str, str]]]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid and "/P" in kid:
            attributes: Any = kid.get("/A", [])
            listed = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
            said = {
                str(key): str(value)
                for one in listed
                if isinstance(one, pikepdf.Dictionary)
                for key, value in one.items()
                if not isinstance(value, pikepdf.Array | pikepdf.Dictionary)
            }
            yield str(kid.S).removeprefix("/"), said
            yield from _elements(kid)


def outline_of(pdf: bytes) -> list[Any]:
    """The bookmarks: each its title, followed by the list of those below it where there are any."""

    def listed(items: Any) -> list[Any]:
        out: list[Any] = []
        for item in items:
            out.append(item.title)
            if item.children:
                out.append(listed(item.children))
        return out

    with pikepdf.open(io.BytesIO(pdf)) as file, file.open_outline() as outline:
        return listed(outline.root)


def places_of(pdf: bytes) -> set[str]:
    """The names that an address can point to (`…pdf#haklar`)."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return {str(name) for name in pikepdf.NameTree(file.Root.Names.Dests)} if "/Names" in file.Root else set()


def links_of(pdf: bytes) -> list[str]:
    """The web addresses that it links to, in order."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [
            str(note.A.URI)
            for page in file.pages
            for note in page.obj.get("/Annots", [])
            if "/A" in note and "/URI" in note.A
        ]


def ways_in(pdf: bytes) -> int:
    """How many links lead to places in the file itself."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        notes = [note for page in file.pages for note in page.obj.get("/Annots", [])]
        return sum(1 for note in notes if "/Dest" in note or ("/A" in note and str(note.A.S) == "/GoTo"))
