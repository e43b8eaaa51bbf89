"""Measures the PDFs: time and size of each copy that the project's releases give, and of texts far beyond them.

python -m bench.pdf
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from yururluk.core.history import History
from yururluk.core.register import Register
from yururluk.core.releases import read_releases
from yururluk.core.settings import read_settings
from yururluk.pdf.copies import redline_copy, text_copy
from yururluk.pdf.layout import Reader
from yururluk.pdf.typesetting import Copy, typeset, typeset_all
from yururluk.publish.register_update import known_history
from yururluk.text.markdown import render

ROOT = Path(__file__).resolve().parents[1]
SENTENCE = "Kişisel verileriniz, veri sorumlusu sıfatıyla Şirket tarafından işlenir ve saklanır. "
MOMENT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def copies() -> dict[str, Callable[[], Copy]]:
    """Every copy of the project's own releases, by its name."""
    settings = read_settings(ROOT)
    releases, _ = read_releases(ROOT, settings)
    history: History = known_history(releases, Register(), settings, fresh=releases, moment=MOMENT)
    found: dict[str, Callable[[], Copy]] = {}
    for published in history.releases:
        for text in published.release.texts:
            facts = history.facts[published.version, text.document, text.locale]
            name = f"{published.version}/{text.name}"
            found[name] = partial(text_copy, history, settings, published, text)
            if facts.changed and facts.before:
                found[f"{name}, changes"] = partial(redline_copy, history, settings, published, text)
    return found


def large(name: str, markdown: str) -> Callable[[], Copy]:
    """A copy of a text that is no release's."""

    def make() -> Copy:
        blocks = Reader("https://example.com/", str, {}).read(render(markdown))
        return Copy(name, "", "Örnek A.Ş.", name, "tr", (), MOMENT, (name,), [], blocks)

    return make


def show(name: str, make: Callable[[], Copy]) -> None:
    """One line: how long the reading and the setting took, of this process's own time, and how many bytes came."""
    begin = time.process_time()
    copy = make()
    middle = time.process_time()
    size = len(typeset(copy))
    end = time.process_time()
    print(f"{name:45} {middle - begin:7.2f} s {end - middle:7.2f} s {size / 1000:9.0f} kB")


def main() -> None:
    """Print the table."""
    print(f"{'copy':45} {'reading':>9} {'setting':>9} {'size':>12}")
    found = copies()
    for name, make in found.items():
        show(name, make)
    begin, elapsed = time.process_time(), time.perf_counter()
    made = typeset_all(list(found.values()))
    used, took = time.process_time() - begin, time.perf_counter() - elapsed
    print(f"{len(made)} again in one process, two at a time: {used:.2f} s of CPU, {took:.2f} s")
    pages = "\n\n".join(f"## {n}. Başlık\n\n{SENTENCE * 14}" for n in range(660))
    show("200 pages", large("200 pages", pages))
    rows = "\n".join(f"| {n} | Kategori {n} | {n % 30} gün |" for n in range(5000))
    show("table of 5,000 rows", large("table", f"| No | Ad | Süre |\n| - | - | - |\n{rows}"))


if __name__ == "__main__":
    main()
