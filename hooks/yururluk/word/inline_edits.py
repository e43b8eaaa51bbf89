"""Edits of running text in the Markdown source: what to change for it to say what came back from Word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from yururluk.word.reading import BREAK, NOTE, PLAIN, Form, Token, Tokens
from yururluk.word.source_map import TextSource

_OPENERS: Final = {"strong": "**", "emph": "*", "under": "^^", "strike": "~~", "sub": "~", "sup": "^", "code": "`"}
_LINK: Final = "link:"
_ALWAYS: Final = re.compile(r"[\\`*\[\]~^]")
_EDGE_UNDERLINE: Final = re.compile(r"(?<!\w)_|_(?!\w)")
_TAG_LIKE: Final = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY_LIKE: Final = re.compile(r"&(?=#?\w+;)")
_ATTRIBUTE_LIKE: Final = re.compile(r"\{(?=:?[ ]*[#.\w][^{}\n]*\})")
#: What begins a list at the start of a line, under rules 1, rules 2 or in CommonMark: `2.`, `a)`, `(iv)`, `4.1`.
_ORDINAL: Final = re.compile(
    r"(?P<open>\()?(?:[0-9]+[a-z]?|[^\W\d_]|[ivxlcdm]{2,7}|[IVXLCDM]{2,7}"
    r"|[0-9]{1,2}(?:\.[0-9]{1,2})+(?=[.)]?[ \t\u00a0]))"
    r"(?P<end>(?(open)\)|[.)]?))(?=[ \t\u00a0]|$)"
)
_BACKSLASHED: Final = re.compile(r"[#>]|[-+](?=[ \t]|$)|!!!|-{3,}$")
_NAMED: Final = re.compile(r":|\?\?\?|={3,}$|[•·▪▫◦‣●○■□–—](?=[ \t\u00a0])|§§?[ \u00a0]?(?=[0-9])")
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
    """Markdown for the start of a line: a sign or ordinal that would begin a list or another block is escaped."""
    found = _ORDINAL.match(markdown)
    if found and not found[0].isalnum():
        at = 0 if found["open"] else re.search(r"[.)]", markdown).start()  # type: ignore[union-attr]
        return f"{markdown[:at]}\\{markdown[at:]}"
    if _BACKSLASHED.match(markdown):
        return f"\\{markdown}"
    # Markdown has no backslash for these.
    return f"&#{ord(markdown[0])};{markdown[1:]}" if _NAMED.match(markdown) else markdown


def to_markdown(
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
    stack: list[str] = []
    items = _items(tokens, spaces, notes)
    plain: list[str] = []

    def flush() -> None:
        if plain:
            text = "".join(plain)
            text = text.replace("`", "'") if "code" in stack else escaped(text, cell=cell)
            out.append(text)
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


def _items(tokens: Sequence[Token], spaces: Mapping[int, str], notes: Mapping[int, str]) -> list[_Item]:
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
        elif token.text == BREAK:
            items.append(_Item("<br>", token.form, True))
        elif at in spaces:
            items.append(_Item(spaces[at], token.form, True))
        else:
            items.append(_Item(token.text, token.form, False))
        at += 1
    return items


def _whole_link(text: str, address: str) -> str | None:
    """A link in one piece: an image, or an address that shows itself."""
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


_TAIL: Final = re.compile(r"[^\[\]\n]*?(\](?:\((?:[^()\n]|\([^()\n]*\))*\)|[ ]?\[[^\]\n]*\])(?:\{:?[^{}\n]*\})?)")

#: White space that is no space and no line end.
_SHAPED: Final = re.compile(r"[^ \n]")


@dataclass(frozen=True)
class Edit:
    """The source from `start` to `end` becomes `text`. `order` sorts what is put in at one place."""

    start: int
    end: int
    text: str
    order: int = 0


@dataclass(frozen=True)
class TextEdits:
    """The edits of one running text. `kept` are differences of quotes, dashes and kinds of space, left as they were."""

    edits: tuple[Edit, ...]
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Step:
    """Tokens `a:a_end` of the old text against `b:b_end` of the new: one token that stayed, or one change."""

    a: int
    a_end: int
    b: int
    b_end: int
    stayed: bool


def text_edits(
    old: Tokens, new: Tokens, source: str, place: TextSource, notes: Mapping[int, str], *, kind: str
) -> TextEdits:
    """What to change in `source`. `notes`: the label of each footnote of the new text; `kind`: that of its unit."""
    steps: list[_Step] = []
    kept: list[str] = []
    for tag, a, a_end, b, b_end in _matcher(old, new).get_opcodes():
        if tag == "equal":
            kept += _other_shapes(old[a:a_end], new, b)
            steps += [_Step(a + at, a + at + 1, b + at, b + at + 1, True) for at in range(a_end - a)]
            continue
        if _only_typographic(old[a:a_end], new[b:b_end]):
            kept.append(_words(new[max(0, b - 4) : b_end + 4]))
        steps.append(_Step(a, a_end, b, b_end, False))
    edits = _TextEditor(old, new, source, place, notes, kind == "row", steps).edits()
    if kind not in ("heading", "row", "code"):
        edits = _with_safe_lines(source, place, edits)
    return TextEdits(tuple(edits), tuple(kept))


def _with_safe_lines(source: str, place: TextSource, edits: list[Edit]) -> list[Edit]:
    """The edits, such that no line they change begins a list or another block where the text has none."""
    before = source[place.lo : place.hi].split("\n")
    labelled = [at_line_start(line) != line for line in before]  # the author's own labels
    lines = with_edits(source, edits, place.lo, place.hi).split("\n")
    safe = list(lines)
    for at, line in enumerate(lines):
        if line not in before and not any(labelled[at : at + 1]):
            words = line.lstrip(" \t>") if at else line
            safe[at] = line[: len(line) - len(words)] + at_line_start(words)
    return edits if safe == lines else [Edit(place.lo, place.hi, "\n".join(safe))]


def tokens_that_stayed(old: Tokens, new: Tokens) -> list[tuple[Token, Token]]:
    """The pairs of tokens that `text_edits` leaves as they are."""
    blocks = _matcher(old, new).get_matching_blocks()
    return [(old[block.a + step], new[block.b + step]) for block in blocks for step in range(block.size)]


def _matcher(old: Tokens, new: Tokens) -> SequenceMatcher[tuple[str, Form]]:
    return SequenceMatcher(None, [one.same for one in old], [one.same for one in new], autojunk=False)


def _other_shapes(old: Tokens, new: Tokens, first: int) -> list[str]:
    """Where equal tokens have another shape, with the words around."""
    places = [
        first + at
        for at, token in enumerate(old)
        if token.text != new[first + at].text and _SHAPED.search(token.text + new[first + at].text)
    ]
    return [_words(new[max(0, place - 4) : place + 5]) for place in places]


def _only_typographic(old: Tokens, new: Tokens) -> bool:
    """Are these the same but for an ellipsis, which is one sign or three?"""
    left, right = ("".join(token.same[0] for token in side) for side in (old, new))
    return left == right and {token.form for token in old} == {token.form for token in new}


def _words(tokens: Tokens) -> str:
    return "".join(token.text for token in tokens).strip()


class _TextEditor:
    def __init__(
        self,
        old: Tokens,
        new: Tokens,
        source: str,
        place: TextSource,
        notes: Mapping[int, str],
        cell: bool,
        steps: list[_Step],
    ) -> None:
        self._old, self._new = old, new
        self._source, self._place = source, place
        self._notes, self._cell = notes, cell
        self._steps = steps

    def edits(self) -> list[Edit]:
        """Each change alone where its form is that of its neighbours; else with all it hangs together with."""
        direct: dict[int, Edit] = {}
        wide: list[tuple[int, int]] = []
        for at, step in enumerate(self._steps):
            if step.stayed or _only_typographic(self._old[step.a : step.a_end], self._new[step.b : step.b_end]):
                continue
            edit = self._direct(step)
            if edit is not None:
                direct[at] = edit
                continue
            low, high = self._widened(at)
            if wide and low <= wide[-1][1]:
                low, high = wide[-1][0], max(high, wide[-1][1])
                wide.pop()
            wide.append((low, high))
        edits = [edit for at, edit in direct.items() if not any(low <= at < high for low, high in wide)]
        edits += [self._rewritten(self._steps[low:high]) for low, high in wide]
        return sorted(edits, key=lambda edit: edit.start)

    def _widened(self, at: int) -> tuple[int, int]:
        """The steps around a change, up to where no markup is open and the source is known."""
        low, high = at, at + 1
        while low and not self._is_neutral(self._steps[low - 1]):
            low -= 1
        while high < len(self._steps) and not self._is_neutral(self._steps[high]):
            high += 1
        return low, high

    def _is_neutral(self, step: _Step) -> bool:
        """May the source be cut beside this token? It must have stayed, be without form, and its place known."""
        token = self._old[step.a] if step.stayed else None
        if token is None or token.form != PLAIN or token.text in (NOTE, BREAK):
            return False
        return self._place.spans[step.a] is not None

    def _direct(self, one: _Step) -> Edit | None:
        fresh = self._new[one.b : one.b_end]
        gone = self._old[one.a : one.a_end]
        spans = self._place.spans[one.a : one.a_end]
        forms = {token.form for token in (*fresh, *gone)}
        odd = any(token.text in (NOTE, BREAK) for token in fresh) or any(token.text == BREAK for token in gone)
        if len(forms) > 1 or odd:
            return None
        form = next(iter(forms))
        before = self._old[one.a - 1] if one.a else None
        after = self._old[one.a_end] if one.a_end < len(self._old) else None
        text = "".join(token.text for token in fresh)
        if "code" in form and "`" in text:
            return None
        text = text if "code" in form else escaped(text, cell=self._cell)
        if gone:
            if any(span is None for span in spans):
                return None
            known = [span for span in spans if span]
            if any(left[1] != right[0] for left, right in pairwise(known)):
                return None
            if not fresh and form != PLAIN and all(side is None or side.form != form for side in (before, after)):
                return None  # it would leave empty markup behind
            start, end = known[0][0], known[-1][1]
            return Edit(start, end, text)
        left = self._place.spans[one.a - 1] if before else None
        right = self._place.spans[one.a_end] if after else None
        if before and left and before.form == form:
            return Edit(left[1], left[1], text)
        if after and right and after.form == form and (form != PLAIN or before is None or left is not None):
            return Edit(right[0], right[0], text)
        return None

    def _rewritten(self, steps: list[_Step]) -> Edit:
        spans = self._place.spans
        a, a_end, b, b_end = steps[0].a, steps[-1].a_end, steps[0].b, steps[-1].b_end
        left = spans[a - 1] if a else None
        right = spans[a_end] if a_end < len(self._old) else None
        start = left[1] if left else self._place.lo
        end = right[0] if right else self._place.hi
        text = to_markdown(
            self._new[b:b_end], spaces=self._spaces(steps, b), tails=self._tails(), notes=self._notes, cell=self._cell
        )
        return Edit(start, end, text)

    def _spaces(self, steps: list[_Step], first: int) -> dict[int, str]:
        """Line ends of the source between words that stayed: the line structure is the author's."""
        found: dict[int, str] = {}
        for step in steps:
            span = self._place.spans[step.a] if step.stayed else None
            if span and self._old[step.a].text == " " and "\n" in self._source[span[0] : span[1]]:
                found[step.b - first] = self._source[span[0] : span[1]]
        return found

    def _tails(self) -> dict[str, str]:
        tails: dict[str, str] = {}
        for at, token in enumerate(self._old):
            span = self._place.spans[at]
            address = _address(token)
            if address is None or span is None:
                continue
            if at + 1 < len(self._old) and _address(self._old[at + 1]) == address:
                continue
            found = _TAIL.match(self._source, span[1])
            if found and found.start(1) <= self._place.hi:
                tails[address] = found[1]
        return tails


def _address(token: Token) -> str | None:
    return next((one.removeprefix("link:") for one in token.form if one.startswith("link:")), None)


def with_edits(source: str, edits: Iterable[Edit], start: int, end: int) -> str:
    """The source from `start` to `end` with its edits. What is put in within a deletion stays, the rest goes."""
    out: list[str] = []
    at = start
    for edit in sorted(set(edits), key=lambda one: (one.start, one.order, one.end)):
        if edit.start >= at:
            out += [source[at : edit.start], edit.text]
            at = edit.end
        elif edit.start == edit.end:
            out.append(edit.text)
        else:
            at = max(at, edit.end)
    out.append(source[at:end])
    return "".join(out)
