"""What is to be built for a publish, as jobs that any process can take: a release's folder, the portal, or a part.

This is what a process that builds has to know of a publish; how a plan comes online is not its affair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from yururluk.core.history import Published
from yururluk.core.messages import msg
from yururluk.core.settings import Settings
from yururluk.git import Repository, content_id
from yururluk.memory import Memory
from yururluk.publish.made import hand_over
from yururluk.publish.plan import PORTAL, Folder, Plan
from yururluk.publish.published_pages import Online
from yururluk.site.build_targets import Part
from yururluk.site.program_parts import texts_part
from yururluk.text.renderings import leave, taken_from
from yururluk.workers import Job, cores

if TYPE_CHECKING:
    from yururluk.site.page_models import Site

_EPOCH = datetime.fromtimestamp(0, UTC)
_LEFT = 10  # of so many releases, the newest, the renderings are left for the next publish
NUMBERED = 10  # so many builds are told with their number


@dataclass(frozen=True)
class Builder:
    """Makes one folder, the portal or a part, and puts it below `work`. It is handed to other processes with each job,
    so that it holds only what every job needs. Renderings
    of texts lie on the `shelf`."""

    repository: Repository
    settings: Settings
    memory: Memory
    shelf: Memory
    work: Path
    like: str

    def folder_file(self, folder: Folder) -> Path:
        """Where the files of a release's folder are handed over."""
        return self.work / f"release-{folder.version}"

    def part_file(self, name: str) -> Path:
        """Where the files of a part of the root are handed over."""
        return self.work / f"part-{content_id(name.encode(), self.like)}"

    def release(
        self, folder: Folder, published: Published, texts: Part | None, proof: Online | None, *, leaving: bool
    ) -> None:
        """Make a release's folder; `texts` are made with it. Where `proof` is given, its texts must read as there.
        `leaving` has their renderings left on the shelf for the next publish."""
        with taken_from(self.shelf):
            site = folder.site
            made = self._build(site, published.moment, with_assets=False)
        if proof is not None:
            from yururluk.publish.rebuild_guard import refuse_changed_texts

            refuse_changed_texts(self.repository, published.release, site, made, proof)
        if leaving:
            for text in published.release.texts:
                leave(self.shelf, text.source, text.rendering)
        hand_over(made, self.folder_file(folder), self.like)
        if texts:
            self.part(texts)

    def portal(self, make: Callable[[], Site], moment: datetime) -> None:
        """Make the pages at the root."""
        with taken_from(self.shelf):
            made = self._build(make(), moment, with_assets=True)
        made["404.html"] = made.pop("404/index.html")
        hand_over(made, self.part_file(PORTAL), self.like)

    def part(self, part: Part) -> None:
        """Make a part of the root."""
        with taken_from(self.shelf):
            made = part.make()
        hand_over(made, self.part_file(part.name), self.like)

    def job(self, part: Part) -> Job:
        """A part of the root as a job."""
        return msg("{said} …", said=msg("Making {name}", name=part.name)), partial(self.part, part)

    def _build(self, site: Site, moment: datetime, *, with_assets: bool) -> dict[str, bytes]:
        from yururluk.publish.build import build_site  # MkDocs is loaded where something is to be built

        return build_site(
            self.repository.root,
            site,
            self.settings,
            self.work,
            moment=int(moment.timestamp()),
            with_assets=with_assets,
            memory=self.memory,
        )


def jobs_of(
    builder: Builder,
    wished: Plan,
    found: Online,
    due: list[Folder],
    *,
    portal_due: bool,
    parts: list[Part],
    rebuild: bool,
) -> list[Job]:
    """What is to be built, the longest first."""
    jobs: list[Job] = []
    if portal_due:
        moments = [published.moment for published in wished.history.releases]
        job = partial(builder.portal, wished.make_portal, max(moments, default=_EPOCH))
        jobs.append((msg("Building the portal"), job))
    left = {part.name: part for part in parts}
    # A release's pages and its part show the same texts: whoever has rendered them for the one need not do so for the
    # other. Where there are few releases, it matters more that no core waits for another.
    together = len(due) > cores()
    newest = {published.version for published in wished.history.releases[-_LEFT:]}
    for folder in due:
        to_prove = rebuild or found.code != wished.code or folder.version not in found.folders
        texts = left.pop(texts_part(folder.version), None) if together else None
        published = wished.history[folder.version]
        job = partial(
            builder.release,
            folder,
            published,
            texts,
            found.of_release(folder.version) if to_prove else None,
            leaving=folder.version in newest,
        )
        jobs.append((msg("Building release {version}", version=folder.version), job))
    jobs += [(msg("Making {name}", name=name), partial(builder.part, part)) for name, part in left.items()]
    if len(jobs) < NUMBERED:
        return [(msg("{said} …", said=said), job) for said, job in jobs]
    return [
        (msg("{said} ({at} of {count}) …", said=said, at=at, count=len(jobs)), job)
        for at, (said, job) in enumerate(jobs, start=1)
    ]
