"""Runs what a workflow file runs: its `run:` steps, in order, in a clone as its runner makes one.

Of GitHub itself two things are played: the checkout, by a real clone of a real remote, and the answers of the
steps that hand files over. Everything else is the file's own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_HANDED_OVER = "https://files.example/review"


@dataclass(frozen=True)
class Ran:
    """One step that ran: its name, how it ended and what it printed."""

    name: str
    code: int
    told: str


@dataclass
class Runner:
    """A runner's clone of `remote` at `ref`, and the event that called it."""

    folder: Path
    remote: Path
    ref: str
    context: Mapping[str, str]
    env: Mapping[str, str] = field(default_factory=dict)

    def run(self, workflow: str, job: str) -> list[Ran]:
        """Run a job of a workflow file; after a step that fails, only the steps that are to run all the same."""
        parsed = yaml.safe_load((WORKFLOWS / workflow).read_text(encoding="utf-8"))
        told: list[Ran] = []
        context = dict(self.context)
        for step in parsed["jobs"][job]["steps"]:
            failed = any(ran.code for ran in told)
            if not self._is_to_run(step.get("if", "success()"), context, failed=failed):
                continue
            if "uses" in step:
                if step["uses"].startswith("actions/checkout@"):
                    self._check_out()
                elif "id" in step:
                    context[f"steps.{step['id']}.outputs.artifact-url"] = _HANDED_OVER
                continue
            values = {**parsed["jobs"][job].get("env", {}), **step.get("env", {})}
            env = {name: self._filled(str(value), context) for name, value in values.items()}
            # A runner gives the script to `bash -e`, and puts expressions into it before; ours hold none.
            assert "${{" not in step["run"], "values belong into env:, never into the script"
            done = subprocess.run(
                ["bash", "-e", "-c", step["run"]],
                cwd=self.folder,
                env={**self._environment(), **env},
                capture_output=True,
                text=True,
                check=False,
            )
            told.append(Ran(step["name"], done.returncode, done.stdout + done.stderr))
            if "id" in step:
                context[f"steps.{step['id']}.outcome"] = "failure" if done.returncode else "success"
        return told

    def _filled(self, text: str, context: Mapping[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            return next(filter(None, (context.get(name, "") for name in match.group(1).split(" || "))), "")

        return _EXPRESSION.sub(value, text)

    def _is_to_run(self, condition: str, context: Mapping[str, str], *, failed: bool) -> bool:
        """GitHub adds `success()` to a condition that asks for no state of the job."""
        inner = _EXPRESSION.sub(r"\1", condition)
        asks = inner.split(" && ")
        if not {"success()", "!cancelled()"}.intersection(asks):
            asks.append("success()")
        return all(self._holds(ask, context, failed=failed) for ask in asks)

    def _holds(self, ask: str, context: Mapping[str, str], *, failed: bool) -> bool:
        if ask == "!cancelled()":
            return True
        if ask == "success()":
            return not failed
        left, sign, right = ask.split()
        values = [one.strip("'") if one.startswith("'") else context.get(one, "") for one in (left, right)]
        return (values[0] == values[1]) is {"==": True, "!=": False}[sign]

    def _check_out(self) -> None:
        _git(self.folder.parent, "clone", "--quiet", "--branch", self.ref, str(self.remote), self.folder.name)
        _environment_for(self.folder)
        _git(self.folder, "config", "user.name", "runner")
        _git(self.folder, "config", "user.email", "runner@example.org")

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI_"))}
        return {
            **kept,
            "PYTHONPATH": str(ROOT / "hooks"),
            "GITHUB_ACTOR": "editor",
            "GITHUB_REPOSITORY": "sirket/metinler",
            "GITHUB_STEP_SUMMARY": str(self.folder.parent / "summary.md"),
            **self.env,
        }


def _environment_for(folder: Path) -> None:
    """An environment that is ready, whose programs are those at hand; nothing can be installed into it."""
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    for name in ("python", "yururluk", "mkdocs"):
        program = programs / name
        refuse = 'if [ "$2" = pip ]; then echo "A test installs nothing." >&2; exit 1; fi\n' if name == "python" else ""
        program.write_text(f'#!/bin/sh\n{refuse}exec "{Path(sys.prefix, "bin", name)}" "$@"\n')
        program.chmod(0o755)
    (folder / ".venv/ready").touch()
    for file in (programs / "python", folder / "requirements.txt", folder / "pyproject.toml"):
        os.utime(file, (0, 0))


def _git(folder: Path, *command: str) -> None:
    subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)
