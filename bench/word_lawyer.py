"""Edits a Word file as a lawyer does, and says what the Markdown must be then: for `bench.word`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from typing import Final

from lxml import html as lxml_html
from lxml.etree import _Element as Element
from tests.helpers.word_edits import WordFile

from yururluk.text.markdown import render
from yururluk.word.ooxml import W, visible_text

_PLAIN: Final = re.compile(r"[A-Za-z“\"(*\[][^|]*")
_MARKED: Final = re.compile(r"[\[\]*_`<>&{}()#\\!~^:]")
_ADDED: Final = "A sentence that counsel added."

#: What is done in Word, with the Markdown that must come of it; None where the text has no place for it.
Edit = Callable[[WordFile, str, Random], str | None]


def _folded(text: str) -> str:
    return " ".join(text.split())


def _blocks(body: str) -> list[str]:
    return [block for block in re.split(r"\n{2,}", body) if block.strip()]


def _paragraphs(body: str) -> list[str]:
    """Blocks that are one paragraph, are there once, and have no other text inside them."""
    blocks = _blocks(body)
    return [
        one
        for one in blocks
        if _PLAIN.match(one)
        and body.count(one) == 1
        and re.match(r"<p>.*</p>\s*\Z", render(one), re.DOTALL)
        and "<br" not in render(one)
    ]


def _shown(block: str) -> str:
    shown: str = lxml_html.fragment_fromstring(render(block), create_parent="div").text_content()
    return _folded(shown)


def _in_word(file: WordFile, block: str) -> Element | None:
    wanted = _shown(block)
    found = [one for one in file.root.iter(W + "p") if _folded(visible_text(one)) == wanted]
    return found[0] if len(found) == 1 else None


def _chosen(file: WordFile, body: str, chance: Random) -> Iterator[tuple[str, Element]]:
    blocks = _paragraphs(body)
    chance.shuffle(blocks)
    for block in blocks:
        found = _in_word(file, block)
        if found is not None:
            yield block, found


def _words(file: WordFile, body: str, chance: Random) -> Iterator[str]:
    """Pairs of words that are there once, without markup between or in them."""
    for block, _ in _chosen(file, body, chance):
        found = re.findall(
            r"(?<=\s)[A-Za-z]{3,}[ \n][A-Za-z]{3,}(?=[ \n])",
            re.sub(r"\[[^\]]*\][(\[][^)\]]*[)\]]", "[](", block),
        )
        chance.shuffle(found)
        for words in found:
            shown = _folded(words)
            inside = [one for one in file.root.iter(W + "p") if shown in visible_text(one)]
            if body.count(words) == 1 and len(inside) == 1 and visible_text(inside[0]).count(shown) == 1:
                before = block[: block.index(words)]
                if before.count("**") % 2 == 0 and before.count("[") == before.count("]"):
                    yield words


def word(file: WordFile, body: str, chance: Random) -> str | None:
    """Two words become one."""
    for words in _words(file, body, chance):
        file.replace(_folded(words), "replaced")
        return body.replace(words, "replaced")
    return None


def bold(file: WordFile, body: str, chance: Random) -> str | None:
    """Two words become bold."""
    for words in _words(file, body, chance):
        file.format(_folded(words), "b")
        return body.replace(words, f"**{words}**")
    return None


def split(file: WordFile, body: str, chance: Random) -> str | None:
    """A paragraph becomes two, behind a full stop."""
    for block, _ in _chosen(file, body, chance):
        for found in re.finditer(r"(?<=[a-z]\.)[ \n]+(?=[A-Z][a-z]+ [a-z]+)", block):
            following = _folded(re.split(r"[\[*(<`]", block[found.end() :])[0])[:40].rstrip()
            inside = [one for one in file.root.iter(W + "p") if following in visible_text(one)]
            before = block[: found.start()]
            if (
                len(inside) == 1
                and len(following) > 15
                and visible_text(inside[0]).count(" " + following) == 1
                and before.count("[") == before.count("]")
                and before.count("*") % 2 == 0
            ):
                file.split(following)
                return body.replace(block, f"{before}\n\n{block[found.end() :]}")
    return None


def merge(file: WordFile, body: str, chance: Random) -> str | None:
    """Two paragraphs become one."""
    plain = set(_paragraphs(body))
    blocks = _blocks(body)
    pairs = [(one, two) for one, two in pairwise(blocks) if one in plain and two in plain]
    chance.shuffle(pairs)
    for one, two in pairs:
        first, second = _in_word(file, one), _in_word(file, two)
        if first is not None and second is not None and first.getnext() is second and f"{one}\n\n{two}" in body:
            file.merge_at(first)
            return body.replace(f"{one}\n\n{two}", f"{one} {two}")
    return None


def delete(file: WordFile, body: str, chance: Random) -> str | None:
    """A paragraph goes."""
    for block, found in _chosen(file, body, chance):
        if f"\n\n{block}\n\n" in body:
            file.delete([found])
            return body.replace(f"\n\n{block}\n\n", "\n\n")
    return None


def add(file: WordFile, body: str, chance: Random) -> str | None:
    """A paragraph comes behind another."""
    for block, found in _chosen(file, body, chance):
        if f"\n\n{block}\n\n" in body:
            file.add_after(found, _ADDED, style="BodyText")
            return body.replace(f"\n\n{block}\n\n", f"\n\n{block}\n\n{_ADDED}\n\n")
    return None


def _sections(body: str) -> list[str]:
    """Clauses of the second level, by their source, where they are parted by empty lines."""
    cut = re.split(r"(?m)^(?=#{1,2} )", body)
    return [one for one in cut if one.startswith("## ") and one.endswith("\n\n") and body.count(one) == 1]


def _clauses(file: WordFile, body: str, chance: Random) -> Iterator[tuple[str, list[Element]]]:
    sections = _sections(body)
    chance.shuffle(sections)
    for section in sections:
        heading = _in_word(file, section.split("\n")[0])
        if heading is not None:
            yield section, file.clause_of(heading)


def move(file: WordFile, body: str, chance: Random) -> str | None:
    """A clause goes in front of another."""
    sections = list(_clauses(file, body, chance))[:2]
    if len(sections) < 2:
        return None
    (section, elements), (other, others) = sections
    file.move(elements, others[0], as_move=chance.random() < 0.5)
    return body.replace(section, "").replace(other, section + other)


def drop_clause(file: WordFile, body: str, chance: Random) -> str | None:
    """A clause goes."""
    for section, elements in _clauses(file, body, chance):
        file.delete(elements)
        return body.replace(section, "")
    return None


def new_clause(file: WordFile, body: str, chance: Random) -> str | None:
    """A clause with its heading comes in front of another."""
    for section, elements in _clauses(file, body, chance):
        before = next(elements[0].itersiblings(W + "p", W + "tbl", preceding=True), None)
        if before is None:
            continue
        heading = file.add_after(before, "7. Something new", style="Heading2")
        file.add_after(heading, _ADDED, style="FirstParagraph")
        return body.replace(section, f"## 7. Something new\n\n{_ADDED}\n\n{section}")
    return None


def heading(file: WordFile, body: str, chance: Random) -> str | None:
    """A heading gets another number and a further word."""
    for section, elements in _clauses(file, body, chance):
        line = section.split("\n")[0]
        shown = visible_text(elements[0])
        if not _MARKED.search(line[3:]) and len([p for p in file.root.iter(W + "p") if shown in visible_text(p)]) == 1:
            file.replace(shown, f"12. {shown} anew")
            return body.replace(section, section.replace(line, f"## 12. {line[3:].strip()} anew", 1))
    return None


def _rows(body: str) -> list[str]:
    return [
        line
        for line in re.findall(r"(?m)^\|.*\|$", body)
        if body.count(line) == 1 and not re.fullmatch(r"[|\s:-]+", line)
    ]


def _cells(row: str) -> list[str]:
    return [one.strip() for one in row.strip("|").split("|")]


def cell(file: WordFile, body: str, chance: Random) -> str | None:
    """A cell says something else."""
    for row in _some(_rows(body), chance):
        for words in _cells(row):
            if len(words) > 8 and not _MARKED.search(words) and body.count(words) == 1:
                file.replace(words, "Another cell")
                return body.replace(words, "Another cell")
    return None


def row(file: WordFile, body: str, chance: Random) -> str | None:
    """A row comes below another."""
    for line in _some(_rows(body), chance):
        for words in _cells(line):
            if (
                len(words) > 8
                and not _MARKED.search(words)
                and body.count(words) == 1
                and body.count(line + "\n|") == 1
                and f"{line}\n| -" not in body
                and f"{line}\n|-" not in body
                and f"{line}\n|:" not in body
            ):
                file.add_row(words, ["new"] * len(_cells(line)))
                return body.replace(line, f"{line}\n|{' new |' * len(_cells(line))}")
    return None


def _some(listed: list[str], chance: Random) -> list[str]:
    return chance.sample(listed, len(listed))


EDITS: Final[dict[str, Edit]] = {
    edit.__name__: edit
    for edit in (word, bold, split, merge, delete, add, move, drop_clause, new_clause, heading, cell, row)
}
