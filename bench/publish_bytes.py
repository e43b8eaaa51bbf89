"""Tells what a release adds to the exported site, kind by kind, and what it would add at the least."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from lxml import html as lxml_html

from yururluk.text.markdown import render

# What a release adds to the site, by the address of the file; V is the release's version.
_KINDS = {
    "the pages of its texts": r"V/(?:en/)?(?!degisiklikler/|en/)[^/]+/index\.html",
    "its redlines": r"V/(?:en/)?degisiklikler/.*",
    "its front pages, with the search": r"V/(?:en/)?index\.html",
    "its texts as JSON": r"api/v1/[^/]+/V\.json",
    "its texts as Akoma Ntoso": r"api/v1/[^/]+/V(?:\.\w+)?\.akn\.xml",
    "feeds": r".*feed\.(?:xml|json)",
    "all else at the root": r".*",
}


def growth(before: Mapping[str, int], after: Mapping[str, int]) -> int:
    """The bytes by which a site grew, from the files that it had before and has now."""
    return sum(after.values()) - sum(before.values())


def growth_by_kind(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """The same by kind."""
    kinds = _by_kind(after)
    kinds.subtract(_by_kind(before))
    return {kind: kinds[kind] for kind in _KINDS}


def _by_kind(files: Mapping[str, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for path, size in files.items():
        plain = re.sub(r"(?<![\d.])\d+\.0(?![\d])|yururlukte|(?<![^/])son(?![^/])", "V", path)
        kind = next(kind for kind, pattern in _KINDS.items() if re.fullmatch(pattern, plain))
        found[kind] += size
    return found


def forms_of_newest(root: Path) -> tuple[int, int, int]:
    """The bytes of a project's newest frozen texts; of nothing but their words, four times; and of four forms of the
    texts that have only the elements and ids that the words stand in: no head, no menu, no dates, no redline's marks.
    """
    newest = max((root / "releases").iterdir(), key=lambda folder: int(folder.name.split(".")[0]))
    frozen = words = elements = 0
    for file in newest.rglob("*.md"):
        source = file.read_text(encoding="utf-8")
        body = source.partition("\n---\n")[2]
        rendered = re.sub(r">\n+<", "><", render(body))
        frozen += file.stat().st_size
        words += len(str(lxml_html.fragment_fromstring(rendered, create_parent="div").text_content()).encode())
        elements += len(rendered.encode())
    return frozen, 4 * words, 4 * elements
