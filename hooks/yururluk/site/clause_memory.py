"""The lineage of a document's clauses, taken up where an earlier publish left it: a new release adds to it.

What is remembered is Python's own (pickle): it lies in git's folder of the clone, where hooks lie that git itself runs.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from yururluk.lineage.clause_text import Content
from yururluk.lineage.events import Builder, Lineage, Revision
from yururluk.memory import Memory


@dataclass(frozen=True)
class Known:
    """A revision whose text is read when it is needed. `sha256` digests its file."""

    version: str
    before: str | None
    sha256: str
    read: Callable[[], Content]

    def revision(self) -> Revision:
        """The revision, its text read."""
        return Revision(self.version, self.read(), self.before)


def remembered_lineage(name: str, revisions: Sequence[Known], memory: Memory) -> Lineage:
    """The same as `lineage` of all the revisions. `name` is what the memory calls this document and language."""
    chain = _chain(revisions)
    done, builder = _recalled(memory.recall(name), chain)
    if done == len(chain) and builder is not None:
        return builder.finished()
    fresh = [known.revision() for known in revisions[done:]]
    headed = any(revision.content.clauses for revision in fresh)
    if builder is None or (headed and not builder.headed):
        # The first headings change how the texts before them are taken.
        fresh = [*(known.revision() for known in revisions[:done]), *fresh]
        builder = Builder(headed)
    for revision in fresh:
        builder.add(revision)
    memory.keep(name, pickle.dumps((len(chain), chain[-1:], builder), protocol=5))
    return builder.finished()


def _chain(revisions: Sequence[Known]) -> list[str]:
    """For each revision a digest of it and of all before it."""
    found: list[str] = []
    digest = ""
    for known in revisions:
        told = "\0".join([digest, known.version, known.before or "", known.sha256])
        digest = hashlib.sha256(told.encode()).hexdigest()
        found.append(digest)
    return found


def _recalled(data: bytes | None, chain: Sequence[str]) -> tuple[int, Builder | None]:
    """How many of the revisions are known, and what is known of them."""
    if data is None:
        return 0, None
    count, last, builder = pickle.loads(data)  # noqa: S301 - our own, see above
    return (count, builder) if chain[:count][-1:] == last else (0, None)
