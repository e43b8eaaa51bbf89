"""What a review leaves in its folder: the comment, and each redline to keep, to print and to open in Word."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from yururluk.core.messages import msg
from yururluk.core.problems import Problem, Refused
from yururluk.core.settings import Settings
from yururluk.git import open_repository
from yururluk.publish.status import StatusReport, status
from yururluk.review import check_project as checking
from yururluk.review.changes import DRAFTS, Review, ReviewedText, review
from yururluk.review.comment import comment
from yururluk.review.redline_command import Compared, standalone_page
from yururluk.word.exporting import Side, Signed, redline_docx, reference_of

COMMENT = "comment.md"
_OURS = (COMMENT, "redline", "word")


def write_review(root: Path, settings: Settings, base: str, folder: Path, locale: str, today: date) -> Review:
    """Hold the work tree against `base` and write what a reviewer needs into `folder`; what an earlier review
    left there is replaced. Raises `Refused` where the texts cannot be compared at all."""
    if locale not in settings.locales:
        known = ", ".join(settings.locales)
        message = msg('there is no language "{locale}" here.', locale=locale)
        raise Refused([Problem("review", "", 0, message, msg("the languages are: {known}.", known=known))])
    problems = checking.check(root, settings, today, checking.Wanted(base))
    made = review(open_repository(root), settings, base, problems)
    for name in _OURS:
        left = folder / name
        if left.is_dir():
            shutil.rmtree(left)
    for text in made.texts:
        page = standalone_page([_compared(text)], text.locale)
        _write(folder / "redline" / f"{text.name}.html", page.encode())
        _write(folder / "word" / f"{text.name}.docx", _docx(root, text, settings, today))
    _write(folder / COMMENT, comment(made, _states(root, settings, today), locale).encode())
    return made


def _states(root: Path, settings: Settings, today: date) -> StatusReport | None:
    """What is online; None where the releases contradict the register, which is a problem told above."""
    try:
        return status(root, settings, None, today)
    except Refused:
        return None


def _docx(root: Path, text: ReviewedText, settings: Settings, today: date) -> bytes:
    """The redline with tracked changes, dated to the day of the review: the texts have no other day yet."""
    compared = _compared(text)
    return redline_docx(
        text.redline,
        title=text.title,
        document=text.document,
        old=Side(compared.old, text.old_sha256),
        new=Side(compared.new, text.new_sha256),
        signed=Signed(settings.publisher, today),
        site=settings.site_url,
        reference=reference_of(root, settings),
    )


def _compared(text: ReviewedText) -> Compared:
    sides = [f"{name} ({text.locale})" if name == DRAFTS else name for name in (text.old, text.new)]
    return Compared(text.title, sides[0] or "∅", sides[1] or "∅", text.old_source, text.new_source, text.redline)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
