"""What a browser shows of a forged page is never proved: more than sixty forgeries, each rendered in Chromium."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from yururluk.verify.page import verify_page
from yururluk.verify.page_shape import shape_fault

POLICY = "1.1/gizlilik-politikasi/index.html"
FORGED = "<section><h2>1. Amaç</h2><p>Verileriniz satılır.</p></section>"
BOX = '<div class="text">'
HIDE = "document.querySelector('.text').remove()"

#: Elements that show their content in no browser, or not as it is; between them stands the text, after them another.
WRAPPERS = {
    **{
        name: (f"<{name}>", f"</{name}>")
        for name in (
            *("template", "noscript", "dialog", "object", "canvas", "audio", "video", "math", "textarea", "iframe"),
            *("noembed", "noframes", "xmp", "style", "datalist", "title", "script", "progress", "meter", "rp"),
        )
    },
    "closed details": ("<details><summary>Amaç</summary>", "</details>"),
    "svg desc": ("<svg><desc>", "</desc></svg>"),
    "svg title": ("<svg><title>", "</title></svg>"),
    "svg": ("<svg>", "</svg>"),
    "svg foreignObject": ('<svg width="0" height="0"><foreignObject>', "</foreignObject></svg>"),
    "select": ("<select><option>", "</option></select>"),
    "math annotation": ("<math><annotation-xml>", "</annotation-xml></math>"),
    "comment": ("<!--", "-->"),
    "comment that ends early": ("<!--><p hidden>", "-->"),
    "cdata": ("<svg><![CDATA[", "]]></svg>"),
    "marquee": ("<marquee hidden>", "</marquee>"),
    "frameset": ("<frameset>", "</frameset>"),
    "font": ('<font color="white">', "</font>"),
    "bdo": ('<bdo dir="rtl">', "</bdo>"),
    "s": ("<s>", "</s>"),
    "button": ("<button hidden>", "</button>"),
    "fieldset": ("<fieldset hidden>", "</fieldset>"),
}
#: Attributes of the text's element and of each that it lies in.
ATTRIBUTES = (
    "hidden",
    'hidden="until-found"',
    "popover",
    'style="display: none"',
    'style="visibility: hidden"',
    'style="opacity: 0"',
    'style="font-size: 0"',
    'dir="rtl"',
)
#: What acts on the page from elsewhere; put before the end of the head, or into the body.
ACTING = {
    "inline script": f"<script>addEventListener('load', () => {HIDE})</script>",
    "module": f'<script type="module">{HIDE}</script>',
    "script of data": f'<script defer src="data:text/javascript,{HIDE}"></script>',
    "json that is none": f'<script type="application/json"></SCRIPT ><script>onload = () => {HIDE}</script>',
    "style": "<style>.text {display: none}</style>",
    "sheet of data": '<link rel="stylesheet" href="data:text/css,.text{display:none}">',
    "sheet of another site": '<link rel="Stylesheet" href="other.css">',
    "refresh": '<meta http-equiv="Refresh" content="0;url=other.html">',
}
IN_BODY = {
    "onload of svg": f'<svg onload="{HIDE}"></svg>',
    "onerror": f'<img src="x" onerror="{HIDE}">',
    "autofocus": f'<input autofocus onfocus="{HIDE}">',
    "animation": f'<svg><animate onbegin="{HIDE}" attributeName="x" dur="1s"></animate></svg>',
    "details ontoggle": f'<details open ontoggle="{HIDE}"><summary>x</summary></details>',
    "overlay": f'<div style="position: fixed; inset: 0; background: white">{FORGED}</div>',
    "open dialog": f"<dialog open>{FORGED}</dialog>",
    "second body": "<body hidden>",
    "second html": "<html hidden>",
    "plaintext": "<plaintext>",
    "forged section": FORGED,
    "frame": f'<iframe srcdoc="{FORGED}"></iframe>',
    "picture": "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>\">",
    "table that moves": f"<table>{FORGED}</table>",
    "open table": "<table><tr>",
    "open select": "<select>",
    "open attribute": '<p title="',
    "end of the main part": "</main><main hidden>",
    "white": "<font color=white>",
    "base": '<base href="https://example.org/">',
}
#: Changes of the text itself that a careless reader takes for the same.
INSIDE = {
    "entity that only browsers know": ("taahhüt", "taahh&uuml;t&nonexistent;"),
    "hidden word": ("etmektedir", "<span hidden>etmektedir</span>"),
    "hidden clause": ("<h2 id=", "<h2 hidden id="),
    "another word": ("etmektedir", "etmemektedir"),
    "number of windows-1252": ("etmektedir", "etmektedir&#128;"),
    "null": ("etmektedir", "etme\0ktedir"),
    "word joined": ("<p>", "<p><wbr>"),
    "struck out": ("etmektedir", "<s>etmektedir</s>"),
}


def _forgeries(page: str) -> Mapping[str, str]:
    begin = page.index(BOX)
    end = page.index('<section class="cite"')
    text, body = page[begin:end], page.index("<body")
    found = {
        f"wrapped: {name}": f"{page[:begin]}{opened}{text}{closed}{FORGED}{page[end:]}"
        for name, (opened, closed) in WRAPPERS.items()
    }
    above = [
        match.start()
        for match in re.finditer(r'<(?:html|body|main|article|div class="document"|div class="md-c)', page)
    ]
    for attribute in ATTRIBUTES:
        for place in (*(place for place in above if place < begin), begin):
            name = re.compile(r"<[a-z]+").match(page, place)
            assert name
            found[f"{attribute} on {name.group()[1:]}"] = f"{page[: name.end()]} {attribute}{page[name.end() :]}"
    found |= {name: page.replace("</head>", f"{more}</head>", 1) for name, more in ACTING.items()}
    found |= {name: f"{page[:begin]}{more}{page[begin:]}" for name, more in IN_BODY.items()}
    found |= {name: page[:begin] + text.replace(old, new, 1) + page[end:] for name, (old, new) in INSIDE.items()}
    found["onload of body"] = f'{page[: body + 5]} onload="{HIDE}"{page[body + 5 :]}'
    return found


def _words(shown: Page, file: Path) -> str:
    """The words that Chromium shows; none where the page leads elsewhere by itself."""
    shown.goto(file.as_uri())
    shown.wait_for_timeout(40)  # for what acts by itself
    try:
        return str(shown.evaluate("document.documentElement.innerText"))
    except Error:
        shown.wait_for_load_state()
        return ""


def test_what_is_seen_of_a_forged_page_is_never_proved(browser: Browser, site: Path, tmp_path: Path) -> None:
    """Alone, as a copy of one page is: without the site's style sheets and scripts, and without its policy."""
    made = (site / POLICY).read_text(encoding="utf-8")
    plain = re.sub(r'\s*<meta http-equiv="Content-Security-Policy"[^>]*>', "", made)
    assert plain != made
    register = site / "register.json"
    file = tmp_path / "sayfa.html"
    (tmp_path / "other.html").write_text(f"<!doctype html>{FORGED}")
    (tmp_path / "other.css").write_text(".text {display: none}")
    with browser.new_page(viewport={"width": 600, "height": 600}) as shown:
        file.write_text(plain, encoding="utf-8")
        assert verify_page(file, register).problems == ()
        words, picture = _words(shown, file), shown.screenshot(full_page=True)
        forgeries = _forgeries(plain)
        proved, alike = [], []
        for name, forged in forgeries.items():
            assert forged != plain, name
            file.write_bytes(forged.encode())
            if not verify_page(file, register).problems:
                proved.append(name)
            if _words(shown, file) == words and shown.screenshot(full_page=True) == picture:
                alike.append(name)
    assert proved == []
    assert len(forgeries) - len(alike) >= 60, alike


@pytest.mark.parametrize(
    "fault",
    [
        "<p><div></div></p>",
        "<h2><h3></h3></h2>",
        "<li></li>",
        "<a><b><a></a></b></a>",
        "<p",
        "</p>",
        "<P></P>",
        "<p class=x></p>",
        "<p class='x'></p>",
        '<p class="x" CLASS="y"></p>',
        "<div/>",
        "&amp",
        "&Ycy;",
        "&#x80;",
        "\x85",
    ],
)
def test_what_browsers_read_in_their_own_way_is_refused(site: Path, fault: str) -> None:
    page = (site / POLICY).read_text(encoding="utf-8")
    assert shape_fault(page) is None
    told = shape_fault(page.replace(BOX, f"{BOX}{fault}", 1))
    assert str(told).startswith("this page is not written as this program writes pages (line ")
