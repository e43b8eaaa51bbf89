"""The woven texts of a document as they are published: one file that the browser reads, and one file for each step.

A step's file never changes: its name digests both texts and the code that compares them. The next publish reads the
steps from the pages branch and works out the new ones only, in a fresh clone too.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from typing import Any

from yururluk.core.model import Text
from yururluk.lineage.weave.edits import blocks_of, listed
from yururluk.lineage.weave.woven import FORMAT, Series, laid_out, step_between
from yururluk.text.renderings import rendering


def woven_files(
    series: Series[Text], code: str = "", known: Mapping[str, bytes] | None = None
) -> tuple[bytes, dict[str, bytes]]:
    """The same bytes as `weave(series).to_json()` of their Markdown, and the steps' files by name.

    `code` digests the code that compares, `known` holds steps' files made before. Raises RenderError where a text
    cannot be rendered.
    """
    steps = _Steps(series, code, known or {})
    layout = laid_out(series, steps.rendering)
    joined = []
    for source, target in layout.steps:
        edits, words = steps.step(layout.texts[source], layout.texts[target])
        joined.append(f"[{source},{target},{_json(edits)},{_json(words)}]")
    head = {"format": FORMAT, "document": series.document, "locale": series.locale, "releases": layout.releases}
    first = _json(blocks_of(_rendered(layout.texts[0])) if layout.texts else [])
    whole = f'{_json(head)[:-1]},"first":{first},"steps":[{",".join(joined)}]}}\n'
    return whole.encode(), steps.files


class _Steps:
    """The steps of a series: those that are known, and those that are worked out here. `files` are all that were
    asked for."""

    def __init__(self, series: Series[Text], code: str, known: Mapping[str, bytes]) -> None:
        self._locale = series.locale
        self._code = code
        self._known: dict[str, dict[str, Any]] = {}
        self._renderings: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        texts = dict(series.texts)
        pairs = [(texts[old], texts[new]) for old, new in series.pairs]
        for old, new in (*pairs, *itertools.pairwise(texts.values())):
            name = self._name(old, new)
            if name not in known or name in self._known:
                continue
            try:
                step = json.loads(known[name])
                digests = {old.sha256: str(step["renderings"][0]), new.sha256: str(step["renderings"][1])}
                self._known[name] = {"renderings": step["renderings"], "edits": step["edits"], "words": step["words"]}
            except (ValueError, KeyError, IndexError, TypeError):
                continue  # somebody changed the file: the step is worked out again
            self._renderings |= digests

    def _name(self, old: Text, new: Text) -> str:
        what = "\0".join((self._code, self._locale, old.sha256, new.sha256))
        return f"{hashlib.sha256(what.encode()).hexdigest()}.json"

    def rendering(self, text: Text) -> str:
        """The digest of a text's rendering."""
        if text.sha256 not in self._renderings:
            self._renderings[text.sha256] = hashlib.sha256(_rendered(text).encode()).hexdigest()
        return self._renderings[text.sha256]

    def step(self, old: Text, new: Text) -> tuple[Any, Any]:
        """The edits from one text to the next, and the numbers of words added and removed."""
        name = self._name(old, new)
        if name not in self._known:
            made = step_between(0, 1, _rendered(old), _rendered(new), self._locale)
            self._known[name] = {
                "renderings": [self.rendering(old), self.rendering(new)],
                "edits": [listed(edit) for edit in made.edits],
                "words": list(made.words),
            }
        step = self._known[name]
        self.files[name] = f"{_json(step)}\n".encode()
        return step["edits"], step["words"]


def _rendered(text: Text) -> str:
    return rendering(text.source, text.rendering)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
