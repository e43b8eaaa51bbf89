"""Carries out the plan of an import: writes a release for each version, and the newest states as drafts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import yaml

from yururluk.core.atomic_write import aside
from yururluk.core.messages import Message, msg
from yururluk.core.model import NEWEST_RENDERING, version_key
from yururluk.core.problems import Problem, refuse_if_any
from yururluk.core.register import Register
from yururluk.core.releases import RELEASE_FILE
from yururluk.core.settings import Settings
from yururluk.importing.form import Formed, drafted_summary, formed, markdown_of
from yururluk.importing.states import Row, read_plan

_Key = tuple[str, str]


@dataclass(frozen=True)
class Imported:
    """What an import did: the versions written, and what was left out of each state, by the plan's file name."""

    versions: tuple[str, ...]
    unchanged: tuple[Row, ...]
    left_out: Mapping[str, tuple[Message, ...]]

    def notes(self) -> list[tuple[Message, list[str]]]:
        """What was left out, each note once, with the first and the last of the files that it is about."""
        files: dict[Message, list[str]] = {}
        for file, notes in self.left_out.items():
            for note in notes:
                files.setdefault(note, []).append(file)
        return [(note, list(dict.fromkeys([found[0], found[-1]]))) for note, found in files.items()]


def carry_out(root: Path, settings: Settings, plan: Path, register: Register, *, site: str = "") -> Imported:
    """Write releases/ and docs/ from a plan, all of it or nothing.

    `register` is the published one: after the first publish nothing can be imported, since entries are never put in
    before others. `site` is the address that relative links start from. Raises `Refused` with every reason.
    """
    rows = read_plan(plan)
    refuse_if_any(_problems(root, settings, plan, rows, register))
    before: dict[_Key, Formed] = {}
    sources: dict[_Key, str] = {}
    left_out: dict[str, tuple[Message, ...]] = {}
    unchanged: list[Row] = []
    versions: list[str] = []
    with aside(root, "import") as work:
        for version, group in groupby(rows, key=lambda row: row.version):
            changed: list[tuple[Row, Formed, Formed | None]] = []
            for row in group:
                key = row.document, row.locale
                translation = row.locale != settings.authentic
                state = formed(
                    markdown_of(plan.parent / row.file),
                    row.document,
                    translation=translation,
                    site=site,
                    before=before.get(key),
                )
                left_out[row.file] = state.left_out
                if key in before and before[key].source == state.source:
                    unchanged.append(row)
                    continue
                changed.append((row, state, before.get(key)))
                before[key], sources[key] = state, row.source
            if changed:
                versions.append(version)
                _write_release(work / version, version, changed, before, settings)
        for (document, locale), state in before.items():
            _write(work / "docs" / locale / f"{document}.md", state.source)
        (root / "releases").mkdir(exist_ok=True)
        for version in versions:
            (work / version).rename(root / "releases" / version)
        for document, locale in before:
            draft = root / "docs" / locale / f"{document}.md"
            if not draft.exists():
                draft.parent.mkdir(parents=True, exist_ok=True)
                (work / "docs" / locale / f"{document}.md").rename(draft)
    return Imported(tuple(versions), tuple(unchanged), left_out)


def _problems(root: Path, settings: Settings, plan: Path, rows: Sequence[Row], register: Register) -> list[Problem]:
    if register.publications:
        message = msg("this site has published releases already: nothing can be recorded before them.")
        fix = msg("import before the first publish; or keep the older texts on a plain page (`type: page`).")
        return [Problem("import", str(plan), 0, message, fix)]
    problems = []
    for number, row in enumerate(rows, 2):
        if row.locale not in settings.locales:
            message = msg('the site has no language "{locale}".', locale=row.locale)
            fix = msg("the languages are: {languages}.", languages=", ".join(settings.locales))
            problems.append(Problem("import-plan", str(plan), number, message, fix))
        if (root / "releases" / row.version).exists():
            fix = msg("give it another version; a released text is never replaced.")
            problems.append(Problem("version", str(plan), number, msg("this release exists already."), fix))
    for number, (row, after) in enumerate(pairwise(rows), 3):
        if after.date < row.date or version_key(after.version) < version_key(row.version):
            message = msg("the rows are not in the order of dates and versions.")
            problems.append(Problem("import-plan", str(plan), number, message, msg("sort them by date, then version.")))
            break
    return problems


def _write_release(
    folder: Path,
    version: str,
    changed: Sequence[tuple[Row, Formed, Formed | None]],
    states: Mapping[_Key, Formed],
    settings: Settings,
) -> None:
    texts = {f"{locale}/{document}.md": state.source for (document, locale), state in sorted(states.items())}
    for name, source in texts.items():
        _write(folder / name, source)
    locales = sorted({locale for _, locale in states}, key=settings.locales.index)
    given = {row.material for row, _, _ in changed if row.material}
    material = "true" in given if given else any(_words_differ(old, new) for _, new, old in changed)
    first = changed[0][0]
    content = {
        "version": version,
        "published": yaml.safe_load(first.date),
        "effective": "on-publication",
        "material": material,
        "rendering": NEWEST_RENDERING,
        "imported": {"from": "; ".join(dict.fromkeys(row.source for row, _, _ in changed))},
        "summary": {locale: _summary(changed, locale) for locale in locales},
        "digests": {name: f"sha256:{hashlib.sha256(text.encode()).hexdigest()}" for name, text in texts.items()},
    }
    _write(folder / RELEASE_FILE, yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000))


def _summary(changed: Sequence[tuple[Row, Formed, Formed | None]], locale: str) -> str:
    """The summary that the plan gives for a language; else one drafted from the changed clauses."""
    own = [row.summary for row, _, _ in changed if row.summary and row.locale == locale]
    if own:
        return " ".join(own)
    return " ".join(drafted_summary(old, new, row.document, locale) for row, new, old in changed)


def _words_differ(old: Formed | None, new: Formed) -> bool:
    if old is None:
        return True
    return [c.blocks for c in old.content.sections] != [c.blocks for c in new.content.sections]


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
