"""Measures what publishing costs, beside plain `mike deploy` of the same texts without our hook, in one run.

`python -m bench.publish` makes projects with 1, 20, 100 and 300 releases online, and publishes one more in each: a
process of its own each time, in turn with mike's, the median of several counting. No PDFs are made; mike makes none.
The bounds printed beside the figures are those of the project's own rule; the exit code is 1 where one is broken.

It can be done piece by piece: `--folder DIR --only make` makes the projects and keeps them, `--only publish,idle`
measures in them what it names.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bench.publish_bytes import forms_of_newest, growth, growth_by_kind
from bench.publish_profile import profile
from bench.publish_project import TODAY, Mike, Project, Run, publish

SIZES = (1, 20, 100, 300)
REPEATS = 9
REBUILT = 100
_ALONE = 20


class Report:
    """The lines of the answer, and whether all bounds were kept."""

    def __init__(self) -> None:
        self.kept = True

    def line(self, what: str, figure: str, bound: str = "", *, holds: bool = True) -> None:
        """Print one figure, with its bound."""
        self.kept = self.kept and holds
        said = f"  {bound}: {'kept' if holds else 'BROKEN'}" if bound else ""
        print(f"{what:58} {figure:>28}{said}", flush=True)


@dataclass
class Bench:
    """What is measured, and where."""

    folder: Path
    sizes: tuple[int, ...]
    repeats: int
    rebuilt: int
    report: Report = field(default_factory=Report)

    @cached_property
    def projects(self) -> list[Project]:
        """The projects, made where they are not there yet."""
        print(f"Making projects with {', '.join(map(str, self.sizes))} releases online …", flush=True)
        return [Project(self.folder, size) for size in self.sizes]

    @cached_property
    def mike(self) -> Mike:
        """mike's project."""
        return Mike(self.folder)

    @cached_property
    def plain(self) -> Run:
        """The median of mike's deploys, where nothing else is measured in turn with them."""
        return _typical(self.repeats, self.mike.deploy)

    def make(self) -> None:
        """The projects."""
        assert self.projects

    def publish(self) -> None:
        """One release more."""
        theirs: list[Run] = []
        ours: dict[int, list[Run]] = {project.releases: [] for project in self.projects}
        for _ in range(self.repeats):  # in turn, so that whatever else the machine does hits all alike
            theirs.append(self.mike.deploy())
            for project in self.projects:
                ours[project.releases].append(project.publish_one_more())
        plain = self.plain = Run.median(theirs)
        typical = {size: Run.median(runs) for size, runs in ours.items()}
        line = self.report.line
        print("\nPublishing one release with stamps, redlines, two languages, portal, register")
        line("  plain mike deploy", f"{plain.wall:.2f} s, {plain.cpu:.2f} s CPU")
        for size, found in typical.items():
            ratio = found.wall / plain.wall
            figure = f"{found.wall:.2f} s, {found.cpu:.2f} s CPU"
            if size == min(typical):
                line(
                    f"  ours, {size} online before",
                    figure,
                    f"{ratio:.2f} of mike's ≤ 0.7",
                    holds=ratio <= 0.7,
                )
            else:  # how much slower it may become is a bound of its own
                line(f"  ours, {size} online before", f"{figure} ({ratio:.2f} of mike's)")
        sizes = sorted(typical)
        first, last = typical[sizes[0]], typical[sizes[-1]]
        growth, memory = last.wall / first.wall, last.memory / first.memory
        line(f"  {sizes[-1]} online over {sizes[0]}", f"{growth:.2f}", "≤ 1.3", holds=growth <= 1.3)
        figure = f"{first.memory:.0f} → {last.memory:.0f} MiB"
        line("  memory of the largest process", figure, f"{memory:.2f} ≤ 1.3", holds=memory <= 1.3)

    def cold(self) -> None:
        """One release more in a fresh clone, which remembers nothing."""
        project = self.projects[-1]
        found = project.publish_one_more(remembering=False)
        self.report.line(f"  {project.releases} online, nothing remembered (a fresh clone)", f"{found.wall:.2f} s")

    def idle(self) -> None:
        """Nothing to do."""
        for project in dict.fromkeys((self.projects[0], self.projects[-1])):
            project.publish_one_more()
            found = _typical(self.repeats, lambda root=project.root: publish(root))  # type: ignore[misc]
            self.report.line(
                f"  nothing to do, {project.releases + 1} online",
                f"{found.wall:.2f} s, {found.processes} git",
                "≤ 0.5 s",
                holds=found.wall <= 0.5,
            )

    def rebuild(self) -> None:
        """All releases again. Of mike's deploys, one is measured: each of them is a build of its own."""
        fitting = [project for project in self.projects if project.releases <= self.rebuilt]
        one = max(fitting, key=lambda project: project.releases, default=self.projects[0])
        one.publish_one_more()
        again = publish(one.root, "--rebuild")
        cpu = self.plain.cpu * (one.releases + 1)
        theirs = f"mike's {one.releases + 1} × {self.plain.cpu:.2f} s"
        self.report.line(
            f"  rebuild of {one.releases + 1} releases, every text proved the same",
            f"{again.wall:.1f} s, {again.cpu:.1f} s CPU",
            f"{cpu / again.cpu:.1f} × less CPU than {theirs} ≥ 5, {again.cpu / again.wall:.1f} cores",
            holds=cpu / again.cpu >= 5,
        )

    def bytes(self) -> None:
        """What each release adds to the site: one that changes both documents, and one that changes one of them."""
        large = self.projects[-1]
        for project in self.projects:
            project.take_back()
        after = large.files()
        if len(self.projects) > 1:
            before, more = self.projects[-2].files(), large.releases - self.projects[-2].releases
        else:
            large.publish_one_more()
            before, after, more = after, large.files(), 1
            large.take_back()
        each = growth(before, after) / more / 1e6
        self.report.line(
            "  bytes of the exported site for each more release",
            f"{each:.3f} MB",
            "≤ 0.15 MB",
            holds=each <= 0.15,
        )
        for kind, size in growth_by_kind(before, after).items():
            self.report.line(f"    {kind}", f"{size / more / 1e3:.1f} kB")
        frozen, words, least = forms_of_newest(large.root)
        self.report.line("    beside it: the frozen texts of one release", f"{frozen / 1e3:.1f} kB")
        figure = f"{words / 1e3:.1f} kB; as elements, clauses and cells {least / 1e3:.1f} kB"
        self.report.line("    their words alone, four times: page, redline, JSON, Akoma Ntoso", figure)
        before = large.files()
        large.publish_one_more(unchanged="aydinlatma-metni")
        one = growth(before, large.files()) / 1e6
        self.report.line("  the same where one of the two documents changed", f"{one:.3f} MB")
        alone = Project(self.folder, _ALONE, only="gizlilik-politikasi")
        before = alone.files()
        alone.publish_one_more()
        policy = growth(before, alone.files()) / 1e6
        self.report.line("  the same where there is the Gizlilik Politikası alone", f"{policy:.3f} MB")

    def alias(self) -> None:
        """A release that was published for a later day comes into force on that day."""
        project = self.projects[0]
        project.publish_one_more()
        project.freeze(effective="2027-01-01")
        publish(project.root)
        moved = publish(project.root, today="2027-01-01")
        theirs = self.mike.move_alias()
        self.report.line(
            "  moving the alias: the whole publish of that day",
            f"{moved.processes} git, {moved.wall:.2f} s",
            f"mike alias: {theirs.processes} git, {theirs.wall:.2f} s; ≤ 10",
            holds=moved.processes <= 10,
        )

    def profile(self) -> None:
        """Where the time goes."""
        project = self.projects[-1]
        print(f"\nWhere the time goes, one release more with {project.releases} online (one core, by cProfile)")
        project.take_back()
        print(profile(project.root, TODAY))


PIECES: dict[str, Callable[[Bench], None]] = {
    "make": Bench.make,
    "publish": Bench.publish,
    "cold": Bench.cold,
    "idle": Bench.idle,
    "rebuild": Bench.rebuild,
    "bytes": Bench.bytes,
    "alias": Bench.alias,
    "profile": Bench.profile,
}


def _typical(repeats: int, measured: Callable[[], Run]) -> Run:
    return Run.median([measured() for _ in range(repeats)])


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="so many releases online")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--rebuilt", type=int, default=REBUILT, help="rebuild at most so many releases")
    parser.add_argument("--folder", type=Path, help="keep the projects here, and use those that are there")
    parser.add_argument("--only", default=",".join(PIECES), help=f"some of: {', '.join(PIECES)}")
    wanted = parser.parse_args()
    if unknown := set(wanted.only.split(",")) - PIECES.keys():
        parser.error(f"there is nothing called {', '.join(sorted(unknown))}")
    os.environ.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_SYSTEM=os.devnull, COLUMNS="200")
    sizes = tuple(sorted(int(size) for size in wanted.sizes.split(",")))
    with tempfile.TemporaryDirectory(prefix="yururluk-bench-") as temporary:
        folder = wanted.folder.resolve() if wanted.folder else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, sizes, wanted.repeats, wanted.rebuilt)
        for name, measure in PIECES.items():
            if name in wanted.only.split(","):
                measure(bench)
    sys.exit(0 if bench.report.kept else 1)


if __name__ == "__main__":
    main()
