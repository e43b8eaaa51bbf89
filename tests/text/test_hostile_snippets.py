"""Hostile texts: each snippet is refused with its file and line, and on a page built anyway nothing happens."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import Browser, Dialog

from tests.conftest import Project
from tests.helpers import hostile_snippets as snippets
from tests.helpers.builders import SETTINGS, day, project, release, text, write_files
from yururluk.checks import check_project
from yururluk.checks.markup import faults_of
from yururluk.core.messages import Problem, errors
from yururluk.core.model import FrontMatter, Release, Text
from yururluk.core.register import Register
from yururluk.core.releases import read_project
from yururluk.core.settings import read_settings
from yururluk.core.text_file import parse_text
from yururluk.publish.build import build_site
from yururluk.publish.plan import plan
from yururluk.text.markdown import render

BEFORE = "---\ntitle: Metin\ntype: other\n---\n## 1. Madde {#madde}\n\nÖnce.\n\n"
FIRST = BEFORE.count("\n") + 1


def _problems(snippet: str) -> Sequence[Problem]:
    found, problems = parse_text(f"{BEFORE}{snippet}\n\nSonra.\n".encode(), "docs/tr/x.md", "x", "tr")
    if found is None:
        return problems
    return [problem for problem in _checked(found) if problem.rule in {"hostile", "clause-id"}]


def _checked(found: Text) -> list[Problem]:
    return check_project(project(found), SETTINGS, today=day(0))


def test_there_are_enough_of_them() -> None:
    whole = (*snippets.BODIES, *snippets.UNREADABLE, *snippets.WORDS, *snippets.NAMES)
    assert len(set(whole)) >= 300


def test_every_snippet_in_a_text_is_refused_with_its_line() -> None:
    wrong = []
    for snippet in (*snippets.BODIES, *snippets.UNREADABLE):
        lines = range(FIRST, FIRST + snippet.count("\n") + 1)
        told = [problem for problem in errors(_problems(snippet)) if problem.rule in {"hostile", "encoding"}]
        if not told or any(problem.line not in lines or problem.path != "docs/tr/x.md" for problem in told):
            wrong.append((snippet, [str(problem) for problem in told]))
    assert wrong == []


def test_each_of_several_is_told_on_its_own_line() -> None:
    body = "\n\n".join(
        [
            "<b onclick=x>a</b>",
            "`<script>`",
            "<script>x</script>",
            "```\n<script>\n```",
            "[b](data:x)",
            "<b onclick=x>c</b>",
        ]
    )
    found, _ = parse_text(f"{BEFORE}{body}\n".encode(), "docs/tr/x.md", "x", "tr")
    assert found is not None
    assert [(problem.line - FIRST, problem.message) for problem in _checked(found) if problem.rule == "hostile"] == [
        (0, 'the attribute "onclick" of <b> is not allowed in a text.'),
        (4, "the element <script> is not allowed in a text."),
        (10, 'the address "data:x" is not one that a text may lead to.'),
        (12, 'the attribute "onclick" of <b> is not allowed in a text.'),
    ]


@pytest.mark.parametrize(
    "harmless",
    [
        "`<script>alert(1)</script>` ve\n\n```\n<img onerror=alert(1)>\n```",
        "<!-- Not: hukuk onayladı. -->\n\nMetin.",
        "3 < 5 ve 7 > 5; A&B; R&D &amp; x",
        "[site](https://example.org/?a=1&b=2#c) <https://example.org/> <kvkk@example.org> [tel](tel:+902121234567)",
        "[a](aydinlatma-metni.md#haklar) [b](#haklar) [c](/iletisim/) [d](../x/)",
        "| a | b |\n| :- | -: |\n| 1 | 2 |",
        "Metin[^1].\n\n[^1]: Dipnot.\n\n*[KVKK]: Kanun\n\nKVKK, ~~eski~~ ^^yeni^^",
        '!!! note "Not"\n    Metin.\n\n??? note "Ayrıntı"\n    Metin.',
        '<details open><summary>Ayrıntı</summary>\n<p lang="en" dir="ltr">Text</p>\n</details>',
        "## Başlık {#baslik .onemli}\n\nTerim\n:   Tanım",
        "Data: veriler, javascript: bir dildir; on = 10.",
    ],
)
def test_what_a_legal_text_needs_is_let_through(harmless: str) -> None:
    assert not faults_of(harmless)


def test_a_text_full_of_it_is_told_in_bounded_time() -> None:
    """One who pastes a whole web page gets the first faults, not thousands."""
    assert len(_problems("<b onclick=x>söz</b>\n\n" * 2000)) == 25


@pytest.mark.parametrize("words", snippets.WORDS)
def test_html_in_titles_and_summaries_is_refused(words: str) -> None:
    source = f"---\ntype: other\ntitle: {json.dumps(words)}\n---\n## 1. Madde {{#madde}}\n\nMetin.\n"
    found, problems = parse_text(source.encode(), "docs/tr/x.md", "x", "tr")
    assert found is not None, problems
    assert ("docs/tr/x.md", 3, "the title holds HTML.") in {(p.path, p.line, p.message) for p in _checked(found)}
    made = release("1.0", {"x": "## 1. Madde {#madde}\n\nMetin.\n"}, summary={"tr": words, "en": "x"})
    told = check_project(project(text("## 1. A {#a}\n\nB.\n"), releases=(made,)), SETTINGS, today=day(0))
    message = 'the summary "tr" holds HTML: readers would see it as it stands here.'
    assert ("releases/1.0/release.yml", 5, message) in {(p.path, p.line, p.message) for p in told}


@pytest.mark.parametrize("name", snippets.NAMES)
def test_a_hostile_file_name_is_refused(project: Project, name: str) -> None:
    project.write(f"docs/tr/{name}", "---\ntitle: Metin\ntype: other\n---\nMetin.\n")
    found = read_project(project.root, read_settings(project.root))
    told = [problem for problem in errors(found.problems) if problem.path == f"docs/tr/{name}"]
    assert [problem.rule for problem in told] == ["layout"]


def test_the_command_refuses_html_in_a_summary(project: Project) -> None:
    command = ("release", "3.0", "--material", "--summary", "tr=<b>Kalın</b>", "--summary", "en=x")
    told = project.run(*command)
    assert told.code == 1
    assert "--summary tr holds HTML: readers would see it as it stands there.\n" in told.err


# In a real browser

_WATCH = """
window.__hits = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"])
  window[name] = (...told) => { window.__hits.push(name + "(" + told + ")"); };
"""
_PROVOKE = """() => {
  const found = [...window.__hits];
  const names = ["click", "mouseover", "mouseenter", "mousedown", "mouseup", "mousemove", "mouseout", "focus",
    "focusin", "blur", "keydown", "keyup", "input", "toggle", "error", "load", "animationstart", "animationend",
    "transitionend", "pointerdown", "pointerover", "touchstart", "copy", "cut", "paste", "contextmenu", "dblclick",
    "drag", "wheel", "scroll", "beforeinput", "begin", "start"];
  for (const element of document.querySelectorAll("*")) {
    for (const attribute of element.attributes)
      if (/^on/i.test(attribute.name)) found.push(element.tagName + " " + attribute.name);
    for (const key of ["href", "src", "action", "data", "formAction", "cite"]) {
      const address = element[key];
      if (typeof address === "string" && URL.canParse(address) && !/^(https?|mailto|tel):/i.test(address))
        found.push(element.tagName + " " + key + "=" + address);
    }
    for (const name of names)
      element.dispatchEvent(new Event(name, {bubbles: false, cancelable: true}));
  }
  const bad = document.querySelectorAll("iframe, frame, object, embed, applet, base, .text form, " +
    "meta[http-equiv=refresh], article style, article script, main script, main style, svg script, portal");
  for (const element of bad)
    if (!(element.matches("main > div > script") && element.text.startsWith("var target="))) // Material's own
      found.push("element " + element.outerHTML.slice(0, 80));
  // Material's own scripts lie outside the text; the policy names their hashes, and forbids every other.
  for (const script of document.scripts)
    if (!script.src && !/json$/.test(script.type) && !/^(__md_scope|var (palette|target|tabs|el))=/.test(script.text))
      found.push("inline script " + script.textContent.slice(0, 80));
  return [...found, ...window.__hits];
}"""


def _happens(browser: Browser, folder: Path, pages: Sequence[str]) -> list[tuple[str, object]]:
    """What the pages do when they are opened and everything on them is provoked; requests to others count, too."""
    happened: list[tuple[str, object]] = []
    handler = partial(_Silent, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        own = f"http://127.0.0.1:{server.server_address[1]}/"

        def dismissed(dialog: Dialog) -> None:
            happened.append(("dialog", dialog.message))
            dialog.dismiss()

        def asking(url: str) -> None:
            if not url.startswith(own):
                happened.append(("request", url))

        context = browser.new_context()
        context.add_init_script(_WATCH)
        tab = context.new_page()
        tab.on("dialog", dismissed)
        # What the page's own policy stops has not been asked for.
        tab.on("requestfailed", lambda asked: None if asked.failure == "csp" else asking(asked.url))
        tab.on("requestfinished", lambda asked: asking(asked.url))
        for page in pages:
            answer = tab.goto(own + page)
            assert answer is not None
            assert answer.ok, page
            happened += [(page, told) for told in tab.evaluate(_PROVOKE)]
            assert urldefrag(tab.url)[0].partition("?")[0] == own + page, "the page led away by itself"
        context.close()
        server.shutdown()
    return happened


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        del format, args


def test_what_render_gives_does_nothing_even_without_a_policy(browser: Browser, tmp_path: Path) -> None:
    """Each snippet alone, on a page without our templates and without a Content-Security-Policy."""
    parts = [render(snippet) for snippet in (*snippets.BODIES, *snippets.UNREADABLE)]
    whole = "".join(f"<section>{part}</section>" for part in parts)
    (tmp_path / "a.html").write_text(f"<!doctype html><meta charset=utf-8>{whole}", encoding="utf-8")
    # An image of another host is fetched by any page without a policy: that it is refused is tested above.
    told = [(page, what) for page, what in _happens(browser, tmp_path, ["a.html"]) if page != "request"]
    assert told == []


def test_the_watch_would_see_it(browser: Browser, tmp_path: Path) -> None:
    """The same page made without the allow-list does all of it: the test above can fail."""
    whole = "".join(
        f"<section>{part}</section>"
        for part in (
            "<img src=x onerror=alert(1)>",
            "<a href=javascript:alert(2)>a</a>",
            "<script>alert(3)</script>",
            "<b onclick=alert(4)>a</b>",
        )
    )
    (tmp_path / "a.html").write_text(f"<!doctype html><meta charset=utf-8>{whole}", encoding="utf-8")
    told = [str(what) for _, what in _happens(browser, tmp_path, ["a.html"])]
    for sought in ("IMG onerror", "A href=javascript:alert(2)", "alert(3)", "B onclick", "alert(4)", "alert(1)"):
        assert any(sought in what for what in told), (sought, told)


def _hostile_release(version: str, bodies: Sequence[str], published: int) -> Release:
    """A release with the snippets, many a text, under a hostile title; as nobody could make it by the commands."""
    size = 110
    texts = []
    for number, start in enumerate(range(0, len(bodies), size)):
        title = snippets.WORDS[number % len(snippets.WORDS)]
        body = "\n\n".join(
            f"## {place}. Madde {{#m{place}}}\n\n{snippet}"
            for place, snippet in enumerate(bodies[start : start + size], 1)
        )
        for locale in ("tr", "en"):
            made = text(body, f"metin-{number}", locale, folder=f"releases/{version}", type_="other")
            texts.append(replace(made, front_matter=FrontMatter(title, made.front_matter.type)))
    summary = {"tr": " ".join(snippets.WORDS), "en": " ".join(snippets.WORDS)}
    return Release(version, day(published), None, True, summary, tuple(texts), None, {})


def test_pages_built_of_all_of_it_do_nothing(browser: Browser, published: Project, tmp_path: Path) -> None:
    """Text pages, redlines and the portal, as the site builds them."""
    settings = read_settings(published.root)
    harmless = [html.escape(snippet, quote=False) for snippet in snippets.BODIES]
    releases = (_hostile_release("1.0", harmless, 0), _hostile_release("1.1", snippets.BODIES, 1))
    moment = datetime(2027, 1, 10, tzinfo=settings.timezone)
    wanted = plan(releases, Register(), moment, settings, "code")
    work = tmp_path / "work"
    work.mkdir()
    site_dir = tmp_path / "site"
    portal = build_site(published.root, wanted.portal, settings, work, moment=0, with_assets=True)
    write_files(site_dir, portal)
    for folder in wanted.folders[1:]:
        pages = build_site(published.root, folder.site, settings, work, moment=0, with_assets=False)
        write_files(site_dir / folder.version, pages)
    paths = sorted(file.relative_to(site_dir).as_posix() for file in site_dir.rglob("*.html"))
    # The lasting addresses lead elsewhere by themselves, as they should; the English pages are as the Turkish.
    paths = [path for path in paths if not path.startswith(("metin-", "en/", "1.1/en/"))]
    assert len([path for path in paths if path.startswith("1.1/")]) >= 7
    assert _happens(browser, site_dir, paths) == []
