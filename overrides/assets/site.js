// Makes the version selector whole from versions.json, opens the contents where there is room beside the text, and
// says so where the address names a clause that the page does not have.
// Every page is complete without it.
"use strict";

(() => {
  const wide = matchMedia("(min-width: 64rem)");
  for (const contents of document.querySelectorAll(".toc details")) {
    contents.open = wide.matches;
    wide.addEventListener("change", () => { contents.open = wide.matches; });
  }

  const missing = document.getElementById("no-clause");
  if (missing) {
    const way = missing.querySelector("a").getAttribute("href");
    const look = () => {
      let clause = location.hash.slice(1);
      try {
        clause = decodeURIComponent(clause);
      } catch {} // a stray per cent sign: it is shown as it is
      missing.hidden = !clause || Boolean(document.getElementById(clause));
      if (missing.hidden) return;
      missing.querySelector("code").textContent = clause.length > 60 ? `${clause.slice(0, 60)}…` : clause;
      // On a page of a text the way leads on to the clause's history: an older or later text may have it.
      if (!way.startsWith("#")) missing.querySelector("a").href = `${way}#${encodeURIComponent(clause)}`;
      missing.scrollIntoView({ block: "center" });
    };
    addEventListener("hashchange", look);
    look();
  }

  const selector = document.querySelector("details.versions");
  if (!selector) return;
  const { list: source, page, front, version, document: name } = selector.dataset;
  const said = selector.dataset.states.split("|");
  const states = new Map(["in-force", "upcoming", "superseded", "withdrawn"].map((state, at) => [state, said[at]]));
  const list = selector.querySelector("ul");
  const all = list.lastElementChild;
  const language = document.documentElement.lang;
  // Made when it is needed: its making takes as long as all else here.
  const dated = (day) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeZone: "UTC" })
    .format(new Date(`${day}T00:00:00Z`));

  const holds = (release) =>
    Object.keys((release.properties || {}).digests || {}).some((file) => file.endsWith(`/${name}.md`));

  const entry = (release) => {
    const { status, effective } = release.properties || {};
    const link = document.createElement("a");
    link.href = (!name || holds(release) ? page : front).replace("{version}", release.version);
    if (release.version === version) link.setAttribute("aria-current", "true");
    const label = document.createElement("span");
    label.textContent = release.title;
    const state = document.createElement("span");
    state.className = "quiet";
    const word = states.get(status) || "";
    // A date beside "superseded" would be read as its end; only the day to come is told here.
    const day = status === "upcoming" && effective ? ` · ${dated(effective)}` : "";
    state.textContent = word + day;
    link.append(label, " ", state);
    const item = document.createElement("li");
    item.append(link);
    return item;
  };

  let asked = false;
  const fill = async () => {
    if (asked) return;
    asked = true;
    try {
      const answer = await fetch(source);
      if (!answer.ok) return;
      const releases = await answer.json();
      all.className = "all";
      list.replaceChildren(...releases.map(entry), all);
    } catch {
      asked = false; // the list of a few ways stays, and the next opening tries again
    }
  };

  selector.addEventListener("toggle", () => { if (selector.open) fill(); });
  selector.addEventListener("pointerenter", fill);
  selector.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && selector.open) {
      selector.open = false;
      selector.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (selector.open && !selector.contains(event.target)) selector.open = false;
  });
})();
