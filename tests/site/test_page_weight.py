"""What a release adds to the site beside the words of its texts: it stays there for ever, so it has a bound."""

from __future__ import annotations

from pathlib import Path

from lxml import html as lxml_html

from yururluk.text.page_html import without_anchors, without_notes


def test_a_text_page_adds_a_bounded_part_to_its_text_and_a_bounded_part_to_each_clause(site: Path) -> None:
    """Head, menu, facts, contents, notes at the clauses, and what makes the frozen file of the words."""
    found = 0
    for file in site.glob("[0-9]*/**/index.html"):
        data = file.read_bytes()
        for box in lxml_html.document_fromstring(data.decode()).iter("div"):
            if box.get("class") == "text":
                clauses = sum(1 for heading in box.iter("h1", "h2", "h3") if heading.get("id"))
                without_notes(box)
                without_anchors(box)
                text = lxml_html.tostring(box, encoding="unicode").encode()
                assert len(data) - len(text) <= 23_000 + 800 * clauses, file
                found += 1
    assert found == 9


def test_the_metadata_of_akoma_ntoso_are_short(site: Path) -> None:
    for file in (site / "api/v1").rglob("*.akn.xml"):
        before, body, _ = file.read_bytes().partition(b"<mainBody")
        assert body
        assert len(before) <= 3_000, file
