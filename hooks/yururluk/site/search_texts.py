"""What the search of a release covers: the clauses of its texts in one language, and the file its script reads.

The words stand in the file as they stand in the text, and the script finds them: measured on release 1.1 in Turkish,
file and script are 9 KB (gzip), Pagefind's 111 KB, which besides needs WebAssembly in the page's policy. Snowball's
Turkish stemmer, which Pagefind and lunr share, makes `kullanıç` of kullanıcı but `kullanıcı` of kullanıcıdan, and
without the Turkish letters finds neither; the script's own rule does (search.js).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from yururluk.clause_text import content_of
from yururluk.site.views import SearchedText


@dataclass(frozen=True)
class SearchedClause:
    """A clause: its id on the page (empty for the words before the first heading), its heading and its words, a
    block a line."""

    id: str
    heading: str
    words: str


def searched_clauses(text: SearchedText) -> tuple[SearchedClause, ...]:
    """The clauses of a text, in order; those without a word are left out."""
    return tuple(
        SearchedClause(clause.id, clause.heading, "\n".join(clause.blocks))
        for clause in content_of(text.source).sections
        if clause.heading or clause.blocks
    )


def search_file(texts: Sequence[SearchedText]) -> bytes:
    """The file that search.js reads: each text with its clauses."""
    found = [
        {
            "document": text.document,
            "title": text.title,
            "clauses": [[one.id, one.heading, one.words] for one in searched_clauses(text)],
        }
        for text in texts
    ]
    return (json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
