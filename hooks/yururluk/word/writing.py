"""Writes words that came from Word as Markdown: escaped where they would be markup, with the markup of their form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from yururluk.word.reading import BREAK, NOTE, PLAIN, Form, Token

_OPENERS: Final = {"strong": "**", "emph": "*", "under": "^^", "strike": "~~", "sub": "~", "sup": "^", "code": "`"}
_ORDER: Final = ("strong", "emph", "under", "strike", "sub", "sup", "code")
_ALWAYS: Final = re.compile(r"[\\`*\[\]~^]")
_EDGE_UNDERLINE: Final = re.compile(r"(?<!\w)_|_(?!\w)")
_TAG_LIKE: Final = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY_LIKE: Final = re.compile(r"&(?=#?\w+;)")
_ATTRIBUTE_LIKE: Final = re.compile(r"\{(?=:?[ ]*[#.\w])")
_BLOCK_LIKE: Final = re.compile(r"(?P<sign>[#>:]|[-+](?=[ \t])|!!!|\?\?\?|[=-]{3,}$)|(?P<number>[0-9]+)(?P<dot>[.])(?=[ \t])")
_IMAGE: Final = re.compile(r"\[(?:Görsel|Image): (?P<alt>.*)\]")


def escaped(text: str, *, cell: bool = False) -> str:
    """Plain words as Markdown that shows just them."""
    text = _ALWAYS.sub(r"\\\g<0>", text)
    text = _EDGE_UNDERLINE.sub(r"\\_", text)
    text = _TAG_LIKE.sub("&lt;", text)
    text = _ENTITY_LIKE.sub("&amp;", text)
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
    cell: bool = False,
) -> str:
    """Tokens as Markdown, beginning and ending without form.

    `spaces`: the white space of the source, by place, where it is more than a space; `tails`: how links to an
    address end in the source (`](…){…}` or `][name]`); `notes`: the label of each footnote, by its place.
    """
    out: list[str] = []
    at = 0
    while at < len(tokens):
        link = _link(tokens[at].form)
        end = at + 1
        while end < len(tokens) and _link(tokens[end].form) == link:
            end += 1
        inner = _unlinked(tokens[at:end], {place - at: space for place, space in spaces.items()}, notes, cell)
        if link is None:
            out.append(inner)
        else:
            out.append(_linked(inner, "".join(token.text for token in tokens[at:end]), link, tails))
        at = end
    return "".join(out)


def _link(form: Form) -> str | None:
    return next((one.removeprefix("link:") for one in sorted(form) if one.startswith("link:")), None)


def _linked(inner: str, text: str, address: str, tails: Mapping[str, str]) -> str:
    image = _IMAGE.fullmatch(text)
    if image:
        return f"![{escaped(image['alt'])}]({_destination(address)})"
    if address in tails:
        return f"[{inner}{tails[address]}"
    if text == address and re.match(r"(?:https?|mailto):", address):
        return f"<{address}>"
    return f"[{inner}]({_destination(address)})"


def _destination(address: str) -> str:
    return f"<{address}>" if re.search(r"[\s()]", address) else address


def _unlinked(tokens: Sequence[Token], spaces: Mapping[int, str], notes: Mapping[int, str], cell: bool) -> str:
    out: list[str] = []
    open_now: list[str] = []
    plain: list[str] = []

    def flush() -> None:
        if plain:
            text = "".join(plain)
            out.append(text.replace("`", "'") if "code" in open_now else escaped(text, cell=cell))
            plain.clear()

    for at, token in enumerate(tokens):
        wanted = [one for one in _ORDER if one in token.form] if token.form != PLAIN else []
        if wanted != open_now:
            flush()
            kept = 0
            while kept < min(len(wanted), len(open_now)) and wanted[kept] == open_now[kept]:
                kept += 1
            out += [_OPENERS[one] for one in reversed(open_now[kept:])]
            out += [_OPENERS[one] for one in wanted[kept:]]
            open_now = wanted
        if token.text == NOTE:
            flush()
            out.append(f"[^{notes.get(token.note if token.note is not None else -1, '?')}]")
        elif token.text == BREAK:
            flush()
            out.append("<br>")
        elif at in spaces:
            flush()
            out.append(spaces[at])
        else:
            plain.append(token.text)
    flush()
    out += [_OPENERS[one] for one in reversed(open_now)]
    return "".join(out)
