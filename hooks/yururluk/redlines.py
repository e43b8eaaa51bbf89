"""Which two texts a redline on the command line compares, and in which form it is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from jinja2 import Environment, FileSystemLoader
from lxml import html as lxml_html

from yururluk.model import Text, is_version
from yururluk.page_html import with_prefixed_ids
from yururluk.problems import Problem, Refused, in_order, refuse_if_any
from yururluk.redline import Redline, compare
from yururluk.releases import Project, read_project
from yururluk.settings import Settings
from yururluk.site.words import translator
from yururluk.texts import decode

FORMATS = ("html", "json", "text")
DRAFTS = "docs"


@dataclass(frozen=True)
class Wanted:
    """What the command line asks to compare."""

    old: str
    new: str
    document: str | None
    locale: str | None


@dataclass(frozen=True)
class Compared:
    """One document's redline, and what its two sides are called."""

    name: str
    old: str
    new: str
    redline: Redline


def redline(root: Path, settings: Settings, wanted: Wanted, form: str, colour: bool) -> str:
    """The redline in the form asked for. Raises `Refused` when a side cannot be had."""
    locale = wanted.locale or settings.authentic
    if locale not in settings.locales:
        mend = f"the languages are: {', '.join(settings.locales)}."
        raise Refused([Problem("redline", "", 0, f'there is no language "{locale}".', mend)])
    compared = _compared(root, settings, wanted, locale)
    if form == "json":
        return json.dumps([_plain_values(one) for one in compared], ensure_ascii=False, indent=2) + "\n"
    if form == "html":
        return _html(root, compared, locale)
    return "\n".join(f"{_heading(one)}\n\n{_plain(one.redline, colour)}\n" for one in compared)


def _heading(one: Compared) -> str:
    return f"{one.name}: {one.old} → {one.new}"


def _plain_values(one: Compared) -> dict[str, object]:
    return {"document": one.name, "old": one.old, "new": one.new, **one.redline.to_dict()}


def _plain(redline: Redline, colour: bool) -> str:
    """The redline's changed blocks as text: {-deleted-} and {+inserted+}, coloured on a terminal."""
    root = lxml_html.fragment_fromstring(redline.html, create_parent="div")
    for aid in root.xpath("//*[@data-redline-aid]"):
        aid.drop_tree()
    shown = [
        _marked(block, colour)
        for block in root
        if block.get(_MARK) or block.find(f".//*[@{_MARK}]") is not None
    ]
    return "\n\n".join(shown) if shown else "No changes."


_MARK = "data-redline"
_BLOCKS = frozenset({"p", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "blockquote"})


def _marked(element: lxml_html.HtmlElement, colour: bool) -> str:
    inner = element.text or ""
    for child in element:
        inner += _marked(child, colour) + (child.tail or "")
    if element.tag in _BLOCKS:
        inner = " ".join(inner.split()) + "\n"
    kind = element.get(_MARK) if element.tag in {"ins", "del"} else None
    if kind is None or not inner.strip():
        return inner
    opening, closing, style = ("{+", "+}", "green") if kind == "ins" else ("{-", "-}", "red")
    end = "\n" if inner.endswith("\n") else ""
    marked = f"{opening}{inner.rstrip() if end else inner}{closing}"
    return (click.style(marked, fg=style) if colour else marked) + end


def _compared(root: Path, settings: Settings, wanted: Wanted, locale: str) -> list[Compared]:
    project = read_project(root, settings)
    sides = [_side(project, name, locale) for name in (wanted.old, wanted.new)]
    old, new = sides
    if isinstance(old, str) and isinstance(new, str):
        pairs = [(Path(wanted.new).stem, old, new)]
    else:
        names = [wanted.document] if wanted.document else sorted(set(_names(old)) | set(_names(new)))
        pairs = [(name, _text(old, name), _text(new, name)) for name in names]
        for name, before, after in pairs:
            if not before and not after:
                known = ", ".join(sorted(set(_names(old)) | set(_names(new)))) or "none"
                message = f'neither side has a document "{name}" in the language "{locale}".'
                raise Refused([Problem("redline", "", 0, message, f"the documents are: {known}.")])
    return [
        Compared(name, wanted.old, wanted.new, compare(before, after, locale=locale))
        for name, before, after in pairs
    ]


_Side = str | Mapping[str, str]


def _names(side: _Side) -> list[str]:
    return [] if isinstance(side, str) else list(side)


def _text(side: _Side, name: str) -> str:
    return side if isinstance(side, str) else side.get(name, "")


def _side(project: Project, name: str, locale: str) -> _Side:
    """A file's Markdown, or the Markdown of each document of a version or of the drafts."""
    if name == DRAFTS:
        refuse_if_any(in_order(p for p in project.problems if p.path.startswith("docs/")))
        return _sources(project.drafts, locale)
    if is_version(name):
        refuse_if_any(in_order(p for p in project.problems if p.path.startswith(f"releases/{name}/")))
        for release in project.releases:
            if release.version == name:
                return _sources(release.texts, locale)
        known = ", ".join(release.version for release in project.releases) or "none"
        raise Refused(
            [Problem("redline", "", 0, f'there is no release "{name}".', f"the releases are: {known}.")]
        )
    file = Path(name)
    try:
        data = file.read_bytes()
    except OSError as error:
        mend = "name a version such as 1.1, `docs` for the drafts, or a Markdown file."
        raise Refused(
            [Problem("redline", name, 0, f"this cannot be read: {error.strerror}.", mend)]
        ) from None
    source, problem = decode(data, name)
    if source is None:
        raise Refused([problem] if problem else [])
    return source


def _sources(texts: tuple[Text, ...], locale: str) -> dict[str, str]:
    return {text.document: text.source for text in texts if text.locale == locale}


def _html(root: Path, compared: list[Compared], locale: str) -> str:
    """A page that stands alone, laid out as the site's own: no outside file, printable."""
    overrides = root / "overrides"
    environment = Environment(loader=FileSystemLoader(overrides), autoescape=True)
    say = translator(locale)
    several = len(compared) > 1
    documents = []
    for one in compared:
        prefix = f"{one.name}--" if several else ""
        html = with_prefixed_ids(one.redline.html, prefix) if several else one.redline.html
        documents.append({"heading": _heading(one), "redline": one.redline, "html": html, "prefix": prefix})
    return environment.get_template("standalone-redline.html").render(
        documents=documents,
        locale=locale,
        style=(overrides / "assets/site.css").read_text(encoding="utf-8"),
        _=say,
        say=say,
    )
