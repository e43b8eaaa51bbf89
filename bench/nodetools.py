"""Two checkers that are written for Node: the Nu HTML checker (with Java) and Lighthouse. Both are optional.

They lie in .tools/, which git ignores, in exact versions and without a lock file; `make audit` fetches them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / ".tools"
#: Lighthouse 13 needs Node 22; 12.8.2 is the last that runs on Debian's Node 20.
VERSIONS = {"vnu-jar": "26.9.27", "lighthouse": "12.8.2"}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def install() -> str:
    """Fetch what is missing. Returns why it could not be done; empty where all is there."""
    if all(_version(name) == version for name, version in VERSIONS.items()):
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not here"
    FOLDER.mkdir(exist_ok=True)
    names = [f"{name}@{version}" for name, version in VERSIONS.items()]
    quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(FOLDER)]
    done = subprocess.run([npm, "install", *quiet, *names], capture_output=True, text=True)
    return "" if done.returncode == 0 else f"npm: {' '.join(done.stderr.split())[-200:]}"


def _version(name: str) -> str:
    file = FOLDER / "node_modules" / name / "package.json"
    if not file.is_file():
        return ""
    return str(json.loads(file.read_text(encoding="utf-8"))["version"])


def why_no_nu() -> str:
    """Why the Nu HTML checker cannot run; empty where it can."""
    if not _version("vnu-jar"):
        return "the Nu HTML checker is not here: make audit fetches it"
    return "" if shutil.which("java") else "Java is not here"


def nu_errors(pages: Sequence[Path]) -> list[str]:
    """What the Nu HTML checker finds wrong on these pages, a line each."""
    jar = FOLDER / "node_modules/vnu-jar/build/dist/vnu.jar"
    command = ["java", "-Xss8m", "-jar", str(jar), "--errors-only", "--exit-zero-always", *map(str, pages)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr.splitlines()


def why_no_lighthouse() -> str:
    """Why Lighthouse cannot run; empty where it can."""
    if not _version("lighthouse"):
        return "Lighthouse is not here: make audit fetches it"
    return "" if shutil.which("node") else "Node is not here"


def lighthouse(
    url: str, browser: str, report: Path, *, desktop: bool = False, categories: Sequence[str] = CATEGORIES
) -> Mapping[str, Any]:
    """Lighthouse's report on a page."""
    command = [
        *("node", str(FOLDER / "node_modules/lighthouse/cli/index.js"), url, "--quiet", "--output=json"),
        *(f"--output-path={report}", f"--only-categories={','.join(categories)}"),
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        *(["--preset=desktop"] if desktop else []),
    ]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "CHROME_PATH": browser})
    found: Mapping[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found
