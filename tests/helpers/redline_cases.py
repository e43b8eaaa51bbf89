"""Writes the expected redline of every case again: `python -m tests.helpers.redline_cases`.

Read the difference before you commit it: what is expected is what a lawyer would sign.
"""

from __future__ import annotations

from pathlib import Path

from yururluk.redline import Redline, compare

CASES = Path(__file__).parents[1] / "redline"


def cases() -> list[Path]:
    """The folders of all cases, by name."""
    return sorted(folder for folder in CASES.iterdir() if (folder / "old.md").is_file())


def redline_of(folder: Path) -> Redline:
    """The redline of a case. Its locale is English where the name ends so."""
    old, new = (
        (folder / name).read_text(encoding="utf-8") if (folder / name).exists() else "" for name in ("old.md", "new.md")
    )
    return compare(old, new, locale="en" if folder.name.endswith("-en") else "tr")


def written(redline: Redline) -> str:
    """A case's expected file: the redline, and below it what is reported of it."""
    told = [
        " | ".join(
            [
                change.kind,
                change.clause.id,
                f"{change.old} → {change.new}",
                *(f"{matter.kind}: {matter.old} → {matter.new}" for matter in change.matters),
                *(f"{detail.what}: {detail.old} → {detail.new}" for detail in change.details),
            ]
        ).replace("--", "- -")
        for change in redline.changes
    ]
    lines = "".join(f"{line}\n" for line in told)
    return f"{redline.html}\n<!-- the changes\n{lines}-->\n"


def main() -> None:
    for folder in cases():
        (folder / "expected.html").write_text(written(redline_of(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
