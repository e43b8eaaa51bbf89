// On 404.html: keeps the language that the address asks for, says what is wrong with the address as far as
// versions.json can tell, and offers the nearest thing that there is.
"use strict";

(async () => {
  const main = document.getElementById("not-found");
  const { root, versions, changes, aliases, folders } = main.dataset;
  const sections = [...main.querySelectorAll("section")];
  const authentic = sections[0].lang;
  let path = location.pathname;
  try {
    path = decodeURIComponent(path);
  } catch {} // a stray per cent sign
  const parts = path.slice(path.startsWith(root) ? root.length : 1).split("/").filter((part) => part && part !== "index.html");

  // The language

  const language = parts.slice(0, 2).find((part) => part !== authentic && sections.some((one) => one.lang === part)) ?? authentic;
  const own = sections.find((one) => one.lang === language);
  const says = own.dataset;
  for (const section of sections) if (section !== own) section.remove();
  const heading = document.createElement("h1");
  heading.textContent = own.firstElementChild.textContent;
  own.firstElementChild.replaceWith(heading);
  document.documentElement.lang = language;
  document.title = `${heading.textContent} – ${says.site}`;
  document.querySelector(".md-header__topic .md-ellipsis").textContent = says.site;
  for (const logo of document.querySelectorAll("a.md-logo")) logo.href = says.home;

  // What there is

  const titles = JSON.parse(says.documents);
  let releases = [];
  try {
    const answer = await fetch(versions);
    if (answer.ok) releases = await answer.json();
  } catch {} // what can be said without it is said
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  const short = (text) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
  const isInForce = (release) => release.properties?.status === "in-force";
  const holds = (release, document, locale = language) => `${locale}/${document}.md` in (release.properties?.digests ?? {});
  const named = (address, words, release, document) => {
    const values = { version: release.version, document };
    return [fill(address, values), fill(words, { ...values, document: titles[document] ?? document }) + (isInForce(release) ? ` (${says.inForce})` : "")];
  };
  const toText = (release, document) => named(says.text, says.in, release, document);
  const toRelease = (release) => named(says.front, says.release, release);

  // What is nearest

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
    const far = (name) => distance(wanted, name) * (wanted && (name.includes(wanted) || wanted.includes(name)) ? 0.3 : 1);
    const [nearest] = Object.keys(titles)
      .map((id) => [Math.min(far(id), far(plain(titles[id]))), id])
      .sort(([one], [other]) => one - other);
    return nearest && nearest[0] <= Math.max(3, wanted.length / 2) ? nearest[1] : undefined;
  };
  const place = (version) => version.split(".").concat("0", "0").slice(0, 3).reduce((sum, part) => sum * 1000 + Number(part), 0);
  const nearestReleases = (version, document) => {
    const able = document ? releases.filter((one) => holds(one, document)) : releases;
    const far = (release) => Math.abs(place(release.version) - place(version));
    const [near] = [...able].sort((one, other) => far(one) - far(other));
    return [...new Set([near, able.find(isInForce)])].filter(Boolean);
  };

  const say = (words, ways) => {
    const made = (name, className, ...inside) => {
      const element = Object.assign(document.createElement(name), { className });
      element.append(...inside);
      return element;
    };
    const link = ([href, label]) => made("li", "", Object.assign(made("a", "", label), { href }));
    own.querySelector(".nearest").append(
      made("p", "lead", words),
      ...(ways.length ? [made("p", "", says.nearest), made("ul", "ways", ...ways.map(link))] : []),
    );
  };

  const [folder = "", ...rest] = parts[0] === language && language !== authentic ? parts.slice(1) : parts;
  const [wanted = ""] = rest.filter((part) => part !== language && part !== changes);
  const isAlias = aliases.split(" ").includes(folder);
  const release = releases.find((one) => one.version === folder || one.aliases.includes(folder));

  if (!release && /^v?[0-9]+(\.[0-9]+)*$/.test(folder)) {
    const version = folder.replace(/^v/, "");
    const document = wanted && (wanted in titles ? wanted : nearestDocument(wanted));
    say(fill(says.noRelease, { version: short(version) }),
      nearestReleases(version, document).map((one) => (document ? toText(one, document) : toRelease(one))));
  } else if (!release && isAlias && releases.length) {
    say(says.noAlias, nearestReleases("0").map(toRelease));
  } else if (release && wanted in titles) {
    const words = holds(release, wanted, authentic) && !holds(release, wanted) ? says.notInLanguage : says.lacks;
    say(fill(words, { version: release.version, document: titles[wanted] }),
      nearestReleases(release.version, wanted).map((one) => toText(one, wanted)));
  } else {
    const word = release || isAlias || folders.split(" ").includes(folder) ? wanted : folder;
    if (!word) return;
    const document = nearestDocument(word);
    const ways = [];
    if (document && release && holds(release, document)) ways.push(toText(release, document));
    else if (document) ways.push([fill(says.lasting, { document }), titles[document]]);
    else if (release) ways.push(toRelease(release));
    say(fill(says.noDocument, { document: short(word) }), ways);
  }
})();
