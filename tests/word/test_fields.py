"""What Word computes (fields) and what it wraps around words come back as words; none is lost in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.helpers.word_files import exported, imported, run_of, with_part
from yururluk.word.package import W, parse, serialise

TEXT = "## 1. Amaç {#amac}\n\nBir iki üç.\n\n## 2. Kapsam {#kapsam}\n\nSon cümle.\n"
_RUN = run_of("Son cümle.")
_MARK = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


def field(instruction: str, shown: str) -> str:
    """A field as Word writes it: begin, instruction, what it shows, end."""
    told = f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
    return _MARK.format("begin") + told + _MARK.format("separate") + run_of(shown) + _MARK.format("end")


def _with(xml: str) -> bytes:
    return with_part(exported(TEXT), lambda document: document.replace(_RUN, _RUN + xml))


def _around(start: str, end: str) -> bytes:
    return with_part(exported(TEXT), lambda document: document.replace(_RUN, start + _RUN + end))


@pytest.mark.parametrize(
    "xml",
    [
        field("DATE \\@ dd.MM.yyyy", " 26.11.2026"),
        '<w:fldSimple w:instr=" DATE ">' + run_of(" 26.11.2026") + "</w:fldSimple>",
    ],
)
def test_what_a_field_shows_is_taken_as_words(xml: str) -> None:
    assert imported(_with(xml), TEXT).body == TEXT.replace("Son cümle.", "Son cümle. 26.11.2026")


def test_a_reference_leads_to_the_clause_that_its_bookmark_stands_at() -> None:
    """Word names a place of its own; where that is a clause of ours, the link names the clause."""

    def with_place(document: str) -> str:
        mark = '<w:bookmarkStart w:id="77" w:name="_Ref1"/>{}<w:bookmarkEnd w:id="77"/>'
        return document.replace(run_of("1. Amaç"), mark.format(run_of("1. Amaç")))

    docx = with_part(_with(field("REF _Ref1 \\h", " Madde 1")), with_place)
    result = imported(docx, TEXT)
    assert result.body == TEXT.replace("Son cümle.", "Son cümle. [Madde 1](#amac)")
    assert (result.lost, result.contents.not_taken) == ((), ())


def test_a_reference_to_a_place_that_only_word_knows_is_words() -> None:
    for xml in (
        field("REF _Ref9 \\h", " Madde 9"),
        f'<w:hyperlink w:anchor="_Toc9">{run_of(" Madde 9")}</w:hyperlink>',
    ):
        result = imported(_with(xml), TEXT)
        assert (result.body, result.lost) == (TEXT.replace("Son cümle.", "Son cümle. Madde 9"), ())


def test_a_table_of_contents_is_left_out() -> None:
    """The site makes its own."""
    contents = (
        f"<w:p>{_MARK.format('begin')}<w:r><w:instrText> TOC \\o </w:instrText></w:r>{_MARK.format('separate')}"
        f"{field('PAGEREF _Toc1', '1')}{run_of('1. Amaç')}</w:p>"
        f"<w:p>{run_of('2. Kapsam')}{_MARK.format('end')}</w:p>"
    )
    docx = with_part(exported(TEXT), lambda document: document.replace("<w:sectPr>", contents + "<w:sectPr>"))
    assert imported(docx, TEXT).body == TEXT


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ('<w:smartTag w:uri="u" w:element="place">', "</w:smartTag>"),
        ('<w:customXml w:uri="u" w:element="e">', "</w:customXml>"),
        ('<w:dir w:val="ltr">', "</w:dir>"),
        ("<w:sdt><w:sdtPr/><w:sdtContent>", "</w:sdtContent></w:sdt>"),
    ],
)
def test_what_word_wraps_around_words_changes_nothing(start: str, end: str) -> None:
    result = imported(_around(start, end), TEXT)
    assert (result.body, result.lost) == (TEXT, ())


def test_words_that_pandoc_passes_over_are_told() -> None:
    """Whatever form Word finds for them: here small characters above others (ruby)."""
    ruby = "<w:r><w:ruby><w:rt>{}</w:rt><w:rubyBase>{}</w:rubyBase></w:ruby></w:r>"
    result = imported(_with(ruby.format(run_of("üstteki"), run_of("alttaki"))), TEXT)
    assert result.body == TEXT
    assert result.lost == ("words that could not be read, in “Son cümle.üsttekialttaki”",)


def _renamed(names: dict[str, str]) -> Callable[[str], str]:
    def rename(styles: str) -> str:
        root = parse(styles.encode())
        for one in root.iter(W + "name"):
            one.set(W + "val", names.get((one.get(W + "val") or "").lower(), one.get(W + "val") or ""))
        return serialise(root).decode()

    return rename


def test_a_heading_is_one_under_its_turkish_name_too() -> None:
    """Word writes English names whatever its language, but not every editor does."""
    docx = with_part(exported(TEXT), _renamed({"heading 2": "Başlık 2"}), "word/styles.xml")
    result = imported(docx, TEXT)
    assert (result.body, result.lost) == (TEXT, ())
