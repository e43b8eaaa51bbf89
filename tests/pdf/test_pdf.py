"""The copy to keep: what each PDF says, that it keeps to its standards, and that it stays as it was given out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from tests.conftest import Project
from tests.helpers import builders, pdf_reading
from yururluk.core.history import History
from yururluk.core.settings import Settings
from yururluk.pdf.copies import release_copy, typeset
from yururluk.publish.targets import Part, pdf_parts
from yururluk.redline import compare
from yururluk.site.page_facts import Assembler
from yururluk.site.urls import Urls
from yururluk.text.markdown import render

PDFS = [
    "1.0/gizlilik-politikasi.pdf",
    "1.1/aydinlatma-metni.pdf",
    "1.1/degisiklikler/gizlilik-politikasi.pdf",
    "1.1/en/aydinlatma-metni.pdf",
    "1.1/en/gizlilik-politikasi.pdf",
    "1.1/gizlilik-politikasi.pdf",
    "2.0/aydinlatma-metni.pdf",
    "2.0/degisiklikler/aydinlatma-metni.pdf",
    "2.0/degisiklikler/gizlilik-politikasi.pdf",
    "2.0/en/aydinlatma-metni.pdf",
    "2.0/en/degisiklikler/aydinlatma-metni.pdf",
    "2.0/en/degisiklikler/gizlilik-politikasi.pdf",
    "2.0/en/gizlilik-politikasi.pdf",
    "2.0/gizlilik-politikasi.pdf",
]
SETTINGS = replace(builders.SETTINGS, pdf=True)
WORDS = {
    "1.0": {"gizlilik": "## 1. Amaç {#amac}\n\nVeri 30 gün saklanır.\n"},
    "2.0": {"gizlilik": "## 1. Amaç {#amac}\n\nVeri 60 gün saklanır.\n", "gizlilik/en": "## 1. Purpose\n\nText.\n"},
}
HISTORY = builders.history(
    builders.published("1.0", WORDS["1.0"], 0, 0, rank=0), builders.published("2.0", WORDS["2.0"], 5, 9, rank=1)
)


def _read(site: Path, name: str) -> bytes:
    return (site / "pdf" / name).read_bytes()


def _squeezed(pdf: bytes) -> str:
    return " ".join(pdf_reading.words_of(pdf).replace("\u00ad\n", "").split())


# What is published


def test_each_text_and_each_change_has_its_pdf(site: Path) -> None:
    """A document's first text, and one that a release left as it was, have no redline of their own."""
    found = sorted(file.relative_to(site / "pdf").as_posix() for file in (site / "pdf").rglob("*.pdf"))
    assert found == sorted(PDFS)


@pytest.mark.parametrize("name", PDFS)
def test_a_pdf_keeps_to_pdf_a_2a_and_pdf_ua_1(site: Path, name: str) -> None:
    """ISO 19005-2 and ISO 14289-1: tagged, in a language, with embedded fonts, and nothing that runs."""
    assert pdf_reading.faults_of_standard(_read(site, name), "en" if "/en/" in name else "tr") == []


@pytest.mark.parametrize("name", [name for name in PDFS if "degisiklikler" not in name])
def test_every_word_of_the_frozen_text_is_in_its_pdf(site: Path, published: Project, name: str) -> None:
    """And in its order, but for what a new page puts between."""
    version, _, rest = name.partition("/")
    locale, _, document = rest.rpartition("/")
    source = published.read(f"releases/{version}/{locale or 'tr'}/{document.removesuffix('.pdf')}.md")
    html = render(source)
    assert pdf_reading.lost_words(html, _read(site, name)) == []


def test_a_redline_has_every_word_of_both_texts(site: Path, published: Project) -> None:
    sides = [published.read(f"releases/{version}/tr/aydinlatma-metni.md") for version in ("1.1", "2.0")]
    pdf = _read(site, "2.0/degisiklikler/aydinlatma-metni.pdf")
    assert pdf_reading.lost_words(compare(*sides).html, pdf) == []


def test_a_copy_says_what_it_is_and_nothing_that_goes_stale(site: Path) -> None:
    """Version, dates, address, digest; not whether it is in force today, but where that can be seen."""
    words = _squeezed(_read(site, "2.0/gizlilik-politikasi.pdf"))
    for fact in (
        "Dinamik360 Yazılım A.Ş.",
        "Sürüm 2.0",
        "Yayım tarihi 22 Kasım 2026",
        "Yürürlük tarihi 1 Ocak 2027",
        "Bu metin (Türkçe)",
        "1 / 3",
    ):
        assert fact in words, fact
    addresses = [f"https://www.dinamikcrm.com/{path}gizlilik-politikasi/" for path in ("2.0/", "")]
    for address in addresses:
        assert address in words.replace(" ", "")
    assert set(pdf_reading.links_of(_read(site, "2.0/gizlilik-politikasi.pdf"))) == set(addresses)
    digest = "1c9d26b64c75ea580a09b796e57c3f461164030ef64f800a98cfa6236483f87d"
    assert words.replace(" ", "").count(digest) == 4  # in the head, and at the foot of each of three pages
    stale = re.findall(r"\byürürlükte(?:dir|ki)?\b(?! olan metin)", words)
    assert stale == []


def test_a_translation_says_which_text_prevails(site: Path) -> None:
    pdf = _read(site, "2.0/en/gizlilik-politikasi.pdf")
    assert "This translation is for information only; the Turkish text prevails." in _squeezed(pdf)
    assert "https://www.dinamikcrm.com/2.0/gizlilik-politikasi/" in pdf_reading.links_of(pdf)
    assert "https://www.dinamikcrm.com/en/gizlilik-politikasi/" in pdf_reading.links_of(pdf)


def test_the_files_own_facts_are_those_of_the_publication(site: Path) -> None:
    """Title, author, keywords; its date is the moment of publication, not that of the computer."""
    with pikepdf.open(site / "pdf" / "2.0" / "gizlilik-politikasi.pdf") as file:
        facts = {str(key): str(value) for key, value in file.docinfo.items()}
        assert facts["/Title"] == "Gizlilik Politikası"
        assert facts["/Author"] == "Dinamik360 Yazılım A.Ş."
        assert facts["/Keywords"].startswith("gizlilik-politikasi, 2.0, sha256:1c9d26b6")
        assert facts["/CreationDate"].startswith("D:20261121210000")  # midnight in Istanbul


def test_clauses_are_bookmarks_and_can_be_pointed_at(site: Path) -> None:
    pdf = _read(site, "2.0/gizlilik-politikasi.pdf")
    assert pdf_reading.outline_of(pdf)[:2] == ["1. Amaç", "2. Veri sorumlusu ve gizlilik taahhüdü"]
    assert {"amac", "ip-adresleri"} <= pdf_reading.places_of(pdf)


def test_pages_lead_to_their_pdfs_and_every_such_link_arrives(site: Path) -> None:
    """Also from the copies under the aliases."""
    found: dict[str, list[Path]] = {}
    for page in site.rglob("*.html"):
        for href in re.findall(r'href="([^"]+\.pdf)"', page.read_text(encoding="utf-8")):
            target = Path(os.path.normpath(page.parent / href))
            assert target.is_file(), f"{page}: {href}"
            found.setdefault(page.relative_to(site).parent.as_posix(), []).append(target.relative_to(site / "pdf"))
    assert found["yururlukte/gizlilik-politikasi"] == [Path("1.1/gizlilik-politikasi.pdf")]
    assert found["2.0/en/degisiklikler/aydinlatma-metni"] == [Path("2.0/en/degisiklikler/aydinlatma-metni.pdf")]
    assert {path.as_posix() for path in found["surumler"]} == {name for name in PDFS if "/en/" not in name}


# How they stay as they are


def test_a_copy_that_was_given_out_stays_as_it_was(published: Project, site: Path, tmp_path: Path) -> None:
    """Neither another day nor another name of the publisher makes it again, though the pages are."""
    shutil.copytree(published.root, tmp_path / "project")
    later = Project(tmp_path / "project")
    before = later.git("rev-parse", "gh-pages:pdf")
    later.edit("mkdocs.yml", "publisher: Dinamik360 Yazılım A.Ş.", "publisher: Başka Ad A.Ş.")
    later.commit()
    told = later.run("publish", "--today", "2027-01-02")
    assert told.code == 0, told.err
    assert "Başka Ad A.Ş." in later.page("yururlukte/gizlilik-politikasi/index.html")
    assert later.git("rev-parse", "gh-pages:pdf") == before
    assert site.is_dir()


def _parts(history: History, settings: Settings) -> list[Part]:
    return list(pdf_parts(Assembler(history, builders.day(0), settings)))


def test_a_part_hangs_on_its_texts_alone() -> None:
    """So no publish on another day, by another version of ours or with a later release makes it again, though what it
    would make (as `publish --rebuild` does) may differ."""
    first = _parts(builders.history(HISTORY.releases[0]), SETTINGS)
    both = _parts(HISTORY, replace(SETTINGS, publisher="Başka A.Ş.", site_url="https://other.example/"))
    assert [part.name for part in both] == ["pdf/1.0", "pdf/2.0"]
    assert first[0].fingerprint == both[0].fingerprint != both[1].fingerprint
    assert first[0].make() != both[0].make()


def test_without_the_setting_there_are_no_pdfs() -> None:
    assert _parts(HISTORY, builders.SETTINGS) == []


def test_a_part_makes_the_files_at_their_addresses() -> None:
    made = _parts(HISTORY, SETTINGS)[1].make()
    assert sorted(made) == ["pdf/2.0/degisiklikler/gizlilik.pdf", "pdf/2.0/en/gizlilik.pdf", "pdf/2.0/gizlilik.pdf"]
    assert Urls(builders.SETTINGS).pdf("2.0", "gizlilik", "en", redline=True) == "pdf/2.0/en/degisiklikler/gizlilik.pdf"


def test_the_same_text_gives_the_same_bytes(project: Project) -> None:
    """In one process and in another, whatever order its sets have."""
    published = HISTORY.releases[1]
    texts = published.release.texts
    text = texts[1] if texts[1].locale == "tr" else texts[0]
    for changes in (False, True):
        copy = release_copy(HISTORY, SETTINGS, published, text, changes=changes)
        assert typeset(copy) == typeset(copy)
    command = ["redline", "1.1", "2.0", "--document", "gizlilik-politikasi", "--format", "pdf", "-o"]
    assert project.run(*command, "here.pdf").code == 0
    subprocess.run(
        [sys.executable, "-m", "yururluk", *command, "there.pdf"],
        cwd=project.root,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        check=True,
        capture_output=True,
    )
    assert (project.root / "here.pdf").read_bytes() == (project.root / "there.pdf").read_bytes()


# The redline


def test_a_redline_marks_words_for_the_eye_and_for_the_ear(site: Path) -> None:
    """Underlined and struck through, which the tags say too; with the summary and the key before the text."""
    pdf = _read(site, "2.0/degisiklikler/gizlilik-politikasi.pdf")
    marks = {told.get("/TextDecorationType") for _, told in pdf_reading.structure_of(pdf)}
    assert {"/Underline", "/LineThrough"} <= marks
    outline = pdf_reading.outline_of(pdf)
    assert outline[:2] == ["Değişikliklerin özeti", ["Öne çıkan değişiklikler", "Madde madde", "İşaretlerin anlamı"]]
    words = _squeezed(pdf)
    for fact in ("Sürüm 1.1", "Sürüm 2.0", "beş iş günü", "Önemli değişiklik", "kenarda kesik çizgi"):
        assert fact in words, fact


def test_what_moved_is_said_at_both_places() -> None:
    """The old place whole and struck through, the new one with its own changes inside."""
    sentence = "Bu uzun fıkra metnin başında durur ve başka bir yere taşınacak kadar çok söz içerir"
    rest = "\n\n".join(f"Arada duran {n}. fıkra burada kalır ve hiç değişmez." for n in "123")
    html = compare(f"{sentence}.\n\n{rest}\n", f"{rest}\n\n{sentence} bugün.\n").html
    words = _squeezed(pdf_reading.pdf_of_html(html))
    assert words.index("[Moved from") < words.index("Arada duran 1.") < words.index("[Moved here")


def test_a_list_in_a_redline_keeps_its_old_numbers_for_what_went() -> None:
    html = compare("1. bir\n2. iki\n3. üç\n4. dört\n", "1. bir\n2. yeni\n3. üç\n4. dört\n5. beş\n").html
    (block,) = pdf_reading.reader().read(html)
    assert [(item["marker"], item["mark"]) for item in block["items"]] == [
        ("1.", ""), ("2.", "del"), ("2.", "ins"), ("3.", ""), ("4.", ""), ("5.", "ins"),
    ]  # fmt: skip


# The command


def test_the_command_writes_a_redline_of_any_two_sides(project: Project) -> None:
    project.edit("docs/tr/gizlilik-politikasi.md", "Amaç", "Maksat")
    told = project.run("redline", "2.0", "docs", "--document", "gizlilik-politikasi", "--format", "pdf", "-o", "r.pdf")
    assert (told.code, told.out) == (0, "")
    pdf = (project.root / "r.pdf").read_bytes()
    assert pdf_reading.faults_of_standard(pdf, "tr") == []
    assert "gizlilik-politikasi: 2.0 → docs" in _squeezed(pdf)
    with pikepdf.open(project.root / "r.pdf") as file:
        made = datetime.strptime(str(file.docinfo.CreationDate), "D:%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    assert made.timestamp() == int(project.git("show", "--no-patch", "--format=%ct", "HEAD"))


def test_several_documents_make_one_file(project: Project) -> None:
    """Their clauses may have the same ids."""
    told = project.run("redline", "1.1", "2.0", "--locale", "en", "--format", "pdf", "-o", "all.pdf")
    assert told.code == 0, told.err
    outline = pdf_reading.outline_of((project.root / "all.pdf").read_bytes())
    assert outline[::2] == ["aydinlatma-metni: 1.1 → 2.0", "gizlilik-politikasi: 1.1 → 2.0"]


def test_a_pdf_needs_a_file_to_go_to(project: Project) -> None:
    told = project.run("redline", "1.1", "2.0", "--format", "pdf")
    assert told.code == 2
    assert "a PDF needs a file to go to: add -o FILE." in told.err
