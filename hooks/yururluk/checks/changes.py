"""What a pull request must not do unnoticed: bring what nobody sees, and do more than change a text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from yururluk.checks.characters import LOOK_ALIKES, code_point, look_through
from yururluk.core.messages import listed, msg
from yururluk.core.problems import Problem, Severity
from yururluk.core.rules import rule

#: Files that decide how texts are published; a reviewer of texts does not read them.
_CODE = re.compile(r"(?:hooks|overrides|\.github|bench|tests)/|[^/]+\.(?:yml|yaml|toml|txt|py)$|Makefile$|\.gitlab-ci")
_TEXT = re.compile(r"docs/[^/]+/[^/]+\.md$|releases/")
_DRAFT = re.compile(r"docs/(?P<locale>[^/]+)/(?P<document>[^/]+)\.md$")
_SHOWN = 3


@dataclass(frozen=True)
class Changed:
    """One file that differs from the base: `kind` is A, M, D or R as git says; `was` its former path, if renamed.

    `before` and `after` are its contents, where it is a text that was changed.
    """

    kind: str
    path: str
    was: str = ""
    before: str = ""
    after: str = ""


def change_problems(changed: Sequence[Changed], base: str, online: Set[str]) -> list[Problem]:
    """The faults of a change against the base. `online` names the versions that the register has."""
    problems: list[Problem] = []
    for change in changed:
        if change.path.startswith("releases/") or change.was.startswith("releases/"):
            problems += _frozen(change, base, online)
        elif change.kind == "D" and _DRAFT.match(change.path):
            problems += _deleted(change, base)
        elif change.kind == "R" and _DRAFT.match(change.was):
            problems += _renamed(change)
        if change.before and change.after:
            problems += invisible_changes(change)
    return [*problems, *_mixed(changed)]


def _frozen(change: Changed, base: str, online: Set[str]) -> Iterator[Problem]:
    if change.kind == "A":
        return
    path = change.was or change.path
    version = path.split("/")[1]
    message = {
        "D": msg("this file of a release was removed since {base}.", base=base),
        "R": msg("this file of a release was moved away since {base}.", base=base),
    }.get(change.kind, msg("this file of a release was changed since {base}.", base=base))
    if version in online:
        message = msg(
            "{what} Release {version} is online: whoever agreed to it must find it as it was.",
            what=message,
            version=version,
        )
    fix = msg(
        "restore it: git checkout {base} -- {path}; a new text belongs in docs/ and in a new release.",
        base=base,
        path=path,
    )
    yield Problem("frozen", path, 0, message, fix)


@rule("document-deleted", Severity.WARNING, msg("A pull request deletes no document unnoticed."))
def _deleted(change: Changed, base: str) -> Iterator[Problem]:
    message = msg("this text was deleted since {base}: the next release would no longer have it.", base=base)
    fix = msg(
        "if that is not meant: git checkout {base} -- {path}. If it is, say so in the release's summary.",
        base=base,
        path=change.path,
    )
    yield Problem("document-deleted", change.path, 0, message, fix, Severity.WARNING)


@rule("document-renamed", Severity.WARNING, msg("A pull request renames no document unnoticed."))
def _renamed(change: Changed) -> Iterator[Problem]:
    message = msg(
        "this text was named {was} before: its lasting address changes, and its history begins anew.", was=change.was
    )
    fix = msg(
        "if only the title changes, write that in the front matter and keep the file's name: git mv {path} {was}.",
        path=change.path,
        was=change.was,
    )
    yield Problem("document-renamed", change.path, 0, message, fix, Severity.WARNING)


@rule("mixed-change", Severity.WARNING, msg("A pull request changes either texts or the code that publishes them."))
def _mixed(changed: Sequence[Changed]) -> Iterator[Problem]:
    texts = [change.path for change in changed if _TEXT.match(change.path)]
    code = [change.path for change in changed if _CODE.match(change.path) and not _TEXT.match(change.path)]
    if texts and code:
        shown = listed([*code[:_SHOWN], *(["…"] if len(code) > _SHOWN else [])])
        message = msg("this change edits texts, and what publishes them too: {code}.", code=shown)
        fix = msg("make two pull requests of it, so that whoever signs the text need not read code.")
        yield Problem("mixed-change", texts[0], 0, message, fix, Severity.WARNING)


# What nobody sees

_HIDDEN = re.compile(
    "[\u00a0\u00ad\u0300-\u036f\u061c\u115f\u1160\u1680\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800"
    "\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\x7f-\x9f\ue000-\uf8ff\U000e0000-\U000e0fff]"
)


@rule(
    "invisible-change",
    Severity.ERROR,
    msg("A change brings nothing that a reviewer cannot see."),
    source="Unicode UTS #39, UTR #36",
)
def invisible_changes(change: Changed) -> Iterator[Problem]:
    """Lines that look as they did in the base, and hold characters that they did not hold there.

    A line from which such characters were taken out is no fault: that is how one fixes it.
    """
    before, after = change.before.split("\n"), change.after.split("\n")
    gone = Counter(before) - Counter(after)
    looks = {_look(line): line for line in gone}
    words = {_look(word): word for line in before for word in line.split()}
    known = Counter(before)
    for number, line in enumerate(after, start=1):
        if known[line] > 0:
            known[line] -= 1
            continue
        old = looks.get(_look(line))
        come = _hidden(line) - _hidden(old) if old is not None else _hidden_in_words(line, words)
        old = line if old is None else old
        if come:
            told = ", ".join(code_point(character) for character in sorted(come))
            message = msg("this line looks as it did, but it is another: it now holds {told}.", told=told)
            fix = msg("restore the line, or type the changed word anew; a reviewer cannot see such a change.")
            pairs = enumerate(zip(line, old + "\0" * len(line), strict=False))
            place = next((i for i, (a, b) in pairs if a != b), min(map(line.find, come)))
            column = max(place, 0) + 1
            yield Problem("invisible-change", change.path, number, message, fix, Severity.ERROR, column)


def _look(line: str) -> str:
    """A line as the eye takes it: look-alikes are what they look like, hidden characters are not there."""
    if line.isascii():
        return " ".join(line.split())
    shown = "".join(look_through(character) for character in unicodedata.normalize("NFC", line))
    return " ".join(_HIDDEN.sub(lambda found: " " if found[0].isspace() else "", shown).split())


def _hidden_in_words(line: str, words: Mapping[str, str]) -> Counter[str]:
    """What a line holds unseen in words that the base has without it."""
    found: Counter[str] = Counter()
    for word in line.split():
        old = words.get(_look(word))
        if old is not None and not word.isascii():
            found += _hidden(word) - _hidden(old)
    return found


def _hidden(line: str) -> Counter[str]:
    if line.isascii():
        return Counter()
    found = Counter(_HIDDEN.findall(line))
    found.update(one for one in line if one in LOOK_ALIKES or (not one.isascii() and look_through(one) != one))
    composed = Counter(unicodedata.normalize("NFC", line))
    found |= Counter({one: count for one, count in (Counter(line) - composed).items() if not one.isascii()})
    return found
