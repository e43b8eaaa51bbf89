"""The import of a history: its plan, one row for each state, kept as CSV for review; and carrying it out."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from itertools import groupby, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from yururluk.core.messages import Message, Problem, Refused, msg, refuse_if_any
from yururluk.core.model import NEWEST_RENDERING, is_version, version_key
from yururluk.core.register import Register
from yururluk.core.releases import RELEASE_FILE
from yururluk.core.schemas import read_day
from yururluk.core.settings import Settings
from yururluk.git import GitFailed, Repository
from yururluk.importing.form import Formed, drafted_summary, formed, markdown_of
from yururluk.publish.lock import aside

PLAN_FILE = "plan.csv"
SUFFIXES = (".md", ".markdown", ".html", ".htm", ".docx")
_DATED = re.compile(r"(?:[0-9]+[_-])?(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})\b")


@dataclass(frozen=True)
class Row:
    """One state of one document in one language.

    `date` is the day it was published, YYYY-MM-DD; `file` its path from the plan's folder; `material` is `true`,
    `false` or empty (the import then compares the words); an empty `summary` is drafted from the changed clauses.
    `source` says where the state comes from: a commit and its path, or a file.
    """

    date: str
    file: str
    document: str
    locale: str
    version: str
    material: str
    summary: str
    source: str


_COMMIT = re.compile(r"\0([0-9a-f]{40,64}) ([0-9]+)\0\n(?:[AM]\0([^\0]+)|[RC][0-9]+\0[^\0]+\0([^\0]+))\0", re.ASCII)
COLUMNS = tuple(field.name for field in fields(Row))


def states_in_git(
    repository: Path, path: str, target: Path, document: str, locale: str, zone: ZoneInfo, *, per_day: bool
) -> list[Row]:
    """Every state of a file in a repository's history, oldest first, following renames.

    Writes each state to `target`/<document>/NNN_DATE.<suffix>. The date is the day of the commit in `zone`.
    Raises `Refused` where there is no such repository or file.
    """
    git = Repository(repository)
    try:
        log = git.run("log", "--follow", "--format=%x00%H %ct", "--name-status", "-z", "--diff-filter=AMR", "--", path)
        states = _commits(log.decode("utf-8", "surrogateescape"))
        contents = [git.read(commit, name) for commit, _, name in states]
    except (GitFailed, FileNotFoundError, NotADirectoryError) as error:
        message = msg("the history of {path} cannot be read: {error}.", path=f"{repository}:{path}", error=str(error))
        fix = msg("write --git FOLDER:PATH, with the folder of a git repository and the path of a file in it.")
        raise Refused([Problem("import", str(repository), 0, message, fix)]) from error
    if not states:
        message = msg("no commit of this repository has the file {path}.", path=path)
        fix = msg("write the path from the repository's root, such as --git ../old:policies/privacy.md.")
        raise Refused([Problem("import", str(repository), 0, message, fix)])
    days = [datetime.fromtimestamp(moment, zone).date() for _, moment, _ in states]
    found = [
        (day, data or b"", Path(name).suffix.lower() or ".md", f"{commit}:{name}")
        for day, (commit, _, name), data in zip(days, states, contents, strict=True)
    ]
    return _written(_last_of_each_day(found) if per_day else found, target, document, locale)


def _commits(log: str) -> list[tuple[str, int, str]]:
    """The commit, the moment (seconds of the epoch) and the path of each state in the output of git log -z."""
    found = [(commit[1], int(commit[2]), commit[3] or commit[4]) for commit in _COMMIT.finditer(log)]
    return found[::-1]  # git's own --reverse forgets what came before a rename


def states_in_folder(folder: Path, target: Path, document: str, locale: str, *, per_day: bool) -> list[Row]:
    """Every dated file of a folder (`NNN_DATE.md`, `DATE.docx`, `DATE.html`), in the order of dates and names.

    Raises `Refused`, naming every file without a date.
    """
    if not folder.is_dir():
        message, fix = msg("there is no such folder."), msg("give the folder that holds the dated files.")
        raise Refused([Problem("import", str(folder), 0, message, fix)])
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
    problems, found = [], []
    for file in files:
        day = _day_in(file.name)
        if day is None:
            message = msg("the name of this file does not say its date.")
            fix = msg("name it by the day on which it was published, such as 2024-05-31{suffix}.", suffix=file.suffix)
            problems.append(Problem("import", str(file), 0, message, fix))
        else:
            found.append((day, file.read_bytes(), file.suffix.lower(), file.name))
    refuse_if_any(problems)
    if not found:
        message = msg("the folder holds no file that can be imported ({suffixes}).", suffixes=", ".join(SUFFIXES))
        raise Refused([Problem("import", str(folder), 0, message, msg("give the folder that holds the dated files."))])
    found.sort(key=lambda state: state[0])  # stable: within a day, the order of names
    return _written(_last_of_each_day(found) if per_day else found, target, document, locale)


def _day_in(name: str) -> date | None:
    match = _DATED.match(name)
    try:
        return date.fromisoformat(match["date"]) if match else None
    except ValueError:
        return None


_State = tuple[date, bytes, str, str]


def _last_of_each_day(states: Sequence[_State]) -> list[_State]:
    return list({state[0]: state for state in states}.values())


def _written(states: Sequence[_State], target: Path, document: str, locale: str) -> list[Row]:
    """Write the states below `target`, and return a row for each; versions are given when rows are merged."""
    folder = target / f"{document}.{locale}"
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, (day, data, suffix, source) in enumerate(states, 1):
        file = folder / f"{number:03}_{day}{suffix}"
        file.write_bytes(data)
        rows.append(Row(str(day), file.relative_to(target).as_posix(), document, locale, "", "", "", source))
    return rows


def merged(rows: Sequence[Row], first: int = 1) -> list[Row]:
    """Rows of several documents in the order of their dates, each with a version: 1.0, 2.0 and so on.

    Several documents (or languages of one) that changed on the same day share a release; two states of one document on
    one day are two releases.
    """
    versions: list[set[tuple[str, str]]] = []
    last_day = ""
    found = []
    for row in sorted(rows, key=lambda row: (row.date, row.document, row.locale)):
        key = row.document, row.locale
        if row.date != last_day or not versions or key in versions[-1]:
            versions.append(set())
        versions[-1].add(key)
        last_day = row.date
        version = f"{first + len(versions) - 1}.0"
        found.append(Row(**{**{name: getattr(row, name) for name in COLUMNS}, "version": version}))
    return found


def plan_csv(rows: Sequence[Row]) -> str:
    """The plan as CSV (RFC 4180, with line feeds)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(row) for row in rows)
    return out.getvalue()


def read_plan(file: Path) -> list[Row]:
    """The rows of a plan. Raises `Refused` with every fault in it, each with its line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        message = msg("the plan cannot be read: {error}.", error=str(error))
        fix = msg("save it as CSV in UTF-8, with commas between the columns.")
        raise Refused([Problem("import-plan", str(file), 0, message, fix)]) from error
    if not lines or tuple(lines[0]) != COLUMNS:
        message = msg("the first line of the plan does not name its columns.")
        fix = msg("write it as: {columns}", columns=",".join(COLUMNS))
        raise Refused([Problem("import-plan", str(file), 1, message, fix)])
    problems: list[Problem] = []
    rows: list[Row] = []
    for number, line in enumerate(lines[1:], 2):
        if not any(line):
            continue
        if len(line) != len(COLUMNS):
            message = msg("this line has {count} columns, not {wanted}.", count=len(line), wanted=len(COLUMNS))
            fix = msg('write a value with commas between quotation marks: "…".')
            problems.append(Problem("import-plan", str(file), number, message, fix))
            continue
        row = Row(*(value.strip() for value in line))
        problems += _row_problems(row, file, number)
        rows.append(row)
    refuse_if_any(problems)
    return rows


def _row_problems(row: Row, plan: Path, line: int) -> list[Problem]:
    faults = []
    try:
        read_day(row.date)
    except ValueError as error:
        message = msg("{reason}.", reason=error.args[0])
        faults.append((message, msg("write the day on which the text was published.")))
    if not is_version(row.version):
        message = msg('"{name}" is not a version.', name=row.version)
        faults.append((message, msg("use one to three numbers with dots, such as 2.1.")))
    if row.material not in ("", "true", "false"):
        message = msg('"{value}" is neither true nor false.', value=row.material)
        faults.append((message, msg("write true, false, or nothing (the import then compares the words).")))
    if not (plan.parent / row.file).is_file():
        message = msg("there is no file {file}.", file=row.file)
        faults.append((message, msg("give its path from the folder of the plan.")))
    return [Problem("import-plan", str(plan), line, message, fix) for message, fix in faults]


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
