"""Plain pages (`type: page`): on the portal, in its navigation, without versions."""

from __future__ import annotations

from tests.conftest import Project

_PAGE = "---\ntitle: {title}\ntype: page\n---\n\n{words}\n"


def _contact(project: Project, words: str = "Bize [buradan](gizlilik-politikasi.md) önce okuyup yazın.") -> None:
    project.write("docs/tr/iletisim.md", _PAGE.format(title="İletişim", words=words))
    project.write("docs/en/iletisim.md", _PAGE.format(title="Contact", words="Read [this](gizlilik-politikasi.md)."))
    project.commit()


def test_a_page_is_on_the_portal_and_in_no_release(ready: Project) -> None:
    _contact(ready)
    assert "0 errors, 0 warnings" in ready.run("check").out
    folders = ready.git("ls-tree", "gh-pages", "1.0", "1.1", "2.0")
    told = ready.run("publish", "--today", "2026-11-23")
    assert told.code == 0, told.err
    assert "Written to gh-pages" in told.out
    assert ready.git("ls-tree", "gh-pages", "1.0", "1.1", "2.0") == folders
    page, home = ready.page("iletisim/index.html"), ready.page("en/index.html")
    assert '<a href="../gizlilik-politikasi/">buradan</a>' in page
    assert '<a href="iletisim/" class="md-nav__link">' in home
    assert "/en/iletisim/</loc>" in ready.page("sitemap.xml")
    assert ready.run("verify", "--today", "2026-11-23").code == 0
    assert "Nothing to do" in ready.run("publish", "--today", "2026-11-23").out
    assert ready.run("release", "9.0", "--editorial", "--summary", "tr=a", "--summary", "en=b").code == 1
    ready.edit("docs/tr/iletisim.md", "yazın", "danışın")
    ready.commit()
    assert ready.run("publish", "--today", "2026-11-23").code == 0
    assert "danışın" in ready.page("iletisim/index.html")


def test_a_page_that_is_not_as_committed_is_not_published(ready: Project) -> None:
    _contact(ready)
    ready.edit("docs/tr/iletisim.md", "yazın", "danışın")
    told = ready.run("publish", "--today", "2026-11-23")
    assert told.code == 1
    assert told.err.startswith("docs/tr/iletisim.md: this file is not as committed; only what is in git is published.")


def test_a_page_is_checked_as_a_text_is_and_needs_every_language_and_an_address_of_its_own(ready: Project) -> None:
    _contact(ready, "<script>alert(1)</script> [yok](yok.md)")
    (ready.root / "docs/en/iletisim.md").unlink()
    ready.write("releases/1.0/tr/sayfa.md", _PAGE.format(title="Sayfa", words="Söz."))
    found = ready.run("check").out
    assert "docs/tr/iletisim.md:6: " in found
    assert "Rule: hostile" in found
    assert "Rule: dead-link" in found
    assert "docs/en/iletisim.md: docs/tr/iletisim.md is not there in the language English." in found
    assert "releases/1.0/tr/sayfa.md: a page has no versions." in found


def test_a_page_never_takes_the_address_of_a_legal_text(ready: Project) -> None:
    (ready.root / "docs/en/gizlilik-politikasi.md").unlink()
    ready.write("docs/tr/gizlilik-politikasi.md", _PAGE.format(title="Sayfa", words="Söz."))
    ready.commit()
    told = ready.run("publish", "--today", "2026-11-23")
    assert told.code == 1
    assert 'docs/tr/gizlilik-politikasi.md: "gizlilik-politikasi" is the address of a legal text.' in told.err
