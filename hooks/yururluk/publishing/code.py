"""What the pages are made by: digests of the code, of what it stands on, of the templates and of the settings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import yururluk
from yururluk.assets import is_scratch
from yururluk.settings import CONFIG_FILE

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
        *((file.relative_to(root).as_posix(), file) for file in (root / "overrides").rglob("*")),
        *((name, root / name) for name in (CONFIG_FILE, "hooks/mkdocs_events.py")),
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
    _add(digest, [(file.relative_to(package).as_posix(), file) for file in package.rglob("*")])
    return digest.hexdigest()


def _add(digest: hashlib._Hash, files: Iterable[tuple[str, Path]]) -> None:
    for name, file in sorted(files):
        if not is_scratch(name) and file.is_file():
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{name}\0{content}\n".encode())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"
