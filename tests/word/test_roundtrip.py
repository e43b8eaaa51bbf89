"""A draft to Word and back: what the lawyer changed comes back, and not a line besides."""

from __future__ import annotations

import random
import re
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import EXAMPLE, ROOT, Project
from tests.helpers.word_files import (
    RICH,
    deleted,
    exported,
    imported,
    inserted,
    run_of,
    with_part,
    with_parts,
    without_properties,
)
from yururluk.core.text_file import parse_text
from yururluk.text.markdown import body, render
from yururluk.word.exporting import export_docx
from yururluk.word.inline_edits import at_line_start, escaped, text_edits, with_edits
from yururluk.word.reading import PLAIN, Token
from yururluk.word.source_map import TextSource, anchored, without_anchors

DRAFT = "docs/tr/gizlilik-politikasi.md"


def came_back(markdown: str, edited: str) -> str:
    """The draft after a Word file that says `edited` was taken into it; nothing may be lost."""
    result = imported(exported(edited), markdown)
    assert result.lost == ()
    return result.body


@pytest.mark.parametrize(
    "path", ["rich", *sorted(str(one.relative_to(EXAMPLE)) for one in EXAMPLE.glob("docs/*/*.md"))]
)
def test_without_edits_nothing_changes(path: str) -> None:
    """Not a byte: whatever Word cannot hold (ids, attributes, comments, line ends) was never asked of it."""
    markdown = RICH if path == "rich" else body((EXAMPLE / path).read_text(encoding="utf-8"))
    result = imported(exported(markdown), markdown)
    assert (result.body, result.lost, result.kept) == (markdown, (), ())


EDITS = {
    # old words in the source: the same place as it is wanted back
    "çok önemli** bir\n": "çok mühim** bir\n",
    '"tırnak" var': '"tırnak" ve *virgül* var',
    "- iki madde\n": "- ikinci madde\n",
    "- üç madde\n": "- üç madde\n- dört madde\n",
    "2. b bent\n": "",
    "3 ay |": "4 ay \\| gün |",
    "| IP | |": "| IP | 1 yıl |\n| Konum | 2 yıl |",
    "Tanım *bir*": "Tanım *iki*",
    "> alıntı metni": "> alıntının metni",
    "içeride *vurgu*": "içeride çok *vurgu*",
    "Uyarı metni": "Uyarının metni",
    "kod  satırı": "kod  parçası",
    "## 2. Son": "### 3. Son",
    "Kapanış  cümlesi budur.": "Yeni paragraf.\n\nKapanış  cümlesi [budur](https://z.org).",
    "Dipnot metni": "Dipnotun metni",
}


def test_only_what_was_edited_changes() -> None:
    """Fifteen edits at once: the source is the author's in every other character, wraps and attributes included."""
    wanted = RICH
    for old, new in EDITS.items():
        assert wanted.count(old) == 1, old
        wanted = wanted.replace(old, new)
    assert came_back(RICH, wanted) == wanted


#: Each kind of edit by itself: the source, what came back, and the source as it must be then (None: as it came back).
CASES: list[tuple[str, str, str | None]] = [
    ("a\n\nb\n\nc\n", "a\n\nc\n", None),
    ("| a | b |\n| :-- | --- |\n| 1 | 2 |\n", "| a | b | c |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n", None),
    ("Metin.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nson\n", "Metin.\n\nson\n", None),
    ("| **k** x | b |\n|---|---|\n| 1 | [l](m.md) |\n", "| **k** y | b |\n|---|---|\n| 1 | [l](m.md) z |\n",
     None),
    ("bir iki üç\n", "bir 2\\*3 \\_x\\_ &lt;b üç &amp;lt; 1 < 2\n", "bir 2\\*3 \\_x\\_ &lt;b üç &amp;lt; 1 < 2\n"),
    ("bir\n\nson\n", "bir\n\n1\\. yeni\n\n\\# im\n\n\\- tire\n\nson\n", None),
    ("Bir yıl sonra biter.\n", "2\\. yıl sonra biter.\n", None),
    ("Toplam 2. yıl biter.\n", "2\\. yıl biter.\n", None),
    ("1 Ocak günü biter.\n", "1\\. Ocak günü biter.\n", None),
    ("Süre şudur:\n1 Ocak günü biter.\n", "Süre şudur:\n2\\) Ocak günü biter.\n",
     "Süre şudur:\n2\\) Ocak günü biter.\n"),
    ("bir\n\nson\n", "bir\n\na\\) yeni\n\n&#167; 3a yeni\n\n&#8226; yeni\n\n\\+ yeni\n\nson\n", None),
    ("*eğik* düz\n", "*eğik* **düz**\n", None),
    ("bir **kalın söz** iki\n", "bir iki\n", None),
    ("**[bağ](x.md) metni** son\n", "**[bağ](x.md) sözü** son\n", None),
    ("satır bir\nsatır iki **kalın\nmetin** son\n", "satır bir satır iki **kalın\nsöz** son satır\n",
     "satır bir\nsatır iki **kalın\nsöz** son satır\n"),
    ("- a\n\n- b\n", "- a\n\n- b\n\n- c\n", None),
    ("- a\n    - b\n        - c derin\n    - d\n", "- a\n    - b\n        - c çok derin\n    - d\n    - e yeni\n",
     None),
    ("1. bir\n\n    devam eski\n\n2. iki\n", "1. bir\n\n    devam yeni\n\n    bir daha\n\n2. iki\n", None),
    ("- a bir iki\n- b üç dört\n\nson\n", "- a bir iki\n\nb üç dört\n\nson\n", None),
    ("<!-- not -->\nbir <!-- iç --> iki\n", "bir 2 iki\n", "<!-- not -->\nbir 2 <!-- iç --> iki\n"),
    ("a b\n\n<!-- gizli -->\n\nc d e\n", "a b\n", "a b\n\n<!-- gizli -->\n"),
    ("![Resim](a.png) yazı\n", "yazı\n", None),
    ("bir [adı][kurum] iki\n", "bir [yeni adı][kurum] iki\n", None),
    ('Bkz. [metin adı](x.md){.k title="t"} son.\n', 'Bkz. [metin yeni adı](x.md){.k title="t"} son.\n', None),
    ("*[KVKK]: Kanun\n\nKVKK uyarınca.\n", "*[KVKK]: Kanun\n\nKVKK ve Tebliğ uyarınca.\n", None),
    ("Terim\n:   Tanım\n", "Terim\n:   Tanım\n\nYeni terim\n:   Yeni tanım\n", None),
    ("H~2~O ve x^2^ ile ~~silik~~\n", "H~2~O ve y^2^ ile ~~silik söz~~\n", None),
    ("satır bir  \nsatır iki\n", "satır bir  \nsatır üç\n", None),
    ("I\u0307stanbul ıı İİ s\u0327\n", "I\u0307stanbul ıı İİ yeni s\u0327\n", None),
    ("bir {{ site.x }} iki\n", "bir {{ site.x }} üç\n", None),
    ("<details markdown><summary>Özet eski</summary>\niç eski\n</details>\n",
     "<details markdown><summary>Özet yeni</summary>\niç yeni\n</details>\n", None),
    ("Metin.[^x] Yine.[^y]\n", "Metin. Yine.[^y]\n", None),
    ("Son.\n", "Son.[^1]\n", None),
]  # fmt: skip


def _joined(bodies: list[str]) -> str:
    clauses = (f"## Durum {at} {{#durum-{at}}}\n\n{text}" for at, text in enumerate(bodies))
    return "\n".join(clauses) + "\n[kurum]: https://kvkk.gov.tr/\n"


def test_each_kind_of_edit() -> None:
    """Deleted, columns, footnotes, signs of markup, form, wraps, comments, images, lists: each by itself."""
    old = _joined([case[0] for case in CASES]) + "\n[^x]: Not eski.\n\n[^y]: Not iki.\n"
    new = _joined([case[1] for case in CASES]) + "\n[^y]: Not üç.\n\n[^1]: Yeni dipnot.\n"
    wanted = _joined([case[2] or case[1] for case in CASES]) + "\n[^y]: Not üç.\n\n[^1]: Yeni dipnot.\n"
    assert came_back(old, new).split("\n") == wanted.split("\n")


def test_what_moved_takes_its_id_along() -> None:
    """A clause is its id, wherever it stands; and a text may become empty, or begin."""
    old = "## A {#a}\n\nbir iki üç dört\n\n## B {#b}\n\nbeş altı yedi\n"
    new = "## B\n\nbeş altı yedi\n\n## A\n\nbir iki üç dört\n"
    assert came_back(old, new) == "## B {#b}\n\nbeş altı yedi\n\n## A {#a}\n\nbir iki üç dört\n"
    assert came_back("bir\n", "") == ""
    assert came_back("", "bir\n") == "bir\n"


def test_a_footnote_keeps_its_name_where_its_paragraph_is_cut() -> None:
    old = "Uzun bir cümle burada durur ve sürer. Kısa söz.[^x]\n\n[^x]: Not.\n"
    assert came_back(old, old.replace(". Kısa", ".\n\nKısa")) == old.replace(". Kısa", ".\n\nKısa")


def test_a_paragraph_beside_an_item_that_became_one_is_no_item() -> None:
    """What stands before the words is that of the neighbour as it was, where it was of the same kind."""
    old = "- bir iki üç dört beş\n\nSon cümle budur.\n"
    new = "bir iki üç dört beş\n\nYepyeni paragraf gelir.\n\nSon cümle budur.\n"
    assert came_back(old, new) == new


def test_shapes_of_quotes_and_spaces_stay_the_authors() -> None:
    """Word turns quotes, dashes and spaces as it likes: the draft's are kept, and it is said where."""
    result = imported(exported("Bir “iki” — üç dört.\n"), 'Bir "iki" - üç dort.\n')
    assert result.body == 'Bir "iki" - üç dört.\n'
    assert result.lost == ()
    assert result.kept == ("Bir “iki” —", "Bir “iki” — üç", "“iki” — üç dört")
    result = imported(exported("Madde\u00a07 uyarınca\n"), "Madde 7 uyarınca\n")
    assert (result.body, result.kept) == ("Madde 7 uyarınca\n", ("Madde\u00a07 uyarınca",))


def tracked() -> bytes:
    """An export in which a lawyer replaced a word, took out a row, put in a paragraph, and remarked on it."""
    comments = (
        '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:comment w:id="7" w:author="Av. Ayşe" w:date="2026-11-20T09:00:00Z">'
        f"<w:p>{run_of('Bunu kısaltalım.')}</w:p></w:comment></w:comments>"
    )

    def change(xml: str) -> str:
        run = run_of("Kapanış cümlesi budur. ")
        assert run in xml
        fresh = '<w:commentRangeStart w:id="7"/>' + run_of("Kapanış ") + deleted(run_of("cümlesi"))
        fresh += inserted(run_of("metni")) + run_of(" budur. ") + '<w:commentRangeEnd w:id="7"/>'
        xml = xml.replace(run, fresh)
        mark = '<w:pPr><w:rPr><w:ins w:id="903" w:author="Av. Can" w:date="2026-11-20T09:00:00Z"/></w:rPr></w:pPr>'
        paragraph = f"<w:p>{mark}{inserted(run_of('Eklenen paragraf.'), 'Av. Can', 904)}</w:p>"
        place = xml.rindex("<w:p>", 0, xml.index("Kapanış"))
        xml = xml[:place] + paragraph + xml[place:]
        row = xml.rindex("<w:tr>", 0, xml.index(">IP<"))
        gone = '<w:trPr><w:del w:id="905" w:author="Av. Can" w:date="2026-11-20T09:00:00Z"/></w:trPr>'
        return xml[: row + len("<w:tr>")] + gone + xml[row + len("<w:tr>") :]

    return with_parts(with_part(exported(RICH), change), {"word/comments.xml": comments})


def test_tracked_changes_are_accepted_and_remarks_listed() -> None:
    """By whom and how many; the remark with its words and the heading above."""
    result = imported(tracked(), RICH)
    wanted = RICH.replace("Kapanış  cümlesi", "Eklenen paragraf.\n\nKapanış  metni").replace("| IP | |\n", "")
    assert result.body == wanted
    assert result.contents.changes == (("Av. Ayşe", 2), ("Av. Can", 3))
    (comment,) = result.contents.comments
    assert (comment.author, comment.date, comment.text) == ("Av. Ayşe", "2026-11-20", "Bunu kısaltalım.")
    assert (comment.on, comment.heading) == ("Kapanış metni budur.", "2. Son")


# -- the commands


@pytest.fixture(scope="module")
def given_out() -> bytes:
    """The policy in `docs`, exported and edited."""
    text, _ = parse_text((EXAMPLE / DRAFT).read_bytes(), DRAFT, "gizlilik-politikasi", "tr")
    assert text is not None
    docx = export_docx(text, publisher="Şirket A.Ş.", site="https://www.dinamikcrm.com/")
    return with_part(docx, lambda xml: xml.replace("tespit etmektir", "belirlemektir", 1))


def _replaced(old: str, new: str, xml: str) -> str:
    return xml.replace(old, new, 1)


def test_out_and_back_by_the_commands(project: Project, tmp_path: Path) -> None:
    """The export says which draft it is; the git diff is empty, and line ends and byte order mark stay."""
    for path, data in (("tr", b""), ("en", b"\xef\xbb\xbf")):
        name = f"docs/{path}/gizlilik-politikasi.md"
        content = (project.root / name).read_bytes()
        content = data + (content.replace(b"\n", b"\r\n") if data else content)
        project.write(name, content)
        file = tmp_path / f"{path}.docx"
        told = project.run("word", "export", "--document", "gizlilik-politikasi", "--locale", path, "-o", str(file))
        assert told.code == 0, told.err
        word = {"tr": ("Politikasının", "Politikanın"), "en": ("The purpose", "The aim")}[path]
        file.write_bytes(with_part(file.read_bytes(), partial(_replaced, *word)))
        told = project.run("word", "import", str(file))
        assert told.code == 0, told.out
        assert told.out.endswith(f"{name}: 1 line changed.\n")
        written = (project.root / name).read_bytes()
        before, after = content.splitlines(keepends=True), written.splitlines(keepends=True)
        assert len(before) == len(after)
        assert sum(left != right for left, right in zip(before, after, strict=True)) == 1


def test_a_draft_that_moved_on_is_merged(project: Project, given_out: bytes, tmp_path: Path) -> None:
    """The base is found in git; what changed meanwhile stays, what clashes is refused."""
    file = tmp_path / "geri.docx"
    file.write_bytes(given_out)
    project.edit(DRAFT, "## 2. Veri sorumlusu", "## 2. Yeni veri sorumlusu")
    told = project.run("word", "import", str(file))
    assert told.code == 0, told.err
    assert "The draft has changed since this file was made; both changes were merged.\n" in told.out
    assert "## 2. Yeni veri sorumlusu" in project.read(DRAFT)
    assert "belirlemektir" in project.read(DRAFT)
    project.edit(DRAFT, "belirlemektir", "saptamaktır")
    before = project.read(DRAFT)
    told = project.run("word", "import", str(file))
    assert (told.code, told.err) == (
        1,
        (
            f"{DRAFT}: the draft and the Word file both changed the same lines since the file was made.\n"
            "  Fix: export the draft again, and bring the changes into that file (in Word: Review, Compare).\n"
        ),
    )
    assert project.read(DRAFT) == before


def test_a_file_that_does_not_fit_is_refused(project: Project, given_out: bytes, tmp_path: Path) -> None:
    """Another document, a redline, no base, a base that nobody knows: said, and the draft untouched."""
    file = tmp_path / "geri.docx"
    file.write_bytes(given_out)
    told = project.run("word", "import", str(file), "--document", "aydinlatma-metni")
    assert told.err.startswith(
        f'{file}: this file was made from the document "gizlilik-politikasi", not "aydinlatma-metni".\n'
    )
    custom = "docProps/custom.xml"
    file.write_bytes(with_part(given_out, lambda xml: xml.replace(">draft<", ">redline<"), custom))
    told = project.run("word", "import", str(file))
    assert told.err.startswith(f"{file}: this file is a redline of two texts, no draft.\n")
    file.write_bytes(without_properties(given_out))
    told = project.run("word", "import", str(file))
    assert told.err == (
        f"{file}: this file does not say which draft it is.\n"
        "  Fix: name the draft to compare it with: --document ID --locale L.\n"
    )
    digest = re.compile(r"[0-9a-f]{64}")
    file.write_bytes(with_part(given_out, lambda xml: digest.sub("0" * 64, xml), custom))
    told = project.run("word", "import", str(file))
    assert told.err.startswith(
        f"{file}: {DRAFT} has changed since this file was made, and git does not know the text it was made from.\n"
    )
    assert project.git("status", "--porcelain") == ""
    file.write_bytes(without_properties(given_out))
    told = project.run("word", "import", str(file), "--document", "gizlilik-politikasi")
    assert told.code == 0, told.err
    assert told.out.splitlines() == [
        "This file does not say from which text it was made; it was compared with the draft as it is now.",
        f"{DRAFT}: 1 line changed.",
    ]


def test_the_same_draft_gives_the_same_bytes() -> None:
    """An export can be compared with an earlier one, and leaks no date."""
    assert exported(RICH) == exported(RICH)


# -- the parts that need no pandoc


def test_marks_never_change_the_rendering() -> None:
    """On every text of the redline cases, however odd: a mark that would is left out."""
    for case in sorted((ROOT / "tests/redline").glob("*/old.md")):
        markdown = body(case.read_text(encoding="utf-8"))
        marks = anchored(markdown)
        assert without_anchors(marks.html).split() == render(markdown).split(), case
        for start, end in marks.words:
            assert markdown[start:end].isalnum() or re.fullmatch(r"[^\W_]+", markdown[start:end])


def _leaf(text: str) -> tuple[tuple[Token, ...], TextSource]:
    pieces = re.findall(r"[^\W_]+| |.", text)
    spans, at = [], 0
    for piece in pieces:
        spans.append((at, at + len(piece)))
        at += len(piece)
    return tuple(Token(piece, PLAIN) for piece in pieces), TextSource(tuple(spans), 0, len(text))


def test_any_change_of_plain_words_is_written_exactly() -> None:
    """A thousand random edits of plain text: the source becomes the new text, its first sign escaped where needed."""
    chance = random.Random(5)
    words = ["ve", "veya", "madde", "7", "İş", "(a)", "kişi,", "son.", "KVKK’nın"]
    for _ in range(1000):
        old = " ".join(chance.choices(words, k=chance.randint(1, 12)))
        new = " ".join(chance.choices(words, k=chance.randint(1, 12)))
        leaf, place = _leaf(old)
        found = text_edits(leaf, _leaf(new)[0], old, place, {}, kind="paragraph")
        assert with_edits(old, found.edits, 0, len(old)) in (new, at_line_start(new))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a*b`c[d]e~f^g\\", "a\\*b\\`c\\[d\\]e\\~f\\^g\\\\"),
        ("ad_soyad _x_", "ad_soyad \\_x\\_"),
        ("a < b <i> & &amp; {#x} { x", "a < b &lt;i> & &amp;amp; \\{#x} { x"),
    ],
)
def test_signs_of_markdown_are_escaped_where_they_are_signs(text: str, wanted: str) -> None:
    """And only there: a source full of backslashes is no help to a lawyer."""
    assert escaped(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2. yıl", "2\\. yıl"),
        ("1986. yıl", "1986\\. yıl"),
        ("1) x", "1\\) x"),
        ("a) x", "a\\) x"),
        ("A. x", "A\\. x"),
        ("(a) x", "\\(a) x"),
        ("(iv) x", "\\(iv) x"),
        ("4.1 x", "4\\.1 x"),
        ("3a. x", "3a\\. x"),
        ("§ 3a x", "&#167; 3a x"),
        ("• x", "&#8226; x"),
        ("– x", "&#8211; x"),
        ("# x", "\\# x"),
        ("> x", "\\> x"),
        ("- x", "\\- x"),
        ("+ x", "\\+ x"),
        (": x", "&#58; x"),
        ("-x", "-x"),
        ("1.5", "1.5"),
        ("1.000 TL", "1.000 TL"),
        ("7 gün", "7 gün"),
        ("a kişisi", "a kişisi"),
        ("(Şirket) x", "(Şirket) x"),
        ("madde. x", "madde. x"),
    ],
)
def test_what_would_begin_a_block_is_escaped(text: str, wanted: str) -> None:
    """A paragraph that begins with a number and a dot is a paragraph in Word, too."""
    assert at_line_start(text) == wanted
