"""The TimeMap: which text stood at the lasting address when, in the form of RFC 7089 and RFC 6690."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from playwright.sync_api import Browser

from tests.helpers.builders import SETTINGS, ZONE, day, history, moment, published
from yururluk.core.history import History
from yururluk.site.feeds import timemap_files
from yururluk.site.page_facts import Assembler

_LINK = re.compile(r'\s*<(?P<target>[^>]*)>(?P<rest>(?:\s*;\s*[a-z]+="[^"]*")*)\s*(?:,|$)')
_PARAMETER = re.compile(r';\s*([a-z]+)="([^"]*)"')


def parsed(data: bytes) -> list[dict[str, str]]:
    """The links of a file in the link format; fails where anything is left over."""
    told = data.decode("ascii").strip()
    links, place = [], 0
    while place < len(told):
        found = _LINK.match(told, place)
        assert found, told[place:]
        links.append({"target": found["target"], **dict(_PARAMETER.findall(found["rest"]))})
        place = found.end()
    return links


def _mementos(data: bytes) -> list[tuple[str, datetime]]:
    return [
        (link["target"], parsedate_to_datetime(link["datetime"]))
        for link in parsed(data)
        if "memento" in link["rel"].split()
    ]


def _map(told: History, on: int, locale: str = "tr") -> bytes:
    ending = "" if locale == "tr" else f".{locale}"
    return timemap_files(Assembler(told, day(on), SETTINGS))[f"api/v1/gizlilik/timemap{ending}.link"]


FIRST = published("1.0", {"gizlilik": "bir"}, 0, 0, rank=0)
SECOND = published("2.0", {"gizlilik": "iki", "gizlilik/en": "two"}, 2, 9, rank=1)


def test_each_text_in_force_is_a_memento_from_the_moment_it_bound() -> None:
    links = parsed(_map(history(FIRST, SECOND), 9))
    assert links[0] == {"target": "https://www.example.com/gizlilik/", "rel": "original"}
    assert links[1] == {
        "target": "https://www.example.com/api/v1/gizlilik/timemap.link",
        "rel": "self",
        "type": "application/link-format",
        "from": "Fri, 01 Jan 2027 06:00:00 GMT",
        "until": "Sat, 09 Jan 2027 21:00:00 GMT",
    }
    assert [(link["target"], link["rel"]) for link in links[2:]] == [
        ("https://www.example.com/1.0/gizlilik/", "first memento"),
        ("https://www.example.com/2.0/gizlilik/", "last memento"),
    ]
    times = [moment(0), datetime.combine(day(9), datetime.min.time(), tzinfo=ZONE)]
    assert [at for _, at in _mementos(_map(history(FIRST, SECOND), 9))] == times


def test_a_text_to_come_is_no_memento_yet() -> None:
    (only,) = parsed(_map(history(FIRST, SECOND), 8))[2:]
    assert (only["target"], only["rel"]) == ("https://www.example.com/1.0/gizlilik/", "first last memento")


def test_before_the_first_text_binds_there_is_no_memento() -> None:
    links = parsed(_map(history(SECOND), 3))
    assert [link["rel"] for link in links] == ["original", "self"]
    assert "from" not in links[1]


def test_a_text_that_binds_again_after_a_withdrawal_stands_twice() -> None:
    taken = published("2.0", {"gizlilik": "iki"}, 2, 2, rank=1, withdrawn=5)
    targets = [target.split("/")[3] for target, _ in _mementos(_map(history(FIRST, taken), 6))]
    assert targets == ["1.0", "2.0", "1.0"]


def test_a_language_has_a_timemap_of_its_own_where_any_release_has_it() -> None:
    assert len(timemap_files(Assembler(history(FIRST), day(1), SETTINGS))) == 1
    links = parsed(_map(history(FIRST, SECOND), 9, "en"))
    assert links[0]["target"] == "https://www.example.com/en/gizlilik/"
    assert [link["target"] for link in links[2:]] == [
        "https://www.example.com/1.0/en/gizlilik/",
        "https://www.example.com/2.0/en/gizlilik/",
    ]


def test_the_mementos_of_every_day_name_the_text_in_force_then(site: Path, published: object) -> None:
    del published
    data = (site / "api/v1/gizlilik-politikasi/timemap.link").read_bytes()
    times = [at for _, at in _mementos(data)]
    assert times == sorted(times)
    assert times[-1] - times[0] == timedelta(days=1)


def test_a_text_page_leads_to_its_timemap_and_to_its_original(browser: Browser, address: str, site: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    for path, ending in (("1.1/gizlilik-politikasi/", ""), ("yururlukte/en/gizlilik-politikasi/", ".en")):
        page.goto(address + path)
        link = page.locator('link[rel="timemap"]')
        assert link.get_attribute("type") == "application/link-format"
        target = link.evaluate("one => one.href").removeprefix(address)
        assert target == f"api/v1/gizlilik-politikasi/timemap{ending}.link"
        original = parsed((site / target).read_bytes())[0]["target"]
        assert page.locator('link[rel="original"]').get_attribute("href") == original
    page.close()
