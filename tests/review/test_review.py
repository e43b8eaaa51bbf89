"""What is reported under a pull request: everything, safely, and within what a forge takes."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from lxml import html as lxml_html
from lxml.html import fromstring
from markdown_it import MarkdownIt

from tests.conftest import Project
from tests.helpers.builders import text
from tests.helpers.played_forge import played_forge
from tests.helpers.web_servers import dripping, served
from yururluk.core import http_client
from yururluk.core.messages import Problem, Refused, Severity, msg
from yururluk.core.model import Release
from yururluk.redline import compare
from yururluk.review.changes import Review, ReviewedText
from yururluk.review.comment import LONGEST, comment, plain
from yururluk.review.forge import MARKER, forge_of, post

POLICY = "docs/tr/gizlilik-politikasi.md"


def _text(old: str, new: str, document: str = "gizlilik-politikasi") -> ReviewedText:
    sides = ("docs", "docs", old, new, "0" * 64, "1" * 64)
    return ReviewedText(document, "tr", "Gizlilik Politikası", *sides, compare(old, new))


def _told(*texts: ReviewedText, problems: tuple[Problem, ...] = (), locale: str = "tr") -> str:
    return comment(Review(problems, (), texts), None, locale)


def test_nothing_in_a_text_calls_a_person_an_issue_or_markup() -> None:
    """A text is quoted, never obeyed: no mention, no link, no image, no table cell of its own."""
    hostile = "@avukat #12 !3 ![x](http://a) [b](c) <img src=x onerror=y> | a | `b` *c* _d_ ~~e~~ $f$ :smile:"
    shown = plain(hostile)
    assert not re.search(r"[@#!]\w", unescape(shown))
    assert not re.search(r"[\[\]<|`*_~$]", shown.replace("<!-- -->", ""))
    assert unescape(shown).replace("<!-- -->", "") == hostile
    told = _told(_text("## Bir {#bir}\n\nMetin.\n", f"## Bir {{#bir}}\n\nMetin. {hostile}\n"))
    assert "@avukat" not in told
    assert "<img" not in told


#: Names that somebody may give to a file, a branch, a document, a clause or a release.
HOSTILE_NAMES = [
    "a`b", "a``b", "`", "a\n# Heading", "a\n\n## Heading", "a\r\n- item", "@owner", "x @org/team y", "#1", "org/repo#1",
    "GH-1", "!5", "<b>bold</b>", "<img src=x onerror=alert(1)>", "<!-- ", "-->", "</details>", "[x](https://evil.example)",
    "![x](https://evil.example/p.png)", "https://evil.example", "www.evil.example", "a | b | c", "**bold** _it_ ~~no~~",
    "\u202egnp.exe", "a\u2066b\u200bc", "| --- |", "$x$ $$y$$", ":smile:", "a\\`b`", "> quote", "1. item", "[files]",
    "\ud800", "&lt;b&gt;", "someone@evil.example", "```\ncode\n```", "a\u2028b", "\t\x1b[31mred", "---", "===",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_no_name_of_a_pull_request_is_more_than_words(name: str) -> None:
    """The comment with a hostile name has the headings, links, elements and calls of the one with a plain name."""
    assert _shape(_named(name)) == _shape(_named("plain"))


def _named(name: str) -> str:
    """A comment in which a name stands wherever a pull request can put one."""
    old, new = "## Bir {#bir}\n\nMetin.\n", "## Bir {#bir}\n\nYeni metin 30 gün.\n"
    text = ReviewedText(name, "tr", name, name, name, old, new, "0" * 64, "1" * 64, compare(old, new))
    problem = Problem(
        name, name, 3, msg("{path} is wrong: `{path}`.", path=name), msg("git checkout {base}", base=name)
    )
    release = Release(name, None, None, True, {"en": name}, ())
    return comment(Review((problem,), (release,), (text,)), None, "en")


def _shape(markdown: str) -> dict[str, object]:
    html = (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .render(f"{markdown}\n[files]: https://files.example\n")
    )
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    words = "".join(str(one) for one in root.xpath(".//text()[not(ancestor::code)]"))
    return {
        "elements": Counter(str(one.tag) for one in root.iter() if isinstance(one.tag, str) and one.tag != "code"),
        "links": root.xpath(".//a/@href"),
        "headings": ["".join(one.itertext()) for one in root.iter("h1", "h2", "h3", "h4")],
        # A forge reads calls and addresses from stretches of text that no element or comment divides.
        "calls": [one for one in root.xpath(".//text()[not(ancestor::code)]") if _CALLING.search(str(one))],
        "unseen": re.findall("[\u200b-\u200f\u202a-\u202e\u2028\u2066-\u2069\x1b]", html + words),
    }


_CALLING = re.compile(r"[@#!]\w|\bGH-\d|\bwww\.|\w@\w", re.IGNORECASE)


def test_a_change_that_matters_is_shown_as_old_and_new() -> None:
    told = _told(
        _text("## Süre {#sure}\n\nVeriler 30 gün saklanır.\n", "## Süre {#sure}\n\nVeriler 60 gün saklanır.\n")
    )
    assert "**Öne çıkan değişiklikler:** süre (1)\n" in told
    assert "**Süre**\n\n- Değişti: <del>30</del> <ins>60</ins> (süre: 30 gün → 60 gün)\n" in told


def test_a_moved_passage_is_shown_once_and_what_changed_in_it_below() -> None:
    first = "## 1. Bir {#bir}\n\nBirinci metin burada uzundur ve tekrar eder.\n\n"
    second = "## 2. İki {#iki}\n\nİkinci metin burada başka şeyler söyler ve bu da uzundur.\n\n"
    last = "## 3. Üç {#uc}\n\nÜçüncü.\n"
    changed = second.replace("başka", "yeni")
    told = _told(_text(first + second + last, changed + first + last))
    assert told.count("şeyler söyler") == 1
    assert "- Taşındı: 2. İki İkinci metin burada yeni şeyler söyler" in unescape(told)
    assert "  - Değişti: <del>başka</del> <ins>yeni</ins>\n" in told


def test_problems_are_grouped_by_clause_with_its_title_and_no_id() -> None:
    draft = text("## 1. Bir {#bir}\n\nMetin.\n", type_="terms", document="kosullar")
    faults = [
        Problem("rule", draft.path, line, msg('clause "{id}" is wrong.', id="bir"), msg("fix it."), Severity.WARNING)
        for line in (5, 7)
    ]
    told = comment(Review((*faults,), (), (), {draft.path: draft}), None, "en")
    assert unescape(told).count("**Metin (Turkish): 1. Bir**") == 1
    assert unescape(told).count('clause "1. Bir" is wrong.') == 2


def test_a_clause_that_is_to_be_translated_again_is_beside_the_old_and_the_new_original(ready: Project) -> None:
    ready.edit(POLICY, "temas kurmak", "30 gün içinde temas kurmak")
    assert ready.run("review", "--base", "HEAD", "--folder", "review", "--today", "2026-11-24").code == 0
    page = fromstring(ready.read("review/translation/en/gizlilik-politikasi.html"))
    old, new, translation = ("".join(map(str, part.itertext())) for part in page.findall(".//section/div"))
    assert ("30 gün" in old, "30 gün içinde temas" in new, "contacting the User" in translation) == (False, True, True)
    assert "[`translation/en/gizlilik-politikasi.html`][files]" in ready.read("review/comment.md")
    ready.edit("docs/en/gizlilik-politikasi.md", "contacting the User", "contacting the User within 30 days")
    ready.run("check", "--fix", "docs/en/gizlilik-politikasi.md")
    assert ready.run("review", "--base", "HEAD", "--folder", "review", "--today", "2026-11-24").code == 0
    assert not (ready.root / "review/translation").exists()


def _edit_a_sentence(project: Project) -> None:
    project.edit(POLICY, "temas kurmak", "30 gün içinde temas kurmak")
    project.edit("docs/en/gizlilik-politikasi.md", "contacting the User", "contacting the User within 30 days")


def _move_a_clause(project: Project) -> None:
    for locale in ("tr", "en"):
        path = f"docs/{locale}/gizlilik-politikasi.md"
        clauses = re.split(r"(?m)^(?=## )", project.read(path))
        clauses.insert(7, clauses.pop(4))
        project.write(path, "".join(clauses))


def _freeze_a_release(project: Project) -> None:
    _edit_a_sentence(project)
    summaries = ("--summary", "tr=30 gün içinde.", "--summary", "en=Within 30 days.")
    told = project.run("release", "2.1", "--material", "--effective", "2027-03-01", "--today", "2026-11-24", *summaries)
    assert told.code == 0, told.err


def _add_a_document(project: Project) -> None:
    project.write("docs/tr/cerez.md", "---\ntitle: Çerezler\ntype: cookie-policy\n---\n\n## 1. Tür {#tur}\n\nTODO.\n")


def _delete_a_document(project: Project) -> None:
    for locale in ("tr", "en"):
        (project.root / f"docs/{locale}/aydinlatma-metni.md").unlink()


@pytest.mark.parametrize(
    ("change", "most"),
    [
        (_edit_a_sentence, 25),
        (_move_a_clause, 30),
        (_freeze_a_release, 25),
        (_add_a_document, 25),
        (_delete_a_document, 80),
    ],
)
def test_the_comment_on_a_pull_request_fits_on_a_screen(
    ready: Project, change: Callable[[Project], None], most: int
) -> None:
    change(ready)
    ready.git("add", "--all")
    told = ready.run("review", "--base", "HEAD", "--folder", "review", "--today", "2026-11-24")
    assert told.code == 0, told.err
    whole = unescape(ready.read("review/comment.md"))
    open_ = re.sub(r"<details><summary>(.*?)</summary>.*?</details>", r"▸ \1", whole, flags=re.DOTALL)
    lines = [line for line in open_.split("\n") if line]
    file = Path(__file__).parent / f"comments/{change.__name__.strip('_')}.md"
    assert lines == file.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= most
    assert "| 2.0 | yürürlüğe girecek | 1 Ocak 2027 |" in whole


def test_the_comment_speaks_the_language_asked_for() -> None:
    text = _text("Bir.\n", "İki.\n")
    assert "## Proposed change to the legal texts" in _told(text, locale="en")
    assert "## Hukuki metinlerde değişiklik önerisi" in _told(text, locale="tr")


def test_errors_come_before_warnings_and_every_one_is_counted() -> None:
    problems = tuple(
        Problem("rule", "docs/tr/a.md", line, msg("fault {line}.", line=line), msg("fix it."), severity)
        for line, severity in ((1, Severity.WARNING), (2, Severity.ERROR))
    )
    told = _told(problems=problems, locale="en")
    assert "❌ 1 problem must be fixed before this can be merged." in told
    assert told.index("fault 2.") < told.index("fault 1.")
    many = tuple(
        Problem("rule", "docs/tr/a.md", line, msg("fault {line}.", line=line), msg("fix it.")) for line in range(1, 81)
    )
    assert "- … and 30 more; `yururluk check` lists them all." in _told(problems=many, locale="en")


def test_a_preview_is_promised_only_where_one_is_made() -> None:
    """The workflows preview what could be published: a link to nothing would be found out by the reviewer."""
    text = _text("Bir.\n", "İki.\n")
    fault = msg("fault {line}.", line=1)
    for severity, previewed in ((Severity.ERROR, False), (Severity.WARNING, True)):
        problem = Problem("rule", "docs/tr/a.md", 1, fault, msg("fix it."), severity)
        told = _told(text, problems=(problem,))
        assert ("[`preview/`][files]" in told) is previewed
        assert ("Sitenin önizlemesi, birleştirmeye engel bir sorun kalmayınca hazırlanır." in told) is not previewed


def test_code_in_a_message_stays_code() -> None:
    told = _told(problems=(Problem("rule", "a.md", 1, msg("x `a|b` y."), msg("set `c: d`, or `e`.")),), locale="en")
    assert "- ❌ `a.md:1` x `a|b` y.<br>↳ set `c: d`, or `e`.\n" in told


def test_a_redline_that_has_no_room_is_named_and_never_cut_silently() -> None:
    """A forge refuses a comment of more than 65,536 characters."""
    words = " ".join(f"sözcük{number}" for number in range(9000))
    small, large = _text("Bir.\n", "İki.\n"), _text("Bir.\n", f"{words}\n\n" * 1, "uzun")
    blocks = "\n\n".join(f"Paragraf {number} " + "uzun " * 60 for number in range(400))
    told = _told(small, large, _text("Bir.\n", blocks, "kalabalik"))
    assert len(told) <= LONGEST + 500
    assert "(burada kesildi; tamamı dosyalardadır)" in told
    assert "Burada gösterilemeyecek kadar uzun: `tr/kalabalik`." in told


def test_a_draft_that_is_frozen_with_it_is_told_once_as_the_release(project: Project) -> None:
    project.git("switch", "--quiet", "--create", "surum")
    project.edit(POLICY, "temas kurmak", "iletişim kurmak")
    told = project.run("release", "2.1", "--editorial", "--summary", "tr=Anlatım.", "--summary", "en=Wording.")
    assert told.code == 0, told.err
    project.commit("Release 2.1")
    told = project.run("review", "--base", "main", "--folder", "review", "--lang", "en", "--today", "2026-11-24")
    assert told.code == 0, told.err
    text = project.read("review/comment.md")
    assert "| 2.1 | on publication | editorial change | Wording. |" in text
    assert text.count("Gizlilik Politikası (Turkish): ") == 1
    assert "Gizlilik Politikası (Turkish): 2.0 → 2.1 — words added: 1, removed: 1" in text
    assert "iletişim" in project.read("review/redline/2.1/tr/gizlilik-politikasi.html")
    word = zipfile.ZipFile(project.root / "review/word/2.1/tr/gizlilik-politikasi.docx")
    assert re.search(r"<w:ins [^>]*>.*?iletişim", word.read("word/document.xml").decode(), re.DOTALL)


def test_a_document_that_goes_is_told_as_removed_whole(project: Project) -> None:
    project.git("switch", "--quiet", "--create", "sil")
    project.git("rm", "--quiet", "docs/tr/aydinlatma-metni.md", "docs/en/aydinlatma-metni.md")
    project.commit("Remove")
    assert project.run("review", "--base", "main", "--folder", "review", "--lang", "tr").code == 0
    text = project.read("review/comment.md")
    assert "bugünkü taslak → ∅ — eklenen sözcük: 0" in text


def test_a_second_review_leaves_nothing_of_the_first(project: Project) -> None:
    project.git("switch", "--quiet", "--create", "iki")
    project.edit(POLICY, "temas kurmak", "iletişim kurmak")
    project.run("review", "--base", "main", "--folder", "review")
    assert (project.root / "review/redline/tr/gizlilik-politikasi.html").is_file()
    project.edit(POLICY, "iletişim kurmak", "temas kurmak")
    project.run("review", "--base", "main", "--folder", "review")
    assert not (project.root / "review/redline").exists()


def test_a_base_that_is_not_there_is_told(project: Project) -> None:
    told = project.run("review", "--base", "origin/main", "--folder", "review")
    assert (told.code, told.err) == (
        1,
        (
            'there is no commit "origin/main" here.\n'
            "  Fix: name a commit or a branch that this clone has; CI must fetch it first.\n"
        ),
    )


def _environment(address: str, folder: Project) -> dict[str, dict[str, str]]:
    event = folder.write("event.json", '{"pull_request": {"number": 3}}')
    return {
        "github": {
            "GITHUB_REPOSITORY": "sirket/metinler",
            "GITHUB_API_URL": address,
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_TOKEN": "t",
        },
        "gitlab": {
            "CI_API_V4_URL": address,
            "CI_PROJECT_ID": "5",
            "CI_MERGE_REQUEST_IID": "3",
            "YURURLUK_COMMENT_TOKEN": "t",
        },
    }


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_one_comment_is_kept_and_put_up_to_date(kind: str, project: Project) -> None:
    """Among a hundred others of other people, on the second page too."""
    with played_forge() as played:
        forge = forge_of(_environment(played.address, project)[kind])
        played.comments.update({number: f"Görüşüm {number}" for number in range(1, 120)})
        played.comments[120] = f"{MARKER}\nNobody but its author may change this comment."
        assert post(forge, f"{MARKER}\nbir") == "The comment was written."
        assert post(forge, f"{MARKER}\niki") == "The comment was put up to date."
        assert post(forge, f"{MARKER}\niki") == "The comment is up to date."
        assert played.comments[121] == f"{MARKER}\niki"
        assert len(played.comments) == 121
        assert played.comments[120] == f"{MARKER}\nNobody but its author may change this comment."
        assert forge.propose("b", "main", "T", "x") == f"{played.address}/pull/7"


def test_what_the_forge_refuses_is_told_in_its_words(project: Project) -> None:
    with played_forge() as played:
        played.refuses = True
        forge = forge_of(_environment(played.address, project)["github"])
        with pytest.raises(Refused, match=r"answered with 403: .*Resource not accessible by integration"):
            post(forge, "x")
    with pytest.raises(Refused, match="failed: "):
        post(forge, "x")


def test_a_forge_that_never_ends_its_answer_is_not_waited_for(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "SECONDS", 0.5)
    with served(dripping()) as address:
        forge = forge_of(_environment(address, project)["github"])
        with pytest.raises(Refused, match=r"failed: no complete answer came within 0\.5 seconds\."):
            post(forge, "x")


def test_outside_of_a_forge_and_without_a_token_it_says_so() -> None:
    with pytest.raises(Refused, match="neither in GitHub Actions nor in GitLab CI"):
        forge_of({})
    with pytest.raises(Refused, match="GITHUB_TOKEN is not set"):
        forge_of({"GITHUB_REPOSITORY": "a/b"})
