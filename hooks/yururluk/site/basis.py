"""What the pages of a release, and those at the root, hang on: enough to know without making them that they are right.

Each basis names texts by their digests and the rest by dates and versions, so that it is worked out in no time.
Whatever else a page is made to tell belongs here too: pages of the same basis are taken to be the same pages.
"""

from __future__ import annotations

import hashlib
from typing import Any

from yururluk.core.history import Published
from yururluk.core.in_force import Standing, State
from yururluk.core.model import Text
from yururluk.site.page_facts import Assembler


class Bases:
    """The bases of one day's pages."""

    def __init__(self, assembler: Assembler) -> None:
        self._assembler = assembler
        self._history = assembler.history
        self._day = assembler.day
        self._chains: dict[tuple[str, str], dict[str, str]] = {}

    def release(self, published: Published) -> dict[str, Any]:
        """What the pages of a release hang on."""
        release = published.release
        version = published.version
        return {
            "release": [
                version,
                published.published_on,
                published.effective,
                release.material,
                sorted(release.summary.items()),
                release.withdrawal.reason if release.withdrawal and published.withdrawn_on else "",
            ],
            "state": _plain(self._history.standing(version, self._day)),
            "in_force": self._assembler.in_force is not None,
            "documents": {document: self._document(published, document) for document in release.documents},
            "texts": [self._text(published, text) for text in release.texts],
        }

    def _document(self, published: Published, document: str) -> list[Any]:
        version, locales = published.version, self._assembler.settings.locales
        standing = self._history.text_standing(version, document, self._day)
        return [
            _plain(standing),
            self._assembler.holds(standing.by or "", document),
            self._history.neighbours(version, document),
            self._assembler.way_to_text_in_force(published, document, locales[0]),
            [
                self._assembler.title(document, locale)
                for locale in locales
                if (document, locale) not in published.release.by_name
            ],
        ]

    def _text(self, published: Published, text: Text) -> list[Any]:
        version, document, locale = published.version, text.document, text.locale
        facts = self._history.facts[version, document, locale]
        replaced_by = self._assembler.line(document, locale).replaced_by.get(version, "")
        coming = (
            replaced_by
            and self._history.standing(replaced_by, self._day).state == State.UPCOMING
            and self._history.facts[replaced_by, document, locale].effective
        )
        chain = self._chain(document, locale)
        # With its digest goes all that was told before it of the document; with that of its replacement, what
        # befell its clauses then.
        return [
            text.name,
            text.sha256,
            facts.changed,
            facts.changed_by,
            facts.before,
            facts.effective,
            chain[version],
            replaced_by,
            chain.get(replaced_by, ""),
            coming,
        ]

    def _chain(self, document: str, locale: str) -> dict[str, str]:
        """For each release with the text, a digest of it and of all texts published before it."""
        key = document, locale
        if key not in self._chains:
            found: dict[str, str] = {}
            digest = ""
            for version, before in self._assembler.line(document, locale).befores:
                facts = self._history.facts[version, document, locale]
                # None of them has a blank inside.
                link = f"{digest} {version} {before} {facts.text.sha256} {facts.before} {facts.changed_by}"
                digest = found[version] = hashlib.sha256(link.encode()).hexdigest()
            self._chains[key] = found
        return self._chains[key]

    def root(self, releases: dict[str, str]) -> dict[str, Any]:
        """What the pages at the root hang on; `releases` holds the fingerprint of each release by its version."""
        history, day = self._history, self._day
        return {
            "releases": releases,
            "candidates": [[p.version, p.rank, p.published_on, p.effective, p.withdrawn_on] for p in history.releases],
            "documents": {
                document: [
                    self._assembler.text_in_force(document),
                    [
                        [period.version, period.since, period.until, period.since <= day]
                        for period in history.text_periods(document)
                    ],
                    [
                        [c.version, c.binds_from, c.binds_from > day, c.is_withdrawn(day)]
                        for c in history.text_candidates(document)
                    ],
                ]
                for document in history.documents
            },
        }


def _plain(standing: Standing) -> list[Any]:
    governed = [[period.since, period.until] for period in standing.governed]
    return [standing.state, standing.since, standing.until, standing.by, governed]
