"""The two kinds of copies to keep on paper: a text, and what changed in it, with the facts around them.

A copy is given out once and kept for years. So it says nothing that a later day makes wrong: not "in force", but
version, dates, digest, and the address where the state of any day can be looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from yururluk.core.history import History, Published
from yururluk.core.i18n import language_name, long_date, translator
from yururluk.core.messages import msg
from yururluk.core.model import Text, Translation
from yururluk.core.problems import Problem, Refused
from yururluk.core.settings import Settings
from yururluk.pdf.layout import Reader
from yururluk.pdf.runs import visible
from yururluk.pdf.typesetting import Copy, TypesettingError, typeset_all
from yururluk.redline import Redline, compare_texts
from yururluk.redline.changes import ClauseSummary
from yururluk.redline.reading import Clause
from yururluk.site.urls import Urls
from yururluk.text.markdown import RenderError, rendering

Block = dict[str, Any]
Words = Callable[[str], str]

_NOTHING = "–"
_LONGEST_TITLE = 90  # characters of a title in the footer


def summary_blocks(redline: Redline, say: Words, level: int = 1) -> list[Block]:
    """The summary under a heading of its own, then the key to the marks."""
    summary = redline.summary
    out: list[Block] = [_heading(say("Summary of the changes"), level)]
    if summary.empty:
        return [*out, _par(say("The two texts read the same."))]
    words = say("Words added: {added}; words removed: {removed}.")
    out.append(_par(words.format(added=summary.words_added, removed=summary.words_removed)))
    if summary.matters:
        out.append(_heading(say("Changes that matter first"), level + 1))
        kinds = _kinds(say)
        items = [
            [
                {"s": f"{kinds.get(matter.kind, matter.kind)}: ", "f": ["b"]},
                _sample(matter.old, "del"),
                {"s": " → "},
                _sample(matter.new, "ins"),
                {"s": f" ({_name(clause, say)})", "f": ["address"]},
            ]
            for clause, matter in summary.matters
        ]
        out.append(_list(items))
    out.append(_heading(say("Clause by clause"), level + 1))
    out.append(_list([_clause_row(one, say) for one in summary.clauses]))
    return [*out, *_key(say, level)]


def _clause_row(one: ClauseSummary, say: Words) -> list[Block]:
    happened = _happened(say)
    words = ", ".join(happened.get(what, what) for what in one.what)
    if one.words_added or one.words_removed:
        words += f" (+{one.words_added} −{one.words_removed})"
    return [{"s": _name(one.clause, say)}, {"s": f": {words.strip()}", "f": ["address"]}]


def _key(say: Words, level: int) -> list[Block]:
    rows = [
        (_sample(say("inserted"), "ins"), say("underlined")),
        (_sample(say("deleted"), "del"), say("struck through")),
        ({"s": say("moved passage")}, say("broken line in the margin, at both places: moved, split or joined")),
        (_sample(say("form"), "ins-form"), say("dotted: only form, link or punctuation differs")),
    ]
    listed = _list([[sample, {"s": f": {meaning}"}] for sample, meaning in rows])
    return [_heading(say("How to read the marks"), level + 1), listed]


def _name(clause: Clause, say: Words) -> str:
    return visible(clause.title) or say("Beginning of the text")


def _sample(words: str, mark: str) -> Block:
    return {"s": visible(words), "m": mark} if words else {"s": _NOTHING}


def _heading(words: str, level: int) -> Block:
    return {"t": "heading", "level": level, "number": "", "body": [{"s": words}], "name": ""}


def _par(words: str) -> Block:
    return {"t": "par", "body": [{"s": words}]}


def _list(rows: list[list[Block]]) -> Block:
    items = [{"marker": "", "mark": "", "body": [{"t": "par", "body": row}]} for row in rows]
    return {"t": "list", "ordered": False, "tight": True, "items": items}


def _kinds(say: Words) -> dict[str, str]:
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


def _happened(say: Words) -> dict[str, str]:
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
    wanted: dict[str, tuple[str, Callable[[], Copy]]] = {}
    for text in sorted(published.release.texts, key=lambda text: text.name):
        facts = history.facts[published.version, text.document, text.locale]
        place = (published.version, text.document, text.locale)
        wanted[urls.pdf(*place)] = text.path, partial(text_copy, history, settings, published, text)
        if facts.changed and facts.before:
            make = partial(redline_copy, history, settings, published, text)
            wanted[urls.pdf(*place, redline=True)] = text.path, make
    made: dict[str, bytes] = {}
    for (address, (path, _)), one in zip(
        wanted.items(), typeset_all([make for _, make in wanted.values()]), strict=True
    ):
        if isinstance(one, TypesettingError):
            raise refused(path, str(one))
        made[address] = one
    return made


def text_copy(history: History, settings: Settings, published: Published, text: Text) -> Copy:
    """The copy of one text of a release. Raises `Refused` where the text cannot be rendered."""
    say, locale = translator(text.locale), text.locale
    facts = history.facts[published.version, text.document, locale]
    urls = Urls(settings)
    address = urls.absolute(urls.text(published.version, text.document, locale))
    try:
        html = rendering(text.source, text.rendering)
    except RenderError as error:
        raise refused(text.path, str(error)) from error
    body = Reader(address, say, _labels(say)).read(html)
    released = say("Release {version}").format(version=published.version)
    days = _days(published, facts.effective, locale, say)
    title = _one_line(text.front_matter.title)
    head = [
        _facts(
            [
                (say("Version"), [{"s": published.version}]),
                (say("Published"), [{"s": long_date(published.published_on, locale)}]),
                (say("Effective date"), [{"s": long_date(facts.effective, locale)}]),
                *_authentic(settings, published, text, say),
                (say("Address"), _link(address)),
                (say("Digest"), _digest(text.sha256)),
            ]
        ),
        _state_note(settings, text, say),
        {"t": "line"},
    ]
    return Copy(
        title=title,
        kicker=visible(settings.publisher),
        author=visible(settings.publisher),
        description=f"{title}, {released}. {days}",
        locale=locale,
        keywords=(text.document, published.version, f"sha256:{text.sha256}"),
        moment=published.moment,
        footer=(f"{_short(title)} · {released} · {days}", address, f"SHA-256 {text.sha256}"),
        head=head,
        body=body,
        unprintable=_unprintable(say),
    )


def redline_copy(history: History, settings: Settings, published: Published, text: Text) -> Copy:
    """The copy of what a release changed in a text, against the release that last changed it before."""
    say, locale = translator(text.locale), text.locale
    facts = history.facts[published.version, text.document, locale]
    before = history.facts[facts.before or "", text.document, locale]
    urls = Urls(settings)
    address = urls.absolute(urls.redline(published.version, text.document, locale))
    try:
        redline = compare_texts(before.text, text)
    except RenderError as error:
        raise refused(text.path, str(error)) from error
    page = urls.absolute(urls.text(published.version, text.document, locale))
    title = _one_line(text.front_matter.title)
    named = say("Changes: {title}").format(title=title)
    versions = f"{before.version} → {published.version}"
    days = _days(published, facts.effective, locale, say)
    summary = visible(published.release.summary.get(locale, ""))
    head = [
        _facts(
            [
                (say("Old text"), [{"s": say("Release {version}").format(version=before.version)}]),
                (say("New text"), [{"s": say("Release {version}").format(version=published.version)}]),
                (say("Published"), [{"s": long_date(published.published_on, locale)}]),
                (say("Effective date"), [{"s": long_date(facts.effective, locale)}]),
                *_authentic(settings, published, text, say),
                (say("Kind"), [{"s": _weight(published.release.material, say)}]),
                *([(say("Summary"), [{"s": summary}])] if summary else []),
                (say("Address"), _link(address)),
                (say("Digest, old text"), _digest(before.text.sha256)),
                (say("Digest, new text"), _digest(text.sha256)),
            ]
        ),
        _state_note(settings, text, say),
        {"t": "line"},
    ]
    return Copy(
        title=named,
        kicker=visible(settings.publisher),
        author=visible(settings.publisher),
        description=f"{named}, {versions}. {days}",
        locale=locale,
        keywords=(text.document, before.version, published.version, f"sha256:{text.sha256}"),
        moment=published.moment,
        footer=(f"{_short(named)} · {versions} · {days}", address, f"SHA-256 {text.sha256}"),
        head=[*head, *summary_blocks(redline, say), {"t": "line"}],
        body=Reader(page, say, _labels(say)).read(redline.html),
        unprintable=_unprintable(say),
    )


def comparison_copy(pairs: Sequence[Pair], settings: Settings, locale: str, moment: datetime) -> Copy:
    """The copy of any comparison, of one document or of several one behind the other."""
    say = translator(locale)
    urls = Urls(settings)
    several = len(pairs) > 1
    titles = [_one_line(f"{pair.name}: {pair.old} → {pair.new}") for pair in pairs]
    named = _one_line(f"{pairs[0].old} → {pairs[0].new}") if several else titles[0]
    title = say("Changes: {title}").format(title=named)
    body: list[Block] = []
    for pair, heading in zip(pairs, titles, strict=True):
        if several:
            body += [{"t": "page"}] if body else []
            body.append({"t": "heading", "level": 1, "number": "", "body": [{"s": heading}], "name": ""})
        body.append(
            _facts(
                [
                    (say("Old text"), [{"s": visible(pair.old)}]),
                    (say("New text"), [{"s": visible(pair.new)}]),
                    (say("Digest, old text"), _digest(_sha256(pair.old_source))),
                    (say("Digest, new text"), _digest(_sha256(pair.new_source))),
                ]
            )
        )
        body += summary_blocks(pair.redline, say, 2 if several else 1)
        body.append({"t": "line"})
        page = urls.absolute(urls.page(locale, pair.name))
        reader = Reader(page, say, _labels(say), top=2 if several else 1, prefix=f"{pair.name}--" if several else "")
        body += reader.read(pair.redline.html)
    return Copy(
        title=title,
        kicker=visible(settings.publisher),
        author=visible(settings.publisher),
        description=title,
        locale=locale,
        keywords=tuple(pair.name for pair in pairs),
        moment=moment,
        footer=(_short(title),),
        head=[],
        body=body,
        unprintable=_unprintable(say),
    )


def refused(path: str, why: str) -> Refused:
    """The refusal of a copy that cannot be made."""
    message = msg("no PDF can be made of this text: {why}", why=why)
    fix = msg("simplify the passage; or publish without PDFs: `pdf: false` for the yururluk plugin in mkdocs.yml.")
    return Refused([Problem("pdf", path, 0, message, fix)])


def _facts(rows: Sequence[tuple[str, list[Block]]]) -> Block:
    return {"t": "facts", "items": [{"label": label, "value": value} for label, value in rows]}


def _link(address: str) -> list[Block]:
    return [{"url": address, "runs": [{"s": address}]}]


def _digest(sha256: str) -> list[Block]:
    """A digest in two pieces, between which the line may break."""
    return [{"s": "SHA-256 "}, {"s": sha256[:32], "f": ["code"]}, {"wbr": True}, {"s": sha256[32:], "f": ["code"]}]


def _sha256(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def _authentic(settings: Settings, published: Published, text: Text, say: Words) -> list[tuple[str, list[Block]]]:
    """Which text prevails; of a translation also its address."""
    if text.locale == settings.authentic:
        words = say("This text ({language})").format(language=language_name(text.locale, text.locale))
        return [(say("Authentic text"), [{"s": words}])]
    prevails = say("This translation is for information only; the {language} text prevails.")
    words = prevails.format(language=language_name(settings.authentic, text.locale)) + " "
    if text.front_matter.translation is Translation.PARTIAL:
        words += say("Not every clause has been translated.") + " "
    urls = Urls(settings)
    address = urls.absolute(urls.text(published.version, text.document, settings.authentic))
    return [(say("Authentic text"), [{"s": words}, *_link(address)])]


def _state_note(settings: Settings, text: Text, say: Words) -> Block:
    urls = Urls(settings)
    where = urls.absolute(urls.text("", text.document, text.locale))
    words = say("This copy does not change after its publication. The text in force today stands at this address:")
    return {"t": "note", "body": [{"s": words + " "}, *_link(where)]}


def _days(published: Published, effective: date, locale: str, say: Words) -> str:
    return say("Published on {published}, effective {effective}.").format(
        published=long_date(published.published_on, locale), effective=long_date(effective, locale)
    )


def _weight(material: bool, say: Words) -> str:
    return say("Material change") if material else say("Editorial change")


def _labels(say: Words) -> dict[str, str]:
    return {
        "moved-away": say("Moved from here to another place"),
        "moved-here": say("Moved here from another place"),
        "split": say("Split"),
        "merge": say("Joined"),
    }


def _unprintable(say: Words) -> str:
    return say("Characters that the typeface of this copy lacks are shown by their Unicode numbers, as [U+….].")


def _one_line(title: str) -> str:
    return " ".join(visible(title).split())


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE].rstrip() + "…"
