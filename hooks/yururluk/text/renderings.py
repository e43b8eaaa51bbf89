"""The HTML of frozen texts, rendered once: one publish shows, compares, describes and proves the same texts, and the
next one compares its own with them. A proof never takes a rendering that was found on disk.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from functools import lru_cache

from yururluk.core.model import NEWEST_RENDERING
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
def rendering(markdown: str, rules: int = NEWEST_RENDERING) -> str:
    """What `render` gives by the rules of that number. Raises RenderError, as it does."""
    recalled = _shelves[-1].recall(_name(markdown, rules))
    return rendered_here(markdown, rules) if recalled is None else recalled.decode()


@lru_cache(maxsize=MOST)
def rendered_here(markdown: str, rules: int = NEWEST_RENDERING) -> str:
    """The same, rendered by this process or by the one that it was forked from, whatever lies on any disk."""
    return render(markdown, rendering=rules)


def leave(memory: Memory, markdown: str, rules: int = NEWEST_RENDERING) -> None:
    """Leave the rendering of a text in `memory`, where it is not there yet."""
    name = _name(markdown, rules)
    if memory.recall(name) is None:
        memory.keep(name, rendered_here(markdown, rules).encode())


def _name(markdown: str, rules: int) -> str:
    return f"{FAMILY}{rules}-{hashlib.sha256(markdown.encode()).hexdigest()}"
