"""What the pages are made by: digests of the code, of what it stands on, of the templates and of the settings."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import yururluk
from yururluk.core.settings import CONFIG_FILE
from yururluk.site.assets import is_scratch

_ENGINE = (
    "babel",
    "jinja2",
    "lxml",
    "markdown",
    "mkdocs",
    "mkdocs-material",
    "mkdocs-static-i18n",
    "nh3",
    "pydantic",
    "pymdown-extensions",
)


def code_digest(root: Path, package: str = "") -> str:
    """Digest of all that turns texts into pages: the package and what it stands on, the templates, the settings.

    `package` is its `package_digest`, where that is known already.
    """
    files = [
        *((f"overrides/{name}", file) for name, file in _files_below(root / "overrides")),
        *((name, os.fspath(root / name)) for name in (CONFIG_FILE, "hooks/mkdocs_events.py")),
    ]
    digest = hashlib.sha256((package or package_digest()).encode())
    _add(digest, files)
    return digest.hexdigest()


def package_digest() -> str:
    """Digest of the part of it that is the same for every project: the package and what it stands on."""
    package = Path(yururluk.__file__).parent
    digest = hashlib.sha256()
    for name in _ENGINE:
        digest.update(f"{name}\0{_version(name)}\n".encode())
    _add(digest, _files_below(package))
    return digest.hexdigest()


def _files_below(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder: its path from there, and from here."""
    left = [("", os.fspath(folder))]
    while left:
        inside, place = left.pop()
        for entry in os.scandir(place) if Path(place).is_dir() else ():
            if entry.is_dir(follow_symlinks=False):
                left.append((f"{inside}{entry.name}/", entry.path))
            else:
                yield inside + entry.name, entry.path


def _add(digest: hashlib._Hash, files: Iterable[tuple[str, str]]) -> None:
    for name, file in sorted(files):
        if not is_scratch(name) and Path(file).is_file():
            with open(file, "rb", buffering=0) as opened:  # noqa: PTH123
                content = hashlib.sha256(opened.read()).hexdigest()
            digest.update(f"{name}\0{content}\n".encode())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"
