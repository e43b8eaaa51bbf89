"""A redline as a Word file: accept all and it says the new text, reject all and it says the old one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from tests.conftest import Project
from tests.helpers.word_files import RICH, SITE, parts_of, words_of, words_of_html
from yururluk.redline import Redline, compare
from yururluk.word.contents import accepted
from yururluk.word.document import Links, ast_of, docx_of
from yururluk.word.exporting import Side, Signed, redline_docx
from yururluk.word.package import W, parse, write_package
from yururluk.word.reading import plain

NEW = (
    RICH.replace("çok önemli", "çok mühim")
    .replace("- iki madde\n", "")
    .replace("| IP | |", "| IP | 1 yıl |\n| Konum | 2 yıl |")
    .replace("# 2. Son", "## 3. Son")
    .replace("Dipnot metni", "Dipnotun metni")
    .replace("kod  satırı", "kod  parçası")
    .replace("[bağ](https://x.com/a_(b))", "[bağ](https://y.com/)")
    .replace("> alıntı metni\n", "> alıntı metni\n\nYeni *bir* paragraf.[^2]\n")
    .replace("***\n", "")
    .replace("Logo", "Amblem")
    + "\n[^2]: İkinci dipnot.\n"
)
MOVED = "Bu paragraf taşındığı anlaşılacak kadar çok söz içerir, ve her sözü de aynı kalır."
PLACES = [f"Paragraf {number} kendi yerinde durur ve hiç değişmez, çünkü öyledir." for number in range(4)]
COLUMNS = "| a | b |\n| --- | --- |\n| bir | iki |\n| üç | dört |\n"

PAIRS = {
    "everything": (RICH, NEW),
    "moved": ("\n\n".join([MOVED, *PLACES]), "\n\n".join([*PLACES, MOVED])),
    "moved and changed": (
        "\n\n".join([MOVED, *PLACES]),
        "\n\n".join([*PLACES, MOVED.replace("kadar çok", "kadar hayli").replace("ve her", "bunun da her")]),
    ),
    "columns": (COLUMNS, COLUMNS.replace("|\n", "| yeni |\n").replace("--- | yeni", "--- | ---")),
    "from nothing": ("", RICH),
}


def made(old: str, new: str) -> tuple[Redline, bytes]:
    redline = compare(old, new, locale="tr")
    signed = Signed("Dinamik360 Yazılım A.Ş.", date(2026, 11, 22))
    sides = Side("1.1", "a" * 64), Side("2.0", "b" * 64)
    docx = redline_docx(
        redline, title="Deneme", document="deneme", old=sides[0], new=sides[1], signed=signed, site=SITE
    )
    return redline, docx


@pytest.fixture(scope="module")
def files() -> dict[str, tuple[Redline, bytes]]:
    return {name: made(old, new) for name, (old, new) in PAIRS.items()}


def words_alone(html: str) -> str:
    """The words of a Word file of one text alone; a line across the page is written as in a redline."""
    html = re.sub(r"<pre><code>(.*?)\n?</code></pre>", r"<p><code>\1</code></p>", html, flags=re.DOTALL)
    html = html.replace("<hr>", "<p>* * *</p>")
    return words_of(ast_of(docx_of(html, locale="tr", title="Deneme", links=Links(SITE))))


@pytest.mark.parametrize("name", PAIRS)
def test_accepting_all_gives_the_new_text_and_rejecting_all_the_old(
    name: str, files: dict[str, tuple[Redline, bytes]]
) -> None:
    """Word for word, in the order of the text; and nothing of the rendering is missing."""
    redline, docx = files[name]
    for changes, html in (("accept", redline.accepted_html()), ("reject", redline.rejected_html())):
        wanted = words_alone(html)
        assert words_of_html(html) - words_of_html(wanted) <= {"nbsp", "amp", "lt", "1", "2"}
        # Inside code pandoc reads no tracked words at all.
        code = re.compile(r"\bkod( parçası| satırı)? ")
        assert code.sub("", words_of(ast_of(docx, changes=changes))) == code.sub("", wanted)
    assert words_of(ast_of(write_package(accepted(parts_of(docx))))) == words_alone(redline.accepted_html())


def test_every_mark_is_signed_dated_and_numbered_once(files: dict[str, tuple[Redline, bytes]]) -> None:
    """Word shows who changed what when; two marks of one number make it repair the file."""
    _, docx = files["everything"]
    parts = parts_of(docx)
    marks = [
        mark
        for name in ("word/document.xml", "word/footnotes.xml")
        for mark in parse(parts[name]).iter(W + "ins", W + "del", W + "moveFrom", W + "moveTo")
    ]
    assert len(marks) > 20
    assert {mark.get(W + "author") for mark in marks} == {"Dinamik360 Yazılım A.Ş."}
    assert {(mark.get(W + "date") or "")[:10] for mark in marks} == {"2026-11-22"}
    numbers = [mark.get(W + "id") for mark in marks]
    assert len(numbers) == len(set(numbers))


def test_two_marks_that_meet_over_the_end_of_a_paragraph_are_told_apart_by_their_time() -> None:
    """LibreOffice takes them for one otherwise, and rejecting that would join the paragraphs."""
    _, docx = made("- Bir iki üç\n- dört beş altı\n", "- Bir iki üç yeni.\n- Ayrıca dört beş altı\n")
    document = parse(parts_of(docx)["word/document.xml"])
    marks = {"".join(map(str, mark.itertext())).strip(): mark.get(W + "date") for mark in document.iter(W + "ins")}
    assert marks == {"yeni.": "2026-11-22T00:00:00Z", "Ayrıca": "2026-11-22T00:10:00Z"}


def test_a_figure_that_goes_leaves_nothing_behind() -> None:
    """Pandoc makes a table of one, which no mark of ours would take away."""
    _, docx = made(
        "<figure>\n<img src='a.png' alt='Amblem'>\n<figcaption>Altyazı</figcaption>\n</figure>\n\nSon.\n", "Son.\n"
    )
    assert list(parse(parts_of(docx)["word/document.xml"]).iter(W + "tbl")) == []
    assert [plain(block).strip() for block in ast_of(docx)["blocks"]] == ["Son."]


def test_each_style_is_there_once_and_built_on_one_that_is_there(files: dict[str, tuple[Redline, bytes]]) -> None:
    """Word would still open the file; a stricter program says that it is damaged."""
    styles = parse(parts_of(files["everything"][1])["word/styles.xml"])
    known = [one.get(W + "styleId") for one in styles.iter(W + "style")]
    assert len(known) == len(set(known))
    assert {one.get(W + "val") for one in styles.iter(W + "basedOn", W + "next", W + "link")} <= set(known)


def test_marks_stand_where_the_format_allows_them(files: dict[str, tuple[Redline, bytes]]) -> None:
    """No link inside a mark, no deleted words outside one, no cell without a paragraph, names of bookmarks once."""
    for _, docx in files.values():
        document = parse(parts_of(docx)["word/document.xml"])
        for mark in document.iter(W + "ins", W + "del"):
            assert not list(mark.iter(W + "hyperlink", W + "p", W + "tbl"))
        for words in document.iter(W + "delText"):
            assert any(above.tag == W + "del" for above in words.iterancestors())
        for cell in document.iter(W + "tc"):
            assert cell[-1].tag == W + "p"
        names = [mark.get(W + "name") for mark in document.iter(W + "bookmarkStart")]
        assert len(names) == len(set(names))
        assert "\u2060" not in etree.tostring(document, encoding="unicode")


def test_a_moved_paragraph_is_a_move(files: dict[str, tuple[Redline, bytes]]) -> None:
    """Both ends carry the same name, so that Word leads from one to the other."""
    document = parse(parts_of(files["moved"][1])["word/document.xml"])
    starts = {one.tag: one.get(W + "name") for one in document.iter() if str(one.tag).endswith("RangeStart")}
    assert starts == {W + "moveFromRangeStart": "move1", W + "moveToRangeStart": "move1"}
    moved = ["".join(map(str, one.itertext())) for one in document.iter(W + "moveFrom", W + "moveTo")]
    assert [words for words in moved if words] == [MOVED, MOVED]


def test_a_passage_that_moved_and_changed_is_a_move_with_its_changes(files: dict[str, tuple[Redline, bytes]]) -> None:
    """What is gone is deleted where the passage stood, what is new is inserted where it stands."""
    document = parse(parts_of(files["moved and changed"][1])["word/document.xml"])
    said: dict[str, list[str]] = {}
    for mark in document.iter(W + "moveFrom", W + "moveTo", W + "ins", W + "del"):
        said.setdefault(etree.QName(mark).localname, []).append("".join(map(str, mark.itertext())))
        assert not list(mark.iterdescendants(mark.tag, W + "ins", W + "del"))
    assert {name: [words.strip() for words in found if words.strip()] for name, found in said.items()} == {
        "moveFrom": ["Bu paragraf taşındığı anlaşılacak kadar", "söz içerir,", "her sözü de aynı kalır."],
        "del": ["çok", "ve"],
        "moveTo": ["Bu paragraf taşındığı anlaşılacak kadar", "söz içerir,", "her sözü de aynı kalır."],
        "ins": ["hayli", "bunun da"],
    }


def test_a_control_character_is_shown_as_unreadable_and_breaks_no_file() -> None:
    """XML cannot hold it; a text that writes it as an entity is still compared."""
    _, docx = made("Bir &#11; iki &#12; üç.\n", "Bir &#11; iki &#12; dört.\n")
    assert words_of(ast_of(docx)) == "Bir \ufffd iki dört."


def test_rows_that_came_are_marked_as_rows(files: dict[str, tuple[Redline, bytes]]) -> None:
    """Rejecting must take the row away, not leave an empty one."""
    document = parse(parts_of(files["everything"][1])["word/document.xml"])
    rows = [row for row in document.iter(W + "tr") if row.find(f"{W}trPr/{W}ins") is not None]
    assert ["".join(map(str, row.itertext())).split() for row in rows] == [["Konum2", "yıl"]]


def test_the_footer_names_both_texts_with_their_digests(files: dict[str, tuple[Redline, bytes]]) -> None:
    """A print-out says what it compares, and can be held against the register; the language is set."""
    parts = parts_of(files["moved"][1])
    paragraphs = ["".join(map(str, one.itertext())) for one in parse(parts["word/footer-yururluk.xml"])]
    assert paragraphs[:3] == ["Deneme: 1.1 → 2.0", f"1.1: sha256:{'a' * 64}", f"2.0: sha256:{'b' * 64}"]
    assert b'w:val="tr-TR"' in parts["word/styles.xml"]
    assert b'<dcterms:created xsi:type="dcterms:W3CDTF">2026-11-22T00:00:00Z<' in parts["docProps/core.xml"]


def test_the_same_redline_gives_the_same_bytes(files: dict[str, tuple[Redline, bytes]]) -> None:
    """No clock, no order of a set."""
    assert made(*PAIRS["moved"])[1] == files["moved"][1]


def test_the_command_signs_with_the_day_of_publication(published: Project, tmp_path: Path) -> None:
    """1.1 is in the register; a draft has no date, and none is made up."""
    file = tmp_path / "r.docx"
    command = ["redline", "--document", "gizlilik-politikasi", "--format", "docx"]
    told = published.run(*command, "1.0", "1.1", "-o", str(file))
    assert told.code == 0, told.err
    entries = json.loads(published.page("register.json"))["entries"]
    (day,) = {entry["published"][:10] for entry in entries if entry.get("version") == "1.1"}
    dates = re.findall(rb'w:date="([^"T]+)T', parts_of(file.read_bytes())["word/document.xml"])
    assert set(dates) == {day.encode()}
    told = published.run(*command, "1.0", "docs", "-o", str(file))
    assert (told.code, told.err) == (
        1,
        ("the changes need a date, and docs has not been published.\n  Fix: give the date: --today 2026-11-22.\n"),
    )
    told = published.run(*command, "1.0", "docs", "-o", str(file), "--today", "2026-12-01")
    assert told.code == 0, told.err
    assert b'w:date="2026-12-01T00:00:00Z"' in parts_of(file.read_bytes())["word/document.xml"]


def test_a_word_file_is_of_one_document_and_goes_to_a_file(published: Project) -> None:
    """Both are said before anything is made."""
    told = published.run("redline", "1.1", "2.0", "--format", "docx", "-o", "r.docx")
    assert (told.code, told.err) == (
        1,
        (
            "a Word file holds one document.\n"
            "  Fix: choose one: --document aydinlatma-metni, --document gizlilik-politikasi.\n"
        ),
    )
    told = published.run("redline", "1.1", "2.0", "--format", "docx")
    assert (told.code, told.err) == (
        1,
        "a Word file cannot be shown in a terminal.\n  Fix: name the file to write: -o redline.docx.\n",
    )


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
def test_libreoffice_opens_it_and_keeps_both_texts(files: dict[str, tuple[Redline, bytes]], tmp_path: Path) -> None:
    """Another editor reads the marks, writes them again, and both texts are still there."""
    for name, (_, docx) in files.items():
        (tmp_path / f"{name}.docx").write_bytes(docx)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "docx"]
    out = tmp_path / "out"
    listed = sorted(map(str, tmp_path.glob("*.docx")))
    subprocess.run([*command, "--outdir", str(out), *listed], check=True, capture_output=True)
    for name, (redline, _) in files.items():
        docx = (out / f"{name}.docx").read_bytes()
        for changes, html in (("accept", redline.accepted_html()), ("reject", redline.rejected_html())):
            assert words_of(ast_of(docx, changes=changes)) == words_alone(html), (name, changes)
