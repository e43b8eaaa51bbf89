// Shows any two releases of a document at /karsilastir/?belge=…&eski=…&yeni=… (yururlukte: the text in force), read
// out of the woven texts beside the page by compare.js (Weave), which is loaded with the first pair. Without it, the page
// lists the comparisons that have a page of their own. What the questions are called, the form says.
"use strict";

(() => {
  const form = document.getElementById("compare-form");
  const at = (id) => document.getElementById(`compare-${id}`);
  const [which, oldSide, newSide] = ["document", "old", "new"].map(at);
  if (!form || !which.length) return;
  const keys = [which, oldSide, newSide].map((select) => select.name);
  newSide.append(...[...oldSide.options].map((option) => option.cloneNode(true)));
  const words = form.dataset;
  const siteTitle = document.title;
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  const made = (name, attributes, ...inside) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...inside);
    return element;
  };

  // Releases and documents, as the form lists them
  const labels = new Map([...oldSide.options].map((option) => [option.value, option.text]));
  const documents = new Map([...which.options].map((option) => [option.value, {
    title: option.text,
    versions: option.dataset.versions.split(" ").filter(Boolean),
    inForce: option.dataset.inForce,
  }]));
  const address = (name, old, fresh) => `?${new URLSearchParams([name, old, fresh].map((value, place) => [keys[place], value]))}`;
  const ownPages = (name) => [...document.querySelectorAll(`ul[data-document="${CSS.escape(name)}"] a`)];

  // The program and the woven texts, each asked for once.
  let program = null;
  const loadProgram = () => program ??= new Promise((resolve, reject) => {
    const script = made("script", { src: words.program });
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => {
      program = null;
      reject(new Error("compare.js"));
    });
    document.head.append(script);
  });
  const loaded = new Map();
  const load = (name) => {
    if (!loaded.has(name)) {
      const data = fetch(filled(words.source, { document: name }), { cache: "no-cache" });
      const answer = Promise.all([data, loadProgram()]).then(async ([found]) => {
        if (!found.ok) throw new Error(`status ${found.status}`);
        return new Weave.Woven(await found.json());
      });
      answer.catch(() => loaded.delete(name));
      loaded.set(name, answer);
    }
    return loaded.get(name);
  };

  // What an address asks for: a pair to show, or a message with ways on.
  const asked = (search) => {
    const query = new URLSearchParams(search);
    const [name, ...pair] = keys.map((key) => (query.get(key) || "").trim());
    const [old, fresh] = pair.map((label) => (label === words.inForce && documents.get(name)?.inForce) || label);
    if (!name && !old && !fresh) return null;
    if (name && !documents.has(name)) {
      const others = [...documents.keys()].filter((other) => documents.get(other).versions.length);
      return { message: filled(words.noDocument, { document: name }), offers: others.map((other) => offer(other, ...newest(other))) };
    }
    const holder = [...documents].find(([, { versions }]) => [old, fresh].every((one) => !one || versions.includes(one)));
    const chosen = name || holder?.[0] || which.options[0].value;
    const { versions } = documents.get(chosen);
    if (!versions.length) return { name: chosen, message: words.nowhere, offers: inAuthentic(search) };
    const bad = [old, fresh].find((one) => one && !versions.includes(one));
    if (bad) {
      const other = [old, fresh].find((one) => versions.includes(one)) ?? "";
      const near = nearest(bad, versions, other);
      const offers = near ? [offer(chosen, ...(other ? [near, other] : completed(chosen, near, "")))] : [textLink(chosen, other)];
      if (!labels.has(bad)) return { name: chosen, message: filled(words.noRelease, { version: bad }), offers };
      return { name: chosen, message: filled(words.lacks, { version: bad }), offers: [...offers, ...inAuthentic(search)] };
    }
    if (versions.length === 1) return { name: chosen, message: words.single, offers: [textLink(chosen, versions[0])] };
    if (old && old === fresh) {
      const place = versions.indexOf(old);
      const offers = [[versions[place - 1], old], [old, versions[place + 1]]].filter((both) => both.every(Boolean));
      return { name: chosen, old, fresh, message: filled(words.twice, { version: old }), offers: offers.map((both) => offer(chosen, ...both)) };
    }
    const both = completed(chosen, old, fresh);
    const [first, last] = inOrder(chosen, ...both);
    return { name: chosen, old: first, fresh: last, turned: first !== both[0] };
  };

  const inOrder = (name, ...pair) => pair.sort((one, two) => documents.get(name).versions.indexOf(one) - documents.get(name).versions.indexOf(two));

  // The newest pair of a document that has a page of its own, else its last two releases.
  const newest = (name) => {
    const [link] = ownPages(name);
    return link ? [link.dataset.old, link.dataset.new] : documents.get(name).versions.slice(-2);
  };

  const completed = (name, old, fresh) => {
    const { versions } = documents.get(name);
    if (old && fresh) return [old, fresh];
    if (old) return versions.at(-1) === old ? [versions.at(-2), old] : [old, versions.at(-1)];
    if (fresh) return versions[0] === fresh ? [fresh, versions[1]] : [versions[versions.indexOf(fresh) - 1], fresh];
    return newest(name);
  };

  // The release next to one that does not exist, number by number, and not the one it would be compared with.
  const nearest = (version, versions, other) => {
    const numbers = (label) => [0, 1, 2].map((part) => Number(label.split(".")[part]) || 0);
    const far = (label) => numbers(label).map((number, part) => Math.abs(number - numbers(version)[part]));
    const less = (one, two) => one[0] - two[0] || one[1] - two[1] || one[2] - two[2];
    return versions.filter((label) => label !== other).sort((one, two) => less(far(one), far(two)))[0];
  };

  const offer = (name, ...pair) => {
    if (pair.filter(Boolean).length < 2) return textLink(name, pair.find(Boolean));
    const [old, fresh] = inOrder(name, ...pair);
    return made("a", { href: address(name, old, fresh) }, `${documents.get(name).title}: ${old} → ${fresh}`);
  };

  // A translation may lack what the authentic text has.
  const inAuthentic = (search) => (words.authentic ? [made("a", { href: words.authentic + search }, words.authenticSays)] : []);

  const textLink = (name, version) => made("a", { href: filled(words.text, { version, document: name }) },
    `${documents.get(name).title}, ${filled(words.release, { version })}`);

  // Showing

  const choose = (name, old, fresh) => {
    which.value = name;
    const { versions } = documents.get(name);
    for (const option of [...oldSide.options, ...newSide.options]) {
      option.disabled = !versions.includes(option.value);
      option.text = labels.get(option.value) + (option.disabled ? ` (${words.absent})` : "");
    }
    if (old) oldSide.value = old;
    if (fresh) newSide.value = fresh;
  };

  const say = (message, offers = []) => {
    at("said").textContent = message;
    at("offers").replaceChildren(...offers.map((link) => made("li", {}, link)));
    at("offers").hidden = !offers.length;
  };

  const hide = () => {
    for (const part of ["head", "facts", "text"]) at(part).hidden = true;
    at("text").replaceChildren();
    document.title = siteTitle;
  };

  let turn = 0;
  const show = async () => {
    const mine = ++turn;
    const wanted = asked(location.search);
    if (!wanted || wanted.message) hide();
    if (!wanted) {
      const [first] = [...documents].find(([, { versions }]) => versions.length > 1) || documents.keys();
      choose(first, ...newest(first));
      say("");
      return;
    }
    const { name, old, fresh, message, offers } = wanted;
    if (name) {
      const offered = new URLSearchParams(offers?.[0]?.search);
      choose(name, old || offered.get(keys[1]), fresh || offered.get(keys[2]));
    }
    if (message) {
      say(message, offers);
      return;
    }
    const slow = setTimeout(() => { if (mine === turn) say(words.loading); }, 400);
    at("text").setAttribute("aria-busy", "true");
    try {
      const woven = await load(name);
      if (mine === turn) lay(woven, wanted);
    } catch {
      if (mine !== turn) return;
      hide();
      say(words.failed, [made("a", { href: location.search }, words.again), ...[old, fresh].map((version) => textLink(name, version))]);
    } finally {
      clearTimeout(slow);
      at("text").removeAttribute("aria-busy");
    }
  };

  const lay = (woven, { name, old, fresh, turned }) => {
    const title = `${documents.get(name).title}: ${old} → ${fresh}`;
    const [from, to] = [woven.releases[old], woven.releases[fresh]];
    const way = woven.path(from, to);
    const isOwn = way.length === 1 && way[0].forwards;
    const content = Weave.parse(Weave.redline(woven, from, to));
    const counts = Weave.summary(content);
    if (isOwn) [counts.inserted, counts.deleted] = way[0].step.words; // as on the pair's own page
    listKeyChanges(Weave.keyChanges(way), content);
    at("text").replaceChildren(finished(document.importNode(content, true), fresh));
    at("title").textContent = title;
    for (const [id, version] of [["old-text", old], ["new-text", fresh]]) {
      at(id).href = filled(words.text, { version, document: name });
      at(id).textContent = filled(words.release, { version });
    }
    for (const cell of at("facts").querySelectorAll("[data-count]")) {
      const count = cell.dataset.count.split(" ").reduce((sum, kind) => sum + (counts[kind] || 0), 0);
      cell.textContent = count.toLocaleString(document.documentElement.lang);
      cell.parentElement.hidden = !count && !/inserted|deleted/.test(cell.dataset.count);
    }
    const page = ownPages(name).find((link) => link.dataset.old === old && link.dataset.new === fresh);
    at("own").hidden = !page;
    if (page) at("own").firstElementChild.href = page.href;
    const notes = turned ? [words.order] : [];
    if (from === to) notes.push(filled(words.sameText, { old, new: fresh }));
    else if (!isOwn) notes.push(words.composed);
    at("note").textContent = notes.join(" ");
    at("note").hidden = !notes.length;
    for (const part of ["head", "facts", "text"]) at(part).hidden = false;
    document.title = `${title} – ${siteTitle}`;
    say([`${title}.`, ...notes, from === to ? "" : filled(words.counts, counts)].join(" ").trim());
    if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  };

  const LISTED = 20; // longer lists are folded, as on the pages of changes

  const listKeyChanges = (found, content) => {
    const box = at("weighty");
    const sample = (name, text) => (text ? made(name, { class: "sample" }, text) : made("span", { class: "quiet" }, box.dataset.nothing));
    const place = (id, title) => {
      const name = title || box.dataset.beginning;
      return id && content.querySelector(`#${CSS.escape(id)}`) ? made("a", { href: `#${id}` }, name) : name;
    };
    box.querySelector("ul").replaceChildren(...found.map(({ kind, old, fresh, id, title }) => made("li", {},
      made("span", { class: "kind" }, box.dataset[kind]), " ",
      made("span", { class: "pairing" }, sample("del", old), " → ", sample("ins", fresh)), " ",
      made("span", { class: "where" }, place(id, title)))));
    box.querySelector("summary .quiet").textContent = `(${found.length})`;
    box.querySelector("details").open = found.length <= LISTED;
    box.hidden = !found.length;
  };

  // What the redline pages do as well: links between documents lead somewhere, tables can be reached by keyboard.
  const finished = (content, version) => {
    for (const link of content.querySelectorAll('a[href*=".md"]')) {
      const found = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.md(#.*)?$/.exec(link.getAttribute("href"));
      if (found) link.setAttribute("href", filled(words.text, { version, document: found[1] }) + (found[2] || ""));
    }
    const [root] = /^(?:\.\.\/)+/.exec(words.text);
    for (const one of content.querySelectorAll('[src^="../assets/"], [href^="../assets/"]')) {
      const name = one.hasAttribute("src") ? "src" : "href";
      one.setAttribute(name, one.getAttribute(name).replace("../", root));
    }
    for (const table of content.querySelectorAll("table")) {
      table.tabIndex = 0;
      table.dataset.redlineAidAttr = [table.dataset.redlineAidAttr, "tabindex"].filter(Boolean).join(" ");
    }
    return content;
  };

  // Ways to another pair

  const go = (search) => {
    if (search !== location.search) history.pushState(null, "", search);
    return show();
  };

  const chosen = () => {
    const { versions } = documents.get(which.value);
    const pair = [oldSide.value, newSide.value];
    const isPossible = versions.length < 2 || pair.every((one) => versions.includes(one));
    return address(which.value, ...(isPossible ? pair : newest(which.value)));
  };

  form.addEventListener("change", () => go(chosen()));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await go(chosen());
    (at("head").hidden ? at("said") : at("title")).focus();
  });
  at("offers").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link?.getAttribute("href").startsWith("?") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.search);
  });
  addEventListener("popstate", show);

  form.hidden = false;
  show();
})();
