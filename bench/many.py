"""Makes projects with as many releases as one likes, cheaply: the seed's texts, with a small change in each release."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
FIRST_DAY = date(2020, 1, 1)
_BASE = "1.1"
_PARAGRAPH = re.compile(r"(?<=\n\n)(?=[A-ZÇĞİÖŞÜ][^\n]{40})")


def version_of(number: int) -> str:
    """The label of the release with that number, from 0."""
    return f"{number + 1}.0"


def day_of(number: int) -> date:
    """The day on which that release was published and took effect."""
    return FIRST_DAY + timedelta(days=7 * number)


def changed(source: str, number: int) -> str:
    """The seed's text as release `number` has it: of its paragraphs, one after another got a new first sentence."""
    head, fence, body = source.partition("\n---\n")
    places = [found.start() for found in _PARAGRAPH.finditer(body)]
    for at in range(len(places) - 1, -1, -1):
        last = number - (number - at - 1) % len(places) - 1  # the last release up to this one whose turn it was
        if last >= 0:
            words = f"Metin {last + 1} sayılı sürümle güncellenmiştir; süre {30 + last} gündür. "
            body = body[: places[at]] + words + body[places[at] :]
    return head + fence + body


def write_release(root: Path, number: int, *, unchanged: str = "", only: str = "") -> None:
    """Freeze release `number` below `root`; `unchanged` names a document that it leaves as it was, `only` the one that
    it holds, where it does not hold all."""
    folder = root / "releases" / version_of(number)
    digests = {}
    for file in sorted((ROOT / "releases" / _BASE).rglob(f"{only or '*'}.md")):
        name = file.relative_to(ROOT / "releases" / _BASE).as_posix()
        state = number - 1 if file.stem == unchanged else number
        data = changed(file.read_text(encoding="utf-8"), state).encode()
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        digests[name] = "sha256:" + hashlib.sha256(data).hexdigest()
    content = {
        "version": version_of(number),
        "published": day_of(number),
        "effective": "on-publication",
        "material": number % 3 == 0,
        "summary": {
            "tr": f"{number} sayılı değişiklik: saklama süreleri güncellendi.",
            "en": f"Change number {number}: the periods of storage were brought up to date.",
        },
        "digests": digests,
    }
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)
    (folder / "release.yml").write_text(text, encoding="utf-8", newline="\n")


def make_project(target: Path, releases: int, *, only: str = "") -> None:
    """A repository like this one with so many releases, committed; `only` is as in `write_release`."""
    target.mkdir(parents=True)
    for name in ("docs", "overrides"):
        shutil.copytree(ROOT / name, target / name)
    for name in ("mkdocs.yml", ".gitattributes"):
        shutil.copy(ROOT / name, target)
    for number in range(releases):
        write_release(target, number, only=only)
    git(target, "init", "--quiet", "--initial-branch=main")
    git(target, "config", "user.name", "Editör")
    git(target, "config", "user.email", "editor@example.org")
    git(target, "config", "gc.auto", "0")
    commit(target)


def commit(root: Path) -> None:
    """Commit everything."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Releases")


def git(root: Path, *command: str) -> None:
    """Run git there."""
    subprocess.run(["git", *command], cwd=root, check=True, capture_output=True)
