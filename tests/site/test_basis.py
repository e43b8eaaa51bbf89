"""What a page hangs on: pages of the same basis must be the same pages, or a publish would leave an old one online."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.helpers.builders import SETTINGS, day, history, published
from yururluk.core.history import History, Published
from yururluk.site.basis import Bases
from yururluk.site.build_targets import fingerprint
from yururluk.site.page_facts import Assembler
from yururluk.site.page_models import Site, TextView
from yururluk.site.portal_pages import portal_site
from yururluk.site.release_pages import release_site

_FIRST = "## Amaç {#amac}\n\nVeriler hizmet için kullanılır.\n\n## Süre\n\nVeriler iki yıl saklanır ve sonra silinir.\n"
TEXTS = {
    "whole": "Veriler iki yıl saklanır ve sonra silinir.\n",
    "first": _FIRST,
    "changed": _FIRST.replace("iki yıl", "üç yıl"),
    "named": _FIRST.replace("## Süre", "## Saklama süresi {#saklama}"),
    "short": _FIRST.split("## Süre")[0],
}


@st.composite
def histories(draw: st.DrawFn) -> list[Published]:
    """Some releases, published one after another; the texts come back, go and change."""
    size = draw(st.integers(1, 4))
    days = sorted(draw(st.lists(st.integers(0, 9), min_size=size, max_size=size)))
    found = []
    for rank, on in enumerate(days):
        a, b = draw(st.sampled_from(list(TEXTS))), draw(st.sampled_from(["", *TEXTS]))
        words = {"a": TEXTS[a]} | ({"b": TEXTS[b]} if b else {})
        if draw(st.booleans()):
            words["a/en"] = TEXTS[a]
        withdrawn = draw(st.none() | st.integers(on, 12))
        after = draw(st.integers(rank + 1, size)) if withdrawn is not None else None
        effective = draw(st.integers(on, 12))
        found.append(
            published(f"{rank}.0", words, on, effective, rank=rank, withdrawn=withdrawn, withdrawn_after=after)
        )
    return found


def sites(releases: list[Published], on: date) -> dict[str, tuple[str, Site]]:
    """For each release, and for the root (""), the fingerprint of its basis and its pages."""
    known: History = history(*(one for one in releases if one.published_on <= on))
    assembler = Assembler(known, on, SETTINGS)
    bases = Bases(assembler)
    found = {one.version: (fingerprint("", bases.release(one)), release_site(assembler, one)) for one in known.releases}
    root = bases.root({version: made_from for version, (made_from, _) in found.items()})
    return found | {"": (fingerprint("", root), portal_site(assembler))}


@hypothesis_settings(max_examples=60, deadline=None)
@given(histories())
def test_pages_of_the_same_basis_are_the_same_pages(releases: list[Published]) -> None:
    seen: dict[tuple[str, str], Site] = {}
    for number in (*range(0, 13, 2), 13):
        for version, (made_from, site) in sites(releases, day(number)).items():
            assert seen.setdefault((version, made_from), site) == site


def test_a_new_release_touches_only_what_it_replaces() -> None:
    """Three hundred old pages must not be made again because there is one more release."""
    texts = ["first", "changed", "named", "short", "first", "changed"]
    releases = [published(f"{at}.0", {"a": TEXTS[name]}, at, at, rank=at) for at, name in enumerate(texts)]
    before, after = sites(releases[:-1], day(5)), sites(releases, day(5))
    touched = [version for version in before if before[version][0] != after[version][0]]
    assert touched == ["4.0", ""]


def test_a_page_tells_of_a_clause_what_became_of_it_in_the_next_text_only() -> None:
    """What came after that, the history of the clause tells: to it every note leads."""
    texts = ["first", "first", "named", "named", "short"]
    releases = [published(f"{at}.0", {"a": TEXTS[name]}, at, at, rank=at) for at, name in enumerate(texts)]
    assembler = Assembler(history(*releases), day(9), SETTINGS)
    assert [_later(assembler, f"{at}.0", "sure", "saklama") for at in range(4)] == [
        ("retitled", "2.0"),
        ("retitled", "2.0"),
        ("went", "4.0"),
        ("went", "4.0"),
    ]
    assert [_later(assembler, f"{at}.0", "amac") for at in range(5)] == [("", "")] * 5


def _later(assembler: Assembler, version: str, *clauses: str) -> tuple[str, str]:
    pages = release_site(assembler, assembler.history[version]).pages
    view = next(page.view for page in pages if isinstance(page.view, TextView))
    note = next(note for note in view.lineage if note.clause in clauses)
    return note.later, note.later_release.label if note.later_release else ""
