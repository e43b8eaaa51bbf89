"""What `yururluk check` does: it finds every problem, and writes them for people, as JSON or for GitHub."""

from __future__ import annotations

import contextlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from typing import Any, Final

import yaml
from rich.markup import escape
from rich.text import Text as RichText

from yururluk.checks import check_project
from yururluk.checks.characters import SPACE_RUN
from yururluk.checks.documents import drafts_by_name, settled_ids
from yururluk.checks.translations import with_record, write_source
from yururluk.core.history import publish_moment
from yururluk.core.i18n import add_missing_words, catalogue_problems
from yururluk.core.messages import (
    LANGUAGES,
    Problem,
    Refused,
    Severity,
    Voice,
    counted,
    errors,
    fault,
    in_language,
    in_order,
    msg,
    rule,
    rules,
    severity_word,
)
from yururluk.core.model import DocumentType, Text, type_named
from yururluk.core.releases import Project, read_project
from yururluk.core.settings import Settings
from yururluk.core.site_settings import site_settings_problems
from yururluk.core.text_file import decode, guessed_text
from yururluk.git import open_repository
from yururluk.publish.plan import what_publish_would_refuse
from yururluk.publish.status import known_register
from yururluk.review.changes import DRAFT, change_problems, changed_since, drafts_at, merge_base
from yururluk.text.clauses import clauses_of


@dataclass(frozen=True)
class Wanted:
    """What to check: against which commit, and only below which paths of the project (all of it, if none)."""

    base: str | None = None
    paths: Sequence[str] = ()


def check(root: Path, settings: Settings, today: date, wanted: Wanted) -> list[Problem]:
    """Every problem in the drafts and the releases; with a base also what differs from it.

    What published texts lack is gathered into a line for each release, unless their paths are asked for.
    """
    project = read_project(root, settings)
    register = known_register(root, settings)
    published = {entry.version: entry.published.astimezone(settings.timezone).date() for entry in register.publications}
    problems = check_project(_with_faulty_drafts(root, project), settings, today=today, published=published)
    problems += site_settings_problems(root) + catalogue_problems(settings.locales)
    if not any(problem.path.startswith("releases/") for problem in project.problems):
        moment = publish_moment(today, settings.timezone)
        known = {(problem.path, problem.rule) for problem in problems}
        refused = what_publish_would_refuse(project.releases, register, moment, settings)
        problems += [problem for problem in refused if (problem.path, problem.rule) not in known]
    if wanted.base is not None:
        changed = changed_since(root, open_repository(root), wanted.base)
        found = change_problems(changed, wanted.base, published.keys())
        deleted = {problem.path for problem in found if problem.rule == "document-deleted"}
        problems = [one for one in problems if one.rule != "dropped-document" or one.path not in deleted] + found
    if wanted.paths:
        return in_order(problem for problem in problems if _is_below(problem.path, wanted.paths))
    return in_order(_gathered(problems))


def _with_faulty_drafts(root: Path, project: Project) -> Project:
    """The project with the drafts whose front matter is wrong: that must not hide what else is wrong in them."""
    drafts = list(project.drafts)
    for path in sorted({problem.path for problem in project.problems if problem.rule == "schema"}):
        if match := DRAFT.fullmatch(path):
            text = guessed_text((root / path).read_bytes(), path, match["document"], match["locale"])
            drafts += [text] if text and text.front_matter.type is not DocumentType.PAGE else []
    return replace(project, drafts=tuple(drafts))


@rule("frozen-text", Severity.NOTICE, msg("What a published text lacks is known."))
def _gathered(problems: Sequence[Problem]) -> list[Problem]:
    """The problems, with one notice for each release in the place of those of its published texts."""
    rest: list[Problem] = []
    by_version: dict[str, Counter[str]] = {}
    for problem in problems:
        parts = PurePosixPath(problem.path).parts
        if problem.allowed and parts[:1] == ("releases",):
            continue  # the text says why itself
        if problem.severity is Severity.NOTICE and parts[:1] == ("releases",) and problem.path.endswith(".md"):
            by_version.setdefault(parts[1], Counter())[problem.rule] += 1
        else:
            rest.append(problem)
    for version, numbers in by_version.items():
        lacking = ", ".join(f"{name} ({count})" for name, count in sorted(numbers.items()))
        message = msg("what the published texts of this release lack: {rules}.", rules=lacking)
        fix = msg(
            "`yururluk check releases/{version}` lists it; fix it in docs/ for the next release.", version=version
        )
        rest.append(fault("frozen-text", f"releases/{version}", 0, message, fix))
    return rest


def asked_paths(root: Path, start: Path, asked: Sequence[str]) -> tuple[str, ...]:
    """The paths that were asked for, as the project names them. Raises `Refused` for one that is not in it."""
    found: list[str] = []
    problems: list[Problem] = []
    for path in asked:
        try:
            inside = (start / path).resolve().relative_to(root.resolve()).as_posix()
        except (ValueError, OSError):
            inside = ""
        if not inside or not (root / inside).exists():
            message = msg("there is no such file or folder in the project.")
            problems.append(Problem("path", path, 0, message, msg("name one below docs/ or releases/.")))
        found.append(inside)
    if problems:
        raise Refused(problems)
    return tuple(found)


def _is_below(path: str, asked: Sequence[str]) -> bool:
    return any(one == "." or path == one or path.startswith(f"{one}/") for one in asked)


# What can be done by itself


def fix(root: Path, settings: Settings, wanted: Wanted) -> list[tuple[str, str, str]]:
    """Fix in the drafts what needs no lawyer. Returns the path of each that changed, its source before and after.

    A translation is recorded as following the authentic text where its path is asked for; with a base, in the clauses
    that changed since then.
    """
    before: dict[str, str] = {}
    after: dict[str, str] = {}

    def write(path: str, old: str, new: str) -> None:
        if old != new:
            before.setdefault(path, old)
            after[path] = new
            write_source(root / path, new)

    def is_wanted(path: str) -> bool:
        return not wanted.paths or _is_below(path, wanted.paths)

    for file in sorted(root.glob("docs/*/*.md")):
        path, locale = file.relative_to(root).as_posix(), file.parent.name
        source, _ = decode(file.read_bytes(), path) if is_wanted(path) and locale in settings.locales else (None, None)
        if source and source.strip():
            is_translation = locale != settings.authentic
            write(path, source, with_front_matter(source, file.stem, is_translation=is_translation))
    project = read_project(root, settings)
    for text in project.drafts:
        if is_wanted(text.path):
            write(text.path, text.source, tidied(text, settled_ids(project, settings, text)))
    project = read_project(root, settings)
    drafts, earlier = drafts_by_name(project), _drafts_at_base(root, wanted)
    for text in project.drafts:
        authentic = drafts.get((text.document, settings.authentic))
        if authentic is None or authentic is text or not is_wanted(text.path):
            continue
        if text.path in wanted.paths:
            write(text.path, text.source, with_record(text, authentic, None))
        elif old := earlier.get((text.locale, text.document)):
            write(text.path, text.source, with_record(text, authentic, old))
    return [(path, before[path], after[path]) for path in sorted(after)]


def list_missing_words(root: Path, settings: Settings) -> list[str]:
    """Add the words that the site's languages lack to the project's catalogues; the paths of those that changed."""
    changed = []
    for problem in catalogue_problems(settings.locales):
        file = root / problem.path
        before = file.read_bytes() if file.is_file() else b""
        with contextlib.suppress(ValueError):  # a catalogue that cannot be read is left to its owner
            add_missing_words(root, file.stem)
            changed += [problem.path] if file.read_bytes() != before else []
    return changed


def _drafts_at_base(root: Path, wanted: Wanted) -> Mapping[tuple[str, str], Text]:
    if wanted.base is None:
        return {}
    repository = open_repository(root)
    return drafts_at(repository, merge_base(repository, wanted.base))


# The report

_COLOURS: Final = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}


def report(problems: Sequence[Problem], form: str, language: str) -> str:
    """The problems in one of the formats for programs, with a line end."""
    if form == "github":
        return "".join(_annotation(problem, language) + "\n" for problem in problems)
    return json.dumps(as_json(problems, language), ensure_ascii=False, indent=2) + "\n"


def as_json(problems: Sequence[Problem], language: str) -> dict[str, Any]:
    """The report as plain JSON values, by problems.schema.json."""
    return {
        "format": 1,
        "language": language,
        "ok": not errors(problems),
        "counts": {severity.value: _count(problems, severity) for severity in Severity},
        "problems": [problem.as_json(language) for problem in problems],
    }


def _count(problems: Sequence[Problem], severity: Severity) -> int:
    return sum(problem.severity is severity for problem in problems)


def print_text(problems: Sequence[Problem], voice: Voice) -> None:
    """Print the problems for a person, each with its rule (which `allow:` names), and how many they are.

    Colours only on a terminal; lines are never broken.
    """
    out, language = voice.console, voice.language
    for problem in problems:
        rule_line = "  " + msg("Rule: {rule}", rule=problem.rule).within(language)
        first, *rest = [*problem.told(language).split("\n"), rule_line]
        if not out.is_terminal:
            out.file.write("\n".join([first, *rest]) + "\n")
            continue
        line = RichText(f"{problem.place}", style="bold")
        line.append(first.removeprefix(problem.place), style=_COLOURS[problem.severity])
        out.print(line, soft_wrap=True, highlight=False)
        for more in rest:
            out.print(escape(more), soft_wrap=True, highlight=False)
    out.print(summary(problems, language), soft_wrap=True, highlight=False)


def summary(problems: Sequence[Problem], language: str) -> str:
    """How many problems there are, in a sentence."""
    if not problems:
        return msg("No problems found.").within(language)
    wrong, warnings, notices = (_count(problems, severity) for severity in Severity)
    parts = [
        counted(wrong, msg("{count} error", count=wrong), msg("{count} errors", count=wrong)),
        counted(warnings, msg("{count} warning", count=warnings), msg("{count} warnings", count=warnings)),
    ]
    if notices:
        parts.append(counted(notices, msg("{count} notice", count=notices), msg("{count} notices", count=notices)))
    return ", ".join(part.within(language) for part in parts) + "."


def _annotation(problem: Problem, language: str) -> str:
    """A workflow command of GitHub.

    The escapes are those of actions/toolkit: `%` and line ends; in properties also `:` and `,`.
    """
    known = rules().get(problem.rule)
    properties = {"file": problem.path} if problem.path else {}
    if problem.line:
        properties["line"] = str(problem.line)
        if problem.column:
            properties["col"] = str(problem.column)
    properties["title"] = f"{problem.rule} – {known.source}" if known and known.source != "yururluk" else problem.rule
    lines = [in_language(problem.message, language), msg("Fix: {fix}", fix=problem.fix).within(language)]
    if problem.allowed:
        lines.append(msg("Accepted: {reason}", reason=problem.allowed).within(language))
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    body = _data("\n".join(map(str, lines)))
    return f"::{problem.severity.value} {given}::{body}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


# The rules


def rules_report(form: str, language: str) -> str:
    """Every rule, in one of the formats."""
    if form == "markdown":
        return rules_markdown()
    if form == "text":
        return _rules_text(language)
    return json.dumps(_rules_json(), ensure_ascii=False, indent=2) + "\n"


def _rules_text(language: str) -> str:
    lines = []
    for one in rules().values():
        severity = severity_word(one.severity).within(language)
        lines.append(f"{one.name}  ({severity}; {one.source})\n  {one.meaning.within(language)}")
        if one.may_allow:
            lines.append("  " + msg("A text may accept an exception, with a reason.").within(language))
    return "\n".join(lines) + "\n"


def _rules_json() -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "severity": one.severity.value,
            "source": one.source,
            "quote": one.quote,
            "may_allow": one.may_allow,
            "meaning": {language: one.meaning.within(language) for language in LANGUAGES},
        }
        for one in rules().values()
    ]


def rules_markdown() -> str:
    """RULES.md: every rule in a table, in English and Turkish."""
    lines = [
        "# The rules of `yururluk check`",
        "",
        "Made by `yururluk check --rules --format markdown`; a test holds it against the tool.",
        "An error stops a release; a warning asks for a second look; a notice is only to be known. Where *exception*",
        "says yes, a text may accept one, with a reason that the report shows:",
        "",
        "```yaml",
        "check:",
        "  allow:",
        "    kvkk-vague: “gibi” burada bir karşılaştırmadır.",
        "```",
        "",
        "| rule | severity | source | what it holds to | neyi arar | exception |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for one in rules().values():
        source = "" if one.source == "yururluk" else one.source
        allow = "yes" if one.may_allow else ""
        cells = [f"`{one.name}`", one.severity.value, source, str(one.meaning), one.meaning.within("tr"), allow]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    quoted = [one for one in rules().values() if one.quote]
    lines += ["", "## The sentences behind them", ""]
    lines += [f"- `{one.name}`, {one.source}: “{one.quote}”" for one in quoted]
    return "\n".join(lines) + "\n"


_TITLE = re.compile(r"\s*#[ \t]+(?P<words>[^\n]*?)[ \t]*#*[ \t]*(?:\{[^}\n]*\}[ \t]*)?(?:\n|\Z)")
_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")
_BULLET = re.compile(r" {0,3}(?:[-+*]|1[.)])[ ]+\S")
_ITEM = re.compile(r" {0,3}(?:[-+*•]|\d{1,3}[.)]|[a-zçğıöşü][.)]|\([a-zçğıöşü\d]{1,3}\))[ ]+\S")
_NO_PARAGRAPH = re.compile(r"[ ]{0,3}(?:#{1,6} |[>|]|---|===|\{)|\s*$|[ ]{2,}")


def with_front_matter(source: str, document: str, *, is_translation: bool) -> str:
    """A new document's source with a front matter: the title of its first heading, the type that its name suggests.

    The heading leaves the text, since the page shows the title above it. A source that begins with a line --- is
    returned as it is.
    """
    if source.startswith("---"):
        return source
    heading = _TITLE.match(source)
    title = heading["words"] if heading else document.replace("-", " ").capitalize()
    values = {"title": title, "type": type_named(document).value} | (
        {"translation": "complete"} if is_translation else {}
    )
    front = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{front}---\n\n{source[heading.end() if heading else 0 :].lstrip()}"


def tidied(text: Text, ids: Sequence[str]) -> str:
    """A draft's source with ids at its headings, composed letters (NFC), single spaces in the place of runs with hard
    ones, and a blank line between a paragraph and the list after it. `ids` are those that its clauses should have."""
    lines = text.source.split("\n")
    for clause, id_ in zip(clauses_of(text), ids, strict=True):
        if clause.level and not clause.id:
            lines[clause.line - 1] = clause.with_id(id_)
    head, body = lines[: text.body_line - 1], lines[text.body_line - 1 :]
    changed = [SPACE_RUN.sub(" ", unicodedata.normalize("NFC", line)) for line in _with_blank_lines(body)]
    return "\n".join([*(unicodedata.normalize("NFC", line) for line in head), *changed])


def _with_blank_lines(lines: Sequence[str]) -> Iterator[str]:
    """The lines, a blank one before each list that begins right after a paragraph.

    Signs that may also begin a line of prose (2. or a) begin a list only after a colon.
    """
    is_code, before = False, ""
    for line in lines:
        is_code ^= _FENCE.match(line) is not None
        ends_paragraph = not (_NO_PARAGRAPH.match(before) or _ITEM.match(before))
        begins_list = _BULLET.match(line) or (_ITEM.match(line) and before.rstrip().endswith(":"))
        if begins_list and ends_paragraph and not is_code:
            yield ""
        yield line
        before = line


def changed_lines(before: str, after: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """Where two sources differ: the line of the second, the old lines and the new ones."""
    old, new = before.split("\n"), after.split("\n")
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield start + 1, old[first:last], new[start:end]
