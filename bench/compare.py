"""Measures /karsilastir/: what is published for any two releases, and how long the browser takes to show a pair.

`python -m bench.compare` makes a policy of 5,000 words with 100 releases, each of which changes a few clauses, and
prints the size of the woven texts (raw and compressed as hosts send it) at 25, 50 and 100 releases; beside it, what
a page for every pair would take. Then it shows pairs in Chromium, in the order of the comparison's page, and times
each from the data's being there: *shown* is until the redline stands on the screen (read out of the data,
counted, laid out and painted), *complete* until the changes that matter are listed and what is below the screen is
laid out and painted as well.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import tempfile
import time
from itertools import combinations, pairwise
from pathlib import Path
from random import Random
from threading import Thread

from playwright.sync_api import sync_playwright

from yururluk.lineage.steps import Series, weave
from yururluk.publish.serving import server_of
from yururluk.redline import compare
from yururluk.site.assets import shared_files

ROOT = Path(__file__).resolve().parent.parent
WORDS = 5_000
RELEASES = (25, 50, 100)
DOCUMENT = "politika"

_TEXT = """
kişisel veri işleme amaç süre kullanıcı hizmet sözleşme açık rıza kanun kapsam aktarım yurt dışı saklama silme
anonim bilgi güvenlik tedbir başvuru hak ilgili kişi veri sorumlusu kurum kurul bildirim gün ay yıl madde hüküm
değişiklik yayım yürürlük taraf bedel ödeme fatura iptal iade destek erişim kayıt çerez site uygulama
"""
_VOCABULARY = _TEXT.split()


class Policy:
    """A policy of numbered clauses with paragraphs, a list and a table here and there, and its changes."""

    def __init__(self, rng: Random, words: int) -> None:
        self.rng = rng
        self.clauses: list[list[str]] = []
        while sum(len(part.split()) for clause in self.clauses for part in clause) < words:
            self.clauses.append([f"## {self._words(3)}", *(self._part() for _ in range(rng.randint(2, 5)))])

    def _words(self, count: int) -> str:
        return " ".join(self.rng.choice(_VOCABULARY) for _ in range(count))

    def _sentence(self) -> str:
        return self._words(self.rng.randint(8, 24)).capitalize() + "."

    def _part(self) -> str:
        kind = self.rng.random()
        if kind < 0.15:
            return "\n".join(f"- {self._words(self.rng.randint(4, 14))}" for _ in range(self.rng.randint(3, 7)))
        if kind < 0.2:
            rows = "\n".join(f"| {self._words(3)} | {self._words(5)} | {n} yıl |" for n in range(1, 5))
            return f"| Veri | Amaç | Süre |\n| --- | --- | --- |\n{rows}"
        return " ".join(self._sentence() for _ in range(self.rng.randint(2, 6)))

    def change(self) -> None:
        """What a release does: a few words here and there, now and then a paragraph or a clause that comes, goes
        or moves."""
        for _ in range(self.rng.randint(1, 4)):
            clause = self.rng.choice(self.clauses)
            at = self.rng.randrange(1, len(clause))
            kind = self.rng.random()
            if kind < 0.7:
                words = clause[at].split(" ")
                place = self.rng.randrange(len(words))
                words[place : place + self.rng.randint(0, 3)] = self._words(self.rng.randint(1, 4)).split()
                clause[at] = " ".join(words)
            elif kind < 0.82:
                clause.insert(at, self._sentence())
            elif kind < 0.92 and len(clause) > 2:
                del clause[at]
            else:
                self.clauses.insert(self.rng.randrange(len(self.clauses)), self.clauses.pop(self.clauses.index(clause)))

    @property
    def markdown(self) -> str:
        return "\n\n".join(part for clause in self.clauses for part in clause) + "\n"


def history(releases: int, words: int = WORDS) -> Series[str]:
    """The releases, oldest first."""
    policy = Policy(Random(1), words)
    texts = [("1.0", policy.markdown)]
    for number in range(1, releases):
        policy.change()
        texts.append((f"1.{number}", policy.markdown))
    pairs = [(old, new) for (old, before), (new, after) in pairwise(texts) if before != after]
    return Series(DOCUMENT, "tr", tuple(texts), tuple(pairs))


def sizes() -> bytes:
    """Print the sizes; the data of the longest history."""
    data = b""
    print(f"A policy of {WORDS:,} words; a release changes one to four places.\n")
    print("releases  changed blocks  woven texts        gzip    a page for every pair    build")
    for count in RELEASES:
        series = history(count)
        start = time.perf_counter()
        woven = weave(series)
        data = woven.to_json()
        spent = time.perf_counter() - start
        edits = sum(len(step.edits) for step in woven.steps)
        sample = Random(2).sample(list(combinations(series.texts, 2)), 12)
        page = statistics.mean(len(compare(old, new).html.encode()) for (_, old), (_, new) in sample)
        every = page * count * (count - 1) / 2
        print(
            f"{count:8}  {edits:14}  {len(data) / 1024:7.0f} KiB  {len(gzip.compress(data, 6)) / 1024:6.0f} KiB"
            f"  {every / 1024**2:18.0f} MiB  {spent:5.1f} s"
        )
    one = len(history(1).texts[0][1].encode())
    print(f"(one text alone: {one / 1024:.0f} KiB of Markdown)\n")
    return data


_PAGE = """<!doctype html><html lang="tr"><head><meta charset="utf-8"><link rel="stylesheet" href="site.css">
<link rel="stylesheet" href="text.css">
<script src="compare.js" defer></script></head><body><main>
<article class="document compare"><details><summary>…</summary><ul id="matters"></ul></details>
<div class="text redline" id="compare-text"></div></article></main></body></html>"""

_HELPS = """
window.Bench = (() => {
  const text = document.getElementById("compare-text");
  const list = (content) => document.getElementById("matters").replaceChildren(...Matters.read(content).map((one) => {
    const item = document.createElement("li");
    item.textContent = `${one.old} → ${one.fresh}`;
    return item;
  }));
  // The next frame has been painted when a task posted from its animation callback runs.
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done();
    channel.port2.postMessage(0);
  }));
  let content, isLong;
  const timed = async (task) => {
    const start = performance.now();
    task();
    await painted();
    return performance.now() - start;
  };
  return {
    clear: () => timed(() => text.replaceChildren()),
    show: (old, fresh) => timed(() => {
      const woven = new Weave.Woven(JSON.parse(Bench.data));
      const [from, to] = [old, fresh].map((number) => woven.releases[`1.${number}`]);
      const html = Weave.redline(woven, from, to, { movedTo: "", movedFrom: "" });
      content = Weave.parse(html);
      Weave.summary(content);
      isLong = html.split(" data-redline=").length > 40;
      if (!isLong) list(content);
      text.classList.add("fresh");
      text.replaceChildren(document.importNode(content, true));
    }),
    complete: () => timed(() => {
      if (isLong) list(content);
      text.classList.remove("fresh");
    }),
  };
})();
"""


def shown(data: bytes, pairs: int) -> None:
    """Print the times in Chromium. Each pair is read out of the JSON text anew, as on a first visit."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        print("Chromium is not there: times in the browser are left out (make chromium).")
        return
    rng = Random(3)
    last = RELEASES[-1] - 1
    wanted = {
        "neighbours": [(at, at + 1) for at in rng.sample(range(last), pairs)],
        "any two": [rng.choice(list(combinations(range(last + 1), 2))) for _ in range(pairs)],
        "first and last": [(0, last)] * pairs,
    }
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        (site / "index.html").write_text(_PAGE, encoding="utf-8")
        for name, (_, content) in shared_files(ROOT / "overrides").items():
            (site / name).write_bytes(content)
        with server_of(site, 0) as server, sync_playwright() as playwright:
            Thread(target=server.serve_forever, daemon=True).start()
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            page.evaluate(_HELPS)
            page.evaluate("(data) => { Bench.data = data; }", data.decode())
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})

            def worked() -> float:
                metrics = session.send("Performance.getMetrics")["metrics"]
                return 1000 * next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")

            def measured(old: int, new: int) -> tuple[float, float, float, float]:
                page.evaluate("() => Bench.clear()")
                begun = worked()
                first = float(page.evaluate("(pair) => Bench.show(...pair)", [old, new]))
                work = worked()
                rest = float(page.evaluate("() => Bench.complete()"))
                return first, first + rest, work - begun, worked() - begun

            for old, new in wanted["any two"][:3]:
                measured(old, new)
            print(f"Milliseconds from the data's being there, median (quickest) of {pairs} pairs. Work is the")
            print("processor time of the page's thread, which depends less on what else runs here.\n")
            print(f"{'':15}{'shown':>14}{'complete':>14}{'work shown':>14}{'work complete':>16}")
            for name, some in wanted.items():
                columns = zip(*(measured(old, new) for old, new in some), strict=True)
                told = (f"{statistics.median(one):.0f} ({min(one):.0f})" for one in columns)
                print(f"{name:15}" + "".join(f"{one:>14}" for one in told))
            browser.close()
            server.shutdown()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pairs", type=int, default=15, help="pairs to show of each kind")
    chosen = parser.parse_args()
    shown(sizes(), chosen.pairs)


if __name__ == "__main__":
    main()
