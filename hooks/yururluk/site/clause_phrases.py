"""The sentences at each clause of a text page, in the language of the page.

In a message, brackets mark the words that are a link; values are put in without a Turkish suffix.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from yururluk.core.i18n import long_date, translator
from yururluk.site.page_models import ClauseNote, Link, TextView
from yururluk.text.page_html import Sentence

_LINK = re.compile(r"\[([^\]]*)\]")


def notes(view: TextView, locale: str, root: str) -> tuple[dict[str, list[Sentence]], list[Sentence]]:
    """The sentences at each clause of a text page by the clause's id, and those before the text.

    `root` is the way from the page to the site's root.
    """
    say = translator(locale)
    opening: list[Sentence] = []
    if view.divided_by:
        message = say("[Release {version}] put this text under headings.")
        opening = [
            _sentence(message, view.divided_by, root),
            [(say("History of the clauses"), root + view.clauses_path)],
        ]
    return {note.clause: list(_note(note, locale, root)) for note in view.lineage}, opening


def _note(note: ClauseNote, locale: str, root: str) -> Iterator[Sentence]:
    say = translator(locale)
    if note.since and note.words:
        yield _sentence(_words(note.words, say), note.since, root)
    if note.retitled:
        yield _sentence(say("Its heading was changed by [release {version}]."), note.retitled, root)
    if note.later_release and note.later_day:
        message = _coming(note.later, say).replace("{date}", long_date(note.later_day, locale))
        yield _sentence(message, note.later_release, root)
    elif note.later_release:
        yield _sentence(_later(note.later, say), note.later_release, root)
    yield [(say("Its history"), root + note.history_path)]


def _words(what: str, say: Callable[[str], str]) -> str:
    return {
        "same": say("Its words are unchanged since [release {version}]."),
        "changed": say("Last changed by [release {version}]."),
        "added": say("Added by [release {version}]."),
        "back": say("Put back by [release {version}]."),
    }[what]


def _later(what: str, say: Callable[[str], str]) -> str:
    return {
        "changed": say("Later changed by [release {version}]."),
        "retitled": say("Its heading was later changed by [release {version}]."),
        "joined": say("Its heading was later taken away by [release {version}]; its words stayed in the text."),
        "went": say("Later removed by [release {version}]."),
    }[what]


def _coming(what: str, say: Callable[[str], str]) -> str:
    return {
        "changed": say("To be changed by [release {version}], effective {date}."),
        "retitled": say("Its heading is to be changed by [release {version}], effective {date}."),
        "joined": say("Its heading is to be taken away by [release {version}], effective {date}; its words stay."),
        "went": say("To be removed by [release {version}], effective {date}."),
    }[what]


def _sentence(message: str, link: Link, root: str) -> Sentence:
    parts = _LINK.split(message.replace("{version}", link.label))
    return [(part, root + link.path if at % 2 else "") for at, part in enumerate(parts) if part]
