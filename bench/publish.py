"""Measures what publishing costs, beside plain `mike deploy` of the same texts without our hook, in one run.

`python -m bench.publish` makes projects with 1, 20, 100 and 300 releases online, and publishes one more in each: a
process of its own each time, in turn with mike's, the best of several counting. No PDFs are made; mike makes none.
The bounds printed beside the figures are those of the project's own rule; the exit code is 1 where one is broken.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.many import ROOT, commit, day_of, git, make_project, version_of, write_release
from bench.publish_profile import profile
from yururluk.memory import FOLDER as MEMORY

SIZES = (1, 20, 100, 300)
REPEATS = 5
REBUILT = 100
_TODAY = "2026-11-22"
_BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Run:
    """What a process took: seconds by the clock, seconds of all cores, the most memory (MiB), git processes."""

    wall: float
    cpu: float
    memory: float
    processes: int

    def best(self, other: Run | None) -> Run:
        """The faster of two runs, with the least of each."""
        if other is None:
            return self
        return Run(
            min(self.wall, other.wall),
            min(self.cpu, other.cpu),
            min(self.memory, other.memory),
            self.processes,
        )


def run(root: Path, *command: str, env: Mapping[str, str] | None = None) -> Run:
    """Run a command in a folder. Raises CalledProcessError where it fails."""
    with tempfile.TemporaryDirectory() as traces, tempfile.TemporaryFile() as told:
        full = {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'hooks'}{os.pathsep}{ROOT}",
            "GIT_TRACE2_EVENT": traces,
            **(env or {}),
        }
        # mike's modules were compiled when it was installed; ours may be so, too, wherever Python is told otherwise.
        full.pop("PYTHONDONTWRITEBYTECODE", None)
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=root, env=full, stdout=told, stderr=told)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, told.read())
        processes = len(list(Path(traces).iterdir()))
        return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, processes)


def publish(root: Path, *more: str, today: str = _TODAY) -> Run:
    """Publish with our command."""
    return run(root, sys.executable, "-m", "yururluk", "publish", "--today", today, *more)


class Project:
    """A project with so many releases online and one more to publish."""

    def __init__(self, folder: Path, releases: int) -> None:
        self.root = folder / f"with-{releases}"
        self.releases = releases
        make_project(self.root, releases)
        config = self.root / "mkdocs.yml"
        text = config.read_text(encoding="utf-8")
        without = re.sub(r"(?m)^    pdf: true\b.*$", "    pdf: false", text)
        assert without != text, "mkdocs.yml no longer says that PDFs are wanted"
        config.write_text(without, encoding="utf-8")
        commit(self.root)
        publish(self.root)
        self._before = self._branch()
        self._kept = folder / f"memory-{releases}"
        shutil.copytree(self._memory, self._kept)
        write_release(self.root, releases)
        commit(self.root)

    @property
    def _memory(self) -> Path:
        return self.root / ".git" / MEMORY

    def _branch(self) -> str:
        told = subprocess.run(
            ["git", "rev-parse", "gh-pages"], cwd=self.root, capture_output=True, check=True
        )
        return told.stdout.decode().strip()

    def publish_one_more(self, *, remembering: bool = True) -> Run:
        """Publish the newest release, as if it had not been: the branch and the memory are as they were before."""
        git(self.root, "update-ref", "refs/heads/gh-pages", self._before)
        shutil.rmtree(self._memory)
        if remembering:
            shutil.copytree(self._kept, self._memory)
        return publish(self.root)

    def size(self, *, before: bool = False) -> int:
        """The bytes of the exported site; with `before`, as it was before the newest release."""
        if before:
            git(self.root, "update-ref", "refs/heads/gh-pages", self._before)
        target = self.root / "exported"
        run(self.root, sys.executable, "-m", "yururluk", "export", str(target))
        total = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
        shutil.rmtree(target)
        return total


class Mike:
    """The texts of a release in a plain project: MkDocs, Material and static-i18n without our hook."""

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
        del config["theme"]["custom_dir"]
        text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False)
        (self.root / "mkdocs.yml").write_text(text, encoding="utf-8")
        commit(self.root)
        self._number = 0
        self.deploy()

    def deploy(self) -> Run:
        """Deploy one more version."""
        self._number += 1
        return self._run("deploy", f"{self._number}.0")

    def move_alias(self) -> Run:
        """Move an alias from one version to another, as a copy."""
        self._run("alias", "1.0", "latest", "--update-aliases", "--alias-type", "copy")
        return self._run("alias", "2.0", "latest", "--update-aliases", "--alias-type", "copy")

    def _run(self, *command: str) -> Run:
        path = {"PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
        return run(self.root, str(_BIN / "mike"), *command, env=path)


class Report:
    """The lines of the answer, and whether all bounds were kept."""

    def __init__(self) -> None:
        self.kept = True

    def line(self, what: str, figure: str, bound: str = "", *, holds: bool = True) -> None:
        """Print one figure, with its bound."""
        self.kept = self.kept and holds
        said = f"  {bound}: {'kept' if holds else 'BROKEN'}" if bound else ""
        print(f"{what:58} {figure:>28}{said}", flush=True)


def measure(sizes: tuple[int, ...], rebuilt: int, repeats: int, folder: Path) -> bool:
    """Measure all of it, print it, and say whether the bounds were kept."""
    report = Report()
    mike = Mike(folder)
    print(f"Making projects with {', '.join(map(str, sizes))} releases online …", flush=True)
    projects = [Project(folder, size) for size in sizes]
    best: dict[int, Run] = {}
    plain: Run | None = None
    for _ in range(repeats):  # in turn, so that whatever else the machine does hits all alike
        plain = mike.deploy().best(plain)
        for project in projects:
            best[project.releases] = project.publish_one_more().best(best.get(project.releases))
    assert plain is not None

    print("\nPublishing one release with stamps, redlines, two languages, portal, register")
    report.line("  plain mike deploy", f"{plain.wall:.2f} s, {plain.cpu:.2f} s CPU")
    for size, found in best.items():
        ratio = found.wall / plain.wall
        figure = f"{found.wall:.2f} s, {found.cpu:.2f} s CPU"
        report.line(
            f"  ours, {size} online before", figure, f"{ratio:.2f} of mike's ≤ 0.7", holds=ratio <= 0.7
        )
    first, last = best[sizes[0]], best[sizes[-1]]
    growth, memory = last.wall / first.wall, last.memory / first.memory
    report.line(f"  {sizes[-1]} online over {sizes[0]}", f"{growth:.2f}", "≤ 1.3", holds=growth <= 1.3)
    report.line(
        "  memory of the largest process",
        f"{first.memory:.0f} → {last.memory:.0f} MiB",
        f"{memory:.2f} ≤ 1.3",
        holds=memory <= 1.3,
    )
    cold = projects[-1].publish_one_more(remembering=False)
    report.line(f"  {sizes[-1]} online, nothing remembered (a fresh clone)", f"{cold.wall:.2f} s")

    _rest(report, mike, projects, rebuilt, repeats, plain)
    print(f"\nWhere the time goes, one release more with {sizes[-1]} online (one core, by cProfile)")
    projects[-1].publish_one_more()
    write_release(projects[-1].root, sizes[-1] + 1)
    commit(projects[-1].root)
    print(profile(projects[-1].root, _TODAY))
    return report.kept


def _rest(
    report: Report, mike: Mike, projects: list[Project], rebuilt: int, repeats: int, plain: Run
) -> None:
    print("\nThe rest")
    for project in dict.fromkeys((projects[0], projects[-1])):
        idle: Run | None = None
        for _ in range(repeats):
            idle = publish(project.root).best(idle)
        assert idle is not None
        report.line(
            f"  nothing to do, {project.releases + 1} online",
            f"{idle.wall:.2f} s, {idle.processes} git",
            "≤ 0.5 s",
            holds=idle.wall <= 0.5,
        )
    one = max((p for p in projects if p.releases <= rebuilt), key=lambda p: p.releases, default=projects[0])
    again = publish(one.root, "--rebuild")
    cpu = plain.cpu * (one.releases + 1)
    report.line(
        f"  rebuild of {one.releases + 1} releases, every text proved the same",
        f"{again.wall:.1f} s, {again.cpu:.1f} s CPU",
        f"{cpu / again.cpu:.1f} × less CPU than mike's {cpu:.0f} s ≥ 5, {again.cpu / again.wall:.1f} cores",
        holds=cpu / again.cpu >= 5,
    )
    large = projects[-1]
    if len(projects) > 1:
        grown, more = large.size() - projects[-2].size(), large.releases - projects[-2].releases
    else:
        grown, more = large.size() - large.size(before=True), 1
    each = grown / more / 1e6
    report.line(
        "  bytes of the exported site for each more release",
        f"{each:.3f} MB",
        "≤ 0.15 MB",
        holds=each <= 0.15,
    )
    moved = _alias_moves(projects[0])
    theirs = mike.move_alias()
    report.line(
        "  moving the alias: the whole publish of that day",
        f"{moved.processes} git, {moved.wall:.2f} s",
        f"mike alias: {theirs.processes} git, {theirs.wall:.2f} s; ≤ 10",
        holds=moved.processes <= 10,
    )


def _alias_moves(project: Project) -> Run:
    """A release that was published for a later day comes into force on that day."""
    number = project.releases + 1
    write_release(project.root, number)
    file = project.root / "releases" / version_of(number) / "release.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace(f"published: {day_of(number)}\neffective: on-publication", "effective: 2027-01-01")
    )
    commit(project.root)
    publish(project.root)
    return publish(project.root, today="2027-01-01")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="so many releases online")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--rebuilt", type=int, default=REBUILT, help="rebuild at most so many releases")
    wanted = parser.parse_args()
    os.environ.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_SYSTEM=os.devnull, COLUMNS="200")
    sizes = tuple(int(size) for size in wanted.sizes.split(","))
    with tempfile.TemporaryDirectory(prefix="yururluk-bench-") as folder:
        kept = measure(sizes, wanted.rebuilt, wanted.repeats, Path(folder))
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
