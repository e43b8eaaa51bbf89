"""Whether what is published is what the register says, and what the releases hold."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urljoin

from lxml import etree
from lxml import html as lxml_html

from yururluk.known import published_commit
from yururluk.markdown import render
from yururluk.model import Release, Text
from yururluk.page_html import without_notes
from yururluk.problems import Problem, Refused, in_order
from yururluk.register import REGISTER_FILE, Register, loads
from yururluk.releases import read_releases
from yururluk.settings import Settings
from yururluk.vcs import open_repository

_SECONDS = 30
# The class of the element that holds, on a text page, the frozen text and nothing else but anchors and notes.
TEXT_CLASS = "text"

Reader = Callable[[str], bytes | None]


@dataclass(frozen=True)
class VerifyReport:
    """What was looked at, and where it is not as recorded."""

    releases: int
    texts: int
    problems: tuple[Problem, ...]


def verify(root: Path, settings: Settings, place: str | None) -> VerifyReport:
    """Hold the pages at `place` (a folder, a web address, or None for the pages branch) against the register
    there, and the register against releases/. Raises `Refused` when there is no register to be had."""
    read, name = _reader(root, settings, place)
    data = read(REGISTER_FILE)
    if data is None:
        mend = "name the folder or the address of a published site."
        raise Refused([Problem("verify", name, 0, f"there is no {REGISTER_FILE} here.", mend)])
    register = loads(data, f"{name}/{REGISTER_FILE}")
    releases, problems = read_releases(root, settings)
    problems += _against_releases(register, releases)
    problems += _against_pages(register, releases, settings, read, name)
    texts = sum(len(entry.documents) for entry in register.publications)
    return VerifyReport(len(register.publications), texts, tuple(in_order(problems)))


def _reader(root: Path, settings: Settings, place: str | None) -> tuple[Reader, str]:
    if place is None:
        repository = open_repository(root)
        commit = published_commit(repository, settings)
        return (lambda path: repository.read(commit, path)), settings.branch
    if place.startswith(("https://", "http://")):
        return (lambda path: _fetch(urljoin(place.rstrip("/") + "/", path))), place.rstrip("/")
    folder = Path(place)
    if not folder.is_dir():
        mend = "name an exported folder, a web address, or nothing for the pages branch."
        raise Refused([Problem("verify", place, 0, "there is no such folder.", mend)])
    return (lambda path: _file(folder / path)), str(folder)


def _file(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _fetch(url: str) -> bytes | None:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - http(s) only, see _reader
            data: bytes = answer.read()
            return data
    except urllib.error.HTTPError as error:
        if error.code in {404, 410}:
            return None
        raise Refused(
            [Problem("verify", url, 0, f"the server answers {error.code}.", "try again later.")]
        ) from None
    except (urllib.error.URLError, OSError) as error:
        mend = "look at the address and at the network, then try again."
        raise Refused([Problem("verify", url, 0, f"it cannot be reached: {error}.", mend)]) from None


def _against_releases(register: Register, releases: tuple[Release, ...]) -> list[Problem]:
    by_version = {release.version: release for release in releases}
    problems = []
    for entry in register.publications:
        release = by_version.get(entry.version)
        present = {text.name: text.sha256 for text in release.texts} if release else {}
        for document in entry.documents:
            name = f"{document.locale}/{document.id}.md"
            if present.get(name) != document.sha256:
                what = "is not the text that was published" if name in present else "is missing"
                mend = f"restore it from git: git checkout <commit> -- releases/{entry.version}."
                problems.append(
                    Problem("verify", f"releases/{entry.version}/{name}", 0, f"this file {what}.", mend)
                )
    return problems


def _against_pages(
    register: Register, releases: tuple[Release, ...], settings: Settings, read: Reader, name: str
) -> list[Problem]:
    """Each text of the register must have its page, which states its digest and carries its words;
    versions.json must agree."""
    texts = {
        (release.version, text.document, text.locale): text for release in releases for text in release.texts
    }
    mend = "publish again: yururluk publish --rebuild."
    problems = []
    listed = read("versions.json")
    try:
        versions = {item["version"]: item.get("properties", {}) for item in json.loads(listed or b"[]")}
    except (ValueError, TypeError, KeyError):
        versions = {}
    for entry in register.publications:
        digests = versions.get(entry.version, {}).get("digests", {})
        for document in entry.documents:
            language = "" if document.locale == settings.authentic else f"{document.locale}/"
            page = f"{entry.version}/{language}{document.id}/index.html"
            html = read(page)
            place = f"{name}/{page}"
            if html is None:
                problems.append(
                    Problem("verify", place, 0, "this page of a published text is missing.", mend)
                )
            elif document.sha256.encode() not in html:
                message = "this page does not state the digest that the register has for its text."
                problems.append(Problem("verify", place, 0, message, mend))
            elif (text := texts.get((entry.version, document.id, document.locale))) and not _carries(
                html, text
            ):
                message = "the text on this page is not the text that was published."
                problems.append(Problem("verify", place, 0, message, mend))
            if digests.get(f"{document.locale}/{document.id}.md") != f"sha256:{document.sha256}":
                message = (
                    f"the digest of {document.locale}/{document.id} in {entry.version} is not the register's."
                )
                problems.append(Problem("verify", f"{name}/versions.json", 0, message, mend))
    return problems


def _carries(page: bytes, text: Text) -> bool:
    """Whether the part of the page that holds the text reads word for word as the frozen text does."""
    shown = lxml_html.fromstring(page.decode("utf-8")).find(f".//div[@class='{TEXT_CLASS}']")
    if shown is None:
        return False
    for anchor in [link for link in shown.iter("a") if link.get("class") == "anchor"]:
        cast(lxml_html.HtmlElement, anchor).drop_tree()
    without_notes(cast(lxml_html.HtmlElement, shown))
    frozen = lxml_html.fragment_fromstring(render(text.source, locale=text.locale), create_parent="div")
    return _words(shown) == _words(frozen)


def _words(element: etree._Element) -> list[str]:
    return "\n".join(str(part) for part in element.itertext()).split()
