// On 404.html: keeps the language that the address asks for, says what is wrong with the address as far as
// versions.json can tell, and offers the nearest thing that there is.
"use strict";

(async () => {
  const main = document.getElementById("not-found");
  const { root, versions, changes } = main.dataset;
  const [aliases, folders] = [main.dataset.aliases, main.dataset.folders].map((names) => names.split(" "));
  const sections = [...main.querySelectorAll("section")];
  const first = sections[0].lang;
  let path = location.pathname;
  try {
    path = decodeURIComponent(path);
  } catch {} // a stray per cent sign
  const parts = path.slice(path.startsWith(root) ? root.length : 1).split("/").filter((part) => part && part !== "index.html");

  const asked = parts.slice(0, 2).find((part) => part !== first && sections.some((one) => one.lang === part)) ?? first;
  const own = sections.find((one) => one.lang === asked);
  for (const section of sections) {
    if (section !== own) section.remove();
  }
  document.documentElement.lang = asked;
  document.title = `${own.firstElementChild.textContent} – ${own.dataset.site}`;
  document.querySelector(".md-header__topic .md-ellipsis").textContent = own.dataset.site;
  for (const logo of document.querySelectorAll("a.md-logo")) logo.href = own.dataset.home;
  if (own.firstElementChild.localName !== "h1") {
    const heading = document.createElement("h1");
    heading.textContent = own.firstElementChild.textContent;
    own.firstElementChild.replaceWith(heading);
  }

  const says = own.dataset;
  const titles = JSON.parse(says.documents);
  let releases = [];
  try {
    const answer = await fetch(versions);
    if (answer.ok) releases = await answer.json();
  } catch {} // what can be said without it is said
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  const short = (text) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

  const holds = (release, document, language = asked) => `${language}/${document}.md` in (release.properties?.digests ?? {});
  const textAt = (release, document) => fill(says.text, { version: release.version, document });
  const state = (release) => (release.properties?.status === "in-force" ? ` (${says.inForce})` : "");
  const toText = (release, document) => [textAt(release, document), fill(says.in, { document: titles[document] ?? document, version: release.version }) + state(release)];
  const toRelease = (release) => [fill(says.front, { version: release.version }), fill(says.release, { version: release.version }) + state(release)];

  /** How many letters must be changed to turn one word into the other (Levenshtein 1966). */
  const distance = (one, other) => {
    let row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let i = 1; i <= one.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= other.length; j += 1) {
        next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] !== other[j - 1])));
      }
      row = next;
    }
    return row[other.length];
  };
  const plain = (text) => text.replace(/[İIı]/g, "i").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, "-").slice(0, 80);
  const nearestDocument = (word) => {
    const wanted = plain(word);
    const rated = Object.keys(titles).map((id) => {
      const names = [id, plain(titles[id])].map((name) => {
        const part = wanted && (name.includes(wanted) || wanted.includes(name));
        return distance(wanted, name) * (part ? 0.3 : 1);
      });
      return [Math.min(...names), id];
    });
    rated.sort(([one], [other]) => one - other);
    return rated.length && rated[0][0] <= Math.max(3, wanted.length / 2) ? rated[0][1] : undefined;
  };
  const place = (version) => version.split(".").concat("0", "0").slice(0, 3).reduce((sum, part) => sum * 1000 + Number(part), 0);
  const nearestReleases = (version, document) => {
    const able = document ? releases.filter((one) => holds(one, document)) : releases;
    const near = [...able].sort((one, other) => Math.abs(place(one.version) - place(version)) - Math.abs(place(other.version) - place(version)))[0];
    const current = able.find((one) => one.properties?.status === "in-force");
    return [...new Set([near, current])].filter(Boolean);
  };

  const tell = (words, ways) => {
    const box = own.querySelector(".nearest");
    const what = document.createElement("p");
    what.className = "lead";
    what.textContent = words;
    box.append(what);
    if (!ways.length) return;
    const nearest = document.createElement("p");
    nearest.textContent = says.nearest;
    const list = document.createElement("ul");
    list.className = "ways";
    for (const [address, label] of ways) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = label;
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    box.append(nearest, list);
  };

  const [folder = "", ...rest] = parts[0] === asked && asked !== first ? parts.slice(1) : parts;
  const inside = rest.filter((part) => part !== asked && part !== changes);
  const wanted = inside[0] ?? "";
  const isVersion = /^v?[0-9]+(\.[0-9]+)*$/.test(folder);
  const isAlias = aliases.includes(folder);
  const release = releases.find((one) => one.version === folder || one.aliases.includes(folder));

  if (isVersion && !release) {
    const version = folder.replace(/^v/, "");
    const document = wanted in titles ? wanted : nearestDocument(wanted);
    const near = nearestReleases(version, wanted ? document : undefined);
    tell(fill(says.noRelease, { version: short(version) }), near.map((one) => (wanted && document ? toText(one, document) : toRelease(one))));
  } else if (isAlias && !release && releases.length) {
    tell(says.noAlias, nearestReleases("0").map(toRelease));
  } else if (release && wanted in titles) {
    const elsewhere = holds(release, wanted, first) && !holds(release, wanted) ? says.notInLanguage : says.lacks;
    const near = nearestReleases(release.version, wanted);
    tell(fill(elsewhere, { version: release.version, document: titles[wanted] }), near.map((one) => toText(one, wanted)));
  } else {
    const word = release || isAlias ? wanted : folders.includes(folder) ? wanted : folder;
    if (!word) return;
    const document = nearestDocument(word);
    const ways = [];
    if (document && release && holds(release, document)) ways.push(toText(release, document));
    else if (document) ways.push([fill(says.lasting, { document }), titles[document]]);
    else if (release) ways.push(toRelease(release));
    tell(fill(says.noDocument, { document: short(word) }), ways);
  }
})();
