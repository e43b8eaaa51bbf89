"""Writes the redline of running text: kept words once, others as deleted and inserted, changed markup as pairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from yururluk.redline.blocks import OPAQUE, SPACE, TAGS, VOID, fold, tag_name
from yururluk.redline.marks import DEL, DEL_END, INS, INS_END, Kind, marked_words, pair_attributes, without_ids, wrapper
from yururluk.redline.word_diff import Same, Tools, Vocabulary, common, differ_typographically, prefix_size, readable


@dataclass(slots=True, eq=False)
class Running:
    """The items of some running text, and all words in them and below as one string of codes.

    `raws[i]` is the source of item i without the white space before it, `spaces[i]` that white space, `inside[i]` the
    running text of an element or None; `tail` is the white space at the end. `owners[w]` is the item that word w is in,
    None where items are words throughout.
    """

    opening: str = ""
    closing: str = ""
    raws: list[str] = field(default_factory=list)
    spaces: list[str] = field(default_factory=list)
    inside: list[Running | None] = field(default_factory=list)
    codes: str = ""
    owners: list[int] | None = None
    tail: str = ""

    def html(self, start: int, end: int) -> str:
        """The source of the items from `start` to before `end`, white space before the first left out."""
        if end - start == 1:
            return self.raws[start]
        pieces = [piece for pair in zip(self.spaces[start:end], self.raws[start:end], strict=True) for piece in pair]
        return "".join(pieces[1:])

    def is_word(self, item: int) -> bool:
        """Is it a word or a mark, rather than an element?"""
        return self.raws[item][0] != "<"


def read_running(text: str, vocabulary: Vocabulary, exact: bool) -> Running:
    """`text` is regular HTML without blocks. Where white space counts (`exact`), it is kept as it is."""
    node = Running()
    if "<" not in text:
        _words(node, text, vocabulary, exact)
        return node
    parts = TAGS.split(text)
    stack = [node]
    codes: list[list[str]] = [[]]
    owners: list[list[int]] = [[]]

    def add(raw: str, below: Running | None, code: str) -> None:
        at = len(node.raws)
        node.raws.append(raw)
        node.spaces.append(node.tail)
        node.inside.append(below)
        node.tail = ""
        codes[-1].append(code)
        owners[-1].extend([at] * len(code))

    at = 0
    while at < len(parts):
        if parts[at]:
            before = len(node.raws)
            codes[-1].append(_words(node, parts[at], vocabulary, exact))
            owners[-1].extend(range(before, len(node.raws)))
        if at + 1 == len(parts):
            break
        tag = parts[at + 1]
        at += 2
        name = tag_name(tag)
        if tag[1] == "/":
            done = stack.pop()
            node = stack[-1]
            done.codes = "".join(codes.pop())
            done.owners = owners.pop()
            done.closing = tag
            raw = f"{done.opening}{done.spaces[0]}{done.html(0, len(done.raws))}" if done.raws else done.opening
            raw += done.tail + tag
            if done.codes:
                add(raw, done, done.codes)
            else:
                add(raw, None, vocabulary.code("\0" + raw))
        elif name in VOID:
            add(tag, None, vocabulary.code("\0" + tag))
        elif name in OPAQUE:
            end = _end(parts, at, name)
            raw = tag + "".join(parts[at:end])
            add(raw, None, vocabulary.code("\0" + raw))
            at = end
        else:
            node = Running(tag)
            stack.append(node)
            codes.append([])
            owners.append([])
    node.codes = "".join(codes[-1])
    node.owners = owners[-1]
    return node


def _words(node: Running, text: str, vocabulary: Vocabulary, exact: bool) -> str:
    if not exact and ("\n" in text or "  " in text or "\t" in text):
        text = fold(text)
    spaces, raws, codes = vocabulary.words(text)
    before = node.tail
    node.tail = text[len(text.rstrip(SPACE)) :]
    if not raws:
        node.tail = before + node.tail if exact else before or node.tail
        return ""
    at = len(node.spaces)
    node.spaces += spaces
    if before:
        node.spaces[at] = before + node.spaces[at] if exact else before
    node.raws += raws
    node.inside += [None] * len(raws)
    if node.owners is None and not node.opening:
        node.codes = codes
    return codes


def _end(parts: list[str], at: int, name: str) -> int:
    """Where the opaque element that began just before `at` ends: the index after its end tag."""
    depth = 1
    for place in range(at + 1, len(parts), 2):
        tag = parts[place]
        if tag_name(tag) == name:
            depth += -1 if tag[1] == "/" else 1
            if not depth:
                return place + 1
    return len(parts)


_PartKind = Literal["same", "within", "change", "format", "typographic"]


class Part(NamedTuple):
    """Old items `a` to before `a_end` against new items `b` to before `b_end`."""

    kind: _PartKind
    a: int
    a_end: int
    b: int
    b_end: int


class _Change(NamedTuple):
    """The two sides of a change, each with the white space that it alone has at its ends."""

    gone: str
    come: str
    typographic: bool


_LATIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def inline_redline(old_html: str, new_html: str, tools: Tools, *, exact: bool = False) -> str:
    """The redline of two pieces of running text in the same element. `exact`: white space counts (pre)."""
    head, tail = (0, 0) if exact else _same_sentences(old_html, new_html)
    old = read_running(old_html[head : len(old_html) - tail], tools.vocabulary, exact)
    new = read_running(new_html[head : len(new_html) - tail], tools.vocabulary, exact)
    runs = common(old.codes, new.codes, tools.budget)
    if old.owners is None and new.owners is None:
        runs = readable(runs, old.raws, new.raws)
    else:
        runs = readable(runs, _flat(old), _flat(new))
    html = _Inline(tools, exact).write(old, new, runs, edge=not exact)
    return new_html[:head] + html + new_html[len(new_html) - tail :] if head or tail else html


#: So many letters beside a change are read with it: what a change is called depends on the words around it.
_ROUND: Final = 40


def _same_sentences(old: str, new: str) -> tuple[int, int]:
    """How many letters at the beginning and at the end are whole sentences that nothing changed in or near."""
    limit = min(len(old), len(new))
    if limit < 4 * _ROUND:
        return 0, 0
    head = _sentence_end(new, prefix_size(old, new) - _ROUND)
    same = min(prefix_size(old[::-1], new[::-1]), limit - head) - _ROUND
    at = new.find(". ", len(new) - same) + 1 if same > 0 else 0
    tail = len(new) - at if at and _is_whole(new[at:]) else 0
    return head, tail


def _sentence_end(text: str, before: int) -> int:
    end = text.rfind(". ", 0, before) + 1 if before > 0 else 0
    return end if end and _is_whole(text[:end]) else 0


def _is_whole(html: str) -> bool:
    """Does every element that begins here end here?"""
    return html.count("<") == 2 * html.count("</")


def _flat(running: Running) -> list[str]:
    flat: list[str] = []
    for raw, inside in zip(running.raws, running.inside, strict=True):
        if inside is None:
            flat.append(raw)
        else:
            flat.extend(_flat(inside))
    return flat


class _Inline:
    def __init__(self, tools: Tools, exact: bool) -> None:
        self.tools = tools
        self.exact = exact

    def write(self, old: Running, new: Running, runs: list[Same], *, edge: bool) -> str:
        parts = self._spaces_settled(old, new, self._parts(old, new, runs), edge)
        return self._written(old, new, self._typographic(old, new, parts), runs)

    # -- which items belong together

    def _parts(self, old: Running, new: Running, runs: list[Same]) -> list[Part]:
        words_only = old.owners is None and new.owners is None
        kept = _of_words(old, new, runs) if words_only else self._of_items(old, new, runs)
        parts: list[Part] = []
        a = b = 0
        for part in kept:
            if part.a > a or part.b > b:
                parts.append(_change(old, new, a, part.a, b, part.b))
            parts.append(part)
            a, b = part.a_end, part.b_end
        if len(old.raws) > a or len(new.raws) > b:
            parts.append(_change(old, new, a, len(old.raws), b, len(new.raws)))
        return parts

    def _of_items(self, old: Running, new: Running, runs: list[Same]) -> list[Part]:
        """Items joined by a common word; where several hang together and the markup parts them otherwise, all of
        them."""
        ours = old.owners if old.owners is not None else range(len(old.raws))
        theirs = new.owners if new.owners is not None else range(len(new.raws))
        groups: list[tuple[int, int, int, int]] = []
        i = j = -1  # the first items of the last group
        i_end = j_end = -1  # and its last ones
        for a, b, size in runs:
            for one, other in zip(ours[a : a + size], theirs[b : b + size], strict=True):
                if one > i_end and other > j_end:
                    if i >= 0:
                        groups.append((i, i_end, j, j_end))
                    i, j = one, other
                i_end, j_end = one, other
        if i >= 0:
            groups.append((i, i_end, j, j_end))
        kept: list[Part] = []
        at = to = -1  # where a stretch of items that are the same on both sides began
        at_end = to_end = -1
        for i, i_end, j, j_end in groups:
            single = i == i_end and j == j_end
            if single and old.raws[i] == new.raws[j]:
                if at < 0 or i != at_end or j != to_end:
                    if at >= 0:
                        kept.append(Part("same", at, at_end, to, to_end))
                    at, to = i, j
                at_end, to_end = i + 1, j + 1
                continue
            if at >= 0:
                kept.append(Part("same", at, at_end, to, to_end))
                at = -1
            kind = self._single(old, new, i, j) if single else "format"
            _append(kept, Part(kind, i, i_end + 1, j, j_end + 1))
        if at >= 0:
            kept.append(Part("same", at, at_end, to, to_end))
        return kept

    def _single(self, old: Running, new: Running, i: int, j: int) -> _PartKind:
        ours, theirs = old.inside[i], new.inside[j]
        if ours is None and theirs is None:
            return "typographic" if old.is_word(i) and new.is_word(j) else "change"
        if ours is None or theirs is None or ours.opening != theirs.opening:
            return "format"
        if not (self._agree(ours.tail, theirs.tail) and ours.spaces and theirs.spaces):
            return "format"
        return "within" if self._agree(ours.spaces[0], theirs.spaces[0]) else "format"

    # -- white space

    def _agree(self, ours: str, theirs: str) -> bool:
        return ours == theirs if self.exact else (not ours) == (not theirs)

    def _spaces_settled(self, old: Running, new: Running, parts: list[Part], edge: bool) -> list[Part]:
        """Parts such that the space before each kept one is the same on both sides, or can go into the change before
        it."""
        settled: list[Part] = []
        queue = parts[::-1]
        while queue:
            part = queue.pop()
            if part.kind == "change":
                _append(settled, part)
                continue
            if part.kind == "same" and part.a_end - part.a > 1:
                cut = self._first_disagreement(old, new, part)
                if cut:
                    queue.append(Part("same", part.a + cut, part.a_end, part.b + cut, part.b_end))
                    part = Part("same", part.a, part.a + cut, part.b, part.b + cut)
            ours, theirs = old.spaces[part.a], new.spaces[part.b]
            first = not settled and part.a == part.b == 0
            if self._agree(ours, theirs) or (first and edge) or _can_hold(settled, ours, theirs):
                if part.kind == "same" and settled and settled[-1].kind == "same" and self._agree(ours, theirs):
                    last = settled.pop()
                    part = Part("same", last.a, part.a_end, last.b, part.b_end)
                settled.append(part)
                continue
            if part.kind == "same" and part.a_end - part.a > 1:
                queue.append(Part("same", part.a + 1, part.a_end, part.b + 1, part.b_end))
                part = Part("same", part.a, part.a + 1, part.b, part.b + 1)
            if part.kind in ("same", "typographic"):
                _append(settled, Part("change", part.a, part.a + 1, part.b, part.b + 1))
            else:
                settled.append(Part("format", part.a, part.a_end, part.b, part.b_end))
        return settled

    def _first_disagreement(self, old: Running, new: Running, part: Part) -> int:
        """How many items after the first of a kept part the space before an item differs; 0 if nowhere."""
        ours, theirs = old.spaces[part.a + 1 : part.a_end], new.spaces[part.b + 1 : part.b_end]
        if ours == theirs:
            return 0
        for at, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            if not self._agree(one, other):
                return at + 1
        return 0

    # -- differences of quotes, dashes and spaces only

    def _typographic(self, old: Running, new: Running, parts: list[Part]) -> list[Part]:
        done: list[Part] = []
        queue = parts[::-1]
        while queue:
            part = queue.pop()
            if part.kind != "change" or not _is_typographic(old, new, part):
                done.append(part)
                continue
            after = queue[-1] if queue else None
            if _side(old, part.a, part.a_end).strip(SPACE) and _side(new, part.b, part.b_end).strip(SPACE):
                done.append(part._replace(kind="typographic"))
            elif after and after.kind == "same" and old.is_word(after.a):
                queue.pop()
                if after.a_end - after.a > 1:
                    queue.append(Part("same", after.a + 1, after.a_end, after.b + 1, after.b_end))
                queue.append(Part("change", part.a, after.a + 1, part.b, after.b + 1))
                if not _is_typographic(old, new, queue[-1]):
                    done.append(queue.pop())
            elif done and done[-1].kind == "same" and old.is_word(done[-1].a_end - 1):
                before = done.pop()
                if before.a_end - before.a > 1:
                    done.append(Part("same", before.a, before.a_end - 1, before.b, before.b_end - 1))
                wider = Part("change", before.a_end - 1, part.a_end, before.b_end - 1, part.b_end)
                done.append(wider._replace(kind="typographic") if _is_typographic(old, new, wider) else wider)
            else:
                done.append(part)
        return done

    # -- writing

    def _written(self, old: Running, new: Running, parts: list[Part], runs: list[Same]) -> str:
        out: list[str] = []
        pending: _Change | None = None  # still open for a space at its end
        for part in parts:
            ours = old.spaces[part.a] if part.a < part.a_end else None
            theirs = new.spaces[part.b] if part.b < part.b_end else None
            if ours is None or theirs is None or part.kind in ("change", "typographic"):
                if pending:
                    self._flush(pending, out)
                # The space that both sides of a change begin with.
                lead = "" if not ours or not theirs or (self.exact and ours != theirs) else theirs
                out.append(lead)
                gone = "" if ours is None else ("" if lead else ours) + old.html(part.a, part.a_end)
                come = "" if theirs is None else ("" if lead else theirs) + new.html(part.b, part.b_end)
                pending = _Change(gone, come, part.kind == "typographic")
                continue
            agree = self._agree(ours, theirs)
            if pending:
                if not agree:
                    pending = pending._replace(gone=pending.gone + ours, come=pending.come + theirs)
                    ours = theirs = ""
                self._flush(pending, out)
                pending = None
            elif part.kind == "format" and not agree:
                before, after = old.html(part.a, part.a_end), new.html(part.b, part.b_end)
                out.append(self._pair(ours + before, theirs + after, "format"))
                continue
            out.append(theirs)
            out.append(self._kept(old, new, part, runs))
        if pending:
            if not self._agree(old.tail, new.tail) and _holds(pending.gone, pending.come, old.tail, new.tail):
                pending = pending._replace(gone=pending.gone + old.tail, come=pending.come + new.tail)
                self._flush(pending, out)
                return "".join(out)
            self._flush(pending, out)
        if self.exact and old.tail != new.tail:
            out.append(f"{DEL}{old.tail}{DEL_END}{INS}{new.tail}{INS_END}")
        else:
            out.append(new.tail)
        return "".join(out)

    def _flush(self, change: _Change, out: list[str]) -> None:
        if change.typographic:
            out.append(self._pair(change.gone, change.come, "typographic"))
            return
        if change.gone:
            out.append(f"{DEL}{without_ids(change.gone)}{DEL_END}")
        if change.come:
            out.append(f"{INS}{change.come}{INS_END}")

    def _kept(self, old: Running, new: Running, part: Part, runs: list[Same]) -> str:
        if part.kind == "same":
            return new.html(part.b, part.b_end)
        ours, theirs = old.inside[part.a], new.inside[part.b]
        if part.kind != "within" or ours is None or theirs is None:
            return self._pair(old.html(part.a, part.a_end), new.html(part.b, part.b_end), "format")
        a, b = _offset(old, part.a), _offset(new, part.b)
        inner = _cut(runs, a, a + len(ours.codes), b)
        return theirs.opening + self.write(ours, theirs, inner, edge=False) + theirs.closing

    def _pair(self, before: str, after: str, kind: Kind) -> str:
        if kind == "format":
            marked = marked_words(before, [after], self.tools)
            if marked is None:
                return f"{DEL}{without_ids(before)}{DEL_END}{INS}{after}{INS_END}"
            after = marked[0]
        attributes = pair_attributes(self.tools.next_pair(), kind)
        gone, come = wrapper("del", attributes), wrapper("ins", attributes)
        return f"{gone}{without_ids(before)}{DEL_END}{come}{after}{INS_END}"


def _of_words(old: Running, new: Running, runs: list[Same]) -> list[Part]:
    kept: list[Part] = []
    for a, b, size in runs:
        if old.raws[a : a + size] == new.raws[b : b + size]:
            kept.append(Part("same", a, a + size, b, b + size))
            continue
        for step in range(size):
            same = old.raws[a + step] == new.raws[b + step]
            _append(kept, Part("same" if same else "typographic", a + step, a + step + 1, b + step, b + step + 1))
    return kept


def _append(parts: list[Part], part: Part) -> None:
    """Adds a part, joined to the last one where both are of a kind that runs on."""
    if parts and part.kind in ("same", "change") and parts[-1].kind == part.kind:
        last = parts[-1]
        if last.a_end == part.a and last.b_end == part.b:
            parts[-1] = Part(part.kind, last.a, part.a_end, last.b, part.b_end)
            return
    parts.append(part)


def _change(old: Running, new: Running, a: int, a_end: int, b: int, b_end: int) -> Part:
    """A stretch without a common word. One picture or the like for another is a pair."""
    if a_end - a == b_end - b == 1 and not old.is_word(a) and not new.is_word(b):
        single = old.inside[a] is None and new.inside[b] is None
        if single and tag_name(old.raws[a]) == tag_name(new.raws[b]) in VOID:
            return Part("format", a, a_end, b, b_end)
    return Part("change", a, a_end, b, b_end)


def _can_hold(settled: list[Part], ours: str, theirs: str) -> bool:
    """Has the change before a side that can take the space which only one side has?"""
    if not settled or settled[-1].kind not in ("change", "typographic"):
        return False
    _, a, a_end, b, b_end = settled[-1]
    return _holds(a_end - a, b_end - b, ours, theirs)


def _holds(gone: object, come: object, ours: str, theirs: str) -> bool:
    return (not ours or bool(gone)) and (not theirs or bool(come)) and not (ours and theirs)


def _side(running: Running, start: int, end: int) -> str:
    return "".join(running.raws[start:end])


def _is_typographic(old: Running, new: Running, part: Part) -> bool:
    gone, come = _side(old, part.a, part.a_end), _side(new, part.b, part.b_end)
    if gone and come and gone[0] != come[0] and gone[0] in _LATIN and come[0] in _LATIN:
        return False
    if "<" in gone or "<" in come:  # an element; in words it is written otherwise
        return False
    return len(gone) <= 200 and len(come) <= 200 and differ_typographically(gone, come)


def _offset(running: Running, item: int) -> int:
    """At which word an item begins."""
    return item if running.owners is None else running.owners.index(item)


def _cut(runs: list[Same], a: int, a_end: int, b: int) -> list[Same]:
    """The runs within old words `a` to before `a_end`, counted from there and from new word `b`."""
    inner: list[Same] = []
    for run in runs:
        start, end = max(run.a, a), min(run.a + run.size, a_end)
        if start < end:
            inner.append(Same(start - a, run.b + (start - run.a) - b, end - start))
    return inner
