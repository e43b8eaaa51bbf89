"""What tells users of a change says only what the release says, in both languages and every form."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Route, expect

from tests.conftest import Project
from yururluk.site.notice import DocumentNotice, Notice, as_text


def _say(project: Project, turkish: str, english: str) -> None:
    """Add a sentence to the first clause of the draft, in both languages."""
    for locale, sentence in (("tr", turkish), ("en", english)):
        project.edit(f"docs/{locale}/gizlilik-politikasi.md", "\n## 2.", f"\n{sentence}\n\n## 2.")


def test_an_email_names_the_change_its_day_and_where_to_read_both_texts(ready: Project) -> None:
    found = ready.run("notice", "2.0", "--locale", "en")
    assert (found.code, found.err) == (0, "")
    lines = found.out.splitlines()
    assert lines[0] == "Dinamik360 Yazılım A.Ş.: KVKK Disclosure Notice, Privacy Policy, from 1 January 2027"
    assert lines[2] == "The new texts take effect on 1 January 2027; until then the present ones apply."
    assert lines[4].startswith("The transfer of personal data to servers abroad was brought into line with Article 9")
    assert lines[6:11] == [
        "KVKK Disclosure Notice",
        "----------------------",
        "Clauses that change: 5. Transfer of personal data abroad",
        "The text: https://www.dinamikcrm.com/2.0/en/aydinlatma-metni/",
        "Old and new side by side: https://www.dinamikcrm.com/2.0/en/degisiklikler/aydinlatma-metni/",
    ]
    turkish = ready.run("notice", "2.0").out
    assert (
        "Yeni metinler 1 Ocak 2027 tarihinde yürürlüğe girer; o güne kadar yürürlükteki metinler uygulanır." in turkish
    )


def test_a_release_of_new_texts_only_replaces_none() -> None:
    new = DocumentNotice("terms", "Terms", True, (), (), "https://acme.example/1.0/terms/", "")
    moment = datetime(2026, 12, 1, tzinfo=UTC)
    first = Notice("https://acme.example/", "Acme", "1.0", True, moment, moment.date(), "First.", (new, new), "", "en")
    assert as_text(first).splitlines()[2] == "New texts take effect on 1 December 2026."


def test_the_html_and_the_banner_ask_nobody_for_anything(ready: Project) -> None:
    for form in ("html", "banner"):
        made = ready.run("notice", "2.0", "--format", form).out
        assert "<script" not in made
        assert "src=" not in made
        assert 'href="https://www.dinamikcrm.com/2.0/degisiklikler/gizlilik-politikasi/"' in made


def test_the_calendar_entry_is_the_effective_day_and_the_same_each_time(ready: Project) -> None:
    made = ready.run("notice", "2.0", "--format", "ics", "-o", "a.ics")
    assert made.code == 0
    data = (ready.root / "a.ics").read_bytes()
    assert b"DTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270102\r\n" in data
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    unfolded = data.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:Dinamik360 Yazılım A.Ş.: Aydınlatma Metni\\, Gizlilik Politikası\\, 1 Ocak 2027" in unfolded
    ready.run("notice", "2.0", "--format", "ics", "-o", "b.ics")
    assert (ready.root / "b.ics").read_bytes() == data


def test_a_release_whose_day_is_not_known_is_not_announced(ready: Project) -> None:
    _say(ready, "Süre 30 gündür.", "The period is 30 days.")
    frozen = ready.run("release", "3.0", "--editorial", "--summary", "tr=Söz.", "--summary", "en=Word.")
    assert frozen.code == 0, frozen.err
    found = ready.run("notice", "3.0")
    assert (found.code, found.err.splitlines()) == (
        1,
        [
            "releases/3.0/release.yml:2: release 3.0 takes effect when it is published; its date is not known yet.",
            "  Fix: publish it first, or freeze it with --effective and the day from which it binds.",
        ],
    )


def test_the_key_changes_are_values_beside_each_other(ready: Project) -> None:
    _say(ready, "Süre 30 gündür.", "The period is 30 days.")
    ready.run("release", "3.0", "--editorial", "--summary", "tr=a", "--summary", "en=b", "--effective", "2027-02-01")
    ready.edit("docs/tr/gizlilik-politikasi.md", "Süre 30 gündür.", "Süre 90 gündür.")
    ready.edit("docs/en/gizlilik-politikasi.md", "is 30 days.", "is 90 days.")
    ready.run("release", "4.0", "--material", "--summary", "tr=a", "--summary", "en=b", "--effective", "2027-03-01")
    ready.commit()
    assert ready.run("publish").code == 0
    lines = ready.run("notice", "4.0").out.splitlines()
    assert [line for line in lines if "→" in line] == ["- 1. Amaç: 30 gündür → 90 gündür"]


def test_the_element_says_in_another_page_when_a_text_changes_and_stores_nothing(
    published: Project, site: Path, browser: Browser
) -> None:
    made = published.run("notice", "2.0", "--locale", "en", "--format", "component", "--today", "2026-11-23").out
    host, home = "https://www.dinamikcrm.com", "https://app.example.org"
    policy = f"default-src 'none'; script-src {host}; connect-src {host}"
    context = browser.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    html = f'<!doctype html><html lang="en"><title>App</title><main>{made}</main>'
    page.route(
        f"{home}/",
        lambda route: route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": policy}),
    )

    def answer(route: Route) -> None:
        file = site / route.request.url.removeprefix(f"{host}/")
        kind = "text/javascript" if file.suffix == ".js" else "application/json"
        route.fulfill(body=file.read_bytes(), content_type=kind, headers={"Access-Control-Allow-Origin": "*"})

    page.route(f"{host}/**", answer)
    page.goto(f"{home}/")
    element = page.locator("yururluk-notice").last
    expect(element).to_have_text("Privacy Policy changes on 1 January 2027. See what will change")
    link = element.locator("a").get_attribute("href")
    assert link == f"{host}/2.0/en/degisiklikler/gizlilik-politikasi/"
    assert (context.cookies(), page.evaluate("localStorage.length + sessionStorage.length"), faults) == ([], 0, [])
    # Without an answer, the fragment inside stays.
    page.unroute(f"{host}/**")
    page.route(f"{host}/assets/**", answer)
    page.route(f"{host}/api/**", lambda route: route.abort())
    page.goto(f"{home}/")
    expect(page.locator("yururluk-notice").last).to_contain_text("until then the present ones apply. Privacy Policy")
    context.close()


def test_the_elements_script_is_small(site: Path) -> None:
    (script,) = (site / "assets").glob("notice.*.js")
    assert len(gzip.compress(script.read_bytes())) < 4096


def test_the_notice_of_a_correction_compares_it_with_the_text_in_force_not_with_the_upcoming_one(
    ready: Project,
) -> None:
    ready.edit("docs/tr/gizlilik-politikasi.md", "temas kurmak", "iletişim kurmak")
    given = ("--editorial", "--summary", "tr=Düzeltme.", "--summary", "en=Fix.", "--today", "2026-11-24")
    made = ready.run("release", "1.1.1", "--from", "1.1", "--effective", "2026-12-20", *given)
    assert made.code == 0, made.err
    told = ready.run("notice", "1.1.1", "--today", "2026-12-01").out
    assert "Değişen maddeler: 3. Kişisel bilgilerin kullanım amaçları\n" in told
    assert "/karsilastir/?belge=gizlilik-politikasi&eski=1.1&yeni=1.1.1\n" in told


def test_the_portal_links_to_a_calendar_of_the_dates_to_come(ready: Project) -> None:
    calendar = ready.git("show", "gh-pages:calendar.ics")
    assert [line for line in calendar.splitlines() if line.startswith(("DTSTART", "UID"))][-2:] == [
        "UID:release-2.0@www.dinamikcrm.com",
        "DTSTART;VALUE=DATE:20270101",
    ]
    assert '<a href="./calendar.ics">Bu tarihleri takviminize ekleyin</a>' in ready.git("show", "gh-pages:index.html")
    assert '<a href="../en/calendar.ics">' in ready.git("show", "gh-pages:en/index.html")
