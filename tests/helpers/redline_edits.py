"""Makes the edits a redline must show, each by name, and pairs of texts."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Callable, Iterator
from random import Random

from tests.helpers.redline_documents import TARGETS, Block, block, document, item, line, markdown, paragraph, row


def _containers(blocks: list[Block]) -> Iterator[list[Block]]:
    """Every list of blocks, items, rows, terms or cells in the text, the text itself first."""
    yield blocks
    for child in blocks:
        if child.children:
            yield from _containers(child.children)


def _worded(blocks: list[Block]) -> list[Block]:
    """Every block with words of its own to edit."""
    return [
        b for container in _containers(blocks) for b in container if " " in b.text and b.kind not in ("raw", "code")
    ]


def _of_kind(blocks: list[Block], *kinds: str) -> list[Block]:
    return [b for container in _containers(blocks) for b in container if b.kind in kinds]


def insert(blocks: list[Block], rng: Random) -> None:
    """A new block, list item, table row or cell of the kind its neighbours are."""
    container = rng.choice(list(_containers(blocks)))
    at = rng.randint(0, len(container))
    match container[0].kind if container else "":
        case "item":
            container.insert(at, item(rng, 2))
        case "row":
            container.insert(at, row(rng, len(container[0].children)))
        case "cell" | "definition" as kind:
            container.insert(at, Block(kind, line(rng, 1, 4)))
        case "term":
            container.insert(at, Block("term", line(rng, 1, 3), children=[Block("definition", line(rng))]))
        case _:
            blocks.insert(rng.randint(0, len(blocks)), block(rng))


def delete(blocks: list[Block], rng: Random) -> None:
    """A block, item, row or cell less; what must not be empty keeps its last."""
    choices = [container for container in _containers(blocks) if len(container) > 1 or container is blocks]
    container = rng.choice(choices)
    if container:
        del container[rng.randrange(len(container))]


def move(blocks: list[Block], rng: Random) -> None:
    """A block, item, row or cell to another place among its like."""
    container = rng.choice([c for c in _containers(blocks) if len(c) > 1] or [blocks])
    if container:
        taken = container.pop(rng.randrange(len(container)))
        container.insert(rng.randint(0, len(container)), taken)


def move_and_edit(blocks: list[Block], rng: Random) -> None:
    """A block to another place, and a word of it changed."""
    if blocks:
        taken = blocks.pop(rng.randrange(len(blocks)))
        edit([taken], rng)
        blocks.insert(rng.randint(0, len(blocks)), taken)


def move_into(blocks: list[Block], rng: Random) -> None:
    """A block into a quotation, note or list item, or out of it."""
    holders = _of_kind(blocks, "quote", "note", "details", "item")
    if len(blocks) > 1 and holders:
        holder = rng.choice(holders)
        if holder.children and rng.random() < 0.5 and holder.kind != "item":
            blocks.insert(rng.randint(0, len(blocks)), holder.children[0])
            holder.children[:] = holder.children[1:] or [paragraph(rng)]
        elif holder not in blocks:
            return
        else:
            taken = blocks.pop(next(at for at, b in enumerate(blocks) if b is not holder))
            holder.children.append(taken)


def edit(blocks: list[Block], rng: Random) -> None:
    """A word or a few, added, taken out or changed."""
    if texts := _worded(blocks):
        chosen = rng.choice(texts)
        parts = chosen.text.split(" ")
        at, length = rng.randrange(len(parts)), rng.choice((0, 1, 1, 1, 2, 5))
        new = [line(rng, 1, 3)] if rng.random() < 0.7 or length == 0 else []
        parts[at : at + length] = new
        chosen.text = " ".join(parts) or "boş"


def edit_letter(blocks: list[Block], rng: Random) -> None:
    """A letter of one word: a typing mistake, an ending, a change of case."""
    if texts := _worded(blocks):
        chosen = rng.choice(texts)
        at = rng.randrange(len(chosen.text))
        chosen.text = chosen.text[:at] + rng.choice(("", "x", "ı", "İ", " ", "9")) + chosen.text[at + 1 :]


def split(blocks: list[Block], rng: Random) -> None:
    """A paragraph becomes two."""
    if found := [c for c in _containers(blocks) for b in c if b.kind == "paragraph" and " " in b.text]:
        container = rng.choice(found)
        at = next(i for i, b in enumerate(container) if b.kind == "paragraph" and " " in b.text)
        parts = container[at].text.split(" ")
        cut = rng.randint(1, len(parts) - 1)
        container[at : at + 1] = [Block("paragraph", " ".join(part)) for part in (parts[:cut], parts[cut:])]


def merge(blocks: list[Block], rng: Random) -> None:
    """Two paragraphs, one after the other, become one."""
    for container in _containers(blocks):
        for at in range(len(container) - 1):
            if {container[at].kind, container[at + 1].kind} == {"paragraph"} and rng.random() < 0.7:
                container[at : at + 2] = [Block("paragraph", f"{container[at].text} {container[at + 1].text}")]
                return


def renumber(blocks: list[Block], rng: Random) -> None:
    """Another first number of a list, an item before all others, or another id of a clause."""
    if found := _of_kind(blocks, "numbers", "heading"):
        chosen = rng.choice(found)
        if chosen.kind == "heading":
            chosen.number = chosen.number % 10 + 10 * rng.randint(0, 9)
        elif rng.random() < 0.5:
            chosen.number += 1
        else:
            chosen.children.insert(0, item(rng, 2))


def reformat(blocks: list[Block], rng: Random) -> None:
    """Emphasis put on, taken off or changed; a list's kind; a note's."""
    lists = _of_kind(blocks, "bullets", "numbers", "note")
    if lists and rng.random() < 0.3:
        chosen = rng.choice(lists)
        chosen.kind = {"bullets": "numbers", "numbers": "bullets"}.get(chosen.kind, chosen.kind)
        chosen.number += 1
    elif texts := _worded(blocks):
        chosen = rng.choice(texts)
        if "**" in chosen.text:
            chosen.text = chosen.text.replace("**", rng.choice(("", "*")))
        else:
            parts = chosen.text.split(" ")
            start = rng.randrange(len(parts))
            end = min(len(parts) - 1, start + rng.randint(0, 3))
            parts[start], parts[end] = f"**{parts[start]}", f"{parts[end]}**"
            if start == end:
                parts[start] = f"**{chosen.text.split(' ')[start]}**"
            chosen.text = " ".join(parts)


def retarget(blocks: list[Block], rng: Random) -> None:
    """Another address, picture or title behind the same words."""
    linked = [b for b in _worded(blocks) if "](" in b.text]
    if linked:
        chosen = rng.choice(linked)
        chosen.text = re.sub(r"\]\([^) ]*", f"]({rng.choice(TARGETS)}{rng.randint(0, 9)}", chosen.text, count=1)
    elif texts := _worded(blocks):
        chosen = rng.choice(texts)
        word, _, rest = chosen.text.partition(" ")
        chosen.text = f"[{word}]({rng.choice(TARGETS)}) {rest}"


def relevel(blocks: list[Block], rng: Random) -> None:
    """A heading one level up or down."""
    if found := _of_kind(blocks, "heading"):
        chosen = rng.choice(found)
        level = chosen.number % 10
        chosen.number += 1 if level == 1 or (level < 6 and rng.random() < 0.5) else -1


def typographic(blocks: list[Block], rng: Random) -> None:
    """Quotes, dashes, spaces, or the form of Unicode; no letter."""
    forms: list[Callable[[str], str]] = [
        lambda text: text.replace("'", "’"),
        lambda text: text.replace("’", "'"),
        lambda text: text.replace('"', "”"),
        lambda text: text.replace("-", "–"),
        lambda text: text.replace(" ", "\u00a0", 2),
        lambda text: text.replace("\u00a0", " "),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: unicodedata.normalize("NFC", text),
    ]
    form = rng.choice(forms)
    worded = _worded(blocks)
    for chosen in rng.sample(worded, rng.randint(min(1, len(worded)), len(worded))):
        chosen.text = form(chosen.text)


def wrap(blocks: list[Block], rng: Random) -> None:
    """Some blocks put into a quotation, note or details, or taken out of one."""
    held = [at for at, b in enumerate(blocks) if b.kind in ("quote", "note", "details")]
    if held and rng.random() < 0.5:
        at = rng.choice(held)
        blocks[at : at + 1] = blocks[at].children
    elif blocks:
        at = rng.randrange(len(blocks))
        end = at + rng.randint(1, 2)
        blocks[at:end] = [Block(rng.choice(("quote", "note", "details")), "Not", 0, blocks[at:end])]


def recolumn(blocks: list[Block], rng: Random) -> None:
    """A column added to a table, taken out of it, or moved."""
    if found := _of_kind(blocks, "table"):
        rows = rng.choice(found).children
        columns = min(len(row.children) for row in rows)
        at, to, what = rng.randrange(columns), rng.randrange(columns), rng.random()
        for row in rows:
            if what < 0.4:
                row.children.insert(at, Block("cell", line(rng, 0, 3)))
            elif what < 0.7 and columns > 1:
                del row.children[at]
            else:
                row.children.insert(to, row.children.pop(at))


EDITS: dict[str, Callable[[list[Block], Random], None]] = {
    f.__name__: f
    for f in (
        *(insert, delete, move, move_and_edit, move_into, edit, edit_letter, split, merge, renumber),
        *(reformat, retarget, relevel, typographic, wrap, recolumn),
    )
}


def edited(blocks: list[Block], rng: Random, kinds: list[str]) -> list[Block]:
    """A copy of the text with one edit of each kind; an edit that finds nothing to do does nothing."""
    changed = copy.deepcopy(blocks)
    for kind in kinds:
        EDITS[kind](changed, rng)
    return changed


def pair(rng: Random, blocks: int = 8, edits: int = 4) -> tuple[str, str]:
    """Two texts in Markdown, the second a few edits after the first; now and then quite another."""
    old = document(rng, blocks)
    if rng.random() < 0.05:
        return markdown(old), markdown(document(rng, blocks))
    kinds = [rng.choice(list(EDITS)) for _ in range(rng.randint(1, edits))]
    return markdown(old), markdown(edited(old, rng, kinds))
