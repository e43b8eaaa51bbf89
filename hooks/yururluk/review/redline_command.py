"""Which two texts a redline on the command line compares, and in which form it is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader

from yururluk.checks.translations import clause_digests, clause_sources, stale_clauses
from yururluk.core.history import publish_moment
from yururluk.core.i18n import translator
from yururluk.core.messages import Problem, Refused, in_order, msg, quoted, refuse_if_any
from yururluk.core.model import Text, is_version
from yururluk.core.releases import Project, read_project
from yururluk.core.settings import Settings
from yururluk.core.text_file import decode
from yururluk.git import GitFailed, open_repository
from yururluk.redline import Redline, compare_html, to_markdown, to_text
from yururluk.text.markdown import render
from yururluk.text.page_html import with_prefixed_ids

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
    old_source: str
    new_source: str
    redline: Redline


def redline(root: Path, settings: Settings, wanted: Wanted, form: str, language: str, colour: bool) -> str:
    """The redline in the form asked for, which is text; `language` is that of the tool's own words. Raises `Refused`
    when a side cannot be had."""
    locale = locale_of(settings, wanted)
    compared = compared_texts(root, settings, wanted, locale)
    if form == "json":
        return json.dumps([_plain_values(one) for one in compared], ensure_ascii=False, indent=2) + "\n"
    if form == "html":
        return standalone_page(compared, locale)
    if form == "markdown":
        # A single text is given bare, so that it can be rendered back to both sides.
        if len(compared) == 1:
            return to_markdown(compared[0].old_source, compared[0].new_source)
        return "\n".join(f"# {_heading(one)}\n\n{to_markdown(one.old_source, one.new_source)}" for one in compared)
    return "\n".join(f"{_heading(one)}\n\n{_text_of(one.redline, language, colour)}" for one in compared)


def redline_pdf(root: Path, settings: Settings, wanted: Wanted, today: date | None) -> bytes:
    """The redline as a PDF, dated `today` or else by the last commit: the same texts give the same bytes. Raises
    `Refused`."""
    # typst takes 60 ms to load, which every other command would wait for.
    from yururluk.pdf.copies import Pair, comparison_copy, pdf_of

    locale = locale_of(settings, wanted)
    compared = compared_texts(root, settings, wanted, locale)
    if not compared:
        fix = msg("name sides that hold a document in this language.")
        raise Refused([Problem("redline", "", 0, msg("neither side has a document to compare."), fix)])
    pairs = [
        Pair(one.name, Path(one.old).name, Path(one.new).name, one.old_source, one.new_source, one.redline)
        for one in compared
    ]
    moment = publish_moment(today, settings.timezone) if today else _moment(root)
    return pdf_of(comparison_copy(pairs, settings, locale, moment))


def _moment(root: Path) -> datetime:
    """When the last commit was made; the epoch where there is none."""
    try:
        made = int(open_repository(root).line("show", "--no-patch", "--format=%ct", "HEAD"))
    except (Refused, GitFailed):
        made = 0
    return datetime.fromtimestamp(made, UTC)


def locale_of(settings: Settings, wanted: Wanted) -> str:
    """The language to compare in. Raises `Refused` when the project has it not."""
    locale = wanted.locale or settings.authentic
    if locale not in settings.locales:
        fix = msg("the languages are: {known}.", known=", ".join(settings.locales))
        raise Refused([Problem("redline", "", 0, msg('there is no language "{locale}".', locale=locale), fix)])
    return locale


def _text_of(redline: Redline, language: str, colour: bool) -> str:
    """The changes as text; that there are none is said only where the two sides are the same."""
    shown = to_text(redline, color=colour)
    if shown:
        return shown
    if redline.accepted_html() == redline.rejected_html():
        return msg("No changes.").within(language) + "\n"
    return msg("Only the markup differs; see --format html.").within(language) + "\n"


def _heading(one: Compared) -> str:
    return f"{one.name}: {one.old} → {one.new}"


def _plain_values(one: Compared) -> dict[str, object]:
    return {"document": one.name, "old": one.old, "new": one.new, "redline": one.redline.to_dict()}


def compared_texts(root: Path, settings: Settings, wanted: Wanted, locale: str) -> list[Compared]:
    """The redline of each document that is wanted. Raises `Refused` when a side cannot be had."""
    project = read_project(root, settings)
    sides = [_side(project, name, locale) for name in (wanted.old, wanted.new)]
    old, new = sides
    if isinstance(old, str) and isinstance(new, str):
        pairs: list[tuple[str, Text | str, Text | str]] = [(Path(wanted.new).stem, old, new)]
    else:
        names = [wanted.document] if wanted.document else sorted(set(_names(old)) | set(_names(new)))
        pairs = [(name, _text(old, name), _text(new, name)) for name in names]
        for name, before, after in pairs:
            if not before and not after:
                known = ", ".join(sorted(set(_names(old)) | set(_names(new)))) or msg("none")
                message = msg(
                    'neither side has a document "{name}" in the language "{locale}".', name=name, locale=locale
                )
                raise Refused([Problem("redline", "", 0, message, msg("the documents are: {known}.", known=known))])
    return [
        Compared(
            name,
            wanted.old,
            wanted.new,
            _source(before),
            _source(after),
            compare_html(_rendered(before), _rendered(after), locale=locale),
        )
        for name, before, after in pairs
    ]


_Side = str | Mapping[str, Text]


def _names(side: _Side) -> list[str]:
    return [] if isinstance(side, str) else list(side)


def _text(side: _Side, name: str) -> Text | str:
    """A text of a side; a file's Markdown, or none, where it is no text of the project."""
    return side if isinstance(side, str) else side.get(name, "")


def _source(text: Text | str) -> str:
    return text.source if isinstance(text, Text) else text


def _rendered(text: Text | str) -> str:
    return render(text.source, rendering=text.rendering) if isinstance(text, Text) else render(text)


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
        known = ", ".join(release.version for release in project.releases) or msg("none")
        raise Refused(
            [
                Problem(
                    "redline",
                    "",
                    0,
                    msg('there is no release "{version}".', version=name),
                    msg("the releases are: {known}.", known=known),
                )
            ]
        )
    file = Path(name)
    try:
        data = file.read_bytes()
    except OSError as error:
        fix = msg("name a version such as 1.1, `docs` for the drafts, or a Markdown file.")
        raise Refused(
            [Problem("redline", quoted(name), 0, msg("this cannot be read: {reason}.", reason=error.strerror), fix)]
        ) from None
    source, problem = decode(data, name)
    if source is None:
        raise Refused([problem] if problem else [])
    return source


def _sources(texts: tuple[Text, ...], locale: str) -> dict[str, Text]:
    return {text.document: text for text in texts if text.locale == locale}


def stale_clauses_page(text: Text, authentic: Text, states: Sequence[Text], project: Project) -> str:
    """A page for the translator: each clause that is older than the authentic text, beside that text as it was (in
    one of its `states`) and as it is. Empty where no clause is."""
    clauses = []
    for id_, followed in stale_clauses(text, authentic, project).items():
        old = next((clause_sources(one)[id_] for one in states if clause_digests(one).get(id_) == followed), "")
        before, after = render(old), render(clause_sources(authentic)[id_])
        redline = compare_html(before, after, locale=authentic.locale).html
        translation = render(clause_sources(text)[id_])
        clauses.append({"old": before, "redline": redline, "translation": translation})
    if not clauses:
        return ""
    return _page(
        "stale-clauses.html", text.locale, title=text.front_matter.title, clauses=clauses, authentic=authentic.locale
    )


def standalone_page(compared: Sequence[Compared], locale: str) -> str:
    """A page that stands alone, laid out as the site's own: no outside file, printable."""
    several = len(compared) > 1
    documents = []
    for one in compared:
        prefix = f"{one.name}--" if several else ""
        html = with_prefixed_ids(one.redline.html, prefix) if several else one.redline.html
        documents.append({"heading": _heading(one), "redline": one.redline, "html": html, "prefix": prefix})
    return _page("standalone-redline.html", locale, documents=documents)


def _page(template: str, locale: str, **values: object) -> str:
    environment = Environment(loader=PackageLoader("yururluk", "theme"), autoescape=True)
    say = translator(locale)
    return environment.get_template(template).render(
        **values,
        locale=locale,
        style=(files("yururluk") / "theme/assets/yururluk.css").read_text(encoding="utf-8"),
        _=say,
        say=say,
    )
