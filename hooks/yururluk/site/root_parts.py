"""Which files the root of the site has on a day, beside the portal's pages: what each tells, and when it is made."""

from __future__ import annotations

from yururluk.core.register import Register
from yururluk.pdf.parts import pdf_parts
from yururluk.site.build_targets import Part, ready_part
from yururluk.site.host_headers import headers_file
from yururluk.site.page_facts import Assembler
from yururluk.site.program_parts import program_parts
from yururluk.site.sitemap import robots_file, sitemap_file, timemap_paths


def root_parts(assembler: Assembler, register: Register, code_digest: str) -> tuple[Part, ...]:
    """The parts of the root, in order. `assembler` knows the history, the day, the settings and every address;
    `register` is the one that is published with them.

    This is asked for at each publish, also where nothing is due: what takes long belongs into the `make` of a part.
    """
    found = {
        ".nojekyll": b"",
        "_headers": headers_file(timemap_paths(assembler)),
        "robots.txt": robots_file(assembler.settings),
        "sitemap.xml": sitemap_file(assembler),
    }
    return (
        ready_part("machine", found),
        *program_parts(assembler, register, code_digest),
        *pdf_parts(assembler.history, assembler.settings),
    )
