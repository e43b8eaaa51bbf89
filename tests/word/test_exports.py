"""What an export looks like in Word, and what is typed into it: paper, styles of the house, ids of new clauses."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pypandoc
import pytest
from lxml import etree

from tests.conftest import Project
from tests.helpers.word_edits import WordFile
from tests.helpers.word_files import exported, imported, parts_of, run_of, with_part, with_parts
from yururluk.word.document import Links, ast_of, docx_of
from yururluk.word.exporting import FOOTER
from yururluk.word.package import DOCUMENT, W, parse
from yururluk.word.reading import plain

DRAFT = "docs/tr/gizlilik-politikasi.md"


def test_a_clause_typed_in_word_gets_the_id_that_check_proposes(project: Project, tmp_path: Path) -> None:
    """Only the new heading: a draft's own line is not touched. The next `check` has nothing to say about it."""
    file = tmp_path / "yeni.docx"
    assert project.run("word", "export", "--document", "gizlilik-politikasi", "-o", str(file)).code == 0
    word = WordFile(file.read_bytes(), "Av. Ayşe")
    heading = word.add_after(word.clause("2. Veri")[-1], "3. Çerezler ve İzinler", style="Heading2")
    word.add_after(heading, "Site çerez kullanmaz.", style="BodyText")
    file.write_bytes(word.saved())
    told = project.run("word", "import", str(file))
    assert told.code == 0, told.err
    assert "The new clause “3. Çerezler ve İzinler” has got the id cerezler-ve-izinler.\n" in told.out
    assert "\n\n## 3. Çerezler ve İzinler {#cerezler-ve-izinler}\n\nSite çerez kullanmaz.\n\n" in project.read(DRAFT)
    assert "has no id" not in project.run("check").out


def _section(docx: bytes) -> etree._Element:
    found = parse(parts_of(docx)[DOCUMENT]).find(f"{W}body/{W}sectPr")
    assert found is not None
    return found


def _sizes(docx: bytes) -> list[tuple[str | None, str | None]]:
    return [(one.get(W + "w"), one.get(W + "h")) for one in _section(docx).iter(W + "pgSz")]


def test_a_file_opens_as_a4() -> None:
    """21.0 by 29.7 cm, in twentieths of a point; Word would take it for Letter. Order: ECMA-376, CT_SectPr."""
    section = _section(exported("Bir.\n"))
    names = [etree.QName(one).localname for one in section]
    assert names == ["footerReference", "footnotePr", "pgSz", "pgMar"]
    assert _sizes(exported("Bir.\n")) == [("11906", "16838")]


def _house_style() -> bytes:
    """Pandoc's own reference document, in Letter, with a header and a colour of its own."""
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", "reference.docx"]
    docx = subprocess.run(command, capture_output=True, check=True).stdout
    header = f'<w:hdr xmlns:w="{W[1:-1]}"><w:p>{run_of("Şirket A.Ş. antetli")}</w:p></w:hdr>'
    docx = with_parts(docx, {"word/header1.xml": header})
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
    part = f'<Override PartName="/word/header1.xml" ContentType="{kind}"/></Types>'
    docx = with_part(docx, lambda xml: xml.replace("</Types>", part), "[Content_Types].xml")
    relation = (
        '<Relationship Id="rIdHouse" Target="header1.xml" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"/></Relationships>'
    )
    docx = with_part(docx, lambda xml: xml.replace("</Relationships>", relation), "word/_rels/document.xml.rels")
    size = '<w:sectPr><w:headerReference w:type="default" r:id="rIdHouse"/><w:pgSz w:w="12240" w:h="15840"/>'
    docx = with_part(docx, lambda xml: re.sub("<w:sectPr[^>]*>", size, xml, count=1))
    return with_part(docx, lambda xml: xml.replace('w:val="0F4761"', 'w:val="123456"'), "word/styles.xml")


def test_the_styles_of_the_house_come_from_a_word_file(project: Project, tmp_path: Path) -> None:
    """Its paper, header and colours; our footer stays; and the header is not taken for text on the way back."""
    project.write("ev.docx", _house_style())
    project.edit("mkdocs.yml", "  - yururluk:\n", "  - yururluk:\n      word_reference: ev.docx\n")
    project.commit()
    file = tmp_path / "x.docx"
    told = project.run("word", "export", "--document", "gizlilik-politikasi", "-o", str(file))
    assert told.code == 0, told.err
    docx = file.read_bytes()
    assert _sizes(docx) == [("12240", "15840")]
    parts = parts_of(docx)
    assert any("Şirket A.Ş. antetli" in part.decode() for name, part in parts.items() if "header" in name)
    assert "sha256:" in parts[FOOTER].decode()
    assert b"123456" in parts["word/styles.xml"]
    told = project.run("word", "import", str(file))
    assert (told.code, told.out) == (0, f"{DRAFT}: nothing changed.\n")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("yok.docx", 'yururluk.word_reference is "yok.docx", and there is no such file.'),
        ("ev.dotx", 'yururluk.word_reference cannot be "ev.dotx".'),
        ("../ev.docx", 'yururluk.word_reference cannot be "../ev.docx".'),
    ],
)
def test_a_reference_that_is_not_there_is_refused(project: Project, value: str, message: str, tmp_path: Path) -> None:
    """Plain styles in its place would ignore a setting."""
    project.edit("mkdocs.yml", "  - yururluk:\n", f"  - yururluk:\n      word_reference: {value}\n")
    told = project.run("word", "export", "--document", "gizlilik-politikasi", "-o", str(tmp_path / "x.docx"))
    fix = "write the path of a .docx in the project's folder, or remove the setting."
    assert (told.code, told.err) == (1, f"mkdocs.yml: {message}\n  Fix: {fix}\n")


def _lists(html: str) -> list[tuple[int, str, list[str]]]:
    """Number of the first item, sign and words of each numbered list in Word."""
    made = docx_of(html, locale="tr", title="T", links=Links("https://example.org/"))
    found = [block["c"] for block in ast_of(made)["blocks"] if block["t"] == "OrderedList"]
    return [(facts[0], facts[2]["t"], [plain(item).strip() for item in items]) for facts, items in found]


def test_numbers_are_those_that_the_text_writes() -> None:
    """Equal, skipped and falling ones too; with the sign behind them."""
    html = '<ol start="3"><li>a</li><li value="3">b</li><li value="5">c</li></ol>'
    assert _lists(html) == [(3, "Period", ["a"]), (3, "Period", ["b"]), (5, "Period", ["c"])]
    assert _lists('<ol class="parenthesis"><li>x</li><li>y</li></ol>') == [(1, "OneParen", ["x", "y"])]


def test_a_list_with_labels_of_its_own_gets_no_second_sign() -> None:
    """`a)` is a word of the text; a bullet before it is not."""
    html = '<ul class="labels"><li>a) bir</li><li>b) iki</li></ul>'
    tree = ast_of(docx_of(html, locale="tr", title="T", links=Links("https://example.org/")))
    assert [(block["t"], plain(block).strip()) for block in tree["blocks"]] == [("Para", "a) bir"), ("Para", "b) iki")]


def test_a_new_item_joins_a_list_with_labels() -> None:
    """Its label is not escaped, and no empty line parts it; elsewhere `2. yıl` stays words (rules 2)."""
    markdown = "Giriş.\n\na) bir iki\nb) üç dört\n\n3. x y\n3. u v\n"
    file = WordFile(exported(markdown), "Av. Ayşe")
    file.replace("üç", "üçüncü")
    file.add_after(file.paragraph("dört"), "c) beş altı", style="BodyText")
    file.add_after(file.paragraph("Giriş"), "2. yıl", style="BodyText")
    found = imported(file.saved(), markdown)
    assert found.body == "Giriş.\n\n2\\. yıl\n\na) bir iki\nb) üçüncü dört\nc) beş altı\n\n3. x y\n3. u v\n"
    assert found.lost == ()
