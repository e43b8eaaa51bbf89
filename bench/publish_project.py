"""The projects in which `bench.publish` measures: ours with so many releases online, and mike's without our hook.

A project can be kept and opened again: it is then as it was made, whatever was measured in it since.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import yaml

from bench.many import ROOT, commit, day_of, git, make_project, version_of, write_release
from yururluk.memory import FOLDER as MEMORY
from yururluk.publish.code_digest import package_digest

TODAY = "2026-11-22"
_BIN = Path(sys.executable).parent
_MADE, _BEFORE = "refs/bench/made", "refs/bench/before"


@dataclass(frozen=True)
class Run:
    """What a process took: seconds by the clock, seconds of all cores, the most memory (MiB), git processes."""

    wall: float
    cpu: float
    memory: float
    processes: int

    @classmethod
    def median(cls, runs: Sequence[Run]) -> Run:
        """The median of each figure. On a machine that others use too, the least of ten runs says how lucky one was: of
        two programs measured in turn, the medians lie in a steadier proportion."""
        return cls(
            median(run.wall for run in runs),
            median(run.cpu for run in runs),
            median(run.memory for run in runs),
            runs[0].processes,
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


def publish(root: Path, *more: str, today: str = TODAY) -> Run:
    """Publish with our command."""
    return run(root, sys.executable, "-m", "yururluk", "publish", "--today", today, *more)


class Project:
    """A project with so many releases online and one more to publish; opened where this code made it before. `only`
    names the one document that it has, where it does not have both."""

    def __init__(self, folder: Path, releases: int, *, only: str = "") -> None:
        name = f"{only}-{releases}" if only else f"{releases}"
        self.root = folder / f"with-{name}"
        self.releases = releases
        self._only = only
        self._kept = folder / f"memory-{name}"
        self._code = folder / f"code-{name}"
        if not self._code.is_file() or self._code.read_text(encoding="utf-8") != package_digest():
            self._make()
        git(self.root, "reset", "--quiet", "--hard", _MADE)
        self.take_back()

    def _make(self) -> None:
        self._code.unlink(missing_ok=True)
        for old in (self.root, self._kept):
            shutil.rmtree(old, ignore_errors=True)
        make_project(self.root, self.releases, only=self._only)
        config = self.root / "mkdocs.yml"
        text = config.read_text(encoding="utf-8")
        without = re.sub(r"(?m)^    pdf: true\b.*$", "    pdf: false", text)
        assert without != text, "mkdocs.yml no longer says that PDFs are wanted"
        config.write_text(without, encoding="utf-8")
        commit(self.root)
        publish(self.root)
        publish(self.root)  # as every day: what it notes of the files, it notes of those that have lain for a while
        git(self.root, "update-ref", _BEFORE, "refs/heads/gh-pages")
        shutil.copytree(self._memory, self._kept)
        write_release(self.root, self.releases, only=self._only)
        commit(self.root)
        git(self.root, "update-ref", _MADE, "HEAD")
        self._code.write_text(package_digest(), encoding="utf-8")

    @property
    def _memory(self) -> Path:
        return self.root / ".git" / MEMORY

    def take_back(self, *, remembering: bool = True) -> None:
        """Have the branch and the memory as they were before the newest release was published."""
        git(self.root, "update-ref", "refs/heads/gh-pages", _BEFORE)
        shutil.rmtree(self._memory, ignore_errors=True)
        if remembering:
            shutil.copytree(self._kept, self._memory)

    def publish_one_more(self, *, remembering: bool = True, unchanged: str = "") -> Run:
        """Publish the newest release, as if it had not been; `unchanged` names a document that it leaves as it was."""
        self.take_back(remembering=remembering)
        if not unchanged:
            return publish(self.root)
        write_release(self.root, self.releases, unchanged=unchanged)
        commit(self.root)
        try:
            return publish(self.root)
        finally:
            git(self.root, "reset", "--quiet", "--hard", _MADE)

    def files(self) -> dict[str, int]:
        """The files of the exported site, and the bytes of each."""
        target = self.root / "exported"
        run(self.root, sys.executable, "-m", "yururluk", "export", str(target))
        found = {
            file.relative_to(target).as_posix(): file.stat().st_size for file in target.rglob("*") if file.is_file()
        }
        shutil.rmtree(target)
        return found

    def freeze(self, effective: str | None = None) -> None:
        """Freeze and commit one release more, published when it is; `effective` is the day it binds, if not then."""
        number = self.releases + 1
        write_release(self.root, number)
        if effective:
            file = self.root / "releases" / version_of(number) / "release.yml"
            text = file.read_text(encoding="utf-8")
            dated = f"published: {day_of(number)}\neffective: on-publication"
            file.write_text(text.replace(dated, f"effective: {effective}"), encoding="utf-8")
        commit(self.root)


class Mike:
    """The texts of a release in a plain project: MkDocs, Material and static-i18n without our hook."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "mike"
        shutil.rmtree(self.root, ignore_errors=True)
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
        while self._number < 2:
            self.deploy()
        self._run("alias", "1.0", "latest", "--update-aliases", "--alias-type", "copy")
        return self._run("alias", "2.0", "latest", "--update-aliases", "--alias-type", "copy")

    def _run(self, *command: str) -> Run:
        path = {"PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}"}
        return run(self.root, str(_BIN / "mike"), *command, env=path)
