"""How drafts become a release: its folder under releases/, written whole or not at all, with a digest of each text."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import yaml

from yururluk.messages import msg
from yururluk.model import Text
from yururluk.problems import Problem, Refused
from yururluk.releases import RELEASE_FILE
from yururluk.schemas import ON_PUBLICATION


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
    tail = {
        "summary": dict(summary),
        "digests": {text.name: f"sha256:{text.sha256}" for text in sorted(texts, key=lambda t: t.name)},
    }
    return "\n".join(lines) + "\n" + yaml.safe_dump(tail, allow_unicode=True, sort_keys=False, width=10_000)


def freeze(root: Path, version: str, texts: Sequence[Text], release_yml: str) -> Path:
    """Write a new release folder, all of it or nothing. Raises `Refused` when the version exists."""
    target = root / "releases" / version
    target.parent.mkdir(exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{version}-", dir=target.parent))
    try:
        staged.chmod(0o755)
        for text in texts:
            file = staged / text.locale / f"{text.document}.md"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(text.data)
        (staged / RELEASE_FILE).write_text(release_yml, encoding="utf-8", newline="\n")
        if target.exists():
            mend = msg("give the release another version; a published text is never replaced.")
            raise Refused(
                [Problem("version", f"releases/{version}", 0, msg("this release exists already."), mend)]
            )
        staged.rename(target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return target
