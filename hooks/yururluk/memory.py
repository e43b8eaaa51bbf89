"""What long work gave, kept on disk for the next publish: frozen texts need not be compared again each time.

Nothing hangs on it. It lies in git's own folder of the clone. What other code or another Python worked out, what lies
under another name than it was kept under and what is not byte for byte as it was written is not taken; a publish
without it gives the same bytes, only later.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

FOLDER = "yururluk-memory"
_NAME = re.compile(r"[a-zA-Z0-9_-]+", re.ASCII)
_TEMPORARY = ".new-"


@dataclass(frozen=True)
class Memory:
    """A folder of results; with none, nothing is remembered. `code` digests the code that they are results of."""

    folder: Path | None = None
    code: str = ""

    def recall(self, name: str) -> bytes | None:
        """What was kept under a name by the same code, whole; else None."""
        if self.folder is None:
            return None
        try:
            stored = self._file(name).read_bytes()
        except OSError:
            return None
        seal, _, data = stored.partition(b"\n")
        return data if seal.decode(errors="replace") == self._seal(name, data) else None

    def keep(self, name: str, data: bytes) -> None:
        """Remember a result. Where the disk does not take it, it is worked out again the next time."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as out:
                    out.write(self._seal(name, data).encode() + b"\n" + data)
                Path(temporary).replace(self._file(name))
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise

    def tidy(self) -> None:
        """Remove what a killed process left half written. To be called under the lock of a publish."""
        if self.folder is not None:
            for file in self.folder.glob(f"{_TEMPORARY}*"):
                with contextlib.suppress(OSError):
                    file.unlink()

    def trim(self, family: str, most: int) -> None:
        """Of the results whose names begin with `family`, keep only those worked out last. To be called under the lock
        of a publish."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            found = [entry for entry in os.scandir(self.folder) if entry.name.startswith(family)]
            for entry in sorted(found, key=lambda entry: entry.stat().st_mtime_ns)[:-most]:
                Path(entry.path).unlink()

    def _file(self, name: str) -> Path:
        if self.folder is None or not _NAME.fullmatch(name):
            raise ValueError(f'nothing can be kept under the name "{name}"')
        return self.folder / name

    def _seal(self, name: str, data: bytes) -> str:
        # Python's own parser of HTML and tables of Unicode have their part in every result.
        return hashlib.sha256(f"{sys.version}\0{self.code}\0{name}\0".encode() + data).hexdigest()


NO_MEMORY = Memory()
