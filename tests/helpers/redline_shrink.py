"""Makes a pair of texts that fails as small as it can, so that a person can read what fails."""

from __future__ import annotations

from collections.abc import Callable

TRIES = 600


def smallest(old: str, new: str, fails: Callable[[str, str], bool]) -> tuple[str, str]:
    """A pair that still ``fails``, from which no block, line, word or letter of either text can go alone."""
    left = TRIES

    def still(one: str, other: str) -> bool:
        nonlocal left
        left -= 1
        return left > 0 and fails(one, other)

    before = None
    while before != (old, new) and left > 0:
        before = (old, new)
        for separator in ("\n\n", "\n", " ", ""):
            old, new = _less_of_both(old, new, separator, still)
            old = _less(old, separator, lambda text, new=new: still(text, new))  # type: ignore[misc]
            new = _less(new, separator, lambda text, old=old: still(old, text))  # type: ignore[misc]
    return old, new


def _less(text: str, separator: str, fails: Callable[[str], bool]) -> str:
    pieces = text.split(separator) if separator else list(text)
    size = max(1, len(pieces) // 2)
    while pieces:
        at = 0
        while at < len(pieces):
            fewer = pieces[:at] + pieces[at + size :]
            if fails(separator.join(fewer)):
                pieces = fewer
            else:
                at += size
        if size == 1:
            break
        size //= 2
    return separator.join(pieces)


def _less_of_both(old: str, new: str, separator: str, fails: Callable[[str, str], bool]) -> tuple[str, str]:
    """Takes out what is in both texts; letters are left to ``_less``."""
    if not separator:
        return old, new
    for piece in dict.fromkeys(old.split(separator)):
        if piece and piece in new.split(separator):
            one = separator.join(p for p in old.split(separator) if p != piece)
            other = separator.join(p for p in new.split(separator) if p != piece)
            if fails(one, other):
                old, new = one, other
    return old, new
