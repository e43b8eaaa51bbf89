"""What proves a text from outside: the register's form, a kept copy of it, and a single page."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from jsonschema import Draft202012Validator, FormatChecker
from lxml import html as lxml_html

from tests.conftest import EXAMPLE, Project, Told, run
from tests.helpers import builders
from tests.helpers.tsa import Authority
from yururluk.core.messages import Refused
from yururluk.core.register import Register, entry_digest, loads, publication_entry
from yururluk.core.schemas import NAMES, schema
from yururluk.site.page_data import form_of, words_of
from yururluk.verify.expected import wanted_aliases

TODAY = ("--today", "2026-11-23")
POLICY = "1.1/gizlilik-politikasi/index.html"
_FIX = (
    "\n  Fix: take the page again from the company's site, or check the whole site: yururluk verify URL. "
    "As it is, this copy proves nothing.\n"
)


def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema(name)), format_checker=FormatChecker())


def _register(site: Path) -> Any:
    return json.loads((site / "register.json").read_bytes())


# The form of the register


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(schema(name)))


def test_a_real_register_is_of_the_published_form(site: Path) -> None:
    """One as published, and one with a withdrawal."""
    validator = _validator("register")
    assert not list(validator.iter_errors(_register(site)))
    withdrawn = {
        "version": "1.0",
        "published": "2026-11-24T10:00:00+03:00",
        "withdrawn": {"on": "2026-11-24", "reason": "Yanlış metin."},
    }
    longer = loads((site / "register.json").read_bytes()).appended(withdrawn)
    assert not list(validator.iter_errors(json.loads(longer.dumps())))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(format=2),
        lambda content: content.update(more=1),
        lambda content: content["entries"][1].pop("summary"),
        lambda content: content["entries"][1].update(more=1),
        lambda content: content["entries"][1].update(version="../x"),
        lambda content: content["entries"][1].update(published="2026-11-22"),
        lambda content: content["entries"][1].update(effective="2026-02-30"),
        lambda content: content["entries"][1].update(material="true"),
        lambda content: content["entries"][1].update(previous="x"),
        lambda content: content["entries"][1]["documents"][0].update(sha256="0"),
        lambda content: content["entries"][1].update(withdrawn={"on": "2026-11-24", "reason": "x"}),
    ],
)
def test_what_the_program_refuses_the_schema_refuses(site: Path, change: Callable[[Any], object]) -> None:
    content = _register(site)
    change(content)
    assert list(_validator("register").iter_errors(content))
    with pytest.raises(Refused):
        loads(json.dumps(content).encode())


def test_each_digest_is_that_of_the_canonical_bytes(site: Path) -> None:
    """RFC 8785, whatever the order and the spaces of the file are."""
    entries = _register(site)["entries"]
    previous = None
    for entry in entries:
        assert entry["previous"] == previous
        shuffled = json.loads(json.dumps(dict(reversed(entry.items())), indent=7))
        previous = hashlib.sha256(rfc8785.dumps(shuffled)).hexdigest()
        assert previous == entry_digest(entry)


def test_what_verify_prints_for_programs_is_of_its_published_form(
    stamped: Project, tsa: Authority, tmp_path: Path
) -> None:
    validator = _validator("verify")
    site = stamped.root / "site"
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site/index.html").unlink()
    page = ("verify", "--page", str(site / POLICY), "--register", str(site / "register.json"), "--json")
    wrong = ("verify", "--page", str(site / "index.html"), "--register", str(site / "register.json"), "--json")
    for command, code in (
        (("verify", *TODAY, "--json", "--tsa-ca", str(tsa.ca)), 0),
        (("verify", str(tmp_path / "site"), *TODAY, "--json"), 1),
        (page, 0),
        (wrong, 1),
    ):
        told = stamped.run(*command)
        assert (told.code, told.err) == (code, "")
        answer = json.loads(told.out)
        assert not list(validator.iter_errors(answer))
        assert answer["ok"] is (code == 0)
        assert list(validator.iter_errors({**answer, "more": 1}))


@pytest.mark.slow
def test_verify_takes_no_longer_for_each_release_where_there_are_many() -> None:
    """What each release is on a day was worked out again for each of them: a minute at two thousand."""
    register = Register()
    for number in range(2000):
        entry = publication_entry(
            f"{number}.0",
            builders.moment(number),
            builders.day(number),
            material=True,
            summary={"tr": "Ö.", "en": "S."},
            documents=[],
        )
        register = register.appended(entry)
    begun = time.process_time()
    assert wanted_aliases(register, builders.SETTINGS, builders.day(1000)) == {"yururlukte": "1000.0", "son": "1000.0"}
    assert time.process_time() - begun < 3


# A kept register


@pytest.fixture
def kept(site: Path, tmp_path: Path) -> Path:
    """A copy of the register, kept elsewhere."""
    return Path(shutil.copy(site / "register.json", tmp_path / "kept.json"))


@pytest.fixture
def copy(published: Project, tmp_path: Path) -> Project:
    """The published project, of the test's own."""
    shutil.copytree(published.root, tmp_path / "project", ignore=shutil.ignore_patterns("site"))
    return Project(tmp_path / "project")


def _forge(project: Project, change: Callable[[list[Any]], object]) -> None:
    """Rewrite the pages branch: its register changed, its chain whole again, its past gone."""
    content = json.loads(project.page("register.json"))
    change(content["entries"])
    previous = None
    for entry in content["entries"]:
        entry["previous"] = previous
        previous = entry_digest(entry)
    project.write("forged.json", json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    blob = project.git("hash-object", "-w", "forged.json")
    (project.root / "forged.json").unlink()
    files = [line for line in project.git("ls-tree", "gh-pages").splitlines() if not line.endswith("\tregister.json")]
    listing = "\n".join([*files, f"100644 blob {blob}\tregister.json", ""])
    project.write("tree.txt", listing)
    tree = project.git("-c", "alias.mk=!git mktree < tree.txt", "mk")
    (project.root / "tree.txt").unlink()
    project.git("update-ref", "refs/heads/gh-pages", project.git("commit-tree", tree, "-m", "Forged"))


def _history(project: Project, kept: Path) -> list[str]:
    told = project.run("verify", *TODAY, "--against", str(kept), "--json")
    assert told.code == 1
    return [problem["message"] for problem in json.loads(told.out)["problems"] if problem["rule"] == "history"]


def _sha(kept: Path, number: int) -> str:
    return entry_digest(json.loads(kept.read_text())["entries"][number - 1])


@pytest.mark.slow
def test_a_register_that_goes_on_from_the_kept_one_is_fine(copy: Project, kept: Path) -> None:
    """The same, and one that was kept earlier."""
    for keep in (3, 2, 1):
        content = json.loads(kept.read_text())
        content["entries"] = content["entries"][:keep]
        kept.write_text(json.dumps(content))
        told = copy.run("verify", *TODAY, "--against", str(kept))
        assert told.code == 0, told.out
        assert f"It goes on from {kept}: nothing in it was rewritten or dropped.\n" in told.out


def test_a_branch_that_was_cut_short_is_found(copy: Project, kept: Path) -> None:
    _forge(copy, lambda entries: entries.pop())
    assert _history(copy, kept) == [
        (
            f"the history was cut short: entry 3 of {kept} is missing here: the publication of release 2.0 at "
            f"2026-11-22T00:00:00+03:00 (sha256 {_sha(kept, 3)})."
        )
    ]


@pytest.mark.parametrize(
    ("change", "number", "version"),
    [
        (lambda entries: entries[0].update(effective="2026-11-21"), 1, "1.0"),
        (lambda entries: entries[1]["summary"].update(tr="Hiçbir şey değişmedi."), 2, "1.1"),
        (lambda entries: entries[2].update(published="2026-11-22T12:00:00+03:00"), 3, "2.0"),
        (lambda entries: entries.pop(0), 1, "1.0"),
        (lambda entries: entries.insert(2, {**entries[1], "version": "1.2"}), 3, "2.0"),
        (lambda entries: entries.reverse(), 1, "1.0"),
    ],
)
def test_a_branch_that_was_rewritten_is_found(
    copy: Project, kept: Path, change: Callable[[list[Any]], object], number: int, version: str
) -> None:
    _forge(copy, change)
    assert _history(copy, kept) == [
        (
            f"the history was rewritten: entry {number} is not the one in {kept}, which is the publication of release "
            f"{version} at 2026-11-22T00:00:00+03:00 (sha256 {_sha(kept, number)}). "
            "It and all after it were made again."
        )
    ]


def test_a_branch_set_back_to_an_earlier_publish_is_found(copy: Project, kept: Path) -> None:
    """A true earlier state, whole in itself: only what somebody kept tells that there was more."""
    content = json.loads(kept.read_text())
    later = {
        "version": "1.0",
        "published": "2026-11-23T10:00:00+03:00",
        "withdrawn": {"on": "2026-11-23", "reason": "Yanlış metin."},
    }
    kept.write_bytes(loads(json.dumps(content).encode()).appended(later).dumps())
    assert copy.run("verify", *TODAY).code == 0
    [told] = _history(copy, kept)
    assert told.startswith(
        f"the history was cut short: entry 4 of {kept} is missing here: the withdrawal of release 1.0 "
    )


def test_a_kept_register_that_is_none_is_told(copy: Project, kept: Path) -> None:
    kept.write_text("{}")
    told = copy.run("verify", *TODAY, "--against", str(kept))
    assert (told.code, told.out) == (1, "")
    assert told.err.startswith(f"{kept}: the register cannot be relied on: ")


def test_an_entry_of_a_day_that_has_not_come_is_told(copy: Project) -> None:
    told = copy.run("verify", "--today", "2026-11-21")
    assert told.code == 1
    assert "gh-pages/register.json: entry 1 (release 1.0) is dated 2026-11-23, after 2026-11-21.\n" in told.out


# A single page


@pytest.fixture
def page(site: Path, tmp_path: Path) -> Path:
    """A copy of one page and of the register, in an empty folder."""
    shutil.copy(site / "register.json", tmp_path)
    return Path(shutil.copy(site / POLICY, tmp_path / "sayfa.html"))


def _proved(page: Path) -> Told:
    return run(page.parent, "verify", "--page", "sayfa.html", "--register", "register.json")


def test_a_page_and_the_register_prove_the_text(page: Path) -> None:
    """Outside a project and a repository."""
    content = json.loads((page.parent / "register.json").read_text())
    sha256 = next(
        d["sha256"]
        for d in content["entries"][1]["documents"]
        if (d["id"], d["locale"]) == ("gizlilik-politikasi", "tr")
    )
    assert _proved(page) == Told(
        0,
        'This page shows, word for word, "Gizlilik Politikası" (tr) of release 1.1:\n'
        f"published 2026-11-22T00:00:00+03:00, effective 2026-11-23, sha256 {sha256}.\n"
        "Proved are the title, the words of the text, both dates and the digest; nothing else on the page is.\n"
        f"The register that says so ends with sha256 {entry_digest(content['entries'][-1])}: "
        "see that the company's is the same.\n",
        "",
    )


def test_a_page_made_before_proves_its_text_still(page: Path) -> None:
    """Its notes, its links to the clauses, its menu and its facts were written otherwise."""
    made = page.read_text(encoding="utf-8")
    number = re.compile(r'<h2 id="([a-z-]+)"><a href="#\1" class="number">([0-9]+\.)</a> (.*?)</h2>')
    before = r'<h2 id="\1"><span class="number">\2</span> \3 <a class="anchor" href="#\1" aria-label="\3">#</a></h2>'
    made, headings = number.subn(before, made)
    note = re.compile(r'<p data-lineage="">(.*?)</p>')
    made, notes = note.subn(r'<p class="lineage" data-lineage=""><span>\1</span></p>', made)
    assert headings == notes == 10
    form = re.search(r'(?s)<data class="frozen" hidden value="(.*?)">', made)
    assert form
    frozen = (EXAMPLE / "releases/1.1/tr/gizlilik-politikasi.md").read_text(encoding="utf-8")
    (box,) = (div for div in lxml_html.fromstring(made).iter("div") if div.get("class") == "text")
    page.write_text(made.replace(form[1], escape(form_of(frozen, words_of(box)))), encoding="utf-8")
    assert _proved(page).code == 0
    page.write_text(made.replace("taahhüt etmektedir", "taahhüt etmemektedir"), encoding="utf-8")
    assert _proved(page).code == 1


def test_every_page_of_a_text_proves_itself(site: Path, tmp_path: Path) -> None:
    pages = [
        *site.glob("[0-9]*/*-*/index.html"),
        *site.glob("[0-9]*/en/*-*/index.html"),
        *site.glob("yururlukte/*-*/index.html"),
    ]
    proved = [
        page
        for page in pages
        if run(tmp_path, "verify", "--page", str(page), "--register", str(site / "register.json")).code == 0
    ]
    assert [page.relative_to(site).as_posix() for page in pages if page not in proved] == [
        "1.0/en/gizlilik-politikasi/index.html"  # where there is no translation
    ]
    assert len(proved) == 11


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("taahhüt etmektedir", "taahhüt etmemektedir", "the register has no text of release 1.1 in the language "),
        ('<h2 id="', '<h2 hidden id="', "the text on this page is not the text that was published."),
        ('data-version="1.1"', 'data-version="2.0"', "the register has no text of release 2.0 in the language "),
        (
            'data-version="1.1"',
            'data-version="9.9"',
            'the register has no release "9.9", which this page says it is of.',
        ),
        ('<html lang="tr"', '<html lang="en"', "the register has no text of release 1.1 in the language "),
        ('class="frozen"', 'class="other"', "this is not the page of one published text: "),
        ("22 Kasım 2026</time>", "21 Kasım 2026</time>", "the day of publication on this page is 2026-11-22 "),
        (
            "</head>",
            "<style>h2 {display: none}</style></head>",
            "this page holds something that could hide or change its text: <style>.\n",
        ),
        (
            '<div class="text">',
            '<div class="text" hidden>',
            "this page holds something that could hide or change its text: <div hidden>.\n",
        ),
    ],
)
def test_a_page_that_was_changed_proves_nothing(page: Path, old: str, new: str, message: str) -> None:
    content = page.read_text(encoding="utf-8")
    assert old in content
    page.write_text(content.replace(old, new), encoding="utf-8")
    told = _proved(page)
    assert (told.code, told.err) == (1, "")
    assert told.out.startswith(f"sayfa.html: {message}"), told.out
    assert told.out.endswith(_FIX)


def test_a_link_that_leads_elsewhere_is_found(page: Path) -> None:
    """The words stay as they were; what a click does would not."""
    content = page.read_text(encoding="utf-8")
    box = content.index('<div class="text">')
    link = content.index("<h2", box)
    page.write_text(content[:link] + '<a href="https://example.org/"></a>' + content[link:], encoding="utf-8")
    assert _proved(page).out.startswith("sayfa.html: the text on this page is not the text that was published.\n")


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"<p>", bytes(range(256)), b"<html lang='tr'>" + b"<b>" * 5000])
def test_what_is_no_page_proves_nothing(page: Path, data: bytes) -> None:
    page.write_bytes(data)
    told = _proved(page)
    assert (told.code, told.err) == (1, "")
    assert told.out.startswith("sayfa.html: this is ")


def test_page_and_register_belong_together(page: Path) -> None:
    assert run(page.parent, "verify", "--page", "sayfa.html").code == 2
    assert run(page.parent, "verify", "--register", "register.json").code == 2
    assert run(page.parent, "verify", ".", "--page", "sayfa.html", "--register", "register.json").code == 2
