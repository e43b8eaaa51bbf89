"""The two kinds of copies to keep on paper: a text, and what changed in it, with the facts around them.

A copy is given out once and kept for years. So it says nothing that a later day makes wrong: not "in force", but
version, dates, digest, and the address where the state of any day can be looked up."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from yururluk.core.history import History, Published
from yururluk.core.i18n import language_name, long_date, translator
from yururluk.core.messages import Problem, Refused, missing_extra, msg
from yururluk.core.model import Text, Translation
from yururluk.core.settings import Settings
from yururluk.pdf.layout import Block, Reader, Say, par, visible
from yururluk.redline import Redline, compare_texts
from yururluk.redline.changes import ClauseSummary
from yururluk.site.urls import Urls
from yururluk.text.markdown import RenderError, rendering

try:
    import typst
except ModuleNotFoundError:
    raise missing_extra("pdf") from None

Rows = list[tuple[str, list[Block]]]
_LINE: Block = {"t": "line"}
_LONGEST_TITLE = 90  # characters of a title in the footer


@dataclass(frozen=True)
class Pair:
    """Two texts to compare for a single file: what the document and its two sides are called, and their Markdown."""

    name: str
    old: str
    new: str
    old_source: str
    new_source: str
    redline: Redline


def release_copies(history: History, settings: Settings, published: Published) -> dict[str, bytes]:
    """The PDFs of a release by path: each text, and what changed in it. Raises `Refused` where one cannot be made."""
    urls = Urls(settings)
    made: dict[str, bytes] = {}
    for text in sorted(published.release.texts, key=lambda text: text.name):
        place = (published.version, text.document, text.locale)
        facts = history.facts[place]
        for changes in (False, True) if facts.changed and facts.before else (False,):
            copy = release_copy(history, settings, published, text, changes=changes)
            made[urls.pdf(*place, redline=changes)] = pdf_of(copy, text.path)
    return made


def pdf_of(copy: Copy, path: str = "") -> bytes:
    """The PDF of a copy. Raises `Refused` that names `path` where it cannot be made."""
    try:
        return typeset(copy)
    except TypesettingError as error:
        raise _refused(path, str(error)) from error


def _refused(path: str, why: str) -> Refused:
    message = msg("no PDF can be made of this text: {why}", why=why)
    fix = msg("simplify the passage; or publish without PDFs: `pdf: false` for the yururluk plugin in mkdocs.yml.")
    return Refused([Problem("pdf", path, 0, message, fix)])


def release_copy(history: History, settings: Settings, published: Published, text: Text, *, changes: bool) -> Copy:
    """The copy of a text of a release, or of its `changes` against the release that last changed it before.

    Raises `Refused` where the text cannot be rendered.
    """
    say, urls, locale = translator(text.locale), Urls(settings), text.locale
    place = (published.version, text.document, locale)
    facts = history.facts[place]
    page = address = urls.absolute(urls.text(*place))
    title = _one_line(text.front_matter.title)
    name = say("Release {version}")
    version = name.format(version=published.version)
    summary: list[Block] = []
    try:
        if changes:
            before = history.facts[facts.before or "", text.document, locale]
            redline = compare_texts(before.text, text)
            html, summary = redline.html, [*_summary(redline, say), _LINE]
            address = urls.absolute(urls.redline(*place))
            title = say("Changes: {title}").format(title=title)
            first = [
                (say("Old text"), [{"s": name.format(version=before.version)}]),
                (say("New text"), [{"s": version}]),
            ]
            kind = say("Material change") if published.release.material else say("Editorial change")
            words = visible(published.release.summary.get(locale, ""))
            last = [(say("Kind"), [{"s": kind}]), *([(say("Summary"), [{"s": words}])] if words else [])]
            digests = [
                (say("Digest, old text"), _digest(before.text.sha256)),
                (say("Digest, new text"), _digest(text.sha256)),
            ]
            version = f"{before.version} → {published.version}"
            keywords = [before.version, published.version]
        else:
            html = rendering(text.source, text.rendering)
            first, last = [(say("Version"), [{"s": published.version}])], []
            digests = [(say("Digest"), _digest(text.sha256))]
            keywords = [published.version]
    except RenderError as error:
        raise _refused(text.path, str(error)) from error
    dates = {"published": long_date(published.published_on, locale), "effective": long_date(facts.effective, locale)}
    days = say("Published on {published}, effective {effective}.").format(**dates)
    rows = [
        *first,
        (say("Published"), [{"s": dates["published"]}]),
        (say("Effective date"), [{"s": dates["effective"]}]),
        (say("Authentic text"), _authentic(settings, published, text, say)),
        *last,
        (say("Address"), _link(address)),
        *digests,
    ]
    words = say("This copy does not change after its publication. The text in force today is at this address:")
    where = _link(urls.absolute(urls.text("", text.document, locale)))
    return Copy(
        title=title,
        publisher=visible(settings.publisher),
        description=f"{title}, {version}. {days}",
        locale=locale,
        keywords=(text.document, *keywords, f"sha256:{text.sha256}"),
        moment=published.moment,
        footer=(f"{_short(title)} · {version} · {days}", address, f"SHA-256 {text.sha256}"),
        head=[_facts(rows), {"t": "note", "body": [{"s": words + " "}, *where]}, _LINE, *summary],
        body=Reader(page, say).read(html),
        unprintable=_unprintable(say),
    )


def comparison_copy(pairs: Sequence[Pair], settings: Settings, locale: str, moment: datetime) -> Copy:
    """The copy of any comparison, of one document or of several one behind the other."""
    say, urls = translator(locale), Urls(settings)
    several = len(pairs) > 1
    titles = [_one_line(f"{pair.name}: {pair.old} → {pair.new}") for pair in pairs]
    named = _one_line(f"{pairs[0].old} → {pairs[0].new}") if several else titles[0]
    title = say("Changes: {title}").format(title=named)
    body: list[Block] = []
    for pair, heading in zip(pairs, titles, strict=True):
        if several:
            body += [*([{"t": "page"}] if body else []), _heading(heading, 1)]
        rows: Rows = [
            (say("Old text"), [{"s": visible(pair.old)}]),
            (say("New text"), [{"s": visible(pair.new)}]),
            (say("Digest, old text"), _digest(hashlib.sha256(pair.old_source.encode()).hexdigest())),
            (say("Digest, new text"), _digest(hashlib.sha256(pair.new_source.encode()).hexdigest())),
        ]
        top = 2 if several else 1
        reader = Reader(
            urls.absolute(urls.page(locale, pair.name)), say, top=top, prefix=f"{pair.name}--" if several else ""
        )
        body += [_facts(rows), *_summary(pair.redline, say, top), _LINE, *reader.read(pair.redline.html)]
    return Copy(
        title=title,
        publisher=visible(settings.publisher),
        description=title,
        locale=locale,
        keywords=tuple(pair.name for pair in pairs),
        moment=moment,
        footer=(_short(title),),
        head=[],
        body=body,
        unprintable=_unprintable(say),
    )


def _unprintable(say: Say) -> str:
    return say("Characters that the typeface of this copy lacks are shown by their Unicode numbers, as [U+….].")


def _summary(redline: Redline, say: Say, level: int = 1) -> list[Block]:
    """The summary under a heading of its own, then the key to the marks."""
    summary = redline.summary
    out = [_heading(say("Summary of the changes"), level)]
    if summary.empty:
        return [*out, par([{"s": say("The two texts read the same.")}])]
    words = say("Words added: {added}; words removed: {removed}.")
    out.append(par([{"s": words.format(added=summary.words_added, removed=summary.words_removed)}]))
    if summary.matters:
        kinds = _kinds(say)
        items = [
            [
                {"s": f"{kinds.get(matter.kind, matter.kind)}: ", "f": ["b"]},
                _sample(matter.old, "del"),
                {"s": " → "},
                _sample(matter.new, "ins"),
                {"s": f" ({visible(clause.title) or say('Beginning of the text')})", "f": ["address"]},
            ]
            for clause, matter in summary.matters
        ]
        out += [_heading(say("Changes that matter first"), level + 1), _list(items)]
    clauses = [_clause_row(one, say) for one in summary.clauses]
    out += [_heading(say("Clause by clause"), level + 1), _list(clauses)]
    key = [
        (_sample(say("inserted"), "ins"), say("underlined")),
        (_sample(say("deleted"), "del"), say("struck through")),
        ({"s": say("moved passage")}, say("broken line in the margin, at both places: moved, split or joined")),
        (_sample(say("form"), "ins-form"), say("dotted: only form, link or punctuation differs")),
    ]
    rows = [[sample, {"s": f": {meaning}"}] for sample, meaning in key]
    return [*out, _heading(say("How to read the marks"), level + 1), _list(rows)]


def _clause_row(one: ClauseSummary, say: Say) -> list[Block]:
    happened = _happened(say)
    words = ", ".join(happened.get(what, what) for what in one.what)
    if one.words_added or one.words_removed:
        words += f" (+{one.words_added} −{one.words_removed})"
    name = visible(one.clause.title) or say("Beginning of the text")
    return [{"s": name}, {"s": f": {words.strip()}", "f": ["address"]}]


def _kinds(say: Say) -> dict[str, str]:
    return {
        "negation": say("Negation"),
        "modal": say("Obligation or permission"),
        "condition": say("Condition or limit"),
        "amount": say("Amount"),
        "percentage": say("Percentage"),
        "duration": say("Duration"),
        "date": say("Date"),
        "party": say("Party"),
        "reference": say("Reference"),
        "number": say("Number"),
    }


def _happened(say: Say) -> dict[str, str]:
    return {
        "added": say("added"),
        "removed": say("removed"),
        "changed": say("changed"),
        "moved": say("moved"),
        "renumbered": say("renumbered"),
        "headed": say("heading added"),
        "unheaded": say("heading removed"),
        "link": say("link target"),
        "formatting": say("formatting"),
        "typographic": say("punctuation"),
    }


def _authentic(settings: Settings, published: Published, text: Text, say: Say) -> list[Block]:
    """Which text prevails; of a translation also its address."""
    if text.locale == settings.authentic:
        return [{"s": say("This text ({language})").format(language=language_name(text.locale, text.locale))}]
    prevails = say("This translation is for information only; the {language} text prevails.")
    words = prevails.format(language=language_name(settings.authentic, text.locale)) + " "
    if text.front_matter.translation is Translation.PARTIAL:
        words += say("Not every clause has been translated.") + " "
    urls = Urls(settings)
    return [{"s": words}, *_link(urls.absolute(urls.text(published.version, text.document, settings.authentic)))]


def _sample(words: str, mark: str) -> Block:
    return {"s": visible(words), "m": mark} if words else {"s": "–"}


def _heading(words: str, level: int) -> Block:
    return {"t": "heading", "level": level, "number": "", "body": [{"s": words}], "name": ""}


def _list(rows: list[list[Block]]) -> Block:
    items = [{"marker": "", "mark": "", "body": [par(row)]} for row in rows]
    return {"t": "list", "ordered": False, "tight": True, "items": items}


def _facts(rows: Rows) -> Block:
    return {"t": "facts", "items": [{"label": label, "value": value} for label, value in rows]}


def _link(address: str) -> list[Block]:
    return [{"url": address, "runs": [{"s": address}]}]


def _digest(sha256: str) -> list[Block]:
    """A digest in two pieces, between which the line may break."""
    return [{"s": "SHA-256 "}, {"s": sha256[:32], "f": ["code"]}, {"wbr": True}, {"s": sha256[32:], "f": ["code"]}]


def _one_line(title: str) -> str:
    return " ".join(visible(title).split())


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE].rstrip() + "…"


# How typst sets them

#: ISO 19005-2 level A (to be kept, and with its structure) and ISO 14289-1 (to be read aloud).
_STANDARDS: tuple[typst.PDFStandard, ...] = ("a-2a", "ua-1")
_TEMPLATE = Path(__file__).with_name("template.typ")
_TRIES = 8
_MISSING = re.compile(r'the text `("(?:[^"\\]|\\.)*")` could not be displayed')
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))", re.DOTALL)
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class Copy:
    """What one PDF says. `head` and `body` are blocks for the template; `moment` is the date of the file itself;
    `unprintable` the sentence to print where characters had to be replaced."""

    title: str
    publisher: str
    description: str
    locale: str
    keywords: tuple[str, ...]
    moment: datetime
    footer: tuple[str, ...]
    head: Sequence[dict[str, Any]] = field(repr=False)
    body: Sequence[dict[str, Any]] = field(repr=False)
    unprintable: str = ""


class TypesettingError(RuntimeError):
    """A copy that could not be set. The message is typst's own; the caller adds which text it was."""


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, ignore_system_fonts=True)


def typeset(copy: Copy) -> bytes:
    """The PDF. Raises TypesettingError."""
    language = copy.locale.replace("_", "-").partition("-")[0]
    plain = {
        "title": copy.title,
        "publisher": copy.publisher,
        "description": copy.description,
        "lang": language if _LANGUAGE.fullmatch(language) else "und",
        "keywords": copy.keywords,
        "footer": copy.footer,
        "head": list(copy.head),
        "body": copy.body,
    }
    missing: set[str] = set()
    for _ in range(_TRIES):
        printable = _printable(plain, missing, copy.unprintable) if missing else plain
        try:
            made = _compiler().compile(
                format="pdf",
                sys_inputs={"copy": json.dumps(printable, ensure_ascii=False)},
                pdf_standards=list(_STANDARDS),
                timestamp=int(copy.moment.timestamp()),
            )
        except typst.TypstError as error:
            found = _missing(error.diagnostic or error.message)
            if not found - missing:
                raise TypesettingError(error.message) from error
            missing |= found
        else:
            return cast(bytes, made)
    raise TypesettingError("the fonts lack too many of its characters")


def _missing(message: str) -> set[str]:
    """The characters that typst names as having no shape, out of its message."""
    quoted = "".join(one[1:-1] for one in _MISSING.findall(message))
    return set(_ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], quoted))


def _printable(plain: dict[str, Any], missing: set[str], sentence: str) -> dict[str, Any]:
    """The copy with the missing characters replaced, and with a sentence that says so."""
    replaced: dict[str, Any] = _translated(plain, {ord(c): f"[U+{ord(c):04X}]" for c in missing})
    replaced["head"].append({"t": "note", "body": [{"s": sentence}]})
    return replaced


def _translated(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, list | tuple):
        return [_translated(one, table) for one in value]
    if isinstance(value, dict):
        kept = ("t", "name", "to", "url", "f", "m", "lang")
        return {key: one if key in kept else _translated(one, table) for key, one in value.items()}
    return value
