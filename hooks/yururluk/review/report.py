"""How a list of problems is written: for people, as JSON, as annotations of GitHub, as SARIF; and the list of rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from rich.markup import escape
from rich.text import Text as RichText

from yururluk.core.console import Voice
from yururluk.core.messages import LANGUAGES, in_language, msg
from yururluk.core.problems import Problem, Severity, errors, severity_word
from yururluk.core.rules import Rule, rules
from yururluk.review import changes, check_project  # noqa: F401 - these modules declare the remaining rules

_COLOURS: Final = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def report(problems: Sequence[Problem], form: str, language: str) -> str:
    """The problems in one of the formats for programs, with a line end."""
    if form == "github":
        return "".join(_annotation(problem, language) + "\n" for problem in problems)
    value = sarif(problems, language) if form == "sarif" else as_json(problems, language)
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def as_json(problems: Sequence[Problem], language: str) -> dict[str, Any]:
    """The report as plain JSON values, by problems.schema.json."""
    return {
        "format": 1,
        "language": language,
        "ok": not errors(problems),
        "counts": {severity.value: _count(problems, severity) for severity in Severity},
        "problems": [problem.as_json(language) for problem in problems],
    }


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the report."""
    found: dict[str, Any] = json.loads(files("yururluk").joinpath("problems.schema.json").read_text("utf-8"))
    return found


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
        msg("{count} error", count=wrong) if wrong == 1 else msg("{count} errors", count=wrong),
        msg("{count} warning", count=warnings) if warnings == 1 else msg("{count} warnings", count=warnings),
    ]
    if notices:
        parts.append(msg("{count} notice", count=notices) if notices == 1 else msg("{count} notices", count=notices))
    return ", ".join(part.within(language) for part in parts) + "."


# GitHub


def _annotation(problem: Problem, language: str) -> str:
    """A workflow command; the escapes are those of actions/toolkit (`%`, line ends; in properties also `:` and `,`)."""
    rule = rules().get(problem.rule)
    title = f"{problem.rule} – {rule.source}" if rule and rule.source != "yururluk" else problem.rule
    properties = {"file": problem.path} if problem.path else {}
    if problem.line:
        properties["line"] = str(problem.line)
        if problem.column:
            properties["col"] = str(problem.column)
    properties["title"] = title
    said = [in_language(problem.message, language), msg("Fix: {fix}", fix=problem.fix).within(language)]
    if problem.allowed:
        said.append(msg("Accepted: {reason}", reason=problem.allowed).within(language))
    body = "\n".join(map(str, said))
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{problem.severity.value} {told}::{_data(body)}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


# SARIF


def sarif(problems: Sequence[Problem], language: str) -> dict[str, Any]:
    """The report as a log of SARIF 2.1.0 (OASIS), with the rules that it names."""
    named = dict.fromkeys(problem.rule for problem in problems)
    known = [rules().get(name) or Rule(name, Severity.ERROR, msg("Something is wrong.")) for name in named]
    places = {rule.name: place for place, rule in enumerate(known)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "yururluk",
                        "version": _version(),
                        "language": language,
                        "rules": [_rule(rule, language) for rule in known],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"PROJECT": {"description": {"text": "The project's folder."}}},
                "results": [_result(problem, places[problem.rule], language) for problem in problems],
            }
        ],
    }


def _version() -> str:
    try:
        return version("yururluk")
    except PackageNotFoundError:
        return "0"


def _rule(rule: Rule, language: str) -> dict[str, Any]:
    meaning = rule.meaning.within(language)
    help_ = f"{meaning}\n\n{rule.source}" + (f": “{rule.quote}”" if rule.quote else "")
    return {
        "id": rule.name,
        "shortDescription": {"text": meaning},
        "fullDescription": {"text": f"{meaning} ({rule.source})"},
        "help": {"text": help_},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"source": rule.source},
    }


def _result(problem: Problem, place: int, language: str) -> dict[str, Any]:
    text = f"{in_language(problem.message, language)}\n{msg('Fix: {fix}', fix=problem.fix).within(language)}"
    result: dict[str, Any] = {
        "ruleId": problem.rule,
        "ruleIndex": place,
        "level": _LEVELS[problem.severity],
        "message": {"text": text},
        "partialFingerprints": {"yururluk/v1": _fingerprint(problem)},
    }
    if problem.path:
        uri = {"uri": quote(problem.path), "uriBaseId": "PROJECT"}
        location: dict[str, Any] = {"artifactLocation": uri}
        if problem.line:
            column = {"startColumn": problem.column} if problem.column else {}
            location["region"] = {"startLine": problem.line} | column
        result["locations"] = [{"physicalLocation": location}]
    if problem.allowed:
        result["suppressions"] = [{"kind": "inSource", "justification": problem.allowed}]
    return result


def _fingerprint(problem: Problem) -> str:
    """What stays the same while lines move: the rule, the file and what is wrong."""
    said = "\0".join((problem.rule, problem.path, str(problem.message)))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


# The rules


def rules_report(form: str, language: str) -> str:
    """Every rule, in one of the formats."""
    if form == "markdown":
        return rules_markdown()
    if form == "text":
        return rules_text(language)
    return json.dumps(rules_json(), ensure_ascii=False, indent=2) + "\n"


def rules_text(language: str) -> str:
    """Every rule for a person: its name, severity, source and meaning."""
    lines = []
    for rule in rules().values():
        severity = severity_word(rule.severity).within(language)
        lines.append(f"{rule.name}  ({severity}; {rule.source})\n  {rule.meaning.within(language)}")
        if rule.may_allow:
            lines.append("  " + msg("A text may accept an exception, with a reason.").within(language))
    return "\n".join(lines) + "\n"


def rules_json() -> list[dict[str, Any]]:
    """Every rule as plain JSON values, in all languages."""
    return [
        {
            "name": rule.name,
            "severity": rule.severity.value,
            "source": rule.source,
            "quote": rule.quote,
            "may_allow": rule.may_allow,
            "meaning": {language: rule.meaning.within(language) for language in LANGUAGES},
        }
        for rule in rules().values()
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
    for rule in rules().values():
        source = "" if rule.source == "yururluk" else rule.source
        allow = "yes" if rule.may_allow else ""
        cells = [f"`{rule.name}`", rule.severity.value, source, str(rule.meaning), rule.meaning.within("tr"), allow]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    quoted = [rule for rule in rules().values() if rule.quote]
    lines += ["", "## The sentences behind them", ""]
    lines += [f"- `{rule.name}`, {rule.source}: “{rule.quote}”" for rule in quoted]
    return "\n".join(lines) + "\n"
