"""Which of the documents hold for a visit of the site itself, by the link relations of RFC 6903."""

from __future__ import annotations

from collections.abc import Sequence

from yururluk.core.history import Published
from yururluk.core.model import DocumentType
from yururluk.site.page_facts import Assembler

_RELATIONS = {DocumentType.PRIVACY_POLICY: "privacy-policy", DocumentType.TERMS: "terms-of-service"}


def site_policies(
    known: Assembler, releases: Sequence[Published], documents: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """The documents that hold for a visit of the site itself, at their lasting addresses, by their relation."""
    found = []
    for document in documents:
        holding = [p for p in releases if (document, known.settings.authentic) in p.release.by_name]
        if not holding:
            continue
        text = holding[-1].release.by_name[document, known.settings.authentic]
        relation = _RELATIONS.get(text.front_matter.type)
        if relation:
            found.append((relation, document))
    return tuple(found)
