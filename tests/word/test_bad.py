"""What comes by mail: files that are no Word files, that are dangerous, or that hold more than text."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.helpers.word_files import (
    exported,
    imported,
    inserted,
    parts_of,
    run_of,
    with_part,
    with_parts,
    without_properties,
)
from yururluk.core.messages import Refused
from yururluk.word.package import MAX_FILE, open_package, read_package, write_package

BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'
TYPES = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
SAVE = "open it in Word and save it as a Word document (.docx)"


def zipped(**parts: str) -> bytes:
    return write_package(
        {name.replace("__", "/").replace("_xml", ".xml"): part.encode() for name, part in parts.items()}
    )


def locked() -> bytes:
    """A zip whose first entry says that it is encrypted."""
    data = bytearray(zipped(word__document_xml=BODY))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def doubled() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", BODY)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("word/document.xml", BODY)
    return out.getvalue()


BAD = {
    "empty": (b"", "the file is empty.", f"{SAVE}."),
    "text": (b"Gizlilik", "this is no Word document.", f"{SAVE}."),
    "pdf": (b"%PDF-1.7 ...", "this is a PDF.", f"{SAVE}."),
    "rtf": (b"{\\rtf1 x}", "this is an RTF file.", f"{SAVE}."),
    "html": (b"<!doctype html>", "this is an HTML or XML file.", f"{SAVE}."),
    "doc": (OLE, "this is an old Word file (.doc), or another Office file of that age.", f"{SAVE}."),
    "locked": (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "this file is encrypted.",
        "take the password off, and save it as .docx.",
    ),
    "locked zip": (locked(), "this file is encrypted.", "take the password off, and save it as .docx."),
    "cut off": (
        b"PK\x03\x04\x14",
        "this Word file is damaged: File is not a zip file.",
        "save it in Word once more as a Word document (.docx), or ask for it again.",
    ),
    "excel": (zipped(xl__workbook_xml="<a/>"), "this is an Excel file, no Word document.", f"{SAVE}."),
    "zip": (zipped(readme_xml="<a/>"), "this is a zip file without a Word text in it, no Word document.", f"{SAVE}."),
    "macros": (
        write_package({"word/document.xml": BODY.encode(), "word/vbaProject.bin": b"x"}),
        "this file carries macros (.docm); a legal text needs none.",
        f"{SAVE} without macros; nothing in it was run.",
    ),
    "macro type": (
        write_package({"[Content_Types].xml": b"<T>macroEnabled.main+xml</T>", "word/document.xml": b"<a/>"}),
        "this file carries macros (.docm); a legal text needs none.",
        f"{SAVE} without macros; nothing in it was run.",
    ),
    "entity": (
        zipped(word__document_xml=f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>{BODY}'),
        "this Word file is damaged: word/document.xml: a document type is declared, which Word never does.",
        "save it in Word once more as a Word document (.docx), or ask for it again.",
    ),
    "laughs": (
        zipped(word__document_xml=f'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]>{BODY}'),
        "this Word file is damaged: word/document.xml: a document type is declared, which Word never does.",
        "save it in Word once more as a Word document (.docx), or ask for it again.",
    ),
    "twice": (
        doubled(),
        "this Word file is damaged: it holds word/document.xml twice.",
        "save it in Word once more as a Word document (.docx), or ask for it again.",
    ),
    "bomb": (
        write_package({"word/document.xml": b"<a>" + b" " * 25_000_000}),
        "this file is too large: unpacked it is larger than 60 MB.",
        "take pictures and attachments out of it; a legal text needs less than 1 MB.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_word_file_is_named(name: str) -> None:
    """What it is instead, and how to fix it; no traceback, nothing unpacked beyond the bounds."""
    data, message, fix = BAD[name]
    with pytest.raises(Refused) as refused:
        open_package(data, "gelen.docx")
    assert str(refused.value) == f"gelen.docx: {message}\n  Fix: {fix}"


def test_a_huge_file_is_not_even_read(tmp_path: Path) -> None:
    """50 MB of pictures is no text."""
    file = tmp_path / "dev.docx"
    with file.open("wb") as stream:
        stream.truncate(MAX_FILE + 1)
    with pytest.raises(Refused, match="this file is too large: it has 50 MB"):
        read_package(file)


def test_a_file_that_is_not_there_is_said(project: Project) -> None:
    """Through the command, with exit 1."""
    told = project.run("word", "import", "yok.docx")
    assert (told.code, told.err) == (
        1,
        "yok.docx: this cannot be read: No such file or directory.\n  Fix: name the .docx file that Word saved.\n",
    )


def test_a_damaged_text_is_refused(project: Project, tmp_path: Path) -> None:
    """XML that ends in the middle: refused before pandoc sees it, and the draft stays."""
    parts = parts_of(exported("Bir.\n"))
    parts["word/document.xml"] = parts["word/document.xml"][:-40]
    file = tmp_path / "kesik.docx"
    file.write_bytes(write_package(parts))
    told = project.run("word", "import", str(file), "--document", "gizlilik-politikasi", "--locale", "tr")
    assert told.code == 1
    assert told.err.startswith(f"{file}: this Word file is damaged: word/document.xml: ")
    assert project.git("status", "--porcelain") == ""


_DRAWING = '<w:r><w:drawing xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{}</w:drawing></w:r>'
_BOX = (
    '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
    "<w:drawing><w:txbxContent><w:p>{0}</w:p></w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict>"
    "<w:txbxContent><w:p>{0}</w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
_RELATION = (
    '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
    ' Target="http://127.0.0.1:9/x.png" TargetMode="External"/></Relationships>'
)


def test_what_is_no_text_is_told_and_the_text_is_taken() -> None:
    """Pictures, text boxes, SmartArt, charts, hidden words, headers, files elsewhere: each named, none fetched."""
    extra = (
        _DRAWING.format('<a:blip r:link="rIdX"/>')
        + _DRAWING.format('<d:relIds xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram"/>')
        + _DRAWING.format('<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>')
        + _BOX.format(run_of("Kutudaki söz"))
        + "<w:r><w:rPr><w:vanish/></w:rPr><w:t> gizli</w:t></w:r>"
    )
    docx = exported("Bir iki üç.\n")
    docx = with_part(docx, lambda xml: xml.replace("üç.</w:t></w:r>", "dört.</w:t></w:r>" + extra, 1))
    docx = with_part(docx, lambda xml: xml.replace("</Relationships>", _RELATION), "word/_rels/document.xml.rels")
    header = '<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{}</w:hdr>'
    docx = with_parts(docx, {"word/header1.xml": header.format(f"<w:p>{run_of('TASLAK')}</w:p>")})
    result = imported(docx, "Bir iki üç.\n")
    assert result.body == "Bir iki dört. gizli\n"
    assert result.contents.not_taken == (
        "pictures, charts or other drawings: 3",
        "a text box: “Kutudaki söz”",
        "a header of the page: “TASLAK”",
        "a reference to a file elsewhere (image: http://127.0.0.1:9/x.png); it was not fetched",
    )
    assert result.contents.plain_text == ("text formatted as hidden: “gizli”",)


def test_what_is_taken_otherwise_than_word_shows_it_is_told() -> None:
    """A field, a table in a table, joined cells, looks: the words come, and it is said what they were in Word."""
    markdown = "Bir.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"
    field = f'<w:fldSimple w:instr=" DATE ">{run_of(" 26.11.2026")}</w:fldSimple>'
    bright = '<w:r><w:rPr><w:highlight w:val="yellow"/></w:rPr><w:t> sarı</w:t></w:r>'
    inner = f"<w:tbl><w:tr><w:tc><w:p>{run_of('iç')}</w:p></w:tc></w:tr></w:tbl>"

    def change(document: str) -> str:
        document = document.replace(
            run_of("Bir."), run_of("Bir.") + field + bright.replace("<w:t>", '<w:t xml:space="preserve">')
        )
        start = document.index("<w:tc>", document.index(run_of("b")))
        joined = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p>{run_of("1")}</w:p>{inner}<w:p/></w:tc>'
        return document[:start] + joined + document[document.rindex("</w:tr>") :]

    result = imported(with_part(exported(markdown), change), markdown)
    assert result.body == markdown.replace("Bir.", "Bir. 26.11.2026 sarı").replace("| 1 | 2 |", "| 1<br>iç |  |")
    assert result.contents.plain_text == ("a table within a table", "a field that Word computes (DATE): “26.11.2026”")
    assert result.contents.formatting == ("Formatting left out, for which a text has no sign: highlighted “sarı”",)
    assert result.lost == ("cells that were joined or parted: the first of them has their words, the others are empty",)


def test_a_footer_that_somebody_wrote_into_is_told() -> None:
    """Ours is known by its lines, not by its digest alone."""
    docx = with_part(
        exported("Bir.\n"), lambda xml: xml.replace("sha256:", "Gizlidir. sha256:"), "word/footer-yururluk.xml"
    )
    (told,) = imported(docx, "Bir.\n").contents.not_taken
    assert told.startswith("a footer of the page: “Gizlidir. sha256:")
    assert imported(exported("Bir.\n"), "Bir.\n").contents.not_taken == ()


def test_a_file_of_the_web_editor_and_a_strict_one_are_read_as_any_other() -> None:
    """Word for the web numbers the parts of a file; "Strict Open XML" has other namespaces: changes are still seen."""
    docx = with_part(
        exported("Bir iki.\n"),
        lambda xml: xml.replace(run_of("Bir iki."), run_of("Bir iki") + inserted(run_of(" üç")) + run_of(".")),
    )
    parts = parts_of(docx)
    web = {
        name.replace("document.xml", "document2.xml").replace("styles.xml", "styles2.xml"): data.replace(
            b"document.xml", b"document2.xml"
        ).replace(b"styles.xml", b"styles2.xml")
        for name, data in parts.items()
    }
    strict = {
        name: data.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/", b"http://purl.oclc.org/ooxml/wordprocessingml/"
        )
        for name, data in parts.items()
    }
    for made in (web, strict):
        result = imported(write_package(made), "Bir iki.\n")
        assert (result.body, result.contents.changes) == ("Bir iki üç.\n", (("Av. Ayşe", 1),))


def test_a_file_without_a_word_is_refused() -> None:
    """It would empty the draft; to take a text away, one deletes it."""
    docx = with_part(exported("Bir.\n"), lambda xml: re.sub(r"(?s)<w:p>.*</w:p>", "", xml))
    with pytest.raises(Refused, match="this Word file holds no text"):
        imported(docx, "Bir.\n")


def test_another_text_is_not_poured_into_a_draft(project: Project, tmp_path: Path) -> None:
    """A file that does not say which draft it is must read like the one that is named."""
    file = tmp_path / "baska.docx"
    file.write_bytes(without_properties(exported("Bu sözleşme bambaşka bir konudadır.\n" * 5)))
    told = project.run("word", "import", str(file), "--document", "gizlilik-politikasi", "--locale", "tr")
    assert told.code == 1
    assert told.err == (
        f"{file}: this file says another text than docs/tr/gizlilik-politikasi.md: they have few words in common.\n"
        "  Fix: name the right draft: --document ID --locale L; or export it, and change that file.\n"
    )
    assert project.git("status", "--porcelain") == ""


def test_a_lawyer_is_told_in_turkish(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the language of the machine, as `check` does."""
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    file = tmp_path / "gelen.docx"
    file.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le"))
    told = project.run("word", "import", str(file))
    assert told.err == (f"{file}: bu dosya şifreli.\n  Çözüm: parolayı kaldırın ve .docx olarak kaydedin.\n")


def test_a_title_and_a_line_of_a_title_page_are_told() -> None:
    """The title is front matter, which is not Word's to change; a subtitle is no part of the text."""
    docx = exported("Bir.\n\nİki.\n")
    docx = with_part(docx, lambda xml: xml.replace(">Deneme<", ">Başka ad<", 1))
    subtitle = f'<w:p><w:pPr><w:pStyle w:val="Subtitle"/></w:pPr>{run_of("Alt başlık")}</w:p>'
    docx = with_part(docx, lambda xml: xml.replace("</w:p>", f"</w:p>{subtitle}", 1))
    result = imported(docx, "Bir.\n\nİki.\n")
    assert result.body == "Bir.\n\nİki.\n"
    assert result.lost == (
        "the title “Başka ad”: change `title:` at the top of the draft",
        "a line in a style of a title page: “Alt başlık”",
    )
