"""Links and images in a text: its page shows them as they were frozen, and check names each that leads nowhere."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from lxml import html as lxml_html

from tests.conftest import ROOT
from tests.helpers import builders
from yururluk.checks import check_project
from yururluk.core.messages import Severity
from yururluk.core.model import Release
from yururluk.core.register import Register
from yururluk.core.settings import read_settings
from yururluk.publish.build import build_site
from yururluk.publish.plan import plan
from yururluk.verify.page import carries

NO_TEXT = "leads to no text of this site."
NO_CLAUSE = "leads to a clause that releases/1.0/tr/aydinlatma.md does not have."
ODD = "is not written so that it leads anywhere on the page."


@dataclass(frozen=True)
class Link:
    """A link as it is written; where it leads on the page, and what check says of it."""

    written: str
    leads: str
    told: str = ""


LINKS = (
    Link("aydinlatma.md", "../aydinlatma/"),
    Link("aydinlatma.md#var", "../aydinlatma/#var"),
    Link("aydinlatma.md#v%61r", "../aydinlatma/#v%61r"),
    Link("gizlilik.md#var", "../gizlilik/#var"),
    Link("#var", "#var"),
    Link("/1.0/", "/1.0/"),
    Link("/aydinlatma/#var", "/aydinlatma/#var"),
    Link("mailto:a@b.c", "mailto:a@b.c"),
    Link("https://a.b/c d", "https://a.b/c%20d"),
    Link("aydinlatma.md#yok", "../aydinlatma/#yok", NO_CLAUSE),
    Link("yok.md", "../yok/", NO_TEXT),
    Link("../index.md", "../index.md", NO_TEXT),
    Link("<baska metin.md>", "baska%20metin.md", NO_TEXT),
    Link("a%20b.md", "a%20b.md", NO_TEXT),
    Link("AYDINLATMA.md", "AYDINLATMA.md", NO_TEXT),
    Link("../aydinlatma/", "../aydinlatma/", NO_TEXT),
    Link("./aydinlatma.md", "./aydinlatma.md", ODD),
    Link("../tr/aydinlatma.md", "../tr/aydinlatma.md", ODD),
    Link("../en/aydinlatma.md", "../en/aydinlatma.md", ODD),
    Link("aydinl%61tma.md", "aydinl%61tma.md", ODD),
    Link("aydinlatma.md?x=1", "aydinlatma.md?x=1", ODD),
    Link("aydinlatma.md#", "../aydinlatma/#", ODD),
)
IMAGES = '![Kroki](kroki.png) ![Logo](/logo.png)\n\n<img src="a/b.svg" alt="Şema">\n'


@pytest.fixture(scope="module")
def by_hand() -> Release:
    """A release that nobody checked before it was frozen."""
    links = "\n\n".join(f"[{number}]({link.written})" for number, link in enumerate(LINKS))
    words = {
        "gizlilik": f"## Bir {{#var}}\n\n{links}\n\n{IMAGES}",
        "gizlilik/en": "Text.\n",
        "aydinlatma": "## Bir {#var}\n",
        "aydinlatma/en": "Text.\n",
    }
    return builders.release("1.0", words)


def test_a_page_shows_links_as_they_were_frozen_and_mkdocs_says_nothing(
    by_hand: Release, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """MkDocs would write links to other pages again, and warn of others in English, amid our own answer."""
    settings = read_settings(ROOT)
    moment = datetime(2027, 1, 1, tzinfo=settings.timezone)
    [folder] = plan([by_hand], Register(), moment, settings, "").folders
    with caplog.at_level(logging.WARNING):
        made = build_site(ROOT, folder.site, settings, tmp_path, moment=0, with_assets=False)
    page = made["gizlilik/index.html"]
    assert carries(page, by_hand.by_name["gizlilik", "tr"])
    found = [(link.text or "", link.get("href")) for link in lxml_html.document_fromstring(page.decode()).iter("a")]
    shown = [(words, leads) for words, leads in found if words.isdigit()]
    assert shown == [(str(number), link.leads) for number, link in enumerate(LINKS)]
    assert caplog.messages == []


def test_check_names_each_link_of_an_unpublished_release_that_leads_nowhere(by_hand: Release) -> None:
    project = builders.project(releases=(by_hand,))
    found = check_project(project, builders.SETTINGS, today=date(2027, 1, 1))
    dead = [problem for problem in found if problem.rule == "dead-link"]
    assert [str(problem.message) for problem in dead] == [
        *(f'the link "{_target(link)}" {link.told}' for link in LINKS if link.told),
        'the image "kroki.png" is not beside the page of this text.',
        'the image "a/b.svg" is not beside the page of this text.',
    ]
    assert {problem.severity for problem in dead} == {Severity.WARNING}
    assert str(dead[0].fix).startswith("fix it in docs/, then run `yururluk release --again 1.0`: ")
    published = check_project(project, builders.SETTINGS, today=date(2027, 1, 1), published={"1.0": date(2027, 1, 1)})
    assert [problem for problem in published if problem.rule == "dead-link"] == []


def _target(link: Link) -> str:
    """As check reads it."""
    return link.written.removeprefix("<").partition(" ")[0]
