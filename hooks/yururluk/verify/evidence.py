"""The evidence bundle: all that proves one release to a court or an auditor, with no program of ours to check it.

A ZIP of plain files: the frozen texts; the entries of the register, each in the bytes that are digested (RFC 8785), up
to the last one about the release (its withdrawal, if there was one) or the first one after it that has a timestamp; the
timestamps; and instructions for standard tools. It holds nothing that the entries do not prove, and the instructions
are the same in every bundle: they state no fact, but print each from what they check. The same release gives the same
bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import rfc8785

from yururluk.core.messages import Problem, Refused, msg
from yururluk.core.model import Release, Text
from yururluk.core.register import Publication, Register, entry_digest
from yururluk.verify.timestamps import token_path

ENGLISH = "README.txt"
TURKISH = "OKUYUN.txt"
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can hold: no clock may get into the bytes


@dataclass(frozen=True)
class Evidence:
    """The bundle: its bytes, how many entries and timestamps it holds."""

    data: bytes
    entries: int
    tokens: int


def evidence(
    release: Release, register: Register, tokens: Mapping[str, bytes], assets: Mapping[str, bytes]
) -> Evidence:
    """The bundle of a published release; `tokens` are the timestamps by their entry's digest, `assets` the files to
    which texts refer, by name.

    Raises `Refused` where the release was not published or is not what was published.
    """
    entry = register.publication(release.version)
    if entry is None:
        fix = msg("publish it first: yururluk publish; there is no proof of what nobody could read.")
        message = msg("release {version} has not been published.", version=release.version)
        raise Refused([Problem("evidence", f"releases/{release.version}", 0, message, fix)])
    digests = [entry_digest(raw) for raw in register.raw]
    withdrawal = register.withdrawals.get(release.version)
    own = register.entries.index(entry if withdrawal is None else withdrawal)  # the last that is about the release
    last = next((place for place in range(own, len(digests)) if digests[place] in tokens), own)
    covered = {digest: tokens[digest] for digest in digests[: last + 1] if digest in tokens}
    files = {f"texts/{release.version}/{text.name}": text.data for text in _recorded_texts(release, entry)}
    files |= {f"assets/{release.version}/{name}": assets[name] for name in entry.assets}
    for number, raw in enumerate(register.raw[: last + 1], start=1):
        files[f"entries/{number:06d}.json"] = rfc8785.dumps(dict(raw))
    files |= {token_path(digest): data for digest, data in covered.items()}
    instructions = resources.files("yururluk.verify") / "instructions"
    files |= {name: (instructions / name).read_bytes() for name in (TURKISH, ENGLISH)}
    return Evidence(_zip(files), last + 1, len(covered))


def write_evidence(bundle: Evidence, target: Path) -> None:
    """Write the file, all of it or nothing."""
    staged = target.with_name(f".{target.name}.part")
    try:
        staged.write_bytes(bundle.data)
        staged.replace(target)
    finally:
        staged.unlink(missing_ok=True)


def _recorded_texts(release: Release, entry: Publication) -> list[Text]:
    """The texts that the register has; each must be, byte for byte, what was published."""
    found = []
    problems = []
    for document in entry.documents:
        text = release.by_name.get((document.id, document.locale))
        if text is None or text.sha256 != document.sha256:
            path = f"releases/{release.version}/{document.locale}/{document.id}.md"
            message = msg("this is not the text that was published as release {version}.", version=release.version)
            problems.append(Problem("evidence", path, 0, message, msg("restore the file from git.")))
        else:
            found.append(text)
    if problems:
        raise Refused(problems)
    return found


def _zip(files: Mapping[str, bytes]) -> bytes:
    """Stored, not deflated: two versions of zlib may squeeze alike bytes into different ones."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            about = zipfile.ZipInfo(name, _FIRST_MOMENT)
            about.create_system = 3  # Unix, wherever it is made
            about.external_attr = 0o100644 << 16
            archive.writestr(about, data)
    return target.getvalue()
