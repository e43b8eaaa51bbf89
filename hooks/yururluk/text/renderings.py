"""The HTML of frozen texts, rendered once: one publish shows, compares, describes and proves the same texts, and the
next one compares its own with them. A proof never takes a rendering that was found on disk.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from functools import lru_cache

from yururluk.memory import NO_MEMORY, Memory
from yururluk.text.markdown import render

#: What the names of renderings in a memory begin with, and how many of them are worth their room there.
FAMILY = "rendering-"
MOST = 64

_shelves: list[Memory] = [NO_MEMORY]


@contextlib.contextmanager
def taken_from(memory: Memory) -> Iterator[None]:
    """Meanwhile, renderings are taken from `memory` where they were left there."""
    _shelves.append(memory)
    try:
        yield
    finally:
        _shelves.pop()


@lru_cache(maxsize=MOST)
def rendering(markdown: str) -> str:
    """What `render` gives. Raises RenderError, as it does."""
    recalled = _shelves[-1].recall(_name(markdown))
    return rendered_here(markdown) if recalled is None else recalled.decode()


@lru_cache(maxsize=MOST)
def rendered_here(markdown: str) -> str:
    """The same, rendered by this process or by the one that it was forked from, whatever lies on any disk."""
    return render(markdown)


def leave(memory: Memory, markdown: str) -> None:
    """Leave the rendering of a text in `memory`, where it is not there yet."""
    name = _name(markdown)
    if memory.recall(name) is None:
        memory.keep(name, rendered_here(markdown).encode())


def _name(markdown: str) -> str:
    return FAMILY + hashlib.sha256(markdown.encode()).hexdigest()
