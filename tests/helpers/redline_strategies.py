"""The texts and edits of the redline's tests for hypothesis. Apart, so that the benchmark can do without it."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.helpers.redline_documents import ODDITIES, document, markdown
from tests.helpers.redline_edits import pair


def texts(blocks: int = 8) -> st.SearchStrategy[str]:
    """Texts in Markdown."""
    return st.randoms(use_true_random=False).map(lambda rng: markdown(document(rng, blocks)))


def pairs(blocks: int = 8, edits: int = 4) -> st.SearchStrategy[tuple[str, str]]:
    """Texts in Markdown with an edited state each."""
    return st.randoms(use_true_random=False).map(lambda rng: pair(rng, blocks, edits))


def wild_pairs() -> st.SearchStrategy[tuple[str, str]]:
    """Two unlike texts of letters that mean something to Markdown, HTML or Unicode."""
    letters = st.sampled_from([*"<>&*_[]()!#|`~^:;=/\\\"'-+.1ab \n\n\t", *ODDITIES, "    ", "<p>", "</li>", "<ins>"])
    text = st.lists(letters, max_size=40).map("".join)
    return st.tuples(text, text)
