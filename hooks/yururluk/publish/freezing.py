"""How drafts become a release, and how one is withdrawn: what is written under releases/ is written whole or not at
all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import yaml

from yururluk.core.atomic_write import aside
from yururluk.core.messages import msg
from yururluk.core.model import NEWEST_RENDERING, Text
from yururluk.core.problems import Problem, Refused
from yururluk.core.releases import RELEASE_FILE, WITHDRAWAL_FILE
from yururluk.core.schemas import ON_PUBLICATION

#: What the folder is called, beside the project's own, in which they are made.
PURPOSE = "release"


def release_file(
    version: str,
    texts: Sequence[Text],
    summary: Mapping[str, str],
    *,
    material: bool,
    effective: date | None,
    published: date | None = None,
) -> str:
    """The content of a release file for these texts, in the order in which people read it."""
    lines = [f'version: "{version}"']
    if published is not None:
        lines.append(f"published: {published.isoformat()}")
    lines.append(f"effective: {effective.isoformat() if effective else ON_PUBLICATION}")
    lines.append(f"material: {'true' if material else 'false'}")
    lines.append(f"rendering: {max((text.rendering for text in texts), default=NEWEST_RENDERING)}")
    tail = {
        "summary": dict(summary),
        "digests": {text.name: f"sha256:{text.sha256}" for text in sorted(texts, key=lambda t: t.name)},
    }
    return "\n".join(lines) + "\n" + yaml.safe_dump(tail, allow_unicode=True, sort_keys=False, width=10_000)


def freeze(root: Path, version: str, texts: Sequence[Text], release_yml: str, *, again: bool = False) -> Path:
    """Write a new release folder, all of it or nothing. Raises `Refused` when the version exists; with `again`, the
    new folder takes its place."""
    target = root / "releases" / version
    target.parent.mkdir(exist_ok=True)
    with aside(root, PURPOSE) as work:
        staged = work / version
        staged.mkdir()
        for text in texts:
            file = staged / text.locale / f"{text.document}.md"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(text.data)
        (staged / RELEASE_FILE).write_text(release_yml, encoding="utf-8", newline="\n")
        if target.exists() and again:
            target.rename(work / "before")
        elif target.exists():
            fix = msg("give the release another version; a published text is never replaced.")
            raise Refused([Problem("version", f"releases/{version}", 0, msg("this release exists already."), fix)])
        staged.rename(target)
    return target


def write_withdrawal(root: Path, version: str, withdrawn: date, reason: str) -> str:
    """Write the withdrawal of a release, all of it or nothing. Returns the file's path in the project."""
    path = f"releases/{version}/{WITHDRAWAL_FILE}"
    told = yaml.safe_dump({"reason": reason}, allow_unicode=True, width=10_000)
    with aside(root, PURPOSE) as work:
        staged = work / WITHDRAWAL_FILE
        staged.write_text(f"withdrawn: {withdrawn.isoformat()}\n{told}", encoding="utf-8", newline="\n")
        staged.replace(root / path)
    return path
