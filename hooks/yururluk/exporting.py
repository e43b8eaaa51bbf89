"""How the published branch becomes a folder for a static host: whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from yururluk.problems import Problem, Refused
from yururluk.vcs import Repository

MARK = "register.json"


@dataclass(frozen=True)
class Exported:
    """How many files the folder holds, and whether anything had to be written."""

    files: int
    changed: bool


def export(repository: Repository, commit: str, folder: Path) -> Exported:
    """Write the files of `commit` to `folder`, in the place of an earlier export.

    Raises `Refused` for a folder that holds something else: it would be lost.
    """
    folder = folder.absolute()
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file()):
        mend = "name a new folder, or an empty one, or that of an earlier export."
        raise Refused(
            [Problem("export", str(folder), 0, "this is not empty and holds no exported site.", mend)]
        )
    files = repository.paths(commit)
    if _is_same(repository, commit, folder, files):
        return Exported(len(files), changed=False)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        staged.chmod(0o755)
        _check_out(repository, commit, staged)
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            folder.rename(old / folder.name)
            staged.rename(folder)
            shutil.rmtree(old)
        else:
            staged.rename(folder)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return Exported(len(files), changed=True)


def _check_out(repository: Repository, commit: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="yururluk-index-") as index:
        env = {"GIT_INDEX_FILE": str(Path(index) / "index")}
        # No line end or filter of this machine may touch the bytes that were published.
        plain = ("-c", "core.autocrlf=false", "-c", "core.attributesFile=" + os.devnull)
        repository.run(*plain, "read-tree", commit, extra_env=env)
        repository.run(*plain, "checkout-index", "--all", "--force", f"--prefix={folder}/", extra_env=env)


def _is_same(repository: Repository, commit: str, folder: Path, files: list[str]) -> bool:
    if not folder.is_dir():
        return False
    present = sorted(
        Path(parent, name).relative_to(folder).as_posix()
        for parent, _, names in os.walk(folder)
        for name in names
    )
    if present != files:
        return False
    listed = repository.run("ls-tree", "-r", "-z", "--full-tree", commit).decode().split("\0")
    wanted = {entry.split("\t", 1)[1]: entry.split()[2] for entry in listed if entry}
    paths = "".join(f"{folder / name}\n" for name in files)
    found = (
        repository.run("hash-object", "--no-filters", "--stdin-paths", data=paths.encode()).decode().split()
    )
    return [wanted[name] for name in files] == found
