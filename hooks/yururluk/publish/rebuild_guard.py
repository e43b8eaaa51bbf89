"""That pages made by another theme, or for the first time, show the frozen text, and read as they did online: every
legal text the same, or nothing is published."""

from __future__ import annotations

from collections.abc import Mapping

from yururluk.core.messages import msg
from yururluk.core.model import Release
from yururluk.core.problems import Problem, Refused
from yururluk.git import Repository
from yururluk.publish.plan import Plan
from yururluk.publish.published_pages import Online
from yururluk.publish.targets import Files
from yururluk.site.page_models import Site, TextView
from yururluk.verify import page as page_check

_FIX = msg("undo what changed in overrides/, mkdocs.yml or the installed packages; nothing was published.")


def refuse_changed_texts(repository: Repository, release: Release, site: Site, made: Files, found: Online) -> None:
    """Raise `Refused`, naming the page, where a page of a frozen text among those `made` does not show the text, its
    title, dates and digest, or not the text that the same page shows online."""
    pages = {
        f"{dict(page.alternates)[page.locale]}index.html": page.view.stamp
        for page in site.pages
        if isinstance(page.view, TextView)
    }
    known = [path for path in pages if path in found.ids and _is_as_we_left_it(path, found)]
    before = dict(zip(known, repository.contents([found.ids[path] for path in known]), strict=True))
    problems: list[Problem] = []
    for path, stamp in sorted(pages.items()):
        page = made[path.removeprefix(site.prefix)]
        locale = path.removeprefix(site.prefix).partition("/")[0]
        text = release.by_name.get((stamp.document, locale)) or next(
            text for text in release.texts if text.document == stamp.document and text.sha256 == stamp.sha256
        )
        faults = page_check.faults(
            page,
            sha256=text.sha256,
            published=stamp.published,
            effective=stamp.effective,
            locale=text.locale,
            text=text,
        )
        if not faults and path in before and page_check.legal_content(page) != page_check.legal_content(before[path]):
            faults = [msg("the text on this page reads otherwise than it does online.")]
        problems += [
            Problem(
                "rebuild",
                path.removesuffix("index.html"),
                0,
                msg("with today's templates and settings: {fault}", fault=fault),
                _FIX,
            )
            for fault in faults
        ]
    if problems:
        raise Refused(problems)


def changed_by_others(
    plan: Plan, found: Online, ids: Mapping[str, str], part_files: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """The folders and files online of which build.json says that they were made from just what they are made from now,
    and which are not what is made now: somebody rewrote them, and build.json with them. `ids` and `part_files` name
    what was made now."""
    folders = [
        folder.version
        for folder in plan.folders
        if found.has(folder) and found.ids[folder.version] != ids[folder.version]
    ]
    parts = plan.fingerprints()["parts"]
    files = {
        path
        for name, made_from in parts.items()
        if found.has_part(name, made_from)
        for path, _ in found.part_files[name].items() ^ part_files[name].items()
    }
    return [*folders, *sorted(files)]


def _is_as_we_left_it(path: str, found: Online) -> bool:
    """A page that someone edited on the branch is no witness of what was published."""
    folder = path.partition("/")[0]
    return folder in found.trees and found.trees[folder] == found.ids.get(folder)
