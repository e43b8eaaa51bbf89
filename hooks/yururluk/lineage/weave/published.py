"""The woven texts of a document as they are published, made from what an earlier publish remembers of the older ones.

Frozen texts do not change, so neither does what leads from one to the next. Only the newest step is worked out.
"""

from __future__ import annotations

import hashlib
import json
import pickle
from typing import Any

from yururluk.core.model import Text
from yururluk.lineage.weave.edits import blocks_of, listed
from yururluk.lineage.weave.woven import FORMAT, Series, laid_out, step_between
from yururluk.memory import NO_MEMORY, Memory
from yururluk.text.renderings import rendering


def woven_file(series: Series[Text], memory: Memory = NO_MEMORY) -> bytes:
    """The same as `weave(series).to_json()` of their Markdown. Raises RenderError where one cannot be rendered."""
    known = _Known(series, memory)
    layout = laid_out(series, known.rendering)
    steps = [
        f"[{source},{target},{known.step(layout.texts[source], layout.texts[target])}]"
        for source, target in layout.steps
    ]
    head = {
        "format": FORMAT,
        "document": series.document,
        "locale": series.locale,
        "releases": layout.releases,
    }
    first = known.first(layout.texts[0]) if layout.texts else "[]"
    known.remember()
    return f'{_json(head)[:-1]},"first":{first},"steps":[{",".join(steps)}]}}\n'.encode()


class _Known:
    """What is known of the texts by their digests, and of the steps between them."""

    def __init__(self, series: Series[Text], memory: Memory) -> None:
        self._memory = memory
        self._locale = series.locale
        self._name = f"weave-{series.document}-{series.locale}"
        recalled = memory.recall(self._name)
        told = pickle.loads(recalled) if recalled else {}  # noqa: S301 - our own, see `yururluk.site.clause_memory`
        # The digest of each text's rendering; the blocks of the first one; steps by the digests of both texts.
        self._renderings: dict[str, str] = told.get("renderings", {})
        self._firsts: dict[str, str] = told.get("firsts", {})
        self._steps: dict[str, str] = told.get("steps", {})
        self._used: tuple[set[str], set[str], set[str]] = (set(), set(), set())
        self._new = not recalled

    def rendering(self, text: Text) -> str:
        key = text.sha256
        if key not in self._renderings:
            self._renderings[key] = hashlib.sha256(rendering(text.source).encode()).hexdigest()
            self._new = True
        self._used[0].add(key)
        return self._renderings[key]

    def first(self, text: Text) -> str:
        key = text.sha256
        if key not in self._firsts:
            self._firsts[key] = _json(blocks_of(rendering(text.source)))
            self._new = True
        self._used[1].add(key)
        return self._firsts[key]

    def step(self, old: Text, new: Text) -> str:
        key = f"{old.sha256} {new.sha256}"
        if key not in self._steps:
            step = step_between(0, 1, rendering(old.source), rendering(new.source), self._locale)
            edits = [listed(edit) for edit in step.edits]
            self._steps[key] = f"{_json(edits)},{_json(list(step.words))}"
            self._new = True
        self._used[2].add(key)
        return self._steps[key]

    def remember(self) -> None:
        kept = (self._renderings, self._firsts, self._steps)
        if self._new or any(set(known) != used for known, used in zip(kept, self._used, strict=True)):
            names = ("renderings", "firsts", "steps")
            told = {
                name: {key: known[key] for key in sorted(used)}
                for name, known, used in zip(names, kept, self._used, strict=True)
            }
            self._memory.keep(self._name, pickle.dumps(told, protocol=5))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
