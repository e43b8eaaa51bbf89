"""Writes words that came from Word as Markdown: escaped where they would be markup, with the markup of their form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from yururluk.word.reading import BREAK, NOTE, PARAGRAPH, PLAIN, Form, Token

_OPENERS: Final = {
    "strong": "**",
    "emph": "*",
    "under": "^^",
    "strike": "~~",
    "sub": "~",
    "sup": "^",
    "code": "`",
}
_LINK: Final = "link:"
_ALWAYS: Final = re.compile(r"[\\`*\[\]~^]")
_EDGE_UNDERLINE: Final = re.compile(r"(?<!\w)_|_(?!\w)")
_TAG_LIKE: Final = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY_LIKE: Final = re.compile(r"&(?=#?\w+;)")
_ATTRIBUTE_LIKE: Final = re.compile(r"\{(?=:?[ ]*[#.\w][^{}\n]*\})")
_BLOCK_LIKE: Final = re.compile(
    r"(?P<sign>[#>:]|[-+](?=[ \t])|!!!|\?\?\?|[=-]{3,}$)|(?P<number>[0-9]+)(?P<dot>[.])(?=[ \t])"
)
_IMAGE: Final = re.compile(r"\[(?:Görsel|Image): (?P<alt>.*)\]")


def escaped(text: str, *, cell: bool = False) -> str:
    """Plain words as Markdown that shows just them."""
    text = _ALWAYS.sub(r"\\\g<0>", text)
    text = _EDGE_UNDERLINE.sub(r"\\_", text)
    text = _ENTITY_LIKE.sub("&amp;", text)
    text = _TAG_LIKE.sub("&lt;", text)
    text = _ATTRIBUTE_LIKE.sub(r"\\{", text)
    return text.replace("|", "\\|") if cell else text


def at_line_start(markdown: str) -> str:
    """Markdown whose first sign would begin a block, made harmless."""
    found = _BLOCK_LIKE.match(markdown)
    if found is None:
        return markdown
    if found["number"]:
        return f"{found['number']}\\.{markdown[found.end() :]}"
    if markdown[0] == ":":
        return f"&#58;{markdown[1:]}"
    if markdown[0] in "=?":
        return f"&#{ord(markdown[0])};{markdown[1:]}"
    return f"\\{markdown}"


def written(
    tokens: Sequence[Token],
    *,
    spaces: Mapping[int, str],
    tails: Mapping[str, str],
    notes: Mapping[int, str],
    partings: Sequence[str] = (),
    cell: bool = False,
) -> str:
    """Tokens as Markdown, beginning and ending without form.

    `spaces`: the white space of the source, by place, where it is more than a space; `tails`: how links to an
    address end in the source (`](…){…}` or `][name]`); `notes`: the label of each footnote, by its place;
    `partings`: what stands between two paragraphs, by the number of its token.
    """
    out: list[str] = []
    stack: list[str] = []
    items = _items(tokens, spaces, notes, partings)
    plain: list[str] = []

    def flush() -> None:
        if plain:
            text = "".join(plain)
            text = text.replace("`", "'") if "code" in stack else escaped(text, cell=cell)
            out.append(at_line_start(text) if out and out[-1] in partings else text)
            plain.clear()

    for at, item in enumerate(items):
        if set(stack) != item.form:
            flush()
            lowest = next((place for place, one in enumerate(stack) if one not in item.form), len(stack))
            while len(stack) > lowest:
                out.append(_closing(stack.pop(), tails))
            # What lasts longest is opened first, and code last, for nothing is markup inside it.
            missing = sorted(item.form - set(stack), key=lambda one: (one == "code", -_lasts(items, at, one), one))
            for one in missing:
                out.append("[" if one.startswith(_LINK) else _OPENERS[one])
                stack.append(one)
        if item.raw:
            flush()
            out.append(item.text)
        else:
            plain.append(item.text)
    flush()
    while stack:
        out.append(_closing(stack.pop(), tails))
    return "".join(out)


@dataclass(frozen=True)
class _Item:
    """A piece to write: words to be escaped, or Markdown as it is (`raw`)."""

    text: str
    form: Form
    raw: bool


def _items(
    tokens: Sequence[Token], spaces: Mapping[int, str], notes: Mapping[int, str], partings: Sequence[str]
) -> list[_Item]:
    items: list[_Item] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        link = _link(token.form)
        end = at + 1
        while link is not None and end < len(tokens) and _link(tokens[end].form) == link:
            end += 1
        whole = _whole_link("".join(one.text for one in tokens[at:end]), link) if link is not None else None
        if whole is not None:
            items.append(_Item(whole, token.form - {f"{_LINK}{link}"}, True))
            at = end
            continue
        if token.text == NOTE:
            items.append(_Item(f"[^{notes.get(-1 if token.note is None else token.note, '?')}]", token.form, True))
        elif token.text == PARAGRAPH:
            items.append(_Item(partings[token.number or 0], PLAIN, True))
        elif token.text == BREAK:
            items.append(_Item("<br>", token.form, True))
        elif at in spaces:
            items.append(_Item(spaces[at], token.form, True))
        else:
            items.append(_Item(token.text, token.form, False))
        at += 1
    return items


def _whole_link(text: str, address: str) -> str | None:
    """A link that is written in one piece: an image, or an address that shows itself."""
    image = _IMAGE.fullmatch(text)
    if image:
        return f"![{escaped(image['alt'])}]({_destination(address)})"
    if text == address and re.match(r"https?:", address):
        return f"<{address}>"
    return None


def _closing(form: str, tails: Mapping[str, str]) -> str:
    if not form.startswith(_LINK):
        return _OPENERS[form]
    address = form.removeprefix(_LINK)
    return tails.get(address) or f"]({_destination(address)})"


def _lasts(items: Sequence[_Item], at: int, form: str) -> int:
    end = at
    while end < len(items) and form in items[end].form:
        end += 1
    return end - at


def _link(form: Form) -> str | None:
    return next((one.removeprefix(_LINK) for one in sorted(form) if one.startswith(_LINK)), None)


def _destination(address: str) -> str:
    return f"<{address}>" if re.search(r"[\s()]", address) else address
