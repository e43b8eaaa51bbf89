"""What `yururluk new` writes: a git repository with settings, first texts, requirements and one CI file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale

from yururluk.core.messages import Problem, Refused, msg
from yururluk.core.settings import Settings
from yururluk.git import Repository

HOSTS: Mapping[str, tuple[str, str]] = {
    "github": ("github.yml", ".github/workflows/texts.yml"),
    "gitlab": ("gitlab.yml", ".gitlab-ci.yml"),
}
_ROOT_FILES = {
    "mkdocs.yml": "mkdocs.yml",
    "README.md": "README.md",
    "gitignore": ".gitignore",
    "gitattributes": ".gitattributes",
}


@dataclass(frozen=True)
class Choices:
    """What is asked for a new project: `languages` begins with the one that prevails, `host` is github, gitlab or none,
    `extras` names the extras of the package that the project uses."""

    publisher: str
    url: str
    languages: tuple[str, ...]
    timezone: str
    host: str
    extras: tuple[str, ...] = ("pdf", "word")


def create(folder: Path, choices: Choices) -> list[str]:
    """Write a new project below `folder`, committed in a repository of its own. Returns the paths written, sorted.

    Raises `Refused` where the folder holds anything already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message, fix = msg("this folder is not empty."), msg("name a new folder: yururluk new legal-texts.")
        raise Refused([Problem("new", str(folder), 0, message, fix)])
    written = dict(_project_files(choices))
    for path, text in written.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    repository = Repository(folder)
    repository.run("init", "--quiet", "--initial-branch=main")
    repository.run("add", "--all")
    repository.run("commit", "--quiet", "--message", "Begin", extra_env=repository.identity())
    return sorted(written)


def outdated(root: Path, settings: Settings) -> list[tuple[str, str, str]]:
    """What this version would write otherwise in a project made by an earlier one: path, text now, text then.

    That is its CI file and its requirements. Settings and texts are the project's own."""
    host = next((name for name, (_, path) in HOSTS.items() if (root / path).is_file()), "none")
    requirements = root / "requirements.txt"
    current = requirements.read_text(encoding="utf-8") if requirements.is_file() else ""
    extras = re.search(r"^yururluk\[([^]]*)\]", current, re.MULTILINE)
    chosen = tuple(extras[1].split(",")) if extras else ()
    zone = settings.timezone.key
    choices = Choices(settings.publisher, settings.site_url, settings.locales, zone, host, chosen)
    files = {
        path: text
        for path, text in _project_files(choices)
        if path in {"requirements.txt", HOSTS.get(host, ("", ""))[1]}
    }
    if "--hash" in current:
        del files["requirements.txt"]  # the tool that locked it writes it
    elif current:  # other requirements stay
        files["requirements.txt"] = re.sub(
            r"^yururluk\b.*$", files["requirements.txt"].strip(), current, flags=re.MULTILINE
        )
    found = []
    for path, text in sorted(files.items()):
        file = root / path
        now = file.read_text(encoding="utf-8") if file.is_file() else ""
        if now != text:
            found.append((path, now, text))
    return found


def daily_cron(timezone: str) -> str:
    """The cron line in UTC for five past midnight in a zone; where the clock changes, never before midnight."""
    zone = ZoneInfo(timezone)
    year = datetime.now(zone).year
    offsets = [datetime(year, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13)]
    minutes = min(int(offset.total_seconds()) // 60 for offset in offsets if offset is not None)
    hour, minute = divmod((5 - minutes) % (24 * 60), 60)
    return f"{minute} {hour} * * *"


def _project_files(choices: Choices) -> Iterator[tuple[str, str]]:
    source = files("yururluk.scaffold").joinpath("files")
    values = _values(choices)
    for name, path in _ROOT_FILES.items():
        yield path, _filled(source.joinpath(name), values)
    if choices.host in HOSTS:
        name, path = HOSTS[choices.host]
        yield path, _filled(source.joinpath(name), values)
    extras = f"[{','.join(choices.extras)}]" if choices.extras else ""
    yield "requirements.txt", f"yururluk{extras}=={version('yururluk')}\n"
    authentic = choices.languages[0]  # what is not translated yet is shown as such, never in another language
    for name, file in _documents(source, authentic).items():
        yield f"docs/{authentic}/{name}", _filled(file, values)


def _documents(source: Traversable, language: str) -> dict[str, Traversable]:
    """The skeletons in a language; where there are none, one that says only where its words belong."""
    folder = source.joinpath("docs", language)
    chosen = folder if folder.is_dir() else source.joinpath("docs", "any")
    return {file.name: file for file in sorted(chosen.iterdir(), key=lambda file: file.name)}


def _values(choices: Choices) -> dict[str, str]:
    authentic = choices.languages[0]
    languages = []
    for language in choices.languages:
        name = Locale.parse(language, sep="-").get_language_name(language) or language
        languages += [f"        - locale: {language}", f"          name: {name[:1].upper()}{name[1:]}"]
        languages += ["          default: true"] if language == authentic else []
    return {
        "site_name": _quoted(f"{choices.publisher} {'Hukuki Metinler' if authentic == 'tr' else 'Legal'}"),
        "publisher": choices.publisher,
        "publisher_yaml": _quoted(choices.publisher),
        "url": choices.url.rstrip("/") + "/",
        "language": authentic,
        "languages": "\n".join(languages),
        "timezone": choices.timezone,
        "addresses": "tr" if authentic == "tr" else "en",
        "pdf": "true" if "pdf" in choices.extras else "false",
        "cron": daily_cron(choices.timezone),
    }


def _quoted(value: str) -> str:
    """A value as YAML takes it, whatever it holds (a JSON string is one of YAML)."""
    return json.dumps(value, ensure_ascii=False)


def _filled(file: Traversable, values: Mapping[str, str]) -> str:
    text = file.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"<<{name}>>", value)
    return text
