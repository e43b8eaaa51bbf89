"""Which releases need not be read again: those that were read once without a fault, as git names their folders since.

A name that git gives to a folder digests every byte in it. So what was read under that name holds wherever all files
are as committed; the texts themselves are read when somebody asks for their words, and held against their digests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from yururluk.core.messages import msg
from yururluk.core.model import DocumentType, FrontMatter, Release, Text, Translation, Withdrawal
from yururluk.core.problems import Problem, Refused
from yururluk.core.releases import read_releases
from yururluk.core.settings import Settings
from yururluk.memory import Memory
from yururluk.publish.worktree import Held

FOLDER = "releases"
_NAME = "releases"


@dataclass(frozen=True)
class Readings:
    """The releases below `root`, as far as `memory` holds what was read in folders that git calls the same now."""

    root: Path
    settings: Settings
    memory: Memory

    def read(self, held: Held) -> tuple[tuple[Release, ...], list[Problem]]:
        """Every release that can be read, in the order of versions, and every fault in any of them. `held` tells how
        the files stand to what is committed."""
        remembered = self._recall()
        names = {path.partition("/")[2]: tree for path, tree in held.trees.items() if path.count("/") == 1}
        known = {name: self._release(name, remembered[tree]) for name, tree in names.items() if tree in remembered}
        releases, problems = read_releases(self.root, self.settings, known)
        if not problems and len(known) < len(releases):
            self._keep({names[r.version]: _plain(r) for r in releases if r.version in names})
        return releases, problems

    def _choices(self) -> list[str]:
        """What, beside the files, decides whether a release can be read."""
        return [*self.settings.locales, "rendering"]

    def _recall(self) -> dict[str, Any]:
        data = self.memory.recall(_NAME)
        content = json.loads(data) if data is not None else {}
        found: dict[str, Any] = content.get("releases", {}) if content.get("for") == self._choices() else {}
        return found

    def _keep(self, releases: Mapping[str, Any]) -> None:
        content = {"for": self._choices(), "releases": releases}
        self.memory.keep(_NAME, json.dumps(content, ensure_ascii=False).encode())

    def _release(self, version: str, plain: Sequence[Any]) -> Release:
        published, effective, material, summary, withdrawal, lines, texts = plain
        return Release(
            version,
            _day(published),
            _day(effective),
            material,
            summary,
            tuple(self._text(version, *text) for text in texts),
            Withdrawal(date.fromisoformat(withdrawal[0]), withdrawal[1]) if withdrawal else None,
            lines,
        )

    def _text(
        self, version: str, document: str, locale: str, sha256: str, head: str, body_line: int, wording: str, rules: int
    ) -> Text:
        path = f"{FOLDER}/{version}/{locale}/{document}.md"
        read = partial(_read_again, self.root, path, sha256)
        return Text(document, locale, path, sha256, _front_matter(head), body_line, read, wording, rules)


def _read_again(root: Path, path: str, sha256: str) -> bytes:
    """The bytes of a file that was read before. Raises `Refused` where they are no longer those."""
    data = (root / path).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        message = msg("this file was changed while it was being published.")
        fix = msg("restore it (git checkout HEAD -- {path}), then publish again.", path=path)
        raise Refused([Problem("frozen", path, 0, message, fix)])
    return data


def _plain(release: Release) -> list[Any]:
    withdrawal = release.withdrawal
    return [
        release.published and release.published.isoformat(),
        release.effective and release.effective.isoformat(),
        release.material,
        dict(release.summary),
        [withdrawal.on.isoformat(), withdrawal.reason] if withdrawal else None,
        dict(release.lines),
        [
            [
                text.document,
                text.locale,
                text.sha256,
                _head(text.front_matter),
                text.body_line,
                text.wording,
                text.rendering,
            ]
            for text in release.texts
        ],
    ]


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _head(front_matter: FrontMatter) -> str:
    told = [
        front_matter.title,
        front_matter.type,
        front_matter.translation,
        front_matter.translates,
        front_matter.allow,
    ]
    return json.dumps(told, ensure_ascii=False)


@lru_cache(maxsize=256)
def _front_matter(head: str) -> FrontMatter:
    title, type_, translation, translates, allow = json.loads(head)
    return FrontMatter(
        title,
        DocumentType(type_),
        Translation(translation) if translation else None,
        tuple((clause, state) for clause, state in translates),
        tuple((rule, reason) for rule, reason in allow),
    )
