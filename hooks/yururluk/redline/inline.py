"""Writes the redline of running text: kept words once, others as deleted and inserted, changed markup as pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from yururluk.redline.blocks import SPACE, VOID, tag_name
from yururluk.redline.marks import DEL, DEL_END, INS, INS_END, Kind, pair_attributes, without_ids, wrapper
from yururluk.redline.running import Running, marked_words, read_running
from yururluk.redline.word_diff import Budget, Same, Vocabulary, common, differ_typographically, prefix_size, readable


class Part(NamedTuple):
    """Old items `a` to before `a_end` against new items `b` to before `b_end`."""

    kind: Literal["same", "within", "change", "format", "typographic"]
    a: int
    a_end: int
    b: int
    b_end: int


class _Change(NamedTuple):
    """The two sides of a change, each with the white space that it alone has at its ends."""

    gone: str
    come: str
    typographic: bool


class Tools(NamedTuple):
    """What one comparison shares: its vocabulary, its bound on work, and the numbering of its pairs."""

    vocabulary: Vocabulary
    budget: Budget
    next_pair: Callable[[], str]


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
        parts = self._parts(old, new, runs)
        parts = self._spaces_settled(old, new, parts, edge)
        parts = self._typographic(old, new, parts)
        return self._written(old, new, parts, runs)

    # -- which items belong together

    def _parts(self, old: Running, new: Running, runs: list[Same]) -> list[Part]:
        kept = self._of_words(old, new, runs) if old.owners is None and new.owners is None else None
        if kept is None:
            kept = self._of_items(old, new, runs)
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

    def _of_words(self, old: Running, new: Running, runs: list[Same]) -> list[Part]:
        kept: list[Part] = []
        for a, b, size in runs:
            if old.raws[a : a + size] == new.raws[b : b + size]:
                kept.append(Part("same", a, a + size, b, b + size))
                continue
            for step in range(size):
                same = old.raws[a + step] == new.raws[b + step]
                _append(kept, Part("same" if same else "typographic", a + step, a + step + 1, b + step, b + step + 1))
        return kept

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

    def _single(
        self, old: Running, new: Running, i: int, j: int
    ) -> Literal["same", "within", "change", "format", "typographic"]:
        if old.raws[i] == new.raws[j]:
            return "same"
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
            if part.a < part.a_end and part.b < part.b_end and _shown(old, new, part):
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
                lead = self._lead(ours, theirs)
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

    def _lead(self, ours: str | None, theirs: str | None) -> str:
        """The space that both sides of a change begin with."""
        if not ours or not theirs or (self.exact and ours != theirs):
            return ""
        return theirs

    def _kept(self, old: Running, new: Running, part: Part, runs: list[Same]) -> str:
        if part.kind == "same":
            return new.html(part.b, part.b_end)
        if part.kind == "within":
            return self._within(old, new, part, runs)
        before, after = old.html(part.a, part.a_end), new.html(part.b, part.b_end)
        return self._pair(before, after, "format")

    def _within(self, old: Running, new: Running, part: Part, runs: list[Same]) -> str:
        ours, theirs = old.inside[part.a], new.inside[part.b]
        if ours is None or theirs is None:  # only elements have something within
            return self._pair(old.html(part.a, part.a_end), new.html(part.b, part.b_end), "format")
        a, b = _offset(old, part.a), _offset(new, part.b)
        inner = _cut(runs, a, a + len(ours.codes), b)
        return theirs.opening + self.write(ours, theirs, inner, edge=False) + theirs.closing

    def _pair(self, before: str, after: str, kind: Kind) -> str:
        if kind == "format":
            marked_after = marked_words(before, after, self.tools.vocabulary, self.tools.budget)
            if marked_after is None:
                return f"{DEL}{without_ids(before)}{DEL_END}{INS}{after}{INS_END}"
            after = marked_after
        attributes = pair_attributes(self.tools.next_pair(), kind)
        gone, come = wrapper("del", attributes), wrapper("ins", attributes)
        return f"{gone}{without_ids(before)}{DEL_END}{come}{after}{INS_END}"


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
    last = settled[-1]
    return _holds(last.a_end - last.a, last.b_end - last.b, ours, theirs)


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


def _shown(old: Running, new: Running, part: Part) -> bool:
    """Is there something to see on both sides?"""
    return bool(_side(old, part.a, part.a_end).strip(SPACE)) and bool(_side(new, part.b, part.b_end).strip(SPACE))


def _offset(running: Running, item: int) -> int:
    """At which word an item begins."""
    if running.owners is None:
        return item
    return running.owners.index(item)


def _cut(runs: list[Same], a: int, a_end: int, b: int) -> list[Same]:
    """The runs within old words `a` to before `a_end`, counted from there and from new word `b`."""
    inner: list[Same] = []
    for run in runs:
        start, end = max(run.a, a), min(run.a + run.size, a_end)
        if start < end:
            inner.append(Same(start - a, run.b + (start - run.a) - b, end - start))
    return inner
