// Fills Material's version selector from mike's versions.json, each version with its state; keeps the clause and the
// question in the address from language to language and from version to version; and says so where the address names a
// clause that the page does not have. Every page is complete without it.
"use strict";

(() => {
  const missing = document.getElementById("no-clause");
  if (missing) {
    const way = missing.querySelector("a").getAttribute("href");
    const look = () => {
      let clause = location.hash.slice(1);
      try {
        clause = decodeURIComponent(clause);
      } catch {} // a stray per cent sign: it is shown as it is
      missing.hidden = !clause || clause.startsWith("__") || Boolean(document.getElementById(clause));
      if (missing.hidden) return;
      missing.querySelector("code").textContent = clause.length > 60 ? `${clause.slice(0, 60)}…` : clause;
      // On a page of a text the way leads on to the clause's history: an older or later text may have it.
      if (!way.startsWith("#")) missing.querySelector("a").href = `${way}#${encodeURIComponent(clause)}`;
      missing.scrollIntoView({ block: "center" });
    };
    addEventListener("hashchange", look);
    look();
  }

  // A choice is followed with what stands behind the page's address: the clause, the day, the words.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".md-select__link, .md-version__link[data-same]");
    if (!link) return;
    link.hash = location.hash;
    if (link.matches(".md-select__link")) link.search = location.search;
  }, true);

  const selector = document.querySelector(".md-version");
  if (!selector) return;
  const { list: source, page, front, version, document: name } = selector.dataset;
  const said = selector.dataset.states.split("|");
  const states = new Map(["in-force", "upcoming", "superseded", "withdrawn"].map((state, at) => [state, said[at]]));
  const list = selector.querySelector("ul");
  const all = list.lastElementChild;
  const language = document.documentElement.lang;
  const dated = (day) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeZone: "UTC" })
    .format(new Date(`${day}T00:00:00Z`));
  const holds = (release) => Object.keys(release.properties?.digests ?? {}).some((file) => file.endsWith(`/${name}.md`));

  const entry = (release) => {
    const { status, effective } = release.properties ?? {};
    const item = all.cloneNode(true);
    const link = item.firstElementChild;
    const same = !name || holds(release);
    link.href = (same ? page : front).replace("{version}", release.version);
    if (same) link.dataset.same = "";
    if (release.version === version) link.setAttribute("aria-current", "true");
    const state = document.createElement("span");
    state.className = "quiet";
    // A date beside "superseded" would be read as its end; only the day to come is given here.
    state.textContent = (states.get(status) ?? "") + (status === "upcoming" && effective ? ` · ${dated(effective)}` : "");
    link.replaceChildren(release.title, " ", state);
    return item;
  };

  let asked = false;
  const fill = async () => {
    if (asked) return;
    asked = true;
    try {
      const answer = await fetch(source);
      if (!answer.ok) return;
      all.before(...(await answer.json()).map(entry)); // which keeps the focus where it is
    } catch {
      asked = false; // the way to all releases stays, and the next opening tries again
    }
  };
  selector.addEventListener("pointerenter", fill);
  selector.addEventListener("focusin", fill);
  selector.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.activeElement.blur();
  });
})();
