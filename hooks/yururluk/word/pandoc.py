"""Runs pandoc, which knows Word's format: bytes in, bytes out, without network, files of this machine or clock."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from typing import Any, Final

import pypandoc

from yururluk.core.messages import msg
from yururluk.core.problems import Problem, Refused

#: Far more than any legal text needs; a hostile file is stopped by them, not the machine.
_SECONDS: Final = 120
_MEMORY: Final = "1500m"
#: Ids are those of the text; ids that pandoc makes up could come twice, as a deleted and as an inserted heading.
_HTML: Final = "html+epub_html_exts-auto_identifiers"


@cache
def _program() -> str:
    path: str = pypandoc.get_pandoc_path()
    return path


def _run(arguments: list[str], data: bytes, path: str) -> bytes:
    """What pandoc prints. `--sandbox` keeps it from reading files and addresses that a text names."""
    command = [_program(), "+RTS", f"-M{_MEMORY}", "-RTS", "--sandbox", *arguments]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, env=environment)
    except subprocess.TimeoutExpired:
        why = msg("reading it took longer than {count} seconds", count=_SECONDS)
        raise Refused([_failed(path, why)]) from None
    if done.returncode:
        told = " ".join(done.stderr.decode("utf-8", "replace").split())[-300:]
        raise Refused([_failed(path, told or msg("pandoc ended with {code}", code=done.returncode))])
    return done.stdout


def _failed(path: str, why: str) -> Problem:
    fix = msg("open it in Word, save it anew as .docx (Save As), and try again; nothing was changed.")
    return Problem("word", path, 0, msg("this could not be converted: {why}.", why=why), fix)


def docx_of(html: str, *, locale: str, title: str, path: str = "") -> bytes:
    """A Word file from HTML. Raises `Refused` with the name `path` where pandoc fails."""
    language = {"tr": "tr-TR", "en": "en-GB"}.get(locale, locale)
    arguments = ["-f", _HTML, "-t", "docx", "-o", "-", "-M", f"lang={language}", "-M", f"title={title}"]
    return _run(arguments, html.encode(), path)


def ast_of(docx: bytes, *, path: str = "") -> dict[str, Any]:
    """What a Word file says, as pandoc's document tree. Its tracked changes must have been settled before."""
    tree: dict[str, Any] = json.loads(_run(["-f", "docx-auto_identifiers", "-t", "json"], docx, path))
    return tree
