"""Measures publishing beside plain `mike deploy` of the same texts, in one run: `python -m bench.publish`.

Projects with 1, 30 and 100 releases online get one more, published with `--push` in a fresh clone, as CI does it; each
time a deploy of mike's comes in turn, and the medians count. No PDFs are made, since mike makes none. A table shows
each figure with its ratio and bar; the exit code is 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import yaml

ROOT = Path(__file__).resolve().parent.parent
FIRST_DAY = date(2020, 1, 1)
_BASE = "1.1"
_PARAGRAPH = re.compile(r"(?<=\n\n)(?=[A-ZÇĞİÖŞÜ][^\n]{40})")
BARS = {1: 1.5, 30: 1.5, 100: 1.5}  # of mike's time, by the releases online
NOTHING_TO_DO = 1.0  # seconds
REBUILD = 4.0  # times less CPU than as many deploys
BYTES = 0.4  # MB for each more release
_BIN = Path(sys.executable).parent


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


def write_release(root: Path, number: int) -> None:
    """Freeze release `number` below `root`."""
    folder = root / "releases" / version_of(number)
    digests = {}
    for file in sorted((ROOT / "releases" / _BASE).rglob("*.md")):
        name = file.relative_to(ROOT / "releases" / _BASE).as_posix()
        data = changed(file.read_text(encoding="utf-8"), number).encode()
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


def make_project(target: Path, releases: int) -> None:
    """A repository like this one with so many releases, committed."""
    target.mkdir(parents=True)
    for name in ("docs", "overrides"):
        shutil.copytree(ROOT / name, target / name)
    for name in ("mkdocs.yml", ".gitattributes"):
        shutil.copy(ROOT / name, target)
    for number in range(releases):
        write_release(target, number)
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


@dataclass(frozen=True)
class Run:
    """What a process and its children took: seconds by the clock, and seconds of all cores."""

    wall: float
    cpu: float


def run(root: Path, *command: str) -> Run:
    """Run a command in a folder. Raises CalledProcessError where it fails."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "hooks"), "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # both sides may use compiled modules
    with tempfile.TemporaryFile() as output:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=root, env=env, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, output.read())
    return Run(wall, usage.ru_utime + usage.ru_stime)


class Ours:
    """A remote with so many releases online and one more to publish."""

    def __init__(self, folder: Path, releases: int) -> None:
        self.remote = folder / f"with-{releases}.git"
        self._clones = folder / f"clones-of-{releases}"
        source = folder / f"with-{releases}"
        make_project(source, releases)
        config = source / "mkdocs.yml"
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace("pdf: true", "pdf: false"), encoding="utf-8")
        commit(source)
        git(folder, "clone", "--quiet", "--bare", str(source), str(self.remote))
        self.before = self.commit_after(self.publish)
        write_release(source, releases)
        file = source / "releases" / version_of(releases) / "release.yml"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if not line.startswith("published:")), encoding="utf-8")
        commit(source)
        git(source, "push", "--quiet", str(self.remote), "main")

    def clone(self) -> Path:
        """A fresh clone of the main branch, as CI makes it."""
        shutil.rmtree(self._clones, ignore_errors=True)
        git(self.remote, "clone", "--quiet", "--single-branch", str(self.remote), str(self._clones))
        return self._clones

    def publish(self, *more: str) -> Run:
        """Publish with `--push` in a fresh clone."""
        command = (sys.executable, "-m", "yururluk", "publish", "--push", *more)
        return run(self.clone(), *command)

    def publish_one_more(self) -> Run:
        """Publish the newest release, as if it had not been."""
        git(self.remote, "update-ref", "refs/heads/gh-pages", self.before)
        for tag in self.answer("tag", "--list").split():
            git(self.remote, "tag", "--delete", tag)
        return self.publish()

    def commit_after(self, publish: Callable[[], Run]) -> str:
        """The commit of the pages after a publish."""
        publish()
        return self.answer("rev-parse", "gh-pages").strip()

    def size(self, commit: str) -> int:
        """The bytes of all published files, as they are exported."""
        listed = self.answer("ls-tree", "-r", "-l", commit).splitlines()
        return sum(int(line.split()[3]) for line in listed)

    def answer(self, *command: str) -> str:
        """What git answers in the remote."""
        return subprocess.run(["git", *command], cwd=self.remote, check=True, capture_output=True, text=True).stdout


class Mike:
    """The texts of a release in a plain project: MkDocs, Material and static-i18n without our plugin."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "mike"
        make_project(self.root, 1)
        shutil.rmtree(self.root / "docs")
        shutil.copytree(self.root / "releases" / version_of(0), self.root / "docs")
        (self.root / "docs" / "release.yml").unlink()
        for locale in ("tr", "en"):
            (self.root / "docs" / locale / "index.md").write_text("# Metinler\n", encoding="utf-8")
        config = yaml.safe_load((self.root / "mkdocs.yml").read_text(encoding="utf-8"))
        for key in ("hooks", "extra"):
            config.pop(key, None)
        config["theme"].pop("custom_dir", None)
        config["plugins"] = [plugin for plugin in config.get("plugins", []) if "yururluk" not in plugin]
        text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False)
        (self.root / "mkdocs.yml").write_text(text, encoding="utf-8")
        commit(self.root)
        self._number = 0
        self.deploy()

    def deploy(self) -> Run:
        """Deploy one more version."""
        self._number += 1
        return run(self.root, str(_BIN / "mike"), "deploy", f"{self._number}.0")


class Table:
    """Prints a row for each figure, and knows whether all bars were kept."""

    def __init__(self) -> None:
        self.kept = True
        self.row("what", "ours", "mike", "ratio", "bar", holds=None)

    def row(self, what: str, ours: str, mike: str, ratio: str, bar: str, *, holds: bool | None) -> None:
        """Print a figure, and whether its bar holds."""
        self.kept = self.kept and holds is not False
        word = {True: "kept", False: "MISSED", None: ""}[holds]
        print(f"{what:44} {ours:>18} {mike:>18} {ratio:>7} {bar:>9}  {word}".rstrip(), flush=True)


def _seconds(found: Run) -> str:
    return f"{found.wall:.2f} s ({found.cpu:.1f})"


def _median(runs: list[Run]) -> Run:
    return Run(median(one.wall for one in runs), median(one.cpu for one in runs))


def measure(folder: Path, sizes: tuple[int, ...], repeats: int) -> bool:
    """Print the table; whether all bars were kept. Seconds are by the clock, in brackets of all cores."""
    mike = Mike(folder)
    projects = {size: Ours(folder, size) for size in sizes}
    table = Table()
    plain: list[Run] = []
    for size, project in projects.items():
        ours, theirs = [], []
        for _ in range(repeats):  # in turn, so that whatever else the machine does slows down both
            theirs.append(mike.deploy())
            ours.append(project.publish_one_more())
        plain += theirs
        mine, other = _median(ours), _median(theirs)
        ratio = mine.wall / other.wall
        bar = BARS.get(size, max(BARS.values()))
        what = f"one more release, {size} online, --push"
        table.row(what, _seconds(mine), _seconds(other), f"{ratio:.2f}", f"≤ {bar}", holds=ratio <= bar)
    for size, project in projects.items():
        idle = _median([project.publish() for _ in range(repeats)])
        # The bar is for a project of usual size.
        holds = idle.wall <= NOTHING_TO_DO if size == min(projects) else None
        bar_of_idle = f"≤ {NOTHING_TO_DO} s" if size == min(projects) else ""
        table.row(f"nothing to do, {size + 1} online", _seconds(idle), "", "", bar_of_idle, holds=holds)
    size, project = max(projects.items())
    deploy = _median(plain)
    again = project.publish("--rebuild")
    times = deploy.cpu * (size + 1) / again.cpu
    theirs_cpu = f"{size + 1} × {deploy.cpu:.1f} s CPU"
    bar_of_rebuild = f"≥ {REBUILD:g} ×"
    table.row(
        f"rebuild of {size + 1}", _seconds(again), theirs_cpu, f"{times:.1f} ×", bar_of_rebuild, holds=times >= REBUILD
    )
    more = (project.size("gh-pages") - project.size(project.before)) / 1e6
    table.row("bytes for each more release", f"{more:.3f} MB", "", "", f"≤ {BYTES} MB", holds=more <= BYTES)
    return table.kept


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, BARS)), help="so many releases online")
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    os.environ.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_SYSTEM=os.devnull, COLUMNS="200")
    sizes = tuple(sorted(int(size) for size in asked.sizes.split(",")))
    with tempfile.TemporaryDirectory(prefix="yururluk-bench-") as folder:
        sys.exit(0 if measure(Path(folder), sizes, asked.repeats) else 1)


if __name__ == "__main__":
    main()
