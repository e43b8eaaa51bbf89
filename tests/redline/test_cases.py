"""Every case folder: the redline is as it was read and approved, and both texts can be read out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.redline_cases import cases, redline_of, written
from yururluk.text.markdown import render


@pytest.mark.parametrize("folder", cases(), ids=lambda folder: folder.name)
def test_redline_is_as_approved(folder: Path) -> None:
    """`python -m tests.helpers.redline_cases` writes the expected files anew, for a person to read."""
    assert written(redline_of(folder)) == (folder / "expected.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", cases(), ids=lambda folder: folder.name)
def test_both_texts_come_out_of_the_redline(folder: Path) -> None:
    """Accepting gives the new rendering, rejecting the old one, white space aside."""
    redline = redline_of(folder)
    for side, name in ((redline.accepted_html(), "new.md"), (redline.rejected_html(), "old.md")):
        assert side.split() == render((folder / name).read_text(encoding="utf-8")).split()


def test_there_are_enough_cases() -> None:
    """Forty at least, in Turkish and English."""
    names = [folder.name for folder in cases()]
    assert len(names) >= 40
    assert sum(name.endswith("-en") for name in names) >= 8
