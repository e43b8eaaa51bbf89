"""Edits of running text in the Markdown source: what to change for it to say what came back from Word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Final

from yururluk.word.reading import BREAK, NOTE, PLAIN, Form, Token, Tokens
from yururluk.word.source_map import Span, TextSource

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
_TAIL: Final = re.compile(r"[^\[\]\n]*?(\](?:\((?:[^()\n]|\([^()\n]*\))*\)|[ ]?\[[^\]\n]*\])(?:\{:?[^{}\n]*\})?)")
#: White space that is no space and no line end.
_SHAPED: Final = re.compile(r"[^ \n]")
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


@dataclass(frozen=True)
class _Item:
    """A piece to write: words to be escaped, or Markdown as it is (`raw`)."""

    text: str
    form: Form
    raw: bool


def to_markdown(
    tokens: Sequence[Token],
    *,
    notes: Mapping[int, str],
    spaces: Mapping[int, str] = MappingProxyType({}),
    tails: Mapping[str, str] = MappingProxyType({}),
    cell: bool = False,
) -> str:
    """Tokens as Markdown, beginning and ending without form.

    `spaces`: the white space of the source, by place, where it is more than a space; `tails`: how links to an
    address end in the source (`](…){…}` or `][name]`); `notes`: the label of each footnote, by its place.
    """
    out: list[str] = []
    stack: list[str] = []

    def close(form: str) -> str:
        if not form.startswith(_LINK):
            return _OPENERS[form]
        address = form.removeprefix(_LINK)
        return tails.get(address) or f"]({_destination(address)})"

    items = _items(tokens, spaces, notes)
    for (form, raw), group in groupby(enumerate(items), key=lambda one: (one[1].form, one[1].raw)):
        run = list(group)
        at = run[0][0]
        lowest = next((place for place, one in enumerate(stack) if one not in form), len(stack))
        out += [close(stack.pop()) for _ in stack[lowest:]]
        # What lasts longest is opened first, and code last, for nothing is markup inside it.
        for one in sorted(form - set(stack), key=lambda one: (one == "code", -_lasts(items[at:], one), one)):
            out.append("[" if one.startswith(_LINK) else _OPENERS[one])
            stack.append(one)
        text = "".join(item.text for _, item in run)
        out.append(text if raw else text.replace("`", "'") if "code" in form else escaped(text, cell=cell))
    return "".join([*out, *(close(form) for form in reversed(stack))])


def _lasts(items: Sequence[_Item], form: str) -> int:
    return next((at for at, item in enumerate(items) if form not in item.form), len(items))


def _items(tokens: Sequence[Token], spaces: Mapping[int, str], notes: Mapping[int, str]) -> list[_Item]:
    items: list[_Item] = []
    for address, group in groupby(enumerate(tokens), key=lambda one: _address(one[1])):
        run = list(group)
        whole = None if address is None else _whole_link("".join(token.text for _, token in run), address)
        if whole is not None:
            items.append(_Item(whole, run[0][1].form - {f"{_LINK}{address}"}, True))
            continue
        for at, token in run:
            raw = spaces.get(at)
            if token.text == NOTE:
                raw = f"[^{notes.get(-1 if token.note is None else token.note, '?')}]"
            elif token.text == BREAK:
                raw = "<br>"
            items.append(_Item(token.text if raw is None else raw, token.form, raw is not None))
    return items


def _address(token: Token) -> str | None:
    return next((one.removeprefix(_LINK) for one in sorted(token.form) if one.startswith(_LINK)), None)


def _whole_link(text: str, address: str) -> str | None:
    """A link in one piece: an image, or an address that shows itself."""
    image = _IMAGE.fullmatch(text)
    if image:
        return f"![{escaped(image['alt'])}]({_destination(address)})"
    return f"<{address}>" if text == address and re.match(r"https?:", address) else None


def _destination(address: str) -> str:
    return f"<{address}>" if re.search(r"[\s()]", address) else address


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
            steps += [_Step(a + at, a + at + 1, b + at, b + at + 1, True) for at in range(a_end - a)]
            # Equal tokens may have another shape; a line end in place of a space is none.
            others = [at for at in range(a_end - a) if old[a + at].text != new[b + at].text]
            shaped = [b + at for at in others if _SHAPED.search(old[a + at].text + new[b + at].text)]
            kept += [_words(new[max(0, at - 4) : at + 5]) for at in shaped]
        elif _only_typographic(old[a:a_end], new[b:b_end]):
            kept.append(_words(new[max(0, b - 4) : b_end + 4]))
            steps.append(_Step(a, a_end, b, b_end, False))
        else:
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


def _only_typographic(old: Tokens, new: Tokens) -> bool:
    """Are these the same but for an ellipsis, which is one sign or three?"""
    left, right = ("".join(token.same[0] for token in side) for side in (old, new))
    return left == right and {token.form for token in old} == {token.form for token in new}


def _words(tokens: Tokens) -> str:
    return "".join(token.text for token in tokens).strip()


@dataclass(frozen=True)
class _TextEditor:
    old: Tokens
    new: Tokens
    source: str
    place: TextSource
    notes: Mapping[int, str]
    cell: bool
    steps: list[_Step]

    def edits(self) -> list[Edit]:
        """Each change alone where its form is that of its neighbours; else with all that it is marked up with."""
        direct: dict[int, Edit] = {}
        wide: list[tuple[int, int]] = []
        for at, step in enumerate(self.steps):
            if step.stayed or _only_typographic(self.old[step.a : step.a_end], self.new[step.b : step.b_end]):
                continue
            edit = self._direct(step)
            if edit is not None:
                direct[at] = edit
                continue
            low, high = self._widened(at)
            if wide and low <= wide[-1][1]:
                last = wide.pop()
                low, high = last[0], max(high, last[1])
            wide.append((low, high))
        edits = [edit for at, edit in direct.items() if not any(low <= at < high for low, high in wide)]
        edits += [self._rewritten(self.steps[low:high]) for low, high in wide]
        return sorted(edits, key=lambda edit: edit.start)

    def _widened(self, at: int) -> tuple[int, int]:
        """The steps around a change, up to where no markup is open and the source is known."""
        neutral = [place for place, step in enumerate(self.steps) if self._is_neutral(step)]
        low = max((place + 1 for place in neutral if place < at), default=0)
        return low, min((place for place in neutral if place > at), default=len(self.steps))

    def _is_neutral(self, step: _Step) -> bool:
        """May the source be cut beside this token? It must have stayed, be without form, and its place known."""
        token = self.old[step.a] if step.stayed else None
        if token is None or token.form != PLAIN or token.text in (NOTE, BREAK):
            return False
        return self.place.spans[step.a] is not None

    def _direct(self, one: _Step) -> Edit | None:
        fresh, gone = self.new[one.b : one.b_end], self.old[one.a : one.a_end]
        forms = {token.form for token in (*fresh, *gone)}
        odd = any(token.text in (NOTE, BREAK) for token in fresh) or any(token.text == BREAK for token in gone)
        text = "".join(token.text for token in fresh)
        form = next(iter(forms))
        if len(forms) > 1 or odd or ("code" in form and "`" in text):
            return None
        text = text if "code" in form else escaped(text, cell=self.cell)
        before = self.old[one.a - 1] if one.a else None
        after = self.old[one.a_end] if one.a_end < len(self.old) else None
        if gone:
            known = [span for span in self.place.spans[one.a : one.a_end] if span]
            if len(known) < len(gone) or any(left[1] != right[0] for left, right in pairwise(known)):
                return None
            if not fresh and form != PLAIN and all(side is None or side.form != form for side in (before, after)):
                return None  # it would leave empty markup behind
            return Edit(known[0][0], known[-1][1], text)
        left, right = self._around(one.a, one.a_end)
        if before and left and before.form == form:
            return Edit(left[1], left[1], text)
        if after and right and after.form == form and (form != PLAIN or before is None or left is not None):
            return Edit(right[0], right[0], text)
        return None

    def _around(self, a: int, a_end: int) -> tuple[Span | None, Span | None]:
        """The places of the tokens before and behind some."""
        spans = self.place.spans
        return spans[a - 1] if a else None, spans[a_end] if a_end < len(spans) else None

    def _rewritten(self, steps: list[_Step]) -> Edit:
        b, b_end = steps[0].b, steps[-1].b_end
        left, right = self._around(steps[0].a, steps[-1].a_end)
        # Line ends of the source between words that stayed: the line structure is the author's.
        spaces: dict[int, str] = {}
        for step in steps:
            span = self.place.spans[step.a] if step.stayed else None
            if span and self.old[step.a].text == " " and "\n" in self.source[slice(*span)]:
                spaces[step.b - b] = self.source[slice(*span)]
        text = to_markdown(self.new[b:b_end], notes=self.notes, spaces=spaces, tails=self._tails(), cell=self.cell)
        return Edit(left[1] if left else self.place.lo, right[0] if right else self.place.hi, text)

    def _tails(self) -> dict[str, str]:
        tails: dict[str, str] = {}
        for address, group in groupby(enumerate(self.old), key=lambda one: _address(one[1])):
            span = self.place.spans[list(group)[-1][0]]
            found = _TAIL.match(self.source, span[1]) if address is not None and span else None
            if address is not None and found and found.start(1) <= self.place.hi:
                tails[address] = found[1]
        return tails


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
    return "".join([*out, source[at:end]])
