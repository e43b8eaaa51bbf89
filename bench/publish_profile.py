"""Tells where the time of a publish goes: what each part of the way takes, and the functions that take most."""

from __future__ import annotations

import os
import pstats
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.many import ROOT

# What the way consists of; the seconds are those of the function with all that it calls.
_PARTS = {
    "loading modules": ("<frozen importlib._bootstrap>", "_find_and_load"),
    "reading releases": ("releases.py", "read_releases"),
    "are they as committed?": ("held.py", "held_below"),
    "planning": ("plan.py", "plan"),
    "assembling pages": ("release_pages.py", "release_site"),
    "assembling the portal": ("portal_pages.py", "portal_site"),
    "MkDocs": ("build.py", "build"),
    "  loading its settings": ("base.py", "load_config"),
    "  rendering templates": ("environment.py", "render"),
    "  redlines": ("result.py", "compare_html"),
    "  woven texts": ("published.py", "woven_file"),
    "the lineage of clauses": ("clause_memory.py", "remembered_lineage"),
    "writing the commit": ("pages_commit.py", "write_commit"),
    "waiting for git": ("subprocess.py", "run"),
}
_MOST = 12


def profile(root: Path, today: str) -> str:
    """Publish in one process on one core under cProfile, and say what took how long."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "profile"
        code = (
            "import os, sys\n"
            "if hasattr(os, 'sched_setaffinity'): os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
            f"sys.argv = ['yururluk', 'publish', '--today', {today!r}]\n"
            "import cProfile, contextlib\n"
            "profile = cProfile.Profile()\n"
            "with contextlib.suppress(SystemExit):\n"
            "    profile.runcall(lambda: __import__('yururluk.cli').cli.main())\n"
            f"profile.dump_stats({str(output)!r})\n"
        )
        env = {**os.environ, "PYTHONPATH": f"{ROOT / 'hooks'}{os.pathsep}{ROOT}"}
        subprocess.run([sys.executable, "-c", code], cwd=root, env=env, check=True, capture_output=True)
        stats = pstats.Stats(str(output))
    lines = [f"  {'all of it':34} {stats.total_tt:8.2f} s"]  # type: ignore[attr-defined]
    found = stats.stats  # type: ignore[attr-defined]
    for part, (file, function) in _PARTS.items():
        seconds = max(
            (row[3] for (name, _, called), row in found.items() if Path(name).name == file and called == function),
            default=0.0,
        )
        lines.append(f"  {part:34} {seconds:8.2f} s")
    lines.append("  the functions that take most by themselves:")
    own = sorted(found.items(), key=lambda item: -item[1][2])[:_MOST]
    lines += [f"    {row[2]:6.2f} s  {row[1]:8} ×  {Path(name).name}:{called}" for (name, _, called), row in own]
    return "\n".join(lines)
