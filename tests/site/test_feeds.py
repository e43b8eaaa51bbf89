"""The feeds: valid, in the right language, and an entry once out never changes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree
from lxml import html as lxml_html
from playwright.sync_api import Browser

from tests.helpers.builders import SETTINGS, day, history, moment, published, release
from yururluk.core.model import Release, Withdrawal
from yururluk.core.register import Register
from yururluk.publish.plan import plan
from yururluk.site.feeds import ATOM, NEWEST, feed_files
from yururluk.site.page_facts import Assembler

N = {"a": ATOM}


def _feeds(releases: tuple[Release, ...], on: int, register: Register | None = None) -> dict[str, bytes]:
    made = plan(releases, register or Register(), moment(on), SETTINGS, "code")
    return next(dict(part.make()) for part in made.parts if part.name == "feeds")


def _register(releases: tuple[Release, ...], on: int, register: Register | None = None) -> Register:
    return plan(releases, register or Register(), moment(on), SETTINGS, "code").register


def _parsed(data: bytes) -> Any:
    """The feed as a reader of feeds takes it; fails where that has to fix anything."""
    feed = feedparser.parse(data)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "atom10"
    return feed


def _entries(data: bytes) -> dict[str, bytes]:
    """The bytes of each entry by its id."""
    return {
        str(entry.findtext("a:id", namespaces=N)): etree.tostring(entry)
        for entry in etree.fromstring(data).findall("a:entry", N)
    }


def _faults(data: bytes) -> list[str]:
    """Where an Atom feed breaks RFC 4287: what must be in it once, at least once, or be a date or an address."""
    faults = []
    feed = etree.fromstring(data)

    def once(parent: etree._Element, *tags: str) -> None:
        for tag in tags:
            if len(parent.findall(f"a:{tag}", N)) != 1:
                faults.append(f"{etree.QName(parent).localname} has not exactly one {tag}")

    once(feed, "id", "title", "updated")
    if len(feed.findall("a:link[@rel='self']", N)) != 1 or not feed.findall("a:author/a:name", N):
        faults.append("no author, or not one link to itself")  # 4.1.1
    ids = [entry.findtext("a:id", namespaces=N) for entry in feed.findall("a:entry", N)]
    if len(ids) != len(set(ids)):
        faults.append("two entries have one id")
    for entry in feed.findall("a:entry", N):
        once(entry, "id", "title", "updated", "published", "content")
        alternates = [(link.get("type"), link.get("hreflang")) for link in entry.findall("a:link", N)]
        if not alternates or len(alternates) != len(set(alternates)):
            faults.append("an entry has no alternate, or two of a kind")  # 4.1.2
        for content in entry.findall("a:content", N):
            if content.get("type") != "html" or len(content):
                faults.append("content is not escaped HTML")  # 4.1.3.3
    for when in feed.iter(f"{{{ATOM}}}updated", f"{{{ATOM}}}published"):
        if datetime.fromisoformat(str(when.text)).tzinfo is None:
            faults.append(f"{when.text} has no offset")  # 3.3
    for link in feed.iter(f"{{{ATOM}}}link"):
        if not str(link.get("href")).startswith("https://"):
            faults.append(f"{link.get('href')} is not absolute")
    return faults


def _titles(data: bytes) -> list[str]:
    return [entry.title for entry in _parsed(data).entries]


FIRST = release("1.0", {"a": "bir", "b": "x"}, published=day(0))
SECOND = release("2.0", {"a": "iki", "b": "x", "a/en": "two"}, published=day(2), effective=day(9), material=False)


def test_every_feed_of_the_published_site_is_valid_and_of_its_language(site: Path) -> None:
    files = sorted(file.relative_to(site).as_posix() for file in site.rglob("feed.xml"))
    documents = ["", "aydinlatma-metni/", "gizlilik-politikasi/"]
    assert files == sorted(f"{folder}{one}feed.xml" for folder in ("", "en/") for one in documents)
    for path in files:
        data = (site / path).read_bytes()
        assert _faults(data) == [], path
        told = _parsed(data)
        assert told.feed.language == ("en" if path.startswith("en/") else "tr")
        assert told.feed.links[0].href == f"https://www.dinamikcrm.com/{path}"
        for entry in told.entries:
            page = site / entry.link.removeprefix("https://www.dinamikcrm.com/") / "index.html"
            assert page.is_file(), entry.link
            for link in lxml_html.fragment_fromstring(entry.content[0].value, create_parent="div").iter("a"):
                page = site / link.get("href").removeprefix("https://www.dinamikcrm.com/") / "index.html"
                assert page.is_file(), link.get("href")


def test_the_json_feed_tells_the_same(site: Path) -> None:
    for file in site.rglob("feed.json"):
        told = json.loads(file.read_bytes())
        atom = _parsed(file.with_suffix(".xml").read_bytes())
        assert told["version"] == "https://jsonfeed.org/version/1.1"
        assert told["feed_url"] == f"https://www.dinamikcrm.com/{file.relative_to(site).as_posix()}"
        assert (told["title"], told["language"]) == (atom.feed.title, atom.feed.language)
        assert [
            (item["id"], item["title"], item["url"], item["date_published"], item["content_html"])
            for item in told["items"]
        ] == [(e.id, e.title, e.link, e.published, e.content[0].value) for e in atom.entries]


def test_an_entry_once_out_never_changes() -> None:
    """Neither on the day a release takes effect, nor by a later release, a withdrawal or another title."""
    later = release("2.1", {"a": "üç", "c": "y"}, published=day(12))
    taken = release(
        "2.0", {"a": "iki", "b": "x", "a/en": "two"}, published=day(2), effective=day(9), material=False,
        withdrawal=Withdrawal(day(11), "Yanlış metin."),
    )  # fmt: skip
    known: dict[tuple[str, str], bytes] = {}
    register = Register()
    for on, releases in (
        (0, (FIRST,)),
        (2, (FIRST, SECOND)),
        (8, (FIRST, SECOND)),
        (9, (FIRST, SECOND)),
        (11, (FIRST, taken)),
        (12, (FIRST, taken, later)),
        (40, (FIRST, taken, later)),
    ):
        for path, data in _feeds(releases, on, register).items():
            if not path.endswith(".xml"):
                continue
            assert _faults(data) == [], path
            for name, entry in _entries(data).items():
                assert known.setdefault((path, name), entry) == entry, (on, path)
        register = _register(releases, on, register)
    ids = [name for path, name in known if path == "feed.xml"]
    assert ids == [
        "tag:www.example.com,2027-01-01:/1.0/tr",
        "tag:www.example.com,2027-01-03:/2.0/tr",
        "tag:www.example.com,2027-01-12:/2.0/tr/withdrawn",
        "tag:www.example.com,2027-01-13:/2.1/tr",
    ]


def test_publications_and_withdrawals_are_told_newest_first() -> None:
    taken = release(
        "2.0", {"a": "iki", "b": "x", "c": "z"}, published=day(2), withdrawal=Withdrawal(day(4), "Yanlış <metin>.")
    )
    register = _register((FIRST, release("2.0", {"a": "iki", "b": "x", "c": "z"}, published=day(2))), 3)
    feeds = _feeds((FIRST, taken), 4, register)
    assert _titles(feeds["feed.xml"]) == ["Sürüm 2.0 geri çekildi", "Sürüm 2.0 yayımlandı", "Sürüm 1.0 yayımlandı"]
    assert _titles(feeds["a/feed.xml"]) == [
        "Metin: sürüm 2.0 geri çekildi",
        "Metin: sürüm 2.0 ile yeni metin",
        "Metin: ilk kez sürüm 1.0 ile yayımlandı",
    ]
    assert _titles(feeds["b/feed.xml"]) == ["Metin: ilk kez sürüm 1.0 ile yayımlandı"]
    told = _parsed(feeds["en/feed.xml"]).entries[0]
    assert told.content[0].value == ('<p>Withdrawn from: 5 January 2027</p><p lang="tr">Yanlış &lt;metin&gt;.</p>')
    assert told.updated == "2027-01-05T09:00:00+03:00"


def test_a_publication_tells_its_dates_weight_and_changes() -> None:
    (entry, _) = _parsed(_feeds((FIRST, SECOND), 2)["feed.xml"]).entries
    assert entry.content[0].value == (
        "<p>Özet.</p><p>Yürürlük tarihi: 10 Ocak 2027 · Biçimsel değişiklik</p>"
        '<ul><li><a href="https://www.example.com/2.0/a/">Metin</a> '
        '(<a href="https://www.example.com/2.0/degisiklikler/a/">1.0 → 2.0</a>)</li></ul>'
    )


def test_a_first_translation_is_told_as_one_and_a_missing_one_leads_to_the_authentic_text() -> None:
    second, first = _parsed(_feeds((FIRST, SECOND), 2)["en/a/feed.xml"]).entries
    assert second.title == "Metin: first translated in release 2.0"
    assert second.link == "https://www.example.com/2.0/en/a/"
    assert first.link == "https://www.example.com/1.0/a/"
    assert '<a href="https://www.example.com/1.0/a/" hreflang="tr">' in first.content[0].value


def test_a_document_that_a_release_leaves_out_is_told_to_end_and_may_come_back() -> None:
    without = release("2.0", {"a": "bir"}, published=day(2))
    back = release("3.0", {"a": "bir", "b": "x"}, published=day(4))
    feeds = _feeds((FIRST, without, back), 4)
    assert _titles(feeds["b/feed.xml"]) == [
        "Metin: sürüm 3.0 ile yeni metin",
        "Metin: sürüm 2.0 bu metni içermiyor",
        "Metin: ilk kez sürüm 1.0 ile yayımlandı",
    ]
    assert "<li>Metin: artık bu sürümde yer almıyor</li>" in _parsed(feeds["feed.xml"]).entries[1].content[0].value


def test_a_feed_does_not_grow_for_ever() -> None:
    many = history(*(published(f"1.{n}", {"a": f"söz {n}"}, n, n, rank=n) for n in range(NEWEST + 5)))
    files = feed_files(Assembler(many, day(NEWEST + 5), SETTINGS), {})
    told = _titles(files["a/feed.xml"])
    assert (len(told), told[0]) == (NEWEST, f"Metin: sürüm 1.{NEWEST + 4} ile yeni metin")


@pytest.mark.parametrize(
    "words", ["]]> <b>&amp;</b> \"q\" 'a'", "</content><script>alert(1)</script>", "\u2028 😀 \u202eters"]
)
def test_hostile_words_stay_words(words: str) -> None:
    odd = release("1.0", {"a": "bir"}, published=day(0), summary={"tr": words})
    feeds = _feeds((odd,), 0)
    assert _faults(feeds["feed.xml"]) == []
    (entry,) = etree.fromstring(feeds["feed.xml"]).findall("a:entry", N)
    content = lxml_html.fragment_fromstring(str(entry.findtext("a:content", namespaces=N)), create_parent="div")
    assert content.findtext("p") == words
    (item,) = json.loads(feeds["feed.json"])["items"]
    assert item["id"] == "tag:www.example.com,2027-01-01:/1.0/tr"


def test_each_page_names_the_feed_of_its_document_or_else_of_its_language(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    for path, told, linked in (
        ("", "feed.xml", "feed.xml"),
        ("en/surumler/", "en/feed.xml", "en/feed.xml"),
        ("1.1/en/gizlilik-politikasi/", "en/gizlilik-politikasi/feed.xml", "en/feed.xml"),
        ("yururlukte/gizlilik-politikasi/", "gizlilik-politikasi/feed.xml", "feed.xml"),
    ):
        page.goto(address + path)
        links = page.locator('link[rel~="alternate"][type="application/atom+xml"]')
        assert links.evaluate_all("all => all.map(one => one.href)") == [address + told]
        shown = page.locator(".md-nav--primary").get_by_role("link", name="Atom")
        assert shown.evaluate("one => one.href") == address + linked
    page.close()
