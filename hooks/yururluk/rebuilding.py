"""That pages made anew with today's theme read as they did: every legal text the same, or nothing is published."""

from __future__ import annotations

from pathlib import Path

from yururluk.model import Release
from yururluk.online import Online
from yururluk.page_check import carries, legal_content
from yururluk.problems import Problem, Refused
from yururluk.site.views import Site, TextView
from yururluk.vcs import Repository


def refuse_changed_texts(
    repository: Repository, release: Release, site: Site, site_dir: Path, found: Online
) -> None:
    """Raise `Refused`, naming the page, where a page of a frozen text built in `site_dir` does not hold the text, or
    not what the same page shows online."""
    pages = {
        f"{dict(page.alternates)[page.locale]}index.html": page.view.stamp
        for page in site.pages
        if isinstance(page.view, TextView)
    }
    known = [path for path in pages if path in found.ids and _is_as_we_left_it(path, found)]
    before = dict(zip(known, repository.contents([found.ids[path] for path in known]), strict=True))
    problems = []
    for path, stamp in sorted(pages.items()):
        page = (site_dir / path.removeprefix(site.prefix)).read_bytes()
        locale = path.removeprefix(site.prefix).partition("/")[0]
        text = release.by_name.get((stamp.document, locale)) or next(
            text for text in release.texts if text.document == stamp.document and text.sha256 == stamp.sha256
        )
        why = ""
        if not carries(page, text):
            why = "with today's templates and settings this page would not show the frozen text."
        elif path in before and legal_content(page) != legal_content(before[path]):
            why = "with today's templates and settings this page would show another text than it does online."
        if why:
            mend = "undo what changed in overrides/, mkdocs.yml or the installed packages; nothing was published."
            problems.append(Problem("rebuild", path.removesuffix("index.html"), 0, why, mend))
    if problems:
        raise Refused(problems)


def _is_as_we_left_it(path: str, found: Online) -> bool:
    """A page that someone edited on the branch is no witness of what was published."""
    folder = path.partition("/")[0]
    return folder in found.trees and found.trees[folder] == found.ids.get(folder)
