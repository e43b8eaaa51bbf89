"""Which files the root of the site has on a day, beside the portal's pages: what each tells, and when it is made."""

from __future__ import annotations

from datetime import date

from yururluk.history import History
from yururluk.parts import Part, ready_part
from yururluk.pdf.parts import pdf_parts
from yururluk.settings import Settings
from yururluk.site.machine import robots_file, sitemap_file
from yururluk.site.views import Site


def root_parts(
    history: History, day: date, portal: Site, settings: Settings, code_digest: str
) -> tuple[Part, ...]:
    """The parts of the root, in order. `portal` holds the pages that stand there."""
    del code_digest
    found = {
        ".nojekyll": b"",
        "robots.txt": robots_file(settings),
        "sitemap.xml": sitemap_file(history, day, portal, settings),
    }
    return (ready_part("machine", found), *pdf_parts(history, settings))
