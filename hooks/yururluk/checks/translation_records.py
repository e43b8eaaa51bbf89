"""Records in a translation which state of each authentic clause it follows, as `check` then holds against it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from yururluk.checks.drafts import drafts_by_name
from yururluk.checks.translation_match import clause_digests
from yururluk.core.messages import msg
from yururluk.core.problems import Problem, Refused, in_order, refuse_if_any
from yururluk.core.releases import read_project
from yururluk.core.settings import Settings

_KEPT = re.compile(r"^translates:.*\n(?:[ \t]+.*\n|[ \t]*\n(?=[ \t]))*", re.MULTILINE)
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)


def record(root: Path, settings: Settings, paths: Sequence[str]) -> list[str]:
    """Write the digests into these translations. Returns the paths of those that changed.

    Raises `Refused`, and writes nothing, where one is no draft translation that can be read.
    """
    project = read_project(root, settings)
    refuse_if_any(in_order(problem for problem in project.problems if problem.path in paths))
    drafts = drafts_by_name(project)
    by_path = {text.path: text for text in project.drafts}
    problems: list[Problem] = []
    written: dict[str, str] = {}
    for path in paths:
        text = by_path.get(path)
        authentic = drafts.get((text.document, settings.authentic)) if text else None
        if text is None or authentic is None or text is authentic:
            fix = msg("name a translation in docs/, whose authentic text is there too.")
            problems.append(Problem("translation", path, 0, msg("this is no draft of a translation."), fix))
            continue
        here = clause_digests(text)
        digests = {id_: digest for id_, digest in clause_digests(authentic).items() if id_ in here}
        new = with_digests(text.source, digests)
        if new != text.source:
            written[path] = new
    if problems:
        raise Refused(problems)
    for path, source in written.items():
        old = (root / path).read_bytes()
        mark = b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b""
        ends = source.replace("\n", "\r\n") if b"\r\n" in old else source
        (root / path).write_bytes(mark + ends.encode())
    return list(written)


def with_digests(source: str, digests: Mapping[str, str]) -> str:
    """A text's source with these digests in its front matter, in the place of those that it has."""
    end = _END.search(source, 4)
    if end is None:
        return source
    head, rest = source[: end.start()], source[end.start() :]
    block = "".join(f'  {id_}: "{digest}"\n' for id_, digest in digests.items())
    block = f"translates:\n{block}" if digests else ""
    if _KEPT.search(head):
        return _KEPT.sub(lambda _: block, head, count=1) + rest
    return head + block + rest
